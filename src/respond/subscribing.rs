//! Subscriptions: who may change them, how they are said, and sending the next section now.

use super::{RespondError, Responder, mode_for, notice, outgoing, say, say_plainly, setting, settings};
use crate::answer::texts::{self, Plan, Texts};
use crate::answer::{Draft, Setting};
use crate::clock::Timestamp;
use crate::content::model::{DocumentId, SectionId};
use crate::message::{Action, Body, Button, ChatKind, Incoming, Mode, Outgoing, Paragraph, Pressed, Said};
use crate::schedule::amount::{self, Amount};
use crate::schedule::freeform::{self, NotUnderstood};
use crate::schedule::goal;
use crate::schedule::limit::RunLimit;
use crate::schedule::plan::{self, NotNow};
use crate::schedule::timing::Timing;
use crate::schedule::when::When;
use crate::store::{Change, Goal, NewSubscription, Reaction, Reminder, Subscription, SubscriptionId};

/// What the wish to have the next section now comes to.
pub(super) struct Sending {
    /// What happened, in a sentence.
    pub(super) said: String,
    /// What is sent, if anything is.
    pub(super) reminder: Option<Reminder>,
}

/// What a subscription comes to when it is asked for.
enum Wanted {
    /// This one, from now on.
    New(Box<New>),
    /// The chat has it already.
    Same(Box<Subscription>),
    /// No document has a series.
    NoSeries,
}

/// A subscription to be made.
struct New {
    new: NewSubscription,
    timing: Timing,
    /// The section that the chat was sent last of its series.
    last: Option<SectionId>,
    /// How many occurrences were planned of the subscription that goes on as this one.
    planned: u32,
    /// The subscription that begins its series again, and the section that it has come to.
    again: Option<(SubscriptionId, SectionId)>,
}

impl Responder {
    pub(super) async fn subscribe(
        &self,
        incoming: &Incoming,
        said: &Said,
        wish: Option<&str>,
    ) -> Result<Reaction, RespondError> {
        if let Some(refusal) = self.refusal(incoming).await {
            return Ok(say_plainly(incoming, said, refusal));
        }
        match self.wanted(incoming, wish).await? {
            Ok(wanted) => {
                let mut reaction = self.confirm(incoming, mode_for(incoming, said), wanted);
                reaction.changes.extend(settings::named(incoming));
                Ok(reaction)
            }
            Err(answer) => Ok(say_plainly(incoming, said, answer)),
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
            Err(answer) => notice(answer),
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
            body.0.extend(self.in_words(&InWords::of(subscription, &self.limit), setting, said).0);
            body.0.extend(refused(subscription, setting.texts()).map(Paragraph::plain));
        }
        if let Some(first) = all.first() {
            buttons.push(vec![
                Button::action(setting.texts().button_send_now(), Action::SendNext(first.planned)),
                Button::action(setting.texts().button_unsubscribe(), Action::Unsubscribe),
            ]);
        } else {
            body.0.push(Paragraph::plain(setting.texts().not_subscribed()));
        }
        if incoming.place.kind == ChatKind::Private
            && let Some(at) = self.store.reading(chat, incoming.sender.user()).await?
            && let Some((_, section)) = self.library().section(&at)
        {
            body.0.push(Paragraph::plain(setting.texts().status_reading(&section.title)));
        }
        Ok(say(incoming, mode_for(incoming, said), Draft { body, buttons }))
    }

