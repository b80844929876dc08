//! What a text has said about days, put together: which of it agrees, and what it comes to.

use std::collections::BTreeSet;

use chrono::Datelike as _;

use super::often::Unit;
use super::scan::{ALL_DAYS, WORKING_DAYS};
use super::{Missing, Why};
use crate::clock::Timestamp;
use crate::schedule::every::{Every, Span};
use crate::schedule::field::{self, Field};
use crate::schedule::marks::Marks;
use crate::schedule::rule::{Parts, Rule};
use crate::schedule::zone::Zone;

/// A day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MonthDay {
    /// By its number.
    Number(u32),
    /// The last.
    Last,
    /// The first working day.
    FirstWorking,
    /// The last working day.
    LastWorking,
    /// The n-th of a weekday (Sunday is 0); 0 is the last.
    Placed(u32, u32),
}

/// The days that a text names.
#[derive(Clone, Debug, Default)]
pub(super) struct Days {
    /// A bit for each weekday; Sunday is bit 0.
    pub(super) weekdays: u8,
    /// Months and days of months, in the order in which they are named.
    pub(super) dates: Vec<Dated>,
    /// Each n-th day, week or month.
    pub(super) interval: Option<(u32, Unit)>,
    /// The units that are said to have days each.
    pub(super) units: BTreeSet<Unit>,
    /// So many in each.
    pub(super) count: Option<(u32, Unit)>,
    /// So many times on each of its days.
    pub(super) daily: Option<u32>,
    /// A part of each day: every evening.
    pub(super) parts_of_day: bool,
}

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    /// A month.
    Month(u32),
    /// A day of it.
    Day(MonthDay),
}

/// Where days were not said: those of the rule that there is, or none.
pub(super) type Usual<'a> = Option<&'a Rule>;

impl Days {
    /// Adds weekdays.
    ///
    /// # Errors
    /// When one of them was named before.
    pub(super) fn add(&mut self, days: u8) -> Result<(), Why> {
        if self.weekdays & days != 0 {
            return Err(Why::Contrary);
        }
        self.weekdays |= days;
        Ok(())
    }

    /// The days as parts of a rule, without its times.
    ///
    /// # Errors
    /// When what was said does not agree, or not all was said.
    pub(super) fn parts(&self, usual: Usual<'_>) -> Result<Parts, Why> {
        let days: BTreeSet<MonthDay> = self.days().collect();
        if self.weekdays != 0 && !days.is_empty() {
            return Err(Why::TwoKindsOfDay);
        }
        self.agree(&days)?;
        let mut parts = match (days.is_empty(), self.weekdays) {
            (true, 0) => self.usual(usual)?,
            (true, weekdays) => {
                let weekdays = Field::of(field::Unit::Weekday, (0..7).filter(|day| weekdays >> day & 1 == 1));
                Parts { fields: with(field::Unit::Weekday, weekdays), ..nothing() }
            }
            (false, _) => of_month(&days),
        };
        if let Some(months) = self.months(&days)? {
            parts.fields[field::Unit::Month as usize] = months;
        }
        Ok(parts)
    }

    fn days(&self) -> impl Iterator<Item = MonthDay> {
        self.dates.iter().filter_map(|part| match part {
            Dated::Day(day) => Some(*day),
            Dated::Month(_) => None,
        })
    }

    /// Whether all that was said can be true together.
    fn agree(&self, days: &BTreeSet<MonthDay>) -> Result<(), Why> {
        let (has_months, in_week) = (self.dates.len() > days.len(), self.weekdays != 0);
        let fits = |unit: &Unit| match unit {
            Unit::Day => self.interval.is_none() && days.is_empty() && matches!(self.weekdays, 0 | ALL_DAYS),
            Unit::Week => self.interval.is_none() && days.is_empty() && self.weekdays != ALL_DAYS && !has_months,
            Unit::Month | Unit::Quarter => !in_week && !has_months && self.interval.is_none(),
            Unit::Year => self.interval.is_none(),
        };
        let interval = self.interval.is_none_or(|(_, unit)| match unit {
            Unit::Day => !in_week && self.dates.is_empty(),
            Unit::Week => self.weekdays != ALL_DAYS && self.dates.is_empty(),
            Unit::Month => !in_week && !has_months,
            Unit::Quarter | Unit::Year => false,
        });
        let counted = self.count.is_none_or(|(count, unit)| match unit {
            Unit::Week if in_week => self.weekdays.count_ones() == count,
            Unit::Month | Unit::Quarter if !days.is_empty() => days.len() == count as usize,
            Unit::Year if !days.is_empty() => count as usize == self.dates.len() - days.len(),
            _ => true,
        });
        let several =
            self.units.len() > 1 && !(self.units.len() == 2 && self.units.contains(&Unit::Year) && has_months);
        if !counted || !interval || several || !self.units.iter().all(fits) { Err(Why::Contrary) } else { Ok(()) }
    }

    /// The days of the rule that there is, where only a time or how often was said.
    fn usual(&self, usual: Usual<'_>) -> Result<Parts, Why> {
        let missing = Err(Why::Missing(Missing::Day));
        let each_day =
            self.units.contains(&Unit::Day) || ((self.daily.is_some() || self.parts_of_day) && self.units.is_empty());
        if matches!(self.interval, Some((_, Unit::Day))) || (each_day && self.interval.is_none()) {
            return Ok(nothing());
        }
        let Some(usual) = usual.filter(|_| self.dates.is_empty()) else { return missing };
        let parts = usual.parts().clone();
        let weekly = !parts.fields[field::Unit::Weekday as usize].is_all() && !parts.marks.in_weekdays();
        let days = parts.fields[field::Unit::Weekday as usize].count();
        let weeks = matches!(self.interval, Some((_, Unit::Week))) || self.units.contains(&Unit::Week);
        let count = self.count.map_or(1, |(count, _)| count);
        match (weeks, self.interval.is_none() && self.units.is_empty()) {
            (true, _) if weekly && days == count => Ok(Parts { every: None, ..parts }),
            (false, true) => Ok(parts),
            _ => missing,
        }
    }

