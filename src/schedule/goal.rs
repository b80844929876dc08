//! How many sections the next reminder brings: so many each time, or what is left spread over the runs up to a date.
//!
//! A plan is a date with the number of sections that each run has to bring if none is missed. After runs that were
//! missed a reminder brings up to twice as many; where that is not enough, it says when all will be read. A plan is over
//! where its series is.

use super::amount::Amount;
use super::limit::RunLimit;
use super::timing::Timing;
use crate::answer::texts::{self, Echo, Texts};
use crate::clock::Timestamp;
use crate::content::model::{Document, DocumentId, Library, Section, SectionId, Series};
use crate::store::{Goal, Subscription};

/// The most sections that a reminder is asked to bring.
pub const MOST: u32 = 10;

/// How many times what was planned a reminder brings at most, to catch up.
const CATCH_UP: u32 = 2;

/// The most runs that are counted up to a date: more need no more than one section each.
const RUNS: usize = 4_096;

/// What the next reminder brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share<'a> {
    /// The sections, in order; never empty.
    pub sections: Vec<&'a Section>,
    /// Whether the date of a plan can be held; `None` where there is no plan.
    pub holds: Option<bool>,
}

/// How far a plan is, for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// How many sections are left of the series.
    pub left: usize,
    /// How many the next reminder brings.
    pub next: u32,
    /// When the last of them comes; `None` where the rule ends before.
    pub ends: Option<Timestamp>,
    /// The date of the plan.
    pub until: Option<Timestamp>,
    /// Whether it can be held; true where there is no plan.
    pub holds: bool,
}

/// What is left of a series after the section that was sent last, in the order of the document; all of it after the last
/// section.
///
/// Where the last one is no member any more, it is what stands after it; where it is gone, all: whoever knows what was
/// sent before it asks with that instead.
pub fn left<'a>(
    document: &'a Document,
    series: &'a Series,
    last: Option<&SectionId>,
) -> impl Iterator<Item = &'a Section> + Clone {
    let after = if is_through(document, series, last) { 0 } else { after(document, last) };
    document.sections[after..].iter().filter(|section| section.has_class(&series.name))
}

/// Whether a series has come to its end with this section.
pub fn is_through(document: &Document, series: &Series, last: Option<&SectionId>) -> bool {
    !document.sections[after(document, last)..].iter().any(|section| section.has_class(&series.name))
}

/// How many sections are left of a series of the library; none where it is not there.
pub fn left_of(library: &Library, document: &DocumentId, series: &str, last: Option<&SectionId>) -> usize {
    series_of(library, document, series).map_or(0, |(document, series)| left(document, series, last).count())
}

/// Whether a series of the library has come to its end with this section.
pub fn is_through_of(library: &Library, document: &DocumentId, series: &str, last: Option<&SectionId>) -> bool {
    series_of(library, document, series).is_some_and(|(document, series)| is_through(document, series, last))
}

fn series_of<'a>(library: &'a Library, document: &DocumentId, series: &str) -> Option<(&'a Document, &'a Series)> {
    let document = library.document(document)?;
    Some((document, document.series(series)?))
}

fn after(document: &Document, last: Option<&SectionId>) -> usize {
    last.and_then(|id| document.position(id)).map_or(0, |position| position + 1)
}

/// What a subscription's reminder brings that comes at `now`. `None` where the series has no section.
pub fn share<'a>(
    document: &'a Document,
    series: &'a Series,
    subscription: &Subscription,
    timing: Option<&Timing>,
    now: Timestamp,
) -> Option<Share<'a>> {
    let (goal, last) = (subscription.goal, subscription.last_sent.as_ref());
    let left = left(document, series, last);
    let until = goal.until.filter(|_| !is_through(document, series, last) || last.is_none());
    let (take, holds) = match until.zip(timing) {
        None => (goal.each, None),
        Some((until, timing)) => {
            let (take, holds) = paced(goal, left.clone().count(), 1 + runs_until(timing, now, until));
            (take, Some(holds))
        }
    };
    let sections: Vec<&Section> = left.take(take.max(1) as usize).collect();
    (!sections.is_empty()).then_some(Share { sections, holds })
}

/// How many sections a reminder of a plan brings, and whether the date can be held.
fn paced(goal: Goal, left: usize, runs: usize) -> (u32, bool) {
    let (needed, most) = (needed(left, runs), goal.each.saturating_mul(CATCH_UP).max(1));
    (needed.clamp(1, most), runs > 0 && needed <= most)
}

