//! What a bot offers to somebody who types its name in any chat, and what choosing one puts there.

use serde_json::{Value, json};

use super::answer::{Refusal, Verdict};
use super::deeds::Saying;
use super::entities::Entity;
use super::markup::{self, Keyboard};
use super::params::Params;
use super::sending::done;
use super::{Impossible, World, text};

/// An inline query has no more results than this.
const MOST_RESULTS: usize = 50;
/// The longest of what the app sends back to have more results, in bytes.
const LONGEST_OFFSET: usize = 64;

/// What a result puts into the chat.
pub(super) struct Sendable {
    pub(super) text: String,
    pub(super) entities: Vec<Entity>,
    pub(super) keyboard: Keyboard,
}

/// Reads a result, of which only articles with a text are known here.
fn read(result: &Value) -> Result<Sendable, Refusal> {
    let field = |name: &str| result.get(name).and_then(Value::as_str).unwrap_or_default();
    if field("type") != "article" {
        return Err(Refusal::bad("can't parse inline query result: this sandbox knows articles only"));
    }
    if field("title").trim().is_empty() {
        return Err(Refusal::bad("ARTICLE_TITLE_EMPTY"));
    }
    let content = result.get("input_message_content").filter(|content| content.is_object());
    let content = content.ok_or_else(|| Refusal::bad("can't parse inline query result: No input message content"))?;
    let said = json!({
        "text": content.get("message_text"), "parse_mode": content.get("parse_mode"), "entities": content.get("entities"),
    });
    let (text, entities) = text::read(Params(&said), "MESSAGE_TOO_LONG")?;
    Ok(Sendable { text, entities, keyboard: markup::read(Params(result))? })
}

impl World {
    /// Somebody chooses a result that was offered to them: it is said in their name, via the bot.
    pub fn choose(&mut self, saying: Saying, query: &str, result: &str, now_ms: i64) -> Result<i64, Impossible> {
        let gone = || Impossible(format!("Nothing called `{result}` was offered"));
        let offered = self.inline_answer(query).and_then(|answer| Params(answer).nested("results").ok().flatten());
        let offered = offered.ok_or_else(gone)?;
        let chosen = offered.as_array().and_then(|all| all.iter().find(|one| one["id"] == result)).ok_or_else(gone)?;
        let sendable = read(chosen).map_err(|_| gone())?;
        self.say(saying.chosen(sendable), now_ms)
    }

    pub(super) fn answer_inline_query(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        let wrong = || Refusal::bad("can't parse inline query results JSON object");
        let results = params.nested("results").map_err(|_| wrong())?;
        let results = results.as_deref().and_then(Value::as_array).ok_or_else(wrong)?;
        if results.len() > MOST_RESULTS {
            return Err(Refusal::bad("RESULTS_TOO_MUCH"));
        }
        let mut ids: Vec<_> = results.iter().map(|result| result.get("id").and_then(Value::as_str)).collect();
        ids.sort_unstable();
        if ids.iter().any(|id| id.is_none_or(|id| id.is_empty() || id.len() > 64)) {
            return Err(Refusal::bad("RESULT_ID_INVALID"));
        }
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Refusal::bad("RESULT_ID_DUPLICATE"));
        }
        if params.text("next_offset").is_some_and(|offset| offset.len() > LONGEST_OFFSET) {
            return Err(Refusal::bad("NEXT_OFFSET_INVALID"));
        }
        for result in results {
            read(result)?;
        }
        self.end_query(params, "inline_query_id", now_ms)?;
        done()
    }
}
