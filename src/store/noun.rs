//! The nouns: every table, and what *forget*, *migrate*, *prune* and a bound mean for it. Each is described beside the code
//! that reads and writes it; a test compares the list with the schema, column by column.

use std::time::Duration;

use sqlx::any::AnyRow;

use super::{
    chat, delivery, engine::lease, hold, inbox, moved, outbox, panel, question, reading, studied, subscription,
    topic_name, turn, vote,
};

/// A table, and what becomes of its rows.
#[derive(Debug)]
pub(super) struct Noun {
    /// Its name.
    pub(super) table: &'static str,
    /// The columns that tell a row from others of the same bot.
    pub(super) key: &'static [&'static str],
    /// The columns that hold a person.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares it with the schema"))]
    pub(super) people: &'static [&'static str],
    /// The columns that hold a chat. A private chat has its person's number.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares it with the schema"))]
    pub(super) chats: &'static [&'static str],
    /// All other columns.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares it with the schema"))]
    pub(super) others: &'static [&'static str],
    /// Reads its rows, of all bots, as far as they are looked at again: what `check` gets.
    pub(super) all: &'static str,
    /// Whether a row can be read, as it is read where it is used.
    pub(super) check: fn(&AnyRow) -> Result<(), sqlx::Error>,
    /// Removes what is known of a person: `$1` the bot, `$2` the person.
    pub(super) forget: &'static [&'static str],
    /// Removes what is known of a person's private chat: `$1` the bot, `$2` the chat.
    pub(super) forget_chat: &'static [&'static str],
    /// Moves what belongs to a group that has another number: `$1` the bot, `$2` the old number, `$3` the new one. A row of
    /// the new number wins. `Err` says why nothing moves.
    pub(super) migrate: Result<&'static [&'static str], &'static str>,
    /// Removes what has had its time, each with how long that is: `$1` the bot, `$2` the instant before which it ended, `$3`
    /// the most rows at once.
    pub(super) prune: &'static [(Duration, &'static str)],
    /// How many rows one owner may have. Tables whose key leaves an owner one row need none.
    pub(super) bounds: &'static [Bound],
}

/// The most rows that one owner may have; beyond it the oldest go.
#[derive(Debug)]
pub(super) struct Bound {
    /// The column that holds the owner: a person, a chat, a subscription, or the bot.
    pub(super) owner: &'static str,
    /// How many of their rows stay.
    pub(super) most: u32,
    /// Orders them, the one that stays longest first.
    pub(super) newest_first: &'static str,
    /// Which rows count, as a condition; `TRUE` for all.
    pub(super) of: &'static str,
    /// Removes what hangs on a row that goes: `$1` the bot, `$2` its (only) key.
    pub(super) with: &'static [&'static str],
}

impl Noun {
    /// A table that holds nobody and is never removed from: what a description leaves out.
    pub(super) const NONE: Self = Self {
        table: "",
        key: &[],
        people: &[],
        chats: &[],
        others: &[],
        all: "",
        check: |_| Ok(()),
        forget: &[],
        forget_chat: &[],
        migrate: Err("it holds no chat"),
        prune: &[],
        bounds: &[],
    };
}

impl Bound {
    /// A bound on all rows of a table that has an instant `at`.
    pub(super) const fn by_at(owner: &'static str, most: u32) -> Self {
        Self { owner, most, newest_first: "at DESC", of: "TRUE", with: &[] }
    }
}

/// All of them. Where one is forgotten by way of another, it stands before that one.
pub(super) const NOUNS: &[&Noun] = &[
    &outbox::NOUN,
    &vote::NOUN,
    &question::NOUN,
    &reading::NOUN,
    &turn::NOUN,
    &chat::NOUN,
    &panel::NOUN,
    &studied::NOUN,
    &topic_name::NOUN,
    &hold::NOUN,
    &hold::CLOCK,
    &delivery::NOUN,
    &subscription::NOUN,
    &inbox::NOUN,
    &moved::NOUN,
    &lease::NOUN,
];

#[cfg(test)]
mod tests;
