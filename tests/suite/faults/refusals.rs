//! Refusals that pass, and a main topic that is closed: what lifts them, who is told, and what `/status` says meanwhile.

use std::collections::BTreeSet;

use serde_json::Value;
use wengu::message::{ChatId, Trouble};
use wengu::sandbox::scene::{GROUP, STUDENT};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::{DeliveryState, Filter, Ledger, Subscription};

use super::*;

/// Refusals in Telegram's words which may pass, with what they mean.
const WORDS: [(u16, &str, Trouble); 5] = [
    (400, "Bad Request: not enough rights to send text messages to the chat", Trouble::Muted),
    (400, "Bad Request: CHAT_RESTRICTED", Trouble::Muted),
    (400, "Bad Request: chat not found", Trouble::Kicked),
    (403, "Forbidden: bot is not a member of the supergroup chat", Trouble::Kicked),
    (403, "Forbidden: bot was kicked from the supergroup chat", Trouble::Kicked),
];

fn refuse(chat: i64, code: u16, words: &str) -> FaultRule {
    FaultRule::new(Fault::Refuse(code, words.to_owned())).method("sendMessage").chat(chat)
}

async fn stored(whole: &Whole, chat: i64) -> Subscription {
    whole.bot.store().subscriptions(ChatId(chat)).await.unwrap().pop().unwrap()
}

/// Waits until a chat's subscription is as wanted.
async fn until(whole: &Whole, chat: i64, what: &str, wanted: impl Fn(&Subscription) -> bool) {
    let looking = async {
        while !wanted(&stored(whole, chat).await) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, looking).await.unwrap_or_else(|_| panic!("{chat} is not {what}"));
}

async fn until_refused(whole: &Whole, chat: i64, trouble: Trouble) {
    until(whole, chat, "refused and told", |now| {
        now.refused.as_ref().is_some_and(|refusal| refusal.trouble == trouble && refusal.told)
    })
    .await;
}

async fn until_healed(whole: &Whole, chat: i64) {
    until(whole, chat, "healed", |now| now.suspended.is_none() && now.refused.is_none()).await;
}

/// What `wengu deliveries` says: states and reasons, latest first.
async fn deliveries(whole: &Whole) -> Vec<(DeliveryState, String)> {
    let mut ledger = Ledger::open(&whole.home.url(), None).await.unwrap();
    let all = ledger.list(&Filter::default(), 100).await.unwrap();
    all.into_iter().map(|entry| (entry.delivery.state, entry.delivery.reason.unwrap_or_default())).collect()
}

/// How many messages were to be sent to a chat.
fn sends(whole: &Whole, chat: i64) -> usize {
    let world = whole.emulator.world();
    world.calls().filter(|call| call.method.eq_ignore_ascii_case("sendMessage") && call.chat == Some(chat)).count()
}

/// The teacher, who subscribes, can be told things.
async fn with_teacher(whole: &Whole) {
    whole.emulator.world().start(TEACHER, "", NOW.0).unwrap();
    whole.heard(TEACHER, 1).await;
}

#[tokio::test]
async fn a_refusal_of_many_chats_that_passes_heals_by_itself_at_the_next_due_time() {
    let whole = groups(WORDS.len()).await;
    with_teacher(&whole).await;
    for (n, (code, words, _)) in WORDS.into_iter().enumerate() {
        whole.emulator.world().fail(refuse(group(n), code, words));
    }
    whole.clock.advance(MINUTE);
    for (n, (.., trouble)) in WORDS.into_iter().enumerate() {
        until_refused(&whole, group(n), trouble).await;
    }
    whole.settled(WORDS.len()).await;
    whole.to_next_reminder().await;
    for n in 0..WORDS.len() {
        reminded(&whole, group(n), 1).await;
        until_healed(&whole, group(n)).await;
        assert_eq!(sends(&whole, group(n)), 3, "the introduction, the one refused, the one that arrived");
    }
}

