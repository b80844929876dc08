//! What people wrote, as far as it is shown back to them: words that no document has, a time that is not understood, the
//! name of a group. Every sentence that holds such words takes an [`Echo`], so that none is repeated at length.

use std::fmt;

/// The most characters that are shown of what somebody wrote, the sign that something is left out included.
const LONGEST: usize = 40;

/// Stands for what is left out.
const CUT: char = '…';

/// Words of a person, or a name that a person chose, on one line and at most `LONGEST` characters long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo(String);

impl Echo {
    /// As much of a text as is shown.
    pub fn of(text: &str) -> Self {
        Self(cut(text, LONGEST))
    }

    /// As many words as are shown: together they are as long as one echo may be.
    pub fn of_all(words: &[String]) -> Vec<Self> {
        let mut shown = Vec::new();
        let mut room = LONGEST;
        for word in words {
            if room < 2 {
                shown.push(Self(CUT.to_string()));
                break;
            }
            let word = cut(word, room);
            room -= word.chars().count().min(room);
            shown.push(Self(word));
        }
        shown
    }
}

impl fmt::Display for Echo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text without what turns or breaks the line around it, cut so that it has at most `room` characters.
fn cut(text: &str, room: usize) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let mut kept: Vec<char> = Vec::with_capacity(room + 1);
    for c in visible {
        let blank = c.is_whitespace() && kept.last().is_none_or(|last| last.is_whitespace());
        if !blank {
            kept.push(if c.is_whitespace() { ' ' } else { c });
        }
        if kept.len() > room {
            break;
        }
    }
    if kept.len() > room {
        kept.truncate(whole(&kept, room.saturating_sub(1)));
        kept.push(CUT);
    }
    kept.into_iter().collect::<String>().trim_end().to_owned()
}

/// The greatest length up to `most` at which no sign is cut in two that consists of several characters; `most` itself
/// where there is none.
fn whole(chars: &[char], most: usize) -> usize {
    let splits = |at: usize| joins(chars[at]) || chars[at - 1] == '\u{200d}';
    (1..=most).rev().find(|at| !splits(*at)).unwrap_or(most)
}

/// Whether a character belongs to the one before it: accents, variants, skin colours, joiners.
fn joins(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200d}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Signs without width that change how the text around them is read: they turn its direction, or hide in it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_echo_is_short_and_stands_on_one_line(text in "\\PC{0,60}|[\\s\\S]{0,200}|(a\u{301}){0,60}") {
            let echo = Echo::of(&text).to_string();
            prop_assert!(echo.chars().count() <= LONGEST, "{echo}");
            prop_assert!(!echo.contains(['\n', '\r', '\u{202e}', '\0']), "{echo:?}");
        }

        #[test]
        fn several_words_are_together_as_short(words in prop::collection::vec("\\PC{1,30}", 0..30)) {
            let shown = Echo::of_all(&words);
            prop_assert!(shown.iter().map(|word| word.to_string().chars().count()).sum::<usize>() <= LONGEST + 1);
        }
    }

    #[test]
    fn what_is_short_stays_and_what_is_long_says_so() {
        assert_eq!(Echo::of(" 后天  下午\n三点 ").to_string(), "后天 下午 三点");
        assert_eq!(Echo::of(&"长".repeat(40)).to_string(), "长".repeat(40));
        assert_eq!(Echo::of(&"长".repeat(3_300)).to_string(), format!("{}…", "长".repeat(39)));
        let words = ["张三".to_owned(), "长".repeat(50), "李四".to_owned()];
        let shown: Vec<String> = Echo::of_all(&words).iter().map(Echo::to_string).collect();
        assert_eq!(shown, ["张三".to_owned(), format!("{}…", "长".repeat(37)), "…".to_owned()]);
    }

    #[test]
    fn no_sign_is_cut_in_two() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let echo = Echo::of(&family.repeat(20)).to_string();
        assert!(echo.strip_suffix('…').unwrap().chars().count().is_multiple_of(5), "{echo}");
        let thumbs = Echo::of(&"👍🏽".repeat(40)).to_string();
        assert!(thumbs.ends_with("🏽…"), "{thumbs}");
    }
}
