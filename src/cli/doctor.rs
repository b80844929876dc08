//! `wengu doctor`: whether everything is there that the bot needs, and what to do where it is not.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::bail;

use super::serve::runtime;
use crate::app::doctor::{Finding, State, alive, examine};
use crate::clock::Clock;
use crate::config::{ConfigError, Loaded};

/// How to say it.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// Print the findings as JSON, one array
    #[arg(long)]
    json: bool,
    /// Only ask the bot that runs on this machine (`http.listen`) whether it is alive
    #[arg(long, conflicts_with = "json")]
    health: bool,
}

const HELP: &str = "\
It looks at: who can read the token; the way to Telegram, proxy included; the token; the clock; what @BotFather has
switched; a webhook; the store, its disk and the zones in it; documents and schedules. Nothing is changed, and it may
run beside the bot. Exit code 1 where something is wrong, 0 where there are warnings at most.";

/// Looks at everything; exit code 1 where there is an error.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    if args.health {
        return health(&config?);
    }
    let findings = match config {
        Ok(loaded) => runtime()?.block_on(examine(&loaded, &Clock::system())),
        // With half a config, all else would be looked for in the wrong place.
        Err(ConfigError::Wrong { findings, .. }) => {
            findings.iter().map(|found| Finding::of_diagnostic("config", found)).collect()
        }
        Err(error @ ConfigError::Read { .. }) => return Err(error.into()),
    };
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &findings)?;
        writeln!(out)?;
    } else {
        print(&mut out, &findings)?;
    }
    let broken = count(&findings, State::Error) > 0;
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn health(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let Some(listen) = loaded.config.http.listen else {
        bail!("the bot listens nowhere: set `http.listen`, such as `9464`");
    };
    match runtime()?.block_on(alive(listen)) {
        Ok(line) => {
            writeln!(io::stdout(), "{line}")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(line) => {
            writeln!(io::stderr(), "wengu: {line}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn count(findings: &[Finding], state: State) -> usize {
    findings.iter().filter(|finding| finding.state == state).count()
}

fn print(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    for Finding { about, state, message, help } in findings {
        let mark = match state {
            State::Ok => "ok     ",
            State::Warning => "warning",
            State::Error => "error  ",
        };
        writeln!(out, "{mark} {about}: {message}")?;
        if !help.is_empty() {
            writeln!(out, "        help: {help}")?;
        }
    }
    let (errors, warnings) = (count(findings, State::Error), count(findings, State::Warning));
    match (errors, warnings) {
        (0, 0) => writeln!(out, "all is well"),
        _ => writeln!(out, "{errors} error(s), {warnings} warning(s)"),
    }
}
