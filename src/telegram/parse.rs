//! An update of Telegram as what it means to us: [`Incoming`], or why it means nothing.
//!
//! The meaning is what the inbox keeps, not Telegram's JSON: an update carries whole messages of other people along
//! (the one that is replied to, the one under a button), and text that nobody said to us must not be stored.
//!
//! The parts of an update are read leniently (`update`). A message needs a chat and a
//! sender; whatever else cannot be read costs itself.

mod press;
mod speaker;
mod standing;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::clock::Timestamp;
use crate::message::{ChatId, ChatKind, Event, Incoming, MessageId, Names, Place, Said, Speaker, TopicId, Typing};
use crate::telegram::address::{self, Hearing, Spoken};
use crate::telegram::api::Me;
use crate::telegram::update::{Chat, Envelope, InlineQuery, Lenient, Message, Odd, Topic, User, content};

pub use crate::telegram::update::Kind;
pub use crate::telegram::update::trace::Passed;

/// The account that Telegram sends a linked channel's posts from.
const TELEGRAM_ITSELF: i64 = 777_000;

/// One update, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Telegram's number for it; `None` where there is none that can be read.
    pub id: Option<i64>,
    /// What it is about.
    pub kind: Kind,
    /// What it means to us, or why it means nothing.
    pub meaning: Result<Incoming, Passed>,
    /// The button press, or the typing in another chat, that waits for an answer.
    pub query: Option<String>,
    /// How many of its optional parts could not be read.
    pub odd_parts: usize,
    /// The group in which people said something among themselves: we are in it.
    pub heard_in: Option<ChatId>,
}

/// Reads an update as Telegram sent it. `now` stands for the instant of what Telegram tells none for, such as a button
/// press. Never panics: a mistake of ours makes the update unreadable, and the next one is read.
pub fn read(json: &str, me: &Me, now: Timestamp) -> Update {
    let envelope = Envelope::open(json);
    let (id, kind) = (envelope.id, envelope.kind);
    guarded(id, kind, || read_content(&envelope, me, now))
}

/// Reads an update by these means; what panics is unreadable.
fn guarded(id: Option<i64>, kind: Kind, read: impl FnOnce() -> Update) -> Update {
    // Reading changes nothing but its own result, which is dropped with the panic.
    let unreadable = Update { id, kind, meaning: Err(Passed::Unreadable), query: None, odd_parts: 0, heard_in: None };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(unreadable)
}

fn read_content(envelope: &Envelope<'_>, me: &Me, now: Timestamp) -> Update {
    let &Envelope { id, kind, content: json } = envelope;
    let update = |meaning, query, odd_parts| Update { id, kind, meaning, query, odd_parts, heard_in: None };
    match kind {
        Kind::Message | Kind::EditedMessage => {
            let message = content::<Message>(json);
            let meaning = with(&message, |message| read_message(message, me, kind == Kind::EditedMessage, now));
            let heard_in = message.get().filter(|_| meaning == Err(Passed::NotForUs)).and_then(chat_of);
            Update { heard_in, ..update(meaning, None, message.odd()) }
        }
        Kind::CallbackQuery => {
            let query = content(json);
            update(with(&query, |query| press::read(query, now)), waits(&query, |query| &query.id), query.odd())
        }
        Kind::InlineQuery => {
            let query = content::<InlineQuery>(json);
            update(with(&query, |query| read_typing(query, now)), waits(&query, |query| &query.id), query.odd())
        }
        Kind::MyChatMember => {
            let change = content(json);
            update(with(&change, |change| standing::read(change, now)), None, change.odd())
        }
        _ => update(Err(Passed::NoMeaning), None, 0),
    }
}

fn with<T>(part: &Lenient<T>, read: impl FnOnce(&T) -> Result<Incoming, Passed>) -> Result<Incoming, Passed> {
    part.get().ok_or(Passed::Unreadable).and_then(read)
}

fn waits<T>(query: &Lenient<T>, id: impl FnOnce(&T) -> &Lenient<String>) -> Option<String> {
    query.get().and_then(|query| id(query).text()).map(str::to_owned)
}

fn chat_of(message: &Message) -> Option<ChatId> {
    place(&message.chat, topic(message)).ok().map(|place| place.chat)
}

/// How much of a file's name is kept, in characters: as many as most systems allow bytes.
const LONGEST_FILE_NAME: usize = 255;

fn read_message(message: &Message, me: &Me, edited: bool, now: Timestamp) -> Result<Incoming, Passed> {
    let place = place(&message.chat, topic(message))?;
    let sender = speaker::of_message(message, place)?;
    let at = instant(message.edit_date.copied().or(message.date.copied()), now);
    let names = names(message, place);
    let who = sender.who;
    let album = message.media_group_id.text().map(str::to_owned);
    let file = message.document.get().or(message.audio.get()).and_then(|file| file.file_name.text());
    let file = file.map(|name| name.chars().take(LONGEST_FILE_NAME).collect());
    let incoming = |place, event| Incoming { place, sender, at, event, names, album, file };
    if let Some((from, to)) = migration(message, place) {
        return Ok(incoming(Place { chat: from, ..place }, Event::Migrated { to }));
    }
    if place.topic != TopicId::MAIN && own_topic_name(message).is_some() {
        return Ok(incoming(place, Event::TopicNamed));
    }
    if is_by_machine(message, who, me) {
        return Err(Passed::NoMeaning);
    }
    let reply_to = replied_to(message, me);
    let id = message_id(&message.message_id);
    if let Some(spoken) = spoken(message) {
        let hearing = match (place.kind, reply_to) {
            (ChatKind::Private, _) => Hearing::Alone,
            (ChatKind::Group, Some(_)) => Hearing::Replied,
            (ChatKind::Group, None) => Hearing::Among,
        };
        let text = address::to_us(spoken, me, hearing).ok_or(Passed::NotForUs)?;
        return Ok(incoming(place, Event::Said(Said { message: id, text, reply_to, edited })));
    }
    let is_wordless = message.has_media() || message.text.is_odd() || message.caption.is_odd();
    let meant_for_us = place.kind == ChatKind::Private || reply_to.is_some();
    match (is_wordless, meant_for_us) {
        (true, true) => Ok(incoming(place, Event::Unreadable(id))),
        (true, false) => Err(Passed::NotForUs),
        (false, _) => Err(Passed::NoMeaning),
    }
}

