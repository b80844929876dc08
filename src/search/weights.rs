//! The numbers that ranking hangs on, in one place, so that `examples/tune.rs` can search for better ones.

use super::index::FIELDS;

/// How fields are weighed against each other, and how a token's frequency and a section's length count.
#[derive(Clone, Debug)]
pub struct Weights {
    /// The share of each field, in the order word, bigram, single, title, sound, spelled.
    pub field: [f32; FIELDS],
    /// BM25: how much a second occurrence adds.
    pub k1: [f32; FIELDS],
    /// BM25: how much a long section is held against itself.
    pub b: [f32; FIELDS],
    /// What a token counts that is half filler (的监).
    pub half_filler: f32,
    /// What a token counts that is all filler (什么).
    pub filler: f32,
    /// What a synonym counts beside the word that was typed.
    pub synonym: f32,
    /// What an everyday word's written counterpart counts beside it.
    pub everyday: f32,
    /// What a syllable pair counts where letters were typed that spell it.
    pub typed_sound: f32,
    /// What a sentence counts that holds much of the question.
    pub sentence: f32,
    /// What two sentences count that hold much of the question.
    pub two: f32,
}

impl Default for Weights {
    /// Found by `examples/tune --search` on the dev halves of seven retrieval sets (CMRC 2018 and DRCD, plain, in the other
    /// script, with typing errors, keywords, pinyin), from BM25's usual 1.2 and 0.75. The sets have neither titles nor
    /// synonyms: what those count was set by hand; what everyday words count, on seven
    /// documents that nobody prepared (0.3 and 0.5 were tried).
    fn default() -> Self {
        Self {
            field: [1.0, 1.0, 1.125, 1.0, 1.013, 1.5],
            k1: [0.4, 0.533, 1.2, 1.2, 1.8, 1.8],
            b: [0.9, 0.75, 0.75, 0.75, 0.333, 0.75],
            half_filler: 0.6,
            filler: 0.1,
            synonym: 0.5,
            everyday: 0.3,
            typed_sound: 1.0,
            sentence: 0.2,
            two: 0.1,
        }
    }
}
