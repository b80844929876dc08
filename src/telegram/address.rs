//! Whether something said in a chat is said to us, and what it is without the address.

use std::ops::Range;

use crate::telegram::api::Me;
use crate::telegram::parse;
use crate::telegram::update::{Entity, Lenient};

/// Characters of the shortest user name that Telegram gives, `@` left out.
const SHORTEST_NAME: usize = 4;

/// Text with the places that Telegram found in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoken<'a> {
    pub(super) text: &'a str,
    pub(super) entities: &'a Lenient<Vec<Lenient<Entity>>>,
}

/// Where something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hearing {
    /// Only we hear it.
    Alone,
    /// Others hear it too, and it replies to us.
    Replied,
    /// Others hear it too.
    Among,
}

/// What was said to us, without a mention of us and without `@us` after a command; `None` when it is not for us. Among
/// others a command, a mention or a reply makes it ours, but nothing that names somebody else is: people then talk to
/// each other, maybe about us. Only a command means us whoever is named in it; a command for another bot never does.
pub(super) fn to_us(spoken: Spoken<'_>, me: &Me, hearing: Hearing) -> Option<String> {
    let mut addressed = hearing != Hearing::Among;
    let (mut commanded, mut others) = (false, false);
    let mut cuts = Vec::new();
    for Mark { kind, range } in marks(spoken, me) {
        match kind {
            MarkKind::Command if range.start == 0 => match spoken.text[range.clone()].split_once('@') {
                None => commanded = true,
                Some((command, bot)) if bot.eq_ignore_ascii_case(&me.username) => {
                    commanded = true;
                    cuts.push(Cut { range: command.len()..range.end, is_word: false });
                }
                Some(_) => return None,
            },
            MarkKind::Command => {}
            MarkKind::Us => {
                addressed = true;
                cuts.push(Cut { range, is_word: true });
            }
            MarkKind::Other => others = true,
        }
    }
    let between_others = others && hearing != Hearing::Alone;
    (commanded || (addressed && !between_others)).then(|| without(spoken.text, &cuts))
}

struct Cut {
    range: Range<usize>,
    /// A word with blanks around it, of which one stays; otherwise a suffix.
    is_word: bool,
}

/// A place in a text that says whom it is meant for.
struct Mark {
    kind: MarkKind,
    /// Its bytes.
    range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MarkKind {
    /// A command, maybe with the name of the bot that it is for.
    Command,
    /// We are mentioned.
    Us,
    /// Somebody else is mentioned.
    Other,
}

/// The marks of a text, from the left. Where not all of Telegram's can be read, or it sent none, the text itself is
/// looked through for what names a bot or a person.
fn marks(spoken: Spoken<'_>, me: &Me) -> Vec<Mark> {
    let entities = spoken.entities.get().map(Vec::as_slice).unwrap_or_default();
    let read: Vec<_> = entities.iter().map(|entity| entity.get().and_then(|e| mark(spoken.text, e, me))).collect();
    let all_read = spoken.entities.get().is_some() && read.iter().all(Option::is_some);
    let mut marks: Vec<Mark> = read.into_iter().flatten().flatten().collect();
    if !all_read {
        let mut found = found_in(spoken.text, me);
        found.retain(|found| !marks.iter().any(|mark| mark.range.contains(&found.range.start)));
        marks.append(&mut found);
    }
    marks.sort_by_key(|mark| mark.range.start);
    marks
}

/// What an entity marks; `None` for one that cannot be read, and nothing in it for one that names nobody.
fn mark(text: &str, entity: &Entity, me: &Me) -> Option<Option<Mark>> {
    let units = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
    let range = bytes(text, units(entity.offset.copied())?, units(entity.length.copied())?);
    let who = |is_us| if is_us { MarkKind::Us } else { MarkKind::Other };
    let kind = match entity.r#type.text()? {
        "bot_command" => MarkKind::Command,
        "mention" => who(names(&text[range.clone()], me)),
        "text_mention" => who(parse::is_me(entity.user.get()?, me)),
        _ => return Some(None),
    };
    Some(Some(Mark { kind, range }))
}

fn names(mention: &str, me: &Me) -> bool {
    mention.strip_prefix('@').is_some_and(|name| name.eq_ignore_ascii_case(&me.username))
}

/// Looks a text through for `/command@bot` at its beginning, and for `@names` that stand alone.
fn found_in(text: &str, me: &Me) -> Vec<Mark> {
    let mut found = Vec::new();
    let mut from = 0;
    if let Some(rest) = text.strip_prefix('/')
        && let command = 1 + name_at(rest)
        && command > 1
        && text[command..].starts_with('@')
    {
        from = command + 1 + name_at(&text[command + 1..]);
        found.push(Mark { kind: MarkKind::Command, range: 0..from });
    }
    for (at, _) in text.match_indices('@').filter(|(at, _)| *at >= from) {
        let range = at..at + 1 + name_at(&text[at + 1..]);
        let stands_alone = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '@');
        if range.len() > SHORTEST_NAME && stands_alone {
            let kind = if names(&text[range.clone()], me) { MarkKind::Us } else { MarkKind::Other };
            found.push(Mark { kind, range });
        }
    }
    found
}

