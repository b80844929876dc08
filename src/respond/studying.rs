//! "Studied": a press under a reminder counts once a person, and the number stands on the button.

use super::{RespondError, Responder, notice, setting};
use crate::answer;
use crate::clock::Timestamp;
use crate::content::model::Section;
use crate::message::{Incoming, Outgoing, Pressed, ScheduleKey};
use crate::schedule::plan;
use crate::store::{Change, Reaction, SubscriptionId};

impl Responder {
    /// Somebody has studied the reminder that was due then.
    pub(super) async fn studied(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        key: ScheduleKey,
        due: Timestamp,
    ) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let (id, user) = (SubscriptionId::of(key), incoming.sender.user());
        let found = self.store.subscription(id).await?.filter(|found| found.place.chat == incoming.place.chat);
        let Some((schedule, studied)) = found.zip(self.store.studied(id, due).await?) else {
            return Ok(notice(texts.schedule_gone()));
        };
        if self.store.has_studied(id, due, user).await? {
            return Ok(notice(texts.studied_before()));
        }
        let people = studied.people + 1;
        let mut reaction = notice(texts.studied(people));
        reaction.changes.push(Change::Studied { schedule: id, due, user });
        let series = self.library().document(&schedule.document).and_then(|document| document.series(&schedule.series));
        let found: Vec<_> = studied.sections.iter().filter_map(|at| self.library().section(at)).collect();
        if let Some(((document, section), series)) = found.last().copied().zip(series) {
            let sections: Vec<&Section> = found.iter().map(|(_, section)| *section).collect();
            let mut draft = plan::pushed(&schedule, document, &sections, series, due, people);
            // The question at the end of a series stays until it is answered, or the series has begun again.
            if plan::is_last(document, section, series) && schedule.last_sent.as_ref() == Some(&section.id) {
                draft.buttons.extend(answer::series_ended(document, series, key, plan::setting(&schedule)).buttons);
            }
            reaction.outgoing.push(Outgoing::keyboard(incoming.place, pressed.message, draft.buttons));
        }
        Ok(reaction)
    }
}
