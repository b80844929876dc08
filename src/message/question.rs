//! A question as far as its words alone tell what it asks for; what the text answers to it is for search to find.

use crate::content::model::{DocumentId, Number, Unit};

/// A message that asks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What was typed, on one line, without marks that cannot be seen, and without the names of documents.
    pub text: String,
    /// The same with them.
    pub typed: String,
    /// What kind of talk it is; `None` where it asks something.
    pub talk: Option<Talk>,
    /// The documents that it names.
    pub named: Named,
    /// What it asks for in the terms of each document that has such terms, in the library's order.
    pub readings: Vec<Reading>,
    /// What it asks of something that it does not name; `None` where it names what it is about.
    pub detail: Option<Detail>,
    /// The sections that it names by number, the outer before the inner: 第四章第二节.
    pub counted: Vec<Counted>,
    /// All sections of a unit, or how many there are: 有几章, 第三章有哪些条. Under those in `counted`, where there are any.
    pub all_of: Option<Unit>,
    /// A number with points that is all it names: 3.1, section 2.4.1.
    pub outline: Option<String>,
    /// What is left without the scaffolding of a question and without words that ask for a list; simplified, lower
    /// case, no spaces.
    pub bare: String,
    /// The words of what it wants listed (附录有哪些教程, what is in paid time off), without spaces; none where it asks for
    /// no list.
    pub listed: Vec<String>,
}

/// Talk that asks nothing of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// Hello.
    Greeting,
    /// Thanks.
    Thanks,
    /// Good bye.
    Bye,
    /// That was well answered.
    Praise,
    /// That was not what was asked.
    Complaint,
    /// Understood.
    Agreement,
    /// Who are you?
    Who,
    /// What can you do?
    Can,
    /// Are you there?
    There,
    /// How old are you, tell me a joke.
    Personal,
    /// How is this used?
    Help,
    /// When do reminders come, and how does one end them?
    Reminder,
    /// What is kept of me?
    Data,
    /// What time is it, what is the weather like?
    Today,
    /// Menu, settings.
    Menu,
    /// What is this document about, how long is it?
    Document,
    /// Who wrote this document, and when?
    Origin,
}

impl Talk {
    /// Its name in the output of `wengu ask --json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Thanks => "thanks",
            Self::Bye => "bye",
            Self::Praise => "praise",
            Self::Complaint => "complaint",
            Self::Agreement => "agreement",
            Self::Who => "who",
            Self::Can => "can",
            Self::There => "there",
            Self::Personal => "personal",
            Self::Help => "help",
            Self::Reminder => "reminder",
            Self::Data => "data",
            Self::Today => "today",
            Self::Menu => "menu",
            Self::Document | Self::Origin => "document",
        }
    }
}

/// The documents that a question names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// None: it is about any.
    #[default]
    Nothing,
    /// These, in the order of their ids.
    Documents(Vec<DocumentId>),
    /// One that is not here, as it was typed.
    Unknown(String),
}

/// A section that is named by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What the number counts.
    pub unit: Unit,
    /// Which of them.
    pub position: Position,
    /// The part of the section that is asked for.
    pub part: Option<Part>,
}

/// Which of the sections that a unit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The one with this number in the text.
    Number(Number),
    /// The first, whatever its number.
    First,
    /// The last.
    Last,
}

/// A part of a section that is named by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The n-th paragraph: 第三款.
    Paragraph(u32),
    /// The n-th item: 第（二）项.
    Item(u32),
}

/// What a question asks of a section that it does not name: 谁负责, 什么时候, 具体呢.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Who is responsible for it.
    InCharge,
    /// Who it speaks of.
    Who,
    /// At what time, how often, how long.
    When,
    /// How many or how much.
    HowMany,
    /// More of it.
    More,
}

impl Question {
    /// Whether the question can be about what was shown before: it names no topic of its own.
    pub fn leans(&self) -> bool {
        self.detail.is_some() || self.readings.iter().any(Reading::leans)
    }

    /// What the question asks of one document; `None` when it asks for nothing in particular.
    pub fn reading(&self, document: &DocumentId) -> Option<&Reading> {
        self.readings.iter().find(|reading| reading.document == *document)
    }
}

/// What a question asks for in the terms of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The document.
    pub document: DocumentId,
    /// The kind of section or passage.
    pub wish: Option<Wish>,
    /// Which one in order.
    pub ordinal: Option<Ordinal>,
    /// All of them are asked for.
    pub list: bool,
    /// What is left when the words above and the scaffolding of a question are taken away; simplified, lower case.
    pub topic: String,
}

impl Reading {
    /// Whether it asks for a kind or for a place in an order, and says nothing more: 那措施呢, 第二条呢.
    pub fn leans(&self) -> bool {
        let said = self.wish.as_ref().is_some_and(|wish| wish.force == Force::Word);
        self.topic.is_empty() && !self.list && said != self.ordinal.is_some()
    }
}

/// A kind of section or passage that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The facet's name.
    pub facet: String,
    /// How sure that is.
    pub force: Force,
}

/// How sure it is that a question asks for a kind of section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    /// The words allow it: a "how to" that may ask for a remedy.
    Hint,
    /// A word of the facet says so.
    Word,
}

/// A place in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordinal {
    /// The n-th, from 1.
    Nth(u32),
    /// The last.
    Last,
}

impl Ordinal {
    /// The index that it means among `count` things, if there is one.
    pub fn index(self, count: usize) -> Option<usize> {
        let index = match self {
            Self::Nth(n) => usize::try_from(n).ok()?.checked_sub(1)?,
            Self::Last => count.checked_sub(1)?,
        };
        (index < count).then_some(index)
    }
}
