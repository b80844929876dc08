//! Telegram's methods.
//!
//! Requests are teloxide's payload types. Of the answers only what we use is read, so that a field that Telegram adds
//! or changes elsewhere cannot make a delivered message look like a failed one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide::payloads;
use teloxide::requests::Payload;
use teloxide::types::{self, AllowedUpdate, LinkPreviewOptions, ParseMode, ReplyParameters, ThreadId};
use tokio::time::Instant;

use crate::message::{ChatId, Content, MessageId, Mode, Offers, Outgoing, TopicId, UserId};
use crate::telegram::error::CallError;
use crate::telegram::render;
use crate::telegram::transport::Transport;

/// How long a request may take, long polling aside.
pub(super) const REQUEST_LIMIT: Duration = Duration::from_secs(8);
/// The most updates that one call gives.
const BATCH: u8 = 100;
/// What we want to hear of.
pub(super) const WANTED: [AllowedUpdate; 5] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::InlineQuery,
    AllowedUpdate::MyChatMember,
];
/// For how many seconds Telegram may give others what was offered to one: the documents may change any time.
const OFFERS_LAST: u32 = 5;

/// Who we are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// Our number.
    pub id: UserId,
    /// Our name in links and mentions, without `@`.
    pub username: String,
    /// Whether people may type our name in any chat: @BotFather's `/setinline`.
    #[serde(default)]
    pub supports_inline_queries: bool,
}

/// The method of that name. Not teloxide's, whose offset has 32 bits: the number of an update may have more.
#[derive(Serialize)]
struct GetUpdates<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: u8,
    /// Seconds.
    timeout: u64,
    allowed_updates: &'a [AllowedUpdate],
}

impl Payload for GetUpdates<'_> {
    type Output = ();
    const NAME: &'static str = "GetUpdates";
}

/// Somebody in a chat.
#[derive(Deserialize)]
struct Member {
    status: String,
    #[serde(default)]
    can_pin_messages: bool,
}

/// What a delivery leaves out, after Telegram refused it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without {
    /// Markup: the text goes out plain.
    pub markup: bool,
    /// Buttons.
    pub buttons: bool,
    /// The reply: the message stands alone.
    pub reply: bool,
}

/// Telegram's Bot API for one bot. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Api {
    pub(super) transport: Transport,
}

impl Api {
    /// The methods over this transport.
    pub fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// When Telegram last showed that it works and knows us; `None` since it showed the contrary.
    pub fn last_answer(&self) -> Option<Instant> {
        self.transport.last_answer()
    }

