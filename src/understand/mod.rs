//! What people mean by what they type: [`command`] reads commands, [`question`] reads questions.

pub mod command;
mod counted;
mod details;
mod facets;
mod letters;
mod listing;
mod numbers;
mod ordinals;
mod outline;
pub mod question;
mod scaffolding;
mod several;
mod talk;
mod titles;
