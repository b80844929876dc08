//! From what was found to what is said: cards, contents, reminders, first words, and every sentence ([`texts`]).
//!
//! A [`Draft`] is what all of them give: a body and buttons for a [`Setting`], a language and a kind of chat.

mod blocks;
mod card;
mod contents;
mod draft;
mod reminder;
mod start;
pub mod texts;

use crate::message::Lang;

pub use card::{card, first_section};
pub use contents::contents;
pub use draft::{Draft, Setting};
pub use reminder::reminder;
pub use start::{help, introduction, no_question, overview, welcome};

/// Whether a question of the document is written in a language: Chinese has Chinese characters, English has none.
fn in_language(text: &str, lang: Lang) -> bool {
    let han = text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    han == (lang == Lang::Zh)
}
