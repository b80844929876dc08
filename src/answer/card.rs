//! Cards: a section, or a part of one, with its source last and buttons to what belongs to it.

use super::blocks;
use super::draft::{Draft, Setting, kind_of};
use crate::content::model::{Document, Library, Section, SectionRef};
use crate::message::{Action, Body, Button, Paragraph, Span};

/// The most related sections that a card leads to.
const RELATED: usize = 3;

/// How many sections below a bare heading a page of its card leads to.
const BELOW: usize = 10;

/// A whole section for reading, its title first, a page (from 0) at a time; `None` where the section is gone.
pub fn card(library: &Library, at: &SectionRef, page: u16, setting: Setting) -> Option<Draft> {
    let (document, section) = library.section(at)?;
    if section.is_bare() {
        return Some(bare(document, section, usize::from(page), setting));
    }
    let mut pages = blocks::pages(section);
    let last = pages.len() - 1;
    let page = usize::from(page).min(last);
    let mut body = vec![Paragraph::new([Span::bold(&section.title)])];
    body.append(&mut pages[page]);
    body.push(source(document, section, setting));
    body.extend(place(document, section, setting));
    let mut buttons = vec![turns(document, section, page, last + 1, setting)];
    buttons.extend(related(document, section, setting));
    buttons.push(neighbours(document, section, setting, Setting::read));
    buttons.push(vec![setting.contents(document), setting.share(at.clone())]);
    buttons.retain(|row| !row.is_empty());
    Some(Draft { body: Body(body), buttons })
}

/// A heading with nothing of its own: a page of the sections below it as buttons.
fn bare(document: &Document, section: &Section, page: usize, setting: Setting) -> Draft {
    let texts = setting.texts();
    let index = document.position(&section.id);
    let below: Vec<&Section> = index.into_iter().flat_map(|index| document.sections.under(index)).collect();
    let pages = below.len().div_ceil(BELOW).max(1);
    let page = page.min(pages - 1);
    let on_page = below.iter().skip(page * BELOW).take(BELOW);
    let mut buttons: Vec<Vec<Button>> =
        on_page.map(|section| vec![setting.open(&label(document, section), document.reference(section))]).collect();
    buttons.push(turns(document, section, page, pages, setting));
    buttons.push(vec![setting.contents(document)]);
    buttons.retain(|row| !row.is_empty());
    let mut body = vec![Paragraph::new([Span::bold(&section.title)]), Paragraph::plain(texts.bare_section())];
    body.extend(below.iter().skip(page * BELOW).take(BELOW).map(|s| Paragraph::plain(blocks::headline(s)).tight()));
    body.push(source(document, section, setting));
    Draft { body: Body(body), buttons }
}

/// Where it stands: short title › section, edition; with the heading above it where its title stands several times. An
/// article is cited as 《…》第五十四条.
pub(super) fn source(document: &Document, section: &Section, setting: Setting) -> Paragraph {
    let (texts, path) = (setting.texts(), document.path(section).join(" › "));
    let edition = document.edition.as_deref();
    let text = if blocks::is_only_a_number(section) {
        texts.citation_of_article(&document.short, &path, edition)
    } else {
        texts.citation(&document.short, &path, edition)
    };
    Paragraph::new([Span::italic(text)])
}

/// What a button to a section says: its title, and the heading above it where that alone does not tell which.
pub(super) fn label(document: &Document, section: &Section) -> String {
    let mut path = document.path(section);
    path.reverse();
    path.join(" · ")
}

/// Where something stands that is about a document as a whole.
pub(super) fn document_source(document: &Document, setting: Setting) -> Paragraph {
    let text = setting.texts().citation_of_document(&document.title, document.edition.as_deref());
    Paragraph::new([Span::italic(text)])
}

/// The section's place among those that hold text.
fn place(document: &Document, section: &Section, setting: Setting) -> Option<Paragraph> {
    let place = document.sections.place(document.position(&section.id)?)?;
    Some(Paragraph::plain(setting.texts().place(place + 1, document.sections.readable().len())).tight())
}

/// The first section that holds text.
pub fn first_section(document: &Document) -> Option<SectionRef> {
    document.sections.at_place(0).map(|section| document.reference(section))
}

fn turns(document: &Document, section: &Section, page: usize, pages: usize, setting: Setting) -> Vec<Button> {
    setting.turns(page, pages, |to| Action::Page(document.reference(section), to))
}

/// A row for each related section.
pub(super) fn related(document: &Document, section: &Section, setting: Setting) -> Vec<Vec<Button>> {
    let sections = section.related.iter().filter_map(|id| document.section(id)).take(RELATED);
    sections
        .map(|other| {
            let label = setting.texts().button_related(kind_of(document, other), &label(document, other));
            vec![setting.open(&label, document.reference(other))]
        })
        .collect()
}

/// To the sections before and after.
pub(super) fn neighbours(
    document: &Document,
    section: &Section,
    setting: Setting,
    button: impl Fn(Setting, &str, SectionRef) -> Button,
) -> Vec<Button> {
    let texts = setting.texts();
    let sections = &document.sections;
    let Some(place) = document.position(&section.id).and_then(|index| sections.place(index)) else {
        return Vec::new();
    };
    let to = |other: &Section, label| button(setting, label, document.reference(other));
    let before = place.checked_sub(1).and_then(|i| sections.at_place(i)).map(|s| to(s, texts.button_previous()));
    let after = sections.at_place(place + 1).map(|s| to(s, texts.button_next()));
    before.into_iter().chain(after).collect()
}
