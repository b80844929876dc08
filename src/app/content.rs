//! Keeps what the bot answers from as its folder has it, without a restart.
//!
//! The folder is looked at twice a second: a look costs a few system calls, and works where notifications do not (network
//! folders, folders mounted into a container). A change is taken up once two looks in a row see the same, so that a file
//! is not read while it is being written. A file that could not be read is tried again at each look. Everything that answers is replaced at once; an update that is being handled
//! goes on with what it began with.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::documents::Documents;
use super::schedules;
use super::worker::Worker;
use crate::answer::texts::texts;
use crate::config::Loaded;
use crate::content::load;
use crate::content::model::{Document, Library};
use crate::content::stamp::Stamp;
use crate::diagnostic::{Diagnostic, Severity};
use crate::message::{Lang, Outgoing, UserId};
use crate::respond::Responder;
use crate::search::Words;
use crate::store::Row;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// How many mistakes admins are told in one message; the log has them all.
const MOST_TOLD: usize = 8;

/// The documents as they are now, with what answers from them.
pub(super) struct Content {
    loaded: Loaded,
    words: Arc<Words>,
    responder: watch::Sender<Arc<Responder>>,
    worker: Worker,
    taken_up: Mutex<TakenUp>,
}

/// What was made of the folder last.
#[derive(Clone)]
struct TakenUp {
    /// How it looked before it was read.
    stamp: Stamp,
    /// The files that could not be read. Their stamps need not change when they can be.
    unread: Vec<PathBuf>,
}

impl Content {
    /// Begins with what was made of the folder when it looked like `stamp`, but for the files that could not be read.
    pub(super) fn new(
        loaded: Loaded,
        words: Arc<Words>,
        responder: Responder,
        worker: Worker,
        (stamp, unread): (Stamp, Vec<PathBuf>),
    ) -> Self {
        let responder = watch::Sender::new(Arc::new(responder));
        Self { loaded, words, responder, worker, taken_up: Mutex::new(TakenUp { stamp, unread }) }
    }

    /// What answers now.
    pub(super) fn responder(&self) -> Arc<Responder> {
        Arc::clone(&self.responder.borrow())
    }

    /// Takes changes up until it is told to stop; hands over what admins are to be told.
    pub(super) async fn watch(self: Arc<Self>, deliver: impl Fn(Vec<Row>), stop: CancellationToken) {
        let mut before = self.taken_up().stamp;
        while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            let (folder, TakenUp { stamp, unread }) = (self.loaded.config.content.dir.clone(), self.taken_up());
            let (now, can_be_read) =
                blocking(move || (Stamp::of(&folder), unread.iter().any(|file| fs::read(file).is_ok()))).await;
            let settled = now == before;
            before.clone_from(&now);
            if settled && (now != stamp || can_be_read) {
                let mistakes = self.take_up(now).await;
                deliver(self.tell(&mistakes).await);
            }
        }
    }

    fn taken_up(&self) -> TakenUp {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.taken_up.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the folder anew, which looks like `stamp`, and goes on with what is sound in it; gives back the mistakes in
    /// the rest. That a file could not be read is said once.
    async fn take_up(&self, stamp: Stamp) -> Vec<Diagnostic> {
        let old = self.responder();
        let folder = self.loaded.config.content.dir.clone();
        let load::Loaded { library, refused, unread, mut diagnostics } =
            self.worker.run(move || load::load_folder(&folder)).await;
        let said: Vec<String> = self.taken_up().unread.iter().map(|file| file.display().to_string()).collect();
        let still: Vec<String> = unread.iter().map(|file| file.display().to_string()).collect();
        diagnostics.retain(|found| !(said.contains(&found.file) && still.contains(&found.file)));
        *self.taken_up.lock().unwrap_or_else(PoisonError::into_inner) = TakenUp { stamp, unread };
        // What is broken is answered from as it was before.
        let library = library.with(refused.iter().filter_map(|id| old.answerer.library().document(id).cloned()));
        if library.is_empty() {
            diagnostics.push(nothing_left(&self.loaded.config.content.dir));
        } else if let Err(mistakes) = self.go_on_with(&old, library).await {
            diagnostics.extend(mistakes);
        }
        report(&diagnostics);
        diagnostics.retain(|finding| finding.severity == Severity::Error);
        diagnostics
    }

    /// Answers from another library from now on.
    async fn go_on_with(&self, old: &Responder, library: Library) -> Result<(), Vec<Diagnostic>> {
        if library == *old.answerer.library() {
            return Ok(());
        }
        let schedule = schedules::resolve(&self.loaded, &library)?;
        let (words, threshold) = (Arc::clone(&self.words), self.loaded.config.answer.threshold.get());
        let folder = self.loaded.config.content.dir.display().to_string();
        let indexed = self.worker.run(move || Documents::index(library, &words, threshold)).await;
        let documents = indexed.map_err(|error| {
            vec![Diagnostic::error(&folder, error.to_string(), "what was there before is still answered from")]
        })?;
        let changed = difference(old.answerer.library(), documents.answerer.library());
        self.responder.send_replace(Arc::new(Responder {
            answerer: Arc::new(documents.answerer),
            reader: Arc::new(documents.reader),
            schedule,
            ..old.clone()
        }));
        tracing::info!(changed, "the documents have changed");
        Ok(())
    }

    /// The messages that tell the admins about mistakes.
    async fn tell(&self, mistakes: &[Diagnostic]) -> Vec<Row> {
        if mistakes.is_empty() {
            return Vec::new();
        }
        let lines: Vec<String> = mistakes.iter().take(MOST_TOLD).map(ToString::to_string).collect();
        let body = texts(Lang::Zh).content_refused(&lines, mistakes.len() - lines.len());
        let store = self.responder().store.clone();
        let mut rows = Vec::new();
        for admin in self.loaded.config.telegram.admins.iter() {
            match store.notice(Outgoing::in_private(UserId(admin), body.clone())).await {
                Ok(row) => rows.push(row),
                Err(error) => tracing::error!("{error}; an admin is not told"),
            }
        }
        rows
    }
}

fn nothing_left(folder: &Path) -> Diagnostic {
    let help = "what was there before is still answered from; put a document back, or stop the program";
    Diagnostic::error(&folder.display().to_string(), "no document is left that can be used", help)
}

/// Tells the log what is wrong with the documents: an error where one is left out, a warning where it is not.
pub(super) fn report(findings: &[Diagnostic]) {
    for finding in findings {
        match finding.severity {
            Severity::Error => tracing::error!("{finding}"),
            Severity::Warning => tracing::warn!("{finding}"),
        }
    }
}

/// The ids of the documents that are new, gone or different, joined by commas.
fn difference(old: &Library, new: &Library) -> String {
    let other = |document: &&Arc<Document>| old.document(&document.id) != Some(*document);
    let gone = old.iter().filter(|document| new.document(&document.id).is_none());
    let ids = new.iter().filter(other).chain(gone).map(|document| document.id.as_str());
    ids.collect::<Vec<_>>().join(", ")
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
