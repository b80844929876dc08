//! Brings updates to the webhook, as Telegram does: by POST, with the secret in a header, again until they are taken in.
//!
//! The public address leads through a reverse proxy that ends the encryption. The emulator plays both: it is told where
//! the bot listens, and keeps of the address only the path.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::task::JoinSet;

use super::shared::Shared;
use super::world::webhook::Delivery;

/// How long a webhook may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the emulator waits before it brings again what was not taken in. Telegram waits longer.
const PAUSE: Duration = Duration::from_millis(50);

/// Brings whatever there is to bring, for ever.
pub(super) async fn deliver(shared: Shared) {
    let Ok(http) = Client::builder().no_proxy().timeout(PATIENCE).build() else { return };
    let mut pulse = shared.pulse();
    let mut out = JoinSet::new();
    loop {
        pulse.mark_unchanged();
        while let Some(delivery) = next(&shared) {
            out.spawn(bring(http.clone(), shared.clone(), delivery));
        }
        tokio::select! {
            changed = pulse.changed() => if changed.is_err() { return },
            Some(_) = out.join_next() => {}
        }
    }
}

fn next(shared: &Shared) -> Option<Delivery> {
    shared.world().next_delivery()
}

async fn bring(http: Client, shared: Shared, delivery: Delivery) {
    let id = delivery.id;
    let failed = match post(&http, shared.webhook(), delivery).await {
        Ok(()) if shared.loses_an_answer() => "Connection reset by peer".to_owned(),
        Ok(()) => return shared.world().delivered(id),
        Err(why) => why,
    };
    shared.world().delivery_failed(failed, shared.now());
    tokio::time::sleep(PAUSE).await;
    shared.world().retry_delivery(id);
}

async fn post(http: &Client, bot: Option<SocketAddr>, delivery: Delivery) -> Result<(), String> {
    let refused = || "Connection refused".to_owned();
    let (bot, url) = (bot.ok_or_else(refused)?, Url::parse(&delivery.url).map_err(|_| refused())?);
    let mut request = http.post(format!("http://{bot}{}", url.path())).header("content-type", "application/json");
    if let Some(secret) = delivery.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let answer = request.body(delivery.body.to_string()).send().await.map_err(|_| refused())?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(format!("Wrong response from the webhook: {status}")) }
}
