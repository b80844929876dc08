//! Updates that another instance has stored: where a webhook leads to several, the one that works handles what the
//! others have taken in.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::store::{StoreError, UpdateId};
use crate::telegram::inbox::{Job, Receiver};

/// How often the inbox is looked through.
const LOOK: Duration = Duration::from_millis(300);

/// The updates that are being handled, or wait for it, in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct InHand(Arc<Mutex<HashSet<UpdateId>>>);

impl InHand {
    /// Takes one in; `false` if it is there already.
    pub(super) fn take(&self, update: UpdateId) -> bool {
        self.lock().insert(update)
    }

    /// One was handled, or has to be taken in again.
    pub(super) fn done(&self, update: UpdateId) {
        self.lock().remove(&update);
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<UpdateId>> {
        // A set stays whole even if a thread panicked while it held the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever looks through the inbox.
pub(super) struct Tail {
    pub(super) receiver: Arc<Receiver>,
    pub(super) in_hand: InHand,
    pub(super) jobs: mpsc::UnboundedSender<Job>,
}

impl Tail {
    /// Hands over what others have stored, until it is told to stop. Who is alone has no need of it.
    pub(super) async fn run(self, stop: CancellationToken) {
        if !self.receiver.store.is_shared() {
            return stop.cancelled().await;
        }
        let mut strange = HashSet::new();
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            match self.look(&strange).await {
                Ok(seen) => strange = seen,
                Err(error) => tracing::debug!("{error}"),
            }
        }
    }

    /// Hands over what was strange at the last look and still is: what came in by ourselves may not have reached memory
    /// yet when it is seen for the first time. Gives back what is strange now.
    async fn look(&self, before: &HashSet<UpdateId>) -> Result<HashSet<UpdateId>, StoreError> {
        let mut strange: HashSet<UpdateId> = self.receiver.store.waiting_ids().await?.into_iter().collect();
        {
            let in_hand = self.in_hand.lock();
            strange.retain(|id| !in_hand.contains(id));
        }
        if strange.is_disjoint(before) {
            return Ok(strange);
        }
        for stored in self.receiver.store.waiting_updates().await? {
            if strange.contains(&stored.id)
                && before.contains(&stored.id)
                && let Some(job) = self.receiver.read_stored(stored).await
            {
                let _ = self.jobs.send(job);
            }
        }
        Ok(strange)
    }
}
