//! The chat service of the bench: hands questions out and takes answers in. It keeps none of Telegram's rules, unlike the
//! sandbox's, because what it takes of the processor the bot cannot have: what is measured is the bot. What it answers
//! is as long as what Telegram answers.

use std::collections::{HashMap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;

/// The token of the bot that is measured.
pub(super) const TOKEN: &str = "1:bench";
/// Who it is.
const ME: User = User { id: 1, is_bot: true, first_name: "Bench", username: Some("bench_bot"), language_code: None };
/// Everybody who asks.
const ASKER: &str = "读者";
/// When everything was said.
const DATE: i64 = 1_800_000_000;
/// The most updates that one call gives, as with Telegram.
const BATCH: usize = 100;

/// A running chat service; it stops when it is dropped.
pub(super) struct Service {
    /// Where it is reached.
    pub(super) url: String,
    shared: Arc<Shared>,
    _serving: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Shared {
    talk: Mutex<Talk>,
    asked: Notify,
}

/// What was said so far.
#[derive(Default)]
pub(super) struct Talk {
    /// The updates that are not confirmed yet, as they are handed out.
    waiting: VecDeque<(i64, String)>,
    messages: i64,
    /// How often updates were fetched.
    pub(super) polls: usize,
    /// How many answers came.
    pub(super) answered: usize,
    /// What was asked and what was answered in each chat, in order.
    pub(super) chats: HashMap<i64, (Vec<usize>, Vec<String>)>,
}

impl Talk {
    /// A person asks the question of this number.
    pub(super) fn ask(&mut self, chat: i64, number: usize, text: &str) -> serde_json::Result<()> {
        self.messages += 1;
        let id = self.messages;
        let asker = User { id: chat, is_bot: false, first_name: ASKER, username: None, language_code: Some("zh-hans") };
        let message = Message::new(id, asker, chat, text);
        let update = serde_json::to_string(&Update { update_id: id, message })?;
        self.waiting.push_back((id, update));
        self.chats.entry(chat).or_default().0.push(number);
        Ok(())
    }

    /// The updates from `offset` on; those before are confirmed.
    fn batch(&mut self, offset: i64) -> String {
        while self.waiting.front().is_some_and(|(id, _)| *id < offset) {
            self.waiting.pop_front();
        }
        let updates: Vec<&str> = self.waiting.iter().take(BATCH).map(|(_, update)| update.as_str()).collect();
        format!("[{}]", updates.join(","))
    }
}

impl Service {
    /// Serves on this machine.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared::default());
        let app = Router::new().route("/{bot}/{method}", any(call)).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!("the chat service of the bench ended: {error}");
            }
        });
        Ok(Self { url, shared, _serving: AbortOnDropHandle::new(serving) })
    }

    /// What was said so far, for a moment.
    pub(super) fn talk(&self) -> MutexGuard<'_, Talk> {
        self.shared.talk()
    }

    /// Wakes the poll that waits, once there is something to fetch.
    pub(super) fn wake(&self) {
        self.shared.asked.notify_waiters();
    }
}

impl Shared {
    fn talk(&self) -> MutexGuard<'_, Talk> {
        // Counters and lists stay whole even if a thread panicked while it held the lock.
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is read of a call.
#[derive(Deserialize)]
struct Call<'a> {
    #[serde(default)]
    offset: i64,
    #[serde(default)]
    timeout: u64,
    #[serde(default)]
    chat_id: i64,
    #[serde(default)]
    text: String,
    #[serde(borrow)]
    reply_markup: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Update<'a> {
    update_id: i64,
    message: Message<'a>,
}

/// A message as Telegram brings it, and gives it back to whoever sent it.
#[derive(Serialize)]
struct Message<'a> {
    message_id: i64,
    from: User,
    chat: Chat,
    date: i64,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<&'a RawValue>,
}

impl<'a> Message<'a> {
    fn new(message_id: i64, from: User, chat: i64, text: &'a str) -> Self {
        let chat = Chat { id: chat, first_name: ASKER, r#type: "private" };
        Self { message_id, from, chat, date: DATE, text, reply_markup: None }
    }
}

#[derive(Serialize)]
struct User {
    id: i64,
    is_bot: bool,
    first_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<&'static str>,
}

#[derive(Serialize)]
struct Chat {
    id: i64,
    first_name: &'static str,
    r#type: &'static str,
}

async fn call(State(shared): State<Arc<Shared>>, Path((_, method)): Path<(String, String)>, body: Bytes) -> Response {
    let Ok(call) = serde_json::from_slice::<Call<'_>>(if body.is_empty() { b"{}" } else { &body }) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let result = match method.as_str() {
        "getMe" => serde_json::to_string(&ME),
        "getUpdates" => Ok(updates(&shared, &call).await),
        "sendMessage" => send(&shared, call),
        _ => Ok("true".to_owned()),
    };
    match result {
        Ok(result) => {
            ([(CONTENT_TYPE, "application/json")], format!(r#"{{"ok":true,"result":{result}}}"#)).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn updates(shared: &Shared, call: &Call<'_>) -> String {
    let asked = shared.asked.notified();
    tokio::pin!(asked);
    asked.as_mut().enable();
    let batch = {
        let mut talk = shared.talk();
        talk.polls += 1;
        talk.batch(call.offset)
    };
    if batch != "[]" || tokio::time::timeout(Duration::from_secs(call.timeout), asked).await.is_err() {
        return batch;
    }
    shared.talk().batch(call.offset)
}

fn send(shared: &Shared, call: Call<'_>) -> serde_json::Result<String> {
    let mut talk = shared.talk();
    talk.messages += 1;
    let sent = Message::new(talk.messages, ME, call.chat_id, &call.text);
    let sent = serde_json::to_string(&Message { reply_markup: call.reply_markup, ..sent })?;
    talk.answered += 1;
    talk.chats.entry(call.chat_id).or_default().1.push(call.text);
    Ok(sent)
}
