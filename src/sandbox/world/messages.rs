//! Messages and how the Bot API shows them.

use serde_json::{Value, json};

use super::World;
use super::chats::{Chat, ChatKind};
use super::entities::Entity;
use super::markup::{self, Keyboard};
use super::people::group_anonymous_bot;

/// A message in a chat.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its number in the chat.
    pub id: i64,
    /// Who sent it: a person, or the bot.
    pub from: i64,
    /// Sent in the name of the group.
    pub anonymous: bool,
    /// When, in milliseconds.
    pub at: i64,
    /// When it was last changed, in milliseconds.
    pub edited: Option<i64>,
    /// The topic it stands in.
    pub topic: Option<i64>,
    /// The message it replies to.
    pub reply_to: Option<i64>,
    /// What it holds.
    pub content: Content,
    /// The buttons under it.
    pub keyboard: Keyboard,
    /// The bot offered it while the person typed.
    pub via_bot: bool,
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Words.
    Text {
        /// The words.
        text: String,
        /// What is marked in them.
        entities: Vec<Entity>,
    },
    /// A sticker that stands for an emoji.
    Sticker(String),
    /// A line that Telegram writes itself.
    Service(Service),
}

/// A line that Telegram writes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// Somebody came.
    Joined(i64),
    /// Somebody left or was removed.
    Left(i64),
    /// A topic was opened.
    TopicCreated(String),
    /// A topic was closed.
    TopicClosed,
    /// A topic was opened again.
    TopicReopened,
    /// A message was pinned.
    Pinned(i64),
    /// The group goes on under another number.
    MigratedTo(i64),
    /// The group had another number.
    MigratedFrom(i64),
}

impl Message {
    /// The words; empty for a message that has none.
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Text { text, .. } => text,
            _ => "",
        }
    }

    /// What is marked in the words.
    pub fn entities(&self) -> &[Entity] {
        match &self.content {
            Content::Text { entities, .. } => entities,
            _ => &[],
        }
    }
}

impl World {
    /// A person, the bot or the stand-in of anonymous admins, as the Bot API shows them.
    pub(super) fn user_json(&self, id: i64) -> Value {
        if id == self.bot.id {
            return self.bot.json();
        }
        match self.people.get(&id) {
            Some((person, _)) => person.json(),
            None => json!({ "id": id, "is_bot": false, "first_name": "" }),
        }
    }

    pub(super) fn chat_json(&self, chat: &Chat) -> Value {
        if chat.kind != ChatKind::Private {
            return chat.group_json();
        }
        let mut out = json!({ "id": chat.id, "first_name": chat.title, "type": "private" });
        if let Some(username) = self.people.get(&chat.id).and_then(|(person, _)| person.username.as_ref()) {
            out["username"] = json!(username);
        }
        out
    }

    /// The message as the Bot API shows it, with the one it replies to.
    pub(super) fn message_json(&self, chat: &Chat, message: &Message) -> Value {
        let mut out = self.bare_json(chat, message);
        // In a topic every message that replies to none replies to the line that opened the topic.
        let target = message.reply_to.or(message.topic).filter(|&id| id != message.id);
        if let Some(target) = target.and_then(|id| chat.messages.get(&id)) {
            out["reply_to_message"] = self.bare_json(chat, target);
        }
        out
    }

    fn bare_json(&self, chat: &Chat, message: &Message) -> Value {
        let mut out = json!({
            "message_id": message.id,
            "date": message.at.div_euclid(1000),
        });
        out["chat"] = self.chat_json(chat);
        if message.anonymous {
            out["from"] = group_anonymous_bot();
            out["sender_chat"] = self.chat_json(chat);
        } else {
            out["from"] = self.user_json(message.from);
        }
        if message.via_bot {
            out["via_bot"] = self.bot.json();
        }
        if let Some(edited) = message.edited {
            out["edit_date"] = json!(edited.div_euclid(1000));
        }
        if let Some(topic) = message.topic {
            out["message_thread_id"] = json!(topic);
            out["is_topic_message"] = json!(true);
        } else if let (Some(root), ChatKind::Supergroup) = (message.reply_to, chat.kind) {
            // A thread of replies has a number too, though it is no topic.
            out["message_thread_id"] = json!(thread_root(chat, root));
        }
        self.fill_content(chat, message, &mut out);
        if !message.keyboard.is_empty() {
            out["reply_markup"] = markup::json(&message.keyboard);
        }
        out
    }

    fn fill_content(&self, chat: &Chat, message: &Message, out: &mut Value) {
        match &message.content {
            Content::Text { text, entities } => {
                out["text"] = json!(text);
                if !entities.is_empty() {
                    out["entities"] = entities.iter().map(|e| e.json(|id| self.user_json(id))).collect();
                }
            }
            Content::Sticker(emoji) => out["sticker"] = sticker(emoji),
            Content::Service(service) => match service {
                Service::Joined(user) => {
                    out["new_chat_members"] = json!([self.user_json(*user)]);
                    out["new_chat_member"] = self.user_json(*user);
                }
                Service::Left(user) => out["left_chat_member"] = self.user_json(*user),
                Service::TopicCreated(name) => {
                    out["forum_topic_created"] = json!({ "name": name, "icon_color": 7_322_096 });
                }
                Service::TopicClosed => out["forum_topic_closed"] = json!({}),
                Service::TopicReopened => out["forum_topic_reopened"] = json!({}),
                Service::Pinned(id) => {
                    if let Some(pinned) = chat.messages.get(id) {
                        out["pinned_message"] = self.bare_json(chat, pinned);
                    }
                }
                Service::MigratedTo(id) => out["migrate_to_chat_id"] = json!(id),
                Service::MigratedFrom(id) => out["migrate_from_chat_id"] = json!(id),
            },
        }
    }
}

/// The first message of a thread of replies.
fn thread_root(chat: &Chat, mut id: i64) -> i64 {
    while let Some(earlier) = chat.messages.get(&id).and_then(|m| m.reply_to).filter(|&earlier| earlier < id) {
        id = earlier;
    }
    id
}

fn sticker(emoji: &str) -> Value {
    json!({
        "file_id": "CAACAgIAAxkBAAIBsandbox",
        "file_unique_id": "AgADsandbox",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": false,
        "is_video": false,
        "emoji": emoji,
        "file_size": 10_240,
    })
}
