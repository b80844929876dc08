//! Wengu (温故): a Telegram bot for people who study a document together.
//!
//! The rooms, in reading order:
//!
//! - [`message`]: what a chat is to us, without Telegram
//! - [`clock`]: wall-clock time, passed in
//! - [`heartbeat`]: when a background task last got somewhere
//! - [`content`]: the documents people study
//! - [`understand`]: what people mean by what they type
//! - [`search`]: from a question to the sections that answer it
//! - [`answer`]: what is said in reply, and every sentence that people read
//! - [`respond`]: the first story, a question, in one place
//! - [`schedule`]: when a reminder is due, what it says, what becomes of it
//! - [`eval`]: how good the answers are
//! - [`app`]: the composition root
//! - [`ops`]: what an operator sees
//! - [`cli`]: the commands
//! - [`config`]: the one config file
//! - [`telegram`]: the chat service: receiving, sending, its markup and its errors
//! - [`sandbox`]: a stand-in for the chat service, with a chat page, for trying and testing
//! - [`secret`]: values that must not be printed
//! - [`store`]: what is kept, and how nothing of it is lost
//! - [`diagnostic`]: mistakes in what people wrote, with place and way out

pub mod answer;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod eval;
pub mod heartbeat;
pub mod message;
pub mod ops;
pub mod respond;
pub mod sandbox;
pub mod schedule;
pub mod search;
pub mod secret;
pub mod store;
pub mod telegram;
pub mod understand;
