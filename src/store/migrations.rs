//! The numbered files of `migrations/`, and whether a store fits this program.
//!
//! From number 8 on a migration says in its own text whether it is *additive*: it only adds tables, indexes and columns
//! that an older program can leave out. A program opens a store that newer ones have changed if all of their migrations
//! are additive; rows that it cannot read are set aside one by one.

use std::collections::BTreeMap;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, Row as _, SqlSafeStr as _};

/// The files; a test compares the list with the folder. A released one is never changed.
const FILES: &[(i64, &str, &str)] = &[
    (1, "inbox_outbox_subscriptions", include_str!("migrations/0001_inbox_outbox_subscriptions.sql")),
    (2, "deliveries", include_str!("migrations/0002_deliveries.sql")),
    (3, "settings", include_str!("migrations/0003_settings.sql")),
    (4, "questions", include_str!("migrations/0004_questions.sql")),
    (5, "holds", include_str!("migrations/0005_holds.sql")),
    (6, "leases", include_str!("migrations/0006_leases.sql")),
    (7, "message_numbers_first", include_str!("migrations/0007_message_numbers_first.sql")),
    (8, "additive_repeats", include_str!("migrations/0008_additive_repeats.sql")),
    (9, "moved_groups", include_str!("migrations/0009_moved_groups.sql")),
    (50, "additive_refusals", include_str!("migrations/0050_additive_refusals.sql")),
    (51, "additive_run_limit", include_str!("migrations/0051_additive_run_limit.sql")),
    (52, "additive_order", include_str!("migrations/0052_additive_order.sql")),
    (53, "additive_goals", include_str!("migrations/0053_additive_goals.sql")),
];

/// How a store's tables compare with this program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// There are none yet.
    None,
    /// Those of an earlier program: the next `wengu serve` brings them up to date.
    Older,
    /// This program's.
    Current,
    /// Those of a newer program that has only added to them: this one works without what it does not know.
    Extended,
    /// Those of a newer program that has changed them.
    Newer,
}

impl Tables {
    /// Whether this program can work with them as they are.
    pub fn fit(self) -> bool {
        matches!(self, Self::Current | Self::Extended)
    }
}

/// The number of the newest migration of this program.
pub(super) fn version() -> i64 {
    FILES.last().map_or(0, |(number, ..)| *number)
}

/// The numbers and names of the migrations after those that were applied, in their order.
pub(super) fn missing(applied: &Applied) -> Vec<(i64, &'static str)> {
    FILES
        .iter()
        .filter(|(number, ..)| !applied.0.contains_key(number))
        .map(|&(number, name, _)| (number, name))
        .collect()
}

