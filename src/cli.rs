//! The command line: one file per subcommand, each with its `Args` and a `run`.
//!
//! Standard output carries what was asked for and nothing else; what went wrong goes to standard error, with a way
//! out. Exit codes: 0 done, 1 a "no" (not covered, mistakes found), 2 the command could not do its work.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config;

mod ask;
mod backup;
mod bench;
mod check;
mod deliveries;
mod desk;
mod doctor;
mod eval;
mod import;
mod init;
mod migrate_store;
mod questions;
mod restore;
mod sandbox;
mod serve;

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
}

/// Exit code of a command that could not do its work.
const COULD_NOT: u8 = 2;

/// Reads the config and runs the command.
pub fn run(cli: Cli) -> ExitCode {
    finish(dispatch(cli))
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    // As a variable that comes last: it goes over the environment as that goes over the file.
    let flag = cli.log.map(|format| ("WENGU_LOG__FORMAT".to_owned(), format));
    let config = config::load(cli.config.as_deref(), std::env::vars().chain(flag));
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
