//! What has to be waited for, whoever sends: floods that Telegram told us to wait out, and clocks that were set back.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::engine::id::{RowId, SubscriptionId};
use super::engine::sql::numbers;
use super::engine::writer::Writing;
use super::noun::Noun;
use super::outbox::{Birth, Progress, Row, Source};
use super::record::Record;
use super::subscription::Subscription;
use super::turn::TURN_LASTS;
use super::{DeliveryId, Store, StoreError};
use crate::clock::Timestamp;
use crate::message::{ChatId, Outgoing};

/// Waits, one a chat, and one for all chats (0).
pub(super) const NOUN: Noun = Noun {
    table: "holds",
    key: &["chat_id"],
    chats: &["chat_id"],
    others: &["bot_id", "ends_at", "reason"],
    all: "SELECT chat_id, ends_at, reason FROM holds",
    check: |row| read_hold(row).map(drop),
    forget_chat: &["DELETE FROM holds WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Err("the new number is not told to wait"),
    prune: &[(TURN_LASTS, "DELETE FROM holds WHERE bot_id = $1 AND ends_at < $2 AND $3 = $3")],
    ..Noun::NONE
};

/// What the clock has shown, one a bot.
pub(super) const CLOCK: Noun = Noun {
    table: "clocks",
    key: &["bot_id"],
    others: &["bot_id", "seen"],
    all: "SELECT bot_id, seen FROM clocks",
    check: |row| numbers(row, &["bot_id", "seen"]),
    ..Noun::NONE
};

/// Nothing goes out before an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// To this chat; `None`: to any.
    pub chat: Option<ChatId>,
    /// When the wait is over.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Writes down that nothing goes out before an instant. It is on its way when this returns.
    pub fn hold(&self, hold: Hold) -> Writing<()> {
        let Hold { chat, until, reason } = hold;
        self.hand_over(Record::Hold { chat, until, reason })
    }

    /// What still has to be waited for: for the start, when memory is empty.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        let query = sqlx::query("SELECT chat_id, ends_at, reason FROM holds WHERE bot_id = $1 AND ends_at > $2");
        self.read(&NOUN, "read what is held back", query.bind(self.bot()).bind(self.now().0), read_hold).await
    }

    /// Stores a message that answers nobody, and gives it back to be sent.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn notice(&self, outgoing: Outgoing) -> Result<Row, StoreError> {
        let now = self.now();
        let source = Source::Notice(RowId(self.shared.ids.next(now)));
        let born = Birth { source, progress: Progress::Planned, question: None, sections: Vec::new() };
        let mut row = self.rows(&born, vec![outgoing], now).remove(0);
        if let Source::Notice(id) = source {
            row.id = id;
        }
        self.write(Record::Notice { row: Box::new(row.clone()) }).await?;
        Ok(row)
    }

    /// Writes down that an occurrence went to the main topic because its own is gone, and lets the subscription stay there.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn topic_gone(
        &self,
        subscription: SubscriptionId,
        delivery: DeliveryId,
        reason: &str,
    ) -> Result<(), StoreError> {
        let note = format!("went to the main chat, as all from now on: {reason}");
        self.write(Record::TopicGone { subscription, delivery, note }).await
    }

    /// The latest instant that reminders were planned at, in this run or one before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn clock_seen(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query("SELECT bot_id, seen FROM clocks WHERE bot_id = $1").bind(self.bot());
        let seen = self.read(&CLOCK, "read what the clock has shown", query, |row| row.try_get("seen").map(Timestamp));
        Ok(seen.await?.pop())
    }

    /// Writes down that reminders are planned at this instant.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn see_clock(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(Record::ClockSeen { now }).await
    }

    /// Writes down that the clock was set back, and shortens every wait that was counted from an instant that was none.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn clock_was_set_back(&self, seen: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        self.write(Record::ClockBack { seen, now }).await
    }

    /// Makes a subscription due sooner than it is; one that is due before then stays as it is.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn due_sooner(&self, subscription: &Subscription, due: Timestamp) -> Result<(), StoreError> {
        self.write(Record::Sooner { subscription: subscription.id, due }).await
    }
}

fn read_hold(row: &AnyRow) -> Result<Hold, sqlx::Error> {
    let chat: i64 = row.try_get("chat_id")?;
    Ok(Hold {
        chat: (chat != 0).then_some(ChatId(chat)),
        until: Timestamp(row.try_get("ends_at")?),
        reason: row.try_get("reason")?,
    })
}
