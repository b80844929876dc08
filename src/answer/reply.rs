//! The reply to a question, before it is worded: a card, a choice, a list, what comes near, or that the document does not
//! cover it.
//!
//! Its parts are private to the program's choosing: a reply names the sections that it rests on, or is a refusal.

use crate::content::model::{DocumentId, Number, SectionRef, Unit};
use crate::message::{Detail, Part, Talk};
use crate::search::Hit;

/// How many sections of a list a question can follow up.
const REMEMBERED: usize = 40;

/// What a question gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub(super) outcome: Outcome,
    pub(super) hits: Vec<Hit>,
    pub(super) confidence: f64,
    /// Words of the question that no section knows, as typed.
    pub(super) unknown: Vec<String>,
    /// The question in the spelling of the section, where it was found by its sound or its initials.
    pub(super) correction: Option<String>,
    /// That spelling, where it made the answer another one than the question as typed would have got.
    pub(super) meant: Option<Meant>,
}

/// What a question was taken to mean, which is not what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The question in the spelling of the section that answers it.
    pub(super) text: String,
    /// What answers the question as it was typed, if anything does.
    pub(super) as_typed: Option<SectionRef>,
}

impl Meant {
    /// The question in the spelling of the section that answers it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The kinds of reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// One section answers.
    Card(Source),
    /// Several sections answer equally well: which is meant?
    Which(Choice),
    /// Several sections of a kind answer together.
    List(List),
    /// These sections come near; nothing is claimed.
    Maybe(Nearest),
    /// The documents do not cover it.
    NotCovered(Refusal),
    /// Nothing was asked of a document.
    Talk(Talk),
}

impl Outcome {
    /// Its name in the JSON of `wengu ask`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Card(_) => "sure",
            Self::Which(_) => "which",
            Self::List(_) => "list",
            Self::Maybe(_) => "maybe",
            Self::NotCovered(_) => "not_covered",
            Self::Talk(_) => "talk",
        }
    }
}

/// Sections that answer equally well, best first; at least two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub(super) sections: Vec<SectionRef>,
}

/// Sections that come near a question, best first; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    pub(super) sections: Vec<SectionRef>,
}

/// The section that a card shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub(super) at: SectionRef,
    /// The facet of the passage that was asked for, such as `cause`.
    pub(super) passage_of: Option<String>,
    /// What is asked of it by a question that does not name it.
    pub(super) detail: Option<Detail>,
    /// The part of it that was asked for by number.
    pub(super) part: Option<Part>,
}

impl Source {
    /// A whole section.
    pub(super) fn whole(at: SectionRef) -> Self {
        Self { at, passage_of: None, detail: None, part: None }
    }
}

/// Sections of a kind; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub(super) document: DocumentId,
    pub(super) members: Vec<SectionRef>,
    /// What they are: the facet's name.
    pub(super) facet: Option<String>,
    /// The heading that they stand under, where that was asked for.
    pub(super) under: Option<SectionRef>,
    /// What counts them, where all that it counts were asked for.
    pub(super) unit: Option<Unit>,
}

/// Why there is no answer, and what comes near.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Words of the question that no section knows, as typed.
    pub(super) unknown: Vec<String>,
    /// Sections near enough to be worth a look; mostly none.
    pub(super) near: Vec<SectionRef>,
    /// The number that was asked for and is not there.
    pub(super) missing: Option<Missing>,
    /// The document that was asked for and is not here.
    pub(super) stranger: Option<String>,
}

/// A number that was asked for and is not there, and what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The document.
    pub(super) document: DocumentId,
    /// The heading that it was looked for under.
    pub(super) under: Option<SectionRef>,
    /// What is missing.
    pub(super) what: Missed,
    /// The smallest and the largest number that are there; `None` where there is none.
    pub(super) range: Option<(Known, Known)>,
    /// The sections before and after it.
    pub(super) near: Vec<SectionRef>,
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    /// A section that a unit counts.
    Number {
        /// What the number counts.
        unit: Unit,
        /// The number.
        number: Number,
        /// The number as the document would write it: 第五十条.
        said: String,
    },
    /// A heading with a number with points: 3.9.
    Outline(String),
    /// A part of a section that is there, which has so many of them.
    Part(Part, usize),
}

/// A number that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The number.
    pub(super) number: Number,
    /// The number as the document writes it: 第五条.
    pub(super) label: String,
}

impl Reply {
    pub(super) fn new(outcome: Outcome, hits: Vec<Hit>, confidence: f64) -> Self {
        Self { outcome, hits, confidence, unknown: Vec::new(), correction: None, meant: None }
    }

    /// There is no document of that name.
    pub(super) fn no_such_document(name: String) -> Self {
        let refusal = Refusal { stranger: Some(name), ..Refusal::default() };
        Self::new(Outcome::NotCovered(refusal), Vec::new(), 0.0)
    }

    /// Words of the question that no section knows, as typed.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// What the question was taken to mean, where that changes the answer.
    pub fn meant(&self) -> Option<&Meant> {
        self.meant.as_ref()
    }

    /// What kind of reply it is.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Whether the documents answer the question; what only comes near does not.
    pub fn answered(&self) -> bool {
        !matches!(self.outcome, Outcome::Maybe(_) | Outcome::NotCovered(_) | Outcome::Talk(_))
    }

    /// What kind of talk was replied to; `None` where something was asked.
    pub fn talk(&self) -> Option<Talk> {
        if let Outcome::Talk(talk) = self.outcome { Some(talk) } else { None }
    }

    /// The sections in question, best first; the first is the one that the reply shows. There for refusals too.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// How likely it is that the first section answers, 0 to 1.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }

    /// The sections that the reply shows, for questions that follow up; none for a refusal.
    pub fn shown(&self) -> Vec<SectionRef> {
        match &self.outcome {
            Outcome::Card(source) => vec![source.at.clone()],
            Outcome::Which(choice) => choice.sections.clone(),
            Outcome::List(list) => list.members.iter().take(REMEMBERED).cloned().collect(),
            Outcome::Maybe(_) | Outcome::NotCovered(_) | Outcome::Talk(_) => Vec::new(),
        }
    }

    /// The section that the reply shows; `None` for a refusal.
    pub fn source(&self) -> Option<&SectionRef> {
        match &self.outcome {
            Outcome::Card(source) => Some(&source.at),
            Outcome::Which(choice) => choice.sections.first(),
            Outcome::List(list) => list.members.first(),
            Outcome::Maybe(_) | Outcome::NotCovered(_) | Outcome::Talk(_) => None,
        }
    }
}
