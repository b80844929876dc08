//! Telegram's HTML: its tags, its character references, and its words for what is wrong. Offsets in errors are bytes.

use super::entities::{Entity, Kind, utf16_len};

/// The text without tags, and what the tags said.
pub(crate) fn parse(source: &str) -> Result<(String, Vec<Entity>), String> {
    let mut parser =
        Parser { source, at: 0, text: String::with_capacity(source.len()), units: 0, open: vec![], entities: vec![] };
    while let Some(c) = parser.peek() {
        match c {
            '<' if parser.source[parser.at + 1..].starts_with('/') => parser.close()?,
            '<' => parser.open()?,
            '&' => parser.reference(),
            _ => parser.keep_run(),
        }
    }
    if let Some(tag) = parser.open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name));
    }
    // Outer before inner, as Telegram sorts them.
    parser.entities.sort_by_key(|e| (e.offset, usize::MAX - e.length));
    Ok((parser.text, parser.entities))
}

const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

struct Parser<'a> {
    source: &'a str,
    at: usize,
    text: String,
    units: usize,
    open: Vec<Tag>,
    entities: Vec<Entity>,
}

struct Tag {
    name: String,
    argument: String,
    unit: usize,
    byte: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn keep(&mut self, c: char) {
        self.at += c.len_utf8();
        self.push(c);
    }

    /// Keeps all that is neither a tag nor a reference.
    fn keep_run(&mut self) {
        let rest = &self.source[self.at..];
        let run = &rest[..rest.find(['<', '&']).unwrap_or(rest.len())];
        self.text.push_str(run);
        self.units += utf16_len(run);
        self.at += run.len();
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.units += c.len_utf16();
    }

    fn skip_space(&mut self) {
        self.take_while(|c| c.is_ascii_whitespace());
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> String {
        let rest = &self.source[self.at..];
        let taken = &rest[..rest.find(|c| !test(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken.to_owned()
    }

    fn reference(&mut self) {
        match decode_reference(&self.source[self.at..]) {
            Some((c, bytes)) => {
                self.at += bytes;
                self.push(c);
            }
            None => self.keep('&'),
        }
    }

    fn open(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_lowercase();
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&name.as_str()) {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}"));
        }
        let mut argument = String::new();
        loop {
            self.skip_space();
            if self.peek() == Some('>') {
                break;
            }
            let (attribute, value) = self.attribute(&name, begin)?;
            match (name.as_str(), attribute.as_str()) {
                ("a", "href") | ("tg-emoji", "emoji-id") => argument = value,
                ("code", "class") => argument = value.strip_prefix("language-").unwrap_or_default().to_owned(),
                ("span", "class") => argument = value.strip_prefix("tg-").unwrap_or_default().to_owned(),
                ("blockquote", "expandable") => argument = "expandable".to_owned(),
                _ => {}
            }
        }
        self.at += 1;
        if name == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Tag { name, argument, unit: self.units, byte: self.text.len() });
        Ok(())
    }

    /// One `name=value` of a start tag; only `expandable` may stand without a value.
    fn attribute(&mut self, tag: &str, begin: usize) -> Result<(String, String), String> {
        let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '=' && c != '>');
        if name.is_empty() && self.peek().is_some() {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
        }
        self.skip_space();
        match self.peek() {
            Some('=') => self.at += 1,
            None => return Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}")),
            Some(_) if tag == "blockquote" && name == "expandable" => return Ok((name, String::new())),
            Some(_) => {
                return Err(format!(
                    "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at byte offset {begin}"
                ));
            }
        }
        self.skip_space();
        let value = match self.peek() {
            None => return Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}")),
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            Some(_) => {
                let start = self.at;
                let token = self.take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-').to_lowercase();
                if self.peek().is_some_and(|c| !c.is_ascii_whitespace() && c != '>') {
                    return Err(format!("Unexpected end of name token at byte offset {start}"));
                }
                token
            }
        };
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        Ok((name, value))
    }

    fn quoted(&mut self, quote: char) -> String {
        self.at += 1;
        let mut value = String::new();
        while let Some(c) = self.peek() {
            if c == quote {
                self.at += 1;
                break;
            }
            match decode_reference(&self.source[self.at..]) {
                Some((decoded, bytes)) => {
                    value.push(decoded);
                    self.at += bytes;
                }
                None => {
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        value
    }

    fn close(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(tag) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at += 2;
        let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_lowercase();
        self.skip_space();
        if self.peek() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        if !name.is_empty() && name != tag.name {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                tag.name
            ));
        }
        if self.units > tag.unit {
            self.mark(tag)?;
        }
        Ok(())
    }

    fn mark(&mut self, tag: Tag) -> Result<(), String> {
        let (offset, length) = (tag.unit, self.units - tag.unit);
        let kind = match tag.name.as_str() {
            "b" | "strong" => Kind::Bold,
            "i" | "em" => Kind::Italic,
            "u" | "ins" => Kind::Underline,
            "s" | "strike" | "del" => Kind::Strikethrough,
            "code" => self.code(&tag),
            "pre" if self.is_block_already(offset, length) => return Ok(()),
            "pre" => Kind::Pre(None),
            "blockquote" if tag.argument.is_empty() => Kind::Blockquote,
            "blockquote" => Kind::ExpandableBlockquote,
            "tg-emoji" if tag.argument.parse::<i64>().is_ok_and(|id| id != 0) => Kind::CustomEmoji(tag.argument),
            "tg-emoji" => return Err("Invalid custom emoji identifier specified".to_owned()),
            "a" => {
                let address = if tag.argument.is_empty() { self.text[tag.byte..].to_owned() } else { tag.argument };
                match link(&address) {
                    Some(kind) => kind,
                    // Telegram drops a link to nowhere and keeps its text.
                    None => return Ok(()),
                }
            }
            _ => Kind::Spoiler,
        };
        self.entities.push(Entity { kind, offset, length });
        Ok(())
    }

    /// `<pre><code class="language-…">`: the code closes first and is the block already.
    fn code(&self, tag: &Tag) -> Kind {
        let block = self.open.last().is_some_and(|outer| outer.name == "pre" && outer.unit == tag.unit);
        if block && !tag.argument.is_empty() { Kind::Pre(Some(tag.argument.clone())) } else { Kind::Code }
    }

    fn is_block_already(&self, offset: usize, length: usize) -> bool {
        self.entities
            .last()
            .is_some_and(|e| matches!(e.kind, Kind::Pre(Some(_))) && (e.offset, e.length) == (offset, length))
    }
}

