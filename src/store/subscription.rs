//! Subscriptions: what a chat wants to be reminded of, and when it is next due.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::engine::id::SubscriptionId;
use super::engine::sql;
use super::engine::writer::Tx;
use super::manner::{self, Goal, Manner};
use super::noun::{Bound, Noun};
use super::outbox::message_id;
use super::prune::HISTORY_LASTS;
use super::refusal::{self, Refusal};
use super::rows::Rows;
use super::{Store, StoreError, delivery, words};
use crate::clock::Timestamp;
use crate::content::model::{DocumentId, SectionId};
use crate::message::{ChatId, Departure, Lang, MessageId, Place, TopicId, UserId};

/// What a chat wants to be reminded of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Where reminders go.
    pub place: Place,
    /// The document.
    pub document: DocumentId,
    /// The series of it.
    pub series: String,
    /// When, as the schedule room writes rules.
    pub cron: String,
    /// In which time zone, by its IANA name.
    pub zone: String,
    /// The language of what stands around the section.
    pub lang: Lang,
    /// Who subscribed; 0 once that person asked to be forgotten.
    pub by: UserId,
    /// The next occurrence; `None` where the rule has no further one.
    pub next_due: Option<Timestamp>,
    /// The section of the last occurrence that was sent whole.
    pub last_sent: Option<SectionId>,
    /// Why nothing can be sent at present; what is due is tried all the same, once each time.
    pub suspended: Option<Departure>,
    /// What was refused since the last message that was delivered.
    pub refused: Option<Refusal>,
    /// When the latest occurrence was due that is planned but neither sent nor given up.
    pub pending: Option<Timestamp>,
    /// How reminders arrive.
    pub manner: Manner,
    /// The limit of runs a day that whoever subscribed was told of.
    pub told_runs: Option<u32>,
    /// How much reminders bring.
    pub goal: Goal,
    /// The message that is pinned now.
    pub pinned: Option<MessageId>,
    /// How many occurrences were planned to be sent.
    pub planned: u32,
    /// How often it was changed.
    pub revision: u32,
}

/// A subscription to be made, or what an existing one of the chat becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSubscription {
    /// Where reminders go.
    pub place: Place,
    /// The document.
    pub document: DocumentId,
    /// The series of it.
    pub series: String,
    /// When.
    pub cron: String,
    /// In which time zone.
    pub zone: String,
    /// The language of what stands around the section.
    pub lang: Lang,
    /// Who subscribes.
    pub by: UserId,
    /// How much reminders bring.
    pub goal: Goal,
    /// The first occurrence.
    pub next_due: Option<Timestamp>,
}

macro_rules! select_subscriptions {
    ($which:literal) => {
        concat!(
            "SELECT s.id, s.chat_id, s.topic, s.chat_kind, s.document, s.series, s.cron, s.zone, s.lang, s.by_user,
                    s.next_due, s.last_sent, s.suspended, s.refused, s.refused_at, s.refused_why, s.told_at,
                    s.silent, s.pin, s.pinned, s.quiet_from, s.quiet_until, s.late, s.paused_until, s.revision,
                    s.ended_at, s.told_runs, s.planned, s.amount, s.until,
                    (SELECT MAX(d.due) FROM deliveries d
                     WHERE d.subscription_id = s.id AND d.settled_at IS NULL) AS pending
             FROM subscriptions s ",
            $which
        )
    };
}

