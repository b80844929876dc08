//! Receiving and sending through the front door: what happens when handlers, Telegram or the network misbehave.

use std::sync::Arc;
use std::time::Duration;

use wengu::content::model::DocumentId;
use wengu::message::{Body, ChatId, ChatKind, Departure, Lang, Mode, Outgoing, Place, TopicId, UserId};
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER, study_group};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::secret::SecretUrl;
use wengu::store::{Change, Delivery, DeliveryState, Goal, NewSubscription, Occurrence};
use wengu::telegram::api::Api;
use wengu::telegram::connect::connect;
use wengu::telegram::send::Status;
use wengu::telegram::token::Token;
use wengu::telegram::transport::Transport;

use crate::harness::{Chats, NOW, Parrot};
use crate::home::Home;

const MINUTE: Duration = Duration::from_secs(60);

fn sending(fault: Fault) -> FaultRule {
    FaultRule::new(fault).method("sendMessage")
}

/// A subscription of the group.
fn subscription() -> NewSubscription {
    NewSubscription {
        goal: Goal::default(),
        place: Place { chat: ChatId(GROUP), topic: TopicId::MAIN, kind: ChatKind::Group },
        document: DocumentId::parse("reflection").unwrap(),
        series: "measure".into(),
        cron: "0 9 * * 1".into(),
        zone: "Asia/Shanghai".into(),
        lang: Lang::Zh,
        by: UserId(TEACHER),
        next_due: None,
    }
}

/// The group with the bot in it.
async fn group() -> Chats {
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW.0).unwrap();
    Chats::start_in(world, Parrot::new()).await
}

#[tokio::test]
async fn what_a_person_says_is_answered_in_order() {
    let chats = Chats::start(Parrot::new()).await;
    for n in 0..30 {
        chats.say(MAYA, MAYA, &n.to_string());
    }
    let expected: Vec<String> = (0..30).map(|n| format!("<{n}>")).collect();
    assert_eq!(chats.replies(MAYA, 30).await, expected);
}

#[tokio::test]
async fn a_handler_that_panics_or_fails_holds_up_nobody_and_the_third_time_is_the_last() {
    for trouble in ["panic", "fail", "hang"] {
        let chats = Chats::start(Parrot::new()).await;
        chats.say(MAYA, MAYA, trouble);
        chats.say(MAYA, MAYA, "after");
        chats.say(STUDENT, STUDENT, "beside");
        assert_eq!(chats.replies(STUDENT, 1).await, ["<beside>"]);
        assert_eq!(chats.replies(MAYA, 1).await, ["<after>"], "{trouble}");
        let aside = chats.store.set_aside().await.unwrap();
        assert_eq!(aside.len(), 1, "{trouble}");
        assert_eq!(aside[0].chat, ChatId(MAYA));
    }
}

#[tokio::test]
async fn what_waits_is_answered_once_after_a_crash() {
    let mut chats = Chats::start(Parrot::new()).await;
    chats.say(MAYA, MAYA, "hang");
    chats.say(MAYA, MAYA, "behind");
    let stored = chats.until_stored("the updates", || async {
        let waiting = chats.store.waiting_updates().await.unwrap();
        (waiting.len() == 2).then_some(waiting)
    });
    stored.await;
    chats.crash().await;
    chats.restart().await;
    assert_eq!(chats.replies(MAYA, 1).await, ["<behind>"]);
    chats.stop().await;
    assert_eq!(chats.said(MAYA), ["<behind>"]);
}

#[tokio::test]
async fn a_429_for_one_chat_delays_that_chat_alone() {
    let chats = Chats::start(Parrot::new()).await;
    chats.emulator.world().fail(sending(Fault::TooMany(30)).chat(MAYA));
    chats.say(MAYA, MAYA, "flooded");
    chats.until_stored("the wait", || async { chats.store.holds().await.unwrap().pop() }).await;
    chats.say(MAYA, MAYA, "behind");
    chats.say(STUDENT, STUDENT, "beside");
    assert_eq!(chats.replies(STUDENT, 1).await, ["<beside>"]);
    chats.advance(Duration::from_secs(29));
    chats.say(STUDENT, STUDENT, "later");
    chats.replies(STUDENT, 2).await;
    assert!(chats.said(MAYA).is_empty());
    chats.advance(Duration::from_secs(1));
    assert_eq!(chats.replies(MAYA, 2).await, ["<flooded>", "<behind>"]);
}

