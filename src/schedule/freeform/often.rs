//! How often: `每两周`, `三天一次`, `隔周`, `every other week`, `twice a day`, `每季度`; and places in a month: `最后一个`, `第二个`.

use super::clock;
use super::english::{Words, cardinal, ordinal, stretch};
use super::scan::{ALL_DAYS, Token};

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// A year.
    Year,
}

/// Reads how often; for what may mean two things, [`Token::Unclear`].
pub(super) fn often(rest: &[char], fresh: bool) -> Option<(Token, usize)> {
    if rest[0].is_ascii_alphabetic() {
        return fresh.then(|| english(&Words::of(&stretch(rest))))?;
    }
    skipping(rest).or_else(|| each(rest)).or_else(|| counted(rest))
}

/// `第二个`, `最后一个`, `首个`: 0 is the last.
pub(super) fn place(rest: &[char]) -> Option<(Token, usize)> {
    for (word, place) in
        [("倒数第一个", 0), ("最后一个", 0), ("最后一", 0), ("最后的", 0), ("最后", 0), ("首个", 1), ("头一个", 1)]
    {
        if starts(rest, word) {
            return Some((Token::Place(place), word.chars().count()));
        }
    }
    let (n, length, _) = number(rest.strip_prefix(&['第'])?)?;
    match rest.get(length + 1) {
        Some('个') => Some((Token::Place(n), length + 2)),
        // 第一周三: the Wednesday of the first week, or the first Wednesday?
        Some('天' | '日') => Some((Token::Place(n), length + 1)),
        Some('和' | '、' | ',' | '及') => Some((Token::Place(n), length + 1)),
        _ => None,
    }
}

/// 隔天, 隔周, 每隔一周; 每隔两天 is each second day to some and each third to others.
fn skipping(rest: &[char]) -> Option<(Token, usize)> {
    let every = usize::from(rest[0] == '每');
    if rest.get(every) != Some(&'隔') {
        return None;
    }
    let after = &rest[every + 1..];
    let (n, length, _) = number(after).unwrap_or((1, 0, true));
    let (unit, more) = unit(&after[length..])?;
    let (times, once) = once(&after[length + more..]);
    let length = every + 1 + length + more + once;
    Some(match (n, times) {
        (1, 0 | 1) => (Token::Interval(2, unit), length),
        _ => (Token::Unclear, length),
    })
}

/// 每3天, 每两周一次, 每周, 每周一次, 每月两次, 每季度.
fn each(rest: &[char]) -> Option<(Token, usize)> {
    let after = rest.strip_prefix(&['每'])?;
    if let Some((n, measured, _)) = number(after)
        && let Some((unit, more)) = unit(&after[measured..])
    {
        let (times, once) = once(&after[measured + more..]);
        let length = 1 + measured + more + once;
        return Some(match (n, times) {
            (0, _) | (_, 2..) => (Token::Unclear, length),
            (1, 0) if unit == Unit::Day => (Token::Days(ALL_DAYS), length),
            (1, 0) => (Token::Per(unit), length),
            (1, times) => (Token::Count(times, unit), length),
            // 每三月: in March, or each third month?
            _ if unit == Unit::Month && after.get(measured) != Some(&'个') => (Token::Unclear, length),
            (n, _) => (Token::Interval(n, unit), length),
        });
    }
    if starts(after, "半年") {
        return Some((Token::Interval(6, Unit::Month), 3));
    }
    let (unit, more) = unit(after)?;
    let (times, once) = once(&after[more..]);
    match (unit, times) {
        // 每周三 names a day, 每天 all of them.
        (Unit::Week, 0) if after.get(more).is_some_and(|c| "一二三四五六日天末1234567".contains(*c)) => None,
        (Unit::Day, 0) => None,
        (unit, 0) => Some((Token::Per(unit), 1 + more)),
        (unit, times) => Some((Token::Count(times, unit), 1 + more + once)),
    }
}

/// 三天一次, 两周发一次, 一周两次, 一天2次.
fn counted(rest: &[char]) -> Option<(Token, usize)> {
    let (n, measured, _) = number(rest)?;
    let (unit, more) = unit(&rest[measured..])?;
    let (times, once) = once(&rest[measured + more..]);
    let length = measured + more + once;
    match (n, times) {
        (_, 0) => None,
        (1, times) => Some((Token::Count(times, unit), length)),
        // 三月一次: in March, or each third month?
        (2.., 1) if unit != Unit::Month || rest.get(measured) == Some(&'个') => {
            Some((Token::Interval(n, unit), length))
        }
        _ => Some((Token::Unclear, length)),
    }
}

/// 天, 个星期, 周, 个月, 季度, 年.
fn unit(rest: &[char]) -> Option<(Unit, usize)> {
    const UNITS: &[(&str, Unit)] = &[
        ("天", Unit::Day),
        ("日", Unit::Day),
        ("周", Unit::Week),
        ("星期", Unit::Week),
        ("礼拜", Unit::Week),
        ("月", Unit::Month),
        ("季度", Unit::Quarter),
        ("季", Unit::Quarter),
        ("年", Unit::Year),
    ];
    let measure = usize::from(rest.first() == Some(&'个'));
    let (word, unit) = UNITS.iter().find(|(word, _)| starts(&rest[measure..], word))?;
    Some((*unit, measure + word.chars().count()))
}

