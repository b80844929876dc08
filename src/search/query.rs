//! From a question to what is looked up for it: probes, each a token of a field with its weight.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::asking;
use super::filler::is_filler;
use super::score::Found;
use super::synonyms::Synonyms;
use super::text::{Folded, Kind, Unit};
use super::tokenizer::{self, Field, Token};
use super::weights::Weights;
use super::words::Words;

/// A question is read up to this many characters; no chat message is longer.
const LONGEST: usize = 4096;

/// A question of more units is read by its rarest words alone.
const MOST_UNITS: usize = 256;

/// How many of them.
const MOST_WORDS: usize = 48;

/// Nobody abbreviates more characters than this.
const MOST_INITIALS: usize = 8;

/// How many words are named that no section knows.
const MOST_UNKNOWN: usize = 8;

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

/// What to look up for a question, and what the answer should cover.
#[derive(Default)]
pub(crate) struct Plan {
    /// What to look up.
    pub probes: Vec<Probe>,
    /// What the answer should cover; filler left out.
    pub atoms: Vec<Atom>,
    /// The tokens of all probes: one text instead of a hundred small ones.
    text: String,
    /// Each probe's number by the hash of its field and token, or by the next free number after it.
    seen: FxHashMap<u64, usize>,
    met: FxHashSet<usize>,
}

/// A question, folded and cut.
pub(crate) struct Query {
    /// Its folded text.
    pub folded: Folded,
    /// Its units.
    pub units: Vec<Unit>,
    /// For each letter whether it belongs to a word that says something.
    pub content: Vec<bool>,
    /// For each letter whether it asks for a number or a choice. It ranks like any other, and need not be covered.
    pub asks: Vec<bool>,
    /// Its words in search mode, filler left out.
    pub words: Vec<Token>,
}

