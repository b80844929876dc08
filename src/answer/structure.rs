//! Sections that a question names by the document's structure: what a heading holds (附录有哪些教程, what is in paid time
//! off), the third section of a document that numbers none, and 某某一节.

use super::named::Headings;
use crate::content::model::{Document, Library, Section, SectionRef, Unit};
use crate::message::{Position, Question};
use crate::search::Engine;

/// A heading that is asked for with all it holds has at least so many sections under it.
const FEWEST: usize = 2;

/// The only heading that holds all the words of what a question wants listed, with sections under it.
pub(super) fn listed(library: &Library, engine: &Engine, question: &Question) -> Option<SectionRef> {
    if question.listed.is_empty() {
        return None;
    }
    let holds = |document: &Document, index: usize, section: &Section| {
        let mut words = question.listed.iter();
        // Most headings lack the first word as it was typed; the others are folded and compared.
        document.sections.under(index).nth(FEWEST - 1).is_some() && {
            let heading = engine.bare(&section.title);
            words.all(|word| heading.contains(word.as_str()))
        }
    };
    let mut found = library.iter().flat_map(|document| {
        let sections = document.sections.iter().enumerate();
        sections.filter(|(index, section)| holds(document, *index, section)).map(|(_, s)| document.reference(s))
    });
    found.next().filter(|_| found.next().is_none())
}

/// The sections that a question names by their place, or by the beginning of their heading.
pub(super) fn named(library: &Library, headings: &Headings, question: &Question) -> Option<Vec<SectionRef>> {
    let place = by_place(library, question).map(|section| vec![section]);
    place.or_else(|| called(headings, question).map(<[SectionRef]>::to_vec))
}

/// The section that a place in the order of sections means (第三节, the first section), where the only document numbers
/// nothing itself: numbers that stand in the text are never counted over.
fn by_place(library: &Library, question: &Question) -> Option<SectionRef> {
    let ([wanted], mut documents) = (question.counted.as_slice(), library.iter()) else { return None };
    let document = documents.next().filter(|_| documents.next().is_none())?;
    let is_numbered = document.sections.iter().any(|section| section.number.is_some());
    if wanted.unit != Unit::Division || wanted.part.is_some() || is_numbered {
        return None;
    }
    let mut members = top(document).into_iter();
    let section = match wanted.position {
        Position::First => members.next(),
        Position::Last => members.next_back(),
        Position::Number(number) if number.branch().is_none() => {
            members.nth(usize::try_from(number.main()).ok()?.checked_sub(1)?)
        }
        Position::Number(_) => None,
    };
    section.map(|section| document.reference(section))
}

/// The sections of the highest level that has several: a title over all of them is none.
fn top(document: &Document) -> Vec<&Section> {
    let at = |level: u8| document.sections.iter().filter(move |section| section.level == level);
    let levels = 1..=6;
    levels.into_iter().map(|level| at(level).collect::<Vec<_>>()).find(|all| all.len() > 1).unwrap_or_default()
}

/// Words behind the name of a section that say that it is one, in the letters of headings, longer ones first.
#[rustfmt::skip]
const SECTION: &[&str] = &[
    "这一小节", "这一部分", "那一部分", "这一章", "那一章", "这一节", "那一节", "一小节", "一部分", "这部分", "这章", "那章", "这节", "那节", "一章", "一节",
    "部分", "小节", "section", "chapter", "part",
];

/// The section whose heading begins with what a question calls a section (Dijkstra 一节讲了什么).
fn called<'a>(headings: &'a Headings, question: &Question) -> Option<&'a [SectionRef]> {
    let name = SECTION.iter().find_map(|word| question.bare.strip_suffix(word))?;
    headings.beginning_with(name)
}
