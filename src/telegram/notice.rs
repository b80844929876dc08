//! Telling whoever subscribed a group, in private, that its reminders do not go where they should. Where we may not
//! write to that person, `wengu deliveries` is where it can be seen.

use crate::answer::texts::{Texts, texts};
use crate::message::{Body, ChatKind, Outgoing, TopicId, UserId};
use crate::store::{Row, Source, StoreError, Subscription};
use crate::telegram::deliver::{Courier, Outcome};

/// Says it, given the group's name.
type Sentence = fn(&dyn Texts, &str) -> String;

impl Courier {
    /// What whoever subscribed is to be told about what became of a reminder that was for a topic; `None` where there is
    /// nothing to tell, or nobody to tell it to.
    pub(super) async fn tell(&self, row: &Row, was_for: TopicId, outcome: &Outcome) -> Option<Row> {
        let told = match outcome {
            Outcome::ChatMuted(_) => self.about(row, |texts, group| texts.may_not_write(group)).await,
            Outcome::Sent if row.outgoing.place.topic != was_for => self.topic_gone(row).await,
            _ => return None,
        };
        told.unwrap_or_else(|error| {
            tracing::error!("{error}; whoever subscribed is not told");
            None
        })
    }

    /// Told once: the subscription's topic is the main one from then on.
    async fn topic_gone(&self, row: &Row) -> Result<Option<Row>, StoreError> {
        let Source::Occurrence { delivery, subscription, .. } = row.source else { return Ok(None) };
        let Some(stored) = self.store.subscription(subscription).await? else { return Ok(None) };
        if stored.place.topic == TopicId::MAIN {
            return Ok(None);
        }
        let told = self.about(row, |texts, group| texts.topic_gone(group)).await?;
        self.store.topic_gone(subscription, delivery, "its topic is closed or was deleted").await?;
        Ok(told)
    }

    async fn about(&self, row: &Row, say: Sentence) -> Result<Option<Row>, StoreError> {
        let Source::Occurrence { subscription, .. } = row.source else { return Ok(None) };
        let Some(Subscription { place, by, lang, .. }) = self.store.subscription(subscription).await? else {
            return Ok(None);
        };
        if place.kind == ChatKind::Private || by == UserId(0) {
            return Ok(None);
        }
        let title = self.api.title(place.chat).await.ok().flatten();
        let body = Body::plain(say(texts(lang), &title.unwrap_or_else(|| place.chat.to_string())));
        self.store.notice(Outgoing::in_private(by, body)).await.map(Some)
    }
}
