//! Coordinate search: one weight after another is tried smaller and larger, and kept where that helps.

use wengu::search::Weights;

use super::sets::{Bench, Figures};

/// A weight and how to reach it.
type Knob = (String, fn(&mut Weights, usize) -> &mut f32, usize);

/// The mean over the sets of first places and, at a tenth, reciprocal ranks: no set weighs more for being longer.
fn merit(figures: &Figures) -> f64 {
    let each = |(_, first, reciprocal): &(&str, f64, f64)| first + reciprocal * 0.25;
    figures.sets.iter().map(each).sum::<f64>() / figures.sets.len() as f64
}

fn knobs() -> Vec<Knob> {
    let names = ["word", "bigram", "single", "title", "sound", "spelled"];
    let mut knobs: Vec<Knob> = Vec::new();
    for (i, name) in names.iter().enumerate().filter(|(_, name)| **name != "title") {
        if i != 1 {
            knobs.push((format!("field {name}"), |w, i| &mut w.field[i], i));
        }
        knobs.push((format!("k1 {name}"), |w, i| &mut w.k1[i], i));
        knobs.push((format!("b {name}"), |w, i| &mut w.b[i], i));
    }
    knobs.push(("half_filler".into(), |w, _| &mut w.half_filler, 0));
    knobs.push(("filler".into(), |w, _| &mut w.filler, 0));
    knobs.push(("sentence".into(), |w, _| &mut w.sentence, 0));
    knobs.push(("two".into(), |w, _| &mut w.two, 0));
    knobs.push(("typed_sound".into(), |w, _| &mut w.typed_sound, 0));
    knobs
}

/// Climbs until no knob helps.
pub(crate) fn search(bench: &mut Bench) {
    let mut weights = Weights::default();
    let mut best = merit(&bench.measure(&weights));
    println!("{best:.5} {}", bench.measure(&weights));
    for step in [1.5_f32, 1.2, 1.1] {
        loop {
            let before = best;
            for (name, knob, i) in knobs() {
                for factor in [step, 1.0 / step] {
                    let mut tried = weights.clone();
                    *knob(&mut tried, i) *= factor;
                    let figures = bench.measure(&tried);
                    let merit = merit(&figures);
                    if merit > best + 0.00005 {
                        println!("{merit:.5} {name} = {:.3}   {figures}", *knob(&mut tried, i));
                        (best, weights) = (merit, tried);
                        break;
                    }
                }
            }
            if best - before < 0.0002 {
                break;
            }
        }
    }
    println!("{weights:?}\n{}", bench.measure(&weights));
}
