//! When something recurs: a cron line, evaluated on the wall clock of a [`Zone`].
//!
//! ```text
//! line = [ second ] minute hour day month weekday [ every ]
//!      | times day month weekday [ every ]
//! ```
//! The fields are read the way Unix reads them, see `field`, with the days of `marks` beside them (`L`, `5L`, `1#2`,
//! `15W`). `every` takes each n-th day or week of those, see `every`; `times` (`08:00,20:30`) are times that no product
//! of hours and minutes is. Runs are counted in local time; the zone is resolved here: a run inside a daylight-saving gap
//! happens once, at the first valid instant after it; one inside an overlap happens once, at the first of the two. A line
//! that restricts both kinds of day is refused, because Unix joins them with *or* and others with *and*; so is one that
//! never comes.

mod error;
mod read;

use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use serde::{Deserialize, Serialize};

pub use self::error::RuleError;
use super::every::Every;
use super::field::{Field, Unit};
use super::marks::Marks;
use super::thin::Times;
use super::zone::Zone;
use crate::clock::Timestamp;

/// A recurring time. As text: a line in its canonical spelling.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    parts: Parts,
    /// The same, for the library that steps through local times: without what it does not know.
    steps: Arc<cron::Schedule>,
    /// Of more runs a day than this, so many are kept.
    most: Option<u32>,
}

/// What a rule is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// In the order of [`Unit::ALL`]. A day or weekday field that has marks may be empty.
    pub fields: [Field; 6],
    /// Days by their place in the month, beside those of the fields.
    pub marks: Marks,
    /// Of the days, each n-th day or week.
    pub every: Option<Every>,
    /// The times of day, in minutes since midnight and in order, where the fields say more than these.
    pub times: Option<Vec<u16>>,
}

impl Rule {
    /// One of the rule's fields.
    pub fn field(&self, unit: Unit) -> Field {
        self.parts.fields[unit as usize]
    }

    /// What it is made of.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// How many runs there are on each of its days: 1 to 86,400.
    pub fn runs_a_day(&self) -> u32 {
        self.times().count()
    }

    /// The same rule, but of the runs of a day only so many (at least one), spread evenly. It is still written, and
    /// equal, as it was.
    #[must_use]
    pub fn at_most(self, runs: u32) -> Self {
        let most = Some(runs.max(1)).filter(|most| *most < self.runs_a_day());
        Self { most, ..self }
    }

    /// Whether some of its runs are left out.
    pub fn is_limited(&self) -> bool {
        self.most.is_some()
    }

    fn times(&self) -> Times<'_> {
        let [seconds, minutes, hours, ..] = self.parts.fields;
        Times { hours, minutes, seconds, list: self.parts.times.as_deref() }
    }

    /// The first run after an instant; `None` when the calendar ends (2100).
    pub fn next_after(&self, after: Timestamp, zone: Zone) -> Option<Timestamp> {
        let local = zone.local(after)?;
        // In the second fold of an overlap the next local times lie in the first fold, before `after`.
        self.local_after(local).filter_map(|run| zone.instant(run)).find(|run| *run > after)
    }

    /// The runs after a local time, in local time.
    fn local_after(&self, local: NaiveDateTime) -> Box<dyn Iterator<Item = NaiveDateTime> + '_> {
        if self.most.is_none() && self.parts.is_plain() {
            return Box::new(self.steps.after(&local.and_utc()).map(|run| run.naive_utc()));
        }
        Box::new(std::iter::successors(self.kept_after(local), |run| self.kept_after(*run)))
    }

    /// The first run after a local time, of all that the rule has.
    fn run_after(&self, mut local: NaiveDateTime) -> Option<NaiveDateTime> {
        loop {
            let run = self.steps.after(&local.and_utc()).next()?.naive_utc();
            let minute = u16::try_from(run.hour() * 60 + run.minute()).ok();
            local = match (&self.parts.times, minute) {
                _ if !self.parts.hold(run.date()) => end_of_day(run.date())?,
                (Some(times), Some(minute)) if !times.contains(&minute) => run,
                _ => return Some(run),
            };
        }
    }

    /// The first kept run after a local time.
    fn kept_after(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let run = self.run_after(local)?;
        let Some(most) = self.most else { return Some(run) };
        match self.times().kept_from(run.time(), most) {
            Some(time) => Some(run.date().and_time(time)),
            // The first of the next day is kept.
            None => self.run_after(end_of_day(run.date())?),
        }
    }

    /// The next `count` runs after an instant.
    pub fn next_runs(&self, after: Timestamp, zone: Zone, count: usize) -> Vec<Timestamp> {
        std::iter::successors(self.next_after(after, zone), |run| self.next_after(*run, zone)).take(count).collect()
    }

    /// The last run that is at or before `until` and not before `from`.
    pub fn last_until(&self, from: Timestamp, until: Timestamp, zone: Zone) -> Option<Timestamp> {
        let mut reach = 1_000;
        loop {
            let start = Timestamp(until.0.saturating_sub(reach)).max(Timestamp(from.0.saturating_sub(1)));
            let mut runs = std::iter::successors(self.next_after(start, zone), |run| self.next_after(*run, zone));
            match runs.by_ref().take_while(|run| *run <= until).last() {
                Some(run) => return Some(run),
                None if start < from => return None,
                None => reach = reach.saturating_mul(2),
            }
        }
    }
}

impl Parts {
    /// Whether the library knows all of it.
    fn is_plain(&self) -> bool {
        self.marks.is_empty() && self.every.is_none() && self.times.is_none()
    }

    /// Whether a day that the library found is one of the rule's.
    fn hold(&self, date: NaiveDate) -> bool {
        let [_, _, _, days, _, weekdays] = self.fields;
        let marked = self.marks.is_empty()
            || self.marks.hold(date)
            || (self.marks.in_days() && days.contains(date.day()))
            || (self.marks.in_weekdays() && weekdays.contains(date.weekday().num_days_from_sunday()));
        marked && self.every.is_none_or(|every| every.holds(date))
    }
}

fn end_of_day(date: NaiveDate) -> Option<NaiveDateTime> {
    date.and_hms_opt(23, 59, 59)
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Eq for Rule {}
