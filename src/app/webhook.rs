//! The webhook as the config wants it: its door, and whoever keeps it.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{AppError, supervise};
use crate::clock::Clock;
use crate::config::{Mode, Secret, Telegram};
use crate::ops::health::{Check, Health};
use crate::ops::http::Server;
use crate::telegram::api::Api;
use crate::telegram::token::Token;
use crate::telegram::webhook::{Door, Hook, Keeper, Standing, Wishes};

/// The webhook leads to us.
const WEBHOOK: &str = "webhook";

/// What the config means; `None` where it wants polling.
///
/// # Errors
/// When Telegram would not take it, or the certificate cannot be read.
pub(super) fn wanted(telegram: &Telegram, token: &Token) -> Result<Option<Hook>, AppError> {
    if telegram.mode == Mode::Polling {
        return Ok(None);
    }
    let written = &telegram.webhook;
    let read = |file: &std::path::PathBuf| {
        let refuse = |source| AppError::Certificate { file: file.clone(), source };
        std::fs::read_to_string(file).map_err(refuse)
    };
    let wishes = Wishes {
        url: written.url.clone(),
        path: written.path.clone(),
        secret: written.secret.as_ref().map(Secret::expose).map(str::to_owned),
        certificate: written.certificate.as_ref().map(read).transpose()?,
        max_connections: written.max_connections.0,
        rate: written.rate.0,
    };
    Ok(Some(Hook::new(wishes, token, &telegram.api_url)?))
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
