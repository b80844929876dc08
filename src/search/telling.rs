//! How much a piece of a question tells: rare pieces tell much, common ones little.
//!
//! In a small library nothing is rare, so what jieba's dictionary knows of the language at large stands in for sections
//! that are not there: as if so many more sections of ordinary text lay beside it.

use super::words::Words;

/// How many sections of ordinary text lie beside the library.
const BESIDE: f32 = 1000.0;

/// The words that jieba's dictionary has counted.
const COUNTED: f32 = 6.0e7;

/// How many words a section of ordinary text has.
const SECTION: f32 = 200.0;

/// What a piece tells that `holding` of `all` sections hold.
pub(crate) fn telling(words: &Words, text: &str, all: usize, holding: usize) -> f32 {
    let commonness = words.jieba().suggest_freq(text) as f32 / COUNTED;
    let elsewhere = BESIDE * (1.0 - (-SECTION * commonness).exp());
    ((all as f32 + BESIDE) / (holding as f32 + elsewhere + 0.5)).ln().max(0.0)
}
