//! Sentences about numbers in Chinese.

use super::super::zh::{Zh, edition_of};
use super::{NumberTexts, Place};
use crate::content::model::{Number, Unit, in_chinese};
use crate::message::Part;

impl NumberTexts for Zh {
    fn citation_of_article(&self, document: &str, article: &str, edition: Option<&str>) -> String {
        format!("—— {}{article}{}", quoted(document), edition_of(edition))
    }
    fn all_of_unit(&self, place: Place<'_>, unit: Unit, count: usize) -> String {
        format!("{}一共有 {count} {}：", place_of(place), unit.word())
    }
    fn no_such_number(
        &self,
        place: Place<'_>,
        _unit: Unit,
        (_, number): (Number, &str),
        range: Option<[(Number, String); 2]>,
    ) -> String {
        let place = place_of(place);
        match range {
            Some([(one, label), (other, _)]) if one == other => format!("{place}里没有{number}，只有{label}。"),
            Some([(_, first), (_, last)]) => format!("{place}里没有{number}，只有{first}到{last}。"),
            None => format!("{place}里没有{number}。"),
        }
    }
    fn no_such_outline(&self, document: &str, number: &str, first: &str, last: &str) -> String {
        format!("《{document}》里没有 {number}，只有 {first} 到 {last}。")
    }
    fn no_such_part(&self, section: &str, part: Part, count: usize) -> String {
        let (unit, n) = match part {
            Part::Paragraph(n) => ("款", in_chinese(n)),
            Part::Item(n) => ("项", format!("（{}）", in_chinese(n))),
        };
        match count {
            0 => format!("{section}没有分{unit}，也就没有第{n}{unit}。"),
            count => format!("{section}没有第{n}{unit}，一共 {count} {unit}。"),
        }
    }
}

/// The place as a sentence begins with it.
fn place_of(place: Place<'_>) -> String {
    format!("{}{}", quoted(place.document), place.under.unwrap_or_default())
}

/// A title in the marks of titles, unless it has some.
fn quoted(title: &str) -> String {
    if title.contains('《') { title.to_owned() } else { format!("《{title}》") }
}
