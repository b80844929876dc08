//! What was passed over: counted by kind, and said once a kind. No update disappears without a trace.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::Kind;
use crate::ops::metrics::Metrics;

/// Why an update leads to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Passed {
    /// Said among others, and not to us.
    NotForUs,
    /// Of a kind, or with a content, that has no meaning for us.
    NoMeaning,
    /// What it takes to know what it means could not be read.
    Unreadable,
}

impl Passed {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NotForUs, Self::NoMeaning, Self::Unreadable];

    /// In a word, for the figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotForUs => "not_for_us",
            Self::NoMeaning => "no_meaning",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Counts what is passed over, and remembers what was said of it.
#[derive(Debug)]
pub(in crate::telegram) struct Trace {
    metrics: Metrics,
    /// At most one entry for each kind and reason.
    said: Mutex<HashSet<(Kind, Passed)>>,
}

impl Trace {
    /// A trace that counts in these figures.
    pub(in crate::telegram) fn new(metrics: Metrics) -> Self {
        Self { metrics, said: Mutex::default() }
    }

    /// An update was passed over.
    pub(in crate::telegram) fn passed(&self, update: Option<i64>, kind: Kind, why: Passed) {
        self.metrics.passed_over(kind.name(), why.name());
        // A set stays whole even if a thread panicked while it held the lock.
        if !self.said.lock().unwrap_or_else(PoisonError::into_inner).insert((kind, why)) {
            return;
        }
        let kind = kind.name();
        match why {
            Passed::NotForUs => tracing::debug!(update, kind, "passing over what is not said to the bot"),
            Passed::NoMeaning => tracing::info!(update, kind, "passing over updates of a kind without meaning here"),
            Passed::Unreadable => tracing::warn!(update, kind, "passing over updates that cannot be read"),
        }
    }

    /// So many optional parts of updates could not be read.
    pub(in crate::telegram) fn odd_parts(&self, parts: usize) {
        self.metrics.odd_parts(parts);
    }
}
