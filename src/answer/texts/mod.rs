//! Every sentence that people read in a chat, one file a language. A sentence that one language lacks does not compile:
//! no method of [`Texts`] has a default.
//!
//! To add a sentence, add a method here and write it in each language's file. Plain words, short enough for a phone,
//! the language's own punctuation; what comes from a document is passed in and shown as it stands, what a person wrote or
//! named is passed in as an [`Echo`].

mod echo;
mod en;
mod numbers;
mod pace;
mod refusals;
mod settings;
mod talk;
mod times;
mod zh;

pub use echo::Echo;
pub use numbers::{NumberTexts, Place};
pub use pace::{Occasion, Outlook, PaceTexts, Plan};
pub use refusals::RefusalTexts;
pub use settings::SettingsTexts;
pub use talk::TalkTexts;
pub use times::{Days, TimeTexts};

use crate::message::{Body, Lang, Paragraph, Span};

/// The sentences of a language.
pub fn texts(lang: Lang) -> &'static dyn Texts {
    match lang {
        Lang::Zh => &zh::Zh,
        Lang::En => &en::En,
    }
}

/// How many commands the menu offers.
pub const COMMANDS: usize = 11;

/// What `/start`, `/help` and the introduction to a group say about the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overview<'a> {
    /// How many documents there are.
    pub documents: usize,
    /// The short title of the first.
    pub document: &'a str,
    /// The edition of the only one; `None` for an original.
    pub edition: Option<&'a str>,
    /// How many sections of all hold text.
    pub sections: usize,
    /// How many characters they hold.
    pub characters: usize,
}

/// What people read, in one language.
pub trait Texts: SettingsTexts + NumberTexts + PaceTexts + RefusalTexts + TalkTexts + TimeTexts {
    // Buttons.

    /// Shows the rest of a section of which a passage is shown.
    fn button_rest(&self) -> &'static str;
    /// To the section before.
    fn button_previous(&self) -> &'static str;
    /// To the section after.
    fn button_next(&self) -> &'static str;
    /// From a reminder to the next section of its series.
    fn button_next_of_series(&self) -> &'static str;
    /// To the next page of a long section, with its place such as 2 of 3.
    fn button_next_page(&self, page: usize, pages: usize) -> String;
    /// To the page before, with its place.
    fn button_previous_page(&self, page: usize, pages: usize) -> String;
    /// To the contents.
    fn button_contents(&self) -> &'static str;
    /// To the section where reading begins.
    fn button_read_from_start(&self) -> &'static str;
    /// Opens a group's card in the private chat.
    fn button_read_in_private(&self) -> &'static str;
    /// Lets the person choose a group for us.
    fn button_add_to_group(&self) -> &'static str;
    /// Subscribes the chat.
    fn button_subscribe(&self) -> &'static str;
    /// Ends the chat's subscription.
    fn button_unsubscribe(&self) -> &'static str;
    /// Sends the subscription's next section now.
    fn button_send_now(&self) -> &'static str;
    /// The second, deliberate press of `/forget`.
    fn button_forget(&self) -> &'static str;
    /// To a related section: what it is (such as 举措, in the document's language) and its title.
    fn button_related(&self, kind: Option<&str>, title: &str) -> String;

    /// To what answers a question as it was typed, where it was taken to mean something else.
    fn button_as_typed(&self, typed: &Echo) -> String;

    /// Puts a section into another chat.
    fn button_share(&self) -> &'static str;
    /// Says that an answer is good.
    fn button_like(&self) -> &'static str;
    /// Says that an answer is not what was asked for.
    fn button_dislike(&self) -> &'static str;

    // Answers.

    /// Before the answer to a question that was found by its sound: what it was taken to mean.
    fn taken_to_mean(&self, meant: &Echo) -> String;

