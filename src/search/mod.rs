//! Search: from a question as it was typed to the sections that answer it, how sure we are, and the passage to show.
//!
//! In reading order: `words` (the tables), `text` (folding), `tokenizer` (the fields and their tokens), `build` and
//! `index` (tantivy), `query` (what is looked up), `score` (ranking), `confidence`, `passage`.
//!
//! ```no_run
//! use wengu::search::{Engine, Words};
//! # fn main() -> Result<(), wengu::search::SearchError> {
//! # let library = wengu::content::model::Library::default();
//! let engine = Engine::build(&library, Words::load()?)?;
//! let results = engine.search("监督机制有什么漏洞？", 5);
//! if let Some(hit) = results.hits.first() {
//!     let passage = engine.passage(&hit.at, "监督机制有什么漏洞？", 300);
//! #   drop(passage);
//! }
//! # Ok(())
//! # }
//! ```

use std::collections::HashMap;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use crate::content::model::{Block, Document, Library, Section, SectionRef};

mod asked;
mod asking;
mod build;
mod confidence;
mod correct;
mod explain;
mod filler;
mod glance;
mod index;
mod latin;
mod near;
mod passage;
mod pinyin;
mod plan;
mod query;
mod score;
mod spelled;
mod stranger;
mod synonyms;
mod telling;
mod text;
mod tokenizer;
mod weights;
mod words;

pub use confidence::{SIGNS, Signs};
pub use explain::{Explained, Held, Piece};
pub use passage::Passage;
pub use weights::Weights;
pub use words::Words;

use build::{Builder, Row, side_by_side};
use index::Index;
use near::{Nearness, Pieces, Trace};
use plan::{Atom, Plan};
use query::Query;
use score::Found;
use synonyms::Synonyms;
use text::{Folded, Unit};
use tokenizer::Field;

/// Why search could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The script table could not be read.
    #[error("Failed to read the table of traditional characters: {0}")]
    Script(String),
    /// tantivy refused.
    #[error("Failed to build the index: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// A thread that indexed panicked.
    #[error("Failed to build the index: a thread panicked")]
    Thread,
}

/// What was found for a question.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The sections, best first.
    pub hits: Vec<Hit>,
    /// How likely the first of them answers, 0 to 1.
    pub confidence: f64,
    /// Words of the question that no section knows, as they were typed.
    pub unknown: Vec<String>,
    /// The question in the spelling of the section, when it was found by sound.
    pub correction: Option<String>,
    /// What the confidence was judged by.
    pub signs: Signs,
    /// What is asked for is told nowhere, only what it belongs to (张三的妻子).
    pub asks_for_unknown: bool,
    /// The question names a thing that no section knows: the first section is near at best.
    pub names_stranger: bool,
}

/// A section that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Which one.
    pub at: SectionRef,
    /// Its score; comparable within one question only.
    pub score: f64,
}

/// The sections of a library, ready to be searched. Immutable: another library gets another engine.
pub struct Engine {
    words: Arc<Words>,
    weights: Weights,
    index: Index,
    traces: Vec<Trace>,
    synonyms: Synonyms,
    places: Vec<Place>,
    numbers: HashMap<SectionRef, usize>,
    documents: usize,
}

/// The sections that are searched: all of them, or those of some documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Option<Vec<Range<usize>>>);

impl Scope {
    /// Where its sections lie; `None` where it is all of them.
    fn ranges(&self) -> Option<&[Range<usize>]> {
        self.0.as_deref()
    }

    /// How many sections it has.
    fn len(&self, index: &Index) -> usize {
        self.ranges().map_or(index.len(), |ranges| ranges.iter().map(Range::len).sum())
    }

    fn holds(&self, section: u32) -> bool {
        self.ranges().is_none_or(|ranges| ranges.iter().any(|range| range.contains(&(section as usize))))
    }

