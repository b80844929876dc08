//! What the stored forms of messages have in common, and the one of what comes in.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Incoming;

/// The version of what comes in that is written. 0.1.0 wrote the [`Incoming`] alone.
const VERSION: u32 = 2;

/// A stored message cannot be read. What it says is not repeated: it may be what a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It was written by a newer program, in this version.
    Newer(u32),
    /// It says nothing.
    Empty,
    /// It is damaged, or holds a kind that this program does not know.
    Damaged {
        /// The line, from 1.
        line: usize,
        /// The column in it, from 1.
        column: usize,
    },
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(version) => write!(f, "a message in version {version}, of a newer program"),
            Self::Empty => f.write_str("a message without content"),
            Self::Damaged { line, column } => {
                write!(f, "a message that is damaged or of an unknown kind (line {line}, column {column})")
            }
        }
    }
}

impl std::error::Error for Unread {}

impl From<serde_json::Error> for Unread {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged { line: error.line(), column: error.column() }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    update: &'a Incoming,
}

#[derive(Deserialize)]
struct Stored {
    v: u32,
    update: serde_json::Value,
}

impl Incoming {
    /// The form that the inbox stores.
    ///
    /// # Errors
    /// None that can happen: every part of it has a form in JSON.
    pub fn to_stored(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Written { v: VERSION, update: self })
    }

    /// Reads what this program or an earlier one has stored.
    ///
    /// # Errors
    /// When it is of a newer version, of a kind that this program does not know, or damaged.
    pub fn from_stored(json: &str) -> Result<Self, Unread> {
        match serde_json::from_str::<Stored>(json) {
            Ok(Stored { v, .. }) if v > VERSION => Err(Unread::Newer(v)),
            Ok(Stored { update, .. }) => Ok(serde_json::from_value(update)?),
            Err(_) => Ok(serde_json::from_str(json)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::message::{ChatId, ChatKind, Event, Lang, Names, Place, Sender, Speaker, TopicId, UserId};

    #[test]
    fn what_comes_in_survives_the_round_trip_and_the_first_releases_form_is_read() {
        let place = Place { chat: ChatId(-5), topic: TopicId(3), kind: ChatKind::Group };
        let sender = Sender { who: Speaker::Person(UserId(5)), lang: Lang::En, anonymous_admin: false };
        let incoming = Incoming {
            place,
            sender,
            at: Timestamp(7),
            event: Event::Joined,
            names: Names::default(),
            album: None,
            file: None,
        };
        let stored = incoming.to_stored().unwrap();
        assert!(stored.starts_with("{\"v\":2,"), "{stored}");
        assert_eq!(Incoming::from_stored(&stored).unwrap(), incoming);
        assert_eq!(Incoming::from_stored(&serde_json::to_string(&incoming).unwrap()).unwrap(), incoming);
        assert_eq!(Incoming::from_stored(&stored.replace("\"v\":2", "\"v\":9")), Err(Unread::Newer(9)));
        assert!(matches!(Incoming::from_stored("{\"v\":2,\"update\":{}}"), Err(Unread::Damaged { .. })));
    }
}
