//! The one who answers: a library, its search engine, and how sure one has to be.

use super::choose::Chooser;
use super::compose::Composer;
use super::draft::{Draft, Setting};
use super::follow;
use super::reply::Reply;
use crate::content::model::{Library, SectionRef};
use crate::message::Question;
use crate::search::Engine;

/// How many hits a reply keeps.
pub const DEPTH: usize = 10;

/// Answers questions about a library. Replaced as a whole when content changes.
pub struct Answerer {
    library: Library,
    engine: Engine,
    threshold: f64,
}

impl Answerer {
    /// Answers about `library` with the engine that was built for it, from a confidence of `threshold` on.
    pub fn new(library: Library, engine: Engine, threshold: f64) -> Self {
        Self { library, engine, threshold }
    }

    /// The documents.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// What the documents say to a question.
    pub fn reply(&self, question: &Question) -> Reply {
        self.reply_with(question, DEPTH)
    }

    /// The same with another number of hits.
    pub fn reply_with(&self, question: &Question, depth: usize) -> Reply {
        let Self { library, engine, threshold } = self;
        Chooser { library, engine, threshold: *threshold, depth: depth.max(1) }.choose(question)
    }

    /// What the sections that were shown before say to a question that leans on them; `None` where it does not, or they
    /// have nothing to do with what it asks for.
    pub fn follow_up(&self, question: &Question, shown: &[SectionRef]) -> Option<Reply> {
        follow::follow(&self.library, question, shown)
    }

    /// The reply as a message.
    pub fn draft(&self, question: &Question, reply: &Reply, setting: Setting) -> Draft {
        Composer { library: &self.library, engine: &self.engine, setting }.compose(question, reply)
    }
}
