//! An update of Telegram as what it means to us: [`Incoming`], or nothing.
//!
//! The meaning is what the inbox keeps, not Telegram's JSON: an update carries whole messages of other people along
//! (the one that is replied to, the one under a button), and text that nobody said to us must not be stored.

use teloxide::types::{
    CallbackQuery, Chat, ChatMember, ChatMemberKind, ChatMemberUpdated, ChatMigration, InlineQuery, MediaKind, Message,
    MessageKind, Update as Raw, UpdateKind, User,
};

use crate::clock::Timestamp;
use crate::message::{
    ChatId, ChatKind, Departure, Event, Incoming, Lang, MessageId, Names, Place, Pressed, Said, Sender, TopicId,
    Typing, UserId,
};
use crate::telegram::address::{self, Hearing, Spoken};
use crate::telegram::api::Me;
use crate::telegram::callback;

/// One update, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Telegram's number for it.
    pub id: i64,
    /// What it means to us; `None` when it is not for us.
    pub incoming: Option<Incoming>,
    /// The button press, or the typing in another chat, that waits for an answer.
    pub query: Option<String>,
}

/// Reads an update as Telegram sent it; `None` for something that has not even a number. `now` stands for the instant of
/// a button press, which Telegram does not tell.
pub fn read(json: &str, me: &Me, now: Timestamp) -> Option<Update> {
    // From text: teloxide reads valid updates from a `Value` as errors.
    let raw: Raw = serde_json::from_str(json).ok()?;
    let id = i64::from(raw.id.0);
    let mut waits = None;
    let incoming = match &raw.kind {
        UpdateKind::Message(message) => read_message(message, me, false),
        UpdateKind::EditedMessage(message) => read_message(message, me, true),
        UpdateKind::CallbackQuery(query) => {
            waits = Some(query.id.0.clone());
            read_press(query, now)
        }
        UpdateKind::InlineQuery(query) => {
            waits = Some(query.id.0.clone());
            Some(read_typing(query, now))
        }
        UpdateKind::MyChatMember(change) => read_standing(change),
        UpdateKind::Error(_) => {
            tracing::warn!(update = id, "left out an update of a form that is not known here");
            None
        }
        _ => None,
    };
    Some(Update { id, incoming, query: waits })
}

fn read_message(message: &Message, me: &Me, edited: bool) -> Option<Incoming> {
    let kind = chat_kind(&message.chat)?;
    let place = Place { chat: ChatId(message.chat.id.0), topic: topic(message), kind };
    let from = message.from.as_ref()?;
    let sender = sender(from, message.sender_chat.as_ref() == Some(&message.chat));
    let at = message.edit_date().copied().unwrap_or(message.date);
    let names = names(message, kind);
    let incoming = |place, event| Incoming { place, sender, at: Timestamp(at.timestamp_millis()), event, names };
    if let Some(migration) = message.chat_migration() {
        let (chat, to) = match *migration {
            ChatMigration::To { chat_id } => (place.chat, ChatId(chat_id.0)),
            ChatMigration::From { chat_id } => (ChatId(chat_id.0), place.chat),
        };
        return Some(incoming(Place { chat, ..place }, Event::Migrated { to }));
    }
    if place.topic != TopicId::MAIN && own_topic_name(message).is_some() {
        return Some(incoming(place, Event::TopicNamed));
    }
    if is_by_machine(message, from, me) {
        return None;
    }
    let reply_to = replied_to(message, me);
    let id = MessageId(message.id.0);
    if let Some(spoken) = spoken(message) {
        let hearing = match (kind, reply_to) {
            (ChatKind::Private, _) => Hearing::Alone,
            (ChatKind::Group, Some(_)) => Hearing::Replied,
            (ChatKind::Group, None) => Hearing::Among,
        };
        let text = address::to_us(spoken, me, hearing)?;
        return Some(incoming(place, Event::Said(Said { message: id, text, reply_to, edited })));
    }
    let meant_for_us = kind == ChatKind::Private || reply_to.is_some();
    (meant_for_us && is_wordless(message)).then(|| incoming(place, Event::Unreadable(id)))
}

fn read_press(query: &CallbackQuery, now: Timestamp) -> Option<Incoming> {
    let message = query.message.as_ref()?;
    let chat = message.chat();
    let place = Place {
        chat: ChatId(chat.id.0),
        topic: message.regular_message().map_or(TopicId::MAIN, topic),
        kind: chat_kind(chat)?,
    };
    let action = query.data.as_deref().and_then(callback::decode);
    let event = Event::Pressed(Pressed { message: MessageId(message.id().0), action });
    Some(Incoming { place, sender: sender(&query.from, false), at: now, event, names: Names::default() })
}

