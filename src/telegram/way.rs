//! Whether messages get through, judged by messages alone: other calls may be answered while sending is broken.
//!
//! A message whose answer is lost shuts the way, and so do messages to [`TROUBLED_CHATS`] chats, one after the other, that
//! Telegram refuses because of trouble of its own. While it is shut, one message at a time is tried, with growing waits
//! between them; the first that is answered opens it again. So an outage costs few messages an attempt.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::message::ChatId;
use crate::store::RowId;
use crate::telegram::backoff::Backoff;

/// How many chats, one after the other, have to meet with trouble of Telegram's own before it is said of all.
const TROUBLED_CHATS: usize = 3;
/// The pauses between messages that are tried.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What an attempt shows about sending as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Nothing: no request was made, or it was about the token.
    None,
    /// Telegram answered.
    Through,
    /// The answer was lost, or the request never left.
    Lost(String),
    /// Telegram refused because of trouble of its own.
    Troubled(String),
}

/// Whether messages get through.
#[derive(Debug, Default)]
pub(super) struct Way {
    shut: Option<Shut>,
    /// The chats that met with Telegram's trouble since a message got through.
    troubled: HashSet<ChatId>,
}

#[derive(Debug)]
struct Shut {
    /// When the latest message failed: one that began before proves nothing.
    since: Instant,
    next: Instant,
    pauses: Backoff,
    out: Option<RowId>,
}

impl Way {
    /// Whether messages get through, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        self.shut.is_none()
    }

    /// A message failed in a way that may befall all; the first is followed by a try at once.
    pub(super) fn shut(&mut self, now: Instant) {
        match &mut self.shut {
            Some(shut) => shut.since = now,
            None => {
                let pauses = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
                self.shut = Some(Shut { since: now, next: now, pauses, out: None });
            }
        }
    }

    /// Telegram refused a message to this chat because of trouble of its own. Whether the way is shut now, and was not
    /// before.
    pub(super) fn troubled(&mut self, chat: ChatId, now: Instant) -> bool {
        let open = self.is_open();
        self.troubled.insert(chat);
        if !open || self.troubled.len() >= TROUBLED_CHATS {
            self.shut(now);
        }
        open && !self.is_open()
    }

    /// A message that was begun then got through. Whether the way is open now, and was not before.
    pub(super) fn through(&mut self, begun: Instant) -> bool {
        self.troubled.clear();
        let proven = self.shut.as_ref().is_some_and(|shut| begun >= shut.since);
        if proven {
            self.shut = None;
        }
        proven
    }

    /// Whether one message may be tried now; otherwise when, as far as that is known.
    pub(super) fn may_try(&self, now: Instant) -> Result<(), Option<Instant>> {
        match &self.shut {
            Some(Shut { out: Some(_), .. }) => Err(None),
            Some(Shut { next, .. }) if *next > now => Err(Some(*next)),
            _ => Ok(()),
        }
    }

    /// A message is tried.
    pub(super) fn tried(&mut self, row: RowId, now: Instant) {
        if let Some(shut) = &mut self.shut {
            shut.out = Some(row);
            shut.next = now + shut.pauses.pause();
        }
    }

    /// A message that was out is back, whatever became of it.
    pub(super) fn back(&mut self, row: RowId) {
        if let Some(shut) = self.shut.as_mut().filter(|shut| shut.out == Some(row)) {
            shut.out = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u8) -> RowId {
        RowId::parse(&format!("{number:032x}")).unwrap()
    }

    fn seconds(from: Instant, seconds: f64) -> Instant {
        from + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn while_it_is_shut_one_message_at_a_time_is_tried_with_growing_waits() {
        let (start, mut way) = (Instant::now(), Way::default());
        way.shut(start);
        let mut at = 0.0;
        for (number, pause) in [(1, 0.5), (2, 1.0), (3, 2.0)] {
            assert_eq!(way.may_try(seconds(start, at)), Ok(()));
            way.tried(row(number), seconds(start, at));
            assert_eq!(way.may_try(seconds(start, at)), Err(None), "one at a time");
            way.shut(seconds(start, at));
            way.back(row(number));
            at += pause;
            assert_eq!(way.may_try(start), Err(Some(seconds(start, at))));
        }
        assert!(way.through(seconds(start, at)));
        assert!(way.is_open());
    }

    #[test]
    fn a_message_that_began_before_the_last_failure_proves_nothing() {
        let (start, mut way) = (Instant::now(), Way::default());
        way.shut(seconds(start, 8.0));
        assert!(!way.through(seconds(start, 7.0)));
        assert!(!way.is_open());
    }

    #[test]
    fn trouble_of_one_chat_is_not_said_of_all() {
        let (now, mut way) = (Instant::now(), Way::default());
        assert!((0..9).all(|_| !way.troubled(ChatId(1), now)));
        assert!(!way.troubled(ChatId(2), now));
        way.through(now);
        assert!(!way.troubled(ChatId(3), now) && !way.troubled(ChatId(4), now));
        assert!(way.troubled(ChatId(5), now));
        assert!(!way.is_open());
    }
}
