//! Telegram: the only room, with the sandbox, that knows it.
//!
//! - [`callback`]: what a button does, in 64 bytes
//! - [`render`]: a message as Telegram's HTML, in parts that Telegram takes

pub mod callback;
pub mod render;
mod split;
