//! Where a test keeps what it stores: a folder of its own, and its store in it. Where `WENGU_TEST_POSTGRES` holds the
//! address of a PostgreSQL, the store is a schema of its own there, which goes when the test ends.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tempfile::TempDir;

const SWITCH: &str = "WENGU_TEST_POSTGRES";

/// A folder, and the address of a store.
pub(crate) struct Home {
    folder: TempDir,
    schema: Option<Schema>,
}

impl Home {
    /// A new one, on the database that the tests run on.
    pub(crate) fn new() -> Self {
        let schema = std::env::var(SWITCH).ok().map(Schema::make);
        Self { folder: TempDir::new().unwrap(), schema }
    }

    /// A new one on SQLite, whatever the tests run on.
    pub(crate) fn on_sqlite() -> Self {
        Self { folder: TempDir::new().unwrap(), schema: None }
    }

    /// A new one on PostgreSQL; says what is left out where there is none.
    pub(crate) fn on_postgres(what: &str) -> Option<Self> {
        let home = Self::new();
        if !home.is_on_postgres() {
            leave_out(what, &format!("Set {SWITCH}=postgres://… to run it."));
        }
        home.is_on_postgres().then_some(home)
    }

    /// A new one on SQLite; where the tests run on PostgreSQL, says what is left out because a file is meant.
    pub(crate) fn on_a_file(what: &str) -> Option<Self> {
        if std::env::var_os(SWITCH).is_some() {
            leave_out(what, "It is about SQLite's file, and runs without WENGU_TEST_POSTGRES.");
            return None;
        }
        Some(Self::new())
    }

    /// Whether the store is on PostgreSQL.
    pub(crate) fn is_on_postgres(&self) -> bool {
        self.schema.is_some()
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The address of the store.
    pub(crate) fn url(&self) -> String {
        match &self.schema {
            Some(schema) => schema.url(),
            None => format!("sqlite://{}", self.path().join("wengu.db").display()),
        }
    }
}

/// Written past the test runner, which keeps to itself what passing tests print.
pub(crate) fn leave_out(what: &str, way_out: &str) {
    let _ = std::io::stderr().write_all(format!("\n*** LEFT OUT: {what}. {way_out}\n").as_bytes());
}

/// Tables of a test's own on a server.
struct Schema {
    server: String,
    name: String,
}

impl Schema {
    fn make(server: String) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let schema = Self { server, name };
        assert!(schema.run(vec![format!("CREATE SCHEMA {}", schema.name)]), "`{SWITCH}` leads to no PostgreSQL");
        schema
    }

    fn url(&self) -> String {
        let Self { server, name } = self;
        let joint = if server.contains('?') { '&' } else { '?' };
        format!("{server}{joint}application_name={name}&options[search_path]={name}")
    }

    /// On a thread of its own, because whoever makes or drops a home may be within a runtime.
    fn run(&self, statements: Vec<String>) -> bool {
        let server = self.server.clone();
        let work = async move {
            sqlx::any::install_default_drivers();
            let mut conn = AnyConnection::connect(&server).await?;
            for statement in statements {
                sqlx::query(AssertSqlSafe(statement)).execute(&mut conn).await?;
            }
            conn.close().await
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        std::thread::spawn(move || runtime.block_on(work)).join().unwrap().is_ok()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let name = &self.name;
        let statements = vec![
            "SET lock_timeout = '2s'".to_owned(),
            format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"),
            format!("DROP SCHEMA {name} CASCADE"),
        ];
        // What still runs of the test may be in the way for a moment; a schema that stays harms no other test.
        for _ in 0..3 {
            if self.run(statements.clone()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
