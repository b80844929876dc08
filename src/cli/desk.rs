//! What `ask` and `eval` share: the documents of the config, ready to be asked.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::answer::{self, Answerer, DEPTH, Draft, Reply, Setting};
use crate::app::documents;
use crate::config::{ConfigError, Loaded};
use crate::message::{Lang, Question};
use crate::search::Explained;
use crate::understand::question::Reader;

/// Answers questions from the command line.
pub(super) struct Desk {
    answerer: Answerer,
    reader: Reader,
}

/// An answered question.
pub(super) struct Answered {
    /// The reply; `None` for a text that asks nothing.
    pub(super) reply: Option<Reply>,
    /// Its first message.
    pub(super) draft: Draft,
    /// The answers of a message that asks several questions, each with its question; none where it asks one.
    pub(super) parts: Vec<(String, Answered)>,
    /// From the raw question to the finished message.
    pub(super) took: Duration,
}

impl Desk {
    /// Loads the documents that the config names. What is wrong with them goes to standard error.
    pub(super) fn open(config: Result<Loaded, ConfigError>) -> anyhow::Result<Self> {
        let opened = documents::open(&config?.config)?;
        for finding in &opened.diagnostics {
            writeln!(io::stderr(), "{finding}")?;
        }
        Ok(Self { answerer: opened.documents.answerer, reader: opened.documents.reader })
    }

    /// The one who answers.
    pub(super) fn answerer(&self) -> &Answerer {
        &self.answerer
    }

    /// Whether a text asks the same whatever was said before: it names what it is about.
    pub(super) fn stands_alone(&self, text: &str) -> bool {
        self.reader.read(text).is_some_and(|question| !question.leans())
    }

    /// Why search found what it did for a question: the pieces, and how the first hits hold them. `None` where nothing is
    /// asked.
    pub(super) fn explain(&self, text: &str) -> Option<Explained> {
        Some(self.answerer.explain(&self.reader.read(text)?, DEPTH))
    }

    /// Answers a question as in a private chat, with at most `depth` hits.
    pub(super) fn answer(&self, text: &str, depth: usize) -> Answered {
        let start = Instant::now();
        let setting = Setting::private(Lang::Zh);
        let read = self.reader.read(text);
        if let Some(question) = &read {
            let parts = self.answerer.apart(question, self.reader.several(text));
            if !parts.is_empty() {
                return self.answer_all(parts, depth, start);
            }
        }
        let (reply, draft) = match read {
            Some(question) => {
                let reply = self.answerer.reply_with(&question, depth);
                let draft = self.answerer.draft(&question, &reply, setting);
                (Some(reply), draft)
            }
            None => (None, answer::no_question(self.answerer.library(), setting)),
        };
        Answered { reply, draft, parts: Vec::new(), took: start.elapsed() }
    }

    /// Answers several questions that came in one message; the whole takes the first one's reply.
    fn answer_all(&self, questions: Vec<Question>, depth: usize, start: Instant) -> Answered {
        let setting = Setting::private(Lang::Zh);
        let mut answered: Vec<(Question, Reply)> = Vec::new();
        let mut parts = Vec::new();
        for question in questions {
            let begun = Instant::now();
            let reply = self.answerer.reply_with(&question, depth);
            let draft = self.answerer.draft(&question, &reply, setting);
            let part = Answered { reply: Some(reply.clone()), draft, parts: Vec::new(), took: begun.elapsed() };
            parts.push((question.typed.clone(), part));
            answered.push((question, reply));
        }
        let draft = self.answerer.draft_of_all(&answered, setting);
        let reply = answered.into_iter().next().map(|(_, reply)| reply);
        Answered { reply, draft, parts, took: start.elapsed() }
    }
}
