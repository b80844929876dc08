//! Lists of sections as buttons name them.

use serde::{Deserialize, Serialize};

use crate::content::model::{DocumentId, SectionRef};

/// Which sections a list holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Listing {
    /// Those of a kind: of a facet, or of a series.
    Kind(DocumentId, KindMark),
    /// Those directly below a heading.
    Below(SectionRef),
}

/// A kind, by a hash of its name: names are as long and in such letters as an author likes, and data of buttons is
/// short. A document that is read anew has the same marks, whatever became of the order of its kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KindMark(pub u32);

impl KindMark {
    /// The mark of a kind: FNV-1a of its name, which stays the same across programs and machines.
    pub fn of(name: &str) -> Self {
        Self(name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)))
    }
}

impl Listing {
    /// The document that the sections are in.
    pub fn document(&self) -> &DocumentId {
        match self {
            Self::Kind(document, _) => document,
            Self::Below(heading) => &heading.document,
        }
    }

    /// Whether it holds the sections of the kind of this name.
    pub fn is_kind(&self, name: &str) -> bool {
        matches!(self, Self::Kind(_, mark) if *mark == KindMark::of(name))
    }
}
