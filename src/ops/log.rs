//! The log: one line an event with its fields, on standard error. No event carries a message's text or the token.

use std::io::IsTerminal;

use tracing::Metadata;
use tracing::subscriber::set_global_default;
use tracing_subscriber::filter::{ParseError, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

use crate::config::LogFormat;

/// Starts the log. Later calls in the same process change nothing.
///
/// # Errors
/// When `filter` is no filter, such as `info` or `info,wengu::telegram=debug`.
pub fn start(filter: &str, format: LogFormat) -> Result<(), ParseError> {
    let chosen = registry().with(EnvFilter::builder().parse(filter)?);
    let lines = fmt::layer().with_writer(std::io::stderr);
    let tells = filter_fn(|event| !repeats_what_it_read(event));
    // A test that starts two bots in one process has one log already.
    let _ = match format {
        LogFormat::Human => {
            set_global_default(chosen.with(lines.with_ansi(std::io::stderr().is_terminal()).with_filter(tells)))
        }
        LogFormat::Json => set_global_default(chosen.with(lines.json().flatten_event(true).with_filter(tells))),
    };
    Ok(())
}

/// Whether an event is one by which sqlx repeats what it could not read of an address (`value`) or of a line of
/// `~/.pgpass` (`line`). Either may hold a password.
fn repeats_what_it_read(event: &Metadata<'_>) -> bool {
    event.target().starts_with("sqlx") && event.fields().iter().any(|field| ["value", "line"].contains(&field.name()))
}
