//! `wengu check`: every mistake in config and content, in one run.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::config::{ConfigError, Loaded};
use crate::diagnostic::{Diagnostic, Severity};

/// What to look at, and how to say it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print the findings as JSON, one array
    #[arg(long)]
    json: bool,
}

/// Prints the findings; exit code 1 where one of them is an error.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    let findings: Vec<Diagnostic> = match config {
        Ok(_) => Vec::new(),
        Err(ConfigError::Wrong(findings)) => findings,
        Err(error @ ConfigError::Read { .. }) => return Err(error.into()),
    };
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &findings)?;
        writeln!(out)?;
    } else {
        for finding in &findings {
            writeln!(out, "{finding}")?;
        }
    }
    let broken = findings.iter().any(|f| f.severity == Severity::Error);
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
