//! The sentences where a question is not answered, or only nearly.

mod en;
mod zh;

use super::Echo;
use crate::message::Detail;

/// How many titles of documents a sentence lists.
const MOST_TITLES: usize = 5;

/// What is said instead of an answer, in one language.
pub trait RefusalTexts {
    /// The document does not answer this; the words that it does not know, as typed (there may be none).
    fn not_covered(&self, document: &str, unknown: &[Echo]) -> String;
    /// The same of several documents.
    fn not_covered_by_any(&self, documents: usize, unknown: &[Echo]) -> String;
    /// A question names a document that is not here; the titles of those that are.
    fn no_such_document(&self, name: &Echo, titles: &[&str]) -> String;
    /// Above sections that come near a question, where nothing is claimed.
    fn maybe(&self) -> &'static str;
    /// Above the sections that come near an uncovered question.
    fn near(&self) -> &'static str;
    /// Above the contents under an uncovered question.
    fn see_contents(&self) -> &'static str;
    /// A section does not say what a question asks of it that does not name it.
    fn detail_not_given(&self, detail: Detail) -> &'static str;
    /// A question that leans on something shown before, and nothing was.
    fn nothing_to_follow(&self) -> &'static str;
    /// A message without a question: empty, emoji, punctuation.
    fn no_question(&self, example: Option<&str>) -> String;
    /// A message without text: a sticker, a picture, a voice message.
    fn unreadable(&self, files: &[Echo]) -> String;
}
