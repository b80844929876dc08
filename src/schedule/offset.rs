//! Distances from UTC as people write them: `+08:00`, `UTC+8`, `GMT-5`, `+0530`, `20:00Z`, 东八区.
//!
//! ```text
//! offset = [ "utc" | "gmt" ] sign hours [ [":"] minutes ] | "z"      east is plus
//!        | 东八区 | 西5区 | 东五时区 | 零时区                         with 时间 after it or not
//! ```
//! A distance is a zone without summer time. Whole hours have zones of their own; of the others, those of a place that
//! has no summer time either are that place's. What is left may be a winter or a summer: it is asked which place is meant.

use super::zone::Zone;

/// The furthest zones west and east, in hours.
const HOURS: std::ops::RangeInclusive<i32> = -12..=14;

/// Distances that are no whole hours, in minutes, and the places that have them: the first alone where it has them all
/// year.
const BETWEEN: &[(i32, &[&str])] = &[
    (-570, &["Pacific/Marquesas"]),
    (-210, &["America/St_Johns", "America/Halifax"]),
    (210, &["Asia/Tehran"]),
    (270, &["Asia/Kabul"]),
    (330, &["Asia/Kolkata"]),
    (345, &["Asia/Kathmandu"]),
    (390, &["Asia/Yangon"]),
    (525, &["Australia/Eucla"]),
    (570, &["Australia/Darwin"]),
    (630, &["Australia/Lord_Howe", "Australia/Adelaide"]),
    (765, &["Pacific/Chatham", "Pacific/Auckland"]),
];

/// The zones that an offset may mean, the only one alone; `None` for a text that is no offset, or one that no zone has.
pub(super) fn zones(text: &str) -> Option<Vec<Zone>> {
    let folded: Vec<char> = text.trim().chars().map(fold).collect();
    let (minutes, length) = named(&folded).or_else(|| numbered(&folded)).or_else(|| in_chinese(&folded))?;
    if length != folded.len() {
        return None;
    }
    if minutes % 60 == 0 {
        return whole(minutes / 60).map(|zone| vec![zone]);
    }
    let (_, places) = BETWEEN.iter().find(|(known, _)| *known == minutes)?;
    Some(places.iter().filter_map(|id| Zone::by_id(id)).collect())
}

/// How far an offset reaches that a text begins with, where it stands in a sentence about time: after a time, or not.
/// 0 for none.
pub(super) fn length(rest: &[char], begins: bool, after_time: bool) -> usize {
    let (found, glued) = match rest.first() {
        Some('+') if begins => (numbered(rest).or_else(|| no_distance(rest)), false),
        Some('+') => (numbered(rest), true),
        // Otherwise it is a range: 周一-5, 8:00-10:00.
        Some('-' | '−') if begins && after_time => (numbered(rest), false),
        Some('z') if after_time => (named(rest), false),
        Some('东' | '東' | '西' | '零' | '中') => (in_chinese(rest), false),
        _ => return 0,
    };
    // `8:00+9:00` are two times, `20:00+09:00` is one.
    let two_digits = rest.get(1..3).is_some_and(|hours| hours.iter().all(char::is_ascii_digit));
    found.filter(|_| !glued || two_digits).map_or(0, |(_, length)| length)
}

/// `z`, `utc+8`, `gmt -3:00`.
fn named(text: &[char]) -> Option<(i32, usize)> {
    if text.first() == Some(&'z') && !text.get(1).is_some_and(|c| c.is_alphanumeric()) {
        return Some((0, 1));
    }
    let name: String = text.iter().take(3).collect();
    if !["utc", "gmt"].contains(&name.as_str()) {
        return None;
    }
    let gap = text[3..].iter().take_while(|c| **c == ' ').count();
    let (minutes, length) = numbered(&text[3 + gap..])?;
    Some((minutes, 3 + gap + length))
}

/// `+8`, `-05:00`, `+0530`: minutes, and how far it reaches.
fn numbered(text: &[char]) -> Option<(i32, usize)> {
    let sign = match text.first()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let digits = |text: &[char]| text.iter().take_while(|c| c.is_ascii_digit()).count();
    let (hours, minutes, length) = match digits(&text[1..]) {
        4 => (&text[1..3], &text[3..5], 5),
        count @ 1..=2 if text.get(1 + count) == Some(&':') => match digits(&text[2 + count..]) {
            2 => (&text[1..=count], &text[2 + count..4 + count], 4 + count),
            _ => return None,
        },
        count @ 1..=2 => (&text[1..=count], &text[..0], 1 + count),
        _ => return None,
    };
    let follows =
        text.get(length).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '点' | '时' | '號' | '号'));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (!follows && hours <= 14 && minutes < 60).then_some((sign * (hours * 60 + minutes), length))
}

