//! `wengu bench --webhook`: a steady stream of questions through webhook and store on one core, as those who ask see it
//! and inside the process, memory along the way, and a stop with a full queue.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tokio::process::{Child, Command};

use super::figures::Figures;
use super::{PATIENCE, fixture, resident, say, until};
use crate::clock::Clock;
use crate::sandbox::http::{Emulator, NoControls};
use crate::sandbox::scene;
use crate::sandbox::world::Saying;

/// How long the steady stream lasts.
const STREAM: Duration = Duration::from_secs(10);
/// How many updates are let in at a time while memory is watched.
const STEP: usize = 1_000;
/// How many wait when the program is told to stop.
const FULL: usize = 2_000;

/// Measures and prints, a line a figure.
pub(super) async fn run(rate: u32, updates: usize, asks: &[String], content: &Path) -> anyhow::Result<()> {
    ensure!(rate > 0, "ask at least one question a second");
    let clock = Clock::system();
    let now = Arc::new(move || clock.now().0);
    let mut world = scene::crowd(1_000);
    world.keep_messages(16);
    let emulator = Emulator::start((Ipv4Addr::LOCALHOST, 0).into(), world, now, Arc::new(NoControls)).await?;
    let folder = tempfile::tempdir().context("failed to make a folder")?;
    let (webhook, metrics) = (free()?, free()?);
    emulator.shared().lead_webhook_to(webhook);
    let token = emulator.world().bot.token.clone();
    let mut child = serve(fixture((&emulator.url, &token), &folder, content), webhook, metrics)?;
    until("the webhook", || !emulator.world().webhook_url().is_empty()).await?;
    let id = child.id().context("the bot has ended")?;

    stream(rate, asks, &emulator).await?;
    inside(&Figures::of(metrics).await?)?;
    say(&format!("resident memory after the stream: {:.0} MB", resident(id)?))?;
    // Queues and caches take their room once; what matters is what they take after that.
    let first = updates / 10;
    flood(first, asks, &emulator).await?;
    let start = resident(id)?;
    say(&format!("resident memory after {first}: {start:.0} MB"))?;
    flood(updates, asks, &emulator).await?;
    let end = resident(id)?;
    say(&format!("resident memory after {updates} more: {end:.0} MB ({:+.1} %)", 100.0 * (end / start - 1.0)))?;
    stop(asks, &emulator, &mut child).await
}