/// Subscriptions. Those that have ended are kept for a while: who subscribes again goes on where the latest stopped.
pub(super) const NOUN: Noun = Noun {
    table: "subscriptions",
    key: &["id"],
    people: &["by_user"],
    chats: &["chat_id"],
    others: &[
        "id",
        "bot_id",
        "topic",
        "chat_kind",
        "document",
        "series",
        "cron",
        "zone",
        "lang",
        "next_due",
        "last_sent",
        "suspended",
        "refused",
        "refused_at",
        "refused_why",
        "told_at",
        "told_runs",
        "planned",
        "created_at",
        "ended_at",
        "silent",
        "pin",
        "pinned",
        "quiet_from",
        "quiet_until",
        "late",
        "paused_until",
        "revision",
        "amount",
        "until",
    ],
    all: select_subscriptions!("WHERE s.ended_at IS NULL"),
    check: |row| read_subscription(row).map(drop),
    forget: &["UPDATE subscriptions SET by_user = 0 WHERE bot_id = $1 AND by_user = $2"],
    forget_chat: &["DELETE FROM subscriptions WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Ok(&[
        "DELETE FROM subscriptions WHERE bot_id = $1 AND chat_id = $3 AND ended_at IS NOT NULL AND EXISTS (
             SELECT 1 FROM subscriptions moves WHERE moves.bot_id = $1 AND moves.chat_id = $2)",
        "UPDATE subscriptions SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM subscriptions there WHERE there.bot_id = $1 AND there.chat_id = $3)",
        "UPDATE subscriptions SET ended_at = created_at
         WHERE bot_id = $1 AND chat_id = $2 AND ended_at IS NULL AND $3 = $3",
    ]),
    prune: &[(
        HISTORY_LASTS,
        "DELETE FROM subscriptions WHERE id IN (
             SELECT s.id FROM subscriptions s WHERE s.bot_id = $1 AND s.ended_at < $2 AND NOT EXISTS (
                 SELECT 1 FROM deliveries d WHERE d.subscription_id = s.id) LIMIT $3)",
    )],
    bounds: &[Bound {
        owner: "chat_id",
        most: 20,
        newest_first: "ended_at DESC, id DESC",
        of: "ended_at IS NOT NULL",
        with: &[
            "DELETE FROM studied WHERE bot_id = $1 AND subscription_id = $2",
            "DELETE FROM deliveries WHERE bot_id = $1 AND subscription_id = $2",
        ],
    }],
};

impl Store {
    /// The subscriptions of a chat, oldest first, suspended ones too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn subscriptions(&self, chat: ChatId) -> Result<Vec<Subscription>, StoreError> {
        const TEXT: &str =
            select_subscriptions!("WHERE s.bot_id = $1 AND s.chat_id = $2 AND s.ended_at IS NULL ORDER BY s.id");
        let query = sqlx::query(TEXT).bind(self.bot()).bind(chat.0);
        self.read(&NOUN, "read a chat's subscriptions", query, read_subscription).await
    }

    /// A subscription, suspended or not; `None` for one that has ended.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        const TEXT: &str = select_subscriptions!("WHERE s.bot_id = $1 AND s.id = $2 AND s.ended_at IS NULL");
        let query = sqlx::query(TEXT).bind(self.bot()).bind(id.to_string());
        Ok(self.read(&NOUN, "read a subscription", query, read_subscription).await?.pop())
    }

    /// The subscription that `/subscribe` is about in a chat: its first, else the one that ended last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn main_of(&self, chat: ChatId) -> Result<Option<Subscription>, StoreError> {
        let query = sqlx::query(OF_CHAT).bind(self.bot()).bind(chat.0);
        let all = self.read(&NOUN, "read how far a chat has come", query, read_subscription).await?;
        Ok(all.into_iter().next())
    }

    /// The first instant from `now` on at which no occurrence of a subscription was due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn free_instant(&self, id: SubscriptionId, now: Timestamp) -> Result<Timestamp, StoreError> {
        const LOOKED_AT: i64 = 64;
        let query = sqlx::query(
            "SELECT due FROM deliveries WHERE bot_id = $1 AND subscription_id = $2 AND due >= $3 ORDER BY due LIMIT $4",
        );
        let query = query.bind(self.bot()).bind(id.to_string()).bind(now.0).bind(LOOKED_AT);
        let taken = self
            .read(&delivery::NOUN, "look for a free instant", query, |row| row.try_get("due").map(Timestamp))
            .await?;
        Ok(taken.into_iter().fold(now, |free, due| if due == free { Timestamp(free.0 + 1) } else { free }))
    }

    /// The subscriptions that are due at `now`, longest due first, suspended ones too. Costs by what is due, not by how
    /// many there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Subscription>, StoreError> {
        const TEXT: &str = select_subscriptions!(
            "WHERE s.bot_id = $1 AND s.next_due <= $2 AND s.ended_at IS NULL
             ORDER BY s.next_due LIMIT $3"
        );
        let query = |most| sqlx::query(TEXT).bind(self.bot()).bind(now.0).bind(most);
        self.read_at_most(&NOUN, "read what is due", limit, query, read_subscription).await
    }

    /// The subscriptions that are due after `now`, from the one after `last` on, in the order of their due instants.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due_after(
        &self,
        now: Timestamp,
        last: Option<&Subscription>,
        limit: u32,
    ) -> Result<Vec<Subscription>, StoreError> {
        const TEXT: &str = select_subscriptions!(
            "WHERE s.bot_id = $1 AND s.next_due > $2 AND s.ended_at IS NULL
               AND (s.next_due > $3 OR (s.next_due = $3 AND s.id > $4))
             ORDER BY s.next_due, s.id LIMIT $5"
        );
        let (due, id) = last.map_or((i64::MIN, String::new()), |s| (s.next_due.unwrap_or(now).0, s.id.to_string()));
        let query = |most| sqlx::query(TEXT).bind(self.bot()).bind(now.0).bind(due).bind(id.clone()).bind(most);
        self.read_at_most(&NOUN, "read what is due later", limit, query, read_subscription).await
    }

    /// When the next subscription is due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.next_due_after(Timestamp(i64::MIN)).await
    }

    /// When the next subscription is due after an instant. What was due before it and could not be planned is not waited
    /// for: it may be a row that cannot be read.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_due_after(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query(
            "SELECT MIN(next_due) AS next_due FROM subscriptions
             WHERE bot_id = $1 AND ended_at IS NULL AND next_due > $2",
        );
        let query = query.bind(self.bot()).bind(now.0);
        let next = self.read(&NOUN, "read when the next reminder is due", query, read_next_due).await?;
        Ok(next.into_iter().flatten().next())
    }
}

