//! The inbox: what came in, kept from the moment it is stored until it has taken effect, once.

use std::collections::HashSet;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::change::{self, Change};
use super::delivery::{self, Occurrence, Planned};
use super::engine::error::Error;
use super::engine::sql::{self, Cell};
use super::engine::writer::{Job, Task, Tx, Work};
use super::noun::{Bound, Noun};
use super::outbox::{self, Row};
use super::prune::HISTORY_LASTS;
use super::question::{self, Asked};
use super::record::Record;
use super::refusal;
use super::{ARRIVALS_A_MILLISECOND, Store, StoreError, turn};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, MessageId, Offers, Outgoing, Place, Speaker};

/// How often an update may fail before it is set aside.
pub const MOST_FAILURES: u32 = 3;

/// The chat service's number of an update: unique for a bot, but not always rising.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpdateId(pub i64);

/// Updates: those that wait, those that were set aside, and the numbers of those that were handled.
pub(super) const NOUN: Noun = Noun {
    table: "inbox",
    key: &["update_id"],
    chats: &["chat_id"],
    others: &["bot_id", "update_id", "arrival", "state", "attempts", "reason", "raw"],
    all: "SELECT update_id, chat_id, raw, attempts FROM inbox WHERE state = 'waiting'",
    check: |row| read_update(row).map(drop),
    forget_chat: &["UPDATE inbox SET chat_id = 0 WHERE bot_id = $1 AND chat_id = $2 AND state = 'aside'"],
    migrate: Err("an update is handled as it came"),
    prune: &[(
        HISTORY_LASTS,
        "DELETE FROM inbox WHERE bot_id = $1 AND state = 'aside' AND arrival < $2 * 1000 AND $3 = $3",
    )],
    bounds: &[
        Bound { owner: "chat_id", most: 200, newest_first: "arrival DESC", of: "state = 'aside'", with: &[] },
        // Handled ones have lost their chat.
        Bound { owner: "bot_id", most: 2_000_000, newest_first: "arrival DESC", of: "state = 'handled'", with: &[] },
    ],
    ..Noun::NONE
};

/// An update as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpdate {
    /// Its number.
    pub id: UpdateId,
    /// The chat it belongs to; whoever has none belongs to the person's private chat.
    pub chat: ChatId,
    /// What is needed to handle it. Whatever is not meant for us has been removed before.
    pub raw: String,
}

/// An update that waits to be handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUpdate {
    /// Its number.
    pub id: UpdateId,
    /// The chat it belongs to.
    pub chat: ChatId,
    /// What is needed to handle it.
    pub raw: String,
    /// How often handling it has failed.
    pub attempts: u32,
}

/// An update that was given up, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its number.
    pub id: UpdateId,
    /// The chat it belonged to; 0 once its person asked to be forgotten.
    pub chat: ChatId,
    /// When it arrived.
    pub arrived: Timestamp,
    /// Why handling it failed for the last time.
    pub reason: String,
}

/// What an update leads to. All of it is stored in one transaction, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Reaction {
    /// What changes, in order.
    pub changes: Vec<Change>,
    /// The reply, already cut into messages that can be sent; all parts of one reply.
    pub outgoing: Vec<Outgoing>,
    /// Shown at once to the person who pressed a button; never stored.
    pub notice: Option<String>,
    /// What is offered at once to the person who types in another chat; never stored.
    pub offers: Option<Offers>,
    /// What a question came to; never stored.
    pub told: Option<Told>,
    /// What the reply is about, for questions that follow up.
    pub turn: Option<Turn>,
    /// The question that was asked, where something of it is to be kept.
    pub asked: Option<Asked>,
    /// Reminders to be sent now, at a person's wish.
    pub reminders: Vec<Reminder>,
}

/// What a question came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A document answers it.
    Answered,
    /// No document covers it.
    Refused,
}

/// A reply's place in the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Where it was asked.
    pub place: Place,
    /// Who asked.
    pub user: Speaker,
    /// The message that asked; `None` where a button did.
    pub question: Option<MessageId>,
    /// The sections that were shown, the answer first.
    pub sections: Vec<SectionRef>,
}

/// One occurrence and the messages that it consists of.
#[derive(Clone, Debug)]
pub struct Reminder {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// Its message, already cut into parts that can be sent.
    pub messages: Vec<Outgoing>,
    /// How many occurrences were planned before, as the person saw it: where it is another number by now, somebody
    /// else's press was first, and this one plans nothing.
    pub seen: u32,
}

