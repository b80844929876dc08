//! What stands in braces after a heading: `{#id .class key=value}`.
//!
//! The CommonMark parser says that there is such a block; it is read again here because findings need the place of
//! each part.

use std::ops::Range;

use super::super::model::{Number, SectionId};
use super::super::source::{Findings, Source};
use super::blocks::Placed;
use crate::diagnostic::did_you_mean;

/// The keys that a heading may have.
const KEYS: [&str; 3] = ["topic", "number", "related"];

/// The attributes of a heading, each with its place.
#[derive(Default)]
pub(in super::super) struct Attributes {
    pub(in super::super) id: Option<(SectionId, usize)>,
    pub(in super::super) classes: Vec<Placed>,
    pub(in super::super) topics: Vec<Placed>,
    pub(in super::super) number: Option<(Number, usize)>,
    pub(in super::super) related: Vec<Placed>,
    /// Where the braces stand, brackets included.
    pub(in super::super) braces: Option<Range<usize>>,
    /// An id was written, sound or not.
    pub(in super::super) names_itself: bool,
}

/// Reads the attributes of the heading that stands at `range`.
pub(in super::super) fn read(source: &Source<'_>, range: Range<usize>, findings: &mut Findings<'_>) -> Attributes {
    let mut attributes = Attributes::default();
    let heading = &source.text[range.clone()];
    let Some((open, close)) = heading.rfind('{').zip(heading.rfind('}')).filter(|(open, close)| open < close) else {
        return attributes;
    };
    let inside = &heading[open + 1..close];
    attributes.braces = Some(range.start + open..range.start + close + 1);
    for token in inside.split_ascii_whitespace() {
        // A token is a slice of `inside`, so the distance of their starts is its offset.
        let at = range.start + open + 1 + (token.as_ptr() as usize - inside.as_ptr() as usize);
        attributes.take(token, at, findings);
    }
    attributes
}

impl Attributes {
    fn take(&mut self, token: &str, at: usize, findings: &mut Findings<'_>) {
        if let Some(id) = token.strip_prefix('#') {
            self.take_id(id, at, findings);
        } else if let Some(class) = token.strip_prefix('.') {
            self.classes.push((class.to_owned(), at));
        } else if let Some((key, value)) = token.split_once('=') {
            self.take_value(key, value, at, findings);
        } else {
            let help = "values have no spaces, commas make lists: `topic=监督,制度`; a class has a dot before it";
            findings.error(at, format!("`{token}` is neither an id, a class nor `key=value`"), help);
        }
    }

    fn take_id(&mut self, id: &str, at: usize, findings: &mut Findings<'_>) {
        if self.names_itself {
            findings.error(at, format!("a second id `{id}` on one heading"), "keep one of the two");
            return;
        }
        self.names_itself = true;
        match SectionId::parse(id) {
            Ok(id) => self.id = Some((id, at)),
            Err(wrong) => {
                let sound = super::ids::slug(id);
                findings.error(at, wrong.to_string(), format!("write an id such as `#{sound}`"));
            }
        }
    }

    fn take_value(&mut self, key: &str, value: &str, at: usize, findings: &mut Findings<'_>) {
        let value_at = at + key.len() + 1;
        if value.is_empty() && KEYS.contains(&key) {
            findings.error(at, format!("`{key}` has no value"), format!("write `{key}=…`, or leave it out"));
            return;
        }
        match key {
            "topic" => self.topics.extend(list(value, value_at)),
            "related" => self.related.extend(list(value, value_at)),
            "number" => match Number::parse(value) {
                Some(number) if self.number.is_none() => self.number = Some((number, value_at)),
                Some(_) => findings.error(at, "a second `number` on one heading", "keep one of the two"),
                None => {
                    let help = "write digits: `number=3`, or `number=84-1` for one that was put in behind 84";
                    findings.error(value_at, format!("`{value}` is no number"), help);
                }
            },
            _ => {
                let help = match did_you_mean(key, KEYS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("a heading knows {}", KEYS.map(|key| format!("`{key}=`")).join(", ")),
                };
                findings.error(at, format!("a heading has no attribute `{key}`"), help);
            }
        }
    }
}

/// The parts of a list, each with its place.
fn list(value: &str, at: usize) -> impl Iterator<Item = Placed> {
    value.split([',', '，', '、']).filter(|part| !part.is_empty()).map(move |part| {
        let offset = part.as_ptr() as usize - value.as_ptr() as usize;
        (part.to_owned(), at + offset)
    })
}