/// An address on this machine where nobody listens.
fn free() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// This very program as the bot, its pace lifted, on one core, listening for the emulator's reverse proxy and for who asks for figures.
fn serve(variables: Vec<(&'static str, String)>, webhook: SocketAddr, metrics: SocketAddr) -> anyhow::Result<Child> {
    let program = std::env::current_exe().context("failed to find this program")?;
    Command::new("taskset")
        .args(["-c", "0"])
        .arg(program)
        .args(["bench", "--bot"])
        .envs(variables)
        .env("WENGU_TELEGRAM__MODE", "webhook")
        .env("WENGU_TELEGRAM__WEBHOOK__URL", "https://wengu.example/wengu")
        .env("WENGU_TELEGRAM__WEBHOOK__LISTEN", webhook.to_string())
        .env("WENGU_TELEGRAM__WEBHOOK__RATE", "100000")
        .env("WENGU_HTTP__LISTEN", metrics.to_string())
        .kill_on_drop(true)
        .spawn()
        .context("failed to start the bot with `taskset -c 0`")
}

/// What the same stream took inside the process, by its own figures: the bounds below which half and 99 % stayed.
fn inside(figures: &Figures) -> anyhow::Result<()> {
    for (what, name, label) in [
        ("from a request to its 200, the question stored", "wengu_webhook_seconds", ""),
        ("from a request to the answer stored", "wengu_reaction_seconds", ""),
        ("from the answer decided to Telegram having it", "wengu_delivery_seconds", "class=\"reply\""),
    ] {
        let counted = figures.count(name, label);
        let bound = |share| figures.bound(name, label, share).context("the bot has counted nothing");
        let (half, most) = (bound(0.5)?, bound(0.99)?);
        say(&format!("inside the process, {what}: p50 under {half} ms, p99 under {most} ms ({counted})"))?;
    }
    Ok(())
}

/// So many questions a second, each in another chat; the time from each to its answer, both as the emulator sees them.
async fn stream(rate: u32, asks: &[String], emulator: &Emulator) -> anyhow::Result<()> {
    let people: Vec<i64> = emulator.world().people().map(|person| person.id).collect();
    let (mut asked, mut took, mut seen) = (HashMap::new(), Vec::new(), 0);
    let total = usize::try_from(u64::from(rate) * STREAM.as_secs())?;
    let begun = Instant::now();
    for n in 0..total {
        let due = begun + Duration::from_secs_f64(f64::from(u32::try_from(n)?) / f64::from(rate));
        tokio::time::sleep_until(due.into()).await;
        let (chat, at) = (people[n % people.len()], emulator.now());
        asked.insert(chat, at);
        ask(emulator, chat, &asks[n % asks.len()])?;
        look(emulator, &mut asked, &mut took, &mut seen);
    }
    let late = Instant::now() + PATIENCE;
    while took.len() < total && Instant::now() < late {
        tokio::time::sleep(Duration::from_millis(5)).await;
        look(emulator, &mut asked, &mut took, &mut seen);
    }
    ensure!(took.len() == total, "{} of {total} questions were answered", took.len());
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    say(&format!("{rate} questions a second on one core by webhook: p50 {} ms, p99 {} ms ({total})", at(50), at(99)))
}

/// Takes the answers down that have come since the last look.
fn look(emulator: &Emulator, asked: &mut HashMap<i64, i64>, took: &mut Vec<i64>, seen: &mut u64) {
    let world = emulator.world();
    let new: Vec<_> = world.calls().rev().take_while(|call| call.number > *seen).collect();
    *seen = new.first().map_or(*seen, |call| call.number);
    for call in new.iter().rev().filter(|call| call.method.eq_ignore_ascii_case("sendMessage")) {
        took.extend(call.chat.and_then(|chat| asked.remove(&chat)).map(|at| call.at - at));
    }
}

fn ask(emulator: &Emulator, chat: i64, text: &str) -> anyhow::Result<()> {
    let said = emulator.world().say(Saying::new(chat, chat, text), emulator.now());
    said.map(drop).map_err(|error| anyhow::anyhow!("{error}"))
}

/// So many questions as fast as they are answered.
async fn flood(updates: usize, asks: &[String], emulator: &Emulator) -> anyhow::Result<()> {
    let people: Vec<i64> = emulator.world().people().map(|person| person.id).collect();
    let (begun, answered) = (Instant::now(), emulator.world().call_count("sendMessage"));
    let wanted = answered + u64::try_from(updates)?;
    for n in 0..updates {
        ask(emulator, people[n % people.len()], &asks[n % asks.len()])?;
        if n % STEP == STEP - 1 {
            until("the updates to be taken in", || emulator.world().pending_updates() < STEP).await?;
        }
    }
    until("the last answers", || emulator.world().call_count("sendMessage") >= wanted).await?;
    let took = begun.elapsed().as_secs_f64();
    say(&format!("{updates} updates in {took:.1} s: {:.0} a second", f64::from(u32::try_from(updates)?) / took))
}

/// A stop while much waits.
async fn stop(asks: &[String], emulator: &Emulator, child: &mut Child) -> anyhow::Result<()> {
    let people: Vec<i64> = emulator.world().people().map(|person| person.id).collect();
    for n in 0..FULL {
        ask(emulator, people[n % people.len()], &asks[n % asks.len()])?;
    }
    let id = child.id().context("the bot has ended")?.to_string();
    let begun = Instant::now();
    Command::new("kill").args(["-TERM", &id]).status().await?;
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await.context("it does not end")??;
    ensure!(ended.success(), "it ended with {ended}");
    say(&format!("a stop with {FULL} questions on their way: {:.1} s", begun.elapsed().as_secs_f64()))
}
