//! From a question to what is looked up for it ([`Plan`]).

use rustc_hash::{FxHashMap, FxHashSet};

use super::asking;
use super::filler::is_filler;
use super::index::Index;
use super::latin::stem;
use super::plan::{Atom, Plan};
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

/// How many unknown words in Latin script are compared with those of the documents.
const MOST_MISTYPED: usize = 3;

/// How many words are named that no section knows.
const MOST_UNKNOWN: usize = 8;

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
        // In a Chinese question `it` and `a` are no small words: IT部门, A股.
        let chinese = is_chinese(&folded);
        for token in tables.jieba().cut_for_search(&folded.text, false) {
            let told = folded.letters.get(token.start).is_some_and(|l| !matches!(l.kind, Kind::Gap | Kind::Stop))
                && !(is_filler(token.word) && !(chinese && token.word.is_ascii()));
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
    pub(crate) fn plan(&self, tables: &Words, weights: &Weights, synonyms: &Synonyms, index: &Index) -> Plan {
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
        self.characters(&mut plan);
        self.typed(tables, weights, &mut plan);
        self.alone(index, tables, &mut plan);
        for met in synonyms.met(&self.folded) {
            let letters = met.from..met.to;
            if met.own {
                let probes = Self::also(&mut plan, tables, weights.synonym, met.other);
                plan.within(letters).for_each(|atom| atom.aliases.extend(probes.last()));
            } else if !self.is_known(met.from, met.to, index) && is_whole(met.other, index) {
                // A long expression (延长工作时间) counts no more than a word.
                let weight = weights.everyday / (met.other.letters.len() as f32 / 2.0).max(1.0);
                let probes = Self::also(&mut plan, tables, weight, met.other);
                plan.within(letters).for_each(|atom| atom.everyday.extend(probes.last()));
            }
        }
        plan
    }

    /// Whether some section has a word of the question.
    fn is_known(&self, from: usize, to: usize, index: &Index) -> bool {
        let word = tokenizer::spelling(&self.folded, from, to);
        [Field::Word, Field::Bigram].iter().any(|field| index.frequency(*field, word) > 0)
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

    /// Characters that are words of their own (借, 狗), whatever stands beside them: a section that holds them comes near,
    /// and is not sure for that.
    fn characters(&self, plan: &mut Plan) {
        for word in self.words.iter().filter(|word| word.to - word.from == 1) {
            let (from, to) = (word.from, word.to);
            let unit = self.units.partition_point(|unit| unit.from < from);
            let is_character = self.folded.letters[from].kind == Kind::Han && self.is_content(from, to);
            if let Some(exact) = plan.known(Field::Single, &word.text).filter(|_| is_character) {
                plan.characters.push(Atom::new(exact, unit, from..to));
            }
        }
    }

    /// Units without a neighbour are covered alone, and so are words in Latin script among Chinese ones (公司WiFi密码).
    fn alone(&self, index: &Index, tables: &Words, plan: &mut Plan) {
        let mut mistyped = 0;
        for (i, unit) in self.units.iter().enumerate() {
            let followed = self.units.get(i + 1).is_some_and(|next| next.joined);
            let text = self.folded.slice(unit.from, unit.to);
            let is_word = unit.kind == Kind::Letter && text.len() > 1 && text.bytes().all(|b| b.is_ascii_lowercase());
            if ((unit.joined || followed) && !is_word) || !self.is_content(unit.from, unit.to) {
                continue;
            }
            let (heard, mut everyday) = (plan.known(Field::Spelled, text), Vec::new());
            let Some(exact) = plan.known(Field::Single, stem(text)) else { continue };
            if is_word
                && mistyped < MOST_MISTYPED
                && tables.spell(text).is_none()
                && index.frequency(Field::Single, stem(text)) == 0
            {
                mistyped += 1;
                if let Some(word) = index.similar(stem(text)) {
                    everyday.push(plan.probe(Field::Single, &word, 1.0));
                    plan.probe(Field::Word, &word, 1.0);
                    plan.probe(Field::Title, &word, 1.0);
                }
            }
            plan.atom(Atom { heard, everyday, ..Atom::new(exact, i, unit.from..unit.to) });
        }
    }

    /// Whether a pair of units is one in Chinese and one in Latin script: neighbours by chance, where no section has both.
    pub(crate) fn changes_script(&self, atom: &Atom) -> bool {
        let kind = |unit: usize| self.units.get(unit).map(|unit| unit.kind);
        kind(atom.unit) != kind(atom.unit + 1)
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

fn is_chinese(text: &Folded) -> bool {
    text.letters.iter().any(|letter| letter.kind == Kind::Han)
}

/// Whether some section has each part of a word.
fn is_whole(word: &Folded, index: &Index) -> bool {
    let mut whole = true;
    let units = word.units();
    tokenizer::bigrams(word, &units, |t, _, _| whole &= index.frequency(Field::Bigram, t) > 0);
    tokenizer::singles(word, &units, |t, _, _| whole &= index.frequency(Field::Single, t) > 0);
    whole
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
