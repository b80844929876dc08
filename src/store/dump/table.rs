//! The tables, with what a row of one is made of.

use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::super::engine::database::Database;
use super::super::engine::sql::{self, Cell};
use super::super::noun::NOUNS;

/// The names of this program's tables, in their order.
pub(super) fn known() -> Vec<&'static str> {
    let mut names: Vec<_> = NOUNS.iter().map(|noun| noun.table).collect();
    names.sort_unstable();
    names
}

/// The names of the tables that a store has: this program's and those that a newer one has added.
pub(super) async fn all(conn: &mut AnyConnection, database: &Database) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(database.list_tables()).fetch_all(conn).await
}

/// What a column holds: the only two kinds that our tables have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Integer,
    Text,
}

/// A table and its columns, in their order.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<(String, Kind)>,
}

impl Table {
    /// A table as the database has it. One without columns is not there.
    pub(super) async fn of(conn: &mut AnyConnection, database: &Database, name: &str) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query(database.list_columns()).bind(name.to_owned()).fetch_all(conn).await?;
        let mut columns = Vec::with_capacity(rows.len());
        for row in &rows {
            columns.push((row.try_get("name")?, sql::parsed(row, "type", kind)?));
        }
        Ok(Self { name: name.to_owned(), columns })
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The same table with only these columns, in this order; `None` where one of them does not exist.
    pub(super) fn with_columns(&self, names: &[String]) -> Option<Self> {
        let find = |name: &String| self.columns.iter().find(|(known, _)| known == name).cloned();
        let columns = names.iter().map(find).collect::<Option<Vec<_>>>()?;
        (!columns.is_empty()).then(|| Self { name: self.name.clone(), columns })
    }

    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.columns().join(", "), self.name)
    }

    /// A row as it stands in a file.
    pub(super) fn read(&self, row: &AnyRow) -> Result<Vec<Value>, sqlx::Error> {
        let value = |(at, (_, kind)): (usize, &(String, Kind))| {
            Ok(match kind {
                Kind::Integer => row.try_get::<Option<i64>, _>(at)?.map_or(Value::Null, Value::from),
                Kind::Text => row.try_get::<Option<String>, _>(at)?.map_or(Value::Null, Value::from),
            })
        };
        self.columns.iter().enumerate().map(value).collect()
    }

    /// A row of a file as it is written; `None` where a value is not of its column's kind.
    pub(super) fn cells(&self, row: Vec<Value>) -> Option<Vec<Cell<'static>>> {
        if row.len() != self.columns.len() {
            return None;
        }
        let cell = |(value, (_, kind)): (Value, &(String, Kind))| match (value, kind) {
            (Value::Null, Kind::Integer) => Some(Cell::OptionalInt(None)),
            (Value::Null, Kind::Text) => Some(Cell::OptionalText(None)),
            (Value::Number(number), Kind::Integer) => number.as_i64().map(Cell::Int),
            (Value::String(text), Kind::Text) => Some(Cell::Text(text)),
            _ => None,
        };
        row.into_iter().zip(&self.columns).map(cell).collect()
    }

    /// Writes rows.
    pub(super) async fn insert(
        &self,
        conn: &mut AnyConnection,
        rows: Vec<Vec<Cell<'static>>>,
    ) -> Result<(), sqlx::Error> {
        let head = format!("INSERT INTO {} ({}) VALUES", self.name, self.columns().join(", "));
        sql::run_rows(conn, &head, "", rows).await.map(drop)
    }

    /// Whether it holds a row.
    pub(super) async fn holds_something(&self, conn: &mut AnyConnection) -> Result<bool, sqlx::Error> {
        let text = format!("SELECT 1 AS one FROM {} LIMIT 1", self.name);
        Ok(sqlx::query(AssertSqlSafe(text)).fetch_optional(conn).await?.is_some())
    }

    /// Removes every row.
    pub(super) async fn clear(&self, conn: &mut AnyConnection) -> Result<(), sqlx::Error> {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {}", self.name))).execute(conn).await.map(drop)
    }
}

fn kind(declared: &str) -> Option<Kind> {
    match declared {
        "BIGINT" => Some(Kind::Integer),
        "TEXT" => Some(Kind::Text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_table_of_the_store_is_carried_along() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("wengu.db").display());
        let database = Database::parse(&url).unwrap();
        database.make().unwrap();
        let mut conn = database.open().await.unwrap();
        database.migrate(&mut conn).await.unwrap();
        let text =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name";
        let found: Vec<String> = sqlx::query_scalar(text).fetch_all(&mut conn).await.unwrap();
        assert_eq!(found, all(&mut conn, &database).await.unwrap(), "each table has the bot's number");
        assert_eq!(found, known(), "a new table is a noun, so that backups have it");
    }
}
