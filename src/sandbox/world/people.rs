//! Who there is: the bot, people, and how a person stands to the bot.

use serde_json::{Value, json};

/// The stand-in from whom Telegram lets anonymous admins speak.
pub const GROUP_ANONYMOUS_BOT: i64 = 1_087_968_824;

/// The bot that the emulator serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its number: the part of the token before the colon.
    pub id: i64,
    /// Its name after the `@`.
    pub username: String,
    /// Its name as people see it.
    pub first_name: String,
    /// What it shows to be let in.
    pub token: String,
}

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The number, which is that of the private chat too.
    pub id: i64,
    /// The name.
    pub first_name: String,
    /// The name after the `@`.
    pub username: Option<String>,
    /// The language of the app, as an IETF tag.
    pub language_code: Option<String>,
}

impl Person {
    /// A person without a username.
    pub fn new(id: i64, first_name: &str, language_code: &str) -> Self {
        Self { id, first_name: first_name.to_owned(), username: None, language_code: Some(language_code.to_owned()) }
    }

    pub(super) fn json(&self) -> Value {
        let mut out = json!({ "id": self.id, "is_bot": false, "first_name": self.first_name });
        if let Some(username) = &self.username {
            out["username"] = json!(username);
        }
        if let Some(language) = &self.language_code {
            out["language_code"] = json!(language);
        }
        out
    }
}

/// How a person stands to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never wrote to it: it must not write first.
    Stranger,
    /// May be written to.
    Open,
    /// Has blocked it.
    Blocked,
    /// Has no account any more.
    Deactivated,
}

impl Identity {
    pub(super) fn json(&self) -> Value {
        json!({ "id": self.id, "is_bot": true, "first_name": self.first_name, "username": self.username })
    }
}

/// The stand-in of anonymous admins.
pub(super) fn group_anonymous_bot() -> Value {
    json!({ "id": GROUP_ANONYMOUS_BOT, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot" })
}
