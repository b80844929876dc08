//! How fast broadcasts may go: never more than 30 in any one second, nor one a second or 20 a minute to one chat.
//!
//! Windows that slide: what counts is the instants at which messages really went, not tokens that fill up, because a
//! bucket of 30 tokens a second lets up to 60 through in one second. Replies are counted too, but do not wait.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::message::ChatId;

/// The most messages in a second, to all chats together.
pub const OVERALL: usize = 30;
/// The most messages in [`SECOND`] to one chat.
const CHAT: usize = 1;
/// The most messages in [`MINUTE`] to one chat.
const CHAT_IN_A_MINUTE: usize = 20;
/// A second, and how much less far apart two messages may arrive than they were sent.
const SECOND: Duration = Duration::from_millis(1_015);
const MINUTE: Duration = Duration::from_millis(60_100);
/// How many chats are kept in mind before those are dropped that no longer matter.
const CHATS_IN_MIND: usize = 4_096;

/// The instants at which messages went, as far as they still matter.
#[derive(Debug, Default)]
pub struct Pace {
    all: Starts,
    chats: HashMap<ChatId, Starts>,
}

/// When a broadcast may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// Not before this instant.
    At(Instant),
    /// Once one has gone that was let through before.
    AfterAnother,
}

/// The latest starts in one window, oldest first, and those let through whose instant is not known yet.
#[derive(Debug, Default)]
struct Starts {
    at: VecDeque<Instant>,
    pending: usize,
}

impl Starts {
    fn turn(&self, most: usize, within: Duration, now: Instant) -> Turn {
        let Some(gone) = (self.at.len() + self.pending).checked_sub(most) else { return Turn::Now };
        match self.at.get(gone) {
            Some(oldest) if *oldest + within <= now => Turn::Now,
            Some(oldest) => Turn::At(*oldest + within),
            None => Turn::AfterAnother,
        }
    }

    fn record(&mut self, at: Instant, keep: usize) {
        if self.at.len() == keep {
            self.at.pop_front();
        }
        // Two tasks may report in the other order than they went.
        let place = self.at.partition_point(|earlier| *earlier <= at);
        self.at.insert(place, at);
    }
}

impl Turn {
    fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::AfterAnother, _) | (_, Self::AfterAnother) => Self::AfterAnother,
            (Self::Now, turn) | (turn, Self::Now) => turn,
            (Self::At(one), Self::At(two)) => Self::At(one.max(two)),
        }
    }
}

impl Pace {
    /// When a broadcast may go to any chat at all.
    pub fn overall(&self, now: Instant) -> Turn {
        self.all.turn(OVERALL, SECOND, now)
    }

    /// When a broadcast may go to this chat, as far as the chat matters.
    pub fn to_chat(&self, chat: ChatId, now: Instant) -> Turn {
        self.chats
            .get(&chat)
            .map_or(Turn::Now, |chat| chat.turn(CHAT, SECOND, now).later(chat.turn(CHAT_IN_A_MINUTE, MINUTE, now)))
    }

    /// Lets a broadcast through, which will [`begin`](Self::begin) or [`give back`](Self::give_back) its place.
    pub fn reserve(&mut self, chat: ChatId) {
        self.all.pending += 1;
        self.chats.entry(chat).or_default().pending += 1;
    }

    /// A broadcast that was let through goes now.
    pub fn begin(&mut self, chat: ChatId, now: Instant) {
        self.give_back(chat);
        self.record(chat, now);
    }

