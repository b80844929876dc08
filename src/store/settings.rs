//! Changing a chat's schedules one by one. Whoever changes one says which state of it was seen: of two admins who press
//! at once, the second is told to look again, and nothing of the first is lost.

use sqlx::Row as _;

use super::delivery::skip_open;
use super::engine::error::Error;
use super::engine::id::SubscriptionId;
use super::engine::sql::{self, Cell};
use super::engine::writer::Tx;
use super::subscription::{NewSubscription, Subscription};
use super::{subscription, words};
use crate::clock::Timestamp;
use crate::content::model::SectionId;
use crate::message::{ChatId, MessageId};

/// The schedule becomes `to`, if nobody has changed it since `to` was read. Its next occurrence is changed only where it
/// was `retimed`: otherwise it may have come meanwhile.
pub(super) async fn configure(tx: &mut Tx<'_>, to: &Subscription, retimed: bool) -> Result<(), Error> {
    let manner = &to.manner;
    let cells: [Cell<'_>; 20] = [
        to.id.to_string().into(),
        i64::from(to.revision).into(),
        i64::from(to.place.topic.0).into(),
        to.document.as_str().into(),
        to.series.as_str().into(),
        to.cron.as_str().into(),
        to.zone.as_str().into(),
        words::lang(to.lang).into(),
        to.by.0.into(),
        i64::from(manner.silent).into(),
        i64::from(manner.pin).into(),
        manner.quiet.map(|quiet| i64::from(quiet.from())).into(),
        manner.quiet.map(|quiet| i64::from(quiet.until())).into(),
        manner.late.map(|late| i64::try_from(late.as_millis()).unwrap_or(i64::MAX)).into(),
        manner.paused_until.map(|until| until.0).into(),
        i64::from(retimed).into(),
        to.next_due.map(|due| due.0).into(),
        tx.bot.into(),
        i64::from(to.goal.each).into(),
        to.goal.until.map(|until| until.0).into(),
    ];
    let changed = sql::run(
        tx.conn,
        "UPDATE subscriptions SET topic = $3, cron = $6, zone = $7, lang = $8, by_user = $9, silent = $10, pin = $11,
             quiet_from = $12, quiet_until = $13, late = $14, paused_until = $15, revision = revision + 1,
             amount = $19, until = $20,
             next_due = CASE WHEN $16 = 1 THEN $17 ELSE next_due END,
             last_sent = CASE WHEN document = $4 AND series = $5 THEN last_sent END, document = $4, series = $5
         WHERE id = $1 AND revision = $2 AND bot_id = $18 AND ended_at IS NULL",
        cells,
    )
    .await?;
    if changed == 0 { Err(Error::Outrun) } else { Ok(()) }
}

/// A chat that has so many schedules gets one more.
pub(super) async fn add(tx: &mut Tx<'_>, new: &NewSubscription, have: usize, now: Timestamp) -> Result<(), Error> {
    let found = subscription::of_chat(tx, new.place.chat).await?;
    if found.iter().filter(|(_, ended)| !ended).count() != have {
        return Err(Error::Outrun);
    }
    Ok(insert_subscription(tx, new, now).await?)
}

/// A series that has come as far as this section begins again.
pub(super) async fn begin_again(tx: &mut Tx<'_>, id: SubscriptionId, after: &SectionId) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions SET last_sent = NULL WHERE id = $1 AND last_sent = $2 AND bot_id = $3";
    sql::run(tx.conn, text, [id.to_string().into(), after.as_str().into(), tx.bot.into()]).await?;
    Ok(())
}

/// One schedule ends; what is planned of it is skipped.
pub(super) async fn end(tx: &mut Tx<'_>, id: SubscriptionId, now: Timestamp) -> Result<(), sqlx::Error> {
    let text = "SELECT chat_id FROM subscriptions WHERE id = $1 AND bot_id = $2";
    let found = sqlx::query(text).bind(id.to_string()).bind(tx.bot).fetch_optional(&mut *tx.conn).await?;
    let Some(found) = found else { return Ok(()) };
    let ended = ends_at(tx, ChatId(found.try_get("chat_id")?), now).await?;
    let text = "UPDATE subscriptions SET ended_at = $1, revision = revision + 1
                WHERE id = $2 AND bot_id = $3 AND ended_at IS NULL";
    sql::run(tx.conn, text, [ended.into(), id.to_string().into(), tx.bot.into()]).await?;
    const STEPS: [&str; 2] = [
        "UPDATE outbox SET state = 'skipped', reason = 'unsubscribed', settled_at = $1, payload = NULL
         WHERE settled_at IS NULL AND bot_id = $3
           AND delivery_id IN (SELECT id FROM deliveries WHERE subscription_id = $2)",
        "UPDATE deliveries SET state = 'skipped', reason = 'unsubscribed', settled_at = $1
         WHERE settled_at IS NULL AND subscription_id = $2 AND bot_id = $3",
    ];
    for step in STEPS {
        sql::run(tx.conn, step, [now.0.into(), id.to_string().into(), tx.bot.into()]).await?;
    }
    Ok(())
}

