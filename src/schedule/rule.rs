//! When something recurs: a cron line, evaluated on the wall clock of a [`Zone`].
//!
//! A line has five fields (minute, hour, day of the month, month, weekday) or six with seconds first, and is read the way
//! Unix reads it. Runs are counted in local time; the zone is resolved here: a run inside a daylight-saving gap happens
//! once, at the first valid instant after it; one inside an overlap happens once, at the first of the two. A line that
//! restricts both kinds of day is refused, because Unix joins them with *or* and others with *and*; so is one that
//! never comes.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::field::{Field, Unit};
use super::thin::Times;
use super::zone::Zone;
use crate::clock::Timestamp;

/// A recurring time. As text: a cron line in its canonical spelling.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    /// In the order of [`Unit::ALL`].
    fields: [Field; 6],
    /// The same, for the library that steps through local times.
    steps: Arc<cron::Schedule>,
    /// Of more runs a day than this, so many are kept.
    most: Option<u32>,
}

/// Why a line is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Neither five fields nor six.
    #[error("a cron line has 5 fields (minute hour day month weekday), or 6 with seconds first, not {found}")]
    FieldCount {
        /// How many there are.
        found: usize,
    },
    /// Something that the field does not take.
    #[error("`{part}` is no value of the {unit} field, which takes {}", .unit.takes())]
    Value {
        /// The field.
        unit: Unit,
        /// What was written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// A range whose end comes before its start.
    #[error("the range `{part}` of the {unit} field runs backwards; write it as two, joined by a comma")]
    Backwards {
        /// The field.
        unit: Unit,
        /// What was written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// A step of nothing, or beyond the field.
    #[error("`{part}` in the {unit} field has no step that the field allows; write one such as `*/2`")]
    Step {
        /// The field.
        unit: Unit,
        /// What was written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// Day of the month and weekday are both restricted.
    #[error(
        "the line restricts both the day-of-month field and the weekday field (`{part}`), which programs read differently; put `*` in one of the two"
    )]
    BothDays {
        /// The weekday field as written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// No month has the day.
    #[error(
        "the line never comes: no month that it names has a day `{part}`; change the day-of-month or the month field"
    )]
    Never {
        /// The day-of-month field as written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
}

impl RuleError {
    /// The part of the line that is wrong, as written; `None` when it is the line as a whole.
    pub fn part(&self) -> Option<&str> {
        match self {
            Self::FieldCount { .. } => None,
            Self::Value { part, .. }
            | Self::Backwards { part, .. }
            | Self::Step { part, .. }
            | Self::BothDays { part, .. }
            | Self::Never { part, .. } => Some(part),
        }
    }

    /// Where in the line the mistake is, in bytes; 0 when it is about the line as a whole.
    pub fn offset(&self) -> usize {
        match self {
            Self::FieldCount { .. } => 0,
            Self::Value { at, .. }
            | Self::Backwards { at, .. }
            | Self::Step { at, .. }
            | Self::BothDays { at, .. }
            | Self::Never { at, .. } => *at,
        }
    }
}

impl Rule {
    /// Reads a cron line.
    ///
    /// # Errors
    /// When it has not five or six fields, one of them does not read, both kinds of day are restricted, or it never
    /// comes.
    pub fn parse(line: &str) -> Result<Self, RuleError> {
        let words = words(line);
        let skipped = match words.len() {
            5 => 1,
            6 => 0,
            found => return Err(RuleError::FieldCount { found }),
        };
        let mut fields = Unit::ALL.map(Field::all);
        fields[0] = Field::of(Unit::Second, [0]);
        for (field, (unit, (at, word))) in
            fields[skipped..].iter_mut().zip(Unit::ALL[skipped..].iter().zip(words.iter()))
        {
            *field = Field::parse(*unit, word, *at)?;
        }
        let [.., (day_at, day), _, (weekday_at, weekday)] = words[..] else {
            return Err(RuleError::FieldCount { found: words.len() });
        };
        if !fields[3].is_all() && !fields[5].is_all() {
            return Err(RuleError::BothDays { part: weekday.to_owned(), at: weekday_at });
        }
        if !comes(fields[3], fields[4]) {
            return Err(RuleError::Never { part: day.to_owned(), at: day_at });
        }
        Ok(Self::sound(fields))
    }