    /// Where an answer comes from.
    fn citation(&self, document: &str, section: &str, edition: Option<&str>) -> String;
    /// The same for the document as a whole.
    fn citation_of_document(&self, document: &str, edition: Option<&str>) -> String;
    /// The place of a section in its document, or of a page.
    fn place(&self, number: usize, total: usize) -> String;
    /// A section has no passage of the kind that was asked for, such as 原因.
    fn kind_not_given(&self, kind: &str) -> String;
    /// Above a list of all sections of a kind.
    fn list_heading(&self, kind: &str, count: usize) -> String;
    /// Above a list of the sections that hold passages of a kind, such as 案例.
    fn list_of_passages(&self, kind: &str) -> String;
    /// Above so many sections that answer equally well.
    fn which(&self, count: usize) -> String;
    /// Heads the contents of a document.
    fn contents_heading(&self, document: &str) -> String;
    /// A heading under which nothing stands but other headings.
    fn bare_section(&self) -> &'static str;

    /// To somebody who likes an answer.
    fn liked(&self) -> &'static str;
    /// To somebody who does not: it is kept for whoever looks after the document.
    fn disliked(&self) -> &'static str;
    /// A vote on an answer that is not known any more.
    fn vote_too_late(&self) -> &'static str;

    // In other chats.

    /// Offers a text with so many links put in.
    fn inline_insertion(&self, links: usize) -> String;
    /// Leads to the contents where nothing can be offered.
    fn inline_nothing(&self, document: &str) -> String;

    // What whoever subscribed a group is told in private.

    /// Telegram does not let us write in the group: its reminders did not arrive.
    fn may_not_write(&self, group: &Echo) -> String;
    /// Telegram says that we are not in the group.
    fn not_in_group(&self, group: &Echo) -> String;
    /// The group's main topic is closed, and reminders go nowhere else.
    fn general_closed(&self, group: &Echo) -> String;
    /// The topic for the group's reminders is closed or gone: they go to the main chat.
    fn topic_gone(&self, group: &Echo) -> String;

    // Reminders.

    /// The problem that the section answers: what it is (such as 问题) and its title.
    fn reminder_answers(&self, kind: Option<&str>, title: &str) -> String;
    /// Before a question of the document's own to think about.
    fn reminder_think(&self, question: &str) -> String;
    /// A question to think about where the document has none, with the problem's title where there is one.
    fn reminder_question(&self, problem: Option<&str>) -> String;

    // Commands.

