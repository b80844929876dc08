//! The emulator over HTTP: `/bot<token>/<method>` as Telegram has it, with long polls, and with faults carried out.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::any;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout_at};

use super::world::Answer;
use super::world::faults::Outcome;
use super::{page, ui};

pub use super::emulator::Emulator;
pub use super::shared::{Controls, NoControls, Now, Shared, WorldGuard};

/// Telegram takes no longer polls.
const LONGEST_POLL_SECS: i64 = 50;
const LARGEST_REQUEST: usize = 1 << 20;

/// The Bot API of a world, the chat page, and what it asks for.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/{bot}/{method}", any(answer))
        .merge(ui::router())
        .merge(page::router())
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .with_state(shared)
}

async fn answer(
    State(shared): State<Shared>,
    Path((bot, method)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let Some(token) = bot.strip_prefix("bot") else { return refusal(404, "Not Found") };
    if token != shared.world().bot.token {
        return refusal(401, "Unauthorized");
    }
    let Some(params) = parameters(query.as_deref(), &headers, &body) else {
        return refusal(400, "Bad Request: object expected as a request body");
    };
    carry_out(&shared, &method, &params).await
}

async fn carry_out(shared: &Shared, method: &str, params: &Value) -> Response<Body> {
    let (outcome, poll) = {
        let mut world = shared.world();
        // The time at which the call is looked at: read before, it could be earlier than that of a call that overtook.
        (world.call(method, params, shared.now()), world.current_poll())
    };
    match outcome {
        Outcome::Answer(answer) => {
            let answer =
                if is_empty_batch(method, &answer) { long_poll(shared, params, poll, answer).await } else { answer };
            respond(&answer)
        }
        Outcome::Late(answer, ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            respond(&answer)
        }
        Outcome::Page(status, page) => page_response(status, page),
        Outcome::Reset => broken(),
        Outcome::Silence => std::future::pending().await,
        Outcome::Hold(gate) => {
            shared.passed(&gate).await;
            let answer = shared.world().handle(method, params, shared.now());
            respond(&answer)
        }
    }
}

fn is_empty_batch(method: &str, answer: &Answer) -> bool {
    method.eq_ignore_ascii_case("getUpdates") && answer.result().and_then(Value::as_array).is_some_and(Vec::is_empty)
}

/// Waits for an update, for the time-out, or for another poll that ends this one.
async fn long_poll(shared: &Shared, params: &Value, poll: u64, empty: Answer) -> Answer {
    let seconds = params.get("timeout").and_then(|t| t.as_i64().or_else(|| t.as_str()?.parse().ok())).unwrap_or(0);
    let seconds = u64::try_from(seconds.clamp(0, LONGEST_POLL_SECS)).unwrap_or(0);
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut pulse = shared.pulse();
    loop {
        let answer = shared.world().poll_again(poll, params, shared.now());
        if !is_empty_batch("getUpdates", &answer) {
            return answer;
        }
        if !matches!(timeout_at(until, pulse.changed()).await, Ok(Ok(()))) {
            return empty;
        }
    }
}

/// The parameters of a request: those of the query string, and those of the body, JSON or form.
fn parameters(query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut all = Map::new();
    if let Some(query) = query {
        form(query, &mut all);
    }
    if kind.starts_with("application/json") && !body.is_empty() {
        match serde_json::from_slice(body).ok()? {
            Value::Object(given) if all.is_empty() => all = given,
            Value::Object(given) => all.extend(given),
            _ => return None,
        }
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        form(std::str::from_utf8(body).ok()?, &mut all);
    } else if let Some((_, boundary)) = kind.split_once("multipart/form-data; boundary=") {
        parts(std::str::from_utf8(body).ok()?, boundary, &mut all);
    }
    Some(Value::Object(all))
}

fn form(source: &str, into: &mut Map<String, Value>) {
    for pair in source.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        into.insert(decode(name), Value::String(decode(value)));
    }
}

/// The parts of a form with a file: each its name, and its text.
fn parts(source: &str, boundary: &str, into: &mut Map<String, Value>) {
    for part in source.split(&format!("--{boundary}")) {
        let Some((head, text)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split_once("name=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((name, _)) = name {
            into.insert(name.to_owned(), Value::String(text.trim_end_matches("\r\n").to_owned()));
        }
    }
}

/// Undoes `%E5` and `+`.
fn decode(source: &str) -> String {
    let mut bytes = Vec::with_capacity(source.len());
    let mut rest = source.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = (*first == b'%').then(|| tail.get(..2)).flatten();
        let code = hex.and_then(|h| u8::from_str_radix(std::str::from_utf8(h).ok()?, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn respond(answer: &Answer) -> Response<Body> {
    let mut response = json_response(answer.status, &answer.body);
    let parameters = answer.body.get("parameters");
    if let Some(wait) = parameters.and_then(|p| p.get("retry_after")).and_then(Value::as_i64) {
        response.headers_mut().insert(RETRY_AFTER, wait.into());
    }
    response
}

fn refusal(status: u16, description: &str) -> Response<Body> {
    json_response(status, &json!({ "ok": false, "error_code": status, "description": description }))
}

pub(super) fn json_response(status: u16, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn page_response(status: u16, page: &'static str) -> Response<Body> {
    let mut response = json_response(status, &Value::Null);
    *response.body_mut() = Body::from(page);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// An answer that breaks the connection before its first byte: the body fails while the head still waits to be sent.
pub(super) fn broken() -> Response<Body> {
    let failing = futures_util::stream::once(failure());
    Response::new(Body::from_stream(failing))
}

fn failure() -> impl Future<Output = Result<Bytes, io::Error>> {
    std::future::ready(Err(io::Error::from(io::ErrorKind::ConnectionReset)))
}
