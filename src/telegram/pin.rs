//! Pinning a reminder in place of the one before it. It is an extra: where Telegram refuses it, because we may not pin
//! in this group, the reminder stands all the same, and nothing is tried again.

use crate::message::MessageId;
use crate::store::{Change, Row, Source};
use crate::telegram::api::REQUEST_LIMIT;
use crate::telegram::deliver::{Courier, Slot};

impl Courier {
    /// Pins a message that was just sent, if its schedule wants that, and takes down the one before it.
    pub(super) async fn pin(&self, row: &Row, message: MessageId, slot: &Slot) {
        let (true, Source::Occurrence { subscription, .. }) = (row.outgoing.pin, row.source) else { return };
        let chat = row.outgoing.place.chat;
        // Telegram says in the chat that something was pinned: that is one more message.
        let Some(mut place) = slot.another().await else {
            return tracing::warn!(%chat, "did not pin a reminder: too much else goes out");
        };
        if !self.store.works_for(REQUEST_LIMIT) {
            return;
        }
        let pinned = self.api.pin(chat, message).await;
        place.answered();
        if let Err(error) = pinned {
            return tracing::warn!(%chat, "could not pin a reminder: {error}");
        }
        let before = self.store.subscription(subscription).await.ok().flatten().and_then(|found| found.pinned);
        if let Some(before) = before.filter(|before| *before != message)
            && let Err(error) = self.api.unpin(chat, before).await
        {
            // It may be gone, or was taken down by hand.
            tracing::debug!(%chat, "could not unpin the last reminder: {error}");
        }
        let change = Change::Pinned { schedule: subscription, message: Some(message) };
        if let Err(error) = self.store.change(vec![change]).await {
            tracing::warn!("{error}; the reminder that is pinned now will stay so beside the next one");
        }
    }
}
