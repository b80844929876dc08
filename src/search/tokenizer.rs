//! From folded text to the tokens of each field.
//!
//! | field | tokens |
//! | --- | --- |
//! | word | jieba's words in search mode, runs of letters |
//! | bigram | every two neighbouring units |
//! | single | every unit |
//! | title | words and bigrams of the heading, those above it, topics and other ways to ask |
//! | sound | syllables of every two neighbouring characters: finds what was typed with a wrong character of the same sound |
//! | spelled | none of its own: the words whose joined syllables were typed as pinyin |

use super::latin::stem;
use super::pinyin::syllable;
use super::text::{Folded, Kind, Unit};
use super::words::Words;

/// A field of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    /// jieba's words.
    Word,
    /// Neighbouring characters.
    Bigram,
    /// Single characters.
    Single,
    /// Heading, topics, other ways to ask.
    Title,
    /// Neighbouring syllables.
    Sound,
    /// Words as pinyin.
    Spelled,
}

impl Field {
    /// All fields, in the order of the schema.
    pub(crate) const ALL: [Self; 6] = [Self::Word, Self::Bigram, Self::Single, Self::Title, Self::Sound, Self::Spelled];

    /// Its place in [`Self::ALL`] and in the schema.
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// Its name in the schema.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Bigram => "bigram",
            Self::Single => "single",
            Self::Title => "title",
            Self::Sound => "sound",
            Self::Spelled => "spelled",
        }
    }
}

/// A token of a folded text: its spelling in the index and the letters it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// As it stands in the index.
    pub text: String,
    /// Its first letter.
    pub from: usize,
    /// The letter after it.
    pub to: usize,
}

/// Words in search mode: longer ones and the shorter ones within. Single characters are left to [`singles`].
pub(crate) fn words(folded: &Folded, words: &Words, mut emit: impl FnMut(&str, usize, usize)) {
    for token in words.jieba().cut_for_search(&folded.text, true) {
        let Some(first) = folded.letters.get(token.start) else { continue };
        match first.kind {
            Kind::Han if token.end - token.start < 2 => {}
            Kind::Han | Kind::Letter => emit(spelling(folded, token.start, token.end), token.start, token.end),
            _ => {}
        }
    }
}

/// How a word or a unit stands in the index.
pub(crate) fn spelling(folded: &Folded, from: usize, to: usize) -> &str {
    let text = folded.slice(from, to);
    if folded.letters[from].kind == Kind::Letter { stem(text) } else { text }
}

/// Every unit.
pub(crate) fn singles(folded: &Folded, units: &[Unit], mut emit: impl FnMut(&str, usize, usize)) {
    for unit in units {
        emit(spelling(folded, unit.from, unit.to), unit.from, unit.to);
    }
}

/// Every two neighbouring units.
pub(crate) fn bigrams(folded: &Folded, units: &[Unit], mut emit: impl FnMut(&str, usize, usize)) {
    let mut room = String::new();
    for pair in units.windows(2) {
        let [a, b] = pair else { continue };
        if b.joined {
            emit(bigram(folded, a, b, &mut room), a.from, b.to);
        }
    }
}

/// Two neighbouring units as they stand in the index. Runs of letters are joined in `room` with a mark between them, so
/// that `a1` and `1` do not meet `a` and `11`.
pub(crate) fn bigram<'a>(folded: &'a Folded, a: &Unit, b: &Unit, room: &'a mut String) -> &'a str {
    if a.kind != Kind::Letter && b.kind != Kind::Letter {
        return folded.slice(a.from, b.to);
    }
    room.clear();
    room.push_str(folded.slice(a.from, a.to));
    room.push('_');
    room.push_str(folded.slice(b.from, b.to));
    room
}

/// Syllables of every two neighbouring units; what has no syllable stands for itself.
pub(crate) fn sounds(folded: &Folded, units: &[Unit], mut emit: impl FnMut(&str, usize, usize)) {
    let mut joined = String::new();
    for pair in units.windows(2) {
        let [a, b] = pair else { continue };
        if !b.joined || (a.kind != Kind::Han && b.kind != Kind::Han) {
            continue;
        }
        joined.clear();
        joined.push_str(sound(folded, a));
        joined.push('\'');
        joined.push_str(sound(folded, b));
        emit(&joined, a.from, b.to);
    }
}

/// The syllable of a unit, or the unit itself.
fn sound<'a>(folded: &'a Folded, unit: &Unit) -> &'a str {
    let own = folded.slice(unit.from, unit.to);
    if unit.kind == Kind::Han { syllable(folded.letters[unit.from].c).unwrap_or(own) } else { own }
}
