//! `wengu deliveries`: what became of every reminder, and why; beside the running bot.

use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr as _;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::serve::runtime;
use crate::app;
use crate::clock::{Clock, Timestamp};
use crate::config::{Late, Loaded};
use crate::message::{ChatId, TopicId};
use crate::store::{DeliveryId, DeliveryState, Dropped, Entry, Filter, GivenUp, Ledger, Retried};

/// Which ones, and how to say it.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, subcommand_negates_reqs = true)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Option<Deed>,
    /// The replies that were given up, instead of the reminders
    #[arg(long, conflicts_with = "state")]
    replies: bool,
    /// Print a JSON object a line
    #[arg(long)]
    json: bool,
    /// Only those to this chat, by its number
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    chat: Option<i64>,
    /// Only those that have come this far
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    /// Only those planned since then: `12h`, `7d` or a date such as `2026-11-23`
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

const HELP: &str = "\
Latest planned first. It reads beside the running bot, on SQLite and on PostgreSQL. `retry` leaves a mark that the
running bot finds within seconds, or the next one that is started; `drop` takes effect at once, unless the request is
out at that moment. An attempt is ambiguous when Telegram's answer to it was lost: nobody knows whether it arrived.";

/// What can be done about one.
#[derive(Debug, Subcommand)]
enum Deed {
    /// Send one again that failed or was skipped
    Retry {
        /// As the list shows it
        id: String,
    },
    /// Give one up that is still on its way
    Drop {
        /// As the list shows it
        id: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    Planned,
    Sent,
    Failed,
    Skipped,
    /// Any of these, with an ambiguous attempt
    Ambiguous,
}

/// Lists, or does what is asked. Exit code 1 where there is nothing to retry or to drop.
pub(super) fn run(args: &Args, loaded: &Loaded) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let config = &loaded.config;
        let mut ledger = Ledger::open(config.store.url.expose(), app::bot_of(&config.telegram)?).await?;
        match &args.deed {
            None => list(args, &mut ledger).await,
            Some(Deed::Retry { id }) => retry(id, &mut ledger).await,
            Some(Deed::Drop { id }) => give_up(id, &mut ledger).await,
        }
    })
}

