//! A press of a button, and what the message under it shows.

use super::{message_id, place, speaker, thread};
use crate::clock::Timestamp;
use crate::message::{ChatId, ChatKind, Event, Incoming, MessageId, Names, Offered, Place, Pressed, TopicId};
use crate::telegram::callback;
use crate::telegram::parse::Passed;
use crate::telegram::update::{CallbackQuery, Carrier};

/// Reads a press. Telegram does not tell when it was.
pub(super) fn read(query: &CallbackQuery, now: Timestamp) -> Result<Incoming, Passed> {
    let sender = speaker::person(&query.from)?;
    let press = query.id.text().and_then(|id| id.parse().ok()).unwrap_or(0);
    let (place, pressed) = match query.message.get() {
        Some(carrier) => {
            let data = query.data.text();
            let pressed = Pressed {
                press,
                message: message_id(&carrier.message_id),
                action: data.and_then(callback::decode),
                offered: data.map_or(Offered::Unknown, |data| offered(carrier, data)),
            };
            (place(&carrier.chat, thread(&carrier.message_thread_id, &carrier.is_topic_message))?, pressed)
        }
        // A message that was sent through us into a chat that we do not see: such have links alone. Whoever presses
        // something else there is told so, as in private.
        None => {
            let place = Place { chat: ChatId(sender.user().0), topic: TopicId::MAIN, kind: ChatKind::Private };
            (place, Pressed { press, message: MessageId(0), action: None, offered: Offered::Unknown })
        }
    };
    Ok(Incoming {
        place,
        sender,
        at: now,
        event: Event::Pressed(pressed),
        names: Names::default(),
        album: None,
        file: None,
    })
}

/// Whether the very data that was pressed stands under the message now.
fn offered(carrier: &Carrier, data: &str) -> Offered {
    let is_shown = carrier.date.copied().is_some_and(|date| date != 0);
    if !is_shown || carrier.reply_markup.is_odd() {
        return Offered::Unknown;
    }
    let Some(keyboard) = carrier.reply_markup.get() else { return Offered::No };
    let mut complete = !keyboard.inline_keyboard.is_odd();
    for row in keyboard.inline_keyboard.get().into_iter().flatten() {
        complete &= !row.is_odd();
        for button in row.get().into_iter().flatten() {
            match button.get() {
                Some(button) if button.callback_data.text() == Some(data) => return Offered::Yes,
                Some(button) => complete &= !button.callback_data.is_odd(),
                None => complete = false,
            }
        }
    }
    if complete { Offered::No } else { Offered::Unknown }
}
