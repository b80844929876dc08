//! What the store holds does not grow without end.

use std::time::Duration;

use futures_util::future::join_all;
use wengu::clock::Clock;
use wengu::message::{ChatId, UserId};
use wengu::store::{Change, Store, UpdateId};

use super::{ANNA, BOT, Bench, GROUP, MONDAY, SENT, answered, message, reply, section, update};
use crate::home::Home;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How large the database is, in bytes.
async fn size(bench: &Bench) -> i64 {
    let mut conn = bench.connect().await;
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut conn).await.unwrap();
    let page: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut conn).await.unwrap();
    pages * page
}

/// A day of questions from people who come once.
async fn a_day(bench: &Bench, day: i64) {
    let ids: Vec<i64> = (0..200).map(|n| day * 1_000 + n).collect();
    bench.store.receive(ids.iter().map(|id| update(*id, ChatId(*id))).collect()).await.unwrap();
    // All at once, so that they share their commits.
    let answers = ids.iter().map(async |id| {
        let answer = reply(ChatId(*id), &"an answer of some length. ".repeat(20));
        let rows = bench.store.handled(UpdateId(*id), answer).await.unwrap();
        bench.store.settle(&rows[0], SENT).await.unwrap();
    });
    join_all(answers).await;
    bench.clock.advance(DAY);
    bench.store.prune().await.unwrap();
}

#[tokio::test]
async fn the_file_stays_as_large_as_a_week_of_questions_makes_it() {
    let Some(_) = Home::on_a_file("the size of the database") else { return };
    let bench = Bench::new().await;
    for day in 1..=12 {
        a_day(&bench, day).await;
    }
    let after_twelve_days = size(&bench).await;
    for day in 13..=40 {
        a_day(&bench, day).await;
    }
    let after_forty = size(&bench).await;
    assert!(after_forty * 100 <= after_twelve_days * 105, "{after_twelve_days} bytes became {after_forty}");
}

#[tokio::test]
async fn what_is_of_no_interest_any_more_goes_after_its_time() {
    let bench = Bench::new().await;
    let subscription = bench.subscribe().await;
    let row = bench.plan(vec![message(GROUP, "measure")]).await.remove(0);
    bench.store.settle(&row, SENT).await.unwrap();
    let studied = Change::Studied { schedule: subscription.id, due: MONDAY, user: UserId(9) };
    bench.change(studied).await;
    bench.change(Change::Reading { chat: GROUP, user: ANNA, at: section("problem-1") }).await;
    bench.change(Change::Unsubscribe { chat: GROUP }).await;
    bench.handle(1, ChatId(5), answered(ChatId(5), 12)).await;
    let aside = bench.receive(2, GROUP).await;
    bench.store.set_update_aside(aside, "of no use").await.unwrap();
    bench.run("INSERT INTO panels (bot_id, user_id, chat_id, page, at) VALUES (77, 5, -100, 'main', 1)").await;
    let count = async |table: &str| bench.peek(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).await.unwrap();
    bench.store.prune().await.unwrap();
    assert_eq!(count("panels").await, "0", "nobody has touched it for long");
    let for_a_year = ["deliveries", "studied", "subscriptions", "inbox WHERE state = 'aside'"];
    for table in for_a_year.into_iter().chain(["turns"]) {
        assert_eq!(count(table).await, "1", "{table} is kept for a while");
    }
    bench.clock.advance(Duration::from_secs(601));
    bench.store.prune().await.unwrap();
    assert_eq!(count("turns").await, "0", "nobody follows up any more");
    let row = bench.store.open_rows().await.unwrap().remove(0);
    bench.store.settle(&row, SENT).await.unwrap();
    bench.clock.advance(DAY * 401);
    bench.store.prune().await.unwrap();
    for table in for_a_year.into_iter().chain(["outbox"]) {
        assert_eq!(count(table).await, "0", "{table}");
    }
    assert_eq!(count("readings").await, "1", "where one was is kept until one is forgotten");
}

#[tokio::test]
async fn an_update_is_known_for_as_long_as_the_config_says() {
    let bench = Bench::new().await;
    bench.store.close().await;
    let store = Store::open_keeping(&bench.url, BOT, Clock::clone(&bench.clock), DAY * 4).await.unwrap();
    store.receive(vec![update(1, GROUP)]).await.unwrap();
    store.handled(UpdateId(1), reply(GROUP, "answer")).await.unwrap();
    bench.clock.advance(DAY * 3);
    store.prune().await.unwrap();
    assert!(store.receive(vec![update(1, GROUP)]).await.unwrap().is_empty(), "it is known");
    bench.clock.advance(DAY * 2);
    store.prune().await.unwrap();
    assert_eq!(store.receive(vec![update(1, GROUP)]).await.unwrap().len(), 1, "by now it is another");
    store.close().await;
}