    /// The rule of these fields, in the order of [`Unit::ALL`].
    ///
    /// # Errors
    /// As [`Rule::parse`].
    pub fn of(fields: [Field; 6]) -> Result<Self, RuleError> {
        Self::parse(&fields.map(|f| f.to_string()).join(" "))
    }

    fn sound(fields: [Field; 6]) -> Self {
        let steps = cron::Schedule::from_str(&library_line(&fields))
            .expect("six fields of numbers in their bounds, none empty, are a line that the library reads");
        Self { fields, steps: Arc::new(steps), most: None }
    }

    /// One of the rule's fields.
    pub fn field(&self, unit: Unit) -> Field {
        self.fields[unit as usize]
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

    fn times(&self) -> Times {
        let [seconds, minutes, hours, ..] = self.fields;
        Times { hours, minutes, seconds }
    }

    /// The first run after an instant; `None` when the calendar ends (2100).
    pub fn next_after(&self, after: Timestamp, zone: Zone) -> Option<Timestamp> {
        let local = zone.local(after)?;
        // In the second fold of an overlap the next local times lie in the first fold, before `after`.
        self.local_after(local).filter_map(|run| zone.instant(run)).find(|run| *run > after)
    }

    /// The runs after a local time, in local time.
    fn local_after(&self, local: NaiveDateTime) -> Box<dyn Iterator<Item = NaiveDateTime> + '_> {
        if self.most.is_none() {
            return Box::new(self.steps.after(&local.and_utc()).map(|run| run.naive_utc()));
        }
        Box::new(std::iter::successors(self.kept_after(local), |run| self.kept_after(*run)))
    }

    /// The first kept run after a local time.
    fn kept_after(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let next = |local: NaiveDateTime| Some(self.steps.after(&local.and_utc()).next()?.naive_utc());
        let run = next(local)?;
        let most = self.most.unwrap_or(u32::MAX);
        match self.times().kept_from(run.time(), most) {
            Some(time) => Some(run.date().and_time(time)),
            // The first of the next day is kept.
            None => next(run.date().and_hms_opt(23, 59, 59)?),
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

/// The words of a line and where each begins, in bytes.
fn words(line: &str) -> Vec<(usize, &str)> {
    line.split_whitespace().map(|word| (word.as_ptr().addr() - line.as_ptr().addr(), word)).collect()
}

/// Whether a month of the set has a day of the set.
fn comes(days: Field, months: Field) -> bool {
    let length = |month| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let first = days.numbers().next().unwrap_or(32);
    months.numbers().any(|month| first <= length(month))
}

/// The fields as the library wants them: six, numbers only, Sunday = 1.
fn library_line(fields: &[Field; 6]) -> String {
    let write = |(field, unit): (&Field, Unit)| {
        let shift = u32::from(unit == Unit::Weekday);
        let numbers = || field.numbers().map(|n| (n + shift).to_string()).collect::<Vec<_>>().join(",");
        if field.is_all() { "*".to_owned() } else { numbers() }
    };
    fields.iter().zip(Unit::ALL).map(write).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [second, rest @ ..] = &self.fields;
        if second.numbers().ne([0]) {
            write!(f, "{second} ")?;
        }
        f.write_str(&rest.map(|field| field.to_string()).join(" "))
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

impl Eq for Rule {}

impl TryFrom<String> for Rule {
    type Error = RuleError;

    fn try_from(line: String) -> Result<Self, RuleError> {
        Self::parse(&line)
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}
