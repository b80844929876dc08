//! What waits to be sent, in memory. A lane is what has to keep its order: one class of message in one topic of one
//! chat. A lane gives out one row at a time; the next one only when something became of that.
//!
//! Reminders go in the order in which they were planned. Replies go by fair queueing: the first reply of a lane stands in
//! line since it was made, each further one of its backlog [`BEHIND`] later than the one before it. So who asks one thing
//! comes before the second answer to who asks many, and nobody waits for ever.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::Timestamp;
use crate::message::{ChatId, Content, Outgoing, TopicId};
use crate::store::{Class, Progress, Row, Source};
use crate::telegram::pace::Pace;

/// How much later each reply of a backlog stands in line than the one before it: a minute, in which a person may ask as
/// much as `telegram.limits` allows.
const BEHIND: Duration = Duration::from_secs(60);
/// How soon a row may go that counts as one that waits for its place.
const SOON: Duration = Duration::from_secs(60);
/// How many former numbers of chats are kept in mind before those are dropped under which nothing can be out any more.
const MOST_FORMER: usize = 1_000;
/// How long a row may be out or on its way here under a former number: far longer than any time limit.
const FORMER: Duration = Duration::from_secs(3_600);

/// What keeps its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    pub(super) chat: ChatId,
    pub(super) topic: TopicId,
    pub(super) class: Class,
}

impl Lane {
    fn of(row: &Row) -> Self {
        Self { chat: row.outgoing.place.chat, topic: row.outgoing.place.topic, class: row.class() }
    }
}

/// The rows of one lane, in order.
#[derive(Debug, Default)]
struct Queue {
    rows: VecDeque<Row>,
    /// How many rows are out: while any is, nothing else leaves the lane. More than one only where two lanes became one.
    out: usize,
    /// Since when the first row stands in line, and what it is part of; parts of one message stand there together.
    in_line: Option<(Timestamp, Source)>,
}

impl Queue {
    /// Takes a row at its place: ids rise in the order in which rows are made.
    fn insert(&mut self, row: Row) {
        let place = self.rows.partition_point(|earlier| earlier.id < row.id);
        self.rows.insert(place, row);
    }

    /// Since when the first row stands in line.
    fn in_line_since(&mut self) -> Option<Timestamp> {
        let row = self.rows.front()?;
        let since = match self.in_line {
            Some((since, source)) if source == row.source => since,
            Some((since, _)) => row.id.made().max(since.after(BEHIND)),
            None => row.id.made(),
        };
        self.in_line = Some((since, row.source));
        Some(since)
    }
}

/// All lanes. Each that has rows and is not busy stands in exactly one line: ready, or waiting for a time.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    queues: HashMap<Lane, Queue>,
    /// By when they stand in line; the number only tells equal times apart.
    replies: BTreeMap<(Timestamp, u64), Lane>,
    reminders: VecDeque<Lane>,
    /// Waiting for the wall clock: retries, floods. The number only tells equal times apart.
    by_clock: BTreeMap<(Timestamp, u64), Lane>,
    /// Waiting for their chat's pace.
    by_pace: BTreeMap<(Instant, u64), Lane>,
    /// Chats to which nothing goes before a certain time.
    holds: HashMap<ChatId, Timestamp>,
    /// Chats that have another number, and since when: rows come under the old one for a while.
    former: HashMap<ChatId, (ChatId, Timestamp)>,
    entries: u64,
}

impl Lanes {
    /// Takes a row into its lane.
    pub(super) fn push(&mut self, mut row: Row, now: Timestamp) {
        row.outgoing.place.chat = self.present(row.outgoing.place.chat);
        let lane = Lane::of(&row);
        let queue = self.queues.entry(lane).or_default();
        queue.insert(row);
        if queue.rows.len() == 1 && queue.out == 0 {
            self.line_up(lane, now);
        }
    }

    /// The number that a chat has now.
    fn present(&self, chat: ChatId) -> ChatId {
        self.former.get(&chat).map_or(chat, |(to, _)| *to)
    }

    /// Takes out what a row makes pointless: the buttons of the same message as they were before.
    pub(super) fn take_superseded(&mut self, row: &Row) -> Vec<Row> {
        if row.outgoing.content != Content::Keyboard {
            return Vec::new();
        }
        let Some(queue) = self.queues.get_mut(&Lane::of(row)) else { return Vec::new() };
        // One that was tried already may have had its effect: what became of it has to be found out.
        let same = |waiting: &Outgoing| (waiting.mode, &waiting.content) == (row.outgoing.mode, &row.outgoing.content);
        let pointless = |waiting: &Row| same(&waiting.outgoing) && waiting.ambiguous == 0;
        let (taken, kept) = std::mem::take(&mut queue.rows).into_iter().partition(pointless);
        queue.rows = kept;
        taken.into()
    }

