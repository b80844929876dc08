//! Changing, deleting and pinning messages.

use serde_json::Value;

use super::World;
use super::answer::{Refusal, Verdict};
use super::chats::{Chat, ChatKind};
use super::markup::Keyboard;
use super::messages::{Content, Message, Service};
use super::params::Params;
use super::sending::{done, named_message};
use super::{markup, text};

/// A bot may delete a message for two days.
const DELETABLE_FOR_MS: i64 = 48 * 60 * 60 * 1000;

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the same as a \
                            current content and reply markup of the message";

impl World {
    pub(super) fn edit_message_text(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        let (text, entities) = text::read(params, "MESSAGE_TOO_LONG")?;
        let keyboard = markup::read(params)?;
        let chat = self.writable_chat(params)?;
        let message = self.own_message(chat, params)?;
        let (chat, id) = (chat.id, message.id);
        let content = Content::Text { text, entities };
        let edited = if message.content == content { message.edited } else { Some(now_ms) };
        self.replace((chat, id), content, keyboard, edited, now_ms)
    }

    pub(super) fn edit_message_reply_markup(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        let keyboard = markup::read(params)?;
        let chat = self.writable_chat(params)?;
        let message = self.own_message(chat, params)?;
        let (chat, id, content, edited) = (chat.id, message.id, message.content.clone(), message.edited);
        self.replace((chat, id), content, keyboard, edited, now_ms)
    }

    fn own_message<'a>(&self, chat: &'a Chat, params: Params<'_>) -> Result<&'a Message, Refusal> {
        let message = named_message(chat, params, "message to edit not found")?;
        if message.from != self.bot.id || matches!(message.content, Content::Service(_)) {
            return Err(Refusal::bad("message can't be edited"));
        }
        Ok(message)
    }

    fn replace(
        &mut self,
        (chat, id): (i64, i64),
        content: Content,
        keyboard: Keyboard,
        edited: Option<i64>,
        now_ms: i64,
    ) -> Verdict {
        let missing = || Refusal::bad("message to edit not found");
        let message = self.chats.get(&chat).and_then(|c| c.messages.get(&id)).ok_or_else(missing)?;
        if message.content == content && message.keyboard == keyboard {
            return Err(Refusal::bad(NOT_MODIFIED));
        }
        self.hold_pace(chat, now_ms)?;
        let message = self.chats.get_mut(&chat).and_then(|c| c.messages.get_mut(&id)).ok_or_else(missing)?;
        message.content = content;
        message.keyboard = keyboard;
        message.edited = edited;
        self.touch();
        let chat = &self.chats[&chat];
        Ok(self.message_json(chat, &chat.messages[&id]))
    }

    pub(super) fn delete_message(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        let chat = self.open_chat(params)?;
        let message = named_message(chat, params, "message to delete not found")?;
        let allowed = message.from == self.bot.id || chat.kind == ChatKind::Private || chat.is_admin(self.bot.id);
        if !allowed || now_ms - message.at > DELETABLE_FOR_MS {
            return Err(Refusal::bad("message can't be deleted"));
        }
        let (chat, id) = (chat.id, message.id);
        self.remove_message(chat, id);
        done()
    }

    /// Takes a message out of its chat, whoever wished it.
    pub(super) fn remove_message(&mut self, chat: i64, id: i64) -> bool {
        let Some(chat) = self.chats.get_mut(&chat) else { return false };
        chat.pinned.retain(|&pinned| pinned != id);
        let removed = chat.messages.remove(&id).is_some();
        self.touch();
        removed
    }

    pub(super) fn pin_chat_message(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        let chat = self.pinnable_chat(params)?;
        let message = named_message(chat, params, "message to pin not found")?;
        let (chat_id, id, topic) = (chat.id, message.id, message.topic);
        self.hold_pace(chat_id, now_ms)?;
        let Some(chat) = self.chats.get_mut(&chat_id) else { return done() };
        chat.pinned.retain(|&pinned| pinned != id);
        chat.pinned.push(id);
        let line = Message {
            id: self.next_message_id(chat_id),
            from: self.bot.id,
            anonymous: false,
            at: now_ms,
            edited: None,
            topic,
            reply_to: None,
            content: Content::Service(Service::Pinned(id)),
            keyboard: Vec::new(),
            via_bot: false,
        };
        self.keep(chat_id, line);
        done()
    }

    pub(super) fn unpin_chat_message(&mut self, params: Params<'_>) -> Verdict {
        let chat = self.pinnable_chat(params)?;
        let id = match params.integer("message_id") {
            Some(id) => Some(id).filter(|id| chat.pinned.contains(id)),
            None => chat.pinned.last().copied(),
        };
        let (chat, id) = (chat.id, id.ok_or_else(|| Refusal::bad("message to unpin not found"))?);
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.pinned.retain(|&pinned| pinned != id);
        }
        self.touch();
        Ok(Value::Bool(true))
    }

    fn pinnable_chat(&self, params: Params<'_>) -> Result<&Chat, Refusal> {
        let chat = self.open_chat(params)?;
        if chat.kind != ChatKind::Private && !chat.is_admin(self.bot.id) {
            return Err(Refusal::bad("not enough rights to manage pinned messages in the chat"));
        }
        Ok(chat)
    }
}
