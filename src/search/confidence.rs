//! How sure we are that the first section answers: how much of the question it covers, and how far it leads.

use super::query::Plan;
use super::score::Found;

/// What confidence is judged by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signs {
    /// The share of the question's content that the first section holds, by how much each piece tells, 0 to 1.
    pub coverage: f32,
    /// Logarithm of the first score over the second.
    pub lead: f32,
    /// Logarithm of the first score over the sixth.
    pub field_lead: f32,
}

/// What a piece counts that the section does not hold as it was typed, but with the same sound.
const HEARD: f32 = 0.7;

/// A lead over nobody counts as this ratio.
const ALONE: f32 = 3.0;

impl Signs {
    /// Reads the signs; `weigh` says how much a probe found in so many sections tells.
    pub(crate) fn read(plan: &Plan, found: &Found, weigh: impl Fn(usize, usize) -> f32) -> Self {
        let Some((first, score)) = found.best.first().copied() else { return Self::default() };
        let ratio = |rank: usize| found.best.get(rank).map_or(ALONE, |(_, s)| (score / s).min(ALONE)).ln();
        let (mut covered, mut all) = (0.0, 0.0);
        for atom in &plan.atoms {
            let weight = weigh(atom.exact, found.frequency(atom.exact));
            all += weight;
            if found.holds(atom.exact, first) {
                covered += weight;
            } else if atom.heard.is_some_and(|probe| found.holds(probe, first)) {
                covered += HEARD * weight;
            }
        }
        let coverage = if all > 0.0 { covered / all } else { 0.0 };
        Self { coverage, lead: ratio(1), field_lead: ratio(5) }
    }

    /// The probability that the first section answers.
    pub fn confidence(&self) -> f64 {
        if self.coverage <= 0.0 {
            return 0.0;
        }
        let sum = BASE + COVERAGE * self.coverage + LEAD * self.lead + FIELD_LEAD * self.field_lead;
        1.0 / (1.0 + f64::from(-sum).exp())
    }
}

const BASE: f32 = -5.0;
const COVERAGE: f32 = 9.0;
const LEAD: f32 = 1.0;
const FIELD_LEAD: f32 = 1.0;