/// The number that a group had, and the one that it has now: both groups say so.
fn migration(message: &Message, place: Place) -> Option<(ChatId, ChatId)> {
    let to = message.migrate_to_chat_id.copied().map(|to| (place.chat, ChatId(to)));
    to.or_else(|| message.migrate_from_chat_id.copied().map(|from| (ChatId(from), place.chat)))
}

/// Telegram does not say in which chat: what is typed there belongs to the person's private one.
fn read_typing(query: &InlineQuery, now: Timestamp) -> Result<Incoming, Passed> {
    let sender = speaker::person(&query.from)?;
    let place = Place { chat: ChatId(sender.user().0), topic: TopicId::MAIN, kind: ChatKind::Private };
    let from = query.offset.text().and_then(|offset| offset.parse().ok()).unwrap_or(0);
    let text = query.query.get().cloned().unwrap_or_default();
    Ok(Incoming {
        place,
        sender,
        at: now,
        event: Event::Typing(Typing { text, from }),
        names: Names::default(),
        album: None,
        file: None,
    })
}

/// Nothing that a person said: another bot, a post that a channel shares with its group, or what we sent ourselves in
/// the name of a person.
fn is_by_machine(message: &Message, who: Speaker, me: &Me) -> bool {
    let from = |is: fn(&User) -> bool| message.from.get().is_some_and(is);
    (who.person().is_some() && from(|user| user.is_bot.is_on()))
        || from(|user| user.id.copied() == Some(TELEGRAM_ITSELF))
        || message.is_automatic_forward.is_on()
        || message.via_bot.get().is_some_and(|bot| is_me(bot, me))
}

/// The message of ours that this one replies to.
fn replied_to(message: &Message, me: &Me) -> Option<MessageId> {
    let replied = message.reply_to_message.get()?;
    let ours = replied.from.get().is_some_and(|user| is_me(user, me));
    // In a topic, what replies to nothing replies to the message that opened the topic.
    let opens_topic = message.is_topic_message.is_on()
        && message.message_thread_id.is_sent()
        && message.message_thread_id == replied.message_id;
    (ours && !opens_topic).then(|| message_id(&replied.message_id))
}

fn spoken(message: &Message) -> Option<Spoken<'_>> {
    let text = message.text.text().map(|text| Spoken { text, entities: &message.entities });
    text.or_else(|| message.caption.text().map(|text| Spoken { text, entities: &message.caption_entities }))
}

/// Where something is: only in private chats and groups anything has a meaning for us.
fn place(chat: &Lenient<Chat>, topic: TopicId) -> Result<Place, Passed> {
    let chat = chat.get().ok_or(Passed::Unreadable)?;
    let kind = match chat.r#type.text().ok_or(Passed::Unreadable)? {
        "private" => ChatKind::Private,
        "group" | "supergroup" => ChatKind::Group,
        _ => return Err(Passed::NoMeaning),
    };
    Ok(Place { chat: ChatId(chat.id.copied().ok_or(Passed::Unreadable)?), topic, kind })
}

/// A message's number; 0, which no message has, where it cannot be read.
fn message_id(id: &Lenient<i64>) -> MessageId {
    MessageId(id.copied().and_then(|id| i32::try_from(id).ok()).unwrap_or(0))
}

fn topic(message: &Message) -> TopicId {
    thread(&message.message_thread_id, &message.is_topic_message)
}

/// Outside of topics a thread is only a chain of replies.
fn thread(thread: &Lenient<i64>, is_topic_message: &Lenient<bool>) -> TopicId {
    let topic = thread.copied().filter(|_| is_topic_message.is_on());
    topic.and_then(|topic| i32::try_from(topic).ok()).map_or(TopicId::MAIN, TopicId)
}

/// What group and topic are called. In a topic, what replies to nothing replies to the message that opened it.
fn names(message: &Message, place: Place) -> Names {
    if place.kind == ChatKind::Private {
        return Names::default();
    }
    let opened = message.reply_to_message.get().filter(|_| place.topic != TopicId::MAIN);
    let opened = opened.and_then(|opened| topic_name(&[&opened.forum_topic_created, &opened.forum_topic_edited]));
    let topic = own_topic_name(message).or(opened);
    let chat = message.chat.get().and_then(|chat| chat.title.get().cloned());
    Names { chat, topic: topic.map(str::to_owned) }
}

/// The name that a service message gives to its topic.
fn own_topic_name(message: &Message) -> Option<&str> {
    topic_name(&[&message.forum_topic_created, &message.forum_topic_edited])
}

fn topic_name<'a>(topics: &[&'a Lenient<Topic>]) -> Option<&'a str> {
    topics.iter().find_map(|topic| topic.get()?.name.text())
}

/// An instant that Telegram tells in seconds.
fn instant(seconds: Option<i64>, now: Timestamp) -> Timestamp {
    seconds.map_or(now, |seconds| Timestamp(seconds.saturating_mul(1_000)))
}

pub(super) fn is_me(user: &User, me: &Me) -> bool {
    user.id.copied() == Some(me.id.0)
}

#[cfg(test)]
mod tests;
