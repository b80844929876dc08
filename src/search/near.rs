//! Nearness: how much of a question one sentence of a section holds. Each section is kept as its units, one number
//! each, so that a question is compared with a whole section in a few microseconds.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

use super::glance::Glance;
use super::latin::stem;
use super::pinyin::syllable;
use super::text::{Folded, Kind, Unit};

/// Stands between units that are not neighbours.
const GAP: u32 = 0;

/// Stands between sentences.
const STOP: u32 = 1;

/// How many pieces of a question are compared; a longer question is compared in its first ones.
const MOST_PIECES: usize = 128;

/// A section as the numbers of its units; the last ends a sentence.
pub(crate) struct Trace {
    units: Box<[u32]>,
    /// The first letter of each unit's syllable; 0 where it has none.
    initials: Box<[u8]>,
}

impl Trace {
    /// Keeps what is compared of a folded text with these units.
    pub(crate) fn new(folded: &Folded, units: &[Unit]) -> Self {
        let mut trace: Vec<u32> = Vec::with_capacity(folded.letters.len());
        let mut last = 0;
        for unit in units {
            if !unit.joined {
                let stop = folded.letters[last..unit.from].iter().any(|l| l.kind == Kind::Stop);
                trace.push(if stop { STOP } else { GAP });
            }
            last = unit.to;
            trace.push(code(folded, unit));
        }
        trace.push(STOP);
        let initial = |unit: &u32| char::from_u32(*unit).and_then(syllable).map_or(0, |s| s.as_bytes()[0]);
        Self { initials: trace.iter().map(initial).collect(), units: trace.into() }
    }

    /// Where units begin whose syllables begin with these letters.
    pub(crate) fn abbreviated(&self, letters: &str) -> impl Iterator<Item = usize> {
        let windows = self.initials.windows(letters.len()).enumerate();
        // Most windows begin with another letter: those are not compared.
        let first = letters.bytes().next();
        windows.filter(move |(_, w)| w.first().copied() == first && *w == letters.as_bytes()).map(|(i, _)| i)
    }

    /// The characters that stand before two characters beside each other; `None` for what is no character.
    pub(crate) fn before(&self, pair: [char; 2]) -> impl Iterator<Item = Option<char>> {
        let [first, second] = pair.map(u32::from);
        let found = self.units.windows(3).filter(move |three| three[1] == first && three[2] == second);
        found.map(|three| char::from_u32(three[0]))
    }

    /// Whether the section has no Chinese character.
    pub(crate) fn is_latin(&self) -> bool {
        !self.units.iter().any(|unit| (0x3400..=0x9fff).contains(unit))
    }

    /// The numbers: of a character its own.
    pub(crate) fn units(&self) -> &[u32] {
        &self.units
    }
}

/// A character is its own number, a run of letters has its hash in numbers that no character has.
fn code(folded: &Folded, unit: &Unit) -> u32 {
    if unit.kind != Kind::Letter {
        return folded.letters[unit.from].c as u32;
    }
    let mut hasher = FxHasher::default();
    stem(folded.slice(unit.from, unit.to)).hash(&mut hasher);
    hasher.finish() as u32 | 1 << 31
}

/// Two neighbours as one number: those of two different pairs are hardly ever the same.
fn mixed(first: u32, second: u32) -> u32 {
    first.wrapping_mul(31) ^ second
}

/// The pieces of a question, each with what it tells.
pub(crate) struct Pieces {
    pairs: FxHashMap<(u32, u32), u8>,
    lone: FxHashMap<u32, u8>,
    /// The units that end a piece, and what ends a sentence: most units of a section need no closer look.
    ends: Glance,
    /// The pieces: most of the others need no search.
    known: Glance,
    weights: Vec<f32>,
}

/// What a section holds of a question's pieces.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Nearness {
    /// What its best sentence holds, as the sum of what the pieces tell.
    pub sentence: f32,
    /// What two sentences beside each other hold.
    pub two: f32,
}

impl Pieces {
    /// `pieces` gives the first and the last unit of a piece (one unit or two) and what it tells.
    pub(crate) fn new(folded: &Folded, pieces: impl Iterator<Item = (Unit, Option<Unit>, f32)>) -> Self {
        let mut all = Self {
            pairs: FxHashMap::default(),
            lone: FxHashMap::default(),
            ends: Glance::default(),
            known: Glance::default(),
            weights: Vec::new(),
        };
        all.ends.add(STOP);
        for (first, second, tells) in pieces.take(MOST_PIECES) {
            let number = all.weights.len() as u8;
            let first = code(folded, &first);
            let end = second.map_or(first, |second| code(folded, &second));
            all.ends.add(end);
            let known = match second {
                Some(_) => {
                    all.known.add(mixed(first, end));
                    all.pairs.insert((first, end), number)
                }
                None => {
                    all.known.add(first);
                    all.lone.insert(first, number)
                }
            };
            all.weights.push(if known.is_some() { 0.0 } else { tells });
        }
        all
    }

    /// Compares with a section.
    pub(crate) fn nearness(&self, trace: &Trace) -> Nearness {
        let mut best = Nearness::default();
        // What the best sentences hold: those that hold a part of it need not be added up.
        let (mut in_one, mut in_two) = (0_u128, 0_u128);
        let (mut before, mut here) = (0_u128, 0_u128);
        let mut last = STOP;
        for unit in trace.units.iter().copied() {
            if self.ends.may_hold(unit) {
                if unit == STOP {
                    self.keep(here, &mut in_one, &mut best.sentence);
                    if here != 0 {
                        self.keep(here | before, &mut in_two, &mut best.two);
                    }
                    (before, here) = (here, 0);
                } else if self.known.may_hold(mixed(last, unit)) || self.known.may_hold(unit) {
                    let piece = self.pairs.get(&(last, unit)).or_else(|| self.lone.get(&unit));
                    here |= piece.map_or(0, |piece| 1 << piece);
                }
            }
            last = unit;
        }
        best
    }

    /// Keeps what a sentence holds where that tells more than what was kept before.
    fn keep(&self, held: u128, kept: &mut u128, most: &mut f32) {
        if held & !*kept != 0 {
            let sum = self.sum(held);
            if sum > *most {
                (*kept, *most) = (held, sum);
            }
        }
    }

    fn sum(&self, mut held: u128) -> f32 {
        let mut sum = 0.0;
        while held != 0 {
            sum += self.weights[held.trailing_zeros() as usize];
            held &= held - 1;
        }
        sum
    }
}
