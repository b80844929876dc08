//! What is looked up for a question: probes, each a token of a field with its weight, and the pieces that the answer should
//! cover, each with the probes that find it.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::score::Found;
use super::tokenizer::Field;

/// A token of the question to be looked up in a field.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    /// Where it is looked up.
    pub field: Field,
    /// Where it stands in the plan's text what is looked up.
    token: Range<usize>,
    /// What it counts beside the other probes of its field.
    pub weight: f32,
    /// Its letters may be the first of syllables: no field holds those, sections are read for them.
    pub initials: bool,
}

/// A piece of the question that a section can cover: two neighbouring characters, or a word that stands alone.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    /// The probe that finds it as it was typed.
    pub exact: usize,
    /// The probe that finds what sounds the same.
    pub heard: Option<usize>,
    /// The probes that find what means the same in the words of a document.
    pub aliases: Vec<usize>,
    /// The probes that find what everyday words stand for.
    pub everyday: Vec<usize>,
    /// Whether it is two units or one.
    pub pair: bool,
    /// Its first unit.
    pub unit: usize,
    /// Its first letter.
    pub from: usize,
    /// The letter after it.
    pub to: usize,
}

impl Atom {
    /// A unit that is found as it was typed.
    pub(super) fn new(exact: usize, unit: usize, letters: Range<usize>) -> Self {
        let Range { start: from, end: to } = letters;
        Self { exact, heard: None, aliases: Vec::new(), everyday: Vec::new(), pair: false, unit, from, to }
    }
}

/// What to look up for a question, and what the answer should cover.
#[derive(Default)]
pub(crate) struct Plan {
    /// What to look up.
    pub probes: Vec<Probe>,
    /// What the answer should cover; filler left out.
    pub atoms: Vec<Atom>,
    /// Characters that are words of their own.
    pub characters: Vec<Atom>,
    /// The tokens of all probes: one text instead of a hundred small ones.
    text: String,
    /// Each probe's number by the hash of its field and token, or by the next free number after it.
    seen: FxHashMap<u64, usize>,
    met: FxHashSet<usize>,
}

impl Plan {
    /// Takes the question as it was typed: nothing is looked up by its sound or its initials any more.
    pub(crate) fn as_typed(&mut self) {
        for probe in self.probes.iter_mut().filter(|probe| matches!(probe.field, Field::Sound | Field::Spelled)) {
            // No section holds an empty token.
            probe.token = 0..0;
            probe.initials = false;
        }
    }

    /// Adds a probe unless it is there; gives its number.
    pub(super) fn probe(&mut self, field: Field, token: &str, weight: f32) -> usize {
        let free = match self.find(field, token) {
            Ok(known) => return known,
            Err(free) => free,
        };
        let (number, start) = (self.probes.len(), self.text.len());
        self.text.push_str(token);
        self.probes.push(Probe { field, token: start..self.text.len(), weight, initials: false });
        self.seen.insert(free, number);
        number
    }

    /// The number of a probe, or where it would be kept.
    pub(super) fn find(&self, field: Field, token: &str) -> Result<usize, u64> {
        let mut hasher = FxHasher::default();
        (field, token).hash(&mut hasher);
        let mut place = hasher.finish();
        while let Some(number) = self.seen.get(&place) {
            let probe = &self.probes[*number];
            if probe.field == field && self.token(probe) == token {
                return Ok(*number);
            }
            place = place.wrapping_add(1);
        }
        Err(place)
    }

    /// The number of a probe that is there.
    pub(super) fn known(&self, field: Field, token: &str) -> Option<usize> {
        self.find(field, token).ok()
    }

    /// How many sections hold what is looked up in a field; `None` where it is not looked up.
    pub(super) fn frequency(&self, found: &Found, field: Field, token: &str) -> Option<usize> {
        self.known(field, token).map(|probe| found.frequency(probe))
    }

    /// What a probe looks up.
    pub(crate) fn token(&self, probe: &Probe) -> &str {
        &self.text[probe.token.clone()]
    }

    /// Whether letters were found as initials in a section.
    pub(crate) fn initials_held(&self, typed: &str, found: &Found, section: u32) -> bool {
        let probe = self.known(Field::Spelled, typed);
        probe.is_some_and(|probe| self.probes[probe].initials && found.holds(probe, section))
    }

    /// Whether a section was found by the spelling of a typed word, or by two of its syllables.
    pub(crate) fn spelling_held(&self, typed: &str, syllables: &[&str], found: &Found, section: u32) -> bool {
        let held = |field, token: &str| self.known(field, token).is_some_and(|probe| found.holds(probe, section));
        let pair = |pair: &[&str]| held(Field::Sound, &pair.join("'"));
        syllables.len() > 1 && (held(Field::Spelled, typed) || syllables.windows(2).any(pair))
    }

    /// Whether no section knows most of what these letters hold, not by its sound or meaning either. What an everyday
    /// word stands for has to be in the first section.
    pub(crate) fn is_unknown(&self, found: &Found, from: usize, to: usize) -> bool {
        let (mut all, mut missing) = (0, 0);
        let first = found.best.first().map(|best| best.0);
        let meant =
            |atom: &Atom| first.is_some_and(|first| atom.everyday.iter().any(|probe| found.holds(*probe, first)));
        for atom in self.atoms.iter().filter(|a| a.from >= from && a.to <= to) {
            let mut known = atom.heard.iter().chain(&atom.aliases).chain([&atom.exact]).copied();
            all += 1;
            missing += usize::from(known.all(|probe| found.frequency(probe) == 0) && !meant(atom));
        }
        all > 0 && missing * 2 >= all
    }

    /// Whether some section has the letters on both sides of a place in a row, as they were typed.
    pub(crate) fn holds_across(&self, found: &Found, at: usize) -> bool {
        self.atoms.iter().any(|a| a.from < at && at < a.to && found.frequency(a.exact) > 0)
    }

    /// The atoms that lie within some letters.
    pub(super) fn within(&mut self, letters: Range<usize>) -> impl Iterator<Item = &mut Atom> {
        self.atoms.iter_mut().filter(move |atom| letters.start <= atom.from && atom.to <= letters.end)
    }

    /// Adds an atom unless one with the same probe is there.
    pub(super) fn atom(&mut self, atom: Atom) {
        if self.met.insert(atom.exact) {
            self.atoms.push(atom);
        }
    }
}
