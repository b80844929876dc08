//! `wengu when`: what a schedule in words comes to, without a bot.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat};
use serde::Serialize;

use crate::answer::texts::texts;
use crate::clock::{Clock, Timestamp};
use crate::config::{ConfigError, Loaded};
use crate::message::Lang;
use crate::schedule::freeform;
use crate::schedule::when::When;
use crate::schedule::zone::Zone;

/// How many dates are shown.
const RUNS: usize = 3;

/// The schedule, and where and when it is said.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
    /// The time zone of whoever says it; the config's first schedule has the default
    #[arg(long, value_name = "IANA")]
    zone: Option<String>,
    /// The time at which it is said, such as 2027-01-04T09:00:00+08:00; now by default
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// The schedule in words, or a cron line
    #[arg(value_name = "TEXT", required = true, allow_hyphen_values = true)]
    text: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  wengu when 每两周 周三 20:00
  wengu when --zone Europe/Berlin last Friday of each month at 17:00
  wengu when --json '0 9 * * 5L'

Exit code 1 where the schedule is not understood: what to say instead is printed.";

/// The fixed form that other programs read.
#[derive(Serialize)]
struct Line {
    understood: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    next: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<String>,
}

/// Reads the schedule and says it back with its next dates; exit code 1 where it is not understood.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    let text = args.text.join(" ");
    let (zone, now) = (zone(args.zone.as_deref(), config)?, now(args.now.as_deref())?);
    let texts = texts(lang_of(&text));
    let read = freeform::parse_whole(&text, zone, now);
    let understood = read.is_ok();
    let line = match &read {
        Ok(when) => Line {
            understood,
            words: Some(format!("{} ({})", when.in_words(texts), when.zone_in_words(texts))),
            note: when.note_in_words(texts),
            next: when.rule.next_runs(now, when.zone, RUNS).into_iter().filter_map(|run| written(when, run)).collect(),
            ask: None,
        },
        Err(error) => Line { understood, words: None, note: None, next: Vec::new(), ask: Some(error.in_words(texts)) },
    };
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
    } else {
        for said in [&line.words, &line.note, &line.ask].into_iter().flatten().chain(&line.next) {
            writeln!(out, "{said}")?;
        }
    }
    Ok(if understood { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn zone(named: Option<&str>, config: Result<Loaded, ConfigError>) -> anyhow::Result<Zone> {
    if let Some(named) = named {
        return Ok(Zone::parse(named)?);
    }
    match config?.config.schedule.first() {
        Some(schedule) => Ok(Zone::parse(schedule.timezone.get_ref())?),
        None => Ok(Zone::SHANGHAI),
    }
}

fn now(said: Option<&str>) -> anyhow::Result<Timestamp> {
    let Some(said) = said else { return Ok(Clock::system().now()) };
    let at = DateTime::parse_from_rfc3339(said)
        .with_context(|| format!("`{said}` is not a time such as `2027-01-04T09:00:00+08:00`"))?;
    Ok(Timestamp(at.timestamp_millis()))
}

/// An instant on the schedule's clock, with the distance from UTC that holds then.
fn written(when: &When, run: Timestamp) -> Option<String> {
    let utc = DateTime::from_timestamp_millis(run.0)?;
    let offset = chrono::FixedOffset::east_opt(when.zone.offset(run).checked_mul(60)?)?;
    Some(utc.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Secs, false))
}

fn lang_of(text: &str) -> Lang {
    if text.chars().any(|c| ('\u{3400}'..='\u{9FFF}').contains(&c)) { Lang::Zh } else { Lang::En }
}
