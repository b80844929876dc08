//! What happens between the bot, groups and people.

use wengu::message::{ChatId, Departure};
use wengu::sandbox::scene::{GROUP, MAYA};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::{DeliveryState, Filter, Ledger, Subscription};

use super::*;

async fn stored(whole: &Whole, chat: i64) -> Subscription {
    whole.bot.store().subscriptions(ChatId(chat)).await.unwrap().pop().unwrap()
}

async fn until_suspended(whole: &Whole, chat: i64, why: Option<Departure>) {
    let looking = async {
        while stored(whole, chat).await.suspended != why {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, looking).await.unwrap_or_else(|_| panic!("not {why:?}"));
}

/// What `wengu deliveries` says about the latest: state, reason, note.
async fn latest(whole: &Whole) -> (DeliveryState, String, String) {
    let mut ledger = Ledger::open(&whole.home.url(), None).await.unwrap();
    let entry = ledger.list(&Filter::default(), 1).await.unwrap().pop().unwrap();
    (entry.delivery.state, entry.delivery.reason.unwrap_or_default(), entry.note.unwrap_or_default())
}

/// How many messages were sent to a chat, refused ones too.
fn sends(whole: &Whole, chat: i64) -> usize {
    let world = whole.emulator.world();
    world.calls().filter(|call| call.method.eq_ignore_ascii_case("sendMessage") && call.chat == Some(chat)).count()
}

#[tokio::test]
async fn kicked_and_added_again() {
    let whole = groups(1).await;
    // Whatever update would have said so is not believed to arrive before the reminder goes.
    whole.emulator.world().fail(FaultRule::new(Fault::Kick).method("sendMessage").chat(group(0)));
    let before = sends(&whole, group(0));
    whole.clock.advance(MINUTE);
    until_suspended(&whole, group(0), Some(Departure::Kicked)).await;
    whole.settled(1).await;
    assert_eq!(sends(&whole, group(0)), before + 1, "called once");
    // Then the sender is done with it.
    let refused =
        |world: &World| world.calls().any(|call| call.chat == Some(TEACHER) && call.code == 403).then_some(());
    whole.until("telling is tried", refused).await;
    whole.to_next_reminder().await;
    whole.settled(2).await;
    assert!(latest(&whole).await.1.contains("bot was kicked"));
    assert_eq!(sends(&whole, group(0)), before + 2, "tried once at its next due time");
    whole.emulator.world().add_bot(group(0), TEACHER, whole.clock.now().0).unwrap();
    until_suspended(&whole, group(0), None).await;
    assert_eq!(stored(&whole, group(0)).await.cron, "0 9 * * 1", "the settings are kept");
    whole.to_next_reminder().await;
    reminded(&whole, group(0), 1).await;
}

#[tokio::test]
async fn blocked_and_started_again() {
    let whole = Whole::start().await;
    whole.emulator.world().start(MAYA, "", NOW.0).unwrap();
    whole.heard(MAYA, 1).await;
    subscribe(whole.bot.store(), MAYA, NOW.after(MINUTE)).await;
    whole.emulator.world().block(MAYA, NOW.0).unwrap();
    until_suspended(&whole, MAYA, Some(Departure::Blocked)).await;
    whole.clock.advance(MINUTE);
    whole.settled(1).await;
    let (state, reason, _) = latest(&whole).await;
    assert_eq!((state, reason.as_str()), (DeliveryState::Failed, "Forbidden: bot was blocked by the user"));
    whole.emulator.world().start(MAYA, "", whole.clock.now().0).unwrap();
    until_suspended(&whole, MAYA, None).await;
    whole.to_next_reminder().await;
    reminded(&whole, MAYA, 1).await;
}

#[tokio::test]
async fn a_person_who_deactivated_the_account() {
    let whole = Whole::start().await;
    whole.emulator.world().start(MAYA, "", NOW.0).unwrap();
    whole.heard(MAYA, 1).await;
    subscribe(whole.bot.store(), MAYA, NOW.after(MINUTE)).await;
    whole.emulator.world().deactivate(MAYA);
    whole.clock.advance(MINUTE);
    whole.settled(1).await;
    until_suspended(&whole, MAYA, Some(Departure::Blocked)).await;
    let (state, reason, _) = latest(&whole).await;
    assert_eq!((state, reason.as_str()), (DeliveryState::Failed, "Forbidden: user is deactivated"));
}

#[tokio::test]
async fn no_right_to_write() {
    let whole = groups(1).await;
    whole.emulator.world().start(TEACHER, "", NOW.0).unwrap();
    whole.heard(TEACHER, 1).await;
    let bot = whole.emulator.world().bot.id;
    whole.emulator.world().appoint(group(0), TEACHER, bot, Role::Restricted, NOW.0).unwrap();
    whole.clock.advance(MINUTE);
    let told = whole.heard(TEACHER, 2).await.pop().unwrap();
    assert!(told.text().contains("群「第0组」里不让我发言"), "{}", told.text());
    until_suspended(&whole, group(0), Some(Departure::Muted)).await;
    whole.settled(1).await;
    assert!(latest(&whole).await.1.contains("not enough rights"));
    whole.emulator.world().appoint(group(0), TEACHER, bot, Role::Member, NOW.0).unwrap();
    until_suspended(&whole, group(0), None).await;
    whole.to_next_reminder().await;
    reminded(&whole, group(0), 1).await;
}

#[tokio::test]
async fn where_the_subscriber_cannot_be_told_the_list_of_deliveries_tells() {
    let whole = groups(1).await;
    let bot = whole.emulator.world().bot.id;
    whole.emulator.world().appoint(group(0), TEACHER, bot, Role::Restricted, NOW.0).unwrap();
    whole.clock.advance(MINUTE);
    until_suspended(&whole, group(0), Some(Departure::Muted)).await;
    let refused =
        |world: &World| world.calls().any(|call| call.chat == Some(TEACHER) && call.code == 403).then_some(());
    whole.until("telling is tried", refused).await;
    assert!(latest(&whole).await.1.contains("not enough rights"));
}

/// A forum whose reminders go to a topic.
async fn forum() -> (Whole, i64) {
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW.0).unwrap();
    world.make_forum(GROUP);
    let topic = world.create_topic(GROUP, TEACHER, "每周举措", NOW.0).unwrap();
    let whole = Whole::start_in(world).await;
    whole.heard(GROUP, 1).await;
    whole.emulator.world().start(TEACHER, "", NOW.0).unwrap();
    whole.heard(TEACHER, 1).await;
    let subscribing = Saying::new(GROUP, TEACHER, "/subscribe").topic(topic);
    whole.emulator.world().say(subscribing, NOW.0).unwrap();
    whole.heard(GROUP, 2).await;
    assert_eq!(i64::from(stored(&whole, GROUP).await.place.topic.0), topic);
    (whole, topic)
}

