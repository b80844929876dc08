//! What a document is: its title and edition, its first words, how long it is, and its parts.

use super::card::first_section;
use super::contents;
use super::draft::{Draft, Setting};
use super::start;
use crate::content::model::{Document, Library, Section};
use crate::message::{Body, Button, Paragraph, Span};

/// How much of the introduction is shown, in characters.
const INTRODUCTION: usize = 120;
/// The most parts that are named.
const PARTS: usize = 10;
/// How fast people read in silence, a minute: characters of Chinese (IReST, 2012) and words of English (Brysbaert, 2019).
const CHARACTERS: usize = 255;
const WORDS: usize = 238;

/// The documents of a library: of one its card, of several a line each.
pub(super) fn card(library: &Library, setting: Setting) -> Draft {
    let mut documents = library.iter();
    match (documents.next(), documents.next()) {
        (Some(document), None) => card_of(document, setting),
        _ => {
            let lines = library.iter().take(PARTS).filter_map(|document| {
                let line = format!("　{}", extent(document, setting)?);
                Some(Paragraph::new([Span::bold(document.title.as_str()), Span::plain(line)]))
            });
            Draft { body: Body(lines.collect()), buttons: contents::of_each(library, PARTS, setting) }
        }
    }
}

fn card_of(document: &Document, setting: Setting) -> Draft {
    let texts = setting.texts();
    let mut body =
        vec![Paragraph::new([Span::bold(texts.title_with_edition(&document.title, document.edition.as_deref()))])];
    body.extend(first_words(document).map(Paragraph::plain));
    body.extend(extent(document, setting).map(Paragraph::plain));
    let top: Vec<&Section> = document.sections.iter().filter(|section| section.parent.is_none()).collect();
    // Below a single heading, which is the title once more, the parts are what stands under it.
    let parts: Vec<&str> = match top[..] {
        [_] => document.sections.iter().filter(|section| section.parent == Some(0)).map(|s| s.title.as_str()).collect(),
        _ => top.iter().map(|section| section.title.as_str()).collect(),
    };
    if (2..=PARTS).contains(&parts.len()) {
        body.push(Paragraph::plain(texts.parts(&parts)));
    }
    let read = first_section(document).map(|at| setting.open(texts.button_read_from_start(), at));
    let row: Vec<Button> = [setting.contents(document)].into_iter().chain(read).collect();
    Draft { body: Body(body), buttons: vec![row] }
}

/// How long a document is.
fn extent(document: &Document, setting: Setting) -> Option<String> {
    let overview = start::overview(&[document])?;
    Some(setting.texts().extent(&overview, minutes(document)))
}

/// The first words of the introduction, or of the text right under the title.
fn first_words(document: &Document) -> Option<String> {
    let under_title =
        || document.sections.iter().next().filter(|first| first.level == 1).and_then(|first| first.blocks.first());
    let block = document.introduction.first().or_else(under_title)?;
    let text = block.text();
    Some(match text.char_indices().nth(INTRODUCTION) {
        Some((cut, _)) => format!("{}…", text[..cut].trim_end()),
        None => text.to_owned(),
    })
}

/// How long it takes to read a document once, in minutes.
fn minutes(document: &Document) -> usize {
    let (mut characters, mut words) = (0, 0);
    for section in document.sections.readable() {
        let text = section.text();
        characters += text.chars().filter(|c| !c.is_ascii() && c.is_alphanumeric()).count();
        words += text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).count();
    }
    (characters / CHARACTERS + words / WORDS).max(1)
}
