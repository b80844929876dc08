//! The documents' own synonyms: sets of words that mean the same, applied to the question.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::text::Folded;
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
                if question.text[letter.at as usize..].starts_with(&self.all[*number].0) {
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
