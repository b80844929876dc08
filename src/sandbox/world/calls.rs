//! What the bot called: the latest calls in words, and how often each method was called.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::World;
use super::params::Params;

const KEPT: usize = 500;
const LONGEST_SUMMARY: usize = 80;

/// One call of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Counts up from 1.
    pub number: u64,
    /// When, in milliseconds.
    pub at: i64,
    /// What was called.
    pub method: String,
    /// The chat it was about.
    pub chat: Option<i64>,
    /// The beginning of what it said.
    pub summary: String,
    /// The HTTP status it was answered with; 0 for one that was never answered.
    pub code: u16,
}

#[derive(Debug, Default)]
pub(super) struct Calls {
    made: u64,
    latest: VecDeque<Call>,
    counts: BTreeMap<String, u64>,
}

impl World {
    /// The latest calls, the newest last; polls that brought nothing are not among them.
    pub fn calls(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.latest.iter()
    }

    /// How often a method was called, whatever the answer.
    pub fn call_count(&self, method: &str) -> u64 {
        self.calls.counts.get(&method.to_ascii_lowercase()).copied().unwrap_or(0)
    }

    pub(super) fn count_call(&mut self, method: &str) {
        match self.calls.counts.get_mut(method) {
            Some(count) => *count += 1,
            None => {
                self.calls.counts.insert(method.to_owned(), 1);
            }
        }
    }

    pub(super) fn log_call(&mut self, method: &str, params: Params<'_>, code: u16, now_ms: i64) {
        self.calls.made += 1;
        let summary = ["text", "data", "action", "query", "url"].into_iter().find_map(|name| params.text(name));
        let call = Call {
            number: self.calls.made,
            at: now_ms,
            method: method.to_owned(),
            chat: params.integer("chat_id"),
            summary: shorten(summary.as_deref().unwrap_or_default()),
            code,
        };
        self.calls.latest.push_back(call);
        if self.calls.latest.len() > KEPT {
            self.calls.latest.pop_front();
        }
        self.touch();
    }
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(LONGEST_SUMMARY).collect();
    if short.len() < text.trim_end().len() {
        short.push('…');
    }
    short
}

/// Whether an answer is worth a line: a poll that brought nothing is not.
pub(super) fn is_idle_poll(method: &str, result: Option<&Value>) -> bool {
    method == "getupdates" && result.and_then(Value::as_array).is_some_and(Vec::is_empty)
}
