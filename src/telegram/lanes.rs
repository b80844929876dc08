//! What waits to be sent, in memory. A lane is what has to keep its order: one class of message in one topic of one
//! chat. A lane gives out one row at a time; the next one only when something became of that.

use std::collections::{BTreeMap, HashMap, VecDeque};

use tokio::time::Instant;

use crate::clock::Timestamp;
use crate::message::{ChatId, TopicId};
use crate::store::{Class, Row, Source};
use crate::telegram::pace::{Pace, Turn};

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
    /// The first row is out: nothing else leaves the lane.
    busy: bool,
}

/// All lanes. Each that has rows and is not busy stands in exactly one line: ready, or waiting for a time.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    queues: HashMap<Lane, Queue>,
    replies: VecDeque<Lane>,
    reminders: VecDeque<Lane>,
    /// Waiting for the wall clock: retries, floods. The number only tells equal times apart.
    by_clock: BTreeMap<(Timestamp, u64), Lane>,
    /// Waiting for their chat's pace.
    by_pace: BTreeMap<(Instant, u64), Lane>,
    /// Chats to which nothing goes before a certain time.
    holds: HashMap<ChatId, Timestamp>,
    entries: u64,
}

impl Lanes {
    /// Takes a row at the end of its lane.
    pub(super) fn push(&mut self, row: Row, now: Timestamp) {
        let lane = Lane::of(&row);
        let queue = self.queues.entry(lane).or_default();
        queue.rows.push_back(row);
        if queue.rows.len() == 1 && !queue.busy {
            self.line_up(lane, now);
        }
    }

    /// The next reply that may go.
    pub(super) fn next_reply(&mut self, now: Timestamp) -> Option<(Lane, Row)> {
        while let Some(lane) = self.replies.pop_front() {
            if let Some(row) = self.leave(lane, now) {
                return Some((lane, row));
            }
        }
        None
    }

    /// The next reminder that may go; its place in the pace is reserved. Otherwise when to ask again, as far as the pace
    /// decides that.
    pub(super) fn next_reminder(
        &mut self,
        now: Timestamp,
        instant: Instant,
        pace: &mut Pace,
    ) -> Result<(Lane, Row), Option<Instant>> {
        while let Some(lane) = self.reminders.pop_front() {
            match pace.overall(instant) {
                Turn::Now => {}
                later => {
                    self.reminders.push_front(lane);
                    return Err(if let Turn::At(at) = later { Some(at) } else { None });
                }
            }
            match pace.to_chat(lane.chat, instant) {
                Turn::Now => {
                    if let Some(row) = self.leave(lane, now) {
                        pace.reserve(lane.chat);
                        return Ok((lane, row));
                    }
                }
                Turn::At(at) => {
                    self.entries += 1;
                    self.by_pace.insert((at, self.entries), lane);
                }
                // Another topic of the chat has its turn; it will be over soon.
                Turn::AfterAnother => {
                    self.entries += 1;
                    self.by_pace.insert((instant + std::time::Duration::from_millis(50), self.entries), lane);
                }
            }
        }
        Err(None)
    }

    /// Something became of the row that was out: the lane goes on, with `again` first if that is to be tried again.
    pub(super) fn back(&mut self, lane: Lane, again: Option<Row>, now: Timestamp) {
        let Some(queue) = self.queues.get_mut(&lane) else { return };
        queue.busy = false;
        if let Some(row) = again {
            queue.rows.push_front(row);
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
        if let Some(queue) = self.queues.get_mut(&lane) {
            while queue.rows.front().is_some_and(|row| row.source == source) {
                rest.extend(queue.rows.pop_front());
            }
        }
        rest
    }

    /// Nothing goes to this chat before then.
    pub(super) fn hold(&mut self, chat: ChatId, until: Timestamp) {
        self.holds.insert(chat, until);
    }

    /// Takes out everything that waits for a chat.
    pub(super) fn take_chat(&mut self, chat: ChatId) -> Vec<Row> {
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

    /// The chat has another number now.
    pub(super) fn rename(&mut self, from: ChatId, to: ChatId, now: Timestamp) {
        for mut row in self.take_chat(from) {
            row.outgoing.place.chat = to;
            self.push(row, now);
        }
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
        let queue = self.queues.get_mut(&lane).filter(|queue| !queue.busy)?;
        let Some(row) = queue.rows.front() else {
            self.queues.remove(&lane);
            return None;
        };
        if hold.is_some() || row.not_before > now {
            self.line_up(lane, now);
            return None;
        }
        queue.busy = true;
        queue.rows.pop_front()
    }

    fn line_up(&mut self, lane: Lane, now: Timestamp) {
        let hold = self.hold_of(lane.chat, now);
        let Some(row) = self.queues.get(&lane).and_then(|queue| queue.rows.front()) else { return };
        let at = hold.map_or(row.not_before, |hold| hold.max(row.not_before));
        if at > now {
            self.entries += 1;
            self.by_clock.insert((at, self.entries), lane);
        } else {
            match lane.class {
                Class::Reply => self.replies.push_back(lane),
                Class::Reminder => self.reminders.push_back(lane),
            }
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
