//! Sections that a question names by number: 第三章, 第 84-1 条, 第十条之一, 第三十九条第三款, article 12, 最后一条; and all
//! that a unit counts: 有几章, 第三章有哪些条.
//!
//! The number is the one that stands in the text; whether a section has it is for the answer to find out. How a number
//! with points (3.1) is read: [`super::outline`].

use std::ops::Range;

use super::numbers;
use super::question::{find_words, without};
use crate::content::model::{Number, Unit, roman_number};
use crate::message::{Counted, Part, Position};

/// English words for the units, in the singular.
#[rustfmt::skip]
const ENGLISH: &[(&str, Unit)] = &[
    ("article", Unit::Article), ("art", Unit::Article), ("chapter", Unit::Chapter), ("ch", Unit::Chapter),
    ("lecture", Unit::Lecture), ("lesson", Unit::Lecture), ("unit", Unit::Lecture), ("part", Unit::Part),
    ("section", Unit::Division),
];

/// Words before a unit that ask for all of it, or for their number.
const ALL: &[&str] = &["多少", "几", "哪些", "所有", "所有的", "全部", "全部的", "什么"];
const ALL_ENGLISH: &[&str] = &["how many", "which", "all", "all the", "list the", "what are the", "what"];

/// What a document is called by somebody who asks how many sections it has.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "这部", "这本", "这份", "这门", "整部", "整本", "全文", "全书", "全法", "本法", "法律", "法规", "规章", "章程", "条例", "办法", "规定", "手册",
    "文件", "教材", "课程", "讲座", "总共", "合计", "法", "书", "总", "包括", "包含", "分", "分成", "分为", "law", "book", "handbook", "course", "whole",
];

/// What a question names by number.
#[derive(Default)]
pub(super) struct Found {
    /// The sections that it names, the outer before the inner.
    pub(super) counted: Vec<Counted>,
    /// All that a unit counts, under those.
    pub(super) all_of: Option<Unit>,
}

/// What `text` (folded: simplified, lower case, a space for each mark) names by number; `names` are the places of the
/// document's own names in it.
pub(super) fn find(text: &str, names: &[Range<usize>]) -> Found {
    let mut found = chinese(text);
    if found.is_empty() {
        found = alone(text).into_iter().collect();
    }
    if found.is_empty() {
        found = english(text);
    }
    let counted = found.iter().map(|(counted, _)| *counted).collect();
    let all_of = all_of(text).filter(|(_, at)| {
        let taken = found.iter().map(|(_, at)| at).chain([at]).chain(names).cloned();
        says_no_more(text, taken)
    });
    Found { counted, all_of: all_of.map(|(unit, _)| unit) }
}

/// Whether nothing is left of a question that is a topic, but a word for the document.
fn says_no_more(text: &str, taken: impl Iterator<Item = Range<usize>>) -> bool {
    let rest = without(text, taken.collect());
    without(&rest, find_words(&rest, WHOLE)).is_empty()
}

/// Every 第…条, 最后一条 and the like, in order, with the part of it that is asked for.
fn chinese(text: &str) -> Vec<(Counted, Range<usize>)> {
    let mut found: Vec<(Counted, Range<usize>)> = Vec::new();
    for (start, mark) in text.match_indices('第') {
        let at = skip_spaces(text, start + mark.len());
        if let Some((unit, number, end)) = number_of(text, at) {
            let item = item_behind(text, end);
            let end = item.map_or(end, |(_, end)| end);
            let part = item.map(|(part, _)| part);
            found.push((Counted { unit, position: Position::Number(number), part }, start..end));
        } else if let (Some((last, range)), Some((part, end))) = (found.last_mut(), part_of(text, at)) {
            // 第二款第（三）项: the item is what is wanted.
            last.part = Some(part);
            range.end = end;
        }
    }
    found.extend(by_place(text));
    found.sort_by_key(|(_, range)| range.start);
    found
}

