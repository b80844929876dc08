//! The list of nouns against the schema, and what forgetting, migrating and bounds do to every column and table.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{Bound, NOUNS, Noun};
use crate::clock::{Clock, Timestamp};
use crate::message::{ChatId, UserId};
use crate::store::engine::database::Database;
use crate::store::{BotId, Change, Store};

const BOT: i64 = 77;
const NOW: Timestamp = Timestamp(1_795_395_600_000);
/// More rows than this are not written to see that a bound holds.
const MOST_WRITTEN: u32 = 20_000;
/// How many are written at once.
const STEP: u32 = 500;

/// A store, and a connection beside it.
struct Bench {
    store: Store,
    conn: AnyConnection,
    _folder: tempfile::TempDir,
    rows: i64,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("wengu.db").display());
        let store = Store::open(&url, BotId(BOT), Clock::fixed(NOW)).await.unwrap();
        let conn = Database::parse(&url).unwrap().open().await.unwrap();
        Self { store, conn, _folder: folder, rows: 0 }
    }

    /// The columns of a table, and whether each holds numbers.
    async fn columns(&mut self, table: &str) -> BTreeMap<String, bool> {
        let rows = sqlx::query("SELECT name, type FROM pragma_table_info($1)").bind(table.to_owned());
        let rows = rows.fetch_all(&mut self.conn).await.unwrap();
        rows.iter().map(|row| (row.get("name"), row.get::<String, _>("type") == "BIGINT")).collect()
    }

    /// The text of a row in which one column has this value, and no other column any person or chat. Each has a key of its
    /// own.
    fn row(&mut self, noun: &Noun, columns: &BTreeMap<String, bool>, given: (&str, i64)) -> String {
        self.rows += 1;
        let value = |(name, is_number): (&String, &bool)| match (noun.table, name.as_str()) {
            (_, name) if name == given.0 && !is_number => format!("'{}'", given.1),
            (_, name) if name == given.0 => given.1.to_string(),
            (_, "bot_id") => BOT.to_string(),
            ("inbox", "state") => "'aside'".to_owned(),
            ("subscriptions", "ended_at" | "suspended") | ("outbox", "settled_at" | "delivery_id") => "NULL".to_owned(),
            // Young enough to be pruned by nobody, and another one in each row.
            _ if *is_number => (NOW.0 * 1_000 + self.rows).to_string(),
            _ => format!("'{:032x}'", self.rows),
        };
        columns.iter().map(value).collect::<Vec<_>>().join(", ")
    }

    async fn insert(&mut self, noun: &Noun, columns: &BTreeMap<String, bool>, rows: &[String]) {
        let names: Vec<_> = columns.keys().map(String::as_str).collect();
        let text = format!("INSERT INTO {} ({}) VALUES ({})", noun.table, names.join(", "), rows.join("), ("));
        sqlx::query(AssertSqlSafe(text)).execute(&mut self.conn).await.unwrap();
    }

    /// A row for every column that holds a person or a chat, with this number in it.
    async fn fill(&mut self, number: i64) {
        for noun in NOUNS {
            let columns = self.columns(noun.table).await;
            for column in noun.people.iter().chain(noun.chats) {
                let row = self.row(noun, &columns, (column, number));
                self.insert(noun, &columns, &[row]).await;
            }
        }
    }

    async fn count(&mut self, table: &str, condition: &str) -> i64 {
        let text = format!("SELECT COUNT(*) FROM {table} WHERE {condition}");
        sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(&mut self.conn).await.unwrap()
    }
}

#[tokio::test]
async fn every_column_of_the_schema_is_described_by_one_noun() {
    let mut bench = Bench::new().await;
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
            .fetch_all(&mut bench.conn)
            .await
            .unwrap();
    let described: BTreeSet<_> = NOUNS.iter().map(|noun| noun.table.to_owned()).collect();
    assert_eq!(tables.into_iter().collect::<BTreeSet<_>>(), described, "each table is a noun");
    for noun in NOUNS {
        let columns: BTreeSet<_> = bench.columns(noun.table).await.into_keys().collect();
        let listed: Vec<_> =
            [noun.people, noun.chats, noun.others].concat().iter().map(|&name| name.to_owned()).collect();
        let table = noun.table;
        assert_eq!(listed.len(), columns.len(), "`{table}`: each column once");
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), columns, "`{table}`: people, chats, or others?");
        let named_so = |name: &&&str| name.ends_with("user") || name.starts_with("user") || name.contains("chat_");
        let odd: Vec<_> = noun.others.iter().filter(named_so).filter(|name| **name != "chat_kind").collect();
        assert!(odd.is_empty(), "`{table}`: {odd:?} is called like a person or a chat");
        assert!(noun.key.iter().all(|key| columns.contains(*key)), "`{table}`: its key");
    }
}

