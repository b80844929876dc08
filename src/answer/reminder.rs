//! The reminder: the next sections of a series, for a group.

use super::blocks;
use super::card;
use super::draft::{Draft, Setting, kind_of};
use super::texts::Occasion;
use crate::content::model::{Document, Section, Series};
use crate::message::{Action, AtEnd, Body, Button, ChatKind, Link, Paragraph, ScheduleKey, Span};

/// The reminder of sections of a series that follow each other: their places and titles, the problem that each answers,
/// the steps, a question to think about, where they stand; buttons to the problems, to the next of the series, to read in
/// private.
pub fn reminder(
    document: &Document,
    sections: &[&Section],
    series: &Series,
    occasion: Option<Occasion>,
    setting: Setting,
) -> Draft {
    let texts = setting.texts();
    let (Some(first), Some(last)) = (sections.first(), sections.last()) else { return Draft::default() };
    let members: Vec<&Section> = document.with_class(&series.name).collect();
    let place = |section: &Section| members.iter().position(|s| s.id == section.id).map_or(1, |index| index + 1);
    let places = place(first)..=place(last);
    let next = members.get(*places.end() % members.len().max(1)).copied();
    let next = next.filter(|next| sections.iter().all(|section| section.id != next.id));
    let mut body = vec![Paragraph::plain(texts.reminder_heading(occasion, &series.label, places, members.len()))];
    let alone = sections.len() == 1;
    let mut rows = Vec::new();
    for section in sections {
        let answered = section.related.iter().find_map(|id| document.section(id));
        let whole = told(&mut body, document, section, alone, setting);
        body.extend(thought(section, answered, alone, setting).map(Paragraph::plain));
        rows.extend(own_buttons(document, section, alone, (!whole, answered), setting));
    }
    body.push(cited(document, first, last, setting));
    rows.push(common_buttons(document, first, next, setting));
    rows.retain(|row| !row.is_empty());
    Draft { body: Body(body), buttons: rows }
}

/// Tells a section: its title, the problem that it answers, its first page; gives whether that is all of it.
fn told(body: &mut Vec<Paragraph>, document: &Document, section: &Section, alone: bool, setting: Setting) -> bool {
    let title = Paragraph::new([Span::bold(&section.title)]);
    body.push(if alone { title.tight() } else { title });
    body.extend(section.related.iter().find_map(|id| document.section(id)).map(|problem| {
        let said = setting.texts().reminder_answers(kind_of(document, problem), &problem.title);
        Paragraph::new([Span::italic(said)])
    }));
    let mut pages = blocks::pages(section);
    body.append(&mut pages[0]);
    pages.len() == 1
}

/// Where the sections stand: the one, or from the first to the last.
fn cited(document: &Document, first: &Section, last: &Section, setting: Setting) -> Paragraph {
    if first.id == last.id {
        return card::source(document, first, setting);
    }
    let path = |section| document.path(section).join(" › ");
    let sections = format!("{} – {}", path(first), path(last));
    let text = setting.texts().citation(&document.short, &sections, document.edition.as_deref());
    Paragraph::new([Span::italic(text)])
}

/// What stands under the last section of a series: what now? Where nobody answers, it begins again.
pub fn series_ended(document: &Document, series: &Series, key: ScheduleKey, setting: Setting) -> Draft {
    let texts = setting.texts();
    let choice = |label: &str, choice| Button::action(label, Action::AtEnd(key, choice));
    Draft {
        body: texts.series_ended(&document.short, &series.label),
        buttons: vec![
            vec![choice(texts.button_again(), AtEnd::Again), choice(texts.button_other_series(), AtEnd::Others)],
            vec![choice(texts.button_stop(), AtEnd::Stop)],
        ],
    }
}

/// The document's own question for the reader in the language of the group; where there is none and the section is
/// alone, a general one.
fn thought(section: &Section, problem: Option<&Section>, alone: bool, setting: Setting) -> Option<String> {
    let texts = setting.texts();
    match section.think.iter().find(|question| super::in_language(question, setting.lang)) {
        Some(question) => Some(texts.reminder_think(question)),
        None => alone.then(|| texts.reminder_question(problem.map(|p| p.title.as_str()))),
    }
}

/// To the rest of a section that is not told whole, and to the problem that it answers.
fn own_buttons(
    document: &Document,
    section: &Section,
    alone: bool,
    (cut, answered): (bool, Option<&Section>),
    setting: Setting,
) -> Vec<Vec<Button>> {
    let texts = setting.texts();
    let at = document.reference(section);
    let mut rows = Vec::new();
    if cut && alone {
        rows.push(vec![Button::action(texts.button_rest(), Action::Page(at, 0))]);
    } else if cut {
        rows.push(vec![setting.open(&card::label(document, section), at)]);
    }
    rows.extend(answered.map(|problem| {
        let label = texts.button_related(kind_of(document, problem), &problem.title);
        vec![setting.open(&label, document.reference(problem))]
    }));
    rows
}

/// To the next of the series, and in a group to the sections in private.
fn common_buttons(document: &Document, first: &Section, next: Option<&Section>, setting: Setting) -> Vec<Button> {
    let texts = setting.texts();
    let mut row = Vec::new();
    row.extend(next.map(|next| setting.open(texts.button_next_of_series(), document.reference(next))));
    if setting.kind == ChatKind::Group {
        row.push(Button::link(texts.button_read_in_private(), Link::Section(document.reference(first))));
    }
    row
}
