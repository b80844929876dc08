//! The passage: whole sentences of a section around what answers, in the spelling of the text.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::glance::Glance;
use super::query::Query;
use super::text::Folded;
use super::tokenizer;
use super::words::Words;
use crate::content::model::Block;

/// Sentences of a section, in order and in the original spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The text; sentences of different blocks stand on lines of their own.
    pub text: String,
    /// What to mark in it: byte ranges, in order, apart from each other.
    pub marks: Vec<Range<usize>>,
    /// The blocks it was taken from.
    pub blocks: Range<usize>,
    /// Whether it is all that the section says.
    pub whole: bool,
}

/// A longer clause is not marked as a whole, only its words that match.
const LONGEST_MARK: usize = 48;

/// What ends a sentence.
const ENDS: &[char] = &['。', '！', '？', '!', '?', '\n', '…', '；', ';'];

/// What may follow the end of a sentence and still belongs to it.
const CLOSES: &[char] = &['”', '’', '」', '』', '）', ')', '"', '》', '。', '！', '？', '!', '?', '…'];

/// What ends a clause.
const CLAUSE_ENDS: &[char] = &['，', ',', '、', '；', ';', '：', ':', '。', '！', '？', '!', '?', '\n', '…'];

/// The sentence that a text begins with.
pub(crate) fn first_sentence(text: &str) -> &str {
    sentences(text).next().map_or("", |range| &text[range])
}

/// The sentences of a text; together they are all of it.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    split(text, ENDS)
}

/// Cuts behind each of the characters that end a piece, and behind what closes it.
fn split(text: &str, ends: &[char]) -> impl Iterator<Item = Range<usize>> {
    // Chinese characters, which are most of a text, end nothing: spared the list.
    let is_end = |c: char| !matches!(c, '\u{4e00}'..='\u{9fff}') && ends.contains(&c);
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = &text[start..];
        if rest.is_empty() {
            return None;
        }
        let stop = rest.char_indices().find(|(i, c)| is_end(*c) || is_full_stop(rest, *i, *c));
        let length = stop.map_or(rest.len(), |(i, c)| {
            let after = &rest[i + c.len_utf8()..];
            rest.len() - after.trim_start_matches(CLOSES).trim_start().len()
        });
        start += length;
        Some(start - length..start)
    })
}

/// A western full stop ends a sentence where a space follows.
fn is_full_stop(text: &str, at: usize, c: char) -> bool {
    c == '.' && text[at + 1..].starts_with(char::is_whitespace)
}

/// A sentence of a section.
struct Sentence<'a> {
    block: usize,
    text: &'a str,
    chars: usize,
    /// Which of the question's pieces it holds.
    holds: Vec<usize>,
    score: f32,
}

/// Chooses the run of sentences that covers the question best.
pub(crate) fn choose(
    blocks: &[Block],
    query: &Query,
    words: &Words,
    tells: impl Fn(&str) -> f32,
    max_chars: usize,
) -> Option<Passage> {
    let wanted = Wanted::new(query, tells);
    let all: Vec<Sentence<'_>> = blocks.iter().enumerate().flat_map(|(i, b)| cut(i, b, &wanted, words)).collect();
    let best = (0..all.len()).max_by(|a, b| all[*a].score.total_cmp(&all[*b].score).then(b.cmp(a)))?;
    let window = grow(&all, best, wanted.weights.as_slice(), max_chars);
    let whole = window.len() == all.len();
    Some(lay_out(&all, window, best, &wanted, words, max_chars, whole))
}

/// The pieces of the question that a sentence can hold.
struct Wanted {
    numbers: FxHashMap<String, usize>,
    /// The first letters of the pieces: most letters of a text need no closer look.
    first: Glance,
    weights: Vec<f32>,
}

impl Wanted {
    fn new(query: &Query, tells: impl Fn(&str) -> f32) -> Self {
        let mut wanted = Self { numbers: FxHashMap::default(), first: Glance::default(), weights: Vec::new() };
        let told = |from: usize, to: usize| query.content[from..to].iter().all(|c| *c);
        let mut add = |token: &str, weight: f32| {
            let number = wanted.weights.len();
            wanted.first.add(first_letter(token));
            wanted.numbers.entry(token.to_owned()).or_insert_with(|| {
                wanted.weights.push(weight);
                number
            });
        };
        tokenizer::bigrams(&query.folded, &query.units, |t, from, to| {
            if told(from, to) && add_room(from) {
                add(t, tells(t));
            }
        });
        tokenizer::singles(&query.folded, &query.units, |t, from, to| {
            if told(from, to) && add_room(from) {
                add(t, 0.5);
            }
        });
        wanted
    }

    /// The pieces that a text holds, in the order of the letters they begin with.
    fn held(&self, folded: &Folded) -> Vec<(usize, Range<usize>)> {
        let units = folded.units();
        let mut held = Vec::new();
        let mut room = String::new();
        for (i, unit) in units.iter().enumerate() {
            if !self.first.may_hold(u32::from(folded.letters[unit.from].c)) {
                continue;
            }
            let mut note = |piece: &str, to: usize| {
                held.extend(self.numbers.get(piece).map(|number| (*number, unit.from..to)));
            };
            note(tokenizer::spelling(folded, unit.from, unit.to), unit.to);
            if let Some(next) = units.get(i + 1).filter(|next| next.joined) {
                note(tokenizer::bigram(folded, unit, next, &mut room), next.to);
            }
        }
        held
    }

