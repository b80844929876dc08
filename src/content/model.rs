//! What a document is, once it has been read and checked: sections in order, with the attributes that the rest of the
//! program understands.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use super::number::{CARDINALS, Number, ORDINALS, Unit, in_chinese, leading_number, roman_number, with_digits};
pub use super::sections::Sections;
pub use super::width::half_width;

/// A document's stable name: the stem of its file. ASCII letters, digits, `-` and `_`, 1 to 20 of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentId(String);

/// A section's stable name, unique in its document: `[a-z0-9-]`, 1 to 32 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SectionId(String);

/// A string that is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

impl DocumentId {
    /// The most characters an id has; it travels in buttons of at most 64 bytes.
    pub const MAX: usize = 20;

    /// Reads an id.
    ///
    /// # Errors
    /// When `text` is empty, longer than [`Self::MAX`], or has other characters than ASCII letters, digits, `-`, `_`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=Self::MAX).contains(&text.len()) && text.chars().all(sound) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError { text: text.to_owned(), expected: "a document id (1 to 20 of A-Z a-z 0-9 - _)" })
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SectionId {
    /// The most characters an id has; it travels in buttons of at most 64 bytes.
    pub const MAX: usize = 32;

    /// Reads an id.
    ///
    /// # Errors
    /// When `text` is empty, longer than [`Self::MAX`], or has other characters than `a-z`, `0-9`, `-`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=Self::MAX).contains(&text.len()) && text.chars().all(sound) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError { text: text.to_owned(), expected: "a section id (1 to 32 of a-z 0-9 -)" })
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! id_text {
    ($($id:ident),*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $id {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }
        impl From<$id> for String {
            fn from(id: $id) -> Self {
                id.0
            }
        }
    )*};
}
id_text!(DocumentId, SectionId);

/// A section of a certain document. As text: `document/section`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SectionRef {
    /// The document it is in.
    pub document: DocumentId,
    /// The section's own id.
    pub section: SectionId,
}

impl SectionRef {
    /// Reads `document/section`.
    ///
    /// # Errors
    /// When there is no `/`, or one of the two is no id.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let Some((document, section)) = text.split_once('/') else {
            return Err(IdError { text: text.to_owned(), expected: "a section reference (document/section)" });
        };
        Ok(Self { document: DocumentId::parse(document)?, section: SectionId::parse(section)? })
    }
}

impl fmt::Display for SectionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.document, self.section)
    }
}

/// One thing under a heading. Text is plain: Markdown's marks have been read, its entities resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph; a forced line break in it is `\n`.
    Paragraph(String),
    /// One item of a list.
    Item {
        /// The item's number in an ordered list.
        number: Option<u64>,
        /// How many lists it lies in, from 0.
        depth: u8,
        /// What it says.
        text: String,
    },
    /// A quoted paragraph.
    Quote(String),
    /// A code block, kept as it stands.
    Code(String),
}

impl Block {
    /// What the block says.
    pub fn text(&self) -> &str {
        match self {
            Self::Paragraph(text) | Self::Quote(text) | Self::Code(text) | Self::Item { text, .. } => text,
        }
    }
}

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its stable name.
    pub id: SectionId,
    /// The heading.
    pub title: String,
    /// The heading's level, 1 to 6.
    pub level: u8,
    /// The index (in [`Document::sections`]) of the heading that this one stands under.
    pub parent: Option<usize>,
    /// Classes of the heading: `.measure` makes a section a member of the series and facet of that name.
    pub classes: Vec<String>,
    /// `topic=…`: what the section is about; sections with a topic in common belong together.
    pub topics: Vec<String>,
    /// `number=…`: its number as the text has it, among the sections of its class: 第三条, "the third measure".
    pub number: Option<Number>,
    /// `related=…`: ids of sections that answer, cause or illustrate this one. Each of them exists.
    pub related: Vec<SectionId>,
    /// Other ways to ask for the section: the lines of a quote that start with `?`.
    pub asks: Vec<String>,
    /// Questions for the reader to think about, for reminders: the lines of a quote that start with `??`.
    pub think: Vec<String>,
    /// What stands under the heading.
    pub blocks: Vec<Block>,
    /// The line of the heading in the file, from 1.
    pub line: usize,
}

#[cfg(test)]
impl Section {
    /// A section that says this, and nothing of itself.
    pub(crate) fn saying(id: &str, title: &str, blocks: Vec<Block>) -> Self {
        Self {
            id: SectionId::parse(id).unwrap(),
            title: title.to_owned(),
            level: 1,
            parent: None,
            classes: Vec::new(),
            topics: Vec::new(),
            number: None,
            related: Vec::new(),
            asks: Vec::new(),
            think: Vec::new(),
            blocks,
            line: 1,
        }
    }
}

impl Section {
    /// Whether the heading carries the class.
    pub fn has_class(&self, class: &str) -> bool {
        self.classes.iter().any(|c| c == class)
    }

    /// The text under the heading, a line for each block.
    pub fn text(&self) -> String {
        self.blocks.iter().map(Block::text).collect::<Vec<_>>().join("\n")
    }

