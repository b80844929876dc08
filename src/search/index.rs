//! The inverted index: tantivy in memory, our own tokens in and our own scores out.
//!
//! Fields are shared out between two shelves, each an index of its own over all sections, built side by side: a token is
//! looked up once, and its numbers are whole.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::directory::RamDirectory;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field as SchemaField, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{Index as Tantivy, SegmentReader, TantivyDocument};

use super::SearchError;
use super::tokenizer::{Field, spellings};

/// What every field keeps of a token: which sections hold it and how often.
const RECORDED: IndexRecordOption = IndexRecordOption::WithFreqs;

/// How many fields there are.
pub(crate) const FIELDS: usize = Field::ALL.len();

/// Stands between two tokens of a field; no token holds it.
const SEPARATOR: char = '\u{1f}';

/// Which fields are built on one thread: about half the work each.
const SHELVES: [&[Field]; 2] =
    [&[Field::Word, Field::Single, Field::Title, Field::Spelled], &[Field::Bigram, Field::Sound]];

/// The tokens of one section, field by field, before they go into the index.
pub(crate) struct Row {
    fields: &'static [Field],
    spelled: FxHashMap<String, String>,
    tokens: [String; FIELDS],
    lengths: [u32; FIELDS],
}

impl Row {
    fn new(fields: &'static [Field]) -> Self {
        Self { fields, spelled: FxHashMap::default(), tokens: Default::default(), lengths: [0; FIELDS] }
    }

    fn clear(&mut self) {
        self.tokens.iter_mut().for_each(String::clear);
        self.lengths = [0; FIELDS];
    }

    /// Whether tokens of a field are asked for.
    pub(crate) fn wants(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// Adds a word as pinyin; how it is spelled is remembered, for words come again.
    pub(crate) fn push_spelled(&mut self, word: &str) {
        if !self.spelled.contains_key(word) {
            let spellings: String = spellings(word).into_iter().flat_map(|s| [s, SEPARATOR.to_string()]).collect();
            self.spelled.insert(word.to_owned(), spellings);
        }
        let spellings = &self.spelled[word];
        if !spellings.is_empty() {
            self.tokens[Field::Spelled.index()].push_str(spellings);
            self.lengths[Field::Spelled.index()] += 1;
        }
    }

    /// Adds a token.
    pub(crate) fn push(&mut self, field: Field, token: &str) {
        let text = &mut self.tokens[field.index()];
        text.push_str(token);
        text.push(SEPARATOR);
        self.lengths[field.index()] += 1;
    }
}

/// Postings of every field over all sections; a section is known by its number.
pub(crate) struct Index {
    sections: usize,
    shelves: [Option<Shelf>; FIELDS],
    /// The number of tokens of each section, divided by the average of the field.
    lengths: [Vec<f32>; FIELDS],
}

/// Where a field is kept.
struct Shelf(Arc<InvertedIndexReader>);

/// A field that was built, and the length of every section in it.
type Built = (Field, Shelf, Vec<f32>);

impl Index {
    /// Indexes so many sections; `fill` adds a section's tokens of some fields to a row.
    ///
    /// # Errors
    /// When tantivy refuses, which it does only when memory is out.
    pub(crate) fn build(sections: usize, fill: impl Fn(usize, &mut Row) + Sync) -> Result<Self, SearchError> {
        let mut index = Self { sections, shelves: Default::default(), lengths: Default::default() };
        if sections == 0 {
            return Ok(index);
        }
        let fill = &fill;
        let built: Vec<Result<_, SearchError>> = std::thread::scope(|scope| {
            let running = SHELVES.map(|fields| scope.spawn(move || build_shelf(fields, sections, fill)));
            running.into_iter().map(|thread| thread.join().unwrap_or(Err(SearchError::Thread))).collect()
        });
        for shelf in built {
            for (field, shelf, lengths) in shelf? {
                let filled = lengths.iter().filter(|l| **l > 0.0).count();
                let average = lengths.iter().sum::<f32>() / filled.max(1) as f32;
                index.shelves[field.index()] = Some(shelf).filter(|_| filled > 0);
                index.lengths[field.index()] = lengths.into_iter().map(|l| l / average.max(1.0)).collect();
            }
        }
        Ok(index)
    }

    /// How many sections there are.
    pub(crate) fn len(&self) -> usize {
        self.sections
    }

    /// The length of each section in a field, relative to the average.
    pub(crate) fn lengths(&self, field: Field) -> &[f32] {
        &self.lengths[field.index()]
    }

    /// The list of the sections that hold a token; `None` when there is none.
    pub(crate) fn list(&self, field: Field, token: &str) -> Option<List<'_>> {
        let Shelf(reader) = self.shelves[field.index()].as_ref()?;
        // The index lies in memory: reading it fails no more than reading a Vec does.
        let info = reader.terms().get(token).ok().flatten()?;
        Some(List { reader, info })
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

/// Builds an index of some fields; gives for each where it is kept and the length of every section.
fn build_shelf(
    fields: &'static [Field],
    sections: usize,
    fill: &(impl Fn(usize, &mut Row) + Sync),
) -> Result<Vec<Built>, SearchError> {
    let (schema, named) = schema(fields);
    let tokenizers = TokenizerManager::new();
    tokenizers.register(READY, TextAnalyzer::from(Ready::default()));
    let index = Tantivy::builder().schema(schema).tokenizers(tokenizers);
    let mut writer = index.single_segment_index_writer(RamDirectory::create(), WRITER_BYTES)?;
    let mut lengths: [Vec<f32>; FIELDS] = Default::default();
    let mut row = Row::new(fields);
    for number in 0..sections {
        fill(number, &mut row);
        let mut document = TantivyDocument::default();
        for (field, named) in fields.iter().zip(&named) {
            document.add_text(*named, &row.tokens[field.index()]);
            lengths[field.index()].push(row.lengths[field.index()] as f32);
        }
        writer.add_document(document)?;
        row.clear();
    }
    let index = writer.finalize()?;
    let mut shelves = Vec::new();
    for segment in index.searchable_segments()? {
        let segment = SegmentReader::open(&segment)?;
        for (field, named) in fields.iter().zip(&named) {
            let reader = segment.inverted_index(*named)?;
            shelves.push((*field, Shelf(reader), std::mem::take(&mut lengths[field.index()])));
        }
    }
    Ok(shelves)
}

/// The name under which the schema knows [`Ready`].
const READY: &str = "ready";

/// What tantivy plans its tables for; it takes more when it needs more.
const WRITER_BYTES: usize = 16 << 20;

/// Every field holds ready tokens with their frequencies: no positions, no stored text, lengths are kept by [`Index`].
fn schema(fields: &[Field]) -> (Schema, Vec<SchemaField>) {
    let indexing = TextFieldIndexing::default().set_tokenizer(READY).set_index_option(RECORDED).set_fieldnorms(false);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut schema = Schema::builder();
    let fields = fields.iter().map(|field| schema.add_text_field(field.name(), options.clone())).collect();
    (schema.build(), fields)
}

/// Hands tantivy the tokens that [`Row`] has collected.
#[derive(Clone, Default)]
struct Ready {
    token: Token,
}

struct ReadyTokens<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for Ready {
    type TokenStream<'a> = ReadyTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReadyTokens<'a> {
        self.token.reset();
        ReadyTokens { rest: text, token: &mut self.token }
    }
}

impl TokenStream for ReadyTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((token, rest)) = self.rest.split_once(SEPARATOR) else { return false };
        self.rest = rest;
        self.token.text.clear();
        self.token.text.push_str(token);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
