//! A message on its way out, and the form in which the outbox stores it.
//!
//! The stored form is JSON with a version. A new kind of [`Content`] needs no new version: a program that does not know
//! it cannot read that row, and sets it aside. The version rises only where an older program would read a row and
//! misunderstand it.

use serde::{Deserialize, Serialize};

use super::{Body, Button, ChatId, ChatKind, MessageId, Place, TopicId, Unread, UserId};

/// The version that is written. Version 1 is what 0.1.0 wrote, without a number: a body in place of the content, and
/// `{"mode":{"buttons":7}}` for buttons alone.
const VERSION: u32 = 2;

/// How a message is put into its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// As a new message.
    New,
    /// As a new message that replies to one; sent without the reply when that one is gone.
    ReplyTo(MessageId),
    /// In place of one of our own messages.
    Edit(MessageId),
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A text, which may have buttons under it.
    Text(Body),
    /// Buttons alone, under one of our own messages ([`Mode::Edit`]), whose text stays as it is.
    Keyboard,
}

/// A message to be delivered; rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where to.
    pub place: Place,
    /// How.
    pub mode: Mode,
    /// What it holds.
    pub content: Content,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
    /// Arrives without a sound.
    pub silent: bool,
    /// Is pinned in place of the one that its schedule pinned before.
    pub pin: bool,
}

impl Outgoing {
    /// A text for a place, without buttons.
    pub fn text(place: Place, mode: Mode, body: Body) -> Self {
        Self { place, mode, content: Content::Text(body), buttons: Vec::new(), silent: false, pin: false }
    }

    /// These buttons in place of those under one of our messages.
    pub fn keyboard(place: Place, under: MessageId, buttons: Vec<Vec<Button>>) -> Self {
        Self { place, mode: Mode::Edit(under), content: Content::Keyboard, buttons, silent: false, pin: false }
    }

    /// A plain message to a person's private chat.
    pub fn in_private(to: UserId, body: Body) -> Self {
        let place = Place { chat: ChatId(to.0), topic: TopicId::MAIN, kind: ChatKind::Private };
        Self::text(place, Mode::New, body)
    }

    /// The text; `None` for a message that has none.
    pub fn body(&self) -> Option<&Body> {
        match &self.content {
            Content::Text(body) => Some(body),
            Content::Keyboard => None,
        }
    }

    /// The form that is stored.
    ///
    /// # Errors
    /// None that can happen: every part of a message has a form in JSON.
    pub fn to_stored(&self) -> serde_json::Result<String> {
        let Self { place, mode, content, buttons, silent, pin } = self;
        let (buttons, silent, pin) = (buttons.as_slice(), *silent, *pin);
        serde_json::to_string(&Written { v: VERSION, place, mode, content, buttons, silent, pin })
    }

    /// Reads what this program or an earlier one has stored.
    ///
    /// # Errors
    /// When it is of a newer version, holds a kind of content that this program does not know, or is damaged.
    pub fn from_stored(json: &str) -> Result<Self, Unread> {
        let Stored { v, place, mode, content, body, buttons, silent, pin } = serde_json::from_str(json)?;
        if v > VERSION {
            return Err(Unread::Newer(v));
        }
        let (mode, content) = match (mode, content, body) {
            (StoredMode::Buttons(under), ..) => (Mode::Edit(under), Content::Keyboard),
            (StoredMode::Is(mode), Some(content), _) => (mode, content),
            (StoredMode::Is(mode), None, Some(body)) => (mode, Content::Text(body)),
            (StoredMode::Is(_), None, None) => return Err(Unread::Empty),
        };
        Ok(Self { place, mode, content, buttons, silent, pin })
    }
}

#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    place: &'a Place,
    mode: &'a Mode,
    content: &'a Content,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    buttons: &'a [Vec<Button>],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    silent: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pin: bool,
}

/// Either version.
#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    v: u32,
    place: Place,
    mode: StoredMode,
    content: Option<Content>,
    body: Option<Body>,
    #[serde(default)]
    buttons: Vec<Vec<Button>>,
    #[serde(default)]
    silent: bool,
    #[serde(default)]
    pin: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredMode {
    /// Version 1: the buttons alone, under this message.
    Buttons(MessageId),
    #[serde(untagged)]
    Is(Mode),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Action;

    fn message() -> Outgoing {
        let buttons = vec![vec![Button::action("退订", Action::Unsubscribe)]];
        Outgoing { buttons, silent: true, ..Outgoing::in_private(UserId(5), Body::plain("你好")) }
    }

    #[test]
    fn every_content_survives_the_round_trip_with_a_version() {
        let text = message();
        let keyboard = Outgoing::keyboard(text.place, MessageId(7), text.buttons.clone());
        for message in [text, keyboard] {
            let stored = message.to_stored().unwrap();
            assert!(stored.starts_with("{\"v\":2,"), "{stored}");
            assert_eq!(Outgoing::from_stored(&stored).unwrap(), message);
        }
    }

    #[test]
    fn what_the_first_release_stored_is_read() {
        const PLACE: &str = r#""place":{"chat":5,"topic":0,"kind":"private"}"#;
        const BUTTONS: &str = r#""buttons":[[{"label":"退订","target":{"action":"Unsubscribe"}}]]"#;
        let text = r#""mode":"new","body":[{"spans":[{"text":"你好","style":"plain"}]}]"#;
        let read = Outgoing::from_stored(&format!("{{{PLACE},{text},{BUTTONS},\"silent\":true}}")).unwrap();
        assert_eq!(read, message());
        let read =
            Outgoing::from_stored(&format!(r#"{{{PLACE},"mode":{{"buttons":7}},"body":[],{BUTTONS}}}"#)).unwrap();
        assert_eq!(read, Outgoing::keyboard(read.place, MessageId(7), message().buttons));
        let reply = r#""mode":{"reply_to":3},"body":[]"#;
        assert_eq!(Outgoing::from_stored(&format!("{{{PLACE},{reply}}}")).unwrap().mode, Mode::ReplyTo(MessageId(3)));
    }

    #[test]
    fn an_unknown_content_a_newer_version_and_damage_are_told_apart_without_repeating_the_text() {
        let stored = message().to_stored().unwrap();
        let newer = Outgoing::from_stored(&stored.replace("\"v\":2", "\"v\":3")).unwrap_err();
        assert!(newer.to_string().contains("version 3"), "{newer}");
        for damaged in
            [stored.replace("\"text\":[", "\"poll\":["), stored.replace("\"plain\"", "\"secret\""), "{".into()]
        {
            let error = Outgoing::from_stored(&damaged).unwrap_err().to_string();
            assert!(error.contains("column") && !error.contains("secret") && !error.contains("你好"), "{error}");
        }
    }
}
