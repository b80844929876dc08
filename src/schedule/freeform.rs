//! What a person writes to say when: `周三 20:00`, `every monday 9am`, `工作日 8:30 柏林`, `0 9 * * 1`.
//!
//! ```text
//! when   = { days | time | zone | filler }      in any order; what is left out stays as it was
//!        | [ zone ] cron [ zone ]               five or six fields, see `rule`
//! days   = 周三 | 周一三五 | 周一到周五 | 每天 | 工作日 | 周末 | wed | mon-fri | daily | weekdays | weekends …
//!        | 每月1号 | on the 1st of each month | 每月最后一天 | last working day | 第二个周三 | last Friday
//!        | 每年2月29日 | 1、7月1号 | every year on 25 December | 每季度第一天 | last day of each quarter
//! often  = 每两周 | 隔周 | 三天一次 | every other Wednesday | every 3 days | 每两个月     from the next run on
//!        | 每周一次 | twice a day                                    has to agree with the days and times
//! time   = 20:00 | 8点半 | 晚上八点 | 9am | 8:30 in the evening | half past seven | 早八晚八 | noon …
//! zone   = +08:00 | UTC-5 | 20:00Z | 东八区, see `offset`
//!        | whatever else there is: an IANA id, a city or an abbreviation (PST), see `zone`
//! ```
//! Full-width and traditional characters count as their narrow and simplified ones. What is not understood is named,
//! as it was typed. What may mean two things (每隔两天, biweekly, every second Tuesday), or does not agree with itself
//! (每天 周一), is not understood: nothing is guessed.

mod assemble;
mod clock;
mod days;
mod english;
mod often;
mod said;
mod scan;

use super::rule::{Rule, RuleError};
use super::when::When;
use super::zone::{Zone, ZoneError};
use crate::answer::texts::{Echo, Texts};
use crate::clock::Timestamp;

/// Why a text does not say when.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is not understood: {why}")]
pub struct NotUnderstood {
    /// The part that was not understood, as typed.
    pub part: String,
    /// The text that it is a part of, as typed; empty where that is the part itself.
    pub whole: String,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a part of a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It is neither a day, a time nor a zone.
    #[error("it is neither a day, a time nor a place")]
    Unknown {
        /// Zones with a similar name, best first.
        near: Vec<Zone>,
    },
    /// It may mean several zones.
    #[error("it may mean several time zones")]
    WhichZone {
        /// All of them, the most usual first.
        zones: Vec<Zone>,
    },
    /// No clock shows it, no month has it, or one cannot tell which half of the day is meant.
    #[error("there is no such time")]
    NoSuchTime,
    /// Weekdays and days of the month at once.
    #[error("weekdays and days of the month cannot be joined")]
    TwoKindsOfDay,
    /// Days and times in turn: each day has a time of its own.
    #[error("days with times of their own are schedules of their own")]
    InTurn,
    /// It says two things that cannot be true together.
    #[error("it contradicts itself")]
    Contrary,
    /// It may mean two things.
    #[error("it may mean two things")]
    Unclear,
    /// It leaves out what has to be said.
    #[error("it does not say which {0:?}")]
    Missing(Missing),
    /// It names one date, which comes once.
    #[error("it is one date")]
    Once,
    /// It speaks of public holidays.
    #[error("public holidays are not known")]
    Holidays,
    /// It comes more often on a day than a schedule may.
    #[error("{runs} runs a day are more than the {most} that a schedule may have")]
    TooOften {
        /// How often it comes.
        runs: u32,
        /// How often it may.
        most: u32,
    },
    /// It is a cron line, and a wrong one.
    #[error("{0}")]
    Cron(RuleError),
}

/// What a text leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Which day.
    Day,
    /// What time.
    Time,
    /// Which month.
    Month,
}

/// What holds where a text does not say it.
struct Usual<'a> {
    rule: Option<&'a Rule>,
    zone: Zone,
    /// From when on each n-th day or week is counted.
    now: Timestamp,
}

/// Reads when something is to recur; what the text does not say is taken from `usual`. What comes each n-th day or week
/// begins with the first run after `now`.
///
/// # Errors
/// When a part of the text is not understood.
pub fn parse(text: &str, usual: &When, now: Timestamp) -> Result<When, NotUnderstood> {
    read(text, &Usual { rule: Some(&usual.rule), zone: usual.zone, now })
}

/// The same for a text that has to say days and times itself.
///
/// # Errors
/// When a part of the text is not understood, or it leaves out a day or a time.
pub fn parse_whole(text: &str, zone: Zone, now: Timestamp) -> Result<When, NotUnderstood> {
    if text.trim().is_empty() {
        return Err(NotUnderstood::of("", Why::Missing(Missing::Day)));
    }
    read(text, &Usual { rule: None, zone, now })
}

fn read(text: &str, usual: &Usual<'_>) -> Result<When, NotUnderstood> {
    let read = match cron_line(text) {
        Some(parts) => cron(parts, usual),
        None => assemble::assemble(&scan::Text::new(text), usual),
    };
    read.map_err(|error| error.within(text))
}

/// Reads a cron line with a zone before or after it.
fn cron([before, line, after]: [&str; 3], usual: &Usual<'_>) -> Result<When, NotUnderstood> {
    let zone = match (before, after) {
        ("", "") => usual.zone,
        ("", place) | (place, "") => Zone::typed(place).map_err(NotUnderstood::zone)?,
        (_, part) => return Err(NotUnderstood::of(part, Why::Unknown { near: Vec::new() })),
    };
    let wrong = |error| NotUnderstood::of(line, Why::Cron(error));
    Ok(When { rule: Rule::parse(line).map_err(wrong)?, zone })
}

