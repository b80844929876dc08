//! `wengu bench`: how fast and how large the program is, on the documents of the config.
//!
//! The bot runs as a process of its own, as `serve` does, against a chat service in this process, which has no limits on
//! how fast messages come: the bot's pace is lifted, because what is measured is the machine. Figures are of this machine
//! at this moment: compare what was measured in one run.

mod figures;
mod reloads;
mod service;
mod steady;
mod webhook;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use self::service::Service;
use super::desk::Desk;
use super::serve::runtime;
use crate::app::Limits;
use crate::config::Loaded;
use crate::sandbox::world::html;

/// How long the idle program is watched.
const IDLE: Duration = Duration::from_secs(10);
/// How many questions a second come by webhook, unless it is said.
const RATE: u32 = 200;
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked for. At each change, of which there are thousands a second, looking would be measured too.
const LOOK: Duration = Duration::from_millis(5);
/// Clock ticks a second in `/proc/PID/stat`: fixed at 100 for programs on Linux, whatever the kernel counts with.
const TICKS: f64 = 100.0;

/// How much to measure.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How many private chats ask
    #[arg(long, value_name = "N", default_value_t = 100)]
    chats: usize,
    /// How many questions they ask together
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    questions: usize,
    /// Measure the webhook instead: a stream of questions on one core, as the askers see it and inside the process, memory after many updates, a stop with a full queue
    #[arg(long)]
    webhook: bool,
    /// Be the bot that is measured: as `serve`, with Telegram's limits on the pace lifted
    #[arg(long, hide = true)]
    bot: bool,
    /// Measure the processor time of the bot for 1,000 questions at so many a second, by polling; with --webhook, how fast they come there [default there: 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// With --rate: measure this build of wengu too, in turns
    #[arg(long, value_name = "FILE", requires = "rate", conflicts_with = "webhook")]
    against: Option<PathBuf>,
    /// With --rate: how often each program is measured; what is printed last is the median
    #[arg(long, value_name = "N", default_value_t = 1, requires = "rate", conflicts_with = "webhook")]
    rounds: usize,
    /// Measure memory over so many reloads of changed documents instead
    #[arg(long, value_name = "N", conflicts_with_all = ["webhook", "rate"])]
    reloads: Option<usize>,
    /// With --webhook: after how many updates memory is looked at again; first it is after a tenth of them
    #[arg(long, value_name = "N", default_value_t = 100_000, requires = "webhook")]
    updates: usize,
}

/// Measures and prints, a line a figure.
pub(super) fn run(args: &Args, loaded: Loaded) -> anyhow::Result<ExitCode> {
    if args.bot {
        return super::serve::run_within(&loaded, Limits::LIFTED);
    }
    ensure!(args.chats > 0 && args.questions >= args.chats, "ask at least one question in each of at least one chat");
    if let Some(reloads) = args.reloads {
        runtime()?.block_on(reloads::run(reloads, loaded.config))?;
        return Ok(ExitCode::SUCCESS);
    }
    let content = loaded.config.content.dir.clone();
    let desk = Desk::open(Ok(loaded))?;
    let asks: Vec<String> = desk
        .answerer()
        .library()
        .iter()
        .flat_map(|document| document.sections.iter().flat_map(|section| section.asks.clone()))
        .filter(|ask| desk.stands_alone(ask))
        .collect();
    ensure!(
        !asks.is_empty(),
        "the documents give no question that stands alone: write one under a heading, as `> ? …`"
    );
    if args.webhook {
        runtime()?.block_on(webhook::run(args.rate.unwrap_or(RATE), args.updates, &asks, &content))?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.rate.is_none() {
        answers(&desk, &asks)?;
    }
    // One thread for the chat service, which is not what is measured: more would take turns with those of the bot.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("failed to start the runtime")?;
    if let Some(rate) = args.rate {
        let plan = steady::Plan { rate, against: args.against.as_deref(), rounds: args.rounds.max(1) };
        runtime.block_on(steady::run(plan, &asks, &content))?;
        return Ok(ExitCode::SUCCESS);
    }
    runtime.block_on(process(args, &desk, &asks, &content))?;
    Ok(ExitCode::SUCCESS)
}

/// From the raw question to the finished reply, inside the process.
fn answers(desk: &Desk, asks: &[String]) -> anyhow::Result<()> {
    let mut micros: Vec<u128> = Vec::new();
    for round in 0..50 {
        for ask in asks {
            let took = desk.answer(ask, 10).took.as_micros();
            // The first round warms the caches.
            if round > 0 {
                micros.push(took);
            }
        }
    }
    micros.sort_unstable();
    let at = |share: usize| micros[(micros.len() - 1) * share / 100];
    say(&format!("answer inside the process: p50 {} µs, p99 {} µs ({} questions)", at(50), at(99), micros.len()))
}

async fn process(args: &Args, desk: &Desk, asks: &[String], content: &Path) -> anyhow::Result<()> {
    let service = Service::start().await?;
    let folder = tempfile::tempdir().context("failed to make a folder")?;
    let start = Instant::now();
    let child = serve(&service, &folder, content)?;
    until("the first getUpdates", || service.talk().polls > 0).await?;
    say(&format!("start to the first getUpdates: {:.2} s", start.elapsed().as_secs_f64()))?;
    let id = child.id().context("the bot has ended")?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    say(&format!("resident memory after the start: {:.0} MB", resident(id)?))?;
    let before = cpu(id)?;
    tokio::time::sleep(IDLE).await;
    say(&format!("idle: {:.2} % of a core", 100.0 * (cpu(id)? - before) / IDLE.as_secs_f64()))?;

    let before = cpu(id)?;
    flood(args, desk, asks, &service).await?;
    // Unlike the rate it hardly depends on what else the machine carries.
    let each = (cpu(id)? - before) / f64::from(u32::try_from(args.questions)?);
    say(&format!("processor time of the bot: {:.0} µs a question", each * 1e6))?;
    say(&format!("resident memory after the flood: {:.0} MB", resident(id)?))
}

/// All questions at once, and the time until all are answered, from when they can be fetched.
async fn flood(args: &Args, desk: &Desk, asks: &[String], service: &Service) -> anyhow::Result<()> {
    let start = {
        // Held until all are asked: they wait as they would after an hour's absence, and the clock starts with the
        // first that can be fetched.
        let mut talk = service.talk();
        for n in 0..args.questions {
            let number = n % asks.len();
            talk.ask(i64::try_from(n % args.chats)? + 1, number, &asks[number])?;
        }
        Instant::now()
    };
    service.wake();
    until("all answers", || service.talk().answered >= args.questions).await?;
    let took = start.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(args.questions)?) / took;
    say(&format!(
        "end to end: {rate:.0} questions a second ({} in {took:.1} s, {} chats)",
        args.questions, args.chats
    ))?;
    let wrong = out_of_order(desk, asks, service);
    ensure!(wrong.is_empty(), "answers out of order in the chats {wrong:?}");
    say("every chat has its answers in order")
}

