//! Telegram without Telegram: an emulator of its Bot API and a chat page, for trying the bot and for testing it.
//!
//! - [`page`]: the chat page

pub mod page;
