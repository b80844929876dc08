//! The log: one line an event with its fields, on standard error. No event carries a message's text or the token.

use std::io::IsTerminal;

use tracing::subscriber::set_global_default;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::LogFormat;

/// Starts the log. Later calls in the same process change nothing.
///
/// # Errors
/// When `filter` is no filter, such as `info` or `info,wengu::telegram=debug`.
pub fn start(filter: &str, format: LogFormat) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A test that starts two bots in one process has one log already.
    let _ = match format {
        LogFormat::Human => set_global_default(lines.with_ansi(std::io::stderr().is_terminal()).finish()),
        LogFormat::Json => set_global_default(lines.json().flatten_event(true).finish()),
    };
    Ok(())
}
