//! The inverted index: tantivy in memory, one segment for each core, our own tokens in and our own scores out.

use std::ops::Range;
use std::sync::Arc;

use tantivy::directory::RamDirectory;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::{Field as SchemaField, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{Index as Tantivy, SegmentReader, TantivyDocument, Term};

use super::SearchError;
use super::tokenizer::Field;

/// How many fields there are.
pub(crate) const FIELDS: usize = Field::ALL.len();

/// Stands between two tokens of a field; no token holds it.
const SEPARATOR: char = '\u{1f}';

/// Fewer sections than this are indexed on one thread: starting a second would take longer.
const WORTH_A_THREAD: usize = 64;

/// The tokens of one section, field by field, before they go into the index.
#[derive(Default)]
pub(crate) struct Row {
    tokens: [String; FIELDS],
    lengths: [u32; FIELDS],
}

impl Row {
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
    parts: Vec<Part>,
    /// The number of tokens of each section, divided by the average of the field.
    lengths: [Vec<f32>; FIELDS],
    fields: Vec<SchemaField>,
}

struct Part {
    /// The number of its first section.
    base: u32,
    readers: Vec<Arc<InvertedIndexReader>>,
}

impl Index {
    /// Indexes the sections that `row` gives, on two threads where that is worth it.
    ///
    /// # Errors
    /// When tantivy refuses, which it does only when memory is out.
    pub(crate) fn build(sections: usize, row: impl Fn(usize) -> Row + Sync) -> Result<Self, SearchError> {
        let (schema, fields) = schema();
        let threads = if sections < WORTH_A_THREAD { 1 } else { 2 };
        let share = sections.div_ceil(threads).max(1);
        let ranges = (0..sections).step_by(share).map(|from| from..(from + share).min(sections));
        let (row, schema, named) = (&row, &schema, fields.as_slice());
        let built: Vec<Result<_, SearchError>> = std::thread::scope(|scope| {
            let running: Vec<_> =
                ranges.map(|range| scope.spawn(move || Part::build(range, row, schema, named))).collect();
            running.into_iter().map(|thread| thread.join().unwrap_or(Err(SearchError::Thread))).collect()
        });
        let mut parts = Vec::new();
        let mut lengths: [Vec<f32>; FIELDS] = Default::default();
        for one in built {
            let (part, rows) = one?;
            parts.push(part);
            for row in rows {
                for (all, length) in lengths.iter_mut().zip(row) {
                    all.push(length as f32);
                }
            }
        }
        for field in &mut lengths {
            let filled = field.iter().filter(|l| **l > 0.0).count().max(1);
            let average = (field.iter().sum::<f32>() / filled as f32).max(1.0);
            field.iter_mut().for_each(|length| *length /= average);
        }
        Ok(Self { parts, lengths, fields })
    }

    /// How many sections there are.
    pub(crate) fn len(&self) -> usize {
        self.lengths[0].len()
    }

    /// The length of each section in a field, relative to the average.
    pub(crate) fn lengths(&self, field: Field) -> &[f32] {
        &self.lengths[field.index()]
    }

    /// Appends the sections that hold a token and how often each does; in order of their numbers.
    pub(crate) fn postings(&self, field: Field, token: &str, into: &mut Vec<(u32, u32)>) {
        let term = Term::from_field_text(self.fields[field.index()], token);
        for part in &self.parts {
            // The index lies in memory: reading it fails no more than reading a Vec does.
            let found = part.readers[field.index()].read_block_postings(&term, IndexRecordOption::WithFreqs);
            if let Ok(Some(postings)) = found {
                append(postings, part.base, into);
            }
        }
    }
}

fn append(mut postings: BlockSegmentPostings, base: u32, into: &mut Vec<(u32, u32)>) {
    into.reserve(postings.doc_freq() as usize);
    while postings.block_len() > 0 {
        into.extend(postings.docs().iter().zip(postings.freqs()).map(|(doc, freq)| (base + doc, *freq)));
        postings.advance();
    }
}

impl Part {
    fn build(
        range: Range<usize>,
        row: &(impl Fn(usize) -> Row + Sync),
        schema: &Schema,
        fields: &[SchemaField],
    ) -> Result<(Self, Vec<[u32; FIELDS]>), SearchError> {
        let tokenizers = TokenizerManager::new();
        tokenizers.register(READY, TextAnalyzer::from(Ready::default()));
        let index = Tantivy::builder().schema(schema.clone()).tokenizers(tokenizers);
        let mut writer = index.single_segment_index_writer(RamDirectory::create(), WRITER_BYTES)?;
        let mut lengths = Vec::with_capacity(range.len());
        let base = range.start as u32;
        for number in range {
            let row = row(number);
            let mut document = TantivyDocument::default();
            for (field, tokens) in fields.iter().zip(&row.tokens) {
                document.add_text(*field, tokens);
            }
            writer.add_document(document)?;
            lengths.push(row.lengths);
        }
        let index = writer.finalize()?;
        let mut readers = Vec::new();
        for segment in index.searchable_segments()? {
            let reader = SegmentReader::open(&segment)?;
            for field in fields {
                readers.push(reader.inverted_index(*field)?);
            }
        }
        Ok((Self { base, readers }, lengths))
    }
}

/// The name under which the schema knows [`Ready`].
const READY: &str = "ready";

/// What tantivy plans its tables for; it takes more when it needs more.
const WRITER_BYTES: usize = 16 << 20;

/// Every field holds ready tokens with their frequencies: no positions, no stored text, lengths are kept by [`Index`].
fn schema() -> (Schema, Vec<SchemaField>) {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(READY)
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(false);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut schema = Schema::builder();
    let fields = Field::ALL.iter().map(|field| schema.add_text_field(field.name(), options.clone())).collect();
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
