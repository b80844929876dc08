//! Sentences about times in English.

use super::super::en::{En, and, days as weekdays, month, ordinal, weekday};
use super::{Days, Months, TimeTexts};
use crate::answer::texts::Echo;

impl TimeTexts for En {
    fn bad_schedule(&self, typed: &Echo, whole: Option<&Echo>) -> String {
        let within = whole.map(|whole| format!(" in “{whole}”")).unwrap_or_default();
        format!(
            "I could not read “{typed}”{within}. Try: “wednesdays at 20:00”, or “last Friday of each month at 17:00”."
        )
    }
    fn bad_zone(&self, typed: &Echo, near: &[&str]) -> String {
        match near {
            [] => format!("I do not know the time zone “{typed}”. Try a city such as Shanghai, or Europe/Berlin."),
            near => format!("I do not know the time zone “{typed}”. Did you mean {}?", near.join(" or ")),
        }
    }
    fn no_such_time(&self, typed: &Echo) -> String {
        format!("“{typed}” does not say a clear time. Try: “daily at 8:30 am”, or “the 1st of each month at 20:00”.")
    }
    fn two_kinds_of_day(&self, typed: &Echo) -> String {
        format!(
            "“{typed}” names both weekdays and days of the month; choose one kind. \
             Try: “wednesdays at 20:00”, or “the 1st of each month at 9:00”."
        )
    }
    fn bad_cron(&self, line: &Echo, part: Option<&Echo>) -> String {
        let wrong = match part {
            Some(part) => format!("I could not read “{part}” in “{line}”."),
            None => format!("“{line}” has not five fields."),
        };
        format!(
            "{wrong} They are minute, hour, day, month and weekday: “0 9 * * 1” is Mondays at 09:00, “0 9 L * *” the last day of each month."
        )
    }
    fn never_comes(&self, line: &Echo) -> String {
        format!(
            "“{line}” never comes: there is no such date. Try: “last day of each month at 9:00”, or \
             “every year on 28 February at 9:00”."
        )
    }
    fn cron_line(&self, line: &str) -> String {
        format!("cron {line}")
    }
    fn which_day(&self, typed: &Echo) -> String {
        format!("“{typed}” does not say which day. Try: “wednesdays at 20:00”, or “the 1st of each month at 9:00”.")
    }
    fn which_time(&self, typed: &Echo) -> String {
        format!("“{typed}” does not say what time. Try: “wednesdays at 20:00”, or “daily at 8:30 am”.")
    }
    fn which_month(&self, typed: &Echo) -> String {
        format!(
            "“{typed}” does not say which month. Try: “first day of each quarter at 9:00”, or \
             “the 15th of January and July every year at 9:00”."
        )
    }
    fn contrary_schedule(&self, typed: &Echo) -> String {
        format!("“{typed}” contradicts itself. Try: “tuesdays and thursdays at 8:00”, or “daily at 8:00 and 20:00”.")
    }
    fn unclear_schedule(&self, typed: &Echo) -> String {
        format!(
            "“{typed}” may mean two things. Try: “every other Tuesday at 20:00”, or “second Tuesday of each month at 20:00”."
        )
    }
    fn days_with_their_times(&self, typed: &Echo) -> String {
        format!(
            "At “{typed}” the time changes. Days with different times are two schedules: \
             “mondays at 8:00” and “wednesdays at 20:00”."
        )
    }
    fn comes_once(&self, typed: &Echo) -> String {
        format!(
            "“{typed}” comes once, and reminders recur. Try: “every year on 1 March at 9:00”, or \
             “the 1st of each month at 9:00”."
        )
    }
    fn holidays_unknown(&self, typed: &Echo) -> String {
        format!("“{typed}”: I do not know public holidays. Try: “weekdays at 8:30”, or “weekends at 10:00”.")
    }
    fn recurring(&self, days: &Days, months: &[u32], times: &[String]) -> String {
        format!("{} at {}", self.recurring_days(days, months), and(times))
    }
    fn weekday(&self, day: u32) -> &'static str {
        weekday(day)
    }
    fn zone_place(&self, id: &str, _chinese: Option<&str>) -> String {
        id.rsplit('/').next().unwrap_or(id).replace('_', " ")
    }
    fn recurring_days(&self, days: &Days, months: &[u32]) -> String {
        let months = match days.months(months) {
            Months::All => None,
            Months::Quarters => Some("each quarter".to_owned()),
            Months::Named(months) => {
                let names: Vec<String> = months.iter().map(|number| month(*number).to_owned()).collect();
                Some(format!("{} every year", and(&names)))
            }
        };
        let monthly =
            |items: Vec<String>| format!("On {} of {}", and(&items), months.as_deref().unwrap_or("each month"));
        match days {
            Days::Week(days) => {
                format!(
                    "{}{}",
                    weekdays(days),
                    months.as_ref().map(|months| format!(" in {months}")).unwrap_or_default()
                )
            }
            Days::Weeks(n, days) => {
                let days: Vec<String> = days.iter().map(|day| weekday(*day).to_owned()).collect();
                format!("Every {n} weeks on {}", and(&days))
            }
            Days::Each(n) => format!("Every {n} days"),
            Days::Month { numbers, first_working, last, last_working } => {
                // A number before a weekday would be its place.
                let mut items: Vec<String> = Vec::new();
                items.extend(first_working.then(|| "the first working day".to_owned()));
                items.extend(last_working.then(|| "the last working day".to_owned()));
                items.extend(numbers.iter().enumerate().map(|(index, day)| {
                    let the = if index == 0 { "the " } else { "" };
                    format!("{the}{}", ordinal(*day))
                }));
                items.extend(last.then(|| "the last day".to_owned()));
                monthly(items)
            }
            Days::Placed(days) => monthly(days.iter().map(|(place, day)| placed(*place, weekday(*day))).collect()),
        }
    }
    fn months_without(&self, day: u32, months: &[u32]) -> String {
        let names: Vec<String> = months.iter().map(|number| month(*number).to_owned()).collect();
        let often = if day == 29 { " in most years" } else { "" };
        format!(
            "There is no {} in {}{often}, and nothing comes then. For every month, say “last day of each month”.",
            ordinal(day),
            and(&names)
        )
    }
    fn no_holidays(&self) -> &'static str {
        "Weekdays are Monday to Friday; public holidays are not known."
    }
    fn later_dates(&self, dates: &[String]) -> String {
        format!("After that: {}", and(dates))
    }
}

/// `the first Monday`, `the last Friday`.
fn placed(place: u32, weekday: &str) -> String {
    let place = match place {
        0 => "last",
        place => ["first", "second", "third", "fourth", "fifth"].get(place as usize - 1).unwrap_or(&""),
    };
    format!("the {place} {weekday}")
}
