//! What is kept for a while only, and removed in small steps that hold nobody up.

use std::sync::Weak;
use std::time::Duration;

use sqlx::Row as _;

use super::engine::sql;
use super::engine::writer::{Job, Task, Tx, Work};
use super::noun::NOUNS;
use super::{ARRIVALS_A_MILLISECOND, Shared, Store, StoreError, inbox, outbox};
use crate::clock::Timestamp;

/// How long the id of a handled update is remembered, unless told otherwise. The chat service repeats an update for a day at most, and starts
/// its ids anew only after a week without any: an id that comes again after this is another update.
pub(super) const IDS_LAST: Duration = Duration::from_secs(2 * 24 * 3600);

/// How long it is remembered which message answered which, and what it showed.
pub(super) const ANSWERS_LAST: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long it is remembered that any message went: the pace counts the last minute's
/// ([`LONGEST_WINDOW`](crate::telegram::pace::LONGEST_WINDOW)), also after a restart.
const PACE_LASTS: Duration = Duration::from_secs(120);

/// How long it is remembered what became of reminders, who studied them, what was set aside, and what a subscription that
/// has ended had sent.
pub(super) const HISTORY_LASTS: Duration = Duration::from_secs(400 * 24 * 3600);

/// How often we look for what has had its time.
const EVERY: Duration = Duration::from_secs(600);

/// Every how many times it is counted whether anybody has more rows than they may.
const BOUNDS_EVERY: u32 = 6;

/// The most rows of a kind that are removed in one write.
pub(super) const STEP: i64 = 512;

/// Removes what has had its time, now and then, as long as the store is open.
pub(super) async fn run(shared: Weak<Shared>) {
    let mut round = 0_u32;
    while let Some(shared) = shared.upgrade() {
        let clock = shared.clock.clone();
        // Read before the work: a clock that is moved meanwhile must not put the next round off.
        let next = clock.now().after(EVERY);
        let store = Store { shared };
        // Who stands by leaves it to the one that works.
        let pruned = if store.shared.post.stands_by() {
            Ok(())
        } else {
            store.tidy_up(round.is_multiple_of(BOUNDS_EVERY)).await
        };
        round = round.wrapping_add(1);
        if let Err(error) = pruned {
            tracing::warn!("{error}");
        }
        drop(store);
        clock.sleep_until(next).await;
    }
}

impl Store {
    async fn tidy_up(&self, bounds: bool) -> Result<(), StoreError> {
        self.prune().await?;
        if bounds { self.keep_within_bounds().await } else { Ok(()) }
    }

    /// Removes what has had its time: turns after ten minutes, ids of handled updates after two days (or as long as
    /// they are to be kept), settled messages after a week (two minutes where nothing can follow them), questions that are
    /// not open after a week, panels after a month, what became of reminders after a year. Happens by itself every ten
    /// minutes.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn prune(&self) -> Result<(), StoreError> {
        loop {
            let prune = self.what_has_had_its_time().await?;
            let more = prune.updates.len().max(prune.rows.len()) >= usize::try_from(STEP).unwrap_or(usize::MAX);
            self.write(prune).await?;
            if !more {
                return Ok(());
            }
        }
    }

    /// Found by a reader, so that looking for it does not hold up the writer.
    async fn what_has_had_its_time(&self) -> Result<Prune, StoreError> {
        let now = self.now();
        let updates = sqlx::query(
            "SELECT update_id FROM inbox WHERE bot_id = $1 AND state = 'handled' AND arrival < $2 LIMIT $3",
        );
        let updates =
            updates.bind(self.bot()).bind(now.before(self.shared.retention).0 * ARRIVALS_A_MILLISECOND).bind(STEP);
        // What nothing can follow is of no use once the pace has counted it; that somebody was forgotten is among it.
        let rows = sqlx::query(
            "SELECT id FROM outbox WHERE bot_id = $1 AND (settled_at < $2 OR (settled_at < $3
                 AND delivery_id IS NULL AND question_id IS NULL AND sections IS NULL)) LIMIT $4",
        );
        let rows = rows.bind(self.bot()).bind(now.before(ANSWERS_LAST).0).bind(now.before(PACE_LASTS).0).bind(STEP);
        Ok(Prune {
            updates: self.read(&inbox::NOUN, "look for old updates", updates, |row| row.try_get("update_id")).await?,
            rows: self.read(&outbox::NOUN, "look for old messages", rows, |row| row.try_get("id")).await?,
            now,
        })
    }
}

/// Removes rows.
pub(super) struct Prune {
    updates: Vec<i64>,
    rows: Vec<String>,
    now: Timestamp,
}

impl Task for Prune {
    type Output = ();
    const DOING: &'static str = "remove what has had its time";
    fn into_work(job: Job<Self>) -> Work {
        Work::Prune(job)
    }
    fn output(self) {}
}

impl Prune {
    pub(super) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        let bot = tx.bot;
        let updates = self.updates.iter().map(|id| [bot.into(), (*id).into()]).collect();
        sql::run_rows(tx.conn, "DELETE FROM inbox WHERE (bot_id, update_id) IN (VALUES", ")", updates).await?;
        let rows = self.rows.iter().map(|id| [id.as_str().into()]).collect();
        sql::run_rows(tx.conn, "DELETE FROM outbox WHERE id IN (VALUES", ")", rows).await?;
        for noun in NOUNS {
            for (lasts, step) in noun.prune {
                sql::run(tx.conn, step, [bot.into(), self.now.before(*lasts).0.into(), STEP.into()]).await?;
            }
        }
        Ok(())
    }
}
