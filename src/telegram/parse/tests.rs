//! What updates of each kind mean.

use serde_json::{Value, json};

use super::*;
use crate::message::{Action, Departure, Lang, Offered, Pressed, Sender, UserId};
use crate::telegram::api::tests::me;

const NOW: Timestamp = Timestamp(5_000_000);

fn update(kind: &str, content: &Value) -> Update {
    read(&json!({ "update_id": 7, kind: content }).to_string(), &me(true), NOW)
}

/// What an update of a kind means; `None` for nothing.
fn meaning(kind: &str, content: &Value) -> Option<Incoming> {
    update(kind, content).meaning.ok()
}

fn said(message: &Value) -> Option<Incoming> {
    meaning("message", message)
}

fn ann() -> Value {
    json!({ "id": 5, "is_bot": false, "first_name": "Ann", "language_code": "en-GB" })
}

fn bot() -> Value {
    json!({ "id": 42, "is_bot": true, "first_name": "温故", "username": "wengu_bot" })
}

/// A message of Ann's, with what these fields add or replace.
fn message(chat: &Value, fields: Value) -> Value {
    let mut message = json!({ "message_id": 11, "from": ann(), "chat": chat, "date": 1000 });
    let fields = if let Value::Object(fields) = fields { fields } else { panic!("not an object") };
    message.as_object_mut().unwrap().extend(fields);
    message
}

fn private() -> Value {
    json!({ "id": 5, "type": "private", "first_name": "Ann" })
}

fn group() -> Value {
    json!({ "id": -100, "type": "supergroup", "title": "学习小组", "is_forum": true })
}

fn event(incoming: Option<Incoming>) -> Event {
    incoming.unwrap().event
}

