//! Scores: BM25 of each field, weighed and added up.
//!
//! In a large library, tokens that very many sections hold are looked up only in the sections that rarer tokens found:
//! alone they would bring nobody to the front.

use super::Scope;
use super::index::{Cursor, Index};
use super::plan::{Plan, Probe};
use super::tokenizer::Field;
use super::weights::Weights;

/// A token that more sections hold is common.
const COMMON: usize = 1536;

/// How many sections common tokens are looked up in.
const CANDIDATES: usize = 128;

/// What was found for a question's probes.
pub(crate) struct Found {
    /// The best sections by number, best first.
    pub best: Vec<(u32, f32)>,
    postings: Vec<(u32, u32)>,
    /// For each probe, where its postings begin and end, and how many sections of the scope hold it.
    spans: Vec<(usize, usize, usize)>,
    /// How many sections were searched.
    pub sections: usize,
}

impl Found {
    /// Looks the probes up and adds the scores; keeps the `limit` best sections. What a token tells is counted in the
    /// sections of the scope: a word that only other documents know is unknown. `read` gives the sections that hold
    /// characters with these initials.
    pub(crate) fn look_up(
        index: &Index,
        plan: &Plan,
        weights: &Weights,
        limit: usize,
        scope: &Scope,
        read: impl Fn(&str) -> Vec<(u32, u32)>,
    ) -> Self {
        let probes = &plan.probes;
        let sections = scope.len(index);
        let mut found = Self { best: Vec::new(), postings: Vec::new(), spans: vec![(0, 0, 0); probes.len()], sections };
        let mut scores = vec![0.0_f32; index.len()];
        let mut common = Vec::new();
        let mut cursor = Cursor::default();
        for (number, probe) in probes.iter().enumerate() {
            let start = found.postings.len();
            if probe.field == Field::Spelled {
                let token = plan.token(probe);
                let spelled = if probe.initials { read(token) } else { index.spelled(token, &mut cursor) };
                found.postings.extend(spelled.into_iter().filter(|(section, _)| scope.holds(*section)));
                let frequency = found.postings.len() - start;
                found.add(index, probe, number, (start, frequency), weights, &mut scores);
                continue;
            }
            let Some(list) = index.list(probe.field, plan.token(probe)) else { continue };
            let frequency = match scope.ranges().filter(|_| sections <= COMMON) {
                Some(ranges) => {
                    cursor.within(&list, ranges, &mut found.postings);
                    found.postings.len() - start
                }
                None if list.frequency() > COMMON => {
                    common.push((list.frequency(), number, list));
                    continue;
                }
                None => {
                    cursor.all(&list, &mut found.postings);
                    list.frequency()
                }
            };
            found.add(index, probe, number, (start, frequency), weights, &mut scores);
        }
        common.sort_unstable_by_key(|(frequency, number, _)| (*frequency, *number));
        scope.limit(&mut scores);
        let candidates = if common.is_empty() { Vec::new() } else { candidates(&scores) };
        for (frequency, number, list) in common {
            let start = found.postings.len();
            if candidates.is_empty() {
                // Nothing rarer was asked: then the common tokens have to do.
                cursor.all(&list, &mut found.postings);
            } else {
                cursor.among(&list, &candidates, &mut found.postings);
            }
            found.add(index, &probes[number], number, (start, frequency), weights, &mut scores);
        }
        scope.limit(&mut scores);
        found.best = best(&scores, limit);
        found
    }

    /// Adds what a probe's postings, from `start` on, bring to the scores.
    fn add(
        &mut self,
        index: &Index,
        probe: &Probe,
        number: usize,
        (start, frequency): (usize, usize),
        weights: &Weights,
        scores: &mut [f32],
    ) {
        let field = probe.field.index();
        let (k1, b) = (weights.k1[field], weights.b[field]);
        let weight = probe.weight * weights.field[field] * idf(self.sections, frequency) * (k1 + 1.0);
        let lengths = index.lengths(probe.field);
        for (section, times) in &self.postings[start..] {
            let (section, times) = (*section as usize, *times as f32);
            scores[section] += weight * times / (times + k1 * (1.0 - b + b * lengths[section]));
        }
        self.spans[number] = (start, self.postings.len(), frequency);
    }

    /// How many sections hold a probe.
    pub(crate) fn frequency(&self, probe: usize) -> usize {
        self.spans[probe].2
    }

    /// Whether a section, one of the best, holds a probe.
    pub(crate) fn holds(&self, probe: usize, section: u32) -> bool {
        let (start, end, _) = self.spans[probe];
        self.postings[start..end].binary_search_by_key(&section, |p| p.0).is_ok()
    }
}

/// The sections that common tokens are looked up in, in order of their numbers.
fn candidates(scores: &[f32]) -> Vec<u32> {
    let mut sections: Vec<u32> = best(scores, CANDIDATES).into_iter().map(|c| c.0).collect();
    sections.sort_unstable();
    sections
}

/// How much a token tells that so many of all sections hold.
pub(crate) fn idf(all: usize, holding: usize) -> f32 {
    (1.0 + (all as f32 - holding as f32 + 0.5) / (holding as f32 + 0.5)).ln()
}

/// The best scores above 0, best first; of equals the section that comes first in its document.
fn best(scores: &[f32], limit: usize) -> Vec<(u32, f32)> {
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    // Most sections hold some character of a question: only those that beat the worst of the best so far are kept.
    let room = limit.min(scores.len()) * 2;
    let (mut best, mut floor) = (Vec::with_capacity(room), 0.0);
    for (section, score) in (0..).zip(scores.iter().copied()) {
        if score > floor && room > 0 {
            best.push((section, score));
            if best.len() == room {
                best.select_nth_unstable_by(room / 2 - 1, order);
                best.truncate(room / 2);
                floor = best[room / 2 - 1].1;
            }
        }
    }
    best.sort_unstable_by(order);
    best.truncate(limit);
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_that_sorting_all_would_put_first(scores in proptest::collection::vec(0_u8..9, 0..60), limit in 0_usize..70) {
            let scores: Vec<f32> = scores.into_iter().map(f32::from).collect();
            let mut all: Vec<(u32, f32)> = (0..).zip(scores.iter().copied()).filter(|(_, score)| *score > 0.0).collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            all.truncate(limit);
            prop_assert_eq!(best(&scores, limit), all);
        }
    }
}
