//! The documents' own synonyms: sets of words that mean the same, applied to the question.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::text::{Folded, Kind};
use super::words::Words;
use crate::content::model::Library;

/// Words and what else to look up for them.
pub(crate) struct Synonyms {
    all: Vec<(String, Vec<Folded>)>,
    /// The places in `all` of the words that begin with a character.
    by_first: FxHashMap<char, Vec<usize>>,
}

impl Synonyms {
    /// Collects the synonyms of all documents.
    pub(crate) fn new(library: &Library, words: &Words) -> Self {
        let mut all = Vec::new();
        for set in library.iter().flat_map(|d| &d.synonyms) {
            let folded: Vec<String> = set.iter().map(|w| Folded::new(w, words).text.trim().to_owned()).collect();
            for word in folded.iter().filter(|w| !w.is_empty()) {
                let others = folded.iter().filter(|other| *other != word).map(|other| Folded::new(other, words));
                all.push((word.clone(), others.collect()));
            }
        }
        let mut by_first: FxHashMap<char, Vec<usize>> = FxHashMap::default();
        for (number, (word, _)) in all.iter().enumerate() {
            by_first.entry(word.chars().next().unwrap_or_default()).or_default().push(number);
        }
        Self { all, by_first }
    }

    /// The synonyms of words that a question holds, with the letters those stand on.
    pub(crate) fn met<'a>(&'a self, question: &'a Folded) -> impl Iterator<Item = (usize, usize, &'a Folded)> {
        // Where each word is met first, in the order of the documents.
        let mut met: BTreeMap<usize, usize> = BTreeMap::new();
        for (from, letter) in question.letters.iter().enumerate() {
            for number in self.by_first.get(&letter.c).into_iter().flatten() {
                let word = &self.all[*number].0;
                if question.text[letter.at as usize..].starts_with(word) && stands_alone(question, from, word) {
                    met.entry(*number).or_insert(from);
                }
            }
        }
        met.into_iter().flat_map(|(number, from)| {
            let (word, others) = &self.all[number];
            let to = from + word.chars().count();
            others.iter().map(move |other| (from, to, other))
        })
    }
}

/// Whether letters that are met are a word of their own: `vote` in `pivoted` is none. Chinese writes no spaces.
fn stands_alone(question: &Folded, from: usize, word: &str) -> bool {
    let is_letter = |at: usize| question.letters.get(at).is_some_and(|letter| letter.kind == Kind::Letter);
    let to = from + word.chars().count();
    let goes_on_before = from > 0 && is_letter(from - 1) && is_letter(from);
    let goes_on_behind = is_letter(to - 1) && is_letter(to);
    !goes_on_before && !goes_on_behind
}
