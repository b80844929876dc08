//! `wengu backup FILE`: the store in one file, beside the running bot.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::serve::runtime;
use crate::clock::Clock;
use crate::config::Loaded;
use crate::store::dump;

/// Where to.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The file to write
    file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

const HELP: &str = "\
The file shows one instant, holds everything in the store (of every bot, where several share it) and is the same for
SQLite and PostgreSQL. It is written beside the running bot, appears as a whole or not at all, and is readable by you
alone: it says who reads what. `wengu restore FILE` makes a store of it.";

/// Writes the file.
pub(super) fn run(args: &Args, loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let url = loaded.config.store.url.expose();
    let now = Clock::system().now();
    let done = runtime()?.block_on(dump::backup(url, &args.file, args.force, now))?;
    writeln!(io::stdout(), "{}: {} rows, {} bytes", args.file.display(), done.rows, done.bytes)?;
    Ok(ExitCode::SUCCESS)
}
