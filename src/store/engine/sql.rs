//! Small helpers over sqlx's `Any`, which knows only integers, floating point, text and bytes.

use std::borrow::Cow;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _};

/// The most values that go into one statement. Each statement goes to SQLite's thread and back; beyond this there is
/// little left to gain, and a statement that is kept prepared grows with its values.
const MOST_VALUES: usize = 256;

/// What sqlx calls it.
const SQLITE: &str = "SQLite";

/// One value of a row to be written.
#[derive(Clone, Debug)]
pub(in crate::store) enum Cell<'a> {
    Int(i64),
    OptionalInt(Option<i64>),
    Str(&'a str),
    Text(String),
    OptionalText(Option<String>),
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<Option<i64>> for Cell<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::OptionalInt(value)
    }
}
impl<'a> From<&'a str> for Cell<'a> {
    fn from(value: &'a str) -> Self {
        Self::Str(value)
    }
}
impl From<String> for Cell<'_> {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Option<String>> for Cell<'_> {
    fn from(value: Option<String>) -> Self {
        Self::OptionalText(value)
    }
}

type AnyQuery<'q> = Query<'q, Any, AnyArguments>;

fn bind<'q>(query: AnyQuery<'q>, cell: Cell<'q>) -> AnyQuery<'q> {
    match cell {
        Cell::Int(value) => query.bind(value),
        Cell::OptionalInt(value) => query.bind(value),
        Cell::Str(value) => query.bind(storable(value.into())),
        Cell::Text(value) => query.bind(storable(value.into())),
        Cell::OptionalText(value) => query.bind(value.map(|value| storable(value.into()))),
    }
}

/// PostgreSQL's text cannot hold a NUL; one in an error message must not keep it from being stored.
fn storable(text: Cow<'_, str>) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text.into_owned() }
}

/// Runs one statement and says how many rows it touched.
pub(in crate::store) async fn run<const N: usize>(
    conn: &mut AnyConnection,
    text: &'static str,
    cells: [Cell<'_>; N],
) -> Result<u64, sqlx::Error> {
    let query = cells.into_iter().fold(sqlx::query(text), bind);
    Ok(query.execute(conn).await?.rows_affected())
}

/// Runs `head (…), (…) … tail` over all rows in as few statements as possible; says how many rows they touched.
pub(in crate::store) async fn run_rows<'r, R: AsRef<[Cell<'r>]> + IntoIterator<Item = Cell<'r>>>(
    conn: &mut AnyConnection,
    head: &str,
    tail: &str,
    rows: Vec<R>,
) -> Result<u64, sqlx::Error> {
    let mut touched = 0;
    for query in statements(names(conn), head, tail, rows) {
        touched += query.execute(&mut *conn).await?.rows_affected();
    }
    Ok(touched)
}

/// The same with statements that give something back: all of that, in no certain order.
pub(in crate::store) async fn run_rows_returning<'r, R: AsRef<[Cell<'r>]> + IntoIterator<Item = Cell<'r>>>(
    conn: &mut AnyConnection,
    head: &str,
    tail: &str,
    rows: Vec<R>,
) -> Result<Vec<AnyRow>, sqlx::Error> {
    let mut returned = Vec::new();
    for query in statements(names(conn), head, tail, rows) {
        returned.extend(query.fetch_all(&mut *conn).await?);
    }
    Ok(returned)
}

/// The statements that all rows go into; each row has as many values as the first.
fn statements<'r, R: AsRef<[Cell<'r>]> + IntoIterator<Item = Cell<'r>>>(
    names: Names,
    head: &str,
    tail: &str,
    rows: Vec<R>,
) -> impl Iterator<Item = AnyQuery<'r>> {
    let width = rows.first().map_or(0, |row| row.as_ref().len());
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let size = (left > 0).then(|| statement_size(left, width))?;
        left -= size;
        let text = format!("{head} {} {tail}", names(size, width));
        Some(rows.by_ref().take(size).flatten().fold(sqlx::query(AssertSqlSafe(text)), bind))
    })
}

/// How many of `left` rows go into the next statement: a power of two, so that only a few texts exist and each of them
/// is prepared once.
fn statement_size(left: usize, width: usize) -> usize {
    let most = left.min(MOST_VALUES / width.max(1)).max(1);
    1 << most.ilog2()
}

/// How so many rows of so many values are named in a statement.
type Names = fn(usize, usize) -> String;

/// SQLite looks each `$1` up in a list of names, which costs the square of their number; what has no name it counts.
fn names(conn: &AnyConnection) -> Names {
    if conn.backend_name() == SQLITE { counted } else { numbered }
}

/// `(?, ?), (?, ?)`.
fn counted(rows: usize, width: usize) -> String {
    let row = format!("({}), ", "?, ".repeat(width).trim_end_matches(", "));
    row.repeat(rows).trim_end_matches(", ").to_owned()
}

/// `($1, $2), ($3, $4)`.
fn numbered(rows: usize, width: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(rows * width * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            let comma = if column == 0 { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}${}", row * width + column + 1);
        }
        text.push(')');
    }
    text
}

/// A column as a value of ours; a value that cannot be read is an error, never a default.
pub(in crate::store) fn parsed<T>(
    row: &AnyRow,
    column: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    parse(&text).ok_or_else(|| unreadable(column, &text))
}

/// Like [`parsed`], for a column that may be empty.
pub(in crate::store) fn parsed_optional<T>(
    row: &AnyRow,
    column: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, sqlx::Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| parse(&text).ok_or_else(|| unreadable(column, &text))).transpose()
}

/// A whole number that has to fit.
pub(in crate::store) fn number<T: TryFrom<i64>>(row: &AnyRow, column: &'static str) -> Result<T, sqlx::Error> {
    let value: i64 = row.try_get(column)?;
    T::try_from(value).map_err(|_| unreadable(column, &value.to_string()))
}

/// Whether columns hold whole numbers.
pub(in crate::store) fn numbers(row: &AnyRow, columns: &[&str]) -> Result<(), sqlx::Error> {
    columns.iter().try_for_each(|column| row.try_get::<i64, _>(*column).map(drop))
}

fn unreadable(column: &'static str, value: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("`{value}` as `{column}`").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_into_statements_of_few_different_sizes() {
        let mut left = 300;
        let mut sizes = Vec::new();
        while left > 0 {
            sizes.push(statement_size(left, 3));
            left -= statement_size(left, 3);
        }
        assert_eq!(sizes, [64, 64, 64, 64, 32, 8, 4]);
        assert_eq!(statement_size(300, 14), 16);
        assert_eq!(numbered(2, 3), "($1, $2, $3), ($4, $5, $6)");
        assert_eq!(counted(2, 3), "(?, ?, ?), (?, ?, ?)");
    }
}
