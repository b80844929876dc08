//! Messages on their way out.

use std::time::Duration;

use wengu::message::MessageId;
use wengu::store::{Class, Gone, Progress, Reaction, Settled, Turn};

use super::{ANNA, Bench, GROUP, MONDAY, SENT, message, place, reply, section};

#[tokio::test]
async fn a_reply_is_open_until_it_is_settled_and_then_has_no_text() {
    let bench = Bench::new().await;
    let rows = bench.handle(1, GROUP, reply(GROUP, "answer")).await;
    assert_eq!((rows[0].progress, rows[0].attempts), (Progress::Sending, 1));
    let bench = bench.restart().await;
    assert_eq!(bench.store.open_rows().await.unwrap(), rows);
    bench.store.settle(&rows[0], SENT).await.unwrap();
    assert!(bench.store.open_rows().await.unwrap().is_empty());
    assert_eq!(bench.peek("SELECT payload FROM outbox").await, None);
}

#[tokio::test]
async fn a_row_to_be_tried_again_keeps_its_count_and_time_across_a_restart() {
    let bench = Bench::new().await;
    let row = bench.handle(1, GROUP, reply(GROUP, "answer")).await.remove(0);
    let at = MONDAY.after(Duration::from_secs(43_838));
    let retry = Settled::Retry { at, ambiguous: true, reason: "the answer was\0 late".into() };
    bench.store.settle(&row, retry).await.unwrap();
    let bench = bench.restart().await;
    let again = bench.store.open_rows().await.unwrap().remove(0);
    assert_eq!((again.progress, again.not_before, again.ambiguous), (Progress::Planned, at, 1));
    assert!(bench.store.attempt(row.id).await.unwrap());
    let again = bench.store.open_rows().await.unwrap().remove(0);
    assert_eq!((again.progress, again.attempts), (Progress::Sending, 2));
}

#[tokio::test]
async fn what_went_out_lately_is_known_to_the_next_run_and_so_is_what_may_have() {
    let bench = Bench::new().await;
    let mut rows = Vec::new();
    for id in 1..=4 {
        rows.push(bench.handle(id, GROUP, reply(GROUP, "answer")).await.remove(0));
    }
    bench.store.settle(&rows[0], SENT).await.unwrap();
    bench.clock.advance(Duration::from_secs(100));
    bench.subscribe().await;
    let reminder = bench.plan(vec![message(GROUP, "measure")]).await.remove(0);
    bench.store.settle(&reminder, SENT).await.unwrap();
    let failed = |ambiguous| Settled::Failed { reason: "no".into(), ambiguous };
    bench.store.settle(&rows[1], failed(false)).await.unwrap();
    bench.clock.advance(Duration::from_secs(1));
    bench.store.settle(&rows[2], failed(true)).await.unwrap();
    let bench = bench.restart().await;
    let gone = bench.store.gone_since(MONDAY.after(Duration::from_secs(50))).await.unwrap();
    let later = |seconds| MONDAY.after(Duration::from_secs(seconds));
    let expected = [(Class::Reminder, later(100)), (Class::Reply, later(101))];
    assert_eq!(gone, expected.map(|(class, at)| Gone { chat: GROUP, class, at }));
}

#[tokio::test]
async fn what_the_pace_counts_is_not_removed_before_it_has_been_counted() {
    let bench = Bench::new().await;
    let row = bench.handle(1, GROUP, reply(GROUP, "nothing can follow this")).await.remove(0);
    bench.store.settle(&row, SENT).await.unwrap();
    bench.clock.advance(Duration::from_secs(60));
    bench.store.prune().await.unwrap();
    let bench = bench.restart().await;
    let gone = bench.store.gone_since(MONDAY.before(Duration::from_secs(1))).await.unwrap();
    assert_eq!(gone, [Gone { chat: GROUP, class: Class::Reply, at: MONDAY }]);
    bench.clock.advance(Duration::from_secs(61));
    bench.store.prune().await.unwrap();
    assert_eq!(bench.peek("SELECT CAST(COUNT(*) AS TEXT) FROM outbox").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_question_leads_to_its_answer_and_the_answer_to_its_sections() {
    let bench = Bench::new().await;
    let question = Some(MessageId(40));
    let turn = Turn { place: place(GROUP), user: ANNA.into(), question, sections: vec![section("problem-1")] };
    let row = bench.handle(1, GROUP, Reaction { turn: Some(turn), ..reply(GROUP, "card") }).await.remove(0);
    assert_eq!(bench.store.answer_to(GROUP, MessageId(40)).await.unwrap(), None);
    bench.store.settle(&row, SENT).await.unwrap();
    assert_eq!(bench.store.answer_to(GROUP, MessageId(40)).await.unwrap(), Some(MessageId(90)));
    assert_eq!(bench.store.shown(GROUP, MessageId(90)).await.unwrap(), Some(vec![section("problem-1")]));
    bench.clock.advance(Duration::from_secs(8 * 24 * 3600));
    bench.store.prune().await.unwrap();
    assert_eq!(bench.store.answer_to(GROUP, MessageId(40)).await.unwrap(), None);
}
