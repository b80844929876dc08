//! How a chat wants its reminders to arrive.

use std::time::Duration;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::engine::sql;
use crate::clock::Timestamp;

/// How reminders arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Without a sound.
    pub silent: bool,
    /// Pinned, each in place of the one before it.
    pub pin: bool,
    /// The hours in which nothing is sent.
    pub quiet: Option<Quiet>,
    /// How late a missed one is still sent; `None` is the program's own window.
    pub late: Option<Duration>,
    /// Nothing is sent before then.
    pub paused_until: Option<Timestamp>,
}

/// How much a subscription's reminders bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// How many sections each brings, from 1 on; of a plan to a date, how many that takes if none is missed.
    pub each: u32,
    /// By when all of the series is to be read.
    pub until: Option<Timestamp>,
}

impl Default for Goal {
    fn default() -> Self {
        Self { each: 1, until: None }
    }
}

/// Hours of the day, on the clock of the schedule, perhaps across midnight. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quiet {
    from: u16,
    until: u16,
}

/// The minutes of a day.
const DAY: u16 = 24 * 60;

impl Quiet {
    /// The hours between two times of day, in minutes since midnight; `None` where that is no time at all.
    pub fn between(from: u16, until: u16) -> Option<Self> {
        (from != until && from < DAY && until < DAY).then_some(Self { from, until })
    }

    /// When they begin, in minutes since midnight.
    pub fn from(self) -> u16 {
        self.from
    }

    /// When they are over, in minutes since midnight.
    pub fn until(self) -> u16 {
        self.until
    }

    /// Whether they hold a time of day.
    pub fn holds(self, minute: u16) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }

    /// Whether they go on past midnight.
    pub fn over_midnight(self) -> bool {
        self.from > self.until
    }
}

pub(super) fn read_goal(row: &AnyRow) -> Result<Goal, sqlx::Error> {
    let until = row.try_get::<Option<i64>, _>("until")?.map(Timestamp);
    Ok(Goal { each: sql::number::<u32>(row, "amount")?.max(1), until })
}

pub(super) fn read(row: &AnyRow) -> Result<Manner, sqlx::Error> {
    let number = |column| row.try_get::<Option<i64>, _>(column);
    let minute = |column| Ok::<_, sqlx::Error>(number(column)?.and_then(|minute| u16::try_from(minute).ok()));
    Ok(Manner {
        silent: sql::number::<i64>(row, "silent")? != 0,
        pin: sql::number::<i64>(row, "pin")? != 0,
        quiet: minute("quiet_from")?.zip(minute("quiet_until")?).and_then(|(from, until)| Quiet::between(from, until)),
        late: number("late")?.map(|millis| Duration::from_millis(u64::try_from(millis).unwrap_or(0))),
        paused_until: number("paused_until")?.map(Timestamp),
    })
}
