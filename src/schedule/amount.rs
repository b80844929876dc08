//! How much a reminder brings and by when all is read, as people write it beside the time.
//!
//! ```text
//! amount = 3 条 | 每次两节 | 3 sections [at a time]
//! end    = 到3月1日读完 | 3月1日前学完 | 3月底之前 | 30天读完 | finish by March 1 | by 2027-03-01 | in 30 days
//! ```
//! What is left of the text says when: `每天早上8点 3条` leaves `每天早上8点`.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};

use super::typed;
use crate::content::model::{half_width, leading_number, with_digits};

/// What a text asks for beside the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How many sections a reminder brings.
    pub each: Option<u32>,
    /// The last day of a plan.
    pub until: Option<NaiveDate>,
    /// The rest of the text.
    pub rest: String,
}

/// What is counted in a series.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "条", "條", "节", "節", "篇", "讲", "講", "课", "課", "章", "段", "项", "項", "则", "則", "题", "題", "小节", "个问题",
    "sections", "section", "articles", "article", "items", "item", "entries", "entry", "lessons", "lesson",
    "lectures", "lecture", "chapters", "chapter", "pieces", "piece", "questions", "question",
];

/// Words that may stand before an amount, and behind it.
const BEFORE: &[&str] = &["每次各", "每次", "一次", "每回", "各", "共"];
const BEHIND: &[&str] =
    &["举措", "措施", "条文", "问答", "问题", "内容", "文章", "法条", "at a time", "each time", "per reminder", "each"];

/// What says that a date is an end.
const BY: &[&str] = &["截至", "截止到", "截止", "争取在", "争取", "在", "到", "至"];
const UNTIL: &[&str] = &["之前", "以前", "为止", "前", "止", "内", "之内", "以内"];
const DONE: &[&str] =
    &["全部", "读完", "讀完", "学完", "學完", "看完", "念完", "背完", "讲完", "过完", "完成", "结束", "完"];
#[rustfmt::skip]
const BY_ENGLISH: &[&str] = &[
    "to be finished by", "to finish by", "finish it by", "finished by", "finish by", "done by", "complete by", "finish before",
    "before", "until", "by",
];
const IN_ENGLISH: &[&str] = &["finish in", "finished in", "done in", "in"];

/// Days of the units of time.
const SPANS: &[(&str, u64)] = &[("天", 1), ("日", 1), ("个星期", 7), ("星期", 7), ("周", 7), ("个月", 30)];
const SPANS_ENGLISH: &[(&str, u64)] = &[("day", 1), ("week", 7), ("month", 30)];

/// Takes amount and end out of a text; `today` is the day on the schedule's clock.
///
/// A date that is past is given all the same: it is for others to say so.
pub fn take(text: &str, today: NaiveDate) -> Amount {
    let text: String = text.chars().map(half_width).collect();
    let (until, text) = match end(&text, today) {
        Some((until, range)) => (Some(until), without(&text, range)),
        None => (None, text),
    };
    match each(&text) {
        Some((each, range)) => Amount { each: Some(each), until, rest: without(&text, range) },
        None => Amount { each: None, until, rest: text },
    }
}

fn without(text: &str, range: Range<usize>) -> String {
    let rest = format!("{} {}", &text[..range.start], &text[range.end..]);
    rest.trim_matches(|c: char| c.is_whitespace() || "，、,；;".contains(c)).to_owned()
}

