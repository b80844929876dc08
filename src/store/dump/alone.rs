//! Nobody may use a store that is being moved or replaced.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Row as _};

use crate::store::StoreError;
use crate::store::engine::database::Database;
use crate::store::engine::place::Lock;

/// On a server, whoever works writes to its lease every two seconds: one that is silent for so long does not.
const SILENCE: Duration = Duration::from_secs(5);

/// Makes sure that no bot uses the store, and keeps a file to ourselves for as long as the lock lives.
///
/// # Errors
/// When a bot works on it.
pub(super) async fn alone(database: &Database) -> Result<Option<Lock>, StoreError> {
    let lock = database.lock()?;
    if !database.is_file() {
        nobody_works(database).await?;
    }
    Ok(lock)
}

/// Looks at the leases twice.
async fn nobody_works(database: &Database) -> Result<(), StoreError> {
    let mut conn = database.open().await?;
    if !database.tables(&mut conn).await?.fit() {
        return Ok(());
    }
    let before = held(&mut conn).await?;
    if !before.is_empty() {
        tokio::time::sleep(SILENCE).await;
        let after = held(&mut conn).await?;
        if after.iter().any(|lease| !before.contains(lease)) {
            return Err(StoreError::InUse { path: database.name().to_owned() });
        }
    }
    conn.close().await.map_err(|e| StoreError::sort("look at the leases", &e))
}

/// The leases that somebody holds: whose, and how far they have come.
async fn held(conn: &mut AnyConnection) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    let read = |row: &sqlx::any::AnyRow| Ok((row.try_get("bot_id")?, row.try_get("fence")?, row.try_get("beat")?));
    let rows = sqlx::query("SELECT bot_id, fence, beat FROM leases WHERE holder <> ''").fetch_all(conn).await;
    let leases = rows.and_then(|rows| rows.iter().map(read).collect());
    leases.map_err(|e| StoreError::sort("look at the leases", &e))
}