    fn score(&self, pieces: &[usize]) -> f32 {
        pieces.iter().map(|n| self.weights[*n]).sum()
    }
}

fn first_letter(piece: &str) -> u32 {
    piece.chars().next().map_or(0, u32::from)
}

/// Only the start of a very long question is compared with sentences.
fn add_room(from: usize) -> bool {
    from < 256
}

/// The sentences of a block, with what they hold. The block is folded as a whole: what ends a sentence is a gap, so that
/// no piece reaches over it.
fn cut<'a>(block: usize, content: &'a Block, wanted: &Wanted, words: &Words) -> Vec<Sentence<'a>> {
    let text = content.text();
    let folded = Folded::new(text, words);
    let mut held = wanted.held(&folded).into_iter().peekable();
    let one = |range: Range<usize>| {
        let is_here = |(_, letters): &(usize, Range<usize>)| (folded.letters[letters.start].start as usize) < range.end;
        let mut holds: Vec<usize> = std::iter::from_fn(|| held.next_if(is_here)).map(|(n, _)| n).collect();
        holds.sort_unstable();
        holds.dedup();
        let score = wanted.score(&holds);
        let text = &text[range];
        Sentence { block, text, chars: text.chars().count(), holds, score }
    };
    sentences(text).map(one).collect()
}

/// From the best sentence on: the neighbour that brings more is taken first, as long as there is room.
fn grow(all: &[Sentence<'_>], best: usize, weights: &[f32], max_chars: usize) -> Range<usize> {
    let mut window = best..best + 1;
    let mut room = max_chars.saturating_sub(all[best].chars);
    let mut held = all[best].holds.clone();
    loop {
        let brings = |i: usize, held: &[usize]| -> f32 {
            all[i].holds.iter().filter(|n| !held.contains(n)).map(|n| weights[*n]).sum()
        };
        let after = Some(window.end).filter(|i| all.get(*i).is_some_and(|s| s.chars < room));
        let before = window.start.checked_sub(1).filter(|i| all[*i].chars < room);
        let next = match (before, after) {
            (Some(b), Some(a)) => {
                if brings(b, &held) > brings(a, &held) {
                    b
                } else {
                    a
                }
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return window,
        };
        room -= all[next].chars + 1;
        held.extend(&all[next].holds);
        window = window.start.min(next)..window.end.max(next + 1);
    }
}

fn lay_out(
    all: &[Sentence<'_>],
    window: Range<usize>,
    best: usize,
    wanted: &Wanted,
    words: &Words,
    max_chars: usize,
    whole: bool,
) -> Passage {
    let mut text = String::new();
    let mut marks = Vec::new();
    let blocks = all[window.start].block..all[window.end - 1].block + 1;
    let mut whole = whole;
    for number in window.clone() {
        let sentence = &all[number];
        if number > window.start && all[number - 1].block != sentence.block {
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        let start = text.len();
        let shown = shorten(sentence.text, max_chars);
        whole &= shown.len() == sentence.text.len();
        text.push_str(shown);
        if number == best && sentence.score > 0.0 {
            marks = mark(shown, wanted, words).into_iter().map(|m| m.start + start..m.end + start).collect();
        }
    }
    text.truncate(text.trim_end().len());
    let end = text.len();
    marks.retain(|m: &Range<usize>| m.end <= end && m.start < m.end);
    Passage { text, marks, blocks, whole }
}

/// A sentence that alone is too long is cut at the last clause that fits.
fn shorten(sentence: &str, max_chars: usize) -> &str {
    let Some((end, _)) = sentence.char_indices().nth(max_chars) else { return sentence };
    let fits = &sentence[..end];
    fits.rfind(CLAUSE_ENDS).map_or(fits, |i| &fits[..fits.ceil_char_boundary(i + 1)])
}

/// The clause that covers the question best, or only its words where the clause is long.
fn mark(sentence: &str, wanted: &Wanted, words: &Words) -> Vec<Range<usize>> {
    let mut best: (f32, Range<usize>, Vec<Range<usize>>) = (0.0, 0..0, Vec::new());
    for clause in split(sentence, CLAUSE_ENDS) {
        let folded = Folded::new(&sentence[clause.clone()], words);
        let held = wanted.held(&folded);
        let mut numbers: Vec<usize> = held.iter().map(|(n, _)| *n).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let score = wanted.score(&numbers);
        if score > best.0 {
            let place = |letters: &Range<usize>| {
                let letters = &folded.letters[letters.clone()];
                let ends = letters.first().zip(letters.last());
                ends.map_or(0..0, |(a, b)| clause.start + a.start as usize..clause.start + b.end as usize)
            };
            best = (score, clause.clone(), join(held.iter().map(|(_, letters)| place(letters)).collect()));
        }
    }
    let (_, clause, matched) = best;
    let trimmed = sentence[clause.clone()].trim_end().trim_end_matches(CLAUSE_ENDS).len();
    if sentence[clause.clone()].chars().count() <= LONGEST_MARK {
        std::iter::once(clause.start..clause.start + trimmed).filter(|m| !m.is_empty()).collect()
    } else {
        matched
    }
}

/// Ranges in order, those that touch made one.
fn join(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|r| (r.start, r.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}
