//! The deliveries as an operator sees them, from beside a running bot.
//!
//! Reading disturbs nobody: SQLite's write-ahead log and PostgreSQL both show what was committed. The two things that
//! can be asked for are single statements, which either database lets a second process make: a delivery is *dropped* by
//! taking its open rows back (the sender asks before each request whether its row is still wanted), and *retried* by a
//! mark that the running bot finds within seconds, or the next one that starts.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection as _, Row as _};

use crate::store::delivery::{Delivery, DeliveryState, count_attempts, read_delivery};
use crate::store::engine::database::Database;
use crate::store::engine::id::DeliveryId;
use crate::store::engine::sql;
use crate::store::rows::{Rows, Unreadable};
use crate::store::{BotId, StoreError, delivery, outbox, subscription, words};

use super::inspect::look_through;
use crate::clock::Timestamp;
use crate::message::{ChatId, TopicId};

/// Which deliveries to list; the default lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those to this chat.
    pub chat: Option<ChatId>,
    /// Only those that have come this far.
    pub state: Option<DeliveryState>,
    /// Only those with an attempt of which nobody knows whether it had its effect.
    pub ambiguous: bool,
    /// Only those that were planned since then.
    pub since: Option<Timestamp>,
}

/// A delivery with what an operator wants to know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The delivery.
    pub delivery: Delivery,
    /// Where it goes.
    pub chat: ChatId,
    /// In which topic.
    pub topic: TopicId,
    /// Of which document.
    pub document: String,
    /// In which zone its schedule is read.
    pub zone: String,
    /// How many requests were begun for it.
    pub attempts: u32,
    /// After how many of them nobody knows whether they had their effect.
    pub ambiguous: u32,
    /// Something that happened on the way.
    pub note: Option<String>,
    /// Whether it is to be sent again.
    pub wanted: bool,
    /// Not to be tried before this instant, for one that is open.
    pub not_before: Option<Timestamp>,
    /// When it was planned.
    pub planned: Timestamp,
    /// When it got its final state.
    pub settled: Option<Timestamp>,
}

/// A reply, or a part of one, that will not be sent any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// Where it was to go.
    pub chat: ChatId,
    /// Which part of the reply it is, from 0.
    pub part: u32,
    /// How many parts the reply has.
    pub parts: u32,
    /// Why it was given up.
    pub reason: String,
    /// How many requests were begun for it.
    pub attempts: u32,
    /// After how many of them nobody knows whether they had their effect.
    pub ambiguous: u32,
    /// When it was made.
    pub made: Timestamp,
    /// When it was given up.
    pub settled: Timestamp,
}

/// What became of the wish to have a delivery sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// The bot will find it.
    Wanted,
    /// It is on its way already.
    OnItsWay,
    /// It was sent.
    Sent,
    /// There is none with this id.
    Unknown,
}

/// What became of the wish to give a delivery up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// It will not be sent, unless a request is out at this moment.
    Dropped,
    /// It had ended before.
    HadEnded,
    /// There is none with this id.
    Unknown,
}

/// The deliveries of one bot.
#[derive(Debug)]
pub struct Ledger {
    conn: AnyConnection,
    bot: BotId,
}

