//! Compares a measurement with an earlier one: which figures moved, and which questions changed sides.

use std::collections::{BTreeMap, BTreeSet};

use super::{Figures, Miss, Rates};

/// What moved between two measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Figures that are not what they were, kind by kind, all together last.
    pub moved: Vec<Moved>,
    /// Questions that went wrong before and are right now.
    pub better: Vec<Miss>,
    /// Questions that were right before, or not asked, and went wrong now.
    pub worse: Vec<Miss>,
}

/// A figure before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The kind of questions; `all` for all of them.
    pub kind: String,
    /// The figure's name.
    pub figure: &'static str,
    /// What it was; `None` where there was nothing to count.
    pub before: Option<f64>,
    /// What it is.
    pub after: Option<f64>,
    /// Whether less of it is better, as of false answers.
    pub less_is_better: bool,
}

impl Moved {
    /// By how much it became worse, 0 to 1; less than 0 where it became better. A figure that is gone lost everything.
    pub fn loss(&self) -> f64 {
        match (self.before, self.after) {
            (Some(before), Some(after)) if self.less_is_better => after - before,
            (Some(before), Some(after)) => before - after,
            (Some(_), None) => 1.0,
            (None, _) => 0.0,
        }
    }
}

impl Comparison {
    /// Whether a figure became worse by more than so much. Shares are quotients: a hair's breadth over is not more.
    pub fn fell(&self, tolerance: f64) -> bool {
        self.moved.iter().any(|moved| moved.loss() > tolerance + 1e-9)
    }
}

/// What moved since `before`.
pub fn compare(before: &Figures, now: &Figures) -> Comparison {
    let kinds: BTreeSet<&String> = before.kinds.keys().chain(now.kinds.keys()).collect();
    let pairs = kinds.into_iter().map(|kind| (kind.as_str(), before.kinds.get(kind), now.kinds.get(kind)));
    let all = ("all", Some(&before.all), Some(&now.all));
    let moved = pairs.chain([all]).flat_map(|(kind, before, after)| moved(kind, before, after)).collect();
    Comparison { moved, better: missing(&before.misses, &now.misses), worse: missing(&now.misses, &before.misses) }
}

fn moved(kind: &str, before: Option<&Rates>, after: Option<&Rates>) -> impl Iterator<Item = Moved> {
    let pairs = FIGURES.iter().map(move |(figure, less_is_better, read)| Moved {
        kind: kind.to_owned(),
        figure,
        before: before.and_then(read),
        after: after.and_then(read),
        less_is_better: *less_is_better,
    });
    // A share that was written down and read back may differ in its last digit.
    let same = |moved: &Moved| match (moved.before, moved.after) {
        (Some(before), Some(after)) => (before - after).abs() < 1e-9,
        (before, after) => before.is_none() && after.is_none(),
    };
    pairs.filter(move |moved| !same(moved))
}

/// A figure's name, whether less of it is better, and where it stands.
type Figure = (&'static str, bool, fn(&Rates) -> Option<f64>);

const FIGURES: [Figure; 5] = [
    ("hit@1", false, |rates| rates.hit1),
    ("hit@3", false, |rates| rates.hit3),
    ("fact", false, |rates| rates.fact),
    ("false answers", true, |rates| rates.false_answers),
    ("false refusals", true, |rates| rates.false_refusals),
];

/// The misses of `some` that are not among `others`, by the questions' ids.
fn missing(some: &[Miss], others: &[Miss]) -> Vec<Miss> {
    let others: BTreeMap<&str, &Miss> = others.iter().map(|miss| (miss.id.as_str(), miss)).collect();
    some.iter().filter(|miss| !others.contains_key(miss.id.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(hit1: f64, false_answers: Option<f64>) -> Rates {
        Rates { questions: 100, hit1: Some(hit1), hit3: Some(1.0), fact: None, false_answers, false_refusals: None }
    }

    fn figures(kinds: &[(&str, Rates)], misses: &[&str]) -> Figures {
        let miss = |id: &&str| Miss {
            id: (*id).into(),
            question: "?".into(),
            wanted: "a".into(),
            came: "b".into(),
            only_fact: false,
        };
        let kinds: BTreeMap<_, _> = kinds.iter().map(|(kind, rates)| ((*kind).to_owned(), *rates)).collect();
        Figures { all: rates(0.9, None), kinds, misses: misses.iter().map(miss).collect() }
    }

    #[test]
    fn a_figure_falls_where_hits_are_lost_or_false_answers_gained() {
        let before = figures(&[("plain", rates(0.90, Some(0.05)))], &[]);
        let read_back = figures(&[("plain", rates(0.90 + 1e-16, Some(0.05 - 1e-17)))], &[]);
        assert_eq!(compare(&before, &read_back).moved, []);
        let fell = |hit1, said, by| compare(&before, &figures(&[("plain", rates(hit1, Some(said)))], &[])).fell(by);
        assert!(!fell(0.90, 0.05, 0.0), "nothing moved");
        assert!(!fell(0.95, 0.01, 0.0), "everything is better");
        assert!(fell(0.88, 0.05, 0.01) && !fell(0.89, 0.05, 0.01), "a point less is no fall, two points are");
        assert!(fell(0.90, 0.07, 0.01) && !fell(0.90, 0.06, 0.01), "a point more said is no fall, two points are");
    }

    #[test]
    fn a_kind_that_is_gone_fell_and_a_new_one_did_not() {
        let (one, other) = (figures(&[("plain", rates(0.5, None))], &[]), figures(&[], &[]));
        assert!(compare(&one, &other).fell(0.5));
        assert!(!compare(&other, &one).fell(0.0));
    }

    #[test]
    fn questions_that_changed_sides_are_named_and_the_others_are_not() {
        let compared = compare(&figures(&[], &["q1", "q2"]), &figures(&[], &["q2", "q3"]));
        let ids = |misses: &[Miss]| misses.iter().map(|miss| miss.id.clone()).collect::<Vec<_>>();
        assert_eq!((ids(&compared.better), ids(&compared.worse)), (vec!["q1".to_owned()], vec!["q3".to_owned()]));
        assert!(compared.moved.is_empty());
    }
}
