//! The settings panel that a person used last.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::engine::id::SubscriptionId;
use super::engine::sql;
use super::engine::writer::Tx;
use super::noun::Noun;
use super::outbox::message_id;
use super::{BotId, Store, StoreError, words};
use crate::clock::Timestamp;
use crate::message::{ChatId, MessageId, Page, UserId};

/// The settings panel that a person used last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPanel {
    /// Who.
    pub user: UserId,
    /// The chat that it is about.
    pub chat: ChatId,
    /// The schedule; `None` for the list of them.
    pub schedule: Option<SubscriptionId>,
    /// The page that it shows.
    pub page: Page,
    /// The message that it is; `None` before its first button was pressed.
    pub message: Option<MessageId>,
    /// The command in the group that it was opened with.
    pub asked: Option<MessageId>,
    /// When it was used.
    pub at: Timestamp,
}

/// Panels, one a person; one that nobody has touched for a month is forgotten.
pub(super) const NOUN: Noun = Noun {
    table: "panels",
    key: &["user_id"],
    people: &["user_id"],
    chats: &["chat_id"],
    others: &["bot_id", "subscription_id", "page", "message_id", "asked_id", "at"],
    all: "SELECT user_id, chat_id, subscription_id, page, message_id, asked_id, at FROM panels",
    check: |row| read_panel(row).map(drop),
    forget: &["DELETE FROM panels WHERE bot_id = $1 AND user_id = $2"],
    forget_chat: &["DELETE FROM panels WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Ok(&["UPDATE panels SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2"]),
    prune: &[(LASTS, "DELETE FROM panels WHERE bot_id = $1 AND at < $2 AND $3 = $3")],
    ..Noun::NONE
};

/// How long a settings panel that nobody has touched is known.
const LASTS: Duration = Duration::from_secs(30 * 24 * 3600);

/// Who has used a panel: everybody else is known to have none without a look into the database, which each question in
/// a private chat would cost.
#[derive(Debug)]
pub(super) struct PanelUsers(Mutex<HashSet<UserId>>);

impl PanelUsers {
    pub(super) async fn load(conn: &mut AnyConnection, bot: BotId) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query("SELECT user_id FROM panels WHERE bot_id = $1").bind(bot.0).fetch_all(conn).await?;
        // Whose number cannot be read has no panel that could be found.
        let users = rows.iter().filter_map(|row| row.try_get("user_id").ok()).map(UserId).collect();
        Ok(Self(Mutex::new(users)))
    }

    /// Another instance may have opened panels since.
    pub(super) fn replace(&self, newer: Self) {
        *self.known() = newer.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    fn known(&self) -> MutexGuard<'_, HashSet<UserId>> {
        // A poisoned lock only means that another thread panicked beside a plain insertion.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever opens a panel with these changes will have one.
    pub(super) fn expect(&self, changes: &[Change]) {
        let users = changes.iter().filter_map(|change| match change {
            Change::Panel(panel) => Some(panel.user),
            _ => None,
        });
        self.known().extend(users);
    }
}

impl Store {
    /// The settings panel that a person used last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn panel(&self, user: UserId) -> Result<Option<OpenPanel>, StoreError> {
        if !self.shared.panels.known().contains(&user) {
            return Ok(None);
        }
        let query = sqlx::query(
            "SELECT user_id, chat_id, subscription_id, page, message_id, asked_id, at FROM panels
             WHERE bot_id = $1 AND user_id = $2",
        );
        Ok(self.read(&NOUN, "read which panel is open", query.bind(self.bot()).bind(user.0), read_panel).await?.pop())
    }
}

fn read_panel(row: &AnyRow) -> Result<OpenPanel, sqlx::Error> {
    Ok(OpenPanel {
        user: UserId(row.try_get("user_id")?),
        chat: ChatId(row.try_get("chat_id")?),
        schedule: sql::parsed_optional(row, "subscription_id", SubscriptionId::parse)?,
        page: sql::parsed(row, "page", words::read_page)?,
        message: message_id(row, "message_id")?,
        asked: message_id(row, "asked_id")?,
        at: Timestamp(row.try_get("at")?),
    })
}

pub(super) async fn open(tx: &mut Tx<'_>, panel: &OpenPanel) -> Result<(), sqlx::Error> {
    let number = |id: Option<MessageId>| id.map(|id| i64::from(id.0));
    sql::run(
        tx.conn,
        "INSERT INTO panels (bot_id, user_id, chat_id, subscription_id, page, message_id, asked_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (bot_id, user_id) DO UPDATE SET chat_id = excluded.chat_id,
             subscription_id = excluded.subscription_id, page = excluded.page, message_id = excluded.message_id,
             asked_id = excluded.asked_id, at = excluded.at",
        [
            tx.bot.into(),
            panel.user.0.into(),
            panel.chat.0.into(),
            panel.schedule.map(|id| id.to_string()).into(),
            words::page(panel.page).into(),
            number(panel.message).into(),
            number(panel.asked).into(),
            panel.at.0.into(),
        ],
    )
    .await?;
    Ok(())
}
