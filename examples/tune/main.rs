//! Measures ranking on a folder of retrieval sets, and searches for better weights.
//!
//! ```text
//! cargo run --release --example tune -- FOLDER            # the figures of the weights in use
//! cargo run --release --example tune -- FOLDER --search   # one weight after another, printing what helps
//! cargo run --release --example tune -- FOLDER --signs    # fits confidence
//! cargo run --release --example tune -- FOLDER --growth   # time of a question in 1, 10 and 100 MB
//! ```
//! FOLDER holds `corpus_NAME.jsonl.gz` (a paragraph a line: `id`, `text`) and `dev/SET.jsonl.gz` (a question a line:
//! `text`, `relevant`); `gzip` unpacks them.

#![allow(clippy::print_stdout, clippy::print_stderr)] // printing is what it is for

use std::error::Error;
use std::path::{Path, PathBuf};

mod climb;
mod fit;
#[allow(dead_code)] // the bench uses the rest of it
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
        Some("--growth") => growth(&bench)?,
        Some(other) => return Err(format!("`{other}` is none of --search, --signs, --growth").into()),
    }
    Ok(())
}

fn growth(bench: &sets::Bench) -> Result<(), Box<dyn Error>> {
    for megabytes in [1, 10, 100] {
        let engine = bench.grown(megabytes << 20)?;
        let time = |question: &sets::Question| {
            let start = std::time::Instant::now();
            engine.search(&question.text, 10);
            start.elapsed()
        };
        let mut times: Vec<_> = bench.sets[0].iter().step_by(4).map(time).collect();
        times.sort_unstable();
        let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!("{megabytes} MB: p50 {p50:?}, p99 {p99:?}, {} MB resident", sets::resident());
    }
    Ok(())
}
