//! Who speaks in a message: a person, or a chat in whose name somebody does.
//!
//! Telegram puts a stand-in into `from` then, one and the same account for all chats, and the chat into `sender_chat`.

use crate::message::{ChatId, ChatKind, Lang, Place, Sender, Speaker, UserId};
use crate::telegram::parse::Passed;
use crate::telegram::update::{Lenient, Message, User};

/// Stands in for the anonymous admins of all groups.
const GROUP_ANONYMOUS_BOT: i64 = 1_087_968_824;
/// Stands in for all channels.
const CHANNEL_BOT: i64 = 136_817_688;

/// Whoever a message is from. Where the chat spoken for cannot be read, it is the one that the message is in.
pub(super) fn of_message(message: &Message, place: Place) -> Result<Sender, Passed> {
    let from = message.from.get();
    let stand_in = from.and_then(|user| user.id.copied());
    let chat = message.sender_chat.get().and_then(|chat| chat.id.copied()).filter(|chat| *chat < 0);
    let chat = match stand_in {
        _ if place.kind == ChatKind::Private => None,
        Some(GROUP_ANONYMOUS_BOT | CHANNEL_BOT) => Some(chat.map_or(place.chat, ChatId)),
        _ => chat.map(ChatId),
    };
    let Some(chat) = chat else { return person(&message.from) };
    // Only the group's admins speak in its own name. A channel's stand-in does not, even where the channel is unknown.
    let anonymous_admin = chat == place.chat && stand_in != Some(CHANNEL_BOT);
    let lang = Lang::from_tag(from.and_then(|user| user.language_code.text()));
    Ok(Sender { who: Speaker::Chat(chat), lang, anonymous_admin })
}

/// A person who does something.
pub(super) fn person(user: &Lenient<User>) -> Result<Sender, Passed> {
    let user = user.get().ok_or(Passed::Unreadable)?;
    let id = user.id.copied().filter(|id| *id > 0).ok_or(Passed::Unreadable)?;
    let lang = Lang::from_tag(user.language_code.text());
    Ok(Sender { who: Speaker::Person(UserId(id)), lang, anonymous_admin: false })
}
