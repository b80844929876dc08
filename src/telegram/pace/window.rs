//! A sliding window: the latest messages of one kind, and when one more may go.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// When a message may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// Not before this instant.
    At(Instant),
    /// Once a message that was let through before has been answered.
    AfterAnother,
}

impl Turn {
    /// The later of two turns: both limits have to be kept.
    pub(in crate::telegram) fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::AfterAnother, _) | (_, Self::AfterAnother) => Self::AfterAnother,
            (Self::Now, turn) | (turn, Self::Now) => turn,
            (Self::At(one), Self::At(two)) => Self::At(one.max(two)),
        }
    }
}

/// The latest messages by the instant of their answer, and the number of those that are not answered yet.
#[derive(Debug, Default)]
pub(super) struct Window {
    answered: VecDeque<Instant>,
    pending: usize,
}

impl Window {
    /// When one more may go, where at most `most` may within `span`. A message without an answer counts as going now.
    pub(super) fn turn(&self, most: usize, span: Duration, now: Instant) -> Turn {
        let Some(gone) = (self.answered.len() + self.pending).checked_sub(most) else { return Turn::Now };
        match self.answered.get(gone) {
            Some(oldest) if *oldest + span <= now => Turn::Now,
            Some(oldest) => Turn::At(*oldest + span),
            None => Turn::AfterAnother,
        }
    }

    /// A message was let through.
    pub(super) fn reserve(&mut self) {
        self.pending += 1;
    }

    /// A message that was let through is answered, or does not go after all.
    pub(super) fn give_back(&mut self) {
        self.pending = self.pending.saturating_sub(1);
    }

    /// A message was answered at `at`; of older ones only `keep` matter.
    pub(super) fn record(&mut self, at: Instant, keep: usize) {
        let place = self.answered.partition_point(|earlier| *earlier <= at);
        self.answered.insert(place, at);
        while self.answered.len() > keep {
            self.answered.pop_front();
        }
    }

    /// Whether the window still holds a message that was answered within `span`, or is not answered yet.
    pub(super) fn matters(&self, span: Duration, now: Instant) -> bool {
        self.pending > 0 || self.answered.back().is_some_and(|at| *at + span > now)
    }

    /// The instants of the answers, oldest first.
    pub(super) fn into_answered(self) -> VecDeque<Instant> {
        self.answered
    }
}