#[tokio::test]
async fn three_chats_told_to_wait_one_after_the_other_mean_everybody() {
    let chats = Chats::start(Parrot::new()).await;
    chats.emulator.world().fail(sending(Fault::TooMany(43_838)).times(3));
    let mut status = chats.sender.status();
    for person in [MAYA, STUDENT, TEACHER] {
        chats.say(person, person, "hello");
    }
    status.wait_for(|status| matches!(status, Status::Held(..))).await.unwrap();
    chats.say(MAYA, MAYA, "and now");
    chats.advance(Duration::from_secs(43_838));
    assert_eq!(chats.replies(MAYA, 2).await, ["<hello>", "<and now>"]);
    chats.replies(STUDENT, 1).await;
    chats.replies(TEACHER, 1).await;
    assert_eq!(chats.emulator.world().call_count("sendMessage"), 3 + 4);
}

#[tokio::test]
async fn a_lost_answer_is_repeated_once_and_a_second_loss_ends_it() {
    let chats = Chats::start(Parrot::new()).await;
    chats.emulator.world().fail(sending(Fault::ResetAfter).times(2));
    chats.say(MAYA, MAYA, "lost");
    chats.say(MAYA, MAYA, "next");
    assert_eq!(chats.replies_in_time(MAYA, 3).await, ["<lost>", "<lost>", "<next>"]);
}

#[tokio::test]
async fn what_never_reached_telegram_arrives_once() {
    for fault in [Fault::ResetBefore, Fault::Gateway(502)] {
        let chats = Chats::start(Parrot::new()).await;
        chats.emulator.world().fail(sending(fault));
        chats.say(MAYA, MAYA, "first");
        chats.say(MAYA, MAYA, "second");
        assert_eq!(chats.replies_in_time(MAYA, 2).await, ["<first>", "<second>"]);
    }
}

#[tokio::test]
async fn an_outage_costs_each_message_one_attempt_however_long_it_lasts() {
    let chats = Chats::start(Parrot::new()).await;
    let mut status = chats.sender.status();
    {
        let mut world = chats.emulator.world();
        world.fail(sending(Fault::Gateway(502)).always());
        world.fail(FaultRule::new(Fault::Gateway(502)).method("getMe").always());
    }
    chats.say(MAYA, MAYA, "in the dark");
    status.wait_for(|status| matches!(status, Status::Unreachable(_))).await.unwrap();
    let asked = chats.emulator.world().call_count("getMe");
    chats.say(STUDENT, STUDENT, "me too");
    chats
        .until("more probes", |world| {
            chats.clock.advance(MINUTE);
            (world.call_count("getMe") >= asked + 3).then_some(())
        })
        .await;
    assert_eq!(chats.emulator.world().call_count("sendMessage"), 1);
    chats.emulator.world().heal();
    assert_eq!(chats.replies_in_time(MAYA, 1).await, ["<in the dark>"]);
    assert_eq!(chats.replies_in_time(STUDENT, 1).await, ["<me too>"]);
}

#[tokio::test]
async fn a_long_answer_goes_on_at_the_part_that_failed() {
    let chats = Chats::start(Parrot::new()).await;
    chats.emulator.world().fail(sending(Fault::ResetBefore).after(1));
    chats.say(MAYA, MAYA, "long");
    let parts = chats.replies_in_time(MAYA, 3).await;
    assert_eq!(parts, ["一", "二", "三"].map(|part| part.repeat(4000)));
}

#[tokio::test]
async fn refused_markup_goes_out_plain_and_a_refused_part_takes_the_rest_with_it() {
    let chats = Chats::start(Parrot::new()).await;
    let unparsed = "Bad Request: can't parse entities: Unsupported start tag";
    chats.emulator.world().fail(sending(Fault::Refuse(400, unparsed.into())));
    chats.say(MAYA, MAYA, "a < b & c");
    assert_eq!(chats.replies(MAYA, 1).await, ["<a < b & c>"]);
    chats.emulator.world().fail(sending(Fault::Refuse(400, "Bad Request: no".into())).after(1));
    chats.say(MAYA, MAYA, "long");
    chats.say(MAYA, MAYA, "next");
    assert_eq!(chats.replies(MAYA, 3).await[1..], ["一".repeat(4000), "<next>".to_owned()]);
}

#[tokio::test]
async fn the_answer_to_a_deleted_question_stands_alone() {
    let parrot = Parrot::new();
    let gate = Arc::clone(&parrot.gate);
    let chats = Chats::start(parrot).await;
    let question = chats.say(MAYA, MAYA, "wait");
    chats.emulator.world().delete(MAYA, question).unwrap();
    gate.notify_one();
    assert_eq!(chats.replies(MAYA, 1).await, ["<wait>"]);
}