    /// Takes the scores of all others away. Ranges are in order.
    fn limit(&self, scores: &mut [f32]) {
        let Some(ranges) = &self.0 else { return };
        let mut from = 0;
        for range in ranges {
            scores[from..range.start].fill(0.0);
            from = range.end;
        }
        scores[from..].fill(0.0);
    }
}

/// What was retrieved for a question, before it is judged.
struct Candidates {
    query: Query,
    plan: Plan,
    found: Found,
    /// How much each atom of the plan tells.
    tells: Vec<f32>,
    /// How near to each other the first section holds them.
    near: Nearness,
}

/// A section that is in the index.
struct Place {
    document: Arc<Document>,
    section: usize,
}

impl Place {
    fn section(&self) -> &Section {
        &self.document.sections[self.section]
    }
}

impl Engine {
    /// Indexes every section that says something; a bare heading only counts for the sections under it.
    ///
    /// # Errors
    /// When tantivy refuses.
    pub fn build(library: &Library, words: Arc<Words>) -> Result<Self, SearchError> {
        Self::with_weights(library, words, Weights::default())
    }

    /// Indexes with other weights than the usual ones.
    ///
    /// # Errors
    /// When tantivy refuses.
    pub fn with_weights(library: &Library, words: Arc<Words>, weights: Weights) -> Result<Self, SearchError> {
        let places: Vec<Place> = library.iter().flat_map(places).collect();
        let (mut builder, mut traces) = (Builder::new(places.len() > BLOCK)?, Vec::with_capacity(places.len()));
        let mut blocks: Vec<&[Place]> = places.chunks(BLOCK).collect();
        let last = blocks.pop().unwrap_or_default();
        for block in blocks {
            builder.add(&read(block, &words, &mut traces)?, |page, row| fill(row, page, &words))?;
        }
        let index = builder.finish(&read(last, &words, &mut traces)?, |page, row| fill(row, page, &words))?;
        let synonyms = Synonyms::new(library, &words);
        let numbers = places.iter().enumerate().map(|(i, p)| (p.document.reference(p.section()), i)).collect();
        Ok(Self { words, weights, index, traces, synonyms, places, numbers, documents: library.len() })
    }

    /// Changes how the next questions are scored.
    pub fn set_weights(&mut self, weights: Weights) {
        self.weights = weights;
    }

    /// Finds the sections that answer a question, at most `limit`.
    pub fn search(&self, text: &str, limit: usize) -> Results {
        self.look_for(text, limit, &Scope::default(), false)
    }

    /// The same within a scope.
    pub fn search_within(&self, text: &str, limit: usize, scope: &Scope) -> Results {
        self.look_for(text, limit, scope, false)
    }

    /// Where the sections of some documents of the library lie.
    pub fn scope(&self, documents: &Library) -> Scope {
        if documents.len() >= self.documents {
            return Scope::default();
        }
        let range = |document: &Arc<Document>| {
            let from = self.places.partition_point(|place| place.document.id < document.id);
            let to = self.places.partition_point(|place| place.document.id <= document.id);
            from..to
        };
        Scope(Some(documents.iter().map(range).collect()))
    }

    /// The same by the characters that were typed alone: nothing is found by its sound or its initials.
    pub fn search_as_typed(&self, text: &str, limit: usize, scope: &Scope) -> Results {
        self.look_for(text, limit, scope, true)
    }

    fn look_for(&self, text: &str, limit: usize, scope: &Scope, as_typed: bool) -> Results {
        let look = |text: &str| self.judge(text, self.retrieve(text, limit, scope, as_typed), limit);
        let joined = self.syllables_joined(text).map(|joined| look(&joined));
        joined.filter(|results| results.confidence > 0.0).unwrap_or_else(|| look(text))
    }

