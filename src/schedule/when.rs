//! A rule together with the zone whose clock it follows, and how both are said to people.

use std::time::Duration;

use chrono::{Datelike, NaiveDate, Timelike};

use super::every::Span;
use super::field::{Field, Unit};
use super::marks::Marks;
use super::rule::{Parts, Rule};
use super::zone::Zone;
use crate::answer::texts::{Days, Occasion, Texts};
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
    /// On these days, in these months (none for all), at these times of day, such as `09:00`, in order.
    Said {
        /// The days.
        days: Days,
        /// The months; none for all.
        months: Vec<u32>,
        /// The times.
        times: Vec<String>,
    },
    /// Anything else: its line.
    Cron(String),
}

impl Shape {
    /// The shape of a rule.
    pub fn of(rule: &Rule) -> Self {
        let months = rule.field(Unit::Month);
        let months = if months.is_all() { Vec::new() } else { months.numbers().collect() };
        match (days_of(rule), times(rule)) {
            (Some(days), Some(times)) => Self::Said { days, months, times },
            _ => Self::Cron(rule.to_string()),
        }
    }
}

/// The days of a rule; `None` where people have no name for them.
fn days_of(rule: &Rule) -> Option<Days> {
    let Parts { marks, every, .. } = rule.parts();
    let (day, weekdays) = (rule.field(Unit::Day), from_monday(rule.field(Unit::Weekday)));
    Some(match every {
        Some(every) if every.span() == Span::Weeks => {
            return (weekdays.len() < 7).then_some(Days::Weeks(every.n(), weekdays));
        }
        Some(every) => Days::Each(every.n()),
        None if marks.in_weekdays() => {
            let placed = marks.placed().map(|(place, day)| (place, if day == 0 { 7 } else { day })).collect();
            return weekdays.is_empty().then_some(Days::Placed(placed));
        }
        None if marks.in_days() || !day.is_all() => {
            if marks.nearest & !(1 << 1) != 0 {
                return None;
            }
            Days::Month {
                numbers: day.numbers().collect(),
                first_working: marks.nearest != 0,
                last: marks.last,
                last_working: marks.last_working,
            }
        }
        None => Days::Week(weekdays),
    })
}

/// How often reminders of a rule come, as their heading says it: 今日 or 本周; `None` where that is neither.
pub fn occasion(cron: &str) -> Option<Occasion> {
    let rule = Rule::parse(cron).ok()?;
    if rule.runs_a_day() > 1 {
        return None;
    }
    match Shape::of(&rule) {
        Shape::Said { days, months, .. } if months.is_empty() => match (&days, days.count()) {
            (Days::Week(_) | Days::Weeks(..), 1) => Some(Occasion::Week),
            (Days::Week(_) | Days::Weeks(..) | Days::Each(_), _) => Some(Occasion::Day),
            (Days::Month { .. } | Days::Placed(_), 1) => Some(Occasion::Month),
            (Days::Month { .. } | Days::Placed(_), _) => None,
        },
        Shape::Said { .. } | Shape::Cron(_) => None,
    }
}

/// The rule's times of day, if they are few and on the minute.
fn times(rule: &Rule) -> Option<Vec<String>> {
    if rule.field(Unit::Second).numbers().ne([0]) || rule.runs_a_day() as usize > MOST_TIMES {
        return None;
    }
    if let Some(list) = &rule.parts().times {
        return Some(list.iter().map(|time| format!("{:02}:{:02}", time / 60, time % 60)).collect());
    }
    let minutes: Vec<u32> = rule.field(Unit::Minute).numbers().collect();
    let hours = rule.field(Unit::Hour).numbers();
    Some(hours.flat_map(|hour| minutes.iter().map(move |m| format!("{hour:02}:{m:02}"))).collect())
}

fn from_monday(days: Field) -> Vec<u32> {
    (1..=7).filter(|day| days.contains(day % 7)).collect()
}

impl When {
    /// Reads back what was stored as text; `None` for what was never written by us.
    pub fn stored(rule: &str, zone: &str) -> Option<Self> {
        Some(Self { rule: Rule::parse(rule).ok()?, zone: Zone::parse(zone).ok()? })
    }

