//! Where the store lives: its address, how a connection is prepared, how the tables come about.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::migrate::MigrateError;
use sqlx::{AnyConnection, ConnectOptions as _};

use super::error::{Error, within};
use super::lease::LEASE;
use super::place::{Lock, Presence, Refused, presence, was_made};
use crate::secret::SecretUrl;
use crate::store::StoreError;
use crate::store::migrations::{self, Applied, Tables};

/// How long a server may take to answer: to a connection that is made, to a read, to a transaction. Half a lease, so that
/// a holder whose connection fell silent can write on another before its lease ends.
const SERVER_LIMIT: Duration = Duration::from_secs(LEASE.as_secs() / 2);

/// The same for a file: longer than SQLite waits for a lock, and than a disk under load takes.
const FILE_LIMIT: Duration = Duration::from_secs(30);

/// How long a SQLite connection waits for a lock (`busy_timeout` below).
pub(in crate::store) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Write-ahead log: readers do not wait for the writer. `FULL`: what was committed survives a power cut. The log is
/// moved into the file by the checkpointer alone, because a commit that does it on the side stalls for seconds. One
/// mebibyte of pages for the writer: what a full commit changes has to find room, or it is written twice. What a
/// statement may have to undo stays in memory too, instead of a file that is made and removed for each.
const PREPARE_SQLITE: &[&str] = &[
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -1024",
];

/// Who only reads looks a few rows up at a time, and there are several of them.
const PREPARE_SQLITE_READER: &str = "PRAGMA cache_size = -128";

/// A plan that was made while the tables were empty would scan for ever after. A process that is frozen within a
/// transaction must not keep others from taking over.
const PREPARE_POSTGRES: &[&str] =
    &["SET plan_cache_mode = force_custom_plan", "SET idle_in_transaction_session_timeout = '5s'"];

/// The parameters of an address that the driver knows.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// Where the store lives.
#[derive(Clone)]
pub(in crate::store) struct Database {
    options: AnyConnectOptions,
    /// The SQLite file; `None` for a server.
    file: Option<PathBuf>,
    /// What errors call it; never holds a password.
    name: String,
}

/// A store that is open.
pub(in crate::store) struct Opened {
    pub(in crate::store) conn: AnyConnection,
    /// `None` on a server.
    pub(in crate::store) lock: Option<Lock>,
    /// Whether there were no tables before.
    pub(in crate::store) is_new: bool,
}

