//! Who pressed that a reminder is studied, once a person.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::engine::id::SubscriptionId;
use super::engine::sql::{self, numbers};
use super::engine::writer::Tx;
use super::noun::{Bound, Noun};
use super::prune::HISTORY_LASTS;
use super::{Store, StoreError, delivery};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::UserId;

/// Presses.
pub(super) const NOUN: Noun = Noun {
    table: "studied",
    key: &["subscription_id", "due", "user_id"],
    people: &["user_id"],
    others: &["bot_id", "subscription_id", "due", "at"],
    all: "SELECT subscription_id, due, user_id, at FROM studied",
    check: |row| {
        sql::parsed(row, "subscription_id", SubscriptionId::parse)?;
        numbers(row, &["due", "user_id", "at"])
    },
    forget: &["DELETE FROM studied WHERE bot_id = $1 AND user_id = $2"],
    forget_chat: &["DELETE FROM studied WHERE bot_id = $1 AND subscription_id IN (
             SELECT id FROM subscriptions WHERE bot_id = $1 AND chat_id = $2)"],
    prune: &[(HISTORY_LASTS, "DELETE FROM studied WHERE bot_id = $1 AND at < $2 AND $3 = $3")],
    bounds: &[Bound::by_at("user_id", 10_000)],
    ..Noun::NONE
};

/// A reminder that was sent, and how many people have studied it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Studied {
    /// When it was due.
    pub due: Timestamp,
    /// What it showed; not empty.
    pub sections: Vec<SectionRef>,
    /// How many people pressed that they have studied it.
    pub people: u32,
}

impl Store {
    /// A reminder of a schedule by when it was due; `None` where none was planned for then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn studied(&self, schedule: SubscriptionId, due: Timestamp) -> Result<Option<Studied>, StoreError> {
        let query = sqlx::query(
            "SELECT d.due, d.section, d.more, (SELECT COUNT(*) FROM studied t WHERE t.bot_id = d.bot_id
                 AND t.subscription_id = d.subscription_id AND t.due = d.due) AS people
             FROM deliveries d WHERE d.bot_id = $1 AND d.subscription_id = $2 AND d.due = $3 AND d.section IS NOT NULL",
        );
        let query = query.bind(self.bot()).bind(schedule.to_string()).bind(due.0);
        Ok(self.read(&delivery::NOUN, "read who studied a reminder", query, read_studied).await?.pop())
    }

    /// The latest reminders of a schedule that were sent, latest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn latest_studied(&self, schedule: SubscriptionId, most: u32) -> Result<Vec<Studied>, StoreError> {
        let query = sqlx::query(
            "SELECT d.due, d.section, d.more, (SELECT COUNT(*) FROM studied t WHERE t.bot_id = d.bot_id
                 AND t.subscription_id = d.subscription_id AND t.due = d.due) AS people
             FROM deliveries d WHERE d.bot_id = $1 AND d.subscription_id = $2 AND d.section IS NOT NULL
               AND d.state = 'sent' ORDER BY d.nth DESC, d.due DESC LIMIT $3",
        );
        let query = query.bind(self.bot()).bind(schedule.to_string()).bind(i64::from(most));
        self.read(&delivery::NOUN, "read who studied what", query, read_studied).await
    }

    /// Whether a person has pressed that a reminder is studied.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn has_studied(
        &self,
        schedule: SubscriptionId,
        due: Timestamp,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "SELECT at FROM studied WHERE bot_id = $1 AND subscription_id = $2 AND due = $3 AND user_id = $4",
        );
        let query = query.bind(self.bot()).bind(schedule.to_string()).bind(due.0).bind(user.0);
        Ok(!self.read(&NOUN, "read whether somebody studied", query, |_| Ok(())).await?.is_empty())
    }
}

fn read_studied(row: &AnyRow) -> Result<Studied, sqlx::Error> {
    Ok(Studied {
        due: Timestamp(row.try_get("due")?),
        sections: delivery::read_sections(row)?,
        people: sql::number(row, "people")?,
    })
}

/// A person has studied a reminder.
pub(super) async fn study(
    tx: &mut Tx<'_>,
    schedule: SubscriptionId,
    due: Timestamp,
    user: UserId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "INSERT INTO studied (bot_id, subscription_id, due, user_id, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (bot_id, subscription_id, due, user_id) DO NOTHING",
        [tx.bot.into(), schedule.to_string().into(), due.0.into(), user.0.into(), now.0.into()],
    )
    .await?;
    Ok(())
}