/// What becomes of an update whose handling failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// It may be tried again; so many attempts have failed.
    TryAgain(u32),
    /// It was set aside: its chat goes on without it.
    SetAside,
}

impl Store {
    /// Stores updates; those that were never seen before come back, in order. They are safe once this returns, so that
    /// the chat service may be told that they arrived.
    ///
    /// Waits while too much is open: more than [`OPEN_LIMIT`](super::OPEN_LIMIT) updates and parts of replies. An
    /// instance that stands by may store updates too, for the one that works; none of them is open here.
    ///
    /// # Errors
    /// When they could not be stored; none of them is, then.
    pub async fn receive(&self, updates: Vec<NewUpdate>) -> Result<Vec<UpdateId>, StoreError> {
        if updates.is_empty() {
            return Ok(Vec::new());
        }
        let ours = !self.shared.post.stands_by();
        if ours {
            self.shared.open.room().await;
        }
        let arrival = self.shared.arrivals.next(self.now(), updates.len());
        let arrived = updates.len();
        let chats: Vec<(UpdateId, ChatId)> = updates.iter().map(|update| (update.id, update.chat)).collect();
        let new = self.write(Receive { updates, arrival, new: Vec::new() }).await?;
        self.tell(|observer| observer.received(new.len(), arrived - new.len()));
        if ours {
            // Both are in order, and hardly ever something is left out of the new ones.
            let mut new = new.iter().peekable();
            self.shared.open.updates_came(chats.into_iter().filter(|(id, _)| new.next_if_eq(&id).is_some()));
        }
        Ok(new)
    }

    /// The updates that wait, in order of arrival: for the start, when memory is empty.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn waiting_updates(&self) -> Result<Vec<StoredUpdate>, StoreError> {
        let query = sqlx::query(
            "SELECT update_id, chat_id, raw, attempts FROM inbox
             WHERE bot_id = $1 AND state = 'waiting' ORDER BY arrival",
        );
        let rows = self.read_rows(&NOUN, "read the waiting updates", query.bind(self.bot()), read_update).await?;
        if !rows.unreadable.is_empty() {
            // Otherwise they would be met again at each look.
            self.write(Record::UpdatesAside { rows: rows.unreadable }).await?;
        }
        Ok(rows.read)
    }

    /// Waits until fewer parts of replies to a chat are open than [`CHAT_LIMIT`](super::CHAT_LIMIT).
    pub async fn room_in(&self, chat: ChatId) {
        self.shared.open.room_in(chat).await;
    }

    /// The first updates of a chat that wait, in order of arrival.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn waiting_in(&self, chat: ChatId, most: usize) -> Result<Vec<StoredUpdate>, StoreError> {
        let query = sqlx::query(
            "SELECT update_id, chat_id, raw, attempts FROM inbox
             WHERE bot_id = $1 AND state = 'waiting' AND chat_id = $2 ORDER BY arrival LIMIT $3",
        );
        let query = query.bind(self.bot()).bind(chat.0).bind(i64::try_from(most).unwrap_or(i64::MAX));
        self.read(&NOUN, "read the waiting updates of a chat", query, read_update).await
    }

    /// The numbers of the updates that wait.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn waiting_ids(&self) -> Result<Vec<UpdateId>, StoreError> {
        let query = sqlx::query("SELECT update_id FROM inbox WHERE bot_id = $1 AND state = 'waiting'");
        let read = |row: &AnyRow| row.try_get("update_id").map(UpdateId);
        self.read(&NOUN, "look through the inbox", query.bind(self.bot()), read).await
    }

    /// Marks an update as handled and stores what it leads to, in one transaction that also removes its text. Gives
    /// back the rows to be sent, born *sending*; they are in the store only in case this process dies.
    ///
    /// An update that is not waiting (any more) has no effect, and no rows.
    ///
    /// # Errors
    /// When it could not be stored; nothing is, then.
    pub async fn handled(&self, update: UpdateId, reaction: Reaction) -> Result<Vec<Row>, StoreError> {
        let now = self.now();
        let Reaction { changes, outgoing, turn, asked, reminders, .. } = reaction;
        let rows = self.reply_rows(update, outgoing, turn.as_ref(), now);
        let reminders = reminders.into_iter().map(|r| (self.planned(r.occurrence, r.messages, now), r.seen)).collect();
        self.shared.panels.expect(&changes);
        self.shared.moved.expect(&changes);
        let concerned = refusal::concerned(&changes);
        let rows = self.write(Handled { update, changes, turn, asked, rows, reminders, now, effective: false }).await?;
        self.shared.open.update_became(update, &rows);
        self.refusals_after(concerned).await;
        Ok(rows)
    }

    /// Records that handling an update failed.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn attempt_failed(&self, update: UpdateId, reason: &str) -> Result<AfterFailure, StoreError> {
        self.failed(update, reason, MOST_FAILURES).await
    }

    /// Sets an update aside without another try.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn set_update_aside(&self, update: UpdateId, reason: &str) -> Result<(), StoreError> {
        self.failed(update, reason, 1).await.map(drop)
    }

    async fn failed(&self, update: UpdateId, reason: &str, most: u32) -> Result<AfterFailure, StoreError> {
        let reason = reason.to_owned();
        let after = self.write(AttemptFailed { update, reason, most, after: AfterFailure::SetAside }).await?;
        if after == AfterFailure::SetAside {
            self.shared.open.update_became(update, &[]);
        }
        Ok(after)
    }

    /// The updates that were given up, latest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn set_aside(&self) -> Result<Vec<SetAside>, StoreError> {
        let query = sqlx::query(
            "SELECT update_id, chat_id, arrival, reason FROM inbox
             WHERE bot_id = $1 AND state = 'aside' ORDER BY arrival DESC",
        );
        self.read(&NOUN, "list what was set aside", query.bind(self.bot()), read_set_aside).await
    }
}

