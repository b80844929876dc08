//! Backups: what was written is there again, on the same engine and on the other, and nothing is put at risk.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use wengu::clock::Timestamp;
use wengu::message::{ChatId, MessageId, UserId};
use wengu::store::dump::{DumpError, backup, migrate_store, restore};
use wengu::store::{Change, Store, StoreError};

use super::{ANNA, BOT, Bench, GROUP, MONDAY, SENT, answered, earlier, message, reply, section};
use crate::home::Home;
use crate::kill::{Stage, end};

/// A store with something in every corner: one reminder sent, one that waits, an update that waits, a place of reading.
async fn full() -> Bench {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let row = bench.plan(vec![message(GROUP, "first measure")]).await.remove(0);
    bench.store.attempt(row.id).await.unwrap();
    bench.store.settle(&row, SENT).await.unwrap();
    bench.handle(1, ChatId(5), answered(ChatId(5), 12)).await;
    bench.receive(2, ChatId(5)).await;
    bench.change(Change::Reading { chat: ChatId(5), user: ANNA, at: section("problem-2") }).await;
    bench.change(Change::Introduced { chat: GROUP }).await;
    let studied = Change::Studied { schedule: bench.subscription().await.id, due: MONDAY, user: UserId(9) };
    bench.change(studied).await;
    bench
}

async fn opened(url: &str) -> Store {
    Store::open(url, BOT, wengu::clock::Clock::fixed(MONDAY)).await.unwrap()
}

/// Everything that can be asked of a store, in words.
async fn contents(store: &Store) -> String {
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        store.subscriptions(GROUP).await.unwrap(),
        store.deliveries(10).await.unwrap(),
        store.open_rows().await.unwrap(),
        store.waiting_updates().await.unwrap(),
        store.next_due().await.unwrap(),
        store.reading(ChatId(5), ANNA).await.unwrap(),
    )
}

