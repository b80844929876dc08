//! The end of a series: the group's admins choose what follows. Where nobody chooses, it begins again.
//!
//! The question stands under the last section and is about that end: once it is answered, or the series has begun again,
//! its buttons are stale.

use std::sync::Arc;

use super::settings::{labels, series};
use super::{RespondError, Responder, notice, say, setting};
use crate::answer::Draft;
use crate::answer::texts::{Texts, texts};
use crate::content::model::{Document, Section, Series};
use crate::message::{Action, AtEnd, Body, Button, Incoming, Mode, Outgoing, Pressed, ScheduleKey};
use crate::schedule::plan;
use crate::store::{Change, Goal, Reaction, Subscription, SubscriptionId};

/// The last section of a series, which was sent.
struct End<'a> {
    document: &'a Arc<Document>,
    section: &'a Section,
    series: &'a Series,
}

impl Responder {
    /// A choice at the end of a series.
    pub(super) async fn at_end(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        key: ScheduleKey,
        choice: &AtEnd,
    ) -> Result<Reaction, RespondError> {
        let own = setting(incoming).texts();
        let found = self.store.subscription(SubscriptionId::of(key)).await?;
        let Some(schedule) = found.filter(|schedule| schedule.place.chat == incoming.place.chat) else {
            return Ok(notice(own.schedule_gone()));
        };
        let Some(end) = self.end_of(&schedule) else { return Ok(notice(own.stale_button())) };
        // What stands in the chat is in the language of its reminders.
        let words = texts(schedule.lang);
        let (sentence, change) = match choice {
            AtEnd::Others => {
                let others = self.others(&schedule, words);
                let Some(buttons) = others else { return Ok(notice(own.no_other_series())) };
                let outgoing = self.buttons(incoming, pressed, &schedule, &end, buttons).await?;
                return Ok(Reaction { outgoing: vec![outgoing], ..notice(words.which_series()) });
            }
            AtEnd::Again => {
                let change = Change::BeginAgain(schedule.id, end.section.id.clone());
                (words.begins_again(&end.series.label), change)
            }
            AtEnd::Take(document, index) => {
                let Some((document, name)) = series(self.library(), document, *index) else {
                    return Ok(notice(own.stale_button()));
                };
                let (document, series, by) = (document.id.clone(), name.clone(), incoming.sender.user());
                // A plan is about the series that it was made for.
                let goal = Goal { until: None, ..schedule.goal };
                let to = Subscription { document, series, by, goal, ..schedule.clone() };
                let (document, series) = labels(self.library(), &to);
                (words.goes_on_with(&document, &series), Change::Configure { to: Box::new(to), retimed: false })
            }
            AtEnd::Stop => (words.series_stopped().to_owned(), Change::EndSchedule(schedule.id)),
        };
        let answered = self.buttons(incoming, pressed, &schedule, &end, Vec::new()).await?;
        let mut reaction = say(incoming, Mode::ReplyTo(pressed.message), Draft::of(Body::plain(sentence)));
        reaction.outgoing.insert(0, answered);
        reaction.changes.push(change);
        Ok(reaction)
    }

    /// Where a schedule's series has ended: the last section that was sent is the last of the series.
    fn end_of(&self, schedule: &Subscription) -> Option<End<'_>> {
        let document = self.library().document(&schedule.document)?;
        let series = document.series(&schedule.series)?;
        let section = document.section(schedule.last_sent.as_ref()?)?;
        plan::is_last(document, section, series).then_some(End { document, section, series })
    }

    /// The buttons of the last section, with others in place of the question.
    async fn buttons(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        schedule: &Subscription,
        end: &End<'_>,
        others: Vec<Vec<Button>>,
    ) -> Result<Outgoing, RespondError> {
        let latest = self.store.latest_studied(schedule.id, 1).await?;
        let (due, people) = latest.first().map_or((self.clock.now(), 0), |latest| (latest.due, latest.people));
        let sections = latest.first().map_or(&[][..], |latest| &latest.sections);
        let mut shown: Vec<&Section> = sections.iter().filter_map(|at| end.document.section(&at.section)).collect();
        if shown.is_empty() {
            shown.push(end.section);
        }
        let mut draft = plan::pushed(schedule, end.document, &shown, end.series, due, people);
        draft.buttons.extend(others);
        Ok(Outgoing::keyboard(incoming.place, pressed.message, draft.buttons))
    }

    /// The series other than the one that has ended, as buttons.
    fn others(&self, schedule: &Subscription, words: &dyn Texts) -> Option<Vec<Vec<Button>>> {
        let of = |document: &Arc<Document>| {
            let each = (0..).zip(&document.series).filter(|(_, series)| {
                document.with_class(&series.name).next().is_some()
                    && (&document.id, &series.name) != (&schedule.document, &schedule.series)
            });
            let row = |(index, series): (u8, &Series)| {
                let action = Action::AtEnd(schedule.id.key(), AtEnd::Take(document.id.clone(), index));
                vec![Button::action(words.button_series_of(&document.short, &series.label), action)]
            };
            each.map(row).collect::<Vec<_>>()
        };
        let mut rows: Vec<_> = self.library().iter().flat_map(of).collect();
        let choice = |label: &str, choice| Button::action(label, Action::AtEnd(schedule.id.key(), choice));
        let others = !rows.is_empty();
        rows.push(vec![choice(words.button_again(), AtEnd::Again), choice(words.button_stop(), AtEnd::Stop)]);
        others.then_some(rows)
    }
}