fn read_update(row: &AnyRow) -> Result<StoredUpdate, sqlx::Error> {
    Ok(StoredUpdate {
        id: UpdateId(row.try_get("update_id")?),
        chat: ChatId(row.try_get("chat_id")?),
        raw: row.try_get("raw")?,
        attempts: sql::number(row, "attempts")?,
    })
}

fn read_set_aside(row: &AnyRow) -> Result<SetAside, sqlx::Error> {
    Ok(SetAside {
        id: UpdateId(row.try_get("update_id")?),
        chat: ChatId(row.try_get("chat_id")?),
        arrived: Timestamp(row.try_get::<i64, _>("arrival")? / ARRIVALS_A_MILLISECOND),
        reason: row.try_get::<Option<String>, _>("reason")?.unwrap_or_default(),
    })
}

/// Stores a batch of updates.
pub(super) struct Receive {
    updates: Vec<NewUpdate>,
    /// The order number of the first; the others follow.
    arrival: i64,
    new: Vec<UpdateId>,
}

impl Task for Receive {
    type Output = Vec<UpdateId>;
    const DOING: &'static str = "store updates";
    fn into_work(job: Job<Self>) -> Work {
        Work::Receive(job)
    }
    fn output(self) -> Self::Output {
        self.new
    }
}

/// Stores the batches of a group.
pub(super) async fn receive_all(tx: &mut Tx<'_>, jobs: Vec<&mut Receive>) -> Result<(), sqlx::Error> {
    let bot = tx.bot;
    let rows = jobs.iter().flat_map(|job| {
        job.updates.iter().zip(job.arrival..).map(move |(update, arrival)| -> [Cell<'_>; 5] {
            [bot.into(), update.id.0.into(), update.chat.0.into(), arrival.into(), update.raw.as_str().into()]
        })
    });
    let rows: Vec<_> = rows.collect();
    let came = rows.len() as u64;
    let stored = sql::run_rows(
        tx.conn,
        "INSERT INTO inbox (bot_id, update_id, chat_id, arrival, raw) VALUES",
        "ON CONFLICT (bot_id, update_id) DO NOTHING",
        rows,
    )
    .await?;
    for job in jobs {
        job.new = job.updates.iter().map(|update| update.id).collect();
        // Hardly ever: then it is asked which of them were there before.
        if stored < came {
            let mut stored = job.stored(tx).await?;
            job.new.retain(|id| stored.remove(id));
        }
    }
    Ok(())
}

impl Receive {
    /// The updates that are there with the order numbers of this batch, which no other batch of this instance has.
    async fn stored(&self, tx: &mut Tx<'_>) -> Result<HashSet<UpdateId>, sqlx::Error> {
        let stored = sqlx::query(
            "SELECT update_id FROM inbox WHERE bot_id = $1 AND state = 'waiting' AND arrival >= $2 AND arrival < $3",
        );
        let end = self.arrival + i64::try_from(self.updates.len()).unwrap_or(i64::MAX);
        let stored = stored.bind(tx.bot).bind(self.arrival).bind(end).fetch_all(&mut *tx.conn).await?;
        stored.iter().map(|row| row.try_get("update_id").map(UpdateId)).collect()
    }
}