    /// The months, where they are not all: those named, or those of quarters.
    fn months(&self, days: &BTreeSet<MonthDay>) -> Result<Option<Field>, Why> {
        let named: BTreeSet<u32> = self
            .dates
            .iter()
            .filter_map(|part| match part {
                Dated::Month(month) => Some(*month),
                Dated::Day(_) => None,
            })
            .collect();
        let months = |months: &[u32]| Some(Field::of(field::Unit::Month, months.iter().copied()));
        if self.units.contains(&Unit::Quarter) {
            let first = |day: &MonthDay| match day {
                MonthDay::Number(1) | MonthDay::FirstWorking => Ok(true),
                MonthDay::Placed(place, _) => Ok(*place != 0),
                MonthDay::Last | MonthDay::LastWorking => Ok(false),
                // Of which of the three months?
                MonthDay::Number(_) => Err(Why::Missing(Missing::Month)),
            };
            let first: BTreeSet<bool> = days.iter().map(first).collect::<Result<_, _>>()?;
            return match first.iter().collect::<Vec<_>>()[..] {
                [true] => Ok(months(&[1, 4, 7, 10])),
                [false] => Ok(months(&[3, 6, 9, 12])),
                _ => Err(Why::Missing(Missing::Month)),
            };
        }
        let yearly = self.units.contains(&Unit::Year);
        match (named.len(), yearly) {
            (0, true) => Err(Why::Missing(Missing::Month)),
            (0, false) => Ok(None),
            // One date of one month may be meant once.
            (1, false) => Err(Why::Once),
            _ if !self.is_product(named.len(), days.len()) => Err(Why::Contrary),
            _ => Ok(Some(Field::of(field::Unit::Month, named))),
        }
    }

    /// Whether each of the months is meant with each of the days: 3月1日和9月15日 are two dates, not four.
    fn is_product(&self, months: usize, days: usize) -> bool {
        let is_month = |part: &Dated| matches!(part, Dated::Month(_));
        let runs: Vec<&[Dated]> = self.dates.chunk_by(|a, b| is_month(a) == is_month(b)).collect();
        if runs.len() <= 2 {
            return true;
        }
        // Each date is a run of months and a run of days.
        let dates: usize = runs.chunks(2).map(|pair| pair.iter().map(|run| run.len()).product::<usize>()).sum();
        runs.len().is_multiple_of(2) && dates == months * days
    }
}

/// A rule's parts that say nothing yet: each day, at midnight.
fn nothing() -> Parts {
    Parts { fields: field::Unit::ALL.map(Field::all), marks: Marks::default(), every: None, times: None }
}

fn with(unit: field::Unit, field: Field) -> [Field; 6] {
    let mut fields = field::Unit::ALL.map(Field::all);
    fields[unit as usize] = field;
    fields
}

fn of_month(days: &BTreeSet<MonthDay>) -> Parts {
    let mut marks = Marks::default();
    let mut numbers = Vec::new();
    for day in days {
        match day {
            MonthDay::Number(number) => numbers.push(*number),
            MonthDay::Last => marks.last = true,
            MonthDay::FirstWorking => marks.nearest |= 1 << 1,
            MonthDay::LastWorking => marks.last_working = true,
            MonthDay::Placed(0, weekday) => marks.last_weekdays |= 1 << weekday,
            MonthDay::Placed(place, weekday) => {
                if let Some(days) = marks.nth.get_mut(*place as usize - 1) {
                    *days |= 1 << weekday;
                }
            }
        }
    }
    let unit = if marks.in_weekdays() { field::Unit::Weekday } else { field::Unit::Day };
    // Both kinds at once are left for the rule to refuse.
    let mut fields = with(unit, Field::of(unit, []));
    if !numbers.is_empty() || marks.in_days() {
        fields[field::Unit::Day as usize] = Field::of(field::Unit::Day, numbers);
    }
    Parts { fields, marks, every: None, times: None }
}

/// Of the runs of a rule, each n-th day, week or month, from the first that comes on.
///
/// # Errors
/// When there is no such rule.
pub(super) fn every(rule: &Rule, interval: (u32, Unit), zone: Zone, now: Timestamp) -> Result<Parts, Why> {
    let mut parts = rule.parts().clone();
    let first = rule.next_after(now, zone).and_then(|run| zone.local(run)).ok_or(Why::Contrary)?.date();
    let (n, unit) = interval;
    match unit {
        Unit::Day | Unit::Week => {
            let span = if unit == Unit::Day { Span::Days } else { Span::Weeks };
            parts.every = Some(Every::from(span, n, first).ok_or(Why::NoSuchTime)?);
        }
        Unit::Month if matches!(n, 2 | 3 | 4 | 6) => {
            let months = (0..12).filter(|month| month % n == first.month0() % n).map(|month| month + 1);
            parts.fields[field::Unit::Month as usize] = Field::of(field::Unit::Month, months);
        }
        _ => return Err(Why::Contrary),
    }
    Ok(parts)
}

/// A day of the month by its place and what it is a place of.
pub(super) fn placed(place: u32, weekdays: u8) -> Option<MonthDay> {
    match (place, weekdays) {
        (1, WORKING_DAYS) => Some(MonthDay::FirstWorking),
        (0, WORKING_DAYS) => Some(MonthDay::LastWorking),
        (0..=5, one) if one.count_ones() == 1 => Some(MonthDay::Placed(place, one.trailing_zeros())),
        _ => None,
    }
}
