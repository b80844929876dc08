//! The inverted index: tantivy in memory, our own tokens in and our own scores out.

use std::ops::Range;
use std::sync::Arc;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::latin::{differ, mistakes};
use super::spelled::Spelled;
use super::tokenizer::Field;

/// What every field keeps of a token: which sections hold it and how often.
pub(super) const RECORDED: IndexRecordOption = IndexRecordOption::WithFreqs;

/// How many fields there are.
pub(crate) const FIELDS: usize = Field::ALL.len();

/// How many words of an initial letter are compared with one that was mistyped: a millisecond's work.
const MOST_SIMILAR: usize = 20_000;

/// Postings of every field over all sections; a section is known by its number.
pub(crate) struct Index {
    pub(super) sections: usize,
    pub(super) shelves: [Option<Shelf>; FIELDS],
    pub(super) spelled: Spelled,
    /// The number of tokens of each section, divided by the average of the field.
    pub(super) lengths: [Vec<f32>; FIELDS],
}

/// Where a field is kept.
pub(super) struct Shelf(pub(super) Arc<InvertedIndexReader>);

impl Index {
    /// How many sections there are.
    pub(crate) fn len(&self) -> usize {
        self.sections
    }

    /// The length of each section in a field, relative to the average.
    pub(crate) fn lengths(&self, field: Field) -> &[f32] {
        let field = if field == Field::Spelled { Field::Word } else { field };
        &self.lengths[field.index()]
    }

    /// The list of the sections that hold a token; `None` when there is none.
    pub(crate) fn list(&self, field: Field, token: &str) -> Option<List<'_>> {
        let Shelf(reader) = self.shelves[field.index()].as_ref()?;
        // The index lies in memory: reading it fails no more than reading a Vec does.
        let info = reader.terms().get(token).ok().flatten()?;
        Some(List { reader, info })
    }

    /// The sections with words that are spelled like this in pinyin, in order, and how often each has them.
    pub(crate) fn spelled(&self, spelling: &str, cursor: &mut Cursor) -> Vec<(u32, u32)> {
        let Some(Shelf(reader)) = &self.shelves[Field::Word.index()] else { return Vec::new() };
        let mut all = Vec::new();
        for info in self.spelled.words(spelling, reader.terms()) {
            cursor.all(&List { reader, info }, &mut all);
        }
        all.sort_unstable();
        all.dedup_by(|(section, times), (before, sum)| {
            let same = section == before;
            *sum += if same { *times } else { 0 };
            same
        });
        all
    }

    /// The word in Latin script that a mistyped one comes nearest to, with the same first letter; of equals the one that
    /// most sections have.
    pub(crate) fn similar(&self, typed: &str) -> Option<String> {
        let most = mistakes(typed.len());
        let (Some(Shelf(reader)), Some(first), 1..) =
            (&self.shelves[Field::Single.index()], typed.bytes().next(), most)
        else {
            return None;
        };
        let mut stream = reader.terms().range().ge([first]).lt([first + 1]).into_stream().ok()?;
        let mut best: Option<(usize, std::cmp::Reverse<u32>, String)> = None;
        for _ in 0..MOST_SIMILAR {
            if !stream.advance() {
                break;
            }
            let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
            let Some(differ) = differ(typed, word, most) else { continue };
            let found = (differ, std::cmp::Reverse(stream.value().doc_freq), word);
            if best.as_ref().is_none_or(|best| (found.0, found.1) < (best.0, best.1)) {
                best = Some((found.0, found.1, found.2.to_owned()));
            }
        }
        best.map(|best| best.2)
    }

    /// How many sections hold a token.
    pub(crate) fn frequency(&self, field: Field, token: &str) -> usize {
        self.list(field, token).map_or(0, |list| list.frequency())
    }
}

/// Where it stands which sections hold a token.
pub(crate) struct List<'a> {
    reader: &'a InvertedIndexReader,
    info: TermInfo,
}

impl List<'_> {
    /// How many sections there are.
    pub(crate) fn frequency(&self) -> usize {
        self.info.doc_freq as usize
    }
}

/// Reads lists, one after the other in the same room: a question has dozens of them, most of them short.
#[derive(Default)]
pub(crate) struct Cursor(Option<BlockSegmentPostings>);

impl Cursor {
    /// Goes to the beginning of a list. Every field is built with frequencies, so that the room fits all.
    fn open(&mut self, list: &List<'_>) -> Option<&mut BlockSegmentPostings> {
        match &mut self.0 {
            Some(room) => list.reader.reset_block_postings_from_terminfo(&list.info, room).ok()?,
            none => *none = list.reader.read_block_postings_from_terminfo(&list.info, RECORDED).ok(),
        }
        self.0.as_mut()
    }

    /// Appends all sections of a list, in order of their numbers, and how often each holds the token.
    pub(crate) fn all(&mut self, list: &List<'_>, into: &mut Vec<(u32, u32)>) {
        into.reserve(list.frequency());
        let Some(postings) = self.open(list) else { return };
        while postings.block_len() > 0 {
            into.extend(postings.docs().iter().copied().zip(postings.freqs().iter().copied()));
            postings.advance();
        }
    }

    /// Appends those that lie in `ranges`, which are in order and do not overlap.
    pub(crate) fn within(&mut self, list: &List<'_>, ranges: &[Range<usize>], into: &mut Vec<(u32, u32)>) {
        let Some(postings) = self.open(list) else { return };
        for range in ranges {
            let (from, to) = (range.start as u32, range.end as u32);
            let mut at = postings.seek(from);
            while postings.block_len() > 0 {
                let docs = &postings.docs()[at..];
                let here = docs.partition_point(|section| *section < to);
                let freqs = &postings.freqs()[at..at + here];
                into.extend(docs[..here].iter().copied().zip(freqs.iter().copied()));
                if here < docs.len() {
                    break;
                }
                postings.advance();
                at = 0;
            }
        }
    }

    /// Appends those that are among `sections`, which are in order.
    pub(crate) fn among(&mut self, list: &List<'_>, sections: &[u32], into: &mut Vec<(u32, u32)>) {
        let Some(postings) = self.open(list) else { return };
        for section in sections {
            let at = postings.seek(*section);
            if postings.doc(at) == *section {
                into.push((*section, postings.freq(at)));
            }
        }
    }
}
