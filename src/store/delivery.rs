//! The occurrences of subscriptions: planned or skipped once, and what became of them.
//!
//! An occurrence's row is unique by (subscription, due), and it is only made while the subscription is still due at that
//! very instant: a schedule that was changed meanwhile gives the old occurrence or the new, not both.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::engine::id::{DeliveryId, SubscriptionId};
use super::engine::sql::{self, Cell};
use super::engine::writer::{Job, Task, Tx, Work};
use super::noun::{Bound, Noun};
use super::outbox::{self, Birth, Progress, Row, Source};
use super::prune::HISTORY_LASTS;
use super::{Store, StoreError, words};
use crate::clock::Timestamp;
use crate::content::model::{SectionId, SectionRef};
use crate::message::{ChatId, Outgoing};

/// Keeps what the rows of a delivery's message say about attempts, because the rows go after a while.
macro_rules! count_attempts {
    () => {
        "attempts = (SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT) FROM outbox WHERE delivery_id = deliveries.id),
         ambiguous = (SELECT CAST(COALESCE(SUM(ambiguous), 0) AS BIGINT) FROM outbox WHERE delivery_id = deliveries.id)"
    };
}
pub(super) use count_attempts;

/// Occurrences. A schedule of one chat has at most 24 a day: the bound is what a year of them comes to.
pub(super) const NOUN: Noun = Noun {
    table: "deliveries",
    key: &["id"],
    others: &[
        "id",
        "bot_id",
        "subscription_id",
        "due",
        "section",
        "state",
        "reason",
        "planned_at",
        "settled_at",
        "attempts",
        "ambiguous",
        "note",
        "wanted_at",
        "repeats",
        "last_due",
        "nth",
        "more",
    ],
    all: "SELECT id, subscription_id, due, section, more, state, reason, repeats, last_due FROM deliveries",
    check: |row| read_delivery(row).map(drop),
    forget_chat: &["DELETE FROM deliveries WHERE bot_id = $1 AND subscription_id IN (
             SELECT id FROM subscriptions WHERE bot_id = $1 AND chat_id = $2)"],
    prune: &[(
        HISTORY_LASTS,
        "DELETE FROM deliveries WHERE id IN (
             SELECT id FROM deliveries WHERE bot_id = $1 AND planned_at < $2 AND settled_at IS NOT NULL LIMIT $3)",
    )],
    bounds: &[Bound {
        owner: "subscription_id",
        most: 9_600,
        newest_first: "due DESC",
        of: "settled_at IS NOT NULL",
        with: &[],
    }],
    ..Noun::NONE
};

/// One occurrence of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Whose.
    pub subscription: SubscriptionId,
    /// When it is due: with the subscription, what makes it unique.
    pub due: Timestamp,
    /// What it shows, all of one document; nothing for one that is skipped before sections are chosen.
    pub sections: Vec<SectionRef>,
}

/// What became of an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The occurrence.
    pub occurrence: Occurrence,
    /// How far it has come.
    pub state: DeliveryState,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// How many occurrences it stands for: skips for the same reason in a row are one delivery.
    pub repeats: u32,
    /// When the last of several was due.
    pub last_due: Option<Timestamp>,
}

/// What is open of a subscription.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenOf {
    /// How many occurrences.
    pub count: usize,
    /// When the last of their messages may be tried: in the future for one that failed and is tried again.
    pub not_before: Option<Timestamp>,
    /// The last that the latest of them shows.
    pub section: Option<SectionRef>,
    /// Whether an attempt at one of them has failed, and it is to be tried again.
    pub failed: bool,
}

/// How far an occurrence has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Some part of it is still to be sent.
    Planned,
    /// All of it is in the chat.
    Sent,
    /// A part was given up.
    Failed,
    /// It was not sent, on purpose.
    Skipped,
}

impl Store {
    /// Plans an occurrence that is due: its delivery, the rows of its message, and the subscription's next due instant,
    /// in one transaction. `None`: it was planned before, or is not due any more (the schedule was changed, or the chat
    /// unsubscribed).
    ///
    /// # Errors
    /// When it could not be stored; nothing is, then.
    pub async fn plan(
        &self,
        occurrence: Occurrence,
        next_due: Option<Timestamp>,
        messages: Vec<Outgoing>,
    ) -> Result<Option<Vec<Row>>, StoreError> {
        let planned = self.planned(occurrence, messages, self.now());
        self.write(Plan { planned, next_due, skipped: None }).await
    }

