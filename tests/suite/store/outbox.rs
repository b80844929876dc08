//! Messages on their way out.

use std::time::Duration;

use wengu::message::MessageId;
use wengu::store::{Change, DeliveryState, Progress, Reaction, Settled, Turn};

use super::{ANNA, Bench, GROUP, MONDAY, message, occurrence, place, reply, section};

const SENT: Settled = Settled::Sent { message: MessageId(90) };

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
    let retry = Settled::Retry { at, ambiguous: true, reason: "the answer was late".into() };
    bench.store.settle(&row, retry).await.unwrap();
    let bench = bench.restart().await;
    let again = bench.store.open_rows().await.unwrap().remove(0);
    assert_eq!((again.progress, again.not_before, again.ambiguous), (Progress::Planned, at, 1));
    assert!(bench.store.attempt(row.id).await.unwrap());
    let again = bench.store.open_rows().await.unwrap().remove(0);
    assert_eq!((again.progress, again.attempts), (Progress::Sending, 2));
}

#[tokio::test]
async fn a_question_leads_to_its_answer_and_the_answer_to_its_sections() {
    let bench = Bench::new().await;
    let question = Some(MessageId(40));
    let turn = Turn { place: place(GROUP), user: ANNA, question, sections: vec![section("problem-1")] };
    let row = bench.handle(1, GROUP, Reaction { turn: Some(turn), ..reply(GROUP, "card") }).await.remove(0);
    assert_eq!(bench.store.answer_to(GROUP, MessageId(40)).await.unwrap(), None);
    bench.store.settle(&row, SENT).await.unwrap();
    assert_eq!(bench.store.answer_to(GROUP, MessageId(40)).await.unwrap(), Some(MessageId(90)));
    assert_eq!(bench.store.shown(GROUP, MessageId(90)).await.unwrap(), Some(vec![section("problem-1")]));
    bench.clock.advance(Duration::from_secs(8 * 24 * 3600));
    bench.store.prune().await.unwrap();
    assert_eq!(bench.store.answer_to(GROUP, MessageId(40)).await.unwrap(), None);
}

#[tokio::test]
async fn the_subscription_moves_on_when_the_last_part_was_sent() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "one"), message(GROUP, "two")]).await;
    assert_eq!(rows[0].sections, [section("measure-1")]);
    assert_eq!((rows[0].progress, rows[0].attempts), (Progress::Planned, 0));
    bench.store.settle(&rows[0], SENT).await.unwrap();
    assert_eq!(bench.subscription().await.last_sent, None);
    assert_eq!(bench.subscription().await.pending, Some(MONDAY));
    bench.store.settle(&rows[1], SENT).await.unwrap();
    let subscription = bench.subscription().await;
    assert_eq!(subscription.last_sent, Some(section("measure-1").section));
    assert_eq!(subscription.pending, None);
    assert_eq!(bench.store.deliveries(9).await.unwrap()[0].state, DeliveryState::Sent);
}

#[tokio::test]
async fn a_delivery_with_a_part_given_up_has_failed_and_says_why() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "one"), message(GROUP, "two")]).await;
    bench.store.settle(&rows[0], Settled::Failed { reason: "unknown".into() }).await.unwrap();
    bench.store.settle(&rows[1], Settled::Skipped { reason: "a part before it failed".into() }).await.unwrap();
    let delivery = bench.store.deliveries(9).await.unwrap().remove(0);
    assert_eq!((delivery.state, delivery.reason.as_deref()), (DeliveryState::Failed, Some("unknown")));
    assert_eq!(bench.subscription().await.last_sent, None);
}

#[tokio::test]
async fn an_occurrence_is_planned_once() {
    let bench = Bench::new().await;
    let subscription = bench.subscribe().await;
    assert_eq!(bench.store.next_due().await.unwrap(), Some(MONDAY));
    assert_eq!(bench.store.due(MONDAY, 10).await.unwrap(), std::slice::from_ref(&subscription));
    let next = MONDAY.after(Duration::from_secs(3600));
    let plan = || {
        let occurrence = occurrence(&subscription, MONDAY, "measure-1");
        bench.store.plan(occurrence, Some(next), vec![message(GROUP, "measure")])
    };
    let (one, other) = tokio::join!(plan(), plan());
    let planned = [one.unwrap(), other.unwrap()];
    assert_eq!(planned.iter().flatten().count(), 1);
    assert_eq!(bench.store.open_rows().await.unwrap().len(), 1);
    assert_eq!(bench.store.next_due().await.unwrap(), Some(next));
    assert!(bench.store.due(MONDAY, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_schedule_changed_while_due_gives_no_old_occurrence() {
    let bench = Bench::new().await;
    let subscription = bench.subscribe().await;
    let later = MONDAY.after(Duration::from_secs(60));
    bench
        .change(Change::Subscribe(wengu::store::NewSubscription { next_due: Some(later), ..super::new_subscription() }))
        .await;
    let old = occurrence(&subscription, MONDAY, "measure-1");
    assert_eq!(bench.store.plan(old, None, vec![message(GROUP, "old")]).await.unwrap(), None);
    assert!(!bench.store.skip(occurrence(&subscription, MONDAY, "measure-1"), None, "late").await.unwrap());
    assert_eq!(bench.store.next_due().await.unwrap(), Some(later));
}

#[tokio::test]
async fn a_skipped_occurrence_is_listed_with_its_reason() {
    let bench = Bench::new().await;
    let subscription = bench.subscribe().await;
    assert!(bench.store.skip(occurrence(&subscription, MONDAY, "measure-1"), None, "late").await.unwrap());
    let delivery = bench.store.deliveries(9).await.unwrap().remove(0);
    assert_eq!((delivery.state, delivery.reason.as_deref()), (DeliveryState::Skipped, Some("late")));
    assert_eq!(bench.store.next_due().await.unwrap(), None);
}
