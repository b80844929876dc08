//! The first words with Telegram: who we are, no webhook, the commands on offer.

use std::time::Duration;

use crate::answer::texts::texts;
use crate::message::Lang;
use crate::telegram::api::{Api, Me};
use crate::telegram::backoff::Backoff;
use crate::telegram::error::CallError;

/// How long to wait before Telegram is asked again.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often the commands are offered before the bot goes on without.
const OFFERS: usize = 5;

/// Telegram does not know the token.
#[derive(Debug, thiserror::Error)]
#[error(
    "the token is not accepted ({0}): ask @BotFather for it with /token (or for a new bot with /newbot), and set it as `telegram.token` or WENGU_TELEGRAM__TOKEN"
)]
pub struct TokenRefused(String);

/// Asks Telegram who we are until it answers. Telegram may be away for as long as it likes.
///
/// # Errors
/// When Telegram answers that the token is none of its own: asking again would not help.
pub async fn introduce(api: &Api) -> Result<Me, TokenRefused> {
    insist(|| api.me()).await
}

/// The same for whoever polls: ends a webhook that is left over, because polling is refused beside one.
///
/// # Errors
/// When Telegram answers that the token is none of its own: asking again would not help.
pub async fn connect(api: &Api) -> Result<Me, TokenRefused> {
    let me = introduce(api).await?;
    insist(|| api.delete_webhook()).await?;
    Ok(me)
}

/// Offers the commands as one types `/`: Chinese to everybody, English to those whose app is. The bot works without.
pub async fn offer_commands(api: &Api) {
    for (lang, tag) in [(Lang::Zh, None), (Lang::Zh, Some("zh")), (Lang::En, Some("en"))] {
        let commands = texts(lang).commands();
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        for left in (0..OFFERS).rev() {
            let Err(error) = api.set_commands(&commands, tag).await else { break };
            if left == 0 {
                tracing::warn!("failed to offer the commands in the menu, going on without: {error}");
                return;
            }
            tokio::time::sleep(backoff.pause()).await;
        }
    }
}

async fn insist<T, F>(mut call: impl FnMut() -> F) -> Result<T, TokenRefused>
where
    F: Future<Output = Result<T, CallError>>,
{
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let mut said = None;
    loop {
        match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) if error.is_unauthorized() => return Err(TokenRefused(error.to_string())),
            Err(error) => {
                // One line for each trouble, not for each try.
                if said.as_ref() != Some(&error) {
                    tracing::warn!("{error}; trying again until it works");
                    said = Some(error);
                }
            }
        }
        tokio::time::sleep(backoff.pause()).await;
    }
}