#[tokio::test]
async fn a_group_that_migrates_gets_its_answer_once_under_its_new_number() {
    let parrot = Parrot::new();
    let gate = Arc::clone(&parrot.gate);
    let mut world = study_group();
    let basic = world.add_group(-77, "老群", TEACHER);
    world.add_bot(basic, TEACHER, NOW.0).unwrap();
    let mut chats = Chats::start_in(world, parrot).await;
    chats.say(basic, TEACHER, "@wengu_bot wait");
    chats
        .until_stored("the question", || async {
            (!chats.store.waiting_updates().await.unwrap().is_empty()).then_some(())
        })
        .await;
    let to = chats.emulator.world().migrate(basic, NOW.0).unwrap();
    gate.notify_one();
    assert_eq!(chats.replies(to, 1).await, ["<wait>"]);
    chats.say(to, TEACHER, "@wengu_bot more");
    assert_eq!(chats.replies(to, 2).await, ["<wait>", "<more>"]);
    chats.stop().await;
}

#[tokio::test]
async fn a_group_that_throws_us_out_keeps_its_settings_and_is_called_once() {
    let mut chats = group().await;
    chats.store.change(vec![Change::Subscribe(subscription())]).await.unwrap();
    chats.emulator.world().fail(sending(Fault::Kick).chat(GROUP));
    chats.say(GROUP, TEACHER, "@wengu_bot hello");
    let suspended = chats.until_stored("the suspension", || async {
        let subscriptions = chats.store.subscriptions(ChatId(GROUP)).await.unwrap();
        subscriptions.into_iter().find(|subscription| subscription.suspended == Some(Departure::Kicked))
    });
    assert_eq!(suspended.await.cron, "0 9 * * 1");
    chats.stop().await;
    let world = chats.emulator.world();
    // Whoever subscribed is told in private beside that.
    let to_the_group =
        world.calls().filter(|call| call.method.eq_ignore_ascii_case("sendMessage") && call.chat == Some(GROUP));
    assert_eq!(to_the_group.count(), 1);
}

/// A reminder to Maya, planned and handed to the sender.
async fn remind(chats: &Chats) {
    let place = Place { chat: ChatId(MAYA), topic: TopicId::MAIN, kind: ChatKind::Private };
    let new = NewSubscription { place, by: UserId(MAYA), next_due: Some(NOW), ..subscription() };
    chats.store.change(vec![Change::Subscribe(new)]).await.unwrap();
    let stored = chats.store.subscriptions(ChatId(MAYA)).await.unwrap();
    let occurrence = Occurrence { subscription: stored[0].id, due: NOW, sections: Vec::new() };
    let message = Outgoing::text(place, Mode::New, Body::plain("本周举措"));
    let rows = chats.store.plan(occurrence, None, vec![message]).await.unwrap();
    chats.sender.send(rows.unwrap());
}

async fn delivery(chats: &Chats, state: DeliveryState) -> Delivery {
    chats
        .until_stored("the delivery's end", || async {
            let deliveries = chats.store.deliveries(1).await.unwrap();
            deliveries.into_iter().find(|delivery| delivery.state == state)
        })
        .await
}

#[tokio::test]
async fn a_reminder_whose_answer_was_withheld_is_repeated_once_after_a_crash() {
    let mut chats = Chats::start(Parrot::new()).await;
    chats.emulator.world().start(MAYA, "", NOW.0).unwrap();
    chats.replies(MAYA, 1).await;
    chats.emulator.world().fail(sending(Fault::Withhold));
    remind(&chats).await;
    chats.replies(MAYA, 2).await;
    chats.crash().await;
    chats.restart().await;
    assert_eq!(chats.replies_in_time(MAYA, 3).await[1..], ["本周举措", "本周举措"]);
    delivery(&chats, DeliveryState::Sent).await;
    chats.crash().await;
    chats.restart().await;
    chats.say(MAYA, MAYA, "after");
    assert_eq!(chats.replies(MAYA, 4).await[3], "<after>");
}

#[tokio::test]
async fn a_reminder_that_stays_unknown_after_one_repeat_is_given_up_visibly() {
    let mut chats = Chats::start(Parrot::new()).await;
    chats.emulator.world().start(MAYA, "", NOW.0).unwrap();
    chats.replies(MAYA, 1).await;
    chats.emulator.world().fail(sending(Fault::Withhold).times(2));
    remind(&chats).await;
    for copies in [2, 3] {
        chats.replies_in_time(MAYA, copies).await;
        chats.crash().await;
        chats.restart().await;
    }
    let failed = delivery(&chats, DeliveryState::Failed).await;
    assert!(failed.reason.unwrap().starts_with("unknown"));
    chats.stop().await;
    assert_eq!(chats.said(MAYA).len(), 3);
}