/// Telegram does not say in which chat: what is typed there belongs to the person's private one.
fn read_typing(query: &InlineQuery, now: Timestamp) -> Incoming {
    let sender = sender(&query.from, false);
    let place = Place { chat: ChatId(sender.user.0), topic: TopicId::MAIN, kind: ChatKind::Private };
    let from = query.offset.parse().unwrap_or(0);
    Incoming {
        place,
        sender,
        at: now,
        event: Event::Typing(Typing { text: query.query.clone(), from }),
        names: Names::default(),
    }
}

/// Our own standing in a chat changed: only coming and going matters.
fn read_standing(change: &ChatMemberUpdated) -> Option<Incoming> {
    let kind = chat_kind(&change.chat)?;
    let may_write_again = !may_write(&change.old_chat_member) && may_write(&change.new_chat_member);
    let event = match (is_in(&change.old_chat_member), is_in(&change.new_chat_member)) {
        (false, true) => Event::Joined,
        (true, true) if may_write_again => Event::Joined,
        (true, false) if kind == ChatKind::Private => Event::Left(Departure::Blocked),
        (true, false) => Event::Left(Departure::Kicked),
        _ => return None,
    };
    let place = Place { chat: ChatId(change.chat.id.0), topic: TopicId::MAIN, kind };
    let at = Timestamp(change.date.timestamp_millis());
    Some(Incoming { place, sender: sender(&change.from, false), at, event, names: Names::default() })
}

fn is_in(member: &ChatMember) -> bool {
    match &member.kind {
        ChatMemberKind::Left | ChatMemberKind::Banned(_) => false,
        ChatMemberKind::Restricted(restricted) => restricted.is_member,
        _ => true,
    }
}

fn may_write(member: &ChatMember) -> bool {
    !matches!(&member.kind, ChatMemberKind::Restricted(restricted) if !restricted.can_send_messages)
}

/// Nothing that a person said: another bot, a post that a channel shares with its group, or what we sent ourselves in
/// the name of a person.
fn is_by_machine(message: &Message, from: &User, me: &Me) -> bool {
    (from.is_bot && message.sender_chat.is_none())
        || message.is_automatic_forward()
        || message.via_bot.as_ref().is_some_and(|bot| is_me(bot, me))
}

/// The message of ours that this one replies to.
fn replied_to(message: &Message, me: &Me) -> Option<MessageId> {
    let replied = message.reply_to_message()?;
    let ours = replied.from.as_ref().is_some_and(|user| is_me(user, me));
    // In a topic, what replies to nothing replies to the message that opened the topic.
    let opens_topic = message.is_topic_message && message.thread_id.is_some_and(|thread| thread.0 == replied.id);
    (ours && !opens_topic).then_some(MessageId(replied.id.0))
}

fn spoken(message: &Message) -> Option<Spoken<'_>> {
    let text = message.text().or_else(|| message.caption())?;
    let entities = message.entities().or_else(|| message.caption_entities()).unwrap_or_default();
    Some(Spoken { text, entities })
}

/// Something that a person sent, but not in words. Service messages are none of this.
fn is_wordless(message: &Message) -> bool {
    match &message.kind {
        MessageKind::Common(common) => !matches!(common.media_kind, MediaKind::Text(_) | MediaKind::Migration(_)),
        MessageKind::Dice(_) => true,
        _ => false,
    }
}

fn chat_kind(chat: &Chat) -> Option<ChatKind> {
    if chat.is_private() { Some(ChatKind::Private) } else { (!chat.is_channel()).then_some(ChatKind::Group) }
}

fn topic(message: &Message) -> TopicId {
    // Outside of topics a thread is only a chain of replies.
    match message.thread_id {
        Some(thread) if message.is_topic_message => TopicId(thread.0.0),
        _ => TopicId::MAIN,
    }
}

/// What group and topic are called. In a topic, what replies to nothing replies to the message that opened it.
fn names(message: &Message, kind: ChatKind) -> Names {
    if kind == ChatKind::Private {
        return Names::default();
    }
    let opened = message.reply_to_message().filter(|_| topic(message) != TopicId::MAIN);
    let topic = own_topic_name(message).or_else(|| opened.and_then(own_topic_name));
    Names { chat: message.chat.title().map(str::to_owned), topic: topic.map(str::to_owned) }
}

/// The name that a service message gives to its topic.
fn own_topic_name(message: &Message) -> Option<&str> {
    match &message.kind {
        MessageKind::ForumTopicCreated(created) => Some(&created.forum_topic_created.name),
        MessageKind::ForumTopicEdited(edited) => edited.forum_topic_edited.name.as_deref(),
        _ => None,
    }
}

fn sender(user: &User, anonymous_admin: bool) -> Sender {
    Sender {
        user: UserId(i64::try_from(user.id.0).unwrap_or_default()),
        lang: Lang::from_tag(user.language_code.as_deref()),
        anonymous_admin,
    }
}

