//! How fast messages may go: never more than 30 in any one second, nor one a second or 20 a minute to one chat.
//!
//! Windows that slide: what counts is when messages went, not tokens that fill up, because a bucket of 30 tokens a
//! second lets up to 60 through in one second. Nobody here knows when a message arrived; but it did before its answer
//! came, and the fastest answers of late tell how much of the way back that may have been. So a place is free again a
//! second after its answer, less that: no message that was slow on its way lets 31 arrive in one second.
//!
//! Broadcasts keep a little apart, so that places become free all the time: who asks something in the middle of one
//! gets the next. Replies wait for nothing but broadcasts, and for no chat's limit.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::message::ChatId;
use crate::store::Class;

/// The most messages in a second, to all chats together.
pub const OVERALL: usize = 30;
/// The most messages in [`SECOND`] to one chat.
const CHAT: usize = 1;
/// The most messages in [`MINUTE`] to one chat.
const CHAT_IN_A_MINUTE: usize = 20;
/// A second, and a little for what the fastest answers do not tell.
const SECOND: Duration = Duration::from_millis(1_010);
const MINUTE: Duration = Duration::from_millis(60_100);
/// For how long a message matters.
pub const LONGEST_WINDOW: Duration = MINUTE;
/// How far apart broadcasts are meant to go, and how many may make up for lost time.
const GAP: Duration = Duration::from_millis(33);
const MAKING_UP: u32 = 3;
/// How much of the way back may be taken as known at most, and from how many answers.
const FASTEST: Duration = Duration::from_millis(500);
const ENOUGH_ANSWERS: u32 = 30;
/// How much slower the fastest answer is taken to be with each further one: ways to Telegram change.
const FORGETTING: Duration = Duration::from_micros(10);
/// How long before its time a broadcast is let through: until then its attempt is written.
const AHEAD: Duration = Duration::from_millis(100);
/// How soon it is looked again where another topic of the same chat has its turn.
const ANOTHER_TOPIC: Duration = Duration::from_millis(50);
/// How many chats are kept in mind before those are dropped that no longer matter.
const CHATS_IN_MIND: usize = 4_096;

/// The messages that went, as far as they still matter.
#[derive(Debug)]
pub struct Pace {
    all: Starts,
    chats: HashMap<ChatId, Starts>,
    /// When the next broadcast is meant to go.
    next: Instant,
    /// How long the fastest answer took of late.
    fastest: Duration,
    answers: u32,
}

/// When a message may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// Not before this instant.
    At(Instant),
    /// Once one was answered that was let through before.
    AfterAnother,
}

/// The latest messages in one window by when they were answered, and those let through of which that is not known yet.
#[derive(Debug, Default)]
struct Starts {
    at: VecDeque<(Instant, Class)>,
    pending: usize,
    pending_broadcasts: usize,
}

impl Starts {
    fn turn(&self, most: usize, within: Duration, now: Instant) -> Turn {
        let Some(gone) = (self.at.len() + self.pending).checked_sub(most) else { return Turn::Now };
        match self.at.get(gone) {
            Some((oldest, _)) if *oldest + within <= now => Turn::Now,
            Some((oldest, _)) => Turn::At(*oldest + within),
            None => Turn::AfterAnother,
        }
    }

    /// Whether a broadcast takes a place.
    fn holds_a_broadcast(&self, within: Duration, now: Instant) -> bool {
        let in_window = |(at, class): &(Instant, Class)| *class == Class::Reminder && *at + within > now;
        self.pending_broadcasts > 0 || self.at.iter().any(in_window)
    }

    fn reserve(&mut self, class: Class) {
        self.pending += 1;
        self.pending_broadcasts += usize::from(class == Class::Reminder);
    }

    fn give_back(&mut self, class: Class) {
        self.pending = self.pending.saturating_sub(1);
        self.pending_broadcasts = self.pending_broadcasts.saturating_sub(usize::from(class == Class::Reminder));
    }

    fn record(&mut self, at: Instant, class: Class, keep: usize) {
        if self.at.len() == keep {
            self.at.pop_front();
        }
        let place = self.at.partition_point(|(earlier, _)| *earlier <= at);
        self.at.insert(place, (at, class));
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
}

impl Pace {
    /// The pace of a sender that begins now.
    pub fn new(now: Instant) -> Self {
        Self { all: Starts::default(), chats: HashMap::new(), next: now, fastest: FASTEST, answers: 0 }
    }

