//! The writer: one task, one connection, and as few commits as possible.
//!
//! Whatever waits is taken (at most [`GROUP`] writes, without waiting for more) and committed as one transaction of
//! multi-row statements. A commit costs what the disk takes to be sure, whatever is in it: under load many writes
//! share one. Where one member fails, the transaction is undone and the members are tried one by one, so that a write
//! fails only for its own sake.
//!
//! While the store as a whole is in trouble (full, locked, out of reach), writes fail, and their authors decide. Only
//! what became of a message is kept and tried again: it cannot be asked for a second time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use sqlx::AnyConnection;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::error::Error;
use super::id::IdMaker;
use super::lease::{Keep, Post, Take};
use super::transaction::{Script, Session, Whose};
use crate::store::again::Again;
use crate::store::attempt::{self, Attempt, Settle};
use crate::store::change::Changes;
use crate::store::delivery::Plan;
use crate::store::inbox::{self, AttemptFailed, Handled, Receive};
use crate::store::prune::Prune;
use crate::store::record::Record;
use crate::store::{BotId, StoreError};

/// The most writes that share a commit.
const GROUP: usize = 512;

/// How soon what is kept is tried again where nothing else is to be written.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Something to be written, and what its author learns once it is.
pub(in crate::store) trait Task: Sized {
    /// What the author learns.
    type Output: Send + 'static;
    /// For errors: "failed to …".
    const DOING: &'static str;
    /// The task among the others.
    fn into_work(job: Job<Self>) -> Work;
    /// What the author learns, after the commit.
    fn output(self) -> Self::Output;
}

/// A task, and who waits for it.
pub(in crate::store) struct Job<T: Task> {
    task: T,
    author: oneshot::Sender<Result<T::Output, StoreError>>,
    _busy: Busy,
}

impl<T: Task> Job<T> {
    fn finish(self, result: Result<(), &Error>) {
        let result = match result {
            Ok(()) => Ok(self.task.output()),
            Err(error) => Err(StoreError::of(T::DOING, error)),
        };
        // Who has gone away does not want to know; whoever runs the program does, if it went wrong.
        if let Err(Err(error)) = self.author.send(result) {
            tracing::warn!("{error}");
        }
    }
}

/// Any of the tasks.
pub(in crate::store) enum Work {
    Receive(Job<Receive>),
    Handled(Job<Handled>),
    AttemptFailed(Job<AttemptFailed>),
    Attempt(Job<Attempt>),
    Settle(Job<Settle>),
    Plan(Job<Plan>),
    Changes(Job<Changes>),
    Prune(Job<Prune>),
    Again(Job<Again>),
    Record(Job<Record>),
    Keep(Job<Keep>),
    Take(Job<Take>),
}

impl Work {
    /// Whether it may change when a subscription is due.
    pub(in crate::store) fn touches_schedule(&self) -> bool {
        match self {
            Self::Changes(_) | Self::Plan(_) => true,
            Self::Handled(job) => job.task.changes_something(),
            Self::Record(job) => job.task.touches_schedule(),
            _ => false,
        }
    }

    /// Who may write it. Updates are stored by whoever gets them, and the lease is taken by whoever may. All else shows the
    /// number of the lease.
    fn whose(&self) -> Whose {
        match self {
            Self::Receive(_) | Self::Take(_) => Whose::Anybodys,
            Self::Record(job) if matches!(job.task, Record::Trial) => Whose::Anybodys,
            Self::Settle(_) => Whose::LastHolders,
            _ => Whose::Holders,
        }
    }

    fn finish(self, result: Result<(), &Error>) {
        match self {
            Self::Receive(job) => job.finish(result),
            Self::Handled(job) => job.finish(result),
            Self::AttemptFailed(job) => job.finish(result),
            Self::Attempt(job) => job.finish(result),
            Self::Settle(job) => job.finish(result),
            Self::Plan(job) => job.finish(result),
            Self::Changes(job) => job.finish(result),
            Self::Prune(job) => job.finish(result),
            Self::Again(job) => job.finish(result),
            Self::Record(job) => job.finish(result),
            Self::Keep(job) => job.finish(result),
            Self::Take(job) => job.finish(result),
        }
    }
}