async fn list(args: &Args, ledger: &mut Ledger) -> anyhow::Result<ExitCode> {
    let filter = Filter {
        chat: args.chat.map(ChatId),
        state: args.state.and_then(State::stored),
        ambiguous: matches!(args.state, Some(State::Ambiguous)),
        since: args.since.as_deref().map(since).transpose()?,
    };
    if args.replies {
        return list_replies(&ledger.replies_given_up(&filter, args.limit).await?, args.json);
    }
    let (entries, unreadable) = ledger.list_with_unreadable(&filter, args.limit).await?;
    let mut out = io::stdout().lock();
    for entry in &entries {
        if args.json {
            serde_json::to_writer(&mut out, &Shown::of(entry))?;
            writeln!(out)?;
        } else {
            print(&mut out, entry)?;
        }
    }
    if !args.json {
        writeln!(out, "{}", summary(&entries, args.limit))?;
        for row in &unreadable {
            writeln!(out, "cannot be read, and is left aside: `{}` {} ({})", row.table, row.key, row.why)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was to be answered and could not be, by this machine's clock in UTC: a person's zone is not known.
fn list_replies(replies: &[GivenUp], json: bool) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    for reply in replies {
        if json {
            serde_json::to_writer(&mut out, &ShownReply::of(reply))?;
            writeln!(out)?;
            continue;
        }
        let part = if reply.parts > 1 { format!(" part {} of {}", reply.part + 1, reply.parts) } else { String::new() };
        writeln!(out, "{}  chat {}{part}", local(reply.made, "UTC"), reply.chat)?;
        let mut story = vec![counted(reply.attempts, "attempt")];
        if reply.ambiguous > 0 {
            story.push(format!("{} ambiguous", reply.ambiguous));
        }
        story.push(reply.reason.clone());
        writeln!(out, "    {}", story.join("; "))?;
    }
    if !json {
        let count = replies.len();
        writeln!(out, "{count} {} given up", if count == 1 { "reply" } else { "replies" })?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn retry(id: &str, ledger: &mut Ledger) -> anyhow::Result<ExitCode> {
    let said = match ledger.retry(read_id(id)?, Clock::system().now()).await? {
        Retried::Wanted => "the running bot will send it within seconds; without one, the next that is started",
        Retried::OnItsWay => {
            return no("it is on its way already; `wengu deliveries --state planned` says why it waits");
        }
        Retried::Sent => return no("it was sent: there is nothing to retry"),
        Retried::Unknown => return no("there is no delivery with this id"),
    };
    writeln!(io::stdout(), "{said}")?;
    Ok(ExitCode::SUCCESS)
}

async fn give_up(id: &str, ledger: &mut Ledger) -> anyhow::Result<ExitCode> {
    match ledger.give_up(read_id(id)?, Clock::system().now()).await? {
        Dropped::Dropped => writeln!(io::stdout(), "dropped: it will not be sent")?,
        Dropped::HadEnded => return no("it has ended: there is nothing to drop"),
        Dropped::Unknown => return no("there is no delivery with this id"),
    }
    Ok(ExitCode::SUCCESS)
}

fn no(why: &str) -> anyhow::Result<ExitCode> {
    writeln!(io::stderr(), "wengu: {why}")?;
    Ok(ExitCode::FAILURE)
}

fn read_id(id: &str) -> anyhow::Result<DeliveryId> {
    DeliveryId::parse(id).with_context(|| format!("`{id}` is no delivery: `wengu deliveries` shows their ids"))
}

/// An instant: so long ago, or the beginning of a day (UTC).
fn since(text: &str) -> anyhow::Result<Timestamp> {
    if let Ok(Late(ago)) = Late::try_from(text.to_owned()) {
        return Ok(Clock::system().now().before(ago));
    }
    let Ok(day) = NaiveDate::from_str(text) else {
        bail!("`{text}` is no time: write `12h`, `7d` or a date such as `2026-11-23`");
    };
    Ok(Timestamp(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()))
}

impl State {
    fn stored(self) -> Option<DeliveryState> {
        match self {
            Self::Planned => Some(DeliveryState::Planned),
            Self::Sent => Some(DeliveryState::Sent),
            Self::Failed => Some(DeliveryState::Failed),
            Self::Skipped => Some(DeliveryState::Skipped),
            Self::Ambiguous => None,
        }
    }
}

fn word(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Planned => "planned",
        DeliveryState::Sent => "sent",
        DeliveryState::Failed => "failed",
        DeliveryState::Skipped => "skipped",
    }
}

/// A delivery as `--json` says it. Instants are milliseconds since 1970.
#[derive(Serialize)]
struct Shown<'a> {
    id: String,
    state: &'static str,
    chat: i64,
    topic: i32,
    document: &'a str,
    section: Option<String>,
    sections: Vec<String>,
    due: i64,
    zone: &'a str,
    attempts: u32,
    ambiguous: u32,
    reason: Option<&'a str>,
    repeats: u32,
    last_due: Option<i64>,
    note: Option<&'a str>,
    wanted_again: bool,
    not_before: Option<i64>,
    planned: i64,
    settled: Option<i64>,
}

impl<'a> Shown<'a> {
    fn of(entry: &'a Entry) -> Self {
        let delivery = &entry.delivery;
        Self {
            id: delivery.id.to_string(),
            state: word(delivery.state),
            chat: entry.chat.0,
            topic: entry.topic.0,
            document: &entry.document,
            section: delivery.occurrence.sections.first().map(ToString::to_string),
            sections: delivery.occurrence.sections.iter().map(ToString::to_string).collect(),
            due: delivery.occurrence.due.0,
            zone: &entry.zone,
            attempts: entry.attempts,
            ambiguous: entry.ambiguous,
            reason: delivery.reason.as_deref(),
            repeats: delivery.repeats,
            last_due: delivery.last_due.map(|at| at.0),
            note: entry.note.as_deref(),
            wanted_again: entry.wanted,
            not_before: entry.not_before.map(|at| at.0),
            planned: entry.planned.0,
            settled: entry.settled.map(|at| at.0),
        }
    }
}

/// A reply that was given up, for programs.
#[derive(Serialize)]
struct ShownReply<'a> {
    chat: i64,
    part: u32,
    parts: u32,
    attempts: u32,
    ambiguous: u32,
    reason: &'a str,
    made: i64,
    settled: i64,
}

impl<'a> ShownReply<'a> {
    fn of(reply: &'a GivenUp) -> Self {
        let GivenUp { chat, part, parts, reason, attempts, ambiguous, made, settled } = reply;
        Self {
            chat: chat.0,
            part: *part,
            parts: *parts,
            attempts: *attempts,
            ambiguous: *ambiguous,
            reason,
            made: made.0,
            settled: settled.0,
        }
    }
}

/// One delivery in two lines: what and where, then how it went.
fn print(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    let Entry { delivery, chat, topic, document, zone, .. } = entry;
    let topic = if *topic == TopicId::MAIN { String::new() } else { format!(" topic {}", topic.0) };
    let what = match delivery.occurrence.sections.as_slice() {
        [] => document.clone(),
        [only] => only.to_string(),
        [first, .., last] => format!("{first} … {}", last.section),
    };
    let due = local(delivery.occurrence.due, zone);
    writeln!(out, "{}  {:7}  {due}  chat {chat}{topic}  {what}", delivery.id, word(delivery.state))?;
    let mut story = vec![counted(entry.attempts, "attempt")];
    if let Some(last) = delivery.last_due {
        story.push(format!("{}×, the last due {}", delivery.repeats, local(last, zone)));
    }
    if entry.ambiguous > 0 {
        story.push(format!("{} ambiguous", entry.ambiguous));
    }
    story.extend(delivery.reason.clone());
    story.extend(entry.note.clone());
    if let (DeliveryState::Planned, Some(at)) = (delivery.state, entry.not_before) {
        story.push(format!("not before {}", local(at, zone)));
    }
    if entry.wanted {
        story.push("wanted again".to_owned());
    }
    writeln!(out, "    {}", story.join("; "))
}

/// An instant as the clocks in the zone show it.
fn local(at: Timestamp, zone: &str) -> String {
    let utc = DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    match Tz::from_str(zone) {
        Ok(tz) => format!("{} {zone}", utc.with_timezone(&tz).format("%Y-%m-%d %H:%M")),
        Err(_) => format!("{} UTC", utc.format("%Y-%m-%d %H:%M")),
    }
}

fn summary(entries: &[Entry], limit: u32) -> String {
    let of = |state| {
        let these = entries.iter().filter(|entry| entry.delivery.state == state);
        these.map(|entry| entry.delivery.repeats).sum::<u32>()
    };
    let states = [DeliveryState::Sent, DeliveryState::Skipped, DeliveryState::Failed, DeliveryState::Planned];
    let mut parts: Vec<String> =
        states.iter().filter(|state| of(**state) > 0).map(|state| format!("{} {}", of(*state), word(*state))).collect();
    let ambiguous: u32 = entries.iter().map(|entry| entry.ambiguous).sum();
    if ambiguous > 0 {
        parts.push(counted(ambiguous, "ambiguous attempt"));
    }
    let shown: u32 = entries.iter().map(|entry| entry.delivery.repeats).sum();
    let more = if u32::try_from(entries.len()) == Ok(limit) { " (the latest; `--limit` shows more)" } else { "" };
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("{shown} {}{parts}{more}", if shown == 1 { "delivery" } else { "deliveries" })
}

fn counted(number: u32, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_reads_spans_and_days_and_refuses_the_rest() {
        assert_eq!(since("1970-01-02").unwrap(), Timestamp(86_400_000));
        assert!(since("2h").unwrap() < Clock::system().now());
        assert!(since("yesterday").unwrap_err().to_string().contains("12h"));
    }

    #[test]
    fn instants_are_shown_by_the_clocks_of_the_chat() {
        assert_eq!(local(Timestamp(1_795_395_600_000), "Asia/Shanghai"), "2026-11-23 09:00 Asia/Shanghai");
        assert_eq!(local(Timestamp(0), "Moon/Base"), "1970-01-01 00:00 UTC");
    }
}