/// The chats whose answers are not those of their questions, in order.
fn out_of_order(desk: &Desk, asks: &[String], service: &Service) -> Vec<i64> {
    let expected: Vec<String> = asks.iter().map(|ask| beginning(&desk.answer(ask, 10).draft.body.to_plain())).collect();
    let talk = service.talk();
    let sound = |(asked, answers): &(Vec<usize>, Vec<String>)| {
        asked.len() == answers.len()
            && asked.iter().zip(answers).all(|(number, answer)| {
                html::parse(answer).is_ok_and(|(text, _)| beginning(&text) == expected[*number])
            })
    };
    talk.chats.iter().filter(|(_, chat)| !sound(chat)).map(|(chat, _)| *chat).collect()
}

fn beginning(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).take(20).collect()
}

/// This very program as the bot, its pace lifted; killed when the handle goes.
fn serve(service: &Service, folder: &TempDir, content: &Path) -> anyhow::Result<Child> {
    Command::new(std::env::current_exe().context("failed to find this program")?)
        .args(["bench", "--bot"])
        .envs(fixture((&service.url, service::TOKEN), folder, content))
        .kill_on_drop(true)
        .spawn()
        .context("failed to start the bot")
}

/// What the config says of a bot that is measured, with this token at a chat service of this address.
fn fixture((url, token): (&str, &str), folder: &TempDir, content: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("WENGU_TELEGRAM__API_URL", url.to_owned()),
        ("WENGU_TELEGRAM__TOKEN", token.to_owned()),
        ("WENGU_STORE__URL", format!("sqlite://{}", folder.path().join("bench.db").display())),
        ("WENGU_CONTENT__DIR", content.display().to_string()),
        ("WENGU_LOG__FILTER", "error".to_owned()),
        ("WENGU_TELEGRAM__LIMITS__PERSON", "0".to_owned()),
        ("WENGU_TELEGRAM__LIMITS__CHAT", "0".to_owned()),
    ]
}

async fn until(what: &str, mut look: impl FnMut() -> bool) -> anyhow::Result<()> {
    let found = async {
        while !look() {
            tokio::time::sleep(LOOK).await;
        }
    };
    match tokio::time::timeout(PATIENCE, found).await {
        Ok(()) => Ok(()),
        Err(_) => bail!("waited in vain for {what}"),
    }
}

/// Resident memory in MB (10⁶ bytes).
fn resident(id: u32) -> anyhow::Result<f64> {
    let status =
        std::fs::read_to_string(format!("/proc/{id}/status")).context("failed to look at the bot; has it ended?")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the system tells no memory")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1_024.0 / 1e6)
}

/// Processor time so far, in seconds.
fn cpu(id: u32) -> anyhow::Result<f64> {
    let stat =
        std::fs::read_to_string(format!("/proc/{id}/stat")).context("failed to look at the bot; has it ended?")?;
    // The name, in brackets, may hold spaces; user and system time are the 12th and 13th field after it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    Ok((ticks(11) + ticks(12)) / TICKS)
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