/// Marks an update as handled, with all that it leads to.
pub(super) struct Handled {
    update: UpdateId,
    changes: Vec<Change>,
    turn: Option<Turn>,
    asked: Option<Asked>,
    rows: Vec<Row>,
    reminders: Vec<(Planned, u32)>,
    now: Timestamp,
    /// Whether the update was still waiting.
    effective: bool,
}

impl Task for Handled {
    type Output = Vec<Row>;
    const DOING: &'static str = "store what an update leads to";
    fn into_work(job: Job<Self>) -> Work {
        Work::Handled(job)
    }
    fn output(self) -> Self::Output {
        if !self.effective {
            return Vec::new();
        }
        let reminders = self.reminders.into_iter().filter(|(r, _)| r.effective).flat_map(|(r, _)| r.rows);
        self.rows.into_iter().chain(reminders).collect()
    }
}

impl Handled {
    /// Whether it comes with changes.
    pub(super) fn changes_something(&self) -> bool {
        self.effective && !self.changes.is_empty()
    }
}

/// Marks the updates of a group as handled and stores what they lead to.
pub(super) async fn handle_all(tx: &mut Tx<'_>, mut jobs: Vec<&mut Handled>) -> Result<(), Error> {
    let bot = tx.bot;
    let waited = sql::run_rows(
        tx.conn,
        "UPDATE inbox SET state = 'handled', raw = NULL, reason = NULL, chat_id = 0
         WHERE state = 'waiting' AND (bot_id, update_id) IN (VALUES",
        ")",
        jobs.iter().map(|job| [bot.into(), job.update.0.into()]).collect(),
    )
    .await?;
    if 0 < waited && waited < jobs.len() as u64 {
        // Which of them did not wait shows when they are written one by one: the writer does where a group fails.
        return Err(Error::Outrun);
    }
    for job in &mut jobs {
        job.effective = waited > 0;
    }
    jobs.retain(|job| job.effective);
    for job in &mut jobs {
        for change in &job.changes {
            change::apply(tx, change, job.now).await?;
        }
        for (planned, seen) in &mut job.reminders {
            delivery::plan_now(tx, planned, *seen).await?;
        }
    }
    turn::remember(tx, jobs.iter().filter_map(|job| job.turn.as_ref().map(|turn| (turn, job.now)))).await?;
    question::keep(tx, jobs.iter().filter_map(|job| job.asked.as_ref().map(|asked| (asked, job.now)))).await?;
    Ok(outbox::insert(tx, jobs.iter().flat_map(|job| &job.rows)).await?)
}

/// Counts a failure, and sets the update aside at the last one.
pub(super) struct AttemptFailed {
    update: UpdateId,
    reason: String,
    /// How many failures are enough.
    most: u32,
    after: AfterFailure,
}

impl Task for AttemptFailed {
    type Output = AfterFailure;
    const DOING: &'static str = "record that handling an update failed";
    fn into_work(job: Job<Self>) -> Work {
        Work::AttemptFailed(job)
    }
    fn output(self) -> Self::Output {
        self.after
    }
}

impl AttemptFailed {
    pub(super) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        let counted = sqlx::query(
            "UPDATE inbox SET attempts = attempts + 1, reason = $1
             WHERE bot_id = $2 AND update_id = $3 AND state = 'waiting' RETURNING attempts",
        )
        .bind(self.reason.as_str())
        .bind(tx.bot)
        .bind(self.update.0)
        .fetch_optional(&mut *tx.conn)
        .await?;
        let attempts = counted.map_or(Ok(MOST_FAILURES), |row| sql::number(&row, "attempts"))?;
        self.after = AfterFailure::TryAgain(attempts);
        if attempts >= self.most {
            self.after = AfterFailure::SetAside;
            sql::run(
                tx.conn,
                "UPDATE inbox SET state = 'aside', raw = NULL
                 WHERE bot_id = $1 AND update_id = $2 AND state = 'waiting'",
                [tx.bot.into(), self.update.0.into()],
            )
            .await?;
        }
        Ok(())
    }
}
