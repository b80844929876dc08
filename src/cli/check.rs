//! `wengu check`: every mistake in config and content, in one run.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::app::{schedules, webhook};
use crate::config::{Config, ConfigError, Loaded};
use crate::content::load::load_folder;
use crate::content::model::Library;
use crate::content::write_ids;
use crate::diagnostic::{Diagnostic, Severity};

/// What to look at, and how to say it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print the findings as JSON, one array
    #[arg(long)]
    json: bool,
    /// Write an id on every heading that has none, so that links to it outlive its wording
    #[arg(long)]
    write_ids: bool,
}

/// Prints the findings; exit code 1 where one of them is an error.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    let (loaded, mut findings) = match config {
        Ok(loaded) => (loaded, Vec::new()),
        Err(ConfigError::Wrong { findings, rest }) => (*rest, findings),
        Err(error @ ConfigError::Read { .. }) => return Err(error.into()),
    };
    let config = &loaded.config;
    if args.write_ids {
        write_missing_ids(config)?;
    }
    findings.extend(webhook::mistakes(&loaded));
    let content = load_folder(&config.content.dir);
    findings.extend(content.diagnostics);
    // What is wrong with the documents is said above; without any, no schedule could be right.
    if !content.library.is_empty() {
        findings.extend(schedules::resolve(&loaded, &content.library).err().unwrap_or_default());
    }
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &findings)?;
        writeln!(out)?;
    } else {
        print(&mut out, &findings, &content.library)?;
    }
    let broken = count(&findings, Severity::Error) > 0;
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn count(findings: &[Diagnostic], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}

/// The findings, and a line that sums them up.
fn print(out: &mut impl Write, findings: &[Diagnostic], library: &Library) -> io::Result<()> {
    for finding in findings {
        writeln!(out, "{finding}")?;
    }
    let sections: usize = library.iter().map(|document| document.sections.len()).sum();
    let numbers = [
        counted(library.len(), "sound document"),
        counted(sections, "section"),
        counted(count(findings, Severity::Error), "error"),
        counted(count(findings, Severity::Warning), "warning"),
    ];
    writeln!(out, "{}", numbers.join(", "))
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Writes ids into every document that has no mistakes, and says on standard error what was done and what was not.
fn write_missing_ids(config: &Config) -> anyhow::Result<()> {
    let folder: &Path = &config.content.dir;
    let files =
        write_ids::files(folder).with_context(|| format!("failed to read the folder `{}`", folder.display()))?;
    let mut log = io::stderr().lock();
    for file in files {
        match write_ids::write_ids(&file) {
            Ok(0) => {}
            Ok(number) => writeln!(log, "{}: wrote {}", file.display(), counted(number, "id"))?,
            Err(error @ write_ids::WriteError::Refused { .. }) => writeln!(log, "{error}")?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
