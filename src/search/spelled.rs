//! The words of the index by how they are spelled in pinyin: finds what was typed as pinyin. Each word is spelled once,
//! however often the text has it.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use super::pinyin::readings;

/// Longer words are spelled by their parts.
const LONGEST: usize = 6;

/// A word of characters with several readings is kept in this many spellings at most.
const MOST: usize = 4;

/// Where the words of each spelling stand in their dictionary.
#[derive(Default)]
pub(crate) struct Spelled {
    /// The hash of a spelling and the place of a word, in the order of the hashes.
    words: Box<[(u32, u32)]>,
}

impl Spelled {
    /// Spells every word of a dictionary.
    pub(crate) fn new(dictionary: &TermDictionary) -> std::io::Result<Self> {
        let mut words = Vec::new();
        let mut stream = dictionary.stream()?;
        while stream.advance() {
            let place = stream.term_ord() as u32;
            let word = std::str::from_utf8(stream.key()).unwrap_or_default();
            words.extend(spellings(word).iter().map(|spelling| (hash(spelling), place)));
        }
        words.sort_unstable();
        Ok(Self { words: words.into() })
    }

    /// The words that are spelled like this.
    pub(crate) fn words(&self, spelling: &str, dictionary: &TermDictionary) -> Vec<TermInfo> {
        let hash = hash(spelling);
        let from = self.words.partition_point(|(other, _)| *other < hash);
        let alike = self.words[from..].iter().take_while(|(other, _)| *other == hash);
        let mut word = Vec::new();
        let mut found = Vec::new();
        for (_, place) in alike {
            word.clear();
            // The dictionary lies in memory: reading it fails no more than reading a Vec does.
            let known = dictionary.ord_to_term(u64::from(*place), &mut word).unwrap_or(false);
            let text = std::str::from_utf8(&word).unwrap_or_default();
            if known && spellings(text).iter().any(|other| other == spelling) {
                found.extend(dictionary.get(&word).ok().flatten());
            }
        }
        found
    }
}

fn hash(spelling: &str) -> u32 {
    let mut hasher = FxHasher::default();
    spelling.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}

/// A word of at least two characters as joined pinyin, in each reading that it may have; nothing for other words.
pub(crate) fn spellings(word: &str) -> Vec<String> {
    if !(2..=LONGEST).contains(&word.chars().count()) {
        return Vec::new();
    }
    let mut all = vec![String::new()];
    for c in word.chars() {
        let readings = readings(c);
        let Some((first, others)) = readings.split_first() else { return Vec::new() };
        let more = (MOST / all.len()).max(1).min(readings.len()) - 1;
        // Most characters have one reading.
        let others: Vec<String> = all
            .iter()
            .flat_map(|start| others[..more].iter().map(move |reading| format!("{start}{reading}")))
            .collect();
        all.iter_mut().for_each(|start| start.push_str(first));
        all.extend(others);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_spelled_in_each_reading_and_nothing_else_is() {
        assert_eq!(spellings("监督"), ["jiandu"]);
        let bank = spellings("银行");
        assert!(["yinhang", "yinxing"].iter().all(|spelling| bank.contains(&(*spelling).to_owned())), "{bank:?}");
        assert!(spellings("重行重行").len() <= MOST);
        for word in ["督", "", "abc", "监a", "一二三四五六七"] {
            assert!(spellings(word).is_empty(), "{word}");
        }
    }
}
