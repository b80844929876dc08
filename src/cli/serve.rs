//! `wengu serve`: the bot.

use std::process::ExitCode;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::app::Bot;
use crate::clock::Clock;
use crate::config::Loaded;
use crate::ops::log;

/// There is nothing to choose: the config says it all.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the bot until it is told to end. Exit code 1 where it cannot run.
pub(super) fn run(_args: &Args, loaded: &Loaded) -> anyhow::Result<ExitCode> {
    start_log(loaded)?;
    runtime()?.block_on(async {
        let stop = told_to_end()?;
        // Telegram may be away for hours while we start: the signal has to be heard then too.
        let bot = tokio::select! {
            bot = Bot::start(loaded, Clock::system()) => bot,
            () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
        };
        match bot {
            Ok(bot) => {
                stop.cancelled().await;
                bot.stop().await;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                super::complain(&error);
                Ok(ExitCode::FAILURE)
            }
        }
    })
}

pub(super) fn start_log(loaded: &Loaded) -> anyhow::Result<()> {
    let filter = &loaded.config.log.filter;
    log::start(filter).with_context(|| format!("`log.filter` is `{filter}`, which is no filter such as `info`"))
}

pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("failed to start the runtime")
}

/// Cancelled at SIGTERM and SIGINT.
pub(super) fn told_to_end() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = signal(kind).context("failed to listen for signals")?;
        let stop = stop.clone();
        tokio::spawn(async move {
            signals.recv().await;
            stop.cancel();
        });
    }
    Ok(stop)
}