    /// Pinyin that was typed syllable by syllable (jian du, jiān dū) as one run, as it is read; `None` for other texts,
    /// and where the documents have one of these words in Latin script.
    fn syllables_joined(&self, text: &str) -> Option<String> {
        let is_short = |word: &str| word.chars().count() <= pinyin::LONGEST_SYLLABLE;
        if !text.contains(' ') || !text.split_whitespace().all(is_short) {
            return None;
        }
        let folded = Folded::new(text, &self.words);
        let runs: Vec<&str> = folded.units().iter().map(|unit| folded.slice(unit.from, unit.to)).collect();
        let is_strange = |run: &&str| self.index.frequency(Field::Single, run) == 0;
        let joined = runs.concat();
        let read = self.words.spell(&joined)?;
        (runs.len() > 1 && read == runs && runs.iter().all(is_strange)).then_some(joined)
    }

    /// The sections that share something with a question, best first, and what was looked up to find them.
    fn retrieve(&self, text: &str, limit: usize, scope: &Scope, as_typed: bool) -> Candidates {
        let query = self.query(text);
        let mut plan = query.plan(&self.words, &self.weights, &self.synonyms, &self.index);
        if as_typed {
            plan.as_typed();
        }
        let mut found =
            Found::look_up(&self.index, &plan, &self.weights, limit.max(LOOKED_AT), scope, |run| self.abbreviated(run));
        let tells = self.tells(&query, &plan, &found);
        let near = self.near(&query, &plan, &tells, &mut found);
        if let Some((first, _)) = found.best.first() {
            correct::believe_names(&query, &mut plan, &found, &self.traces[*first as usize], &self.words);
        }
        Candidates { query, plan, found, tells, near }
    }

    /// How sure the first of them is, and by what.
    fn judge(&self, text: &str, candidates: Candidates, limit: usize) -> Results {
        let Candidates { query, plan, found, tells, near } = candidates;
        let signs = self.signs(&query, &plan, &found, &tells, near);
        let hits = found.best.iter().take(limit).map(|(number, score)| self.hit(*number, *score)).collect();
        let unknown = query.unknown(&plan, &found, text);
        let correction = found.best.first().and_then(|(first, _)| {
            let trace = &self.traces[*first as usize];
            correct::correction(text, &query, &plan, &found, trace, &self.words)
        });
        let asks_for_unknown = query.asks_for_unknown(&plan, &found, &self.words);
        let first = found.best.first().map(|(first, _)| &self.traces[*first as usize]);
        let names_stranger = (signs.strange && !signs.beyond_doubt())
            || (signs.coverage < 1.0
                && first.is_some_and(|first| query.names_stranger(&plan, &found, first, &self.words)));
        Results { hits, confidence: signs.confidence(), unknown, correction, signs, asks_for_unknown, names_stranger }
    }

    fn signs(&self, query: &Query, plan: &Plan, found: &Found, tells: &[f32], near: Nearness) -> Signs {
        let characters: Vec<(&Atom, f32)> =
            plan.characters.iter().map(|atom| (atom, self.telling(query, found, atom))).collect();
        let signs = Signs::read(plan, found, tells, &characters, near);
        let strange = query.names_unknown(plan, found, &self.words);
        Signs { strange, ..signs }
    }

    /// What the sections that are found for a question are found by, piece by piece.
    pub fn explain(&self, text: &str, limit: usize, scope: &Scope) -> Explained {
        let joined = self.syllables_joined(text);
        let text = joined.as_deref().unwrap_or(text);
        let candidates = self.retrieve(text, limit, scope, false);
        let hits = candidates.found.best.iter().take(limit).map(|(number, score)| self.hit(*number, *score)).collect();
        let Candidates { query, plan, found, tells, near } = &candidates;
        let signs = self.signs(query, plan, found, tells, *near);
        candidates.explain(text, signs, hits)
    }

    /// The letters and digits of a text alone, in the spelling that is compared: simplified, half width, lower case.
    pub fn bare(&self, text: &str) -> String {
        Folded::new(text, &self.words).text.chars().filter(|c| c.is_alphanumeric()).collect()
    }

