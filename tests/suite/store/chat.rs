//! Chats and people: leaving, coming back, moving, being forgotten.

use std::time::Duration;

use wengu::message::{ChatId, Departure, MessageId, Page, TopicId, UserId};
use wengu::store::{Change, DeliveryState, Filter, Ledger, NewSubscription, OpenPanel, Reaction, Settled, Turn};

use super::{ANNA, Bench, GROUP, MONDAY, SENT, message, new_subscription, occurrence, place, reply, section};

const PRIVATE: ChatId = ChatId(ANNA.0);

#[tokio::test]
async fn unsubscribing_takes_back_what_is_planned() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "measure")]).await;
    bench.change(Change::Unsubscribe { chat: GROUP }).await;
    assert!(!bench.store.attempt(rows[0].id).await.unwrap(), "it must not be sent any more");
    assert!(bench.store.open_rows().await.unwrap().is_empty());
    assert!(bench.store.subscriptions(GROUP).await.unwrap().is_empty());
    assert_eq!(bench.store.next_due().await.unwrap(), None);
    let delivery = bench.store.deliveries(9).await.unwrap().remove(0);
    assert_eq!((delivery.state, delivery.reason.as_deref()), (DeliveryState::Skipped, Some("unsubscribed")));
}

#[tokio::test]
async fn who_subscribes_again_goes_on_after_the_last_section() {
    let bench = Bench::new().await;
    let before = bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "measure")]).await;
    bench.store.settle(&rows[0], SENT).await.unwrap();
    bench.change(Change::Unsubscribe { chat: GROUP }).await;
    let after = bench.subscribe().await;
    assert_eq!((after.id, after.last_sent), (before.id, Some(section("measure-1").section)));

    let other = NewSubscription { series: "problem".into(), ..new_subscription() };
    bench.change(Change::Subscribe(other)).await;
    assert_eq!(bench.subscription().await.last_sent, None, "another series starts at its beginning");
}

#[tokio::test]
async fn a_kicked_group_keeps_its_settings_and_has_them_back_when_readded() {
    let bench = Bench::new().await;
    let before = bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "measure")]).await;
    bench.change(Change::Suspend { chat: GROUP, why: Departure::Kicked }).await;
    let suspended = bench.subscription().await;
    assert_eq!((suspended.suspended, &suspended.cron), (Some(Departure::Kicked), &before.cron));
    let due = suspended.next_due.unwrap();
    let next = occurrence(&suspended, due, "measure-2");
    let later = Some(due.after(std::time::Duration::from_secs(60)));
    let tried = bench.store.plan(next, later, vec![message(GROUP, "measure")]).await.unwrap();
    assert_eq!(tried.unwrap().len(), 1, "what is due is tried");
    assert!(!bench.store.attempt(rows[0].id).await.unwrap());

    bench.change(Change::Restore { chat: GROUP }).await;
    let restored = bench.subscription().await;
    assert_eq!((restored.suspended, restored.id), (None, before.id));
    assert_eq!(bench.store.next_due().await.unwrap(), restored.next_due);
}

#[tokio::test]
async fn a_migrated_group_takes_everything_along() {
    const NEW: ChatId = ChatId(-200);
    let bench = Bench::new().await;
    let before = bench.subscribe().await;
    bench.plan(vec![message(GROUP, "measure")]).await;
    bench.change(Change::Introduced { chat: GROUP }).await;
    bench.change(Change::Introduced { chat: NEW }).await;
    bench.change(Change::Reading { chat: GROUP, user: ANNA, at: section("problem-1") }).await;
    bench.change(Change::Migrate { from: GROUP, to: NEW }).await;
    bench.change(Change::Migrate { from: GROUP, to: NEW }).await;

    assert!(bench.store.subscriptions(GROUP).await.unwrap().is_empty());
    let after = bench.store.subscriptions(NEW).await.unwrap().remove(0);
    assert_eq!((after.id, after.place.topic), (before.id, TopicId(3)));
    assert_eq!(bench.store.open_rows().await.unwrap()[0].outgoing.place.chat, NEW);
    assert!(bench.store.is_introduced(NEW).await.unwrap());
    assert!(!bench.store.is_introduced(GROUP).await.unwrap());
    assert_eq!(bench.store.reading(NEW, ANNA).await.unwrap(), Some(section("problem-1")));
}

