//! How anything is stored: the machine below the nouns (inbox, outbox, subscriptions…), which know their rows and leave
//! the rest to it. In reading order:
//!
//! - [`database`]: the address, a connection that is ready for use, the tables' migrations.
//! - [`place`]: the lock beside a SQLite file, and whether a store was there that is lost now.
//! - [`sql`] and [`id`]: statements over many rows, and ids made by the program, so that one text serves SQLite and PostgreSQL.
//! - [`writer`]: one task that commits what waits in groups; what a write is, and who waits for it.
//! - [`transaction`]: the writer's connection, with a time limit, and what happens when a commit is not answered.
//! - [`readers`]: connections for reading; one that falls silent is dropped.
//! - [`checkpoint`]: SQLite's write-ahead log goes into its file beside the writer.
//! - [`condition`]: a file that is gone from under the bot, or damaged, until somebody mends it.
//! - [`lease`] and [`contend`]: which of several instances works, and how another takes over.
//! - [`error`]: what became of a transaction or a read; control flow goes by these, never by sqlx's errors.

pub(super) mod checkpoint;
pub(super) mod condition;
pub(super) mod contend;
pub(super) mod database;
pub(super) mod error;
pub(super) mod id;
pub(super) mod lease;
pub(super) mod place;
pub(super) mod readers;
pub(super) mod sql;
pub(super) mod transaction;
pub(super) mod writer;
