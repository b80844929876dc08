//! Updates: stored before they are confirmed, handled once, without text afterwards.

use futures_util::future::join_all;
use wengu::message::{MessageId, TopicId};
use wengu::store::{AfterFailure, Change, Reaction, Turn, UpdateId};

use super::{ANNA, Bench, GROUP, message, place, reply, section, update};

#[tokio::test]
async fn what_was_received_waits_in_order_of_arrival_across_a_restart() {
    let bench = Bench::new().await;
    let batch = |ids: &[i64]| ids.iter().map(|id| update(*id, GROUP)).collect();
    assert_eq!(bench.store.receive(batch(&[9, 10])).await.unwrap(), [UpdateId(9), UpdateId(10)]);
    assert_eq!(bench.store.receive(batch(&[10, 3])).await.unwrap(), [UpdateId(3)], "ids may start anew");

    let bench = bench.restart().await;
    let waiting = bench.store.waiting_updates().await.unwrap();
    assert_eq!(waiting.iter().map(|u| u.id.0).collect::<Vec<_>>(), [9, 10, 3]);
    assert_eq!(waiting[0].raw, "{\"text\":\"secret of 9\"}");
}

#[tokio::test]
async fn an_update_takes_effect_once_and_loses_its_text_with_it() {
    let bench = Bench::new().await;
    let rows = bench.handle(1, GROUP, reply(GROUP, "answer")).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(bench.store.handled(UpdateId(1), reply(GROUP, "again")).await.unwrap(), []);
    assert_eq!(bench.store.open_rows().await.unwrap(), rows);
    assert!(bench.store.receive(vec![update(1, GROUP)]).await.unwrap().is_empty());
    assert!(bench.store.waiting_updates().await.unwrap().is_empty());
    assert_eq!(bench.peek("SELECT raw FROM inbox").await, None);
    assert_eq!(bench.peek("SELECT CAST(chat_id AS TEXT) FROM inbox").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn of_reactions_that_share_a_commit_each_update_takes_one() {
    let bench = Bench::new().await;
    for id in 1..=3 {
        bench.receive(id, GROUP).await;
    }
    // 1 comes twice, 9 never came: neither keeps the others from taking effect.
    let handled = [1, 2, 1, 3, 9].map(|id| bench.store.handled(UpdateId(id), reply(GROUP, "answer")));
    let rows = join_all(handled).await.into_iter().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 0, 1, 0]);
    assert_eq!(bench.store.open_rows().await.unwrap(), rows.concat());
    assert!(bench.store.waiting_updates().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_third_failure_sets_an_update_aside_without_its_text() {
    let bench = Bench::new().await;
    let id = bench.receive(1, GROUP).await;
    assert_eq!(bench.store.attempt_failed(id, "first").await.unwrap(), AfterFailure::TryAgain(1));
    let bench = bench.restart().await;
    assert_eq!(bench.store.waiting_updates().await.unwrap()[0].attempts, 1);
    assert_eq!(bench.store.attempt_failed(id, "second").await.unwrap(), AfterFailure::TryAgain(2));
    assert_eq!(bench.store.attempt_failed(id, "it panicked").await.unwrap(), AfterFailure::SetAside);

    assert!(bench.store.waiting_updates().await.unwrap().is_empty());
    let aside = bench.store.set_aside().await.unwrap();
    assert_eq!((aside[0].id, aside[0].chat, aside[0].reason.as_str()), (id, GROUP, "it panicked"));
    assert_eq!(aside[0].arrived, super::MONDAY);
    assert_eq!(bench.peek("SELECT raw FROM inbox").await, None);
    assert_eq!(bench.store.handled(id, reply(GROUP, "late")).await.unwrap(), []);
}

#[tokio::test]
async fn a_question_can_follow_up_for_ten_minutes() {
    let bench = Bench::new().await;
    let turn = |sections: &[&str]| Turn {
        place: place(GROUP),
        user: ANNA.into(),
        question: Some(MessageId(40)),
        sections: sections.iter().map(|id| section(id)).collect(),
    };
    let reaction = |turn| Reaction { turn: Some(turn), ..reply(GROUP, "card") };
    bench.handle(1, GROUP, reaction(turn(&["problem-2"]))).await;
    bench.handle(2, GROUP, reaction(turn(&["problem-1", "measure-1"]))).await;
    let last = || bench.store.turn(GROUP, TopicId::MAIN, ANNA.into());
    assert_eq!(last().await.unwrap(), Some(vec![section("problem-1"), section("measure-1")]));
    bench.clock.advance(std::time::Duration::from_secs(601));
    assert_eq!(last().await.unwrap(), None);
    bench.store.prune().await.unwrap();
    assert_eq!(bench.peek("SELECT CAST(COUNT(*) AS TEXT) FROM turns").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn changes_and_replies_of_an_update_are_stored_together() {
    let bench = Bench::new().await;
    let changes = vec![
        Change::Introduced { chat: GROUP },
        Change::Reading { chat: GROUP, user: ANNA, at: section("problem-1") },
        Change::Reading { chat: GROUP, user: ANNA, at: section("problem-2") },
    ];
    let outgoing = vec![message(GROUP, "first part"), message(GROUP, "second part")];
    let rows = bench.handle(1, GROUP, Reaction { changes, outgoing, ..Reaction::default() }).await;
    assert_eq!(rows.iter().map(|row| (row.part, row.parts)).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
    assert!(bench.store.is_introduced(GROUP).await.unwrap());
    assert_eq!(bench.store.reading(GROUP, ANNA).await.unwrap(), Some(section("problem-2")));
}

#[tokio::test]
async fn ids_of_handled_updates_are_forgotten_after_two_days() {
    let bench = Bench::new().await;
    bench.handle(1, GROUP, Reaction::default()).await;
    bench.clock.advance(std::time::Duration::from_secs(47 * 3600));
    bench.store.prune().await.unwrap();
    assert!(bench.store.receive(vec![update(1, GROUP)]).await.unwrap().is_empty());
    bench.clock.advance(std::time::Duration::from_secs(2 * 3600));
    bench.store.prune().await.unwrap();
    assert_eq!(bench.store.receive(vec![update(1, GROUP)]).await.unwrap(), [UpdateId(1)]);
}

#[tokio::test]
async fn what_has_had_its_time_goes_by_itself() {
    let bench = Bench::new().await;
    bench.handle(1, GROUP, Reaction::default()).await;
    bench.clock.advance(std::time::Duration::from_secs(49 * 3600));
    let gone = async {
        while bench.peek("SELECT CAST(COUNT(*) AS TEXT) FROM inbox").await.as_deref() != Some("0") {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), gone).await.unwrap();
}
