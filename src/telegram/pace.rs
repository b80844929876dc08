//! How fast messages may go: never more than 30 in any one second, nor one a second to a chat, nor 20 a minute to a group.
//!
//! Telegram counts an edit, an edit of buttons and a pin (which says so in the chat) like a message; answers to the press
//! of a button and questions about members it does not count. So here a *message* is each of the former.
//!
//! The limits are sliding windows, not buckets of tokens: a bucket of 30 tokens a second lets up to 60 through in one
//! second. When a message arrived is not known here, only that it did before its answer came, and that the way back takes
//! as long as the fastest answers of late show. So a place is free again a second after its answer, less that: no
//! message that was slow on its way lets 31 arrive in one second.
//!
//! Of the 30 places, 5 are the reminders' share: replies never take more than 25. Of the rest replies come first.
//! Reminders keep a little apart, so that places become free all the time: a reply in the middle of a broadcast gets the
//! next one.

mod window;

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

pub use self::window::Turn;
use self::window::Window;
use crate::message::ChatId;
use crate::store::Class;

/// For how long a message matters: a minute, and some margin.
pub const LONGEST_WINDOW: Duration = Duration::from_secs(61);
/// How many reminders may make up for lost time.
const MAKING_UP: u32 = 3;
/// The most that the way back is taken to last, and from how many answers that is known: the first ones set up their
/// connections, and a burst of them is slow altogether.
const FASTEST: Duration = Duration::from_millis(500);
const ENOUGH_ANSWERS: u32 = 120;
/// How much slower the fastest answer is taken to be with each further one: ways to Telegram change.
const FORGETTING: Duration = Duration::from_micros(10);
/// How long before its time a message is let through: until then a reminder's attempt is written.
const AHEAD: Duration = Duration::from_millis(100);
/// How soon it is looked again where another message is on its way to the same chat.
const ANOTHER: Duration = Duration::from_millis(50);
/// How many chats are kept in mind before those are dropped that no longer matter.
const CHATS_IN_MIND: usize = 4_096;

/// How many messages may go. [`Default`] is what Telegram allows: see its FAQ for bots, “My bot is hitting limits”.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most messages in a second, to all chats together.
    pub overall: usize,
    /// Of these, how many replies never take: the share of reminders.
    pub share: usize,
    /// The most messages in a second to one chat.
    pub chat: usize,
    /// The most messages in a minute to one group.
    pub group: usize,
    /// How long a second lasts.
    pub second: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { overall: 30, share: 5, chat: 1, group: 20, second: Duration::from_secs(1) }
    }
}

impl Limits {
    /// No limits: to measure how fast the program is, against a server that has none.
    pub const LIFTED: Self =
        Self { overall: usize::MAX, share: 0, chat: usize::MAX, group: usize::MAX, second: Duration::from_secs(1) };

    /// The same limits where time passes so many times as fast: for tests that do not look at the pace.
    #[must_use]
    pub fn hurried(self, times: u32) -> Self {
        Self { second: self.second / times, ..self }
    }

    fn are_lifted(self) -> bool {
        self == Self::LIFTED
    }

    /// The most replies in a second.
    fn replies(self) -> usize {
        self.overall.saturating_sub(self.share)
    }

    /// A second, and 10 ms of margin for what the fastest answers do not tell.
    fn a_second(self) -> Duration {
        self.second + self.second / 100
    }

    /// A minute, with ten times that margin.
    fn a_minute(self) -> Duration {
        self.second * 60 + self.second / 10
    }

    /// How far apart reminders are meant to go: 33 ms.
    fn gap(self) -> Duration {
        self.second * 33 / 1_000
    }
}

/// The messages that went, as far as they still matter.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    all: Window,
    replies: Window,
    chats: HashMap<ChatId, Window>,
    /// When the next reminder is meant to go.
    next: Instant,
    /// How long the fastest answer took of late.
    fastest: Duration,
    answers: u32,
}

impl Turn {
    /// The instant that a message may be promised now, so that everything is ready when it comes; otherwise when to
    /// look again, as far as that is known.
    pub(super) fn promised(self, now: Instant) -> Result<Instant, Option<Instant>> {
        match self {
            Self::Now => Ok(now),
            Self::At(at) if at <= now + AHEAD => Ok(at),
            Self::At(at) => Err(at.checked_sub(AHEAD)),
            Self::AfterAnother => Err(None),
        }
    }