/// 最后一条, 末章, 首条: by place, whatever its number.
fn by_place(text: &str) -> Option<(Counted, Range<usize>)> {
    let words = [("最后", Position::Last), ("最末", Position::Last), ("末", Position::Last), ("首", Position::First)];
    words.into_iter().find_map(|(word, position)| {
        let start = text.find(word)?;
        let mut at = start + word.len();
        for filler in ["一", "1", "个"] {
            at += text[at..].strip_prefix(filler).map_or(0, |_| filler.len());
        }
        let (unit, length) = Unit::leading(&text[at..])?;
        Some((Counted { unit, position, part: None }, start..at + length))
    })
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

/// A paragraph (第三款) or an item (第二项) of what was named before, and where it ends.
fn part_of(text: &str, at: usize) -> Option<(Part, usize)> {
    let (number, length) = numbers::leading(&text[at..])?;
    let end = skip_spaces(text, at + length);
    let c = text[end..].chars().next()?;
    let part = match c {
        '款' => Part::Paragraph(number),
        '项' | '目' => Part::Item(number),
        _ => return None,
    };
    Some((part, end + c.len_utf8()))
}

/// An item right behind its article, in brackets, which are spaces here: 第三条（二）.
fn item_behind(text: &str, at: usize) -> Option<(Part, usize)> {
    let start = skip_spaces(text, at);
    let (number, length) = numbers::leading(&text[start..]).filter(|_| start > at)?;
    let end = start + length;
    let ends = text[end..].chars().next().is_none_or(char::is_whitespace);
    ends.then_some((Part::Item(number), end))
}

/// 12条, with nothing beside it that is a topic.
fn alone(text: &str) -> Option<(Counted, Range<usize>)> {
    let start = text.find(|c: char| !c.is_whitespace())?;
    let (unit, number, end) = number_of(text, start)?;
    // 三条 may count three of them: a numeral names an article where nothing follows.
    let digits = text[start..].starts_with(|c: char| c.is_ascii_digit());
    let ends = text[end..].trim().is_empty() || (digits && says_no_more(text, std::iter::once(start..end)));
    ends.then_some((Counted { unit, position: Position::Number(number), part: None }, start..end))
}

/// Articles in English, the outer before the inner: article 12, art. 12, the last chapter, article 3 paragraph 2.
fn english(text: &str) -> Vec<(Counted, Range<usize>)> {
    let mut found: Vec<(Counted, Range<usize>)> = Vec::new();
    for (word, unit) in ENGLISH {
        for (start, _) in text.match_indices(word).filter(|(start, _)| starts_word(text, *start)) {
            let end = start + word.len();
            if !numbers::is_border(&text[end..]) {
                continue;
            }
            let counted = |position| Counted { unit: *unit, position, part: None };
            if let Some((number, end)) = english_number(text, end) {
                found.push((counted(Position::Number(number)), start..end));
            } else if let Some((position, start)) = english_place(text, start) {
                found.push((counted(position), start..end));
            }
        }
    }
    // The smallest unit is what is asked for: article 3 of chapter 2.
    found.sort_by_key(|(counted, _)| Unit::ALL.iter().position(|unit| *unit == counted.unit));
    if let Some((last, _)) = found.last_mut() {
        last.part = english_part(text);
    }
    found
}

fn english_number(text: &str, at: usize) -> Option<(Number, usize)> {
    let mut start = skip_spaces(text, at);
    for word in ["number ", "no "] {
        start = skip_spaces(text, start + text[start..].strip_prefix(word).map_or(0, |_| word.len()));
    }
    let read = numbers::leading(&text[start..]).or_else(|| roman(&text[start..]));
    let (main, length) = read.filter(|_| start > at)?;
    let end = start + length;
    numbers::is_border(&text[end..]).then_some((Number::new(main), end))
}

/// Roman figures at the start of a text, and how many bytes they take: article iv. A single letter counts only where
/// nothing but another number follows: "which part i should read" is no part 1.
fn roman(text: &str) -> Option<(u32, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let number = roman_number(&text[..length].to_ascii_uppercase())?;
    let behind = text[length..].trim_start();
    let counts = |word: &str| behind.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '));
    let goes_on = || behind.is_empty() || counts("of") || ENGLISH.iter().any(|(word, _)| counts(word));
    (length > 1 || goes_on()).then_some((number, length))
}

/// "The last" or "the first" before a unit at `at`; a numeral (the third chapter) is its number.
fn english_place(text: &str, at: usize) -> Option<(Position, usize)> {
    let before = text[..at].trim_end();
    let start = before.rfind(' ').map_or(0, |space| space + 1);
    let position = match &before[start..] {
        "last" | "final" => Position::Last,
        "first" => Position::First,
        word => {
            let (number, length) = numbers::leading_english_ordinal(word)?;
            (length == word.len()).then_some(Position::Number(Number::new(number)))?
        }
    };
    Some((position, start))
}

fn english_part(text: &str) -> Option<Part> {
    let number = |word: &str| {
        let start = text.find(word).filter(|start| starts_word(text, *start))?;
        english_number(text, start + word.len()).map(|(number, _)| number.main())
    };
    let paragraph = ["paragraph", "para"].into_iter().find_map(number).map(Part::Paragraph);
    ["item", "point"].into_iter().find_map(number).map(Part::Item).or(paragraph)
}

fn starts_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_alphanumeric())
}

