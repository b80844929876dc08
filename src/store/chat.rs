//! The chats that we introduced ourselves to, and what our messages in a chat show.

use sqlx::any::AnyRow;

use super::engine::sql::{self, numbers};
use super::engine::writer::Tx;
use super::noun::Noun;
use super::{Store, StoreError, outbox};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, MessageId};

/// Introductions, one a chat.
pub(super) const NOUN: Noun = Noun {
    table: "introductions",
    key: &["chat_id"],
    chats: &["chat_id"],
    others: &["bot_id", "at"],
    all: "SELECT chat_id, at FROM introductions",
    check: |row| numbers(row, &["chat_id", "at"]),
    forget_chat: &["DELETE FROM introductions WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Ok(&[
        "UPDATE introductions SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM introductions there WHERE there.bot_id = $1 AND there.chat_id = $3)",
        "DELETE FROM introductions WHERE bot_id = $1 AND chat_id = $2 AND $3 = $3",
    ]),
    ..Noun::NONE
};

impl Store {
    /// Whether we introduced ourselves to a chat.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_introduced(&self, chat: ChatId) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT at FROM introductions WHERE bot_id = $1 AND chat_id = $2");
        let found = self.read(&NOUN, "read about a chat", query.bind(self.bot()).bind(chat.0), |_| Ok(())).await?;
        Ok(!found.is_empty())
    }

    /// The sections that a message of ours shows since it was last changed; `None` for a message that shows none, or is
    /// not known (any more).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn shown(&self, chat: ChatId, message: MessageId) -> Result<Option<Vec<SectionRef>>, StoreError> {
        let query = sqlx::query(
            "SELECT sections FROM outbox
             WHERE bot_id = $1 AND chat_id = $2 AND message_id = $3 ORDER BY id DESC LIMIT 1",
        );
        let query = query.bind(self.bot()).bind(chat.0).bind(i64::from(message.0));
        let read = |row: &AnyRow| sql::parsed_optional(row, "sections", outbox::read_sections);
        Ok(self.read(&outbox::NOUN, "read what a message shows", query, read).await?.into_iter().flatten().next())
    }

    /// The first message of ours that answers a message; `None` for one that is not known (any more).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn answer_to(&self, chat: ChatId, question: MessageId) -> Result<Option<MessageId>, StoreError> {
        let query = sqlx::query(
            "SELECT message_id FROM outbox
             WHERE bot_id = $1 AND chat_id = $2 AND question_id = $3 AND message_id IS NOT NULL ORDER BY id LIMIT 1",
        );
        let query = query.bind(self.bot()).bind(chat.0).bind(i64::from(question.0));
        let found = self
            .read(&outbox::NOUN, "read which message answers", query, |row| outbox::message_id(row, "message_id"))
            .await?;
        Ok(found.into_iter().flatten().next())
    }
}

/// We said who we are.
pub(super) async fn introduced(tx: &mut Tx<'_>, chat: ChatId, now: Timestamp) -> Result<(), sqlx::Error> {
    let text =
        "INSERT INTO introductions (bot_id, chat_id, at) VALUES ($1, $2, $3) ON CONFLICT (bot_id, chat_id) DO NOTHING";
    sql::run(tx.conn, text, [tx.bot.into(), chat.0.into(), now.0.into()]).await?;
    Ok(())
}