impl Ledger {
    /// Opens the store at an address beside whoever uses it. Without a bot, the only one that is in it.
    ///
    /// # Errors
    /// When it is not there, cannot be opened, belongs to another version, or to more bots than one.
    pub async fn open(url: &str, bot: Option<BotId>) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let database = Database::parse(url)?;
        database.expect()?;
        let mut conn = database.open().await?;
        database.check(&mut conn).await?;
        let bot = match bot {
            Some(bot) => bot,
            None => only_bot(&mut conn).await?,
        };
        Ok(Self { conn, bot })
    }

    /// The deliveries that pass, latest planned first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&mut self, filter: &Filter, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.list_with_unreadable(filter, limit).await.map(|(entries, _)| entries)
    }

    /// The same, and what cannot be read of what reminders are made of: of these deliveries, the subscriptions and the
    /// messages that are still to be sent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list_with_unreadable(
        &mut self,
        filter: &Filter,
        limit: u32,
    ) -> Result<(Vec<Entry>, Vec<Unreadable>), StoreError> {
        const TEXT: &str = "SELECT * FROM (
                SELECT d.id, d.subscription_id, d.due, d.section, d.more, d.state, d.reason, d.note, d.repeats, d.last_due,
                       d.planned_at, d.settled_at, d.wanted_at, s.chat_id, s.topic, s.document, s.zone,
                       CASE WHEN d.settled_at IS NULL THEN o.attempts ELSE d.attempts END AS attempts,
                       CASE WHEN d.settled_at IS NULL THEN o.ambiguous ELSE d.ambiguous END AS ambiguous, o.not_before
                FROM deliveries d
                JOIN subscriptions s ON s.id = d.subscription_id
                LEFT JOIN (
                    SELECT delivery_id, CAST(SUM(attempts) AS BIGINT) AS attempts,
                           CAST(SUM(ambiguous) AS BIGINT) AS ambiguous, MAX(not_before) AS not_before
                    FROM outbox WHERE bot_id = $1 AND delivery_id IS NOT NULL AND settled_at IS NULL
                    GROUP BY delivery_id
                ) o ON o.delivery_id = d.id
                WHERE d.bot_id = $1 AND ($2 = 0 OR s.chat_id = $2) AND ($3 = '' OR d.state = $3) AND d.planned_at >= $4
            ) listed WHERE $5 = 0 OR ambiguous > 0 ORDER BY planned_at DESC, id DESC LIMIT $6";
        let query = sqlx::query(TEXT)
            .bind(self.bot.0)
            .bind(filter.chat.map_or(0, |chat| chat.0))
            .bind(filter.state.map_or("", words::delivery_state))
            .bind(filter.since.map_or(i64::MIN, |since| since.0))
            .bind(i64::from(filter.ambiguous))
            .bind(i64::from(limit));
        let failed = |e| StoreError::sort("list deliveries", &e);
        let rows = query.fetch_all(&mut self.conn).await.map_err(failed)?;
        let Rows { read, mut unreadable } = Rows::of(&delivery::NOUN, &rows, read_entry);
        for noun in [&subscription::NOUN, &outbox::NOUN] {
            look_through(&mut self.conn, noun, &mut unreadable).await.map_err(failed)?;
        }
        Ok((read, unreadable))
    }

    /// The replies that were given up, the latest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn replies_given_up(&mut self, filter: &Filter, limit: u32) -> Result<Vec<GivenUp>, StoreError> {
        let query = sqlx::query(
            "SELECT id, chat_id, part, parts, reason, attempts, ambiguous, created_at, settled_at FROM outbox
             WHERE bot_id = $1 AND update_id IS NOT NULL AND state = 'failed' AND ($2 = 0 OR chat_id = $2)
               AND created_at >= $3
             ORDER BY id DESC LIMIT $4",
        );
        let query = query
            .bind(self.bot.0)
            .bind(filter.chat.map_or(0, |chat| chat.0))
            .bind(filter.since.map_or(i64::MIN, |since| since.0))
            .bind(i64::from(limit));
        let rows = query.fetch_all(&mut self.conn).await.map_err(|e| StoreError::sort("list replies", &e))?;
        Ok(Rows::of(&outbox::NOUN, &rows, read_given_up).read)
    }

    /// Wants a delivery sent again that failed or was skipped.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn retry(&mut self, id: DeliveryId, now: Timestamp) -> Result<Retried, StoreError> {
        let doing = "ask for a delivery again";
        let marked = sql::run(
            &mut self.conn,
            "UPDATE deliveries SET wanted_at = $1
             WHERE bot_id = $2 AND id = $3 AND settled_at IS NOT NULL AND state <> 'sent'",
            [now.0.into(), self.bot.0.into(), id.to_string().into()],
        )
        .await
        .map_err(|e| StoreError::sort(doing, &e))?;
        if marked > 0 {
            return Ok(Retried::Wanted);
        }
        Ok(match self.state(id, doing).await? {
            None => Retried::Unknown,
            Some(DeliveryState::Planned) => Retried::OnItsWay,
            Some(_) => Retried::Sent,
        })
    }

    /// Gives a delivery up that is still on its way.
    ///
    /// # Errors
    /// When it could not be stored; nothing is changed, then.
    pub async fn give_up(&mut self, id: DeliveryId, now: Timestamp) -> Result<Dropped, StoreError> {
        let doing = "drop a delivery";
        if self.take_back(id, now).await.map_err(|e| StoreError::sort(doing, &e))? {
            return Ok(Dropped::Dropped);
        }
        Ok(match self.state(id, doing).await? {
            None => Dropped::Unknown,
            Some(_) => Dropped::HadEnded,
        })
    }

    async fn take_back(&mut self, id: DeliveryId, now: Timestamp) -> Result<bool, sqlx::Error> {
        const REASON: &str = "dropped by the operator";
        let mut tx = self.conn.begin().await?;
        let taken = sql::run(
            &mut tx,
            concat!(
                "UPDATE deliveries SET state = 'skipped', reason = $1, settled_at = $2, ",
                count_attempts!(),
                " WHERE bot_id = $3 AND id = $4 AND settled_at IS NULL"
            ),
            [REASON.into(), now.0.into(), self.bot.0.into(), id.to_string().into()],
        )
        .await?;
        sql::run(
            &mut tx,
            "UPDATE outbox SET state = 'skipped', reason = $1, settled_at = $2, payload = NULL
             WHERE bot_id = $3 AND delivery_id = $4 AND settled_at IS NULL",
            [REASON.into(), now.0.into(), self.bot.0.into(), id.to_string().into()],
        )
        .await?;
        let unwanted = "UPDATE deliveries SET wanted_at = NULL WHERE bot_id = $1 AND id = $2 AND wanted_at IS NOT NULL";
        let unmarked = sql::run(&mut tx, unwanted, [self.bot.0.into(), id.to_string().into()]).await?;
        tx.commit().await?;
        Ok(taken + unmarked > 0)
    }

    async fn state(&mut self, id: DeliveryId, doing: &'static str) -> Result<Option<DeliveryState>, StoreError> {
        let query = sqlx::query("SELECT state FROM deliveries WHERE bot_id = $1 AND id = $2");
        let found = query.bind(self.bot.0).bind(id.to_string()).fetch_optional(&mut self.conn).await;
        let state =
            found.and_then(|row| row.map(|row| sql::parsed(&row, "state", words::read_delivery_state)).transpose());
        state.map_err(|e| StoreError::sort(doing, &e))
    }
}

