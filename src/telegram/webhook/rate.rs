//! A bound on requests a second.

use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(1);

/// Counts requests in windows of a second.
#[derive(Debug)]
pub(super) struct Rate {
    most: u32,
    begun: Instant,
    taken: u32,
}

impl Rate {
    /// At most so many a second.
    pub(super) fn new(most: u32) -> Self {
        Self { most, begun: Instant::now(), taken: 0 }
    }

    /// Whether one more may be taken.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.begun) >= WINDOW {
            (self.begun, self.taken) = (now, 0);
        }
        self.taken = self.taken.saturating_add(1);
        self.taken <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_window_takes_so_many_and_the_next_begins_anew() {
        let mut rate = Rate::new(3);
        let now = Instant::now();
        assert_eq!([0; 5].map(|_| rate.admits(now)), [true, true, true, false, false]);
        assert!(!rate.admits(now + Duration::from_millis(999)));
        assert!(rate.admits(now + WINDOW));
    }
}
