//! A message before it has a place: what it says and its buttons, made for a language and a kind of chat.

use super::texts::{Texts, texts};
use crate::content::model::{Document, Section, SectionRef};
use crate::message::{Action, Body, Button, ChatKind, Lang, Link, Mode, Outgoing, Place, Target};

/// What a message says and what can be pressed under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What it says.
    pub body: Body,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
}

impl Draft {
    /// A draft without buttons.
    pub fn of(body: Body) -> Self {
        Self { body, buttons: Vec::new() }
    }

    /// The same, with buttons to say what one thinks of it, and to show others the section that it is about.
    #[must_use]
    pub fn with_votes(mut self, about: Option<&SectionRef>, setting: Setting) -> Self {
        let texts = setting.texts();
        let vote = |label: &str, liked| Button::action(label, Action::Vote(liked));
        let mut row = vec![vote(texts.button_like(), true), vote(texts.button_dislike(), false)];
        row.extend(about.map(|at| setting.share(at.clone())));
        self.buttons.push(row);
        self
    }

    /// The message for a place.
    pub fn into_outgoing(self, place: Place, mode: Mode) -> Outgoing {
        Outgoing { buttons: self.buttons, ..Outgoing::text(place, mode, self.body) }
    }
}

/// Whom a message is made for.
///
/// In a private chat a button is an action; in a group, where many read the same message, it opens the private chat of
/// whoever presses it. Only the pages of a card's own section and of a list turn in place, in groups too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The language.
    pub lang: Lang,
    /// The kind of chat.
    pub kind: ChatKind,
}

impl Setting {
    /// A private chat in this language.
    pub fn private(lang: Lang) -> Self {
        Self { lang, kind: ChatKind::Private }
    }

    /// The sentences.
    pub fn texts(self) -> &'static dyn Texts {
        texts(self.lang)
    }

    /// A button that opens a section.
    pub(super) fn open(self, label: &str, at: SectionRef) -> Button {
        self.button(label, Action::Open(at.clone()), Link::Section(at))
    }

    /// A button that reads on at a section.
    pub(super) fn read(self, label: &str, at: SectionRef) -> Button {
        self.button(label, Action::Read(at.clone()), Link::Section(at))
    }

    /// A button that puts a section into another chat.
    pub(super) fn share(self, at: SectionRef) -> Button {
        Button { label: self.texts().button_share().to_owned(), target: Target::Share(at) }
    }

    /// A button that opens the contents.
    pub(super) fn contents(self, document: &Document) -> Button {
        let label = self.texts().button_contents();
        self.button(label, Action::Contents(document.id.clone()), Link::Contents(document.id.clone()))
    }

    /// A button that opens the contents, named after the document.
    pub(super) fn contents_of(self, document: &Document) -> Button {
        self.button(&document.short, Action::Contents(document.id.clone()), Link::Contents(document.id.clone()))
    }

    /// Buttons to the pages (from 0) before and after one; none where there is one page.
    pub(super) fn turns(self, page: usize, pages: usize, action: impl Fn(u16) -> Action) -> Vec<Button> {
        let texts = self.texts();
        let turn = |to: usize, label| Button::action(label, action(u16::try_from(to).unwrap_or(u16::MAX)));
        let back = page.checked_sub(1).map(|to| turn(to, texts.button_previous_page(to + 1, pages)));
        let on = (page + 1 < pages).then(|| turn(page + 1, texts.button_next_page(page + 2, pages)));
        back.into_iter().chain(on).collect()
    }

    fn button(self, label: &str, action: Action, link: Link) -> Button {
        match self.kind {
            ChatKind::Private => Button::action(clip(label), action),
            ChatKind::Group => Button::link(clip(label), link),
        }
    }
}

/// How wide a button on a line of its own is on a phone, a Chinese character counting as two.
const LABEL: usize = 44;

/// A label that fits on a button.
pub(super) fn clip(label: &str) -> String {
    if label.chars().map(width).sum::<usize>() <= LABEL {
        return label.to_owned();
    }
    let mut room = LABEL - 2;
    let fits = |c: &char| {
        room = room.saturating_sub(width(*c));
        room > 0
    };
    let kept: String = label.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end_matches(['，', '、', '：', ' ', ',']))
}

fn width(c: char) -> usize {
    if c < '\u{1100}' { 1 } else { 2 }
}

/// What a section is, in the document's own word: the first word of the facet or the label of the series that it
/// belongs to.
pub(super) fn kind_of<'a>(document: &'a Document, section: &Section) -> Option<&'a str> {
    let facet = document.facets.iter().find(|f| f.within.is_none() && section.has_class(&f.name));
    facet.and_then(|f| f.words.first()).map(String::as_str)
}
