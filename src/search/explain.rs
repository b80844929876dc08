//! Why sections were found: each piece of a question with what it tells, and how each section holds it.
//!
//! Made for people who look into an answer (`wengu ask --explain`); nothing of it is computed for an answer alone.

use super::confidence::Signs;
use super::plan::Atom;
use super::{Candidates, Hit};

/// What a search rests on.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What the confidence in the first section is judged by.
    pub signs: Signs,
    /// The sections, best first.
    pub hits: Vec<Hit>,
    /// The words of the question that no section knows, as they were typed.
    pub unknown: Vec<String>,
    /// The pieces of the question that a section should cover, in the order in which they were read.
    pub pieces: Vec<Piece>,
}

/// A piece of a question: two neighbouring characters, or a word that stands alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// As it was typed.
    pub text: String,
    /// How much it tells: rare pieces more than common ones. Comparable within one question.
    pub tells: f32,
    /// How many sections hold it as it was typed.
    pub sections: usize,
    /// How each of the sections holds it, in their order.
    pub held: Vec<Held>,
}

/// How a section holds a piece of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// As it was typed.
    Typed,
    /// By its sound or its spelling in pinyin.
    Heard,
    /// By a word that means the same.
    Meant,
    /// Not at all.
    No,
}

impl Held {
    /// Its name in the JSON of `wengu ask`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Heard => "heard",
            Self::Meant => "meant",
            Self::No => "no",
        }
    }
}

impl Candidates {
    /// Tells the pieces apart; `hits` are the best of what was found for `text`.
    pub(super) fn explain(&self, text: &str, signs: Signs, hits: Vec<Hit>) -> Explained {
        let pieces = self.plan.atoms.iter().zip(&self.tells).map(|(atom, tells)| Piece {
            text: self.typed(text, atom),
            tells: *tells,
            sections: self.found.frequency(atom.exact),
            held: self.found.best.iter().take(hits.len()).map(|(section, _)| self.held(atom, *section)).collect(),
        });
        let pieces = pieces.collect();
        let unknown = self.query.unknown(&self.plan, &self.found, text);
        Explained { unknown, signs, hits, pieces }
    }

    fn typed(&self, text: &str, atom: &Atom) -> String {
        let letters = &self.query.folded.letters[atom.from..atom.to];
        let ends = letters.first().zip(letters.last());
        ends.map_or_else(String::new, |(first, last)| text[first.start as usize..last.end as usize].to_owned())
    }

    fn held(&self, atom: &Atom, section: u32) -> Held {
        let holds = |probe: &usize| self.found.holds(*probe, section);
        match () {
            () if holds(&atom.exact) => Held::Typed,
            () if atom.heard.iter().any(holds) => Held::Heard,
            () if atom.aliases.iter().chain(&atom.everyday).any(holds) => Held::Meant,
            () => Held::No,
        }
    }
}