    /// Whether nothing stands under the heading itself.
    pub fn is_bare(&self) -> bool {
        self.blocks.is_empty()
    }
}

/// What a group can subscribe to: the sections that carry the class of this name, in the document's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The class of its members.
    pub name: String,
    /// The noun that a reminder is headed with, such as 举措: 本周 or 今日 comes from the schedule.
    pub label: String,
}

/// The series of a document that names none, and the class of its members.
pub const IMPLIED_SERIES: &str = "section";

impl Series {
    /// Whether the document names no series, and this one is made of its sections.
    pub fn is_implied(&self) -> bool {
        self.name == IMPLIED_SERIES
    }
}

/// A kind of section, and the words in a question that ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// Its name, and the class of the sections of this kind.
    pub name: String,
    /// Words in a question that ask for it.
    pub words: Vec<String>,
    /// The facet whose sections hold it as a passage, when it is no section of its own.
    pub within: Option<String>,
    /// Words that mark the passage in the text.
    pub cues: Vec<String>,
}

/// One document: a file of `content/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The file's stem.
    pub id: DocumentId,
    /// The whole title.
    pub title: String,
    /// The title for citations on a phone; the whole title when the file gives no other.
    pub short: String,
    /// Shown beside a citation; `None` for an original.
    pub edition: Option<String>,
    /// Language tag of the text, such as `zh-Hans`.
    pub lang: Option<String>,
    /// What else it is called: the names that the metadata gives, and a Chinese name of its file.
    pub aliases: Vec<String>,
    /// Sets of words that mean the same in this document.
    pub synonyms: Vec<Vec<String>>,
    /// What a group can subscribe to, in the order of the file.
    pub series: Vec<Series>,
    /// Kinds of sections and passages, in the order of the file.
    pub facets: Vec<Facet>,
    /// Text before the first heading.
    pub introduction: Vec<Block>,
    /// Every heading, in order.
    pub sections: Sections,
}

impl Document {
    /// The index of a section.
    pub fn position(&self, id: &SectionId) -> Option<usize> {
        self.sections.position(id)
    }

    /// A section by its id.
    pub fn section(&self, id: &SectionId) -> Option<&Section> {
        self.sections.position(id).map(|index| &self.sections[index])
    }

    /// A reference to one of this document's sections.
    pub fn reference(&self, section: &Section) -> SectionRef {
        SectionRef { document: self.id.clone(), section: section.id.clone() }
    }

    /// The members of a series or facet, in order.
    pub fn with_class<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Section> {
        self.sections.iter().filter(move |s| s.has_class(class))
    }

    /// A series by name.
    pub fn series(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|s| s.name == name)
    }

    /// The headings that tell a section from others with its title, outermost first, itself last: where its title stands
    /// once, that alone.
    pub fn path<'a>(&'a self, section: &'a Section) -> Vec<&'a str> {
        let mut path = vec![section.title.as_str()];
        let mut twins: Vec<&Section> =
            self.sections.titled(&section.title).filter(|twin| twin.id != section.id).collect();
        let mut above = section.parent.map(|index| &self.sections[index]);
        while let (false, Some(parent)) = (twins.is_empty(), above) {
            path.insert(0, &parent.title);
            let depth = path.len() - 1;
            twins.retain(|twin| {
                self.ancestors(twin).iter().rev().nth(depth - 1).is_some_and(|s| s.title == parent.title)
            });
            above = parent.parent.map(|index| &self.sections[index]);
        }
        path
    }

    /// The headings above a section, outermost first.
    pub fn ancestors(&self, section: &Section) -> Vec<&Section> {
        let mut chain = Vec::new();
        let mut above = section.parent;
        while let Some(index) = above {
            let parent = &self.sections[index];
            chain.push(parent);
            above = parent.parent;
        }
        chain.reverse();
        chain
    }
}

/// All documents, by id. Cheap to share; replaced as a whole when content changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    documents: BTreeMap<DocumentId, Arc<Document>>,
}

impl Library {
    /// A library of these documents; of two with one id the later stays.
    pub fn new(documents: impl IntoIterator<Item = Document>) -> Self {
        Self { documents: documents.into_iter().map(|d| (d.id.clone(), Arc::new(d))).collect() }
    }

    /// The same with these documents in it as well.
    #[must_use]
    pub fn with(mut self, documents: impl IntoIterator<Item = Arc<Document>>) -> Self {
        self.documents.extend(documents.into_iter().map(|document| (document.id.clone(), document)));
        self
    }

    /// These of its documents alone.
    #[must_use]
    pub fn only(&self, ids: &[DocumentId]) -> Self {
        let some = ids.iter().filter_map(|id| self.documents.get_key_value(id));
        Self { documents: some.map(|(id, document)| (id.clone(), Arc::clone(document))).collect() }
    }

    /// A document by id.
    pub fn document(&self, id: &DocumentId) -> Option<&Arc<Document>> {
        self.documents.get(id)
    }

    /// A section, with its document.
    pub fn section(&self, at: &SectionRef) -> Option<(&Arc<Document>, &Section)> {
        let document = self.documents.get(&at.document)?;
        Some((document, document.section(&at.section)?))
    }

    /// All documents in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.values()
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }
}
