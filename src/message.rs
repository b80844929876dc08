//! What a chat is to us: what comes in, what goes out, and the ports to the outside. Nothing here knows Telegram.

mod action;
mod body;
mod listing;
mod offer;
mod outgoing;
mod panel;
mod question;
mod sender;
mod stored;
mod verdict;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::content::model::{DocumentId, SectionId, SectionRef};

pub use action::{Action, Effect, RETIRED_TAGS, Rule, Who, Whose};
pub use body::{Body, Paragraph, Span, Style};
pub use listing::{KindMark, Listing};
pub use offer::{Offer, Offers, Typing};
pub use outgoing::{Content, Mode, Outgoing};
pub use panel::{AtEnd, Page, Panel, ScheduleKey, Set};
pub use question::{Counted, Detail, Force, Named, Ordinal, Part, Position, Question, Reading, Talk, Wish};
pub use sender::{Sender, Speaker};
pub use stored::Unread;
pub use verdict::{Attempt, Verdict, Wanted};

macro_rules! number_ids {
    ($($(#[$doc:meta])* $id:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $id(pub $inner);

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}
number_ids! {
    /// A chat; a private chat has its person's number.
    ChatId(i64);
    /// A person.
    UserId(i64);
    /// A topic of a group; 0 is the main one, and the only one where there are no topics.
    TopicId(i32);
    /// A message, unique in its chat.
    MessageId(i32);
}

impl UserId {
    /// The number that no person has.
    pub const NOBODY: Self = Self(0);
}

impl TopicId {
    /// Where messages go that are in no topic.
    pub const MAIN: Self = Self(0);
}

/// The language we speak to someone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language for an IETF tag such as `en-GB`: English for `en…`, otherwise Chinese.
    pub fn from_tag(tag: Option<&str>) -> Self {
        match tag {
            Some(tag) if tag.eq_ignore_ascii_case("en") || tag.to_ascii_lowercase().starts_with("en-") => Self::En,
            _ => Self::Zh,
        }
    }
}

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatKind {
    /// One person and us.
    Private,
    /// A group, with or without topics.
    Group,
}

/// Where something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The chat.
    pub chat: ChatId,
    /// The topic in it.
    pub topic: TopicId,
    /// What kind of chat it is.
    pub kind: ChatKind,
}

/// One thing that happened and is meant for us. Stored as JSON in the inbox until it has been handled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// Where.
    pub place: Place,
    /// Who did it.
    pub sender: Sender,
    /// When it was sent, by the chat service's clock.
    pub at: Timestamp,
    /// What it was.
    pub event: Event,
    /// What the place is called, where that was said.
    #[serde(default, skip_serializing_if = "Names::are_unknown")]
    pub names: Names,
    /// The chat service's name for the album that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// What the file is called that it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// What a group and a topic of it are called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<String>,
    /// The topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

impl Names {
    /// Whether nothing was said of names.
    pub fn are_unknown(&self) -> bool {
        self.chat.is_none() && self.topic.is_none()
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Somebody said something to us.
    Said(Said),
    /// Somebody pressed one of our buttons.
    Pressed(Pressed),
    /// We were added to a group, or may write to a person again.
    Joined,
    /// We can no longer write here.
    Left(Departure),
    /// The group has another number now.
    Migrated {
        /// The new number.
        to: ChatId,
    },
    /// A topic was opened, or is called otherwise now.
    TopicNamed,
    /// Something to us that holds no text we could read: a sticker, a picture, a voice message.
    Unreadable(MessageId),
    /// Somebody types our name and some words in another chat, and wants to be offered something at once.
    Typing(Typing),
}

impl Event {
    /// What happened, in a word for the figures.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Said(_) => "said",
            Self::Pressed(_) => "pressed",
            Self::Typing(_) => "typing",
            Self::Joined => "joined",
            Self::Left(_) => "left",
            Self::TopicNamed => "topic_named",
            Self::Migrated { .. } => "migrated",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// Why we can no longer write to a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// Removed from the group.
    Kicked,
    /// The person blocked us.
    Blocked,
    /// We are in the group but may not write.
    Muted,
}

/// What the chat service refuses us in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// It says that we are not in the group.
    Kicked,
    /// It says that the person does not want to hear from us.
    Blocked,
    /// It says that we may not write in the group.
    Muted,
    /// It says that the group's main topic is closed.
    Closed,
}

/// A text addressed to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The message.
    pub message: MessageId,
    /// Its text, without a mention of us, the suffix `@us` of a command removed.
    pub text: String,
    /// The message of ours that it replies to.
    pub reply_to: Option<MessageId>,
    /// It was said before and has been changed since.
    pub edited: bool,
}

/// A press of one of our buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressed {
    /// The chat service's number for the press, which tells it from another of the same button; 0 where none is known.
    #[serde(default)]
    pub press: i64,
    /// The message that carries the button.
    pub message: MessageId,
    /// What the button does; `None` for data that no button of ours has.
    pub action: Option<Action>,
    /// Whether that button stands under the message.
    #[serde(default)]
    pub offered: Offered,
}

