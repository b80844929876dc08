//! Chats that refuse us: what is known of a refusal, and what lifts it.
//!
//! A refusal may pass, or be false for everybody for hours. So it only marks the subscriptions of a chat: they come due
//! as before, and each time one message tries. Any sign of the contrary ends the suspension; the record of the refusal
//! stays until a message is delivered or our standing in the chat changes, because a group that talks shows that we are
//! in it, not that we may write.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::delivery::skip_open;
use super::engine::id::SubscriptionId;
use super::engine::sql;
use super::engine::writer::Tx;
use super::{BotId, Store, StoreError, subscription, words};
use crate::clock::Timestamp;
use crate::message::{ChatId, Departure, Trouble};

/// A refusal that no delivery has proved wrong yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The first one since the last delivery.
    pub since: Timestamp,
    /// What is refused.
    pub trouble: Trouble,
    /// The chat service's words of the latest; `None` where it told us before we tried.
    pub words: Option<String>,
    /// Whether whoever subscribed was told.
    pub told: bool,
}

/// What has to be lifted once a chat gives a sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Doubt {
    /// The chat as a whole refuses us.
    chat: bool,
    /// Its main topic is closed to the reminders of some subscription.
    topic: bool,
}

/// The chats with a refusal on record: everything that comes from or goes to another costs no look into the database.
/// Holds no more chats than have such subscriptions.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    known: Mutex<HashMap<ChatId, Doubt>>,
    /// Held from reading a chat's state to knowing it: an older state must not overwrite a newer one.
    looking: tokio::sync::Mutex<()>,
}

impl Refusals {
    pub(super) async fn load(conn: &mut AnyConnection, bot: BotId) -> Result<Self, sqlx::Error> {
        let query = sqlx::query(
            "SELECT chat_id, suspended, refused FROM subscriptions
             WHERE bot_id = $1 AND ended_at IS NULL AND (suspended IS NOT NULL OR refused IS NOT NULL)",
        );
        let mut known: HashMap<ChatId, Doubt> = HashMap::new();
        for row in query.bind(bot.0).fetch_all(conn).await? {
            // One that cannot be read is set aside where it is due.
            let Ok(chat) = row.try_get("chat_id").map(ChatId) else { continue };
            known.entry(chat).or_default().add(&row)?;
        }
        Ok(Self { known: Mutex::new(known), looking: tokio::sync::Mutex::default() })
    }

    /// Another instance may have met refusals since.
    pub(super) fn replace(&self, newer: Self) {
        *self.known() = newer.known.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ChatId, Doubt>> {
        // A poisoned lock only means that another thread panicked beside a plain insertion.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, chat: ChatId) -> Doubt {
        self.known().get(&chat).copied().unwrap_or_default()
    }
}

impl Doubt {
    fn add(&mut self, row: &AnyRow) -> Result<(), sqlx::Error> {
        let closed = row.try_get::<Option<String>, _>("refused")?.as_deref() == Some(words::trouble(Trouble::Closed));
        self.topic |= closed;
        self.chat |= !closed || row.try_get::<Option<String>, _>("suspended")?.is_some();
        Ok(())
    }
}

impl Store {
    /// Something came from a chat: if its subscriptions are suspended, they are no more.
    ///
    /// # Errors
    /// When that could not be stored.
    pub async fn heard_from(&self, chat: ChatId) -> Result<(), StoreError> {
        if self.shared.refusals.of(chat).chat { self.change(vec![Change::Heard { chat }]).await } else { Ok(()) }
    }

    /// A new message was delivered to a chat, a reminder of `subscription` or a reply: what was refused there before is
    /// not refused any more.
    ///
    /// # Errors
    /// When that could not be stored.
    pub async fn delivered_to(&self, chat: ChatId, subscription: Option<SubscriptionId>) -> Result<(), StoreError> {
        let doubt = self.shared.refusals.of(chat);
        if doubt.chat || (doubt.topic && subscription.is_some()) {
            return self.change(vec![Change::Delivered { chat, subscription }]).await;
        }
        Ok(())
    }