/// The only bot that has subscriptions here.
async fn only_bot(conn: &mut AnyConnection) -> Result<BotId, StoreError> {
    let doing = "look for the bot";
    let query = sqlx::query("SELECT DISTINCT bot_id FROM subscriptions LIMIT 2");
    let found = query.fetch_all(conn).await.map_err(|e| StoreError::sort(doing, &e))?;
    match found.as_slice() {
        [] => Err(StoreError::WhichBot("no chat has subscribed in this store yet")),
        [one] => one.try_get("bot_id").map(BotId).map_err(|e| StoreError::sort(doing, &e)),
        _ => Err(StoreError::WhichBot("several bots share this store")),
    }
}

fn read_given_up(row: &AnyRow) -> Result<GivenUp, sqlx::Error> {
    let made = Timestamp(row.try_get("created_at")?);
    Ok(GivenUp {
        chat: ChatId(row.try_get("chat_id")?),
        part: sql::number(row, "part")?,
        parts: sql::number(row, "parts")?,
        reason: row.try_get::<Option<String>, _>("reason")?.unwrap_or_default(),
        attempts: sql::number(row, "attempts")?,
        ambiguous: sql::number(row, "ambiguous")?,
        made,
        settled: row.try_get::<Option<i64>, _>("settled_at")?.map_or(made, Timestamp),
    })
}

fn read_entry(row: &AnyRow) -> Result<Entry, sqlx::Error> {
    let instant = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    let count = |column| match row.try_get::<Option<i64>, _>(column)? {
        Some(_) => sql::number::<u32>(row, column),
        None => Ok(0),
    };
    Ok(Entry {
        delivery: read_delivery(row)?,
        chat: ChatId(row.try_get("chat_id")?),
        topic: TopicId(sql::number(row, "topic")?),
        document: row.try_get("document")?,
        zone: row.try_get("zone")?,
        attempts: count("attempts")?,
        ambiguous: count("ambiguous")?,
        note: row.try_get("note")?,
        wanted: instant("wanted_at")?.is_some(),
        not_before: instant("not_before")?,
        planned: Timestamp(row.try_get("planned_at")?),
        settled: instant("settled_at")?,
    })
}