/// What a task writes through.
pub(in crate::store) struct Tx<'c> {
    pub(in crate::store) conn: &'c mut AnyConnection,
    pub(in crate::store) bot: i64,
    pub(in crate::store) ids: &'c IdMaker,
    /// The number of the lease; 0 where there is none.
    pub(in crate::store) fence: i64,
}

/// A write on its way; resolves once it is safe. It is made even if nobody waits.
#[derive(Debug)]
#[must_use = "a write is on its way: await it, or `drop` it where nothing depends on it"]
pub struct Writing<T>(oneshot::Receiver<Result<T, StoreError>>);

/// The outcome of an attempt on its way into the store.
pub type Settling = Writing<()>;

impl<T> Writing<T> {
    /// For a store that is closed.
    pub(in crate::store) fn closed() -> Self {
        Self(oneshot::channel().1)
    }
}

impl<T> Future for Writing<T> {
    type Output = Result<T, StoreError>;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or(Err(StoreError::Closed)))
    }
}

/// The way to the writer.
#[derive(Debug, Clone)]
pub(in crate::store) struct Entrance(mpsc::UnboundedSender<Work>);

/// Something that the database is asked for, counted for as long as this lives.
#[derive(Debug)]
pub(in crate::store) struct Busy(Arc<AtomicUsize>);

impl Busy {
    /// Counts one more.
    pub(in crate::store) fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Entrance {
    /// Hands a task over.
    pub(in crate::store) fn hand_over<T: Task>(&self, task: T, busy: Busy) -> Writing<T::Output> {
        let (author, answer) = oneshot::channel();
        // A writer that is gone drops the work and with it the author's end: the answer is then "closed".
        let _ = self.0.send(T::into_work(Job { task, author, _busy: busy }));
        Writing(answer)
    }
}

/// Called after each commit with what it wrote.
pub(in crate::store) type Committed = Box<dyn Fn(&[Work]) + Send + Sync>;

/// The writing task's state.
pub(in crate::store) struct Writer {
    session: Session,
    bot: BotId,
    ids: Arc<IdMaker>,
    post: Arc<Post>,
    waiting: mpsc::UnboundedReceiver<Work>,
    committed: Committed,
}

/// The writes that share a transaction.
struct Group<'g> {
    works: &'g mut [Work],
    bot: i64,
    ids: &'g IdMaker,
}

impl Script for Group<'_> {
    async fn write(&mut self, conn: &mut AnyConnection, fence: i64) -> Result<(), Error> {
        write_all(&mut Tx { conn, bot: self.bot, ids: self.ids, fence }, self.works).await
    }

    fn whose(&self) -> Whose {
        self.works.iter().map(Work::whose).max().unwrap_or(Whose::Anybodys)
    }
}

impl Writer {
    /// A writer over `session`; `committed` is called after each commit.
    pub(in crate::store) fn new(
        session: Session,
        bot: BotId,
        ids: Arc<IdMaker>,
        post: Arc<Post>,
        committed: Committed,
    ) -> (Self, Entrance) {
        let (entrance, waiting) = mpsc::unbounded_channel();
        (Self { session, bot, ids, post, waiting, committed }, Entrance(entrance))
    }

