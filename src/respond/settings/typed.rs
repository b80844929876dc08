//! What is typed while the panel asks for something: a time, a city, a date, hours.
//!
//! It is taken for that if the panel was used a short while ago and shows a page that asks. What does not read as such
//! and is a question that the documents answer is a question; anything else is named on the page, with examples.

use std::time::Duration;

use chrono::NaiveDate;

use super::apply::{self, Changed};
use crate::answer::texts::Echo;
use crate::content::model::leading_number;
use crate::message::{ChatKind, Incoming, Mode, Page, Said, Set};
use crate::respond::{RespondError, Responder, say_plainly, setting};
use crate::schedule::amount::{self, Amount};
use crate::schedule::freeform;
use crate::schedule::typed::{date, hours};
use crate::schedule::when::When;
use crate::schedule::zone::Zone;
use crate::store::{OpenPanel, Reaction, Subscription};

/// How long the panel waits for what is typed.
const WAITS: Duration = Duration::from_secs(600);

/// What was typed comes to.
enum Typed {
    /// A change.
    Changed(Box<Changed>),
    /// Nothing: what is wrong with it, and the zones that it may mean.
    Wrong(String, Vec<Zone>),
}

impl Responder {
    /// What a text leads to that is meant for the panel; `None` for one that is not.
    pub(in crate::respond) async fn typed(
        &self,
        incoming: &Incoming,
        said: &Said,
    ) -> Result<Option<Reaction>, RespondError> {
        if incoming.place.kind != ChatKind::Private || said.edited {
            return Ok(None);
        }
        let Some(open) = self.store.panel(incoming.sender.user()).await? else { return Ok(None) };
        let (Some(id), Some(message)) = (open.schedule, open.message) else { return Ok(None) };
        let replies = said.reply_to == Some(message);
        let awaited = replies || (said.reply_to.is_none() && self.clock.now().since(open.at) <= WAITS);
        if !awaited || !asks(open.page) {
            return Ok(None);
        }
        let Some(schedule) = self.store.subscription(id).await? else { return Ok(None) };
        let typed = self.read_typed(incoming, &schedule, open.page, &said.text);
        if let (Some(Typed::Wrong(..)) | None, false, true) = (&typed, replies, self.is_answered(&said.text)) {
            return Ok(None);
        }
        if let Some(refusal) = self.refusal_in(incoming, schedule.place.chat).await {
            return Ok(Some(say_plainly(incoming, said, refusal)));
        }
        match typed {
            Some(Typed::Changed(changed)) => self.changed(incoming, &schedule, *changed, open).await.map(Some),
            Some(Typed::Wrong(note, near)) => self.wrong(incoming, &schedule, open, note, near).await.map(Some),
            None => Ok(None),
        }
    }

    /// Reads a text as what the page asks for; `None` where the schedule itself does not read.
    fn read_typed(&self, incoming: &Incoming, schedule: &Subscription, page: Page, text: &str) -> Option<Typed> {
        let (texts, now) = (setting(incoming).texts(), self.clock.now());
        let when = When::stored(&schedule.cron, &schedule.zone)?;
        let changed = |changed| Typed::Changed(Box::new(changed));
        let wrong = |note| Some(Typed::Wrong(note, Vec::new()));
        let set = |set| apply::set(schedule, &set, self.library(), &[], &self.limit, now).map(changed);
        match page {
            Page::Day | Page::Time => match freeform::parse(text, &when, now)
                .and_then(|new| self.limit.allow(new, Some(&when), text, incoming.sender.user()))
            {
                Ok(when) => apply::timed(schedule, &when, self.library(), &self.limit, now).map(changed),
                Err(error) => wrong(error.in_words(texts)),
            },
            Page::Zone => match Zone::typed(text) {
                Ok(zone) => set(Set::Zone(zone.id().to_owned())),
                Err(error) if error.near.is_empty() => wrong(texts.bad_zone(&Echo::of(text), &[])),
                Err(error) => Some(Typed::Wrong(texts.ask_which_zone(&Echo::of(text)), error.near)),
            },
            Page::Quiet => match hours(text) {
                Some((from, until)) => set(Set::Quiet(from, until)),
                None => wrong(texts.bad_hours(&Echo::of(text))),
            },
            Page::Pause => {
                let date = date(text, when.zone.local(now)?.date());
                match date.and_then(|date| when.zone.instant(date.and_hms_opt(0, 0, 0)?)) {
                    Some(until) => apply::paused(schedule, until, self.library(), &self.limit, now).map(changed),
                    None => wrong(texts.bad_date(&Echo::of(text))),
                }
            }
            Page::Amount => {
                let amount = amount_of(text, when.zone.local(now)?.date());
                let Some(amount) = amount else { return wrong(texts.bad_amount(&Echo::of(text))) };
                match apply::amounted(schedule, &amount, self.library(), &self.limit, now)? {
                    Ok(to) => Some(changed(to)),
                    Err((unfit, timing)) => wrong(unfit.in_words(texts, &timing, text, now)),
                }
            }
            _ => None,
        }
    }

    async fn wrong(
        &self,
        incoming: &Incoming,
        schedule: &Subscription,
        open: OpenPanel,
        note: String,
        near: Vec<Zone>,
    ) -> Result<Reaction, RespondError> {
        let mut view = self.view(incoming, schedule).await?;
        (view.note, view.near) = (Some(note), near);
        let draft = view.page(open.page);
        let mode = open.message.map_or(Mode::New, Mode::Edit);
        Ok(super::shown(incoming, mode, draft, OpenPanel { at: self.clock.now(), ..open }))
    }

    /// Whether the documents answer a text.
    fn is_answered(&self, text: &str) -> bool {
        self.reader.read(text).is_some_and(|question| self.answerer.reply(&question).answered())
    }
}

/// Whether a page asks for something that can be typed.
fn asks(page: Page) -> bool {
    matches!(page, Page::Day | Page::Time | Page::Zone | Page::Quiet | Page::Pause | Page::Amount)
}

/// An amount, a date, or a number alone; `None` where the text says something else.
fn amount_of(text: &str, today: NaiveDate) -> Option<Amount> {
    let amount = amount::take(text, today);
    let number = leading_number(text.trim()).filter(|(_, length)| *length == text.trim().len());
    match (amount.rest.is_empty(), number) {
        (true, _) => Some(amount),
        (false, Some((each, _))) => Some(Amount { each: Some(each), until: None, rest: String::new() }),
        (false, None) => None,
    }
}
