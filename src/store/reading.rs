//! How far a person has read in a chat.

use super::engine::sql;
use super::engine::writer::Tx;
use super::noun::{Bound, Noun};
use super::{Store, StoreError};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, UserId};

/// Places of reading. A person may have some in many groups: the latest stay.
pub(super) const NOUN: Noun = Noun {
    table: "readings",
    key: &["chat_id", "user_id"],
    people: &["user_id"],
    chats: &["chat_id"],
    others: &["bot_id", "section", "at"],
    all: "SELECT chat_id, user_id, section FROM readings",
    check: |row| sql::parsed(row, "section", |at| SectionRef::parse(at).ok()).map(drop),
    forget: &["DELETE FROM readings WHERE bot_id = $1 AND user_id = $2"],
    forget_chat: &["DELETE FROM readings WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Ok(&[
        "UPDATE readings SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM readings there
             WHERE there.bot_id = $1 AND there.chat_id = $3 AND there.user_id = readings.user_id)",
        "DELETE FROM readings WHERE bot_id = $1 AND chat_id = $2 AND $3 = $3",
    ]),
    bounds: &[Bound::by_at("user_id", 100)],
    ..Noun::NONE
};

impl Store {
    /// Where a person reads in a chat.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn reading(&self, chat: ChatId, user: UserId) -> Result<Option<SectionRef>, StoreError> {
        let query = sqlx::query("SELECT section FROM readings WHERE bot_id = $1 AND chat_id = $2 AND user_id = $3");
        let query = query.bind(self.bot()).bind(chat.0).bind(user.0);
        let found = self.read(&NOUN, "read where somebody reads", query, |row| {
            sql::parsed(row, "section", |at| SectionRef::parse(at).ok())
        });
        Ok(found.await?.pop())
    }
}

/// A person reads at a section.
pub(super) async fn read_at(
    tx: &mut Tx<'_>,
    chat: ChatId,
    user: UserId,
    at: &SectionRef,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "INSERT INTO readings (bot_id, chat_id, user_id, section, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (bot_id, chat_id, user_id) DO UPDATE SET section = excluded.section, at = excluded.at",
        [tx.bot.into(), chat.0.into(), user.0.into(), at.to_string().into(), now.0.into()],
    )
    .await?;
    Ok(())
}
