//! How many questions a second the store takes: three writes a question (into the inbox; handled, with its reply; sent),
//! 100 private chats in order per chat. Prints its figures.
//!
//! `cargo bench --bench store`, on SQLite in a temporary folder, or on the database that `WENGU_BENCH_STORE` names.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // printing is what it is for

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use wengu::clock::Clock;
use wengu::content::model::SectionRef;
use wengu::message::{Body, ChatId, ChatKind, MessageId, Mode, Outgoing, Place, TopicId, UserId};
use wengu::store::{BotId, NewUpdate, Reaction, Settled, Store, Turn, UpdateId};

const CHATS: i64 = 100;
const BATCH: i64 = 100;
/// About as much as a question's JSON and a card have.
const RAW: usize = 450;
const CARD: usize = 300;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}", folder.path().join("wengu.db").display());
    let url = std::env::var("WENGU_BENCH_STORE").unwrap_or(file);
    let store = Store::open(&url, BotId(1), Clock::system()).await.unwrap();
    let mut next = Clock::system().now().0;
    for total in [2_000, 20_000, 20_000, 60_000] {
        let took = flood(&store, next, total).await;
        next += total;
        println!("{total:>6} questions as fast as they come: {:>6.0} a second", rate(total, took));
    }
    let mut waits = trickle(&store, next, 1_000, Duration::from_millis(5)).await;
    waits.sort();
    println!("200 a second: stored and handled in {:?} (median), {:?} (p99)", waits[500], waits[990]);
    store.close().await;
}

#[allow(clippy::cast_precision_loss)] // a rate
fn rate(total: i64, took: Duration) -> f64 {
    total as f64 / took.as_secs_f64()
}

async fn flood(store: &Store, first: i64, total: i64) -> Duration {
    let begun = Instant::now();
    let mut chats = Vec::new();
    let mut tasks = tokio::task::JoinSet::new();
    for chat in 0..CHATS {
        let (questions, waiting) = mpsc::unbounded_channel();
        chats.push(questions);
        tasks.spawn(answer_all(store.clone(), ChatId(chat + 1), waiting));
    }
    for batch in 0..total / BATCH {
        let ids = (first + batch * BATCH)..(first + (batch + 1) * BATCH);
        let updates = ids.map(|id| question(id, ChatId(id % CHATS + 1))).collect();
        for id in store.receive(updates).await.unwrap() {
            chats[usize::try_from(id.0 % CHATS).unwrap()].send(id).unwrap();
        }
    }
    drop(chats);
    tasks.join_all().await;
    begun.elapsed()
}

async fn answer_all(store: Store, chat: ChatId, mut waiting: mpsc::UnboundedReceiver<UpdateId>) {
    while let Some(id) = waiting.recv().await {
        for row in store.handled(id, card(id, chat)).await.unwrap() {
            drop(store.settle(&row, Settled::Sent { message: MessageId(7) }));
        }
    }
}

async fn trickle(store: &Store, first: i64, total: i64, pause: Duration) -> Vec<Duration> {
    let mut tasks = tokio::task::JoinSet::new();
    let mut tick = tokio::time::interval(pause);
    for id in first..first + total {
        tick.tick().await;
        let store = store.clone();
        tasks.spawn(async move {
            let begun = Instant::now();
            let chat = ChatId(id % CHATS + 1);
            store.receive(vec![question(id, chat)]).await.unwrap();
            let rows = store.handled(UpdateId(id), card(UpdateId(id), chat)).await.unwrap();
            let took = begun.elapsed();
            drop(store.settle(&rows[0], Settled::Sent { message: MessageId(7) }));
            took
        });
    }
    tasks.join_all().await
}

fn question(id: i64, chat: ChatId) -> NewUpdate {
    NewUpdate { id: UpdateId(id), chat, raw: "x".repeat(RAW) }
}

fn card(id: UpdateId, chat: ChatId) -> Reaction {
    let place = Place { chat, topic: TopicId::MAIN, kind: ChatKind::Private };
    let sections = vec![SectionRef::parse("reflection/problem-1").unwrap()];
    let question = i32::try_from(id.0 % 1_000_000).ok().map(MessageId);
    Reaction {
        outgoing: vec![Outgoing::text(place, Mode::New, Body::plain("学".repeat(CARD)))],
        turn: Some(Turn { place, user: UserId(chat.0).into(), question, sections }),
        ..Reaction::default()
    }
}
