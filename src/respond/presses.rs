//! Taps that are one act: a person whose app is slow taps a button again.
//!
//! Kept in memory: the last press of each person in each chat, for as long as another may be meant as the same. A restart
//! begins anew, which at worst says something twice.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::message::{Action, ChatId, Incoming, MessageId, Pressed, UserId};

/// How soon after a tap, or its last repeat, another on the same button is the same act.
const SAME: Duration = Duration::from_secs(10);
/// The most presses that are remembered: more people than press in ten seconds.
const MOST: usize = 4_096;

/// Remembers the last presses.
#[derive(Debug, Default)]
pub struct Presses(Mutex<HashMap<(ChatId, UserId), Last>>);

#[derive(Debug)]
struct Last {
    message: MessageId,
    action: Option<Action>,
    /// The number of the press that was the first.
    press: i64,
    at: Timestamp,
}

impl Presses {
    /// Whether this press repeats the person's last one in the chat. Asked again about one press, it says the same: an
    /// update whose handling failed is handled again.
    pub(super) fn repeats(&self, incoming: &Incoming, pressed: &Pressed) -> bool {
        if pressed.press == 0 {
            return false;
        }
        // A poisoned lock only means that another thread panicked beside a plain insertion.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, at) = ((incoming.place.chat, incoming.sender.user()), incoming.at);
        if let Some(last) = all.get_mut(&key).filter(|last| last.is_same(pressed, at)) {
            last.at = at;
            return last.press != pressed.press;
        }
        if all.len() >= MOST {
            all.retain(|_, last| at.since(last.at) < SAME);
        }
        if all.len() >= MOST {
            all.clear();
        }
        let Pressed { message, press, .. } = *pressed;
        all.insert(key, Last { message, action: pressed.action.clone(), press, at });
        false
    }
}

impl Last {
    fn is_same(&self, pressed: &Pressed, at: Timestamp) -> bool {
        self.message == pressed.message && self.action == pressed.action && at.since(self.at) < SAME
    }
}
