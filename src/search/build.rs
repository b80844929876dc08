//! How the index is built: sections in blocks, each folded and cut once, their tokens taken by several threads.
//!
//! Fields are shared out among shelves, each an index of its own over all sections: they are built side by side, each
//! with tables that stay in the processor's cache, and a token's numbers are whole.

use std::sync::{Mutex, PoisonError};

use tantivy::directory::RamDirectory;
use tantivy::schema::{Field as SchemaField, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{Index as Tantivy, SegmentReader, SingleSegmentIndexWriter, TantivyDocument, TantivyError};

use super::SearchError;
use super::index::{FIELDS, Index, RECORDED, Shelf};
use super::spelled::Spelled;
use super::tokenizer::Field;

/// Which fields share a shelf, the most work first. [`Field::Spelled`] has none: its words are those of [`Field::Word`].
const SHELVES: &[&[Field]] = &[&[Field::Bigram], &[Field::Word], &[Field::Sound], &[Field::Title, Field::Single]];

/// Where there is little to do, all share one: tantivy sets nine megabytes aside for each shelf that is built, and of what
/// is given back between two indexes that live on, the system gets nothing.
const ONE_SHELF: &[&[Field]] = &[&[Field::Bigram, Field::Word, Field::Sound, Field::Title, Field::Single]];

/// The tokens of one section, field by field, before they go into the index: each after its length in bytes, which
/// takes two characters of seven bits.
pub(crate) struct Row {
    fields: &'static [Field],
    tokens: [String; FIELDS],
    lengths: [u32; FIELDS],
}

impl Row {
    fn new(fields: &'static [Field]) -> Self {
        Self { fields, tokens: Default::default(), lengths: [0; FIELDS] }
    }

    fn clear(&mut self) {
        self.tokens.iter_mut().for_each(String::clear);
        self.lengths = [0; FIELDS];
    }

    /// Whether tokens of a field are asked for.
    pub(crate) fn wants(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// Adds a token.
    pub(crate) fn push(&mut self, field: Field, token: &str) {
        write(&mut self.tokens[field.index()], token);
        self.lengths[field.index()] += 1;
    }
}

/// Longer tokens are left out: a question is shorter than that.
const LONGEST_TOKEN: usize = (1 << 14) - 1;

/// Adds a token to others.
fn write(tokens: &mut String, token: &str) {
    if token.len() <= LONGEST_TOKEN {
        tokens.extend([token.len() >> 7, token.len() & 127].map(|part| char::from(part as u8)));
        tokens.push_str(token);
    }
}

/// Takes the first of some tokens off.
fn read<'a>(tokens: &mut &'a str) -> Option<&'a str> {
    let (high, low) = (*tokens.as_bytes().first()?, *tokens.as_bytes().get(1)?);
    let (token, rest) = tokens[2..].split_at(usize::from(high) << 7 | usize::from(low));
    *tokens = rest;
    Some(token)
}

/// An index that is being built.
pub(crate) struct Builder {
    shelves: Vec<ShelfBuilder>,
    sections: usize,
}

/// A field that was built, and the length of every section in it.
type Built = (Field, Shelf, Vec<f32>);

impl Builder {
    /// An index without sections, to which `many` or few will come.
    ///
    /// # Errors
    /// When tantivy refuses, which it does only when memory is out.
    pub(crate) fn new(many: bool) -> Result<Self, SearchError> {
        let shelves = if many { SHELVES } else { ONE_SHELF };
        Ok(Self { shelves: shelves.iter().copied().map(ShelfBuilder::new).collect::<Result<_, _>>()?, sections: 0 })
    }

    /// Adds sections; `fill` adds a section's tokens of some fields to a row.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub(crate) fn add<T: Sync>(
        &mut self,
        sections: &[T],
        fill: impl Fn(&T, &mut Row) + Sync,
    ) -> Result<(), SearchError> {
        self.sections += sections.len();
        side_by_side(self.shelves.iter_mut(), |shelf| shelf.add(sections, &fill))?.into_iter().collect()
    }

    /// Adds the last sections; gives the index of all that was added.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub(crate) fn finish<T: Sync>(self, last: &[T], fill: impl Fn(&T, &mut Row) + Sync) -> Result<Index, SearchError> {
        let sections = self.sections + last.len();
        let (shelves, lengths) = Default::default();
        let mut index = Index { sections, shelves, spelled: Spelled::default(), lengths };
        let finish = |mut shelf: ShelfBuilder| shelf.add(last, &fill).and_then(|()| shelf.finish());
        for shelf in side_by_side(self.shelves.into_iter(), finish)? {
            for (field, shelf, lengths) in shelf? {
                if field == Field::Word {
                    index.spelled = Spelled::new(shelf.0.terms()).map_err(TantivyError::from)?;
                }
                let filled = lengths.iter().filter(|l| **l > 0.0).count();
                let average = lengths.iter().sum::<f32>() / filled.max(1) as f32;
                index.shelves[field.index()] = Some(shelf).filter(|_| filled > 0);
                index.lengths[field.index()] = lengths.into_iter().map(|l| l / average.max(1.0)).collect();
            }
        }
        Ok(index)
    }
}

/// Some fields of an index that is being built.
struct ShelfBuilder {
    named: Vec<SchemaField>,
    writer: SingleSegmentIndexWriter,
    row: Row,
    lengths: [Vec<f32>; FIELDS],
}

