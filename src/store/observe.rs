//! What the store tells whoever measures it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::attempt::Settled;
use super::delivery::DeliveryState;
use super::engine::sql;
use super::outbox::Row;
use super::record::Record;
use super::{ARRIVALS_A_MILLISECOND, Store, StoreError, delivery, inbox, outbox, words};
use crate::clock::Timestamp;

/// How far back deliveries are counted.
const COUNTED: Duration = Duration::from_secs(7 * 24 * 3600);

/// Is told what the store does. Has to be quick: the store waits for it.
pub trait Observer: Send + Sync + std::fmt::Debug {
    /// Updates were stored; so many were known already.
    fn received(&self, new: usize, repeated: usize);
    /// A write is safe, or failed, after so long.
    fn wrote(&self, took: Duration, done: bool);
    /// A read failed.
    fn read_failed(&self);
    /// Something became of a message.
    fn settled(&self, row: &Row, outcome: &Settled, now: Timestamp);
}

/// What waits, and what became of the latest reminders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Updates that wait to be handled.
    pub inbox: Queue,
    /// Messages that wait to be sent.
    pub outbox: Queue,
    /// How many reminders of the last seven days have come how far.
    pub deliveries: HashMap<DeliveryState, u64>,
    /// How many rows of which table could not be read since the store was opened.
    pub unreadable: BTreeMap<&'static str, u64>,
}

/// A queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many wait.
    pub depth: u64,
    /// Since when the oldest does.
    pub oldest: Option<Timestamp>,
}

impl Store {
    /// Tells somebody from now on what the store does; the first who asks is told.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        if self.shared.observer.set(observer).is_err() {
            tracing::debug!("the store is observed already");
        }
    }

    pub(super) fn tell(&self, tell: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = self.shared.observer.get() {
            tell(observer.as_ref());
        }
    }

    /// What waits at this moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn backlog(&self) -> Result<Backlog, StoreError> {
        let doing = "count what waits";
        let inbox = sqlx::query(
            "SELECT COUNT(*) AS depth, MIN(arrival) AS oldest FROM inbox WHERE bot_id = $1 AND state = 'waiting'",
        );
        let inbox =
            self.read(&inbox::NOUN, doing, inbox.bind(self.bot()), |row| queue(row, ARRIVALS_A_MILLISECOND)).await?;
        let outbox = sqlx::query(
            "SELECT COUNT(*) AS depth, MIN(created_at) AS oldest FROM outbox WHERE bot_id = $1 AND settled_at IS NULL",
        );
        let outbox = self.read(&outbox::NOUN, doing, outbox.bind(self.bot()), |row| queue(row, 1)).await?;
        let deliveries = sqlx::query(
            "SELECT state, CAST(SUM(repeats) AS BIGINT) AS depth FROM deliveries WHERE bot_id = $1 AND planned_at >= $2 GROUP BY state",
        );
        let deliveries = deliveries.bind(self.bot()).bind(self.now().before(COUNTED).0);
        let deliveries = self.read(&delivery::NOUN, doing, deliveries, |row| {
            Ok((sql::parsed(row, "state", words::read_delivery_state)?, sql::number(row, "depth")?))
        });
        let one = |queues: Vec<Queue>| queues.into_iter().next().unwrap_or_default();
        let deliveries = deliveries.await?.into_iter().collect();
        Ok(Backlog { inbox: one(inbox), outbox: one(outbox), deliveries, unreadable: self.unreadable() })
    }

    /// Writes something and takes it back, in one transaction that is committed: whether the store can be written.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn try_writing(&self) -> Result<(), StoreError> {
        self.write(Record::Trial).await
    }
}

fn queue(row: &AnyRow, a_millisecond: i64) -> Result<Queue, sqlx::Error> {
    let oldest: Option<i64> = row.try_get("oldest")?;
    Ok(Queue { depth: sql::number(row, "depth")?, oldest: oldest.map(|at| Timestamp(at / a_millisecond)) })
}
