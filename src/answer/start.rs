//! First words: `/start`, `/help`, the introduction to a group, and what is said when nothing was asked.

use super::about;
use super::card::first_section;
use super::contents;
use super::draft::{Draft, Setting, clip};
use super::in_language;
use super::texts::Overview;
use crate::content::model::{Document, Library, Section, SectionRef};
use crate::message::{Action, Body, Button, ChatKind, Link, Paragraph, Target};

/// How many questions `/start` offers to tap.
const EXAMPLES: usize = 3;

/// The most documents that a message names.
const DOCUMENTS: usize = 8;

/// What documents are, in numbers; `None` where there are none.
pub(super) fn overview<'d>(documents: &[&'d Document]) -> Option<Overview<'d>> {
    let first = documents.first()?;
    let readable = || documents.iter().flat_map(|document| document.sections.readable());
    let characters = |s: &Section| s.text().chars().filter(|c| !c.is_whitespace()).count();
    let characters: usize = readable().map(characters).sum();
    Some(Overview {
        documents: documents.len(),
        document: &first.short,
        edition: first.edition.as_deref(),
        sections: readable().count(),
        // Two places are enough for "about".
        characters: if characters > 1_000 { characters / 100 * 100 } else { characters },
    })
}

/// Words about the documents; where there is none, that.
fn words_about(library: &Library, setting: Setting, words: impl FnOnce(Overview<'_>) -> Draft) -> Draft {
    let documents: Vec<&Document> = library.iter().map(|document| &**document).collect();
    overview(&documents).map_or_else(|| Draft::of(Body::plain(setting.texts().no_document())), words)
}

/// `/start`: what this is, and the first things to tap.
pub fn welcome(library: &Library, setting: Setting) -> Draft {
    words_about(library, setting, |overview| {
        let texts = setting.texts();
        let mut body = texts.welcome(overview);
        let examples = examples(library, setting);
        if !examples.is_empty() {
            body.0.push(Paragraph::plain(texts.try_these()));
        }
        let ask = |(at, index, ask)| vec![Button::action(clip(ask), Action::Ask(at, index))];
        let mut buttons: Vec<Vec<Button>> = examples.into_iter().map(ask).collect();
        match only(library) {
            Some(document) => {
                // A card of its own: the first words stay, with their questions.
                let read = first_section(document).map(|at| setting.open(texts.button_read_from_start(), at));
                buttons.push(read.into_iter().chain([setting.contents(document)]).collect());
            }
            None => buttons.extend(all_contents(library, setting)),
        }
        buttons.push(vec![Button { label: texts.button_add_to_group().to_owned(), target: Target::AddToGroup }]);
        Draft { body, buttons }
    })
}

/// `/help`.
pub fn help(library: &Library, setting: Setting) -> Draft {
    words_about(library, setting, |overview| Draft {
        body: setting.texts().help(overview),
        buttons: all_contents(library, setting),
    })
}

/// The one introduction to a group; with a button to subscribe where there is a series.
pub fn introduction(library: &Library, setting: Setting) -> Draft {
    words_about(library, setting, |overview| {
        let subscribes = library.iter().any(|document| !document.series.is_empty());
        let subscribe = || Button::action(setting.texts().button_subscribe(), Action::Subscribe);
        let mut buttons = all_contents(library, setting);
        match buttons.first_mut().filter(|_| library.len() == 1) {
            Some(row) if subscribes => row.insert(0, subscribe()),
            _ if subscribes => buttons.insert(0, vec![subscribe()]),
            _ => {}
        }
        Draft { body: setting.texts().introduction(overview), buttons }
    })
}

/// `/topics`: the contents of the only document, else the documents.
pub fn topics(library: &Library, setting: Setting) -> Draft {
    match only(library) {
        Some(document) => contents::contents(document, 0, setting),
        None => words_about(library, setting, |_| about::card(library, setting)),
    }
}

fn only(library: &Library) -> Option<&Document> {
    library.iter().next().filter(|_| library.len() == 1).map(|document| &**document)
}

/// The way to the contents of each document, as far as there is room.
fn all_contents(library: &Library, setting: Setting) -> Vec<Vec<Button>> {
    match only(library) {
        Some(document) => vec![vec![setting.contents(document)]],
        None => contents::of_each(library, DOCUMENTS, setting),
    }
}

/// What is said to a message that asks nothing.
pub fn no_question(library: &Library, setting: Setting) -> Draft {
    words_about(library, setting, |_| {
        let example = examples(library, setting).into_iter().next();
        let body = Body::plain(setting.texts().no_question(example.as_ref().map(|(_, _, ask)| *ask)));
        let ask = example.map(|(at, index, ask)| match setting.kind {
            ChatKind::Private => Button::action(clip(ask), Action::Ask(at, index)),
            ChatKind::Group => Button::link(clip(ask), Link::Section(at)),
        });
        Draft { body, buttons: ask.into_iter().map(|button| vec![button]).collect() }
    })
}

/// Questions to try: of one document its own, of several one each.
fn examples(library: &Library, setting: Setting) -> Vec<(SectionRef, u16, &str)> {
    let of_each = if library.len() == 1 { EXAMPLES } else { 1 };
    let examples = library.iter().flat_map(|document| examples_of(document, setting).into_iter().take(of_each));
    examples.take(EXAMPLES).collect()
}

/// Questions to try, in the reader's language, from kinds of sections as different as can be.
fn examples_of(document: &Document, setting: Setting) -> Vec<(SectionRef, u16, &str)> {
    let mut found = Vec::new();
    let mut kinds: Vec<&[String]> = Vec::new();
    for section in document.sections.readable().filter(|s| !s.classes.is_empty()) {
        if found.len() == EXAMPLES {
            break;
        }
        if kinds.contains(&section.classes.as_slice()) {
            continue;
        }
        if let Some((index, ask)) = example(section, setting) {
            kinds.push(&section.classes);
            found.push((document.reference(section), index, ask));
        }
    }
    found
}

/// Words that make a question of a way to ask; the others are catchwords.
const ASKING: &[&str] =
    &["什么", "怎", "如何", "哪", "谁", "吗", "几", "how ", "what ", "why ", "who ", "which ", "where ", "when "];

fn example(section: &Section, setting: Setting) -> Option<(u16, &str)> {
    let asks = |ask: &str| ASKING.iter().any(|word| ask.to_lowercase().contains(word));
    let in_order = || section.asks.iter().enumerate().filter(|(_, ask)| in_language(ask, setting.lang));
    let (index, ask) = in_order().find(|(_, ask)| asks(ask)).or_else(|| in_order().next())?;
    Some((u16::try_from(index).ok()?, ask))
}