impl ShelfBuilder {
    fn new(fields: &'static [Field]) -> Result<Self, SearchError> {
        let (schema, named) = schema(fields);
        let tokenizers = TokenizerManager::new();
        tokenizers.register(READY, TextAnalyzer::from(Ready::default()));
        let index = Tantivy::builder().schema(schema).tokenizers(tokenizers);
        let writer = index.single_segment_index_writer(RamDirectory::create(), WRITER_BYTES)?;
        Ok(Self { named, writer, row: Row::new(fields), lengths: Default::default() })
    }

    fn add<T>(&mut self, sections: &[T], fill: &impl Fn(&T, &mut Row)) -> Result<(), SearchError> {
        for section in sections {
            fill(section, &mut self.row);
            let mut document = TantivyDocument::default();
            for (field, named) in self.row.fields.iter().zip(&self.named) {
                document.add_text(*named, &self.row.tokens[field.index()]);
                self.lengths[field.index()].push(self.row.lengths[field.index()] as f32);
            }
            self.writer.add_document(document)?;
            self.row.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Built>, SearchError> {
        let index = self.writer.finalize()?;
        let mut built = Vec::new();
        // One at most: none where no section was added.
        for segment in index.searchable_segments()? {
            let segment = SegmentReader::open(&segment)?;
            for (field, named) in self.row.fields.iter().zip(&self.named) {
                let lengths = std::mem::take(&mut self.lengths[field.index()]);
                built.push((*field, Shelf(segment.inverted_index(*named)?), lengths));
            }
        }
        Ok(built)
    }
}

/// Does a job with each, as many at a time as there are cores, the first ones first; gives what came of it in order.
///
/// # Errors
/// When a job panics.
pub(crate) fn side_by_side<T, R: Send>(
    all: impl ExactSizeIterator<Item = T> + Send,
    job: impl Fn(T) -> R + Sync,
) -> Result<Vec<R>, SearchError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(all.len());
    let queue = Mutex::new(all.enumerate());
    // No job runs while the queue is held: a panic leaves it as it was.
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || std::iter::from_fn(next).map(|(number, one)| (number, job(one))).collect::<Vec<_>>();
    let mut done = Vec::new();
    if threads <= 1 {
        // A thread of its own would have memory of its own, and keep a part of it.
        return Ok(work().into_iter().map(|(_, result)| result).collect());
    }
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in running {
            done.extend(thread.join().map_err(|_| SearchError::Thread)?);
        }
        Ok::<_, SearchError>(())
    })?;
    done.sort_unstable_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// The name under which the schema knows [`Ready`].
const READY: &str = "ready";

/// What tantivy plans its tables for: small ones, which the processor's cache holds; they grow as they need to.
const WRITER_BYTES: usize = 1 << 20;

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
        let Some(token) = read(&mut self.rest) else { return false };
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::index::Cursor;
    use super::*;

    proptest! {
        #[test]
        fn tokens_come_back_as_they_were_written(tokens: Vec<String>) {
            let mut written = String::new();
            tokens.iter().for_each(|token| write(&mut written, token));
            let mut rest = written.as_str();
            let back: Vec<&str> = std::iter::from_fn(|| read(&mut rest)).collect();
            prop_assert_eq!(back, tokens);
        }
    }

    #[test]
    fn a_token_longer_than_any_question_is_left_out() {
        let (longest, longer) = ("长".repeat(LONGEST_TOKEN / 3), "长".repeat(LONGEST_TOKEN / 3 + 1));
        let mut written = String::new();
        [&longest, &longer, "短"].iter().for_each(|token| write(&mut written, token));
        let mut rest = written.as_str();
        let back: Vec<&str> = std::iter::from_fn(|| read(&mut rest)).collect();
        assert_eq!(back, [&longest, "短"]);
    }

    #[test]
    fn it_does_not_matter_in_which_blocks_sections_are_added() {
        let sections: Vec<String> =
            (0..40).map(|n| format!("甲{}乙{}", "丙".repeat(n % 5), "丁".repeat(n / 9))).collect();
        let fill = |section: &String, row: &mut Row| {
            for field in [Field::Single, Field::Word] {
                if row.wants(field) {
                    section.chars().for_each(|c| row.push(field, c.encode_utf8(&mut [0; 4])));
                }
            }
        };
        let whole = Builder::new(false).unwrap().finish(&sections, fill).unwrap();
        let mut blocks = Builder::new(true).unwrap();
        blocks.add(&sections[..7], fill).unwrap();
        blocks.add(&sections[7..30], fill).unwrap();
        let blocks = blocks.finish(&sections[30..], fill).unwrap();
        let held = |index: &Index, field: Field, token: &str| {
            let mut held = Vec::new();
            Cursor::default().all(&index.list(field, token).unwrap(), &mut held);
            held
        };
        for field in [Field::Single, Field::Word] {
            assert_eq!(blocks.lengths(field), whole.lengths(field));
            for token in ["甲", "乙", "丙", "丁"] {
                assert_eq!(held(&blocks, field, token), held(&whole, field, token), "{token}");
            }
        }
        assert_eq!((blocks.len(), held(&whole, Field::Word, "丙").len()), (40, 32));
        assert!(blocks.list(Field::Title, "甲").is_none());
    }

    #[test]
    fn jobs_give_their_results_in_order_and_a_panic_is_an_error() {
        let doubled = side_by_side(0..100, |n: i32| n * 2).unwrap();
        assert_eq!(doubled, (0..100).map(|n| n * 2).collect::<Vec<_>>());
        assert!(side_by_side(0..0, |n: i32| n).unwrap().is_empty());
        let failed = side_by_side(0..10, |n: i32| assert_ne!(n, 5));
        assert!(matches!(failed, Err(SearchError::Thread)));
    }
}
