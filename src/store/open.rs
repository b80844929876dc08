//! What is open: updates that are not handled yet and parts of replies that were not settled yet. A bound on it keeps
//! memory flat under a flood: the receiver waits, and the chat service keeps the rest.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::engine::id::RowId;
use super::inbox::UpdateId;
use super::outbox::{Class, Row};
use crate::message::ChatId;

/// How many updates and parts of replies may be open before [`Store::receive`](super::Store::receive) waits. Reminders
/// do not count: their number is that of the subscriptions.
pub const OPEN_LIMIT: usize = 512;

/// How many of those one chat can take, and how many parts of replies to one chat may be open before its next update is
/// handled. What is open beyond it holds no place of others.
pub const CHAT_LIMIT: usize = 64;

/// What is open.
#[derive(Debug, Default)]
pub(super) struct Open {
    held: Mutex<Held>,
    less: Notify,
}

#[derive(Debug, Default)]
struct Held {
    updates: HashMap<UpdateId, ChatId>,
    replies: HashMap<RowId, ChatId>,
    /// What each chat has open; none that has nothing.
    chats: HashMap<ChatId, InChat>,
    /// How many of [`OPEN_LIMIT`] are taken.
    places: usize,
}

/// What one chat has open.
#[derive(Clone, Copy, Debug, Default)]
struct InChat {
    updates: usize,
    replies: usize,
}

impl InChat {
    fn places(self) -> usize {
        (self.updates + self.replies).min(CHAT_LIMIT)
    }
}

impl Held {
    fn change(&mut self, chat: ChatId, change: impl FnOnce(&mut InChat)) {
        let held = self.chats.entry(chat).or_default();
        let before = held.places();
        change(held);
        let after = held.places();
        if after == 0 {
            self.chats.remove(&chat);
        }
        self.places = (self.places + after).saturating_sub(before);
    }

    fn take_update(&mut self, update: UpdateId, chat: ChatId) {
        if self.updates.insert(update, chat).is_none() {
            self.change(chat, |held| held.updates += 1);
        }
    }

    fn leave_update(&mut self, update: UpdateId) {
        if let Some(chat) = self.updates.remove(&update) {
            self.change(chat, |held| held.updates -= 1);
        }
    }

    fn take_reply(&mut self, row: RowId, chat: ChatId) {
        if self.replies.insert(row, chat).is_none() {
            self.change(chat, |held| held.replies += 1);
        }
    }

    fn leave_reply(&mut self, row: RowId) {
        if let Some(chat) = self.replies.remove(&row) {
            self.change(chat, |held| held.replies -= 1);
        }
    }
}

impl Open {
    /// Waits until there is room for another batch.
    pub(super) async fn room(&self) {
        self.wait_until(|held| held.places < OPEN_LIMIT).await;
    }

    /// Waits until fewer replies to a chat are open than one chat may have.
    pub(super) async fn room_in(&self, chat: ChatId) {
        self.wait_until(|held| held.chats.get(&chat).is_none_or(|held| held.replies < CHAT_LIMIT)).await;
    }

    async fn wait_until(&self, is_room: impl Fn(&Held) -> bool) {
        loop {
            let less = self.less.notified();
            if is_room(&self.lock()) {
                return;
            }
            less.await;
        }
    }

    /// Updates were stored.
    pub(super) fn updates_came(&self, updates: impl Iterator<Item = (UpdateId, ChatId)>) {
        let mut held = self.lock();
        updates.for_each(|(update, chat)| held.take_update(update, chat));
    }

    /// An update was handled and led to these rows, or was set aside.
    pub(super) fn update_became(&self, update: UpdateId, rows: &[Row]) {
        self.change(|held| {
            held.leave_update(update);
            for row in rows.iter().filter(|row| row.class() == Class::Reply) {
                held.take_reply(row.id, row.outgoing.place.chat);
            }
        });
    }

    /// Something became of a row. One that is to be tried again counts no longer: it may wait for hours.
    pub(super) fn row_settled(&self, row: RowId) {
        self.change(|held| held.leave_reply(row));
    }

    /// What is open is another instance's, or has to be read again.
    pub(super) fn clear(&self) {
        self.change(|held| *held = Held::default());
    }

    fn change(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.lock());
        self.less.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Maps stay whole even if a thread panicked while it held the lock.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_takes_so_many_places_and_gives_them_back() {
        let open = Open::default();
        let many = i64::try_from(2 * CHAT_LIMIT).unwrap();
        open.updates_came((0..many).map(|id| (UpdateId(id), ChatId(1))));
        open.updates_came([(UpdateId(-1), ChatId(2))].into_iter());
        assert_eq!(open.lock().places, CHAT_LIMIT + 1);
        (0..many).for_each(|id| open.update_became(UpdateId(id), &[]));
        open.update_became(UpdateId(0), &[]);
        let held = open.lock();
        assert_eq!((held.places, held.chats.len(), held.updates.len()), (1, 1, 1));
    }
}
