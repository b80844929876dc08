//! When a background task last got somewhere: a step that went well beats, also one that had nothing to do.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often a task that waits for something to happen beats all the same.
pub const PERIOD: Duration = Duration::from_secs(10);

/// The heartbeat of one task. Clones are of the same task.
#[derive(Clone, Debug, Default)]
pub struct Heartbeat(Arc<Mutex<Beats>>);

#[derive(Debug, Default)]
struct Beats {
    /// The last step that went well, or when the task began before its first; `None` while none is expected.
    last: Option<Instant>,
    failures: u64,
}

impl Heartbeat {
    /// The task begins, or begins anew after it broke off: that alone is no step.
    pub fn begin(&self) {
        self.lock().last.get_or_insert_with(Instant::now);
    }

    /// A step went well.
    pub fn beat(&self) {
        self.lock().last = Some(Instant::now());
    }

    /// A step failed.
    pub fn fail(&self) {
        self.lock().failures += 1;
    }

    /// The task is not to run for now: another instance works.
    pub fn rest(&self) {
        self.lock().last = None;
    }

    /// How long ago the task last got somewhere; `None` while it is not to run.
    pub fn since(&self) -> Option<Duration> {
        self.lock().last.map(|last| last.elapsed())
    }

    /// How many steps have failed.
    pub fn failures(&self) -> u64 {
        self.lock().failures
    }

    fn lock(&self) -> MutexGuard<'_, Beats> {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tasks that have to get somewhere for the bot to work. Clones are of the same tasks.
#[derive(Clone, Debug, Default)]
pub struct Heartbeats {
    /// Takes updates in.
    pub receiver: Heartbeat,
    /// Plans reminders.
    pub planner: Heartbeat,
    /// Sends messages.
    pub sender: Heartbeat,
}

impl Heartbeats {
    /// Each with its name.
    pub fn all(&self) -> [(&'static str, &Heartbeat); 3] {
        [("receiver", &self.receiver), ("planner", &self.planner), ("sender", &self.sender)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn to_begin_anew_again_and_again_is_not_to_get_somewhere() {
        let heartbeat = Heartbeat::default();
        assert_eq!(heartbeat.since(), None);
        for _ in 0..90 {
            heartbeat.begin();
            heartbeat.fail();
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!((heartbeat.since(), heartbeat.failures()), (Some(Duration::from_secs(90)), 90));
        heartbeat.beat();
        assert_eq!(heartbeat.since(), Some(Duration::ZERO));
        heartbeat.rest();
        assert_eq!(heartbeat.since(), None);
    }
}
