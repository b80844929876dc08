//! Telegram's flood limits: 30 messages a second in all, one a second to a chat, 20 a minute to a group. Sliding windows,
//! without the short bursts that Telegram may tolerate. An edit, an edit of buttons and a pin count like a message.
//!
//! Who exceeds a limit is told to wait, and refused in that chat until the wait is over.

use std::collections::{BTreeMap, VecDeque};

use super::World;
use super::answer::Refusal;
use super::chats::ChatKind;

/// So many in so long.
struct Window {
    most: usize,
    ms: i64,
}

const OVERALL: Window = Window { most: 30, ms: 1_000 };
const CHAT: Window = Window { most: 1, ms: 1_000 };
const GROUP: Window = Window { most: 20, ms: 60_000 };

/// When the latest messages were sent, and who has to wait.
#[derive(Debug, Default)]
pub(super) struct Pace {
    all: VecDeque<i64>,
    chats: BTreeMap<i64, VecDeque<i64>>,
    /// Until when a chat was told to wait.
    waits: BTreeMap<i64, i64>,
    floods: Floods,
}

/// What was refused because of the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Floods {
    /// Messages that exceeded a limit.
    pub refused: u32,
    /// Messages that came although their chat had been told to wait.
    pub impatient: u32,
}

impl Window {
    /// How long to wait, in milliseconds, until one more is allowed; 0 when it is now.
    fn wait(&self, sent: &VecDeque<i64>, now_ms: i64) -> i64 {
        let latest = sent.len().checked_sub(self.most).and_then(|first| sent.get(first));
        latest.map_or(0, |at| (at + self.ms - now_ms).max(0))
    }
}

fn record(sent: &mut VecDeque<i64>, most: usize, now_ms: i64) {
    sent.push_back(now_ms);
    while sent.len() > most {
        sent.pop_front();
    }
}

impl World {
    /// What was refused so far because of the limits.
    pub fn floods(&self) -> Floods {
        self.pace.floods
    }

    /// Counts a message, or refuses it when there were too many; only where the world was told to.
    pub(super) fn hold_pace(&mut self, chat: i64, now_ms: i64) -> Result<(), Refusal> {
        if !self.rules.flood_limits {
            return Ok(());
        }
        let group = self.chats.get(&chat).is_some_and(|c| c.kind != ChatKind::Private);
        let Pace { all, chats, waits, floods } = &mut self.pace;
        let told = waits.get(&chat).map_or(0, |until| until - now_ms);
        if told > 0 {
            floods.impatient += 1;
            return Err(Refusal::too_many((told + 999) / 1000));
        }
        let sent = chats.entry(chat).or_default();
        let mut wait = OVERALL.wait(all, now_ms).max(CHAT.wait(sent, now_ms));
        if group {
            wait = wait.max(GROUP.wait(sent, now_ms));
        }
        if wait > 0 {
            floods.refused += 1;
            let seconds = (wait + 999) / 1000;
            waits.insert(chat, now_ms + seconds * 1000);
            return Err(Refusal::too_many(seconds));
        }
        record(all, OVERALL.most, now_ms);
        record(sent, GROUP.most, now_ms);
        Ok(())
    }
}
