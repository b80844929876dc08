//! Sentences about numbers in English.

use super::super::en::{En, edition_of};
use super::{NumberTexts, Place};
use crate::content::model::{Number, Unit};
use crate::message::Part;

impl NumberTexts for En {
    fn citation_of_article(&self, document: &str, article: &str, edition: Option<&str>) -> String {
        format!("— {document}, {article}{}", edition_of(edition))
    }
    fn all_of_unit(&self, place: Place<'_>, unit: Unit, count: usize) -> String {
        let plural = if count == 1 { "" } else { "s" };
        format!("{} has {count} {}{plural}:", place_of(place), noun(unit))
    }
    fn no_such_number(
        &self,
        place: Place<'_>,
        unit: Unit,
        (number, _): (Number, &str),
        range: Option<[(Number, String); 2]>,
    ) -> String {
        let (place, unit) = (place_of(place), noun(unit));
        match range {
            Some([(one, _), (other, _)]) if one == other => format!("{place} has no {unit} {number}, only {one}."),
            Some([(first, _), (last, _)]) => {
                format!("{place} has no {unit} {number}: its {unit}s run from {first} to {last}.")
            }
            None => format!("{place} has no {unit} {number}."),
        }
    }
    fn no_such_outline(&self, document: &str, number: &str, first: &str, last: &str) -> String {
        format!("“{document}” has no {number}: its sections run from {first} to {last}.")
    }
    fn no_such_part(&self, section: &str, part: Part, count: usize) -> String {
        let (noun, n) = match part {
            Part::Paragraph(n) => ("paragraph", n),
            Part::Item(n) => ("item", n),
        };
        match count {
            0 => format!("{section} has no numbered {noun}s."),
            1 => format!("{section} has no {noun} {n}, only one."),
            count => format!("{section} has no {noun} {n}: it has {count}."),
        }
    }
}

/// The place as a sentence begins with it.
fn place_of(place: Place<'_>) -> String {
    match place.under {
        Some(under) => format!("“{}”, {under},", place.document),
        None => format!("“{}”", place.document),
    }
}

/// What a unit counts.
fn noun(unit: Unit) -> &'static str {
    match unit {
        Unit::Division => "section",
        unit => unit.class(),
    }
}
