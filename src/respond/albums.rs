//! Albums: many messages, sent at once, that are one act and get one reply.
//!
//! Kept in memory: the message that spoke for each album. A restart in the middle of one begins anew, which at worst
//! replies twice.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Responder;
use crate::answer::texts::Echo;
use crate::message::{ChatId, Incoming, MessageId};
use crate::store::StoreError;

/// The most albums that are remembered. Their parts arrive within seconds.
const MOST: usize = 4_096;

/// The most messages of one album, by Telegram's `sendMediaGroup`.
const LARGEST: usize = 10;
/// How long the rest of an album is waited for. Telegram hands its messages over together.
const REST_ARRIVES: Duration = Duration::from_secs(1);

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

impl Responder {
    /// The names of the files that came as one act: those of a whole album.
    pub(super) async fn files_of(&self, incoming: &Incoming) -> Result<Vec<Echo>, StoreError> {
        let Some(album) = &incoming.album else { return Ok(incoming.file.iter().map(|file| Echo::of(file)).collect()) };
        tokio::time::sleep(REST_ARRIVES).await;
        let waiting = self.store.waiting_in(incoming.place.chat, LARGEST).await?;
        let parts = waiting.iter().filter_map(|update| Incoming::from_stored(&update.raw).ok());
        let of_album = parts.filter(|part| part.album.as_ref() == Some(album));
        Ok(of_album.filter_map(|part| part.file).map(|file| Echo::of(&file)).collect())
    }
}
