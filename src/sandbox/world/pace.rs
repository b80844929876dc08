//! Telegram's flood limits: 30 messages a second in all, one a second to a chat, 20 a minute to a group.

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
/// One a second to a chat, short bursts allowed: counted over five seconds.
const CHAT: Window = Window { most: 5, ms: 5_000 };
const GROUP: Window = Window { most: 20, ms: 60_000 };

/// When the latest messages were sent.
#[derive(Debug, Default)]
pub(super) struct Pace {
    all: VecDeque<i64>,
    chats: BTreeMap<i64, VecDeque<i64>>,
}

impl Window {
    /// How long to wait, in milliseconds, until one more is allowed; 0 when it is now.
    fn wait(&self, sent: &VecDeque<i64>, now_ms: i64) -> i64 {
        let recent = sent.iter().rev().take_while(|&&at| at > now_ms - self.ms).count();
        match sent.len().checked_sub(self.most) {
            Some(first) if recent >= self.most => (sent[first] + self.ms - now_ms).max(0),
            _ => 0,
        }
    }

    fn record(&self, sent: &mut VecDeque<i64>, now_ms: i64) {
        sent.push_back(now_ms);
        while sent.len() > self.most {
            sent.pop_front();
        }
    }
}

impl World {
    /// Counts a message, or refuses it when there were too many; only where the world was told to.
    pub(super) fn hold_pace(&mut self, chat: i64, now_ms: i64) -> Result<(), Refusal> {
        if !self.rules.flood_limits {
            return Ok(());
        }
        let group = self.chats.get(&chat).is_some_and(|c| c.kind != ChatKind::Private);
        let sent = self.pace.chats.entry(chat).or_default();
        let mut wait = OVERALL.wait(&self.pace.all, now_ms).max(CHAT.wait(sent, now_ms));
        if group {
            wait = wait.max(GROUP.wait(sent, now_ms));
        }
        if wait > 0 {
            return Err(Refusal::too_many((wait + 999) / 1000));
        }
        OVERALL.record(&mut self.pace.all, now_ms);
        GROUP.record(sent, now_ms);
        Ok(())
    }
}
