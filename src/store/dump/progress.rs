//! Says on standard error how far a backup or a restore is, where it takes longer than a moment.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// How often it is said.
const EVERY: Duration = Duration::from_secs(2);
/// The clock is looked at once in so many rows.
const LOOK: u64 = 1_024;

/// How far one direction is.
pub(super) struct Progress {
    what: &'static str,
    rows: u64,
    told: Instant,
}

impl Progress {
    /// Nothing is done yet.
    pub(super) fn of(what: &'static str) -> Self {
        Self { what, rows: 0, told: Instant::now() }
    }

    /// One more row of a table is done.
    pub(super) fn row(&mut self, table: &str) {
        self.rows += 1;
        if self.rows.is_multiple_of(LOOK) && self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            // Whoever has closed standard error does not want to know.
            let _ = writeln!(std::io::stderr(), "{}: {} rows, now in `{table}`", self.what, self.rows);
        }
    }
}
