//! What the chat page asks of the emulator, under `/sandbox/`: the state of everything, changes as they happen, and the
//! deeds of the person whom the visitor plays.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::http::json_response;
use super::shared::Shared;
use super::view;
use super::world::faults::FaultRule;
use super::world::{Impossible, Saying};

/// How long a press waits for the bot's answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// "To the next reminder" stops this long before it, so that one sees it come.
const BEFORE_REMINDER_MS: i64 = 5_000;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/sandbox/state", get(state))
        .route("/sandbox/events", get(events))
        .route("/sandbox/say", post(say))
        .route("/sandbox/edit", post(edit))
        .route("/sandbox/press", post(press))
        .route("/sandbox/inline", post(inline))
        .route("/sandbox/choose", post(choose))
        .route("/sandbox/start", post(start))
        .route("/sandbox/add_to_group", post(add_to_group))
        .route("/sandbox/clock", post(clock))
        .route("/sandbox/fault", post(fault))
}

/// What the page is told when a deed cannot be done.
type Done = Result<Value, Impossible>;

fn reply(done: Done) -> Response<Body> {
    match done {
        Ok(value) => json_response(200, &value),
        Err(Impossible(sentence)) => json_response(400, &json!({ "error": sentence })),
    }
}

async fn state(State(shared): State<Shared>) -> Response<Body> {
    let next_reminder = shared.controls().next_reminder().await;
    let now = shared.now();
    let mut state = view::state(&shared.world());
    state["now"] = json!(now);
    state["next_reminder"] = json!(next_reminder);
    json_response(200, &state)
}

/// An event for each change since a version, several changes in one where they come fast.
async fn events(
    State(shared): State<Shared>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let since: u64 = query.get("since").and_then(|version| version.parse().ok()).unwrap_or(0);
    let changes = stream::unfold((shared.versions(), Some(since)), |(mut versions, mut told)| async move {
        loop {
            let version = *versions.borrow_and_update();
            if told != Some(version) {
                told = Some(version);
                let event = Event::default().data(json!({ "version": version }).to_string());
                return Some((Ok(event), (versions, told)));
            }
            versions.changed().await.ok()?;
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

async fn say(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let now = shared.now();
    reply((|| {
        let mut saying = Saying::new(number(&body, "chat")?, number(&body, "user")?, word(&body, "text")?);
        if let Some(target) = body["reply_to"].as_i64() {
            saying = saying.reply_to(target);
        }
        if let Some(topic) = body["topic"].as_i64() {
            saying = saying.topic(topic);
        }
        let message = shared.world().say(saying, now)?;
        Ok(json!({ "message": message }))
    })())
}

async fn edit(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let now = shared.now();
    reply((|| {
        let (chat, user, message) = (number(&body, "chat")?, number(&body, "user")?, number(&body, "message")?);
        shared.world().edit(chat, user, message, word(&body, "text")?, now)?;
        Ok(json!({}))
    })())
}

async fn press(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let now = shared.now();
    let query = (|| {
        let (chat, user, message) = (number(&body, "chat")?, number(&body, "user")?, number(&body, "message")?);
        shared.world().press(chat, user, message, word(&body, "data")?, now)
    })();
    let query = match query {
        Ok(query) => query,
        Err(impossible) => return reply(Err(impossible)),
    };
    let notice = timeout(PATIENCE, shared.until(|world| world.notice(&query))).await.unwrap_or_default();
    reply(Ok(json!({ "notice": notice.text, "alert": notice.alert, "url": notice.url })))
}

/// Somebody types the bot's name and some words: what it offers, under the number of the query.
async fn inline(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let now = shared.now();
    let query = (|| {
        let offset = body["offset"].as_str().unwrap_or_default();
        shared.world().inline(number(&body, "user")?, word(&body, "query")?, offset, now)
    })();
    let query = match query {
        Ok(query) => query,
        Err(impossible) => return reply(Err(impossible)),
    };
    let offered = timeout(PATIENCE, shared.until(|world| world.inline_answer(&query).cloned())).await;
    reply(Ok(view::offered(&query, &offered.unwrap_or_default())))
}

async fn choose(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let now = shared.now();
    reply((|| {
        let mut saying = Saying::new(number(&body, "chat")?, number(&body, "user")?, "");
        if let Some(target) = body["reply_to"].as_i64() {
            saying = saying.reply_to(target);
        }
        if let Some(topic) = body["topic"].as_i64() {
            saying = saying.topic(topic);
        }
        let (query, result) = (word(&body, "query")?, word(&body, "result")?);
        let message = shared.world().choose(saying, query, result, now)?;
        Ok(json!({ "message": message }))
    })())
}

async fn start(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let now = shared.now();
    reply((|| {
        let parameter = body["parameter"].as_str().unwrap_or_default();
        let message = shared.world().start(number(&body, "user")?, parameter, now)?;
        Ok(json!({ "message": message }))
    })())
}

async fn add_to_group(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let now = shared.now();
    reply((|| {
        shared.world().add_bot(number(&body, "chat")?, number(&body, "user")?, now)?;
        Ok(json!({}))
    })())
}

async fn clock(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    let by = match (body["advance_ms"].as_i64(), body["to"].as_str()) {
        (Some(by), _) if by >= 0 => by,
        (None, Some("next_reminder")) => match shared.controls().next_reminder().await {
            Some(due) => (due - BEFORE_REMINDER_MS - shared.now()).max(0),
            None => return reply(Err(Impossible("No chat is subscribed, so there is no next reminder".to_owned()))),
        },
        _ => return reply(Err(Impossible("Say how far: `advance_ms`, or `to`: `next_reminder`".to_owned()))),
    };
    shared.controls().advance(by).await;
    shared.world().stir();
    reply(Ok(json!({ "now": shared.now() })))
}

async fn fault(State(shared): State<Shared>, Json(body): Json<Value>) -> Response<Body> {
    if body["kind"] == "none" {
        shared.world().heal();
    } else {
        match FaultRule::from_json(&body) {
            Some(rule) => shared.world().fail(rule),
            None => return reply(Err(Impossible("Say what is to go wrong: `kind`".to_owned()))),
        }
    }
    if let Some(gate) = body["open"].as_str() {
        shared.open_gate(gate);
    }
    reply(Ok(json!({})))
}

fn number(body: &Value, name: &str) -> Result<i64, Impossible> {
    body[name].as_i64().ok_or_else(|| Impossible(format!("`{name}` must be a number")))
}

fn word<'a>(body: &'a Value, name: &str) -> Result<&'a str, Impossible> {
    body[name].as_str().ok_or_else(|| Impossible(format!("`{name}` must be a text")))
}
