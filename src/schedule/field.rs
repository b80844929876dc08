//! One field of a cron line: a set of numbers, read the way Unix reads it.
//!
//! ```text
//! field = item { "," item }
//! item  = ( "*" | "?" | value [ "-" value ] ) [ "/" step ]
//! value = number | name            JAN … DEC and SUN … SAT, short or in full, in any case
//! ```
//! In the weekday field 0 and 7 are both Sunday, and a range may run over the end of the week (`fri-mon`). A value with
//! a step but no end (`5/10`) runs to the end of the field.

use std::fmt::{self, Write as _};

use super::rule::RuleError;

/// Which field of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 0 to 59; only in lines of six fields.
    Second,
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// Day of the month, 1 to 31.
    Day,
    /// 1 to 12, or a name.
    Month,
    /// 0 to 7, where 0 and 7 are Sunday, or a name.
    Weekday,
}

/// From January, lower case.
pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// From Sunday, as cron counts.
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

impl Unit {
    /// The fields in the order in which a line of six writes them.
    pub const ALL: [Self; 6] = [Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Month, Self::Weekday];

    /// The lowest and the highest number of the field, after Sunday has become 0.
    pub fn bounds(self) -> (u32, u32) {
        match self {
            Self::Second | Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 6),
        }
    }

    /// The highest number that may be written: 7 for Sunday too.
    fn highest_written(self) -> u32 {
        if self == Self::Weekday { 7 } else { self.bounds().1 }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &MONTHS,
            Self::Weekday => &WEEKDAYS,
            _ => &[],
        }
    }

    /// What the field takes, for a message that says why a value is refused.
    pub fn takes(self) -> &'static str {
        match self {
            Self::Second | Self::Minute => "0-59",
            Self::Hour => "0-23",
            Self::Day => "1-31",
            Self::Month => "1-12 or JAN-DEC",
            Self::Weekday => "0-7 (0 and 7 are Sunday) or SUN-SAT",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day-of-month",
            Self::Month => "month",
            Self::Weekday => "weekday",
        })
    }
}

/// The numbers that a field allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    unit: Unit,
    /// Bit n is set when the field allows n.
    bits: u64,
}

impl Field {
    /// The field that allows everything.
    pub fn all(unit: Unit) -> Self {
        let (low, high) = unit.bounds();
        Self::of(unit, low..=high)
    }

    /// The field that allows these numbers; numbers outside the field are left out, 7 is Sunday.
    pub fn of(unit: Unit, numbers: impl IntoIterator<Item = u32>) -> Self {
        let (low, high) = unit.bounds();
        let fold = |n| if unit == Unit::Weekday && n == 7 { 0 } else { n };
        let numbers = numbers.into_iter().map(fold).filter(|n| (low..=high).contains(n));
        Self { unit, bits: numbers.fold(0, |bits, n| bits | 1 << n) }
    }

    /// Reads a field that stands `at` bytes into its line.
    pub(super) fn parse(unit: Unit, text: &str, at: usize) -> Result<Self, RuleError> {
        let mut bits = 0;
        let mut offset = at;
        for item in text.split(',') {
            bits |= Item { unit, text: item, at: offset }.numbers()?.bits;
            offset += item.len() + 1;
        }
        Ok(Self { unit, bits })
    }

    /// The field that allows what either of two allows.
    pub(super) fn or(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, ..self }
    }

    /// One value of a field, as a number or a name; Sunday is 0.
    pub(super) fn value_of(unit: Unit, text: &str) -> Option<u32> {
        let value = Item { unit, text, at: 0 }.value(text).ok()?;
        Some(if unit == Unit::Weekday { value % 7 } else { value })
    }

    /// Whether the field allows the number.
    pub fn contains(self, number: u32) -> bool {
        number < 64 && self.bits >> number & 1 == 1
    }

    /// Whether the field allows everything.
    pub fn is_all(self) -> bool {
        self == Self::all(self.unit)
    }

    /// The numbers, lowest first.
    pub fn numbers(self) -> impl Iterator<Item = u32> {
        let (low, high) = self.unit.bounds();
        (low..=high).filter(move |n| self.contains(*n))
    }

    /// How many numbers it allows.
    pub(super) fn count(self) -> u32 {
        self.bits.count_ones()
    }

    /// How many of its numbers are below this one.
    pub(super) fn below(self, number: u32) -> u32 {
        self.numbers().take_while(|n| *n < number).map(|_| 1).sum()
    }

    /// The step, if the field is every n-th number from its lowest on.
    fn step(self) -> Option<u32> {
        let (low, high) = self.unit.bounds();
        (2..=(high - low) / 2).find(|&step| self == Self::of(self.unit, (low..=high).step_by(step as usize)))
    }
}

