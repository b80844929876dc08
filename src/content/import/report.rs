//! What an import found, dropped and guessed: shown to whoever imports before anything is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was left out of a file, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dropped {
    /// A table of contents: it says the headings twice.
    Contents,
    /// Keys of the front matter other than title and language.
    FrontMatter,
    /// A comment, which readers do not see.
    Comment,
    /// What opens or closes a box, a tab or a note.
    Container,
    /// A picture without words, or a picture's address.
    Picture,
    /// The page behind a wikilink that shows other words.
    LinkTarget,
    /// Tags of HTML, without the text between them.
    Tag,
    /// A style sheet or a script.
    Script,
    /// Hidden text of a Word document.
    Hidden,
    /// Text that was deleted in a Word document and is still tracked.
    Deleted,
    /// Headers and footers of a Word document.
    Margins,
}

impl Dropped {
    /// What the kind is called.
    pub fn words(self) -> &'static str {
        match self {
            Self::Contents => "table of contents",
            Self::FrontMatter => "front matter",
            Self::Comment => "comment",
            Self::Container => "mark of a box or tab",
            Self::Picture => "picture",
            Self::LinkTarget => "page behind a wikilink",
            Self::Tag => "HTML tag",
            Self::Script => "style sheet or script",
            Self::Hidden => "hidden text",
            Self::Deleted => "deleted text",
            Self::Margins => "header or footer",
        }
    }
}

/// What was found, dropped and guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How the file is encoded; nothing for a Word document.
    pub encoding: Option<Cow<'static, str>>,
    /// Where the title comes from.
    pub title_from: Cow<'static, str>,
    dropped: Vec<(Dropped, String)>,
    guessed: BTreeMap<Cow<'static, str>, usize>,
}

impl Report {
    /// Notes what is left out.
    pub(super) fn drop(&mut self, kind: Dropped, text: &str) {
        if !text.trim().is_empty() {
            self.dropped.push((kind, text.trim().to_owned()));
        }
    }

    /// Takes back what was dropped after the first `count`.
    pub(super) fn take_back(&mut self, count: usize) {
        self.dropped.truncate(count);
    }

    /// Notes one more thing that the import took for something.
    pub(super) fn guess(&mut self, what: &'static str) {
        *self.guessed.entry(Cow::Borrowed(what)).or_default() += 1;
    }

    /// Everything that was left out, in the order of the file.
    pub fn dropped(&self) -> &[(Dropped, String)] {
        &self.dropped
    }

    /// What was guessed, and how often.
    pub fn guessed(&self) -> impl Iterator<Item = (&str, usize)> {
        self.guessed.iter().map(|(what, count)| (what.as_ref(), *count))
    }
}
