//! Presses of buttons and inline queries: made by people, answered by the bot within a short while.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::{Refusal, Verdict};
use super::params::Params;
use super::sending::done;
use super::{Impossible, World};

/// How long Telegram waits for the answer to a press or an inline query.
const ANSWERABLE_FOR_MS: i64 = 15_000;
/// A toast holds no more characters than this.
const LONGEST_NOTICE: usize = 200;
const FIRST_ID: u64 = 4_382_557_106_338_200_001;

#[derive(Debug, Default)]
pub(super) struct Queries {
    made: u64,
    open: BTreeMap<String, i64>,
    answers: BTreeMap<String, Value>,
}

/// What a person sees after the press of a button.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The words, if there are any.
    pub text: Option<String>,
    /// In a box that has to be closed, instead of a toast.
    pub alert: bool,
    /// An address that is opened.
    pub url: Option<String>,
}

impl Queries {
    fn begin(&mut self, now_ms: i64) -> String {
        self.open.retain(|_, at| now_ms - *at <= ANSWERABLE_FOR_MS);
        while self.answers.len() > 1000 {
            self.answers.pop_first();
        }
        self.made += 1;
        let id = (FIRST_ID + self.made).to_string();
        self.open.insert(id.clone(), now_ms);
        id
    }

    fn end(&mut self, id: &str, now_ms: i64) -> Result<(), Refusal> {
        match self.open.remove(id) {
            Some(at) if now_ms - at <= ANSWERABLE_FOR_MS => Ok(()),
            _ => Err(Refusal::bad("query is too old and response timeout expired or query ID is invalid")),
        }
    }
}

impl World {
    /// Someone presses a button with these data, which need not be there: gives the number of the press.
    pub fn press(&mut self, chat: i64, user: i64, message: i64, data: &str, now_ms: i64) -> Result<String, Impossible> {
        self.present_person(chat, user)?;
        let id = self.queries.begin(now_ms);
        let place = &self.chats[&chat];
        let shown = match place.messages.get(&message) {
            Some(message) => self.message_json(place, message),
            None => json!({ "chat": self.chat_json(place), "message_id": message, "date": 0 }),
        };
        let query = json!({
            "id": id,
            "from": self.user_json(user),
            "message": shown,
            "chat_instance": (chat ^ 0x5A5A_5A5A).to_string(),
            "data": data,
        });
        self.queue("callback_query", query, now_ms);
        self.touch();
        Ok(id)
    }

    /// Someone presses a button with these data under a message that was sent through the bot, in a chat that the bot
    /// does not see: gives the number of the press.
    pub fn press_inline(&mut self, user: i64, message: &str, data: &str, now_ms: i64) -> Result<String, Impossible> {
        self.person(user)?;
        let id = self.queries.begin(now_ms);
        let query = json!({
            "id": id, "from": self.user_json(user), "inline_message_id": message, "chat_instance": "1", "data": data,
        });
        self.queue("callback_query", query, now_ms);
        self.touch();
        Ok(id)
    }

    /// Someone types `@bot query` in any chat: gives the number of the query.
    pub fn inline(&mut self, user: i64, query: &str, offset: &str, now_ms: i64) -> Result<String, Impossible> {
        self.person(user)?;
        let id = self.queries.begin(now_ms);
        let query = json!({
            "id": id, "from": self.user_json(user), "query": query, "offset": offset, "chat_type": "supergroup",
        });
        self.queue("inline_query", query, now_ms);
        self.touch();
        Ok(id)
    }

    /// What the bot answered to a press, once it has.
    pub fn notice(&self, query: &str) -> Option<Notice> {
        let answer = self.queries.answers.get(query)?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
        Some(Notice { text: text("text"), alert: Params(answer).flag("show_alert"), url: text("url") })
    }

    /// What the bot answered to an inline query, once it has: the parameters of `answerInlineQuery`.
    pub fn inline_answer(&self, query: &str) -> Option<&Value> {
        self.queries.answers.get(query)
    }

    pub(super) fn answer_callback_query(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        if params.text("text").is_some_and(|text| text.chars().count() > LONGEST_NOTICE) {
            return Err(Refusal::bad("MESSAGE_TOO_LONG"));
        }
        self.end_query(params, "callback_query_id", now_ms)?;
        done()
    }

    /// Keeps the answer to the query that it names, if one still waits.
    pub(super) fn end_query(&mut self, params: Params<'_>, name: &str, now_ms: i64) -> Result<(), Refusal> {
        let id = params.text(name).unwrap_or_default();
        self.queries.end(&id, now_ms)?;
        self.queries.answers.insert(id.into_owned(), params.0.clone());
        self.touch();
        Ok(())
    }
}