#[tokio::test]
async fn whoever_is_forgotten_stands_in_no_column_any_more() {
    let mut bench = Bench::new().await;
    bench.fill(5).await;
    bench.fill(6).await;
    bench.store.change(vec![Change::Forget { user: UserId(5) }]).await.unwrap();
    for noun in NOUNS {
        for column in noun.people.iter().chain(noun.chats) {
            let table = noun.table;
            assert_eq!(bench.count(table, &format!("{column} = 5")).await, 0, "`{table}.{column}`");
            assert_eq!(bench.count(table, &format!("{column} = 6")).await, 1, "`{table}.{column}` of somebody else");
        }
    }
}

#[tokio::test]
async fn whoever_speaks_for_a_group_does_not_have_the_group_forgotten() {
    let mut bench = Bench::new().await;
    bench.fill(-100).await;
    bench.store.change(vec![Change::Forget { user: UserId(-100) }]).await.unwrap();
    for noun in NOUNS {
        for (columns, left) in [(noun.people, 0), (noun.chats, 1)] {
            for column in columns {
                let table = noun.table;
                assert_eq!(bench.count(table, &format!("{column} = -100")).await, left, "`{table}.{column}`");
            }
        }
    }
}

#[tokio::test]
async fn a_group_that_migrates_takes_along_every_row_that_does_not_say_why_not() {
    let mut bench = Bench::new().await;
    bench.fill(-5).await;
    let change = Change::Migrate { from: ChatId(-5), to: ChatId(-500) };
    bench.store.change(vec![change]).await.unwrap();
    for noun in NOUNS.iter().filter(|noun| !noun.chats.is_empty()) {
        let table = noun.table;
        match noun.migrate {
            Err(why) => assert!(why != Noun::NONE.migrate.unwrap_err(), "`{table}` holds a chat: what becomes of it?"),
            Ok(_) => assert_eq!(bench.count(table, "chat_id = -5").await, 0, "`{table}`"),
        }
        let moves = i64::from(noun.migrate.is_ok());
        assert!(bench.count(table, "chat_id = -500").await >= moves, "`{table}`");
    }
}

#[tokio::test]
async fn no_table_grows_without_end_through_one_owner() {
    let mut bench = Bench::new().await;
    for noun in NOUNS {
        let (table, columns) = (noun.table, bench.columns(noun.table).await);
        let owner = |key: &&str| noun.people.contains(key) || noun.chats.contains(key) || *key == "bot_id";
        let one_each = noun.key.len() == 1 && noun.key.iter().all(owner);
        assert!(one_each || !noun.bounds.is_empty(), "`{table}`: an owner may have any number of rows");
        for bound in noun.bounds.iter().filter(|bound| bound.most <= MOST_WRITTEN) {
            for _ in 0..bound.most.div_ceil(STEP) + 1 {
                let rows: Vec<_> = (0..STEP).map(|_| bench.row(noun, &columns, owner_of(bound))).collect();
                bench.insert(noun, &columns, &rows).await;
            }
            let fits = match table {
                "subscriptions" => "UPDATE subscriptions SET ended_at = created_at",
                "outbox" => "UPDATE outbox SET settled_at = created_at",
                _ => "SELECT 1",
            };
            sqlx::query(fits).execute(&mut bench.conn).await.unwrap();
        }
    }
    bench.store.keep_within_bounds().await.unwrap();
    for noun in NOUNS {
        for bound in noun.bounds.iter().filter(|bound| bound.most <= MOST_WRITTEN) {
            let (column, number) = owner_of(bound);
            let condition = format!("CAST({column} AS TEXT) = '{number}' AND {}", bound.of);
            let (table, left) = (noun.table, bench.count(noun.table, &condition).await);
            assert_eq!(left, i64::from(bound.most), "`{table}` by `{column}`");
        }
    }
}

/// Somebody whose rows a bound counts.
fn owner_of(bound: &Bound) -> (&'static str, i64) {
    if bound.owner == "bot_id" { ("bot_id", BOT) } else { (bound.owner, -77) }
}
