//! The documents' own synonyms: sets of words that mean the same, applied to the question.

use super::text::Folded;
use super::words::Words;
use crate::content::model::Library;

/// Words and what else to look up for them.
pub(crate) struct Synonyms(Vec<(String, Vec<Folded>)>);

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
        Self(all)
    }

    /// The synonyms of words that a question holds, with the letters those stand on.
    pub(crate) fn met<'a>(&'a self, question: &'a Folded) -> impl Iterator<Item = (usize, usize, &'a Folded)> {
        self.0.iter().filter_map(|(word, others)| Some((question.text.find(word)?, word, others))).flat_map(
            |(at, word, others)| {
                let from = question.letters.partition_point(|l| (l.at as usize) < at);
                let to = from + word.chars().count();
                others.iter().map(move |other| (from, to, other))
            },
        )
    }
}
