//! How sure we are that the first section answers: how much of the question it covers, and how far it leads.

use super::near::Nearness;
use super::plan::{Atom, Plan};
use super::score::Found;

/// How many signs there are.
pub const SIGNS: usize = 7;

/// What confidence is judged by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signs {
    /// The share of the question's content that the first section holds in the words that were typed, 0 to 1.
    pub typed: f32,
    /// The share that it holds in these or other words, by how much each piece tells, 0 to 1.
    pub coverage: f32,
    /// The share that its best sentence holds.
    pub sentence: f32,
    /// The share that two sentences beside each other hold.
    pub two: f32,
    /// The share that no section holds.
    pub unknown: f32,
    /// The share that it holds where characters that are words of their own are counted too.
    pub loosely: f32,
    /// The question names a thing that no section knows.
    pub strange: bool,
    /// Logarithm of the first score over the second.
    pub lead: f32,
    /// Logarithm of the first score over the sixth.
    pub far_lead: f32,
}

/// What a piece counts that the section does not hold as it was typed, but with the same sound or meaning.
const HEARD: f32 = 0.7;

/// How sure one is at most of a section that holds nothing of what was typed, only what everyday words may stand for,
/// where other words are unknown: near, and below every threshold in use.
const GUESSED: f64 = 0.3;

/// A lead over nobody counts as this ratio.
const ALONE: f32 = 3.0;

impl Signs {
    /// Reads the signs; `tells` says how much each atom tells, `near` how near to each other the first section holds them.
    pub(crate) fn read(plan: &Plan, found: &Found, tells: &[f32], characters: &[(&Atom, f32)], near: Nearness) -> Self {
        let Some((first, score)) = found.best.first().copied() else { return Self::default() };
        let ratio = |rank: usize| found.best.get(rank).map_or(ALONE, |(_, s)| (score / s).min(ALONE)).ln();
        let (mut covered, mut unknown, mut heard, mut meant) = (0.0, 0.0, 0.0, 0.0);
        let holds = |probe: &usize| found.holds(*probe, first);
        for (atom, tells) in plan.atoms.iter().zip(tells) {
            if holds(&atom.exact) {
                covered += tells;
            } else if atom.heard.iter().chain(&atom.aliases).any(holds) {
                heard += HEARD * tells;
            } else if atom.everyday.iter().any(holds) {
                meant += HEARD * tells;
            } else if found.frequency(atom.exact) == 0 {
                unknown += tells;
            }
        }
        let all = tells.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let (lone, held) = characters.iter().fold((0.0, 0.0), |(all, held), (atom, tells)| {
            (all + tells, held + if holds(&atom.exact) { *tells } else { 0.0 })
        });
        Self {
            typed: (covered + heard) / all,
            coverage: (covered + heard + meant) / all,
            sentence: (near.sentence + heard + meant) / all,
            two: (near.two + heard + meant) / all,
            unknown: unknown / all,
            loosely: (covered + heard + meant + held) / (all + lone),
            strange: false,
            lead: ratio(1),
            far_lead: ratio(5),
        }
    }

    /// The signs as numbers to be weighed, the first of them always 1.
    pub fn numbers(&self) -> [f32; SIGNS] {
        [1.0, self.coverage, self.sentence, self.two, self.unknown, self.lead, self.far_lead]
    }

    /// The probability that the first section answers.
    pub fn confidence(&self) -> f64 {
        let scattered = 1.0 - self.coverage - self.unknown >= SCATTERED;
        let sum = self.sum() - if self.strange { STRANGE } else { 0.0 } - if scattered { ELSEWHERE } else { 0.0 };
        match () {
            () if self.coverage <= 0.0 => 0.0,
            () if self.typed <= 0.0 && self.unknown > 0.0 => chance(sum).min(GUESSED),
            () => chance(sum),
        }
    }

    /// The probability that the first section is about the matter, whatever else the question names.
    pub fn nearness(&self) -> f64 {
        if self.coverage <= 0.0 { 0.0 } else { chance(self.sum()) }
    }

    /// Whether one noun that no section knows is another word for something that the first section tells: all around it
    /// leads there.
    pub(crate) fn beyond_doubt(&self) -> bool {
        self.confidence() >= BEYOND_DOUBT && self.unknown <= ONE_WORD
    }

    fn sum(&self) -> f32 {
        self.numbers().iter().zip(WEIGHTS).map(|(sign, weight)| sign * weight).sum()
    }
}

fn chance(sum: f32) -> f64 {
    1.0 / (1.0 + f64::from(-sum).exp())
}

/// When the first section lacks so much of a question that others have, it is about parts of several.
const SCATTERED: f32 = 0.6;

/// What that takes off the sum.
const ELSEWHERE: f32 = 0.8;

/// What a thing that no section knows takes off the sum. With 1 and 2 more of what is not covered was refused, and more
/// paraphrases of what is.
const STRANGE: f32 = 0.5;

/// From this confidence on a single unknown noun is no doubt. Chosen on 1,900 questions: above it hardly one was about
/// something else.
const BEYOND_DOUBT: f64 = 0.9;

/// The share of a question that is one word of several.
const ONE_WORD: f32 = 0.33;

/// Fitted with `examples/tune` on covered and uncovered questions, asked of whole corpora and of libraries of 14, 60 and
/// 250 paragraphs; the first is raised by 0.8 so that an even chance keeps 97.5 % of what is covered.
const WEIGHTS: [f32; SIGNS] = [-3.85, 0.87, 1.91, 2.45, -4.24, 3.74, 1.9];
