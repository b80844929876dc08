//! Headings that count: their class, their number, and what a group can subscribe to of them.

use std::collections::BTreeMap;

use super::super::load::blocks::Heading;
use super::super::load::ids::Ids;
use super::super::model::{IMPLIED_SERIES, Number, Unit};
use super::marker::{self, QUESTION, Rank};

/// The numbered headings of a document, as they are met.
#[derive(Default)]
pub(super) struct Numbered {
    /// How many sections hold text, and how many of each class.
    readable: usize,
    met: BTreeMap<&'static str, usize>,
    /// Sections in Chinese.
    chinese: usize,
    /// The number of the chapter that is open: 4.2 is its second part.
    chapter: u32,
}

/// What a group studies one by one, the most telling first: class, name, words that ask for all of them.
const SERIES: &[(&str, &str, &str)] = &[
    ("article", "条文", "\"条文\", \"articles\""),
    ("lecture", "一讲", "\"讲座\", \"lectures\""),
    (QUESTION, "问答", "\"问答\", \"questions\""),
];

impl Numbered {
    /// The class and number of a heading, where it is looked up by its number.
    pub(super) fn class(&mut self, title: &str) -> Option<(&'static str, Number)> {
        let marker = marker::candidate(title)?;
        if marker.unit == Some(Unit::Chapter) {
            self.chapter = marker.number.main();
        }
        if let Rank::Dotted(_) = marker.rank {
            return self.dotted(title);
        }
        let class = marker.class()?;
        (marker.number != Number::new(0)).then_some((class, marker.number))
    }

    /// 4 is a chapter, 4.2 its second part.
    fn dotted(&mut self, title: &str) -> Option<(&'static str, Number)> {
        let (_, numbers) = marker::dotted_numbers(title)?;
        match numbers[..] {
            [chapter, part] if chapter == self.chapter => Some((Unit::Division.class(), Number::new(part))),
            _ => None,
        }
    }

    /// Counts a section in: with its class, and what it says, if it says something.
    pub(super) fn count(&mut self, class: Option<&'static str>, text: Option<&str>) {
        let Some(text) = text else { return };
        self.readable += 1;
        self.chinese += usize::from(text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
        if let Some(class) = class {
            *self.met.entry(class).or_default() += 1;
        }
    }

    /// The class whose sections are studied one by one: at least half of those that hold text, or all of them.
    pub(super) fn series(&self) -> &'static str {
        let enough = |class: &str| self.met.get(class).is_some_and(|count| count * 2 >= self.readable);
        SERIES.iter().map(|(class, ..)| *class).find(|class| enough(class)).unwrap_or(IMPLIED_SERIES)
    }

    /// The attributes of a heading: an id, and class and number where it has a number.
    pub(super) fn attributes(&mut self, heading: &Heading, ids: &mut Ids, series: &str) -> String {
        let found = self.class(&heading.title);
        let readable = !heading.part.blocks.is_empty();
        let text = heading.part.blocks.first().map(super::super::model::Block::text);
        let question = asks(&heading.title).then_some(QUESTION);
        self.count(found.map(|(class, _)| class).or(question), text);
        let mut out = match found {
            // The word in the heading is the more telling name where the number is that of a part within a part.
            Some((class, number)) if class != Unit::Division.class() && class != QUESTION => {
                format!("#{} .{class} number={number}", ids.make(&format!("{class} {number}")))
            }
            Some((class, number)) => format!("#{} .{class} number={number}", ids.make(&heading.title)),
            None => format!("#{}", ids.make(&heading.title)),
        };
        if let Some(question) = question.filter(|_| found.is_none()) {
            out.push_str(&format!(" .{question}"));
        }
        if series == IMPLIED_SERIES && readable {
            out.push_str(&format!(" .{IMPLIED_SERIES}"));
        }
        out
    }

    /// The lines of the metadata that make a series of the articles, lectures, questions or sections; empty for a
    /// document without text.
    pub(super) fn metadata(&self) -> String {
        let series = self.series();
        let head = "\n# What a group can subscribe to.\n";
        match SERIES.iter().find(|(class, ..)| *class == series) {
            Some((class, label, words)) => {
                format!("{head}[series.{class}]\nlabel = \"{label}\"\n[facets.{class}]\nwords = [{words}]\n")
            }
            None if self.readable == 0 => String::new(),
            None => {
                let label = if self.chinese * 2 >= self.readable { "一节" } else { "Section" };
                format!("{head}[series.{series}]\nlabel = \"{label}\"\n")
            }
        }
    }
}

/// Whether a heading asks something: 几点开门？, or begins like a question of an FAQ.
fn asks(title: &str) -> bool {
    title.ends_with(['？', '?']) || marker::at_start(title).is_some_and(|marker| marker.rank == Rank::Question)
}