    /// The initials of a heading of several Latin words, in lower case.
    pub fn initials(&self, heading: &str) -> Option<String> {
        initials(heading, &self.words)
    }

    /// Whether a word is known as the name of a person, a place or an institution.
    pub fn is_name(&self, word: &str) -> bool {
        self.words.is_name(word)
    }

    fn query(&self, text: &str) -> Query {
        let held = |field: Field, word: &str| self.index.frequency(field, word);
        Query::new(text, &self.words, |word| held(Field::Word, word).max(held(Field::Single, word)))
    }

    /// The sections that hold characters with these initials; none when the letters are a word that some section knows.
    fn abbreviated(&self, letters: &str) -> Vec<(u32, u32)> {
        if self.index.frequency(Field::Single, letters) > 0 {
            return Vec::new();
        }
        let sections = self.traces.iter().take(MOST_READ).enumerate();
        let counted = sections.map(|(i, trace)| (i as u32, trace.abbreviated(letters).count() as u32));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// How much each atom of a question tells.
    fn tells(&self, query: &Query, plan: &Plan, found: &Found) -> Vec<f32> {
        plan.atoms.iter().map(|atom| self.telling(query, found, atom)).collect()
    }

    fn telling(&self, query: &Query, found: &Found, atom: &Atom) -> f32 {
        if atom.pair && found.frequency(atom.exact) == 0 && query.changes_script(atom) {
            return 0.0;
        }
        let text = query.folded.slice(atom.from, atom.to);
        telling::telling(&self.words, text, found.sections, found.frequency(atom.exact))
    }

    /// Prefers, among the best, the sections that hold the question in one place; gives the nearness of the first.
    fn near(&self, query: &Query, plan: &Plan, tells: &[f32], found: &mut Found) -> Nearness {
        let units =
            |atom: &Atom| (query.units[atom.unit], query.units.get(atom.unit + 1).copied().filter(|_| atom.pair));
        let pieces = plan.atoms.iter().zip(tells).map(|(atom, tells)| (units(atom).0, units(atom).1, *tells));
        let pieces = Pieces::new(&query.folded, pieces);
        let most = (self.weights.sentence + self.weights.two) * tells.iter().sum::<f32>();
        let mut nearness: Vec<(u32, Nearness)> = Vec::with_capacity(LOOKED_AT);
        let mut top = 0.0_f32;
        for (section, score) in found.best.iter_mut().take(LOOKED_AT) {
            if *score + most < FAR_BEHIND * top {
                break;
            }
            let near = pieces.nearness(&self.traces[*section as usize]);
            *score += self.weights.sentence * near.sentence + self.weights.two * near.two;
            top = top.max(*score);
            nearness.push((*section, near));
        }
        found.best.sort_by(|a, b| b.1.total_cmp(&a.1));
        let first = found.best.first().map(|b| b.0);
        nearness.iter().find(|n| Some(n.0) == first).map_or_else(Nearness::default, |n| n.1)
    }

    fn hit(&self, number: u32, score: f32) -> Hit {
        let place = &self.places[number as usize];
        Hit { at: place.document.reference(place.section()), score: f64::from(score) }
    }

    /// The sentences of a section that answer a question best, at most `max_chars` characters of them; `None` for a
    /// section that is not here or says nothing.
    pub fn passage(&self, at: &SectionRef, text: &str, max_chars: usize) -> Option<Passage> {
        let place = &self.places[*self.numbers.get(at)?];
        let query = self.query(text);
        let tells = |token: &str| score::idf(self.index.len(), self.index.frequency(Field::Bigram, token));
        passage::choose(&place.section().blocks, &query, &self.words, tells, max_chars)
    }
}

/// How many sections are read for initials, so that a large library keeps its pace.
const MOST_READ: usize = 5000;

/// How many of the best sections are looked at to judge confidence.
const LOOKED_AT: usize = 10;

/// A section that stays below this share of the best score, however near to each other it holds the question, is not
/// looked at: no rule of the answers asks for one that is so far behind.
const FAR_BEHIND: f32 = 0.25;

fn places(document: &Arc<Document>) -> impl Iterator<Item = Place> {
    let told = |section: &Section| !section.is_bare() || !section.asks.is_empty();
    let numbers = document.sections.iter().enumerate().filter(move |(_, s)| told(s)).map(|(i, _)| i);
    numbers.map(|section| Place { document: Arc::clone(document), section })
}

/// All that a section says about itself, its other ways to ask included.
fn body(section: &Section) -> String {
    let title =
        iter::once(section.title.as_str()).chain(section.topics.iter().chain(&section.asks).map(String::as_str));
    let blocks = section.blocks.iter().map(Block::text);
    title.chain(blocks).collect::<Vec<_>>().join("\n")
}

/// So many sections are folded before their tokens are taken: what lies folded takes ten times the room of its text.
const BLOCK: usize = 256;

/// So many of them are folded in a row on one thread.
const PAGE: usize = 32;

/// A section, folded and cut once for all fields.
struct Page<'a> {
    place: &'a Place,
    body: Folded,
    units: Vec<Unit>,
    words: Vec<(u32, u32)>,
}

