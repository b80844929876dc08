//! Times of day as people write them.

use super::scan::{Token, starts_with_word};

/// A time of day as written; which half of the day is meant may depend on a word beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) hour: u32,
    pub(super) minute: u32,
    /// What `am` or `pm` says.
    pub(super) afternoon: Option<bool>,
}

/// A part of the day that says which half an hour belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// 凌晨
    Small,
    /// 早上, 上午
    Morning,
    /// 中午; alone: 12:00
    Noon,
    /// 下午
    Afternoon,
    /// 晚上
    Evening,
    /// 午夜; alone: 00:00
    Midnight,
}

impl Part {
    /// The time that the part names by itself.
    pub(super) fn alone(self) -> Option<(u32, u32)> {
        match self {
            Self::Noon => Some((12, 0)),
            Self::Midnight => Some((0, 0)),
            _ => None,
        }
    }
}

impl Time {
    /// Hour and minute on a clock of 24 hours; `None` where there is no such time, or one cannot tell which it is.
    pub(super) fn on_the_clock(self, part: Option<Part>) -> Option<(u32, u32)> {
        let hour = match (self.afternoon, self.hour) {
            (Some(afternoon), hour @ 1..=12) => hour % 12 + if afternoon { 12 } else { 0 },
            (Some(_), _) => return None,
            (None, hour) => hour,
        };
        let hour = match (part, hour) {
            (Some(Part::Small | Part::Midnight), 12) => 0,
            (Some(Part::Noon), 1..=3) | (Some(Part::Afternoon), 1..=11) | (Some(Part::Evening), 4..=11) => hour + 12,
            (None, 0..=23)
            | (Some(Part::Small), 0..=6)
            | (Some(Part::Morning), 0..=12)
            | (Some(Part::Noon), 11..=15)
            | (Some(Part::Afternoon), 12..=19)
            | (Some(Part::Evening), 16..=23)
            | (Some(Part::Midnight), 0) => hour,
            // 晚上12点: is it this day's first minute or its last?
            _ => return None,
        };
        (self.minute < 60).then_some((hour, self.minute))
    }
}

/// Reads a time, a day of the month (its number says so) or a number alone.
pub(super) fn time(rest: &[char]) -> Option<(Token, usize)> {
    if let Some(found) = short_of(rest).or_else(|| early_or_late(rest)) {
        return Some(found);
    }
    let (hour, length, digits) = number(rest)?;
    let after = &rest[length..];
    let found = |minute, more, afternoon| Some((Token::Time(Time { hour, minute, afternoon }), length + more));
    if let Some((minute, more)) = digits.then(|| minutes_after_colon(after)).flatten() {
        let (afternoon, half) = half_of_day(&after[more..]).unzip();
        return found(minute, more + half.unwrap_or(0), afternoon);
    }
    if let Some((minute, more)) = minutes_after_point(after) {
        return found(minute, more, None);
    }
    if matches!(after.get(gap(after)), Some('月')) {
        return Some((Token::Month(hour), length + gap(after) + 1));
    }
    if matches!(after.get(gap(after)), Some('号' | '日')) {
        return Some((Token::MonthDay(hour), length + gap(after) + 1));
    }
    if !digits {
        return None;
    }
    if let Some((afternoon, more)) = half_of_day(after) {
        return found(0, more, Some(afternoon));
    }
    if ["st", "nd", "rd", "th"].iter().any(|end| starts_with_word(after, end, true)) {
        return Some((Token::Nth(hour), length + 2));
    }
    let alone = !after.first().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '月'));
    alone.then_some((Token::Bare(hour), length))
}

/// 差一刻八点, 差十分九点: minutes before the hour.
fn short_of(rest: &[char]) -> Option<(Token, usize)> {
    let after = rest.strip_prefix(&['差'])?;
    let (minutes, length) = match after {
        ['一', '刻', '钟', ..] => (15, 3),
        ['一', '刻', ..] => (15, 2),
        _ => {
            let (minutes, length, _) = number(after)?;
            (minutes, length + after[length..].iter().take_while(|c| "分钟".contains(**c)).count())
        }
    };
    let (hour, more, _) = number(&after[length..])?;
    let sound = (1..60).contains(&minutes) && (1..=24).contains(&hour);
    let point = matches!(after.get(length + more), Some('点'));
    (sound && point)
        .then_some((Token::Time(Time { hour: hour - 1, minute: 60 - minutes, afternoon: None }), 1 + length + more + 1))
}