impl NotUnderstood {
    /// A text that is not understood as a whole, or a part of one.
    pub(super) fn of(part: &str, why: Why) -> Self {
        Self { part: part.to_owned(), whole: String::new(), why }
    }

    /// As a part of a text.
    fn within(self, text: &str) -> Self {
        let whole = if text.trim() == self.part { String::new() } else { text.trim().to_owned() };
        Self { whole, ..self }
    }

    /// What to answer the person, in the person's language.
    pub fn in_words(&self, texts: &dyn Texts) -> String {
        let part = &Echo::of(&self.part);
        let phrase = &Echo::of(if self.whole.is_empty() { &self.part } else { &self.whole });
        match &self.why {
            Why::Unknown { near } if near.is_empty() => {
                // The whole phrase too, where the two together are no longer than one echo may be.
                let shown = Echo::of_all(&[self.part.clone(), self.whole.clone()]);
                let fits = |whole: &&Echo| !self.whole.is_empty() && whole.to_string() == self.whole;
                texts.bad_schedule(part, shown.get(1).filter(fits))
            }
            Why::Unknown { near } => texts.bad_zone(part, &near.iter().map(|zone| zone.id()).collect::<Vec<_>>()),
            Why::WhichZone { zones } => {
                let places: Vec<_> = zones.iter().map(|zone| (zone.id(), zone.chinese())).collect();
                texts.ask_which_place(part, &places)
            }
            Why::NoSuchTime => texts.no_such_time(part),
            Why::TwoKindsOfDay | Why::Cron(RuleError::BothDays { .. }) => texts.two_kinds_of_day(phrase),
            Why::TooOften { runs, most } => texts.too_many_runs(*runs, *most),
            Why::InTurn => texts.days_with_their_times(part),
            Why::Contrary => texts.contrary_schedule(phrase),
            Why::Unclear => texts.unclear_schedule(part),
            Why::Missing(Missing::Day) => texts.which_day(phrase),
            Why::Missing(Missing::Time) => texts.which_time(phrase),
            Why::Missing(Missing::Month) => texts.which_month(phrase),
            Why::Once => texts.comes_once(part),
            Why::Holidays => texts.holidays_unknown(part),
            Why::Cron(RuleError::Never { .. }) => texts.never_comes(part),
            Why::Cron(error) => texts.bad_cron(part, error.part().map(Echo::of).as_ref()),
        }
    }

    fn zone(error: ZoneError) -> Self {
        let ZoneError { text: part, near, is_ambiguous } = error;
        Self::of(&part, if is_ambiguous { Why::WhichZone { zones: near } } else { Why::Unknown { near } })
    }
}

/// The first run of words that looks like a cron line, between what stands before and after it.
///
/// Five words of numbers, stars and names are meant as one, and so are fewer if there is a star among them.
fn cron_line(text: &str) -> Option<[&str; 3]> {
    let is_wrapping = |c: char| c.is_whitespace() || "`()（）,，".contains(c);
    // A comma inside a word joins the numbers of a field.
    let words = text.split(|c| c != ',' && is_wrapping(c)).map(|word| word.trim_matches(','));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut runs = words.chunk_by(|a, b| is_cron_word(a) == is_cron_word(b)).filter(|run| is_cron_word(run[0]));
    let run = runs.find(|run| run.len() >= 5 || run.iter().any(|word| word.starts_with('*')))?;
    let offset = |word: &str| word.as_ptr().addr() - text.as_ptr().addr();
    let (first, last) = (run[0], run[run.len() - 1]);
    let (start, end) = (offset(first), offset(last) + last.len());
    let before = text[..start].trim_matches(is_wrapping);
    let before = before.strip_suffix("cron").unwrap_or(before).trim_matches(is_wrapping);
    Some([before, &text[start..end], text[end..].trim_matches(is_wrapping)])
}

/// Whether a word can be a field: numbers, stars, names of months and weekdays, and the signs that join them.
fn is_cron_word(word: &str) -> bool {
    const NAMES: &str = "jan feb mar apr may jun jul aug sep oct nov dec sun mon tue wed thu fri sat";
    let is_name = |part: &str| part.len() == 3 && NAMES.split(' ').any(|name| name.eq_ignore_ascii_case(part));
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'?');
    let is_day = |part: &str| {
        let day = part.strip_suffix(['L', 'W', 'l', 'w']).unwrap_or(part);
        let day = day.strip_suffix(['L', 'l']).unwrap_or(day);
        !part.is_empty() && (is_number(day) || is_name(day) || is_place(part, is_name))
    };
    if let Some(every) = word.strip_prefix('/') {
        return every.contains('+') && every.bytes().all(|b| b.is_ascii_digit() || b"dw+".contains(&b));
    }
    let is_list =
        word.contains(',') && word.contains(':') && word.bytes().all(|b| b.is_ascii_digit() || b",:".contains(&b));
    is_list || word.split([',', '-', '/']).all(|part| is_number(part) || is_name(part) || is_day(part))
}

/// Whether a part of a field is the n-th of a weekday: `1#2`.
fn is_place(part: &str, is_name: impl Fn(&str) -> bool) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    part.split_once('#').is_some_and(|(day, place)| digits(place) && (digits(day) || is_name(day)))
}
