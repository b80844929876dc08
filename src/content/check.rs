//! The rules that hold between the parts of a document, and the words for breaking them.
//!
//! Rules about one part alone (a value that is no number, text glued to a quote) are kept where the part is read, in
//! [`super::load`]. Here are those that need two: ids, relations, numbers, levels; and, in [`vocabulary`], what the
//! metadata says about the sections.

mod shape;
mod vocabulary;

use std::collections::HashMap;

use super::load::Draft;
use super::load::blocks::Heading;
use super::model::{Number, SectionId};
use super::source::{Findings, Source};
use crate::diagnostic::did_you_mean;

/// How long a heading gets before it is likely to be a paragraph that a line of `---` turned into one, in characters.
const LONG_HEADING: usize = 100;

/// Looks at a whole file: what makes it unusable is an error, what its author probably did not mean a warning.
pub(super) fn rules(draft: &Draft, source: &Source<'_>, findings: &mut Findings<'_>) {
    let headings = &draft.outline.headings;
    if headings.is_empty() {
        findings.error(0, "the document has no headings", "put a line such as `# Title` above each of its sections");
    }
    headings_read_well(headings, findings);
    levels_follow(headings, findings);
    sections_say_something(headings, findings);
    ids_are_unique(headings, findings);
    ids_are_written(draft, findings);
    related_sections_exist(draft, findings);
    numbers_are_unique(headings, findings);
    questions_have_one_section(headings, findings);
    vocabulary::rules(draft, findings);
    shape::rules(draft, source, findings);
}

fn headings_read_well(headings: &[Heading], findings: &mut Findings<'_>) {
    for heading in headings {
        let at = heading.range.start;
        if heading.title.is_empty() {
            findings.error(
                at,
                "a heading without words",
                "write the section's title after the `#`, or take the line out",
            );
        } else if heading.title.contains("{#") || heading.title.contains("{.") {
            let help =
                "write them in one pair of braces at the very end of the line: `## Title {#id .class key=value}`";
            findings.warning(at, "the heading's attributes are not understood and show as text", help);
        } else if heading.title.chars().count() > LONG_HEADING {
            let help = "put a blank line between a paragraph and a line of `---` or `===`, or shorten the heading";
            findings.warning(at, format!("a heading of more than {LONG_HEADING} characters"), help);
        }
    }
}

fn levels_follow(headings: &[Heading], findings: &mut Findings<'_>) {
    for pair in headings.windows(2) {
        let (above, here) = (pair[0].level, pair[1].level);
        if here > above + 1 {
            let message = format!("a heading of level {here} follows one of level {above}");
            findings.warning(pair[1].range.start, message, format!("begin it with {} `#`", above + 1));
        }
    }
}

fn sections_say_something(headings: &[Heading], findings: &mut Findings<'_>) {
    let empty = headings.iter().enumerate().filter(|(index, heading)| {
        let leads_on = headings.get(index + 1).is_some_and(|next| next.level > heading.level);
        heading.part.blocks.is_empty() && !leads_on && !heading.title.is_empty()
    });
    let mut kind = Kind::default();
    empty.for_each(|(_, heading)| kind.meet(heading.range.start, &heading.title));
    kind.say(
        findings,
        |title| format!("the section `{title}` is empty"),
        "write something under it, or take the heading out",
    );
}

/// Findings of one kind, which are said once: the first, and how many more there are.
#[derive(Default)]
struct Kind<'d> {
    first: Option<(usize, &'d str)>,
    more: usize,
}

impl<'d> Kind<'d> {
    fn meet(&mut self, at: usize, what: &'d str) {
        match self.first {
            None => self.first = Some((at, what)),
            Some(_) => self.more += 1,
        }
    }

    fn say(self, findings: &mut Findings<'_>, message: impl Fn(&str) -> String, help: &str) {
        let Some((at, what)) = self.first else { return };
        let more = match self.more {
            0 => String::new(),
            more => format!(", and {more} more like it"),
        };
        findings.warning(at, format!("{}{more}", message(what)), help);
    }
}

fn ids_are_unique(headings: &[Heading], findings: &mut Findings<'_>) {
    let mut seen: HashMap<&SectionId, &str> = HashMap::new();
    for heading in headings {
        let Some((id, at)) = &heading.attributes.id else { continue };
        match seen.get(id) {
            Some(first) => {
                let help = format!("give it another id; the first is `{first}`");
                findings.error(*at, format!("a second section with the id `{id}`"), help);
            }
            None => {
                seen.insert(id, &heading.title);
            }
        }
    }
}

/// Ids made from headings change with their words, and the links to them break: say so once.
fn ids_are_written(draft: &Draft, findings: &mut Findings<'_>) {
    let mut nameless = draft.outline.headings.iter().filter(|heading| !heading.attributes.names_itself);
    let Some(first) = nameless.next() else { return };
    let message = match nameless.count() {
        0 => "a heading has no id".to_owned(),
        more => format!("this heading and {more} more have no id"),
    };
    let help = "links to a section break when its heading is reworded; `wengu check --write-ids` writes the ids in";
    findings.warning(first.range.start, message, help);
}

fn related_sections_exist(draft: &Draft, findings: &mut Findings<'_>) {
    let known: HashMap<&str, usize> = draft.ids.iter().enumerate().map(|(index, id)| (id.as_str(), index)).collect();
    for (index, heading) in draft.outline.headings.iter().enumerate() {
        for (id, at) in &heading.attributes.related {
            match known.get(id.as_str()) {
                Some(&itself) if itself == index => {
                    let help = "leave it out, or name another section";
                    findings.warning(*at, format!("`{id}` is related to itself"), help);
                }
                Some(_) => {}
                None => {
                    let near = did_you_mean(id, draft.ids.iter().map(SectionId::as_str));
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "name a section by the id after `#` in its heading".to_owned(),
                    };
                    findings.error(*at, format!("no section has the id `{id}`"), help);
                }
            }
        }
    }
}

/// Numbers may begin anew under each heading, as articles do in the chapters of some charters.
fn numbers_are_unique(headings: &[Heading], findings: &mut Findings<'_>) {
    let mut seen: HashMap<(&str, Number, Option<usize>), &str> = HashMap::new();
    let mut above: Vec<usize> = Vec::new();
    let (mut kind, mut firsts) = (Kind::default(), Vec::new());
    for (index, heading) in headings.iter().enumerate() {
        above.retain(|parent| headings[*parent].level < heading.level);
        let parent = above.last().copied();
        above.push(index);
        let Some((number, at)) = heading.attributes.number else { continue };
        for (class, _) in &heading.attributes.classes {
            if let Some(first) = seen.insert((class, number, parent), &heading.title) {
                kind.meet(at, class);
                firsts.push((number, first));
            }
        }
    }
    let Some((number, first)) = firsts.first() else { return };
    let help = format!("give it another number; the first is `{first}`");
    kind.say(findings, |class| format!("a second `{class}` with the number {number}"), &help);
}

fn questions_have_one_section(headings: &[Heading], findings: &mut Findings<'_>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for heading in headings {
        for (ask, at) in &heading.part.asks {
            if let Some(first) = seen.insert(ask.to_lowercase(), &heading.title) {
                let help = format!("keep it where the answer is: here, or under `{first}`");
                findings.warning(*at, format!("`{ask}` is asked for twice"), help);
            }
        }
    }
}
