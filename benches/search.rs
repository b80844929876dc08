//! How fast search is: on the bundled document, and on a corpus, from the raw question to the finished reply, as it is
//! and grown to 1, 10 and 100 MB. `--bench scale` prints the same as figures, with memory.
//!
//! ```text
//! cargo bench --bench search
//! ```

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use wengu::content::load;
use wengu::content::model::Library;
use wengu::search::{Engine, Words};

mod corpus;

use corpus::{Corpus, Desk};

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
    let desk = Desk::open(library, &words);
    criterion
        .bench_function("reply/bundled", |b| b.iter(|| QUESTIONS.map(|question| black_box(desk.answer(question)))));
}

fn corpus(criterion: &mut Criterion) {
    let words = Words::load().expect("the tables are in the program");
    let corpus = Corpus::find();
    let library = corpus.library();
    let mut group = criterion.benchmark_group(corpus.name);
    group.sample_size(10).throughput(Throughput::Bytes(corpus.bytes() as u64));
    group.bench_function("build", |b| b.iter(|| Engine::build(&library, Arc::clone(&words))));
    group.sample_size(50).throughput(Throughput::Elements(1)).sampling_mode(SamplingMode::Flat);
    let mut reply = |name: BenchmarkId, desk: &Desk| {
        let mut questions = corpus.questions.iter().cycle();
        group.bench_function(name, |b| b.iter(|| questions.next().map(|question| black_box(desk.answer(question)))));
    };
    reply(BenchmarkId::from_parameter("reply"), &Desk::open(library.clone(), &words));
    for megabytes in [1, 10, 100] {
        let desk = Desk::open(corpus.grown(megabytes * 1_000_000).library(), &words);
        reply(BenchmarkId::new("reply", format!("{megabytes} MB")), &desk);
    }
    group.finish();
}

criterion_group!(benches, bundled, corpus);
criterion_main!(benches);
