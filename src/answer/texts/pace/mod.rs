//! Sentences about how much a subscription brings, and by when.

pub(super) mod en;
pub(super) mod zh;

use std::ops::RangeInclusive;

use crate::answer::texts::Echo;

/// A subscription in words, as its confirmation and `/status` say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan<'a> {
    /// The series' label, such as 举措.
    pub series: &'a str,
    /// The document's short title.
    pub document: &'a str,
    /// Day and hour in words, such as "Mondays at 09:00".
    pub when: &'a str,
    /// The time zone as people name it.
    pub zone: &'a str,
    /// The next date in words; `None` when there is none.
    pub next: Option<&'a str>,
    /// The days after it, in words, where they are to be said.
    pub later: &'a [String],
    /// What the days leave out, in a sentence.
    pub note: Option<&'a str>,
    /// How long it takes; `None` where that cannot be told.
    pub outlook: Option<Outlook<'a>>,
}

/// How far a series has to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook<'a> {
    /// How many sections a reminder brings.
    pub each: u32,
    /// How many are left.
    pub left: usize,
    /// The day of the last; `None` where the schedule ends before.
    pub ends: Option<&'a str>,
    /// The day by which all is to be read, where there is one.
    pub until: Option<&'a str>,
    /// Whether that day can be held.
    pub holds: bool,
}

/// How often a reminder comes, as its heading says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Once a day, on several days of the week.
    Day,
    /// Once a week.
    Week,
    /// Once a month.
    Month,
}

/// Words with which labels of earlier files begin that say themselves how often they come.
const OCCASIONS: &[&str] = &[
    "本周",
    "今日",
    "今天",
    "每周",
    "每日",
    "每天",
    "本月",
    "每月",
    "this week",
    "today",
    "weekly",
    "daily",
    "monthly",
];

/// One place in a series, or the first and the last of several: 3, 3–5.
fn span(places: &RangeInclusive<usize>) -> String {
    let (from, to) = (places.start(), places.end());
    if from == to { from.to_string() } else { format!("{from}–{to}") }
}

/// Whether a label says itself how often its series comes.
fn says_when(label: &str) -> bool {
    let label = label.to_lowercase();
    OCCASIONS.iter().any(|word| label.starts_with(word))
}

/// What people read about amounts, in one language.
pub trait PaceTexts {
    /// Heads a reminder: how often it comes, the series' label, and the places of its sections in the series.
    fn reminder_heading(
        &self,
        occasion: Option<Occasion>,
        label: &str,
        places: RangeInclusive<usize>,
        total: usize,
    ) -> String;
    /// So many sections at a time: 一次三条.
    fn each(&self, each: u32) -> String;
    /// How long it takes until all is read.
    fn outlook(&self, outlook: Outlook<'_>) -> String;
    /// A day: year, month and day, the weekday (Monday is 1).
    fn day(&self, date: (i32, u32, u32), weekday: u32) -> String;
    /// In a reminder: the day of the plan cannot be held, and when all will be read.
    fn date_not_held(&self, until: &str, ends: &str) -> String;
    /// The day by which all is to be read is past, as typed.
    fn date_is_past(&self, typed: &Echo) -> String;
    /// Up to that day there is no run; the next one comes then.
    fn no_run_before(&self, until: &str, next: Option<&str>) -> String;
    /// To hold the day each run would have to bring so many of what is left; the most is less.
    fn date_too_soon(&self, until: &str, left: usize, needed: u32, most: u32) -> String;
    /// More sections at a time than there may be.
    fn too_many_at_once(&self, most: u32) -> String;
    /// Leads to the page about how much a reminder brings.
    fn button_amount(&self) -> &'static str;
    /// So many at a time.
    fn button_each(&self, each: u32) -> String;
    /// Asks how much a reminder is to bring.
    fn ask_amount(&self) -> &'static str;
    /// What was typed is neither an amount nor a day.
    fn bad_amount(&self, typed: &Echo) -> String;
}
