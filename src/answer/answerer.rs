//! The one who answers: a library, its search engine, and how sure one has to be.

use std::borrow::Cow;

use super::choose::Chooser;
use super::compose::Composer;
use super::draft::{Draft, Setting};
use super::follow;
use super::named::Headings;
use super::reply::{Meant, Outcome, Reply};
use super::sure;
use crate::content::model::{Library, SectionRef};
use crate::message::{Named, Question, Talk};
use crate::search::{Engine, Explained};

/// How many hits a reply keeps.
pub const DEPTH: usize = 10;

/// In how many sections of a document at least words are counted for what they tell: in fewer, all words are rare.
const COUNTING: usize = 20;

/// Answers questions about a library. Replaced as a whole when content changes.
pub struct Answerer {
    library: Library,
    engine: Engine,
    headings: Headings,
    threshold: f64,
}

impl Answerer {
    /// Answers about `library` with the engine that was built for it, from a confidence of `threshold` on.
    pub fn new(library: Library, engine: Engine, threshold: f64) -> Self {
        let headings = Headings::of(&library, &engine);
        Self { library, engine, headings, threshold }
    }

    /// The documents.
    pub fn library(&self) -> &Library {
        &self.library
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the documents say to a question.
    pub fn reply(&self, question: &Question) -> Reply {
        self.reply_with(question, DEPTH)
    }

    /// The same with another number of hits.
    pub fn reply_with(&self, question: &Question, depth: usize) -> Reply {
        if let Named::Unknown(name) = &question.named {
            return Reply::no_such_document(name.clone());
        }
        let reply = self.look_up(question, depth);
        match question.talk.filter(|_| !self.is_asked_so(question, &reply)) {
            // A document may tell of itself: who wrote it, and when.
            Some(Talk::Origin) if reply.answered() => reply,
            Some(talk) => Reply::new(Outcome::Talk(talk), Vec::new(), 1.0),
            None => reply,
        }
    }

    /// Whether the words of a question are a heading, or stand among a section's own ways to ask.
    pub(super) fn is_asked_so(&self, question: &Question, reply: &Reply) -> bool {
        self.headings.named_by(question, self.engine.bare(&question.text)).is_some()
            || reply.hits().first().is_some_and(|hit| sure::asks(&self.library, hit, &question.text))
    }

    fn look_up(&self, question: &Question, depth: usize) -> Reply {
        let Self { engine, headings, threshold, .. } = self;
        let library = &*self.scope(question);
        let chooser =
            Chooser { library, engine, headings, threshold: *threshold, depth: depth.max(1), as_typed: false };
        let mut reply = judged(&chooser, question);
        reply.meant = meant(&reply, || judged(&Chooser { as_typed: true, ..chooser }, question));
        reply
    }

    /// What search rests on for a question: each piece of it, and how the best `depth` sections hold it.
    pub fn explain(&self, question: &Question, depth: usize) -> Explained {
        self.engine.explain(&question.text, depth, &self.engine.scope(&self.scope(question)))
    }

    /// What the sections that were shown before say to a question that leans on them; `None` where it does not, or they
    /// have nothing to do with what it asks for.
    pub fn follow_up(&self, question: &Question, shown: &[SectionRef]) -> Option<Reply> {
        if question.named != Named::Nothing || question.talk.is_some() {
            return None;
        }
        follow::follow(&self.library, question, shown)
    }

    /// The documents that a question is about.
    fn scope(&self, question: &Question) -> Cow<'_, Library> {
        match &question.named {
            Named::Documents(ids) if ids.len() < self.library.len() => Cow::Owned(self.library.only(ids)),
            _ => Cow::Borrowed(&self.library),
        }
    }

    /// The reply as a message.
    pub fn draft(&self, question: &Question, reply: &Reply, setting: Setting) -> Draft {
        Composer { library: &self.scope(question), engine: &self.engine, setting }.compose(question, reply)
    }
}

/// The reply to a question. What was found first among several documents is judged once more in its document alone: what
/// a word tells, and whether it is known, differs from one document to the next. Where sections of several are asked
/// about or listed, that stays.
fn judged(chooser: &Chooser<'_>, question: &Question) -> Reply {
    let reply = chooser.choose(question);
    let settled = match &reply.outcome {
        Outcome::Which(_) | Outcome::List(_) => true,
        Outcome::NotCovered(refusal) => refusal.missing.is_some(),
        _ => false,
    };
    let Some(first) = reply.hits().first().filter(|_| chooser.library.len() > 1 && !settled) else { return reply };
    let document = chooser.library.document(&first.at.document);
    if document.is_none_or(|document| document.sections.len() < COUNTING) {
        return reply;
    }
    let library = &chooser.library.only(std::slice::from_ref(&first.at.document));
    let mut within = Chooser { library, ..*chooser }.choose(question);
    within.unknown.retain(|word| reply.unknown.contains(word));
    if let Outcome::NotCovered(refusal) = &mut within.outcome {
        // What this document does not know another may.
        refusal.unknown.retain(|word| reply.unknown.contains(word));
    }
    within
}

/// Says what an answered question was taken to mean, if the question as typed gets something else.
fn meant(reply: &Reply, as_typed: impl FnOnce() -> Reply) -> Option<Meant> {
    let text = reply.correction.clone().filter(|_| reply.answered())?;
    let as_typed = as_typed();
    (as_typed.source() != reply.source()).then(|| Meant { text, as_typed: as_typed.source().cloned() })
}
