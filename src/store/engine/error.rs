//! The engine's own errors: what became of a transaction or a read, apart from what the database says in detail.

use std::time::Duration;

use super::condition::Loss;

/// Why a read or a transaction did not come to its end. Nothing of the transaction is in the store, unless said otherwise.
#[derive(Debug, thiserror::Error)]
pub(in crate::store) enum Error {
    /// Optimistic-lock conflict: the row changed since it was read.
    #[error("the row changed since it was read")]
    Outrun,
    /// Another instance holds the lease.
    #[error("another instance works now")]
    TakenOver,
    /// The database did not answer in time; its connection was dropped.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The answer to `COMMIT` was lost, and nothing tells whether it had its effect.
    #[error("the connection ended during the commit; it may be stored or not")]
    InDoubt,
    /// The database's file is gone from under the bot; nothing is written into one that nobody will find.
    #[error("the file of the store {} while the bot runs", .0.as_str())]
    Vanished(Loss),
    /// The store was closed before.
    #[error("the store is closed")]
    Closed,
    /// Whatever the database or its driver says.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Error {
    /// Whether the connection is of no further use: it is silent, or gone.
    pub(in crate::store) fn breaks_the_connection(&self) -> bool {
        match self {
            Self::TimedOut(_) | Self::InDoubt => true,
            Self::Outrun | Self::TakenOver | Self::Vanished(_) | Self::Closed => false,
            Self::Database(error) => Trouble::of(error) == Trouble::Lost,
        }
    }
}

/// Awaits an answer of the database, but not for longer than `limit`. Whoever gets [`Error::TimedOut`] has to drop the
/// connection: its state is unknown.
pub(in crate::store) async fn within<T, E: Into<Error>>(
    limit: Duration,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, Error> {
    tokio::time::timeout(limit, answer).await.map_err(|_| Error::TimedOut(limit))?.map_err(Into::into)
}

/// Database errors, by what has to be done about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Trouble {
    /// The file or the server takes no writes.
    ReadOnly,
    /// The disk is full.
    Full,
    /// Another program holds a lock.
    Locked,
    /// The connection or the disk is out of reach.
    Lost,
    /// A page of the database is not what it was written as.
    Damaged,
    /// A stored value is not of the kind that is expected.
    Unreadable,
    /// This statement was refused.
    Refused,
}

impl Trouble {
    /// Sorts an error.
    pub(in crate::store) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refusal) => refusal.code().map_or(Self::Refused, |code| Self::of_code(&code)),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Unreadable,
            _ => Self::Lost,
        }
    }

    /// SQLite gives its (extended) result code as a decimal number, PostgreSQL five characters of SQLSTATE.
    fn of_code(code: &str) -> Self {
        if code.len() == 5 {
            return match code {
                "25006" => Self::ReadOnly,
                "53100" => Self::Full,
                "55P03" => Self::Locked,
                "25P03" => Self::Lost,
                "XX001" | "XX002" => Self::Damaged,
                _ if code.starts_with("08") || code.starts_with("57P") || code == "53300" => Self::Lost,
                _ => Self::Refused,
            };
        }
        match code.parse::<u32>().map_or(0, |extended| extended & 0xff) {
            5 | 6 => Self::Locked,
            8 => Self::ReadOnly,
            13 => Self::Full,
            11 | 26 => Self::Damaged,
            10 | 14 => Self::Lost,
            _ => Self::Refused,
        }
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
            ("2067", Trouble::Refused),
            ("11", Trouble::Damaged),
            ("779", Trouble::Damaged),
            ("26", Trouble::Damaged),
            ("XX001", Trouble::Damaged),
            ("53100", Trouble::Full),
            ("57P01", Trouble::Lost),
            ("25P03", Trouble::Lost),
            ("25006", Trouble::ReadOnly),
            ("23505", Trouble::Refused),
        ] {
            assert_eq!(Trouble::of_code(code), trouble, "{code}");
        }
    }
}
