//! Attempts to send a row, and what became of them.

use super::delivery;
use super::engine::id::{DeliveryId, RowId};
use super::engine::sql;
use super::engine::writer::{Job, Settling, Task, Tx, Work};
use super::outbox::Row;
use super::{Store, StoreError};
use crate::clock::Timestamp;
use crate::message::MessageId;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is in the chat.
    Sent {
        /// Under this number.
        message: MessageId,
    },
    /// It never will be.
    Failed {
        /// Why.
        reason: String,
        /// Whether the last attempt may have had its effect.
        ambiguous: bool,
    },
    /// It is not wanted any more.
    Skipped {
        /// Why.
        reason: String,
    },
    /// It is tried again.
    Retry {
        /// Not before this instant.
        at: Timestamp,
        /// Whether the attempt may have had its effect.
        ambiguous: bool,
        /// What went wrong.
        reason: String,
    },
}

impl Store {
    /// Writes that an attempt begins; it is safe once this returns, and only then may the request be made. `false`: the
    /// row was taken back meanwhile (somebody unsubscribed, or asked to be forgotten) and must not be sent.
    ///
    /// The first attempt of a reply was written with the row itself.
    ///
    /// # Errors
    /// When it could not be stored; the request must not be made, then.
    pub async fn attempt(&self, row: RowId) -> Result<bool, StoreError> {
        self.write(Attempt { row, open: false }).await
    }

    /// Records what became of an attempt. It is on its way when this returns; awaiting the result is only needed where
    /// something depends on it. *Sent* need not be awaited.
    ///
    /// Every row that was handed out has to be settled; until then it counts as open.
    pub fn settle(&self, row: &Row, outcome: Settled) -> Settling {
        self.shared.open.row_settled(row.id);
        let now = self.now();
        self.tell(|observer| observer.settled(row, &outcome, now));
        self.hand_over(Settle { row: row.id, delivery: row.delivery(), outcome, now })
    }
}

/// Writes that an attempt begins.
pub(super) struct Attempt {
    row: RowId,
    open: bool,
}

impl Task for Attempt {
    type Output = bool;
    const DOING: &'static str = "record an attempt to send";
    fn into_work(job: Job<Self>) -> Work {
        Work::Attempt(job)
    }
    fn output(self) -> bool {
        self.open
    }
}

/// Writes the attempts of a group.
pub(super) async fn attempt_all(tx: &mut Tx<'_>, jobs: Vec<&mut Attempt>) -> Result<(), sqlx::Error> {
    let returned = sql::run_rows_returning(
        tx.conn,
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1,
             fence = COALESCE((SELECT l.fence FROM leases l WHERE l.bot_id = outbox.bot_id), 0)
         WHERE settled_at IS NULL AND id IN (VALUES",
        ") RETURNING id",
        jobs.iter().map(|job| [job.row.to_string().into()]).collect(),
    )
    .await?;
    let open = returned.iter().map(|row| sql::parsed(row, "id", RowId::parse)).collect::<Result<Vec<_>, _>>()?;
    for job in jobs {
        job.open = open.contains(&job.row);
    }
    Ok(())
}

/// Writes what became of an attempt.
pub(super) struct Settle {
    row: RowId,
    delivery: Option<DeliveryId>,
    outcome: Settled,
    now: Timestamp,
}

impl Task for Settle {
    type Output = ();
    const DOING: &'static str = "record what became of a message";
    fn into_work(job: Job<Self>) -> Work {
        Work::Settle(job)
    }
    fn output(self) {}
}

/// Writes the outcomes of a group: those that went well in few statements, the others one by one.
pub(super) async fn settle_all(tx: &mut Tx<'_>, jobs: Vec<&mut Settle>) -> Result<(), sqlx::Error> {
    let mut sent = Vec::new();
    for job in &jobs {
        match &job.outcome {
            // What went out has gone out, even if the row was taken back meanwhile.
            Settled::Sent { message } => {
                sent.push([job.row.to_string().into(), i64::from(message.0).into(), job.now.0.into()]);
            }
            Settled::Failed { reason, ambiguous } => close(tx, job, "failed", reason, *ambiguous).await?,
            Settled::Skipped { reason } => close(tx, job, "skipped", reason, false).await?,
            Settled::Retry { at, ambiguous, reason } => retry(tx, job.row, *at, *ambiguous, reason).await?,
        }
    }
    sql::run_rows(
        tx.conn,
        "UPDATE outbox SET state = 'sent', message_id = v.column2, settled_at = v.column3, payload = NULL, reason = NULL
         FROM (VALUES",
        ") AS v WHERE outbox.id = v.column1",
        sent,
    )
    .await?;
    for job in jobs {
        if let (Some(delivery), false) = (job.delivery, matches!(job.outcome, Settled::Retry { .. })) {
            delivery::part_settled(tx, &delivery.to_string(), job.now).await?;
        }
    }
    Ok(())
}

async fn close(tx: &mut Tx<'_>, job: &Settle, state: &str, reason: &str, ambiguous: bool) -> Result<(), sqlx::Error> {
    let id = job.row.to_string().into();
    sql::run(
        tx.conn,
        "UPDATE outbox SET state = $1, reason = $2, settled_at = $3, payload = NULL, ambiguous = ambiguous + $4
         WHERE id = $5 AND settled_at IS NULL",
        [state.into(), reason.into(), job.now.0.into(), i64::from(ambiguous).into(), id],
    )
    .await?;
    Ok(())
}

async fn retry(tx: &mut Tx<'_>, row: RowId, at: Timestamp, ambiguous: bool, reason: &str) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "UPDATE outbox SET state = 'planned', not_before = $1, ambiguous = ambiguous + $2, reason = $3
         WHERE id = $4 AND settled_at IS NULL",
        [at.0.into(), i64::from(ambiguous).into(), reason.into(), row.to_string().into()],
    )
    .await?;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The outcome of some attempt.
    pub(in crate::store) fn settled() -> Settle {
        let row = RowId(uuid::Uuid::nil());
        Settle { row, delivery: None, outcome: Settled::Sent { message: MessageId(1) }, now: Timestamp(1) }
    }
}
