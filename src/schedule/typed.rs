//! Dates and hours of the day as people type them into the settings: `12月1日`, `1 December`, `2027-03-01`; `22:30-7:00`.

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a date that is still to come after `today`. Without a year it is the next of that name.
pub fn date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    written(text, today).filter(|date| *date > today)
}

/// The same, also where the date is past.
pub(super) fn written(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let numbers: Vec<u32> = words.iter().filter_map(|word| number_of(word)).collect();
    let months: Vec<u32> = words.iter().filter_map(|word| month_of(word)).collect();
    match (&numbers[..], &months[..]) {
        ([year, month, day], []) => in_year(*year, *month, *day),
        ([day, year] | [year, day], [month]) if *year > 31 => in_year(*year, *month, *day),
        ([month, day], []) => next(*month, *day, today),
        ([day], [month]) => next(*month, *day, today),
        _ => None,
    }
}

/// Reads two times of day, in minutes since midnight.
pub fn hours(text: &str) -> Option<(u16, u16)> {
    let folded = fold(text);
    let (from, until) = folded.split_once(['-', '–', '—', '~', '到', '至']).or_else(|| folded.split_once(" to "))?;
    Some((time(from)?, time(until)?)).filter(|(from, until)| from != until)
}

fn time(text: &str) -> Option<u16> {
    let text = text.trim().trim_end_matches(['点', '时', ' ']);
    let (hour, minute) = text.split_once([':', '点']).unwrap_or((text, "0"));
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.trim_end_matches('分').parse().ok()?);
    // Midnight is the beginning of a day and the end of another.
    (hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60).then(|| (hour * 60 + minute) % (24 * 60))
}

/// Narrow, small, and with a blank after each part of a date.
fn fold(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '年' | '月' | '日' | '号' => ' ',
        c => c,
    };
    text.trim().chars().map(narrow).flat_map(char::to_lowercase).collect()
}

/// `1`, `01`, `1st`.
fn number_of(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    digits.parse().ok()
}

pub(super) fn month_of(word: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|month| word.starts_with(month))?;
    u32::try_from(index + 1).ok()
}

fn in_year(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn next(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    // A 29th of February may be years away.
    (0..9).filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day)).find(|date| *date > today)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, date_of) in [
            ("12月1日", "2026-12-01"),
            ("１２月１号", "2026-12-01"),
            ("1 December", "2026-12-01"),
            ("Dec 1st", "2026-12-01"),
            ("1月5日", "2027-01-05"),
            ("11-22", "2027-11-22"),
            ("2027-03-01", "2027-03-01"),
            ("2027年3月1日", "2027-03-01"),
            ("March 1, 2027", "2027-03-01"),
            ("2月29日", "2028-02-29"),
        ] {
            assert_eq!(date(text, today()).map(|date| date.to_string()).as_deref(), Some(date_of), "{text}");
        }
        for text in ["", "明天", "2026-11-22", "2025-01-01", "13月1日", "2月30日", "31", "监督机制有什么漏洞"]
        {
            assert_eq!(date(text, today()), None, "{text}");
        }
    }

    #[test]
    fn hours_are_two_times_of_day() {
        for (text, expected) in [
            ("22:30-7:00", Some((1350, 420))),
            ("22-7", Some((1320, 420))),
            ("22点到7点", Some((1320, 420))),
            ("２２：００ ～ ７：３０", Some((1320, 450))),
            ("9:00 to 12:00", Some((540, 720))),
            ("18:00-24:00", Some((1080, 0))),
            ("7-7", None),
            ("25-7", None),
            // So many hours are more minutes than fit.
            ("2220:23-7:00", None),
            ("晚上", None),
        ] {
            assert_eq!(hours(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_read_or_refused(text in "\\PC{0,30}") {
            prop_assert!(date(&text, today()).is_none_or(|date| date > today()));
            prop_assert!(hours(&text).is_none_or(|(from, until)| from != until && from < 1440 && until < 1440));
        }
    }
}
