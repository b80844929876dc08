//! Connections for reading, beside the writer's. A pool of our own, because a connection that falls silent has to be
//! dropped after a time limit: sqlx's pool waits for an answer before it lets go of one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Connection as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::condition::Condition;
use super::database::Database;
use super::error::{Error, within};

/// Connections for reading.
const READERS: u32 = 4;

/// How long a read waits for a connection to come free.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A connection to a server that was idle for so long is asked whether it is still there: firewalls drop idle ones
/// without a word.
const IDLE: Duration = Duration::from_secs(30);

/// How long it may take to say so.
const PING_LIMIT: Duration = Duration::from_secs(1);

/// The pool. No connection is made before the first read.
#[derive(Debug)]
pub(in crate::store) struct Readers {
    database: Database,
    condition: Condition,
    places: Arc<Semaphore>,
    /// Connections that nobody uses, the latest used last, each since when.
    idle: Mutex<Vec<(AnyConnection, Instant)>>,
}

/// A connection that is out; dropped, it is closed.
pub(in crate::store) struct Reader {
    pub(in crate::store) conn: AnyConnection,
    _place: OwnedSemaphorePermit,
}

impl Readers {
    /// A pool without connections.
    pub(in crate::store) fn new(database: Database, condition: Condition) -> Self {
        let places = Arc::new(Semaphore::new(READERS as usize));
        Self { database, condition, places, idle: Mutex::default() }
    }

    /// All rows of a query. The limit is for each row: many take longer than few, and are no silence.
    pub(in crate::store) async fn fetch(&self, query: Query<'_, Any, AnyArguments>) -> Result<Vec<AnyRow>, Error> {
        let mut reader = self.take().await?;
        let rows = self.all(query.fetch(&mut reader.conn)).await;
        self.give_back(reader, rows.as_ref().err());
        self.condition.note(rows)
    }

    async fn all(&self, mut stream: BoxStream<'_, Result<AnyRow, sqlx::Error>>) -> Result<Vec<AnyRow>, Error> {
        let mut rows = Vec::new();
        while let Some(row) = within(self.limit(), stream.try_next()).await? {
            rows.push(row);
        }
        Ok(rows)
    }

    /// A connection that is ready for use.
    pub(in crate::store) async fn take(&self) -> Result<Reader, Error> {
        if let Some(loss) = self.condition.loss() {
            return Err(Error::Vanished(loss));
        }
        let place = tokio::time::timeout(LONGEST_WAIT, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| Error::TimedOut(LONGEST_WAIT))?.map_err(|_| Error::Closed)?;
        let conn = match self.idle_one().await {
            Some(conn) => conn,
            None => self.database.connect_reader().await?,
        };
        Ok(Reader { conn, _place: place })
    }

    /// Takes a connection back after a read, unless it is of no further use. Where one is silent, those that lay idle are
    /// no better: all are made anew.
    pub(in crate::store) fn give_back(&self, reader: Reader, error: Option<&Error>) {
        match error {
            Some(error) if error.breaks_the_connection() => self.idle().clear(),
            _ => self.idle().push((reader.conn, Instant::now())),
        }
    }

    /// How long a read may take.
    pub(in crate::store) fn limit(&self) -> Duration {
        self.database.limit()
    }

    /// One that lay idle and still answers.
    async fn idle_one(&self) -> Option<AnyConnection> {
        let (mut conn, since) = self.idle().pop()?;
        if self.database.is_file() || since.elapsed() < IDLE || within(PING_LIMIT, conn.ping()).await.is_ok() {
            return Some(conn);
        }
        self.idle().clear();
        None
    }

    /// Refuses reads from now on, waits for those under way, and closes all connections.
    pub(in crate::store) async fn close(&self) {
        // A read that takes longer is cut off with the process.
        let all = tokio::time::timeout(self.database.limit(), self.places.acquire_many(READERS)).await;
        self.places.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for (conn, _) in idle {
            // What cannot be closed in order is dropped.
            let _ = within(PING_LIMIT, conn.close()).await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(AnyConnection, Instant)>> {
        // A list of connections stays whole even if a thread panicked while it held the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
