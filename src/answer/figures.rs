//! Years, sessions, sums and shares: numbers that tell one thing from another. A section that gives another year than the
//! question does not answer it, however well its words fit.
//!
//! Ages, days and counts are left out: 我十五岁可以打工吗 is rightly answered by 未满十六岁.

use crate::content::model::{Section, leading_number};

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// 2019年, 二〇一九年
    Year,
    /// 第十八届
    Session,
    /// 35亿, 1.2万
    Sum,
    /// 23.4%, 百分之五
    Share,
}

/// A number with what it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Figure {
    measure: Measure,
    value: f64,
}

/// The first year of a calendar year written in full: 五年 is a span.
const FIRST_YEAR: f64 = 1_000.0;

/// Whether a question gives a figure and the section gives only others of that kind, or wants a number confirmed
/// (保修24个月吗) where the section counts otherwise.
pub(super) fn contradicts(section: &Section, question: &str) -> bool {
    let (asked, claim) = (figures(question), claim(question));
    if asked.is_empty() && claim.is_none() {
        return false;
    }
    let text = format!("{}\n{}", section.title, section.text());
    if claim.is_some_and(|(value, unit)| is_denied(&text, value, &unit)) {
        return true;
    }
    let told = figures(&text);
    asked.iter().any(|asked| {
        let mut same = told.iter().filter(|told| told.measure == asked.measure).peekable();
        same.peek().is_some() && same.all(|told| (told.value - asked.value).abs() > f64::EPSILON)
    })
}

/// What ends a question that wants something confirmed, simplified and traditional, longer words first.
const CONFIRM: &[&str] = &["对不对", "對不對", "是不是", "对吗", "對嗎", "是吗", "是嗎", "吗", "嗎", "吧", "么", "麼"];

/// The longest unit of a number that is confirmed, in characters.
const LONGEST_UNIT: usize = 4;

/// The number, with its unit, that stands last in a question that wants something confirmed.
fn claim(question: &str) -> Option<(f64, String)> {
    let text = plain(question);
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let text =
        CONFIRM.iter().find_map(|word| text.strip_suffix(word))?.trim_end_matches(|c: char| !c.is_alphanumeric());
    let from = text.char_indices().rev().nth(MOST_BEHIND).map_or(0, |(at, _)| at);
    let starts = text[from..].char_indices().map(|(at, _)| from + at);
    starts.filter(|at| !continues(&text[..*at])).find_map(|at| {
        let (value, length) = number(&text[at..])?;
        let unit = &text[at + length..];
        // The number that stands last: 一年十五天 claims fifteen days.
        let counts_on = unit.char_indices().any(|(at, _)| number(&unit[at..]).is_some());
        let is_unit = (1..=LONGEST_UNIT).contains(&unit.chars().count()) && unit.chars().all(char::is_alphabetic);
        (is_unit && !counts_on).then(|| (value, unit.to_owned()))
    })
}

/// How many characters a number and its unit have at most.
const MOST_BEHIND: usize = 16;

/// Whether a number that begins here is the rest of a longer one, or a place in an order.
fn continues(before: &str) -> bool {
    before.ends_with(|c: char| c == '第' || c == '.' || number(c.encode_utf8(&mut [0; 4])).is_some())
}

/// Whether a text counts something else with a unit than so many.
fn is_denied(text: &str, value: f64, unit: &str) -> bool {
    let text = plain(text);
    let numbers = text.char_indices().filter(|(at, _)| !continues(&text[..*at]));
    let told = numbers.filter_map(|(at, _)| number(&text[at..]).filter(|(_, n)| text[at + n..].starts_with(unit)));
    let mut told = told.map(|(told, _)| told).peekable();
    told.peek().is_some() && told.all(|told| (told - value).abs() > f64::EPSILON)
}

/// A text without white space, half width, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| half_width(c).to_ascii_lowercase()).collect()
}

/// The figures of a text, full width and both ways of writing numerals included.
fn figures(text: &str) -> Vec<Figure> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let (mut found, mut rest, mut before) = (Vec::new(), text.as_str(), ' ');
    while let Some(c) = rest.chars().next() {
        match number(rest) {
            Some((value, length)) => {
                let share_of = text[..text.len() - rest.len()].ends_with("百分之");
                let behind = &rest[length..];
                let measured = measure(value, before == '第', share_of, behind);
                found.extend(measured.map(|(measure, value)| Figure { measure, value }));
                before = rest[..length].chars().next_back().unwrap_or(c);
                rest = behind;
            }
            None => {
                before = c;
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    found
}

/// What a number counts by what stands around it, and its value in that measure.
fn measure(value: f64, ordinal: bool, share_of: bool, behind: &str) -> Option<(Measure, f64)> {
    let next = behind.chars().next();
    match next {
        Some('年') if value >= FIRST_YEAR => Some((Measure::Year, value)),
        Some('届' | '屆') if ordinal => Some((Measure::Session, value)),
        Some('亿' | '億') => Some((Measure::Sum, value * 1e8)),
        Some('万' | '萬') => Some((Measure::Sum, value * 1e4)),
        Some('%' | '％') => Some((Measure::Share, value)),
        _ if share_of => Some((Measure::Share, value)),
        _ => None,
    }
}

/// A number at the start of a text: digits with a fraction, digits side by side in Chinese (二〇一九), or a numeral.
fn number(text: &str) -> Option<(f64, usize)> {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let arabic = text[..digits].trim_end_matches('.');
    if !arabic.is_empty() {
        return arabic.parse().ok().map(|value| (value, arabic.len()));
    }
    let (whole, length) = leading_number(text)?;
    let fraction = text[length..].strip_prefix('点').or_else(|| text[length..].strip_prefix('點'));
    let tenths = fraction.and_then(|rest| leading_number(rest).filter(|(n, _)| *n < 10));
    match tenths {
        Some((tenth, more)) => Some((f64::from(whole) + f64::from(tenth) / 10.0, length + '点'.len_utf8() + more)),
        None => Some((f64::from(whole), length)),
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' | '％' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(Measure, f64)> {
        figures(text).into_iter().map(|figure| (figure.measure, figure.value)).collect()
    }

    #[test]
    fn figures_are_values_however_they_are_written() {
        for (one, other) in [
            ("2019年", "二〇一九年"),
            ("第17届", "第十七届"),
            ("35亿元", "三十五亿"),
            ("1.2万人", "１.２ 万"),
            ("23.4%", "百分之二十三点四"),
        ] {
            assert_eq!(said(one), said(other), "{one}");
            assert_eq!(said(one).len(), 1, "{one}");
        }
    }

    #[test]
    fn a_number_that_is_to_be_confirmed_is_compared_by_its_unit() {
        for (question, text, denied) in [
            ("保修24个月吗？", "享受十二个月保修", true),
            ("保修十二个月对吗", "享受12个月保修", false),
            ("防水等级是10 ATM吗", "防水等级为 5 ATM", true),
            ("工本費是兩百元嗎", "工本費一百元", true),
            ("可以请十天假吗", "年假五天", false),
            ("一年十五天吧", "每年十天", true),
            ("是第三条吗", "共五条", false),
        ] {
            let asked = claim(question);
            assert_eq!(asked.is_some_and(|(value, unit)| is_denied(text, value, &unit)), denied, "{question}");
        }
    }

    #[test]
    fn ages_spans_and_counts_are_no_figures() {
        for text in ["十五岁", "五年", "三天", "第三条", "20 days", "万一", "百年"] {
            assert_eq!(said(text), [], "{text}");
        }
    }
}
