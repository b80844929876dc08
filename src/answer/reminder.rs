//! The reminder: the section of the week, for a group.

use super::blocks;
use super::card;
use super::draft::{Draft, Setting, kind_of};
use crate::content::model::{Document, Section, Series};
use crate::message::{Action, AtEnd, Body, Button, ChatKind, Link, Paragraph, ScheduleKey, Span};

/// The reminder of a section: number and title, the problem that it answers, the steps, a question to think about,
/// where it stands; buttons to the problem, to the next of the series, to read in private.
pub fn reminder(document: &Document, section: &Section, series: &Series, setting: Setting) -> Draft {
    let texts = setting.texts();
    let members: Vec<&Section> = document.with_class(&series.name).collect();
    let index = members.iter().position(|s| s.id == section.id).unwrap_or(0);
    let answered = section.related.iter().find_map(|id| document.section(id));
    let mut body = vec![
        Paragraph::plain(texts.reminder_heading(&series.label, index + 1, members.len())),
        Paragraph::new([Span::bold(&section.title)]).tight(),
    ];
    body.extend(answered.map(|problem| {
        Paragraph::new([Span::italic(texts.reminder_answers(kind_of(document, problem), &problem.title))])
    }));
    let mut pages = blocks::pages(section);
    let whole = pages.len() == 1;
    body.append(&mut pages[0]);
    body.push(Paragraph::plain(thought(section, answered, setting)));
    body.push(card::source(document, section, setting));
    let next = members.get((index + 1) % members.len().max(1)).copied();
    let buttons = buttons(document, section, whole, answered, next, setting);
    Draft { body: Body(body), buttons }
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

/// The document's own question for the reader in the language of the group, or a general one.
fn thought(section: &Section, problem: Option<&Section>, setting: Setting) -> String {
    let texts = setting.texts();
    match section.think.iter().find(|question| super::in_language(question, setting.lang)) {
        Some(question) => texts.reminder_think(question),
        None => texts.reminder_question(problem.map(|p| p.title.as_str())),
    }
}

fn buttons(
    document: &Document,
    section: &Section,
    whole: bool,
    answered: Option<&Section>,
    next: Option<&Section>,
    setting: Setting,
) -> Vec<Vec<Button>> {
    let texts = setting.texts();
    let at = document.reference(section);
    let mut rows = Vec::new();
    if !whole {
        rows.push(vec![Button::action(texts.button_rest(), Action::Page(at.clone(), 0))]);
    }
    rows.extend(answered.map(|problem| {
        let label = texts.button_related(kind_of(document, problem), &problem.title);
        vec![setting.open(&label, document.reference(problem))]
    }));
    let mut row = Vec::new();
    row.extend(
        next.filter(|next| next.id != section.id)
            .map(|next| setting.open(texts.button_next_of_series(), document.reference(next))),
    );
    if setting.kind == ChatKind::Group {
        row.push(Button::link(texts.button_read_in_private(), Link::Section(at)));
    }
    rows.push(row);
    rows.retain(|row| !row.is_empty());
    rows
}
