//! Search: from a question as it was typed to the sections that answer it, how sure we are, and the passage to show.
//!
//! In reading order: `words` (the tables), `text` (folding), `tokenizer` (the fields and their tokens), `index`
//! (tantivy), `query` (what is looked up), `score` (ranking), `confidence`, `passage`.
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
use std::sync::Arc;

use crate::content::model::{Document, Library, Section, SectionRef};

mod confidence;
mod filler;
mod index;
mod passage;
mod pinyin;
mod query;
mod score;
mod text;
mod tokenizer;
mod weights;
mod words;

pub use confidence::Signs;
pub use passage::Passage;
pub use weights::Weights;
pub use words::Words;

use index::{Index, Row};
use query::Query;
use score::Found;
use text::Folded;
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
    places: Vec<Place>,
    numbers: HashMap<SectionRef, usize>,
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
        let index = Index::build(places.len(), |number| row(&places[number], &words))?;
        let numbers = places.iter().enumerate().map(|(i, p)| (p.document.reference(p.section()), i)).collect();
        Ok(Self { words, weights, index, places, numbers })
    }

    /// Changes how the next questions are scored.
    pub fn set_weights(&mut self, weights: Weights) {
        self.weights = weights;
    }

    /// Finds the sections that answer a question, at most `limit`.
    pub fn search(&self, text: &str, limit: usize) -> Results {
        let query = Query::new(text, &self.words);
        let plan = query.plan(&self.words, &self.weights);
        let found = Found::look_up(&self.index, &plan.probes, &self.weights, limit.max(LOOKED_AT));
        let signs = Signs::read(&plan, &found, |_probe, frequency| score::idf(self.index.len(), frequency));
        let hits = found.best.iter().take(limit).map(|(number, score)| self.hit(*number, *score)).collect();
        let unknown = query.unknown(&plan, &found, text);
        Results { hits, confidence: signs.confidence(), unknown, correction: None, signs }
    }

    fn hit(&self, number: u32, score: f32) -> Hit {
        let place = &self.places[number as usize];
        Hit { at: place.document.reference(place.section()), score: f64::from(score) }
    }

    /// The sentences of a section that answer a question best, at most `max_chars` characters of them; `None` for a
    /// section that is not here or says nothing.
    pub fn passage(&self, at: &SectionRef, text: &str, max_chars: usize) -> Option<Passage> {
        let place = &self.places[*self.numbers.get(at)?];
        let query = Query::new(text, &self.words);
        let tells = |token: &str| {
            let mut postings = Vec::new();
            self.index.postings(Field::Bigram, token, &mut postings);
            score::idf(self.index.len(), postings.len())
        };
        passage::choose(&place.section().blocks, &query, &self.words, tells, max_chars)
    }
}

/// How many of the best sections are looked at to judge confidence.
const LOOKED_AT: usize = 10;

fn places(document: &Arc<Document>) -> impl Iterator<Item = Place> {
    let told = |section: &Section| !section.is_bare() || !section.asks.is_empty();
    let numbers = document.sections.iter().enumerate().filter(move |(_, s)| told(s)).map(|(i, _)| i);
    numbers.map(|section| Place { document: Arc::clone(document), section })
}

/// The tokens of a section.
fn row(place: &Place, words: &Words) -> Row {
    let section = place.section();
    let mut row = Row::default();
    let mut title = vec![section.title.as_str()];
    title.extend(section.topics.iter().chain(&section.asks).map(String::as_str));
    let above: Vec<&str> = place.document.ancestors(section).iter().map(|s| s.title.as_str()).collect();
    let text = section.text();
    let body = Folded::new(&format!("{}\n{text}", title.join("\n")), words);
    let units = body.units();
    tokenizer::words(&body, words, |t, _, _| row.push(Field::Word, t));
    tokenizer::bigrams(&body, &units, |t, _, _| row.push(Field::Bigram, t));
    tokenizer::singles(&body, &units, |t, _, _| row.push(Field::Single, t));
    tokenizer::sounds(&body, &units, |t, _, _| row.push(Field::Sound, t));
    tokenizer::spelled(&body, words, |t, _, _| row.push(Field::Spelled, t));
    let lead = Folded::new(passage::first_sentence(&text), words);
    tokenizer::bigrams(&lead, &lead.units(), |t, _, _| row.push(Field::Lead, t));
    title.extend(above);
    let title = Folded::new(&title.join("\n"), words);
    tokenizer::words(&title, words, |t, _, _| row.push(Field::Title, t));
    tokenizer::bigrams(&title, &title.units(), |t, _, _| row.push(Field::Title, t));
    row
}
