//! The story of a reminder, in steps: what is due becomes one occurrence with a message, or one skip with a reason.
//!
//! A step plans everything that is due and says when to look again; the loop around it only sleeps. An occurrence exists
//! once per (subscription, instant), which the store holds. After downtime, or when the clock jumped forward, the latest
//! missed occurrence is caught up if it is within the window, and the ones before it are recorded as skipped: never a
//! burst. Nor is a second reminder planned while the one before it has failed and is to be tried again, or while nothing
//! goes out at all. One that only waits for its place in the pace is late, and the next is planned behind it.

mod again;
mod limited;
mod set_back;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat};
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use super::goal::{self, Share};
use super::limit::RunLimit;
use super::timing::Timing;
use super::when::occasion;
use crate::answer::{self, Draft, Setting};
use crate::clock::{Clock, Timestamp};
use crate::content::model::{Document, Library, Section, SectionId, SectionRef, Series};
use crate::heartbeat::Heartbeat;
use crate::message::{Action, Button, Departure, Mode, Outgoing, Paragraph, Place};
use crate::store::{Change, Manner, Occurrence, OpenOf, Reminder, Row, Store, StoreError, Subscription};

/// How many due subscriptions are read at once.
const BATCH: u32 = 512;
/// How many of them are planned at once, so that the store can commit them together.
const AT_ONCE: usize = 64;
/// How many missed occurrences of one subscription are recorded one by one; the last of them stands for the rest.
const MOST_SKIPS: usize = 20;
/// How many of the sections sent before are looked at for one that is still in the document.
const REMEMBERED: u32 = 64;
/// What is planned so soon after its instant is not late.
const PUNCTUAL: Duration = Duration::from_secs(60);
/// How many reminders of one subscription may wait for their place.
const MOST_WAITING: usize = 200;
/// How long the loop waits after a step that failed.
const PAUSE: Duration = Duration::from_secs(5);
/// How often the loop looks even where nothing is due: an operator may want something sent again.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// What the steps need.
pub struct Planner {
    /// Where subscriptions and occurrences are.
    pub store: Store,
    /// The wall clock.
    pub clock: Clock,
    /// The documents as they are now.
    pub library: Box<dyn Fn() -> Arc<Library> + Send + Sync>,
    /// How late a missed occurrence is still caught up, where the chat has not said otherwise.
    pub late: Duration,
    /// How many times a day a schedule may run.
    pub limit: Arc<RunLimit>,
    /// Whether a chat is served at all.
    pub serves: Box<dyn Fn(&Place) -> bool + Send + Sync>,
    /// Whether messages go out at all.
    pub flows: Box<dyn Fn() -> bool + Send + Sync>,
    /// Cuts a message into parts that can be sent.
    pub split: fn(Outgoing) -> Vec<Outgoing>,
    /// Beats as long as steps go well.
    pub heartbeat: Heartbeat,
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// How many occurrences were planned.
    pub planned: usize,
    /// How many were recorded as skipped.
    pub skipped: usize,
    /// When the next subscription is due.
    pub next: Option<Timestamp>,
}

impl Step {
    fn did_nothing(&self) -> bool {
        self.planned + self.skipped == 0
    }

    fn add(&mut self, other: Self) {
        self.planned += other.planned;
        self.skipped += other.skipped;
    }
}

