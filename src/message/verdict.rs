//! What the sender asks when a delivery has failed, and what it can be told to do. The rules stand where the reminders
//! are planned.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::message::ChatId;

/// What is known about a message when an attempt to deliver it has failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    /// The present instant.
    pub now: Timestamp,
    /// Since when it is wanted: when a reminder was due, or a reply was made.
    pub since: Timestamp,
    /// Who wants it.
    pub wanted: Wanted,
    /// Saying it twice does no harm: it changes a message that is there.
    pub harmless: bool,
    /// How many attempts were begun, this one included.
    pub attempts: u32,
    /// How many earlier ones may have had their effect.
    pub ambiguous: u32,
    /// The message has markup that could be left out.
    pub marked_up: bool,
    /// The message is for a topic, not for the chat at large.
    pub in_topic: bool,
    /// A number from 0 to 1, another for each attempt, so that not all try again in the same instant.
    pub jitter: f64,
}

/// Who wants a message, which decides for how long it is worth delivering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Somebody asked in a group.
    InGroup,
    /// Somebody asked in private.
    InPrivate,
    /// A chat that is reminded, so late at most.
    Reminder {
        /// How late.
        late: Duration,
    },
}

/// What to do now.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing is left to do: the chat already shows the message.
    AsGoodAsSent,
    /// Try again.
    Retry {
        /// Not before this instant.
        at: Timestamp,
        /// Whether this attempt may have had its effect.
        ambiguous: bool,
        /// What went wrong.
        reason: String,
    },
    /// Nothing goes to this chat before then; this message is the first after it.
    HoldChat {
        /// When the wait is over.
        until: Timestamp,
    },
    /// Nothing goes to any chat before then; this message is kept.
    HoldEverything {
        /// When the wait is over.
        until: Timestamp,
        /// Why, for the log.
        reason: String,
    },
    /// The chat has another number: rewrite it, then send this message there at once.
    Migrate {
        /// The new number.
        to: ChatId,
    },
    /// Say it once more at once, without markup.
    PlainText,
    /// Say it once more at once, in the chat's main topic.
    MainTopic {
        /// What was wrong with the topic.
        reason: String,
    },
    /// Say it at once as a new message; the one to be edited is gone.
    AsNew,
    /// We cannot write to the chat: give up this message and suspend the chat's subscriptions, keeping their settings.
    Suspend {
        /// What the chat service said.
        reason: String,
    },
    /// We are in the chat but may not write: the same, and whoever subscribed is told.
    Pause {
        /// What the chat service said.
        reason: String,
    },
    /// The group's main topic is closed: give up this message; whoever subscribed is told, and the next one tries.
    Closed {
        /// What the chat service said.
        reason: String,
    },
    /// The token is not accepted: nothing goes out until it is again; this message is kept.
    Stop {
        /// What the chat service said.
        reason: String,
    },
    /// Give up this message, visibly.
    Failed {
        /// Why.
        reason: String,
    },
}
