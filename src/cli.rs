//! The command line: one file per subcommand, each with its `Args` and a `run`.
//!
//! Standard output carries what was asked for and nothing else; what went wrong goes to standard error, with a way
//! out. Exit codes: 0 done, 1 a "no" (not covered, mistakes found), 2 the command could not do its work. `serve` has 1
//! for what may pass by itself, and 2 for what somebody has to mend.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config;
use crate::ops::panics;
use crate::secret::SecretUrl;

mod ask;
mod backup;
mod bench;
mod check;
mod deliveries;
mod desk;
mod doctor;
mod eval;
mod explain;
mod import;
mod init;
mod migrate_store;
mod questions;
mod restore;
mod sandbox;
mod serve;
mod when;

/// A Telegram bot for people who study a document together.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// The config file; without it, defaults and the environment (WENGU_SECTION__KEY) apply
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    config: Option<PathBuf>,
    /// What lines of the log look like; goes over `log.format`
    #[arg(long, global = true, value_name = "FORMAT", value_parser = ["human", "json"], help_heading = "Global options")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  wengu sandbox                        try the bot in a browser
  wengu init                           write a config and a first document
  wengu doctor                         see whether everything is there
  WENGU_TELEGRAM__TOKEN=… wengu serve  run the bot
  wengu ask 监督机制有什么漏洞         ask a question
  wengu when 每月最后一个周五 17:00    see when a schedule comes
  wengu eval tests/data/study-dev.tsv  measure the answers
  wengu backup 2026-11-22.jsonl        keep everything in one file
  wengu deliveries --state failed      see which reminders failed, and why
  wengu questions                      see what was asked in vain
  wengu check                          look for mistakes in config and content";

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask the documents a question
    Ask(ask::Args),
    /// Write the store into one file, beside the running bot
    Backup(backup::Args),
    /// Measure speed and memory: answers, start, idling, a flood of questions
    Bench(bench::Args),
    /// Look for mistakes in config and content
    Check(check::Args),
    /// List what became of reminders, send one again, or drop one
    Deliveries(deliveries::Args),
    /// Look at everything the bot needs: token, network, clock, store, content
    Doctor(doctor::Args),
    /// Write a config and a first document
    Init(init::Args),
    /// Make documents of texts in other formats
    Import(import::Args),
    /// Move everything from one database to another
    MigrateStore(migrate_store::Args),
    /// See what was asked in vain; write it into the document as another way to ask
    Questions(questions::Args),
    /// Make a store of a backup
    Restore(restore::Args),
    /// Try the bot in a browser, without a Telegram account
    Sandbox(sandbox::Args),
    /// Run the bot
    Serve(serve::Args),
    /// Measure the answers on a file of questions
    Eval(eval::Args),
    /// See what a schedule in words comes to, and its next dates
    When(when::Args),
}

/// Exit code of a command that could not do its work.
const COULD_NOT: u8 = 2;

/// Reads the command line. `Err` holds the exit code where there is no command to run: something is wrong with it, which
/// is said on standard error, or help was asked for.
///
/// # Errors
/// As described.
pub fn read() -> Result<Cli, ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    Cli::try_parse_from(&arguments).map_err(|error| {
        let said = without_addresses(error.render().ansi().to_string(), &arguments);
        let said = if io::stderr().is_terminal() { said } else { without_addresses(error.to_string(), &arguments) };
        // Where the stream is closed there is nobody left to tell.
        let _ = if error.use_stderr() { write!(io::stderr(), "{said}") } else { write!(io::stdout(), "{said}") };
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(COULD_NOT))
    })
}

/// The text with each address of the command line as it may be shown: what is refused is repeated, and may hold a password.
fn without_addresses(text: String, arguments: &[OsString]) -> String {
    arguments.iter().filter_map(|argument| argument.to_str()).filter(|argument| argument.contains("://")).fold(
        text,
        |text, argument| {
            let address = argument.split_once('=').filter(|(flag, _)| flag.starts_with("--"));
            let address = address.map_or(argument, |(_, address)| address);
            text.replace(address, &SecretUrl::new(address).to_string())
        },
    )
}

/// The environment. A variable of ours that is not UTF-8 is read as far as it is; `std::env::vars` would panic at any.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
}

/// Reads the config and runs the command.
pub fn run(cli: Cli) -> ExitCode {
    panics::tell_by_place();
    finish(dispatch(cli))
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    // As a variable that comes last: it goes over the environment as that goes over the file.
    let flag = cli.log.map(|format| ("WENGU_LOG__FORMAT".to_owned(), format));
    let config = config::load(cli.config.as_deref(), environment().chain(flag));
    match cli.command {
        Command::Ask(args) => ask::run(&args, config),
        Command::Backup(args) => backup::run(&args, &config?),
        Command::Bench(args) => bench::run(&args, config?),
        Command::Check(args) => check::run(&args, config),
        Command::Deliveries(args) => deliveries::run(&args, &config?),
        Command::Doctor(args) => doctor::run(&args, config),
        Command::Init(args) => init::run(&args),
        Command::Import(args) => import::run(&args, config),
        Command::MigrateStore(args) => migrate_store::run(&args),
        Command::Questions(args) => questions::run(&args, &config?),
        Command::Restore(args) => restore::run(&args, &config?),
        Command::Sandbox(args) => sandbox::run(&args, config?),
        Command::Serve(args) => serve::run(&args, &config?),
        Command::Eval(args) => eval::run(&args, config),
        Command::When(args) => when::run(&args, config),
    }
}

/// Turns a command's outcome into the exit code, and its error into lines on standard error.
fn finish(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    match outcome {
        Ok(code) => code,
        // Whoever read our output (`| head`) has had enough: nothing went wrong.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => complain(format!("{error:#}")),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

fn complain(error: impl Display) -> ExitCode {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "wengu: {error}");
    ExitCode::from(COULD_NOT)
}
