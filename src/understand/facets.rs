//! Which kind of section a question asks for: the words are the document's own, the grammar is the language's.
//!
//! Of several kinds that a question names, Chinese puts the one it asks for last (作风问题的典型案例), English first
//! (causes of the problem). A question word for a passage beats a noun (制度问题为什么存在), a kind of which there is
//! one section (下一步, 成效) beats a kind of which there are many (下一步有什么措施, 下一步怎么办), and among those too a
//! question word beats a noun (用什么方式发现问题). A plain "how to" asks for whatever the document lists a how-word
//! under, but less surely.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::numbers::is_border;
use crate::content::model::{Document, Facet};
use crate::message::{Force, Wish};

/// A place in a question that names a kind.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    facet: usize,
    pub(super) range: Range<usize>,
}

/// Chinese words that ask "how"; the longer ones first.
const HOW: &[&str] = &["怎么", "怎样", "如何", "咋"];

/// What follows a how-word where the question is not about a remedy: 怎么会, 怎么样, 怎么回事, 怎么说.
const NOT_HOW_TO: &[char] = &['会', '样', '回', '说', '看', '没', '能', '啦', '了', '不', '的', '是'];

/// Words that make a mention a question of its own.
const ASKING: &[&str] = &["什么", "为何", "为啥", "怎么", "怎样", "如何", "咋", "哪", "why", "how"];

/// What a document calls itself and its kinds of sections, folded as questions are.
pub(super) struct Vocabulary {
    /// The words for each kind, found by their first character.
    kinds: FxHashMap<char, Vec<(String, usize)>>,
    /// Its short title: who says it has not said what about.
    name: String,
}

impl Vocabulary {
    /// The words of a document.
    pub(super) fn of(document: &Document, fold: &dyn Fn(&str) -> String) -> Self {
        let mut words: FxHashMap<char, Vec<(String, usize)>> = FxHashMap::default();
        for (facet, Facet { words: named, .. }) in document.facets.iter().enumerate() {
            for word in named.iter().map(|word| fold(word)).filter(|word| !word.trim().is_empty()) {
                if let Some(first) = word.chars().next() {
                    words.entry(first).or_default().push((word, facet));
                }
            }
        }
        Self { kinds: words, name: fold(&document.short).trim().to_owned() }
    }

    /// Where the document itself is named.
    pub(super) fn names<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let name = Some(self.name.as_str()).filter(|name| name.chars().count() > 1);
        name.into_iter().flat_map(|name| occurrences(text, name))
    }

    /// Every mention of a kind in a folded question, in order; of overlapping ones the longer stays.
    pub(super) fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut found: Vec<Mention> =
            text.char_indices().flat_map(|(start, first)| self.at(text, start, first)).collect();
        found.sort_by_key(|m| (std::cmp::Reverse(m.range.len()), m.range.start));
        let mut kept: Vec<Mention> = Vec::new();
        for mention in found {
            if kept.iter().all(|k| mention.range.end <= k.range.start || k.range.end <= mention.range.start) {
                kept.push(mention);
            }
        }
        kept.sort_by_key(|m| m.range.start);
        kept
    }

    /// The mentions that start where `first` stands.
    fn at<'a>(&'a self, text: &'a str, start: usize, first: char) -> impl Iterator<Item = Mention> + 'a {
        let words = self.kinds.get(&first).into_iter().flatten();
        words
            .filter(move |(word, _)| text[start..].starts_with(word.as_str()))
            .filter_map(move |(word, facet)| Some(Mention { facet: *facet, range: as_a_word(text, start, word)? }))
    }
}

/// Where a word stands; Latin words as whole words, with or without the `s` of a plural.
pub(super) fn occurrences<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    text.match_indices(word).filter_map(move |(start, _)| as_a_word(text, start, word))
}

/// The range of a word that is found at `start`, unless it is a piece of a longer Latin one.
fn as_a_word(text: &str, start: usize, word: &str) -> Option<Range<usize>> {
    let end = start + word.len();
    if !word.is_ascii() {
        return Some(start..end);
    }
    let begins = !text[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
    let plural = end + text[end..].strip_prefix('s').map_or(0, |_| 1);
    let ends = [end, plural].into_iter().find(|&end| is_border(&text[end..]))?;
    begins.then_some(start..ends)
}

/// The kind that the question asks for.
pub(super) fn wish(text: &str, document: &Document, mentions: &[Mention]) -> Option<Wish> {
    let facet = |m: &Mention| &document.facets[m.facet];
    let asks = |m: &&Mention| ASKING.iter().any(|word| text[m.range.clone()].contains(word));
    let only_one = |m: &&Mention| facet(m).within.is_none() && document.with_class(&facet(m).name).count() == 1;
    let passage = |m: &&Mention| facet(m).within.is_some();
    let said = head(text, mentions.iter().filter(|m| asks(m) && passage(m)))
        .or_else(|| head(text, mentions.iter().filter(only_one)))
        .or_else(|| head(text, mentions.iter().filter(asks)))
        .map(|m| Wish { facet: facet(m).name.clone(), force: Force::Word });
    let how_to = || {
        let remedy = document.facets.iter().find(|f| f.within.is_none() && f.words.iter().any(|w| asks_how_to(w)))?;
        is_how_to(text).then(|| Wish { facet: remedy.name.clone(), force: Force::Hint })
    };
    let named = || head(text, mentions.iter()).map(|m| Wish { facet: facet(m).name.clone(), force: Force::Word });
    said.or_else(how_to).or_else(named)
}

/// The mention that carries the question: the last in Chinese, the first in English.
fn head<'a>(text: &str, mut mentions: impl DoubleEndedIterator<Item = &'a Mention>) -> Option<&'a Mention> {
    if text.is_ascii() { mentions.next() } else { mentions.next_back() }
}

fn asks_how_to(word: &str) -> bool {
    HOW.iter().any(|how| word.contains(how)) || word.to_ascii_lowercase().starts_with("how")
}

fn is_how_to(text: &str) -> bool {
    if ["how to ", "how do ", "how can ", "how should "].iter().any(|how| text.contains(how)) {
        return true;
    }
    // 是怎么弄虚作假的 asks what happened.
    let told = text.trim_end().trim_end_matches(['呢', '吗', '啊', '呀']).ends_with('的');
    !told
        && HOW.iter().any(|how| {
            text.match_indices(how).any(|(start, _)| {
                let rest = &text[start + how.len()..];
                !rest.trim().is_empty() && !rest.starts_with(NOT_HOW_TO)
            })
        })
}