/// `+15:00`: meant as a distance, and no zone has it. It is named rather than read as a time.
fn no_distance(rest: &[char]) -> Option<(i32, usize)> {
    let digits = rest[1..].iter().take_while(|c| c.is_ascii_digit() || **c == ':').count();
    let ends = rest.get(1 + digits).is_none_or(|c| c.is_whitespace());
    (digits > 0 && ends).then_some((0, 1 + digits))
}

fn number(digits: &[char]) -> Option<i32> {
    digits.iter().try_fold(0, |sum, c| Some(sum * 10 + i32::try_from(c.to_digit(10)?).ok()?))
}

/// 东八区, 西五时区, 零时区.
fn in_chinese(text: &[char]) -> Option<(i32, usize)> {
    let (sign, mut at) = match text.first()? {
        '东' | '東' => (1, 1),
        '西' => (-1, 1),
        '零' | '中' => (0, 1),
        _ => return None,
    };
    let mut hours = 0;
    if sign != 0 {
        let count =
            text[at..].iter().take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(**c)).count();
        hours = hours_in_chinese(&text[at..at + count])?;
        at += count;
    }
    if matches!(text.get(at), Some('时' | '時')) {
        at += 1;
    } else if sign == 0 {
        return None;
    }
    if !matches!(text.get(at), Some('区' | '區')) {
        return None;
    }
    at += 1;
    if matches!(text.get(at..at + 2), Some(['时' | '時', '间' | '間'])) {
        at += 2;
    }
    Some((sign * hours * 60, at))
}

/// 1 to 14, in digits or in words.
fn hours_in_chinese(text: &[char]) -> Option<i32> {
    let one = |c: &char| "一二三四五六七八九".chars().position(|numeral| numeral == *c);
    let hours = match text {
        ['十'] => 10,
        ['十', unit] => 11 + i32::try_from(one(unit)?).ok()?,
        [unit] if one(unit).is_some() => 1 + i32::try_from(one(unit)?).ok()?,
        digits => number(digits).filter(|_| !digits.is_empty())?,
    };
    (1..=14).contains(&hours).then_some(hours)
}

/// A zone so many hours east. (Its id has the sign upside down.)
fn whole(hours: i32) -> Option<Zone> {
    match hours {
        0 => Some(Zone::UTC),
        hours if HOURS.contains(&hours) => Zone::by_id(&format!("Etc/GMT{:+}", -hours)),
        _ => None,
    }
}

/// Full-width characters as narrow ones, in lower case.
fn fold(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    }
    .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<&'static str> {
        zones(text).unwrap_or_default().into_iter().map(Zone::id).collect()
    }

    #[test]
    fn whole_hours_are_zones_of_their_own_and_others_those_of_a_place() {
        for (text, id) in [
            ("+08:00", "Etc/GMT-8"),
            ("+8", "Etc/GMT-8"),
            ("＋０８：００", "Etc/GMT-8"),
            ("+0800", "Etc/GMT-8"),
            ("-05:00", "Etc/GMT+5"),
            ("−5", "Etc/GMT+5"),
            ("UTC+8", "Etc/GMT-8"),
            ("gmt -3:00", "Etc/GMT+3"),
            ("utc+14", "Etc/GMT-14"),
            ("UTC-12", "Etc/GMT+12"),
            ("+00:00", "UTC"),
            ("z", "UTC"),
            ("+05:30", "Asia/Kolkata"),
            ("UTC+5:45", "Asia/Kathmandu"),
            ("+0930", "Australia/Darwin"),
            ("西五区", "Etc/GMT+5"),
            ("东9区", "Etc/GMT-9"),
            ("東十二時區", "Etc/GMT-12"),
            ("零时区", "UTC"),
            ("东八区时间", "Etc/GMT-8"),
        ] {
            assert_eq!(ids(text), [id], "{text}");
        }
    }

    #[test]
    fn a_distance_of_a_winter_or_a_summer_may_mean_several_places_and_one_that_no_zone_has_none() {
        for text in ["-03:30", "+10:30", "+12:45"] {
            assert_eq!(ids(text).len(), 2, "{text}");
        }
        for text in ["+15", "-13:00", "+08:60", "+1:2", "+123", "8", "utc", "东区", "东十五区", "+08:15", "+8点", ""]
        {
            assert_eq!(ids(text), [""; 0], "{text}");
        }
    }
}
