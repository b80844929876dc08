//! What the settings panel and the buttons under a reminder need to know: names, the panel in use, who studied what.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::engine::id::SubscriptionId;
use super::engine::sql;
use super::engine::writer::Tx;
use super::outbox::message_id;
use super::{BotId, Store, StoreError, words};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, MessageId, Page, TopicId, UserId};

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

/// A reminder that was sent, and how many people have studied it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Studied {
    /// When it was due.
    pub due: Timestamp,
    /// What it showed.
    pub section: SectionRef,
    /// How many people pressed that they have studied it.
    pub people: u32,
}

/// Who has used a panel: everybody else is known to have none without a look into the database, which each question in
/// a private chat would cost.
#[derive(Debug)]
pub(super) struct PanelUsers(Mutex<HashSet<UserId>>);

impl PanelUsers {
    pub(super) async fn load(conn: &mut AnyConnection, bot: BotId) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query("SELECT user_id FROM panels WHERE bot_id = $1").bind(bot.0).fetch_all(conn).await?;
        let users = rows.iter().map(|row| row.try_get("user_id").map(UserId)).collect::<Result<_, _>>()?;
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
    /// The names of a group (under [`TopicId::MAIN`]) and of its topics, as far as they are known, by their numbers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn names(&self, chat: ChatId) -> Result<Vec<(TopicId, String)>, StoreError> {
        let query = sqlx::query("SELECT topic, name FROM names WHERE bot_id = $1 AND chat_id = $2 ORDER BY topic");
        let read = |row: &AnyRow| Ok((TopicId(sql::number(row, "topic")?), row.try_get("name")?));
        self.read("read what a group is called", query.bind(self.bot()).bind(chat.0), read).await
    }

    /// The settings panel that a person used last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn panel(&self, user: UserId) -> Result<Option<OpenPanel>, StoreError> {
        if !self.shared.panels.known().contains(&user) {
            return Ok(None);
        }
        let query = sqlx::query("SELECT * FROM panels WHERE bot_id = $1 AND user_id = $2");
        Ok(self.read("read which panel is open", query.bind(self.bot()).bind(user.0), read_panel).await?.pop())
    }

    /// A reminder of a schedule by when it was due; `None` where none was planned for then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn studied(&self, schedule: SubscriptionId, due: Timestamp) -> Result<Option<Studied>, StoreError> {
        let query = sqlx::query(
            "SELECT d.due, d.section, (SELECT COUNT(*) FROM studied t WHERE t.bot_id = d.bot_id
                 AND t.subscription_id = d.subscription_id AND t.due = d.due) AS people
             FROM deliveries d WHERE d.bot_id = $1 AND d.subscription_id = $2 AND d.due = $3 AND d.section IS NOT NULL",
        );
        let query = query.bind(self.bot()).bind(schedule.to_string()).bind(due.0);
        Ok(self.read("read who studied a reminder", query, read_studied).await?.pop())
    }

    /// The latest reminders of a schedule that were sent, latest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn latest_studied(&self, schedule: SubscriptionId, most: u32) -> Result<Vec<Studied>, StoreError> {
        let query = sqlx::query(
            "SELECT d.due, d.section, (SELECT COUNT(*) FROM studied t WHERE t.bot_id = d.bot_id
                 AND t.subscription_id = d.subscription_id AND t.due = d.due) AS people
             FROM deliveries d WHERE d.bot_id = $1 AND d.subscription_id = $2 AND d.section IS NOT NULL
               AND d.state = 'sent' ORDER BY d.nth DESC, d.due DESC LIMIT $3",
        );
        let query = query.bind(self.bot()).bind(schedule.to_string()).bind(i64::from(most));
        self.read("read who studied what", query, read_studied).await
    }

    /// Whether a person has pressed that a reminder is studied.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn has_studied(
        &self,
        schedule: SubscriptionId,
        due: Timestamp,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "SELECT at FROM studied WHERE bot_id = $1 AND subscription_id = $2 AND due = $3 AND user_id = $4",
        );
        let query = query.bind(self.bot()).bind(schedule.to_string()).bind(due.0).bind(user.0);
        Ok(!self.read("read whether somebody studied", query, |_| Ok(())).await?.is_empty())
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

fn read_studied(row: &AnyRow) -> Result<Studied, sqlx::Error> {
    Ok(Studied {
        due: Timestamp(row.try_get("due")?),
        section: sql::parsed(row, "section", |at| SectionRef::parse(at).ok())?,
        people: sql::number(row, "people")?,
    })
}

pub(super) async fn name(tx: &mut Tx<'_>, chat: ChatId, topic: TopicId, name: &str) -> Result<(), sqlx::Error> {
    let text = "INSERT INTO names (bot_id, chat_id, topic, name) VALUES ($1, $2, $3, $4)
                ON CONFLICT (bot_id, chat_id, topic) DO UPDATE SET name = excluded.name";
    sql::run(tx.conn, text, [tx.bot.into(), chat.0.into(), i64::from(topic.0).into(), name.into()]).await?;
    Ok(())
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

pub(super) async fn study(
    tx: &mut Tx<'_>,
    schedule: SubscriptionId,
    due: Timestamp,
    user: UserId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sql::run(
        tx.conn,
        "INSERT INTO studied (bot_id, subscription_id, due, user_id, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (bot_id, subscription_id, due, user_id) DO NOTHING",
        [tx.bot.into(), schedule.to_string().into(), due.0.into(), user.0.into(), now.0.into()],
    )
    .await?;
    Ok(())
}