    /// When a broadcast may go to any chat at all.
    pub fn overall(&self, now: Instant) -> Turn {
        let apart = self.next.checked_sub(GAP * MAKING_UP).filter(|at| *at > now).map_or(Turn::Now, Turn::At);
        self.all.turn(OVERALL, self.span(SECOND), now).later(apart)
    }

    /// When a broadcast may go to this chat, as far as the chat matters.
    pub fn to_chat(&self, chat: ChatId, now: Instant) -> Turn {
        let Some(chat) = self.chats.get(&chat) else { return Turn::Now };
        let second = chat.turn(CHAT, self.span(SECOND), now);
        second.later(chat.turn(CHAT_IN_A_MINUTE, self.span(MINUTE), now))
    }

    /// When a reply may go: where broadcasts have taken all places, in the next one.
    pub fn reply(&self, now: Instant) -> Turn {
        let within = self.span(SECOND);
        if self.all.holds_a_broadcast(within, now) { self.all.turn(OVERALL, within, now) } else { Turn::Now }
    }

    /// Lets a message through that is to go at an instant. It will [`end`](Self::end) or [give its place
    /// back](Self::give_back).
    pub fn reserve(&mut self, chat: ChatId, class: Class, at: Instant) {
        self.all.reserve(class);
        self.chat(chat, at).reserve(class);
        if class == Class::Reminder {
            self.next = self.next.max(at) + GAP;
        }
    }

    /// A message that was let through does not go after all.
    pub fn give_back(&mut self, chat: ChatId, class: Class) {
        self.all.give_back(class);
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.give_back(class);
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
        for (at, class) in self.chats.remove(&from).unwrap_or_default().at {
            self.chat(to, at).record(at, class, CHAT_IN_A_MINUTE);
        }
    }

    /// A message was answered that an earlier run had let through.
    pub fn record(&mut self, chat: ChatId, class: Class, now: Instant) {
        self.all.record(now, class, OVERALL);
        self.chat(chat, now).record(now, class, CHAT_IN_A_MINUTE);
    }

    /// A window, less what the fastest answer took: that much earlier than its answer a message arrived, or the next
    /// one will arrive that much later than it goes.
    fn span(&self, window: Duration) -> Duration {
        if self.answers < ENOUGH_ANSWERS { window } else { window - self.fastest }
    }