#[tokio::test]
async fn a_refusal_that_lasts_is_tried_once_at_each_due_time_and_told_once() {
    let whole = groups(1).await;
    with_teacher(&whole).await;
    let (before, told) = (sends(&whole, group(0)), whole.count(TEACHER));
    whole.emulator.world().fail(refuse(group(0), WORDS[0].0, WORDS[0].1).always());
    whole.clock.advance(MINUTE);
    for week in 1..=4 {
        whole.settled(week).await;
        until_refused(&whole, group(0), Trouble::Muted).await;
        assert_eq!(sends(&whole, group(0)), before + week, "one try each time");
        assert_eq!(whole.heard(TEACHER, told + 1).await.len(), told + 1, "told once");
        whole.to_next_reminder().await;
    }
    assert!(
        deliveries(&whole)
            .await
            .iter()
            .skip(1)
            .all(|(state, reason)| { *state == DeliveryState::Failed && reason.contains("not enough rights") })
    );
}

#[tokio::test]
async fn several_schedules_of_a_chat_that_refuses_try_once_together() {
    let whole = groups(1).await;
    with_teacher(&whole).await;
    let again = subscription(group(0), "0 9 * * 1", "Asia/Shanghai", NOW.after(MINUTE));
    whole.bot.store().change(vec![Change::AddSchedule(again, 1)]).await.unwrap();
    let (before, told) = (sends(&whole, group(0)), whole.count(TEACHER));
    whole.emulator.world().fail(refuse(group(0), WORDS[0].0, WORDS[0].1).always());
    whole.clock.advance(MINUTE);
    whole.settled(2).await;
    until_refused(&whole, group(0), Trouble::Muted).await;
    assert_eq!(whole.heard(TEACHER, told + 1).await.len(), told + 1, "told once");
    assert_eq!(sends(&whole, group(0)), before + 1);
}

#[tokio::test]
async fn a_chat_that_speaks_to_us_is_not_suspended_and_status_tells_the_state_as_it_is() {
    for (code, words, trouble) in WORDS {
        let whole = groups(1).await;
        with_teacher(&whole).await;
        whole.emulator.world().fail(refuse(group(0), code, words));
        whole.clock.advance(MINUTE);
        until_refused(&whole, group(0), trouble).await;
        let status = whole.ask(group(0), TEACHER, "/status").await;
        assert!(status.text().contains("⚠️") && status.text().contains("提醒没送到"), "{}", status.text());
        assert!(status.text().contains("我会再试一次"), "{}", status.text());
        until_healed(&whole, group(0)).await;
        let status = whole.ask(group(0), TEACHER, "/status").await;
        assert!(!status.text().contains("⚠️"), "its answer arrived: {}", status.text());
    }
}

#[tokio::test]
async fn the_panel_tells_what_a_group_refuses_and_since_when() {
    let whole = groups(1).await;
    with_teacher(&whole).await;
    let line = whole.ask(group(0), TEACHER, "/settings").await;
    whole.emulator.world().fail(refuse(group(0), WORDS[0].0, WORDS[0].1).always());
    whole.clock.advance(MINUTE);
    until_refused(&whole, group(0), Trouble::Muted).await;
    whole.heard(TEACHER, 2).await;
    let parameter = format!("g_{}_{}", group(0), line.id);
    whole.emulator.world().start(TEACHER, &parameter, whole.clock.now().0).unwrap();
    let panel = whole.heard(TEACHER, 3).await.pop().unwrap();
    assert!(panel.text().contains("2026 年 5 月 27 日（周三）22:27 起，群里不让我发言"), "{}", panel.text());
    assert_eq!(stored(&whole, group(0)).await.suspended, Some(wengu::message::Departure::Muted));
}

/// A forum whose reminders go to the main topic, or to one of its own.
async fn forum(own_topic: bool) -> (Whole, Option<i64>) {
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW.0).unwrap();
    world.make_forum(GROUP);
    let topic = own_topic.then(|| world.create_topic(GROUP, TEACHER, "每周举措", NOW.0).unwrap());
    let whole = Whole::start_in(world).await;
    whole.heard(GROUP, 1).await;
    with_teacher(&whole).await;
    let saying = Saying::new(GROUP, TEACHER, "/subscribe");
    let saying = topic.map_or(saying.clone(), |topic| saying.topic(topic));
    whole.emulator.world().say(saying, NOW.0).unwrap();
    whole.heard(GROUP, 2).await;
    whole.recorded(GROUP).await;
    (whole, topic)
}

