//! Handling what came in: in order within a chat, chats beside each other. A handler that fails, panics or hangs holds
//! up its own chat only, and only for three tries.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::heartbeat::Heartbeat;
use crate::message::{ChatKind, Event, Incoming, Offers};
use crate::ops::metrics::Metrics;
use crate::store::{AfterFailure, Change, Reaction, Row, Store, StoreError, StoredUpdate, UpdateId};
use crate::telegram::api::{Api, Me};
use crate::telegram::desk::Desk;
use crate::telegram::receive::Poller;
use crate::telegram::render;
use crate::telegram::send::Sender;
use crate::telegram::tail::{InHand, Tail};
use crate::telegram::update::trace::Trace;
use crate::telegram::webhook::{Brought, Door};

/// How old a question in a group may be and still get an answer.
const QUESTIONS_LAST: Duration = Duration::from_secs(600);
/// Why it gets none then.
const TOO_LATE: &str = "asked in a group more than ten minutes ago";
/// How long an app waits for what is offered to somebody who types.
const TYPING_LASTS: Duration = Duration::from_secs(15);
/// How long to wait before something that failed is handled again.
const PAUSE: Duration = Duration::from_millis(200);
/// How long to wait when the store is in trouble.
pub(super) const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Any error of a handler.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Decides what an update leads to.
#[async_trait]
pub trait Handler: Send + Sync {
    /// What to say instead of handling an update; `None` lets it in. Asked once for each update, however often that is
    /// tried after: whoever counts counts it once.
    fn admit(&self, update: UpdateId, incoming: &Incoming) -> Option<Reaction> {
        let _ = (update, incoming);
        None
    }

    /// What this leads to. May be asked again for the same: nothing has an effect before the reaction is stored.
    ///
    /// # Errors
    /// When it cannot be decided; it is tried again, three times in all.
    async fn handle(&self, incoming: &Incoming) -> Result<Reaction, BoxError>;
}

/// An update to be handled.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: UpdateId,
    pub(super) incoming: Incoming,
    pub(super) query: Option<String>,
    /// When it came, unless it was in the store already.
    pub(super) arrived: Option<Instant>,
}

/// What is told at once to the app that waits, and never stored.
struct Answer {
    notice: Option<String>,
    offers: Option<Offers>,
}

/// Where updates come from.
#[derive(Clone, Debug)]
pub enum Intake {
    /// We ask Telegram for them.
    Polling,
    /// Telegram brings them to this door.
    Webhook(Door),
}

/// The receiver: takes in, stores, handles, and hands the replies to the sender.
pub struct Receiver {
    /// Telegram.
    pub api: Api,
    /// Who we are.
    pub me: Me,
    /// The store.
    pub store: Store,
    /// The wall clock.
    pub clock: Clock,
    /// Where replies go.
    pub sender: Sender,
    /// What decides.
    pub handler: Arc<dyn Handler>,
    /// How long the handler may take for one update.
    pub patience: Duration,
    /// Where updates come from.
    pub intake: Intake,
    /// Where it is counted how long what arrives takes.
    pub metrics: Metrics,
    /// Beats as long as updates can be taken in.
    pub heartbeat: Heartbeat,
}

