//! A list of sections in button data:
//!
//! ```text
//! reflection/~1c0a5k     the sections of a kind, by its mark in base 36
//! reflection/problems    those below a heading
//! ```

use super::number;
use crate::content::model::{DocumentId, SectionRef};
use crate::message::{KindMark, Listing};

pub(super) fn encode(listing: &Listing) -> String {
    match listing {
        Listing::Kind(document, KindMark(mark)) => format!("{document}/~{}", number::encode((*mark).into())),
        Listing::Below(heading) => heading.to_string(),
    }
}

pub(super) fn decode(text: &str) -> Option<Listing> {
    // No section's id begins with the sign of a kind.
    match text.split_once("/~") {
        Some((document, mark)) => {
            let mark = u32::try_from(number::decode(mark)?).ok()?;
            Some(Listing::Kind(DocumentId::parse(document).ok()?, KindMark(mark)))
        }
        None => Some(Listing::Below(SectionRef::parse(text).ok()?)),
    }
}
