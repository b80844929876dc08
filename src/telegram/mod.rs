//! Telegram: the only room, with the sandbox, that knows it.
//!
//! The words:
//! - [`token`]: the one secret
//! - [`callback`]: what a button does, in 64 bytes
//! - [`render`]: a message as Telegram's HTML, in parts that Telegram takes
//! - `update`: an update read leniently, part by part
//! - [`parse`]: an update as what it means to us
//!
//! The calls:
//! - [`transport`]: requests, and what exactly went wrong with one
//! - [`error`]: what that means
//! - [`api`]: Telegram's methods
//! - [`connect`]: the first words with Telegram
//! - [`checkup`]: how the bot stands with Telegram
//!
//! The work:
//! - [`inbox`]: handling what came in, in order within a chat; polling or the [`webhook`] in front of it
//! - [`send`]: the one place through which everything goes out, within the [`pace`]

mod address;
pub mod api;
mod backoff;
pub mod callback;
pub mod checkup;
pub mod connect;
mod deliver;
mod desk;
pub mod error;
pub mod inbox;
mod lanes;
mod notice;
pub mod pace;
pub mod parse;
mod pin;
mod receive;
pub mod render;
mod rights;
pub mod send;
mod split;
mod tail;
pub mod token;
pub mod transport;
mod update;
mod way;
pub mod webhook;
