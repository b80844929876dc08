//! The tasks that do the work: one that receives, one that plans reminders, one that sends, one that watches the
//! documents.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::error;

use super::content::Content;
use super::supervise::how;
use crate::clock::Clock;
use crate::heartbeat::Heartbeats;
use crate::message::{ChatId, Event, Incoming};
use crate::ops::metrics::Metrics;
use crate::schedule::outcome;
use crate::schedule::plan::Planner;
use crate::store::{Reaction, Store, UpdateId};
use crate::telegram::api::{Api, Me};
use crate::telegram::inbox::{BoxError, Handler, Intake, Receiver};
use crate::telegram::pace::Limits;
use crate::telegram::render;
use crate::telegram::send::{self, Admins, Policy, Status};

/// How long one update may take to be handled. Answers take milliseconds; asking Telegram for somebody's rights may
/// take as long as a request.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the tasks are made of.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) api: Api,
    pub(super) me: Me,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) content: Arc<Content>,
    pub(super) late: Duration,
    pub(super) admins: Admins,
    /// How fast messages go out.
    pub(super) limits: Limits,
    pub(super) metrics: Metrics,
    pub(super) intake: Intake,
    pub(super) heartbeats: Heartbeats,
}

/// The responder as the receiver wants it: the one that answers when the update's turn comes.
struct Respond {
    store: Store,
    content: Arc<Content>,
}

#[async_trait]
impl Handler for Respond {
    fn admit(&self, update: UpdateId, incoming: &Incoming) -> Option<Reaction> {
        self.content.responder().admit(update, incoming)
    }

    async fn handle(&self, incoming: &Incoming) -> Result<Reaction, BoxError> {
        if shows_life(&incoming.event) {
            self.heard_from(incoming.place.chat).await;
        }
        Ok(self.content.responder().respond(incoming).await?)
    }
}

impl Respond {
    /// A chat that speaks to us is not one that refuses us.
    async fn heard_from(&self, chat: ChatId) {
        if let Err(error) = self.store.heard_from(chat).await {
            // What comes next from the chat, or the try at its next due time, leads here again.
            tracing::error!("{error}; the chat stays suspended");
        }
    }
}

/// Whether an event shows that we are in the chat that it comes from. Who types our name elsewhere may have blocked us.
fn shows_life(event: &Event) -> bool {
    matches!(event, Event::Said(_) | Event::Pressed(_) | Event::Unreadable(_) | Event::TopicNamed)
}

impl Work {
    /// Works until it is told to stop, or until one of the tasks ends: then all end, and whoever called starts them
    /// anew from what the store holds. What receives and plans ends before what sends. Dropped, all end where they stand.
    pub(super) async fn run(self, stop: CancellationToken) {
        let (filling, emptying) = (stop.child_token(), CancellationToken::new());
        let (api, me, store, clock) = (self.api.clone(), self.me.clone(), self.store.clone(), self.clock.clone());
        let policy =
            Policy { limits: self.limits, decide: outcome::decide, too_late: outcome::too_late, late: self.late };
        let (sender, pump) = match send::sender(api, me, store, clock, policy, self.admins).await {
            Ok((sender, pump)) => (sender, pump.beating(self.heartbeats.sender)),
            Err(error) => return error!("the sender cannot begin: {error}"),
        };
        let receiver = Receiver {
            api: self.api,
            me: self.me,
            store: self.store.clone(),
            clock: self.clock.clone(),
            sender: sender.clone(),
            handler: Arc::new(Respond { store: self.store.clone(), content: Arc::clone(&self.content) }),
            patience: PATIENCE,
            intake: self.intake,
            metrics: self.metrics,
            heartbeat: self.heartbeats.receiver,
        };
        let planner = Planner {
            store: self.store,
            library: Box::new({
                let content = Arc::clone(&self.content);
                move || Arc::new(content.responder().answerer.library().clone())
            }),
            clock: self.clock,
            late: self.late,
            limit: Arc::clone(&self.content.responder().limit),
            serves: Box::new({
                let door = Arc::clone(&self.content.responder().door);
                move |place| door.is_open_to(place)
            }),
            flows: Box::new({
                let status = sender.status();
                move || *status.borrow() == Status::Working
            }),
            split: render::split,
            heartbeat: self.heartbeats.planner,
        };
        let pumping = spawn("sender", filling.clone(), {
            let emptying = emptying.clone();
            async move { pump.run(emptying).await }
        });
        let receiving = spawn("receiver", filling.clone(), {
            let filling = filling.clone();
            async move {
                if let Err(error) = receiver.run(filling).await {
                    error!("the receiver cannot begin: {error}");
                }
            }
        });
        let planning = spawn("planner", filling.clone(), {
            let filling = filling.clone();
            let sender = sender.clone();
            async move { planner.run(|rows| sender.send(rows), filling).await }
        });
        let watching = spawn("watch on the documents", filling.clone(), {
            let filling = filling.clone();
            self.content.watch(move |rows| sender.send(rows), filling)
        });
        join("receiver", receiving).await;
        join("planner", planning).await;
        join("watch on the documents", watching).await;
        emptying.cancel();
        join("sender", pumping).await;
    }
}

/// Runs one of the tasks; when it ends, however it ends, the filling ends too.
fn spawn(
    name: &'static str,
    filling: CancellationToken,
    task: impl Future<Output = ()> + Send + 'static,
) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(async move {
        let _ends_the_others = filling.drop_guard();
        task.await;
        tracing::debug!("the {name} ended");
    }))
}

async fn join(name: &'static str, task: AbortOnDropHandle<()>) {
    if let Err(died) = task.await {
        error!(why = how(&died), "the {name} died");
    }
}