impl Planner {
    /// Plans what is due whenever something is, until it is told to stop. What goes wrong is logged, and tried again
    /// after a pause.
    pub async fn run(self, deliver: impl Fn(Vec<Row>) + Sync, stop: CancellationToken) {
        let mut changes = self.store.schedule_changes();
        while !stop.is_cancelled() {
            changes.mark_unchanged();
            let next = match self.step(&deliver).await {
                Ok(step) => {
                    self.heartbeat.beat();
                    step.next
                }
                Err(error) => {
                    self.heartbeat.fail();
                    tracing::error!(%error, "could not plan reminders; trying again");
                    let _ = stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
                    continue;
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.sleep_until(next) => {}
                // The sender of the changes lives in our own store.
                _ = changes.changed() => {}
                () = tokio::time::sleep(HEARTBEAT) => {}
            }
        }
    }

    async fn sleep_until(&self, next: Option<Timestamp>) {
        match next {
            Some(next) => self.clock.sleep_until(next).await,
            None => std::future::pending().await,
        }
    }

    /// Plans everything that is due now, and hands each message over as soon as it is in the store. A subscription
    /// that fails holds up no other.
    ///
    /// # Errors
    /// When the store could not be read or written; what was not planned is still due.
    pub async fn step(&self, deliver: &(impl Fn(Vec<Row>) + Sync)) -> Result<Step, StoreError> {
        let now = self.clock.now();
        set_back::look(self, now).await?;
        let (mut step, mut any_due) = (Step::default(), false);
        loop {
            let due = self.store.due(now, BATCH).await?;
            any_due |= !due.is_empty();
            let all = due.len() < BATCH as usize;
            let batch = self.batch(due, now, deliver).await?;
            step.add(batch);
            // A whole batch that nothing came of was changed meanwhile: look again later.
            if all || batch.did_nothing() {
                break;
            }
        }
        step.planned += again::plan_wanted(self, deliver).await?;
        // Something is still due where an occurrence was on record already, or a schedule was changed meanwhile. Rows that
        // cannot be read are not waited for.
        let still_due = any_due && !self.store.due(now, 1).await?.is_empty();
        step.next = if still_due { Some(now) } else { self.store.next_due_after(now).await? };
        Ok(step)
    }

    async fn batch(
        &self,
        due: Vec<Subscription>,
        now: Timestamp,
        deliver: &(impl Fn(Vec<Row>) + Sync),
    ) -> Result<Step, StoreError> {
        let library = (self.library)();
        let one = |(subscription, open): (Subscription, Option<OpenOf>)| {
            let library = &library;
            async move { self.one(&subscription, open, now, library, deliver).await }
        };
        let (mut step, mut failure) = (Step::default(), None);
        // One after the other: the order in which all are planned must not depend on how fast each look is.
        let mut looked = Vec::with_capacity(due.len());
        for subscription in due {
            match self.on_its_way(&subscription).await {
                Ok(open) => looked.push((subscription, open)),
                Err(error) => failure = Some(error),
            }
        }
        let mut outcomes = stream::iter(looked).map(one).buffer_unordered(AT_ONCE);
        while let Some(outcome) = outcomes.next().await {
            match outcome {
                Ok(one) => step.add(one),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(step), Err)
    }

    /// Plans or skips what one subscription is due for.
    async fn one(
        &self,
        subscription: &Subscription,
        open: Option<OpenOf>,
        now: Timestamp,
        library: &Library,
        deliver: &(impl Fn(Vec<Row>) + Sync),
    ) -> Result<Step, StoreError> {
        let mut step = Step::default();
        let Some(due) = subscription.next_due else { return Ok(step) };
        let Some(timing) = Timing::of(subscription, &self.limit) else {
            let reason = format!("the schedule `{}` in `{}` does not read", subscription.cron, subscription.zone);
            step.skipped += usize::from(self.skip(subscription, due, None, &reason).await?);
            return Ok(step);
        };
        if timing.when.rule.is_limited() {
            limited::tell(self, subscription, deliver).await?;
        }
        let latest = timing.last_until(due, now);
        let Some(missed) = self.skip_missed(subscription, &timing, due, latest).await? else { return Ok(step) };
        step.skipped += missed;
        if let Some(skipped) = self.wait_for_the_morning(subscription, &timing, latest, now).await? {
            step.skipped += usize::from(skipped);
            return Ok(step);
        }
        let next = timing.next_after(now);
        let subscription = self.placed(subscription, library).await?;
        let wanted = match self.behind(&subscription, open, now) {
            Ok(behind) => self.wanted(&behind, library, latest, now),
            Err(reason) => Err(reason.to_owned()),
        };
        match wanted {
            Err(reason) => step.skipped += usize::from(self.skip(&subscription, latest, next, &reason).await?),
            Ok((sections, message)) => {
                let occurrence = Occurrence { subscription: subscription.id, due: latest, sections };
                if let Some(rows) = self.store.plan(occurrence, next, (self.split)(message)).await? {
                    step.planned += 1;
                    deliver(rows);
                }
            }
        }
        Ok(step)
    }

    /// The subscription as far as it has come in the document as it is now: where the section sent last is gone, as far
    /// as the latest before it that is still there.
    async fn placed<'a>(
        &self,
        subscription: &'a Subscription,
        library: &Library,
    ) -> Result<Cow<'a, Subscription>, StoreError> {
        let mut placed = Cow::Borrowed(subscription);
        let document = library.document(&subscription.document);
        if let (Some(document), Some(last)) = (document, &subscription.last_sent)
            && document.section(last).is_none()
        {
            let before = self.store.sent_sections(subscription.id, REMEMBERED).await?;
            let there = |at: &SectionRef| at.document == document.id && document.section(&at.section).is_some();
            placed.to_mut().last_sent = before.into_iter().find(there).map(|at| at.section);
        }
        Ok(placed)
    }

