//! What is known of chats and people: introductions, places of reading, what a question can follow up.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::any::AnyRow;

use super::engine::sql::{self, Cell};
use super::engine::writer::Tx;
use super::inbox::Turn;
use super::{Store, StoreError, outbox};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, MessageId, Speaker, TopicId, UserId};

/// How long a question can refer back to what a person was shown.
pub const TURN_LASTS: Duration = Duration::from_secs(600);

impl Store {
    /// Whether we introduced ourselves to a chat.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_introduced(&self, chat: ChatId) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT at FROM introductions WHERE bot_id = $1 AND chat_id = $2");
        let found = self.read("read about a chat", query.bind(self.bot()).bind(chat.0), |_| Ok(())).await?;
        Ok(!found.is_empty())
    }

    /// Where a person reads in a chat.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn reading(&self, chat: ChatId, user: UserId) -> Result<Option<SectionRef>, StoreError> {
        let query = sqlx::query("SELECT section FROM readings WHERE bot_id = $1 AND chat_id = $2 AND user_id = $3");
        let query = query.bind(self.bot()).bind(chat.0).bind(user.0);
        let found = self.read("read where somebody reads", query, |row| {
            sql::parsed(row, "section", |at| SectionRef::parse(at).ok())
        });
        Ok(found.await?.pop())
    }

    /// The sections that somebody was last shown in a topic, unless that was longer ago than [`TURN_LASTS`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn turn(
        &self,
        chat: ChatId,
        topic: TopicId,
        user: Speaker,
    ) -> Result<Option<Vec<SectionRef>>, StoreError> {
        let query = sqlx::query(
            "SELECT sections FROM turns
             WHERE bot_id = $1 AND chat_id = $2 AND topic = $3 AND user_id = $4 AND at >= $5",
        );
        let query = query.bind(self.bot()).bind(chat.0).bind(i64::from(topic.0)).bind(user.number());
        let query = query.bind(self.now().before(TURN_LASTS).0);
        Ok(self.read("read what a question follows up", query, read_sections).await?.pop())
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
        Ok(self.read("read what a message shows", query, read).await?.into_iter().flatten().next())
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
        let found = self.read("read which message answers", query, |row| outbox::message_id(row, "message_id")).await?;
        Ok(found.into_iter().flatten().next())
    }
}

fn read_sections(row: &AnyRow) -> Result<Vec<SectionRef>, sqlx::Error> {
    sql::parsed(row, "sections", outbox::read_sections)
}

/// Remembers what people were shown; of several turns of one person in one topic the last stays.
pub(super) async fn remember_turns<'t>(
    tx: &mut Tx<'_>,
    turns: impl Iterator<Item = (&'t Turn, Timestamp)>,
) -> Result<(), sqlx::Error> {
    let mut latest = BTreeMap::new();
    for (turn, now) in turns {
        if let Some(sections) = outbox::write_sections(&turn.sections) {
            latest.insert((turn.place.chat, turn.place.topic, turn.user), (sections, now));
        }
    }
    let bot = tx.bot;
    let rows = latest.into_iter().map(|((chat, topic, user), (sections, now))| -> [Cell<'_>; 6] {
        [bot.into(), chat.0.into(), i64::from(topic.0).into(), user.number().into(), sections.into(), now.0.into()]
    });
    sql::run_rows(
        tx.conn,
        "INSERT INTO turns (bot_id, chat_id, topic, user_id, sections, at) VALUES",
        "ON CONFLICT (bot_id, chat_id, topic, user_id) DO UPDATE SET sections = excluded.sections, at = excluded.at",
        rows.collect(),
    )
    .await?;
    Ok(())
}
