//! Albums: many messages, sent at once, that are one act and get one reply.
//!
//! Kept in memory: the message that spoke for each album. A restart in the middle of one begins anew, which at worst
//! replies twice.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::message::{ChatId, Incoming, MessageId};

/// The most albums that are remembered. Their parts arrive within seconds.
const MOST: usize = 4_096;

/// Remembers which message speaks for an album.
#[derive(Debug, Default)]
pub struct Albums(Mutex<HashMap<(ChatId, String), MessageId>>);

impl Albums {
    /// Whether a message is answered: it is in no album, or the first of its album that was met. Asked again about one
    /// message, it says the same: an update whose handling failed is handled again.
    pub(super) fn speaks(&self, incoming: &Incoming, message: MessageId) -> bool {
        let Some(album) = &incoming.album else { return true };
        // A poisoned lock only means that another thread panicked beside a plain insertion.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        *all.entry((incoming.place.chat, album.clone())).or_insert(message) == message
    }
}
