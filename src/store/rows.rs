//! Reading rows one by one: a row that cannot be read is set aside and named, and the others go on.
//!
//! A row cannot be read if a newer program has written it, if somebody has changed it by hand, or if the disk has. Which
//! rows those are is kept in memory, for the figures and so that each is logged once; `wengu doctor` looks for itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _};

use super::engine::writer::Busy;
use super::noun::{NOUNS, Noun};
use super::{Store, StoreError};

/// How many rows that cannot be read are remembered; what is beyond that is neither logged nor counted.
const MOST_REMEMBERED: usize = 10_000;

/// How many of them are logged one by one.
const MOST_LOGGED: usize = 20;

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its table.
    pub table: &'static str,
    /// The values of its key.
    pub key: String,
    /// What is wrong with it.
    pub why: String,
}

/// Rows, as far as they can be read.
pub(super) struct Rows<T> {
    pub(super) read: Vec<T>,
    pub(super) unreadable: Vec<Unreadable>,
}

impl<T> Rows<T> {
    /// Reads rows one by one.
    pub(super) fn of(noun: &Noun, rows: &[AnyRow], read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>) -> Self {
        let mut all = Self { read: Vec::with_capacity(rows.len()), unreadable: Vec::new() };
        for row in rows {
            match read(row) {
                Ok(value) => all.read.push(value),
                Err(error) => all.unreadable.push(Unreadable::of(noun, row, &error)),
            }
        }
        all
    }
}

impl Unreadable {
    /// Names a row by its key, as far as the query has asked for that.
    pub(super) fn of(noun: &Noun, row: &AnyRow, error: &sqlx::Error) -> Self {
        let value = |column: &&str| {
            let number = row.try_get::<Option<i64>, _>(*column).ok().flatten().map(|number| number.to_string());
            number.or_else(|| row.try_get::<Option<String>, _>(*column).ok().flatten())
        };
        let key: Vec<String> = noun.key.iter().filter_map(value).collect();
        let why = match error {
            sqlx::Error::Decode(why) => why.to_string(),
            sqlx::Error::ColumnDecode { index, .. } => format!("another kind of value in {index}"),
            error => error.to_string(),
        };
        Self { table: noun.table, key: key.join("/"), why }
    }
}

/// The rows that could not be read since the store was opened.
#[derive(Debug, Default)]
pub(super) struct Aside(Mutex<BTreeMap<(&'static str, String), ()>>);

impl Aside {
    /// Takes note of rows, and logs those that are met for the first time.
    pub(super) fn note(&self, rows: &[Unreadable]) {
        for Unreadable { table, key, why } in rows {
            let mut known = self.known();
            let (place, count) = ((*table, key.clone()), known.len());
            if count >= MOST_REMEMBERED || known.insert(place, ()).is_some() {
                continue;
            }
            drop(known);
            match count {
                0..MOST_LOGGED => tracing::warn!("set aside a row of `{table}` that cannot be read ({key}): {why}"),
                MOST_LOGGED => tracing::warn!("more rows cannot be read; `wengu doctor` lists them"),
                _ => {}
            }
        }
    }

    /// How many rows of each table; 0 where all could be read.
    fn counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts: BTreeMap<_, _> = NOUNS.iter().map(|noun| (noun.table, 0)).collect();
        for (table, _) in self.known().keys() {
            *counts.entry(*table).or_default() += 1;
        }
        counts
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<(&'static str, String), ()>> {
        // A map stays whole even if a thread panicked while it held the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// How many rows of each table could not be read since the store was opened.
    pub fn unreadable(&self) -> BTreeMap<&'static str, u64> {
        self.shared.aside.counts()
    }

    /// What a query finds, as far as it can be read.
    pub(super) async fn read<T>(
        &self,
        noun: &'static Noun,
        doing: &'static str,
        query: Query<'_, Any, AnyArguments>,
        read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, StoreError> {
        self.read_rows(noun, doing, query, read).await.map(|rows| rows.read)
    }

    /// The same, with the rows that cannot be read.
    pub(super) async fn read_rows<T>(
        &self,
        noun: &'static Noun,
        doing: &'static str,
        query: Query<'_, Any, AnyArguments>,
        read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
    ) -> Result<Rows<T>, StoreError> {
        let busy = Busy::begin(&self.shared.busy);
        let rows = self.shared.readers.fetch(query).await;
        drop(busy);
        if rows.is_err() {
            self.tell(|observer| observer.read_failed());
        }
        let rows = rows.map_err(|e| StoreError::of(doing, &e))?;
        let rows = Rows::of(noun, &rows, read);
        self.shared.aside.note(&rows.unreadable);
        Ok(rows)
    }

    /// The first `limit` rows that can be read; fewer only where there are no more. `query` gets how many to ask for: those
    /// that cannot be read must not hide the ones behind them.
    pub(super) async fn read_at_most<'q, T>(
        &self,
        noun: &'static Noun,
        doing: &'static str,
        limit: u32,
        query: impl Fn(i64) -> Query<'q, Any, AnyArguments>,
        read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, StoreError> {
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut passed = 0;
        loop {
            let asked = wanted.saturating_add(passed);
            let query = query(i64::try_from(asked).unwrap_or(i64::MAX));
            let mut rows = self.read_rows(noun, doing, query, &read).await?;
            if rows.read.len() >= wanted || rows.read.len() + rows.unreadable.len() < asked {
                rows.read.truncate(wanted);
                return Ok(rows.read);
            }
            passed = rows.unreadable.len();
        }
    }
}
