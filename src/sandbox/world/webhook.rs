//! The webhook, which takes the place of polling: what is set, what is on its way to it, and what went wrong.
//!
//! Bringing updates there is for the HTTP server: it asks for the [next](World::next_delivery) and says how it went.
//! Updates of one chat go one after the other; up to as many as the bot allows go beside each other.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::World;
use super::answer::{Refusal, Verdict};
use super::params::Params;

/// How many updates Telegram brings at a time to a bot that does not say.
const USUAL_CONNECTIONS: usize = 40;
/// What a secret may consist of, beside letters and digits.
const SECRET_MARKS: &str = "_-";
const LONGEST_SECRET: usize = 256;

#[derive(Debug)]
pub(super) struct Webhook {
    url: String,
    secret: Option<String>,
    certificate: Option<String>,
    most: usize,
    /// The updates that are on their way, with their chats.
    busy: BTreeMap<i64, i64>,
    last_error: Option<(i64, String)>,
}

/// An update to be brought to the webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// Where to.
    pub url: String,
    /// What the header has to say.
    pub secret: Option<String>,
    /// The update.
    pub body: Value,
}

impl World {
    /// The next update that may be brought to the webhook; it is on its way from then on.
    pub fn next_delivery(&mut self) -> Option<Delivery> {
        let hook = self.updates.webhook.as_mut()?;
        if hook.busy.len() >= hook.most {
            return None;
        }
        let free = |chat: i64| !hook.busy.values().any(|busy| *busy == chat);
        let next = self.updates.queue.iter().find(|queued| free(chat_of(&queued.body)))?;
        hook.busy.insert(next.id, chat_of(&next.body));
        let (url, secret) = (hook.url.clone(), hook.secret.clone());
        Some(Delivery { id: next.id, url, secret, body: next.body.clone() })
    }

    /// An update was taken in at the webhook.
    pub fn delivered(&mut self, id: i64) {
        let at = self.updates.queue.iter().position(|queued| queued.id == id);
        at.map(|at| self.updates.queue.remove(at));
        self.retry_delivery(id);
    }

    /// An update could not be brought, or its answer was not what it should be.
    pub fn delivery_failed(&mut self, why: String, now_ms: i64) {
        if let Some(hook) = &mut self.updates.webhook {
            hook.last_error = Some((now_ms / 1_000, why));
        }
        self.updates.pulse += 1;
    }

    /// An update that could not be brought may be tried again.
    pub fn retry_delivery(&mut self, id: i64) {
        if let Some(hook) = &mut self.updates.webhook {
            hook.busy.remove(&id);
        }
        self.updates.pulse += 1;
    }

    /// Where the webhook leads; empty without one.
    pub fn webhook_url(&self) -> &str {
        self.updates.webhook.as_ref().map(|hook| hook.url.as_str()).unwrap_or_default()
    }

    /// The secret that the bot has sent with the webhook.
    pub fn webhook_secret(&self) -> Option<&str> {
        self.updates.webhook.as_ref()?.secret.as_deref()
    }

    /// The certificate that the bot has sent with the webhook.
    pub fn webhook_certificate(&self) -> Option<&str> {
        self.updates.webhook.as_ref()?.certificate.as_deref()
    }

    pub(super) fn set_webhook(&mut self, params: Params<'_>) -> Verdict {
        let url = params.text("url").unwrap_or_default().trim().to_owned();
        if url.is_empty() {
            return self.delete_webhook(params);
        }
        if !url.to_ascii_lowercase().starts_with("https://") {
            return Err(Refusal::bad("bad webhook: An HTTPS URL must be provided for webhook"));
        }
        let secret = params.text("secret_token").map(|secret| secret.into_owned()).filter(|secret| !secret.is_empty());
        if secret.as_deref().is_some_and(|secret| !is_secret(secret)) {
            return Err(Refusal::bad("secret token contains illegal characters"));
        }
        let most = params.integer("max_connections").and_then(|most| usize::try_from(most).ok());
        self.updates.allow(params);
        if params.flag("drop_pending_updates") {
            self.updates.queue.clear();
        }
        self.updates.end_polls();
        self.updates.webhook = Some(Webhook {
            url,
            secret,
            certificate: params.text("certificate").map(|text| text.into_owned()),
            most: most.unwrap_or(USUAL_CONNECTIONS).clamp(1, 100),
            busy: BTreeMap::new(),
            last_error: None,
        });
        Ok(json!(true))
    }

    pub(super) fn delete_webhook(&mut self, params: Params<'_>) -> Verdict {
        if params.flag("drop_pending_updates") {
            self.updates.queue.clear();
        }
        self.updates.webhook = None;
        Ok(json!(true))
    }

    pub(super) fn get_webhook_info(&self) -> Verdict {
        let hook = self.updates.webhook.as_ref();
        let mut info = json!({
            "url": self.webhook_url(),
            "has_custom_certificate": hook.is_some_and(|hook| hook.certificate.is_some()),
            "pending_update_count": self.updates.queue.len(),
        });
        if let Some(hook) = hook {
            info["max_connections"] = json!(hook.most);
        }
        if let Some((at, why)) = hook.and_then(|hook| hook.last_error.as_ref()) {
            info["last_error_date"] = json!(at);
            info["last_error_message"] = json!(why);
        }
        if !self.updates.allowed.is_empty() {
            info["allowed_updates"] = json!(self.updates.allowed);
        }
        Ok(info)
    }
}

fn is_secret(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || SECRET_MARKS.contains(c);
    (1..=LONGEST_SECRET).contains(&text.len()) && text.chars().all(known)
}

/// The chat that an update belongs to, or the person where there is none.
fn chat_of(body: &Value) -> i64 {
    let places = [
        "/message/chat/id",
        "/edited_message/chat/id",
        "/callback_query/message/chat/id",
        "/my_chat_member/chat/id",
        "/inline_query/from/id",
    ];
    places.into_iter().find_map(|place| body.pointer(place)?.as_i64()).unwrap_or_default()
}
