//! Who may ask, and how often: so that one person cannot slow the others, and a bot can be kept to some groups.
//!
//! What is counted is when something was sent, not when it is handled: a backlog after downtime is no flood. The counts
//! are in memory; a restart begins anew.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{mode_for, notice, say, setting};
use crate::answer::Draft;
use crate::clock::Timestamp;
use crate::message::{Action, Body, ChatId, ChatKind, Event, Incoming, Mode, Place, Speaker, UserId};
use crate::store::{Reaction, UpdateId};
use crate::understand::command::{self, Command};

/// What the limits count in.
const WINDOW: Duration = Duration::from_secs(60);
/// From how many counters on those are removed that count nothing any more.
const TIDY: usize = 4_096;

/// The rules at the door. The default lets in everybody, as often as they like.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Who runs the bot: let in everywhere, and not counted.
    pub admins: Vec<UserId>,
    /// The groups that are served; empty for all.
    pub groups: Vec<ChatId>,
    /// The people who are served in private; empty for all.
    pub people: Vec<UserId>,
    /// How often a person may ask or press a button in a minute; 0 for no limit.
    pub person: u32,
    /// How often that may be done in one chat in a minute; 0 for no limit.
    pub chat: u32,
}

/// Keeps the rules.
#[derive(Debug, Default)]
pub struct Door {
    rules: Rules,
    counters: Mutex<HashMap<Counted, Counter>>,
    /// The numbers that a group had before: one of them may be listed.
    former: Former,
}

/// Tells the numbers that a group had before.
#[derive(Clone, Default)]
pub struct Former(Option<Arc<dyn Fn(ChatId) -> Vec<ChatId> + Send + Sync>>);

impl Former {
    /// Asks somebody who knows.
    pub fn by(tell: impl Fn(ChatId) -> Vec<ChatId> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    fn of(&self, chat: ChatId) -> Vec<ChatId> {
        self.0.as_ref().map(|tell| tell(chat)).unwrap_or_default()
    }
}

impl fmt::Debug for Former {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Former")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Counted {
    Speaker(Speaker),
    /// What somebody types in other chats: it takes nothing from what the same person may ask.
    Typing(Speaker),
    Chat(ChatId),
}

#[derive(Debug, Default)]
struct Counter {
    /// What was let in, and when it was sent.
    times: VecDeque<(Timestamp, UpdateId)>,
    /// Whether it was said that the limit is reached, since something was let in.
    told: bool,
}

/// Why something is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    /// The chat is not served.
    Closed,
    /// Too much at once: so long until the next is let in, and whether to say so.
    TooOften(Duration, bool),
}

impl Door {
    /// A door with these rules.
    pub fn new(rules: Rules) -> Self {
        Self { rules, counters: Mutex::default(), former: Former::default() }
    }

    /// The same, and it knows which numbers groups had before.
    #[must_use]
    pub fn knowing(self, former: Former) -> Self {
        Self { former, ..self }
    }

    /// Whether a chat is served at all.
    pub fn is_open_to(&self, place: &Place) -> bool {
        let Rules { groups, people, admins, .. } = &self.rules;
        let person = UserId(place.chat.0);
        match place.kind {
            ChatKind::Group => {
                let listed = |chat: &ChatId| groups.contains(chat);
                groups.is_empty() || listed(&place.chat) || self.former.of(place.chat).iter().any(listed)
            }
            ChatKind::Private => people.is_empty() || people.contains(&person) || admins.contains(&person),
        }
    }

    /// What to say instead of an answer; `None` lets it in.
    pub(super) fn refusal(&self, update: UpdateId, incoming: &Incoming) -> Option<Reaction> {
        let texts = setting(incoming).texts();
        let sentence = match self.look(update, incoming)? {
            Refused::Closed if incoming.place.kind == ChatKind::Private => texts.not_served().to_owned(),
            Refused::TooOften(wait, true) => texts.too_often(wait.as_secs().max(1)),
            Refused::Closed | Refused::TooOften(_, false) => return Some(Reaction::default()),
        };
        Some(match &incoming.event {
            Event::Said(said) => say(incoming, mode_for(incoming, said), Draft::of(Body::plain(sentence))),
            Event::Unreadable(_) => say(incoming, Mode::New, Draft::of(Body::plain(sentence))),
            Event::Pressed(_) => notice(sentence),
            _ => Reaction::default(),
        })
    }