    /// A broadcast that was let through does not go after all.
    pub fn give_back(&mut self, chat: ChatId) {
        self.all.pending = self.all.pending.saturating_sub(1);
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.pending = chat.pending.saturating_sub(1);
        }
    }

    /// A message went that did not wait.
    pub fn record(&mut self, chat: ChatId, now: Instant) {
        self.all.record(now, OVERALL);
        if self.chats.len() >= CHATS_IN_MIND && !self.chats.contains_key(&chat) {
            let matters = |chat: &Starts| chat.pending > 0 || chat.at.back().is_some_and(|at| *at + MINUTE > now);
            self.chats.retain(|_, chat| matters(chat));
        }
        self.chats.entry(chat).or_default().record(now, CHAT_IN_A_MINUTE);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    /// So many chats that what holds for all of them binds before what holds for each.
    const CHATS: i64 = 60;

    /// The most of these instants in any window of this length.
    fn densest(times: &[u64], window: u64) -> usize {
        times
            .iter()
            .map(|from| times.iter().filter(|at| (*from..from + window).contains(*at)).count())
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn broadcasts_stay_within_every_window_whatever_the_order(
            wishes in prop::collection::vec((0_i64..CHATS, 0_u64..25, any::<bool>()), 1..400)
        ) {
            let (start, mut pace) = (Instant::now(), Pace::default());
            let (mut now, mut all, mut broadcasts) = (0, Vec::new(), Vec::new());
            for (chat, pause, is_reply) in wishes {
                now += pause;
                let chat = ChatId(chat);
                if is_reply && all.len() % 7 == 0 {
                    pace.record(chat, at(start, now));
                    all.push(now);
                    continue;
                }
                let turn = pace.overall(at(start, now)).later(pace.to_chat(chat, at(start, now)));
                if turn == Turn::Now {
                    pace.reserve(chat);
                    pace.begin(chat, at(start, now));
                    all.push(now);
                    broadcasts.push((chat, now));
                    // Everything within the second that ends with this broadcast counts.
                    prop_assert!(all.iter().filter(|t| **t + 1_000 > now).count() <= OVERALL);
                }
            }
            for chat in (0..CHATS).map(ChatId) {
                let times: Vec<u64> = broadcasts.iter().filter(|(c, _)| *c == chat).map(|(_, at)| *at).collect();
                prop_assert!(densest(&times, 1_000) <= CHAT);
                prop_assert!(densest(&times, 60_000) <= CHAT_IN_A_MINUTE);
            }
        }
    }

    #[test]
    fn a_broadcast_to_many_chats_keeps_98_percent_of_the_allowed_pace_and_never_exceeds_it() {
        let (start, mut pace, mut now, mut times) = (Instant::now(), Pace::default(), 0, Vec::new());
        for chat in 0..3_000 {
            while pace.overall(at(start, now)) != Turn::Now {
                now += 1;
            }
            pace.reserve(ChatId(chat));
            pace.begin(ChatId(chat), at(start, now));
            times.push(now);
        }
        assert_eq!(densest(&times, 1_000), 30);
        assert!(3_000.0 / (f64::from(u32::try_from(now).unwrap()) / 1_000.0) >= 0.98 * 30.0, "{now} ms");
    }

    #[test]
    fn one_that_was_let_through_and_has_not_gone_counts_as_going_now() {
        let (now, mut pace) = (Instant::now(), Pace::default());
        pace.reserve(ChatId(1));
        assert_eq!(pace.to_chat(ChatId(1), now), Turn::AfterAnother);
        pace.give_back(ChatId(1));
        assert_eq!(pace.to_chat(ChatId(1), now), Turn::Now);
    }

    #[test]
    fn a_late_start_moves_the_window() {
        let (now, mut pace) = (Instant::now(), Pace::default());
        pace.reserve(ChatId(1));
        pace.begin(ChatId(1), at(now, 400));
        assert_eq!(pace.to_chat(ChatId(1), at(now, 1_100)), Turn::At(at(now, 400) + SECOND));
    }

    #[test]
    fn chats_that_no_longer_matter_are_forgotten() {
        let (start, mut pace) = (Instant::now(), Pace::default());
        for chat in 0..20_000 {
            pace.record(ChatId(chat), at(start, u64::try_from(chat).unwrap() * 100));
        }
        assert!(pace.chats.len() <= CHATS_IN_MIND);
    }
}
