//! How fast search is: on the bundled document, and on a folder of retrieval sets where `WENGU_SETS` names one.
//!
//! ```text
//! WENGU_SETS=FOLDER cargo bench --bench search
//! ```

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wengu::content::load;
use wengu::content::model::Library;
use wengu::search::{Engine, Words};

#[path = "../examples/tune/sets.rs"]
#[allow(dead_code, clippy::print_stderr)] // the tool uses more of it, and prints
mod sets;

/// Questions of several kinds to the bundled document.
const QUESTIONS: [&str; 6] = [
    "监督机制有什么漏洞？",
    "張三原來擔任什麼職務",
    "权利寻租",
    "quanli xunzu",
    "今天天气怎么样",
    "what are the measures",
];

fn bundled(criterion: &mut Criterion) {
    let document = load::parse("reflection.md", include_str!("../content/reflection.md")).expect("it is checked");
    let library = Library::new([document]);
    let words = Words::load().expect("the tables are in the program");
    let engine = Engine::build(&library, Arc::clone(&words)).expect("it fits into memory");
    criterion.bench_function("build/bundled", |b| b.iter(|| Engine::build(&library, Arc::clone(&words))));
    criterion.bench_function("search/bundled", |b| {
        b.iter(|| QUESTIONS.map(|question| black_box(engine.search(question, 10))));
    });
    criterion.bench_function("passage/bundled", |b| {
        let first = engine.search(QUESTIONS[0], 1).hits.remove(0).at;
        b.iter(|| black_box(engine.passage(&first, QUESTIONS[0], 300)));
    });
}

fn corpus(criterion: &mut Criterion) {
    let Some(folder) = std::env::var_os("WENGU_SETS") else { return };
    let bench = sets::Bench::load(folder.as_ref()).expect("the folder holds the sets");
    let (library, words, bytes) = bench.corpus().expect("the corpus makes a library");
    let mut group = criterion.benchmark_group("cmrc");
    group.sample_size(10).throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("build", |b| b.iter(|| Engine::build(&library, Arc::clone(&words))));
    let mut questions = bench.sets[0].iter().cycle();
    group.sample_size(100).throughput(Throughput::Elements(1));
    group.bench_function("search", |b| {
        b.iter(|| questions.next().map(|question| black_box(bench.engines[0].search(&question.text, 10))));
    });
    group.finish();
}

criterion_group!(benches, bundled, corpus);
criterion_main!(benches);
