//! The program `wengu`.

use std::process::ExitCode;

fn main() -> ExitCode {
    wengu::cli::read().map_or_else(|refused| refused, wengu::cli::run)
}