    /// Records that an occurrence is not sent, and why, with the subscription's next due instant. `false`: it was
    /// planned or skipped before, or is not due any more.
    ///
    /// # Errors
    /// When it could not be stored; nothing is, then.
    pub async fn skip(
        &self,
        occurrence: Occurrence,
        next_due: Option<Timestamp>,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let planned = self.planned(occurrence, Vec::new(), self.now());
        Ok(self.write(Plan { planned, next_due, skipped: Some(reason.to_owned()) }).await?.is_some())
    }

    /// What became of the latest occurrences, latest planned first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deliveries(&self, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let query = sqlx::query(
            "SELECT id, subscription_id, due, section, more, state, reason, repeats, last_due FROM deliveries
             WHERE bot_id = $1 ORDER BY planned_at DESC, id DESC LIMIT $2",
        );
        self.read(&NOUN, "list deliveries", query.bind(self.bot()).bind(i64::from(limit)), read_delivery).await
    }

    /// The sections that a subscription's reminders showed, the latest first, of so many reminders.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sent_sections(&self, subscription: SubscriptionId, limit: u32) -> Result<Vec<SectionRef>, StoreError> {
        let query = sqlx::query(
            "SELECT section, more FROM deliveries
             WHERE subscription_id = $1 AND bot_id = $2 AND state = 'sent' AND section IS NOT NULL
             ORDER BY nth DESC, due DESC LIMIT $3",
        );
        let query = query.bind(subscription.to_string()).bind(self.bot()).bind(i64::from(limit));
        let sent = self.read(&NOUN, "look up what was sent before", query, read_sections).await?;
        Ok(sent.into_iter().flat_map(|sections| sections.into_iter().rev()).collect())
    }

    /// What is open of a subscription: planned, but neither sent nor given up.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_of(&self, subscription: SubscriptionId) -> Result<OpenOf, StoreError> {
        let query = sqlx::query(
            "SELECT d.id, d.section, d.more,
                    (SELECT MAX(o.not_before) FROM outbox o
                     WHERE o.delivery_id = d.id AND o.settled_at IS NULL) AS not_before,
                    (SELECT COUNT(*) FROM outbox o
                     WHERE o.delivery_id = d.id AND o.settled_at IS NULL AND o.state = 'planned' AND o.attempts > 0) AS failed
             FROM deliveries d WHERE d.subscription_id = $1 AND d.bot_id = $2 AND d.settled_at IS NULL
             ORDER BY d.due DESC",
        );
        let query = query.bind(subscription.to_string()).bind(self.bot());
        let open = self.read(&NOUN, "look up what is on its way", query, |row| {
            let section = read_sections(row)?.pop();
            let not_before = row.try_get::<Option<i64>, _>("not_before")?.map(Timestamp);
            Ok((section, not_before, row.try_get::<i64, _>("failed")? > 0))
        });
        let open = open.await?;
        Ok(OpenOf {
            count: open.len(),
            not_before: open.iter().filter_map(|(_, at, _)| *at).max(),
            failed: open.iter().any(|(.., failed)| *failed),
            section: open.into_iter().next().and_then(|(section, ..)| section),
        })
    }

    pub(super) fn planned(&self, occurrence: Occurrence, messages: Vec<Outgoing>, now: Timestamp) -> Planned {
        let delivery = DeliveryId(self.shared.ids.next(now));
        let Occurrence { subscription, due, ref sections } = occurrence;
        let born = Birth {
            source: Source::Occurrence { delivery, subscription, due },
            progress: Progress::Planned,
            question: None,
            sections: sections.clone(),
        };
        let rows = self.rows(&born, messages, now);
        Planned { occurrence, delivery, rows, now, effective: false }
    }
}

/// The sections that a delivery shows.
pub(super) fn read_sections(row: &AnyRow) -> Result<Vec<SectionRef>, sqlx::Error> {
    let Some(first) = sql::parsed_optional(row, "section", |at| SectionRef::parse(at).ok())? else {
        return Ok(Vec::new());
    };
    let document = first.document.clone();
    let more = sql::parsed_optional(row, "more", |ids| {
        let more = ids.split_whitespace().map(|id| SectionId::parse(id).ok());
        more.map(|section| Some(SectionRef { document: document.clone(), section: section? }))
            .collect::<Option<Vec<_>>>()
    })?;
    Ok(std::iter::once(first).chain(more.into_iter().flatten()).collect())
}