    /// Sends the next section ahead of its time, at a press of a message in the chat, whose buttons are renewed.
    pub(super) async fn send_now(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        seen: Option<u32>,
    ) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let Some(schedule) = self.store.subscriptions(incoming.place.chat).await?.into_iter().next() else {
            return Ok(notice(texts.not_subscribed()));
        };
        let Sending { said, reminder } = self.send_next(incoming, &schedule, seen).await?;
        let planned = schedule.planned + u32::from(reminder.is_some());
        let buttons = vec![vec![
            Button::action(texts.button_send_now(), Action::SendNext(planned)),
            Button::action(texts.button_unsubscribe(), Action::Unsubscribe),
        ]];
        let renewed = Outgoing::keyboard(incoming.place, pressed.message, buttons);
        let reminders = reminder.into_iter().collect();
        Ok(Reaction { outgoing: vec![renewed], notice: Some(said), reminders, ..Reaction::default() })
    }

    /// The next section of a schedule as an occurrence like any other, due now, for whoever saw that so many were
    /// planned before. Who saw another number pressed twice, or a message from long ago: nothing is sent then, and the
    /// next press is a deliberate one.
    pub(super) async fn send_next(
        &self,
        incoming: &Incoming,
        schedule: &Subscription,
        seen: Option<u32>,
    ) -> Result<Sending, RespondError> {
        let (texts, now) = (setting(incoming).texts(), self.clock.now());
        let nothing = |said: String| Ok(Sending { said, reminder: None });
        if schedule.pending.is_some() {
            return nothing(texts.on_its_way().to_owned());
        }
        if seen != Some(schedule.planned) {
            let last = self.store.latest_studied(schedule.id, 1).await?.pop();
            let when = When::stored(&schedule.cron, &schedule.zone);
            let last = last.zip(when).map(|(last, when)| when.moment_in_words(texts, last.due));
            return nothing(texts.press_again(last.as_deref()));
        }
        let due = self.store.free_instant(schedule.id, now).await?;
        match plan::ahead(schedule, self.library(), &self.limit, due) {
            Ok(reminder) => Ok(Sending { said: texts.sent_now().to_owned(), reminder: Some(reminder) }),
            Err(NotNow::OnItsWay) => nothing(texts.on_its_way().to_owned()),
            Err(NotNow::Nothing(reason)) => {
                tracing::warn!(chat = %incoming.place.chat, reason, "nothing to send ahead of time");
                nothing(texts.no_series().to_owned())
            }
        }
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

    /// What the chat is subscribed to when this is wished for: what it has, then the default, fill the gaps. Otherwise
    /// what to answer.
    async fn wanted(&self, incoming: &Incoming, wish: Option<&str>) -> Result<Result<Wanted, String>, RespondError> {
        let kept = self.store.subscriptions(incoming.place.chat).await?.into_iter().next();
        // One that is suspended is restored by whoever asks for it again.
        if let (Some(subscription), None) = (kept.as_ref().filter(|kept| kept.suspended.is_none()), wish) {
            return Ok(Ok(Wanted::Same(Box::new(subscription.clone()))));
        }
        let Some(schedule) = &self.schedule else { return Ok(Ok(Wanted::NoSeries)) };
        let usual = kept.as_ref().and_then(|s| When::stored(&s.cron, &s.zone)).unwrap_or_else(|| schedule.when.clone());
        let (texts, now) = (setting(incoming).texts(), self.clock.now());
        let (when, amount) = match self.read_wish(incoming, wish, usual) {
            Ok(read) => read,
            Err(not_understood) => return Ok(Err(not_understood.in_words(texts))),
        };
        // What holds reminders back goes on holding them back, but for a pause: who subscribes wants them.
        let quiet = kept.as_ref().and_then(|kept| kept.manner.quiet);
        let timing = Timing { when, quiet, paused_until: None };
        let (document, series) = kept.as_ref().map_or_else(
            || (schedule.document.clone(), schedule.series.clone()),
            |kept| (kept.document.clone(), kept.series.clone()),
        );
        let main = self.store.main_of(incoming.place.chat).await?;
        let planned = main.as_ref().map_or(0, |main| main.planned);
        let last =
            main.filter(|main| main.document == document && main.series == series).and_then(|main| main.last_sent);
        let before = kept.as_ref().map(|kept| kept.goal).unwrap_or_default();
        let left = goal::left_of(self.library(), &document, &series, last.as_ref());
        let goal = match goal::wanted(&amount, before, left, &timing, now) {
            Ok(goal) => goal,
            Err(unfit) => return Ok(Err(unfit.in_words(texts, &timing, wish.unwrap_or_default(), now))),
        };
        // A plan is about the whole of a series that has been read.
        let through = goal::is_through_of(self.library(), &document, &series, last.as_ref());
        let again = kept.map(|kept| kept.id).zip(last.clone()).filter(|_| amount.until.is_some() && through);
        let new = NewSubscription {
            place: incoming.place,
            document,
            series,
            cron: timing.when.rule.to_string(),
            zone: timing.when.zone.id().to_owned(),
            lang: incoming.sender.lang,
            by: incoming.sender.user(),
            goal,
            next_due: timing.next_after(now),
        };
        Ok(Ok(Wanted::New(Box::new(New { new, timing, last, planned, again }))))
    }

    /// When, and how much.
    fn read_wish(&self, incoming: &Incoming, wish: Option<&str>, usual: When) -> Result<(When, Amount), NotUnderstood> {
        let nothing = Amount { each: None, until: None, rest: String::new() };
        let Some(wish) = wish else { return Ok((usual, nothing)) };
        let today = usual.zone.local(self.clock.now()).map(|local| local.date()).unwrap_or_default();
        let amount = amount::take(wish, today);
        let says_how_much = amount.each.is_some() || amount.until.is_some();
        if says_how_much && amount.rest.is_empty() {
            return Ok((usual, amount));
        }
        let when = if says_how_much { amount.rest.as_str() } else { wish };
        let parsed = freeform::parse(when, &usual, self.clock.now())?;
        let when = self.limit.allow(parsed, Some(&usual), when, incoming.sender.user())?;
        Ok((when, amount))
    }

    fn confirm(&self, incoming: &Incoming, mode: Mode, wanted: Wanted) -> Reaction {
        let setting = setting(incoming);
        let texts = setting.texts();
        let send_now = |planned| vec![vec![Button::action(texts.button_send_now(), Action::SendNext(planned))]];
        match wanted {
            Wanted::New(wanted) => {
                let body = self.in_words(&InWords::from(&*wanted), setting, |plan| texts.subscribed(plan));
                let outgoing = vec![outgoing(incoming, mode, Draft { body, buttons: send_now(wanted.planned) })];
                let again = wanted.again.map(|(id, last)| Change::BeginAgain(id, last));
                let changes = again.into_iter().chain([Change::Subscribe(wanted.new)]).collect();
                Reaction { changes, outgoing, ..Reaction::default() }
            }
            Wanted::Same(subscription) => {
                let body = self
                    .in_words(&InWords::of(&subscription, &self.limit), setting, |plan| texts.already_subscribed(plan));
                say(incoming, mode, Draft { body, buttons: send_now(subscription.planned) })
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
        let left = goal::left_of(self.library(), subscription.document, subscription.series, subscription.last);
        let far = subscription.timing.as_ref().map(|timing| {
            let far = goal::outlook(subscription.goal, left, timing, self.clock.now());
            let day = |at: Option<Timestamp>| at.and_then(|at| timing.when.day_in_words(texts, at));
            (far, day(far.ends), day(far.until))
        });
        let outlook = far.as_ref().map(|(far, ends, until)| texts::Outlook {
            each: far.next,
            left: far.left,
            ends: ends.as_deref(),
            until: until.as_deref(),
            holds: far.holds,
        });
        // A schedule that was just said is said back with three dates, and with what it leaves out.
        let new = subscription.timing.as_ref().filter(|_| subscription.is_new);
        let later: Vec<String> = new.map_or_else(Vec::new, |timing| {
            let runs = timing.next_runs(self.clock.now(), 3).into_iter().skip(1);
            runs.filter_map(|run| timing.when.day_in_words(texts, run)).collect()
        });
        let note = new.and_then(|timing| timing.when.note_in_words(texts));
        say(Plan {
            series: series.map_or(subscription.series, |series| &series.label),
            document: document.map_or(subscription.document.as_str(), |document| &document.short),
            when: &when.as_ref().map_or_else(|| subscription.cron.to_owned(), |when| when.in_words(texts)),
            zone: &when.as_ref().map_or_else(|| subscription.zone.to_owned(), |when| when.zone_in_words(texts)),
            next: next.as_deref(),
            later: &later,
            note: note.as_deref(),
            outlook,
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
    goal: Goal,
    /// The section that was sent last.
    last: Option<&'a SectionId>,
    /// When it comes in fact; `None` where its rule does not read.
    timing: Option<Timing>,
    next_due: Option<Timestamp>,
    /// Whether it was just said.
    is_new: bool,
}

impl<'a> InWords<'a> {
    fn of(s: &'a Subscription, limit: &RunLimit) -> Self {
        Self {
            document: &s.document,
            series: &s.series,
            cron: &s.cron,
            zone: &s.zone,
            goal: s.goal,
            last: s.last_sent.as_ref(),
            timing: Timing::of(s, limit),
            next_due: s.next_due,
            is_new: false,
        }
    }
}

impl<'a> From<&'a New> for InWords<'a> {
    fn from(New { new, timing, last, .. }: &'a New) -> Self {
        Self {
            document: &new.document,
            series: &new.series,
            cron: &new.cron,
            zone: &new.zone,
            goal: new.goal,
            last: last.as_ref(),
            timing: Some(timing.clone()),
            next_due: new.next_due,
            is_new: true,
        }
    }
}
