//! What changes about chats and people: subscribing, leaving, coming back, moving, being forgotten.

use super::delivery::skip_open;
use super::engine::error::Error;
use super::engine::id::SubscriptionId;
use super::engine::sql;
use super::engine::writer::{Job, Task, Tx, Work};
use super::panel::{self, OpenPanel};
use super::question::{self, Vote};
use super::refusal;
use super::settings;
use super::subscription::{NewSubscription, Subscription};
use super::{Store, StoreError, words};
use crate::clock::Timestamp;
use crate::content::model::{SectionId, SectionRef};
use crate::message::{ChatId, Departure, MessageId, TopicId, UserId};

/// Something that is different from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// We said who we are.
    Introduced {
        /// Where.
        chat: ChatId,
    },
    /// A person reads at a section.
    Reading {
        /// Where.
        chat: ChatId,
        /// Who.
        user: UserId,
        /// What.
        at: SectionRef,
    },
    /// The chat's first subscription becomes this one. One that exists or existed goes on after the section that it sent last,
    /// if document and series stay the same.
    Subscribe(NewSubscription),
    /// The chat gets one more subscription, if it has so many.
    AddSchedule(NewSubscription, usize),
    /// A subscription becomes this one, if nobody has changed it since it was read.
    Configure {
        /// What it becomes.
        to: Box<Subscription>,
        /// Whether its next occurrence is another one now.
        retimed: bool,
    },
    /// A subscription begins its series again, if it has come as far as this section.
    BeginAgain(SubscriptionId, SectionId),
    /// One subscription ends; what is planned of it is skipped.
    EndSchedule(SubscriptionId),
    /// Whoever subscribed was told that a schedule comes only so many times a day.
    ToldRuns {
        /// Of which subscription.
        schedule: SubscriptionId,
        /// How many times.
        runs: u32,
    },
    /// What is due at an instant waits until another.
    Postpone {
        /// Of which subscription.
        schedule: SubscriptionId,
        /// When it was due.
        from: Timestamp,
        /// When it is due now.
        to: Timestamp,
    },
    /// A reminder of a subscription is pinned now, or none any more.
    Pinned {
        /// Of which subscription.
        schedule: SubscriptionId,
        /// The message.
        message: Option<MessageId>,
    },
    /// A group ([`TopicId::MAIN`]) or a topic of it has this name.
    Named {
        /// The group.
        chat: ChatId,
        /// The topic.
        topic: TopicId,
        /// The name.
        name: String,
    },
    /// A person uses a settings panel.
    Panel(OpenPanel),
    /// A person has studied the reminder that was due then.
    Studied {
        /// Of which subscription.
        schedule: SubscriptionId,
        /// When it was due.
        due: Timestamp,
        /// Who.
        user: UserId,
    },
    /// The chat's subscriptions end; what is planned of it is skipped.
    Unsubscribe {
        /// Whose.
        chat: ChatId,
    },
    /// We cannot write to the chat: its settings are kept, what is planned for it is skipped.
    Suspend {
        /// Which.
        chat: ChatId,
        /// Why.
        why: Departure,
    },
    /// The chat service refused a message to the chat: as [`Change::Suspend`].
    Refused {
        /// Which.
        chat: ChatId,
        /// What that means.
        why: Departure,
        /// The chat service's words.
        words: String,
    },
    /// The chat's main topic is closed to a subscription's reminders.
    Closed {
        /// Which.
        chat: ChatId,
        /// Whose reminders.
        subscription: SubscriptionId,
        /// The chat service's words.
        words: String,
    },
    /// Something came from the chat: it is not suspended any more; what was refused is not forgotten yet.
    Heard {
        /// Which.
        chat: ChatId,
    },
    /// A new message was delivered: nothing is refused any more.
    Delivered {
        /// Which.
        chat: ChatId,
        /// Whose reminder it was; `None` for a reply, which says nothing of a closed main topic.
        subscription: Option<SubscriptionId>,
    },
    /// Whoever subscribed was told that the chat refuses us.
    Told {
        /// Which.
        chat: ChatId,
    },
    /// We can write to the chat again.
    Restore {
        /// Which.
        chat: ChatId,
    },
    /// The group has another number: all that is known of it moves along.
    Migrate {
        /// The number it had.
        from: ChatId,
        /// The number it has.
        to: ChatId,
    },
    /// A person says what they think of an answer.
    Vote(Vote),
    /// A person wants to be forgotten: what is known of that person goes, with the private chat's subscription and
    /// everything that is still to be sent there.
    Forget {
        /// Who; also the number of the private chat.
        user: UserId,
    },
}