    /// The next row of a class that may go, and when; its place in the pace is reserved. Otherwise when to ask again, as
    /// far as the pace decides that. `careful`: none that may be in its chat already.
    pub(super) fn next(
        &mut self,
        class: Class,
        (now, instant): (Timestamp, Instant),
        careful: bool,
        pace: &mut Pace,
    ) -> Result<(Lane, Row, Instant), Option<Instant>> {
        let mut doubtful = Vec::new();
        let next = self.next_but(class, (now, instant), pace, |row| careful && row.ambiguous > 0, &mut doubtful);
        for lane in doubtful {
            self.line_up(lane, now);
        }
        next
    }

    /// The same without the lanes whose first row is left out: they are set aside.
    fn next_but(
        &mut self,
        class: Class,
        (now, instant): (Timestamp, Instant),
        pace: &mut Pace,
        left_out: impl Fn(&Row) -> bool,
        aside: &mut Vec<Lane>,
    ) -> Result<(Lane, Row, Instant), Option<Instant>> {
        while self.has(class) {
            let at = pace.overall(class, instant).promised(instant)?;
            let Some(lane) = self.pop(class) else { break };
            if self.queues.get(&lane).and_then(|queue| queue.rows.front()).is_some_and(&left_out) {
                aside.push(lane);
            } else if let Some(again) = pace.to_chat(lane.chat, instant).ask_again(instant) {
                self.entries += 1;
                self.by_pace.insert((again, self.entries), lane);
            } else if let Some(row) = self.leave(lane, now) {
                pace.reserve(lane.chat, class, at);
                return Ok((lane, row, at));
            }
        }
        Err(None)
    }

    /// Whether a row that is certainly not in its chat waits, and not for long: for its place, or for [`SOON`].
    pub(super) fn has_one_without_doubt(&self, now: Timestamp) -> bool {
        let soon = now.after(SOON);
        let waits_long = |lane: &Lane| self.holds.get(&lane.chat).is_some_and(|until| *until > soon);
        self.queues.iter().any(|(lane, queue)| {
            queue.out == 0
                && queue.rows.front().is_some_and(|row| row.ambiguous == 0 && row.not_before <= soon)
                && !waits_long(lane)
        })
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.queues.values().all(|queue| queue.rows.is_empty())
    }

    /// The rows that were made before then and of which the store believes that they are being sent.
    pub(super) fn unattempted(&mut self, before: Timestamp) -> impl Iterator<Item = &mut Row> {
        let rows = self.queues.values_mut().flat_map(|queue| &mut queue.rows);
        rows.filter(move |row| row.progress == Progress::Sending && row.not_before <= before)
    }

    /// For how long the oldest row of a class has waited for its place, and how many wait.
    pub(super) fn lateness(&self, class: Class, now: Timestamp) -> (Duration, usize) {
        let of_class = self.queues.iter().filter(|(lane, _)| lane.class == class);
        of_class.fold((Duration::ZERO, 0), |(late, waiting), (lane, queue)| {
            let held = self.holds.get(&lane.chat).copied().unwrap_or(Timestamp(i64::MIN));
            let first = queue.rows.front().map_or(Duration::ZERO, |row| now.since(row.not_before.max(held)));
            (late.max(first), waiting + queue.rows.len())
        })
    }

    fn has(&self, class: Class) -> bool {
        match class {
            Class::Reply => !self.replies.is_empty(),
            Class::Reminder => !self.reminders.is_empty(),
        }
    }

    fn pop(&mut self, class: Class) -> Option<Lane> {
        match class {
            Class::Reply => self.replies.pop_first().map(|(_, lane)| lane),
            Class::Reminder => self.reminders.pop_front(),
        }
    }

    /// Something became of the row that was out: the lane goes on, with `again` first if that is to be tried again.
    pub(super) fn back(&mut self, lane: Lane, again: Option<Row>, now: Timestamp) {
        let lane = Lane { chat: self.present(lane.chat), ..lane };
        let Some(queue) = self.queues.get_mut(&lane) else { return };
        queue.out = queue.out.saturating_sub(1);
        if let Some(mut row) = again {
            row.outgoing.place.chat = lane.chat;
            queue.insert(row);
        }
        if queue.out > 0 {
            return;
        }
        if queue.rows.is_empty() {
            self.queues.remove(&lane);
        } else {
            self.line_up(lane, now);
        }
    }

    /// Takes out the rows behind a part that will never be sent which belong to the same message.
    pub(super) fn take_rest_of(&mut self, lane: Lane, source: Source) -> Vec<Row> {
        let mut rest = Vec::new();
        let lane = Lane { chat: self.present(lane.chat), ..lane };
        if let Some(queue) = self.queues.get_mut(&lane) {
            while queue.rows.front().is_some_and(|row| row.source == source) {
                rest.extend(queue.rows.pop_front());
            }
        }
        rest
    }

    /// Nothing goes to this chat before then.
    pub(super) fn hold(&mut self, chat: ChatId, until: Timestamp) {
        self.holds.insert(self.present(chat), until);
    }

    /// Takes out everything that waits for a chat.
    pub(super) fn take_chat(&mut self, chat: ChatId) -> Vec<Row> {
        let chat = self.present(chat);
        let queues = self.queues.iter_mut().filter(|(lane, _)| lane.chat == chat);
        // Emptied lanes that stand in a line are dropped when their turn comes.
        let mut rows: Vec<Row> = queues.flat_map(|(_, queue)| queue.rows.drain(..)).collect();
        rows.sort_by_key(|row| row.id);
        rows
    }