    /// The same times on these weekdays: bit 0 is Monday. A rule without times of its own comes at nine. What comes in
    /// each n-th week goes on doing so.
    pub fn on_days(&self, days: u8) -> Option<Self> {
        let weekdays = Field::of(Unit::Weekday, (1..=7).filter(|day| days >> (day - 1) & 1 == 1));
        let Parts { fields: [second, minutes, hours, ..], every, times, .. } = self.rule.parts().clone();
        let every = every.filter(|every| every.span() == Span::Weeks && !weekdays.is_all());
        let untimed = hours.is_all() || minutes.is_all();
        let [second, minutes, hours] = match untimed {
            true => [(Unit::Second, 0), (Unit::Minute, 0), (Unit::Hour, 9)].map(|(unit, n)| Field::of(unit, [n])),
            false => [Field::of(Unit::Second, second.numbers().take(1)), minutes, hours],
        };
        let fields = [second, minutes, hours, Field::all(Unit::Day), Field::all(Unit::Month), weekdays];
        self.ruled(&Parts { fields, marks: Marks::default(), every, times: times.filter(|_| !untimed) })
    }

    /// The same days at this time, in minutes since midnight.
    pub fn at_time(&self, minute: u16) -> Option<Self> {
        let (hour, minute) = (u32::from(minute / 60), u32::from(minute % 60));
        let mut parts = self.rule.parts().clone();
        for (unit, number) in [(Unit::Second, 0), (Unit::Minute, minute), (Unit::Hour, hour)] {
            parts.fields[unit as usize] = Field::of(unit, [number]);
        }
        self.ruled(&Parts { times: None, ..parts })
    }

    fn ruled(&self, parts: &Parts) -> Option<Self> {
        Some(Self { rule: Rule::of(parts).ok()?, zone: self.zone })
    }

    /// The first run after an instant.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        self.rule.next_after(after, self.zone)
    }

    /// The rule in words, without the zone: 每周一 09:00, "Mondays at 09:00".
    pub fn in_words(&self, texts: &dyn Texts) -> String {
        match Shape::of(&self.rule) {
            Shape::Said { days, months, times } => texts.recurring(&days, &months, &times),
            Shape::Cron(line) => texts.cron_line(&line),
        }
    }

    /// Its days alone, as a key shows them: 周三, 每两周 周三.
    pub fn days_in_words(&self, texts: &dyn Texts) -> String {
        match Shape::of(&self.rule) {
            Shape::Said { days: Days::Week(days), months, .. } if months.is_empty() && days.len() == 1 => {
                texts.weekday(days[0]).to_owned()
            }
            Shape::Said { days, months, .. } => texts.recurring_days(&days, &months),
            Shape::Cron(line) => texts.cron_line(&line),
        }
    }

    /// Its times of day alone.
    pub fn times_in_words(&self, texts: &dyn Texts) -> String {
        match Shape::of(&self.rule) {
            Shape::Said { times, .. } => times.join(" · "),
            Shape::Cron(line) => texts.cron_line(&line),
        }
    }

    /// The zone's place alone: 柏林. A distance from UTC is its own name.
    pub fn place_in_words(&self, texts: &dyn Texts) -> String {
        texts.zone_place(&self.zone.label(), self.zone.chinese())
    }

    /// What its days leave out, in a sentence: months without a 31st, or public holidays; `None` for nothing.
    pub fn note_in_words(&self, texts: &dyn Texts) -> Option<String> {
        match Shape::of(&self.rule) {
            Shape::Said { days: Days::Month { numbers, .. }, months, .. } => {
                let day = numbers.last().copied()?;
                let without = |month: &u32| *month == 2 || (day == 31 && [4, 6, 9, 11].contains(month));
                let without: Vec<u32> =
                    (1..=12).filter(|month| (months.is_empty() || months.contains(month)) && without(month)).collect();
                (day > 28 && !without.is_empty()).then(|| texts.months_without(day, &without))
            }
            Shape::Said { days: Days::Week(days), .. } if days == [1, 2, 3, 4, 5] => {
                Some(texts.no_holidays().to_owned())
            }
            _ => None,
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
