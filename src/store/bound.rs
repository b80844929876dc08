//! No table grows without end through one owner: a person, a chat, a schedule. Beyond their bound the oldest rows go.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _};

use super::engine::sql::{self, Cell};
use super::engine::writer::Tx;
use super::noun::{Bound, NOUNS, Noun};
use super::prune::STEP;
use super::record::Record;
use super::{Store, StoreError};

/// The most owners that are looked at at once.
const OWNERS: i64 = 64;

/// Rows that are too many.
pub(super) struct Surplus {
    noun: &'static Noun,
    bound: &'static Bound,
    keys: Vec<Vec<Cell<'static>>>,
}

impl Store {
    /// Removes the oldest rows of whoever has more than they may. Happens by itself every hour.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn keep_within_bounds(&self) -> Result<(), StoreError> {
        for noun in NOUNS {
            for bound in noun.bounds {
                while self.shrink_some(noun, bound).await? {}
            }
        }
        Ok(())
    }

    /// Removes some of what is too much; whether there may be more.
    async fn shrink_some(&self, noun: &'static Noun, bound: &'static Bound) -> Result<bool, StoreError> {
        let Bound { owner, most, of, .. } = bound;
        let text = format!(
            "SELECT {owner} FROM {} WHERE bot_id = $1 AND {of} GROUP BY {owner} HAVING COUNT(*) > {most} LIMIT {OWNERS}",
            noun.table
        );
        let query = sqlx::query(AssertSqlSafe(text)).bind(self.bot());
        let owners = self.read(noun, "count who has how much", query, |row| cell(row, owner)).await?;
        let mut removed = false;
        for owner in owners {
            while let Some(surplus) = self.surplus(noun, bound, &owner).await? {
                removed = true;
                self.write(Record::Shrink(surplus)).await?;
            }
        }
        Ok(removed)
    }

    /// The oldest rows of an owner beyond the bound.
    async fn surplus(
        &self,
        noun: &'static Noun,
        bound: &'static Bound,
        owner: &Cell<'static>,
    ) -> Result<Option<Surplus>, StoreError> {
        let Bound { owner: column, most, newest_first, of, .. } = bound;
        let (table, key) = (noun.table, noun.key.join(", "));
        let text = format!(
            "SELECT {key} FROM {table} WHERE bot_id = $1 AND {column} = $2 AND {of}
             ORDER BY {newest_first} LIMIT {STEP} OFFSET {most}"
        );
        let query = bound_to(sqlx::query(AssertSqlSafe(text)).bind(self.bot()), owner);
        let read = |row: &AnyRow| noun.key.iter().map(|column| cell(row, column)).collect::<Result<Vec<_>, _>>();
        let keys = self.read(noun, "look for what is too much", query, read).await?;
        Ok((!keys.is_empty()).then_some(Surplus { noun, bound, keys }))
    }
}

impl Surplus {
    pub(super) async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        let Self { noun, bound, keys } = self;
        let bot = tx.bot;
        for key in keys {
            for step in bound.with {
                let query = bound_to(sqlx::query(*step).bind(bot), &key[0]);
                query.execute(&mut *tx.conn).await?;
            }
        }
        let (columns, rows): (_, Vec<Vec<Cell<'_>>>) = match noun.key {
            [only] => ((*only).to_owned(), keys.clone()),
            several => {
                let with_bot =
                    |key: &Vec<Cell<'static>>| std::iter::once(bot.into()).chain(key.iter().cloned()).collect();
                (format!("(bot_id, {})", several.join(", ")), keys.iter().map(with_bot).collect())
            }
        };
        let head = format!("DELETE FROM {} WHERE bot_id = {bot} AND {columns} IN (VALUES", noun.table);
        sql::run_rows(tx.conn, &head, ")", rows).await.map(drop)
    }
}

/// A value as it is bound again: a number or a text.
fn cell(row: &AnyRow, column: &str) -> Result<Cell<'static>, sqlx::Error> {
    match row.try_get::<i64, _>(column) {
        Ok(number) => Ok(number.into()),
        Err(_) => row.try_get::<String, _>(column).map(Cell::from),
    }
}

fn bound_to<'q>(query: Query<'q, Any, AnyArguments>, cell: &Cell<'static>) -> Query<'q, Any, AnyArguments> {
    match cell {
        Cell::Int(number) => query.bind(*number),
        Cell::Text(text) => query.bind(text.clone()),
        // `cell` makes no other.
        Cell::Str(_) | Cell::OptionalInt(_) | Cell::OptionalText(_) => query.bind(None::<String>),
    }
}
