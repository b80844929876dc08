//! Measures ranking on a folder of retrieval sets, and searches for better weights.
//!
//! ```text
//! cargo run --release --example tune -- FOLDER            # the figures of the weights in use
//! cargo run --release --example tune -- FOLDER --search   # one weight after another, printing what helps
//! cargo run --release --example tune -- FOLDER --signs    # fits confidence
//! ```
//! FOLDER holds `corpus_NAME.jsonl.gz` (a paragraph a line: `id`, `text`) and `dev/SET.jsonl.gz` (a question a line:
//! `text`, `relevant`); `gzip` unpacks them.

#![allow(clippy::print_stdout, clippy::print_stderr)] // printing is what it is for

use std::error::Error;
use std::path::{Path, PathBuf};

mod climb;
mod fit;
mod sets;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name the folder of the sets")?);
    let mode = arguments.next();
    let mut bench = sets::Bench::load(Path::new(&folder))?;
    match mode.as_deref() {
        None => println!("{}", bench.measure(&Default::default())),
        Some("--search") => climb::search(&mut bench),
        Some("--signs") => fit::fit(&bench)?,
        Some(other) => return Err(format!("`{other}` is none of --search, --signs").into()),
    }
    Ok(())
}
