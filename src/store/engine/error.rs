//! What can go wrong with the store, each with the way out. Values from a database's address never hold its password.

use std::sync::Arc;

use super::lease::is_taken_over;

/// The store could not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is none of ours.
    #[error(
        "`{url}` is no address of a store: write `sqlite://data/wengu.db` (a file) or `postgres://user:password@host/database` as `store.url`"
    )]
    Address {
        /// The address, without a password.
        url: String,
    },
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

    /// Sorts a database error by what has to be done about it.
    pub(in crate::store) fn sort(doing: &'static str, error: &sqlx::Error) -> Self {
        let reason: Arc<str> = Arc::from(error.to_string());
        match error {
            sqlx::Error::Database(refusal) => match refusal.code().as_deref().map(sort_code) {
                Some(Trouble::ReadOnly) => Self::ReadOnly { doing },
                Some(Trouble::Full) => Self::Full { doing },
                Some(Trouble::Locked) => Self::Locked { doing },
                Some(Trouble::Lost) => Self::Lost { doing, reason },
                Some(Trouble::Other) | None => Self::Refused { doing, reason },
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Unreadable { doing, what: error.to_string() }
            }
            // What writes on a condition says so when the condition does not hold.
            sqlx::Error::RowNotFound => Self::Outrun { doing },
            error if is_taken_over(error) => Self::TakenOver { doing },
            _ => Self::Lost { doing, reason },
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    ReadOnly,
    Full,
    Locked,
    Lost,
    Other,
}

/// SQLite gives its (extended) result code as a decimal number, PostgreSQL five characters of SQLSTATE.
fn sort_code(code: &str) -> Trouble {
    if code.len() == 5 {
        return match code {
            "25006" => Trouble::ReadOnly,
            "53100" => Trouble::Full,
            "55P03" => Trouble::Locked,
            "25P03" => Trouble::Lost,
            _ if code.starts_with("08") || code.starts_with("57P") || code == "53300" => Trouble::Lost,
            _ => Trouble::Other,
        };
    }
    match code.parse::<u32>().map_or(0, |extended| extended & 0xff) {
        5 | 6 => Trouble::Locked,
        8 => Trouble::ReadOnly,
        13 => Trouble::Full,
        10 | 11 | 14 | 26 => Trouble::Lost,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_are_sorted_by_what_has_to_be_done() {
        for (code, trouble) in [
            ("5", Trouble::Locked),
            ("517", Trouble::Locked),
            ("8", Trouble::ReadOnly),
            ("1032", Trouble::ReadOnly),
            ("13", Trouble::Full),
            ("2570", Trouble::Lost),
            ("2067", Trouble::Other),
            ("53100", Trouble::Full),
            ("57P01", Trouble::Lost),
            ("25P03", Trouble::Lost),
            ("25006", Trouble::ReadOnly),
            ("23505", Trouble::Other),
        ] {
            assert_eq!(sort_code(code), trouble, "{code}");
        }
    }
}
