//! From the file to a store.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::{AnyConnection, Connection as _, Row as _};

use super::alone::alone;
use super::file::{In, Line};
use super::progress::Progress;
use super::table::{self, Table};
use super::{DumpError, backup, sync_folder};
use crate::clock::Timestamp;
use crate::store::StoreError;
use crate::store::engine::database::{Database, make_private};
use crate::store::engine::place::beside;
use crate::store::migrations::{self, Tables};

/// The tables in which a bot that only was started leaves marks that nobody misses.
const LEFT_BY_A_START: [&str; 2] = ["clocks", "leases"];

/// The most rows that are handed to the database at once.
const BATCH: usize = 1_024;

/// What came of a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// How many rows there are now.
    pub rows: u64,
    /// When the backup was made.
    pub made: Timestamp,
    /// Where the file is that was replaced.
    pub former: Option<PathBuf>,
}

/// Makes the store at an address from a backup. What is there already is replaced only if it may be; either all is
/// restored, or nothing is changed.
///
/// # Errors
/// When the file is no whole backup or of a newer program, the store is in use, holds something, or cannot be written.
pub async fn restore(path: &Path, url: &str, over: bool) -> Result<Restored, DumpError> {
    sqlx::any::install_default_drivers();
    let database = Database::parse(url)?;
    let (header, file) = In::begin(path)?;
    if header.schema > migrations::version() {
        return Err(DumpError::Newer { path: path.to_owned(), schema: header.schema });
    }
    let restored = if header.schema < migrations::version() {
        // Into the tables of its time, which are brought up to date like any store; and from there once more.
        let between = tempfile::tempdir().map_err(|source| DumpError::File { path: std::env::temp_dir(), source })?;
        let (early, today) = (between.path().join("early.db"), between.path().join("today"));
        let earlier = format!("sqlite://{}", early.display());
        bring_up_to_date(file, &Database::parse(&earlier)?, header.schema).await?;
        backup(&earlier, &today, false, header.made).await?;
        into_place(In::begin(&today)?.1, &database, over).await?
    } else {
        into_place(file, &database, over).await?
    };
    Ok(Restored { made: header.made, ..restored })
}

async fn bring_up_to_date(file: In, database: &Database, schema: i64) -> Result<(), DumpError> {
    database.make()?;
    let mut conn = database.open().await?;
    database.migrate_to(&mut conn, schema).await?;
    fill(file, database, &mut conn, false).await?;
    database.migrate(&mut conn).await?;
    conn.close().await.map_err(|e| StoreError::sort("close the store", &e))?;
    Ok(())
}

async fn into_place(file: In, database: &Database, over: bool) -> Result<Restored, DumpError> {
    let lock = alone(database).await?;
    let Some(path) = database.path() else { return into_server(file, database, over).await };
    let restored = into_file(file, database, path, over).await?;
    if let Some(mut lock) = lock {
        lock.made().map_err(|source| DumpError::File { path: path.to_owned(), source })?;
    }
    Ok(restored)
}

/// Beside the file that is there, which is then replaced at one stroke and kept under another name.
async fn into_file(file: In, database: &Database, path: &Path, over: bool) -> Result<Restored, DumpError> {
    let failed = |source| DumpError::File { path: path.to_owned(), source };
    let (fresh, former) = (beside(path, ".restoring"), beside(path, ".before-restore"));
    let held = match holds_something(database).await {
        // Nobody can tell what is in it.
        Err(DumpError::Store(StoreError::Damaged { .. })) => true,
        held => held?,
    };
    if held && !over {
        return Err(DumpError::NotEmpty { store: database.name().to_owned() });
    }
    for left_over in [&fresh, &beside(&fresh, "-wal"), &beside(&fresh, "-shm")] {
        remove(left_over).map_err(failed)?;
    }
    let made = Database::parse(&format!("sqlite://{}", fresh.display()))?;
    make_private(&fresh).map_err(failed)?;
    let rows = into_fresh(file, &made).await?;
    fs::File::open(&fresh).and_then(|file| file.sync_all()).map_err(failed)?;
    if held {
        put_aside(database, path, &former).await?;
    }
    // The log of the former file is not the new one's.
    for log in [beside(path, "-wal"), beside(path, "-shm")] {
        remove(&log).map_err(failed)?;
    }
    fs::rename(&fresh, path).map_err(failed)?;
    sync_folder(path).map_err(failed)?;
    Ok(Restored { rows, made: Timestamp(0), former: held.then_some(former) })
}

/// Keeps the former store under another name, its log in it, or beside it where it is damaged.
async fn put_aside(database: &Database, path: &Path, former: &Path) -> Result<(), DumpError> {
    let failed = |source| DumpError::File { path: path.to_owned(), source };
    for left_over in [former.to_owned(), beside(former, "-wal")] {
        remove(&left_over).map_err(failed)?;
    }
    match settle(database).await {
        Err(StoreError::Damaged { .. }) => match fs::rename(beside(path, "-wal"), beside(former, "-wal")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        },
        settled => settled?,
    }
    fs::hard_link(path, former).map_err(failed)
}