impl Receiver {
    /// Handles what waits from an earlier run, then what Telegram has, until it is told to stop; what is being handled
    /// then is finished.
    ///
    /// # Errors
    /// When the store cannot be read at the start.
    pub async fn run(self, stop: CancellationToken) -> Result<(), StoreError> {
        let (jobs, arriving) = mpsc::unbounded_channel();
        // Before the store is read: what comes meanwhile is in one of the two, and may well be in both.
        let mut brought = match &self.intake {
            Intake::Polling => None,
            Intake::Webhook(door) => Some(door.open()),
        };
        let waiting = self.store.waiting_updates().await?;
        let (came, mut queries) = brought.as_mut().map(Brought::so_far).unwrap_or_default();
        for stored in waiting {
            if let Some(job) = self.read_stored(stored).await {
                let query = queries.remove(&job.id);
                let _ = jobs.send(Job { query, ..job });
            }
        }
        for job in came {
            let _ = jobs.send(job);
        }
        let (stop_taking, poller) = (stop.clone(), self.poller(jobs.clone()));
        let (handing, heartbeat) = (jobs.clone(), self.heartbeat.clone());
        let taking = async move {
            match brought {
                None => poller.run(stop_taking).await,
                Some(brought) => brought.hand_on(handing, &heartbeat, stop_taking).await,
            }
        };
        let (receiver, in_hand) = (Arc::new(self), InHand::default());
        let tail = Tail { receiver: Arc::clone(&receiver), in_hand: in_hand.clone(), jobs };
        let desk = Desk::new(receiver, stop.clone(), in_hand);
        tokio::join!(taking, tail.run(stop), desk.run(arriving));
        Ok(())
    }

    fn poller(&self, jobs: mpsc::UnboundedSender<Job>) -> Poller {
        let (api, me, store, clock) = (self.api.clone(), self.me.clone(), self.store.clone(), self.clock.clone());
        Poller {
            api,
            me,
            store,
            clock,
            jobs,
            trace: Trace::new(self.metrics.clone()),
            heartbeat: self.heartbeat.clone(),
        }
    }

    pub(super) async fn read_stored(&self, stored: StoredUpdate) -> Option<Job> {
        match Incoming::from_stored(&stored.raw) {
            Ok(incoming) => Some(Job { id: stored.id, incoming, query: None, arrived: None }),
            Err(error) => {
                let reason = format!("not in the form of this program: {error}");
                self.set_aside(stored.id, &reason).await;
                None
            }
        }
    }

    async fn set_aside(&self, id: UpdateId, reason: &str) {
        tracing::warn!(update = id.0, "set an update aside: {reason}");
        if let Err(error) = self.store.set_update_aside(id, reason).await {
            // It stays among those that wait, and is met again at the next start.
            tracing::error!("{error}");
        }
    }

