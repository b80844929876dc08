//! Occurrences that an operator wants sent again. The wish is a mark on the delivery, which any process may set; the
//! running bot finds it and makes the message anew, because only the bot's own writer hands rows to the sender.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::delivery::Occurrence;
use super::engine::id::{DeliveryId, SubscriptionId};
use super::engine::sql;
use super::engine::writer::{Job, Task, Tx, Work};
use super::outbox::{self, Birth, Progress, Row, Source};
use super::record::Record;
use super::{Store, StoreError, delivery};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::Outgoing;

/// The most wishes that are read at once.
const BATCH: i64 = 64;

/// An occurrence that is to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// The occurrence, with the sections that it showed.
    pub occurrence: Occurrence,
}

impl Store {
    /// What an operator wants sent again, oldest wish first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn wanted(&self) -> Result<Vec<Wanted>, StoreError> {
        let query = sqlx::query(
            "SELECT id, subscription_id, due, section, more FROM deliveries
             WHERE bot_id = $1 AND wanted_at IS NOT NULL ORDER BY wanted_at LIMIT $2",
        );
        let query = query.bind(self.bot()).bind(BATCH);
        let rows = self.read_rows(&delivery::NOUN, "read what is to be sent again", query, read_wanted).await?;
        for row in rows.unreadable {
            self.write(Record::Declined { delivery: row.key, reason: "asked for again: it cannot be read".to_owned() })
                .await?;
        }
        Ok(rows.read)
    }

    /// Plans an occurrence again: its delivery is open once more, with the rows of its message. Where parts of it are in
    /// the chat already, only the others are sent. `None`: nobody wants it any more.
    ///
    /// # Errors
    /// When it could not be stored; nothing is, then.
    pub async fn plan_again(&self, wanted: Wanted, messages: Vec<Outgoing>) -> Result<Option<Vec<Row>>, StoreError> {
        let Occurrence { subscription, due, sections } = wanted.occurrence;
        let born = Birth {
            source: Source::Occurrence { delivery: wanted.delivery, subscription, due },
            progress: Progress::Planned,
            question: None,
            sections: sections.clone(),
        };
        let rows = self.rows(&born, messages, self.now());
        self.write(Again { delivery: wanted.delivery, sections, rows, effective: false }).await
    }

    /// Records that an occurrence cannot be sent again, and why.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn decline(&self, delivery: DeliveryId, reason: &str) -> Result<(), StoreError> {
        self.write(Record::Declined { delivery: delivery.to_string(), reason: format!("asked for again: {reason}") })
            .await
    }
}

fn read_wanted(row: &AnyRow) -> Result<Wanted, sqlx::Error> {
    Ok(Wanted {
        delivery: sql::parsed(row, "id", DeliveryId::parse)?,
        occurrence: Occurrence {
            subscription: sql::parsed(row, "subscription_id", SubscriptionId::parse)?,
            due: Timestamp(row.try_get("due")?),
            sections: delivery::read_sections(row)?,
        },
    })
}

/// Opens a delivery once more.
pub(super) struct Again {
    delivery: DeliveryId,
    sections: Vec<SectionRef>,
    rows: Vec<Row>,
    effective: bool,
}

impl Task for Again {
    type Output = Option<Vec<Row>>;
    const DOING: &'static str = "plan a reminder again";
    fn into_work(job: Job<Self>) -> Work {
        Work::Again(job)
    }
    fn output(self) -> Self::Output {
        self.effective.then_some(self.rows)
    }
}

impl Again {
    pub(super) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        let id = self.delivery.to_string();
        let (section, more) = delivery::columns_of(&self.sections);
        let opened = sql::run(
            tx.conn,
            "UPDATE deliveries SET state = 'planned', reason = NULL, settled_at = NULL, wanted_at = NULL, section = $1, more = $3
             WHERE id = $2 AND wanted_at IS NOT NULL AND settled_at IS NOT NULL",
            [section.into(), id.as_str().into(), more.into()],
        )
        .await?;
        self.effective = opened > 0;
        if self.effective {
            self.keep_what_is_missing(tx).await?;
            outbox::insert(tx, self.rows.iter()).await?;
        }
        Ok(())
    }

    /// Parts that are in the chat stay as they are, provided that the message is still cut in the same way.
    async fn keep_what_is_missing(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        let id = self.delivery.to_string();
        let sent = sqlx::query("SELECT part, parts FROM outbox WHERE delivery_id = $1 AND state = 'sent'")
            .bind(id.as_str())
            .fetch_all(&mut *tx.conn)
            .await?;
        let mut there = Vec::new();
        for row in &sent {
            // One whose place cannot be read is not counted as sent.
            there.extend(sql::number::<u32>(row, "part").ok().zip(sql::number::<u32>(row, "parts").ok()));
        }
        self.rows.retain(|row| !there.contains(&(row.part, row.parts)));
        let text = "DELETE FROM outbox WHERE delivery_id = $1 AND (state <> 'sent' OR parts <> $2)";
        let parts = self.rows.first().map_or(0, |row| i64::from(row.parts));
        sql::run(tx.conn, text, [id.into(), parts.into()]).await?;
        Ok(())
    }
}