/// How many bytes of a name the text begins with.
fn name_at(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// The bytes of so many UTF-16 units, in which Telegram counts. Numbers that fit nowhere give what does fit.
fn bytes(text: &str, offset: usize, length: usize) -> Range<usize> {
    let at = |units: usize| {
        let mut passed = 0;
        text.char_indices()
            .find(|(_, c)| {
                let found = passed >= units;
                passed += c.len_utf16();
                found
            })
            .map_or(text.len(), |(index, _)| index)
    };
    at(offset)..at(offset.saturating_add(length))
}

fn without(text: &str, cuts: &[Cut]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for cut in cuts {
        out.push_str(text.get(from..cut.range.start).unwrap_or_default());
        from = from.max(cut.range.end);
        if cut.is_word {
            out.truncate(out.trim_end().len());
            let after = &text[from..];
            from += after.len() - after.trim_start().len();
            if !out.is_empty() && from < text.len() {
                out.push(' ');
            }
        }
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::telegram::api::tests::me;
    use crate::telegram::update::content;

    /// What is ours of a text in a group, with Telegram's marks on commands and mentions.
    fn in_group(text: &str) -> Option<String> {
        heard(text, Hearing::Among)
    }

    fn heard(text: &str, hearing: Hearing) -> Option<String> {
        let mut entities = Vec::new();
        let mut offset = 0;
        for word in text.split_inclusive(' ') {
            let length = word.trim_end().encode_utf16().count();
            let kind = match word.chars().next() {
                Some('/') => Some("bot_command"),
                Some('@') => Some("mention"),
                _ => None,
            };
            entities.extend(kind.map(|kind| json!({ "type": kind, "offset": offset, "length": length })));
            offset += word.encode_utf16().count();
        }
        marked(text, &json!(entities), hearing)
    }

    /// What is ours of a text with these entities.
    fn marked(text: &str, entities: &Value, hearing: Hearing) -> Option<String> {
        let entities = content(&entities.to_string());
        to_us(Spoken { text, entities: &entities }, &me(true), hearing)
    }

    #[test]
    fn commands_and_mentions_are_ours_and_lose_the_address() {
        let table = [
            ("/ask 一把手", Some("/ask 一把手")),
            ("/ask@wengu_bot 一把手", Some("/ask 一把手")),
            ("/ask@Wengu_Bot 一把手", Some("/ask 一把手")),
            ("/ask@other_bot 一把手", None),
            ("/ask@other_bot 一把手 @wengu_bot", None),
            ("@wengu_bot 一把手", Some("一把手")),
            ("😀 请问 @WENGU_BOT 一把手", Some("😀 请问 一把手")),
            ("一把手 @wengu_bot", Some("一把手")),
            ("@wengu_bot", Some("")),
            ("@wengu_bot /help", Some("/help")),
            ("@wengu_bot_fan 一把手", None),
            ("大家 /help 一下", None),
            ("一把手", None),
        ];
        for (text, expected) in table {
            assert_eq!(in_group(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_names_somebody_else_is_between_people_unless_it_is_a_command() {
        for text in ["@anna 你怎么看", "@wengu_bot 和 @anna 你们怎么看", "@anna 问问 @wengu_bot"] {
            assert_eq!(heard(text, Hearing::Among), None, "{text}");
            assert_eq!(heard(text, Hearing::Replied), None, "{text}");
            assert!(heard(text, Hearing::Alone).is_some(), "{text}");
        }
        assert_eq!(heard("为什么", Hearing::Replied).as_deref(), Some("为什么"));
        assert_eq!(in_group("/ask @anna 说的一把手").as_deref(), Some("/ask @anna 说的一把手"));
    }

    #[test]
    fn a_mention_by_number_is_ours_too() {
        let user = json!({ "id": 42, "is_bot": true, "first_name": "温故" });
        let entities = json!([{ "type": "text_mention", "offset": 0, "length": 2, "user": user }]);
        assert_eq!(marked("温故 一把手", &entities, Hearing::Among).as_deref(), Some("一把手"));
    }

    #[test]
    fn where_marks_cannot_be_read_the_text_says_whom_it_is_for() {
        let table = [
            ("/ask@wengu_bot 一把手", Some("/ask 一把手")),
            ("/ask@other_bot 一把手 @wengu_bot", None),
            ("😀 请问 @Wengu_Bot，一把手", Some("😀 请问 ，一把手")),
            ("@wengu_bot @anna 一把手", None),
            ("write to me@wengu_bot", None),
            ("@wengu_bot_fan", None),
            ("/ask 一把手", None),
            ("一把手", None),
        ];
        let odd = [
            json!(7),
            json!([7]),
            json!([{ "type": "sparkle" }]),
            json!([{ "type": 1, "offset": 0, "length": 3 }]),
            json!([{ "type": "mention", "offset": -1, "length": 3 }]),
            json!(null),
        ];
        for (text, expected) in table {
            for entities in &odd {
                assert_eq!(marked(text, entities, Hearing::Among).as_deref(), expected, "{text} {entities}");
            }
        }
    }

    #[test]
    fn an_odd_mark_costs_nothing_but_itself() {
        let command = json!({ "type": "bot_command", "offset": 0, "length": 4 });
        for odd in [json!({ "type": "sparkle", "offset": 5, "length": 3 }), json!({}), json!([])] {
            let entities = json!([command, odd]);
            assert_eq!(marked("/ask 一把手", &entities, Hearing::Among).as_deref(), Some("/ask 一把手"), "{odd}");
        }
        let nobody = json!([{ "type": "text_mention", "offset": 0, "length": 1, "user": 7 }]);
        assert_eq!(marked("一把手", &nobody, Hearing::Replied).as_deref(), Some("一把手"));
    }

    proptest! {
        #[test]
        fn entities_that_fit_nowhere_do_no_harm(text in ".{0,30}", offset in 0_usize..40, length in 0_usize..40, command: bool) {
            let kind = if command { "bot_command" } else { "mention" };
            let text = format!("{text}@wengu_bot");
            let entities = json!([
                { "type": kind, "offset": offset, "length": length },
                { "type": "bold", "offset": length, "length": offset },
            ]);
            let ours = marked(&text, &entities, Hearing::Alone);
            prop_assert!(ours.is_none_or(|ours| ours.len() <= text.len()));
        }
    }
}
