//! What a store is like, seen from beside a running bot and without changing anything.

use std::path::{Path, PathBuf};

use sqlx::{AnyConnection, Row as _};

use crate::store::engine::database::Database;
use crate::store::engine::sql;
use crate::store::migrations::Tables;
use crate::store::{BotId, Store, StoreError, subscription};

/// What a store is like.
#[derive(Clone, Debug)]
pub struct Survey {
    /// What errors call it; never holds a password.
    pub name: String,
    /// The SQLite file; `None` for a server.
    pub file: Option<PathBuf>,
    /// How its tables compare with this program's.
    pub tables: Tables,
    /// The bots that somebody has subscribed to, and how many subscriptions each has.
    pub bots: Vec<(BotId, u64)>,
    /// The zones of all subscriptions.
    pub zones: Vec<String>,
}

impl Survey {
    /// Looks at the store at an address. Whether it can be written is tried with a write that touches no row.
    ///
    /// # Errors
    /// When it cannot be opened, read or written, is damaged, or is gone from where it was.
    pub async fn of(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let database = Database::parse(url)?;
        let mut survey = Self {
            name: database.name().to_owned(),
            file: database.path().map(Path::to_path_buf),
            tables: Tables::None,
            bots: Vec::new(),
            zones: Vec::new(),
        };
        if !database.find()? {
            return Ok(survey);
        }
        let mut conn = database.open().await?;
        survey.tables = database.tables(&mut conn).await?;
        if survey.tables.fit() {
            let failed = |e| StoreError::sort("look at the store", &e);
            survey.bots = bots(&mut conn).await.map_err(failed)?;
            survey.zones = zones(&mut conn).await.map_err(failed)?;
            can_be_written(&database, &mut conn).await?;
        }
        whole(&database, &mut conn).await?;
        Ok(survey)
    }
}

impl Store {
    /// The bots that somebody has subscribed to, and how many subscriptions each has.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn bots(&self) -> Result<Vec<(BotId, u64)>, StoreError> {
        self.read(&subscription::NOUN, "count the bots' subscriptions", sqlx::query(BOTS), read_bot).await
    }
}

const BOTS: &str = "SELECT bot_id, COUNT(*) AS subscriptions FROM subscriptions WHERE ended_at IS NULL
    GROUP BY bot_id ORDER BY bot_id";

fn read_bot(row: &sqlx::any::AnyRow) -> Result<(BotId, u64), sqlx::Error> {
    Ok((BotId(row.try_get("bot_id")?), sql::number(row, "subscriptions")?))
}

async fn bots(conn: &mut AnyConnection) -> Result<Vec<(BotId, u64)>, sqlx::Error> {
    sqlx::query(BOTS).fetch_all(conn).await?.iter().map(read_bot).collect()
}

async fn zones(conn: &mut AnyConnection) -> Result<Vec<String>, sqlx::Error> {
    let text = "SELECT DISTINCT zone FROM subscriptions WHERE ended_at IS NULL ORDER BY zone";
    sqlx::query_scalar(text).fetch_all(conn).await
}

/// Every page of a SQLite file is read: one that is damaged shows otherwise only once the bot needs it.
async fn whole(database: &Database, conn: &mut AnyConnection) -> Result<(), StoreError> {
    const DOING: &str = "look through the store";
    if !database.is_file() {
        return Ok(());
    }
    let found: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(conn).await.map_err(|e| StoreError::sort(DOING, &e))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged { doing: DOING, reason: found.into() }) }
}

async fn can_be_written(database: &Database, conn: &mut AnyConnection) -> Result<(), StoreError> {
    for text in [database.begin(), "DELETE FROM holds WHERE bot_id = -1", "ROLLBACK"] {
        sqlx::query(text).execute(&mut *conn).await.map_err(|e| StoreError::sort("write into the store", &e))?;
    }
    Ok(())
}
