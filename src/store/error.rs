//! What can go wrong with the store, each with the way out. Values from a database's address never hold its password.

use std::sync::Arc;

use super::engine::error::{Error, Trouble};

/// The store could not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is none of ours.
    #[error(
        "the address of the store is none: write `sqlite://data/wengu.db` (a file) or `postgres://user:password@host/database` as `store.url`"
    )]
    Address,
    /// Another instance holds the SQLite file.
    #[error(
        "another wengu already uses the store `{path}`: stop that one first, or give this one a file of its own with `store.url`"
    )]
    InUse {
        /// The database file.
        path: String,
    },
    /// The file or the server could not be opened.
    #[error(
        "failed to open the store `{store}`: {reason}; check that the place exists, and that it may be read and written by this user"
    )]
    Open {
        /// The file, or the server's address without the password.
        store: String,
        /// What the system said.
        reason: Arc<str>,
    },
    /// A store was here, and is not any more.
    #[error(
        "the store `{path}` is gone: its file is missing or empty, but a store was there, as `{path}.lock` or `{path}-wal` \
         tells; mount its disk, or put a backup back with `wengu restore`; only to start anew, without subscriptions and \
         all else that was stored, delete these two"
    )]
    Gone {
        /// The database file.
        path: String,
    },
    /// A part of the database is not what it was written as.
    #[error(
        "failed to {doing}: the store is damaged ({reason}); stop the bot, and restore the last backup with \
         `wengu restore FILE --force`, which keeps the damaged file beside it"
    )]
    Damaged {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        reason: Arc<str>,
    },
    /// The file is gone from under the running bot.
    #[error(
        "failed to {doing}: the file of the store {how} while the bot runs; put the file back, or stop the bot and restore \
         a backup with `wengu restore`"
    )]
    Vanished {
        /// What was being done.
        doing: &'static str,
        /// What became of it.
        how: &'static str,
    },
    /// The tables were made by a newer program, or changed by hand.
    #[error(
        "failed to bring the store `{store}` up to date: {reason}; run the newest wengu that has used it, or start over with another `store.url`"
    )]
    Migrate {
        /// The file, or the server's address without the password.
        store: String,
        /// What does not fit.
        reason: Arc<str>,
    },
    /// There is nothing to look at yet.
    #[error("there is no store at `{path}` yet: `wengu serve` makes it; `store.url` says where it is")]
    Missing {
        /// The database file.
        path: String,
    },
    /// The tables are not those of this program.
    #[error(
        "the store `{store}` was made by another version of wengu: look at it with the one that runs, or start this one once with `wengu serve`"
    )]
    OtherVersion {
        /// The file, or the server's address without the password.
        store: String,
    },
    /// It cannot be told whose store it is.
    #[error("{0}: set `telegram.token` (or WENGU_TELEGRAM__TOKEN), which says which bot is meant")]
    WhichBot(&'static str),
    /// The database cannot be written.
    #[error("failed to {doing}: the store is read-only; give this user the right to write its file and folder")]
    ReadOnly {
        /// What was being done.
        doing: &'static str,
    },
    /// There is no space left.
    #[error("failed to {doing}: the disk of the store is full; free some space, nothing that was confirmed is lost")]
    Full {
        /// What was being done.
        doing: &'static str,
    },
    /// Another program keeps the database to itself.
    #[error("failed to {doing}: another program locks the store; close whatever else has it open")]
    Locked {
        /// What was being done.
        doing: &'static str,
    },
    /// The database is out of reach.
    #[error("failed to {doing}: the store cannot be reached ({reason}); it is tried again at the next write")]
    Lost {
        /// What was being done.
        doing: &'static str,
        /// What the connection said.
        reason: Arc<str>,
    },
    /// One statement was refused.
    #[error("failed to {doing}: {reason}")]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        reason: Arc<str>,
    },
    /// What was to be written was decided on a state that is no more.
    #[error("failed to {doing}: somebody else was faster; it is decided anew")]
    Outrun {
        /// What was being done.
        doing: &'static str,
    },
    /// Another instance holds the lease.
    #[error("failed to {doing}: another instance works now, and goes on from what is stored")]
    TakenOver {
        /// What was being done.
        doing: &'static str,
    },
    /// A stored value is not one that this program writes.
    #[error("failed to {doing}: the store holds {what}, which is not of this program's making")]
    Unreadable {
        /// What was being done.
        doing: &'static str,
        /// The value and where it is.
        what: String,
    },
    /// The store was closed before.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether the store as a whole is in trouble, so that trying another statement now would meet the same.
    pub fn concerns_the_whole_store(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Outrun { .. } | Self::Unreadable { .. } | Self::TakenOver { .. })
    }

    /// Whether opening the store again later may succeed without anybody having done something.
    pub fn may_pass(&self) -> bool {
        !matches!(
            self,
            Self::Address
                | Self::Migrate { .. }
                | Self::OtherVersion { .. }
                | Self::WhichBot(_)
                | Self::ReadOnly { .. }
                | Self::Damaged { .. }
                | Self::Unreadable { .. }
        )
    }

    /// Says what was being done when the engine's error came, and the way out.
    pub(super) fn of(doing: &'static str, error: &Error) -> Self {
        let reason = || Arc::from(error.to_string());
        match error {
            Error::Outrun => Self::Outrun { doing },
            Error::TakenOver => Self::TakenOver { doing },
            Error::Vanished(loss) => Self::Vanished { doing, how: loss.as_str() },
            Error::Closed => Self::Closed,
            Error::TimedOut(_) | Error::InDoubt => Self::Lost { doing, reason: reason() },
            Error::Database(error) => Self::sort(doing, error),
        }
    }

    /// Sorts a database error by what has to be done about it.
    pub(super) fn sort(doing: &'static str, error: &sqlx::Error) -> Self {
        let reason = || Arc::from(error.to_string());
        match Trouble::of(error) {
            Trouble::ReadOnly => Self::ReadOnly { doing },
            Trouble::Full => Self::Full { doing },
            Trouble::Locked => Self::Locked { doing },
            Trouble::Lost => Self::Lost { doing, reason: reason() },
            Trouble::Damaged => Self::Damaged { doing, reason: reason() },
            Trouble::Unreadable => Self::Unreadable { doing, what: error.to_string() },
            Trouble::Refused => Self::Refused { doing, reason: reason() },
        }
    }
}
