//! What is said instead of an answer, in English.

use super::{MOST_TITLES, RefusalTexts};
use crate::answer::texts::Echo;
use crate::answer::texts::en::En;
use crate::message::Detail;

impl RefusalTexts for En {
    fn not_covered(&self, document: &str, unknown: &[Echo]) -> String {
        if unknown.is_empty() {
            return format!("“{document}” does not cover this.");
        }
        let words: Vec<String> = unknown.iter().map(|word| format!("“{word}”")).collect();
        format!("“{document}” does not cover this: it never mentions {}.", words.join(" or "))
    }
    fn not_covered_by_any(&self, documents: usize, unknown: &[Echo]) -> String {
        let words: Vec<String> = unknown.iter().map(|word| format!("“{word}”")).collect();
        match words.is_empty() {
            true => format!("None of the {documents} documents covers this."),
            false => {
                format!("None of the {documents} documents covers this: they never mention {}.", words.join(" or "))
            }
        }
    }
    fn no_such_document(&self, name: &Echo, titles: &[&str]) -> String {
        let some: Vec<String> = titles.iter().take(MOST_TITLES).map(|title| format!("“{title}”")).collect();
        let more = titles.len() - some.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("There is no “{name}” here. What there is: {}{more}.", some.join(", "))
    }
    fn maybe(&self) -> &'static str {
        "I am not sure. The closest I found:"
    }
    fn near(&self) -> &'static str {
        "These come close:"
    }
    fn see_contents(&self) -> &'static str {
        "Here is what it does cover:"
    }
    fn detail_not_given(&self, detail: Detail) -> &'static str {
        match detail {
            Detail::InCharge => "This section does not say who is responsible. It reads:",
            Detail::Who => "This section names no person. It reads:",
            Detail::When => "This section gives no time. It reads:",
            Detail::HowMany => "This section gives no number. It reads:",
            Detail::More => "The whole section reads:",
        }
    }
    fn nothing_to_follow(&self) -> &'static str {
        "Which section do you mean? Reply to one of my answers, or ask the whole question."
    }
    fn no_question(&self, example: Option<&str>) -> String {
        match example {
            Some(example) => format!("Just type what you would like to know, for example: {example}"),
            None => "Just type what you would like to know.".to_owned(),
        }
    }
    fn unreadable(&self, files: &[Echo]) -> String {
        if files.is_empty() {
            return "I can only read text. Please type your question.".to_owned();
        }
        let files: Vec<String> = files.iter().map(|file| format!("“{file}”")).collect();
        format!("I cannot read files: {}. Please type your question.", files.join(", "))
    }
}
