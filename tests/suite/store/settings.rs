//! A schedule is changed on the state that was seen, or not at all.

use std::time::Duration;

use wengu::message::{ChatId, MessageId, Page, TopicId};
use wengu::store::{Change, Manner, NewSubscription, OpenPanel, Quiet, StoreError, Subscription};

use super::{ANNA, Bench, GROUP, MONDAY, message, new_subscription, occurrence};

fn configure(to: Subscription) -> Change {
    Change::Configure { to: Box::new(to), retimed: false }
}

#[tokio::test]
async fn settings_survive_the_round_trip() {
    let bench = Bench::new().await;
    let before = bench.subscribe().await;
    assert_eq!((&before.manner, before.pinned, before.revision), (&Manner::default(), None, 0));
    let manner = Manner {
        silent: true,
        pin: true,
        quiet: Quiet::between(1_350, 480),
        late: Some(Duration::from_secs(3_600)),
        paused_until: Some(MONDAY),
    };
    let mut to = Subscription { manner, cron: "0 20 * * 3".into(), zone: "Europe/Berlin".into(), ..before };
    to.place.topic = TopicId(8);
    to.next_due = Some(MONDAY.after(Duration::from_secs(1)));
    bench.change(Change::Configure { to: Box::new(to.clone()), retimed: true }).await;
    bench.change(Change::Pinned { schedule: to.id, message: Some(MessageId(7)) }).await;
    assert_eq!(bench.subscription().await, Subscription { revision: 1, pinned: Some(MessageId(7)), ..to.clone() });
    assert_eq!(bench.store.subscription(to.id).await.unwrap().unwrap().cron, "0 20 * * 3");
    let restarted = bench.restart().await;
    assert_eq!(restarted.subscription().await.manner, to.manner);
}

#[tokio::test]
async fn a_change_that_was_decided_on_an_older_state_is_refused_and_nothing_of_the_newer_is_lost() {
    let bench = Bench::new().await;
    let seen = bench.subscribe().await;
    let silent = Subscription { manner: Manner { silent: true, ..Manner::default() }, ..seen.clone() };
    let pinned = Subscription { manner: Manner { pin: true, ..Manner::default() }, ..seen };
    let (one, other) =
        tokio::join!(bench.store.change(vec![configure(silent)]), bench.store.change(vec![configure(pinned)]));
    one.unwrap();
    assert!(matches!(other, Err(StoreError::Outrun { .. })), "{other:?}");
    assert_eq!(bench.subscription().await.manner, Manner { silent: true, ..Manner::default() });
}

#[tokio::test]
async fn what_is_set_without_another_time_leaves_the_next_occurrence_alone() {
    let bench = Bench::new().await;
    let seen = bench.subscribe().await;
    bench.plan(vec![message(GROUP, "measure")]).await;
    let next = bench.subscription().await.next_due;
    assert_ne!(next, seen.next_due);
    bench.change(configure(Subscription { manner: Manner { silent: true, ..Manner::default() }, ..seen })).await;
    assert_eq!(bench.subscription().await.next_due, next);
}

#[tokio::test]
async fn another_series_begins_at_its_first_section() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "measure")]).await;
    bench.store.settle(&rows[0], super::SENT).await.unwrap();
    let seen = bench.subscription().await;
    assert!(seen.last_sent.is_some());
    bench.change(configure(Subscription { series: "problem".into(), ..seen })).await;
    assert_eq!(bench.subscription().await.last_sent, None);
}

#[tokio::test]
async fn one_of_several_schedules_ends_alone_and_takes_back_what_is_planned_of_it() {
    let bench = Bench::new().await;
    let first = bench.subscribe().await;
    let more = NewSubscription { cron: "0 9 * * 4".into(), ..new_subscription() };
    bench.change(Change::AddSchedule(more.clone(), 1)).await;
    let twice = bench.store.change(vec![Change::AddSchedule(more, 1)]).await;
    assert!(matches!(twice, Err(StoreError::Outrun { .. })), "{twice:?}");
    let all = bench.store.subscriptions(GROUP).await.unwrap();
    assert_eq!(all.len(), 2);
    for schedule in &all {
        let occurrence = occurrence(schedule, MONDAY, "measure-1");
        bench.store.plan(occurrence, None, vec![message(GROUP, "measure")]).await.unwrap().unwrap();
    }
    bench.change(Change::EndSchedule(first.id)).await;
    let left = bench.store.subscriptions(GROUP).await.unwrap();
    assert_eq!(left.iter().map(|s| s.cron.as_str()).collect::<Vec<_>>(), ["0 9 * * 4"]);
    assert_eq!(bench.store.open_rows().await.unwrap().len(), 1);
    assert_eq!(bench.store.subscription(first.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_migrated_group_keeps_all_its_schedules_and_names() {
    const NEW: ChatId = ChatId(-200);
    let bench = Bench::new().await;
    bench.subscribe().await;
    bench.change(Change::AddSchedule(new_subscription(), 1)).await;
    bench.change(Change::Named { chat: GROUP, topic: TopicId::MAIN, name: "学习小组".into() }).await;
    bench.change(Change::Migrate { from: GROUP, to: NEW }).await;
    assert_eq!(bench.store.subscriptions(NEW).await.unwrap().len(), 2);
    assert_eq!(bench.store.names(NEW).await.unwrap(), [(TopicId::MAIN, "学习小组".to_owned())]);
}

#[tokio::test]
async fn the_panel_in_use_is_known_after_a_restart_too() {
    let bench = Bench::new().await;
    assert_eq!(bench.store.panel(ANNA).await.unwrap(), None);
    let panel = OpenPanel {
        user: ANNA,
        chat: GROUP,
        schedule: Some(bench.subscribe().await.id),
        page: Page::Zone,
        message: Some(MessageId(4)),
        asked: None,
        at: MONDAY,
    };
    bench.change(Change::Panel(panel.clone())).await;
    let bench = bench.restart().await;
    assert_eq!(bench.store.panel(ANNA).await.unwrap(), Some(panel));
}
