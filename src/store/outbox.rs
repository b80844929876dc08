//! The outbox: every message on its way out, replies and reminders alike, a row for each part.
//!
//! A row is *planned*, then *sending* (its attempt was written before the request), then *sent*, *failed* or *skipped*.
//! The sender works on the rows that it was handed in memory; the store is read only at the start.

use std::collections::HashSet;
use std::time::Duration;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::engine::id::{DeliveryId, IdMaker, RowId, SubscriptionId};
use super::engine::sql::{self, Cell};
use super::engine::writer::Tx;
use super::inbox::{Turn, UpdateId};
use super::noun::{Bound, Noun};
use super::record::Record;
use super::rows::Rows;
use super::tidy::Tidy;
use super::{Store, StoreError};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, MessageId, Outgoing};

/// What a row is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The reply to an update.
    Update(UpdateId),
    /// An occurrence of a subscription.
    Occurrence {
        /// The occurrence's own id.
        delivery: DeliveryId,
        /// Whose it is.
        subscription: SubscriptionId,
        /// When it was due.
        due: Timestamp,
    },
    /// Nothing that somebody asked for or subscribed to: the row itself.
    Notice(RowId),
}

/// Whether a person waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Somebody asked and waits.
    Reply,
    /// Nobody waits at this second.
    Reminder,
}

/// How far an open row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// Not yet attempted, or known not to have gone out.
    Planned,
    /// An attempt was written. Read at the start, it means that the attempt may have had its effect.
    Sending,
}

/// One part of one message that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id; rows made later have greater ones.
    pub id: RowId,
    /// What it is part of.
    pub source: Source,
    /// Which part it is, from 0.
    pub part: u32,
    /// How many parts there are.
    pub parts: u32,
    /// The message. Its place follows a group that gets another number.
    pub outgoing: Outgoing,
    /// How far it has come.
    pub progress: Progress,
    /// How many attempts were begun.
    pub attempts: u32,
    /// After how many of them it is unknown whether the message went out.
    pub ambiguous: u32,
    /// Not to be attempted before this instant.
    pub not_before: Timestamp,
    /// The message that it answers.
    pub question: Option<MessageId>,
    /// The sections that it shows, the first first.
    pub sections: Vec<SectionRef>,
}

/// A message that went out, or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Where to.
    pub chat: ChatId,
    /// Whether a person waited for it.
    pub class: Class,
    /// When that was recorded.
    pub at: Timestamp,
}

/// How long a message may be on its way from when it was made.
const LONGEST_WAY: Duration = Duration::from_secs(36 * 3_600);

macro_rules! select_open {
    ($which:literal) => {
        concat!(
            "SELECT o.id, o.chat_id, o.update_id, o.delivery_id, o.part, o.parts, o.payload, o.state, o.attempts,
                    o.ambiguous, o.not_before, o.question_id, o.sections, d.subscription_id, d.due
             FROM outbox o LEFT JOIN deliveries d ON d.id = o.delivery_id WHERE o.settled_at IS NULL ",
            $which
        )
    };
}

/// What is still to be sent.
const ALL_OPEN: &str = select_open!("");

/// Messages on their way out, and for a while what became of them. What a chat was answered a thousand messages ago is
/// followed up by nobody.
pub(super) const NOUN: Noun = Noun {
    table: "outbox",
    key: &["id"],
    chats: &["chat_id"],
    others: &[
        "id",
        "bot_id",
        "update_id",
        "delivery_id",
        "part",
        "parts",
        "payload",
        "state",
        "attempts",
        "ambiguous",
        "not_before",
        "reason",
        "question_id",
        "sections",
        "message_id",
        "created_at",
        "settled_at",
        "fence",
    ],
    all: ALL_OPEN,
    check: |row| read_row(row).map(drop),
    // What is still to be said in a group to a question of theirs: their questions are known for this long.
    forget: &["DELETE FROM outbox WHERE bot_id = $1 AND settled_at IS NULL AND delivery_id IS NULL AND EXISTS (
             SELECT 1 FROM questions q WHERE q.bot_id = $1 AND q.chat_id = outbox.chat_id
               AND q.message_id = outbox.question_id AND q.user_id = $2)"],
    forget_chat: &[
        "DELETE FROM outbox WHERE bot_id = $1 AND chat_id = $2",
        "DELETE FROM outbox WHERE bot_id = $1 AND delivery_id IN (
             SELECT d.id FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id
             WHERE s.bot_id = $1 AND s.chat_id = $2)",
    ],
    // What was sent stays where it was sent.
    migrate: Ok(&["UPDATE outbox SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND settled_at IS NULL"]),
    bounds: &[Bound {
        owner: "chat_id",
        most: 1_000,
        newest_first: "id DESC",
        of: "settled_at IS NOT NULL",
        with: &[],
    }],
    ..Noun::NONE
};

