//! What is open: updates that are not handled yet and parts of replies that were not settled yet. A bound on it keeps
//! memory flat under a flood: the receiver waits, and the chat service keeps the rest.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::engine::id::RowId;
use super::inbox::UpdateId;
use super::outbox::{Class, Row};

/// How many updates and parts of replies may be open before [`Store::receive`](super::Store::receive) waits. Reminders
/// do not count: their number is that of the subscriptions.
pub const OPEN_LIMIT: usize = 512;

/// What is open.
#[derive(Debug, Default)]
pub(super) struct Open {
    ids: Mutex<Ids>,
    less: Notify,
}

#[derive(Debug, Default)]
struct Ids {
    updates: HashSet<UpdateId>,
    replies: HashSet<RowId>,
}

impl Ids {
    fn full(&self) -> bool {
        self.updates.len() + self.replies.len() >= OPEN_LIMIT
    }
}

impl Open {
    /// Waits until there is room for another batch.
    pub(super) async fn room(&self) {
        loop {
            let less = self.less.notified();
            if !self.lock().full() {
                return;
            }
            less.await;
        }
    }

    /// Updates were stored.
    pub(super) fn updates_came(&self, updates: &[UpdateId]) {
        self.lock().updates.extend(updates);
    }

    /// An update was handled and led to these rows, or was set aside.
    pub(super) fn update_became(&self, update: UpdateId, rows: &[Row]) {
        self.change(|ids| {
            ids.updates.remove(&update);
            ids.replies.extend(rows.iter().filter(|row| row.class() == Class::Reply).map(|row| row.id));
        });
    }

    /// Something became of a row. One that is to be tried again counts no longer: it may wait for hours.
    pub(super) fn row_settled(&self, row: RowId) {
        self.change(|ids| {
            ids.replies.remove(&row);
        });
    }

    /// What is open is another instance's, or has to be read again.
    pub(super) fn clear(&self) {
        self.change(|ids| *ids = Ids::default());
    }

    fn change(&self, change: impl FnOnce(&mut Ids)) {
        let mut ids = self.lock();
        let full = ids.full();
        change(&mut ids);
        if full && !ids.full() {
            self.less.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Ids> {
        // Sets stay whole even if a thread panicked while it held the lock.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
