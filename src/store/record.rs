//! Small facts that are written by themselves.

use super::bound::Surplus;
use super::engine::id::{DeliveryId, SubscriptionId};
use super::engine::sql;
use super::engine::writer::{Job, Task, Tx, Work};
use super::outbox::{self, Row};
use super::rows::Unreadable;
use super::tidy::Tidy;
use crate::clock::Timestamp;
use crate::message::ChatId;

/// A fact.
pub(super) enum Record {
    /// An occurrence that somebody wanted again cannot be sent again.
    Declined { delivery: String, reason: String },
    /// Updates that cannot be read are set aside.
    UpdatesAside { rows: Vec<Unreadable> },
    /// Somebody has more rows than they may.
    Shrink(Surplus),
    /// What the start finds in the way of what is to be sent.
    Tidy(Tidy),
    /// Nothing goes to a chat (or to any) before an instant.
    Hold { chat: Option<ChatId>, until: Timestamp, reason: String },
    /// A subscription's topic is gone: an occurrence of it went to the main one, as all further ones do.
    TopicGone { subscription: SubscriptionId, delivery: DeliveryId, note: String },
    /// A message that answers nobody.
    Notice { row: Box<Row> },
    /// Reminders are planned at this instant.
    ClockSeen { now: Timestamp },
    /// The clock had shown `seen`, and shows `now`.
    ClockBack { seen: Timestamp, now: Timestamp },
    /// Nothing: whether it can be written.
    Trial,
    /// A subscription is due sooner than it had seemed.
    Sooner { subscription: SubscriptionId, due: Timestamp },
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
    /// Whether it may change when a subscription is due.
    pub(super) fn touches_schedule(&self) -> bool {
        matches!(self, Self::Sooner { .. })
    }

    pub(super) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        match self {
            Self::Declined { delivery, reason } => {
                let text = "UPDATE deliveries SET wanted_at = NULL, note = $1 WHERE id = $2";
                sql::run(tx.conn, text, [reason.as_str().into(), delivery.as_str().into()]).await?;
            }
            Self::UpdatesAside { rows } => updates_aside(tx, rows).await?,
            Self::Shrink(surplus) => surplus.apply(tx).await?,
            Self::Tidy(tidy) => tidy.apply(tx).await?,
            Self::Hold { chat, until, reason } => hold(tx, *chat, *until, reason).await?,
            Self::TopicGone { subscription, delivery, note } => {
                let id = subscription.to_string().into();
                sql::run(tx.conn, "UPDATE subscriptions SET topic = 0 WHERE id = $1", [id]).await?;
                let cells = [note.as_str().into(), delivery.to_string().into()];
                sql::run(tx.conn, "UPDATE deliveries SET note = $1 WHERE id = $2", cells).await?;
            }
            Self::Notice { row } => outbox::insert(tx, std::iter::once(&**row)).await?,
            Self::Trial => trial(tx).await?,
            Self::ClockSeen { now } => clock_seen(tx, *now).await?,
            Self::ClockBack { seen, now } => clock_back(tx, *seen, *now).await?,
            Self::Sooner { subscription, due } => {
                let text = "UPDATE subscriptions SET next_due = $1 WHERE id = $2 AND next_due > $1";
                sql::run(tx.conn, text, [due.0.into(), subscription.to_string().into()]).await?;
            }
        }
        Ok(())
    }
}

async fn updates_aside(tx: &mut Tx<'_>, rows: &[Unreadable]) -> Result<(), sqlx::Error> {
    for Unreadable { key, why, .. } in rows {
        sql::run(
            tx.conn,
            "UPDATE inbox SET state = 'aside', raw = NULL, reason = $1
             WHERE bot_id = $2 AND state = 'waiting' AND CAST(update_id AS TEXT) = $3",
            [format!("cannot be read: {why}").into(), tx.bot.into(), key.as_str().into()],
        )
        .await?;
    }
    Ok(())
}

async fn hold(tx: &mut Tx<'_>, chat: Option<ChatId>, until: Timestamp, reason: &str) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "INSERT INTO holds (bot_id, chat_id, ends_at, reason) VALUES ($1, $2, $3, $4)
         ON CONFLICT (bot_id, chat_id) DO UPDATE SET ends_at = excluded.ends_at, reason = excluded.reason",
        [tx.bot.into(), chat.map_or(0, |chat| chat.0).into(), until.0.into(), reason.into()],
    )
    .await?;
    Ok(())
}

/// A row that is gone again before anybody sees it.
async fn trial(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    let nobody = i64::MIN;
    let insert = "INSERT INTO holds (bot_id, chat_id, ends_at, reason) VALUES ($1, $2, 0, '')";
    sql::run(tx.conn, insert, [tx.bot.into(), nobody.into()]).await?;
    sql::run(tx.conn, "DELETE FROM holds WHERE bot_id = $1 AND chat_id = $2", [tx.bot.into(), nobody.into()]).await?;
    Ok(())
}

async fn clock_seen(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), sqlx::Error> {
    let text =
        "INSERT INTO clocks (bot_id, seen) VALUES ($1, $2) ON CONFLICT (bot_id) DO UPDATE SET seen = excluded.seen";
    sql::run(tx.conn, text, [tx.bot.into(), now.0.into()]).await?;
    Ok(())
}

/// Waits that were counted from an instant that was none last as long as they were meant to. A skip of an occurrence
/// that is still to come was none, unless it was on its way when it was taken back: it may have arrived.
async fn clock_back(tx: &mut Tx<'_>, seen: Timestamp, now: Timestamp) -> Result<(), sqlx::Error> {
    const STEPS: [&str; 4] = [
        "UPDATE outbox SET not_before = not_before - $3 WHERE bot_id = $1 AND settled_at IS NULL AND not_before > $2",
        "UPDATE holds SET ends_at = ends_at - $3 WHERE bot_id = $1 AND ends_at > $2",
        "DELETE FROM deliveries WHERE bot_id = $1 AND due > $2 AND state = 'skipped' AND attempts = 0 AND $3 = $3",
        "UPDATE deliveries SET last_due = $2 WHERE bot_id = $1 AND last_due > $2 AND $3 = $3",
    ];
    let by = seen.0 - now.0;
    for step in STEPS {
        sql::run(tx.conn, step, [tx.bot.into(), now.0.into(), by.into()]).await?;
    }
    clock_seen(tx, now).await
}