#[tokio::test]
async fn an_answer_to_a_topic_that_was_closed_goes_to_the_main_one() {
    let parrot = Parrot::new();
    let gate = Arc::clone(&parrot.gate);
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW.0).unwrap();
    world.make_forum(GROUP);
    let topic = world.create_topic(GROUP, TEACHER, "第一周", NOW.0).unwrap();
    let chats = Chats::start_in(world, parrot).await;
    let question = Saying::new(GROUP, STUDENT, "@wengu_bot wait").topic(topic);
    chats.emulator.world().say(question, NOW.0).unwrap();
    chats.emulator.world().close_topic(GROUP, TEACHER, topic, true, NOW.0).unwrap();
    gate.notify_one();
    assert_eq!(chats.replies(GROUP, 1).await, ["<wait>"]);
    let world = chats.emulator.world();
    assert_eq!(world.chat(GROUP).unwrap().last().unwrap().topic, None);
}

#[tokio::test]
async fn a_press_is_answered_and_made_up_data_is_harmless() {
    let chats = Chats::start(Parrot::new()).await;
    chats.say(MAYA, MAYA, "hello");
    chats.replies(MAYA, 1).await;
    let message = chats.emulator.world().chat(MAYA).unwrap().last().unwrap().id;
    for (data, heard, count) in [("1s", "<Some(Subscribe)>", 2), ("'; DROP TABLE", "<None>", 3)] {
        let press = chats.press(MAYA, MAYA, message, data);
        let notice = chats.until("the notice", |world| world.notice(&press)).await;
        assert_eq!(notice.text.as_deref(), Some("听到了"));
        assert_eq!(chats.replies(MAYA, count).await.last().map(String::as_str), Some(heard));
    }
}

#[tokio::test]
async fn group_talk_leaves_no_trace_in_the_store() {
    let Some(home) = Home::on_a_file("group talk leaves no trace in the file") else { return };
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW.0).unwrap();
    world.rules.privacy = false;
    let mut chats = Chats::start_at(home, world, Parrot::new()).await;
    let secret = chats.say(GROUP, STUDENT, "unaddressed-secret");
    let about = Saying::new(GROUP, MAYA, "@wengu_bot addressed-question").reply_to(secret);
    chats.emulator.world().say(about, NOW.0).unwrap();
    assert_eq!(chats.replies(GROUP, 1).await, ["<addressed-question>"]);
    chats.stop().await;
    let bytes = chats.stored_bytes();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!holds("unaddressed-secret"));
    // The other one was there, so the look was not in vain.
    assert!(holds("addressed-question"));
}

#[tokio::test]
async fn a_question_that_waited_too_long_is_passed_over_in_a_group_and_answered_in_private() {
    let mut chats = group().await;
    chats.stop().await;
    chats.say(GROUP, STUDENT, "@wengu_bot old");
    chats.say(STUDENT, STUDENT, "old");
    chats.advance(11 * MINUTE);
    chats.say(GROUP, STUDENT, "@wengu_bot new");
    chats.restart().await;
    assert_eq!(chats.replies(STUDENT, 1).await, ["<old>"]);
    assert_eq!(chats.replies(GROUP, 1).await, ["<new>"]);
    let aside = chats.store.set_aside().await.unwrap();
    assert!(aside[0].reason.contains("ten minutes"), "{aside:?}");
}

#[tokio::test]
async fn polling_goes_on_after_conflicts_resets_and_gateways() {
    let chats = Chats::start(Parrot::new()).await;
    let polling = |fault| FaultRule::new(fault).method("getUpdates");
    {
        let mut world = chats.emulator.world();
        for fault in [Fault::ResetBefore, Fault::ResetAfter, Fault::Gateway(502), Fault::TooMany(1)] {
            world.fail(polling(fault));
        }
    }
    chats.say(MAYA, MAYA, "through");
    chats.say(MAYA, MAYA, "the storm");
    assert_eq!(chats.replies(MAYA, 2).await, ["<through>", "<the storm>"]);
}

#[tokio::test]
async fn a_sticker_or_a_member_leaving_is_no_reason_to_speak() {
    let mut chats = group().await;
    chats.emulator.world().say(Saying::sticker(GROUP, STUDENT, "👍"), NOW.0).unwrap();
    chats.emulator.world().appoint(GROUP, TEACHER, STUDENT, Role::Left, NOW.0).unwrap();
    chats.say(GROUP, TEACHER, "@wengu_bot hello");
    chats.replies(GROUP, 1).await;
    chats.stop().await;
    assert_eq!(chats.said(GROUP), ["<hello>"]);
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_the_way_to_a_right_one() {
    let chats = Chats::start(Parrot::new()).await;
    let token = Token::parse("7000000001:wrong").unwrap();
    let api = Api::new(Transport::new(&SecretUrl::new(chats.emulator.url.clone()), &token, None).unwrap());
    let error = connect(&api).await.unwrap_err().to_string();
    assert!(error.contains("@BotFather") && !error.contains("wrong"), "{error}");
}
