//! Sentences about amounts in English.

use std::ops::RangeInclusive;

use super::super::en::{En, month, weekday};
use super::{Occasion, Outlook, PaceTexts, Plan, says_when, span};
use crate::answer::texts::{Echo, TimeTexts};

impl PaceTexts for En {
    fn reminder_heading(
        &self,
        occasion: Option<Occasion>,
        label: &str,
        places: RangeInclusive<usize>,
        total: usize,
    ) -> String {
        let occasion = match occasion.filter(|_| !says_when(label)) {
            Some(Occasion::Day) => "Today: ",
            Some(Occasion::Week) => "This week: ",
            Some(Occasion::Month) => "This month: ",
            None => "",
        };
        format!("📌 {occasion}{label} · {}/{total}", span(&places))
    }
    fn each(&self, each: u32) -> String {
        match each {
            1 => "one at a time".to_owned(),
            each => format!("{each} at a time"),
        }
    }
    fn outlook(&self, outlook: Outlook<'_>) -> String {
        let Outlook { each, left, ends, until, holds } = outlook;
        match (until, ends) {
            (Some(until), Some(ends)) if !holds => {
                format!("{left} to go. They cannot be done by {until}: {each} at a time, the last comes on {ends}.")
            }
            (Some(until), _) if !holds => format!("{left} to go, which cannot be done by {until}."),
            (Some(until), Some(ends)) => {
                format!("To be finished by {until}: {left} to go, {each} at a time, the last comes on {ends}.")
            }
            (Some(until), None) => format!("To be finished by {until}: {left} to go."),
            (None, Some(ends)) => format!("{left} to go, the last comes on {ends}."),
            (None, None) => format!("{left} to go."),
        }
    }
    fn day(&self, (year, number, day): (i32, u32, u32), on: u32) -> String {
        format!("{}, {day} {} {year}", weekday(on), month(number))
    }
    fn date_not_held(&self, until: &str, ends: &str) -> String {
        format!(
            "⏳ At this pace it will not be finished by {until}, but on {ends}. To change the plan, send /subscribe with a new date."
        )
    }
    fn date_is_past(&self, typed: &Echo) -> String {
        format!("The date in “{typed}” is past. Give one to come, such as: /subscribe finish by March 1")
    }
    fn no_run_before(&self, until: &str, next: Option<&str>) -> String {
        let next = next.map(|next| format!("; the next is {next}")).unwrap_or_default();
        format!(
            "There is no reminder up to {until}{next}. Take a later date, or more reminders: /subscribe every day, finish by March 1"
        )
    }
    fn date_too_soon(&self, until: &str, left: usize, needed: u32, most: u32) -> String {
        format!(
            "{left} are left: to finish by {until} each reminder would bring {needed}, and {most} is the most. Take a later date, or more reminders: /subscribe every day, finish by March 1"
        )
    }
    fn too_many_at_once(&self, most: u32) -> String {
        format!("A reminder brings 1 to {most} sections.")
    }
    fn button_amount(&self) -> &'static str {
        "How many"
    }
    fn button_each(&self, each: u32) -> String {
        format!("{each} at a time")
    }
    fn ask_amount(&self) -> &'static str {
        "How many at a time? Tap one, or write it to me: 3 sections, finish by March 1."
    }
    fn bad_amount(&self, typed: &Echo) -> String {
        format!("I could not read “{typed}”. Try: 3 sections, finish by March 1.")
    }
}

/// What a subscription brings, when, and how long it takes.
pub(in super::super) fn plan_lines(plan: Plan<'_>) -> Vec<String> {
    let Plan { series, document, when, zone, next, later, note, outlook } = plan;
    let each = En.each(outlook.map_or(1, |outlook| outlook.each));
    let mut all = vec![format!("“{series}” of “{document}”, {when} ({zone}), {each}, in order.")];
    all.extend(next.map(|next| format!("Next: {next}")));
    all.extend((!later.is_empty()).then(|| En.later_dates(later)));
    all.extend(note.map(str::to_owned));
    all.extend(outlook.map(|outlook| En.outlook(outlook)));
    all
}
