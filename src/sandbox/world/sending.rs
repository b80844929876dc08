//! `sendMessage` and what every method asks before it may write to a chat.

use serde_json::{Value, json};

use super::World;
use super::answer::{Refusal, Verdict};
use super::chats::{Chat, ChatKind, Role};
use super::messages::{Content, Message};
use super::params::Params;
use super::people::Standing;
use super::{markup, text};

impl World {
    /// The chat that `chat_id` names, if the bot knows it.
    pub(super) fn named_chat(&self, params: Params<'_>) -> Result<&Chat, Refusal> {
        let id = match params.text("chat_id").as_deref() {
            None | Some("") => return Err(Refusal::bad("chat_id is empty")),
            Some(id) => id.trim().parse::<i64>().map_err(|_| Refusal::bad("chat not found"))?,
        };
        let chat = self.chats.get(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
        // A group that the bot never was in does not exist for it.
        if chat.kind != ChatKind::Private && chat.role(self.bot.id).is_none() {
            return Err(Refusal::bad("chat not found"));
        }
        Ok(chat)
    }

    /// The same, if the bot is in it.
    pub(super) fn open_chat(&self, params: Params<'_>) -> Result<&Chat, Refusal> {
        let chat = self.named_chat(params)?;
        if chat.kind == ChatKind::Private {
            return match self.people.get(&chat.id).map(|(_, standing)| *standing) {
                Some(Standing::Open) => Ok(chat),
                Some(Standing::Blocked) => Err(Refusal::forbidden("bot was blocked by the user")),
                Some(Standing::Deactivated) => Err(Refusal::forbidden("user is deactivated")),
                Some(Standing::Stranger) => Err(Refusal::forbidden("bot can't initiate conversation with a user")),
                None => Err(Refusal::bad("chat not found")),
            };
        }
        if let Some(to) = chat.migrated_to {
            return Err(Refusal::migrated(to));
        }
        match chat.role(self.bot.id) {
            Some(Role::Kicked) => Err(Refusal::forbidden(format!("bot was kicked from the {} chat", chat.kind.name()))),
            Some(Role::Left) => {
                Err(Refusal::forbidden(format!("bot is not a member of the {} chat", chat.kind.name())))
            }
            _ => Ok(chat),
        }
    }

    /// The same, if the bot may write in it.
    pub(super) fn writable_chat(&self, params: Params<'_>) -> Result<&Chat, Refusal> {
        let chat = self.open_chat(params)?;
        if chat.role(self.bot.id) == Some(Role::Restricted) {
            return Err(Refusal::bad("not enough rights to send text messages to the chat"));
        }
        Ok(chat)
    }

    /// The topic that a message goes to: the one named, else that of the message it replies to.
    fn destination(&self, chat: &Chat, params: Params<'_>, reply_to: Option<i64>) -> Result<Option<i64>, Refusal> {
        let named = params.integer("message_thread_id").filter(|&id| id != 0);
        let inherited = || reply_to.and_then(|id| chat.messages.get(&id)).and_then(|m| m.topic);
        let Some(id) = named.or_else(inherited) else { return Ok(None) };
        let topic = chat.topics.get(&id).ok_or_else(|| Refusal::bad("message thread not found"))?;
        if topic.closed && !chat.is_admin(self.bot.id) {
            return Err(Refusal::bad("TOPIC_CLOSED"));
        }
        Ok(Some(id))
    }

    pub(super) fn send_message(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        let (text, entities) = text::read(params, "message is too long")?;
        let keyboard = markup::read(params)?;
        let chat = self.writable_chat(params)?;
        let id = chat.id;
        let reply_to = reply_target(chat, params)?;
        let topic = self.destination(chat, params, reply_to)?;
        self.hold_pace(id, now_ms)?;
        let message = Message {
            id: self.next_message_id(id),
            from: self.bot.id,
            anonymous: false,
            at: now_ms,
            edited: None,
            topic,
            reply_to,
            content: Content::Text { text, entities },
            keyboard,
            via_bot: false,
        };
        let chat = &self.chats[&id];
        let shown = self.message_json(chat, &message);
        self.keep(id, message);
        Ok(shown)
    }

    pub(super) fn send_chat_action(&self, params: Params<'_>) -> Verdict {
        const ACTIONS: [&str; 4] = ["typing", "find_location", "choose_sticker", "cancel"];
        let action = params.text("action").unwrap_or_default();
        if !ACTIONS.contains(&action.as_ref()) && !action.starts_with("upload_") && !action.starts_with("record_") {
            return Err(Refusal::bad("wrong parameter action in request"));
        }
        self.writable_chat(params)?;
        Ok(json!(true))
    }

    /// The number of the next message: counted by the bot's account, in a supergroup by the group.
    pub(super) fn next_message_id(&mut self, chat: i64) -> i64 {
        let counter = match self.chats.get_mut(&chat) {
            Some(chat) if chat.kind == ChatKind::Supergroup => &mut chat.last_id,
            _ => &mut self.last_account_message,
        };
        *counter += 1;
        *counter
    }

    /// Keeps a message, and no more of them than the world was told to keep.
    pub(super) fn keep(&mut self, chat: i64, message: Message) {
        let most = self.kept_messages;
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.messages.insert(message.id, message);
            while chat.messages.len() > most {
                chat.messages.pop_first();
            }
        }
        self.touch();
    }
}

/// The message that is replied to, if it is there; refused when it is not and has to be.
fn reply_target(chat: &Chat, params: Params<'_>) -> Result<Option<i64>, Refusal> {
    let wrong = |_| Refusal::bad("can't parse reply parameters JSON object");
    let given = params.nested("reply_parameters").map_err(wrong)?;
    let (target, lenient) = match given.as_deref() {
        Some(given) => target_of(Params(given), "message_id"),
        None => target_of(params, "reply_to_message_id"),
    };
    match target {
        Some(id) if chat.messages.contains_key(&id) => Ok(Some(id)),
        Some(_) if !lenient => Err(Refusal::bad("message to be replied not found")),
        _ => Ok(None),
    }
}

fn target_of(params: Params<'_>, name: &str) -> (Option<i64>, bool) {
    (params.integer(name).filter(|&id| id != 0), params.flag("allow_sending_without_reply"))
}

/// The message that `message_id` names; `missing` is how this method says that it is not there.
pub(super) fn named_message<'a>(chat: &'a Chat, params: Params<'_>, missing: &str) -> Result<&'a Message, Refusal> {
    let id = params.integer("message_id").ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    chat.messages.get(&id).ok_or_else(|| Refusal::bad(missing))
}

/// `true`, as methods answer that have nothing else to say.
pub(super) fn done() -> Verdict {
    Ok(Value::Bool(true))
}
