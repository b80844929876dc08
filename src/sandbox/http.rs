//! The emulator over HTTP: `/bot<token>/<method>` as Telegram has it, with long polls, and with faults carried out.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use axum::routing::any;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::world::faults::Outcome;
use super::world::{Answer, World};
use super::{page, ui};

/// Telegram takes no longer polls.
const LONGEST_POLL_SECS: i64 = 50;
const LARGEST_REQUEST: usize = 1 << 20;

/// What time it is, in milliseconds since 1970.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the page may do to the program that the emulator serves.
#[async_trait]
pub trait Controls: Send + Sync {
    /// Moves the clock forward.
    async fn advance(&self, by_ms: i64);
    /// When the next reminder is due.
    async fn next_reminder(&self) -> Option<i64>;
}

/// Controls of a clock that nobody moves.
pub struct NoControls;

#[async_trait]
impl Controls for NoControls {
    async fn advance(&self, _by_ms: i64) {}

    async fn next_reminder(&self) -> Option<i64> {
        None
    }
}

/// A world that several tasks share, and that says when it has changed.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    world: Mutex<World>,
    now: Now,
    controls: Arc<dyn Controls>,
    /// The world's version.
    seen: watch::Sender<u64>,
    /// The world's pulse: what polls wait for.
    pulse: watch::Sender<u64>,
    /// Gates that a test has opened.
    gates: watch::Sender<Vec<String>>,
}

impl Shared {
    /// Shares a world.
    pub fn new(world: World, now: Now, controls: Arc<dyn Controls>) -> Self {
        let (seen, pulse) = (watch::Sender::new(world.version()), watch::Sender::new(world.pulse()));
        let gates = watch::Sender::new(Vec::new());
        Self(Arc::new(Inner { world: Mutex::new(world), now, controls, seen, pulse, gates }))
    }

    /// The world, for as long as the guard lives. Who waits for a change is woken when the guard goes.
    pub fn world(&self) -> WorldGuard<'_> {
        let world = self.0.world.lock().unwrap_or_else(PoisonError::into_inner);
        WorldGuard { before: (world.version(), world.pulse()), world, shared: &self.0 }
    }

    /// What time it is.
    pub fn now(&self) -> i64 {
        (self.0.now)()
    }

    /// Lets calls go on that wait at a gate, and those that will come to it.
    pub fn open_gate(&self, gate: &str) {
        self.0.gates.send_modify(|gates| gates.push(gate.to_owned()));
    }

    pub(super) fn controls(&self) -> &dyn Controls {
        self.0.controls.as_ref()
    }

    /// Waits until something is true of the world, which is looked at after each change.
    pub async fn until<T>(&self, mut look: impl FnMut(&World) -> Option<T>) -> T {
        let mut seen = self.0.seen.subscribe();
        loop {
            if let Some(found) = look(&self.world()) {
                return found;
            }
            if seen.changed().await.is_err() {
                // The sender lives in `self`: this cannot happen, and waiting is the harmless reading.
                std::future::pending::<()>().await;
            }
        }
    }

    pub(super) fn versions(&self) -> watch::Receiver<u64> {
        self.0.seen.subscribe()
    }
}

/// The world while one task has it.
pub struct WorldGuard<'a> {
    world: MutexGuard<'a, World>,
    before: (u64, u64),
    shared: &'a Inner,
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        let (version, pulse) = (self.world.version(), self.world.pulse());
        if version != self.before.0 {
            self.shared.seen.send_replace(version);
        }
        if pulse != self.before.1 {
            self.shared.pulse.send_replace(pulse);
        }
    }
}

/// A running emulator; it stops when it is dropped.
pub struct Emulator {
    /// Where it is reached, such as `http://127.0.0.1:40123`.
    pub url: String,
    shared: Shared,
    serving: JoinHandle<()>,
}

impl Emulator {
    /// Serves a world at an address; port 0 takes a free one.
    pub async fn start(addr: SocketAddr, world: World, now: Now, controls: Arc<dyn Controls>) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Shared::new(world, now, controls);
        let app = router(shared.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The emulator stopped serving");
            }
        });
        Ok(Self { url, shared, serving })
    }

    /// The world, for as long as the guard lives.
    pub fn world(&self) -> WorldGuard<'_> {
        self.shared.world()
    }

    /// The world as the tasks share it.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// What time it is.
    pub fn now(&self) -> i64 {
        self.shared.now()
    }

    /// Stops serving and breaks off what is open.
    pub async fn stop(mut self) {
        self.serving.abort();
        // An aborted task has nothing to tell.
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

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
    let now = shared.now();
    let (outcome, poll) = {
        let mut world = shared.world();
        (world.call(method, params, now), world.current_poll())
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
            pass(shared, &gate).await;
            let answer = shared.world().handle(method, params, shared.now());
            respond(&answer)
        }
    }
}

async fn pass(shared: &Shared, gate: &str) {
    let mut gates = shared.0.gates.subscribe();
    // An error would mean that the world is gone: then nobody waits either.
    let _ = gates.wait_for(|open| open.iter().any(|name| name == gate)).await;
}

fn is_empty_batch(method: &str, answer: &Answer) -> bool {
    method.eq_ignore_ascii_case("getUpdates") && answer.result().and_then(Value::as_array).is_some_and(Vec::is_empty)
}

/// Waits for an update, for the time-out, or for another poll that ends this one.
async fn long_poll(shared: &Shared, params: &Value, poll: u64, empty: Answer) -> Answer {
    let seconds = params.get("timeout").and_then(|t| t.as_i64().or_else(|| t.as_str()?.parse().ok())).unwrap_or(0);
    let seconds = u64::try_from(seconds.clamp(0, LONGEST_POLL_SECS)).unwrap_or(0);
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut pulse = shared.0.pulse.subscribe();
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
    }
    Some(Value::Object(all))
}

fn form(source: &str, into: &mut Map<String, Value>) {
    for pair in source.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        into.insert(decode(name), Value::String(decode(value)));
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
    let wait = answer.body.pointer("/parameters/retry_after").and_then(Value::as_i64);
    if let Some(wait) = wait {
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
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("application/json"));
    response
}

fn page_response(status: u16, page: &'static str) -> Response<Body> {
    let mut response = json_response(status, &Value::Null);
    *response.body_mut() = Body::from(page);
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("text/html"));
    response
}

/// An answer that breaks the connection before its first byte: the body fails while the head still waits to be sent.
fn broken() -> Response<Body> {
    let failing = futures_util::stream::once(failure());
    Response::new(Body::from_stream(failing))
}

fn failure() -> impl Future<Output = Result<Bytes, io::Error>> {
    std::future::ready(Err(io::Error::from(io::ErrorKind::ConnectionReset)))
}
