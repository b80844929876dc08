//! What a message says, kept apart from how a chat service marks it up.

use serde::{Deserialize, Serialize};

use super::Link;

/// How a run of text looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As it is.
    Plain,
    /// Heavier: headings and the words that answer.
    Bold,
    /// Slanted: asides.
    Italic,
    /// Fixed width: commands and things to type.
    Code,
    /// A link into our private chat.
    Link(Link),
}

/// A run of text in one style.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The text, in the spelling of its source.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

impl Span {
    /// Text as it is.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Plain }
    }

    /// Heavier text.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Bold }
    }

    /// Slanted text.
    pub fn italic(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Italic }
    }
}

/// A paragraph of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Shown as a quotation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quote: bool,
    /// Stands close to the paragraph before it: no empty line between.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tight: bool,
    /// What it says.
    pub spans: Vec<Span>,
}

impl Paragraph {
    /// A paragraph of these runs.
    pub fn new(spans: impl Into<Vec<Span>>) -> Self {
        Self { quote: false, tight: false, spans: spans.into() }
    }

    /// A paragraph of one plain run.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new([Span::plain(text)])
    }

    /// The same paragraph, close to the one before it.
    #[must_use]
    pub fn tight(mut self) -> Self {
        self.tight = true;
        self
    }

    /// The same paragraph, as a quotation.
    #[must_use]
    pub fn quote(mut self) -> Self {
        self.quote = true;
        self
    }
}

/// What a message says: paragraphs, kept apart from how a chat service marks them up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Body(pub Vec<Paragraph>);

impl Body {
    /// A body of one plain paragraph.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Paragraph::plain(text)])
    }

    /// The body without styles: an empty line between paragraphs, a line break before tight ones.
    pub fn to_plain(&self) -> String {
        let mut out = String::new();
        for (index, paragraph) in self.0.iter().enumerate() {
            if index > 0 {
                out.push_str(if paragraph.tight { "\n" } else { "\n\n" });
            }
            for span in &paragraph.spans {
                out.push_str(&span.text);
            }
        }
        out
    }
}
