//! Reading the text of a message from a request: markup, marks, limits.

use serde_json::Value;

use super::answer::Refusal;
use super::entities::{Entity, Kind, detect, utf16_len};
use super::html;
use super::params::{Params, integer};

/// The most a message may hold, in UTF-16 units after the markup is read.
const LONGEST_TEXT: usize = 4096;
/// The most a text may hold, in bytes before the markup is read.
const LONGEST_SOURCE: usize = 32_768;
/// Telegram drops what is marked beyond this.
const MOST_ENTITIES: usize = 100;

/// A text and what is marked in it; `too_long` is how this method says that it is too long.
pub(super) fn read(params: Params<'_>, too_long: &str) -> Result<(String, Vec<Entity>), Refusal> {
    let source = params.text("text").unwrap_or_default();
    if source.trim().is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if source.len() > LONGEST_SOURCE {
        return Err(Refusal::bad(too_long));
    }
    let source =
        if source.contains(['\r', '\0']) { source.replace('\r', "").replace('\0', " ") } else { source.into_owned() };
    let mode = params.text("parse_mode").unwrap_or_default().to_ascii_lowercase();
    let (text, entities) = match mode.as_str() {
        "" => {
            let entities = given(params)?;
            (source, entities)
        }
        "html" => html::parse(&source).map_err(|what| Refusal::bad(format!("can't parse entities: {what}")))?,
        // Telegram reads two Markdowns as well; the emulator does not.
        _ => return Err(Refusal::bad("unsupported parse_mode")),
    };
    let (text, mut entities) = html::trim(&text, entities);
    if text.is_empty() {
        return Err(Refusal::bad("text must be non-empty"));
    }
    if utf16_len(&text) > LONGEST_TEXT {
        return Err(Refusal::bad(too_long));
    }
    entities.extend(detect(&text, &entities));
    entities.sort_by_key(|e| (e.offset, usize::MAX - e.length));
    entities.truncate(MOST_ENTITIES);
    Ok((text, entities))
}

/// Marks that are given beside the text instead of inside it.
fn given(params: Params<'_>) -> Result<Vec<Entity>, Refusal> {
    let wrong = || Refusal::bad("can't parse entities JSON object");
    let Some(list) = params.nested("entities").map_err(|_| wrong())? else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or_else(wrong)?;
    Ok(list.iter().filter_map(entity).collect())
}

fn entity(value: &Value) -> Option<Entity> {
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| value.get(name).and_then(integer).and_then(|n| usize::try_from(n).ok());
    let kind = match value.get("type")?.as_str()? {
        "bold" => Kind::Bold,
        "italic" => Kind::Italic,
        "underline" => Kind::Underline,
        "strikethrough" => Kind::Strikethrough,
        "spoiler" => Kind::Spoiler,
        "code" => Kind::Code,
        "pre" => Kind::Pre(field("language")),
        "blockquote" => Kind::Blockquote,
        "expandable_blockquote" => Kind::ExpandableBlockquote,
        "text_link" => Kind::TextLink(super::markup::checked_url(&field("url")?)?),
        "custom_emoji" => Kind::CustomEmoji(field("custom_emoji_id")?),
        _ => return None,
    };
    // Far beyond any text, so that sums of the two cannot overflow.
    let bounded = |n: usize| n.min(LONGEST_SOURCE);
    Some(Entity { kind, offset: bounded(number("offset")?), length: bounded(number("length")?) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(params: &Value) -> Refusal {
        read(Params(params), "message is too long").unwrap_err()
    }

    #[test]
    fn a_text_is_measured_after_its_markup_is_read() {
        let bold = json!({ "text": format!("<b>{}</b>", "反".repeat(4096)), "parse_mode": "HTML" });
        assert_eq!(read(Params(&bold), "").unwrap().0.chars().count(), 4096);
        assert_eq!(refusal(&json!({ "text": "反".repeat(4097) })), Refusal::bad("message is too long"));
        assert!(read(Params(&json!({ "text": "😀".repeat(2048) })), "").is_ok());
        assert_eq!(refusal(&json!({ "text": "😀".repeat(2049) })), Refusal::bad("message is too long"));
        assert_eq!(refusal(&json!({ "text": " ".repeat(40_000) + "a" })), Refusal::bad("message is too long"));
    }

    #[test]
    fn a_text_without_words_is_refused() {
        assert_eq!(refusal(&json!({})), Refusal::bad("message text is empty"));
        assert_eq!(refusal(&json!({ "text": " \n" })), Refusal::bad("message text is empty"));
        assert_eq!(
            refusal(&json!({ "text": "<b> </b>", "parse_mode": "HTML" })),
            Refusal::bad("text must be non-empty")
        );
    }

    #[test]
    fn an_unknown_markup_is_refused() {
        assert_eq!(refusal(&json!({ "text": "a", "parse_mode": "BBCode" })), Refusal::bad("unsupported parse_mode"));
    }

    #[test]
    fn marks_may_come_beside_the_text() {
        let params = json!({ "text": " 反思", "entities": [{ "type": "bold", "offset": 1, "length": 2 }] });
        let (text, entities) = read(Params(&params), "").unwrap();
        assert_eq!((text.as_str(), entities[0].offset, entities[0].length), ("反思", 0, 2));
    }
}
