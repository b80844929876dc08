//! The sentences in English.

use super::pace::en::plan_lines;
use super::{COMMANDS, Echo, Overview, Plan, Texts, body, lines};
use crate::message::{Body, Paragraph};

/// English.
pub(super) struct En;

impl Texts for En {
    fn button_rest(&self) -> &'static str {
        "Show all"
    }
    fn button_previous(&self) -> &'static str {
        "‹ Previous"
    }
    fn button_next(&self) -> &'static str {
        "Next ›"
    }
    fn button_next_of_series(&self) -> &'static str {
        "Next one ›"
    }
    fn button_next_page(&self, page: usize, pages: usize) -> String {
        format!("Page {page}/{pages} ›")
    }
    fn button_previous_page(&self, page: usize, pages: usize) -> String {
        format!("‹ Page {page}/{pages}")
    }
    fn button_contents(&self) -> &'static str {
        "Contents"
    }
    fn button_read_from_start(&self) -> &'static str {
        "Read from the start"
    }
    fn button_read_in_private(&self) -> &'static str {
        "Read in private"
    }
    fn button_add_to_group(&self) -> &'static str {
        "Add to a study group"
    }
    fn button_subscribe(&self) -> &'static str {
        "Subscribe"
    }
    fn button_unsubscribe(&self) -> &'static str {
        "Unsubscribe"
    }
    fn button_send_now(&self) -> &'static str {
        "Send the first one now"
    }
    fn button_forget(&self) -> &'static str {
        "Yes, delete it"
    }
    fn button_related(&self, kind: Option<&str>, title: &str) -> String {
        match kind {
            Some(kind) => format!("{kind}: {title}"),
            None => format!("Related: {title}"),
        }
    }
    fn button_share(&self) -> &'static str {
        "Share"
    }
    fn button_like(&self) -> &'static str {
        "👍"
    }
    fn button_dislike(&self) -> &'static str {
        "👎"
    }
    fn liked(&self) -> &'static str {
        "Thank you!"
    }
    fn disliked(&self) -> &'static str {
        "Noted, for whoever looks after the document."
    }
    fn vote_too_late(&self) -> &'static str {
        "This answer is too old to say something about."
    }
    fn button_as_typed(&self, typed: &Echo) -> String {
        format!("No, “{typed}”")
    }

    fn taken_to_mean(&self, meant: &Echo) -> String {
        format!("Did you mean “{meant}”? This is the answer to it.")
    }
    fn citation(&self, document: &str, section: &str, edition: Option<&str>) -> String {
        format!("— {document} › {section}{}", edition_of(edition))
    }
    fn citation_of_document(&self, document: &str, edition: Option<&str>) -> String {
        format!("— {document}{}", edition_of(edition))
    }
    fn place(&self, number: usize, total: usize) -> String {
        format!("{number} / {total}")
    }
    fn kind_not_given(&self, kind: &str) -> String {
        format!("This section has no part on “{kind}”. Here is the whole of it:")
    }
    fn list_heading(&self, kind: &str, count: usize) -> String {
        format!("{kind}: {count} in all")
    }
    fn list_of_passages(&self, kind: &str) -> String {
        format!("Sections that speak of “{kind}”:")
    }
    fn which(&self, count: usize) -> String {
        match count {
            2 => "Two sections come equally close. Which one do you mean?".to_owned(),
            count => format!("{count} sections match. Which one do you mean?"),
        }
    }
    fn contents_heading(&self, document: &str) -> String {
        format!("Contents of “{document}”")
    }
    fn bare_section(&self) -> &'static str {
        "This part has the following sections:"
    }

    fn inline_insertion(&self, links: usize) -> String {
        let noun = if links == 1 { "link" } else { "links" };
        format!("Send the text with {links} {noun}")
    }
    fn inline_nothing(&self, document: &str) -> String {
        format!("{document} does not cover this: contents")
    }
    fn may_not_write(&self, group: &Echo) -> String {
        format!(
            "I may not write in “{group}”, so its reminder did not arrive; the settings are kept. Please have an admin let \
             me send messages. I try again when the next reminder is due."
        )
    }
    fn not_in_group(&self, group: &Echo) -> String {
        format!(
            "Telegram says that I am not in “{group}”, so its reminder did not arrive; the settings are kept. Please have \
             an admin add me again. I try again when the next reminder is due."
        )
    }
    fn general_closed(&self, group: &Echo) -> String {
        format!(
            "The main topic (General) of “{group}” is closed, so its reminder did not arrive. Please have an admin reopen \
             it, or say /subscribe in the topic where reminders should go. I try again when the next one is due."
        )
    }
    fn topic_gone(&self, group: &Echo) -> String {
        format!(
            "The topic for reminders in “{group}” is closed or gone: they go to the main chat now. To have them in another \
             topic, say /subscribe in it."
        )
    }
    fn reminder_answers(&self, kind: Option<&str>, title: &str) -> String {
        match kind {
            Some(kind) => format!("In answer to ({kind}): {title}"),
            None => format!("In answer to: {title}"),
        }
    }
    fn reminder_think(&self, question: &str) -> String {
        format!("To think about: {question}")
    }
    fn reminder_question(&self, problem: Option<&str>) -> String {
        match problem {
            Some(problem) => {
                format!("To think about: where do we see “{problem}” around us, and what could we start with?")
            }
            None => "To think about: how far have we come with this, and what could we start with?".to_owned(),
        }
    }

    fn commands(&self) -> [(&'static str, &'static str); COMMANDS] {
        [
            ("ask", "Ask a question, such as /ask what went wrong with supervision"),
            ("read", "Read on where you were"),
            ("topics", "See the contents"),
            ("measure", "See this week's measure"),
            ("subscribe", "Subscribe to reminders, at a time such as wed 20:00"),
            ("unsubscribe", "End the subscription"),
            ("status", "See the subscription and your place in the text"),
            ("settings", "Change reminders: day, time, zone, topic, pinning, pauses"),
            ("help", "How it works"),
            ("forget", "Delete my data"),
            ("start", "Start here"),
        ]
    }
    fn welcome(&self, overview: Overview<'_>) -> Body {
        body(
            "Hello, I am Wengu.".to_owned(),
            [
                format!("I help people study {} together.", about(overview)),
                "Ask me anything about it. I show the section that answers and say where it stands; \
                 what the text does not cover, I say so."
                    .to_owned(),
            ],
        )
    }
    fn try_these(&self) -> &'static str {
        "Tap a question to try it:"
    }
    fn help(&self, overview: Overview<'_>) -> Body {
        let mut all = body(
            "How it works".to_owned(),
            [
                format!(
                    "I answer questions about {}. Here in private, just type. \
                     In a group, reply to one of my messages or use /ask.",
                    about(overview)
                ),
                "Keywords, whole sentences, “measure 3”, pinyin, Chinese or English: all of them work. \
                 You can go on from an answer: and the measure? the second one? why? \
                 A 👎 under a wrong answer helps to mend the document."
                    .to_owned(),
            ],
        );
        all.0.extend(lines([
            ("/read", "read on where you were"),
            ("/topics", "see the contents"),
            ("/measure", "see this week's measure"),
            ("/subscribe", "subscribe to reminders"),
            ("/unsubscribe", "end the subscription"),
            ("/status", "see the subscription and your place"),
            ("/settings", "change day, time, zone, series, topic, pinning, quiet hours, pauses"),
            ("/forget", "delete my data"),
        ]));
        all.0.push(Paragraph::plain(
            "In any other chat, type @ with my name and some words to put a section there; +words+ become links.",
        ));
        all.0.push(Paragraph::plain("A subscription can name its time and zone:"));
        all.0.extend(lines([
            ("/subscribe wed 20:00", "every Wednesday evening"),
            ("/subscribe weekdays 8:30", "Monday to Friday"),
            ("/subscribe mon 9:00 Europe/Berlin", "Berlin time"),
        ]));
        all
    }
    fn introduction(&self, overview: Overview<'_>) -> Body {
        body(
            "Hello everyone, I am Wengu.".to_owned(),
            [
                format!("I am here to study {} with you.", about(overview)),
                "To ask something, reply to one of my messages or use /ask. Otherwise I stay quiet.".to_owned(),
                "An admin can tap “Subscribe”, and I post the next measure every week; \
                 /subscribe wed 20:00 sets a time of your own."
                    .to_owned(),
            ],
        )
    }
    fn unknown_command(&self) -> &'static str {
        "I do not know this command. See /help, or just ask."
    }
    fn no_series(&self) -> &'static str {
        "None of the documents has a series to post."
    }
    fn no_document(&self) -> &'static str {
        "There is no document to study yet. Please ask the operator to add one."
    }
    fn not_served(&self) -> &'static str {
        "This bot is kept to certain groups and people, and is not open here."
    }
    fn too_often(&self, seconds: u64) -> String {
        format!("That was a lot at once. Please ask again in {seconds} s.")
    }
    fn content_refused(&self, mistakes: &[String], more: usize) -> Body {
        let mut lines = mistakes.to_vec();
        if more > 0 {
            lines.push(format!("{more} more are in the log, and `wengu check` lists them."));
        }
        body(
            "Changed documents have mistakes and were not taken up; answers come from what was there before."
                .to_owned(),
            lines,
        )
    }
    fn section_gone(&self) -> &'static str {
        "This section is no longer in the document. Please look for it in the contents."
    }
    fn not_your_button(&self) -> &'static str {
        "This button was made for somebody else. To do the same, send the command yourself."
    }
    fn stale_button(&self) -> &'static str {
        "This button no longer works. Please ask again, or open the contents."
    }

    fn subscribed(&self, plan: Plan<'_>) -> Body {
        body("You are subscribed.".to_owned(), plan_lines(plan))
    }
    fn already_subscribed(&self, plan: Plan<'_>) -> Body {
        body("This chat is subscribed already.".to_owned(), plan_lines(plan))
    }
    fn unsubscribed(&self) -> &'static str {
        "The subscription has ended. /subscribe brings it back at any time."
    }
    fn not_subscribed(&self) -> &'static str {
        "There is no subscription here yet. /subscribe starts one."
    }
    fn admins_only(&self) -> &'static str {
        "Only the group's admins can change its subscription."
    }
    fn rights_unknown(&self) -> &'static str {
        "I could not find out who the admins are. Please try again in a moment."
    }
    fn sent_now(&self) -> &'static str {
        "Sent."
    }
    fn on_its_way(&self) -> &'static str {
        "The last reminder is still on its way."
    }
    fn status_subscribed(&self, plan: Plan<'_>) -> Body {
        body("Subscribed".to_owned(), plan_lines(plan))
    }
    fn status_reading(&self, section: &str) -> String {
        format!("You are at: {section}. /read goes on from there.")
    }

    fn zone(&self, id: &str, _chinese: Option<&str>) -> String {
        id.to_owned()
    }
    fn moment(&self, (year, month, day): (i32, u32, u32), on: u32, clock: &str) -> String {
        let month = self::month(month);
        format!("{}, {day} {month} {year}, {clock}", weekday(on))
    }

    fn forget_question(&self) -> &'static str {
        "I would delete all I keep about you: your place in the text, what you marked as studied, the subscription of \
         this private chat, questions without an answer, votes, and messages that still wait. A group's subscription \
         belongs to the group and stays. Are you sure?"
    }
    fn forget_as_yourself(&self) -> &'static str {
        "You are speaking in the name of a chat, and I keep nothing about you as a person. To delete your own data, send \
         /forget in our private chat."
    }
    fn forgotten(&self) -> &'static str {
        "All of it is deleted."
    }

    fn failure(&self) -> &'static str {
        "Something went wrong and I could not answer. Please try again in a moment."
    }
}

