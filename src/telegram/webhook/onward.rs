//! From the door to whoever handles.

use std::collections::{HashMap, VecDeque};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::heartbeat::{Heartbeat, PERIOD};
use crate::store::UpdateId;
use crate::telegram::inbox::Job;

/// How many apps are kept in mind that wait for an answer, while nobody handles: older ones have given up.
const MOST_WAIT: usize = 256;

/// Where stored updates go to be handled. Where nobody handles here, they wait in the store for whoever does; but what
/// an app is answered by is never stored, and waits here.
#[derive(Debug, Default)]
pub(super) struct Onward {
    live: Option<mpsc::UnboundedSender<Job>>,
    queries: VecDeque<(UpdateId, String)>,
}

impl Onward {
    /// Keeps what an app is answered by. To be called before the update is stored: from then on, whoever begins to
    /// handle may find it.
    pub(super) fn keep(&mut self, id: UpdateId, query: String) {
        self.queries.truncate(MOST_WAIT - 1);
        self.queries.push_front((id, query));
    }

    /// Hands on an update that is stored.
    pub(super) fn send(&mut self, job: Job) {
        let id = job.id;
        if self.live.as_ref().is_some_and(|live| live.send(job).is_ok()) {
            self.queries.retain(|(kept, _)| *kept != id);
        }
    }

    /// From now on, what is stored goes to what this gives back as well. What was stored before is in the store by then.
    pub(super) fn open(&mut self) -> Brought {
        let (live, arriving) = mpsc::unbounded_channel();
        self.live = Some(live);
        Brought { queries: self.queries.drain(..).collect(), arriving }
    }
}

/// What comes through a door.
pub(in crate::telegram) struct Brought {
    queries: HashMap<UpdateId, String>,
    arriving: mpsc::UnboundedReceiver<Job>,
}

impl Brought {
    /// What has come until now: updates, which may be in the store as well, and what apps that wait are answered by.
    pub(in crate::telegram) fn so_far(&mut self) -> (Vec<Job>, HashMap<UpdateId, String>) {
        let jobs: Vec<Job> = std::iter::from_fn(|| self.arriving.try_recv().ok()).collect();
        let mut queries = std::mem::take(&mut self.queries);
        queries.extend(jobs.iter().filter_map(|job| Some((job.id, job.query.clone()?))));
        (jobs, queries)
    }

    /// Hands on what arrives, until it is told to stop.
    pub(in crate::telegram) async fn hand_on(
        mut self,
        jobs: mpsc::UnboundedSender<Job>,
        heartbeat: &Heartbeat,
        stop: CancellationToken,
    ) {
        loop {
            heartbeat.beat();
            tokio::select! {
                job = self.arriving.recv() => match job {
                    // Whoever handles is gone only when the program ends; the store keeps the update.
                    Some(job) => drop(jobs.send(job)),
                    None => return,
                },
                () = tokio::time::sleep(PERIOD) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}
