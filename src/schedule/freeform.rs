//! What a person writes to say when: `周三 20:00`, `every monday 9am`, `工作日 8:30 柏林`, `0 9 * * 1`.
//!
//! ```text
//! when   = { days | time | zone | filler }      in any order; what is left out stays as it was
//!        | [ zone ] cron [ zone ]               five or six fields, see `rule`
//! days   = 周三 | 周一三五 | 周一到周五 | 每天 | 工作日 | 周末 | wed | mon-fri | daily | weekdays | weekends …
//!        | 每月1号 | on the 1st of each month
//! time   = 20:00 | 8点半 | 晚上八点 | 9am | 8:30 in the evening | noon …   several of one minute: 8:00、20:00
//! zone   = +08:00 | UTC-5 | 20:00Z | 东八区, see `offset`
//!        | whatever else there is: an IANA id, a city or an abbreviation (PST), see `zone`
//! ```
//! Full-width and traditional characters count as their narrow and simplified ones. What is not understood is named,
//! as it was typed.

mod assemble;
mod clock;
mod days;
mod scan;

use super::rule::{Rule, RuleError};
use super::when::When;
use super::zone::{Zone, ZoneError};
use crate::answer::texts::{Echo, Texts};

/// Why a text does not say when.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is not understood: {why}")]
pub struct NotUnderstood {
    /// The part that was not understood, as typed.
    pub part: String,
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
    /// Several times that differ in their minutes.
    #[error("several times must have the same minute")]
    Minutes,
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

/// Reads when something is to recur; what the text does not say is taken from `usual`.
///
/// # Errors
/// When a part of the text is not understood.
pub fn parse(text: &str, usual: &When) -> Result<When, NotUnderstood> {
    match cron_line(text) {
        Some(parts) => cron(parts, usual),
        None => assemble::assemble(&scan::Text::new(text), usual),
    }
}

/// Reads a cron line with a zone before or after it.
fn cron([before, line, after]: [&str; 3], usual: &When) -> Result<When, NotUnderstood> {
    let zone = match (before, after) {
        ("", "") => usual.zone,
        ("", place) | (place, "") => Zone::typed(place).map_err(NotUnderstood::zone)?,
        (_, part) => return Err(NotUnderstood { part: part.to_owned(), why: Why::Unknown { near: Vec::new() } }),
    };
    let wrong = |error| NotUnderstood { part: line.to_owned(), why: Why::Cron(error) };
    Ok(When { rule: Rule::parse(line).map_err(wrong)?, zone })
}

impl NotUnderstood {
    /// What to answer the person, in the person's language.
    pub fn in_words(&self, texts: &dyn Texts) -> String {
        let part = &Echo::of(&self.part);
        match &self.why {
            Why::Unknown { near } if near.is_empty() => texts.bad_schedule(part),
            Why::Unknown { near } => texts.bad_zone(part, &near.iter().map(|zone| zone.id()).collect::<Vec<_>>()),
            Why::WhichZone { zones } => {
                let places: Vec<_> = zones.iter().map(|zone| (zone.id(), zone.chinese())).collect();
                texts.ask_which_place(part, &places)
            }
            Why::NoSuchTime => texts.no_such_time(part),
            Why::TwoKindsOfDay | Why::Cron(RuleError::BothDays { .. }) => texts.two_kinds_of_day(part),
            Why::TooOften { runs, most } => texts.too_many_runs(*runs, *most),
            Why::Minutes => texts.different_minutes(part),
            Why::Cron(RuleError::Never { .. }) => texts.never_comes(part),
            Why::Cron(error) => texts.bad_cron(part, error.part().map(Echo::of).as_ref()),
        }
    }

    fn zone(error: ZoneError) -> Self {
        let ZoneError { text: part, near, is_ambiguous } = error;
        Self { part, why: if is_ambiguous { Why::WhichZone { zones: near } } else { Why::Unknown { near } } }
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
    let is_part = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'?') || is_name(part);
    word.split([',', '-', '/']).all(is_part)
}