impl Store {
    /// Makes changes that no update leads to, such as those that the sender learns of; all of them or none.
    ///
    /// # Errors
    /// When they could not be stored.
    pub async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.shared.panels.expect(&changes);
        let concerned = refusal::concerned(&changes);
        self.write(Changes { changes, now: self.now() }).await?;
        self.refusals_after(concerned).await;
        Ok(())
    }
}

/// Makes changes.
pub(super) struct Changes {
    changes: Vec<Change>,
    now: Timestamp,
}

impl Task for Changes {
    type Output = ();
    const DOING: &'static str = "store a change";
    fn into_work(job: Job<Self>) -> Work {
        Work::Changes(job)
    }
    fn output(self) {}
}

impl Changes {
    pub(super) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        for change in &self.changes {
            apply(tx, change, self.now).await?;
        }
        Ok(())
    }
}

/// Makes one change.
pub(super) async fn apply(tx: &mut Tx<'_>, change: &Change, now: Timestamp) -> Result<(), Error> {
    let applied = match change {
        Change::Introduced { chat } => introduced(tx, *chat, now).await,
        Change::Reading { chat, user, at } => reading(tx, *chat, *user, at, now).await,
        Change::Subscribe(new) => subscribe(tx, new, now).await,
        Change::AddSchedule(new, have) => return settings::add(tx, new, *have, now).await,
        Change::Configure { to, retimed } => return settings::configure(tx, to, *retimed).await,
        Change::BeginAgain(id, after) => settings::begin_again(tx, *id, after).await,
        Change::EndSchedule(id) => settings::end(tx, *id, now).await,
        Change::ToldRuns { schedule, runs } => settings::told_runs(tx, *schedule, *runs).await,
        Change::Postpone { schedule, from, to } => settings::postpone(tx, *schedule, *from, *to).await,
        Change::Pinned { schedule, message } => settings::pinned(tx, *schedule, *message).await,
        Change::Named { chat, topic, name } => panel::name(tx, *chat, *topic, name).await,
        Change::Panel(open) => panel::open(tx, open).await,
        Change::Studied { schedule, due, user } => panel::study(tx, *schedule, *due, *user, now).await,
        Change::Unsubscribe { chat } => unsubscribe(tx, *chat, now).await,
        Change::Suspend { chat, why } => refusal::suspend(tx, *chat, *why, None, now).await,
        Change::Refused { chat, why, words } => refusal::suspend(tx, *chat, *why, Some(words), now).await,
        Change::Closed { subscription, words, .. } => refusal::closed(tx, *subscription, words, now).await,
        Change::Heard { chat } => refusal::heard(tx, *chat).await,
        Change::Delivered { chat, subscription } => refusal::delivered(tx, *chat, *subscription).await,
        Change::Told { chat } => refusal::told(tx, *chat, now).await,
        Change::Restore { chat } => refusal::restore(tx, *chat).await,
        Change::Migrate { from, to } => migrate(tx, *from, *to).await,
        Change::Vote(vote) => question::vote(tx, vote, now).await,
        Change::Forget { user } => forget(tx, *user).await,
    };
    Ok(applied?)
}

