//! Scores: BM25 of each field, weighed and added up.

use super::index::Index;
use super::query::Probe;
use super::weights::Weights;

/// What was found for a question's probes.
pub(crate) struct Found {
    /// The best sections by number, best first.
    pub best: Vec<(u32, f32)>,
    /// Postings of all probes, one after the other.
    postings: Vec<(u32, u32)>,
    /// Where the postings of each probe end.
    ends: Vec<usize>,
}

impl Found {
    /// Looks the probes up and adds the scores; keeps the `limit` best sections.
    pub(crate) fn look_up(index: &Index, probes: &[Probe], weights: &Weights, limit: usize) -> Self {
        let mut scores = vec![0.0_f32; index.len()];
        let mut postings = Vec::new();
        let mut ends = Vec::with_capacity(probes.len());
        for probe in probes {
            let from = postings.len();
            index.postings(probe.field, &probe.token, &mut postings);
            ends.push(postings.len());
            let found = &postings[from..];
            let field = probe.field.index();
            let (k1, b) = (weights.k1[field], weights.b[field]);
            let weight = probe.weight * weights.field[field] * idf(index.len(), found.len()) * (k1 + 1.0);
            let lengths = index.lengths(probe.field);
            for (section, frequency) in found {
                let tf = *frequency as f32;
                scores[*section as usize] += weight * tf / (tf + k1 * (1.0 - b + b * lengths[*section as usize]));
            }
        }
        Self { best: best(&scores, limit), postings, ends }
    }

    /// How many sections hold a probe.
    pub(crate) fn frequency(&self, probe: usize) -> usize {
        self.of(probe).len()
    }

    /// Whether a section holds a probe.
    pub(crate) fn holds(&self, probe: usize, section: u32) -> bool {
        self.of(probe).binary_search_by_key(&section, |p| p.0).is_ok()
    }

    fn of(&self, probe: usize) -> &[(u32, u32)] {
        let from = if probe == 0 { 0 } else { self.ends[probe - 1] };
        &self.postings[from..self.ends[probe]]
    }
}

/// How much a token tells that so many of all sections hold.
pub(crate) fn idf(all: usize, holding: usize) -> f32 {
    (1.0 + (all as f32 - holding as f32 + 0.5) / (holding as f32 + 0.5)).ln()
}

/// The best scores above 0, best first; of equals the section that comes first in its document.
fn best(scores: &[f32], limit: usize) -> Vec<(u32, f32)> {
    let mut all: Vec<(u32, f32)> =
        scores.iter().enumerate().filter(|(_, s)| **s > 0.0).map(|(i, s)| (i as u32, *s)).collect();
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if all.len() > limit && limit > 0 {
        all.select_nth_unstable_by(limit - 1, order);
        all.truncate(limit);
    }
    all.truncate(limit);
    all.sort_unstable_by(order);
    all
}
