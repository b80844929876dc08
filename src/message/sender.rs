//! Who says something: a person, or a chat in whose name somebody speaks.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChatId, Lang, UserId};

/// A person, or a chat in whose name somebody speaks: a group for its anonymous admins, a channel for its own. What is
/// counted and remembered belongs to a speaker. What only a person has (rights, a private chat, data to be forgotten)
/// takes a [`UserId`], which is never made of a chat's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub enum Speaker {
    /// A person.
    Person(UserId),
    /// A group or channel.
    Chat(ChatId),
}

impl Speaker {
    /// One number for both, as the store keeps it: those of groups and channels are below zero.
    pub fn number(self) -> i64 {
        match self {
            Self::Person(user) => user.0,
            Self::Chat(chat) => chat.0,
        }
    }

    /// The person, if it is one.
    pub fn person(self) -> Option<UserId> {
        match self {
            Self::Person(user) => Some(user),
            Self::Chat(_) => None,
        }
    }
}

impl From<i64> for Speaker {
    fn from(number: i64) -> Self {
        if number < 0 { Self::Chat(ChatId(number)) } else { Self::Person(UserId(number)) }
    }
}

impl From<Speaker> for i64 {
    fn from(speaker: Speaker) -> Self {
        speaker.number()
    }
}

impl From<UserId> for Speaker {
    fn from(user: UserId) -> Self {
        Self::Person(user)
    }
}

impl fmt::Display for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

/// Who did something, and how they are spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Who. Stored under the name that it had when it was always a person.
    #[serde(rename = "user")]
    pub who: Speaker,
    /// The language of the person's app.
    pub lang: Lang,
    /// Speaks in the name of the group, which only its admins can.
    pub anonymous_admin: bool,
}

impl Sender {
    /// The person, for what only a person has; [`UserId::NOBODY`] for whoever speaks as a chat.
    pub fn user(&self) -> UserId {
        self.who.person().unwrap_or(UserId::NOBODY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_speaks_is_stored_as_one_number() {
        for (speaker, json) in [(Speaker::Person(UserId(5)), "5"), (Speaker::Chat(ChatId(-100)), "-100")] {
            assert_eq!(serde_json::to_string(&speaker).unwrap(), json);
            assert_eq!(serde_json::from_str::<Speaker>(json).unwrap(), speaker);
        }
        let earlier = r#"{"user":5,"lang":"en","anonymous_admin":false}"#;
        assert_eq!(serde_json::from_str::<Sender>(earlier).unwrap().user(), UserId(5));
    }

    #[test]
    fn who_speaks_as_a_chat_is_nobody_where_only_a_person_counts() {
        let group = Sender { who: Speaker::Chat(ChatId(-100)), lang: Lang::Zh, anonymous_admin: true };
        assert_eq!((group.user(), group.who.person()), (UserId::NOBODY, None));
    }
}
