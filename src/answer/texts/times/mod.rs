//! Sentences about when a schedule comes, and about a text that does not say so.
//!
//! Whatever is not understood is asked back: the sentence names what was typed and shows two ways to say it.

pub(super) mod en;
pub(super) mod zh;

use crate::answer::texts::Echo;

/// The days of a schedule as people name them. Weekdays count from Monday, which is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// These weekdays.
    Week(Vec<u32>),
    /// These weekdays of each n-th week.
    Weeks(u32, Vec<u32>),
    /// Each n-th day.
    Each(u32),
    /// Days of a month.
    Month {
        /// Those with a number.
        numbers: Vec<u32>,
        /// The first working day.
        first_working: bool,
        /// The last day.
        last: bool,
        /// The last working day.
        last_working: bool,
    },
    /// Weekdays by their place in a month; 0 is the last.
    Placed(Vec<(u32, u32)>),
}

/// In which months the days are counted.
pub(super) enum Months<'a> {
    /// In all.
    All,
    /// In the first or the last of each quarter, as the days say.
    Quarters,
    /// In these.
    Named(&'a [u32]),
}

impl Days {
    /// How many days of a week or a month they are.
    pub fn count(&self) -> usize {
        match self {
            Self::Week(days) | Self::Weeks(_, days) => days.len(),
            Self::Each(_) => 1,
            Self::Month { numbers, first_working, last, last_working } => {
                numbers.len() + [first_working, last, last_working].into_iter().filter(|is| **is).count()
            }
            Self::Placed(days) => days.len(),
        }
    }

    /// How the months are said in which these days come; none are all.
    fn months<'a>(&self, months: &'a [u32]) -> Months<'a> {
        let (begin, end) = match self {
            Self::Month { numbers, last, last_working, .. } => {
                (!last && !last_working && matches!(numbers[..], [] | [1]), numbers.is_empty())
            }
            Self::Placed(days) => {
                (days.iter().all(|(place, _)| *place != 0), days.iter().all(|(place, _)| *place == 0))
            }
            _ => (false, false),
        };
        let end = end && !matches!(self, Self::Month { first_working: true, .. });
        match months {
            [] => Months::All,
            [1, 4, 7, 10] if begin => Months::Quarters,
            [3, 6, 9, 12] if end => Months::Quarters,
            named => Months::Named(named),
        }
    }
}

/// What people read about times.
pub trait TimeTexts {
    /// A time that we could not read, as typed, and the text that it is a part of, if any.
    fn bad_schedule(&self, typed: &Echo, whole: Option<&Echo>) -> String;
    /// A zone that we do not know, as typed, with those that it may mean (there may be none).
    fn bad_zone(&self, typed: &Echo, near: &[&str]) -> String;
    /// A time that no clock shows, or that leaves open which half of the day is meant, as typed.
    fn no_such_time(&self, typed: &Echo) -> String;
    /// Weekdays and days of the month in one schedule, as typed.
    fn two_kinds_of_day(&self, typed: &Echo) -> String;
    /// A cron line that does not read, and the part of it that is wrong, both as typed; without one the number of its
    /// fields is.
    fn bad_cron(&self, line: &Echo, part: Option<&Echo>) -> String;
    /// A cron line for a date that never comes, as typed.
    fn never_comes(&self, line: &Echo) -> String;
    /// A time that only its cron line says.
    fn cron_line(&self, line: &str) -> String;
    /// A text that does not say which day, as typed.
    fn which_day(&self, typed: &Echo) -> String;
    /// A text that does not say what time, as typed.
    fn which_time(&self, typed: &Echo) -> String;
    /// A text that does not say which month of a quarter or year, as typed.
    fn which_month(&self, typed: &Echo) -> String;
    /// A text that contradicts itself, as typed.
    fn contrary_schedule(&self, typed: &Echo) -> String;
    /// A text that may mean two things, as typed.
    fn unclear_schedule(&self, typed: &Echo) -> String;
    /// Days with times of their own, as typed: they are several schedules.
    fn days_with_their_times(&self, typed: &Echo) -> String;
    /// One date, as typed: it comes once.
    fn comes_once(&self, typed: &Echo) -> String;
    /// Public holidays, as typed: they are not known.
    fn holidays_unknown(&self, typed: &Echo) -> String;
    /// Days in these months (none: in all) at times of day such as `09:00`.
    fn recurring(&self, days: &Days, months: &[u32], times: &[String]) -> String;
    /// A weekday's name; Monday is 1.
    fn weekday(&self, day: u32) -> &'static str;
    /// The same without the times.
    fn recurring_days(&self, days: &Days, months: &[u32]) -> String;
    /// A place alone, as a key shows it: 柏林.
    fn zone_place(&self, id: &str, chinese: Option<&str>) -> String;
    /// These months have no such day; what to say for the last day of each.
    fn months_without(&self, day: u32, months: &[u32]) -> String;
    /// Working days are Monday to Friday, holidays or not.
    fn no_holidays(&self) -> &'static str;
    /// The dates after the next one.
    fn later_dates(&self, dates: &[String]) -> String;
}
