//! The documents, ready to be asked: loaded, indexed, with the word list.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crate::answer::Answerer;
use crate::config::Config;
use crate::content::load;
use crate::content::model::Library;
use crate::content::stamp::Stamp;
use crate::diagnostic::Diagnostic;
use crate::search::{Engine, SearchError, Words};
use crate::understand::question::Reader;

/// The documents could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum DocumentsError {
    /// There is nothing to answer from.
    #[error(
        "no document in `{folder}` can be used\n  help: `wengu check` says what is wrong; `content.dir` names another folder"
    )]
    None {
        /// The folder as the config names it.
        folder: String,
    },
    /// The word list or the index failed.
    #[error("failed to make the documents searchable: {0}")]
    Search(#[from] SearchError),
}

/// Documents that can be asked.
pub struct Documents {
    /// Answers questions about them.
    pub answerer: Answerer,
    /// Reads questions in their terms.
    pub reader: Reader,
}

impl Documents {
    /// Makes a library searchable, to be answered from when as sure as `threshold`.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub fn index(library: Library, words: &Arc<Words>, threshold: f64) -> Result<Self, SearchError> {
        let engine = Engine::build(&library, Arc::clone(words))?;
        let simplify = Arc::clone(words);
        let reader = Reader::new(&library, Box::new(move |c| simplify.simplify(c)));
        Ok(Self { answerer: Answerer::new(library, engine, threshold), reader })
    }
}

/// A folder of documents, opened.
pub struct Opened {
    /// The sound ones.
    pub documents: Documents,
    /// What is wrong with the files; a file with an error is left out as a whole.
    pub diagnostics: Vec<Diagnostic>,
    /// The word list, for when the folder changes.
    pub words: Arc<Words>,
    /// How the folder looked before it was read.
    pub stamp: Stamp,
    /// The files that could not be read just then.
    pub unread: Vec<PathBuf>,
}

/// Loads and indexes the documents that the config names, to be answered from when as sure as it wants. Takes some 200 ms, most of it for the word list.
///
/// # Errors
/// When no document can be used, or the index cannot be built.
pub fn open(config: &Config) -> Result<Opened, DocumentsError> {
    let folder = &config.content.dir;
    let stamp = Stamp::of(folder);
    // The word list takes longer to load than the documents.
    let words = thread::spawn(Words::load);
    let loaded = load::load_folder(folder);
    let words = words.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    if loaded.library.is_empty() {
        return Err(DocumentsError::None { folder: folder.display().to_string() });
    }
    let documents = Documents::index(loaded.library, &words, config.answer.threshold.get())?;
    Ok(Opened { documents, diagnostics: loaded.diagnostics, words, stamp, unread: loaded.unread })
}