async fn goes_to_the_main_chat(whole: Whole) {
    whole.to_next_reminder().await;
    reminded(&whole, GROUP, 1).await;
    assert_eq!(whole.emulator.world().chat(GROUP).unwrap().last().unwrap().topic, None);
    let told = whole.heard(TEACHER, 2).await.pop().unwrap();
    assert!(told.text().contains("群「周三读书会」里收提醒的话题"), "{}", told.text());
    whole.settled(1).await;
    let (state, _, note) = latest(&whole).await;
    assert_eq!(state, DeliveryState::Sent);
    assert!(note.contains("main chat"), "{note}");
    let calls = whole.emulator.world().call_count("sendMessage");
    whole.to_next_reminder().await;
    reminded(&whole, GROUP, 2).await;
    whole.settled(2).await;
    assert_eq!(whole.emulator.world().call_count("sendMessage"), calls + 1, "without another refusal, told once");
}

#[tokio::test]
async fn a_topic_that_was_deleted() {
    let (whole, topic) = forum().await;
    whole.emulator.world().delete_topic(GROUP, TEACHER, topic).unwrap();
    goes_to_the_main_chat(whole).await;
}

#[tokio::test]
async fn a_topic_that_was_closed() {
    let (whole, topic) = forum().await;
    whole.emulator.world().close_topic(GROUP, TEACHER, topic, true, NOW.0).unwrap();
    goes_to_the_main_chat(whole).await;
}