impl fmt::Debug for Database {
    /// The options hold the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Database {
    /// Reads an address.
    pub(in crate::store) fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Self::file(Path::new(path.split_once('?').map_or(path, |(path, _)| path)), url);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = AnyConnectOptions::from_str(&with_known_parameters(url)).map_err(|_| StoreError::Address)?;
            return Ok(Self { options: quiet(options), file: None, name: SecretUrl::new(url).to_string() });
        }
        Err(StoreError::Address)
    }

    fn file(path: &Path, url: &str) -> Result<Self, StoreError> {
        let wrong = || StoreError::Address;
        if path.as_os_str().is_empty() || path.as_os_str() == ":memory:" {
            return Err(wrong());
        }
        let path = std::path::absolute(path).map_err(|_| wrong())?;
        let text = path.to_str().ok_or_else(wrong)?;
        // Only `make` makes a file: a connection that is made anew must not begin a store in place of one that is gone.
        let address = format!("sqlite://{}?mode=rw", percent_encoded(text));
        let options = AnyConnectOptions::from_str(&address).map_err(|_| wrong())?;
        let name = SecretUrl::new(url).to_string().trim_start_matches("sqlite:").trim_start_matches("//").to_owned();
        Ok(Self { options: quiet(options), file: Some(path), name })
    }

    /// What errors call it.
    pub(in crate::store) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a SQLite file.
    pub(in crate::store) fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// The SQLite file; `None` for a server.
    pub(in crate::store) fn path(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// How a writing transaction begins: with the right to write, so that it cannot fail half-way for want of it.
    pub(in crate::store) fn begin(&self) -> &'static str {
        if self.is_file() { "BEGIN IMMEDIATE" } else { "BEGIN" }
    }

    /// How a transaction begins that reads all tables as they are at one instant.
    pub(in crate::store) fn begin_reading(&self) -> &'static str {
        if self.is_file() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }
    }

    /// The statement that lists a table's columns, in their order, with what they hold.
    pub(in crate::store) fn list_columns(&self) -> &'static str {
        if self.is_file() {
            "SELECT name, type FROM pragma_table_info($1)"
        } else {
            "SELECT column_name::text AS name, UPPER(data_type::text) AS type FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    }

    /// The statement that lists the tables of this program and of newer ones: each has the bot's number.
    pub(in crate::store) fn list_tables(&self) -> &'static str {
        if self.is_file() {
            "SELECT m.name FROM sqlite_master m WHERE m.type = 'table'
               AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'bot_id') ORDER BY m.name"
        } else {
            "SELECT table_name::text AS name FROM information_schema.columns
             WHERE table_schema = current_schema() AND column_name = 'bot_id' ORDER BY table_name::text"
        }
    }

    /// Makes the folder of the file, and keeps other instances out for as long as the lock lives. `None` for a server.
    pub(in crate::store) fn lock(&self) -> Result<Option<Lock>, StoreError> {
        let Some(path) = &self.file else { return Ok(None) };
        match Lock::take(path) {
            Ok(lock) => Ok(Some(lock)),
            Err(Refused::InUse) => Err(StoreError::InUse { path: self.name.clone() }),
            Err(Refused::System(error)) => Err(self.refused(&error)),
        }
    }

    /// Makes sure that the file is there, or that it may be made: none was there before. Whether it is there, or a server,
    /// of which that is not known yet.
    pub(in crate::store) fn find(&self) -> Result<bool, StoreError> {
        match self.file.as_deref().map(presence) {
            None | Some(Presence::There) => Ok(true),
            Some(Presence::Never) => Ok(false),
            Some(Presence::Lost) => Err(StoreError::Gone { path: self.name.clone() }),
        }
    }

    /// The same, where there is nothing to be done without a store.
    pub(in crate::store) fn expect(&self) -> Result<(), StoreError> {
        if self.find()? { Ok(()) } else { Err(StoreError::Missing { path: self.name.clone() }) }
    }

    /// Makes the file, for its owner alone.
    pub(in crate::store) fn make(&self) -> Result<(), StoreError> {
        let Some(path) = &self.file else { return Ok(()) };
        make_private(path).map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &std::io::Error) -> StoreError {
        StoreError::Open { store: self.name.clone(), reason: error.to_string().into() }
    }

    /// Opens the store for a bot: keeps others out, makes the file where none was, and brings the tables up to date.
    pub(in crate::store) async fn open_store(&self) -> Result<Opened, StoreError> {
        let mut lock = self.lock()?;
        let found = self.find()?;
        self.make()?;
        let mut conn = self.open().await?;
        let is_new = !found || self.tables(&mut conn).await? == Tables::None;
        self.migrate(&mut conn).await?;
        match lock.as_mut().map(Lock::made) {
            Some(Err(error)) => Err(self.refused(&error)),
            _ => Ok(Opened { conn, lock, is_new }),
        }
    }

    /// How the tables compare with those of this program.
    pub(in crate::store) async fn tables(&self, conn: &mut AnyConnection) -> Result<Tables, StoreError> {
        Applied::read(conn).await.map(|applied| applied.tables()).map_err(|error| self.open_error(&error.into()))
    }

    /// Makes sure that this program can work with the tables as they are.
    pub(in crate::store) async fn check(&self, conn: &mut AnyConnection) -> Result<(), StoreError> {
        if self.tables(conn).await?.fit() {
            return Ok(());
        }
        Err(StoreError::OtherVersion { store: self.name.clone() })
    }

    /// What is said where it cannot be opened. A file that is no database is damaged only where a store was made: it may be
    /// a slip in the address.
    pub(in crate::store) fn open_error(&self, error: &Error) -> StoreError {
        match StoreError::of("open the store", error) {
            damaged @ StoreError::Damaged { .. } if self.file.as_deref().is_none_or(was_made) => damaged,
            _ => StoreError::Open { store: self.name.clone(), reason: error.to_string().into() },
        }
    }

    /// A connection, ready for use.
    pub(in crate::store) async fn open(&self) -> Result<AnyConnection, StoreError> {
        self.connect().await.map_err(|error| self.open_error(&error))
    }

    /// The same, with the engine's error.
    pub(in crate::store) async fn connect(&self) -> Result<AnyConnection, Error> {
        within(self.limit(), async {
            let mut conn = self.options.connect().await?;
            prepare(&mut conn, self.is_file()).await?;
            Ok::<_, sqlx::Error>(conn)
        })
        .await
    }

    /// A connection for reading alone.
    pub(in crate::store) async fn connect_reader(&self) -> Result<AnyConnection, Error> {
        let mut conn = self.connect().await?;
        if self.is_file() {
            sqlx::query(PREPARE_SQLITE_READER).execute(&mut conn).await?;
        }
        Ok(conn)
    }

    /// How long an answer may take; a connection that takes longer is dropped.
    pub(in crate::store) fn limit(&self) -> Duration {
        if self.is_file() { FILE_LIMIT } else { SERVER_LIMIT }
    }

    /// Makes the tables, or brings those of an earlier program up to date. What a newer one has added stays.
    pub(in crate::store) async fn migrate(&self, conn: &mut AnyConnection) -> Result<(), StoreError> {
        let applied = Applied::read(conn).await.map_err(|error| self.open_error(&error.into()))?;
        match applied.tables() {
            Tables::Newer => {
                let reason = format!("a newer wengu has changed it (migration {})", applied.newest());
                return Err(StoreError::Migrate { store: self.name.clone(), reason: reason.into() });
            }
            Tables::Older => {}
            Tables::None | Tables::Current | Tables::Extended => {
                // Also where nothing is missing: a migration that was changed is noticed.
                return self.migrate_to(conn, migrations::version()).await;
            }
        }
        let missing = migrations::missing(&applied);
        for (step, (version, name)) in (1..).zip(&missing) {
            tracing::info!("bringing the store up to date: step {step} of {} (`{name}`)", missing.len());
            self.migrate_to(conn, *version).await?;
        }
        Ok(())
    }

    /// Makes the tables as they were after a certain migration.
    pub(in crate::store) async fn migrate_to(&self, conn: &mut AnyConnection, version: i64) -> Result<(), StoreError> {
        migrations::up_to(version).run(conn).await.map_err(|error| self.migrate_error(&error))
    }

    /// What the database refused on the way may well pass; tables that do not fit stay as they are.
    fn migrate_error(&self, error: &MigrateError) -> StoreError {
        let (store, reason) = (self.name.clone(), error.to_string().into());
        match error {
            MigrateError::Execute(_) | MigrateError::ExecuteMigration(..) => StoreError::Open { store, reason },
            _ => StoreError::Migrate { store, reason },
        }
    }
}

