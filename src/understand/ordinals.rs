//! "The third measure": where in an order the thing stands that a question asks for.
//!
//! ```text
//! 第三条 · 第 37 条 · 第五项举措 · 排在第三的问题 · 最后一个问题 · 首条举措 · 措施三 · 问题1
//! measure 3 · the third measure · 3rd problem · the second one · the last one
//! ```

use std::ops::Range;

use super::numbers;
use crate::message::Ordinal;

/// What is counted with a number in an order: 届, 次 or 年 after 第九 are no place in a document.
const CLASSIFIERS: &[&str] = &["部分", "方面", "大", "条", "项", "个", "点", "章", "节", "款", "招", "种", "类"];

/// What numbers of sections are written with.
const NUMERALS: &str = "0123456789一二两三四五六七八九十百";

/// What may follow a number that stands behind the thing it counts, as in 措施三是什么.
const AFTER_NUMBER: &[char] = &['是', '的', '讲', '说', '呢', '有', '里', '中', '吗'];

/// The first place in an order that `text` (folded) names, and where it stands; `kinds` are the places of the words
/// that name kinds of sections.
pub(super) fn find(text: &str, kinds: &[Range<usize>]) -> Option<(Ordinal, Range<usize>)> {
    chinese(text, kinds)
        .or_else(|| first(text, kinds))
        .or_else(|| last(text))
        .or_else(|| behind(text, kinds))
        .or_else(|| english(text, kinds))
        .or_else(|| english_one(text))
}

fn chinese(text: &str, kinds: &[Range<usize>]) -> Option<(Ordinal, Range<usize>)> {
    text.match_indices('第').find_map(|(start, mark)| {
        let at = skip_spaces(text, start + mark.len());
        let (n, length) = numbers::leading(&text[at..])?;
        let end = skip_spaces(text, at + length);
        let after = skip_classifier(text, end);
        let behind = end + text[end..].strip_prefix('的').map_or(0, |_| '的'.len_utf8());
        let counts_something = after > end || text[end..].trim().is_empty() || kinds.iter().any(|k| k.start == behind);
        counts_something.then_some((Ordinal::Nth(n), start..after))
    })
}

/// 首条举措, 头一个问题; the kind stands behind, because 首 and 头 begin many words.
fn first(text: &str, kinds: &[Range<usize>]) -> Option<(Ordinal, Range<usize>)> {
    ["首", "头一"].into_iter().find_map(|word| {
        let start = text.find(word)?;
        let end = skip_classifier(text, start + word.len());
        let counts_something = end > start + word.len() && kinds.iter().any(|kind| kind.start == end);
        counts_something.then_some((Ordinal::Nth(1), start..end))
    })
}

/// All of a kind by their number: 五个问题, 三大举措. Where the number and its classifier stand.
pub(super) fn all_counted(text: &str, kinds: &[Range<usize>]) -> Option<Range<usize>> {
    kinds.iter().find_map(|kind| {
        let before = &text[..kind.start];
        let counted = CLASSIFIERS.iter().find_map(|word| before.strip_suffix(word))?;
        let start = counted.trim_end_matches(|c: char| NUMERALS.contains(c)).len();
        let (n, length) = numbers::leading(&counted[start..])?;
        let no_order = !text[..start].ends_with(['第', '哪']);
        (n > 1 && start + length == counted.len() && no_order).then_some(start..kind.start)
    })
}

fn last(text: &str) -> Option<(Ordinal, Range<usize>)> {
    let chinese = ["最后", "最末"].into_iter().find_map(|word| {
        let start = text.find(word)?;
        let at = start + word.len();
        let at = at + text[at..].strip_prefix('一').map_or(0, |_| '一'.len_utf8());
        let end = skip_classifier(text, at);
        (end > at).then_some((Ordinal::Last, start..end))
    });
    chinese.or_else(|| {
        let start = text.find("the last ")?;
        let end = start + "the last".len();
        let one = text[end..].strip_prefix(" one").is_some_and(|rest| rest.trim().is_empty());
        Some((Ordinal::Last, start..if one { text.len() } else { end }))
    })
}

/// A number behind the kind that it counts: 措施三, measure 3, measure no. 3.
fn behind(text: &str, kinds: &[Range<usize>]) -> Option<(Ordinal, Range<usize>)> {
    kinds.iter().find_map(|kind| {
        let mut at = skip_spaces(text, kind.end);
        for word in ["number ", "no "] {
            at += text[at..].strip_prefix(word).map_or(0, |_| word.len());
        }
        at = skip_spaces(text, at);
        let (n, length) = numbers::leading(&text[at..])?;
        let rest = &text[at + length..];
        let ends = rest.trim_start().is_empty() || rest.starts_with(' ') || rest.starts_with(AFTER_NUMBER);
        ends.then_some((Ordinal::Nth(n), kind.end..at + length))
    })
}

/// An English ordinal before the kind that it counts.
fn english(text: &str, kinds: &[Range<usize>]) -> Option<(Ordinal, Range<usize>)> {
    kinds.iter().find_map(|kind| {
        let before = text[..kind.start].trim_end();
        let start = before.rfind(' ').map_or(0, |i| i + 1);
        let (n, length) = numbers::leading_english_ordinal(&before[start..])?;
        (start + length == before.len()).then_some((Ordinal::Nth(n), start..before.len()))
    })
}

/// "The second one", with nothing behind it.
fn english_one(text: &str) -> Option<(Ordinal, Range<usize>)> {
    let end = text.trim_end().len();
    let before = text[..end].strip_suffix(" one")?;
    let start = before.rfind(' ').map_or(0, |i| i + 1);
    let (n, length) = numbers::leading_english_ordinal(&before[start..])?;
    (start + length == before.len()).then_some((Ordinal::Nth(n), start..end))
}

fn skip_spaces(text: &str, at: usize) -> usize {
    at + (text[at..].len() - text[at..].trim_start().len())
}

/// Past the classifiers that start at `at`: 大 in 第三大问题 counts, and 个 in 第三个.
fn skip_classifier(text: &str, mut at: usize) -> usize {
    while let Some(word) = CLASSIFIERS.iter().find(|word| text[at..].starts_with(**word)) {
        at += word.len();
    }
    at
}