fn text(incoming: Option<Incoming>) -> Option<String> {
    match incoming?.event {
        Event::Said(said) => Some(said.text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_private_text_is_a_question_of_its_person() {
    let incoming = said(&message(&private(), json!({ "text": "一把手" }))).unwrap();
    let place = Place { chat: ChatId(5), topic: TopicId::MAIN, kind: ChatKind::Private };
    let said = Said { message: MessageId(11), text: "一把手".into(), reply_to: None, edited: false };
    let sender = Sender { who: UserId(5).into(), lang: Lang::En, anonymous_admin: false };
    let names = Names::default();
    assert_eq!(
        incoming,
        Incoming { place, sender, at: Timestamp(1_000_000), event: Event::Said(said), names, album: None, file: None }
    );
}

#[test]
fn group_talk_that_is_not_for_us_leaves_only_its_numbers() {
    let read = update("message", &message(&group(), json!({ "text": "悄悄话" })));
    let nothing = Err(Passed::NotForUs);
    assert_eq!(
        read,
        Update {
            id: Some(7),
            kind: Kind::Message,
            meaning: nothing,
            query: None,
            odd_parts: 0,
            heard_in: Some(ChatId(-100))
        }
    );
}

#[test]
fn a_reply_to_us_is_for_us_and_one_to_others_is_not() {
    let of = |from: Value| message(&group(), json!({ "from": from, "message_id": 9, "text": "卡片" }));
    let reply = |to: Value| message(&group(), json!({ "text": "为什么", "reply_to_message": to }));
    let Event::Said(ours) = event(said(&reply(of(bot())))) else { panic!("not said") };
    assert_eq!((ours.text.as_str(), ours.reply_to), ("为什么", Some(MessageId(9))));
    assert_eq!(said(&reply(of(ann()))), None);
}

#[test]
fn a_message_in_a_topic_we_opened_is_no_reply_to_us() {
    let opened = json!({ "from": bot(), "message_id": 9, "forum_topic_created": { "name": "t", "icon_color": 0 } });
    let in_topic = json!({
        "text": "闲聊", "message_thread_id": 9, "is_topic_message": true,
        "reply_to_message": message(&group(), opened)
    });
    assert_eq!(said(&message(&group(), in_topic)), None);
}

#[test]
fn only_a_topic_message_is_in_a_topic() {
    let command = |fields: Value| {
        let mut all = json!({ "text": "/read", "entities": [{ "type": "bot_command", "offset": 0, "length": 5 }] });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        said(&message(&group(), all)).unwrap().place.topic
    };
    assert_eq!(command(json!({ "message_thread_id": 3, "is_topic_message": true })), TopicId(3));
    assert_eq!(command(json!({ "message_thread_id": 3 })), TopicId::MAIN);
}

#[test]
fn a_topic_is_known_by_its_name_from_its_opening_or_from_a_message_in_it() {
    let opening = json!({
        "message_thread_id": 3, "is_topic_message": true,
        "forum_topic_created": { "name": "每周学习", "icon_color": 0 }
    });
    let opened = message(&group(), opening);
    let named = Names { chat: Some("学习小组".into()), topic: Some("每周学习".into()) };
    let told = said(&opened).unwrap();
    assert_eq!((told.event, told.place.topic, &told.names), (Event::TopicNamed, TopicId(3), &named));
    let inside = json!({
        "text": "/read", "message_thread_id": 3, "is_topic_message": true, "reply_to_message": opened,
        "entities": [{ "type": "bot_command", "offset": 0, "length": 5 }]
    });
    assert_eq!(said(&message(&group(), inside)).unwrap().names, named);
}

#[test]
fn who_speaks_as_a_chat_is_that_chat_and_no_person() {
    let from = |id: i64| json!({ "id": id, "is_bot": true, "first_name": "Group" });
    let channel = json!({ "id": -200, "type": "channel", "title": "C" });
    let (group_id, ours) = (Speaker::Chat(ChatId(-100)), json!(group()));
    let table = [
        (from(1_087_968_824), ours.clone(), (group_id, true)),
        (from(1_087_968_824), json!(7), (group_id, true)),
        (from(136_817_688), channel.clone(), (Speaker::Chat(ChatId(-200)), false)),
        (from(136_817_688), json!([]), (group_id, false)),
        (json!(null), channel, (Speaker::Chat(ChatId(-200)), false)),
        (ann(), json!("odd"), (Speaker::Person(UserId(5)), false)),
    ];
    for (from, as_chat, expected) in table {
        let fields = json!({
            "from": from, "sender_chat": as_chat, "text": "/subscribe@wengu_bot",
            "entities": [{ "type": "bot_command", "offset": 0, "length": 20 }]
        });
        let sender = said(&message(&group(), fields)).unwrap().sender;
        assert_eq!((sender.who, sender.anonymous_admin), expected, "{from} {as_chat}");
    }
}

#[test]
fn machines_and_channels_are_not_listened_to() {
    let other = json!({ "id": 43, "is_bot": true, "first_name": "Other" });
    assert_eq!(said(&message(&private(), json!({ "from": other, "text": "hi" }))), None);
    assert_eq!(said(&message(&private(), json!({ "via_bot": bot(), "text": "hi" }))), None);
    let channel = json!({ "id": -200, "type": "channel", "title": "C" });
    assert_eq!(meaning("channel_post", &message(&channel, json!({ "text": "hi" }))), None);
    assert_eq!(said(&message(&channel, json!({ "text": "hi" }))), None);
}

#[test]
fn a_sticker_is_answered_in_private_and_passed_over_in_a_group() {
    let sticker = json!({ "location": { "latitude": 1.0, "longitude": 2.0 } });
    let unreadable = Event::Unreadable(MessageId(11));
    assert_eq!(event(said(&message(&private(), sticker.clone()))), unreadable);
    assert_eq!(said(&message(&group(), sticker.clone())), None);
    let mut reply = message(&group(), sticker);
    reply["reply_to_message"] = message(&group(), json!({ "from": bot(), "text": "卡片" }));
    assert_eq!(event(said(&reply)), unreadable);
}

#[test]
fn a_caption_counts_as_text() {
    let photo = json!({ "photo": [], "caption": "一把手" });
    assert_eq!(text(said(&message(&private(), photo))).as_deref(), Some("一把手"));
}

#[test]
fn an_edited_message_is_said_again_at_the_time_of_the_edit() {
    let edit = message(&private(), json!({ "text": "四风", "edit_date": 1060 }));
    let incoming = meaning("edited_message", &edit).unwrap();
    assert_eq!(incoming.at, Timestamp(1_060_000));
    assert!(matches!(incoming.event, Event::Said(said) if said.edited));
}

#[test]
fn a_press_carries_its_action_and_waits_for_an_answer() {
    let press = |data: &str| {
        let card = message(&private(), json!({ "from": bot(), "text": "卡片" }));
        let query = json!({ "id": "99", "from": ann(), "message": card, "chat_instance": "1", "data": data });
        update("callback_query", &query)
    };
    let read = press("1s");
    assert_eq!(read.query.as_deref(), Some("99"));
    assert_eq!(read.meaning.as_ref().unwrap().at, NOW);
    let pressed = |action| Event::Pressed(Pressed { press: 99, message: MessageId(11), action, offered: Offered::No });
    assert_eq!(event(read.meaning.ok()), pressed(Some(Action::Subscribe)));
    assert_eq!(event(press("drop table").meaning.ok()), pressed(None));
}

#[test]
fn what_is_typed_in_another_chat_waits_for_an_answer_as_its_persons() {
    let query = json!({ "id": "77", "from": ann(), "query": "一把手", "offset": "10", "chat_type": "supergroup" });
    let read = update("inline_query", &query);
    assert_eq!(read.query.as_deref(), Some("77"));
    let incoming = read.meaning.unwrap();
    assert_eq!((incoming.place.chat, incoming.place.kind), (ChatId(5), ChatKind::Private));
    assert_eq!(incoming.event, Event::Typing(Typing { text: "一把手".into(), from: 10 }));
}

#[test]
fn a_press_under_a_message_too_old_to_see_still_counts() {
    let old = json!({ "chat": group(), "message_id": 3, "date": 0 });
    let query = json!({ "id": "99", "from": ann(), "message": old, "chat_instance": "1", "data": "1s" });
    let read = update("callback_query", &query);
    assert_eq!(read.meaning.unwrap().place.chat, ChatId(-100));
}

#[test]
fn coming_and_going_is_noticed_and_a_new_role_is_not() {
    let banned = json!({ "status": "kicked", "user": bot(), "until_date": 0 });
    let status = |status: &str| json!({ "status": status, "user": bot() });
    let change = |chat: &Value, old: &Value, new: &Value| {
        let change =
            json!({ "chat": chat, "from": ann(), "date": 1000, "old_chat_member": old, "new_chat_member": new });
        meaning("my_chat_member", &change).map(|incoming| incoming.event)
    };
    assert_eq!(change(&group(), &status("left"), &status("member")), Some(Event::Joined));
    assert_eq!(change(&group(), &status("member"), &banned), Some(Event::Left(Departure::Kicked)));
    assert_eq!(change(&private(), &status("member"), &banned), Some(Event::Left(Departure::Blocked)));
    assert_eq!(change(&private(), &banned, &status("member")), Some(Event::Joined));
    assert_eq!(change(&group(), &status("member"), &status("member")), None);
    let restricted = |may_write: bool| {
        let rights = ["audios", "documents", "photos", "videos", "video_notes", "voice_notes", "polls"];
        let mut member = json!({
            "status": "restricted", "user": bot(), "is_member": true, "until_date": 0,
            "can_send_messages": may_write, "can_send_other_messages": false, "can_add_web_page_previews": false,
            "can_change_info": false, "can_invite_users": false, "can_pin_messages": false, "can_manage_topics": false,
        });
        for right in rights {
            member[format!("can_send_{right}")] = json!(false);
        }
        member
    };
    let muted = restricted(false);
    assert_eq!(change(&group(), &status("member"), &muted), None, "the next reminder will tell");
    assert_eq!(change(&group(), &muted, &status("member")), Some(Event::Joined));
    assert_eq!(change(&group(), &muted, &restricted(true)), Some(Event::Joined));
}

#[test]
fn both_halves_of_a_migration_say_the_same() {
    let old = json!({ "id": -5, "type": "group", "title": "学习小组" });
    let to = said(&message(&old, json!({ "migrate_to_chat_id": -100 }))).unwrap();
    let from = said(&message(&group(), json!({ "migrate_from_chat_id": -5 }))).unwrap();
    for half in [to, from] {
        assert_eq!((half.place.chat, half.event), (ChatId(-5), Event::Migrated { to: ChatId(-100) }));
    }
}

#[test]
fn what_is_unknown_is_passed_over_by_its_number() {
    let unknown = update("teleported_message", &json!({ "text": "hi" }));
    let nothing = Err(Passed::NoMeaning);
    assert_eq!(
        unknown,
        Update { id: Some(7), kind: Kind::Other, meaning: nothing, query: None, odd_parts: 0, heard_in: None }
    );
    let service = message(&private(), json!({ "a_new_thing": { "x": 1 } }));
    assert_eq!(update("message", &service).meaning, Err(Passed::NoMeaning));
    for nowhere in [json!({ "chat": 7, "text": "hi" }), json!([]), json!(null), json!({ "from": ann(), "text": "hi" })]
    {
        assert_eq!(update("message", &nowhere).meaning, Err(Passed::Unreadable), "{nowhere}");
    }
    for nothing in [r#"{"message":{}}"#, "nonsense", "[1]"] {
        assert_eq!(read(nothing, &me(true), NOW).id, None, "{nothing}");
    }
}

#[test]
fn a_panic_while_reading_makes_that_update_unreadable_and_no_other() {
    let read = guarded(Some(7), Kind::PollAnswer, || panic!("told to"));
    let unreadable = Err(Passed::Unreadable);
    assert_eq!(
        read,
        Update { id: Some(7), kind: Kind::PollAnswer, meaning: unreadable, query: None, odd_parts: 0, heard_in: None }
    );
}

#[test]
fn a_number_beyond_32_bits_is_one() {
    let json = json!({ "update_id": i64::MAX, "message": message(&private(), json!({ "text": "一把手" })) });
    let read = read(&json.to_string(), &me(true), NOW);
    assert_eq!((read.id, text(read.meaning.ok()).as_deref()), (Some(i64::MAX), Some("一把手")));
}

#[test]
fn an_odd_part_costs_itself_alone_and_is_counted() {
    let odd = json!({
        "text": "一把手", "message_id": "eleven", "date": {}, "edit_date": [], "entities": 7, "via_bot": "us",
        "sender_chat": [-100], "reply_to_message": [9], "is_topic_message": "yes", "photo": 7, "external_reply": 1
    });
    let read = update("message", &message(&private(), odd));
    assert_eq!(text(read.meaning.ok()).as_deref(), Some("一把手"));
    assert_eq!(read.odd_parts, 8);
}

#[test]
fn a_press_says_whether_the_message_offers_it() {
    let offered = |carrier: Value| {
        let query = json!({ "id": "99", "from": ann(), "message": carrier, "data": "1s" });
        let Event::Pressed(pressed) = event(meaning("callback_query", &query)) else { panic!("not pressed") };
        pressed.offered
    };
    let under = |keyboard: Value| message(&group(), json!({ "from": bot(), "reply_markup": keyboard }));
    let rows = |rows: Value| under(json!({ "inline_keyboard": rows }));
    let (ours, other) = (json!({ "text": "订阅", "callback_data": "1s" }), json!({ "text": "x", "url": "tg://x" }));
    assert_eq!(offered(rows(json!([[other], [other, ours]]))), Offered::Yes);
    assert_eq!(offered(rows(json!([[7], 7, [ours]]))), Offered::Yes, "an odd button hides no other");
    assert_eq!(offered(rows(json!([[other], [{ "text": "y", "callback_data": "1s " }]]))), Offered::No);
    assert_eq!(offered(message(&group(), json!({ "from": bot() }))), Offered::No, "its buttons were taken away");
    for odd in [json!(7), json!({ "inline_keyboard": 7 }), json!({ "inline_keyboard": [7] })] {
        assert_eq!(offered(under(odd.clone())), Offered::Unknown, "{odd}");
    }
    assert_eq!(offered(rows(json!([[{ "callback_data": 7 }]]))), Offered::Unknown);
    let mut gone = rows(json!([[ours]]));
    gone["date"] = json!(0);
    assert_eq!(offered(gone), Offered::Unknown, "Telegram does not show it any more");
}

#[test]
fn what_the_inbox_keeps_is_what_was_read() {
    let incoming = said(&message(&private(), json!({ "text": "一把手" }))).unwrap();
    let kept = serde_json::to_string(&incoming).unwrap();
    assert_eq!(serde_json::from_str::<Incoming>(&kept).unwrap(), incoming);
}
