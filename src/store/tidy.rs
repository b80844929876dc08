//! What is tidied up at the start, before anything is sent: messages that cannot be read, and deliveries of which nothing is
//! left to be sent. Either would keep its chat waiting: no reminder is planned while one before it is on its way.
//!
//! A reminder of which that is known no more is made anew from its section, once; where an attempt may have had its effect
//! before, it is not.

use std::time::Duration;

use sqlx::Row as _;

use super::engine::sql;
use super::engine::writer::Tx;
use super::rows::Unreadable;
use super::{Store, StoreError, delivery};
use crate::clock::Timestamp;

/// A reminder that was planned longer ago is not made anew.
const STILL_WANTED: Duration = Duration::from_secs(12 * 3_600);

/// What is in the way.
#[derive(Debug)]
pub(super) struct Tidy {
    /// Messages that cannot be read.
    pub(super) rows: Vec<Unreadable>,
    /// Deliveries without a message that is still to be sent.
    pub(super) stranded: Vec<String>,
    pub(super) now: Timestamp,
}

impl Store {
    /// The deliveries that are open though nothing of them is still to be sent.
    pub(super) async fn stranded(&self) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query(
            "SELECT d.id FROM deliveries d WHERE d.bot_id = $1 AND d.settled_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM outbox o WHERE o.delivery_id = d.id AND o.settled_at IS NULL)",
        );
        self.read(&delivery::NOUN, "look for what is stranded", query.bind(self.bot()), |row| row.try_get("id")).await
    }
}

impl Tidy {
    pub(super) async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        for row in &self.rows {
            self.set_aside(tx, row).await?;
        }
        for delivery in &self.stranded {
            delivery::part_settled(tx, delivery, self.now).await?;
            self.end(tx, delivery, "nothing of its message is left").await?;
        }
        Ok(())
    }

    /// A message that cannot be read has failed, and with it the rest of its reminder.
    async fn set_aside(&self, tx: &mut Tx<'_>, row: &Unreadable) -> Result<(), sqlx::Error> {
        let reason = format!("cannot be read: {}", row.why);
        let of = sqlx::query("SELECT delivery_id FROM outbox WHERE id = $1 AND bot_id = $2");
        let of = of.bind(row.key.clone()).bind(tx.bot).fetch_optional(&mut *tx.conn).await?;
        let delivery: Option<String> = of.and_then(|row| row.try_get("delivery_id").ok()).flatten();
        sql::run(
            tx.conn,
            "UPDATE outbox SET reason = $1, settled_at = $2, payload = NULL,
                 ambiguous = ambiguous + CASE WHEN state = 'sending' THEN 1 ELSE 0 END, state = 'failed'
             WHERE bot_id = $3 AND settled_at IS NULL AND (id = $4 OR delivery_id = $5)",
            [
                reason.as_str().into(),
                self.now.0.into(),
                tx.bot.into(),
                row.key.as_str().into(),
                delivery.clone().into(),
            ],
        )
        .await?;
        match delivery {
            Some(delivery) => self.end(tx, &delivery, &reason).await,
            None => Ok(()),
        }
    }

    /// A delivery that is still open has failed, and is wanted again if it is young and certainly was not sent.
    async fn end(&self, tx: &mut Tx<'_>, delivery: &str, reason: &str) -> Result<(), sqlx::Error> {
        let open = "SELECT 1 AS one FROM deliveries WHERE id = $1 AND settled_at IS NULL";
        if sqlx::query(open).bind(delivery.to_owned()).fetch_optional(&mut *tx.conn).await?.is_none() {
            return Ok(());
        }
        delivery::settle_delivery(tx, delivery, "failed", Some(reason.to_owned()), self.now).await?;
        sql::run(
            tx.conn,
            "UPDATE deliveries SET wanted_at = $1
             WHERE id = $2 AND ambiguous = 0 AND section IS NOT NULL AND planned_at > $3",
            [self.now.0.into(), delivery.into(), self.now.before(STILL_WANTED).0.into()],
        )
        .await?;
        Ok(())
    }
}
