//! The tables that search shares: jieba's dictionary and the map from traditional to simplified characters.

use std::sync::Arc;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use jieba_rs::Jieba;
use rustc_hash::FxHashSet;

use super::{SearchError, pinyin};

/// The blocks of characters that have simplified forms: extension A to the unified ideographs.
const HAN: std::ops::RangeInclusive<u32> = 0x3400..=0x9fff;

/// jieba's tags of people's names.
const PEOPLE: [&str; 3] = ["nr", "nrt", "nrfg"];

/// Its tags of places and institutions.
const PLACES: [&str; 2] = ["ns", "nt"];

/// Word list and script table, loaded once (about 200 ms) and shared by every engine.
pub struct Words {
    jieba: Jieba,
    /// The simplified form of each character of [`HAN`].
    simplified: Vec<char>,
    /// A bit for each of them that has another form: few have, and these 3 kB stay in the processor's nearest cache.
    traditional: Vec<u64>,
    /// Every syllable that a character of [`HAN`] can have, without tones.
    syllables: FxHashSet<&'static str>,
}

impl Words {
    /// Loads the tables.
    ///
    /// # Errors
    /// When the script table that the program carries cannot be read.
    pub fn load() -> Result<Arc<Self>, SearchError> {
        let table = std::thread::spawn(|| (simplified_forms(), syllables()));
        let jieba = Jieba::new();
        let (simplified, syllables) = table.join().map_err(|_| SearchError::Script("its reader panicked".into()))?;
        let simplified = simplified?;
        let mut traditional = vec![0; simplified.len().div_ceil(64)];
        for (i, (c, form)) in HAN.zip(&simplified).enumerate() {
            traditional[i / 64] |= u64::from(c != u32::from(*form)) << (i % 64);
        }
        Ok(Arc::new(Self { jieba, simplified, traditional, syllables }))
    }

    /// The simplified form of a character, itself where it has none.
    pub fn simplify(&self, c: char) -> char {
        let Some(i) = u32::from(c).checked_sub(*HAN.start()).map(|i| i as usize) else { return c };
        let is_traditional = self.traditional.get(i / 64).is_some_and(|bits| bits >> (i % 64) & 1 == 1);
        if is_traditional { self.simplified[i] } else { c }
    }

    /// The syllables that a run of Latin letters spells.
    pub(crate) fn spell<'a>(&self, run: &'a str) -> Option<Vec<&'a str>> {
        pinyin::spell(run, &|syllable| self.syllables.contains(syllable))
    }

    /// Whether jieba's dictionary has the word, or the first part of it, as a noun or a verb.
    pub(crate) fn is_thing_or_deed(&self, word: &str) -> bool {
        let first = self.jieba.tag(word, false).into_iter().next();
        first.is_some_and(|tagged| tagged.word.chars().count() > 1 && tagged.tag.starts_with(['n', 'v']))
    }

    /// Whether jieba's dictionary has the word as a noun.
    pub(crate) fn is_thing(&self, word: &str) -> bool {
        let tagged = self.jieba.tag(word, false);
        matches!(tagged.as_slice(), [whole] if whole.tag.starts_with('n') && !word.is_ascii())
    }

    /// Whether jieba's dictionary has the word as a verb that is used as a noun (劳保, 培训).
    pub(crate) fn is_deed_as_noun(&self, word: &str) -> bool {
        matches!(self.jieba.tag(word, false).as_slice(), [whole] if whole.tag == "vn")
    }

    /// Whether jieba's dictionary has the word as the name of a person, a place or an institution. What it takes for a
    /// person of two characters is mostly none (钱财, 王法).
    pub(crate) fn is_name(&self, word: &str) -> bool {
        let tagged = self.jieba.tag(word, false);
        let [whole] = tagged.as_slice() else { return false };
        PLACES.contains(&whole.tag) || (PEOPLE.contains(&whole.tag) && word.chars().count() > 2)
    }

    /// jieba, for cutting text that has been folded.
    pub(crate) fn jieba(&self) -> &Jieba {
        &self.jieba
    }
}

/// Character by character, so that positions stay and both sides of a comparison always agree; phrases that OpenCC
/// would treat apart (乾隆) are treated alike in question and text, which is all that search needs.
fn simplified_forms() -> Result<Vec<char>, SearchError> {
    let opencc = OpenCC::from_config(BuiltinConfig::T2s).map_err(|e| SearchError::Script(e.to_string()))?;
    let traditional: Vec<char> = HAN.filter_map(char::from_u32).collect();
    let lines: String = traditional.iter().flat_map(|c| [*c, '\n']).collect();
    let converted = opencc.convert(&lines);
    let simplified: Vec<char> =
        converted.lines().zip(&traditional).map(|(line, c)| line.chars().next().unwrap_or(*c)).collect();
    if simplified.len() == traditional.len() {
        Ok(simplified)
    } else {
        Err(SearchError::Script("it gave lines of other number than it was given".into()))
    }
}

fn syllables() -> FxHashSet<&'static str> {
    HAN.filter_map(char::from_u32).flat_map(pinyin::readings).collect()
}
