//! The whole program through its front doors, and the shape of its source. One binary, one file a story.

#![allow(clippy::unwrap_used)] // a test that cannot go on says so by panicking

mod answers;
mod architecture;
mod browser;
mod browser_answers;
mod browser_settings;
mod chats;
mod config;
mod content;
mod deliveries;
mod deploy;
mod doctor;
mod emulator;
mod faults;
mod follow_ups;
mod forgetting;
mod harness;
mod home;
mod hostile;
mod hostile_questions;
mod import;
mod import_docx;
mod inline;
mod kill;
mod limits;
mod measuring;
mod newcomer;
mod open_questions;
mod operators;
mod proxy;
mod reflection;
mod reload;
mod schedule_freeform;
mod schedule_plan;
mod schedule_time;
mod schedule_words;
mod search;
mod settings;
mod simulation;
mod store;
mod story;
mod studying;
mod transcript;
mod webdriver;
mod whole;
