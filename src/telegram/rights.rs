//! Who may change a group's settings, by asking Telegram at the moment of the wish: nothing is remembered, because an
//! admin of a minute ago may be none any more.

use async_trait::async_trait;

use crate::message::{ChatId, Rights, RightsError, UserId};
use crate::telegram::api::Api;
use crate::telegram::error::CallError;

#[async_trait]
impl Rights for Api {
    async fn is_admin(&self, chat: ChatId, user: UserId) -> Result<bool, RightsError> {
        match self.standing(chat, user).await {
            Ok(standing) => Ok(matches!(standing.as_str(), "creator" | "administrator")),
            // Somebody whom Telegram does not know in the chat is no admin of it.
            Err(CallError::Refused(refusal)) if refusal.code == 400 => Ok(false),
            Err(error) => Err(RightsError(error.to_string())),
        }
    }

    async fn may_pin(&self, chat: ChatId) -> Result<bool, RightsError> {
        let failed = |error: CallError| RightsError(error.to_string());
        let me = self.me().await.map_err(failed)?;
        self.can_pin(chat, me.id).await.map_err(failed)
    }
}
