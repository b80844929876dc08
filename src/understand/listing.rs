//! Questions for all that stands under a heading: 附录有哪些教程, what insurance do we have, what is in paid time off.

use super::letters::Letters;
use super::question::{find_words, without};

/// What asks for a list in Chinese, longer words first.
const CHINESE: &[&str] = &[
    "包括哪些",
    "包含哪些",
    "包括什么",
    "包含什么",
    "都有哪些",
    "都有什么",
    "有哪几",
    "有哪些",
    "有什么",
    "列出",
    "列举",
];

/// How such a question begins and ends in English; marks are spaces.
const ENGLISH: &[(&str, &str)] = &[
    ("what ", " do we have"),
    ("what ", " are there"),
    ("what ", " do you have"),
    ("which ", " do we have"),
    ("which ", " are there"),
    ("which ", " do you have"),
    ("what is in ", ""),
    ("what s in ", ""),
    ("what does ", " include"),
    ("what does ", " contain"),
    ("what is covered in ", ""),
    ("list all ", ""),
    ("list ", ""),
];

/// The words of what a folded question wants listed.
pub(super) fn find(text: &str) -> Vec<String> {
    let letters = Letters::of(text);
    let rest = if CHINESE.iter().any(|word| letters.may_hold(word) && text.contains(word)) {
        without(text, find_words(text, CHINESE))
    } else {
        let text = text.trim();
        let inside = |(begin, end): &(&str, &str)| text.strip_prefix(begin)?.strip_suffix(end);
        match ENGLISH.iter().find_map(inside) {
            Some(inside) => without(inside, Vec::new()),
            None => return Vec::new(),
        }
    };
    rest.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_listed_is_told_from_what_asks_for_it() {
        for (text, words) in [
            ("附录有哪些教程", &["附录", "教程"][..]),
            ("休假包括哪些", &["休假"]),
            ("列出 处罚", &["处罚"]),
            ("what insurance do we have ", &["insurance"]),
            ("what s in paid time off", &["paid", "time", "off"]),
            ("list all holidays", &["holidays"]),
            ("what is insurance", &[]),
            ("谁负责", &[]),
            ("有哪些", &[]),
        ] {
            assert_eq!(find(text), words, "{text}");
        }
    }
}
