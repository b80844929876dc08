//! What the metadata says about the sections: series, facets, classes, synonyms.

use std::collections::{HashMap, HashSet};

use super::super::load::Draft;
use super::super::model::{Facet, Unit};
use super::super::source::Findings;
use crate::diagnostic::did_you_mean;

pub(super) fn rules(draft: &Draft, findings: &mut Findings<'_>) {
    let classes = &draft.outline.headings;
    let carried: HashSet<&str> = classes.iter().flat_map(|h| &h.attributes.classes).map(|(c, _)| c.as_str()).collect();
    classes_mean_something(draft, findings);
    series_have_members(draft, &carried, findings);
    for (facet, at) in &draft.metadata.facets {
        facet_can_be_asked_for(facet, *at, findings);
        match &facet.within {
            Some(within) => passages_can_be_found(draft, facet, within, *at, findings),
            None if !carried.contains(facet.name.as_str()) => {
                let help = format!("put `.{}` on a heading, or take the facet out", facet.name);
                findings.warning(*at, format!("no section is of the kind `{}`", facet.name), help);
            }
            None => {}
        }
    }
    words_ask_for_one_facet(draft, findings);
    synonyms_come_in_sets(draft, findings);
}

/// A class that nothing names does nothing; each such class is said once.
fn classes_mean_something(draft: &Draft, findings: &mut Findings<'_>) {
    let series = draft.metadata.series.iter().map(|(series, _)| series.name.as_str());
    let named: Vec<&str> = series.chain(draft.metadata.facets.iter().map(|(facet, _)| facet.name.as_str())).collect();
    let mut said = HashSet::new();
    for (class, at) in draft.outline.headings.iter().flat_map(|heading| &heading.attributes.classes) {
        let counts = Unit::ALL.iter().any(|unit| unit.class() == class);
        if counts || named.contains(&class.as_str()) || !said.insert(class) {
            continue;
        }
        let help = match did_you_mean(class, named.iter().copied()) {
            Some(near) => format!("did you mean `.{near}`?"),
            None => format!("add `[series.{class}]` or `[facets.{class}]` to the metadata, or take the class out"),
        };
        findings.warning(*at, format!("no series or facet is called `{class}`"), help);
    }
}

fn series_have_members(draft: &Draft, carried: &HashSet<&str>, findings: &mut Findings<'_>) {
    for (series, at) in &draft.metadata.series {
        if !carried.contains(series.name.as_str()) {
            let help = format!("put `.{}` on the headings that belong to it", series.name);
            findings.warning(*at, format!("no section belongs to the series `{}`", series.name), help);
        }
    }
}

fn facet_can_be_asked_for(facet: &Facet, at: usize, findings: &mut Findings<'_>) {
    if facet.words.is_empty() {
        let help = "add `words = [\"…\"]`: words in a question that ask for it";
        findings.warning(at, format!("the facet `{}` has no words", facet.name), help);
    }
    if facet.within.is_none() && !facet.cues.is_empty() {
        let help = "add `within = \"…\"`: the facet whose sections hold the passage";
        findings.warning(at, format!("the facet `{}` has `cues` but no `within`", facet.name), help);
    }
}

fn passages_can_be_found(draft: &Draft, facet: &Facet, within: &str, at: usize, findings: &mut Findings<'_>) {
    let names = || draft.metadata.facets.iter().map(|(facet, _)| facet.name.as_str());
    if !names().any(|name| name == within) {
        let help = match did_you_mean(within, names().filter(|name| *name != facet.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `[facets.{within}]`, or name a facet that there is"),
        };
        findings.error(at, format!("the facet `{}` lies within `{within}`, which is no facet", facet.name), help);
    } else if within == facet.name {
        let help = "name the facet whose sections hold it, or take `within` out";
        findings.error(at, format!("the facet `{within}` lies within itself"), help);
    }
    if facet.cues.is_empty() {
        let help = "add `cues = [\"…\"]`: words that mark the passage in the text";
        findings.warning(at, format!("the facet `{}` has no `cues`", facet.name), help);
    }
}

fn words_ask_for_one_facet(draft: &Draft, findings: &mut Findings<'_>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (facet, at) in &draft.metadata.facets {
        for word in &facet.words {
            if let Some(first) = seen.insert(word.to_lowercase(), &facet.name) {
                let help = match first == facet.name {
                    true => "write it once".to_owned(),
                    false => format!("keep it in one of the two: the other is `{first}`"),
                };
                findings.warning(*at, format!("`{word}` stands twice among the facets' words"), help);
            }
        }
    }
}

fn synonyms_come_in_sets(draft: &Draft, findings: &mut Findings<'_>) {
    for (set, at) in &draft.metadata.synonyms {
        if set.len() < 2 {
            let help = "put the words that mean the same into one list: `[\"拆迁\", \"征收\"]`";
            findings.warning(*at, "a set of synonyms with fewer than two words", help);
        }
    }
}
