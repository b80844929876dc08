//! Telegram: the only room, with the sandbox, that knows it.
//!
//! - [`token`]: the one secret
//! - [`callback`]: what a button does, in 64 bytes
//! - [`render`]: a message as Telegram's HTML, in parts that Telegram takes
//! - [`api`]: Telegram's methods
//! - [`transport`]: requests, and what exactly went wrong with one
//! - [`error`]: what can go wrong with them, and what it means

pub mod api;
pub mod callback;
pub mod error;
pub mod render;
mod split;
pub mod token;
pub mod transport;
