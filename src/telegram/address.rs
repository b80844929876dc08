//! Whether something said in a chat is said to us, and what it is without the address.

use std::ops::Range;

use teloxide::types::{MessageEntity, MessageEntityKind};

use crate::telegram::api::Me;
use crate::telegram::parse;

/// Text with the places that Telegram found in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoken<'a> {
    pub(super) text: &'a str,
    pub(super) entities: &'a [MessageEntity],
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
    for entity in spoken.entities {
        let range = bytes(spoken.text, entity);
        let said = &spoken.text[range.clone()];
        match &entity.kind {
            MessageEntityKind::BotCommand if range.start == 0 => match said.split_once('@') {
                None => commanded = true,
                Some((command, bot)) if bot.eq_ignore_ascii_case(&me.username) => {
                    commanded = true;
                    cuts.push(Cut { range: command.len()..range.end, is_word: false });
                }
                Some(_) => return None,
            },
            kind if is_mention(kind, said, me) => {
                addressed = true;
                cuts.push(Cut { range, is_word: true });
            }
            MessageEntityKind::Mention | MessageEntityKind::TextMention { .. } => others = true,
            _ => {}
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

fn is_mention(kind: &MessageEntityKind, said: &str, me: &Me) -> bool {
    match kind {
        MessageEntityKind::Mention => said.strip_prefix('@').is_some_and(|n| n.eq_ignore_ascii_case(&me.username)),
        MessageEntityKind::TextMention { user } => parse::is_me(user, me),
        _ => false,
    }
}

/// The bytes of an entity, which Telegram counts in UTF-16 units. Numbers that fit nowhere give what does fit.
fn bytes(text: &str, entity: &MessageEntity) -> Range<usize> {
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
    at(entity.offset)..at(entity.offset.saturating_add(entity.length))
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

    use super::*;
    use crate::telegram::api::tests::me;

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
                Some('/') => Some(MessageEntityKind::BotCommand),
                Some('@') => Some(MessageEntityKind::Mention),
                _ => None,
            };
            entities.extend(kind.map(|kind| MessageEntity { kind, offset, length }));
            offset += word.encode_utf16().count();
        }
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
        let user = serde_json::from_str(r#"{"id":42,"is_bot":true,"first_name":"温故"}"#).unwrap();
        let entities = [MessageEntity { kind: MessageEntityKind::TextMention { user }, offset: 0, length: 2 }];
        let spoken = Spoken { text: "温故 一把手", entities: &entities };
        assert_eq!(to_us(spoken, &me(true), Hearing::Among).as_deref(), Some("一把手"));
    }

    proptest! {
        #[test]
        fn entities_that_fit_nowhere_do_no_harm(text in ".{0,30}", offset in 0_usize..40, length in 0_usize..40, command: bool) {
            let kind = if command { MessageEntityKind::BotCommand } else { MessageEntityKind::Mention };
            let text = format!("{text}@wengu_bot");
            let entities = [MessageEntity { kind, offset, length }, MessageEntity::bold(length, offset)];
            let ours = to_us(Spoken { text: &text, entities: &entities }, &me(true), Hearing::Alone);
            prop_assert!(ours.is_none_or(|ours| ours.len() <= text.len()));
        }
    }
}
