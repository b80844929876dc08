//! First words: `/start`, `/help`, the introduction to a group, and what is said when nothing was asked.

use super::card::first_section;
use super::draft::{Draft, Setting, clip};
use super::in_language;
use super::texts::Overview;
use crate::content::model::{Document, Library, Section, SectionRef};
use crate::message::{Action, Body, Button, ChatKind, Link, Paragraph, Target};

/// How many questions `/start` offers to tap.
const EXAMPLES: usize = 3;

/// What a document is, in numbers.
pub fn overview(document: &Document) -> Overview<'_> {
    let characters = |s: &Section| s.text().chars().filter(|c| !c.is_whitespace()).count();
    let characters: usize = document.sections.readable().map(characters).sum();
    Overview {
        document: &document.short,
        edition: document.edition.as_deref(),
        sections: document.sections.readable().len(),
        // Two places are enough for "about".
        characters: if characters > 1_000 { characters / 100 * 100 } else { characters },
    }
}

/// Words about the first document; where there is none, that.
fn about(library: &Library, setting: Setting, words: impl FnOnce(&Document) -> Draft) -> Draft {
    match library.iter().next() {
        Some(document) => words(document),
        None => Draft::of(Body::plain(setting.texts().no_document())),
    }
}

/// `/start`: what this is, and the first things to tap.
pub fn welcome(library: &Library, setting: Setting) -> Draft {
    about(library, setting, |document| welcome_to(document, setting))
}

fn welcome_to(document: &Document, setting: Setting) -> Draft {
    let texts = setting.texts();
    let mut body = texts.welcome(overview(document));
    let examples = examples(document, setting);
    if !examples.is_empty() {
        body.0.push(Paragraph::plain(texts.try_these()));
    }
    let mut buttons: Vec<Vec<Button>> =
        examples.into_iter().map(|(at, index, ask)| vec![Button::action(clip(ask), Action::Ask(at, index))]).collect();
    // A card of its own: the first words stay, with their questions.
    let read = first_section(document).map(|at| setting.open(texts.button_read_from_start(), at));
    buttons.push(read.into_iter().chain([setting.contents(document)]).collect());
    buttons.push(vec![Button { label: texts.button_add_to_group().to_owned(), target: Target::AddToGroup }]);
    Draft { body, buttons }
}

/// `/help`.
pub fn help(library: &Library, setting: Setting) -> Draft {
    about(library, setting, |document| help_to(document, setting))
}

fn help_to(document: &Document, setting: Setting) -> Draft {
    Draft { body: setting.texts().help(overview(document)), buttons: vec![vec![setting.contents(document)]] }
}

/// The one introduction to a group; with a button to subscribe where there is a series.
pub fn introduction(library: &Library, setting: Setting) -> Draft {
    about(library, setting, |document| introduction_to(document, setting))
}

fn introduction_to(document: &Document, setting: Setting) -> Draft {
    let texts = setting.texts();
    let mut row = Vec::new();
    if !document.series.is_empty() {
        row.push(Button::action(texts.button_subscribe(), Action::Subscribe));
    }
    row.push(setting.contents(document));
    Draft { body: texts.introduction(overview(document)), buttons: vec![row] }
}

/// What is said to a message that asks nothing.
pub fn no_question(library: &Library, setting: Setting) -> Draft {
    about(library, setting, |document| no_question_to(document, setting))
}

fn no_question_to(document: &Document, setting: Setting) -> Draft {
    let example = examples(document, setting).into_iter().next();
    let body = Body::plain(setting.texts().no_question(example.as_ref().map(|(_, _, ask)| *ask)));
    let ask = example.map(|(at, index, ask)| match setting.kind {
        ChatKind::Private => Button::action(clip(ask), Action::Ask(at, index)),
        ChatKind::Group => Button::link(clip(ask), Link::Section(at)),
    });
    Draft { body, buttons: ask.into_iter().map(|button| vec![button]).collect() }
}

/// Questions to try, in the reader's language, from kinds of sections as different as can be.
fn examples(document: &Document, setting: Setting) -> Vec<(SectionRef, u16, &str)> {
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
