//! The program `wengu`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    wengu::cli::run(wengu::cli::Cli::parse())
}
