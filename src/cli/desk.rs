//! What `ask` and `eval` share: the documents of the config, ready to be asked.

use std::io::{self, Write};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

use crate::answer::{self, Answerer, Draft, Reply, Setting};
use crate::config::{ConfigError, Loaded};
use crate::content::load;
use crate::message::Lang;
use crate::search::{Engine, Words};
use crate::understand::question;

/// Answers questions from the command line.
pub(super) struct Desk {
    answerer: Answerer,
    words: Arc<Words>,
}

/// An answered question.
pub(super) struct Answered {
    /// The reply; `None` for a text that asks nothing.
    pub(super) reply: Option<Reply>,
    /// Its first message.
    pub(super) draft: Draft,
    /// From the raw question to the finished message.
    pub(super) took: Duration,
}

impl Desk {
    /// Loads the documents that the config names. What is wrong with them goes to standard error.
    pub(super) fn open(config: Result<Loaded, ConfigError>) -> anyhow::Result<Self> {
        let folder = config?.config.content.dir;
        // The word list takes longer to load than the documents.
        let words = thread::spawn(Words::load);
        let loaded = load::load_folder(&folder);
        for finding in &loaded.diagnostics {
            writeln!(io::stderr(), "{finding}")?;
        }
        if loaded.library.is_empty() {
            bail!("no document in `{}` can be used\n  help: `wengu check` says what is wrong", folder.display());
        }
        let words = words.join().map_err(|_| anyhow!("Failed to load the word list"))??;
        let engine = Engine::build(&loaded.library, Arc::clone(&words)).context("Failed to index the documents")?;
        let answerer = Answerer::new(loaded.library, engine, answer::THRESHOLD);
        Ok(Self { answerer, words })
    }

    /// The one who answers.
    pub(super) fn answerer(&self) -> &Answerer {
        &self.answerer
    }

    /// Answers a question as in a private chat, with at most `depth` hits.
    pub(super) fn answer(&self, text: &str, depth: usize) -> Answered {
        let start = Instant::now();
        let setting = Setting::private(Lang::Zh);
        let read = question::read(text, self.answerer.library(), &|c| self.words.simplify(c));
        let (reply, draft) = match read {
            Some(question) => {
                let reply = self.answerer.reply_with(&question, depth);
                let draft = self.answerer.draft(&question, &reply, setting);
                (Some(reply), draft)
            }
            None => (None, answer::no_question(self.answerer.library(), setting)),
        };
        Answered { reply, draft, took: start.elapsed() }
    }
}