    /// Who we are.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn me(&self) -> Result<Me, CallError> {
        self.transport.call(&payloads::GetMe::new(), REQUEST_LIMIT).await
    }

    /// The updates from `offset` on, as they came; waits up to `wait` for the first. Confirms all before `offset`.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn updates(&self, offset: Option<i64>, wait: Duration) -> Result<Vec<Box<RawValue>>, CallError> {
        let payload = GetUpdates { offset, limit: BATCH, timeout: wait.as_secs(), allowed_updates: &WANTED };
        self.transport.call(&payload, wait + REQUEST_LIMIT).await
    }

    /// Delivers a message; `me` is who we are.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn deliver(&self, message: &Outgoing, me: &Me, without: Without) -> Result<MessageId, CallError> {
        #[derive(Deserialize)]
        struct Delivered {
            message_id: MessageId,
        }
        let parse_mode = (!without.markup).then_some(ParseMode::Html);
        let buttons = if without.buttons { None } else { render::keyboard(&message.buttons, me) };
        let chat = types::ChatId(message.place.chat.0);
        let text = match &message.content {
            Content::Text(body) if without.markup => Some(body.to_plain()),
            Content::Text(body) => Some(render::html(body, &me.username)),
            Content::Keyboard => None,
        };
        let delivered: Delivered = match (message.mode, text) {
            (Mode::Edit(under), None) => {
                let mut payload = payloads::EditMessageReplyMarkup::new(chat, types::MessageId(under.0));
                payload.reply_markup = buttons;
                self.transport.call(&payload, REQUEST_LIMIT).await?
            }
            (Mode::Edit(edited), Some(text)) => {
                let mut payload = payloads::EditMessageText::new(chat, types::MessageId(edited.0), text);
                payload.parse_mode = parse_mode;
                payload.link_preview_options = Some(no_preview());
                payload.reply_markup = buttons;
                self.transport.call(&payload, REQUEST_LIMIT).await?
            }
            (mode, text) => {
                let mut payload = payloads::SendMessage::new(chat, text.unwrap_or_default());
                payload.parse_mode = parse_mode;
                payload.link_preview_options = Some(no_preview());
                payload.message_thread_id = thread(message.place.topic);
                payload.disable_notification = message.silent.then_some(true);
                payload.reply_markup = buttons.map(types::ReplyMarkup::InlineKeyboard);
                payload.reply_parameters = match mode {
                    Mode::ReplyTo(to) if !without.reply => {
                        Some(ReplyParameters::new(types::MessageId(to.0)).allow_sending_without_reply())
                    }
                    _ => None,
                };
                self.transport.call(&payload, REQUEST_LIMIT).await?
            }
        };
        Ok(delivered.message_id)
    }

    /// Pins a message without a sound.
    ///
    /// # Errors
    /// When the call fails: the bot may not be allowed to.
    pub async fn pin(&self, chat: ChatId, message: MessageId) -> Result<(), CallError> {
        let mut payload = payloads::PinChatMessage::new(types::ChatId(chat.0), types::MessageId(message.0));
        payload.disable_notification = Some(true);
        self.done(&payload).await
    }

    /// Takes down a pinned message.
    ///
    /// # Errors
    /// When the call fails: it may not be pinned any more.
    pub async fn unpin(&self, chat: ChatId, message: MessageId) -> Result<(), CallError> {
        let mut payload = payloads::UnpinChatMessage::new(types::ChatId(chat.0));
        payload.message_id = Some(types::MessageId(message.0));
        self.done(&payload).await
    }

    /// Answers a button press, so that the button stops waiting; `notice` is shown to the presser.
    ///
    /// # Errors
    /// When the call fails: after a minute or so Telegram takes no answer any more.
    pub async fn answer_press(&self, query: &str, notice: Option<&str>) -> Result<(), CallError> {
        let mut payload = payloads::AnswerCallbackQuery::new(types::CallbackQueryId(query.to_owned()));
        payload.text = notice.map(|notice| notice.chars().take(200).collect());
        self.done(&payload).await
    }

    /// Answers somebody who types in another chat with what can be put there.
    ///
    /// # Errors
    /// When the call fails: after some seconds Telegram takes no answer any more.
    pub async fn answer_typing(&self, query: &str, offers: &Offers, me: &Me) -> Result<(), CallError> {
        let results = offers.all.iter().map(|offer| render::article(offer, me)).collect::<Vec<_>>();
        let mut payload = payloads::AnswerInlineQuery::new(types::InlineQueryId(query.to_owned()), results);
        payload.cache_time = Some(OFFERS_LAST);
        payload.is_personal = Some(false);
        payload.next_offset = Some(offers.next.map(|next| next.to_string()).unwrap_or_default());
        payload.button = offers.way.as_ref().map(|(label, link)| types::InlineQueryResultsButton {
            text: label.clone(),
            kind: types::InlineQueryResultsButtonKind::StartParameter(link.encode()),
        });
        self.done(&payload).await
    }

    /// Ends a webhook, without which polling is refused. Waiting updates are kept.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn delete_webhook(&self) -> Result<(), CallError> {
        self.done(&payloads::DeleteWebhook::new()).await
    }

    /// Sets the commands that are offered to people whose app has this language; `None` is everybody else.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn set_commands(&self, commands: &[(&str, &str)], language: Option<&str>) -> Result<(), CallError> {
        let commands = commands.iter().map(|(name, does)| types::BotCommand::new(*name, *does));
        let mut payload = payloads::SetMyCommands::new(commands);
        payload.language_code = language.map(str::to_owned);
        self.done(&payload).await
    }

    /// A person's standing in a chat, in Telegram's word for it (`creator`, `administrator`, `member` …).
    ///
    /// # Errors
    /// When the call fails.
    pub async fn standing(&self, chat: ChatId, user: UserId) -> Result<String, CallError> {
        Ok(self.member(chat, user).await?.status)
    }

    /// Whether an admin of a chat may pin messages there.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn can_pin(&self, chat: ChatId, user: UserId) -> Result<bool, CallError> {
        let member = self.member(chat, user).await?;
        Ok(member.status == "creator" || (member.status == "administrator" && member.can_pin_messages))
    }

    async fn member(&self, chat: ChatId, user: UserId) -> Result<Member, CallError> {
        let user = types::UserId(u64::try_from(user.0).unwrap_or_default());
        self.transport.call(&payloads::GetChatMember::new(types::ChatId(chat.0), user), REQUEST_LIMIT).await
    }

    /// What a group is called.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn title(&self, chat: ChatId) -> Result<Option<String>, CallError> {
        #[derive(Deserialize)]
        struct Chat {
            title: Option<String>,
        }
        let chat: Chat = self.transport.call(&payloads::GetChat::new(types::ChatId(chat.0)), REQUEST_LIMIT).await?;
        Ok(chat.title)
    }

    async fn done<P: Payload + Serialize>(&self, payload: &P) -> Result<(), CallError> {
        self.transport.call::<P, bool>(payload, REQUEST_LIMIT).await.map(drop)
    }
}

pub(super) fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn thread(topic: TopicId) -> Option<ThreadId> {
    (topic != TopicId::MAIN).then_some(ThreadId(types::MessageId(topic.0)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The bot of the tests; `inline`: whether people may type its name in any chat.
    pub(in crate::telegram) fn me(inline: bool) -> Me {
        Me { id: UserId(42), username: "wengu_bot".into(), supports_inline_queries: inline }
    }
}
