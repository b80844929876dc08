//! An update, read leniently from its raw JSON by small types of our own.
//!
//! What we use of an update is little, and Telegram adds to the rest several times a year. So each optional part is
//! read on its own: one that is new or odd costs that part only, never the message. Whatever an update cannot be read
//! as is a value too, that is counted and passed over.
//!
//! - [`lenient`]: parts that may be odd
//! - [`name`]: what parts are called
//! - [`types`]: Telegram's objects, as far as they mean something to us
//! - [`trace`]: what was passed over

mod lenient;
mod name;
pub(super) mod trace;
mod types;

use std::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use name::Name;

pub(super) use lenient::{Lenient, Odd};
pub(super) use types::{
    CallbackQuery, Carrier, Chat, Entity, InlineQuery, Member, MemberUpdated, Message, Topic, User,
};

/// The kinds of updates, as the Bot API names them, up to 10.5.
macro_rules! kinds {
    ($($kind:ident $name:literal,)*) => {
        /// What an update is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`", $name, "`")] $kind,)*
            /// One that is not known here, or none at all.
            Other,
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)* Self::Other];

            /// Telegram's name for it; `other` for what is not known here.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                    Self::Other => "other",
                }
            }

            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$kind),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    Message "message",
    EditedMessage "edited_message",
    ChannelPost "channel_post",
    EditedChannelPost "edited_channel_post",
    BusinessConnection "business_connection",
    BusinessMessage "business_message",
    EditedBusinessMessage "edited_business_message",
    DeletedBusinessMessages "deleted_business_messages",
    GuestMessage "guest_message",
    MessageReaction "message_reaction",
    MessageReactionCount "message_reaction_count",
    InlineQuery "inline_query",
    ChosenInlineResult "chosen_inline_result",
    CallbackQuery "callback_query",
    ShippingQuery "shipping_query",
    PreCheckoutQuery "pre_checkout_query",
    PurchasedPaidMedia "purchased_paid_media",
    Poll "poll",
    PollAnswer "poll_answer",
    MyChatMember "my_chat_member",
    ChatMember "chat_member",
    ChatJoinRequest "chat_join_request",
    ChatBoost "chat_boost",
    RemovedChatBoost "removed_chat_boost",
    ManagedBot "managed_bot",
    Subscription "subscription",
    MessageGenerationStopped "message_generation_stopped",
}

/// An update before its content is read: its number, its kind, and the content's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope<'a> {
    /// Telegram's number for it; `None` where there is none that can be read.
    pub(super) id: Option<i64>,
    /// What it is about.
    pub(super) kind: Kind,
    /// The content's JSON; empty where there is none.
    pub(super) content: &'a str,
}

impl<'a> Envelope<'a> {
    /// Opens an update. What is no object at all gives an envelope without a number.
    pub(super) fn open(json: &'a str) -> Self {
        let nothing = Self { id: None, kind: Kind::Other, content: "" };
        serde_json::Deserializer::from_str(json).deserialize_map(Opening(nothing.clone())).unwrap_or(nothing)
    }
}

/// Takes the number and the first content of a known kind; passes over what else stands beside them.
struct Opening<'a>(Envelope<'a>);

impl<'de> Visitor<'de> for Opening<'de> {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an update")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Self(mut envelope) = self;
        while let Some((key, part)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            if key.as_str() == "update_id" {
                envelope.id = number(part.get());
            } else if let Some(kind) = Kind::named(key.as_str())
                && envelope.kind == Kind::Other
            {
                (envelope.kind, envelope.content) = (kind, part.get());
            }
        }
        Ok(envelope)
    }
}

/// A number, written as one or as text.
fn number(json: &str) -> Option<i64> {
    json.trim_matches('"').parse().ok()
}

/// Reads the content of an update; what is no object is odd.
pub(super) fn content<T: serde::de::DeserializeOwned>(json: &str) -> Lenient<T> {
    serde_json::from_str(json).unwrap_or(Lenient::Odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_opened_whatever_stands_beside_its_content() {
        let json = r#"{"new":{"deep":[{}]},"update_id":9000000000,"message":{"text":"hi"},"poll":{}}"#;
        let expected = Envelope { id: Some(9_000_000_000), kind: Kind::Message, content: r#"{"text":"hi"}"# };
        assert_eq!(Envelope::open(json), expected);
        let unknown = Envelope::open(r#"{"update_id":"7","teleported":{}}"#);
        assert_eq!((unknown.id, unknown.kind), (Some(7), Kind::Other));
        for nothing in ["", "7", "[]", "null", "{\"update_id\":{}}", "{\"update_id\":1", "{\"message\":{}}"] {
            assert_eq!(Envelope::open(nothing).id, None, "{nothing}");
        }
    }

    #[test]
    fn what_is_nested_without_end_is_read_without_going_deep() {
        let deep = r#"{"reply_to_message":"#.repeat(50_000) + "{}" + &"}".repeat(50_000);
        let json = format!(r#"{{"update_id":7,"message":{deep}}}"#);
        let envelope = Envelope::open(&json);
        assert_eq!((envelope.id, envelope.kind), (Some(7), Kind::Message));
        assert!(matches!(content::<Message>(envelope.content), Lenient::There(_)));
    }
}
