//! Fits confidence: logistic regression on the signs of covered and uncovered questions, asked of whole corpora and of
//! small libraries cut out of them.

use std::error::Error;

use wengu::search::{Engine, SIGNS, Signs};

use super::sets::{Bench, Question, rank, separation};

/// The signs of a question, and whether the first section answers it.
struct Case {
    signs: Signs,
    right: bool,
    weight: f64,
}

/// How many paragraphs a small library has, and how many such are cut out.
const SMALL: [(usize, usize); 3] = [(14, 12), (60, 6), (250, 2)];

/// Every how manyth foreign question is asked of a small library.
const SPARSE: usize = 23;

/// Fits and prints.
pub(crate) fn fit(bench: &Bench) -> Result<(), Box<dyn Error>> {
    let mut groups: Vec<(String, Vec<Case>)> = Vec::new();
    for (set, engine) in [(0, 0), (1, 1), (3, 0), (4, 0), (5, 0), (6, 0)] {
        groups.push((format!("set {set} at home"), cases(&bench.engines[engine], &bench.sets[set], 1)));
    }
    groups.push(("oos".into(), cases(&bench.engines[0], &bench.oos, 1)));
    groups.push(("drcd abroad".into(), cases(&bench.engines[0], &bench.sets[2], 1)));
    groups.push(("cmrc abroad".into(), cases(&bench.engines[1], &bench.sets[0], 1)));
    for (size, count) in SMALL {
        let mut home = Vec::new();
        let mut abroad = Vec::new();
        for number in 0..count {
            let (engine, ids) = bench.small(size, number)?;
            let here = |q: &&Question| q.relevant.iter().any(|r| ids.contains(r));
            let own: Vec<&Question> =
                bench.sets[0].iter().chain(&bench.sets[5]).chain(&bench.sets[6]).filter(here).collect();
            home.extend(own.iter().map(|q| case(&engine, q)));
            let foreign = bench.sets[0].iter().chain(&bench.sets[2]).filter(|q| !here(q)).step_by(SPARSE);
            abroad.extend(foreign.map(|q| case(&engine, q)));
        }
        groups.push((format!("{size} at home"), home));
        groups.push((format!("{size} abroad"), abroad));
    }
    for (_, cases) in &mut groups {
        let share = 1.0 / cases.len() as f64;
        cases.iter_mut().for_each(|c| c.weight = share);
    }
    let mut weights = [0.0; SIGNS];
    for _ in 0..25 {
        newton(&mut weights, groups.iter().flat_map(|(_, cases)| cases));
    }
    println!("{weights:.2?}");
    report(&groups, &weights);
    Ok(())
}

fn cases(engine: &Engine, questions: &[Question], step: usize) -> Vec<Case> {
    questions.iter().step_by(step).map(|q| case(engine, q)).collect()
}

fn case(engine: &Engine, question: &Question) -> Case {
    let results = engine.search(&question.text, 10);
    Case { signs: results.signs, right: rank(&results, question) == Some(1), weight: 1.0 }
}

fn sum(weights: &[f64; SIGNS], signs: &Signs) -> f64 {
    signs.numbers().iter().zip(weights).map(|(s, w)| f64::from(*s) * w).sum()
}

fn chance(weights: &[f64; SIGNS], signs: &Signs) -> f64 {
    1.0 / (1.0 + (-sum(weights, signs)).exp())
}

/// One step of Newton's method, with a little ridge.
fn newton<'a>(weights: &mut [f64; SIGNS], cases: impl Iterator<Item = &'a Case>) {
    let mut slope = [0.0; SIGNS];
    let mut bend = [[0.0; SIGNS]; SIGNS];
    for case in cases.filter(|c| c.signs.coverage > 0.0) {
        let p = chance(weights, &case.signs);
        let x = case.signs.numbers().map(f64::from);
        for i in 0..SIGNS {
            slope[i] += case.weight * (f64::from(u8::from(case.right)) - p) * x[i];
            for j in 0..SIGNS {
                bend[i][j] += case.weight * p * (1.0 - p) * x[i] * x[j];
            }
        }
    }
    for i in 0..SIGNS {
        slope[i] -= 0.003 * weights[i];
        bend[i][i] += 0.003;
    }
    for (weight, step) in weights.iter_mut().zip(solve(bend, slope)) {
        *weight += step;
    }
}

/// Gaussian elimination; the matrix is positive definite.
fn solve(mut a: [[f64; SIGNS]; SIGNS], mut b: [f64; SIGNS]) -> [f64; SIGNS] {
    for i in 0..SIGNS {
        let pivot = a[i];
        for j in i + 1..SIGNS {
            let factor = a[j][i] / pivot[i];
            for (below, above) in a[j].iter_mut().zip(pivot) {
                *below -= factor * above;
            }
            b[j] -= factor * b[i];
        }
    }
    for i in (0..SIGNS).rev() {
        let known: f64 = (i + 1..SIGNS).map(|j| a[i][j] * b[j]).sum();
        b[i] = (b[i] - known) / a[i][i];
    }
    b
}

/// Groups with the share that passes at even chance, and how well covered and uncovered are told apart.
fn report(groups: &[(String, Vec<Case>)], weights: &[f64; SIGNS]) {
    let pass = |case: &Case| case.signs.coverage > 0.0 && chance(weights, &case.signs) >= 0.5;
    for (name, cases) in groups {
        let passing = cases.iter().filter(|c| pass(c)).count() as f64 / cases.len() as f64;
        let right = cases.iter().filter(|c| c.right).count() as f64 / cases.len() as f64;
        println!("{name:16} n {:5}  passing {passing:.3}  right {right:.3}", cases.len());
    }
    let sums = |name: &str| -> Vec<f64> {
        groups.iter().filter(|g| g.0 == name).flat_map(|g| &g.1).map(|c| sum(weights, &c.signs)).collect()
    };
    for (home, abroad) in [("set 0 at home", "oos"), ("14 at home", "14 abroad"), ("60 at home", "60 abroad")] {
        println!("{home} / {abroad}: AUROC, FPR@95 {:.4?}", separation(&sums(home), &sums(abroad)));
    }
}