impl Query {
    /// Reads a question; `holding` says how many sections hold a word.
    pub(crate) fn new(text: &str, tables: &Words, holding: impl Fn(&str) -> usize) -> Self {
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(i, _)| i);
        let folded = Folded::new(&text[..end], tables);
        let units = folded.units();
        let mut content = vec![false; folded.letters.len()];
        let mut words = Vec::new();
        for token in tables.jieba().cut_for_search(&folded.text, false) {
            let told = folded.letters.get(token.start).is_some_and(|l| !matches!(l.kind, Kind::Gap | Kind::Stop))
                && !is_filler(token.word);
            if told {
                content[token.start..token.end].fill(true);
                words.push(Token { text: token.word.to_owned(), from: token.start, to: token.end });
            }
        }
        let mut asks = vec![false; folded.letters.len()];
        for range in asking::find(&folded.text) {
            asks[range.clone()].fill(true);
            words.retain(|word| word.from < range.start || word.to > range.end);
        }
        let mut query = Self { folded, units, content, asks, words };
        if query.units.len() > MOST_UNITS {
            query.shorten(holding);
        }
        query
    }

    /// Keeps the rarest words of a very long question, those that no section knows last, and forgets the rest.
    fn shorten(&mut self, holding: impl Fn(&str) -> usize) {
        let mut distinct: FxHashMap<&str, usize> = FxHashMap::default();
        for word in &self.words {
            distinct.entry(&word.text).or_insert_with(|| holding(&word.text));
        }
        let mut rarest: Vec<(bool, usize, &str)> = distinct.into_iter().map(|(w, n)| (n == 0, n, w)).collect();
        rarest.sort_unstable();
        let rarest: FxHashSet<String> = rarest.into_iter().take(MOST_WORDS).map(|(.., word)| word.to_owned()).collect();
        let mut kept = vec![false; self.folded.letters.len()];
        let mut seen = FxHashSet::default();
        self.words.retain(|word| rarest.contains(&word.text) && seen.insert(word.text.clone()));
        for word in &self.words {
            kept[word.from..word.to].fill(true);
        }
        self.folded.retain(&kept);
        self.units = self.folded.units();
        self.asks = vec![false; kept.len()];
        self.content = kept;
    }

    /// What to look up, and what the answer should cover.
    pub(crate) fn plan(
        &self,
        tables: &Words,
        weights: &Weights,
        synonyms: &Synonyms,
        held: impl Fn(Field, &str) -> usize,
    ) -> Plan {
        let mut plan = Plan::default();
        let weigh = |from: usize, to: usize| self.weight(from, to, weights);
        tokenizer::words(&self.folded, tables, |t, from, to| {
            plan.probe(Field::Word, t, weigh(from, to));
            plan.probe(Field::Title, t, weigh(from, to));
        });
        let mut heard = FxHashMap::default();
        tokenizer::sounds(&self.folded, &self.units, |t, from, to| {
            heard.insert(from, plan.probe(Field::Sound, t, weigh(from, to)));
        });
        let mut beside_filler = Vec::new();
        tokenizer::bigrams(&self.folded, &self.units, |t, from, to| {
            let weight = weigh(from, to);
            let exact = plan.probe(Field::Bigram, t, weight);
            plan.probe(Field::Title, t, weight);
            let unit = self.units.partition_point(|u| u.from < from);
            let atom = Atom {
                exact,
                heard: heard.get(&from).copied(),
                aliases: Vec::new(),
                everyday: Vec::new(),
                pair: true,
                unit,
                from,
                to,
            };
            if self.is_content(from, to) {
                plan.atom(atom);
            } else if self.content[from] || self.content[to - 1] {
                beside_filler.push(atom);
            }
        });
        if plan.atoms.is_empty() {
            // 乱作为: what says something stands beside filler alone.
            beside_filler.into_iter().for_each(|atom| plan.atom(atom));
        }
        tokenizer::singles(&self.folded, &self.units, |t, from, to| {
            plan.probe(Field::Single, t, weigh(from, to));
        });
        self.typed(tables, weights, &mut plan);
        self.alone(&mut plan);
        for met in synonyms.met(&self.folded) {
            let letters = met.from..met.to;
            if met.own {
                let probes = Self::also(&mut plan, tables, weights.synonym, met.other);
                plan.within(letters).for_each(|atom| atom.aliases.extend(probes.last()));
            } else if !self.is_known(met.from, met.to, &held) && is_whole(met.other, &held) {
                // A long expression (延长工作时间) counts no more than a word.
                let weight = weights.everyday / (met.other.letters.len() as f32 / 2.0).max(1.0);
                let probes = Self::also(&mut plan, tables, weight, met.other);
                plan.within(letters).for_each(|atom| atom.everyday.extend(probes.last()));
            }
        }
        plan
    }

    /// Whether some section has a word of the question.
    fn is_known(&self, from: usize, to: usize, held: &impl Fn(Field, &str) -> usize) -> bool {
        let word = tokenizer::spelling(&self.folded, from, to);
        held(Field::Word, word) > 0 || held(Field::Bigram, word) > 0
    }

    /// Looks up another word; a section has it where it has what the last of these probes finds.
    fn also(plan: &mut Plan, tables: &Words, weight: f32, other: &Folded) -> Vec<usize> {
        let mut probes = Vec::new();
        let mut look = |plan: &mut Plan, field: Field, token: &str| {
            probes.push(plan.probe(field, token, weight));
            plan.probe(Field::Title, token, weight);
        };
        tokenizer::words(other, tables, |t, _, _| look(plan, Field::Word, t));
        tokenizer::bigrams(other, &other.units(), |t, _, _| look(plan, Field::Bigram, t));
        probes
    }

    /// Runs of letters may be pinyin: as one word, joined with the run before, and syllable by syllable.
    fn typed(&self, tables: &Words, weights: &Weights, plan: &mut Plan) {
        let letters = self.units.iter().enumerate().filter(|(_, unit)| unit.kind == Kind::Letter);
        let runs: Vec<(usize, &Unit, Option<Vec<&str>>)> =
            letters.map(|(number, unit)| (number, unit, tables.spell(self.folded.slice(unit.from, unit.to)))).collect();
        // Among English words those that spell syllables as well (made, women) are no pinyin.
        let all_spell = runs.iter().all(|(.., syllables)| syllables.is_some());
        let mut before: Option<(&str, &[&str])> = None;
        for (number, unit, syllables) in &runs {
            let run = self.folded.slice(unit.from, unit.to);
            let Some(syllables) = syllables else {
                before = None;
                let fewest = if self.units.len() == 1 { 3 } else { 4 };
                if (fewest..=MOST_INITIALS).contains(&run.len()) && run.bytes().all(|b| b.is_ascii_lowercase()) {
                    let probe = plan.probe(Field::Spelled, run, 1.0);
                    plan.probes[probe].initials = true;
                }
                continue;
            };
            plan.probe(Field::Spelled, run, 1.0);
            for pair in syllables.windows(2) {
                let spelled = pair.join("'");
                let heard = plan.probe(Field::Sound, &spelled, weights.typed_sound);
                if all_spell && self.is_content(unit.from, unit.to) {
                    // Covered by its sound alone: no section holds it as it was typed.
                    let exact = plan.probe(Field::Single, &spelled, 1.0);
                    let (from, to) = (unit.from, unit.to);
                    plan.atom(Atom {
                        exact,
                        heard: Some(heard),
                        aliases: Vec::new(),
                        everyday: Vec::new(),
                        pair: false,
                        unit: *number,
                        from,
                        to,
                    });
                }
            }
            if let Some((start, above)) = before {
                plan.probe(Field::Spelled, &format!("{start}{run}"), 1.0);
                if let ([.., last], [first, ..]) = (above, syllables.as_slice()) {
                    plan.probe(Field::Sound, &format!("{last}'{first}"), weights.typed_sound);
                }
            }
            before = Some((run, syllables));
        }
    }

    /// Units without a neighbour are covered alone.
    fn alone(&self, plan: &mut Plan) {
        for (i, unit) in self.units.iter().enumerate() {
            let followed = self.units.get(i + 1).is_some_and(|next| next.joined);
            if unit.joined || followed || !self.is_content(unit.from, unit.to) {
                continue;
            }
            let text = self.folded.slice(unit.from, unit.to);
            let heard = plan.known(Field::Spelled, text);
            if let Some(exact) = plan.known(Field::Single, tokenizer::stem(text)) {
                plan.atom(Atom {
                    exact,
                    heard,
                    aliases: Vec::new(),
                    everyday: Vec::new(),
                    pair: false,
                    unit: i,
                    from: unit.from,
                    to: unit.to,
                });
            }
        }
    }

    /// Whether all of these letters say something.
    fn is_content(&self, from: usize, to: usize) -> bool {
        self.content[from..to].iter().all(|c| *c) && !self.asks[from..to].contains(&true)
    }

    /// What a token on these letters counts: filler says little.
    fn weight(&self, from: usize, to: usize, weights: &Weights) -> f32 {
        let told = self.content[from..to].iter().filter(|c| **c).count();
        match told {
            0 => weights.filler,
            n if n == to - from => 1.0,
            _ => weights.half_filler,
        }
    }
}