/// All that a unit counts, and where that is said: 几章, 多少条, 哪些条文, how many articles.
fn all_of(text: &str) -> Option<(Unit, Range<usize>)> {
    let chinese = ALL.iter().flat_map(|word| text.match_indices(word)).find_map(|(start, word)| {
        let mut at = start + word.len();
        at += text[at..].strip_prefix('个').map_or(0, |_| '个'.len_utf8());
        let (unit, length) = Unit::leading(&text[at..])?;
        let end = at + length;
        // 条文, 章节
        let end = end + ['文', '节'].iter().find(|c| text[end..].starts_with(**c)).map_or(0, |c| c.len_utf8());
        Some((unit, start..end))
    });
    chinese.or_else(|| {
        ENGLISH.iter().find_map(|(word, unit)| {
            let (start, _) = text.match_indices(word).find(|(start, _)| starts_word(text, *start))?;
            let end = start + word.len() + 1;
            let plural = text.get(start + word.len()..end) == Some("s") && numbers::is_border(&text[end..]);
            let before = text[..start].trim_end();
            let asks = ALL_ENGLISH.iter().filter(|asks| before.ends_with(*asks)).max_by_key(|asks| asks.len())?;
            plural.then(|| (*unit, before.len() - asks.len()..end))
        })
    })
}

fn skip_spaces(text: &str, at: usize) -> usize {
    at + (text[at..].len() - text[at..].trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> Vec<Counted> {
        find(text, &[]).counted
    }

    fn numbers(text: &str) -> Vec<(Unit, String)> {
        let said = |position| match position {
            Position::Number(number) => number.to_string(),
            Position::First => "first".to_owned(),
            Position::Last => "last".to_owned(),
        };
        counted(text).into_iter().map(|counted| (counted.unit, said(counted.position))).collect()
    }

    #[test]
    fn a_number_is_read_with_its_unit_however_it_is_written() {
        for (text, unit, number) in [
            ("第五十四条", Unit::Article, "54"),
            ("第 38 条", Unit::Article, "38"),
            ("第84 1条", Unit::Article, "84-1"),
            ("第十条之一是什么", Unit::Article, "10-1"),
            ("第十之一条", Unit::Article, "10-1"),
            ("第10条之1", Unit::Article, "10-1"),
            ("第六章讲什么", Unit::Chapter, "6"),
            ("12条", Unit::Article, "12"),
            ("12条是什么", Unit::Article, "12"),
            ("十二 条", Unit::Article, "12"),
            ("第二编有哪些章", Unit::Part, "2"),
            ("第十二讲", Unit::Lecture, "12"),
            ("what does article 12 say", Unit::Article, "12"),
            ("article iv", Unit::Article, "4"),
            ("what does article xii say", Unit::Article, "12"),
            ("art  12", Unit::Article, "12"),
            ("chapter three", Unit::Chapter, "3"),
            ("the third chapter", Unit::Chapter, "3"),
            ("最后一条", Unit::Article, "last"),
            ("the last article", Unit::Article, "last"),
            ("首条讲什么", Unit::Article, "first"),
        ] {
            assert_eq!(numbers(text), [(unit, number.to_owned())], "{text}");
        }
    }

    #[test]
    fn what_lies_within_another_comes_behind_it() {
        let units = |text: &str| counted(text).iter().map(|counted| counted.unit).collect::<Vec<_>>();
        assert_eq!(units("第四章第二节"), [Unit::Chapter, Unit::Division]);
        assert_eq!(units("第四章最后一条"), [Unit::Chapter, Unit::Article]);
        assert_eq!(units("article 3 of chapter 2"), [Unit::Chapter, Unit::Article]);
        for (text, part) in [
            ("第三十九条第三款说了什么", Part::Paragraph(3)),
            ("第三条第 二 项", Part::Item(2)),
            ("第三条 二 ", Part::Item(2)),
            ("第三条第二款第 四 项", Part::Item(4)),
            ("article 3  paragraph 2", Part::Paragraph(2)),
            ("item 4 of article 3", Part::Item(4)),
        ] {
            assert_eq!(counted(text).last().unwrap().part, Some(part), "{text}");
        }
    }

    #[test]
    fn all_of_a_unit_are_asked_for_where_nothing_else_is() {
        for (text, unit) in [
            ("有几章", Unit::Chapter),
            ("这部法一共多少条", Unit::Article),
            ("第三章有哪些条文", Unit::Article),
            ("全文有多少个章节", Unit::Chapter),
            ("how many articles are there", Unit::Article),
            ("what are the chapters", Unit::Chapter),
        ] {
            assert_eq!(find(text, &[]).all_of, Some(unit), "{text}");
        }
        for text in ["罚款有哪些条文", "有几条狗", "第三章", "一共有几个问题", "哪些条件", "how many parts of rice"]
        {
            assert_eq!(find(text, &[]).all_of, None, "{text}");
        }
    }

    #[test]
    fn what_is_counted_otherwise_names_no_section() {
        for text in ["第三次会议", "第九届", "一共有12条措施", "条件有三个", "particle 3", "第三", "三条措施", ""]
        {
            assert_eq!(counted(text), [], "{text}");
        }
    }
}
