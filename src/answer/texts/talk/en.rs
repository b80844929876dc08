//! The sentences in reply to talk, in English.

use super::TalkTexts;
use crate::answer::texts::Overview;
use crate::answer::texts::en::En;
use crate::message::Talk;

impl TalkTexts for En {
    fn talk(&self, talk: Talk, document: Option<&str>) -> String {
        let it = document.map_or_else(|| "the documents here".to_owned(), |title| format!("“{title}”"));
        match talk {
            Talk::Greeting => format!("Hello! I am Wengu. Ask me anything about {it}."),
            Talk::Thanks => "You are welcome. Ask any time.".to_owned(),
            Talk::Bye => "Goodbye, and see you next time.".to_owned(),
            Talk::Praise => "Thank you, glad it helped.".to_owned(),
            Talk::Complaint => {
                "Sorry, that missed the point. Try other words, or look through the contents.".to_owned()
            }
            Talk::Agreement => "All right.".to_owned(),
            Talk::Who => {
                format!("I am Wengu, a bot and no human. You ask about {it}, I find the passage; I make nothing up.")
            }
            Talk::Can => format!(
                "I answer questions about {it}, read it with you section by section (/read), and send a group its \
                 reminders (/subscribe). That is all I can do."
            ),
            Talk::There => "I am here. What would you like to know?".to_owned(),
            Talk::Personal => format!("I am only a program, and no good at that. Ask me about {it}."),
            Talk::Help => {
                "Just type your question. /topics shows the contents, /read begins at the start, /help lists all \
                 commands."
                    .to_owned()
            }
            Talk::Reminder => {
                "About reminders: /status says when the next one comes and what it is, /subscribe begins, \
                               /settings changes the time, skips or pauses, /unsubscribe ends them."
                    .to_owned()
            }
            Talk::Data => "Send /forget: once you confirm, all that I keep of you is deleted.".to_owned(),
            Talk::Today => format!("I do not know about time or weather; I only look things up in {it}."),
            // Its card is made of the document, not of one sentence.
            Talk::Document | Talk::Origin => it,
            Talk::Menu => {
                "/help lists all commands, /topics shows the contents, /settings changes the reminders.".to_owned()
            }
        }
    }

    fn title_with_edition(&self, title: &str, edition: Option<&str>) -> String {
        format!("{title}{}", edition.map(|edition| format!(" ({edition})")).unwrap_or_default())
    }
    fn extent(&self, overview: &Overview<'_>, minutes: usize) -> String {
        let Overview { sections, characters, .. } = overview;
        format!(
            "{sections} section{}, about {characters} characters, {minutes} minute{} to read once.",
            if *sections == 1 { "" } else { "s" },
            if minutes == 1 { "" } else { "s" }
        )
    }
    fn parts(&self, titles: &[&str]) -> String {
        format!("Its parts: {}.", titles.join(", "))
    }
}
