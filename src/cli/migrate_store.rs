//! `wengu migrate-store FROM TO`: from one database to another.

use std::io::{self, Write};
use std::process::ExitCode;

use super::restore::told;
use super::serve::runtime;
use crate::clock::Clock;
use crate::secret::SecretUrl;
use crate::store::dump;

/// From where to where.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The store that holds everything now, such as sqlite://data/wengu.db
    from: SecretUrl,
    /// The store to fill, such as postgres://wengu@localhost/wengu
    to: SecretUrl,
    /// Replace what the second store holds
    #[arg(long)]
    force: bool,
}

const HELP: &str = "\
Stop the bot, move, set `store.url` to the new address, and start it: it goes on where it stopped. The first store stays
as it is. Leave a password out of the address, where others could see it: PGPASSWORD or ~/.pgpass has it. It works in
either direction between SQLite and PostgreSQL.";

/// Moves everything.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let now = Clock::system().now();
    let moved = runtime()?.block_on(dump::migrate_store(args.from.expose(), args.to.expose(), args.force, now))?;
    writeln!(io::stdout(), "{}; now set `store.url` to the new address", told(&moved))?;
    Ok(ExitCode::SUCCESS)
}
