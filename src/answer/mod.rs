//! From what was found to what is said: cards, contents, reminders, first words, and every sentence ([`texts`]).
//!
//! A question goes to the [`Answerer`]: it chooses among what search finds, by what the question asks for, and gives a
//! [`Reply`] that names its source or is a refusal. A [`Draft`] is what everything here ends as: a body and buttons for
//! a [`Setting`], a language and a kind of chat.

mod about;
mod alike;
mod answerer;
mod blocks;
mod card;
mod choose;
mod compose;
mod contents;
mod counting;
mod details;
mod draft;
mod figures;
mod follow;
mod inline;
mod labels;
mod list;
mod named;
mod parts;
mod reminder;
mod reply;
mod several;
mod start;
mod structure;
mod sure;
pub mod texts;

use crate::message::Lang;

pub use answerer::{Answerer, DEPTH};
pub use card::{card, first_section};
pub use contents::contents;
pub use draft::{Draft, Setting};
pub use list::list_page;
pub use reminder::{reminder, series_ended};
pub use reply::{Choice, List, Meant, Nearest, Outcome, Refusal, Reply, Source};
pub use start::{help, introduction, no_question, topics, welcome};
pub use texts::Occasion;

/// Whether a question of the document is written in a language: Chinese has Chinese characters, English has none.
fn in_language(text: &str, lang: Lang) -> bool {
    let han = text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    han == (lang == Lang::Zh)
}
