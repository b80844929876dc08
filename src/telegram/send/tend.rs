//! What is looked after while messages wait for their place: how late they are, and that the store knows that they wait.

use std::time::Duration;

use tokio::time::Instant;

use super::{Pump, Status};
use crate::store::Class;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(1);
/// How late the oldest has to be before the log says so.
const LATE: Duration = Duration::from_secs(60);
/// How late it may be at most when the log says that it is over.
const ON_TIME: Duration = Duration::from_secs(10);
/// How long a message waits before the store is told that it was not attempted.
const WAITS: Duration = Duration::from_secs(1);

/// What was said of lateness.
#[derive(Debug)]
pub(super) struct Tended {
    next: Instant,
    late_replies: bool,
    late_reminders: bool,
}

impl Tended {
    /// Nothing was said yet.
    pub(super) fn new(now: Instant) -> Self {
        Self { next: now, late_replies: false, late_reminders: false }
    }
}

impl Pump {
    /// When to [`tend`](Self::tend) again; `None` where nothing waits and nothing was said.
    pub(super) fn next_tending(&self) -> Option<Instant> {
        let idle = self.lanes.is_empty() && !self.tended.late_replies && !self.tended.late_reminders;
        (!idle || !self.tended_at_rest).then_some(self.tended.next)
    }

    /// Looks after what waits, once a second at most.
    pub(super) fn tend(&mut self) {
        let instant = Instant::now();
        if self.tended.next > instant {
            return;
        }
        self.tended.next = instant + EVERY;
        self.tended_at_rest = self.lanes.is_empty();
        let now = self.courier.clock.now();
        // A kill would leave them as attempts of which nobody knows how they ended.
        for row in self.lanes.unattempted(now.before(WAITS)) {
            self.courier.put_back(row, "waits for its place");
        }
        for class in [Class::Reply, Class::Reminder] {
            let (late, waiting) = self.lanes.lateness(class, now);
            self.courier.api.transport.show_lateness(class, late);
            self.tell_lateness(class, late, waiting);
        }
    }

    fn tell_lateness(&mut self, class: Class, late: Duration, waiting: usize) {
        let (said, name) = match class {
            Class::Reply => (&mut self.tended.late_replies, "replies"),
            Class::Reminder => (&mut self.tended.late_reminders, "reminders"),
        };
        // Where nothing goes out at all, the log has said why.
        if !*said && late >= LATE && *self.status.borrow() == Status::Working {
            *said = true;
            tracing::warn!(
                "{name} are late: {waiting} wait for their place, the oldest for {} s; more is to go out than Telegram allows",
                late.as_secs()
            );
        } else if *said && late <= ON_TIME {
            *said = false;
            tracing::info!("{name} are on time again");
        }
    }
}
