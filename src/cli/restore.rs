//! `wengu restore FILE`: a store from a backup.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat};

use super::serve::runtime;
use crate::config::Loaded;
use crate::secret::SecretUrl;
use crate::store::dump::{self, Restored};

/// What, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// What `wengu backup` wrote
    file: PathBuf,
    /// The store to make, such as sqlite://data/other.db [default: the config's store.url]
    #[arg(long, value_name = "STORE")]
    to: Option<SecretUrl>,
    /// Replace what the store holds
    #[arg(long)]
    force: bool,
}

const HELP: &str = "\
All is restored, or nothing is changed. A store that is in use is left alone: stop its bot first. With --force, a SQLite
file that is replaced is kept beside the new one (`….before-restore`); on PostgreSQL the rows are replaced in one
transaction. A backup of an earlier wengu is brought up to date. What was on its way out when the backup was made is
sent by the restored bot, if it is still in time: it cannot know what its predecessor has sent since.";

/// Makes the store.
pub(super) fn run(args: &Args, loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let url = args.to.as_ref().unwrap_or(&loaded.config.store.url).expose();
    let restored = runtime()?.block_on(dump::restore(&args.file, url, args.force))?;
    writeln!(io::stdout(), "{}", told(&restored))?;
    Ok(ExitCode::SUCCESS)
}

/// What came of it.
pub(super) fn told(restored: &Restored) -> String {
    let made = DateTime::from_timestamp_millis(restored.made.0).unwrap_or_default();
    let made = made.to_rfc3339_opts(SecondsFormat::Secs, true);
    let former = restored.former.as_ref().map_or_else(String::new, |kept| format!("; before: {}", kept.display()));
    format!("{} rows, as of {made}{former}", restored.rows)
}
