//! The webhook as the config wants it: its door, and whoever keeps it.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{AppError, supervise};
use crate::clock::Clock;
use crate::config::{Loaded, Mode, Telegram};
use crate::diagnostic::Diagnostic;
use crate::ops::health::{Check, Health};
use crate::ops::http::Server;
use crate::telegram::api::Api;
use crate::telegram::token::Token;
use crate::telegram::webhook::{Door, Draft, Hook, HookError, Keeper, Standing, Wishes};

/// The webhook leads to us.
const WEBHOOK: &str = "webhook";

/// Every mistake in what the config says of the webhook, with its place. Where updates are asked for, nothing of it is
/// used: then these are warnings.
pub fn mistakes(loaded: &Loaded) -> Vec<Diagnostic> {
    let wrong = draft(loaded).err().unwrap_or_default();
    match loaded.config.telegram.mode {
        Mode::Webhook => wrong,
        Mode::Polling => wrong.into_iter().map(Diagnostic::as_warning).collect(),
    }
}

/// What the config means for the bot with this token; `None` where it wants polling.
///
/// # Errors
/// When Telegram would not take it, or the certificate cannot be read.
pub(super) fn wanted(loaded: &Loaded, token: &Token) -> Result<Option<Hook>, AppError> {
    if loaded.config.telegram.mode == Mode::Polling {
        return Ok(None);
    }
    draft(loaded).map(|draft| Some(draft.of(token))).map_err(AppError::Config)
}

fn draft(loaded: &Loaded) -> Result<Draft, Vec<Diagnostic>> {
    let (telegram, places) = (&loaded.config.telegram, &loaded.places);
    let written = telegram.webhook.clone();
    let wishes = Wishes {
        url: written.url,
        path: written.path,
        secret: written.secret,
        certificate: written.certificate,
        max_connections: written.max_connections.0,
        rate: written.rate.0,
    };
    // An address that could not even be read was told already, and nobody misses one where updates are asked for.
    let is_missed = telegram.mode == Mode::Webhook && !places.has("telegram.webhook.url");
    Draft::read(wishes, &telegram.api_url).map_err(|wrong| {
        let told = wrong.iter().filter(|error| is_missed || !matches!(error, HookError::NoUrl));
        told.map(|error| places.error(error.key(), error.to_string(), error.help())).collect()
    })
}

/// The door, open, and whoever keeps the webhook that leads to it.
pub(super) struct Front {
    pub(super) server: Server,
    pub(super) keeping: JoinHandle<()>,
}

impl Front {
    /// Opens the door, and only then has Telegram come to it.
    ///
    /// # Errors
    /// When nobody may listen there, or somebody else does.
    pub(super) async fn open(
        telegram: &Telegram,
        (hook, door): (Hook, &Door),
        (api, clock): (&Api, &Clock),
        health: &Health,
        stop: &CancellationToken,
    ) -> Result<Self, AppError> {
        let address = telegram.webhook.listen.0;
        let refuse = |source| AppError::Listen { address, key: "telegram.webhook.listen", source };
        let server = Server::start(address, door.router()).await.map_err(refuse)?;
        tracing::info!(address = %server.address, "waiting for what Telegram brings");
        let keeper = Arc::new(Keeper::new(api.clone(), hook, clock.clone()));
        health.set(WEBHOOK, Leads(keeper.standing()));
        let keeping = supervise::supervise("webhook", stop.clone(), move |stop| {
            let keeper = Arc::clone(&keeper);
            async move { keeper.run(stop).await }
        });
        Ok(Self { server, keeping })
    }
}

/// The webhook leads to us, as far as Telegram said when it was asked last.
struct Leads(watch::Receiver<Standing>);

#[async_trait]
impl Check for Leads {
    async fn check(&self) -> Result<String, String> {
        match &*self.0.borrow() {
            Standing::Set => Ok("leads to us".into()),
            Standing::Unknown => Err("not set yet".into()),
            Standing::Troubled(why) => Err(why.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_a_webhook_that_is_ours_is_ready() {
        for (standing, ok) in
            [(Standing::Set, true), (Standing::Unknown, false), (Standing::Troubled("a 502".into()), false)]
        {
            let (sender, standing) = watch::channel(standing);
            assert_eq!(Leads(standing).check().await.is_ok(), ok, "{:?}", sender.borrow());
        }
    }
}
