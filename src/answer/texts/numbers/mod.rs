//! Sentences about sections that are named by number: where they stand, how many there are, and that one is not there.

mod en;
mod zh;

use crate::content::model::{Number, Unit};
use crate::message::Part;

/// Where something was looked for by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The document's short title.
    pub document: &'a str,
    /// The heading, where one was named.
    pub under: Option<&'a str>,
}

/// What people read about numbers, in one language.
pub trait NumberTexts {
    /// Where an answer comes from that is an article: 《…法》第五十四条.
    fn citation_of_article(&self, document: &str, article: &str, edition: Option<&str>) -> String;
    /// Above a list of all that a unit counts, which are so many.
    fn all_of_unit(&self, place: Place<'_>, unit: Unit, count: usize) -> String;
    /// A number that no section has there: what it counts, itself and as the document would write it; the smallest and
    /// the largest that are there, both ways, if any are.
    fn no_such_number(
        &self,
        place: Place<'_>,
        unit: Unit,
        number: (Number, &str),
        range: Option<[(Number, String); 2]>,
    ) -> String;
    /// A number with points, such as 3.9, that no heading has, and the first and the last that are there.
    fn no_such_outline(&self, document: &str, number: &str, first: &str, last: &str) -> String;
    /// A paragraph or an item that a section does not have, which has so many of them.
    fn no_such_part(&self, section: &str, part: Part, count: usize) -> String;
}
