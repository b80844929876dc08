//! The queue of updates: how it is read, confirmed and forgotten.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::World;
use super::answer::{Answer, Refusal, Verdict};
use super::params::Params;
use super::webhook::Webhook;

const KEPT_FOR_MS: i64 = 24 * 60 * 60 * 1000;
const LARGEST_BATCH: usize = 100;
/// How far beyond its end Telegram's queue still believes an offset.
const CREDIBLE_AHEAD: i64 = 10;
const FIRST_ID: i64 = 512_000_001;
/// Kinds that are sent only to a bot that asked for them by name.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

#[derive(Debug)]
pub(super) struct Updates {
    pub(super) queue: VecDeque<Queued>,
    next_id: i64,
    pub(super) allowed: Vec<String>,
    pub(super) webhook: Option<Webhook>,
    /// Counts the calls of `getUpdates` and `setWebhook`: a poll that waits is over when it changes.
    polls: u64,
    /// Counts what a poll that waits should wake up for.
    pub(super) pulse: u64,
}

#[derive(Debug)]
pub(super) struct Queued {
    pub(super) id: i64,
    at: i64,
    pub(super) body: Value,
}

impl Updates {
    pub(super) fn new() -> Self {
        Self { queue: VecDeque::new(), next_id: FIRST_ID, allowed: Vec::new(), webhook: None, polls: 0, pulse: 0 }
    }

    fn wants(&self, kind: &str) -> bool {
        if self.allowed.is_empty() { !ON_REQUEST.contains(&kind) } else { self.allowed.iter().any(|a| a == kind) }
    }

    pub(super) fn allow(&mut self, params: Params<'_>) {
        if let Ok(Some(kinds)) = params.nested("allowed_updates")
            && let Some(kinds) = kinds.as_array()
        {
            self.allowed = kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect();
        }
    }

    fn push(&mut self, id: i64, body: Value, now_ms: i64) {
        self.queue.push_back(Queued { id, at: now_ms, body });
        self.pulse += 1;
    }

    fn next_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(super) fn end_polls(&mut self) {
        self.polls += 1;
        self.pulse += 1;
    }

    fn take(&mut self, params: Params<'_>, now_ms: i64) -> Value {
        while self.queue.front().is_some_and(|first| first.at <= now_ms - KEPT_FOR_MS) {
            self.queue.pop_front();
        }
        let limit = match params.integer("limit").map(usize::try_from) {
            Some(Ok(limit @ 1..=LARGEST_BATCH)) => limit,
            _ => LARGEST_BATCH,
        };
        let offset = params.integer("offset").unwrap_or(0);
        if offset < 0 {
            let kept = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.queue.drain(..self.queue.len().saturating_sub(kept));
        } else if offset <= self.next_id + CREDIBLE_AHEAD {
            while self.queue.front().is_some_and(|first| first.id < offset) {
                self.queue.pop_front();
            }
        }
        self.queue.iter().take(limit).map(|queued| queued.body.clone()).collect()
    }
}

impl World {
    /// Queues an update of a kind the bot wants.
    pub(super) fn queue(&mut self, kind: &str, payload: Value, now_ms: i64) {
        if self.updates.wants(kind) {
            let id = self.updates.next_id();
            let mut body = json!({ "update_id": id });
            body[kind] = payload;
            self.updates.push(id, body, now_ms);
        }
    }

    /// Queues an update as it stands, under the next number: one that the Bot API never promised.
    pub fn queue_raw(&mut self, mut body: Value, now_ms: i64) -> i64 {
        let id = self.updates.next_id();
        body["update_id"] = json!(id);
        self.updates.push(id, body, now_ms);
        self.touch();
        id
    }

    /// Queues an update exactly as it stands, which need not name the number under which it is confirmed. The next
    /// ones are numbered behind it.
    pub fn queue_numbered(&mut self, id: i64, body: Value, now_ms: i64) {
        self.updates.next_id = self.updates.next_id.max(id.saturating_add(1));
        self.updates.push(id, body, now_ms);
        self.touch();
    }

    /// Queues an update that no offset confirms, nor those behind it.
    pub fn queue_unconfirmable(&mut self, body: Value, now_ms: i64) {
        self.updates.push(i64::MAX, body, now_ms);
        self.touch();
    }

    /// Queues the last update once more under the same number; false when there is none.
    pub fn repeat_last_update(&mut self, now_ms: i64) -> bool {
        let Some(last) = self.updates.queue.back() else { return false };
        let (id, body) = (last.id, last.body.clone());
        self.updates.push(id, body, now_ms);
        self.touch();
        true
    }

    /// Goes on with other numbers, as Telegram does for a bot that had no updates for a week.
    pub fn restart_update_ids(&mut self, next_id: i64) {
        self.updates.next_id = next_id;
    }

    /// Goes on with numbers that no earlier world has had, by the clock: a bot that remembers an earlier one must not
    /// take updates and messages of this one for those.
    pub fn number_by_clock(&mut self, now_ms: i64) {
        // Ten a second, begun anew after six years: a number has 31 bits.
        let first = (now_ms / 100).rem_euclid(2_000_000_000) + 1;
        self.restart_update_ids(first);
        self.last_account_message = first;
        for chat in self.chats.values_mut() {
            chat.last_id = chat.last_id.max(first);
        }
    }

    /// How many updates wait to be confirmed.
    pub fn pending_updates(&self) -> usize {
        self.updates.queue.len()
    }

    /// Changes with everything that a waiting poll should wake up for.
    pub fn pulse(&self) -> u64 {
        self.updates.pulse
    }

    /// Which poll is the current one: a later one, or a webhook, ends those before it.
    pub fn current_poll(&self) -> u64 {
        self.updates.polls
    }

    /// Looks again for a poll that waits: the batch, an empty one, or the refusal when it is not the current one.
    pub fn poll_again(&mut self, poll: u64, params: &Value, now_ms: i64) -> Answer {
        let verdict = if poll == self.updates.polls {
            Ok(self.updates.take(Params(params), now_ms))
        } else if self.updates.webhook.is_some() {
            Err(Refusal::new(409, "Conflict: terminated by setWebhook request"))
        } else {
            Err(Refusal::other_poller())
        };
        verdict.into()
    }

    pub(super) fn get_updates(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        if self.updates.webhook.is_some() {
            return Err(Refusal::new(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the \
                 webhook first",
            ));
        }
        self.updates.end_polls();
        self.updates.allow(params);
        Ok(self.updates.take(params, now_ms))
    }
}