/// Closes the main topic to what we send, as often as `times`.
fn close_general(whole: &Whole, times: u32) {
    let in_general = |params: &Value| params.get("message_thread_id").is_none();
    let closed = Fault::Refuse(400, "Bad Request: TOPIC_CLOSED".to_owned());
    let rule = FaultRule::new(closed).method("sendMessage").chat(GROUP).only_if(in_general).times(times);
    whole.emulator.world().fail(rule);
}

async fn closed_for_two_weeks(whole: Whole) {
    let (before, told) = (sends(&whole, GROUP), whole.count(TEACHER));
    let mut tries = BTreeSet::new();
    for week in 1..=2 {
        whole.to_next_reminder().await;
        whole.settled(week).await;
        until_refused(&whole, GROUP, Trouble::Closed).await;
        tries.insert(sends(&whole, GROUP) - before);
        assert_eq!(whole.heard(TEACHER, told + 1).await.len(), told + 1, "told once");
    }
    let said = whole.heard(TEACHER, told + 1).await.pop().unwrap();
    assert!(said.text().contains("主话题（General）关着") && said.text().contains("/subscribe"), "{}", said.text());
    assert!(deliveries(&whole).await.iter().all(|(_, reason)| reason.contains("TOPIC_CLOSED")));
    assert_eq!(tries.len(), 2, "tried each time");
    whole.to_next_reminder().await;
    reminded(&whole, GROUP, 1).await;
    until_healed(&whole, GROUP).await;
}

#[tokio::test]
async fn a_main_topic_that_is_closed_is_tried_each_time_and_told_once() {
    let (whole, _) = forum(false).await;
    close_general(&whole, 2);
    closed_for_two_weeks(whole).await;
}

#[tokio::test]
async fn a_topic_and_the_main_one_that_are_both_closed_are_tried_each_time_and_told_once() {
    let (whole, topic) = forum(true).await;
    whole.emulator.world().close_topic(GROUP, TEACHER, topic.unwrap(), true, NOW.0).unwrap();
    close_general(&whole, 2);
    closed_for_two_weeks(whole).await;
}

#[tokio::test]
async fn where_nobody_subscribed_any_more_or_hears_us_an_admin_of_the_bot_is_told() {
    for forgotten in [true, false] {
        let admin = vec![("WENGU_TELEGRAM__ADMINS", STUDENT.to_string())];
        let whole = Whole::start_with(world_of_groups(1), Home::new(), admin).await;
        whole.heard(group(0), 1).await;
        whole.emulator.world().start(STUDENT, "", NOW.0).unwrap();
        whole.heard(STUDENT, 1).await;
        subscribe(whole.bot.store(), group(0), NOW.after(MINUTE)).await;
        if forgotten {
            whole.bot.store().change(vec![Change::Forget { user: UserId(TEACHER) }]).await.unwrap();
        }
        whole.emulator.world().fail(refuse(group(0), WORDS[0].0, WORDS[0].1));
        whole.clock.advance(MINUTE);
        let told = whole.heard(STUDENT, 2).await.pop().unwrap();
        assert!(told.text().contains("群「第0组」里不让我发言"), "{}", told.text());
    }
}

#[tokio::test]
async fn a_chat_whose_members_talk_among_themselves_is_not_suspended_and_nothing_is_sent_to_it() {
    let whole = groups(1).await;
    whole.emulator.world().rules.privacy = false;
    with_teacher(&whole).await;
    whole.emulator.world().fail(refuse(group(0), 403, WORDS[3].1));
    whole.clock.advance(MINUTE);
    until_refused(&whole, group(0), Trouble::Kicked).await;
    let before = sends(&whole, group(0));
    whole.say(group(0), TEACHER, "大家周三见");
    until(&whole, group(0), "heard", |now| now.suspended.is_none()).await;
    assert!(stored(&whole, group(0)).await.refused.is_some(), "not forgotten before something is delivered");
    assert_eq!(sends(&whole, group(0)), before);
    whole.to_next_reminder().await;
    reminded(&whole, group(0), 1).await;
    until_healed(&whole, group(0)).await;
}
