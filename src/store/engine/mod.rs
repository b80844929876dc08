//! How anything is stored: the machine below the nouns (inbox, outbox, subscriptions…), which know their rows and leave
//! the rest to it. In reading order:
//!
//! - [`database`]: the address, a connection that is ready for use, the file's lock, the tables' migrations.
//! - [`sql`] and [`id`]: statements over many rows, and ids made by the program, so that one text serves SQLite and PostgreSQL.
//! - [`writer`]: one task and one connection that commit what waits in groups; what a write is, and who waits for it.
//! - [`checkpoint`]: SQLite's write-ahead log goes into its file beside the writer.
//! - [`lease`] and [`contend`]: which of several instances works, and how another takes over.
//! - [`error`]: what can go wrong, each with the way out.

pub(super) mod checkpoint;
pub(super) mod contend;
pub(super) mod database;
pub(super) mod error;
pub(super) mod id;
pub(super) mod lease;
pub(super) mod sql;
pub(super) mod writer;