/// The number of sections, and where it is said.
fn each(text: &str) -> Option<(u32, Range<usize>)> {
    let lower = text.to_ascii_lowercase();
    text.char_indices().find_map(|(start, _)| {
        if !begins_number(text, start) {
            return None;
        }
        let (number, length) = leading_number(&text[start..])?;
        let unit_at = skip_spaces(text, start + length);
        let unit = longest(UNITS, &lower[unit_at..])?;
        let mut end = unit_at + unit.len();
        if unit.is_ascii() && lower[end..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        if let Some(word) = longest(BEHIND, lower[end..].trim_start()) {
            end = skip_spaces(text, end) + word.len();
        }
        let before = text[..start].trim_end();
        let start = BEFORE.iter().find_map(|word| before.strip_suffix(word)).map_or(start, str::len);
        Some((number, start..end))
    })
}

/// Whether a number of its own begins at `at`: not inside another, not 第三, and not the weekday of 周三.
fn begins_number(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let within = |c: char| {
        c.is_ascii_alphanumeric()
            || ":：.-/第周期拜".contains(c)
            || leading_number(c.encode_utf8(&mut [0; 4])).is_some()
    };
    let weekday = text[..at].chars().rev().nth(1).is_some_and(|c| "周期拜".contains(c));
    before.is_none_or(|c| !within(c) || (weekday && !c.is_ascii_digit()))
}

/// The last day, and where it is said.
fn end(text: &str, today: NaiveDate) -> Option<(NaiveDate, Range<usize>)> {
    by_date(text, today).or_else(|| within_days(text, today)).or_else(|| english(text, today))
}

/// 到3月1日读完, 3月1日前, 2027-03-01 之前读完.
fn by_date(text: &str, today: NaiveDate) -> Option<(NaiveDate, Range<usize>)> {
    dates(text).find_map(|range| {
        let date = chinese_date(&text[range.clone()], today)?;
        let before = text[..range.start].trim_end();
        let by = BY.iter().find_map(|word| before.strip_suffix(word)).map(str::len);
        let (until, end) = skip_words(text, range.end, UNTIL);
        let (done, end) = skip_words(text, end, DONE);
        (by.is_some() || until || done).then_some((date, by.unwrap_or(range.start)..end))
    })
}

/// The runs of characters that a date is made of.
fn dates(text: &str) -> impl Iterator<Item = Range<usize>> {
    let part = |c: char| c.is_ascii_digit() || "零〇一二三四五六七八九十年月日号明今后底末-/.".contains(c);
    let mut ranges = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (part(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                ranges.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    ranges.into_iter()
}

/// A date in figures or numerals: 3月1日, 明年3月1日, 三月底, 2027-03-01.
fn chinese_date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let digits = with_digits(text);
    let (digits, year) = match digits.char_indices().find_map(|(at, c)| Some((at, c, "今明后".find(c)?))) {
        Some((at, c, _)) => {
            let later = i32::try_from("今明后".chars().position(|other| other == c)?).ok()?;
            (digits[at + c.len_utf8()..].trim_start_matches('年').to_owned(), Some(today.year() + later))
        }
        None => (digits, None),
    };
    let digits = year.map_or_else(|| digits.clone(), |year| format!("{year}年{digits}"));
    if let Some(month) = digits.strip_suffix(['底', '末']) {
        let first = typed::written(&format!("{month}1日"), today.pred_opt()?)?;
        let next = NaiveDate::from_ymd_opt(first.year() + i32::from(first.month() == 12), first.month() % 12 + 1, 1);
        return next?.pred_opt();
    }
    let dated = digits.contains('月') || digits.matches('-').count() == 2 || digits.contains('/');
    if dated { typed::written(&digits, today) } else { None }
}

/// 30天读完, 两个月内看完.
fn within_days(text: &str, today: NaiveDate) -> Option<(NaiveDate, Range<usize>)> {
    text.char_indices().find_map(|(start, _)| {
        let (number, length) = leading_number(&text[start..]).filter(|_| begins_number(text, start))?;
        let unit_at = skip_spaces(text, start + length);
        let (unit, days) = SPANS.iter().find(|(unit, _)| text[unit_at..].starts_with(unit))?;
        let (_, end) = skip_words(text, unit_at + unit.len(), UNTIL);
        let (done, end) = skip_words(text, end, DONE);
        let date = today.checked_add_days(Days::new(days * u64::from(number)))?;
        done.then_some((date, start..end))
    })
}

/// Finish by March 1, before 1 March 2027, by 2027-03-01; finish in 30 days.
fn english(text: &str, today: NaiveDate) -> Option<(NaiveDate, Range<usize>)> {
    let lower = text.to_ascii_lowercase();
    let places = |words: &'static [&'static str]| {
        let lower = lower.clone();
        words.iter().filter_map(move |word| {
            let start = lower.find(&format!("{word} "))?;
            let begins = start == 0 || !lower.as_bytes()[start - 1].is_ascii_alphanumeric();
            begins.then_some((start, start + word.len() + 1))
        })
    };
    let by = places(BY_ENGLISH).find_map(|(start, at)| {
        let end = end_of_date(&lower, at);
        Some((typed::written(lower.get(at..end)?, today)?, start..end))
    });
    by.or_else(|| {
        places(IN_ENGLISH).find_map(|(start, at)| {
            let (number, length) = leading_number(&lower[at..])?;
            let unit_at = skip_spaces(&lower, at + length);
            let (unit, days) = SPANS_ENGLISH.iter().find(|(unit, _)| lower[unit_at..].starts_with(unit))?;
            let end = unit_at + unit.len() + usize::from(lower[unit_at + unit.len()..].starts_with('s'));
            Some((today.checked_add_days(Days::new(days * u64::from(number)))?, start..end))
        })
    })
}

/// Where the words end that a date is made of: `march 1st, 2027`, `the 1st of march`.
fn end_of_date(text: &str, start: usize) -> usize {
    let mut end = start;
    for word in text[start..].split_inclusive(' ').take(5) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let clock = word.contains(':') || bare.ends_with("am") || bare.ends_with("pm");
        let number = bare.starts_with(|c: char| c.is_ascii_digit()) && !clock;
        if !(number || bare == "of" || bare == "the" || typed::month_of(bare).is_some()) {
            break;
        }
        end += word.len();
    }
    end
}