impl fmt::Display for Field {
    /// The shortest usual way to write the set: `*`, `*/15`, `1-5`, `0,30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_char('*');
        }
        if let Some(step) = self.step() {
            return write!(f, "*/{step}");
        }
        let numbers: Vec<u32> = self.numbers().collect();
        for (index, run) in numbers.chunk_by(|a, b| a + 1 == *b).enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            match run {
                [first, _, .., last] => write!(f, "{first}-{last}")?,
                _ => write!(f, "{}", run.iter().map(u32::to_string).collect::<Vec<_>>().join(","))?,
            }
        }
        Ok(())
    }
}

/// One item of a field's list, and where it stands in the line.
struct Item<'a> {
    unit: Unit,
    text: &'a str,
    at: usize,
}

impl Item<'_> {
    fn numbers(&self) -> Result<Field, RuleError> {
        let (range, step) = match self.text.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (self.text, None),
        };
        let (first, last) = self.range(range, step.is_some())?;
        let numbers = (first..=last).step_by(step.unwrap_or(1) as usize);
        // A range over the end of the week was counted on past 6.
        let wrap = |n| if self.unit == Unit::Weekday { n % 7 } else { n };
        Ok(Field::of(self.unit, numbers.map(wrap)))
    }

    fn range(&self, range: &str, has_step: bool) -> Result<(u32, u32), RuleError> {
        let (low, high) = self.unit.bounds();
        if range == "*" || (range == "?" && matches!(self.unit, Unit::Day | Unit::Weekday)) {
            return Ok((low, high));
        }
        let Some((first, last)) = range.split_once('-') else {
            let value = self.value(range)?;
            return Ok((value, if has_step { high.max(value) } else { value }));
        };
        match (self.value(first)?, self.value(last)?) {
            (first, last) if first <= last => Ok((first, last)),
            // Past 6, so that `fri-mon` runs on; Sunday written as 7 begins the week.
            (7, last) if self.unit == Unit::Weekday => Ok((0, last)),
            (first, last) if self.unit == Unit::Weekday => Ok((first, last + 7)),
            _ => Err(RuleError::Backwards { unit: self.unit, part: range.to_owned(), at: self.at }),
        }
    }

    fn value(&self, text: &str) -> Result<u32, RuleError> {
        let lower = text.to_ascii_lowercase();
        let named = |name: &&str| lower == **name || (lower.len() == 3 && name.starts_with(&lower));
        if let Some(index) = self.unit.names().iter().position(named) {
            return Ok(u32::try_from(index).unwrap_or(0) + self.unit.bounds().0);
        }
        let in_bounds = |n: &u32| (self.unit.bounds().0..=self.unit.highest_written()).contains(n);
        number(text).filter(in_bounds).ok_or_else(|| RuleError::Value {
            unit: self.unit,
            part: if text.is_empty() { self.text.to_owned() } else { text.to_owned() },
            at: self.at,
        })
    }

    fn step(&self, text: &str) -> Result<u32, RuleError> {
        let sound = |n: &u32| (1..=self.unit.highest_written()).contains(n);
        let refused = || RuleError::Step { unit: self.unit, part: self.text.to_owned(), at: self.at };
        number(text).filter(sound).ok_or_else(refused)
    }
}

/// A number of ASCII digits alone: `+5` is none.
fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}
