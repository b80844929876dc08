//! Subscriptions: who may change them, how they are said, and sending the next section now.

use std::time::Duration;

use super::{RespondError, Responder, mode_for, notice, outgoing, say, say_plainly, setting, settings};
use crate::answer::texts::{Plan, Texts};
use crate::answer::{Draft, Setting};
use crate::clock::Timestamp;
use crate::content::model::DocumentId;
use crate::message::{Action, Body, Button, ChatKind, Incoming, Mode, Paragraph, Pressed, Said};
use crate::schedule::freeform::{self, NotUnderstood};
use crate::schedule::plan::{self, NotNow};
use crate::schedule::timing::Timing;
use crate::schedule::when::When;
use crate::store::{Change, NewSubscription, Reaction, Subscription};

/// How soon after a reminder another press to send one is the same press.
const TWICE: Duration = Duration::from_secs(60);

/// What a subscription comes to when it is asked for.
enum Wanted {
    /// This one, from now on.
    New(Box<NewSubscription>),
    /// The chat has it already.
    Same(Box<Subscription>),
    /// No document has a series.
    NoSeries,
}

impl Responder {
    pub(super) async fn subscribe(
        &self,
        incoming: &Incoming,
        said: &Said,
        wish: Option<&str>,
    ) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        if let Some(refusal) = self.refusal(incoming).await {
            return Ok(say_plainly(incoming, said, refusal));
        }
        match self.wanted(incoming, wish).await? {
            Ok(wanted) => {
                let mut reaction = self.confirm(incoming, mode_for(incoming, said), wanted);
                reaction.changes.extend(settings::named(incoming));
                Ok(reaction)
            }
            Err(not_understood) => Ok(say_plainly(incoming, said, not_understood.in_words(texts))),
        }
    }

    pub(super) async fn subscribe_by_button(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
    ) -> Result<Reaction, RespondError> {
        let mode = match incoming.place.kind {
            ChatKind::Private => Mode::New,
            ChatKind::Group => Mode::ReplyTo(pressed.message),
        };
        Ok(match self.wanted(incoming, None).await? {
            Ok(wanted) => self.confirm(incoming, mode, wanted),
            Err(not_understood) => notice(not_understood.in_words(setting(incoming).texts())),
        })
    }

    pub(super) async fn unsubscribe(&self, incoming: &Incoming, said: &Said) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        if let Some(refusal) = self.refusal(incoming).await {
            return Ok(say_plainly(incoming, said, refusal));
        }
        let chat = incoming.place.chat;
        if self.store.subscriptions(chat).await?.is_empty() {
            return Ok(say_plainly(incoming, said, texts.not_subscribed()));
        }
        let mut reaction = say_plainly(incoming, said, texts.unsubscribed());
        reaction.changes.push(Change::Unsubscribe { chat });
        Ok(reaction)
    }

    pub(super) async fn unsubscribe_by_button(&self, incoming: &Incoming) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let chat = incoming.place.chat;
        if self.store.subscriptions(chat).await?.is_empty() {
            return Ok(notice(texts.not_subscribed()));
        }
        let mut reaction = say(incoming, Mode::New, Draft::of(Body::plain(texts.unsubscribed())));
        reaction.changes.push(Change::Unsubscribe { chat });
        Ok(reaction)
    }

    pub(super) async fn status(&self, incoming: &Incoming, said: &Said) -> Result<Reaction, RespondError> {
        let setting = setting(incoming);
        let chat = incoming.place.chat;
        let mut body = Body::default();
        let mut buttons = Vec::new();
        let all = self.store.subscriptions(chat).await?;
        for subscription in &all {
            let said = |plan: Plan<'_>| setting.texts().status_subscribed(plan);
            body.0.extend(self.in_words(&InWords::from(subscription), setting, said).0);
            body.0.extend(refused(subscription, setting.texts()).map(Paragraph::plain));
        }
        if all.is_empty() {
            body.0.push(Paragraph::plain(setting.texts().not_subscribed()));
        } else {
            buttons.push(vec![
                Button::action(setting.texts().button_send_now(), Action::SendNow),
                Button::action(setting.texts().button_unsubscribe(), Action::Unsubscribe),
            ]);
        }
        if incoming.place.kind == ChatKind::Private
            && let Some(at) = self.store.reading(chat, incoming.sender.user()).await?
            && let Some((_, section)) = self.library().section(&at)
        {
            body.0.push(Paragraph::plain(setting.texts().status_reading(&section.title)));
        }
        Ok(say(incoming, mode_for(incoming, said), Draft { body, buttons }))
    }

    /// Sends the next section ahead of its time: an occurrence like any other, due now.
    pub(super) async fn send_now(&self, incoming: &Incoming) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        match self.store.subscriptions(incoming.place.chat).await?.first() {
            Some(schedule) => self.send_next(incoming, schedule).await,
            None => Ok(notice(texts.not_subscribed())),
        }
    }

    /// The same for one of several schedules. Who presses twice meant once.
    pub(super) async fn send_next(
        &self,
        incoming: &Incoming,
        schedule: &Subscription,
    ) -> Result<Reaction, RespondError> {
        let (texts, now) = (setting(incoming).texts(), self.clock.now());
        let last = self.store.latest_studied(schedule.id, 1).await?;
        if last.first().is_some_and(|last| now.since(last.due) < TWICE) {
            return Ok(notice(texts.sent_now()));
        }
        Ok(match plan::ahead(schedule, self.library(), now) {
            Ok(reminder) => Reaction { reminders: vec![reminder], ..notice(texts.sent_now()) },
            Err(NotNow::OnItsWay) => notice(texts.on_its_way()),
            Err(NotNow::Nothing(reason)) => {
                tracing::warn!(chat = %incoming.place.chat, reason, "nothing to send ahead of time");
                notice(texts.no_series())
            }
        })
    }

    /// Why the chat's settings are not changed at this person's word; `None` when they may be.
    pub(super) async fn refusal(&self, incoming: &Incoming) -> Option<&'static str> {
        let texts = setting(incoming).texts();
        match self.may_change_settings(incoming).await {
            Ok(true) => None,
            Ok(false) => Some(texts.admins_only()),
            Err(error) => {
                tracing::warn!(chat = %incoming.place.chat, %error, "could not tell whether somebody is an admin");
                Some(texts.rights_unknown())
            }
        }
    }

    /// What the chat is subscribed to when this is wished for: what it has, then the default, fill the gaps.
    async fn wanted(
        &self,
        incoming: &Incoming,
        wish: Option<&str>,
    ) -> Result<Result<Wanted, NotUnderstood>, RespondError> {
        let kept = self.store.subscriptions(incoming.place.chat).await?.into_iter().next();
        // One that is suspended is restored by whoever asks for it again.
        if let (Some(subscription), None) = (kept.as_ref().filter(|kept| kept.suspended.is_none()), wish) {
            return Ok(Ok(Wanted::Same(Box::new(subscription.clone()))));
        }
        let Some(schedule) = &self.schedule else { return Ok(Ok(Wanted::NoSeries)) };
        let usual = kept.as_ref().and_then(|s| When::stored(&s.cron, &s.zone)).unwrap_or_else(|| schedule.when.clone());
        let read = |wish: &str| {
            let when = freeform::parse(wish, &usual)?;
            self.limit.allow(when, Some(&usual), wish, incoming.sender.user())
        };
        let when = match wish.map(read).transpose() {
            Ok(when) => when.unwrap_or(usual),
            Err(not_understood) => return Ok(Err(not_understood)),
        };
        // What holds reminders back goes on holding them back, but for a pause: who subscribes wants them.
        let quiet = kept.as_ref().and_then(|kept| kept.manner.quiet);
        let timing = Timing { when, quiet, paused_until: None };
        let (document, series) = kept
            .map_or_else(|| (schedule.document.clone(), schedule.series.clone()), |kept| (kept.document, kept.series));
        Ok(Ok(Wanted::New(Box::new(NewSubscription {
            place: incoming.place,
            document,
            series,
            cron: timing.when.rule.to_string(),
            zone: timing.when.zone.id().to_owned(),
            lang: incoming.sender.lang,
            by: incoming.sender.user(),
            next_due: timing.next_after(self.clock.now()),
        }))))
    }

    fn confirm(&self, incoming: &Incoming, mode: Mode, wanted: Wanted) -> Reaction {
        let setting = setting(incoming);
        let texts = setting.texts();
        let send_now = vec![vec![Button::action(texts.button_send_now(), Action::SendNow)]];
        match wanted {
            Wanted::New(new) => {
                let body = self.in_words(&InWords::from(new.as_ref()), setting, |plan| texts.subscribed(plan));
                let outgoing = vec![outgoing(incoming, mode, Draft { body, buttons: send_now })];
                Reaction { changes: vec![Change::Subscribe(*new)], outgoing, ..Reaction::default() }
            }
            Wanted::Same(subscription) => {
                let body = self
                    .in_words(&InWords::from(subscription.as_ref()), setting, |plan| texts.already_subscribed(plan));
                say(incoming, mode, Draft { body, buttons: send_now })
            }
            Wanted::NoSeries => say(incoming, mode, Draft::of(Body::plain(texts.no_series()))),
        }
    }

    /// A subscription said in words.
    fn in_words(&self, subscription: &InWords<'_>, setting: Setting, say: impl FnOnce(Plan<'_>) -> Body) -> Body {
        let texts = setting.texts();
        let document = self.library().document(subscription.document);
        let series = document.and_then(|d| d.series(subscription.series));
        let when = When::stored(subscription.cron, subscription.zone);
        let next = when.as_ref().zip(subscription.next_due).map(|(when, next)| when.moment_in_words(texts, next));
        say(Plan {
            series: series.map_or(subscription.series, |series| &series.label),
            document: document.map_or(subscription.document.as_str(), |document| &document.short),
            when: &when.as_ref().map_or_else(|| subscription.cron.to_owned(), |when| when.in_words(texts)),
            zone: &when.as_ref().map_or_else(|| subscription.zone.to_owned(), |when| when.zone_in_words(texts)),
            next: next.as_deref(),
        })
    }
}

/// What a chat refuses us, if it does, by its own clock.
pub(super) fn refused(subscription: &Subscription, texts: &dyn Texts) -> Option<String> {
    let refusal = subscription.refused.as_ref()?;
    let when = When::stored(&subscription.cron, &subscription.zone)?;
    Some(texts.refused(refusal.trouble, &when.moment_in_words(texts, refusal.since)))
}

/// What is said of a subscription, whether it exists or is about to.
struct InWords<'a> {
    document: &'a DocumentId,
    series: &'a str,
    cron: &'a str,
    zone: &'a str,
    next_due: Option<Timestamp>,
}

impl<'a> From<&'a Subscription> for InWords<'a> {
    fn from(s: &'a Subscription) -> Self {
        Self { document: &s.document, series: &s.series, cron: &s.cron, zone: &s.zone, next_due: s.next_due }
    }
}

impl<'a> From<&'a NewSubscription> for InWords<'a> {
    fn from(s: &'a NewSubscription) -> Self {
        Self { document: &s.document, series: &s.series, cron: &s.cron, zone: &s.zone, next_due: s.next_due }
    }
}