    /// Takes note of what changes have made of the chats that they are about.
    pub(super) async fn refusals_after(&self, chats: Vec<ChatId>) {
        for chat in chats {
            let _looking = self.shared.refusals.looking.lock().await;
            let query = sqlx::query(
                "SELECT suspended, refused FROM subscriptions
                 WHERE bot_id = $1 AND chat_id = $2 AND ended_at IS NULL
                   AND (suspended IS NOT NULL OR refused IS NOT NULL)",
            );
            let read = |row: &AnyRow| {
                let mut doubt = Doubt::default();
                doubt.add(row).map(|()| doubt)
            };
            let found = self
                .read(&subscription::NOUN, "read whether a chat refuses us", query.bind(self.bot()).bind(chat.0), read)
                .await;
            // One too many costs a look at the next sign; one too few would never be lifted.
            let unknown = vec![Doubt { chat: true, topic: true }];
            let doubts = found.unwrap_or(unknown);
            let doubt = doubts
                .iter()
                .fold(Doubt::default(), |all, one| Doubt { chat: all.chat || one.chat, topic: all.topic || one.topic });
            let mut known = self.shared.refusals.known();
            if doubt == Doubt::default() {
                known.remove(&chat);
            } else {
                known.insert(chat, doubt);
            }
        }
    }
}

/// The chats of which these changes may make, or lift, a refusal.
pub(super) fn concerned(changes: &[Change]) -> Vec<ChatId> {
    let chat = |change: &Change| match change {
        Change::Suspend { chat, .. }
        | Change::Refused { chat, .. }
        | Change::Closed { chat, .. }
        | Change::Heard { chat }
        | Change::Delivered { chat, .. }
        | Change::Restore { chat }
        | Change::Unsubscribe { chat }
        | Change::Migrate { to: chat, .. } => Some(*chat),
        Change::Subscribe(new) => Some(new.place.chat),
        Change::Forget { user } => Some(ChatId(user.0)),
        _ => None,
    };
    changes.iter().filter_map(chat).collect()
}

/// What is read of a refusal with a subscription; nothing is said of one that an earlier program met.
pub(super) fn read(row: &AnyRow) -> Result<Option<Refusal>, sqlx::Error> {
    let Some(since) = row.try_get::<Option<i64>, _>("refused_at")?.map(Timestamp) else { return Ok(None) };
    let Some(trouble) = sql::parsed_optional(row, "refused", words::read_trouble)? else { return Ok(None) };
    let told = row.try_get::<Option<i64>, _>("told_at")?.is_some();
    Ok(Some(Refusal { since, trouble, words: row.try_get("refused_why")?, told }))
}

/// The chat refuses us: what is planned for it is skipped, the settings are kept.
pub(super) async fn suspend(
    tx: &mut Tx<'_>,
    chat: ChatId,
    why: Departure,
    said: Option<&str>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let reason = words::departure(why);
    sql::run(
        tx.conn,
        "UPDATE subscriptions SET suspended = $1, refused_at = COALESCE(refused_at, $2), refused_why = $3, refused = $1
         WHERE bot_id = $4 AND chat_id = $5",
        [reason.into(), now.0.into(), said.map(str::to_owned).into(), tx.bot.into(), chat.0.into()],
    )
    .await?;
    sql::run(
        tx.conn,
        "UPDATE outbox SET state = 'skipped', reason = $1, settled_at = $2, payload = NULL
         WHERE bot_id = $3 AND chat_id = $4 AND settled_at IS NULL",
        [reason.into(), now.0.into(), tx.bot.into(), chat.0.into()],
    )
    .await?;
    skip_open(tx, chat, reason, now).await
}

/// The main topic is closed to a subscription's reminders.
pub(super) async fn closed(tx: &mut Tx<'_>, id: SubscriptionId, said: &str, now: Timestamp) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "UPDATE subscriptions SET refused = $1, refused_at = COALESCE(refused_at, $2), refused_why = $3
         WHERE id = $4 AND bot_id = $5",
        [words::trouble(Trouble::Closed).into(), now.0.into(), said.into(), id.to_string().into(), tx.bot.into()],
    )
    .await?;
    Ok(())
}

/// The chat gave a sign: its reminders are sent as usual.
pub(super) async fn heard(tx: &mut Tx<'_>, chat: ChatId) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions SET suspended = NULL WHERE bot_id = $1 AND chat_id = $2";
    sql::run(tx.conn, text, [tx.bot.into(), chat.0.into()]).await?;
    Ok(())
}

/// A new message arrived: nothing is refused any more, unless it was the main topic and a reply arrived elsewhere.
pub(super) async fn delivered(
    tx: &mut Tx<'_>,
    chat: ChatId,
    subscription: Option<SubscriptionId>,
) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "UPDATE subscriptions SET suspended = NULL, refused = NULL, refused_at = NULL, refused_why = NULL, told_at = NULL
         WHERE bot_id = $1 AND chat_id = $2 AND (refused IS NULL OR refused <> $3 OR id = $4)",
        [
            tx.bot.into(),
            chat.0.into(),
            words::trouble(Trouble::Closed).into(),
            subscription.map(|id| id.to_string()).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Our standing in the chat has changed: whatever was refused may be allowed now.
pub(super) async fn restore(tx: &mut Tx<'_>, chat: ChatId) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions
                SET suspended = NULL, refused = NULL, refused_at = NULL, refused_why = NULL, told_at = NULL
                WHERE bot_id = $1 AND chat_id = $2";
    sql::run(tx.conn, text, [tx.bot.into(), chat.0.into()]).await?;
    Ok(())
}

/// Whoever subscribed was told of the chat's refusal.
pub(super) async fn told(tx: &mut Tx<'_>, chat: ChatId, now: Timestamp) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions SET told_at = $1 WHERE bot_id = $2 AND chat_id = $3 AND refused IS NOT NULL";
    sql::run(tx.conn, text, [now.0.into(), tx.bot.into(), chat.0.into()]).await?;
    Ok(())
}
