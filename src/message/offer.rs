//! What somebody is offered while typing in any chat, to be put there as a message of their own.

use super::{Body, Button, Link};

/// Somebody types our name and some words, in a chat that we need not be in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Typing {
    /// The words.
    pub text: String,
    /// Where the offers go on, from 0.
    pub from: u16,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Tells it from the others: at most 64 bytes.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Its first words.
    pub about: String,
    /// What the message says once it is chosen.
    pub body: Body,
    /// Buttons under it. They are read in chats that we do not know: links only.
    pub buttons: Vec<Vec<Button>>,
}

/// What is offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// The things to choose, best first.
    pub all: Vec<Offer>,
    /// Where they go on, if they do.
    pub next: Option<u16>,
    /// A way into our private chat above them, and what it says.
    pub way: Option<(String, Link)>,
}
