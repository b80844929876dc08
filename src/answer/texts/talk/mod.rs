//! The sentences in reply to talk that asks nothing of a document.

mod en;
mod zh;

use super::Overview;
use crate::message::Talk;

/// What is said to talk, in one language.
pub trait TalkTexts {
    /// A word back; `document` is the short title of the only document, where there is one alone.
    fn talk(&self, talk: Talk, document: Option<&str>) -> String;

    /// The title of a document with its edition.
    fn title_with_edition(&self, title: &str, edition: Option<&str>) -> String;
    /// How long a document is, and how many minutes it takes to read it once.
    fn extent(&self, overview: &Overview<'_>, minutes: usize) -> String;
    /// The titles of a document's parts.
    fn parts(&self, titles: &[&str]) -> String;
}
