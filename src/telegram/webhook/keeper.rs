//! Setting the webhook, looking after it, and repairing it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use teloxide::requests::Payload;
use teloxide::types::AllowedUpdate;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::hook::Hook;
use crate::clock::Clock;
use crate::telegram::api::{Api, REQUEST_LIMIT, WANTED};
use crate::telegram::backoff::Backoff;
use crate::telegram::error::CallError;

/// How often the webhook is looked at.
const EVERY: Duration = Duration::from_secs(60);
/// How long to wait after a failure.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How the webhook stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has not been looked at yet.
    Unknown,
    /// It is ours, as it should be.
    Set,
    /// It could not be set or looked at.
    Troubled(String),
}

/// Whoever looks after the webhook.
#[derive(Debug)]
pub struct Keeper {
    api: Api,
    hook: Hook,
    clock: Clock,
    standing: watch::Sender<Standing>,
}

/// The webhook as Telegram has it.
#[derive(Debug, Deserialize)]
struct Info {
    url: String,
    #[serde(default)]
    has_custom_certificate: bool,
    #[serde(default)]
    max_connections: Option<u8>,
    #[serde(default)]
    allowed_updates: Vec<AllowedUpdate>,
    #[serde(default)]
    last_error_date: Option<i64>,
    #[serde(default)]
    last_error_message: Option<String>,
}

#[derive(Serialize)]
struct GetWebhookInfo {}

impl Payload for GetWebhookInfo {
    type Output = ();
    const NAME: &'static str = "GetWebhookInfo";
}

#[derive(Serialize)]
struct SetWebhook<'a> {
    url: &'a str,
    secret_token: &'a str,
    max_connections: u8,
    allowed_updates: &'a [AllowedUpdate],
}

impl Payload for SetWebhook<'_> {
    type Output = ();
    const NAME: &'static str = "SetWebhook";
}

impl Keeper {
    /// A keeper of this webhook.
    pub fn new(api: Api, hook: Hook, clock: Clock) -> Self {
        Self { api, hook, clock, standing: watch::Sender::new(Standing::Unknown) }
    }

    /// How the webhook stands, and whenever that changes.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Sets the webhook, and looks after it until it is told to stop. It stays set then.
    pub async fn run(&self, stop: CancellationToken) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut set = false;
        let mut last_error = None;
        while !stop.is_cancelled() {
            let tended = tokio::select! {
                tended = self.tend(set, &mut last_error) => tended,
                () = stop.cancelled() => return,
            };
            let trouble = tended.err().map(|error| error.to_string());
            set |= trouble.is_none();
            self.say(trouble.as_deref());
            let next = self.clock.now().after(EVERY);
            tokio::select! {
                () = tokio::time::sleep(backoff.pause()), if trouble.is_some() => {}
                () = self.clock.sleep_until(next), if trouble.is_none() => backoff.reset(),
                () = stop.cancelled() => {}
            }
        }
    }

    /// One line for each trouble, not for each try.
    fn say(&self, trouble: Option<&str>) {
        let standing = trouble.map_or(Standing::Set, |why| Standing::Troubled(why.to_owned()));
        let before = self.standing.send_replace(standing.clone());
        match (&before, &standing) {
            (before, standing) if before == standing => {}
            (_, Standing::Troubled(why)) => tracing::warn!("{why}; trying to set the webhook until it works"),
            (_, _) => tracing::info!(host = self.hook.url.host_str(), "the webhook is set"),
        }
    }

    /// Looks at the webhook, sets it where it is not as it should be, and looks again.
    async fn tend(&self, was_set: bool, last_error: &mut Option<i64>) -> Result<(), CallError> {
        let found = self.look().await?;
        self.report(&found, last_error);
        if was_set && self.is_ours(&found) {
            return Ok(());
        }
        if was_set {
            tracing::warn!("{}; setting it again", self.stranger(&found));
        }
        // At the start in any case: nobody tells which secret is set.
        self.api.set_webhook(&self.hook).await?;
        let found = self.look().await?;
        if self.is_ours(&found) {
            return Ok(());
        }
        Err(CallError::NotSent(format!("{} right after it was set", self.stranger(&found))))
    }

    async fn look(&self) -> Result<Info, CallError> {
        self.api.transport.call(&GetWebhookInfo {}, REQUEST_LIMIT).await
    }

    fn is_ours(&self, found: &Info) -> bool {
        let wanted = |found: &AllowedUpdate| WANTED.contains(found);
        found.url == self.hook.url.as_str()
            && found.has_custom_certificate == self.hook.certificate.is_some()
            && found.max_connections.is_none_or(|most| most == self.hook.max_connections)
            && found.allowed_updates.len() == WANTED.len()
            && found.allowed_updates.iter().all(wanted)
    }

    /// Whose webhook it is. Many put their token into the path: only the host is told.
    fn stranger(&self, found: &Info) -> String {
        if found.url.is_empty() {
            return "the webhook was deleted: does another program poll with this token? Stop that one".to_owned();
        }
        if found.url == self.hook.url.as_str() {
            return "the webhook is ours, and not as it should be".to_owned();
        }
        let url = reqwest::Url::parse(&found.url).ok();
        let host = url.as_ref().and_then(|url| url.host_str()).unwrap_or("…");
        format!("another program has led the webhook to `{host}`: stop that one, or give it a bot of its own")
    }

    /// What went wrong on Telegram's way to us, each time once.
    fn report(&self, found: &Info, last_error: &mut Option<i64>) {
        if found.last_error_date.is_some() && found.last_error_date != *last_error {
            *last_error = found.last_error_date;
            let why = found.last_error_message.as_deref().unwrap_or("no reason given");
            tracing::warn!("Telegram could not bring an update: {why}");
        }
    }
}

impl Api {
    async fn set_webhook(&self, hook: &Hook) -> Result<(), CallError> {
        let payload = SetWebhook {
            url: hook.url.as_str(),
            secret_token: hook.secret.expose(),
            max_connections: hook.max_connections,
            allowed_updates: &WANTED,
        };
        let Some(certificate) = &hook.certificate else {
            return self.transport.call::<_, bool>(&payload, REQUEST_LIMIT).await.map(drop);
        };
        let file = ("certificate", certificate.as_str());
        self.transport.call_with_file::<_, bool>(&payload, file, REQUEST_LIMIT).await.map(drop)
    }
}
