//! The contents of a document as buttons, in pages when it is long.

use super::card;
use super::draft::{Draft, Setting};
use crate::content::model::{Document, Library, Section};
use crate::message::{Action, Body, Button, ChatKind, Paragraph, Span};

/// How many sections a page lists.
const PAGE: usize = 10;

/// A page (from 0) of a document's contents.
pub fn contents(document: &Document, page: u16, setting: Setting) -> Draft {
    let texts = setting.texts();
    let heading = Paragraph::new([Span::bold(texts.contents_heading(&document.short))]);
    let source = texts.citation_of_document(&document.title, document.edition.as_deref());
    let body = Body(vec![heading, Paragraph::new([Span::italic(source)])]);
    Draft { body, buttons: buttons(document, page, setting) }
}

/// The sections of a page, a row each, and the turns to other pages.
pub(super) fn buttons(document: &Document, page: u16, setting: Setting) -> Vec<Vec<Button>> {
    let pages = document.sections.len().div_ceil(PAGE).max(1);
    let page = usize::from(page).min(pages - 1);
    let sections = document.sections.iter().skip(page * PAGE).take(PAGE);
    let mut rows: Vec<Vec<Button>> = sections.map(|section| vec![button(document, section, setting)]).collect();
    rows.push(turns(document, page, pages, setting));
    rows.retain(|row| !row.is_empty());
    rows
}

/// What a refusal offers: the headings at the top where they are few and have more below them, else the contents.
pub(super) fn overview(document: &Document, setting: Setting) -> Vec<Vec<Button>> {
    let top: Vec<&Section> = document.sections.iter().filter(|s| s.parent.is_none()).take(PAGE).collect();
    if !(2..PAGE).contains(&top.len()) || top.len() == document.sections.len() {
        return buttons(document, 0, setting);
    }
    let mut rows: Vec<Vec<Button>> = top.into_iter().map(|section| vec![button(document, section, setting)]).collect();
    rows.push(vec![setting.contents(document)]);
    rows
}

/// The way to the contents of each document, of at most so many.
pub(super) fn of_each(library: &Library, most: usize, setting: Setting) -> Vec<Vec<Button>> {
    library.iter().take(most).map(|document| vec![setting.contents_of(document)]).collect()
}

/// To a section; one with others below it is marked.
fn button(document: &Document, section: &Section, setting: Setting) -> Button {
    let heads = document.position(&section.id).is_some_and(|index| document.sections.under(index).next().is_some());
    let label = card::label(document, section);
    let label = if heads { format!("▸ {label}") } else { label };
    setting.open(&label, document.reference(section))
}

/// In a group the rest of the contents opens in private: a page turned there would turn for everybody.
fn turns(document: &Document, page: usize, pages: usize, setting: Setting) -> Vec<Button> {
    if setting.kind == ChatKind::Group {
        return if pages > 1 { vec![setting.contents(document)] } else { Vec::new() };
    }
    setting.turns(page, pages, |to| Action::ContentsPage(document.id.clone(), to))
}