pub(super) fn edition_of(edition: Option<&str>) -> String {
    edition.map(|edition| format!(" ({edition})")).unwrap_or_default()
}

fn about(overview: Overview<'_>) -> String {
    let Overview { documents, document, edition, sections, characters } = overview;
    if documents > 1 {
        return format!("{documents} documents ({sections} sections, about {characters} characters)");
    }
    let edition = edition.map(|edition| format!("{edition}, ")).unwrap_or_default();
    format!("“{document}” ({edition}{sections} sections, about {characters} characters)")
}

/// Weekdays; Monday is 1.
pub(super) fn days(days: &[u32]) -> String {
    match days {
        [1, 2, 3, 4, 5, 6, 7] => "Daily".to_owned(),
        [1, 2, 3, 4, 5] => "Weekdays".to_owned(),
        [6, 7] => "Weekends".to_owned(),
        days => and(&days.iter().map(|day| format!("{}s", weekday(*day))).collect::<Vec<_>>()),
    }
}

/// A weekday; Monday is 1.
pub(super) fn weekday(day: u32) -> &'static str {
    match day {
        1 => "Monday",
        2 => "Tuesday",
        3 => "Wednesday",
        4 => "Thursday",
        5 => "Friday",
        6 => "Saturday",
        _ => "Sunday",
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub(super) fn ordinal(number: u32) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A month, from 1 on.
pub(super) fn month(number: u32) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    MONTHS.get(number.saturating_sub(1) as usize).copied().unwrap_or_default()
}
