//! A store as one file, for backups, for moving to another machine, and from one database to another.
//!
//! The file is the same for SQLite and PostgreSQL: JSON, a line a row (see `file`). It is written from one
//! transaction, so it shows one instant, beside a running bot. What it is restored into is the tables of its own time,
//! brought up to date like any store: a backup of every earlier program can be restored.

mod alone;
mod error;
mod file;
mod progress;
mod restore;
mod table;

use std::path::{Path, PathBuf};

use futures_util::TryStreamExt as _;
use sqlx::{AnyConnection, AssertSqlSafe};
use tempfile::NamedTempFile;

pub use error::DumpError;
pub use restore::{Restored, restore};

use self::alone::alone;
use self::file::{Header, Out};
use self::progress::Progress;
use self::table::Table;
use super::StoreError;
use super::engine::database::Database;
use super::migrations::Applied;
use crate::clock::Timestamp;

/// What came of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// How many rows it holds.
    pub rows: u64,
    /// How large it is.
    pub bytes: u64,
}

/// Writes the store at an address into a file, beside a running bot. The file is there as a whole or not at all.
///
/// # Errors
/// When the store cannot be read, is of another version, or the file is there already or cannot be written.
pub async fn backup(url: &str, path: &Path, over: bool, now: Timestamp) -> Result<BackedUp, DumpError> {
    sqlx::any::install_default_drivers();
    if path.exists() && !over {
        return Err(DumpError::Exists { path: path.to_owned() });
    }
    let database = existing(url)?;
    let failed = |source| DumpError::File { path: path.to_owned(), source };
    let mut file = NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    let done = write(&database, &mut file, path, now).await?;
    // What is not on the disk yet would be missing after a power cut, under the name of a whole backup.
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(path).map_err(failed)?;
    Ok(done)
}

/// Moves the contents of one store into another, which has to be empty. The first stays as it is, and nobody may use it
/// meanwhile.
///
/// # Errors
/// When either cannot be opened, is in use, or the second holds something and is not to be replaced.
pub async fn migrate_store(from: &str, to: &str, over: bool, now: Timestamp) -> Result<Restored, DumpError> {
    sqlx::any::install_default_drivers();
    let source = existing(from)?;
    // For as long as this lives, no bot writes what would be left behind.
    let _lock = alone(&source).await?;
    let between = tempfile::tempdir().map_err(|source| DumpError::File { path: std::env::temp_dir(), source })?;
    let file = between.path().join("store");
    backup(from, &file, false, now).await?;
    restore(&file, to, over).await
}

/// The store at an address, which has to be there.
fn existing(url: &str) -> Result<Database, DumpError> {
    let database = Database::parse(url)?;
    database.expect()?;
    Ok(database)
}

/// Writes all rows of one instant.
async fn write(
    database: &Database,
    file: &mut NamedTempFile,
    path: &Path,
    now: Timestamp,
) -> Result<BackedUp, DumpError> {
    let mut conn = database.open().await?;
    database.check(&mut conn).await?;
    let failed = |e: sqlx::Error| DumpError::Store(StoreError::sort("read the store for a backup", &e));
    sqlx::query(database.begin_reading()).execute(&mut conn).await.map_err(failed)?;
    // What a newer program has added is kept along, and only that one restores it.
    let schema = Applied::read(&mut conn).await.map_err(failed)?.newest();
    let mut out = Out::begin(file, path, &Header::new(schema, now))?;
    let mut progress = Progress::of("read");
    for name in table::all(&mut conn, database).await.map_err(failed)? {
        let table = Table::of(&mut conn, database, &name).await.map_err(failed)?;
        out.table(&table)?;
        write_rows(&mut conn, &table, &mut out, &mut progress).await?;
    }
    let rows = out.end()?;
    let bytes = file.as_file().metadata().map_or(0, |data| data.len());
    Ok(BackedUp { rows, bytes })
}

async fn write_rows<W: std::io::Write>(
    conn: &mut AnyConnection,
    table: &Table,
    out: &mut Out<'_, W>,
    progress: &mut Progress,
) -> Result<(), DumpError> {
    let failed = |e: sqlx::Error| DumpError::Store(StoreError::sort("read the store for a backup", &e));
    let mut rows = sqlx::query(AssertSqlSafe(table.select())).fetch(conn);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        out.row(&table.read(&row).map_err(failed)?)?;
        progress.row(&table.name);
    }
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A name is on the disk once its folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder_of(path))?.sync_all()
}
