//! A number with points that is all a question names: 3.1, 2.4.1 讲什么, section 3.1, 第3.1节.

use super::question::{find_words, fold, without};
use crate::content::model::half_width;

/// The words that may stand around it.
const AROUND: &[&str] = &[
    "第", "节", "小节", "条", "章", "款", "部分", "讲", "说", "写", "规定", "section", "sec", "chapter", "part",
    "item", "say", "says", "read",
];

/// The longest part of such a number, in digits: 2024.11 is a date.
const DIGITS: usize = 3;

/// The number, such as `3.1`; `None` where the question names something else too.
pub(super) fn find(text: &str, simplify: &dyn Fn(char) -> char) -> Option<String> {
    let text: String = text.chars().map(half_width).collect();
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let number = leading(&text[start..])?;
    let rest = fold(&format!("{} {}", &text[..start], &text[start + number.len()..]), simplify);
    let rest = without(&rest, find_words(&rest, AROUND));
    rest.is_empty().then(|| number.to_owned())
}

/// The number with points that `text` begins with.
fn leading(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number = text[..end].trim_end_matches('.');
    let sound = |part: &str| (1..=DIGITS).contains(&part.len());
    (number.contains('.') && number.split('.').all(sound)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_points_is_read_where_it_stands_alone() {
        for (text, number) in [
            ("3.1", Some("3.1")),
            ("Section 3.1", Some("3.1")),
            ("第3.1节讲什么？", Some("3.1")),
            ("what does section 2.4.1 say?", Some("2.4.1")),
            ("３.１", Some("3.1")),
            ("3.1 亿元给了谁", None),
            ("罚3.1元", None),
            ("2024.11", None),
            ("3", None),
            ("", None),
        ] {
            assert_eq!(find(text, &|c| c).as_deref(), number, "{text}");
        }
    }
}