    /// What was missed is not caught up in quiet hours but after them, or skipped where that is too late; gives back
    /// which. `None` where it is not quiet.
    async fn wait_for_the_morning(
        &self,
        subscription: &Subscription,
        timing: &Timing,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<Option<bool>, StoreError> {
        let Some(to) = timing.quiet_until(now) else { return Ok(None) };
        if to.since(due) > self.late(subscription) {
            let reason = "missed, and the quiet hours end only when it is too late";
            return self.skip(subscription, due, timing.next_after(now), reason).await.map(Some);
        }
        let change = Change::Postpone { schedule: subscription.id, from: due, to };
        self.store.change(vec![change]).await.map(|()| Some(false))
    }

    fn late(&self, subscription: &Subscription) -> Duration {
        subscription.manner.late.unwrap_or(self.late)
    }

    /// The message of an occurrence, or why there is none.
    fn wanted(
        &self,
        subscription: &Subscription,
        library: &Library,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<SectionRef>, Outgoing), String> {
        // A chat that refuses us is tried: the refusal may have passed, or never have been true.
        if !(self.serves)(&subscription.place) {
            return Err("the chat is not among those that the config lets us serve".to_owned());
        }
        let (late, window) = (now.since(due), self.late(subscription));
        // Nothing is planned on the very instant: who wants nothing late still wants what is on time.
        if late > window.max(PUNCTUAL) {
            return Err(format!(
                "{} min late, beyond the window of {} min",
                late.as_secs() / 60,
                window.as_secs() / 60
            ));
        }
        message(subscription, library, &self.limit, &[], due)
    }

    /// The subscription as far as it will have come once what is on its way is sent; otherwise why nothing more is to be
    /// planned now.
    fn behind<'a>(
        &self,
        subscription: &'a Subscription,
        open: Option<OpenOf>,
        now: Timestamp,
    ) -> Result<Cow<'a, Subscription>, &'static str> {
        let Some(open) = open else { return Ok(Cow::Borrowed(subscription)) };
        if open.failed || open.not_before.is_some_and(|at| at > now) || !(self.flows)() {
            return Err("the reminder before it is still on its way");
        }
        if open.count >= MOST_WAITING {
            return Err("too many reminders before it wait for their place");
        }
        let mut behind = Cow::Borrowed(subscription);
        if let Some(at) = open.section.filter(|at| at.document == subscription.document) {
            behind.to_mut().last_sent = Some(at.section);
        }
        Ok(behind)
    }

    /// What is on its way already; `None` where nothing is.
    async fn on_its_way(&self, subscription: &Subscription) -> Result<Option<OpenOf>, StoreError> {
        if subscription.pending.is_none() {
            return Ok(None);
        }
        self.store.open_of(subscription.id).await.map(Some)
    }

    /// Records what was missed between the instant that is due and the latest; `None` when the schedule was changed
    /// meanwhile.
    async fn skip_missed(
        &self,
        subscription: &Subscription,
        timing: &Timing,
        due: Timestamp,
        latest: Timestamp,
    ) -> Result<Option<usize>, StoreError> {
        let (mut at, mut skipped) = (due, 0);
        while at < latest {
            skipped += 1;
            let following = timing.next_after(at).filter(|run| *run < latest).unwrap_or(latest);
            let for_the_rest = skipped == MOST_SKIPS && following < latest;
            let reason = match subscription.suspended {
                _ if for_the_rest => with_the_rest(latest),
                Some(why) => not_ours_to_write(why).to_owned(),
                None => "missed; a later one was due before it could be planned".to_owned(),
            };
            if !self.skip(subscription, at, Some(following), &reason).await? {
                return Ok(None);
            }
            at = following;
            // Only now, when it is certain that one on record stands for them.
            if for_the_rest {
                let change = Change::Postpone { schedule: subscription.id, from: following, to: latest };
                self.store.change(vec![change]).await?;
                at = latest;
            }
        }
        Ok(Some(skipped))
    }

    async fn skip(
        &self,
        subscription: &Subscription,
        due: Timestamp,
        next: Option<Timestamp>,
        reason: &str,
    ) -> Result<bool, StoreError> {
        tracing::info!(chat = %subscription.place.chat, due = due.0, reason, "skipped a reminder");
        let occurrence = Occurrence { subscription: subscription.id, due, sections: Vec::new() };
        self.store.skip(occurrence, next, reason).await
    }
}