    /// When to ask again for a chat whose turn it is not; `None` where it is.
    pub(super) fn ask_again(self, now: Instant) -> Option<Instant> {
        match self {
            Self::Now => None,
            Self::At(at) => Some(at),
            Self::AfterAnother => Some(now + ANOTHER),
        }
    }
}

impl Pace {
    /// The pace of a sender that begins now.
    pub fn new(limits: Limits, now: Instant) -> Self {
        Self {
            limits,
            all: Window::default(),
            replies: Window::default(),
            chats: HashMap::new(),
            next: now,
            fastest: FASTEST,
            answers: 0,
        }
    }

    /// When a message may go to any chat at all.
    pub fn overall(&self, class: Class, now: Instant) -> Turn {
        let span = self.span(self.limits.a_second());
        let all = self.all.turn(self.limits.overall, span, now);
        match class {
            Class::Reply => all.later(self.replies.turn(self.limits.replies(), span, now)),
            Class::Reminder if self.limits.are_lifted() => all,
            Class::Reminder => {
                let apart = self.next.checked_sub(self.limits.gap() * MAKING_UP).filter(|at| *at > now);
                all.later(apart.map_or(Turn::Now, Turn::At))
            }
        }
    }

    /// When a message may go to this chat, as far as the chat matters.
    pub fn to_chat(&self, chat: ChatId, now: Instant) -> Turn {
        let Some(gone) = self.chats.get(&chat) else { return Turn::Now };
        let second = gone.turn(self.limits.chat, self.span(self.limits.a_second()), now);
        if !is_group(chat) {
            return second;
        }
        second.later(gone.turn(self.limits.group, self.span(self.limits.a_minute()), now))
    }

    /// Lets a message through that is to go at an instant. It will [`end`](Self::end) or [give its place
    /// back](Self::give_back).
    pub fn reserve(&mut self, chat: ChatId, class: Class, at: Instant) {
        if self.limits.are_lifted() {
            return;
        }
        self.all.reserve();
        self.chat(chat, at).reserve();
        match class {
            Class::Reply => self.replies.reserve(),
            Class::Reminder => self.next = self.next.max(at) + self.limits.gap(),
        }
    }

    /// A message that was let through does not go after all.
    pub fn give_back(&mut self, chat: ChatId, class: Class) {
        self.all.give_back();
        if class == Class::Reply {
            self.replies.give_back();
        }
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.give_back();
        }
    }

    /// A message that was let through has come to its end; `took`: it was answered, after so long.
    pub fn end(&mut self, chat: ChatId, class: Class, took: Option<Duration>, now: Instant) {
        self.give_back(chat, class);
        if let Some(took) = took {
            self.fastest = took.min(self.fastest + FORGETTING).min(FASTEST);
            self.answers = self.answers.saturating_add(1);
        }
        self.record(chat, class, now);
    }

    /// A chat has another number: what went to it counts there.
    pub fn rename(&mut self, from: ChatId, to: ChatId) {
        let keep = self.limits.group;
        for at in self.chats.remove(&from).unwrap_or_default().into_answered() {
            self.chat(to, at).record(at, keep);
        }
    }

    /// A message was answered that an earlier run had let through.
    pub fn record(&mut self, chat: ChatId, class: Class, now: Instant) {
        if self.limits.are_lifted() {
            return;
        }
        let Limits { overall, group, .. } = self.limits;
        self.all.record(now, overall);
        if class == Class::Reply {
            let keep = self.limits.replies();
            self.replies.record(now, keep);
        }
        self.chat(chat, now).record(now, group);
    }

    /// A window, less what the fastest answer took: that much earlier than its answer a message arrived, or the next
    /// one will arrive that much later than it goes.
    fn span(&self, window: Duration) -> Duration {
        if self.answers < ENOUGH_ANSWERS { window } else { window.saturating_sub(self.fastest) }
    }

    fn chat(&mut self, chat: ChatId, now: Instant) -> &mut Window {
        if self.chats.len() >= CHATS_IN_MIND && !self.chats.contains_key(&chat) {
            let minute = self.limits.a_minute();
            self.chats.retain(|_, chat| chat.matters(minute, now));
        }
        self.chats.entry(chat).or_default()
    }
}

/// Telegram's numbers of people are positive, those of groups and channels negative.
fn is_group(chat: ChatId) -> bool {
    chat.0 < 0
}

#[cfg(test)]
mod tests;
