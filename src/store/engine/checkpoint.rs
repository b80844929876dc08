//! Moves SQLite's write-ahead log into the database file, on a connection of its own, beside the writer.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyConnection, Row as _};
use tokio::sync::Notify;

use super::database::{BUSY_TIMEOUT, Database};
use super::error::Error;

/// How soon after a commit the log is moved.
const PAUSE: Duration = Duration::from_millis(300);

/// Above so many pages in the log, its next writer is made to start it over.
const MANY_PAGES: i64 = 4_000;

/// Moves the log whenever something was `written`.
pub(in crate::store) async fn run(database: Database, written: Arc<Notify>) {
    let mut conn = None;
    loop {
        written.notified().await;
        tokio::time::sleep(PAUSE).await;
        // It fails where a reader stands in the way, or the disk is full: the next commit brings us here again.
        match checkpoint(&database, conn.take()).await {
            Ok(open) => conn = Some(open),
            Err(error) => tracing::debug!("failed to move the store's log into its file: {error}"),
        }
    }
}

async fn checkpoint(database: &Database, conn: Option<AnyConnection>) -> Result<AnyConnection, Error> {
    let mut conn = match conn {
        Some(conn) => conn,
        None => {
            let mut conn = database.connect().await?;
            // Whoever writes or reads goes first.
            sqlx::query("PRAGMA busy_timeout = 0").execute(&mut conn).await?;
            conn
        }
    };
    let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut conn).await?;
    if row.try_get::<i64, _>(1)? > MANY_PAGES {
        sqlx::query("PRAGMA wal_checkpoint(RESTART)").execute(&mut conn).await?;
    }
    Ok(conn)
}

/// Moves the whole log into the file and empties it. Fails where a reader stands in the way for longer than the connection
/// waits for locks.
pub(in crate::store) async fn fold(conn: &mut AnyConnection) -> Result<(), Error> {
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(conn).await?;
    match row.try_get::<i64, _>(0)? {
        0 => Ok(()),
        _ => Err(Error::TimedOut(BUSY_TIMEOUT)),
    }
}
