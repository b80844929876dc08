//! Numbers as people write them in questions: 三, 十二, 三十七, 37, third, 3rd.

use crate::content::model::{CARDINALS, ORDINALS, leading_number};

/// How far numbers are written in words.
const WORDED: usize = 10;

/// A number written at the start of `text`, and how many bytes it takes. Chinese numerals up to 9,999, digits up to
/// four of them. `text` is folded.
pub(super) fn leading(text: &str) -> Option<(u32, usize)> {
    leading_number(text).or_else(|| english(text, &CARDINALS[..WORDED]))
}

/// An English ordinal at the start of `text` (`third`, `3rd`), and how many bytes it takes.
pub(super) fn leading_english_ordinal(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=4).contains(&digits) {
        let suffix = ["st", "nd", "rd", "th"].into_iter().find(|s| text[digits..].starts_with(s))?;
        let end = digits + suffix.len();
        return is_border(&text[end..]).then(|| text[..digits].parse().ok().map(|n| (n, end))).flatten();
    }
    english(text, &ORDINALS[..WORDED])
}

fn english(text: &str, words: &[&str]) -> Option<(u32, usize)> {
    let found = words.iter().position(|word| text.strip_prefix(word).is_some_and(is_border))?;
    Some((u32::try_from(found).ok()? + 1, words[found].len()))
}

/// Whether a word that ends before `rest` ends there.
pub(super) fn is_border(rest: &str) -> bool {
    !rest.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_of_both_languages_are_read() {
        for (text, n) in [
            ("三条", 3),
            ("十", 10),
            ("十二项", 12),
            ("二十", 20),
            ("三十七条", 37),
            ("一百零五", 105),
            ("一千二百三十四", 1234),
            ("二〇三", 203),
            ("两个", 2),
            ("37条", 37),
            ("three", 3),
        ] {
            assert_eq!(leading(text).map(|(n, _)| n), Some(n), "{text}");
        }
        assert_eq!(leading("条"), None);
        assert_eq!(leading("12345"), None);
        assert_eq!(leading("onerous"), None);
        assert_eq!(leading_english_ordinal("third measure"), Some((3, 5)));
        assert_eq!(leading_english_ordinal("3rd"), Some((3, 3)));
        assert_eq!(leading_english_ordinal("secondary"), None);
    }
}