/// How many sections each of so many runs has to bring.
pub fn needed(left: usize, runs: usize) -> u32 {
    u32::try_from(left.div_ceil(runs.max(1))).unwrap_or(u32::MAX)
}

/// How many runs come after an instant, up to a date.
pub fn runs_until(timing: &Timing, after: Timestamp, until: Timestamp) -> usize {
    let runs = std::iter::successors(timing.next_after(after), |run| timing.next_after(*run));
    runs.take_while(|run| *run <= until).take(RUNS).count()
}

/// Why an amount or a plan cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The date is past.
    #[error("the date is past")]
    Past,
    /// There is no run up to the date.
    #[error("there is no run up to the date")]
    NoRun(Timestamp),
    /// Each run would have to bring more than there may be.
    #[error("each of the runs would have to bring {needed} sections")]
    TooSoon {
        /// The end of the date.
        until: Timestamp,
        /// How many sections are left.
        left: usize,
        /// How many each run would have to bring.
        needed: u32,
    },
    /// So many sections at a time are more than there may be, or none.
    #[error("a reminder brings 1 to {MOST} sections")]
    TooMany,
}

impl Unfit {
    /// What to answer the person who typed it.
    pub fn in_words(self, texts: &dyn Texts, timing: &Timing, typed: &str, now: Timestamp) -> String {
        let day = |at| timing.when.day_in_words(texts, at).unwrap_or_default();
        match self {
            Self::Past => texts.date_is_past(&Echo::of(typed)),
            Self::NoRun(until) => {
                let next = timing.next_after(now).map(|next| timing.when.moment_in_words(texts, next));
                texts.no_run_before(&day(until), next.as_deref())
            }
            Self::TooSoon { until, left, needed } => texts.date_too_soon(&day(until), left, needed, MOST),
            Self::TooMany => texts.too_many_at_once(MOST),
        }
    }
}

/// What somebody asks for comes to, with so many sections left; what is not said stays as it was.
///
/// # Errors
/// When it cannot be had.
pub fn wanted(amount: &Amount, before: Goal, left: usize, timing: &Timing, now: Timestamp) -> Result<Goal, Unfit> {
    match (amount.until, amount.each) {
        (Some(day), _) => {
            let until = timing.when.end_of(day).filter(|until| *until > now).ok_or(Unfit::Past)?;
            let runs = runs_until(timing, now, until);
            if runs == 0 {
                return Err(Unfit::NoRun(until));
            }
            match needed(left, runs) {
                needed if needed > MOST => Err(Unfit::TooSoon { until, left, needed }),
                needed => Ok(Goal { each: needed.max(1), until: Some(until) }),
            }
        }
        (None, Some(each)) if (1..=MOST).contains(&each) => Ok(Goal { each, until: None }),
        (None, Some(_)) => Err(Unfit::TooMany),
        (None, None) => Ok(replanned(before, left, timing, now)),
    }
}

/// The goal of a plan whose runs or sections have changed: what each of its runs has to bring from now on.
pub fn replanned(goal: Goal, left: usize, timing: &Timing, now: Timestamp) -> Goal {
    match goal.until {
        Some(until) => Goal { each: needed(left, runs_until(timing, now, until)).clamp(1, MOST), ..goal },
        None => goal,
    }
}

/// How far a series of which so many sections are left has to go.
pub fn outlook(goal: Goal, left: usize, timing: &Timing, now: Timestamp) -> Outlook {
    let (next, holds) = match goal.until {
        Some(until) => paced(goal, left, runs_until(timing, now, until)),
        None => (goal.each, true),
    };
    let runs = left.div_ceil(next.max(1) as usize).clamp(1, RUNS);
    let ends = std::iter::successors(timing.next_after(now), |run| timing.next_after(*run)).nth(runs - 1);
    Outlook { left, next, ends, until: goal.until, holds }
}

/// What a reminder of a plan says whose date cannot be held: when all will be read.
pub fn late_note(
    subscription: &Subscription,
    document: &Document,
    series: &Series,
    share: &Share<'_>,
    limit: &RunLimit,
    now: Timestamp,
) -> Option<String> {
    let (until, timing) = (subscription.goal.until?, Timing::of(subscription, limit)?);
    let last = share.sections.last().filter(|_| share.holds == Some(false))?;
    if is_through(document, series, Some(&last.id)) {
        return None;
    }
    let texts = texts::texts(subscription.lang);
    let left = left(document, series, Some(&last.id)).count();
    let ends = outlook(subscription.goal, left, &timing, now).ends?;
    Some(texts.date_not_held(&timing.when.day_in_words(texts, until)?, &timing.when.day_in_words(texts, ends)?))
}