#[tokio::test]
async fn a_double_press() {
    let whole = groups(1).await;
    let confirmed = whole.ask(group(0), TEACHER, "/subscribe 周三 20:00").await;
    whole.press(group(0), TEACHER, &confirmed, "发");
    let second = whole.press(group(0), TEACHER, &confirmed, "发");
    whole.notice(&second).await;
    reminded(&whole, group(0), 1).await;
    whole.settled(1).await;
    assert_eq!(reminders(&whole.emulator.world(), group(0)).len(), 1);
}

#[tokio::test]
async fn a_second_deliberate_press_to_send_now_sends_the_next_one_and_the_panel_says_what_happened() {
    let whole = Whole::start().await;
    whole.ask(TEACHER, TEACHER, "/subscribe").await;
    let panel = whole.ask(TEACHER, TEACHER, "/settings").await;
    let renewed = async |says: &str| {
        let look = |world: &World| {
            let now = world.chat(TEACHER)?.messages.get(&panel.id)?;
            now.text().contains(says).then(|| now.clone())
        };
        whole.until(says, look).await
    };
    for count in 1..=3 {
        let now = whole.emulator.world().chat(TEACHER).unwrap().messages[&panel.id].clone();
        whole.press(TEACHER, TEACHER, &now, "更多");
        let keys = |world: &World| {
            let now = world.chat(TEACHER)?.messages.get(&panel.id)?;
            now.keyboard.iter().flatten().any(|key| key.text == "现在就发").then(|| now.clone())
        };
        let now = whole.until("the page of the rest", keys).await;
        // The clock stands still: presses are told apart by what they saw, not by when they came.
        let press = whole.press(TEACHER, TEACHER, &now, "现在就发");
        let twice = whole.press(TEACHER, TEACHER, &now, "现在就发");
        assert_eq!(whole.notice(&press).await.unwrap(), "已经发出。");
        whole.notice(&twice).await;
        reminded(&whole, TEACHER, count).await;
        whole.settled(count).await;
        let stale = whole.press(TEACHER, TEACHER, &now, "现在就发");
        let told = whole.notice(&stale).await.unwrap();
        assert!(told.contains("再按一次") || told.contains("失效"), "{told}");
        renewed("接下来三次").await;
        assert_eq!(reminders(&whole.emulator.world(), TEACHER).len(), count, "one for each state of the panel");
        whole
            .until("the panel is renewed", |world| {
                let latest = world.chat(TEACHER)?.messages.get(&panel.id)?;
                (latest.keyboard != now.keyboard).then_some(())
            })
            .await;
    }
    let texts = reminders(&whole.emulator.world(), TEACHER);
    assert!(texts.windows(2).all(|pair| pair[0] != pair[1]), "{texts:?}");
}

#[tokio::test]
async fn an_admin_who_was_demoted() {
    let whole = groups(1).await;
    whole.emulator.world().seat(group(0), MAYA, Role::Administrator { anonymous: false });
    let confirmed = whole.ask(group(0), MAYA, "/subscribe 周三 20:00").await;
    whole.emulator.world().appoint(group(0), TEACHER, MAYA, Role::Member, NOW.0).unwrap();
    let press = whole.press(group(0), MAYA, &confirmed, confirmed.keyboard[0][0].text.clone().as_str());
    assert!(whole.notice(&press).await.is_some(), "refused, and said");
    assert!(reminders(&whole.emulator.world(), group(0)).is_empty());
}