impl Row {
    /// Whether a person waits for it.
    pub fn class(&self) -> Class {
        match self.source {
            Source::Update(_) => Class::Reply,
            Source::Occurrence { .. } | Source::Notice(_) => Class::Reminder,
        }
    }
}

impl Store {
    /// Every row that is neither sent nor given up, oldest first: for the start, when memory is empty. One in
    /// [`Progress::Sending`] may have gone out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_rows(&self) -> Result<Vec<Row>, StoreError> {
        const TEXT: &str = select_open!("AND o.bot_id = $1 ORDER BY o.id");
        let query = sqlx::query(TEXT);
        let rows = self.read_rows(&NOUN, "read what is still to be sent", query.bind(self.bot()), read_row).await?;
        self.tidied(rows).await
    }

    /// Sets aside what cannot be read; gives back the rest, without the other parts of a reminder of which a part was set
    /// aside.
    async fn tidied(&self, rows: Rows<Row>) -> Result<Vec<Row>, StoreError> {
        let Rows { read, unreadable } = rows;
        let stranded = self.stranded().await?;
        if unreadable.is_empty() && stranded.is_empty() {
            return Ok(read);
        }
        let hit = !unreadable.is_empty();
        self.write(Record::Tidy(Tidy { rows: unreadable, stranded, now: self.now() })).await?;
        if !hit {
            return Ok(read);
        }
        let open = sqlx::query("SELECT id FROM outbox WHERE bot_id = $1 AND settled_at IS NULL").bind(self.bot());
        let id = |row: &AnyRow| sql::parsed(row, "id", RowId::parse);
        let open: HashSet<RowId> = self.read(&NOUN, "read what is still open", open, id).await?.into_iter().collect();
        Ok(read.into_iter().filter(|row| open.contains(&row.id)).collect())
    }

    /// What went out since an instant, or may have: for the start, when memory is empty.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn gone_since(&self, since: Timestamp) -> Result<Vec<Gone>, StoreError> {
        // Ids rise with time: what is older than this is not looked at.
        let oldest = RowId(IdMaker::default().next(since.before(LONGEST_WAY)));
        let query = sqlx::query(
            "SELECT id, chat_id, update_id, settled_at FROM outbox
             WHERE bot_id = $1 AND id > $2 AND settled_at > $3 AND (state = 'sent' OR ambiguous > 0)
             ORDER BY settled_at",
        );
        let query = query.bind(self.bot()).bind(oldest.to_string()).bind(since.0);
        self.read(&NOUN, "read what was sent lately", query, read_gone).await
    }

    pub(super) fn reply_rows(
        &self,
        update: UpdateId,
        outgoing: Vec<Outgoing>,
        turn: Option<&Turn>,
        now: Timestamp,
    ) -> Vec<Row> {
        let question = turn.and_then(|turn| turn.question);
        let sections = turn.map(|turn| turn.sections.clone()).unwrap_or_default();
        let born = Birth { source: Source::Update(update), progress: Progress::Sending, question, sections };
        self.rows(&born, outgoing, now)
    }

    pub(super) fn rows(&self, born: &Birth, messages: Vec<Outgoing>, now: Timestamp) -> Vec<Row> {
        let parts = u32::try_from(messages.len()).unwrap_or(u32::MAX);
        let row = |(part, outgoing)| Row {
            id: RowId(self.shared.ids.next(now)),
            source: born.source,
            part,
            parts,
            outgoing,
            progress: born.progress,
            attempts: u32::from(born.progress == Progress::Sending),
            ambiguous: 0,
            not_before: now,
            question: born.question,
            sections: born.sections.clone(),
        };
        (0..).zip(messages).map(row).collect()
    }
}

/// What the parts of a message have in common.
pub(super) struct Birth {
    pub(super) source: Source,
    pub(super) progress: Progress,
    pub(super) question: Option<MessageId>,
    pub(super) sections: Vec<SectionRef>,
}

impl Row {
    pub(super) fn delivery(&self) -> Option<DeliveryId> {
        match self.source {
            Source::Update(_) | Source::Notice(_) => None,
            Source::Occurrence { delivery, .. } => Some(delivery),
        }
    }