/// A character reference at the start of `rest`, with its length in bytes.
fn decode_reference(rest: &str) -> Option<(char, usize)> {
    let body = rest.strip_prefix('&')?;
    let (c, length) = if let Some(digits) = body.strip_prefix("#x") {
        let digits = &digits[..digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len())];
        (char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, 3 + digits.len())
    } else if let Some(digits) = body.strip_prefix('#') {
        let digits = &digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())];
        (char::from_u32(digits.parse().ok()?)?, 2 + digits.len())
    } else {
        let name = &body[..body.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(body.len())];
        let c = match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            _ => return None,
        };
        (c, 1 + name.len())
    };
    (c != '\0').then(|| (c, length + usize::from(rest[length..].starts_with(';'))))
}

/// What an address in a link means; `None` where it leads nowhere.
fn link(address: &str) -> Option<Kind> {
    if let Some(id) = address.strip_prefix("tg://user?id=") {
        return id.parse().ok().map(Kind::TextMention);
    }
    super::markup::checked_url(address).map(Kind::TextLink)
}

/// Cuts white space at both ends, as Telegram does, and moves the marks along.
pub(super) fn trim(text: &str, entities: Vec<Entity>) -> (String, Vec<Entity>) {
    let kept = text.trim();
    let cut = utf16_len(&text[..text.len() - text.trim_start().len()]);
    let end = cut + utf16_len(kept);
    let moved = entities.into_iter().filter_map(|e| {
        let from = e.offset.max(cut);
        let to = (e.offset + e.length).min(end);
        (from < to).then(|| Entity { kind: e.kind, offset: from - cut, length: to - from })
    });
    let moved = moved.collect();
    (kept.to_owned(), moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(source: &str) -> Vec<(Kind, usize, usize)> {
        parse(source).unwrap().1.into_iter().map(|e| (e.kind, e.offset, e.length)).collect()
    }

    #[test]
    fn tags_become_entities_in_utf16_units() {
        assert_eq!(parse("😀<b>反<i>思</i></b> &lt;&#24605;&gt;").unwrap().0, "😀反思 <思>");
        assert_eq!(marks("😀<b>反<i>思</i></b>"), [(Kind::Bold, 2, 2), (Kind::Italic, 3, 1)]);
        assert_eq!(
            marks("<a href=\"https://t.me/x?a=1&amp;b=2\">这里</a>"),
            [(Kind::TextLink("https://t.me/x?a=1&b=2".to_owned()), 0, 2)]
        );
        assert_eq!(
            marks("<blockquote expandable>a</blockquote><pre><code class=\"language-rust\">b</code></pre>"),
            [(Kind::ExpandableBlockquote, 0, 1), (Kind::Pre(Some("rust".to_owned())), 1, 1)]
        );
    }

    #[test]
    fn mistakes_are_named_in_telegrams_words_with_byte_offsets() {
        for (source, words) in [
            ("反<p>思</p>", "Unsupported start tag \"p\" at byte offset 3"),
            ("a < b", "Unsupported start tag \"\" at byte offset 2"),
            ("a <b", "Unclosed start tag at byte offset 2"),
            ("<b>反思", "Can't find end tag corresponding to start tag \"b\""),
            ("</b>", "Unexpected end tag at byte offset 0"),
            ("<b><i>a</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""),
            ("<b>a</b", "Unclosed end tag at byte offset 4"),
            ("<a href>x</a>", "Expected equal sign in declaration of an attribute of the tag \"a\" at byte offset 0"),
            ("<a =x>x</a>", "Empty attribute name in the tag \"a\" at byte offset 0"),
            ("<a href=t.me/x>x</a>", "Unexpected end of name token at byte offset 8"),
            ("<span class=\"red\">x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ] {
            assert_eq!(parse(source).unwrap_err(), words, "{source}");
        }
    }

    #[test]
    fn an_unknown_reference_stays_as_it_is() {
        assert_eq!(parse("AT&T &nbsp; &#0; &amp").unwrap().0, "AT&T &nbsp; &#0; &");
    }

    #[test]
    fn white_space_at_the_ends_is_cut_and_marks_move_along() {
        let (text, entities) = parse("\n <b> 反思 </b> ").unwrap();
        let (text, entities) = trim(&text, entities);
        assert_eq!((text.as_str(), entities[0].offset, entities[0].length), ("反思", 0, 2));
    }
}
