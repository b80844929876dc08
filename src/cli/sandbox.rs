//! `wengu sandbox`: the bot against an emulator of Telegram, with a chat page.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;

use super::serve::{runtime, start_log, told_to_end};
use crate::app::Bot;
use crate::clock::Clock;
use crate::config::{Loaded, Mode};
use crate::sandbox::http::{Controls, Emulator};
use crate::sandbox::scene;
use crate::secret::{Secret, SecretUrl};
use crate::store::Store;

/// Where the page is, and what is kept.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The port of the page on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "P", default_value_t = 8088)]
    port: u16,
    /// Keep the bot's state in this file; without it, it is gone at the end
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

/// Runs until it is told to end.
pub(super) fn run(args: &Args, loaded: Loaded) -> anyhow::Result<ExitCode> {
    start_log(&loaded)?;
    runtime()?.block_on(play(args, loaded))
}

async fn play(args: &Args, mut loaded: Loaded) -> anyhow::Result<ExitCode> {
    let stop = told_to_end()?.first;
    let scratch = tempfile::Builder::new().prefix("wengu-sandbox-").tempdir().context("failed to make a folder")?;
    let clock = Clock::system();
    let stage = Arc::new(Stage { clock: clock.clone(), store: OnceLock::new() });
    let now = {
        let clock = clock.clone();
        Arc::new(move || clock.now().0)
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let mut world = scene::study_group();
    if args.store.is_some() {
        world.number_by_clock(clock.now().0);
    }
    scene::add_forum(&mut world, clock.now().0).context("failed to set the scene")?;
    let emulator = Emulator::start(address, world, now, Arc::<Stage>::clone(&stage))
        .await
        .with_context(|| format!("failed to listen on {address}; `--port 0` takes a free port"))?;

    let store = args.store.clone().unwrap_or_else(|| scratch.path().join("sandbox.db"));
    loaded.config.store.url = SecretUrl::new(format!("sqlite://{}", store.display()));
    loaded.config.telegram.api_url = SecretUrl::new(emulator.url.clone());
    loaded.config.telegram.token = Some(Secret::new(scene::wengu_bot().token));
    loaded.config.telegram.proxy = None;
    loaded.config.telegram.mode = Mode::Polling;
    let bot = match Bot::start(&loaded, clock).await {
        Ok(bot) => bot,
        Err(error) => {
            super::complain(&error);
            return Ok(ExitCode::FAILURE);
        }
    };
    // The only one who sets it; the page has asked for nothing yet.
    let _ = stage.store.set(bot.store().clone());

    writeln!(io::stdout(), "{}", emulator.url)?;
    writeln!(io::stderr(), "Open {} in a browser. Ctrl-C ends it.", emulator.url)?;
    stop.cancelled().await;
    bot.stop().await;
    emulator.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// What the page can move: the bot's clock.
struct Stage {
    clock: Clock,
    store: OnceLock<Store>,
}

#[async_trait]
impl Controls for Stage {
    async fn advance(&self, by_ms: i64) {
        self.clock.advance(Duration::from_millis(by_ms.try_into().unwrap_or(0)));
    }

    async fn next_reminder(&self) -> Option<i64> {
        let next = self.store.get()?.next_due().await;
        next.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not look up the next reminder");
            None
        })
        .map(|at| at.0)
    }
}
