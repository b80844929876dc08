//! Lists of sections: all of a kind, or those below a heading, ten on a page.

use super::blocks;
use super::card::{document_source, label};
use super::choose::{members, numbered};
use super::draft::{Draft, Setting, kind_of};
use super::reply::{Choice, List, Outcome};
use super::texts::Place;
use crate::content::model::{Document, Facet, Library, Section, SectionRef, Unit};
use crate::message::{Action, Body, Button, KindMark, Listing, Paragraph, Span};

/// How many sections a page of a list shows.
const PAGE: usize = 10;

/// Of so many sections it is asked which is meant; more are listed.
const CHOICES: usize = 6;

/// What sections come to that answer together: which of them is meant, or a list where they are many and of one
/// document; `None` where there are fewer than two.
pub(super) fn several(sections: &[SectionRef]) -> Option<Outcome> {
    let (first, _) = sections.split_first().filter(|(_, others)| !others.is_empty())?;
    if sections.len() > CHOICES && sections.iter().all(|at| at.document == first.document) {
        let (document, members) = (first.document.clone(), sections.to_vec());
        return Some(Outcome::List(List { document, members, facet: None, under: None, unit: None }));
    }
    Some(Outcome::Which(Choice { sections: sections.iter().take(CHOICES).cloned().collect() }))
}

/// A page (from 0) of a list that a button names, and its sections; `None` where the list is gone.
pub fn list_page(
    library: &Library,
    listing: &Listing,
    page: u16,
    setting: Setting,
) -> Option<(Draft, Vec<SectionRef>)> {
    let document = library.document(listing.document())?;
    let members = listed(document, listing)?;
    let shown = members.iter().map(|section| document.reference(section)).collect();
    let facet = document.facets.iter().find(|facet| listing.is_kind(&facet.name));
    let under = match listing {
        Listing::Below(heading) => document.section(&heading.section),
        Listing::Kind(..) => None,
    };
    let unit = Unit::ALL.into_iter().find(|unit| facet.is_none() && listing.is_kind(unit.class()));
    let list = Shown { document, members, facet, under, unit, listing: Some(listing.clone()), setting };
    Some((list.page(usize::from(page))?, shown))
}

/// The first page of a reply's list.
pub(super) fn draft(library: &Library, list: &List, setting: Setting) -> Option<Draft> {
    let document = library.document(&list.document)?;
    let members: Vec<&Section> = list.members.iter().filter_map(|at| document.section(&at.section)).collect();
    let facet = document.facets.iter().find(|facet| Some(&facet.name) == list.facet.as_ref());
    // A list that fits on a page needs no name.
    let under = list.under.as_ref().and_then(|heading| document.section(&heading.section));
    let named = if members.len() > PAGE { name_of(document, &members, facet, under) } else { None };
    let (listing, members) = named.map_or((None, members), |(listing, all)| (Some(listing), all));
    Shown { document, members, facet, under, unit: list.unit, listing, setting }.page(0)
}

/// The name of the list that holds these sections, and all that it holds: these may be the first of them, as far as a
/// follow-up remembers a long list.
fn name_of<'a>(
    document: &'a Document,
    some: &[&Section],
    facet: Option<&Facet>,
    under: Option<&Section>,
) -> Option<(Listing, Vec<&'a Section>)> {
    let first = some.first()?;
    let under = under.map(|heading| Listing::Below(document.reference(heading)));
    let kinds = facet.map(|facet| &facet.name).into_iter().chain(&first.classes);
    let kinds = kinds.map(|name| Listing::Kind(document.id.clone(), KindMark::of(name)));
    let above = first.parent.map(|index| Listing::Below(document.reference(&document.sections[index])));
    under.into_iter().chain(kinds).chain(above).find_map(|listing| {
        let all = listed(document, &listing)?;
        let begins = || some.iter().zip(&all).all(|(one, other)| one.id == other.id);
        let holds = || some.iter().all(|section| all.iter().any(|one| one.id == section.id));
        let same = (all.len() >= some.len() && begins()) || (all.len() == some.len() && holds());
        same.then_some((listing, all))
    })
}

/// The sections of a list; `None` where there are none.
fn listed<'a>(document: &'a Document, listing: &Listing) -> Option<Vec<&'a Section>> {
    let all: Vec<&Section> = match listing {
        Listing::Kind(..) => match document.facets.iter().find(|facet| listing.is_kind(&facet.name)) {
            Some(facet) => members(document, facet),
            None => {
                let series = document.series.iter().map(|series| series.name.as_str());
                let units = Unit::ALL.into_iter().map(|unit| -> &'a str { unit.class() });
                numbered(document, series.chain(units).find(|name| listing.is_kind(name))?)
            }
        },
        Listing::Below(heading) => {
            let index = document.sections.position(&heading.section)?;
            document.sections.under(index).collect()
        }
    };
    (!all.is_empty()).then_some(all)
}

/// A list as it is shown.
struct Shown<'a> {
    document: &'a Document,
    members: Vec<&'a Section>,
    facet: Option<&'a Facet>,
    /// The heading that they stand under, where that was asked for.
    under: Option<&'a Section>,
    /// What counts them, where all that it counts were asked for.
    unit: Option<Unit>,
    /// What the buttons to other pages call it; `None` where there are no other pages, or it has no name.
    listing: Option<Listing>,
    setting: Setting,
}

impl Shown<'_> {
    fn page(&self, page: usize) -> Option<Draft> {
        let pages = self.members.len().div_ceil(PAGE);
        let page = page.min(pages.checked_sub(1)?);
        let on_page = || self.members.iter().enumerate().skip(page * PAGE).take(PAGE);
        let mut body = vec![Paragraph::new([Span::bold(self.heading()?)])];
        body.extend(on_page().map(|(index, section)| {
            let line = Paragraph::plain(format!("{}. {}", index + 1, blocks::headline(section)));
            if index == page * PAGE { line } else { line.tight() }
        }));
        body.push(document_source(self.document, self.setting));
        let open = |(index, section): (usize, &&Section)| {
            let label = format!("{}. {}", index + 1, label(self.document, section));
            vec![self.setting.open(&label, self.document.reference(section))]
        };
        let mut buttons: Vec<Vec<Button>> = on_page().map(open).collect();
        buttons.push(self.turns(page, pages));
        buttons.retain(|row| !row.is_empty());
        Some(Draft { body: Body(body), buttons })
    }

    fn heading(&self) -> Option<String> {
        let texts = self.setting.texts();
        let word = self.facet.and_then(|facet| facet.words.first()).map(String::as_str);
        let kind = word.or_else(|| kind_of(self.document, self.members.first()?)).unwrap_or(&self.document.short);
        if let Some(unit) = self.unit {
            let under = self.under.map(|heading| heading.title.as_str());
            return Some(texts.all_of_unit(Place { document: &self.document.short, under }, unit, self.members.len()));
        }
        Some(match (self.under, self.facet.filter(|facet| facet.within.is_some())) {
            (Some(under), _) => under.title.clone(),
            (None, Some(_)) => texts.list_of_passages(kind),
            (None, None) => texts.list_heading(kind, self.members.len()),
        })
    }

    /// To the pages before and after; to the contents where the rest of the list has no name.
    fn turns(&self, page: usize, pages: usize) -> Vec<Button> {
        match &self.listing {
            Some(listing) => self.setting.turns(page, pages, |to| Action::ListPage(listing.clone(), to)),
            None if pages > 1 => vec![self.setting.contents(self.document)],
            None => Vec::new(),
        }
    }
}