pub(super) fn is_me(user: &User, me: &Me) -> bool {
    i64::try_from(user.id.0) == Ok(me.id.0)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::message::Action;
    use crate::telegram::api::tests::me;

    const NOW: Timestamp = Timestamp(5_000_000);

    fn update(kind: &str, content: &Value) -> Update {
        let json = json!({ "update_id": 7, kind: content }).to_string();
        read(&json, &me(true), NOW).unwrap()
    }

    fn said(message: &Value) -> Option<Incoming> {
        update("message", message).incoming
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
        let sender = Sender { user: UserId(5), lang: Lang::En, anonymous_admin: false };
        let names = Names::default();
        assert_eq!(incoming, Incoming { place, sender, at: Timestamp(1_000_000), event: Event::Said(said), names });
    }

    #[test]
    fn group_talk_that_is_not_for_us_leaves_only_its_number() {
        let read = update("message", &message(&group(), json!({ "text": "悄悄话" })));
        assert_eq!(read, Update { id: 7, incoming: None, query: None });
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
    fn an_anonymous_admin_speaks_as_the_group() {
        let stand_in = json!({ "id": 1_087_968_824, "is_bot": true, "first_name": "Group" });
        let fields = json!({
            "from": stand_in, "sender_chat": group(), "text": "/subscribe@wengu_bot",
            "entities": [{ "type": "bot_command", "offset": 0, "length": 20 }]
        });
        assert!(said(&message(&group(), fields)).unwrap().sender.anonymous_admin);
    }

    #[test]
    fn machines_and_channels_are_not_listened_to() {
        let other = json!({ "id": 43, "is_bot": true, "first_name": "Other" });
        assert_eq!(said(&message(&private(), json!({ "from": other, "text": "hi" }))), None);
        assert_eq!(said(&message(&private(), json!({ "via_bot": bot(), "text": "hi" }))), None);
        let channel = json!({ "id": -200, "type": "channel", "title": "C" });
        assert_eq!(update("channel_post", &message(&channel, json!({ "text": "hi" }))).incoming, None);
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
        let incoming = update("edited_message", &edit).incoming.unwrap();
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
        assert_eq!(read.incoming.as_ref().unwrap().at, NOW);
        let pressed = Pressed { message: MessageId(11), action: Some(Action::Subscribe) };
        assert_eq!(event(read.incoming), Event::Pressed(pressed));
        let made_up = Pressed { message: MessageId(11), action: None };
        assert_eq!(event(press("drop table").incoming), Event::Pressed(made_up));
    }

    #[test]
    fn what_is_typed_in_another_chat_waits_for_an_answer_as_its_persons() {
        let query = json!({ "id": "77", "from": ann(), "query": "一把手", "offset": "10", "chat_type": "supergroup" });
        let read = update("inline_query", &query);
        assert_eq!(read.query.as_deref(), Some("77"));
        let incoming = read.incoming.unwrap();
        assert_eq!((incoming.place.chat, incoming.place.kind), (ChatId(5), ChatKind::Private));
        assert_eq!(incoming.event, Event::Typing(Typing { text: "一把手".into(), from: 10 }));
    }

    #[test]
    fn a_press_under_a_message_too_old_to_see_still_counts() {
        let old = json!({ "chat": group(), "message_id": 3, "date": 0 });
        let query = json!({ "id": "99", "from": ann(), "message": old, "chat_instance": "1", "data": "1s" });
        let read = update("callback_query", &query);
        assert_eq!(read.incoming.unwrap().place.chat, ChatId(-100));
    }

    #[test]
    fn coming_and_going_is_noticed_and_a_new_role_is_not() {
        let banned = json!({ "status": "kicked", "user": bot(), "until_date": 0 });
        let status = |status: &str| json!({ "status": status, "user": bot() });
        let change = |chat: &Value, old: &Value, new: &Value| {
            let change =
                json!({ "chat": chat, "from": ann(), "date": 1000, "old_chat_member": old, "new_chat_member": new });
            update("my_chat_member", &change).incoming.map(|incoming| incoming.event)
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
        assert_eq!(unknown, Update { id: 7, incoming: None, query: None });
        let service = message(&private(), json!({ "a_new_thing": { "x": 1 } }));
        assert_eq!(said(&service), None);
        assert_eq!(read(r#"{"message":{}}"#, &me(true), NOW), None);
        assert_eq!(read("nonsense", &me(true), NOW), None);
    }

    #[test]
    fn what_the_inbox_keeps_is_what_was_read() {
        let incoming = said(&message(&private(), json!({ "text": "一把手" }))).unwrap();
        let kept = serde_json::to_string(&incoming).unwrap();
        assert_eq!(serde_json::from_str::<Incoming>(&kept).unwrap(), incoming);
    }
}
