//! Small facts that are written by themselves, one statement each.

use super::id::DeliveryId;
use super::sql;
use super::writer::{Job, Task, Tx, Work};

/// A fact.
pub(super) enum Record {
    /// An occurrence that somebody wanted again cannot be sent again.
    Declined { delivery: DeliveryId, reason: String },
}

impl Task for Record {
    type Output = ();
    const DOING: &'static str = "write something down";
    fn into_work(job: Job<Self>) -> Work {
        Work::Record(job)
    }
    fn output(self) {}
}

impl Record {
    pub(super) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        match self {
            Self::Declined { delivery, reason } => {
                let text = "UPDATE deliveries SET wanted_at = NULL, note = $1 WHERE id = $2";
                sql::run(tx.conn, text, [reason.as_str().into(), delivery.to_string().into()]).await?;
            }
        }
        Ok(())
    }
}
