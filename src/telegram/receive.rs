//! Polling: updates are stored before Telegram is told that they arrived.
//!
//! No offset is kept. Polling starts without one, and the next is the last id of the batch just stored + 1, never the
//! greatest: Telegram's ids may begin anew, and an offset beyond its queue is answered from the head of the queue
//! without confirming anything. What comes twice is known by its id.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::heartbeat::Heartbeat;
use crate::message::{ChatId, Incoming};
use crate::store::{NewUpdate, Store, StoreError, UpdateId};
use crate::telegram::api::{Api, Me};
use crate::telegram::backoff::Backoff;
use crate::telegram::error::CallError;
use crate::telegram::inbox::Job;
use crate::telegram::parse::{self, Passed};
use crate::telegram::update::trace::Trace;

/// How long Telegram may hold a call open when there is nothing new.
const WAIT: Duration = Duration::from_secs(25);
/// How long to wait after a failure.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long to wait where trying sooner would do harm: another poller, a refused token.
const LONG_PAUSE: Duration = Duration::from_secs(15);

/// Whoever asks Telegram for updates.
#[derive(Debug)]
pub(super) struct Poller {
    pub(super) api: Api,
    pub(super) me: Me,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) jobs: mpsc::UnboundedSender<Job>,
    pub(super) heartbeat: Heartbeat,
    pub(super) trace: Trace,
}

/// Why there was nothing to handle.
#[derive(Debug, thiserror::Error)]
enum PollError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("Telegram brings the same updates again and does not let them be confirmed")]
    Stuck,
}

impl Poller {
    /// Polls until it is told to stop.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut offset = None;
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut said = None;
        while !stop.is_cancelled() {
            // Whoever comes back late must not end the call of the one that works now.
            if !self.store.works_for(Duration::ZERO) {
                tokio::select! {
                    () = tokio::time::sleep(FIRST_PAUSE) => continue,
                    () = stop.cancelled() => return,
                }
            }
            let polled = tokio::select! {
                polled = self.poll(&mut offset) => polled,
                () = stop.cancelled() => return,
            };
            match polled {
                Ok(()) => {
                    self.heartbeat.beat();
                    backoff.reset();
                    if said.take().is_some() {
                        tracing::info!("updates arrive again");
                    }
                }
                Err(error) => {
                    self.heartbeat.fail();
                    let pause = self.pause_after(&error, &mut backoff).await;
                    let line = error.to_string();
                    // One line for each trouble, not for each try.
                    if said.as_ref() != Some(&line) {
                        tracing::warn!("{line}; asking for updates again every {} s at most", pause.as_secs().max(1));
                        said = Some(line);
                    }
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        }
    }

    /// Takes one batch: stores it, hands over what is new, and moves the offset so that the next call confirms it.
    async fn poll(&self, offset: &mut Option<i64>) -> Result<(), PollError> {
        let batch = self.api.updates(*offset, WAIT).await?;
        let (now, at) = (Instant::now(), self.clock.now());
        let arrived: Vec<_> = batch.iter().map(|json| parse::read(json.get(), &self.me, at)).collect();
        let last = arrived.iter().rev().find_map(|update| update.id);
        let next = last.map_or(*offset, |last| Some(last.saturating_add(1)));
        let jobs = take_in(&self.store, &self.trace, arrived, now).await?;
        let is_stuck = !batch.is_empty() && jobs.is_empty() && next == *offset;
        for job in jobs {
            // Whoever handles is gone only when the program ends; the store keeps the update.
            let _ = self.jobs.send(job);
        }
        *offset = next;
        // The next call would be answered at once, and with the same.
        if is_stuck { Err(PollError::Stuck) } else { Ok(()) }
    }

    async fn pause_after(&self, error: &PollError, backoff: &mut Backoff) -> Duration {
        let PollError::Call(call) = error else { return backoff.pause() };
        match call {
            CallError::Refused(refusal) if refusal.code == 409 && refusal.description.contains("webhook") => {
                // Somebody set a webhook meanwhile. If it cannot be ended now, the next call says so again.
                let _ = self.api.delete_webhook().await;
                LONGEST_PAUSE
            }
            CallError::Refused(refusal) if refusal.code == 409 => LONG_PAUSE,
            CallError::Refused(refusal) => match refusal.wait() {
                Some(wait) => wait,
                None if refusal.is_trouble() => backoff.pause(),
                None => LONG_PAUSE,
            },
            CallError::NotSent(_) | CallError::Lost(_) => backoff.pause(),
        }
    }
}

/// Stores what means something to us and arrived just then; gives back what was not known before, in order. It is safe
/// once this returns. What means nothing leaves its trace.
pub(super) async fn take_in(
    store: &Store,
    trace: &Trace,
    arrived: Vec<parse::Update>,
    now: Instant,
) -> Result<Vec<Job>, StoreError> {
    let (mut kept, mut jobs) = (Vec::with_capacity(arrived.len()), Vec::with_capacity(arrived.len()));
    let (mut passed, mut odd_parts, mut heard) = (Vec::new(), 0, BTreeSet::new());
    for update in arrived {
        heard.extend(update.heard_in);
        odd_parts += update.odd_parts;
        // Without a number it cannot be known from another one.
        let read = update.id.ok_or(Passed::Unreadable).and_then(|id| Ok((UpdateId(id), update.meaning?)));
        match read.and_then(|(id, incoming)| keep(id, incoming, update.query, now)) {
            Ok((row, job)) => {
                kept.push(row);
                jobs.push(job);
            }
            Err(why) => passed.push((update.id, update.kind, why)),
        }
    }
    let mut new = store.receive(kept).await?.into_iter().peekable();
    // Only now: what could not be stored comes again, and is counted once.
    trace.odd_parts(odd_parts);
    passed.into_iter().for_each(|(id, kind, why)| trace.passed(id, kind, why));
    signs_of_life(store, heard).await;
    // Both are in order: what is known from before is left out of `new`.
    jobs.retain(|job| new.next_if_eq(&job.id).is_some());
    Ok(jobs)
}

/// Chats that speak to each other are not suspended: whoever works takes note of it.
async fn signs_of_life(store: &Store, heard: BTreeSet<ChatId>) {
    for chat in heard {
        if store.works_for(Duration::ZERO)
            && let Err(error) = store.heard_from(chat).await
        {
            tracing::error!("{error}; the chat stays suspended until it is heard from again");
        }
    }
}

/// An update as the store keeps it, and as it is handled.
fn keep(id: UpdateId, incoming: Incoming, query: Option<String>, now: Instant) -> Result<(NewUpdate, Job), Passed> {
    let raw = incoming.to_stored().map_err(|_| Passed::Unreadable)?;
    let row = NewUpdate { id, chat: incoming.place.chat, raw };
    Ok((row, Job { id, incoming, query, arrived: Some(now) }))
}