async fn introduced(tx: &mut Tx<'_>, chat: ChatId, now: Timestamp) -> Result<(), sqlx::Error> {
    let text =
        "INSERT INTO introductions (bot_id, chat_id, at) VALUES ($1, $2, $3) ON CONFLICT (bot_id, chat_id) DO NOTHING";
    sql::run(tx.conn, text, [tx.bot.into(), chat.0.into(), now.0.into()]).await?;
    Ok(())
}

async fn reading(
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

async fn subscribe(tx: &mut Tx<'_>, new: &NewSubscription, now: Timestamp) -> Result<(), sqlx::Error> {
    let Some(id) = settings::first_of(tx, new.place.chat).await? else {
        return insert_subscription(tx, new, now).await;
    };
    sql::run(
        tx.conn,
        "UPDATE subscriptions SET topic = $2, chat_kind = $3, cron = $6, zone = $7, lang = $8, by_user = $9,
             next_due = $10, suspended = NULL, refused = NULL, refused_at = NULL, refused_why = NULL, told_at = NULL,
             ended_at = NULL, paused_until = NULL, revision = revision + 1,
             last_sent = CASE WHEN document = $4 AND series = $5 THEN last_sent END, document = $4, series = $5
         WHERE id = $1",
        [
            id.into(),
            i64::from(new.place.topic.0).into(),
            words::kind(new.place.kind).into(),
            new.document.as_str().into(),
            new.series.as_str().into(),
            new.cron.as_str().into(),
            new.zone.as_str().into(),
            words::lang(new.lang).into(),
            new.by.0.into(),
            new.next_due.map(|t| t.0).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Makes a subscription.
pub(super) async fn insert_subscription(
    tx: &mut Tx<'_>,
    new: &NewSubscription,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let id = SubscriptionId(tx.ids.next(now));
    sql::run(
        tx.conn,
        "INSERT INTO subscriptions (id, bot_id, chat_id, topic, chat_kind, document, series, cron, zone, lang,
                                    by_user, next_due, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        [
            id.to_string().into(),
            tx.bot.into(),
            new.place.chat.0.into(),
            i64::from(new.place.topic.0).into(),
            words::kind(new.place.kind).into(),
            new.document.as_str().into(),
            new.series.as_str().into(),
            new.cron.as_str().into(),
            new.zone.as_str().into(),
            words::lang(new.lang).into(),
            new.by.0.into(),
            new.next_due.map(|t| t.0).into(),
            now.0.into(),
        ],
    )
    .await?;
    Ok(())
}

async fn unsubscribe(tx: &mut Tx<'_>, chat: ChatId, now: Timestamp) -> Result<(), sqlx::Error> {
    let text = "UPDATE subscriptions SET ended_at = $1 WHERE bot_id = $2 AND chat_id = $3 AND ended_at IS NULL";
    sql::run(tx.conn, text, [now.0.into(), tx.bot.into(), chat.0.into()]).await?;
    sql::run(
        tx.conn,
        "UPDATE outbox SET state = 'skipped', reason = 'unsubscribed', settled_at = $1, payload = NULL
         WHERE bot_id = $2 AND chat_id = $3 AND delivery_id IS NOT NULL AND settled_at IS NULL",
        [now.0.into(), tx.bot.into(), chat.0.into()],
    )
    .await?;
    skip_open(tx, chat, "unsubscribed", now).await
}

/// What the new number has already is kept; everything else of the old one moves. Deliveries hang on the subscription.
async fn migrate(tx: &mut Tx<'_>, from: ChatId, to: ChatId) -> Result<(), sqlx::Error> {
    const STEPS: [&str; 12] = [
        "DELETE FROM subscriptions WHERE bot_id = $1 AND chat_id = $3 AND ended_at IS NOT NULL AND EXISTS (
             SELECT 1 FROM subscriptions moves WHERE moves.bot_id = $1 AND moves.chat_id = $2)",
        "UPDATE subscriptions SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM subscriptions there WHERE there.bot_id = $1 AND there.chat_id = $3)",
        "UPDATE subscriptions SET ended_at = created_at
         WHERE bot_id = $1 AND chat_id = $2 AND ended_at IS NULL AND $3 = $3",
        "UPDATE outbox SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND settled_at IS NULL",
        "UPDATE introductions SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM introductions there WHERE there.bot_id = $1 AND there.chat_id = $3)",
        "UPDATE readings SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM readings there
             WHERE there.bot_id = $1 AND there.chat_id = $3 AND there.user_id = readings.user_id)",
        "UPDATE turns SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM turns there WHERE there.bot_id = $1 AND there.chat_id = $3
               AND there.topic = turns.topic AND there.user_id = turns.user_id)",
        "UPDATE names SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2 AND NOT EXISTS (
             SELECT 1 FROM names there
             WHERE there.bot_id = $1 AND there.chat_id = $3 AND there.topic = names.topic)",
        "UPDATE panels SET chat_id = $3 WHERE bot_id = $1 AND chat_id = $2",
        "DELETE FROM introductions WHERE bot_id = $1 AND chat_id = $2 AND $3 = $3",
        "DELETE FROM readings WHERE bot_id = $1 AND chat_id = $2 AND $3 = $3",
        "DELETE FROM turns WHERE bot_id = $1 AND chat_id = $2 AND $3 = $3",
    ];
    for step in STEPS {
        sql::run(tx.conn, step, [tx.bot.into(), from.0.into(), to.0.into()]).await?;
    }
    Ok(())
}

