//! One transaction at a time on the writer's connection, with a time limit, and with an end that is known.
//!
//! - A connection that does not answer within [`Database::limit`] is dropped, never used again; the next transaction
//!   begins on a new one.
//! - Where the answer to `COMMIT` is lost, a new connection looks up what became of it. Each transaction of the holder
//!   raises the number in the lease's row (see [`lease`]), so the number says whether it was committed; and
//!   reading it waits for the row's lock, so a commit that is still on its way cannot come in later. What was not
//!   committed is written again. Writes that anybody may make say nothing twice and are simply repeated.
//! - SQLite answers from within this process: its `COMMIT` is awaited to the end, and so never in doubt.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _};

use super::checkpoint;
use super::condition::Condition;
use super::database::Database;
use super::error::{Error, within};
use super::lease::{self, Mark, Post};
use crate::clock::Moment;

/// How long to wait before a commit in doubt is looked up once more.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long closing in order may take: less than whoever stops the process waits before it kills.
const CLOSE_LIMIT: Duration = Duration::from_secs(8);

/// What a transaction writes.
pub(in crate::store) trait Script: Send {
    /// Writes it all.
    fn write(&mut self, conn: &mut AnyConnection, fence: i64) -> impl Future<Output = Result<(), Error>> + Send;

    /// Who may write it.
    fn whose(&self) -> Whose;
}

/// Who may write something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) enum Whose {
    /// Any instance; written twice, it has the same effect.
    Anybodys,
    /// Who holds the lease, or held it last: it says what became of what the holder did.
    LastHolders,
    /// Who holds the lease.
    Holders,
}

impl Whose {
    /// The number of the lease to be shown, if one has to be.
    fn fence(self, post: &Post) -> Result<Option<i64>, Error> {
        match self {
            Self::Anybodys => Ok(None),
            Self::LastHolders => post.former_fence(),
            Self::Holders => post.fence(),
        }
    }
}

/// The writer's connection.
#[derive(Debug)]
pub(in crate::store) struct Session {
    database: Database,
    condition: Condition,
    /// `None` where the last one was dropped.
    conn: Option<AnyConnection>,
}

/// How a transaction failed.
enum Failed {
    /// It is not in the store.
    Undone(Error),
    /// Nobody knows: the answer to its `COMMIT` was lost.
    Unanswered,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Undone(error)
    }
}

impl Session {
    /// A session that goes on with `conn`.
    pub(in crate::store) fn new(database: Database, condition: Condition, conn: Option<AnyConnection>) -> Self {
        Self { database, condition, conn }
    }

    /// Writes a script in one transaction. With an error, nothing of it is stored, except where that cannot be known
    /// ([`Error::InDoubt`], [`Error::TakenOver`]): then it is read again from the store what there is.
    pub(in crate::store) async fn commit(
        &mut self,
        post: &Post,
        bot: i64,
        script: &mut (impl Script + Sync),
    ) -> Result<(), Error> {
        loop {
            if let Some(loss) = self.condition.loss() {
                return Err(Error::Vanished(loss));
            }
            let fence = script.whose().fence(post)?;
            let (begun, mut mark) = (post.now(), None);
            match self.try_once(bot, fence, script, &mut mark).await {
                Ok(()) => {
                    note_renewal(post, fence, begun);
                    return Ok(());
                }
                Err(Failed::Undone(error)) => {
                    if matches!(error, Error::TakenOver) {
                        post.lost();
                    }
                    return self.condition.note(Err(error));
                }
                Err(Failed::Unanswered) => {
                    tracing::warn!("the answer to a commit was lost; looking up what became of it");
                    if self.was_committed(post, bot, script, mark).await? {
                        note_renewal(post, fence, begun);
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn try_once(
        &mut self,
        bot: i64,
        fence: Option<i64>,
        script: &mut impl Script,
        mark: &mut Option<Mark>,
    ) -> Result<(), Failed> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.database.connect().await?,
        };
        let begin = self.database.begin();
        let written = within(self.database.limit(), async {
            execute(&mut conn, begin).await?;
            if let Some(fence) = fence {
                *mark = Some(lease::show(&mut conn, bot, fence).await?);
            }
            script.write(&mut conn, fence.unwrap_or(0)).await
        });
        if let Err(error) = written.await {
            self.undo(conn, &error).await;
            return Err(Failed::Undone(error));
        }
        match end(&self.database, &mut conn).await {
            Ok(()) => self.conn = Some(conn),
            Err(error) if error.breaks_the_connection() && !self.database.is_file() => return Err(Failed::Unanswered),
            Err(error) => {
                self.undo(conn, &error).await;
                return Err(Failed::Undone(error));
            }
        }
        Ok(())
    }

    /// Takes a transaction back. A connection that cannot even do that is dropped.
    async fn undo(&mut self, mut conn: AnyConnection, error: &Error) {
        if error.breaks_the_connection() && !self.database.is_file() {
            return;
        }
        if !matches!(error, Error::TimedOut(_))
            && within(self.database.limit(), execute(&mut conn, "ROLLBACK")).await.is_ok()
        {
            self.conn = Some(conn);
        }
    }

    /// Whether a transaction whose end is not known was committed. Asks until the server tells, or the lease ends.
    async fn was_committed(
        &mut self,
        post: &Post,
        bot: i64,
        script: &impl Script,
        mark: Option<Mark>,
    ) -> Result<bool, Error> {
        if script.whose() == Whose::Anybodys {
            return Ok(false);
        }
        let Some(mark) = mark else { return Err(Error::InDoubt) };
        loop {
            match self.look_up(bot, &mark).await {
                Ok(committed) => return Ok(committed),
                Err(Error::TakenOver) => {
                    post.lost();
                    return Err(Error::TakenOver);
                }
                Err(error) => tracing::warn!("what became of a commit is not known yet: {error}"),
            }
            if post.stands_by() || post.left().is_zero() {
                return Err(Error::InDoubt);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn look_up(&mut self, bot: i64, mark: &Mark) -> Result<bool, Error> {
        let mut conn = self.database.connect().await?;
        let committed = within(self.database.limit(), lease::has_committed(&mut conn, bot, mark)).await?;
        self.conn = Some(conn);
        Ok(committed)
    }

    /// Ends in order: SQLite's log is moved into its file, so that the file alone is the whole store.
    pub(in crate::store) async fn close(mut self) {
        if self.condition.loss().is_some() {
            // Whatever is moved into a file that is not ours makes it worse.
            return;
        }
        let closing = async {
            let mut conn = match self.conn.take() {
                Some(conn) => conn,
                None if self.database.is_file() => self.database.connect().await?,
                None => return Ok::<_, Error>(()),
            };
            if self.database.is_file() {
                checkpoint::fold(&mut conn).await?;
            }
            Ok(conn.close().await?)
        };
        if let Err(error) = within(CLOSE_LIMIT, closing).await {
            tracing::warn!("the store was not closed in order: {error}; copy all its files, should you copy it now");
        }
    }
}

fn note_renewal(post: &Post, fence: Option<i64>, begun: Moment) {
    if fence.is_some() {
        post.renewed(begun);
    }
}

async fn end(database: &Database, conn: &mut AnyConnection) -> Result<(), Error> {
    if database.is_file() {
        return Ok(execute(conn, "COMMIT").await?);
    }
    within(database.limit(), execute(conn, "COMMIT")).await
}

async fn execute(conn: &mut AnyConnection, text: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(text).execute(conn).await.map(|_| ())
}
