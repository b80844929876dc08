//! What a person was last shown in a topic: what a question that follows up is about.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::any::AnyRow;

use super::engine::sql::{self, Cell};
use super::engine::writer::Tx;
use super::inbox::Turn;
use super::noun::{Bound, Noun};
use super::{Store, StoreError, outbox};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, Speaker, TopicId};

/// How long a question can refer back to what a person was shown.
pub const TURN_LASTS: Duration = Duration::from_secs(600);

/// Turns, a row for each person in each topic.
pub(super) const NOUN: Noun = Noun {
    table: "turns",
    key: &["chat_id", "topic", "user_id"],
    people: &["user_id"],
    chats: &["chat_id"],
    others: &["bot_id", "topic", "sections", "at"],
    all: "SELECT chat_id, topic, user_id, sections FROM turns",
    check: |row| read_sections(row).map(drop),
    forget: &["DELETE FROM turns WHERE bot_id = $1 AND user_id = $2"],
    forget_chat: &["DELETE FROM turns WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Ok(&[
        "UPDATE turns SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM turns there WHERE there.bot_id = $1 AND there.chat_id = $3
               AND there.topic = turns.topic AND there.user_id = turns.user_id)",
        "DELETE FROM turns WHERE bot_id = $1 AND chat_id = $2 AND $3 = $3",
    ]),
    prune: &[(TURN_LASTS, "DELETE FROM turns WHERE bot_id = $1 AND at < $2 AND $3 = $3")],
    bounds: &[Bound::by_at("user_id", 100)],
};

impl Store {
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
        Ok(self.read(&NOUN, "read what a question follows up", query, read_sections).await?.pop())
    }
}

fn read_sections(row: &AnyRow) -> Result<Vec<SectionRef>, sqlx::Error> {
    sql::parsed(row, "sections", outbox::read_sections)
}

/// Remembers what people were shown; of several turns of one person in one topic the last stays.
pub(super) async fn remember<'t>(
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