    /// Takes out everything that waits.
    pub(super) fn take_all(&mut self) -> Vec<Row> {
        std::mem::take(self).queues.into_values().flat_map(|queue| queue.rows).collect()
    }

    /// The chat has another number now: what waits goes there in order, once what is out under the old one is back.
    pub(super) fn rename(&mut self, from: ChatId, to: ChatId, now: Timestamp) {
        let to = self.present(to);
        if from == to {
            return;
        }
        self.remember_former(from, to, now);
        if let Some(until) = self.holds.remove(&from) {
            self.holds.entry(to).and_modify(|held| *held = (*held).max(until)).or_insert(until);
        }
        let moving: Vec<Lane> = self.queues.keys().filter(|lane| lane.chat == from).copied().collect();
        for old in moving {
            let (new, Some(moved)) = (Lane { chat: to, ..old }, self.queues.remove(&old)) else { continue };
            self.leave_lines(|lane| lane == old || lane == new);
            let queue = self.queues.entry(new).or_default();
            queue.out += moved.out;
            for mut row in moved.rows {
                row.outgoing.place.chat = to;
                queue.insert(row);
            }
            if queue.out == 0 {
                self.line_up(new, now);
            }
        }
    }

    fn remember_former(&mut self, from: ChatId, to: ChatId, now: Timestamp) {
        if self.former.len() >= MOST_FORMER {
            self.former.retain(|_, (_, since)| now.since(*since) < FORMER);
        }
        self.former.values_mut().filter(|(known, _)| *known == from).for_each(|(known, _)| *known = to);
        self.former.insert(from, (to, now));
    }

    fn leave_lines(&mut self, leaves: impl Fn(Lane) -> bool) {
        self.replies.retain(|_, lane| !leaves(*lane));
        self.reminders.retain(|lane| !leaves(*lane));
        self.by_clock.retain(|_, lane| !leaves(*lane));
        self.by_pace.retain(|_, lane| !leaves(*lane));
    }

    /// Moves whoever has waited long enough to the ready ones.
    pub(super) fn wake(&mut self, now: Timestamp, instant: Instant) {
        while let Some(entry) = self.by_clock.first_entry().filter(|entry| entry.key().0 <= now) {
            let lane = entry.remove();
            self.line_up(lane, now);
        }
        while let Some(entry) = self.by_pace.first_entry().filter(|entry| entry.key().0 <= instant) {
            let lane = entry.remove();
            self.line_up(lane, now);
        }
    }

    /// The wall clock was set back: whoever waits for it waits that much less.
    pub(super) fn set_back(&mut self, by: Duration, now: Timestamp) {
        let sooner = |at: &mut Timestamp| {
            if *at > now {
                *at = at.before(by);
            }
        };
        self.holds.values_mut().for_each(sooner);
        self.queues.values_mut().flat_map(|queue| &mut queue.rows).for_each(|row| sooner(&mut row.not_before));
        for lane in std::mem::take(&mut self.by_clock).into_values() {
            self.line_up(lane, now);
        }
    }

    /// When to [`wake`](Self::wake) somebody by the wall clock.
    pub(super) fn next_by_clock(&self) -> Option<Timestamp> {
        self.by_clock.first_key_value().map(|((at, _), _)| *at)
    }

    /// When to [`wake`](Self::wake) somebody by the pace.
    pub(super) fn next_by_pace(&self) -> Option<Instant> {
        self.by_pace.first_key_value().map(|((at, _), _)| *at)
    }

    /// The first row of a lane goes out, unless there is none or it has to wait.
    fn leave(&mut self, lane: Lane, now: Timestamp) -> Option<Row> {
        let hold = self.hold_of(lane.chat, now);
        let queue = self.queues.get_mut(&lane).filter(|queue| queue.out == 0)?;
        let Some(row) = queue.rows.front() else {
            self.queues.remove(&lane);
            return None;
        };
        if hold.is_some() || row.not_before > now {
            self.line_up(lane, now);
            return None;
        }
        queue.out = 1;
        queue.rows.pop_front()
    }

    fn line_up(&mut self, lane: Lane, now: Timestamp) {
        let hold = self.hold_of(lane.chat, now);
        let Some(queue) = self.queues.get_mut(&lane) else { return };
        let Some(row) = queue.rows.front() else { return };
        let at = hold.map_or(row.not_before, |hold| hold.max(row.not_before));
        self.entries += 1;
        if at > now {
            self.by_clock.insert((at, self.entries), lane);
        } else if lane.class == Class::Reminder {
            self.reminders.push_back(lane);
        } else if let Some(since) = queue.in_line_since() {
            self.replies.insert((since, self.entries), lane);
        }
    }

    fn hold_of(&mut self, chat: ChatId, now: Timestamp) -> Option<Timestamp> {
        let until = *self.holds.get(&chat)?;
        if until <= now {
            self.holds.remove(&chat);
            return None;
        }
        Some(until)
    }
}

#[cfg(test)]
mod tests;