async fn prepare(conn: &mut AnyConnection, file: bool) -> Result<(), sqlx::Error> {
    for statement in if file { PREPARE_SQLITE } else { PREPARE_POSTGRES } {
        sqlx::query(*statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Makes the file, which holds what people said and when, readable by its owner alone; one that is there stays as it
/// is. SQLite gives the files beside it the same rights.
pub(in crate::store) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.write(true).create_new(true).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn quiet(options: AnyConnectOptions) -> AnyConnectOptions {
    options.disable_statement_logging()
}

/// An address of a PostgreSQL server without the parameters that the driver does not know: it would write them into the
/// log, values and all.
fn with_known_parameters(url: &str) -> String {
    let Some((place, parameters)) = url.split_once('?') else { return url.to_owned() };
    let known = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        PARAMETERS.contains(&name) || name.starts_with("options[")
    };
    let known: Vec<&str> = parameters.split('&').filter(known).collect();
    format!("{place}?{}", known.join("&"))
}

/// A path as it may stand in an address.
fn percent_encoded(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_without_its_password() {
        let url = "postgres://anna:hidden@db.example/wengu?password=hidden";
        let database = Database::parse(url).unwrap();
        assert_eq!(database.name(), "postgres://db.example/wengu");
        assert!(!format!("{database:?}").contains("hidden"));
        let file = Database::parse("sqlite://data/wengu.db?key=hidden").unwrap();
        assert_eq!(file.name(), "data/wengu.db");
        assert!(!format!("{file:?}").contains("hidden"));
    }

    #[test]
    fn a_file_with_spaces_and_chinese_in_its_path_is_a_store() {
        let database = Database::parse("sqlite://data/温 故?.db").unwrap();
        assert!(database.file.unwrap().ends_with("data/温 故"), "what follows the question mark is no path");
        assert!(Database::parse("sqlite://:memory:").is_err());
        assert!(Database::parse("mysql://localhost/wengu").is_err());
    }
}
