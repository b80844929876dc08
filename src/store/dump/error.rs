//! What can go wrong with a backup or a restore, each with the way out.

use std::path::PathBuf;

use super::super::StoreError;

/// A store could not be written into a file, or made of one.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is a file already.
    #[error("`{}` is there already: name another file, or let it be replaced with `--force`", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("failed to use the file `{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no backup, or only a part of one.
    #[error("`{}` is no whole backup of a store: {why} (line {line}); nothing was changed", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// The file was written by a newer program.
    #[error(
        "`{}` is the backup of a newer wengu (schema {schema}): restore it with that one; nothing was changed", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        schema: i64,
    },
    /// The place holds something.
    #[error(
        "the store `{store}` holds something already: name another with `--to`, or have it replaced with `--force`; nothing was changed"
    )]
    NotEmpty {
        /// The file, or the server's address without the password.
        store: String,
    },
}