/// Why the last skip that is recorded stands for others: some between may be listed, after a clock that was set back.
fn with_the_rest(until: Timestamp) -> String {
    let until = DateTime::from_timestamp_millis(until.0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("missed, as were all that are not listed up to {until}")
}

/// Why a chat that is suspended was sent nothing.
fn not_ours_to_write(why: Departure) -> &'static str {
    match why {
        Departure::Kicked => "we are not in the group",
        Departure::Blocked => "the person has blocked us",
        Departure::Muted => "we may not write in the group",
    }
}

/// Why no reminder can be sent ahead of its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// One is on its way.
    OnItsWay,
    /// There is nothing to send, and why, for the log.
    Nothing(String),
}

/// The subscription's next sections as an occurrence that is due now, because somebody asked for it who saw the
/// subscription as it is here. The regular ones stay as they are.
///
/// # Errors
/// When one is on its way, or there is nothing to send.
pub fn ahead(
    subscription: &Subscription,
    library: &Library,
    limit: &RunLimit,
    now: Timestamp,
) -> Result<Reminder, NotNow> {
    if subscription.pending.is_some() {
        return Err(NotNow::OnItsWay);
    }
    let (sections, message) = message(subscription, library, limit, &[], now).map_err(NotNow::Nothing)?;
    let occurrence = Occurrence { subscription: subscription.id, due: now, sections };
    Ok(Reminder { occurrence, messages: vec![message], seen: subscription.planned })
}

/// The message that a subscription gets next, or the one with certain sections, as far as they are there; or why there is
/// none.
fn message(
    subscription: &Subscription,
    library: &Library,
    limit: &RunLimit,
    certain: &[SectionRef],
    due: Timestamp,
) -> Result<(Vec<SectionRef>, Outgoing), String> {
    let document = library
        .document(&subscription.document)
        .ok_or_else(|| format!("the document `{}` is not there", subscription.document))?;
    let found = document.series(&subscription.series).and_then(|series| {
        let timing = Timing::of(subscription, limit);
        let share = shown_again(document, certain)
            .or_else(|| goal::share(document, series, subscription, timing.as_ref(), due))?;
        Some((series, share))
    });
    let (series, share) = found.ok_or_else(|| {
        format!("the document `{}` has no section in the series `{}`", document.id, subscription.series)
    })?;
    let mut draft = pushed(subscription, document, &share.sections, series, due, 0);
    let last = share.sections.last().is_some_and(|section| is_last(document, section, series));
    draft.body.0.extend(goal::late_note(subscription, document, series, &share, limit, due).map(Paragraph::plain));
    if last {
        let question = answer::series_ended(document, series, subscription.id.key(), setting(subscription));
        draft.body.0.extend(question.body.0);
        draft.buttons.extend(question.buttons);
    }
    let Manner { silent, pin, .. } = subscription.manner;
    let sections = share.sections.iter().map(|section| document.reference(section)).collect();
    Ok((sections, Outgoing { silent, pin, ..draft.into_outgoing(subscription.place, Mode::New) }))
}

/// Those of certain sections that are still in a document; `None` where none is.
fn shown_again<'a>(document: &'a Document, certain: &[SectionRef]) -> Option<Share<'a>> {
    let here = certain.iter().filter(|at| at.document == document.id);
    let sections: Vec<&Section> = here.filter_map(|at| document.section(&at.section)).collect();
    (!sections.is_empty()).then_some(Share { sections, holds: None })
}

/// Sections as they are pushed: the reminder, and a button for whoever has studied it, with the number of those.
pub fn pushed(
    subscription: &Subscription,
    document: &Document,
    sections: &[&Section],
    series: &Series,
    due: Timestamp,
    people: u32,
) -> Draft {
    let setting = setting(subscription);
    let mut draft = answer::reminder(document, sections, series, occasion(&subscription.cron), setting);
    let button = Button::action(setting.texts().button_studied(people), Action::Studied(subscription.id.key(), due));
    draft.buttons.insert(0, vec![button]);
    draft
}

/// Whether a series of several sections ends with this one.
pub fn is_last(document: &Document, section: &Section, series: &Series) -> bool {
    let members = document.with_class(&series.name).skip(1);
    members.last().is_some_and(|last| last.id == section.id)
}

/// Whom the reminders of a subscription are made for.
pub fn setting(subscription: &Subscription) -> Setting {
    Setting { lang: subscription.lang, kind: subscription.place.kind }
}

/// The section that follows the last one sent, see [`goal::left`].
pub fn next_section<'a>(document: &'a Document, series: &'a Series, last: Option<&SectionId>) -> Option<&'a Section> {
    goal::left(document, series, last).next()
}