/// Whether what was pressed stands among the buttons of the press's own message. An app can press what it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offered {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The chat service does not show the message, or not in a form that can be read.
    #[default]
    Unknown,
}

/// A link that opens our private chat at a certain place; travels as a start parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Link {
    /// Opens a section.
    Section(SectionRef),
    /// Opens the contents.
    Contents(DocumentId),
    /// Reads on where the person was.
    Read,
    /// Opens the settings of a group, for the admin who sent that message there.
    Settings(ChatId, MessageId),
}

impl Link {
    /// The link as a start parameter: at most 64 of `A-Z a-z 0-9 _ -`.
    pub fn encode(&self) -> String {
        match self {
            // A section id has no `_`, so the last one is the border.
            Self::Section(at) => format!("s_{}_{}", at.document, at.section),
            Self::Contents(document) => format!("c_{document}"),
            Self::Read => "read".to_owned(),
            Self::Settings(chat, asked) => format!("g_{chat}_{asked}"),
        }
    }

    /// Reads a start parameter; `None` for one that we never made.
    pub fn decode(parameter: &str) -> Option<Self> {
        if parameter == "read" {
            return Some(Self::Read);
        }
        match parameter.split_once('_')? {
            ("s", rest) => {
                let (document, section) = rest.rsplit_once('_')?;
                Some(Self::Section(SectionRef {
                    document: DocumentId::parse(document).ok()?,
                    section: SectionId::parse(section).ok()?,
                }))
            }
            ("c", rest) => Some(Self::Contents(DocumentId::parse(rest).ok()?)),
            ("g", rest) => {
                let (chat, asked) = rest.split_once('_')?;
                Some(Self::Settings(ChatId(chat.parse().ok()?), MessageId(asked.parse().ok()?)))
            }
            _ => None,
        }
    }
}

/// What pressing a button leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Comes back to us as [`Event::Pressed`].
    Action(Action),
    /// Opens our private chat.
    Link(Link),
    /// Lets the person choose a chat to put a section into, in their own name.
    Share(SectionRef),
    /// Lets the person choose a group to add us to.
    AddToGroup,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does.
    pub target: Target,
}

impl Button {
    /// A button that comes back to us.
    pub fn action(label: impl Into<String>, action: Action) -> Self {
        Self { label: label.into(), target: Target::Action(action) }
    }

    /// A button that opens our private chat.
    pub fn link(label: impl Into<String>, link: Link) -> Self {
        Self { label: label.into(), target: Target::Link(link) }
    }
}

/// Why one attempt to deliver failed, in the terms that decide what happens next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Too many requests; nothing to this chat (or at all, where `everywhere`) before the wait is over.
    Flood {
        /// How long to wait.
        retry_after: Duration,
        /// Said of all chats, not of this one.
        everywhere: bool,
    },
    /// The request certainly had no effect: no connection was made.
    Unsent(String),
    /// The chat service itself says that something is wrong at its side: the request had no effect, and a later one may.
    Troubled(String),
    /// The request may have had its effect: the answer was lost, late, unreadable, or that of a gateway on the way.
    Ambiguous(String),
    /// The chat has another number now.
    Migrated(ChatId),
    /// We may not write to the chat: kicked, blocked, deleted.
    Gone(String),
    /// The topic is closed or was deleted.
    TopicGone(String),
    /// We are in the chat but may not write.
    NoRight(String),
    /// The markup was refused.
    BadMarkup(String),
    /// The message to be edited already looks like this: as good as done.
    NotModified,
    /// The message to be edited is gone or may no longer be edited.
    CannotEdit(String),
    /// Refused for another reason; saying it again would not help.
    Refused(String),
    /// The token is not accepted (any more).
    Unauthorized(String),
}

/// Asks the chat service who may change a group's settings.
#[async_trait]
pub trait Rights: Send + Sync {
    /// Whether the person is an admin of the chat now.
    ///
    /// # Errors
    /// When the chat service could not be asked.
    async fn is_admin(&self, chat: ChatId, user: UserId) -> Result<bool, RightsError>;

    /// Whether we may pin messages in the group now.
    ///
    /// # Errors
    /// When the chat service could not be asked.
    async fn may_pin(&self, chat: ChatId) -> Result<bool, RightsError>;
}

/// The chat service could not be asked about rights.
#[derive(Debug, thiserror::Error)]
#[error("failed to ask who the admins are: {0}")]
pub struct RightsError(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_survive_the_round_trip_within_64_characters() {
        let at = SectionRef {
            document: DocumentId::parse("a_b-c_d-e_f-g_h-i_j9").unwrap(),
            section: SectionId::parse("abcdefghijklmnopqrstuvwxyz-01234").unwrap(),
        };
        let settings = Link::Settings(ChatId(i64::MIN), MessageId(i32::MAX));
        for link in [Link::Section(at.clone()), Link::Contents(at.document), Link::Read, settings] {
            let parameter = link.encode();
            assert!(parameter.len() <= 64);
            assert_eq!(Link::decode(&parameter), Some(link));
        }
        assert_eq!(Link::decode("s_../etc_x"), None);
    }
}
