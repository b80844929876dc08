//! What Telegram sees in a text: styles, links, commands, mentions, hashtags. Offsets and lengths are in UTF-16 units.

use serde_json::{Value, json};

/// A marked run of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: Kind,
    /// Where it begins, in UTF-16 units.
    pub offset: usize,
    /// How long it is, in UTF-16 units.
    pub length: usize,
}

/// What a marked run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Heavier.
    Bold,
    /// Slanted.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strikethrough,
    /// Hidden until tapped.
    Spoiler,
    /// Fixed width.
    Code,
    /// A block in fixed width, with its language.
    Pre(Option<String>),
    /// A quotation.
    Blockquote,
    /// A quotation that is folded at first.
    ExpandableBlockquote,
    /// A text that leads to an address.
    TextLink(String),
    /// A person without a username.
    TextMention(i64),
    /// A custom emoji.
    CustomEmoji(String),
    /// `@username`.
    Mention,
    /// `#hashtag`.
    Hashtag,
    /// `/command` or `/command@bot`.
    BotCommand,
    /// An address as it stands.
    Url,
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underline",
            Self::Strikethrough => "strikethrough",
            Self::Spoiler => "spoiler",
            Self::Code => "code",
            Self::Pre(_) => "pre",
            Self::Blockquote => "blockquote",
            Self::ExpandableBlockquote => "expandable_blockquote",
            Self::TextLink(_) => "text_link",
            Self::TextMention(_) => "text_mention",
            Self::CustomEmoji(_) => "custom_emoji",
            Self::Mention => "mention",
            Self::Hashtag => "hashtag",
            Self::BotCommand => "bot_command",
            Self::Url => "url",
        }
    }
}

impl Entity {
    /// The entity as the Bot API shows it; `person` shows a mentioned person.
    pub(super) fn json(&self, person: impl Fn(i64) -> Value) -> Value {
        let mut out = json!({ "type": self.kind.name(), "offset": self.offset, "length": self.length });
        match &self.kind {
            Kind::TextLink(url) => out["url"] = json!(url),
            Kind::Pre(Some(language)) => out["language"] = json!(language),
            Kind::CustomEmoji(id) => out["custom_emoji_id"] = json!(id),
            Kind::TextMention(id) => out["user"] = person(*id),
            _ => {}
        }
        out
    }

    /// The run itself.
    pub(super) fn of(&self, text: &str) -> String {
        let units: Vec<u16> = text.encode_utf16().skip(self.offset).take(self.length).collect();
        String::from_utf16_lossy(&units)
    }
}

/// The length of a text as Telegram counts it.
pub(super) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Commands, mentions, hashtags and addresses in a text; none inside code or a link.
pub(super) fn detect(text: &str, styled: &[Entity]) -> Vec<Entity> {
    let closed = |offset: usize| {
        styled.iter().any(|e| {
            matches!(e.kind, Kind::Code | Kind::Pre(_) | Kind::TextLink(_) | Kind::TextMention(_))
                && (e.offset..e.offset + e.length).contains(&offset)
        })
    };
    let mut found = Vec::new();
    // Each of them has one of these; most texts have none.
    if !text.contains(['/', '@', '#']) {
        return found;
    }
    let (mut unit, mut rest, mut before) = (0, text, ' ');
    while let Some(c) = rest.chars().next() {
        let hit = if is_word(before) { None } else { starts_here(rest, before) };
        let taken = match hit {
            Some((kind, bytes)) => {
                if !closed(unit) {
                    found.push(Entity { kind, offset: unit, length: utf16_len(&rest[..bytes]) });
                }
                bytes
            }
            None => c.len_utf8(),
        };
        let (eaten, left) = rest.split_at(taken);
        before = eaten.chars().next_back().unwrap_or(' ');
        unit += utf16_len(eaten);
        rest = left;
    }
    found
}

fn is_word(c: char) -> bool {
    // The first is met most often, and spared the tables behind the second.
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric() || c == '_'
}

/// What begins at the start of `rest`, with its length in bytes.
fn starts_here(rest: &str, before: char) -> Option<(Kind, usize)> {
    let run =
        |from: usize, test: fn(char) -> bool| rest[from..].chars().take_while(|&c| test(c)).map(char::len_utf8).sum();
    let latin = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match rest.chars().next()? {
        '/' if !matches!(before, '/' | '<' | '>') => {
            let name: usize = run(1, latin);
            if !(1..=64).contains(&name) {
                return None;
            }
            let mut end = 1 + name;
            if rest[end..].starts_with('@') {
                let bot: usize = run(end + 1, latin);
                if (3..=32).contains(&bot) {
                    end += 1 + bot;
                }
            }
            // Neither `/usr/bin` nor `/read你好` is a command: a word ends where a letter of any script does not follow.
            let glued = rest[end..].starts_with(|c| is_word(c) || matches!(c, '/' | '<' | '>'));
            (!glued).then_some((Kind::BotCommand, end))
        }
        '@' if before != '@' => {
            let name: usize = run(1, latin);
            let glued = rest[1 + name..].starts_with(is_word);
            ((3..=32).contains(&name) && !glued).then_some((Kind::Mention, 1 + name))
        }
        '#' => {
            let name: usize = run(1, is_word);
            let digits = rest[1..=name].chars().all(|c| c.is_ascii_digit());
            (name > 0 && !digits).then_some((Kind::Hashtag, 1 + name))
        }
        'h' | 'H' | 't' => url(rest).map(|end| (Kind::Url, end)),
        _ => None,
    }
}

fn url(rest: &str) -> Option<usize> {
    let scheme = ["https://", "http://", "t.me/"].into_iter().find(|scheme| {
        rest.as_bytes().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    })?;
    let tail = &rest[scheme.len()..];
    let end = tail
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '，' | '。' | '）'))
        .unwrap_or(tail.len());
    let end = tail[..end].trim_end_matches(['.', ',', ')', ';', ':', '!', '?']).len();
    (end > 0).then_some(scheme.len() + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(Kind, String)> {
        detect(text, &[]).into_iter().map(|e| (e.kind.clone(), e.of(text))).collect()
    }

    #[test]
    fn commands_and_mentions_are_seen_where_words_end() {
        assert_eq!(seen("/ask@wengu_bot 一把手"), [(Kind::BotCommand, "/ask@wengu_bot".to_owned())]);
        assert_eq!(
            seen("😀 @wengu_bot，你好 #学习"),
            [(Kind::Mention, "@wengu_bot".to_owned()), (Kind::Hashtag, "#学习".to_owned())]
        );
        assert_eq!(seen("/usr/bin a@example.com 你好@wengu_bot /read你好 @wengu_bot你好"), []);
    }

    #[test]
    fn addresses_end_before_the_punctuation_of_the_sentence() {
        assert_eq!(
            seen("见 https://t.me/wengu_bot?start=read。好"),
            [(Kind::Url, "https://t.me/wengu_bot?start=read".to_owned())]
        );
    }

    #[test]
    fn nothing_is_seen_inside_code() {
        let code = Entity { kind: Kind::Code, offset: 0, length: 5 };
        assert_eq!(detect("/read /ask", &[code]).len(), 1);
    }
}