/// 早八, 晚9: an hour without 点, which only the word before it makes a time.
fn early_or_late(rest: &[char]) -> Option<(Token, usize)> {
    let afternoon = match rest.first()? {
        '早' => false,
        '晚' => true,
        _ => return None,
    };
    let (hour, length, _) = number(&rest[1..])?;
    let after = rest.get(1 + length);
    let goes_on = after.is_some_and(|c| c.is_ascii_alphanumeric() || ":：.点时半刻 月号日次回个".contains(*c));
    let usual = (4..=11).contains(&hour) && !(goes_on && after != Some(&' '));
    let end = after.is_none_or(|c| *c != ' ') || !matches!(rest.get(2 + length), Some('点' | '时' | '号' | '月'));
    (usual && end).then_some((Token::Time(Time { hour, minute: 0, afternoon: Some(afternoon) }), 1 + length))
}

/// `:30`, `.30` or `h30`; a clock's seconds count only where they are none.
fn minutes_after_colon(after: &[char]) -> Option<(u32, usize)> {
    let more = match after {
        [':' | '.', a, b, rest @ ..] if a.is_ascii_digit() && b.is_ascii_digit() => match rest {
            [':', '0', '0', ..] => 6,
            _ => 3,
        },
        ['h', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit() => 3,
        ['h', ..] => 1,
        _ => return None,
    };
    // `20:00Z` says by which clock as well.
    let utc = after.get(more) == Some(&'z') && !after.get(more + 1).is_some_and(char::is_ascii_alphanumeric);
    let whole = utc || !after.get(more).is_some_and(char::is_ascii_alphanumeric);
    let half = half_of_day(&after[more..]).is_some();
    let minute = after.get(1..3).filter(|_| more >= 3).map_or(Some(0), read)?;
    (whole || half).then_some((minute, more))
}

/// 点, 点半, 点一刻, 点三十分; with spaces around the numbers or none.
fn minutes_after_point(after: &[char]) -> Option<(u32, usize)> {
    let point = gap(after);
    if !matches!(after.get(point)?, '点' | '时') {
        return None;
    }
    let rest = &after[point + 1..];
    let (minute, more) = match rest {
        ['半', ..] => (30, 1),
        ['一', '刻', ..] => (15, 2),
        ['三', '刻', ..] => (45, 2),
        ['整' | '钟', ..] => (0, 1),
        rest => minutes(rest).unwrap_or((0, 0)),
    };
    Some((minute, point + 1 + more))
}

/// The minutes after 点: a number right after it, or one that 分 follows.
fn minutes(rest: &[char]) -> Option<(u32, usize)> {
    let start = gap(rest);
    let (minute, length, _) = number(&rest[start..])?;
    let end = start + length;
    let unit = end + gap(&rest[end..]);
    match rest.get(unit) {
        Some('分') => Some((minute, unit + 1)),
        // 8点15号 says a day, not a minute.
        Some('号' | '日' | '点' | '时' | ':' | '月') => None,
        _ => (start == 0).then_some((minute, end)),
    }
}

fn gap(rest: &[char]) -> usize {
    rest.iter().take_while(|c| **c == ' ').count()
}

/// `am`, `p.m.` after a gap or none: whether it is the afternoon.
pub(super) fn half_of_day(after: &[char]) -> Option<(bool, usize)> {
    let gap = gap(after);
    for (word, afternoon) in [("a.m", false), ("p.m", true), ("am", false), ("pm", true)] {
        if starts_with_word(&after[gap..], word, true) {
            return Some((afternoon, gap + word.len()));
        }
    }
    None
}

/// A number of one or two digits, or a Chinese one below a hundred: its value, its length, and whether it is of digits.
pub(super) fn number(rest: &[char]) -> Option<(u32, usize, bool)> {
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        return (digits <= 2).then(|| Some((read(&rest[..digits])?, digits, true)))?;
    }
    let length = rest.iter().take_while(|c| numeral(**c).is_some()).count();
    Some((chinese(&rest[..length])?, length, false))
}

fn read(digits: &[char]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, c| Some(sum * 10 + c.to_digit(10)?))
}

fn numeral(c: char) -> Option<u32> {
    let at = "零一二三四五六七八九十".chars().position(|numeral| numeral == c);
    match c {
        '〇' => Some(0),
        '两' => Some(2),
        _ => at.and_then(|at| u32::try_from(at).ok()),
    }
}

/// 八, 十, 十二, 二十, 二十三, 零五.
fn chinese(numerals: &[char]) -> Option<u32> {
    let values: Vec<u32> = numerals.iter().filter_map(|c| numeral(*c)).collect();
    match values[..] {
        [n] => Some(n),
        [10, n] if n < 10 => Some(10 + n),
        [tens, 10] if (1..10).contains(&tens) => Some(tens * 10),
        [tens, 10, n] if (1..10).contains(&tens) && n < 10 => Some(tens * 10 + n),
        [0, n] if n < 10 => Some(n),
        _ => None,
    }
}
