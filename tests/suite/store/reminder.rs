//! Occurrences of a subscription: planned once, and what becomes of them is on record.

use std::time::Duration;

use wengu::store::{Change, DeliveryState, NewSubscription, Progress, Reaction, Reminder, Settled};

use super::{Bench, GROUP, MONDAY, SENT, message, new_subscription, occurrence, section};

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
    bench.store.settle(&rows[0], Settled::Failed { reason: "unknown".into(), ambiguous: false }).await.unwrap();
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
    bench.change(Change::Subscribe(NewSubscription { next_due: Some(later), ..new_subscription() })).await;
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

#[tokio::test]
async fn skips_for_the_same_reason_in_a_row_are_one_delivery_with_a_count() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let hour = |n: u32| MONDAY.after(Duration::from_secs(3600) * n);
    for (n, reason) in (0..).zip(["muted", "muted", "muted", "late", "muted"]) {
        let subscription = bench.subscription().await;
        let occurrence = occurrence(&subscription, hour(n), "measure-1");
        assert!(bench.store.skip(occurrence.clone(), Some(hour(n + 1)), reason).await.unwrap());
        assert!(!bench.store.skip(occurrence, Some(hour(n + 1)), reason).await.unwrap(), "each occurrence counts once");
    }
    let listed = bench.store.deliveries(9).await.unwrap();
    let told: Vec<_> = listed.iter().rev().map(|d| (d.occurrence.due, d.repeats, d.last_due)).collect();
    assert_eq!(told, [(hour(0), 3, Some(hour(2))), (hour(3), 1, None), (hour(4), 1, None)]);
    assert_eq!(bench.store.backlog().await.unwrap().deliveries[&DeliveryState::Skipped], 5);
}

#[tokio::test]
async fn a_clock_set_back_does_not_undo_a_skip_that_was_on_its_way() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "measure")]).await;
    assert!(bench.store.attempt(rows[0].id).await.unwrap());
    bench.change(Change::Unsubscribe { chat: GROUP }).await;
    let before = MONDAY.before(Duration::from_secs(3600));
    bench.store.clock_was_set_back(MONDAY, before).await.unwrap();
    assert_eq!(bench.store.deliveries(9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_reminder_sent_now_at_a_wish_leaves_the_regular_ones_as_they_are() {
    let bench = Bench::new().await;
    let subscription = bench.subscribe().await;
    let now = MONDAY.before(Duration::from_secs(3600));
    let reminder = Reminder {
        occurrence: occurrence(&subscription, now, "measure-1"),
        messages: vec![message(GROUP, "measure")],
        seen: subscription.planned,
    };
    let rows = bench.handle(1, GROUP, Reaction { reminders: vec![reminder], ..Reaction::default() }).await;
    bench.store.settle(&rows[0], SENT).await.unwrap();
    let subscription = bench.subscription().await;
    assert_eq!(subscription.last_sent, Some(section("measure-1").section));
    assert_eq!(subscription.next_due, Some(MONDAY));
}

#[tokio::test]
async fn a_late_success_of_an_older_occurrence_does_not_turn_the_series_back() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let older = bench.plan(vec![message(GROUP, "one")]).await;
    let subscription = bench.subscription().await;
    let newer = occurrence(&subscription, subscription.next_due.unwrap(), "measure-2");
    let newer = bench.store.plan(newer, None, vec![message(GROUP, "two")]).await.unwrap().unwrap();
    bench.store.settle(&newer[0], SENT).await.unwrap();
    bench.store.settle(&older[0], SENT).await.unwrap();
    assert_eq!(bench.subscription().await.last_sent, Some(section("measure-2").section));
}

#[tokio::test]
async fn the_planner_is_woken_when_a_schedule_changes() {
    let bench = Bench::new().await;
    let mut changes = bench.store.schedule_changes();
    changes.mark_unchanged();
    bench.subscribe().await;
    assert!(changes.has_changed().unwrap());
}
