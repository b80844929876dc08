//! Groups that have another number now. Who runs the bot may have listed the old one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::engine::sql::{self, numbers};
use super::engine::writer::Tx;
use super::noun::{Bound, Noun};
use super::{BotId, Store};
use crate::clock::Timestamp;
use crate::message::ChatId;

/// Moves, one for each number that a group had.
pub(super) const NOUN: Noun = Noun {
    table: "moved",
    key: &["former_chat"],
    chats: &["former_chat", "chat_id"],
    others: &["bot_id", "at"],
    all: "SELECT former_chat, chat_id, at FROM moved",
    check: |row| numbers(row, &["former_chat", "chat_id", "at"]),
    forget_chat: &["DELETE FROM moved WHERE bot_id = $1 AND (chat_id = $2 OR former_chat = $2)"],
    // A group that moves again is still the one that was listed.
    migrate: Ok(&["UPDATE moved SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2"]),
    bounds: &[Bound::by_at("bot_id", 10_000)],
    ..Noun::NONE
};

/// The numbers that groups had, by the one that they have: in memory, because each message from a group asks for them.
#[derive(Debug, Default)]
pub(super) struct Moved(Mutex<HashMap<ChatId, Vec<ChatId>>>);

impl Moved {
    pub(super) async fn load(conn: &mut AnyConnection, bot: BotId) -> Result<Self, sqlx::Error> {
        let rows =
            sqlx::query("SELECT former_chat, chat_id FROM moved WHERE bot_id = $1").bind(bot.0).fetch_all(conn).await?;
        let moved = Self::default();
        for row in &rows {
            // One that cannot be read stands for no group.
            let numbers = row.try_get("former_chat").ok().zip(row.try_get("chat_id").ok());
            if let Some((former, now)) = numbers {
                moved.known().entry(ChatId(now)).or_default().push(ChatId(former));
            }
        }
        Ok(moved)
    }

    /// Another instance may have seen groups move since.
    pub(super) fn replace(&self, newer: Self) {
        *self.known() = newer.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    /// Groups move with these changes.
    pub(super) fn expect(&self, changes: &[Change]) {
        for change in changes {
            let Change::Migrate { from, to } = change else { continue };
            let mut known = self.known();
            let mut former = known.remove(from).unwrap_or_default();
            former.push(*from);
            known.entry(*to).or_default().extend(former);
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ChatId, Vec<ChatId>>> {
        // A poisoned lock only means that another thread panicked beside a plain insertion.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// The numbers that a group had before.
    pub fn former_numbers(&self, chat: ChatId) -> Vec<ChatId> {
        self.shared.moved.known().get(&chat).cloned().unwrap_or_default()
    }
}

/// A group has another number.
pub(super) async fn remember(tx: &mut Tx<'_>, from: ChatId, to: ChatId, now: Timestamp) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "INSERT INTO moved (bot_id, former_chat, chat_id, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (bot_id, former_chat) DO UPDATE SET chat_id = excluded.chat_id, at = excluded.at",
        [tx.bot.into(), from.0.into(), to.0.into(), now.0.into()],
    )
    .await?;
    Ok(())
}
