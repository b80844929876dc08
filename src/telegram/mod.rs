//! Telegram: the only room, with the sandbox, that knows it.
//!
//! - [`token`]: the one secret
//! - [`callback`]: what a button does, in 64 bytes
//! - [`render`]: a message as Telegram's HTML, in parts that Telegram takes
//! - [`parse`]: an update as what it means to us
//! - [`api`]: Telegram's methods
//! - [`transport`]: requests, and what exactly went wrong with one
//! - [`error`]: what can go wrong with them, and what it means

mod address;
pub mod api;
pub mod callback;
pub mod error;
pub mod pace;
pub mod parse;
pub mod render;
mod split;
pub mod token;
pub mod transport;