    /// Handles one update to its end.
    pub(super) async fn finish(&self, job: &Job, stop: &CancellationToken) {
        if self.is_too_late(&job.incoming) {
            tracing::warn!(update = job.id.0, "set an update aside: {TOO_LATE}");
            return self.end(job.id, Some(TOO_LATE), stop).await;
        }
        if self.is_left_alone(job) {
            // Not worth a place among what was set aside.
            return self.end(job.id, None, stop).await;
        }
        let admission = OnceLock::new();
        loop {
            let begun = Instant::now();
            let failed = match self.decide(job, &admission).await {
                Ok(reaction) => match self.store_reaction(job, reaction, begun.elapsed()).await {
                    Ok(()) => return,
                    Err(error) if error.concerns_the_whole_store() => {
                        tracing::error!("{error}; the update waits");
                        if pause(STORE_PAUSE, stop).await { continue } else { return }
                    }
                    Err(error) => error.to_string(),
                },
                Err(reason) => reason,
            };
            match self.store.attempt_failed(job.id, &failed).await {
                Ok(AfterFailure::SetAside) => {
                    tracing::error!(update = job.id.0, chat = %job.incoming.place.chat, "set an update aside after three failures: {failed}");
                    return;
                }
                Ok(AfterFailure::TryAgain(times)) => {
                    tracing::warn!(update = job.id.0, times, "failed to handle an update: {failed}");
                    if !pause(PAUSE * times, stop).await {
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!("{error}; the update waits");
                    if !pause(STORE_PAUSE, stop).await {
                        return;
                    }
                }
            }
        }
    }

    /// Ends an update that leads to nothing: set aside for a reason, or as if it had been handled. While the store as a
    /// whole is in trouble this is tried again, because an update that has not ended keeps its place.
    async fn end(&self, id: UpdateId, aside: Option<&str>, stop: &CancellationToken) {
        loop {
            let ended = match aside {
                Some(reason) => self.store.set_update_aside(id, reason).await,
                None => self.store.handled(id, Reaction::default()).await.map(drop),
            };
            let Err(error) = ended else { return };
            tracing::error!("{error}");
            if !error.concerns_the_whole_store() || !pause(STORE_PAUSE, stop).await {
                return;
            }
        }
    }

    /// Asks the handler; panics and hanging are failures like others. `admission` is what was said at the door.
    async fn decide(&self, job: &Job, admission: &OnceLock<Option<Reaction>>) -> Result<Reaction, String> {
        let asked = async {
            match admission.get_or_init(|| self.handler.admit(job.id, &job.incoming)) {
                Some(refusal) => Ok(refusal.clone()),
                None => self.handler.handle(&job.incoming).await,
            }
        };
        let asked = AssertUnwindSafe(asked).catch_unwind();
        match tokio::time::timeout(self.patience, asked).await {
            Ok(Ok(Ok(mut reaction))) => {
                reaction.outgoing = reaction.outgoing.into_iter().flat_map(render::split).collect();
                for reminder in &mut reaction.reminders {
                    reminder.messages =
                        std::mem::take(&mut reminder.messages).into_iter().flat_map(render::split).collect();
                }
                Ok(reaction)
            }
            Ok(Ok(Err(error))) => Err(error.to_string()),
            // What it says may repeat what was typed, and this is stored.
            Ok(Err(_)) => Err("panicked; the log says where".to_owned()),
            Err(_) => Err(format!("took longer than {} s", self.patience.as_secs_f32())),
        }
    }

    /// Stores what an update leads to, which was decided in so long, and hands it on.
    async fn store_reaction(&self, job: &Job, reaction: Reaction, decided: Duration) -> Result<(), StoreError> {
        let told = reaction.told;
        let answer = Answer { notice: reaction.notice.clone(), offers: reaction.offers.clone() };
        for change in &reaction.changes {
            if let Change::Migrate { from, to } = change {
                self.sender.moved(*from, *to);
            }
        }
        let rows: Vec<Row> = self.store.handled(job.id, reaction).await?;
        // Only now: what could not be stored is decided again.
        self.metrics.handled(job.incoming.event.name(), decided, told);
        if let Some(arrived) = job.arrived {
            self.metrics.reacted(arrived.elapsed());
        }
        self.sender.send(rows);
        self.answer_query(job, answer);
        Ok(())
    }

    /// Answers the app that waits for it. Worth nothing after a minute, so never stored nor repeated.
    fn answer_query(&self, job: &Job, answer: Answer) {
        let Some(query) = job.query.clone() else { return };
        if matches!(job.incoming.event, Event::Typing(_)) && answer.offers.is_none() {
            return;
        }
        let (api, me) = (self.api.clone(), self.me.clone());
        tokio::spawn(async move {
            let answered = match &answer.offers {
                Some(offers) => api.answer_typing(&query, offers, &me).await,
                None => api.answer_press(&query, answer.notice.as_deref()).await,
            };
            if let Err(error) = answered {
                tracing::debug!("failed to answer an app that waited: {error}");
            }
        });
    }

    /// Typing in another chat that nobody waits for any more: the app has asked again, or given up.
    fn is_left_alone(&self, job: &Job) -> bool {
        matches!(job.incoming.event, Event::Typing(_))
            && (job.query.is_none() || self.clock.now().since(job.incoming.at) > TYPING_LASTS)
    }

    /// In a group nobody wants an answer any more that comes out of the blue; in private it is still welcome.
    fn is_too_late(&self, incoming: &Incoming) -> bool {
        incoming.place.kind == ChatKind::Group
            && matches!(incoming.event, Event::Said(_) | Event::Pressed(_) | Event::Unreadable(_))
            && self.clock.now().since(incoming.at) > QUESTIONS_LAST
    }
}

/// Waits, unless it is told to stop.
pub(super) async fn pause(time: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        () = stop.cancelled() => false,
    }
}
