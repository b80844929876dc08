//! Sections that a question names by number: 第三章, 第 84-1 条, 第十条之一, 第三十九条第三款, article 12.
//!
//! The number is the one that stands in the text; whether a section has it is for the answer to find out.

use super::numbers;
use crate::content::model::{Number, Unit};
use crate::message::{Counted, Part};

/// English words for the units.
const ENGLISH: &[(&str, Unit)] = &[
    ("article ", Unit::Article),
    ("chapter ", Unit::Chapter),
    ("lecture ", Unit::Lecture),
    ("lesson ", Unit::Lecture),
    ("part ", Unit::Part),
];

/// What `text` (folded: simplified, lower case, a space for each mark) names by number, the outer before the inner;
/// empty where it names nothing.
pub(super) fn find(text: &str) -> Vec<Counted> {
    let found = chinese(text);
    if !found.is_empty() {
        return found;
    }
    alone(text).or_else(|| english(text)).into_iter().collect()
}

/// Every 第…条 and the like, with the part of it that is asked for.
fn chinese(text: &str) -> Vec<Counted> {
    let mut found: Vec<Counted> = Vec::new();
    for (start, mark) in text.match_indices('第') {
        let at = skip_spaces(text, start + mark.len());
        if let Some((unit, number, _)) = number_of(text, at) {
            found.push(Counted { unit, number, part: None });
        } else if let (Some(last), Some(part)) = (found.last_mut(), part_of(text, at)) {
            last.part = last.part.or(Some(part));
        }
    }
    found
}

/// A unit with its number at `at`, and where it ends. The branch stands before the unit (84-1 条) or behind it (十条之一).
fn number_of(text: &str, at: usize) -> Option<(Unit, Number, usize)> {
    let (main, length) = numbers::leading(&text[at..])?;
    let mut end = skip_spaces(text, at + length);
    let mut branch = 0;
    let before = text[end..].strip_prefix('之').map_or(end, |_| end + '之'.len_utf8());
    if let Some((number, length)) = numbers::leading(&text[before..]).filter(|_| before > end || end > at + length) {
        (branch, end) = (number, skip_spaces(text, before + length));
    }
    let (unit, length) = Unit::leading(&text[end..])?;
    end += length;
    if let Some(rest) = text[end..].strip_prefix('之').filter(|_| branch == 0)
        && let Some((number, length)) = numbers::leading(rest)
    {
        (branch, end) = (number, end + '之'.len_utf8() + length);
    }
    Some((unit, Number::with_branch(main, branch), end))
}

/// A paragraph (第三款) or an item (第二项) of what was named before.
fn part_of(text: &str, at: usize) -> Option<Part> {
    let (number, length) = numbers::leading(&text[at..])?;
    let rest = text[skip_spaces(text, at + length)..].chars().next()?;
    match rest {
        '款' => Some(Part::Paragraph(number)),
        '项' | '目' => Some(Part::Item(number)),
        _ => None,
    }
}

/// 12条, with nothing beside it.
fn alone(text: &str) -> Option<Counted> {
    let text = text.trim();
    let (unit, number, end) = number_of(text, 0)?;
    (end == text.len()).then_some(Counted { unit, number, part: None })
}

/// Article 12, with digits or in words.
fn english(text: &str) -> Option<Counted> {
    ENGLISH.iter().find_map(|(word, unit)| {
        let start = text.find(word).filter(|start| !text[..*start].ends_with(|c: char| c.is_alphanumeric()))?;
        let (main, length) = numbers::leading(&text[start + word.len()..])?;
        numbers::is_border(&text[start + word.len() + length..]).then_some(Counted {
            unit: *unit,
            number: Number::new(main),
            part: None,
        })
    })
}

fn skip_spaces(text: &str, at: usize) -> usize {
    at + (text[at..].len() - text[at..].trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(Unit, String)> {
        find(text).into_iter().map(|counted| (counted.unit, counted.number.to_string())).collect()
    }

    #[test]
    fn a_number_is_read_with_its_unit_however_it_is_written() {
        for (text, unit, number) in [
            ("第五十四条", Unit::Article, "54"),
            ("第 38 条", Unit::Article, "38"),
            ("第84 1条", Unit::Article, "84-1"),
            ("第十条之一是什么", Unit::Article, "10-1"),
            ("第十之一条", Unit::Article, "10-1"),
            ("第六章讲什么", Unit::Chapter, "6"),
            ("12条", Unit::Article, "12"),
            ("十二 条", Unit::Article, "12"),
            ("第二编有哪些章", Unit::Part, "2"),
            ("第十二讲", Unit::Lecture, "12"),
            ("what does article 12 say", Unit::Article, "12"),
            ("chapter three", Unit::Chapter, "3"),
        ] {
            assert_eq!(numbers(text), [(unit, number.to_owned())], "{text}");
        }
    }

    #[test]
    fn what_lies_within_another_comes_behind_it() {
        let found = find("第四章第二节");
        assert_eq!(found.iter().map(|counted| counted.unit).collect::<Vec<_>>(), [Unit::Chapter, Unit::Division]);
        assert_eq!(find("第三十九条第三款说了什么")[0].part, Some(Part::Paragraph(3)));
        assert_eq!(find("第三条第 二 项")[0].part, Some(Part::Item(2)));
    }

    #[test]
    fn what_is_counted_otherwise_names_no_section() {
        for text in ["第三次会议", "第九届", "一共有12条措施", "条件有三个", "particle 3", "第三", ""]
        {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
