//! How long the longest and strangest questions take, from the raw text to the finished message: no question may take
//! more than 20 ms. On the bundled document, and on the corpora of a folder of retrieval sets where `WENGU_SETS` names one.
//!
//! ```text
//! WENGU_SETS=FOLDER cargo bench --bench hostile
//! ```

#![allow(clippy::print_stdout)] // it is all that it does

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wengu::answer::{Answerer, Setting};
use wengu::config::Config;
use wengu::content::load;
use wengu::content::model::Library;
use wengu::message::Lang;
use wengu::search::{Engine, Words};
use wengu::understand::question::Reader;

#[path = "../tests/suite/hostile_questions.rs"]
mod hostile_questions;
#[path = "../examples/tune/sets.rs"]
#[allow(dead_code, clippy::print_stderr)] // the tool uses more of it, and prints
mod sets;

const QUESTIONS: u64 = 100_000;

/// A question that takes longer is asked again: what another program took of it is not its own.
const SUSPECT: Duration = Duration::from_millis(2);

/// How often.
const AGAIN: usize = 4;

fn main() {
    let words = Words::load().expect("the tables are in the program");
    let document = load::parse("reflection.md", include_str!("../content/reflection.md")).expect("it is checked");
    measure("the bundled document", Library::new([document]), &words);
    let Some(folder) = std::env::var_os("WENGU_SETS") else { return };
    let bench = sets::Bench::load(folder.as_ref()).expect("the folder holds the sets");
    let (library, words, _) = bench.corpus().expect("the corpus makes a library");
    measure("the cmrc corpus", library, &words);
}

fn measure(name: &str, library: Library, words: &Arc<Words>) {
    let engine = Engine::build(&library, Arc::clone(words)).expect("it fits into memory");
    let simplify = Arc::clone(words);
    let reader = Reader::new(&library, Box::new(move |c| simplify.simplify(c)));
    let answerer = Answerer::new(library, engine, Config::default().answer.threshold.get());
    let mut times: Vec<(Duration, u64)> =
        (0..QUESTIONS).map(|number| (time(&answerer, &reader, number), number)).collect();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 1000].0;
    let (slowest, number) = times[times.len() - 1];
    let length = hostile_questions::question(number).chars().count();
    println!(
        "hostile questions to {name}: p50 {:.0?}, p99 {:.0?}, p99.9 {:.0?}, slowest {slowest:.1?} ({length} characters)",
        at(500),
        at(990),
        at(999)
    );
}

fn time(answerer: &Answerer, reader: &Reader, number: u64) -> Duration {
    let text = hostile_questions::question(number);
    let once = || {
        let start = Instant::now();
        if let Some(question) = reader.read(&text) {
            let reply = answerer.reply(&question);
            black_box(answerer.draft(&question, &reply, Setting::private(Lang::Zh)));
        }
        start.elapsed()
    };
    let first = once();
    let more = if first > SUSPECT { AGAIN } else { 0 };
    (0..more).map(|_| once()).fold(first, Duration::min)
}