    fn chat(&mut self, chat: ChatId, now: Instant) -> &mut Starts {
        if self.chats.len() >= CHATS_IN_MIND && !self.chats.contains_key(&chat) {
            let matters = |chat: &Starts| chat.pending > 0 || chat.at.back().is_some_and(|(at, _)| *at + MINUTE > now);
            self.chats.retain(|_, chat| matters(chat));
        }
        self.chats.entry(chat).or_default()
    }
}

/// When to ask again for a chat whose turn it is not.
pub(super) fn ask_again(turn: Turn, now: Instant) -> Option<Instant> {
    match turn {
        Turn::Now => None,
        Turn::At(at) => Some(at),
        Turn::AfterAnother => Some(now + ANOTHER_TOPIC),
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

    /// A message that goes, arrives and is answered after so many milliseconds each.
    fn send(pace: &mut Pace, chat: i64, class: Class, goes: Instant, took: u64) {
        pace.reserve(ChatId(chat), class, goes);
        let took = Duration::from_millis(took);
        pace.end(ChatId(chat), class, Some(took), goes + took);
    }

    /// Messages on their way: when each is answered, and which chat it went to.
    type OnTheWay = Vec<(u64, u64, i64)>;

    fn answer(pace: &mut Pace, start: Instant, under_way: &mut OnTheWay, now: u64) {
        under_way.sort_unstable();
        while under_way.first().is_some_and(|(answered, ..)| *answered <= now) {
            let (answered, went, chat) = under_way.remove(0);
            let took = Duration::from_millis(answered - went);
            pace.end(ChatId(chat), Class::Reminder, Some(took), at(start, answered));
        }
    }

    proptest! {
        /// Whatever the way there and back takes, as long as neither is faster than it ever was.
        #[test]
        fn broadcasts_arrive_within_every_window_however_long_they_are_on_their_way(
            wishes in prop::collection::vec((0_i64..CHATS, 0_u64..25, 0_u64..300, 0_u64..100), 1..400),
            least in 0_u64..40,
        ) {
            let start = Instant::now();
            let (mut pace, mut now, mut under_way) = (Pace::new(start), 0, OnTheWay::new());
            let mut arrivals: Vec<(i64, u64)> = Vec::new();
            for (chat, pause, there, back) in wishes {
                now += pause;
                answer(&mut pace, start, &mut under_way, now);
                let turn = pace.overall(at(start, now)).later(pace.to_chat(ChatId(chat), at(start, now)));
                if turn == Turn::Now {
                    pace.reserve(ChatId(chat), Class::Reminder, at(start, now));
                    let arrives = now + least + there;
                    arrivals.push((chat, arrives));
                    under_way.push((arrives + least + back, now, chat));
                }
            }
            let all: Vec<u64> = arrivals.iter().map(|(_, at)| *at).collect();
            prop_assert!(densest(&all, 900) <= OVERALL);
            for chat in 0..CHATS {
                let times: Vec<u64> = arrivals.iter().filter(|(c, _)| *c == chat).map(|(_, at)| *at).collect();
                prop_assert!(densest(&times, 900) <= CHAT);
                prop_assert!(densest(&times, 59_900) <= CHAT_IN_A_MINUTE);
            }
        }
    }

    #[test]
    fn a_broadcast_to_many_chats_keeps_98_percent_of_the_allowed_pace_and_never_exceeds_it() {
        let start = Instant::now();
        for took in [3, 80] {
            let (mut pace, mut now, mut times, mut under_way) = (Pace::new(start), 0, Vec::new(), OnTheWay::new());
            for chat in 0..3_000 {
                loop {
                    answer(&mut pace, start, &mut under_way, now);
                    if pace.overall(at(start, now)) == Turn::Now {
                        break;
                    }
                    now += 1;
                }
                pace.reserve(ChatId(chat), Class::Reminder, at(start, now));
                under_way.push((now + took, now, chat));
                times.push(now);
            }
            assert_eq!(densest(&times, 1_000), 30);
            assert!(3_000.0 / (f64::from(u32::try_from(now).unwrap()) / 1_000.0) >= 0.98 * 30.0, "{now} ms");
        }
    }

    #[test]
    fn broadcasts_keep_apart_so_that_a_reply_soon_finds_a_place() {
        let start = Instant::now();
        let (mut pace, mut now, mut longest) = (Pace::new(start), 0, 0);
        for chat in 0..300 {
            while pace.overall(at(start, now)) != Turn::Now {
                now += 1;
            }
            send(&mut pace, chat, Class::Reminder, at(start, now), 0);
            if let Turn::At(place) = pace.reply(at(start, now)) {
                longest = longest.max((place - at(start, now)).as_millis());
            }
        }
        assert!((1..=200).contains(&longest), "{longest} ms");
    }

    #[test]
    fn a_reply_waits_where_a_broadcast_has_taken_the_last_place_and_never_among_replies() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        for chat in 0..200 {
            assert_eq!(pace.reply(now), Turn::Now);
            send(&mut pace, chat, Class::Reply, now, 0);
        }
        let mut pace = Pace::new(now);
        for chat in 0..29 {
            send(&mut pace, chat, Class::Reply, now, 0);
        }
        send(&mut pace, 29, Class::Reminder, now, 0);
        assert_eq!(pace.reply(now), Turn::At(now + SECOND));
    }

    #[test]
    fn one_that_was_let_through_and_has_not_been_answered_counts_as_going_now() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        pace.reserve(ChatId(1), Class::Reminder, now);
        assert_eq!(pace.to_chat(ChatId(1), now), Turn::AfterAnother);
        pace.give_back(ChatId(1), Class::Reminder);
        assert_eq!(pace.to_chat(ChatId(1), now), Turn::Now);
    }

    #[test]
    fn a_late_answer_keeps_its_place_for_so_much_longer() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        (0..ENOUGH_ANSWERS).for_each(|chat| send(&mut pace, i64::from(chat), Class::Reminder, now, 20));
        assert_eq!(pace.to_chat(ChatId(1), now), Turn::At(now + SECOND));
        send(&mut pace, 2, Class::Reminder, now, 400);
        let late = Duration::from_millis(380) - FORGETTING;
        assert_eq!(pace.to_chat(ChatId(2), now), Turn::At(now + SECOND + late));
    }

    #[test]
    fn what_went_to_a_group_counts_under_its_new_number() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        send(&mut pace, -1, Class::Reminder, now, 0);
        pace.rename(ChatId(-1), ChatId(-100));
        assert_eq!(pace.to_chat(ChatId(-100), now), Turn::At(now + SECOND));
    }

    #[test]
    fn chats_that_no_longer_matter_are_forgotten() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for chat in 0..20_000 {
            pace.record(ChatId(chat), Class::Reply, at(start, u64::try_from(chat).unwrap() * 100));
        }
        assert!(pace.chats.len() <= CHATS_IN_MIND);
    }
}