/// The columns `section` and `more` of a delivery that shows these.
pub(super) fn columns_of(sections: &[SectionRef]) -> (Option<String>, Option<String>) {
    let more: Vec<&str> = sections.iter().skip(1).map(|at| at.section.as_str()).collect();
    (sections.first().map(SectionRef::to_string), (!more.is_empty()).then(|| more.join(" ")))
}

pub(super) fn read_delivery(row: &AnyRow) -> Result<Delivery, sqlx::Error> {
    Ok(Delivery {
        id: sql::parsed(row, "id", DeliveryId::parse)?,
        occurrence: Occurrence {
            subscription: sql::parsed(row, "subscription_id", SubscriptionId::parse)?,
            due: Timestamp(row.try_get("due")?),
            sections: read_sections(row)?,
        },
        state: sql::parsed(row, "state", words::read_delivery_state)?,
        reason: row.try_get("reason")?,
        repeats: sql::number(row, "repeats")?,
        last_due: row.try_get::<Option<i64>, _>("last_due")?.map(Timestamp),
    })
}

/// An occurrence with the rows that it would get.
pub(super) struct Planned {
    pub(super) occurrence: Occurrence,
    delivery: DeliveryId,
    pub(super) rows: Vec<Row>,
    now: Timestamp,
    /// Whether the rows were stored.
    pub(super) effective: bool,
}

/// Plans or skips what is due.
pub(super) struct Plan {
    planned: Planned,
    next_due: Option<Timestamp>,
    skipped: Option<String>,
}

impl Task for Plan {
    type Output = Option<Vec<Row>>;
    const DOING: &'static str = "plan a reminder";
    fn into_work(job: Job<Self>) -> Work {
        Work::Plan(job)
    }
    fn output(self) -> Self::Output {
        self.planned.effective.then_some(self.planned.rows)
    }
}

impl Plan {
    pub(super) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        let Occurrence { subscription, due, .. } = self.planned.occurrence;
        let moved = sql::run(
            tx.conn,
            "UPDATE subscriptions SET next_due = $1, planned = planned + $4
             WHERE id = $2 AND next_due = $3 AND ended_at IS NULL",
            [
                self.next_due.map(|t| t.0).into(),
                subscription.to_string().into(),
                due.0.into(),
                i64::from(self.skipped.is_none()).into(),
            ],
        )
        .await?;
        self.planned.effective = moved > 0
            && match &self.skipped {
                Some(reason) if repeat_skip(tx, &self.planned, reason).await? => true,
                skipped => insert_delivery(tx, &self.planned, skipped.as_deref()).await?,
            };
        if self.planned.effective {
            outbox::insert(tx, self.planned.rows.iter()).await?;
        }
        Ok(())
    }
}

/// Plans an occurrence that a person asked for now who saw that so many were planned before; the regular ones stay as
/// they are. Of several who saw the same, the first gets one.
pub(super) async fn plan_now(tx: &mut Tx<'_>, planned: &mut Planned, seen: u32) -> Result<(), sqlx::Error> {
    let active = sql::run(
        tx.conn,
        "UPDATE subscriptions SET planned = planned + 1 WHERE id = $1 AND planned = $2 AND ended_at IS NULL",
        [planned.occurrence.subscription.to_string().into(), i64::from(seen).into()],
    )
    .await?;
    planned.effective = active > 0 && insert_delivery(tx, planned, None).await?;
    if planned.effective {
        outbox::insert(tx, planned.rows.iter()).await?;
    }
    Ok(())
}

/// Counts a skip as one more of the subscription's latest delivery, if that is a skip for the same reason; `false` if it
/// is not.
async fn repeat_skip(tx: &mut Tx<'_>, planned: &Planned, reason: &str) -> Result<bool, sqlx::Error> {
    let Occurrence { subscription, due, .. } = planned.occurrence;
    let repeated = sql::run(
        tx.conn,
        "UPDATE deliveries SET repeats = repeats + 1, last_due = $1, planned_at = $2, settled_at = $2
         WHERE id = (SELECT id FROM deliveries WHERE subscription_id = $3 ORDER BY nth DESC, due DESC LIMIT 1)
           AND state = 'skipped' AND reason = $4 AND attempts = 0 AND wanted_at IS NULL AND bot_id = $5
           AND COALESCE(last_due, due) < $1",
        [due.0.into(), planned.now.0.into(), subscription.to_string().into(), reason.into(), tx.bot.into()],
    )
    .await?;
    Ok(repeated > 0)
}

