//! What changes about chats and people: subscribing, leaving, coming back, moving, being forgotten.

use super::engine::error::Error;
use super::engine::id::SubscriptionId;
use super::engine::sql;
use super::engine::writer::{Job, Task, Tx, Work};
use super::noun::NOUNS;
use super::panel::{self, OpenPanel};
use super::refusal;
use super::settings;
use super::subscription::{NewSubscription, Subscription};
use super::vote::{self, Vote};
use super::{Store, StoreError, chat, moved, reading, studied, topic_name};
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
        self.shared.moved.expect(&changes);
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
        Change::Introduced { chat } => chat::introduced(tx, *chat, now).await,
        Change::Reading { chat, user, at } => reading::read_at(tx, *chat, *user, at, now).await,
        Change::Subscribe(new) => settings::subscribe(tx, new, now).await,
        Change::AddSchedule(new, have) => return settings::add(tx, new, *have, now).await,
        Change::Configure { to, retimed } => return settings::configure(tx, to, *retimed).await,
        Change::BeginAgain(id, after) => settings::begin_again(tx, *id, after).await,
        Change::EndSchedule(id) => settings::end(tx, *id, now).await,
        Change::ToldRuns { schedule, runs } => settings::told_runs(tx, *schedule, *runs).await,
        Change::Postpone { schedule, from, to } => settings::postpone(tx, *schedule, *from, *to).await,
        Change::Pinned { schedule, message } => settings::pinned(tx, *schedule, *message).await,
        Change::Named { chat, topic, name } => topic_name::name(tx, *chat, *topic, name).await,
        Change::Panel(open) => panel::open(tx, open).await,
        Change::Studied { schedule, due, user } => studied::study(tx, *schedule, *due, *user, now).await,
        Change::Unsubscribe { chat } => settings::unsubscribe(tx, *chat, now).await,
        Change::Suspend { chat, why } => refusal::suspend(tx, *chat, *why, None, now).await,
        Change::Refused { chat, why, words } => refusal::suspend(tx, *chat, *why, Some(words), now).await,
        Change::Closed { subscription, words, .. } => refusal::closed(tx, *subscription, words, now).await,
        Change::Heard { chat } => refusal::heard(tx, *chat).await,
        Change::Delivered { chat, subscription } => refusal::delivered(tx, *chat, *subscription).await,
        Change::Told { chat } => refusal::told(tx, *chat, now).await,
        Change::Restore { chat } => refusal::restore(tx, *chat).await,
        Change::Migrate { from, to } => migrate(tx, *from, *to, now).await,
        Change::Vote(vote) => vote::vote(tx, vote, now).await,
        Change::Forget { user } => forget(tx, *user).await,
    };
    Ok(applied?)
}

/// What the new number has already is kept; everything else of the old one moves. Deliveries hang on the subscription.
async fn migrate(tx: &mut Tx<'_>, from: ChatId, to: ChatId, now: Timestamp) -> Result<(), sqlx::Error> {
    moved::remember(tx, from, to, now).await?;
    for noun in NOUNS {
        for step in noun.migrate.unwrap_or_default() {
            sql::run(tx.conn, step, [tx.bot.into(), from.0.into(), to.0.into()]).await?;
        }
    }
    Ok(())
}

/// Removes what is known of a person. A stand-in for a group or a channel (a number below zero) has no private chat: what
/// is known of the chat with that number belongs to all who are in it.
async fn forget(tx: &mut Tx<'_>, user: UserId) -> Result<(), sqlx::Error> {
    for noun in NOUNS {
        for step in noun.forget {
            sql::run(tx.conn, step, [tx.bot.into(), user.0.into()]).await?;
        }
        for step in if user.0 > 0 { noun.forget_chat } else { &[] } {
            sql::run(tx.conn, step, [tx.bot.into(), user.0.into()]).await?;
        }
    }
    Ok(())
}
