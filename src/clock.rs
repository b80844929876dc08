//! Time, passed in wherever it is needed so that a test or the sandbox can drive it.
//!
//! Schedules follow the wall clock: a [`Clock`] that can be moved. What has to last a certain time whatever the wall
//! clock does uses `tokio::time`, which is monotonic, and a lease a [`Moment`], which counts a suspended machine's sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// An instant in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The instant `by` later; saturates at the end of time.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(millis(by)))
    }

    /// The instant `by` earlier; saturates at the beginning of time.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(millis(by)))
    }

    /// How long ago `earlier` was, zero if it lies in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// An instant of a clock that nobody sets, and that goes on while the machine sleeps. Means nothing to another machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Duration);

impl Moment {
    /// The moment `by` later.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by))
    }

    /// How long ago `earlier` was, zero if it lies in the future.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// How long a sleep lasts at most before the wall clock is read again: the bound on how late a jump of the machine's
/// clock, or a suspended machine, is noticed.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// The wall clock, and beside it the one that nobody sets. Clones share one clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// `None`: the machine's clock runs underneath. `Some`: time stands still but for [`Clock::advance`].
    still_at: Option<i64>,
    /// Milliseconds that `advance` has added so far.
    shift: AtomicI64,
    /// Milliseconds that `let_pass` has added so far.
    passed: AtomicU64,
    /// Bumped at each `advance`, so that sleepers look again.
    moved: watch::Sender<u64>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::over(None)
    }

    /// A clock that stands at `at` until it is advanced.
    pub fn fixed(at: Timestamp) -> Self {
        Self::over(Some(at.0))
    }

    fn over(still_at: Option<i64>) -> Self {
        Self(Arc::new(Inner {
            still_at,
            shift: AtomicI64::new(0),
            passed: AtomicU64::new(0),
            moved: watch::Sender::new(0),
        }))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        let base = self.0.still_at.unwrap_or_else(machine_time);
        Timestamp(base.saturating_add(self.0.shift.load(Ordering::SeqCst)))
    }

    /// Moves the clock forward and wakes every sleeper whose time has come.
    pub fn advance(&self, by: Duration) {
        self.0.shift.fetch_add(millis(by), Ordering::SeqCst);
        self.0.moved.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Moves the clock back, as somebody who corrects it does.
    pub fn set_back(&self, by: Duration) {
        self.0.shift.fetch_sub(millis(by), Ordering::SeqCst);
        self.0.moved.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// The present moment, whatever the wall clock shows.
    pub fn moment(&self) -> Moment {
        Moment(machine_uptime() + Duration::from_millis(self.0.passed.load(Ordering::SeqCst)))
    }

    /// Lets moments pass beside those that pass by themselves, as if the machine had slept. The wall clock stays.
    pub fn let_pass(&self, by: Duration) {
        self.0.passed.fetch_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Waits until the wall clock shows `until` or later.
    pub async fn sleep_until(&self, until: Timestamp) {
        let mut moved = self.0.moved.subscribe();
        loop {
            let left = until.since(self.now());
            if left.is_zero() {
                return;
            }
            if self.0.still_at.is_some() {
                // The sender lives in `self`, so `changed` cannot fail while we wait.
                let _ = moved.changed().await;
            } else {
                let _ = tokio::time::timeout(left.min(LONGEST_NAP), moved.changed()).await;
            }
        }
    }
}

fn machine_time() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}

/// Elsewhere the plain monotonic clock has to do, which may stand still while the machine sleeps.
#[cfg(target_os = "linux")]
const UPTIME: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const UPTIME: ClockId = ClockId::Monotonic;

fn machine_uptime() -> Duration {
    let shown = clock_gettime(UPTIME);
    Duration::new(u64::try_from(shown.tv_sec).unwrap_or(0), u32::try_from(shown.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_its_time() {
        let clock = Clock::fixed(Timestamp(1_000));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep_until(Timestamp(61_000)).await;
                clock.now()
            }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(30));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(30));
        assert_eq!(sleeper.await.unwrap(), Timestamp(61_000));
    }
    #[test]
    fn moments_pass_whatever_the_wall_clock_is_set_to() {
        let clock = Clock::fixed(Timestamp(1_000));
        let before = clock.moment();
        clock.set_back(Duration::from_secs(3_600));
        clock.let_pass(Duration::from_secs(12));
        assert!(clock.moment().since(before) >= Duration::from_secs(12));
        assert!(clock.moment().since(before) < Duration::from_secs(3_600));
    }
}
