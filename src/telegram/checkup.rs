//! How the bot stands with Telegram: what @BotFather has switched, a webhook, and what time it is there.

use serde::Deserialize;
use teloxide::payloads;

use crate::clock::Timestamp;
use crate::telegram::api::{Api, REQUEST_LIMIT};
use crate::telegram::error::CallError;

/// The bot as Telegram sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Checkup {
    /// Its name in links and mentions, without `@`.
    pub username: String,
    /// Whether it can be added to groups: @BotFather's `/setjoingroups`.
    #[serde(default)]
    pub can_join_groups: bool,
    /// Whether it gets everything that is said in a group: @BotFather's `/setprivacy`, off.
    #[serde(default)]
    pub can_read_all_group_messages: bool,
    /// Whether people may type its name in any chat: @BotFather's `/setinline`.
    #[serde(default)]
    pub supports_inline_queries: bool,
    /// What time it is there.
    #[serde(skip)]
    pub now: Option<Timestamp>,
}

/// The webhook that Telegram has for the bot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct WebhookState {
    /// Where it leads; empty without one.
    #[serde(default)]
    pub url: String,
    /// How many updates wait.
    #[serde(default)]
    pub pending_update_count: u64,
    /// What went wrong the last time an update was brought there.
    #[serde(default)]
    pub last_error_message: Option<String>,
}

impl Api {
    /// How the bot stands.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn checkup(&self) -> Result<Checkup, CallError> {
        let (checkup, now) = self.transport.call_dated(&payloads::GetMe::new(), REQUEST_LIMIT).await?;
        Ok(Checkup { now, ..checkup })
    }

    /// The webhook, where there is one.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn webhook_state(&self) -> Result<WebhookState, CallError> {
        self.transport.call(&payloads::GetWebhookInfo::new(), REQUEST_LIMIT).await
    }
}