    fn cells(&self, bot: i64, fence: i64) -> Result<[Cell<'_>; 15], sqlx::Error> {
        let update = match self.source {
            Source::Update(id) => Some(id.0),
            Source::Occurrence { .. } | Source::Notice(_) => None,
        };
        let payload = self.outgoing.to_stored().map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
        Ok([
            self.id.to_string().into(),
            bot.into(),
            self.outgoing.place.chat.0.into(),
            update.into(),
            self.delivery().map(|id| id.to_string()).into(),
            i64::from(self.part).into(),
            i64::from(self.parts).into(),
            payload.into(),
            if self.progress == Progress::Sending { "sending" } else { "planned" }.into(),
            i64::from(self.attempts).into(),
            self.question.map(|id| i64::from(id.0)).into(),
            write_sections(&self.sections).into(),
            self.not_before.0.into(),
            // A new row may go out at once: it was made when it may go out.
            self.not_before.0.into(),
            fence.into(),
        ])
    }
}

/// Stores new rows.
pub(super) async fn insert<'r>(tx: &mut Tx<'_>, rows: impl Iterator<Item = &'r Row>) -> Result<(), sqlx::Error> {
    let (bot, fence) = (tx.bot, tx.fence);
    let cells = rows.map(|row| row.cells(bot, fence)).collect::<Result<Vec<_>, _>>()?;
    sql::run_rows(
        tx.conn,
        "INSERT INTO outbox (id, bot_id, chat_id, update_id, delivery_id, part, parts, payload, state, attempts,
                             question_id, sections, not_before, created_at, fence) VALUES",
        "",
        cells,
    )
    .await?;
    Ok(())
}

fn read_row(row: &AnyRow) -> Result<Row, sqlx::Error> {
    let payload: String = row.try_get("payload")?;
    let mut outgoing = Outgoing::from_stored(&payload).map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
    outgoing.place.chat = ChatId(row.try_get("chat_id")?);
    let update = row.try_get::<Option<i64>, _>("update_id")?.map(UpdateId);
    let id = sql::parsed(row, "id", RowId::parse)?;
    let source = match sql::parsed_optional(row, "delivery_id", DeliveryId::parse)? {
        None => update.map_or(Source::Notice(id), Source::Update),
        Some(delivery) => Source::Occurrence {
            delivery,
            subscription: sql::parsed(row, "subscription_id", SubscriptionId::parse)?,
            due: Timestamp(row.try_get("due")?),
        },
    };
    Ok(Row {
        id,
        source,
        part: sql::number(row, "part")?,
        parts: sql::number(row, "parts")?,
        outgoing,
        progress: sql::parsed(row, "state", |state| match state {
            "planned" => Some(Progress::Planned),
            "sending" => Some(Progress::Sending),
            _ => None,
        })?,
        attempts: sql::number(row, "attempts")?,
        ambiguous: sql::number(row, "ambiguous")?,
        not_before: Timestamp(row.try_get("not_before")?),
        question: message_id(row, "question_id")?,
        sections: sql::parsed_optional(row, "sections", read_sections)?.unwrap_or_default(),
    })
}

fn read_gone(row: &AnyRow) -> Result<Gone, sqlx::Error> {
    let reply = row.try_get::<Option<i64>, _>("update_id")?.is_some();
    Ok(Gone {
        chat: ChatId(row.try_get("chat_id")?),
        class: if reply { Class::Reply } else { Class::Reminder },
        at: Timestamp(row.try_get("settled_at")?),
    })
}

/// A message's number, where there is one.
pub(super) fn message_id(row: &AnyRow, column: &'static str) -> Result<Option<MessageId>, sqlx::Error> {
    let Some(_) = row.try_get::<Option<i64>, _>(column)? else { return Ok(None) };
    sql::number(row, column).map(|id| Some(MessageId(id)))
}

/// Sections as one text, `document/section` with spaces between; nothing for none.
pub(super) fn write_sections(sections: &[SectionRef]) -> Option<String> {
    let list = sections.iter().map(SectionRef::to_string).collect::<Vec<_>>().join(" ");
    (!list.is_empty()).then_some(list)
}

/// Reads what [`write_sections`] wrote.
pub(super) fn read_sections(text: &str) -> Option<Vec<SectionRef>> {
    text.split(' ').map(|at| SectionRef::parse(at).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_survive_the_round_trip() {
        let sections: Vec<_> = ["a/b", "reflection/problem-1"].map(|at| SectionRef::parse(at).unwrap()).into();
        assert_eq!(read_sections(&write_sections(&sections).unwrap()), Some(sections));
        assert_eq!(write_sections(&[]), None);
        assert_eq!(read_sections("a/b ../etc"), None);
    }
}
