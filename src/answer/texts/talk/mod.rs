//! The sentences in reply to talk that asks nothing of a document.

mod en;
mod zh;

use crate::message::Talk;

/// What is said to talk, in one language.
pub trait TalkTexts {
    /// A word back; `document` is the short title of the only document, where there is one alone.
    fn talk(&self, talk: Talk, document: Option<&str>) -> String;
}