#[tokio::test]
async fn a_migration_that_is_told_again_takes_nothing_off_the_record() {
    const NEW: ChatId = ChatId(-200);
    let bench = Bench::new().await;
    bench.subscribe().await;
    bench.plan(vec![message(GROUP, "measure")]).await;
    bench.change(Change::Migrate { from: GROUP, to: NEW }).await;
    bench.change(Change::Unsubscribe { chat: NEW }).await;
    bench.change(Change::Migrate { from: GROUP, to: NEW }).await;
    let mut ledger = Ledger::open(&bench.url, None).await.unwrap();
    assert_eq!(ledger.list(&Filter::default(), 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_group_that_subscribed_again_under_its_new_number_keeps_that_subscription() {
    const NEW: ChatId = ChatId(-200);
    let bench = Bench::new().await;
    bench.subscribe().await;
    let there = NewSubscription { place: place(NEW), cron: "0 8 * * 2".into(), ..new_subscription() };
    bench.change(Change::Subscribe(there)).await;
    bench.change(Change::Migrate { from: GROUP, to: NEW }).await;
    let all = bench.store.due(MONDAY, 9).await.unwrap();
    assert_eq!(all.iter().map(|s| (s.place.chat, s.cron.as_str())).collect::<Vec<_>>(), [(NEW, "0 8 * * 2")]);
}

#[tokio::test]
async fn nothing_of_a_forgotten_person_is_left() {
    let bench = Bench::new().await;
    let own = NewSubscription { place: place(PRIVATE), ..new_subscription() };
    bench.change(Change::Subscribe(own)).await;
    bench.subscribe().await;
    let private = bench.store.subscriptions(PRIVATE).await.unwrap().remove(0);
    let occurrence = super::occurrence(&private, MONDAY, "measure-1");
    bench.store.plan(occurrence, None, vec![message(PRIVATE, "measure")]).await.unwrap().unwrap();
    let question = Some(MessageId(1));
    let turn = Turn { place: place(GROUP), user: ANNA.into(), question, sections: vec![section("problem-1")] };
    bench.handle(1, GROUP, Reaction { turn: Some(turn), ..reply(GROUP, "card") }).await;
    bench.handle(2, PRIVATE, reply(PRIVATE, "card")).await;
    let failing = bench.receive(3, PRIVATE).await;
    for _ in 0..3 {
        bench.store.attempt_failed(failing, "it panicked").await.unwrap();
    }
    bench.change(Change::Reading { chat: GROUP, user: ANNA, at: section("problem-1") }).await;
    bench.change(Change::Introduced { chat: PRIVATE }).await;
    bench.change(Change::Studied { schedule: bench.subscription().await.id, due: MONDAY, user: ANNA }).await;
    bench.change(Change::Named { chat: PRIVATE, topic: TopicId::MAIN, name: "Anna".into() }).await;
    let (page, at) = (Page::Day, MONDAY);
    let panel = OpenPanel { user: ANNA, chat: PRIVATE, schedule: None, page, message: None, asked: None, at };
    bench.change(Change::Panel(panel)).await;

    bench.change(Change::Forget { user: ANNA }).await;

    for (table, columns) in [
        ("inbox", &["chat_id"] as &[_]),
        ("outbox", &["chat_id"]),
        ("subscriptions", &["chat_id", "by_user"]),
        ("introductions", &["chat_id"]),
        ("readings", &["chat_id", "user_id"]),
        ("turns", &["chat_id", "user_id"]),
        ("studied", &["user_id"]),
        ("panels", &["chat_id", "user_id"]),
        ("names", &["chat_id"]),
    ] {
        for column in columns {
            let query = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table} WHERE {column} = {}", ANNA.0);
            assert_eq!(bench.peek(&query).await.as_deref(), Some("0"), "{table}.{column}");
        }
    }
    assert!(bench.store.deliveries(9).await.unwrap().is_empty());
    assert_eq!(bench.subscription().await.by, UserId(0), "the group's subscription stays");
}

#[tokio::test]
async fn what_was_sent_before_it_was_taken_back_counts_as_sent() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let rows = bench.plan(vec![message(GROUP, "measure")]).await;
    assert!(bench.store.attempt(rows[0].id).await.unwrap());
    bench.change(Change::Unsubscribe { chat: GROUP }).await;
    bench.store.settle(&rows[0], SENT).await.unwrap();
    assert_eq!(bench.store.deliveries(9).await.unwrap()[0].state, DeliveryState::Sent);
    bench.store.settle(&rows[0], Settled::Failed { reason: "too late".into(), ambiguous: false }).await.unwrap();
    assert_eq!(bench.store.deliveries(9).await.unwrap()[0].state, DeliveryState::Sent);
}

#[tokio::test]
async fn who_is_forgotten_is_gone_from_every_table() {
    let bench = Bench::new().await;
    bench.subscribe().await;
    let id = "0191f0c0a5d0700080000000000000";
    // Lately: what ended long ago may be pruned before it is forgotten.
    let at = MONDAY.0;
    for statement in [
        format!(
            "INSERT INTO subscriptions (id, bot_id, chat_id, chat_kind, document, series, cron, zone, lang, by_user, created_at)
             VALUES ('{id}01', 77, 5, 'private', 'reflection', 'measure', '0 9 * * 1', 'Asia/Shanghai', 'zh', 5, 7)"
        ),
        format!(
            "INSERT INTO deliveries (id, bot_id, subscription_id, due, section, state, planned_at, settled_at)
             VALUES ('{id}02', 77, '{id}01', {at}, 'reflection/measure-2', 'sent', {at}, {at})"
        ),
        format!(
            "INSERT INTO outbox (id, bot_id, chat_id, delivery_id, part, parts, state, attempts, created_at, settled_at)
             VALUES ('{id}03', 77, -7, '{id}02', 0, 1, 'sent', 1, {at}, {at})"
        ),
        format!("INSERT INTO studied (bot_id, subscription_id, due, user_id, at) VALUES (77, '{id}01', 7, 9, 8)"),
        "INSERT INTO studied (bot_id, subscription_id, due, user_id, at) VALUES (77, 'of a group', 7, 5, 8)".to_owned(),
        "INSERT INTO inbox (bot_id, update_id, chat_id, arrival, raw, state) VALUES (77, 4, 5, 9, '', 'aside')".to_owned(),
        "INSERT INTO introductions (bot_id, chat_id, at) VALUES (77, 5, 7)".to_owned(),
        "INSERT INTO readings (bot_id, chat_id, user_id, section, at) VALUES (77, -100, 5, 'reflection/a', 7)".to_owned(),
        "INSERT INTO turns (bot_id, chat_id, user_id, sections, at) VALUES (77, -100, 5, 'reflection/a', 7)".to_owned(),
        "INSERT INTO names (bot_id, chat_id, topic, name) VALUES (77, 5, 0, 'Anna')".to_owned(),
        "INSERT INTO panels (bot_id, user_id, chat_id, page, at) VALUES (77, 5, -100, 'main', 7)".to_owned(),
        "INSERT INTO votes (bot_id, chat_id, message_id, user_id, liked, at) VALUES (77, -100, 6, 5, 0, 7)".to_owned(),
        "INSERT INTO holds (bot_id, chat_id, ends_at, reason) VALUES (77, 5, 1, 'slow down')".to_owned(),
    ] {
        bench.run(&statement).await;
    }
    bench.change(Change::Forget { user: ANNA }).await;
    for (table, rest) in [
        ("introductions", "0"),
        ("readings", "0"),
        ("turns", "0"),
        ("names", "0"),
        ("panels", "0"),
        ("votes", "0"),
        ("holds", "0"),
        ("studied", "0"),
        ("outbox", "0"),
        ("deliveries", "0"),
        ("inbox WHERE chat_id = 5", "0"),
        ("subscriptions WHERE by_user = 5", "0"),
        ("subscriptions", "1"),
    ] {
        let left = bench.peek(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).await.unwrap();
        assert_eq!(left, rest, "{table}; the group keeps its reminders");
    }
}

#[tokio::test]
async fn subscribing_again_resumes_the_schedule_that_ended_last() {
    let bench = Bench::new().await;
    let first = bench.subscribe().await;
    bench.change(Change::AddSchedule(NewSubscription { cron: "0 20 * * 5".into(), ..new_subscription() }, 1)).await;
    let second = bench.store.subscriptions(GROUP).await.unwrap().into_iter().find(|s| s.id != first.id).unwrap();
    bench.change(Change::EndSchedule(first.id)).await;
    bench.clock.advance(Duration::from_secs(60));
    bench.change(Change::EndSchedule(second.id)).await;
    bench.change(Change::Subscribe(new_subscription())).await;
    assert_eq!(bench.subscription().await.id, second.id);
}

#[tokio::test]
async fn which_schedule_ended_last_is_known_though_the_clock_was_set_back() {
    let bench = Bench::new().await;
    let first = bench.subscribe().await;
    bench.change(Change::AddSchedule(NewSubscription { cron: "0 20 * * 5".into(), ..new_subscription() }, 1)).await;
    bench.change(Change::Unsubscribe { chat: GROUP }).await;
    bench.change(Change::Subscribe(new_subscription())).await;
    assert_eq!(bench.subscription().await.id, first.id, "of those that ended together the oldest goes on");
    bench.clock.set_back(Duration::from_secs(3_600));
    bench.change(Change::Unsubscribe { chat: GROUP }).await;
    bench.change(Change::Subscribe(new_subscription())).await;
    assert_eq!(bench.subscription().await.id, first.id);
    bench.change(Change::EndSchedule(first.id)).await;
    let main = bench.store.main_of(GROUP).await.unwrap().unwrap();
    assert_eq!((main.id, main.planned), (first.id, first.planned));
    bench.change(Change::Subscribe(new_subscription())).await;
    assert_eq!(bench.subscription().await.id, first.id);
}
