//! Headings that count: their class, their number, and what a group can subscribe to of them.

use super::super::load::blocks::Heading;
use super::super::load::ids::Ids;
use super::super::model::Unit;
use super::marker::{self, Marker};

/// The numbered headings of a Markdown file, as they are met.
#[derive(Default)]
pub(super) struct Numbered {
    met: Vec<Unit>,
}

/// What a group studies one by one, the most telling first: name in the file, words that ask for all of them.
const SERIES: &[(Unit, &str, &str)] =
    &[(Unit::Article, "条文", "\"条文\", \"articles\""), (Unit::Lecture, "一讲", "\"讲座\", \"lectures\"")];

impl Numbered {
    /// The attributes of a heading: an id, and class and number where it has a number.
    pub(super) fn attributes(&mut self, heading: &Heading, ids: &mut Ids) -> String {
        let marker = marker::at_start(&heading.title);
        let counted = marker.and_then(|Marker { rank, number, .. }| Some((rank.unit()?, number)));
        let Some((unit, number)) = counted else { return format!("#{}", ids.make(&heading.title)) };
        self.met.push(unit);
        let class = unit.class();
        format!("#{} .{class} number={number}", ids.make(&format!("{class} {number}")))
    }

    /// The lines of the metadata that make a series of the articles or lectures; empty where there are none.
    pub(super) fn metadata(&self) -> String {
        let Some((unit, label, words)) = SERIES.iter().find(|(unit, ..)| self.met.contains(unit)) else {
            return String::new();
        };
        let class = unit.class();
        format!(
            "\n# What a group can subscribe to.\n[series.{class}]\nlabel = \"{label}\"\n[facets.{class}]\nwords = [{words}]\n"
        )
    }
}