/// 一次, 发两次, 三回: how many times, and how far it reaches; 0 for nothing of the kind.
fn once(rest: &[char]) -> (u32, usize) {
    let sent = usize::from(matches!(rest.first(), Some('发' | '各')));
    match number(&rest[sent..]) {
        Some((n, length, _)) if matches!(rest.get(sent + length), Some('次' | '回')) => (n, sent + length + 1),
        _ => (0, 0),
    }
}

/// A number with blanks around it or none.
fn number(rest: &[char]) -> Option<(u32, usize, bool)> {
    let start = rest.iter().take_while(|c| **c == ' ').count();
    let (n, length, digits) = clock::number(&rest[start..])?;
    let end = start + length;
    Some((n, end + rest[end..].iter().take_while(|c| **c == ' ').count(), digits))
}

fn starts(rest: &[char], word: &str) -> bool {
    word.chars().count() <= rest.len() && word.chars().zip(rest).all(|(a, b)| a == *b)
}

/// Every other week, every three days, alternate Fridays, fortnightly, once a week, twice daily, each quarter.
fn english(words: &Words<'_>) -> Option<(Token, usize)> {
    if let ["fortnightly", ..] = words.texts() {
        return Some((Token::Interval(2, Unit::Week), words.end(0)?));
    }
    if let ["biweekly" | "bimonthly" | "semimonthly" | "semiweekly" | "bi" | "semi", ..] = words.texts() {
        return Some((Token::Unclear, words.end(0)?));
    }
    count_in_english(words).or_else(|| each_in_english(words))
}

/// Once a week, twice daily, three times per month; `once every two weeks` says no more than without `once`.
fn count_in_english(words: &Words<'_>) -> Option<(Token, usize)> {
    let (times, used) = match words.texts() {
        ["once", ..] => (1, 1),
        ["twice", ..] => (2, 1),
        ["thrice", ..] => (3, 1),
        [n, "times" | "time", ..] => (cardinal(n)?, 2),
        _ => return None,
    };
    let (unit, more) = match words.texts().get(used..)? {
        ["a" | "an" | "per", unit, ..] => (unit_in_english(unit)?, 2),
        ["every" | "each", unit, ..] if unit_in_english(unit).is_some() => (unit_in_english(unit)?, 2),
        ["daily", ..] => (Unit::Day, 1),
        ["weekly", ..] => (Unit::Week, 1),
        ["monthly", ..] => (Unit::Month, 1),
        ["every", ..] if times == 1 => {
            let (token, length) = each_in_english(&words.from(1)?)?;
            return matches!(token, Token::Interval(..)).then_some((token, length));
        }
        _ => return None,
    };
    Some((Token::Count(times, unit), words.end(used + more - 1)?))
}

fn each_in_english(words: &Words<'_>) -> Option<(Token, usize)> {
    let found = |token, last| Some((token, words.end(last)?));
    match words.texts() {
        ["every" | "each", "single", "day", ..] => found(Token::Days(ALL_DAYS), 2),
        ["every" | "each", "day", ..] => found(Token::Days(ALL_DAYS), 1),
        ["every" | "each", "fortnight", ..] => found(Token::Interval(2, Unit::Week), 1),
        ["alternate", unit, ..] => match unit_in_english(unit) {
            Some(unit) => found(Token::Interval(2, unit), 1),
            None => found(Token::Interval(2, Unit::Week), 0),
        },
        ["every" | "each", "other" | "alternate", unit, ..] => match unit_in_english(unit) {
            Some(unit) => found(Token::Interval(2, unit), 2),
            // Every other Wednesday.
            None => found(Token::Interval(2, Unit::Week), 1),
        },
        ["every" | "each", unit, ..] if unit_in_english(unit).is_some() => found(Token::Per(unit_in_english(unit)?), 1),
        ["every" | "each", n, unit, ..] => {
            let (unit, ordinal) = (unit_in_english(unit)?, ordinal(n));
            let n = cardinal(n).or(ordinal)?;
            match n {
                0 => None,
                1 => found(Token::Per(unit), 2),
                n => found(Token::Interval(n, unit), 2),
            }
        }
        ["quarter", "past" | "after" | "to" | "before", ..] => None,
        ["weekly" | "week" | "weeks", ..] => found(Token::Per(Unit::Week), 0),
        ["monthly" | "month" | "months", ..] => found(Token::Per(Unit::Month), 0),
        ["quarterly" | "quarter", ..] => found(Token::Per(Unit::Quarter), 0),
        ["yearly" | "annually" | "year", ..] => found(Token::Per(Unit::Year), 0),
        _ => None,
    }
}

fn unit_in_english(word: &str) -> Option<Unit> {
    Some(match word {
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "quarter" | "quarters" => Unit::Quarter,
        "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// Whether a day of the month follows a place: 第一天, last day.
pub(super) fn day_noun(rest: &[char], fresh: bool) -> Option<usize> {
    match rest {
        ['天' | '日', ..] => Some(1),
        _ if fresh => {
            let stretch = stretch(rest);
            let words = Words::of(&stretch);
            matches!(words.texts(), ["day" | "days", ..]).then(|| words.end(0))?
        }
        _ => None,
    }
}