/// When a subscription of a chat ends that ends now: after all that have ended. The one that ended last is resumed, also
/// where the clock was set back since another one ended.
async fn ends_at(tx: &mut Tx<'_>, chat: ChatId, now: Timestamp) -> Result<i64, sqlx::Error> {
    let text = "SELECT MAX(ended_at) AS latest FROM subscriptions WHERE bot_id = $1 AND chat_id = $2";
    let latest = sqlx::query(text).bind(tx.bot).bind(chat.0).fetch_one(&mut *tx.conn).await?;
    let latest: Option<i64> = latest.try_get("latest")?;
    Ok(latest.map_or(now.0, |latest| now.0.max(latest + 1)))
}

/// What was due at `from` waits until `to`, unless the schedule has been changed since.
pub(super) async fn postpone(
    tx: &mut Tx<'_>,
    id: SubscriptionId,
    from: Timestamp,
    to: Timestamp,
) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions SET next_due = $1 WHERE id = $2 AND next_due = $3 AND bot_id = $4";
    sql::run(tx.conn, text, [to.0.into(), id.to_string().into(), from.0.into(), tx.bot.into()]).await?;
    Ok(())
}

/// Whoever subscribed was told that the schedule comes only so many times a day.
pub(super) async fn told_runs(tx: &mut Tx<'_>, id: SubscriptionId, runs: u32) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions SET told_runs = $1 WHERE id = $2 AND bot_id = $3";
    sql::run(tx.conn, text, [i64::from(runs).into(), id.to_string().into(), tx.bot.into()]).await?;
    Ok(())
}

/// A message of a schedule is pinned now, or none.
pub(super) async fn pinned(tx: &mut Tx<'_>, id: SubscriptionId, message: Option<MessageId>) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions SET pinned = $1 WHERE id = $2 AND bot_id = $3";
    let cells = [message.map(|message| i64::from(message.0)).into(), id.to_string().into(), tx.bot.into()];
    sql::run(tx.conn, text, cells).await?;
    Ok(())
}

/// The chat's first subscription becomes this one, or the latest that has ended; without any, it is made.
pub(super) async fn subscribe(tx: &mut Tx<'_>, new: &NewSubscription, now: Timestamp) -> Result<(), sqlx::Error> {
    let Some((first, _)) = subscription::of_chat(tx, new.place.chat).await?.into_iter().next() else {
        return insert_subscription(tx, new, now).await;
    };
    sql::run(
        tx.conn,
        "UPDATE subscriptions SET topic = $2, chat_kind = $3, cron = $6, zone = $7, lang = $8, by_user = $9,
             next_due = $10, suspended = NULL, refused = NULL, refused_at = NULL, refused_why = NULL, told_at = NULL,
             ended_at = NULL, paused_until = NULL, revision = revision + 1, amount = $11, until = $12,
             last_sent = CASE WHEN document = $4 AND series = $5 THEN last_sent END, document = $4, series = $5
         WHERE id = $1",
        [
            first.id.to_string().into(),
            i64::from(new.place.topic.0).into(),
            words::kind(new.place.kind).into(),
            new.document.as_str().into(),
            new.series.as_str().into(),
            new.cron.as_str().into(),
            new.zone.as_str().into(),
            words::lang(new.lang).into(),
            new.by.0.into(),
            new.next_due.map(|t| t.0).into(),
            i64::from(new.goal.each).into(),
            new.goal.until.map(|until| until.0).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Makes a subscription.
async fn insert_subscription(tx: &mut Tx<'_>, new: &NewSubscription, now: Timestamp) -> Result<(), sqlx::Error> {
    let id = SubscriptionId(tx.ids.next(now));
    sql::run(
        tx.conn,
        "INSERT INTO subscriptions (id, bot_id, chat_id, topic, chat_kind, document, series, cron, zone, lang,
                                    by_user, next_due, created_at, amount, until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        [
            id.to_string().into(),
            tx.bot.into(),
            new.place.chat.0.into(),
            i64::from(new.place.topic.0).into(),
            words::kind(new.place.kind).into(),
            new.document.as_str().into(),
            new.series.as_str().into(),
            new.cron.as_str().into(),
            new.zone.as_str().into(),
            words::lang(new.lang).into(),
            new.by.0.into(),
            new.next_due.map(|t| t.0).into(),
            now.0.into(),
            i64::from(new.goal.each).into(),
            new.goal.until.map(|until| until.0).into(),
        ],
    )
    .await?;
    Ok(())
}

/// The chat's subscriptions end.
pub(super) async fn unsubscribe(tx: &mut Tx<'_>, chat: ChatId, now: Timestamp) -> Result<(), sqlx::Error> {
    let ended = ends_at(tx, chat, now).await?;
    let text = "UPDATE subscriptions SET ended_at = $1 WHERE bot_id = $2 AND chat_id = $3 AND ended_at IS NULL";
    sql::run(tx.conn, text, [ended.into(), tx.bot.into(), chat.0.into()]).await?;
    sql::run(
        tx.conn,
        "UPDATE outbox SET state = 'skipped', reason = 'unsubscribed', settled_at = $1, payload = NULL
         WHERE bot_id = $2 AND chat_id = $3 AND delivery_id IS NOT NULL AND settled_at IS NULL",
        [now.0.into(), tx.bot.into(), chat.0.into()],
    )
    .await?;
    skip_open(tx, chat, "unsubscribed", now).await
}
