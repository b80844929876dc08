//! Words that stand for each other in a question: the documents' own sets of synonyms, and a table of everyday words with
//! what rules, handbooks and manuals write instead ([`EVERYDAY`]).
//!
//! A document's own synonyms are always looked up. What the table says is looked up only for words that no section has:
//! who uses the document's words means them.

use rustc_hash::FxHashMap;

use super::latin::stem;
use super::text::{Folded, Kind};
use super::words::Words;
use crate::content::model::Library;

/// Everyday words and what is written instead.
const EVERYDAY: &str = include_str!("tables/everyday.txt");

/// Sets of words, each word with its place in them.
pub(crate) struct Synonyms {
    sets: Vec<Vec<Folded>>,
    /// How many of the sets are the documents' own: they come first.
    own: usize,
    /// Set and word by the stem of its first unit in Latin script, or by its first character.
    by_start: FxHashMap<String, Vec<(u32, u32)>>,
}

/// A word that a question holds, and one that may stand for it.
pub(crate) struct Met<'a> {
    /// The first letter of the word in the question.
    pub from: usize,
    /// The letter after it.
    pub to: usize,
    /// What may stand for it.
    pub other: &'a Folded,
    /// A document says so itself.
    pub own: bool,
}

impl Synonyms {
    /// Collects the synonyms of all documents, and the table.
    pub(crate) fn new(library: &Library, words: &Words) -> Self {
        let fold = |word: &str| Folded::new(word.trim(), words);
        let filled = |set: Vec<Folded>| set.into_iter().filter(|word| !word.letters.is_empty()).collect::<Vec<_>>();
        let of_documents = library.iter().flat_map(|d| &d.synonyms);
        let mut sets: Vec<Vec<Folded>> =
            of_documents.map(|set| filled(set.iter().map(|w| fold(w)).collect())).collect();
        let own = sets.len();
        let lines = EVERYDAY.lines().filter(|line| !line.starts_with('#'));
        sets.extend(lines.map(|line| line.split_whitespace().map(|w| fold(&w.replace('_', " "))).collect()));
        let mut by_start: FxHashMap<String, Vec<(u32, u32)>> = FxHashMap::default();
        for (number, set) in sets.iter().enumerate() {
            for (place, word) in set.iter().enumerate() {
                by_start.entry(start(word, 0).to_owned()).or_default().push((number as u32, place as u32));
            }
        }
        Self { sets, own, by_start }
    }

    /// The words of a question that have synonyms, each with every word that may stand for it, in the order of the sets;
    /// a word counts where it is met first.
    pub(crate) fn met<'a>(&'a self, question: &'a Folded) -> impl Iterator<Item = Met<'a>> {
        let mut met: Vec<(u32, u32, usize, usize)> = Vec::new();
        for from in 0..question.letters.len() {
            let Some(words) = self.by_start.get(start(question, from)) else { continue };
            for (set, place) in words {
                let word = &self.sets[*set as usize][*place as usize];
                if let Some(to) = stands(question, from, word) {
                    met.push((*set, *place, from, to));
                }
            }
        }
        met.sort_unstable();
        met.dedup_by_key(|(set, place, ..)| (*set, *place));
        met.into_iter().flat_map(move |(set, place, from, to)| {
            let others = self.sets[set as usize].iter().enumerate().filter(move |(other, _)| *other != place as usize);
            let own = (set as usize) < self.own;
            others.map(move |(_, other)| Met { from, to, other, own })
        })
    }
}

/// What is looked up for a word that begins at a letter: the stem of a run of letters, else the character.
fn start(text: &Folded, from: usize) -> &str {
    let Some(letter) = text.letters.get(from) else { return "" };
    if letter.kind != Kind::Letter {
        return text.slice(from, from + 1);
    }
    stem(text.slice(from, run_end(text, from)))
}

/// The letter after a run of letters.
fn run_end(text: &Folded, from: usize) -> usize {
    from + text.letters[from..].iter().take_while(|letter| letter.kind == Kind::Letter).count()
}

/// The letter after a word where a question has it from a letter on. Latin words count whole and by their stem (`vote` is
/// not in `pivoted`); Chinese writes no spaces.
fn stands(question: &Folded, from: usize, word: &Folded) -> Option<usize> {
    let is_letter = |at: usize| question.letters.get(at).is_some_and(|letter| letter.kind == Kind::Letter);
    if is_letter(from) && from > 0 && is_letter(from - 1) {
        return None;
    }
    let (mut at, mut here) = (from, 0);
    while here < word.letters.len() {
        if word.letters[here].kind == Kind::Letter {
            if !is_letter(at) {
                return None;
            }
            let (end, here_end) = (run_end(question, at), run_end(word, here));
            if stem(question.slice(at, end)) != stem(word.slice(here, here_end)) {
                return None;
            }
            (at, here) = (end, here_end);
        } else {
            if question.letters.get(at)?.c != word.letters[here].c {
                return None;
            }
            (at, here) = (at + 1, here + 1);
        }
    }
    Some(at)
}