async fn forget(tx: &mut Tx<'_>, user: UserId) -> Result<(), sqlx::Error> {
    const STEPS: [&str; 17] = [
        "DELETE FROM holds WHERE bot_id = $1 AND chat_id = $2",
        // What is still to be said in a group to a question of theirs: their questions are known for this long.
        "DELETE FROM outbox WHERE bot_id = $1 AND settled_at IS NULL AND delivery_id IS NULL AND EXISTS (
             SELECT 1 FROM questions q WHERE q.bot_id = $1 AND q.chat_id = outbox.chat_id
               AND q.message_id = outbox.question_id AND q.user_id = $2)",
        "DELETE FROM votes WHERE bot_id = $1 AND user_id = $2",
        "DELETE FROM questions WHERE bot_id = $1 AND user_id = $2",
        "DELETE FROM readings WHERE bot_id = $1 AND user_id = $2",
        "DELETE FROM turns WHERE bot_id = $1 AND user_id = $2",
        "DELETE FROM introductions WHERE bot_id = $1 AND chat_id = $2",
        "DELETE FROM panels WHERE bot_id = $1 AND user_id = $2",
        "DELETE FROM studied WHERE bot_id = $1 AND user_id = $2",
        "DELETE FROM names WHERE bot_id = $1 AND chat_id = $2",
        "DELETE FROM outbox WHERE bot_id = $1 AND chat_id = $2",
        "DELETE FROM outbox WHERE bot_id = $1 AND delivery_id IN (
             SELECT d.id FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id
             WHERE s.bot_id = $1 AND s.chat_id = $2)",
        "DELETE FROM studied WHERE bot_id = $1 AND subscription_id IN (
             SELECT id FROM subscriptions WHERE bot_id = $1 AND chat_id = $2)",
        "DELETE FROM deliveries WHERE bot_id = $1 AND subscription_id IN (
             SELECT id FROM subscriptions WHERE bot_id = $1 AND chat_id = $2)",
        "DELETE FROM subscriptions WHERE bot_id = $1 AND chat_id = $2",
        "UPDATE subscriptions SET by_user = 0 WHERE bot_id = $1 AND by_user = $2",
        "UPDATE inbox SET chat_id = 0 WHERE bot_id = $1 AND chat_id = $2 AND state = 'aside'",
    ];
    for step in STEPS {
        sql::run(tx.conn, step, [tx.bot.into(), user.0.into()]).await?;
    }
    Ok(())
}
