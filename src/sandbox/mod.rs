//! Telegram without Telegram: an emulator of its Bot API and a chat page, for trying the bot and for testing it.
//!
//! - [`world`]: Telegram's rules as a pure function
//! - [`http`]: the same over HTTP, with faults carried out, as a server that is started and stopped
//! - [`scene`]: the people and the group one meets in the sandbox
//! - [`page`]: the chat page

pub mod http;
pub mod page;
pub mod scene;
pub mod world;

mod emulator;
mod hook;
mod shared;
mod ui;
mod view;