fn file(home: &Home) -> PathBuf {
    home.path().join("backup.jsonl")
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn what_a_running_bot_backs_up_is_there_again_in_a_fresh_place_and_goes_on() {
    let (bench, fresh) = (full().await, Home::new());
    let before = contents(&bench.store).await;
    let done = backup(&bench.url, &file(&fresh), false, MONDAY).await.unwrap();
    assert!(done.rows >= 8 && done.bytes == std::fs::metadata(file(&fresh)).unwrap().len(), "{done:?}");
    // The bot that was backed up goes on, beside and after it.
    bench.receive(3, GROUP).await;

    let restored = restore(&file(&fresh), &fresh.url(), false).await.unwrap();
    assert_eq!((restored.rows, restored.made), (done.rows, MONDAY));
    let store = opened(&fresh.url()).await;
    assert_eq!(contents(&store).await, before);
    assert!(store.receive(vec![super::update(1, GROUP)]).await.unwrap().is_empty(), "what was handled stays handled");
    let next = Timestamp(MONDAY.0 + 7 * 24 * 3_600_000);
    assert_eq!(store.next_due().await.unwrap(), Some(next));
    let occurrence =
        wengu::store::Occurrence { due: next, ..super::occurrence(&bench.subscription().await, next, "measure-2") };
    let rows = store.plan(occurrence, None, vec![message(GROUP, "second")]).await.unwrap().unwrap();
    store.settle(&rows[0], wengu::store::Settled::Sent { message: MessageId(91) }).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_file_or_a_store_that_is_there_is_replaced_only_where_that_is_wished() {
    let (bench, other) = (full().await, full().await);
    let path = file(&bench.home);
    write(&path, "mine");
    let refused = backup(&bench.url, &path, false, MONDAY).await.unwrap_err();
    assert!(matches!(refused, DumpError::Exists { .. }) && std::fs::read_to_string(&path).unwrap() == "mine");
    backup(&bench.url, &path, true, MONDAY).await.unwrap();

    other.receive(7, GROUP).await;
    other.store.close().await;
    let refused = restore(&path, &other.url, false).await.unwrap_err();
    assert!(refused.to_string().contains("--force"), "{refused}");
    let kept = opened(&other.url).await;
    assert_eq!(kept.waiting_updates().await.unwrap().len(), 2, "it is as it was");
    kept.close().await;
    let restored = restore(&path, &other.url, true).await.unwrap();
    let replaced = opened(&other.url).await;
    assert_eq!(replaced.waiting_updates().await.unwrap().len(), 1);
    replaced.close().await;
    if let Some(former) = restored.former {
        let former = opened(&format!("sqlite://{}", former.display())).await;
        assert_eq!(former.waiting_updates().await.unwrap().len(), 2, "what was replaced is kept");
    }
}

#[tokio::test]
async fn a_store_that_is_in_use_is_left_alone() {
    let Some(home) = Home::on_a_file("restoring over a running bot") else { return };
    let bench = full().await;
    backup(&bench.url, &file(&home), false, MONDAY).await.unwrap();
    let refused = restore(&file(&home), &bench.url, true).await.unwrap_err();
    assert!(matches!(refused, DumpError::Store(StoreError::InUse { .. })), "{refused}");
    let moved = migrate_store(&bench.url, &home.url(), false, MONDAY).await.unwrap_err();
    assert!(matches!(moved, DumpError::Store(StoreError::InUse { .. })), "{moved}");
}

#[tokio::test]
async fn a_server_that_a_bot_works_on_is_left_alone() {
    let Some(home) = Home::on_postgres("restoring over a running bot on a server") else { return };
    let bench = full().await;
    backup(&bench.url, &file(&home), false, MONDAY).await.unwrap();
    let stage = Stage::new_at(Home::new()).await;
    let child = stage.serve();
    stage.until("it works", |world| (world.call_count("getUpdates") > 0).then_some(())).await;
    let refused = restore(&file(&home), &stage.home.url(), true).await.unwrap_err();
    assert!(matches!(refused, DumpError::Store(StoreError::InUse { .. })), "{refused}");
    end(child).await;
    restore(&file(&home), &stage.home.url(), true).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_whole_backup_changes_nothing() {
    let bench = full().await;
    let path = file(&bench.home);
    backup(&bench.url, &path, false, MONDAY).await.unwrap();
    let good = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    let row = lines.iter().find(|line| line.starts_with('[')).unwrap();
    let short = good.replacen(&format!("{row}\n"), "", 1);
    for (text, why) in [
        (String::new(), "ends too soon"),
        ("these are my notes".to_owned(), "not what a backup says"),
        (cut, "ends too soon"),
        (short, "rows are missing"),
        (good.replace("\"wengu_backup\":1", "\"wengu_backup\":2"), "form is 2"),
        (good.replace("\"table\":\"turns\"", "\"table\":\"users; DROP TABLE turns\""), "no table"),
        (good.replace("\"user_id\"", "\"nobody\""), "no table"),
        (good.replace("\"0 9 * * 1\"", "7"), "does not fit"),
    ] {
        let target = Home::new();
        write(&path, &text);
        let refused = restore(&path, &target.url(), false).await.unwrap_err().to_string();
        assert!(refused.contains(why) && refused.contains("nothing was changed"), "{refused}");
        assert!(opened(&target.url()).await.subscriptions(GROUP).await.unwrap().is_empty());
    }
    write(&path, &good.replacen("\"schema\":", "\"schema\":9", 1));
    let refused = restore(&path, &Home::new().url(), false).await.unwrap_err();
    assert!(matches!(refused, DumpError::Newer { .. }), "{refused}");
}

#[tokio::test]
async fn a_backup_of_the_first_program_is_brought_up_to_date() {
    let home = Home::new();
    write(
        &file(&home),
        concat!(
            "{\"wengu_backup\":1,\"schema\":1,\"made\":1795395600000}\n",
            "{\"table\":\"subscriptions\",\"columns\":[\"id\",\"bot_id\",\"chat_id\",\"chat_kind\",\"document\",\"series\",\"cron\",",
            "\"zone\",\"lang\",\"by_user\",\"next_due\",\"last_sent\",\"created_at\"]}\n",
            "[\"0191f0c0a5d07000800000000000abcd\",77,-100,\"group\",\"reflection\",\"measure\",\"0 9 * * 1\",\"Asia/Shanghai\",",
            "\"zh\",5,1795395600000,\"measure-2\",1795395600000]\n{\"rows\":1}\n"
        ),
    );
    restore(&file(&home), &home.url(), false).await.unwrap();
    let store = opened(&home.url()).await;
    let subscription = store.subscriptions(GROUP).await.unwrap().pop().unwrap();
    assert_eq!(subscription.last_sent.unwrap().as_str(), "measure-2");
    assert_eq!(store.next_due().await.unwrap(), Some(MONDAY));
}

#[tokio::test]
async fn everything_moves_to_another_database_and_back() {
    let (bench, there, back) = (full().await, Home::new(), Home::on_sqlite());
    let before = contents(&bench.store).await;
    bench.store.close().await;
    let first = Home::on_sqlite();
    migrate_store(&bench.url, &first.url(), false, MONDAY).await.unwrap();
    migrate_store(&first.url(), &there.url(), false, MONDAY).await.unwrap();
    let store = opened(&there.url()).await;
    assert_eq!(contents(&store).await, before, "on {}", there.url());
    store.receive(vec![super::update(9, GROUP)]).await.unwrap();
    store.handled(wengu::store::UpdateId(9), reply(GROUP, "goes on")).await.unwrap();
    store.close().await;
    migrate_store(&there.url(), &back.url(), false, MONDAY).await.unwrap();
    let store = opened(&back.url()).await;
    assert_eq!(store.open_rows().await.unwrap().len(), 2, "with what came there");
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = full().await;
    backup(&bench.url, &file(&bench.home), false, MONDAY).await.unwrap();
    assert_eq!(std::fs::metadata(file(&bench.home)).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn whatever_a_store_holds_is_not_replaced_unasked() {
    let Some(_) = Home::on_a_file("what a store holds alone") else { return };
    let (empty, mut tables) = (Bench::new().await, HashSet::new());
    empty.store.close().await;
    let backup_file = empty.home.path().join("backup");
    backup(&empty.url, &backup_file, false, MONDAY).await.unwrap();
    for (_, row) in earlier::rows() {
        let bench = Bench::new().await;
        bench.store.close().await;
        bench.run(&row).await;
        let table = row.split_whitespace().nth(2).unwrap().to_owned();
        let replaced = restore(&backup_file, &bench.url, false).await;
        let left_by_a_start = ["clocks", "leases"].contains(&table.as_str());
        assert_eq!(replaced.is_ok(), left_by_a_start, "{table}: {replaced:?}");
        tables.insert(table);
    }
    let bench = Bench::new().await;
    let known =
        "SELECT CAST(COUNT(*) AS TEXT) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'";
    assert_eq!(bench.peek(known).await.unwrap(), tables.len().to_string(), "a row for each table: {tables:?}");
}
