//! How long the longest and strangest questions take, from the raw text to the finished message: no question may take
//! more than 20 ms. On the bundled document and on a corpus.
//!
//! ```text
//! cargo bench --bench hostile
//! ```

#![allow(clippy::print_stdout)] // it is all that it does

use std::hint::black_box;
use std::time::{Duration, Instant};

use wengu::content::load;
use wengu::content::model::Library;
use wengu::search::Words;

#[path = "../tests/suite/hostile_questions.rs"]
mod hostile_questions;

mod corpus;

use corpus::{Corpus, Desk};

const QUESTIONS: u64 = 100_000;

/// A question that takes longer is asked again: what another program took of it is not its own.
const SUSPECT: Duration = Duration::from_millis(2);

/// How often.
const AGAIN: usize = 4;

fn main() {
    let words = Words::load().expect("the tables are in the program");
    let document = load::parse("reflection.md", include_str!("../content/reflection.md")).expect("it is checked");
    measure("the bundled document", &Desk::open(Library::new([document]), &words));
    let corpus = Corpus::find();
    let name = format!("{:.1} MB of {}", corpus.bytes() as f64 / 1e6, corpus.name);
    measure(&name, &Desk::open(corpus.library(), &words));
}

fn measure(name: &str, desk: &Desk) {
    let mut times: Vec<(Duration, u64)> = (0..QUESTIONS).map(|number| (time(desk, number), number)).collect();
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

fn time(desk: &Desk, number: u64) -> Duration {
    let text = hostile_questions::question(number);
    let once = || {
        let start = Instant::now();
        black_box(desk.answer(&text));
        start.elapsed()
    };
    let first = once();
    let more = if first > SUSPECT { AGAIN } else { 0 };
    (0..more).map(|_| once()).fold(first, Duration::min)
}
