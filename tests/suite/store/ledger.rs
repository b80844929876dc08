//! The deliveries as an operator sees them from beside: listed with what became of them, retried, dropped.

use wengu::clock::Timestamp;
use wengu::message::ChatId;
use wengu::store::{BotId, Change, DeliveryState, Dropped, Entry, Filter, Ledger, Retried, Settled, StoreError};

use super::{BOT, Bench, GROUP, MONDAY, SENT, message, section};

async fn beside(bench: &Bench) -> Ledger {
    Ledger::open(&bench.url, Some(BOT)).await.unwrap()
}

async fn only(ledger: &mut Ledger) -> Entry {
    let mut all = ledger.list(&Filter::default(), 9).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn failed(ambiguous: bool) -> Settled {
    Settled::Failed { reason: "no".into(), ambiguous }
}

#[tokio::test]
async fn attempts_and_ambiguous_ones_are_counted_and_outlive_their_rows() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "one")]).await;
    let mut ledger = beside(&bench).await;
    bench.store.attempt(rows[0].id).await.unwrap();
    let again = Settled::Retry { at: Timestamp(MONDAY.0 + 500), ambiguous: true, reason: "lost".into() };
    bench.store.settle(&rows[0], again).await.unwrap();
    let open = only(&mut ledger).await;
    assert_eq!((open.attempts, open.ambiguous, open.delivery.state), (1, 1, DeliveryState::Planned));
    assert_eq!(open.not_before, Some(Timestamp(MONDAY.0 + 500)));
    bench.store.attempt(rows[0].id).await.unwrap();
    bench.store.settle(&rows[0], failed(true)).await.unwrap();
    bench.run("DELETE FROM outbox").await;
    let ended = only(&mut ledger).await;
    assert_eq!((ended.attempts, ended.ambiguous, ended.delivery.state), (2, 2, DeliveryState::Failed));
    assert_eq!((ended.chat, ended.zone.as_str()), (GROUP, "Asia/Shanghai"));
}

#[tokio::test]
async fn the_list_can_be_narrowed_by_chat_state_time_and_ambiguity() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "one")]).await;
    bench.store.settle(&rows[0], SENT).await.unwrap();
    let mut ledger = beside(&bench).await;
    let mut count = async |filter: Filter| ledger.list(&filter, 9).await.unwrap().len();
    assert_eq!(count(Filter { chat: Some(GROUP), ..Filter::default() }).await, 1);
    assert_eq!(count(Filter { chat: Some(ChatId(-7)), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { state: Some(DeliveryState::Sent), ..Filter::default() }).await, 1);
    assert_eq!(count(Filter { state: Some(DeliveryState::Failed), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { since: Some(MONDAY), ..Filter::default() }).await, 1);
    assert_eq!(count(Filter { since: Some(Timestamp(MONDAY.0 + 1)), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { ambiguous: true, ..Filter::default() }).await, 0);
}

#[tokio::test]
async fn what_failed_is_planned_again_once_with_the_parts_that_are_missing() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let parts = || vec![message(GROUP, "one"), message(GROUP, "two")];
    let rows = bench.plan(parts()).await;
    bench.store.settle(&rows[0], SENT).await.unwrap();
    bench.store.settle(&rows[1], failed(false)).await.unwrap();
    let mut ledger = beside(&bench).await;
    let id = only(&mut ledger).await.delivery.id;
    assert!(bench.store.wanted().await.unwrap().is_empty());
    assert_eq!(ledger.retry(id, MONDAY).await.unwrap(), Retried::Wanted);
    let wanted = bench.store.wanted().await.unwrap().remove(0);
    assert_eq!(wanted.occurrence.sections, [section("measure-1")]);
    let again = bench.store.plan_again(wanted.clone(), parts()).await.unwrap().unwrap();
    assert_eq!(again.iter().map(|row| row.part).collect::<Vec<_>>(), [1]);
    assert_eq!(bench.store.plan_again(wanted, parts()).await.unwrap(), None);
    assert_eq!(ledger.retry(id, MONDAY).await.unwrap(), Retried::OnItsWay);
    bench.store.settle(&again[0], SENT).await.unwrap();
    assert_eq!(only(&mut ledger).await.delivery.state, DeliveryState::Sent);
    assert_eq!(bench.subscription().await.last_sent, Some(section("measure-1").section));
    assert_eq!(ledger.retry(id, MONDAY).await.unwrap(), Retried::Sent);
}

#[tokio::test]
async fn what_is_dropped_is_not_attempted_any_more() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "one")]).await;
    let mut ledger = beside(&bench).await;
    let id = only(&mut ledger).await.delivery.id;
    assert_eq!(ledger.give_up(id, MONDAY).await.unwrap(), Dropped::Dropped);
    assert!(!bench.store.attempt(rows[0].id).await.unwrap());
    let entry = only(&mut ledger).await;
    assert_eq!(entry.delivery.state, DeliveryState::Skipped);
    assert_eq!(entry.delivery.reason.as_deref(), Some("dropped by the operator"));
    assert_eq!(ledger.give_up(id, MONDAY).await.unwrap(), Dropped::HadEnded);
    let other = bench.store.open_rows().await.unwrap();
    assert!(other.is_empty());
}

#[tokio::test]
async fn a_wish_that_was_declined_says_why_and_a_dropped_wish_is_gone() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "one")]).await;
    bench.store.settle(&rows[0], failed(false)).await.unwrap();
    let mut ledger = beside(&bench).await;
    let id = only(&mut ledger).await.delivery.id;
    ledger.retry(id, MONDAY).await.unwrap();
    bench.store.decline(id, "the chat has unsubscribed").await.unwrap();
    let entry = only(&mut ledger).await;
    assert!(!entry.wanted);
    assert_eq!(entry.note.as_deref(), Some("asked for again: the chat has unsubscribed"));
    ledger.retry(id, MONDAY).await.unwrap();
    assert_eq!(ledger.give_up(id, MONDAY).await.unwrap(), Dropped::Dropped);
    assert!(bench.store.wanted().await.unwrap().is_empty());
}

#[tokio::test]
async fn without_a_token_the_only_bot_of_the_store_is_meant() {
    let bench = Bench::new().await;
    let nobody = Ledger::open(&bench.url, None).await.unwrap_err();
    assert!(matches!(nobody, StoreError::WhichBot(_)), "{nobody}");
    bench.subscribe().await;
    bench.plan(vec![message(GROUP, "one")]).await;
    assert_eq!(Ledger::open(&bench.url, None).await.unwrap().list(&Filter::default(), 9).await.unwrap().len(), 1);
    let mut other = Ledger::open(&bench.url, Some(BotId(78))).await.unwrap();
    assert!(other.list(&Filter::default(), 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_suspended_chat_keeps_the_count_of_what_was_tried() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "one")]).await;
    bench.store.attempt(rows[0].id).await.unwrap();
    bench.change(Change::Suspend { chat: GROUP, why: wengu::message::Departure::Kicked }).await;
    let entry = only(&mut beside(&bench).await).await;
    assert_eq!((entry.attempts, entry.delivery.state), (1, DeliveryState::Skipped));
}

#[tokio::test]
async fn a_store_that_is_not_there_or_of_another_version_is_not_touched() {
    let missing = Ledger::open("sqlite:///nowhere/at/all.db", Some(BOT)).await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");
    let bench = Bench::new().await;
    bench
        .run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
    let newer = Ledger::open(&bench.url, Some(BOT)).await.unwrap_err();
    assert!(matches!(newer, StoreError::OtherVersion { .. }), "{newer}");
}
