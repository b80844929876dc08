//! Gives each chat's updates to the handler one after the other, chats beside each other.
//!
//! A chat has so many updates in memory and no more: what comes beyond is parked, which means that it stays in the
//! store alone and is read from there once the others are handled. So a chat whose updates take long, or are many, holds
//! no memory and no place of others.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::message::{ChatId, Event};
use crate::telegram::inbox::{Job, Receiver, STORE_PAUSE, pause};
use crate::telegram::tail::InHand;

/// How many updates of one chat wait in memory: half of the places that a chat may take.
const WAIT_IN_MEMORY: usize = crate::store::CHAT_LIMIT / 2;

/// What a chat's updates wait in.
#[derive(Debug, Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// The chat's next updates are being read from the store.
    reading: bool,
    /// More may wait in the store than was read.
    parked: bool,
}

/// What a task of the desk has done.
enum Done {
    /// An update of this chat was handled.
    Handled(ChatId),
    /// The next updates of this chat were read from the store; `None` where that was given up at the end.
    Read(ChatId, Option<Vec<Job>>),
}

/// Gives each chat's updates to the handler one after the other.
pub(super) struct Desk {
    receiver: Arc<Receiver>,
    stop: CancellationToken,
    in_hand: InHand,
    /// The chats that are being served, with what waits behind.
    chats: HashMap<ChatId, Queue>,
    busy: JoinSet<Done>,
}

impl Desk {
    pub(super) fn new(receiver: Arc<Receiver>, stop: CancellationToken, in_hand: InHand) -> Self {
        Self { receiver, stop, in_hand, chats: HashMap::new(), busy: JoinSet::new() }
    }

    /// Serves until no more arrives and all is done, or until it is told to stop.
    pub(super) async fn run(mut self, mut arriving: mpsc::UnboundedReceiver<Job>) {
        loop {
            tokio::select! {
                job = arriving.recv() => match job {
                    Some(job) => self.take(job),
                    None => break,
                },
                Some(done) = self.busy.join_next() => self.next(done),
                () = self.stop.cancelled() => break,
            }
        }
        // What waits behind is in the store.
        self.chats.clear();
        while self.busy.join_next().await.is_some() {}
    }

    fn take(&mut self, job: Job) {
        if !self.in_hand.take(job.id) {
            return;
        }
        let chat = job.incoming.place.chat;
        let Some(queue) = self.chats.get_mut(&chat) else {
            self.chats.insert(chat, Queue::default());
            return self.serve(chat, job);
        };
        if matches!(job.incoming.event, Event::Typing(_)) {
            queue.drop_typing();
        }
        if queue.reading || queue.parked || queue.jobs.len() >= WAIT_IN_MEMORY {
            queue.parked = true;
        } else {
            queue.jobs.push_back(job);
        }
    }

    fn serve(&mut self, chat: ChatId, job: Job) {
        let (receiver, stop, in_hand) = (Arc::clone(&self.receiver), self.stop.clone(), self.in_hand.clone());
        self.busy.spawn(async move {
            // A chat with many answers on their way waits for them: they are in memory too.
            if stop.run_until_cancelled(receiver.store.room_in(chat)).await.is_some() {
                receiver.finish(&job, &stop).await;
            }
            in_hand.done(job.id);
            Done::Handled(chat)
        });
    }

    fn read_more(&mut self, chat: ChatId) {
        let (receiver, stop) = (Arc::clone(&self.receiver), self.stop.clone());
        self.busy.spawn(async move { Done::Read(chat, receiver.read_parked(chat, &stop).await) });
    }

    fn next(&mut self, done: Result<Done, tokio::task::JoinError>) {
        // Handlers' panics are caught: this would be one of our own, and its chat waits for the next start.
        let chat = match done {
            Ok(Done::Handled(chat)) => chat,
            Ok(Done::Read(chat, Some(jobs))) => {
                self.unpark(chat, jobs);
                chat
            }
            Ok(Done::Read(_, None)) => return,
            Err(_) => {
                tracing::error!("handling an update broke off; its chat waits for the next start");
                return;
            }
        };
        let Some(queue) = self.chats.get_mut(&chat) else { return };
        if let Some(job) = queue.jobs.pop_front() {
            self.serve(chat, job);
        } else if queue.parked {
            (queue.parked, queue.reading) = (false, true);
            self.read_more(chat);
        } else {
            self.chats.remove(&chat);
        }
    }

    /// What was read is all that waits, unless it is as much as was asked for or more came meanwhile.
    fn unpark(&mut self, chat: ChatId, jobs: Vec<Job>) {
        let Some(queue) = self.chats.get_mut(&chat) else { return };
        queue.reading = false;
        queue.parked |= jobs.len() >= WAIT_IN_MEMORY;
        for job in jobs {
            // Those that were parked are in hand already; others come from elsewhere, and are from now on.
            self.in_hand.take(job.id);
            queue.jobs.push_back(job);
        }
    }
}

impl Queue {
    /// Whoever types on waits for nothing that was typed before: it is marked as handled and nothing is looked for.
    fn drop_typing(&mut self) {
        let typing = self.jobs.iter_mut().filter(|job| matches!(job.incoming.event, Event::Typing(_)));
        typing.for_each(|job| job.query = None);
    }
}

impl Receiver {
    /// The next updates of a chat that wait in the store, in order; tries until the store can be read or it is told to
    /// stop.
    async fn read_parked(&self, chat: ChatId, stop: &CancellationToken) -> Option<Vec<Job>> {
        loop {
            match self.store.waiting_in(chat, WAIT_IN_MEMORY).await {
                Ok(stored) => {
                    let mut jobs = Vec::with_capacity(stored.len());
                    for stored in stored {
                        jobs.extend(self.read_stored(stored).await);
                    }
                    return Some(jobs);
                }
                Err(error) => {
                    tracing::error!("{error}; the chat waits");
                    if !pause(STORE_PAUSE, stop).await {
                        return None;
                    }
                }
            }
        }
    }
}
