//! Writes in groups: a bad one fails alone, nothing that was acknowledged is lost, and a flood waits outside.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use wengu::clock::Clock;
use wengu::message::ChatId;
use wengu::store::{OPEN_LIMIT, Settled, Store, StoreError, UpdateId};

use super::{BOT, Bench, GROUP, MONDAY, SENT, reply, update};
use crate::home::Home;

#[tokio::test]
async fn a_write_that_is_refused_fails_alone() {
    let bench = Bench::new().await;
    bench.run("CREATE UNIQUE INDEX only_one ON inbox (chat_id) WHERE chat_id = 666").await;
    bench.receive(666, ChatId(666)).await;
    let results = join_all((1..=40).map(|id| {
        let chat = if id == 20 { ChatId(666) } else { GROUP };
        bench.store.receive(vec![update(id, chat)])
    }))
    .await;
    let refused: Vec<_> = (1..=40).zip(&results).filter(|(_, result)| result.is_err()).map(|(id, _)| id).collect();
    assert_eq!(refused, [20]);
    assert!(matches!(results[19], Err(StoreError::Refused { .. })));
    assert_eq!(bench.store.waiting_updates().await.unwrap().len(), 40);
}

#[tokio::test]
async fn many_writes_at_once_all_take_effect() {
    let bench = Bench::new().await;
    let ask = |id: i64| {
        let store = &bench.store;
        async move {
            let chat = ChatId(1 + id % 7);
            store.receive(vec![update(id, chat)]).await.unwrap();
            let row = store.handled(UpdateId(id), reply(chat, "answer")).await.unwrap().remove(0);
            if id % 2 == 0 {
                store.settle(&row, SENT).await.unwrap();
            } else {
                assert!(store.attempt(row.id).await.unwrap());
            }
        }
    };
    join_all((1..=700).map(ask)).await;
    let open = bench.store.open_rows().await.unwrap();
    assert_eq!(open.len(), 350);
    assert!(open.iter().all(|row| row.attempts == 2));
}

#[tokio::test]
async fn a_flood_waits_until_something_was_answered() {
    let bench = Bench::new().await;
    // Of many chats: one alone takes only so many places.
    let flood = (1..=i64::try_from(OPEN_LIMIT).unwrap()).map(|id| update(id, ChatId(-id))).collect();
    bench.store.receive(flood).await.unwrap();
    let rows = bench.store.handled(UpdateId(1), reply(GROUP, "answer")).await.unwrap();
    let mut next = Box::pin(bench.store.receive(vec![update(1_000_000, GROUP)]));
    assert!(futures_util::poll!(&mut next).is_pending());
    let long = Settled::Retry { at: MONDAY.after(Duration::from_secs(9_999)), ambiguous: false, reason: "429".into() };
    drop(bench.store.settle(&rows[0], long));
    assert_eq!(next.await.unwrap(), [UpdateId(1_000_000)], "a reply that waits for hours holds nobody up");
}

/// Ten times, a child process answers questions as fast as it can until it is killed; every line that it printed about
/// something the store had acknowledged holds afterwards.
#[test]
fn a_killed_process_loses_nothing_that_was_acknowledged() {
    let home = Home::new();
    let url = home.url();
    let (mut received, mut handled, mut sent) = (HashSet::new(), HashSet::new(), HashSet::new());
    for kill in 0..10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::writer::the_child_that_is_killed", "--ignored", "--nocapture", "-q"])
            .env("WENGU_TEST_CHILD", format!("{url} {}", kill * 1_000_000))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        for line in lines.by_ref().take(150) {
            record(&line, &mut received, &mut handled, &mut sent);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            record(&line, &mut received, &mut handled, &mut sent);
        }
    }
    assert!(received.len() > 100 && handled.len() > 100 && sent.len() > 100, "{received:?}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&url, BOT, Clock::fixed(MONDAY)).await.unwrap();
        let waiting: HashSet<_> = store.waiting_updates().await.unwrap().iter().map(|u| u.id.0).collect();
        assert!(waiting.is_disjoint(&handled));
        let known: Vec<_> = received.iter().map(|id| update(*id, GROUP)).collect();
        assert!(store.receive(known).await.unwrap().is_empty(), "every update that was acknowledged is known");
        let open: HashSet<_> = store.open_rows().await.unwrap().iter().map(|row| row.question.unwrap().0).collect();
        assert!(open.is_disjoint(&sent.iter().map(|id| i32::try_from(*id).unwrap()).collect()));
    });
}

fn record(line: &str, received: &mut HashSet<i64>, handled: &mut HashSet<i64>, sent: &mut HashSet<i64>) {
    // The last line may have been cut by the kill.
    let Some((word, id)) = line.strip_suffix('.').and_then(|line| line.split_once(' ')) else { return };
    let Ok(id) = id.parse() else { return };
    match word {
        "received" => received.insert(id),
        "handled" => handled.insert(id),
        "sent" => sent.insert(id),
        _ => false,
    };
}

#[test]
#[ignore = "run by `a_killed_process_loses_nothing_that_was_acknowledged`"]
fn the_child_that_is_killed() {
    let Ok(task) = std::env::var("WENGU_TEST_CHILD") else { return };
    let (url, first) = task.split_once(' ').unwrap();
    let first: i64 = first.parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(url, BOT, Clock::fixed(MONDAY)).await.unwrap();
        join_all((0..40).map(|lane| answer_for_ever(store.clone(), first + lane * 10_000))).await;
    });
}

#[allow(clippy::print_stdout)] // its parent listens
async fn answer_for_ever(store: Store, first: i64) {
    for id in first.. {
        store.receive(vec![update(id, GROUP)]).await.unwrap();
        println!("received {id}.");
        let reaction = super::answered(GROUP, i32::try_from(id).unwrap());
        let row = store.handled(UpdateId(id), reaction).await.unwrap().remove(0);
        println!("handled {id}.");
        store.settle(&row, SENT).await.unwrap();
        println!("sent {id}.");
    }
}
