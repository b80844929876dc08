//! What a schedule becomes when something is set.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::content::model::{Document, DocumentId, Library};
use crate::message::{Set, TopicId};
use crate::schedule::amount::Amount;
use crate::schedule::goal::{self, Unfit};
use crate::schedule::limit::RunLimit;
use crate::schedule::timing::Timing;
use crate::schedule::when::When;
use crate::schedule::zone::Zone;
use crate::store::{Goal, Quiet, Subscription};

/// A schedule that was changed.
pub(super) struct Changed {
    /// What it has become.
    pub(super) to: Subscription,
    /// Whether it comes at other times now.
    pub(super) retimed: bool,
}

/// The longest pause that a button offers by far.
const LONGEST_PAUSE: u16 = 3_660;

/// Sets something; `None` where there is no such thing (any more).
pub(super) fn set(
    before: &Subscription,
    set: &Set,
    library: &Library,
    names: &[(TopicId, String)],
    limit: &RunLimit,
    now: Timestamp,
) -> Option<Changed> {
    let mut to = before.clone();
    match set {
        Set::Days(_) | Set::Time(_) | Set::Zone(_) => return timed(before, &when(before, set)?, library, limit, now),
        Set::Quiet(from, until) => to.manner.quiet = Quiet::between(*from, *until),
        Set::Pause(0) => to.manner.paused_until = None,
        Set::Pause(days) if *days <= LONGEST_PAUSE => {
            to.manner.paused_until = Some(in_days(&to, *days, now)?);
        }
        Set::Pause(_) => return None,
        Set::Series(document, index) => {
            let (document, series) = series(library, document, *index)?;
            if (&to.document, &to.series) != (&document.id, series) {
                (to.document, to.series, to.last_sent) = (document.id.clone(), series.clone(), None);
            }
        }
        Set::Topic(topic) => {
            let known = *topic == TopicId::MAIN || names.iter().any(|(known, _)| known == topic);
            to.place.topic = known.then_some(*topic)?;
        }
        Set::Each(each) => {
            let each = u32::from(*each);
            to.goal = Goal { each: (1..=goal::MOST).contains(&each).then_some(each)?, until: None };
        }
        Set::Lang(lang) => to.lang = *lang,
        Set::Pin(on) => to.manner.pin = *on,
        Set::Silent(on) => to.manner.silent = *on,
        Set::Late(hours) => to.manner.late = Some(Duration::from_secs(u64::from(*hours) * 3_600)),
    }
    let retimed = matches!(set, Set::Quiet(..) | Set::Pause(_));
    retime(to, retimed, library, limit, now)
}

/// Sets when a schedule comes.
pub(super) fn timed(
    before: &Subscription,
    when: &When,
    library: &Library,
    limit: &RunLimit,
    now: Timestamp,
) -> Option<Changed> {
    let to = Subscription { cron: when.rule.to_string(), zone: when.zone.id().to_owned(), ..before.clone() };
    retime(to, true, library, limit, now)
}

/// Sets a pause.
pub(super) fn paused(
    before: &Subscription,
    until: Timestamp,
    library: &Library,
    limit: &RunLimit,
    now: Timestamp,
) -> Option<Changed> {
    let mut to = before.clone();
    to.manner.paused_until = Some(until);
    retime(to, true, library, limit, now)
}

/// Sets how much it brings.
///
/// # Errors
/// When that cannot be had: what to answer.
pub(super) fn amounted(
    before: &Subscription,
    amount: &Amount,
    library: &Library,
    limit: &RunLimit,
    now: Timestamp,
) -> Option<Result<Changed, (Unfit, Timing)>> {
    let timing = Timing::of(before, limit)?;
    let left = goal::left_of(library, &before.document, &before.series, before.last_sent.as_ref());
    Some(match goal::wanted(amount, before.goal, left, &timing, now) {
        Ok(goal) => Ok(Changed { to: Subscription { goal, ..before.clone() }, retimed: false }),
        Err(unfit) => Err((unfit, timing)),
    })
}

/// With its next run, and a plan spread over the runs that there are now.
fn retime(mut to: Subscription, retimed: bool, library: &Library, limit: &RunLimit, now: Timestamp) -> Option<Changed> {
    let timing = Timing::of(&to, limit);
    if retimed {
        to.next_due = timing.as_ref()?.next_after(now);
    }
    if let Some(timing) = timing.filter(|_| to.goal.until.is_some()) {
        let left = goal::left_of(library, &to.document, &to.series, to.last_sent.as_ref());
        to.goal = goal::replanned(to.goal, left, &timing, now);
    }
    Some(Changed { to, retimed })
}

fn when(before: &Subscription, set: &Set) -> Option<When> {
    let when = When::stored(&before.cron, &before.zone)?;
    match set {
        Set::Days(days) => when.on_days(*days),
        Set::Time(minute) => when.at_time(*minute),
        Set::Zone(id) => Some(When { zone: Zone::parse(id).ok()?, ..when }),
        _ => None,
    }
}

/// The beginning of the day so many days from today, on the schedule's clock.
fn in_days(schedule: &Subscription, days: u16, now: Timestamp) -> Option<Timestamp> {
    let zone = Zone::parse(&schedule.zone).ok()?;
    let date = zone.local(now)?.date().checked_add_days(chrono::Days::new(u64::from(days)))?;
    zone.instant(date.and_hms_opt(0, 0, 0)?)
}

/// The n-th series of a document.
pub(in crate::respond) fn series<'a>(
    library: &'a Library,
    document: &DocumentId,
    index: u8,
) -> Option<(&'a Document, &'a String)> {
    let document = library.document(document)?;
    let series = document.series.get(usize::from(index))?;
    document.with_class(&series.name).next()?;
    Some((document, &series.name))
}
