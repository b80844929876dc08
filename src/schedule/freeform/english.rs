//! English words of number and time: `half past seven`, `quarter to eight`, `the fifteenth`, `25 December`.

use super::super::field::MONTHS;
use super::clock::{Time, half_of_day};
use super::scan::Token;
use crate::content::model::{CARDINALS, ORDINALS};

/// How many words are looked at.
const REACH: usize = 6;

/// The next words of a text, as far as only blanks stand between them, and where each ends.
pub(super) struct Words<'a> {
    texts: Vec<&'a str>,
    ends: Vec<usize>,
}

/// What a text begins with, up to what is no letter, digit or blank of ASCII.
pub(super) fn stretch(rest: &[char]) -> String {
    rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(**c, ' ' | '-' | '\'')).take(80).collect()
}

impl<'a> Words<'a> {
    /// The words of a [`stretch`].
    pub(super) fn of(stretch: &'a str) -> Self {
        let texts: Vec<&str> = stretch.split(' ').filter(|word| !word.is_empty()).take(REACH).collect();
        let ends = texts.iter().map(|word| word.as_ptr().addr() - stretch.as_ptr().addr() + word.len()).collect();
        Self { texts, ends }
    }

    /// The words.
    pub(super) fn texts(&self) -> &[&'a str] {
        &self.texts
    }

    /// Where the n-th word ends, in characters from where the text begins.
    pub(super) fn end(&self, index: usize) -> Option<usize> {
        self.ends.get(index).copied()
    }

    /// The words from the n-th on.
    pub(super) fn from(&self, index: usize) -> Option<Self> {
        Some(Self { texts: self.texts.get(index..)?.to_vec(), ends: self.ends.get(index..)?.to_vec() })
    }
}

/// `3` or `three`.
pub(super) fn cardinal(word: &str) -> Option<u32> {
    let is_number = word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit());
    if is_number { word.parse().ok() } else { place(&CARDINALS, word) }
}

/// `3rd` or `third`.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    digits.filter(|digits| digits.len() <= 2).and_then(|digits| digits.parse().ok()).or_else(|| place(&ORDINALS, word))
}

fn place(words: &[&str], word: &str) -> Option<u32> {
    words.iter().position(|other| *other == word).and_then(|index| u32::try_from(index + 1).ok())
}

fn month(word: &str) -> Option<u32> {
    let is = |name: &&&str| {
        **name == word || (word.len() == 3 && name.starts_with(word)) || (word == "sept" && **name == "september")
    };
    MONTHS.iter().find(is).and_then(|name| place(&MONTHS, name))
}

/// Reads a time, an ordinal, a month or a number in words.
pub(super) fn spoken(rest: &[char], fresh: bool) -> Option<(Token, usize)> {
    if !fresh || !rest[0].is_ascii_alphanumeric() {
        return None;
    }
    let stretch = stretch(rest);
    let words = Words::of(&stretch);
    if let Some((hour, minute, last)) = clock(words.texts()) {
        let end = words.end(last)?;
        let (afternoon, more) = half_of_day(&rest[end..]).unzip();
        return Some((Token::Time(Time { hour, minute, afternoon }), end + more.unwrap_or(0)));
    }
    let first = words.texts().first()?;
    let end = words.end(0)?;
    if let Some(month) = month(first) {
        return Some((Token::Month(month), end));
    }
    if *first == "last" {
        return Some((Token::Place(0), end));
    }
    if let Some(n) = place(&ORDINALS, first) {
        return Some((Token::Nth(n), end));
    }
    let hour = place(&CARDINALS, first)?;
    match half_of_day(&rest[end..]) {
        Some((afternoon, more)) => {
            Some((Token::Time(Time { hour, minute: 0, afternoon: Some(afternoon) }), end + more))
        }
        None => Some((Token::Bare(hour), end)),
    }
}

/// Half past seven, a quarter to eight, ten past six, seven thirty, eight o'clock: hour, minute, and the last word of it.
fn clock(words: &[&str]) -> Option<(u32, u32, usize)> {
    let skip = usize::from(matches!(words.first(), Some(&("a" | "an"))));
    let after = words.get(skip..)?;
    let (minutes, used) = match after {
        ["half", ..] if skip == 0 => (Some(30), 1),
        ["quarter", ..] => (Some(15), 1),
        [n, "minutes" | "minute", ..] if skip == 0 => (cardinal(n), 2),
        [n, ..] if skip == 0 => (cardinal(n), 1),
        _ => return None,
    };
    if let (Some(minutes), [way @ ("past" | "after" | "to" | "before"), hour, ..]) = (minutes, after.get(used..)?) {
        let hour = cardinal(hour).filter(|hour| (1..=12).contains(hour))?;
        let late = matches!(*way, "past" | "after");
        // Half to eight is nobody's time; 8 to 10 are two.
        let counted = late || after[0] == "quarter" || (after[0] != "half" && (used == 2 || minutes > 12));
        if !counted || minutes == 0 || minutes > 59 {
            return None;
        }
        let last = skip + used + 1;
        return Some(if late { (hour, minutes, last) } else { ((hour + 10) % 12 + 1, 60 - minutes, last) });
    }
    let hour = cardinal(after.first()?).filter(|hour| skip == 0 && (1..=23).contains(hour))?;
    let spelled = place(&CARDINALS, after[0]).is_some();
    match after.get(1..)? {
        ["o'clock", ..] => Some((hour, 0, 1)),
        ["oh" | "o", minute, ..] if spelled => Some((hour, cardinal(minute).filter(|m| *m < 10)?, 2)),
        [tens @ ("twenty" | "thirty" | "forty" | "fifty"), ones, ..]
            if spelled && place(&CARDINALS[..9], ones).is_some() =>
        {
            Some((hour, tens_of(tens)? + place(&CARDINALS[..9], ones)?, 2))
        }
        [minute, ..] if spelled => {
            let minute = tens_of(minute).or_else(|| compound(minute)).or_else(|| place(&CARDINALS, minute))?;
            (10..60).contains(&minute).then_some((hour, minute, 1))
        }
        _ => None,
    }
}

fn tens_of(word: &str) -> Option<u32> {
    Some(match word {
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        _ => return None,
    })
}

/// `forty-five`.
fn compound(word: &str) -> Option<u32> {
    let (tens, ones) = word.split_once('-')?;
    Some(tens_of(tens)? + place(&CARDINALS[..9], ones)?)
}
