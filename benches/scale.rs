//! Prints how fast and how large answering is on a corpus: indexing, memory, questions, and how that grows from 1 to 10
//! and 100 MB of text. Figures are of this machine at this moment; what else runs on it is in them.
//!
//! ```text
//! cargo bench --bench scale
//! cargo bench --bench scale -- 10     # the corpus alone, and as much of it as makes 10 MB
//! ```

#![allow(clippy::print_stdout)] // it is all that it does

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wengu::search::Words;

mod corpus;

use corpus::{Corpus, Desk};

fn main() {
    println!("load of the machine: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let words = Words::load().expect("the tables are in the program");
    println!("word list: {} MB resident", resident());
    let corpus = Corpus::find();
    measure(&corpus, &words);
    // cargo adds `--bench`.
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![1, 10, 100] } else { asked };
    let times: Vec<Duration> =
        sizes.iter().map(|megabytes| measure(&corpus.grown(megabytes * 1_000_000), &words)).collect();
    if let ([smallest, .., largest], [least, .., most]) = (&sizes[..], &times[..]) {
        let ratio = most.as_secs_f64() / least.as_secs_f64();
        println!("a question takes {ratio:.1} times as long in {largest} MB as in {smallest} MB");
    }
}

/// Prints the figures of a corpus; gives the median time of a question.
fn measure(corpus: &Corpus, words: &Arc<Words>) -> Duration {
    let library = corpus.library();
    let (start, worked) = (Instant::now(), cpu_seconds());
    let desk = Desk::open(library, words);
    let megabytes = corpus.bytes() as f64 / 1e6;
    let (rate, work) = (megabytes / start.elapsed().as_secs_f64(), megabytes / (cpu_seconds() - worked));
    let time = |question: &String| {
        let start = Instant::now();
        black_box(desk.answer(question));
        start.elapsed()
    };
    // The first questions warm the caches.
    for question in corpus.questions.iter().take(200) {
        time(question);
    }
    let mut times: Vec<Duration> = corpus.questions.iter().map(time).collect();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "{megabytes:.1} MB of {}: index {rate:.2} MB/s ({work:.2} MB per CPU second), {} MB resident, question to reply p50 {:.0?}, p99 {:.0?}",
        corpus.name,
        resident(),
        at(50),
        at(99)
    );
    at(50)
}

/// What all threads of this process have worked so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Megabytes of this process in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).map_or(0, |kb| kb * 1024 / 1_000_000)
}
