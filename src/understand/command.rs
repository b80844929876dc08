//! The grammar of commands, without any I/O.
//!
//! ```text
//! message     = command | question          a question is whatever is no command
//! command     = slash name [ space rest ]
//! slash       = "/" | "／"
//! name        = start | help | ask | read | topics | measure
//!             | subscribe | unsubscribe | status | settings | forget      in any case
//! start       takes a parameter: one word, where the link that was followed leads to
//! ask         takes the question
//! subscribe   takes a time and a zone, in any order
//! ```
//! What follows the other commands is not read. A name that is none of these is [`Command::Unknown`]: a value like the
//! rest, answered like the rest. The suffix `@bot` has been taken off before.

/// What a person tells us to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Begin, or open what a link leads to.
    Start(Option<String>),
    /// What can be asked and how.
    Help,
    /// Answer a question; without one, ask for it.
    Ask(Option<String>),
    /// Read on.
    Read,
    /// Show the contents.
    Topics,
    /// Show the current measure.
    Measure,
    /// Subscribe the chat; with a time and a zone, or at the default one.
    Subscribe(Option<String>),
    /// End the chat's subscription.
    Unsubscribe,
    /// Show subscription and place in reading.
    Status,
    /// Change how and when the chat is reminded.
    Settings,
    /// Delete what is stored about the person.
    Forget,
    /// A command that we do not have: its name as typed.
    Unknown(String),
}

/// Reads a message; `None` for one that is no command.
pub fn parse(text: &str) -> Option<Command> {
    let text = text.trim();
    let line = text.strip_prefix(['/', '／'])?;
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    // `/` alone, `//` and `/?` are slips of the finger, not names.
    if !name.starts_with(char::is_alphanumeric) {
        return Some(Command::Unknown(name.to_owned()));
    }
    let rest = Some(rest.trim()).filter(|rest| !rest.is_empty()).map(str::to_owned);
    Some(match fold(name).as_str() {
        "start" => Command::Start(rest.and_then(|rest| rest.split_whitespace().next().map(str::to_owned))),
        "help" => Command::Help,
        "ask" => Command::Ask(rest),
        "read" => Command::Read,
        "topics" => Command::Topics,
        "measure" => Command::Measure,
        "subscribe" => Command::Subscribe(rest),
        "unsubscribe" => Command::Unsubscribe,
        "status" => Command::Status,
        "settings" => Command::Settings,
        "forget" => Command::Forget,
        _ => Command::Unknown(name.to_owned()),
    })
}

/// Lower case, and full-width letters (ａｓｋ) as narrow ones.
fn fold(name: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    };
    name.chars().map(narrow).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commands_are_read_in_any_case_and_width() {
        let some = |text: &str| Some(text.to_owned());
        for (text, command) in [
            ("/start", Command::Start(None)),
            ("/start s_reflection_measure-1", Command::Start(some("s_reflection_measure-1"))),
            ("/START  read  please", Command::Start(some("read"))),
            ("／help", Command::Help),
            ("／ＨＥＬＰ", Command::Help),
            ("/Ask", Command::Ask(None)),
            ("/ask 监督机制有什么漏洞？", Command::Ask(some("监督机制有什么漏洞？"))),
            ("/ask\n两行\n问题 ", Command::Ask(some("两行\n问题"))),
            ("/ask　全角空格", Command::Ask(some("全角空格"))),
            (" /read", Command::Read),
            ("/topics 2", Command::Topics),
            ("/measure", Command::Measure),
            ("/subscribe", Command::Subscribe(None)),
            ("/subscribe 周三 20:00", Command::Subscribe(some("周三 20:00"))),
            ("/unsubscribe now", Command::Unsubscribe),
            ("/status", Command::Status),
            ("/Settings", Command::Settings),
            ("/forget", Command::Forget),
        ] {
            assert_eq!(parse(text), Some(command), "{text}");
        }
    }

    #[test]
    fn what_is_no_command_is_a_question() {
        for text in ["", "  ", "张三", "什么是 /ask", "a/b", "help", "\\help"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_unknown_command_is_a_value() {
        for (text, name) in [
            ("/setting", "setting"),
            ("/asks 张三", "asks"),
            ("/订阅", "订阅"),
            ("/", ""),
            ("//", "/"),
            ("/ ask", ""),
            ("/etc/passwd", "etc/passwd"),
            ("/ask@other_bot 张三", "ask@other_bot"),
        ] {
            assert_eq!(parse(text), Some(Command::Unknown(name.to_owned())), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_command_exactly_if_it_begins_with_a_slash(text in "\\PC{0,40}") {
            let slash = text.trim().starts_with(['/', '／']);
            prop_assert_eq!(parse(&text).is_some(), slash);
        }

        #[test]
        fn what_follows_ask_is_the_question(question in "\\PC{0,40}") {
            let kept = Some(question.trim().to_owned()).filter(|kept| !kept.is_empty());
            prop_assert_eq!(parse(&format!("/ask {question}")), Some(Command::Ask(kept)));
        }
    }
}
