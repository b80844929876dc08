//! What groups and their topics are called.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::engine::sql;
use super::engine::writer::Tx;
use super::noun::{Bound, Noun};
use super::{Store, StoreError};
use crate::message::{ChatId, TopicId};

/// Names; topic 0 is the group itself. The numbers of topics rise: the latest stay, and the group's own.
pub(super) const NOUN: Noun = Noun {
    table: "names",
    key: &["chat_id", "topic"],
    chats: &["chat_id"],
    others: &["bot_id", "topic", "name"],
    all: "SELECT chat_id, topic, name FROM names",
    check: |row| read_name(row).map(drop),
    forget_chat: &["DELETE FROM names WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Ok(&["UPDATE names SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM names there
             WHERE there.bot_id = $1 AND there.chat_id = $3 AND there.topic = names.topic)"]),
    bounds: &[Bound { owner: "chat_id", most: 200, newest_first: "topic DESC", of: "topic <> 0", with: &[] }],
    ..Noun::NONE
};

impl Store {
    /// The names of a group (under [`TopicId::MAIN`]) and of its topics, as far as they are known, by their numbers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn names(&self, chat: ChatId) -> Result<Vec<(TopicId, String)>, StoreError> {
        let query = sqlx::query("SELECT topic, name FROM names WHERE bot_id = $1 AND chat_id = $2 ORDER BY topic");
        self.read(&NOUN, "read what a group is called", query.bind(self.bot()).bind(chat.0), read_name).await
    }
}

fn read_name(row: &AnyRow) -> Result<(TopicId, String), sqlx::Error> {
    Ok((TopicId(sql::number(row, "topic")?), row.try_get("name")?))
}

/// A group or a topic of it has this name.
pub(super) async fn name(tx: &mut Tx<'_>, chat: ChatId, topic: TopicId, name: &str) -> Result<(), sqlx::Error> {
    let text = "INSERT INTO names (bot_id, chat_id, topic, name) VALUES ($1, $2, $3, $4)
                ON CONFLICT (bot_id, chat_id, topic) DO UPDATE SET name = excluded.name";
    sql::run(tx.conn, text, [tx.bot.into(), chat.0.into(), i64::from(topic.0).into(), name.into()]).await?;
    Ok(())
}