/// Past these words, whether there were any, and where they end.
fn skip_words(text: &str, at: usize, words: &[&str]) -> (bool, usize) {
    let (mut any, mut end) = (false, at);
    while let Some(word) = longest(words, text[end..].trim_start()) {
        any = true;
        end = skip_spaces(text, end) + word.len();
    }
    (any, end)
}

fn longest<'w>(words: &[&'w str], text: &str) -> Option<&'w str> {
    words.iter().filter(|word| text.starts_with(**word)).max_by_key(|word| word.len()).copied()
}

fn skip_spaces(text: &str, at: usize) -> usize {
    at + (text[at..].len() - text[at..].trim_start().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn read(text: &str) -> (Option<u32>, Option<String>, String) {
        let Amount { each, until, rest } = take(text, today());
        (each, until.map(|date| date.to_string()), rest)
    }

    #[test]
    fn an_amount_is_taken_out_and_the_time_stays() {
        for (text, each, rest) in [
            ("每天 3 条", Some(3), "每天"),
            ("每天早上8点 3条", Some(3), "每天早上8点"),
            ("3 sections every day", Some(3), "every day"),
            ("每次两节", Some(2), ""),
            ("每周一三条", Some(3), "每周一"),
            ("每周三 20:00 五条", Some(5), "每周三 20:00"),
            ("工作日 9点 每次2条举措", Some(2), "工作日 9点"),
            ("daily 9am, 2 articles at a time", Some(2), "daily 9am"),
            ("每天 ３ 篇", Some(3), "每天"),
            ("周一三五 8:30", None, "周一三五 8:30"),
            ("每月1号 8点", None, "每月1号 8点"),
            ("0 9 * * 1", None, "0 9 * * 1"),
        ] {
            assert_eq!(read(text), (each, None, rest.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_end_is_taken_out_and_the_time_stays() {
        for (text, until, rest) in [
            ("到 3月1日读完", "2027-03-01", ""),
            ("到3月1日读完", "2027-03-01", ""),
            ("3月1日前读完", "2027-03-01", ""),
            ("3月1日之前学完 每天8点", "2027-03-01", "每天8点"),
            ("每天 8点 到明年三月一日看完", "2027-03-01", "每天 8点"),
            ("3月底之前", "2027-03-31", ""),
            ("12月底前读完", "2026-12-31", ""),
            ("2027-03-01前完成", "2027-03-01", ""),
            ("30天读完", "2026-12-22", ""),
            ("两周内看完 每天", "2026-12-06", "每天"),
            ("finish by March 1", "2027-03-01", ""),
            ("every day at 8am, finish by March 1st, 2027", "2027-03-01", "every day at 8am"),
            ("finish by the 1st of March every day", "2027-03-01", "every day"),
            ("by 2027-03-01", "2027-03-01", ""),
            ("finish in 30 days", "2026-12-22", ""),
            ("2025年3月1日前读完", "2025-03-01", ""),
        ] {
            assert_eq!(read(text), (None, Some(until.to_owned()), rest.to_owned()), "{text}");
        }
        for text in ["周一到周五 8点", "every monday 9am", "每月1号", "20:00"] {
            assert_eq!(read(text), (None, None, text.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "(\\PC|3|三|条|月|日|到|读完| by | in |march|周){0,20}") {
            take(&text, today());
        }
    }
}