    /// The commands of the menu with what they do, most useful first.
    fn commands(&self) -> [(&'static str, &'static str); COMMANDS];
    /// `/start` in a private chat.
    fn welcome(&self, overview: Overview<'_>) -> Body;
    /// Above the questions that one can tap.
    fn try_these(&self) -> &'static str;
    /// `/help`.
    fn help(&self, overview: Overview<'_>) -> Body;
    /// The one introduction to a group that added us.
    fn introduction(&self, overview: Overview<'_>) -> Body;
    /// A command that we do not know.
    fn unknown_command(&self) -> &'static str;
    /// `/measure` where no document has a series.
    fn no_series(&self) -> &'static str;
    /// There is no document at all.
    fn no_document(&self) -> &'static str;
    /// The bot is kept to some groups or people, and this is not one of them.
    fn not_served(&self) -> &'static str;
    /// Somebody asks too often, and can ask again in so many seconds.
    fn too_often(&self, seconds: u64) -> String;
    /// Tells whoever runs the bot what is wrong with changed documents, each with its place, and how many more there are.
    fn content_refused(&self, mistakes: &[String], more: usize) -> Body;
    /// What a button, a link or a place in reading led to is no longer in the document.
    fn section_gone(&self) -> &'static str;
    /// A button that was made for somebody else.
    fn not_your_button(&self) -> &'static str;
    /// A button that we can no longer make sense of.
    fn stale_button(&self) -> &'static str;

    // Subscriptions.

    /// The chat is subscribed from now on.
    fn subscribed(&self, plan: Plan<'_>) -> Body;
    /// The chat had this subscription already.
    fn already_subscribed(&self, plan: Plan<'_>) -> Body;
    /// The subscription has ended.
    fn unsubscribed(&self) -> &'static str;
    /// There is no subscription to end, to show or to send from.
    fn not_subscribed(&self) -> &'static str;
    /// Only admins may do this in a group.
    fn admins_only(&self) -> &'static str;
    /// Who the admins are could not be found out now.
    fn rights_unknown(&self) -> &'static str;
    /// The next section was sent ahead of its time.
    fn sent_now(&self) -> &'static str;
    /// Nothing is sent ahead of its time while a reminder is on its way.
    fn on_its_way(&self) -> &'static str;
    /// `/status`: one line about the subscription.
    fn status_subscribed(&self, plan: Plan<'_>) -> Body;
    /// `/status`: where the person is in the document.
    fn status_reading(&self, section: &str) -> String;

    // Dates and times.

    /// A time zone, by its id and its place in Chinese.
    fn zone(&self, id: &str, chinese: Option<&str>) -> String;
    /// An instant: year, month and day, the weekday (Monday is 1), the time of day.
    fn moment(&self, date: (i32, u32, u32), weekday: u32, clock: &str) -> String;

    // Privacy.

    /// `/forget`: what would be deleted, before the press that does it.
    fn forget_question(&self) -> &'static str;
    /// Whoever speaks in the name of a chat is nobody whose data could be deleted.
    fn forget_as_yourself(&self) -> &'static str;
    /// Everything about the person is deleted.
    fn forgotten(&self) -> &'static str;

    // When something goes wrong.

    /// We failed; the person may try again.
    fn failure(&self) -> &'static str;
}

/// A heading, then a paragraph each.
fn body(heading: String, paragraphs: impl IntoIterator<Item = String>) -> Body {
    let mut all = vec![Paragraph::new([Span::bold(heading)])];
    all.extend(paragraphs.into_iter().map(Paragraph::plain));
    Body(all)
}

/// A line for each pair: a thing to type, then what it does.
fn lines<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> impl Iterator<Item = Paragraph> {
    pairs.into_iter().enumerate().map(|(index, (typed, meaning))| {
        let spans = vec![Span::plain(typed), Span::plain(format!("  {meaning}"))];
        let line = Paragraph::new(spans);
        if index == 0 { line } else { line.tight() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_languages_offer_the_same_commands_in_the_same_order() {
        let names = |lang| texts(lang).commands().map(|(name, _)| name);
        assert_eq!(names(Lang::Zh), names(Lang::En));
        for (name, description) in texts(Lang::Zh).commands().into_iter().chain(texts(Lang::En).commands()) {
            assert!(name.chars().all(|c| c.is_ascii_lowercase()) && name.len() <= 32, "{name}");
            assert!((3..=256).contains(&description.chars().count()), "{description}");
        }
    }

    #[test]
    fn chinese_sentences_have_chinese_punctuation() {
        let zh = texts(Lang::Zh);
        let overview =
            Overview { documents: 1, document: "反思", edition: Some("学习版"), sections: 13, characters: 4_000 };
        let plan = Plan {
            series: "举措",
            document: "反思",
            when: "每周一 09:00",
            zone: "上海",
            next: None,
            later: &[],
            note: None,
            outlook: None,
        };
        let unknown = ["王五", "环保局"].map(Echo::of);
        let bodies = [zh.welcome(overview), zh.help(overview), zh.introduction(overview), zh.subscribed(plan)];
        let mut said: Vec<String> = bodies.iter().map(Body::to_plain).collect();
        said.extend([
            zh.not_covered("反思", &unknown),
            zh.bad_schedule(&Echo::of("后天"), None),
            zh.bad_zone(&Echo::of("火星"), &[]),
        ]);
        for sentence in said {
            assert!(!sentence.contains([',', ';', '?', '!', '"']), "{sentence}");
        }
    }
}
