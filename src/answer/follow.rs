//! Questions that follow up: 那措施呢, 第二条呢, 为什么, 谁负责. What was shown before is the topic that they do not name.
//!
//! A kind alone asks for the section of that kind that belongs to the one at hand, or for its passage; a place in an
//! order alone asks for another of the kind that was shown; anything else without a topic asks the section at hand.

use super::choose::{nth, numbered};
use super::reply::{List, Outcome, Reply, Source};
use crate::content::model::{Document, Facet, Library, Section, SectionRef};
use crate::message::{Counted, Detail, Ordinal, Question, Reading};
use crate::search::Hit;

/// The reply that the sections shown before give; `None` where the question stands alone or they lead nowhere.
pub(super) fn follow(library: &Library, question: &Question, shown: &[SectionRef]) -> Option<Reply> {
    let (document, section) = library.section(shown.first()?)?;
    let alone = shown.len() == 1;
    // The number stands in the text: 第二条 is an article then, whatever is listed.
    let counts = |counted: &Counted| document.with_class(counted.unit.class()).any(|section| section.number.is_some());
    if question.all_of.is_some() || question.counted.iter().any(counts) {
        return None;
    }
    match question.reading(&document.id) {
        Some(reading) if reading.leans() => match reading.ordinal {
            Some(ordinal) if alone => another(document, section, ordinal),
            Some(ordinal) => one_of(library, shown, ordinal),
            None if alone => of_kind(document, section, reading),
            None => None,
        },
        Some(_) => None,
        None => question.detail.filter(|_| alone).map(|detail| card(document, section, None, Some(detail))),
    }
}

/// The section of the kind that belongs to this one, or the passage of the kind in it.
fn of_kind(document: &Document, section: &Section, reading: &Reading) -> Option<Reply> {
    let wish = reading.wish.as_ref()?;
    let facet = document.facets.iter().find(|facet| facet.name == wish.facet)?;
    let class = facet.within.as_ref().unwrap_or(&facet.name);
    if section.has_class(class) {
        // Of the section's own kind, all of them are asked for; of its passages, its own.
        return facet.within.is_some().then(|| card(document, section, Some(facet), None));
    }
    let belongs = |other: &&Section| {
        other.has_class(class) && (section.related.contains(&other.id) || other.related.contains(&section.id))
    };
    let related = document.sections.iter().find(belongs)?;
    Some(card(document, related, Some(facet).filter(|facet| facet.within.is_some()), None))
}

/// Another section of the kind that was shown; all of them where there is no such place.
fn another(document: &Document, section: &Section, ordinal: Ordinal) -> Option<Reply> {
    let counted = |class: &&String| {
        document.facets.iter().any(|facet| facet.name == **class)
            || document.series(class).is_some_and(|series| !series.is_implied())
    };
    let class = section.classes.iter().find(counted)?;
    let members = numbered(document, class);
    match nth(&members, ordinal) {
        Some(member) => Some(card(document, member, None, None)),
        None => {
            Some(list(document, members.into_iter().map(|member| document.reference(member)).collect(), Some(class)))
        }
    }
}

/// One of several sections that were shown together; all of them where there is no such place.
fn one_of(library: &Library, shown: &[SectionRef], ordinal: Ordinal) -> Option<Reply> {
    let (document, _) = library.section(shown.first()?)?;
    match ordinal.index(shown.len()).and_then(|index| library.section(&shown[index])) {
        Some((document, section)) => Some(card(document, section, None, None)),
        None => {
            let here = shown.iter().filter(|at| at.document == document.id && library.section(at).is_some());
            Some(list(document, here.cloned().collect(), None))
        }
    }
}

fn card(document: &Document, section: &Section, passage_of: Option<&Facet>, detail: Option<Detail>) -> Reply {
    let at = document.reference(section);
    let passage_of = passage_of.map(|facet| facet.name.clone());
    let hits = vec![Hit { at: at.clone(), score: 1.0 }];
    Reply::new(Outcome::Card(Source { at, passage_of, detail, part: None }), hits, 1.0)
}

fn list(document: &Document, members: Vec<SectionRef>, class: Option<&String>) -> Reply {
    let facet = class.filter(|class| document.facets.iter().any(|facet| facet.name == **class)).cloned();
    let hits = members.iter().map(|at| Hit { at: at.clone(), score: 1.0 }).collect();
    Reply::new(
        Outcome::List(List { document: document.id.clone(), members, facet, under: None, unit: None }),
        hits,
        1.0,
    )
}