    /// Writes until every entrance is gone and everything handed over is written; gives back the session to be closed.
    pub(in crate::store) async fn run(mut self) -> Session {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            let kept = group.len();
            let more = if kept == 0 {
                self.waiting.recv_many(&mut group, GROUP).await
            } else {
                timeout(RETRY_PAUSE, self.waiting.recv_many(&mut group, GROUP)).await.unwrap_or(1)
            };
            let last = more == 0;
            if !group.is_empty() {
                group = self.write(std::mem::take(&mut group), last).await;
            }
            if last {
                return self.session;
            }
        }
    }

    /// Writes a group; gives back what is to be tried again, which is nothing the last time.
    async fn write(&mut self, mut group: Vec<Work>, last: bool) -> Vec<Work> {
        let Err(error) = self.commit(&mut group).await else {
            self.finish(group, Ok(()));
            return Vec::new();
        };
        let whole_store = StoreError::of("", &error).concerns_the_whole_store();
        if whole_store || group.len() == 1 {
            // A log that has filled the disk can be moved and begun anew, which nobody else would see to now.
            (self.committed)(&[]);
            let keeps = |work: &Work| whole_store && !last && matches!(work, Work::Settle(_));
            let (kept, failed) = group.into_iter().partition(keeps);
            self.finish(failed, Err(&error));
            return kept;
        }
        let mut kept = Vec::new();
        for work in group {
            kept.extend(Box::pin(self.write(vec![work], last)).await);
        }
        kept
    }

    fn finish(&self, group: Vec<Work>, result: Result<(), &Error>) {
        if result.is_ok() {
            (self.committed)(&group);
        }
        for work in group {
            work.finish(result);
        }
    }

    async fn commit(&mut self, works: &mut [Work]) -> Result<(), Error> {
        let mut group = Group { works, bot: self.bot.0, ids: &self.ids };
        self.session.commit(&self.post, self.bot.0, &mut group).await
    }
}

macro_rules! tasks {
    ($group:expr, $kind:ident) => {
        $group
            .iter_mut()
            .filter_map(|work| match work {
                Work::$kind(job) => Some(&mut job.task),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
}

/// Outcomes come first: they are about what was committed earlier, and others may build on them.
async fn write_all(tx: &mut Tx<'_>, group: &mut [Work]) -> Result<(), Error> {
    attempt::settle_all(tx, tasks!(group, Settle)).await?;
    inbox::receive_all(tx, tasks!(group, Receive)).await?;
    attempt::attempt_all(tx, tasks!(group, Attempt)).await?;
    inbox::handle_all(tx, tasks!(group, Handled)).await?;
    for work in group {
        match work {
            Work::AttemptFailed(job) => job.task.apply(tx).await?,
            Work::Plan(job) => job.task.apply(tx).await?,
            Work::Changes(job) => job.task.apply(tx).await?,
            Work::Prune(job) => job.task.apply(tx).await?,
            Work::Again(job) => job.task.apply(tx).await?,
            Work::Record(job) => job.task.apply(tx).await?,
            Work::Keep(job) => job.task.apply(tx).await?,
            Work::Take(job) => job.task.apply(tx).await?,
            Work::Settle(_) | Work::Receive(_) | Work::Attempt(_) | Work::Handled(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::condition::Condition;
    use super::super::database::Database;
    use super::*;
    use crate::store::attempt::tests::settled;

    #[tokio::test]
    async fn while_the_store_is_out_of_reach_what_became_of_a_message_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("later/wengu.db");
        let database = Database::parse(&format!("sqlite://{}", path.display())).unwrap();
        sqlx::any::install_default_drivers();
        let (_entrance, waiting) = mpsc::unbounded_channel();
        let ids = Arc::new(IdMaker::default());
        let committed = Box::new(|_: &[Work]| {});
        let post = Arc::new(Post::new(crate::clock::Clock::system(), false));
        let session = Session::new(database.clone(), Condition::default(), None);
        let mut writer = Writer { session, bot: BotId(1), ids, post, waiting, committed };
        let (author, mut answer) = oneshot::channel();
        let group = vec![Settle::into_work(Job { task: settled(), author, _busy: Busy::begin(&Arc::default()) })];

        let kept = writer.write(group, false).await;
        assert_eq!(kept.len(), 1);
        assert!(answer.try_recv().is_err(), "its author still waits");
        drop(database.lock().unwrap());
        database.make().unwrap();
        let mut conn = database.connect().await.unwrap();
        database.migrate(&mut conn).await.unwrap();
        assert!(writer.write(kept, false).await.is_empty());
        answer.await.unwrap().unwrap();
    }
}