    fn look(&self, update: UpdateId, incoming: &Incoming) -> Option<Refused> {
        let asks = match &incoming.event {
            Event::Said(_) | Event::Pressed(_) | Event::Unreadable(_) | Event::Typing(_) => true,
            Event::Joined => false,
            // What Telegram tells us of a chat is taken note of, whoever is served.
            Event::Left(_) | Event::Migrated { .. } | Event::TopicNamed => return None,
        };
        if self.rules.admins.contains(&incoming.sender.user()) {
            return None;
        }
        if !self.is_open_to(&incoming.place) && !asks_to_be_forgotten(&incoming.event) {
            return Some(Refused::Closed);
        }
        if asks { self.count(update, incoming) } else { None }
    }

    /// Counts an update, unless it is one too much or was counted before.
    fn count(&self, update: UpdateId, incoming: &Incoming) -> Option<Refused> {
        let who = incoming.sender.who;
        let limits = match &incoming.event {
            Event::Typing(_) => vec![(Counted::Typing(who), self.rules.person)],
            _ => {
                vec![(Counted::Speaker(who), self.rules.person), (Counted::Chat(incoming.place.chat), self.rules.chat)]
            }
        };
        // A poisoned lock only means that another thread panicked beside plain counting.
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= TIDY {
            counters
                .retain(|_, counter| counter.times.back().is_some_and(|(last, _)| incoming.at.since(*last) < WINDOW));
        }
        let limits = limits.into_iter().filter(|(_, limit)| *limit > 0);
        for (counted, limit) in limits.clone() {
            let counter = counters.entry(counted).or_default();
            if counter.times.iter().any(|(_, known)| *known == update) {
                return None;
            }
            if let Some(wait) = counter.wait(limit, incoming.at) {
                return Some(Refused::TooOften(wait, !std::mem::replace(&mut counter.told, true)));
            }
        }
        for (counted, _) in limits {
            let counter = counters.entry(counted).or_default();
            counter.times.push_back((incoming.at, update));
            counter.told = false;
        }
        None
    }
}

/// Whether somebody says `/forget` or confirms it: that is everybody's right, served or not.
fn asks_to_be_forgotten(event: &Event) -> bool {
    match event {
        Event::Said(said) => matches!(command::parse(&said.text), Some(Command::Forget)),
        Event::Pressed(pressed) => matches!(pressed.action, Some(Action::ForgetMe(_))),
        _ => false,
    }
}

impl Counter {
    /// How long until one more is within the limit; `None` if it is now.
    fn wait(&mut self, limit: u32, now: Timestamp) -> Option<Duration> {
        while self.times.front().is_some_and(|(first, _)| now.since(*first) >= WINDOW) {
            self.times.pop_front();
        }
        let full = self.times.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let (first, _) = self.times.front().filter(|_| full)?;
        Some(WINDOW.saturating_sub(now.since(*first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp(second * 1_000)
    }

    #[test]
    fn a_minute_holds_so_many_wherever_it_begins() {
        let mut counter = Counter::default();
        for second in [0, 10, 20] {
            assert_eq!(counter.wait(3, at(second)), None);
            counter.times.push_back((at(second), UpdateId(second)));
        }
        assert_eq!(counter.wait(3, at(30)), Some(Duration::from_secs(30)));
        assert_eq!(counter.wait(3, at(60)), None, "the first has gone");
        counter.times.push_back((at(60), UpdateId(60)));
        assert_eq!(counter.wait(3, at(61)), Some(Duration::from_secs(9)));
    }
}