/// The migrations up to a certain one, those of newer programs left as they are.
pub(super) fn up_to(version: i64) -> Migrator {
    let migrations = FILES.iter().filter(|(number, ..)| *number <= version).map(|(number, name, text)| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    migrator.set_ignore_missing(true);
    migrator
}

/// The migrations that a store has seen, and whether each is additive.
#[derive(Debug, Default)]
pub(super) struct Applied(BTreeMap<i64, bool>);

impl Applied {
    /// Reads which they are; none where there are no tables.
    pub(super) async fn read(conn: &mut AnyConnection) -> Result<Self, sqlx::Error> {
        let numbers = sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(&mut *conn).await;
        let numbers = match numbers {
            Err(error) if is_no_such_table(&error) => return Ok(Self::default()),
            numbers => numbers?,
        };
        let numbers = numbers.iter().map(|row| row.try_get("version")).collect::<Result<Vec<i64>, _>>()?;
        if numbers.iter().all(|number| FILES.iter().any(|(known, ..)| known == number)) {
            return Ok(Self(numbers.into_iter().map(|number| (number, false)).collect()));
        }
        let additive = sqlx::query("SELECT version FROM _wengu_migrations WHERE additive = 1").fetch_all(conn).await;
        let additive = match additive {
            Err(error) if is_no_such_table(&error) => Vec::new(),
            additive => additive?.iter().map(|row| row.try_get("version")).collect::<Result<Vec<i64>, _>>()?,
        };
        Ok(Self(numbers.into_iter().map(|number| (number, additive.contains(&number))).collect()))
    }

    /// The number of the newest; 0 where there is none.
    pub(super) fn newest(&self) -> i64 {
        self.0.last_key_value().map_or(0, |(number, _)| *number)
    }

    /// How the tables compare with this program's.
    pub(super) fn tables(&self) -> Tables {
        let mut unknown =
            self.0.iter().filter(|(number, _)| FILES.iter().all(|(known, ..)| known != *number)).peekable();
        let extended = unknown.peek().is_some();
        if self.0.is_empty() {
            Tables::None
        } else if !unknown.all(|(_, additive)| *additive) {
            Tables::Newer
        } else if !missing(self).is_empty() {
            Tables::Older
        } else if extended {
            Tables::Extended
        } else {
            Tables::Current
        }
    }
}

fn is_no_such_table(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(refusal) = error else { return false };
    refusal.code().as_deref() == Some("42P01") || refusal.message().contains("no such table")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The first migration that says whether it is additive.
    const FIRST_THAT_SAYS: i64 = 8;

    #[test]
    fn every_file_of_the_folder_is_in_the_list_of_migrations() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let listed: Vec<_> = FILES.iter().map(|(number, name, _)| format!("{number:04}_{name}.sql")).collect();
        assert_eq!(files, listed);
    }

    /// The statements of a migration, without its comments.
    fn statements(text: &str) -> Vec<String> {
        let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
        let one_line = |statement: &str| statement.split_whitespace().collect::<Vec<_>>().join(" ");
        code.join("\n").split(';').map(one_line).filter(|statement| !statement.is_empty()).collect()
    }

    /// What an older program does not notice: it names its columns, and knows of no table and no index that is new.
    fn only_adds(statement: &str) -> bool {
        let adds_a_column = statement.starts_with("ALTER TABLE ")
            && statement.contains(" ADD COLUMN ")
            && (!statement.contains("NOT NULL") || statement.contains(" DEFAULT "));
        let mark = "INSERT INTO _wengu_migrations ";
        ["CREATE TABLE ", "CREATE INDEX ", mark].iter().any(|start| statement.starts_with(start)) || adds_a_column
    }

    #[test]
    fn each_migration_says_whether_it_is_additive_and_one_that_says_so_only_adds() {
        for (number, name, text) in FILES.iter().filter(|(number, ..)| *number >= FIRST_THAT_SAYS) {
            let statements = statements(text);
            let mark =
                |additive| format!("INSERT INTO _wengu_migrations (version, additive) VALUES ({number}, {additive})");
            let (adds, changes) = (statements.contains(&mark(1)), statements.contains(&mark(0)));
            assert!(adds != changes, "{number:04}_{name}.sql has to hold either `{};` or `{};`", mark(1), mark(0));
            let more = statements.iter().find(|statement| !only_adds(statement));
            assert!(!adds || more.is_none(), "{number:04}_{name}.sql is not additive: {more:?}");
        }
    }

    #[test]
    fn a_store_fits_if_all_that_is_unknown_in_it_is_additive() {
        let ours = || FILES.iter().map(|(number, ..)| (*number, false));
        let tables = |more: &[(i64, bool)]| Applied(ours().chain(more.iter().copied()).collect()).tables();
        assert_eq!(tables(&[]), Tables::Current);
        assert_eq!(tables(&[(9_001, true), (9_002, true)]), Tables::Extended);
        assert_eq!(tables(&[(9_001, true), (9_002, false)]), Tables::Newer);
        assert_eq!(Applied::default().tables(), Tables::None);
        assert_eq!(Applied(ours().take(3).collect()).tables(), Tables::Older);
    }
}
