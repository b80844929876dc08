//! A rule together with the zone whose clock it follows, and how both are said to people.

use std::time::Duration;

use chrono::{Datelike, NaiveDate, Timelike};

use super::field::{Field, Unit};
use super::rule::Rule;
use super::zone::Zone;
use crate::answer::texts::{Occasion, Texts};
use crate::clock::Timestamp;

/// When something recurs, and by whose clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The recurring time.
    pub rule: Rule,
    /// The zone whose clock it follows.
    pub zone: Zone,
}

/// More hours a day than this are said as a cron line.
const MOST_TIMES: usize = 4;

/// A rule in the terms in which people speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// On these weekdays (Monday is 1, Sunday 7) at these times of day.
    Weekly {
        /// The weekdays, in order.
        days: Vec<u32>,
        /// Times such as `09:00`, in order.
        times: Vec<String>,
    },
    /// On these days of each month at these times of day.
    Monthly {
        /// The days, in order.
        days: Vec<u32>,
        /// Times such as `09:00`, in order.
        times: Vec<String>,
    },
    /// Anything else: its cron line.
    Cron(String),
}

impl Shape {
    /// The shape of a rule.
    pub fn of(rule: &Rule) -> Self {
        match (times(rule), rule.field(Unit::Month).is_all()) {
            (Some(times), true) if rule.field(Unit::Day).is_all() => {
                Self::Weekly { days: from_monday(rule.field(Unit::Weekday)), times }
            }
            (Some(times), true) => Self::Monthly { days: rule.field(Unit::Day).numbers().collect(), times },
            _ => Self::Cron(rule.to_string()),
        }
    }
}

/// How often reminders of a rule come, as their heading says it: 今日 or 本周; `None` where that is neither.
pub fn occasion(cron: &str) -> Option<Occasion> {
    let rule = Rule::parse(cron).ok()?;
    if rule.runs_a_day() > 1 {
        return None;
    }
    match Shape::of(&rule) {
        Shape::Weekly { days, .. } if days.len() == 1 => Some(Occasion::Week),
        Shape::Weekly { .. } => Some(Occasion::Day),
        Shape::Monthly { days, .. } if days.len() == 1 => Some(Occasion::Month),
        Shape::Monthly { .. } | Shape::Cron(_) => None,
    }
}

/// The rule's times of day, if they are few and on the minute.
fn times(rule: &Rule) -> Option<Vec<String>> {
    let on_the_minute = rule.field(Unit::Second).numbers().eq([0]);
    let minutes: Vec<u32> = rule.field(Unit::Minute).numbers().collect();
    let hours = rule.field(Unit::Hour).numbers();
    let times: Vec<String> = hours.flat_map(|hour| minutes.iter().map(move |m| format!("{hour:02}:{m:02}"))).collect();
    (on_the_minute && times.len() <= MOST_TIMES).then_some(times)
}

fn from_monday(days: Field) -> Vec<u32> {
    (1..=7).filter(|day| days.contains(day % 7)).collect()
}

impl When {
    /// Reads back what was stored as text; `None` for what was never written by us.
    pub fn stored(rule: &str, zone: &str) -> Option<Self> {
        Some(Self { rule: Rule::parse(rule).ok()?, zone: Zone::parse(zone).ok()? })
    }

    /// The same times on these weekdays: bit 0 is Monday. A rule without times of its own comes at nine.
    pub fn on_days(&self, days: u8) -> Option<Self> {
        let weekdays = Field::of(Unit::Weekday, (1..=7).filter(|day| days >> (day - 1) & 1 == 1));
        let (hours, minutes) = (self.rule.field(Unit::Hour), self.rule.field(Unit::Minute));
        let (hours, minutes) = if hours.is_all() || minutes.is_all() {
            (Field::of(Unit::Hour, [9]), Field::of(Unit::Minute, [0]))
        } else {
            (hours, minutes)
        };
        self.ruled([minutes, hours, Field::all(Unit::Day), Field::all(Unit::Month), weekdays])
    }

    /// The same days at this time, in minutes since midnight.
    pub fn at_time(&self, minute: u16) -> Option<Self> {
        let (hour, minute) = (u32::from(minute / 60), u32::from(minute % 60));
        let [day, month, weekday] = [Unit::Day, Unit::Month, Unit::Weekday].map(|unit| self.rule.field(unit));
        self.ruled([Field::of(Unit::Minute, [minute]), Field::of(Unit::Hour, [hour]), day, month, weekday])
    }

    fn ruled(&self, [minute, hour, day, month, weekday]: [Field; 5]) -> Option<Self> {
        let rule = Rule::of([Field::of(Unit::Second, [0]), minute, hour, day, month, weekday]).ok()?;
        Some(Self { rule, zone: self.zone })
    }

    /// The first run after an instant.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        self.rule.next_after(after, self.zone)
    }

    /// The rule in words, without the zone: 每周一 09:00, "Mondays at 09:00".
    pub fn in_words(&self, texts: &dyn Texts) -> String {
        match Shape::of(&self.rule) {
            Shape::Weekly { days, times } => texts.weekly(&days, &times),
            Shape::Monthly { days, times } => texts.monthly(&days, &times),
            Shape::Cron(line) => texts.cron_line(&line),
        }
    }

    /// The zone in words: 上海时间, "Asia/Shanghai".
    pub fn zone_in_words(&self, texts: &dyn Texts) -> String {
        texts.zone(&self.zone.label(), self.zone.chinese())
    }

    /// An instant on the zone's clock, with its weekday; empty beyond the calendar.
    pub fn moment_in_words(&self, texts: &dyn Texts, at: Timestamp) -> String {
        let Some(local) = self.zone.local(at) else { return String::new() };
        let clock = format!("{:02}:{:02}", local.hour(), local.minute());
        let date = (local.year(), local.month(), local.day());
        texts.moment(date, local.weekday().number_from_monday(), &clock)
    }

    /// The day of an instant on the zone's clock, with its weekday; `None` beyond the calendar.
    pub fn day_in_words(&self, texts: &dyn Texts, at: Timestamp) -> Option<String> {
        let local = self.zone.local(at)?;
        Some(texts.day((local.year(), local.month(), local.day()), local.weekday().number_from_monday()))
    }

    /// The last instant of a day on the zone's clock; `None` beyond the calendar.
    pub fn end_of(&self, day: NaiveDate) -> Option<Timestamp> {
        let next = self.zone.instant(day.succ_opt()?.and_hms_opt(0, 0, 0)?)?;
        Some(next.before(Duration::from_millis(1)))
    }
}