impl<'a> Page<'a> {
    fn new(place: &'a Place, words: &Words) -> (Self, Trace) {
        let body = Folded::new(&body(place.section()), words);
        let units = body.units();
        let trace = Trace::new(&body, &units);
        let mut cut = Vec::with_capacity(body.letters.len());
        tokenizer::words(&body, words, |_, from, to| cut.push((from as u32, to as u32)));
        (Self { place, body, units, words: cut }, trace)
    }
}

/// Folds and cuts sections.
fn read<'a>(places: &'a [Place], words: &Words, traces: &mut Vec<Trace>) -> Result<Vec<Page<'a>>, SearchError> {
    let some = side_by_side(places.chunks(PAGE), |some| some.iter().map(|p| Page::new(p, words)).collect::<Vec<_>>())?;
    let (pages, seen): (Vec<_>, Vec<_>) = some.into_iter().flatten().unzip();
    traces.extend(seen);
    Ok(pages)
}

fn initials(heading: &str, words: &Words) -> Option<String> {
    let folded = Folded::new(heading, words);
    latin::initials(folded.units().iter().map(|unit| folded.slice(unit.from, unit.to)))
}

/// Adds the tokens of a section.
fn fill(row: &mut Row, Page { place, body, units, words: cut }: &Page<'_>, words: &Words) {
    let section = place.section();
    if row.wants(Field::Word) {
        for (from, to) in cut {
            row.push(Field::Word, tokenizer::spelling(body, *from as usize, *to as usize));
        }
    }
    if row.wants(Field::Bigram) {
        tokenizer::bigrams(body, units, |t, _, _| row.push(Field::Bigram, t));
        let text = section.text();
        let lead = Folded::new(passage::first_sentence(&text), words);
        tokenizer::bigrams(&lead, &lead.units(), |t, _, _| row.push(Field::Bigram, t));
    }
    if row.wants(Field::Sound) {
        tokenizer::sounds(body, units, |t, _, _| row.push(Field::Sound, t));
    }
    if row.wants(Field::Single) {
        tokenizer::singles(body, units, |t, _, _| row.push(Field::Single, t));
        let above = place.document.ancestors(section);
        let told = section.topics.iter().chain(&section.asks).map(String::as_str);
        let title: Vec<&str> =
            iter::once(section.title.as_str()).chain(told).chain(above.iter().map(|s| s.title.as_str())).collect();
        let title = Folded::new(&title.join("\n"), words);
        tokenizer::words(&title, words, |t, _, _| row.push(Field::Title, t));
        tokenizer::bigrams(&title, &title.units(), |t, _, _| row.push(Field::Title, t));
        if let Some(initials) = initials(&section.title, words) {
            row.push(Field::Title, &initials);
            row.push(Field::Single, &initials);
        }
    }
}
