//! Opening a store, and what is said where that cannot be done.

use tempfile::TempDir;
use wengu::clock::Clock;
use wengu::message::ChatId;
use wengu::store::dump::{DumpError, backup, restore};
use wengu::store::{BotId, Ledger, NewUpdate, Store, StoreError, UpdateId};

use super::{BOT, Bench, GROUP, MONDAY, message, reply, update};

async fn refusal(url: &str) -> StoreError {
    Store::open(url, BOT, Clock::fixed(MONDAY)).await.unwrap_err()
}

#[tokio::test]
async fn a_second_instance_on_one_file_is_refused_until_the_first_is_closed() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}", folder.path().join("wengu.db").display());
    let first = Store::open(&url, BOT, Clock::fixed(MONDAY)).await.unwrap();
    let line = refusal(&url).await.to_string();
    assert!(line.starts_with("another wengu already uses the store `"), "{line}");
    first.close().await;
    Store::open(&url, BOT, Clock::fixed(MONDAY)).await.unwrap();
}

#[tokio::test]
async fn a_store_that_was_dropped_lets_the_next_one_in_after_its_last_write() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}", folder.path().join("wengu.db").display());
    let first = Store::open(&url, BOT, Clock::fixed(MONDAY)).await.unwrap();
    first.receive(vec![update(1, GROUP)]).await.unwrap();
    let row = first.handled(UpdateId(1), reply(GROUP, "answer")).await.unwrap().remove(0);
    drop(first.settle(&row, super::SENT));
    drop(first);
    let second = loop {
        match Store::open(&url, BOT, Clock::fixed(MONDAY)).await {
            Err(StoreError::InUse { .. }) => tokio::task::yield_now().await,
            other => break other.unwrap(),
        }
    };
    assert!(second.open_rows().await.unwrap().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_of_a_store_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}", folder.path().join("wengu.db").display());
    let store = Store::open(&url, BOT, Clock::fixed(MONDAY)).await.unwrap();
    store.receive(vec![update(1, GROUP)]).await.unwrap();
    for name in ["wengu.db", "wengu.db-wal", "wengu.db-shm"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_with_a_way_out() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "these are my notes, they are no database at all".repeat(100)).unwrap();

    let taken = refusal(&format!("sqlite://{}", file.display())).await;
    assert!(matches!(taken, StoreError::Open { .. }), "{taken}");
    let below_a_file = refusal(&format!("sqlite://{}/wengu.db", file.display())).await;
    assert!(matches!(below_a_file, StoreError::Open { .. }), "{below_a_file}");
    let other = refusal("mysql://anna:secret@localhost/wengu").await;
    assert!(matches!(other, StoreError::Address), "{other}");
    assert!(!other.to_string().contains("secret"));
    let nobody = refusal("postgres://anna:secret@127.0.0.1:1/wengu").await;
    assert!(matches!(nobody, StoreError::Open { .. }), "{nobody}");
    assert!(!format!("{nobody} {nobody:?}").contains("secret"));
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_left_alone() {
    let bench = Bench::new().await;
    bench
        .run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
    bench.store.close().await;
    let refused = refusal(&bench.url).await;
    assert!(matches!(refused, StoreError::Migrate { .. }), "{refused}");
}

#[tokio::test]
async fn a_store_that_a_newer_program_has_only_added_to_is_used_and_keeps_what_was_added() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    for statement in [
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
           SELECT 9001, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
        "INSERT INTO _wengu_migrations (version, additive) VALUES (9001, 1)",
        "ALTER TABLE subscriptions ADD COLUMN mood TEXT",
        "UPDATE subscriptions SET mood = 'merry'",
        "CREATE TABLE diaries (bot_id BIGINT NOT NULL, page TEXT)",
        "INSERT INTO diaries (bot_id, page) VALUES (77, 'one')",
    ] {
        bench.run(statement).await;
    }
    let bench = bench.restart().await;
    bench.plan(vec![message(GROUP, "measure")]).await;
    assert_eq!(bench.peek("SELECT mood FROM subscriptions").await.as_deref(), Some("merry"));
    let file = bench.home.path().join("backup");
    backup(&bench.url, &file, false, MONDAY).await.unwrap();
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("\"merry\"") && kept.contains("[77,\"one\"]"), "{kept}");
    let elsewhere = format!("sqlite://{}", bench.home.path().join("elsewhere.db").display());
    let refused = restore(&file, &elsewhere, false).await.unwrap_err();
    assert!(matches!(refused, DumpError::Newer { schema: 9001, .. }), "only the newer program restores it: {refused}");
    assert!(Ledger::open(&bench.url, Some(BOT)).await.is_ok(), "operators see it too");
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let bench = Bench::new().await;
    bench.store.close().await;
    assert!(matches!(bench.store.receive(vec![update(1, GROUP)]).await, Err(StoreError::Closed)));
    assert!(matches!(bench.store.waiting_updates().await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn two_bots_in_one_database_know_nothing_of_each_other() {
    let bench = Bench::new().await;
    bench.receive(1, GROUP).await;
    bench.subscribe().await;
    bench.store.close().await;
    let other = Store::open(&bench.url, BotId(78), bench.clock.clone()).await.unwrap();
    assert!(other.waiting_updates().await.unwrap().is_empty());
    assert!(other.subscriptions(GROUP).await.unwrap().is_empty());
    let same_number = NewUpdate { id: UpdateId(1), chat: ChatId(1), raw: "{}".into() };
    assert_eq!(other.receive(vec![same_number]).await.unwrap(), [UpdateId(1)]);
}
