//! The order of what is brought. Telegram numbers updates one after the other so that whoever takes them from several
//! connections can restore their order: what comes too early waits a little for what is missing before it, and of one
//! chat one update is stored and handed on at a time.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::message::ChatId;

/// How long an update waits for one before it: many times what connections of one sender differ by.
const WINDOW: Duration = Duration::from_millis(250);
/// How far back a number may lie before it counts as a new beginning, as after a week without updates.
const NEW_BEGINNING: i64 = 1_000;
/// How many numbers beyond a gap are kept in mind: more than Telegram brings at a time.
const MOST_AHEAD: usize = 1_024;

/// What has come, and what is being stored. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Order(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// All up to this number have come, or are waited for no more.
    until: Option<i64>,
    /// What has come beyond a gap.
    ahead: BTreeSet<i64>,
    /// What is being stored, in each chat.
    under_way: HashMap<ChatId, BTreeSet<i64>>,
}

impl State {
    fn came(&mut self, id: i64) {
        match self.until {
            Some(until) if id > until => {
                self.ahead.insert(id);
                let gap_is_kept = self.ahead.len() <= MOST_AHEAD;
                self.advance(if gap_is_kept { until } else { id });
            }
            Some(until) if id > until.saturating_sub(NEW_BEGINNING) => {}
            _ => {
                self.ahead.clear();
                self.until = Some(id);
            }
        }
    }

    /// Nothing up to this number is waited for any more.
    fn advance(&mut self, until: i64) {
        let mut until = self.until.map_or(until, |before| before.max(until));
        self.ahead.retain(|id| *id > until);
        while until.checked_add(1).is_some_and(|next| self.ahead.remove(&next)) {
            until += 1;
        }
        self.until = Some(until);
    }
}

/// The turn of one update, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    order: Order,
    id: i64,
    chat: ChatId,
}

impl Order {
    /// An update has come that leads to nothing: others need not wait for it.
    pub(super) fn came(&self, id: i64) {
        self.lock().came(id);
        self.0.changed.notify_waiters();
    }

    /// Waits until it is an update's turn: what has a lower number has come, or did not within the window, and nothing
    /// with a lower number is being stored for the same chat.
    pub(super) async fn turn(&self, id: i64, chat: ChatId) -> Turn {
        self.lock().under_way.entry(chat).or_default().insert(id);
        let turn = Turn { order: self.clone(), id, chat };
        self.came(id);
        if tokio::time::timeout(WINDOW, self.until(|state| state.until.is_none_or(|until| id <= until))).await.is_err()
        {
            self.lock().advance(id);
            self.0.changed.notify_waiters();
        }
        self.until(|state| state.under_way.get(&chat).and_then(BTreeSet::first).is_none_or(|first| id <= *first)).await;
        turn
    }

    async fn until(&self, is_so: impl Fn(&State) -> bool) {
        loop {
            let changed = self.0.changed.notified();
            if is_so(&self.lock()) {
                return;
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Sets stay whole even if a thread panicked while it held the lock.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.order.lock();
        if let Some(ids) = state.under_way.get_mut(&self.chat) {
            ids.remove(&self.id);
            if ids.is_empty() {
                state.under_way.remove(&self.chat);
            }
        }
        drop(state);
        self.order.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const CHAT: ChatId = ChatId(7);

    #[tokio::test(start_paused = true)]
    async fn what_comes_too_early_waits_for_what_is_before_it() {
        let order = Order::default();
        drop(order.turn(10, CHAT).await);
        let begun = Instant::now();
        let mut twelfth = Box::pin(order.turn(12, ChatId(8)));
        assert!(futures_util::poll!(&mut twelfth).is_pending());
        drop(order.turn(11, CHAT).await);
        drop(twelfth.await);
        assert_eq!(begun.elapsed(), Duration::ZERO, "nothing else is waited for");
        drop(order.turn(9, CHAT).await);
        assert_eq!(begun.elapsed(), Duration::ZERO, "what comes late does not wait");
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_come_is_waited_for_once() {
        let order = Order::default();
        drop(order.turn(10, CHAT).await);
        let begun = Instant::now();
        drop(order.turn(20, CHAT).await);
        assert_eq!(begun.elapsed(), WINDOW);
        for next in 21..30 {
            drop(order.turn(next, CHAT).await);
        }
        order.came(-5_000);
        drop(order.turn(-4_999, CHAT).await);
        assert_eq!(begun.elapsed(), WINDOW, "the numbers have begun anew");
    }

    #[tokio::test(start_paused = true)]
    async fn of_one_chat_one_is_stored_at_a_time() {
        let order = Order::default();
        let first = order.turn(1, CHAT).await;
        let mut second = Box::pin(order.turn(2, CHAT));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(order.turn(3, ChatId(8)).await);
        drop(first);
        drop(second.await);
        assert!(order.lock().under_way.is_empty());
    }

    #[test]
    fn what_is_kept_in_mind_is_bounded() {
        let mut state = State::default();
        state.came(0);
        (1..5_000).for_each(|n| state.came(2 * n));
        assert!(state.ahead.len() <= MOST_AHEAD, "{}", state.ahead.len());
    }
}