/// Whether some section has each part of a word.
fn is_whole(word: &Folded, held: &impl Fn(Field, &str) -> usize) -> bool {
    let mut whole = true;
    let units = word.units();
    tokenizer::bigrams(word, &units, |t, _, _| whole &= held(Field::Bigram, t) > 0);
    tokenizer::singles(word, &units, |t, _, _| whole &= held(Field::Single, t) > 0);
    whole
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
    fn probe(&mut self, field: Field, token: &str, weight: f32) -> usize {
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
    fn find(&self, field: Field, token: &str) -> Result<usize, u64> {
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
    fn known(&self, field: Field, token: &str) -> Option<usize> {
        self.find(field, token).ok()
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
    fn within(&mut self, letters: Range<usize>) -> impl Iterator<Item = &mut Atom> {
        self.atoms.iter_mut().filter(move |atom| letters.start <= atom.from && atom.to <= letters.end)
    }

    /// Adds an atom unless one with the same probe is there.
    fn atom(&mut self, atom: Atom) {
        if self.met.insert(atom.exact) {
            self.atoms.push(atom);
        }
    }
}

impl Query {
    /// Words of the question that no section knows, as they were typed.
    pub(crate) fn unknown(&self, plan: &Plan, found: &Found, text: &str) -> Vec<String> {
        let known = |field, token: &str| plan.known(field, token).is_some_and(|probe| found.frequency(probe) > 0);
        let mut unknown: Vec<String> = Vec::new();
        for (from, to) in self.whole_words() {
            if plan.is_unknown(found, from, to) && !known(Field::Word, self.folded.slice(from, to)) {
                let (start, end) = (self.folded.letters[from].start as usize, self.folded.letters[to - 1].end as usize);
                unknown.push(text[start..end].to_owned());
            }
            if unknown.len() == MOST_UNKNOWN {
                break;
            }
        }
        unknown
    }

    /// The longest content words; single characters beside each other make one, such as a name that jieba does not know.
    pub(crate) fn whole_words(&self) -> Vec<(usize, usize)> {
        let mut whole: Vec<(usize, usize)> = Vec::new();
        for word in &self.words {
            while whole.last().is_some_and(|(from, to)| word.from <= *from && *to <= word.to) {
                whole.pop();
            }
            match whole.last_mut() {
                Some((from, to)) if *to == word.from && word.to - word.from == 1 && *to - *from == 1 => *to = word.to,
                _ => whole.push((word.from, word.to)),
            }
        }
        whole
    }
}