/// Moves a file's log into it, so that the file alone is all there is.
async fn settle(database: &Database) -> Result<(), StoreError> {
    const DOING: &str = "put the former store aside";
    let failed = |e| StoreError::sort(DOING, &e);
    let mut conn = database.open().await?;
    let moved = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut conn).await.map_err(failed)?;
    let busy: i64 = moved.try_get(0).map_err(failed)?;
    conn.close().await.map_err(failed)?;
    if busy == 0 { Ok(()) } else { Err(StoreError::Locked { doing: DOING }) }
}

async fn into_fresh(file: In, database: &Database) -> Result<u64, DumpError> {
    let mut conn = database.open().await?;
    database.migrate(&mut conn).await?;
    let rows = fill(file, database, &mut conn, false).await?;
    // The last to close a SQLite file moves its log into it.
    conn.close().await.map_err(|e| StoreError::sort("close the store", &e))?;
    Ok(rows)
}

async fn into_server(file: In, database: &Database, over: bool) -> Result<Restored, DumpError> {
    let mut conn = database.open().await?;
    if database.tables(&mut conn).await? == Tables::Newer {
        return Err(StoreError::OtherVersion { store: database.name().to_owned() }.into());
    }
    if !over && holds_something(database).await? {
        return Err(DumpError::NotEmpty { store: database.name().to_owned() });
    }
    database.migrate(&mut conn).await?;
    let rows = fill(file, database, &mut conn, true).await?;
    Ok(Restored { rows, made: Timestamp(0), former: None })
}

/// Whether anybody has used the store: a bot that only was started leaves marks that nobody misses.
async fn holds_something(database: &Database) -> Result<bool, DumpError> {
    // A store that was here and is gone is what a backup is for.
    if !matches!(database.find(), Ok(true)) {
        return Ok(false);
    }
    let mut conn = database.open().await?;
    let failed = |e| StoreError::sort("look into the store", &e);
    let mut held = false;
    if database.tables(&mut conn).await? != Tables::None {
        let tables = table::all(&mut conn, database).await.map_err(failed)?;
        for name in tables.iter().filter(|name| !LEFT_BY_A_START.contains(&name.as_str())) {
            let table = Table::of(&mut conn, database, name).await.map_err(failed)?;
            held |= table.holds_something(&mut conn).await.map_err(failed)?;
        }
    }
    conn.close().await.map_err(failed)?;
    Ok(held)
}

/// Writes the rows of the file in one transaction, in place of what there was.
async fn fill(file: In, database: &Database, conn: &mut AnyConnection, clear: bool) -> Result<u64, DumpError> {
    let failed = |e| DumpError::Store(StoreError::sort("fill the store", &e));
    sqlx::query(database.begin()).execute(&mut *conn).await.map_err(failed)?;
    if clear {
        for name in table::known() {
            let table = Table::of(conn, database, name).await.map_err(failed)?;
            table.clear(conn).await.map_err(failed)?;
        }
    }
    // Where this fails, the connection ends, and with it the transaction.
    let rows = pour(file, database, conn).await?;
    if !Table::of(conn, database, "leases").await.map_err(failed)?.columns().is_empty() {
        // Whoever worked when the backup was made does not work here.
        sqlx::query("UPDATE leases SET holder = ''").execute(&mut *conn).await.map_err(failed)?;
    }
    sqlx::query("COMMIT").execute(conn).await.map_err(failed)?;
    Ok(rows)
}

async fn pour(mut file: In, database: &Database, conn: &mut AnyConnection) -> Result<u64, DumpError> {
    let failed = |e| DumpError::Store(StoreError::sort("fill the store", &e));
    let (mut rows, mut table, mut batch) = (0, None::<Table>, Vec::new());
    let mut progress = Progress::of("written");
    loop {
        let line = file.next()?;
        let ends = !matches!(line, Line::Row(_));
        if let Some(table) = table.as_ref().filter(|_| ends || batch.len() >= BATCH) {
            table.insert(conn, std::mem::take(&mut batch)).await.map_err(failed)?;
        }
        match line {
            Line::Row(row) => {
                let cells = table.as_ref().and_then(|table| table.cells(row));
                batch.push(cells.ok_or_else(|| file.broken("the row does not fit its table"))?);
                rows += 1;
                progress.row(table.as_ref().map_or("", |table| &table.name));
            }
            Line::Table { table: name, columns } => {
                let known = table::known().contains(&name.as_str());
                let found = if known { Some(Table::of(conn, database, &name).await.map_err(failed)?) } else { None };
                let found = found.and_then(|found| found.with_columns(&columns));
                table = Some(found.ok_or_else(|| file.broken(format!("there is no table `{name}` like this")))?);
            }
            Line::End { rows: told } if told == rows => return Ok(rows),
            Line::End { .. } => return Err(file.broken("rows are missing")),
        }
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