/// Skips what is open of a chat's subscriptions.
pub(super) async fn skip_open(tx: &mut Tx<'_>, chat: ChatId, reason: &str, now: Timestamp) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        concat!(
            "UPDATE deliveries SET state = 'skipped', reason = $1, settled_at = $2, ",
            count_attempts!(),
            " WHERE settled_at IS NULL
                AND subscription_id IN (SELECT id FROM subscriptions WHERE bot_id = $3 AND chat_id = $4)"
        ),
        [reason.into(), now.0.into(), tx.bot.into(), chat.0.into()],
    )
    .await?;
    Ok(())
}

/// Inserts a delivery; `false` if the occurrence has one.
async fn insert_delivery(tx: &mut Tx<'_>, planned: &Planned, skipped: Option<&str>) -> Result<bool, sqlx::Error> {
    let Occurrence { subscription, due, sections } = &planned.occurrence;
    let (section, more) = columns_of(sections);
    let cells: [Cell<'_>; 10] = [
        planned.delivery.to_string().into(),
        tx.bot.into(),
        subscription.to_string().into(),
        due.0.into(),
        section.into(),
        words::delivery_state(if skipped.is_some() { DeliveryState::Skipped } else { DeliveryState::Planned }).into(),
        skipped.map(str::to_owned).into(),
        planned.now.0.into(),
        skipped.map(|_| planned.now.0).into(),
        more.into(),
    ];
    let inserted = sql::run(
        tx.conn,
        "INSERT INTO deliveries (id, bot_id, subscription_id, due, section, state, reason, planned_at, settled_at, more, nth)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (SELECT planned FROM subscriptions WHERE id = $3)) ON CONFLICT (subscription_id, due) DO NOTHING",
        cells,
    )
    .await?;
    Ok(inserted > 0)
}

/// A part of a delivery was settled: once no part is open, so is the delivery, and the subscription moves on if all of
/// it was sent.
pub(super) async fn part_settled(tx: &mut Tx<'_>, delivery: &str, now: Timestamp) -> Result<(), sqlx::Error> {
    let parts = sqlx::query("SELECT state, reason, settled_at FROM outbox WHERE delivery_id = $1 ORDER BY part")
        .bind(delivery.to_owned())
        .fetch_all(&mut *tx.conn)
        .await?;
    let mut missing = None;
    for part in &parts {
        if part.try_get::<Option<i64>, _>("settled_at")?.is_none() {
            return Ok(());
        }
        let state: String = part.try_get("state")?;
        if state != "sent" && missing.is_none() {
            missing = Some((state, part.try_get::<Option<String>, _>("reason")?));
        }
    }
    match missing {
        _ if parts.is_empty() => Ok(()),
        Some((state, reason)) => settle_delivery(tx, delivery, &state, reason, now).await,
        None => {
            settle_delivery(tx, delivery, words::delivery_state(DeliveryState::Sent), None, now).await?;
            advance(tx.conn, delivery).await
        }
    }
}

pub(super) async fn settle_delivery(
    tx: &mut Tx<'_>,
    delivery: &str,
    state: &str,
    reason: Option<String>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let cells = [state.into(), reason.into(), now.0.into(), delivery.into()];
    sql::run(
        tx.conn,
        concat!(
            "UPDATE deliveries SET state = $1, reason = $2, settled_at = $3, ",
            count_attempts!(),
            " WHERE id = $4"
        ),
        cells,
    )
    .await?;
    Ok(())
}

/// Moves the subscription on to the last section that was just sent, unless one that was planned after it has been sent
/// already, or the subscription is about another document by now. The order is that of planning, not of the instants at
/// which they were due: a clock that was ahead has made instants that are still to come.
async fn advance(conn: &mut AnyConnection, delivery: &str) -> Result<(), sqlx::Error> {
    let sent = sqlx::query(
        "SELECT d.subscription_id, d.section, d.more FROM deliveries d
         WHERE d.id = $1 AND d.section IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM deliveries later
             WHERE later.subscription_id = d.subscription_id AND later.state = 'sent'
               AND (later.nth > d.nth OR (later.nth = d.nth AND later.due > d.due)))",
    )
    .bind(delivery.to_owned())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(sent) = sent else { return Ok(()) };
    // Nothing can be said of the next section where this one cannot be read; that it was sent stands all the same.
    let Some(at) = read_sections(&sent).ok().and_then(|mut sections| sections.pop()) else { return Ok(()) };
    let subscription: String = sent.try_get("subscription_id")?;
    sql::run(
        conn,
        "UPDATE subscriptions SET last_sent = $1 WHERE id = $2 AND document = $3",
        [at.section.as_str().into(), subscription.into(), at.document.as_str().into()],
    )
    .await?;
    Ok(())
}
