//! Telling people in private that reminders do not go where they should: whoever subscribed, once until a message is
//! delivered again. Where nobody subscribed any more (that person asked to be forgotten), or nobody hears us there, it
//! is told to whoever runs the bot. `wengu deliveries` lists each refusal in Telegram's words.

use std::collections::BTreeSet;

use crate::answer::texts::{Echo, Texts, texts};
use crate::message::{Body, ChatId, ChatKind, Lang, Outgoing, TopicId, UserId};
use crate::store::{Change, Row, Source, StoreError, Subscription};
use crate::telegram::deliver::{Courier, Outcome};

/// Says it, given the group's name.
type Sentence = fn(&dyn Texts, &Echo) -> String;

impl Courier {
    /// What people are to be told about what became of a message that was for a topic.
    pub(super) async fn tell(&self, row: &Row, was_for: TopicId, outcome: &Outcome) -> Vec<Row> {
        let told = match outcome {
            Outcome::ChatLost(_) if matches!(row.source, Source::Notice(_)) => self.unheard(row).await,
            Outcome::ChatLost(_) => self.refused(row, |texts, group| texts.not_in_group(group)).await,
            Outcome::ChatMuted(_) => self.refused(row, |texts, group| texts.may_not_write(group)).await,
            Outcome::TopicClosed(words) => self.closed(row, words).await,
            Outcome::Sent if row.outgoing.place.topic != was_for => self.topic_gone(row).await,
            _ => return Vec::new(),
        };
        told.unwrap_or_else(|error| {
            tracing::error!("{error}; whoever subscribed is not told");
            Vec::new()
        })
    }

    /// Told once: the subscription's topic is the main one from then on.
    async fn topic_gone(&self, row: &Row) -> Result<Vec<Row>, StoreError> {
        let Source::Occurrence { delivery, subscription, .. } = row.source else { return Ok(Vec::new()) };
        let Some(stored) = self.store.subscription(subscription).await? else { return Ok(Vec::new()) };
        if stored.place.topic == TopicId::MAIN {
            return Ok(Vec::new());
        }
        let told = self.about(&[stored], |texts, group| texts.topic_gone(group)).await?;
        self.store.topic_gone(subscription, delivery, "its topic is closed or was deleted").await?;
        Ok(told)
    }

    /// The main topic is closed to a reminder: the next one tries again.
    async fn closed(&self, row: &Row, words: &str) -> Result<Vec<Row>, StoreError> {
        let Source::Occurrence { subscription, .. } = row.source else { return Ok(Vec::new()) };
        let chat = row.outgoing.place.chat;
        let closed = Change::Closed { chat, subscription, words: words.to_owned() };
        self.store.change(vec![closed]).await?;
        self.refused(row, |texts, group| texts.general_closed(group)).await
    }

    /// The chat refuses us: everybody who subscribed it and does not know is told.
    async fn refused(&self, row: &Row, say: Sentence) -> Result<Vec<Row>, StoreError> {
        let chat = row.outgoing.place.chat;
        let mut all = self.store.subscriptions(chat).await?;
        all.retain(|one| one.refused.as_ref().is_some_and(|refusal| !refusal.told));
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let told = self.about(&all, say).await?;
        self.store.change(vec![Change::Told { chat }]).await?;
        Ok(told)
    }

    /// Tells each who subscribed, in the language of the reminders; else whoever runs the bot.
    async fn about(&self, subscriptions: &[Subscription], say: Sentence) -> Result<Vec<Row>, StoreError> {
        let Some(first) = subscriptions.first().filter(|first| first.place.kind == ChatKind::Group) else {
            return Ok(Vec::new());
        };
        let chat = first.place.chat;
        let title = self.api.title(chat).await.ok().flatten();
        let title = Echo::of(&title.unwrap_or_else(|| chat.to_string()));
        let mut people = BTreeSet::new();
        let mut told = Vec::new();
        for Subscription { by, lang, .. } in subscriptions {
            let to: &[UserId] = if *by == UserId(0) { &self.admins } else { std::slice::from_ref(by) };
            for person in to.iter().filter(|person| people.insert(**person)) {
                told.push(self.say(*person, *lang, say, &title).await?);
            }
        }
        Ok(told)
    }

    async fn say(&self, to: UserId, lang: Lang, say: Sentence, group: &Echo) -> Result<Row, StoreError> {
        self.store.notice(Outgoing::in_private(to, Body::plain(say(texts(lang), group)))).await
    }

    /// Somebody who was to be told something does not hear us: whoever runs the bot is told instead.
    async fn unheard(&self, row: &Row) -> Result<Vec<Row>, StoreError> {
        let person = row.outgoing.place.chat;
        if self.admins.iter().any(|admin| ChatId(admin.0) == person) {
            return Ok(Vec::new());
        }
        let Some(body) = row.outgoing.body() else { return Ok(Vec::new()) };
        let mut told = Vec::new();
        for admin in self.admins.iter() {
            told.push(self.store.notice(Outgoing::in_private(*admin, body.clone())).await?);
        }
        Ok(told)
    }
}
