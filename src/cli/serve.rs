//! `wengu serve`: the bot.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::app::{Bot, Limits};
use crate::clock::Clock;
use crate::config::Loaded;
use crate::ops::log;

/// There is nothing to choose: the config says it all.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {}

const HELP: &str = "\
Exit codes: 0 it was told to end (SIGTERM or SIGINT); 1 it cannot run now, and a later start may succeed (an address that
is taken, a store out of reach or in use, no documents yet); 2 somebody has to mend something first (the config, the
token, a store of a newer wengu). A service manager should start it again after 1 and not after 2.";

/// Runs the bot until it is told to end. Exit code 1 where it cannot run now, 2 where it cannot until somebody mends it.
pub(super) fn run(_args: &Args, loaded: &Loaded) -> anyhow::Result<ExitCode> {
    run_within(loaded, Limits::default())
}

/// The same with other limits on how fast messages go out.
pub(super) fn run_within(loaded: &Loaded, limits: Limits) -> anyhow::Result<ExitCode> {
    start_log(loaded)?;
    // What the system does not give now, it may give later.
    live(loaded, limits).or_else(|error| {
        super::complain(format!("{error:#}"));
        Ok(ExitCode::FAILURE)
    })
}

fn live(loaded: &Loaded, limits: Limits) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let stop = told_to_end()?;
        // Telegram may be away for hours while we start: the signal has to be heard then too.
        let bot = tokio::select! {
            bot = Bot::start_within(loaded, Clock::system(), limits) => bot,
            () = stop.first.cancelled() => return Ok(ExitCode::SUCCESS),
        };
        match bot {
            Ok(bot) => {
                if bot.store().is_new() {
                    let store = &loaded.config.store.url;
                    tracing::warn!("made a new, empty store at `{store}`: nobody has subscribed to anything yet");
                }
                stop.first.cancelled().await;
                drain(bot.stop(), &stop.second).await;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                super::complain(&error);
                Ok(if error.may_pass() { ExitCode::FAILURE } else { ExitCode::from(super::COULD_NOT) })
            }
        }
    });
    // What was not drained must not hold up the end.
    runtime.shutdown_background();
    ended
}

pub(super) fn start_log(loaded: &Loaded) -> anyhow::Result<()> {
    let filter = &loaded.config.log.filter;
    log::start(filter, loaded.config.log.format)
        .with_context(|| format!("`log.filter` is `{filter}`, which is no filter such as `info`"))
}

pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("failed to start the runtime")
}

/// How long ending in order may take: longer than a request, shorter than whoever stops us waits before it kills.
const DRAIN: Duration = Duration::from_secs(20);

/// Ends in order, unless that takes too long or we are told a second time. Nothing is lost either way: the store has what
/// is not done, and the next start goes on with it.
async fn drain(stopping: impl Future<Output = ()>, second: &CancellationToken) {
    let why = tokio::select! {
        () = stopping => return,
        () = second.cancelled() => "told a second time",
        () = tokio::time::sleep(DRAIN) => "it takes too long to end in order",
    };
    tracing::warn!("{why}: ending at once; what is not done is done after the next start");
}

/// The wish that the program ends.
pub(super) struct ToldToEnd {
    /// Cancelled at the first SIGTERM or SIGINT.
    pub(super) first: CancellationToken,
    /// Cancelled at the second.
    pub(super) second: CancellationToken,
}

/// Listens for SIGTERM and SIGINT.
pub(super) fn told_to_end() -> anyhow::Result<ToldToEnd> {
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = signal(kind).context("failed to listen for signals")?;
        let (first, second) = (first.clone(), second.clone());
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                if first.is_cancelled() {
                    second.cancel();
                }
                first.cancel();
            }
        });
    }
    Ok(ToldToEnd { first, second })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ending_waits_for_what_is_under_way_but_not_for_ever() {
        let (begun, never) = (tokio::time::Instant::now(), CancellationToken::new());
        drain(tokio::time::sleep(DRAIN / 2), &never).await;
        assert_eq!(begun.elapsed(), DRAIN / 2);
        drain(std::future::pending(), &never).await;
        assert_eq!(begun.elapsed(), DRAIN / 2 + DRAIN);
        never.cancel();
        drain(std::future::pending(), &never).await;
        assert_eq!(begun.elapsed(), DRAIN / 2 + DRAIN, "told a second time, at once");
    }
}
