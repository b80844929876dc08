//! The number that a heading begins with, as the text writes it: 第六章, 第 84-1 條, 3.2, Chapter 2, 问题 1.

use crate::content::model::{Number, in_chinese, leading_number};

/// Words before the number of a heading, lower case.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "第", "chapter", "article", "art.", "section", "part", "lecture", "lesson", "unit", "question", "q", "问题", "問題", "问", "問",
];

/// What is counted behind 第, in both scripts.
const UNITS: &[&str] =
    &["分编", "分編", "单元", "單元", "编", "編", "章", "节", "節", "条", "條", "讲", "講", "课", "課", "回", "篇"];

/// The number at the start of a heading with its unit; empty where it has none.
pub(super) fn label(title: &str) -> &str {
    span(title).map_or("", |(_, end)| &title[..end])
}

/// The label with another number, written as the label writes its own.
pub(super) fn renumbered(label: &str, number: Number) -> String {
    let Some((numeral, _)) = span(label) else { return number.to_string() };
    let (before, rest) = label.split_at(numeral);
    let Some((_, length)) = leading_number(rest) else { return number.to_string() };
    let digits = rest.starts_with(|c: char| c.is_ascii_digit());
    let written = |n: u32| if digits { n.to_string() } else { in_chinese(n) };
    let after = &rest[length..];
    let after = branch(after, skip_spaces(after, 0)).map_or(after, |end| &after[end..]);
    let after = after.split(['-', '之']).next().unwrap_or_default();
    let branch = number.branch().map(|branch| format!("之{}", written(branch))).unwrap_or_default();
    format!("{before}{}{after}{branch}", written(number.main()))
}

/// Where the numeral of a heading begins, and where its label ends.
fn span(title: &str) -> Option<(usize, usize)> {
    let lower = title.to_ascii_lowercase();
    let word = BEFORE.iter().find(|word| lower.starts_with(**word))?;
    let numeral = skip_spaces(title, word.len());
    let (_, length) = leading_number(&title[numeral..])?;
    let end = numeral + length;
    if *word != "第" {
        let ends = title[end..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        return ends.then_some((numeral, end));
    }
    let at = branch(title, skip_spaces(title, end)).unwrap_or(end);
    let at = skip_spaces(title, at);
    let unit = UNITS.iter().find(|unit| title[at..].starts_with(**unit))?;
    let end = at + unit.len();
    Some((numeral, branch(title, end).unwrap_or(end)))
}

/// Where a branch ends that begins at `at`: -1, 之一.
fn branch(title: &str, at: usize) -> Option<usize> {
    let mark = ["-", "－", "之"].into_iter().find(|mark| title[at..].starts_with(mark))?;
    let (_, length) = leading_number(&title[at + mark.len()..])?;
    Some(at + mark.len() + length)
}

fn skip_spaces(text: &str, at: usize) -> usize {
    at + (text[at..].len() - text[at..].trim_start().len())
}

/// The number in digits that a heading begins with, and nothing else of it: 3.1, 2.
pub(super) fn outline(title: &str) -> Option<&str> {
    let end = title.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(title.len());
    let number = title[..end].trim_end_matches('.');
    let sound = |part: &str| (1..=3).contains(&part.len());
    let ends = title[end..].chars().next().is_some_and(|c| c.is_whitespace() || "、．)）".contains(c));
    let dotted = number.contains('.') || number.len() < end;
    (number.split('.').all(sound) && (ends || dotted) && end < title.len()).then_some(number)
}

/// The words behind the number of a heading: 第六章 政府保护, 3.2 考勤规则, 一、总则.
pub(super) fn unnumbered(title: &str) -> &str {
    let counts = |c: char| {
        c.is_ascii_digit() || "〇零一二三四五六七八九十百千第编編章节節条條讲講课課回单元之.、．（）()－-".contains(c)
    };
    let rest = title.trim_start_matches(|c: char| counts(c) || c.is_whitespace());
    let number = &title[..title.len() - rest.len()];
    // 一般规定 begins with a numeral that is none.
    let ends = number.ends_with(|c: char| c.is_whitespace() || "、.．）)".contains(c));
    if ends && !rest.is_empty() { rest } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_loses_its_number_and_no_word() {
        for (title, words) in [
            ("第六章 政府保护", "政府保护"),
            ("第 五 章 童工、女工", "童工、女工"),
            ("3.2 考勤规则", "考勤规则"),
            ("一、总则", "总则"),
            ("（三）加强领导", "加强领导"),
            ("一般规定", "一般规定"),
            ("第三条", "第三条"),
            ("2024", "2024"),
            ("十条禁令", "十条禁令"),
        ] {
            assert_eq!(unnumbered(title), words, "{title}");
        }
    }

    #[test]
    fn a_label_is_read_and_written_as_the_text_writes_it() {
        for (title, said) in [
            ("第五条　每人", "第五条"),
            ("第 五 章 童工", "第 五 章"),
            ("第 84-1 條", "第 84-1 條"),
            ("第十条之一 遗失", "第十条之一"),
            ("Chapter 2: Books", "Chapter 2"),
            ("问题 1：丢了", "问题 1"),
            ("第三次会议", ""),
            ("Quiet hours", ""),
            ("总则", ""),
        ] {
            assert_eq!(label(title), said, "{title}");
        }
        let number = |text| Number::parse(text).unwrap();
        assert_eq!(renumbered("第五条", number("50")), "第五十条");
        assert_eq!(renumbered("第 5 條", number("5-2")), "第 5 條之2");
        assert_eq!(renumbered("第 84-1 條", number("9")), "第 9 條");
        assert_eq!(renumbered("Chapter 2", number("9")), "Chapter 9");
    }

    #[test]
    fn a_heading_that_begins_with_digits_has_an_outline_number() {
        for (title, number) in [
            ("3.1 考勤", Some("3.1")),
            ("3.1考勤", Some("3.1")),
            ("2. Books", Some("2")),
            ("2 Books", Some("2")),
            ("2024 年", None),
            ("3个月", None),
            ("403", None),
        ] {
            assert_eq!(outline(title), number, "{title}");
        }
    }
}
