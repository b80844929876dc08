//! Looks for rows that this program cannot read.

use futures_util::TryStreamExt as _;
use sqlx::AnyConnection;

use crate::store::StoreError;
use crate::store::engine::database::Database;
use crate::store::noun::{NOUNS, Noun};
use crate::store::rows::Unreadable;

/// The most that are told.
const MOST: usize = 1_000;

/// The rows of a store that this program cannot read, of whatever bot; at most a thousand. Reads every table.
///
/// # Errors
/// When the store cannot be opened or read.
pub async fn unreadable(url: &str) -> Result<Vec<Unreadable>, StoreError> {
    sqlx::any::install_default_drivers();
    let database = Database::parse(url)?;
    if !database.find()? {
        return Ok(Vec::new());
    }
    let mut conn = database.open().await?;
    // The tables of earlier programs lack columns; what cannot be read there is seen once they are brought up to date.
    if !database.tables(&mut conn).await?.fit() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for noun in NOUNS {
        look_through(&mut conn, noun, &mut found).await.map_err(|e| StoreError::sort("look through the store", &e))?;
    }
    Ok(found)
}

/// Adds the rows of a table that cannot be read.
pub(super) async fn look_through(
    conn: &mut AnyConnection,
    noun: &Noun,
    found: &mut Vec<Unreadable>,
) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query(noun.all).fetch(conn);
    while let Some(row) = rows.try_next().await? {
        if found.len() >= MOST {
            break;
        }
        if let Err(error) = (noun.check)(&row) {
            found.push(Unreadable::of(noun, &row, &error));
        }
    }
    Ok(())
}
