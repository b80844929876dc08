//! The parts of Telegram's objects that mean something to us, under Telegram's own names.
//!
//! Every part may be missing or odd, and what is not named here is passed over. No type holds itself, so that however
//! deep somebody nests a message, reading it is not.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::lenient::{Lenient, Odd, Sent};
use super::name::Name;

/// Objects whose parts are all optional, and how many of those are odd. Not derived: a derived object is read from a
/// list as well, part by part in the order of its fields, and refuses a part that comes twice.
macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident { $($part:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub(in crate::telegram) struct $name {
            $(pub(in crate::telegram) $part: $type,)*
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Parts;
                impl<'de> Visitor<'de> for Parts {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let mut object = $name::default();
                        while let Some(name) = map.next_key::<Name<'de>>()? {
                            match name.as_field() {
                                $(stringify!($part) => object.$part = map.next_value()?,)*
                                _ => drop(map.next_value::<IgnoredAny>()?),
                            }
                        }
                        Ok(object)
                    }
                }
                deserializer.deserialize_map(Parts)
            }
        }

        impl Odd for $name {
            fn odd(&self) -> usize {
                0 $(+ self.$part.odd())*
            }
        }
    )*};
}

objects! {
    /// A person or a bot.
    User {
        id: Lenient<i64>,
        is_bot: Lenient<bool>,
        language_code: Lenient<String>,
    }

    /// A chat.
    Chat {
        id: Lenient<i64>,
        r#type: Lenient<String>,
        title: Lenient<String>,
    }

    /// A place in a text that means more than its letters.
    Entity {
        r#type: Lenient<String>,
        offset: Lenient<i64>,
        length: Lenient<i64>,
        user: Lenient<User>,
    }

    /// The opening of a topic, or a change of it.
    Topic {
        name: Lenient<String>,
    }

    /// The message that another one replies to: only what tells whose it is.
    Replied {
        message_id: Lenient<i64>,
        from: Lenient<User>,
        forum_topic_created: Lenient<Topic>,
        forum_topic_edited: Lenient<Topic>,
    }

    /// A file that a message brings.
    File {
        file_name: Lenient<String>,
    }

    /// A message.
    Message {
        message_id: Lenient<i64>,
        message_thread_id: Lenient<i64>,
        is_topic_message: Lenient<bool>,
        date: Lenient<i64>,
        edit_date: Lenient<i64>,
        from: Lenient<User>,
        sender_chat: Lenient<Chat>,
        chat: Lenient<Chat>,
        via_bot: Lenient<User>,
        is_automatic_forward: Lenient<bool>,
        reply_to_message: Lenient<Replied>,
        text: Lenient<String>,
        entities: Lenient<Vec<Lenient<Entity>>>,
        caption: Lenient<String>,
        media_group_id: Lenient<String>,
        caption_entities: Lenient<Vec<Lenient<Entity>>>,
        migrate_to_chat_id: Lenient<i64>,
        migrate_from_chat_id: Lenient<i64>,
        forum_topic_created: Lenient<Topic>,
        forum_topic_edited: Lenient<Topic>,
        animation: Sent,
        audio: Lenient<File>,
        checklist: Sent,
        contact: Sent,
        dice: Sent,
        document: Lenient<File>,
        game: Sent,
        live_photo: Sent,
        location: Sent,
        paid_media: Sent,
        photo: Sent,
        poll: Sent,
        rich_message: Sent,
        sticker: Sent,
        story: Sent,
        venue: Sent,
        video: Sent,
        video_note: Sent,
        voice: Sent,
    }

    /// One of the buttons under a message.
    Button {
        callback_data: Lenient<String>,
    }

    /// The buttons under a message.
    Keyboard {
        inline_keyboard: Lenient<Vec<Lenient<Vec<Lenient<Button>>>>>,
    }

    /// The message under which a button was pressed. One that Telegram shows no more has the date 0.
    Carrier {
        message_id: Lenient<i64>,
        message_thread_id: Lenient<i64>,
        is_topic_message: Lenient<bool>,
        date: Lenient<i64>,
        chat: Lenient<Chat>,
        reply_markup: Lenient<Keyboard>,
    }

    /// A press of a button.
    CallbackQuery {
        id: Lenient<String>,
        from: Lenient<User>,
        message: Lenient<Carrier>,
        data: Lenient<String>,
    }

    /// Somebody types our name in some chat.
    InlineQuery {
        id: Lenient<String>,
        from: Lenient<User>,
        query: Lenient<String>,
        offset: Lenient<String>,
    }

    /// Somebody's standing in a chat.
    Member {
        status: Lenient<String>,
        is_member: Lenient<bool>,
        can_send_messages: Lenient<bool>,
    }

    /// A standing that has changed.
    MemberUpdated {
        chat: Lenient<Chat>,
        from: Lenient<User>,
        date: Lenient<i64>,
        old_chat_member: Lenient<Member>,
        new_chat_member: Lenient<Member>,
    }
}

impl Message {
    /// Whether it holds something that a person can send instead of words.
    pub(in crate::telegram) fn has_media(&self) -> bool {
        let kinds = [
            self.animation,
            Sent(self.audio.is_sent()),
            self.checklist,
            self.contact,
            self.dice,
            Sent(self.document.is_sent()),
            self.game,
            self.live_photo,
            self.location,
            self.paid_media,
            self.photo,
            self.poll,
            self.rich_message,
            self.sticker,
            self.story,
            self.venue,
            self.video,
            self.video_note,
            self.voice,
        ];
        kinds.contains(&Sent(true))
    }
}