/// The subscriptions of a chat: those that go on, oldest first, then those that have ended, the latest first. Of those that
/// ended together (`/unsubscribe` ends all of a chat), the oldest is its main one.
const OF_CHAT: &str = select_subscriptions!(
    "WHERE s.bot_id = $1 AND s.chat_id = $2
     ORDER BY CASE WHEN s.ended_at IS NULL THEN 0 ELSE 1 END, s.ended_at DESC, s.id"
);

/// The subscriptions of a chat, as far as they can be read, in the order of [`OF_CHAT`], and whether each has ended.
pub(super) async fn of_chat(tx: &mut Tx<'_>, chat: ChatId) -> Result<Vec<(Subscription, bool)>, sqlx::Error> {
    let rows = sqlx::query(OF_CHAT).bind(tx.bot).bind(chat.0).fetch_all(&mut *tx.conn).await?;
    let read = |row: &AnyRow| Ok((read_subscription(row)?, row.try_get::<Option<i64>, _>("ended_at")?.is_some()));
    Ok(Rows::of(&NOUN, &rows, read).read)
}

pub(super) fn read_subscription(row: &AnyRow) -> Result<Subscription, sqlx::Error> {
    Ok(Subscription {
        id: sql::parsed(row, "id", SubscriptionId::parse)?,
        place: Place {
            chat: ChatId(row.try_get("chat_id")?),
            topic: TopicId(sql::number(row, "topic")?),
            kind: sql::parsed(row, "chat_kind", words::read_kind)?,
        },
        document: sql::parsed(row, "document", |id| DocumentId::parse(id).ok())?,
        series: row.try_get("series")?,
        cron: row.try_get("cron")?,
        zone: row.try_get("zone")?,
        lang: sql::parsed(row, "lang", words::read_lang)?,
        by: UserId(row.try_get("by_user")?),
        next_due: row.try_get::<Option<i64>, _>("next_due")?.map(Timestamp),
        last_sent: sql::parsed_optional(row, "last_sent", |id| SectionId::parse(id).ok())?,
        suspended: sql::parsed_optional(row, "suspended", words::read_departure)?,
        refused: refusal::read(row)?,
        pending: row.try_get::<Option<i64>, _>("pending")?.map(Timestamp),
        manner: manner::read(row)?,
        goal: manner::read_goal(row)?,
        told_runs: row.try_get::<Option<i64>, _>("told_runs")?.and_then(|runs| u32::try_from(runs).ok()),
        pinned: message_id(row, "pinned")?,
        planned: sql::number(row, "planned")?,
        revision: sql::number(row, "revision")?,
    })
}

fn read_next_due(row: &AnyRow) -> Result<Option<Timestamp>, sqlx::Error> {
    Ok(row.try_get::<Option<i64>, _>("next_due")?.map(Timestamp))
}
