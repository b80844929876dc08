//! The buttons under a message: what Telegram takes, what it refuses, how it shows them again.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::params::Params;

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub text: String,
    /// What it does.
    pub press: Press,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Sends these data to the bot.
    Data(String),
    /// Opens an address.
    Url(String),
    /// Copies a text.
    Copy(String),
    /// Writes an inline query: in a chat to be chosen, or in this one.
    Inline {
        /// What is written after the bot's name.
        query: String,
        /// In the chat the button stands in.
        here: bool,
    },
}

/// Rows of buttons.
pub type Keyboard = Vec<Vec<Button>>;

const MOST_BUTTONS: usize = 100;
const MOST_DATA_BYTES: usize = 64;
const LONGEST_COPY: usize = 256;

/// Reads `reply_markup`; no keyboard where none is given, or another kind than an inline one.
pub(super) fn read(params: Params<'_>) -> Result<Keyboard, Refusal> {
    let markup =
        params.nested("reply_markup").map_err(|_| Refusal::bad("can't parse reply keyboard markup JSON object"))?;
    let Some(markup) = markup else { return Ok(Vec::new()) };
    if !markup.is_object() {
        return Err(Refusal::bad("object expected as reply markup"));
    }
    let Some(rows) = markup.get("inline_keyboard") else { return Ok(Vec::new()) };
    let rows = rows
        .as_array()
        .ok_or_else(|| Refusal::bad("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array"))?;
    let mut keyboard = Vec::with_capacity(rows.len());
    for row in rows {
        let row = row.as_array().ok_or_else(|| {
            Refusal::bad("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")
        })?;
        let row = row.iter().map(button).collect::<Result<Vec<_>, _>>()?;
        if !row.is_empty() {
            keyboard.push(row);
        }
    }
    if keyboard.iter().map(Vec::len).sum::<usize>() > MOST_BUTTONS {
        return Err(Refusal::bad("reply markup is too long"));
    }
    Ok(keyboard)
}

fn button(value: &Value) -> Result<Button, Refusal> {
    let wrong = |what: &str| Refusal::bad(format!("can't parse inline keyboard button: {what}"));
    if !value.is_object() {
        return Err(wrong("InlineKeyboardButton must be an Object"));
    }
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let text = field("text").ok_or_else(|| wrong("Can't find field \"text\""))?;
    if text.trim().is_empty() {
        return Err(Refusal::bad("inline keyboard button text must be non-empty"));
    }
    let press = if let Some(url) = field("url") {
        let url = checked_url(&url)
            .ok_or_else(|| Refusal::bad(format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")))?;
        Press::Url(url)
    } else if let Some(data) = field("callback_data") {
        if data.is_empty() || data.len() > MOST_DATA_BYTES {
            return Err(Refusal::bad("BUTTON_DATA_INVALID"));
        }
        Press::Data(data)
    } else if let Some(text) = value.pointer("/copy_text/text").and_then(Value::as_str) {
        if !(1..=LONGEST_COPY).contains(&text.chars().count()) {
            return Err(Refusal::bad("BUTTON_COPY_TEXT_INVALID"));
        }
        Press::Copy(text.to_owned())
    } else if let Some(query) = field("switch_inline_query") {
        Press::Inline { query, here: false }
    } else if let Some(chosen) = value.get("switch_inline_query_chosen_chat") {
        // Which chats may be chosen makes no difference in a world of few.
        let query = chosen.get("query").and_then(Value::as_str).unwrap_or_default().to_owned();
        Press::Inline { query, here: false }
    } else if let Some(query) = field("switch_inline_query_current_chat") {
        Press::Inline { query, here: true }
    } else {
        return Err(wrong("Text buttons are unallowed in the inline keyboard"));
    };
    Ok(Button { text, press })
}

/// The address if it leads somewhere: a web address of a named host, `t.me/…` or `tg://…`.
pub(super) fn checked_url(address: &str) -> Option<String> {
    let address = address.trim();
    if address.starts_with("tg://") && address.len() > 5 {
        return Some(address.to_owned());
    }
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return None;
    }
    let host = &rest[..rest.find(['/', '?', '#', ':']).unwrap_or(rest.len())];
    let named = host.rsplit_once('.').is_some_and(|(name, top)| {
        !name.is_empty()
            && !top.is_empty()
            && !host.contains("..")
            && !host.contains(|c: char| c.is_whitespace() || c == '@')
    });
    named.then(|| format!("{scheme}://{rest}"))
}

/// The keyboard as the Bot API shows it.
pub(super) fn json(keyboard: &Keyboard) -> Value {
    let mut json = json!({});
    json["inline_keyboard"] = keyboard.iter().map(|row| row.iter().map(button_json).collect::<Value>()).collect();
    json
}

fn button_json(button: &Button) -> Value {
    match &button.press {
        Press::Data(data) => json!({ "text": button.text, "callback_data": data }),
        Press::Url(url) => json!({ "text": button.text, "url": url }),
        Press::Copy(text) => json!({ "text": button.text, "copy_text": { "text": text } }),
        Press::Inline { query, here: true } => {
            json!({ "text": button.text, "switch_inline_query_current_chat": query })
        }
        Press::Inline { query, here: false } => json!({ "text": button.text, "switch_inline_query": query }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(button: Value) -> String {
        let params = json!({ "reply_markup": { "inline_keyboard": [[button]] } });
        let answer = super::super::answer::Answer::from(read(Params(&params)).map(|_| Value::Null));
        answer.description().to_owned()
    }

    #[test]
    fn buttons_are_refused_in_telegrams_words() {
        assert_eq!(refusal(json!({ "text": "a", "callback_data": "x".repeat(64) })), "");
        assert_eq!(
            refusal(json!({ "text": "a", "callback_data": "x".repeat(65) })),
            "Bad Request: BUTTON_DATA_INVALID"
        );
        assert_eq!(
            refusal(json!({ "text": "a", "callback_data": "章".repeat(22) })),
            "Bad Request: BUTTON_DATA_INVALID"
        );
        assert_eq!(refusal(json!({ "text": "a", "callback_data": "" })), "Bad Request: BUTTON_DATA_INVALID");
        assert_eq!(refusal(json!({ "text": "a", "url": "t.me/wengu_bot?start=read" })), "");
        assert_eq!(
            refusal(json!({ "text": "a", "url": "http://localhost/x" })),
            "Bad Request: inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL"
        );
        assert_eq!(refusal(json!({ "text": "a", "copy_text": { "text": "/ask" } })), "");
        assert_eq!(
            refusal(json!({ "text": "a", "copy_text": { "text": "" } })),
            "Bad Request: BUTTON_COPY_TEXT_INVALID"
        );
        assert_eq!(
            refusal(json!({ "text": "a" })),
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        );
    }

    #[test]
    fn a_hundred_buttons_are_the_most() {
        let markup = |n: usize| json!({ "reply_markup": { "inline_keyboard": vec![vec![json!({ "text": "a", "callback_data": "x" })]; n] } });
        assert!(read(Params(&markup(100))).is_ok());
        assert_eq!(read(Params(&markup(101))).unwrap_err(), Refusal::bad("reply markup is too long"));
    }

    #[test]
    fn a_keyboard_may_come_as_json_in_a_string() {
        let params = json!({ "reply_markup": "{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"x\"}]]}" });
        assert_eq!(read(Params(&params)).unwrap()[0][0].press, Press::Data("x".to_owned()));
        assert!(read(Params(&json!({ "reply_markup": "{" }))).is_err());
    }
}
