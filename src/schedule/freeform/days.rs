//! Names of weekdays.

use super::scan::{Token, is_ideograph, starts_with_word};

/// English names, longest first, from Sunday.
const ENGLISH: [&[&str]; 7] = [
    &["sundays", "sunday", "sun"],
    &["mondays", "monday", "mon"],
    &["tuesdays", "tuesday", "tues", "tue"],
    &["wednesdays", "wednesday", "weds", "wed"],
    &["thursdays", "thursday", "thurs", "thur", "thu"],
    &["fridays", "friday", "fri"],
    &["saturdays", "saturday", "sat"],
];

/// Reads a weekday; `after_day` says that the text has just named one, so that its prefix may be left out (周一、三).
pub(super) fn day(rest: &[char], after_day: bool, fresh: bool) -> Option<(Token, usize)> {
    if let Some(prefix) = prefix(rest) {
        let day = chinese_day(*rest.get(prefix)?)?;
        return Some((Token::Days(1 << day), prefix + 1));
    }
    if after_day && let Some(day) = chinese_day(rest[0]).filter(|_| stands_alone(rest) && !rest[0].is_ascii_digit()) {
        return Some((Token::Days(1 << day), 1));
    }
    ENGLISH.iter().enumerate().find_map(|(day, names)| {
        let name = names.iter().find(|name| starts_with_word(rest, name, fresh))?;
        Some((Token::Days(1 << day), name.len()))
    })
}

fn prefix(rest: &[char]) -> Option<usize> {
    match rest {
        ['周', ..] => Some(1),
        ['星', '期', ..] | ['礼', '拜', ..] => Some(2),
        _ => None,
    }
}

fn chinese_day(c: char) -> Option<u32> {
    match c {
        '日' | '天' | '0' | '7' => Some(0),
        '一' | '1' => Some(1),
        '二' | '2' => Some(2),
        '三' | '3' => Some(3),
        '四' | '4' => Some(4),
        '五' | '5' => Some(5),
        '六' | '6' => Some(6),
        _ => None,
    }
}

/// Whether the character is no part of another word, as it is in 三亚 and 天津.
fn stands_alone(rest: &[char]) -> bool {
    rest.get(1).is_none_or(|next| {
        !is_ideograph(*next) || chinese_day(*next).is_some() || "到至和及与的早上中下晚凌傍清夜零十".contains(*next)
    })
}
