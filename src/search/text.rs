//! Folding: question and text are brought to one spelling before they are compared. Width, case, accents and script
//! are evened out, punctuation becomes a gap, invisible marks vanish; each letter remembers where it came from.

use super::words::Words;
use crate::content::model::half_width;

/// What a character is to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A Chinese character.
    Han,
    /// A character of another script that writes no spaces: each stands for itself.
    Lone,
    /// A letter or digit: runs of them make a word.
    Letter,
    /// Anything that separates.
    Gap,
    /// What ends a sentence.
    Stop,
}

/// One folded character.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    /// The folded character; a space for a gap.
    pub c: char,
    /// What it is.
    pub kind: Kind,
    /// Its first byte in the folded text.
    pub at: u32,
    /// Its first byte in the original.
    pub start: u32,
    /// The byte after it in the original.
    pub end: u32,
}

/// A text in its folded spelling, letter by letter.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// The folded text, gaps as spaces; as many characters as there are letters.
    pub text: String,
    /// Its letters.
    pub letters: Vec<Letter>,
}

/// The smallest thing that is compared: a Chinese character or a run of letters and digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    /// Its first letter.
    pub from: usize,
    /// The letter after it.
    pub to: usize,
    /// Of which kind it is.
    pub kind: Kind,
    /// No gap lies between it and the unit before.
    pub joined: bool,
}

impl Folded {
    /// Folds a text.
    pub(crate) fn new(text: &str, words: &Words) -> Self {
        let mut folded =
            Self { text: String::with_capacity(text.len()), letters: Vec::with_capacity(text.len() / 3 + 8) };
        for (start, original) in text.char_indices() {
            if is_invisible(original) {
                continue;
            }
            let (c, kind) = fold_char(original, words);
            let at = folded.text.len() as u32;
            folded.text.push(c);
            folded.letters.push(Letter { c, kind, at, start: start as u32, end: (start + original.len_utf8()) as u32 });
        }
        folded
    }

    /// Makes a gap of every letter that is not kept.
    pub(crate) fn retain(&mut self, kept: &[bool]) {
        self.text.clear();
        for (letter, kept) in self.letters.iter_mut().zip(kept) {
            if !kept {
                (letter.c, letter.kind) = (' ', Kind::Gap);
            }
            letter.at = self.text.len() as u32;
            self.text.push(letter.c);
        }
    }

    /// The folded text of some letters.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &str {
        let at = |i: usize| self.letters.get(i).map_or(self.text.len(), |l| l.at as usize);
        &self.text[at(from)..at(to)]
    }

    /// The units in order.
    pub(crate) fn units(&self) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::with_capacity(self.letters.len());
        let mut joined = false;
        for (i, letter) in self.letters.iter().enumerate() {
            match letter.kind {
                Kind::Gap | Kind::Stop => joined = false,
                Kind::Letter if joined && units.last().is_some_and(|u| u.kind == Kind::Letter) => {
                    if let Some(unit) = units.last_mut() {
                        unit.to = i + 1;
                    }
                }
                kind => {
                    units.push(Unit { from: i, to: i + 1, kind, joined });
                    joined = true;
                }
            }
        }
        units
    }
}

/// One character in the spelling that search compares, and what it is.
pub(crate) fn fold_char(c: char, words: &Words) -> (char, Kind) {
    let c = half_width(c);
    if c.is_ascii() {
        return match c {
            '!' | '?' | ';' | '\n' => (' ', Kind::Stop),
            _ if c.is_ascii_alphanumeric() => (c.to_ascii_lowercase(), Kind::Letter),
            _ => (' ', Kind::Gap),
        };
    }
    match c {
        '\u{3400}'..='\u{9fff}' => (words.simplify(c), Kind::Han),
        '。' | '…' => (' ', Kind::Stop),
        // Chinese and general punctuation, met far more often than what is asked about below.
        '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => (' ', Kind::Gap),
        '〇' | '々' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => (c, Kind::Han),
        '\u{3041}'..='\u{30ff}' if c.is_alphabetic() => (c, Kind::Lone),
        '\u{ac00}'..='\u{d7af}' | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => {
            (c, Kind::Lone)
        }
        _ if c.is_alphanumeric() => (without_accent(c.to_lowercase().next().unwrap_or(c)), Kind::Letter),
        _ => (' ', Kind::Gap),
    }
}

/// Letters that pinyin with tones and western names carry, without their accents.
fn without_accent(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ǎ' => 'a',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ǐ' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ō' | 'ǒ' => 'o',
        'ù' | 'ú' | 'û' | 'ū' | 'ǔ' => 'u',
        'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'v',
        'ñ' | 'ń' | 'ň' | 'ǹ' => 'n',
        'ç' => 'c',
        _ => c,
    }
}

/// Marks that take no room: joiners, direction marks, variation selectors, accents written apart.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}
