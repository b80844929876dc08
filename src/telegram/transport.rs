//! Requests to Telegram. A transport of our own, because it matters what exactly went wrong: it keeps the code, the
//! sentence and the parameters of a refusal, tells a request that never left from one whose answer was lost, and never
//! lets the token out.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::DateTime;
use reqwest::header::DATE;
use reqwest::{Client, Proxy, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::requests::Payload;
use tokio::time::Instant;

use crate::clock::Timestamp;
use crate::message::ChatId;
use crate::ops::metrics::{CallEnd, Metrics};
use crate::secret::SecretUrl;
use crate::store::Class;
use crate::telegram::error::{CallError, Refusal};
use crate::telegram::token::Token;

/// How long a connection may take. Less than a request, so that the two failures can be told apart: without a
/// connection nothing was sent.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Telegram closes idle connections after a while; a request on one that is just being closed would be lost.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// How many bytes most requests fit in: a card with its buttons.
const ROOM: usize = 4_096;

/// Carries requests to Telegram and its answers back.
#[async_trait]
pub trait Wire: Send + Sync {
    /// Posts the parameters of a method, as JSON.
    ///
    /// # Errors
    /// When no answer came within `limit`, or none at all.
    async fn post(&self, method: &str, body: Vec<u8>, limit: Duration) -> Result<Answered, CallError>;

    /// Posts them as a form, with a file among them, separated by `boundary`.
    ///
    /// # Errors
    /// The same; and where the wire carries no files.
    async fn post_form(
        &self,
        method: &str,
        boundary: &str,
        body: Vec<u8>,
        limit: Duration,
    ) -> Result<Answered, CallError> {
        let _ = (boundary, body, limit);
        Err(CallError::NotSent(format!("`{method}` goes with a file, which this wire does not carry")))
    }
}

/// What came back, before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// When it was answered, by the server's clock.
    pub date: Option<Timestamp>,
    /// The body.
    pub body: Vec<u8>,
}

/// The way to Telegram for one bot. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Transport {
    wire: Arc<dyn Wire>,
    token: Token,
    /// When Telegram last showed that it works and knows us.
    answered: Arc<Mutex<Option<Instant>>>,
    metrics: Option<Metrics>,
}

/// Connections over the network.
struct Http {
    client: Client,
    /// `…/bot<token>/`: a secret.
    base: Url,
}

/// The client could not be built from the config.
#[derive(Debug, thiserror::Error)]
#[error("`{key}` is not an address that requests can go to: {why}")]
pub struct AddressError {
    /// The key that says it. The address itself can hold a password and is not repeated.
    key: &'static str,
    why: String,
}

impl Transport {
    /// A transport for the bot with this token at `address`, such as `https://api.telegram.org`. Without a `proxy`, the
    /// environment's is used, but never for an address on this machine.
    ///
    /// # Errors
    /// When the address or the proxy is no URL.
    pub fn new(address: &SecretUrl, token: &Token, proxy: Option<&SecretUrl>) -> Result<Self, AddressError> {
        let refuse = |key, why| AddressError { key, why };
        let address = address.expose();
        let spelled = Url::parse(address).map_err(|error| refuse("telegram.api_url", error.to_string()))?;
        let base = Url::parse(&format!("{}/bot{}/", address.trim_end_matches('/'), token.expose()))
            .map_err(|error| refuse("telegram.api_url", error.to_string()))?;
        let mut http = Client::builder().connect_timeout(CONNECT_LIMIT).pool_idle_timeout(IDLE_LIMIT);
        if let Some(proxy) = proxy {
            let refused = |_| refuse("telegram.proxy", "write it like `socks5://127.0.0.1:1080`".into());
            http = http.proxy(Proxy::all(proxy.expose()).map_err(refused)?);
        } else if matches!(spelled.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            http = http.no_proxy();
        }
        let client = http.build().map_err(|error| refuse("telegram.api_url", error.without_url().to_string()))?;
        Ok(Self::over(Arc::new(Http { client, base }), token))
    }

    /// A transport for the bot with this token over something else than the network.
    pub fn over(wire: Arc<dyn Wire>, token: &Token) -> Self {
        Self { wire, token: token.clone(), answered: Arc::default(), metrics: None }
    }

    /// The same, with every call counted.
    #[must_use]
    pub fn counted(mut self, metrics: Metrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// When Telegram last showed that it works and knows us; `None` since it showed the contrary.
    pub(super) fn last_answer(&self) -> Option<Instant> {
        *self.answered()
    }

    /// Shows how late messages of a class are.
    pub(super) fn show_lateness(&self, class: Class, late: Duration) {
        if let Some(metrics) = &self.metrics {
            metrics.late(class, late);
        }
    }

    fn answered(&self) -> MutexGuard<'_, Option<Instant>> {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls a method; gives up after `limit`.
    pub(super) async fn call<P, R>(&self, payload: &P, limit: Duration) -> Result<R, CallError>
    where
        P: Payload + Serialize,
        R: DeserializeOwned,
    {
        self.call_dated(payload, limit).await.map(|(result, _)| result)
    }

    /// The same with the instant that the answer's head names, by the server's clock.
    pub(super) async fn call_dated<P, R>(
        &self,
        payload: &P,
        limit: Duration,
    ) -> Result<(R, Option<Timestamp>), CallError>
    where
        P: Payload + Serialize,
        R: DeserializeOwned,
    {
        let mut body = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut body, payload).map_err(|error| CallError::NotSent(error.to_string()))?;
        let begun = Instant::now();
        let answer = self.wire.post(&method(P::NAME), body, limit).await;
        self.read(P::NAME, begun, answer)
    }

    /// Calls a method that takes a file: the parameter's name and the file's text.
    pub(super) async fn call_with_file<P, R>(
        &self,
        payload: &P,
        (parameter, text): (&str, &str),
        limit: Duration,
    ) -> Result<R, CallError>
    where
        P: Payload + Serialize,
        R: DeserializeOwned,
    {
        let unsendable = |error: serde_json::Error| CallError::NotSent(error.to_string());
        let boundary = uuid::Uuid::now_v7().simple().to_string();
        let mut body = part(&boundary, &format!("{parameter}\"; filename=\"{parameter}.pem"), text);
        if let Value::Object(fields) = serde_json::to_value(payload).map_err(unsendable)? {
            for (field, value) in fields {
                // Text stands as it is, everything else as JSON.
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                body.push_str(&part(&boundary, &field, &text));
            }
        }
        body.push_str(&format!("--{boundary}--\r\n"));
        let begun = Instant::now();
        let answer = self.wire.post_form(&method(P::NAME), &boundary, body.into_bytes(), limit).await;
        self.read(P::NAME, begun, answer).map(|(result, _)| result)
    }

    /// Reads an answer, and counts the call.
    fn read<R: DeserializeOwned>(
        &self,
        name: &'static str,
        begun: Instant,
        answer: Result<Answered, CallError>,
    ) -> Result<(R, Option<Timestamp>), CallError> {
        let read = answer.and_then(|Answered { status, date, body }| Ok((read_answer(status, &body)?, date)));
        let end = end_of(&read);
        match &read {
            Err(error) if error.is_unauthorized() => *self.answered() = None,
            Err(error) if error.leaves_open_whether_it_works() => {}
            _ => *self.answered() = Some(Instant::now()),
        }
        if let Some(metrics) = &self.metrics {
            metrics.called(name, begun.elapsed(), end);
        }
        read.map_err(|error| self.scrub(error))
    }

    /// Nothing that fails is supposed to know the token; this is the second lock.
    fn scrub(&self, error: CallError) -> CallError {
        let clean = |text: String| text.replace(self.token.expose(), "…");
        match error {
            CallError::NotSent(why) => CallError::NotSent(clean(why)),
            CallError::Lost(why) => CallError::Lost(clean(why)),
            CallError::Refused(mut refusal) => {
                refusal.description = clean(refusal.description);
                CallError::Refused(refusal)
            }
        }
    }
}

#[async_trait]
impl Wire for Http {
    async fn post(&self, method: &str, body: Vec<u8>, limit: Duration) -> Result<Answered, CallError> {
        self.send(method, "application/json", body, limit).await
    }

    async fn post_form(
        &self,
        method: &str,
        boundary: &str,
        body: Vec<u8>,
        limit: Duration,
    ) -> Result<Answered, CallError> {
        self.send(method, &format!("multipart/form-data; boundary={boundary}"), body, limit).await
    }
}

impl Http {
    async fn send(&self, method: &str, kind: &str, body: Vec<u8>, limit: Duration) -> Result<Answered, CallError> {
        // Not `join`, which would parse the whole address anew for each request.
        let mut url = self.base.clone();
        let mut path = url.path_segments_mut().map_err(|()| CallError::NotSent("the address has no path".into()))?;
        path.pop_if_empty().push(method);
        drop(path);
        let request = self.client.post(url).timeout(limit).header("content-type", kind).body(body);
        let response = request.send().await.map_err(unanswered)?;
        let status = response.status().as_u16();
        let date = response.headers().get(DATE).and_then(|date| instant(date.to_str().ok()?));
        let body = response.bytes().await.map_err(unanswered)?.into();
        Ok(Answered { status, date, body })
    }
}

fn unanswered(error: reqwest::Error) -> CallError {
    let unsent = error.is_connect() || error.is_builder();
    let sentence = chain(&error.without_url());
    if unsent { CallError::NotSent(sentence) } else { CallError::Lost(sentence) }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("token", &self.token).finish_non_exhaustive()
    }
}

/// A part of a form.
fn part(boundary: &str, name: &str, text: &str) -> String {
    format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
}

fn end_of<R>(result: &Result<R, CallError>) -> CallEnd {
    match result {
        Ok(_) => CallEnd::Done,
        Err(CallError::Refused(refusal)) if refusal.wait().is_some() => CallEnd::TooMany,
        Err(CallError::Refused(_)) => CallEnd::Refused,
        Err(CallError::NotSent(_)) => CallEnd::Unsent,
        Err(CallError::Lost(_)) => CallEnd::Lost,
    }
}

/// The envelope of every answer.
#[derive(Deserialize)]
struct Answer<R> {
    ok: Option<bool>,
    result: Option<R>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<ChatId>,
}

fn read_answer<R: DeserializeOwned>(status: u16, bytes: &[u8]) -> Result<R, CallError> {
    let status = StatusCode::from_u16(status).map_err(|_| CallError::Lost(format!("the status `{status}`")))?;
    let answer: Answer<R> = match serde_json::from_slice(bytes) {
        // Only Telegram says that something is not `ok`. The page of a gateway leaves open whether the request was carried
        // out behind it.
        Ok(Answer { ok: None | Some(true), .. }) | Err(_) if status.is_server_error() => {
            return Err(CallError::Lost(status.to_string()));
        }
        Ok(answer) => answer,
        Err(error) if status.is_success() => return Err(CallError::Lost(format!("unreadable: {error}"))),
        Err(_) => {
            let hint = "not in Telegram's form: is the address of the API right?";
            return Err(CallError::NotSent(format!("the answer was `{status}`, {hint}")));
        }
    };
    if let Some(result) = answer.result {
        return Ok(result);
    }
    let parameters = answer.parameters.unwrap_or_default();
    let code = answer.error_code.unwrap_or(status.as_u16());
    let description = answer.description.unwrap_or_else(|| status.to_string());
    Err(CallError::Refused(Refusal {
        code,
        description,
        retry_after: parameters.retry_after.map(Duration::from_secs),
        migrate_to: parameters.migrate_to_chat_id,
    }))
}

/// The instant of a date in a head, such as `Sun, 22 Nov 2026 19:00:00 GMT`.
fn instant(date: &str) -> Option<Timestamp> {
    DateTime::parse_from_rfc2822(date).ok().map(|date| Timestamp(date.timestamp_millis()))
}

/// A method's name as Telegram's manual writes it: teloxide's begins with a capital.
fn method(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        sentence = format!("{sentence}: {inner}");
        cause = inner.source();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use teloxide::payloads;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const SECRET: &str = "42:secret";

    fn answer(status: u16, body: &str) -> Result<bool, CallError> {
        read_answer(status, body.as_bytes())
    }

    async fn call(address: &str) -> CallError {
        let transport = Transport::new(&SecretUrl::new(address), &Token::parse(SECRET).unwrap(), None).unwrap();
        transport.call::<_, bool>(&payloads::GetMe::new(), Duration::from_secs(5)).await.unwrap_err()
    }

    /// A server that reads one request and answers with these bytes.
    async fn server(reply: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(reply.as_bytes()).await;
        });
        address
    }

    #[test]
    fn a_refusal_keeps_code_sentence_and_parameters() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 9","parameters":{"retry_after":9}}"#;
        let expected = Refusal {
            code: 429,
            description: "Too Many Requests: retry after 9".into(),
            retry_after: Some(Duration::from_secs(9)),
            migrate_to: None,
        };
        assert_eq!(answer(429, body), Err(CallError::Refused(expected)));
        let body = r#"{"ok":false,"error_code":400,"description":"…","parameters":{"migrate_to_chat_id":-100500}}"#;
        let Err(CallError::Refused(refusal)) = answer(400, body) else { panic!("not refused") };
        assert_eq!(refusal.migrate_to, Some(ChatId(-100_500)));
    }

    #[test]
    fn trouble_of_a_server_leaves_open_what_happened() {
        let page = "<html><head><title>502 Bad Gateway</title></head></html>";
        assert_eq!(answer(502, page), Err(CallError::Lost("502 Bad Gateway".into())));
        assert!(matches!(answer(502, r#"{"message":"no healthy upstream"}"#), Err(CallError::Lost(_))));
        assert!(matches!(answer(200, "{\"ok\":true,\"res"), Err(CallError::Lost(_))));
        assert_eq!(answer(200, r#"{"ok":true,"result":true}"#), Ok(true));
    }

    #[test]
    fn trouble_in_telegrams_own_words_is_a_refusal() {
        let json = r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#;
        let refused = Refusal { code: 500, description: "Internal Server Error".into(), ..Refusal::default() };
        assert_eq!(answer(500, json), Err(CallError::Refused(refused.clone())));
        assert_eq!(answer(200, json), Err(CallError::Refused(refused)));
    }

    #[test]
    fn a_page_instead_of_an_answer_hints_at_the_address() {
        let error = answer(404, "<html>nothing here</html>").unwrap_err();
        assert!(matches!(&error, CallError::NotSent(why) if why.contains("address")), "{error}");
    }

    #[tokio::test]
    async fn a_refused_connection_is_not_sent_and_a_dropped_one_is_lost() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        assert!(matches!(call(&nobody).await, CallError::NotSent(_)));
        assert!(matches!(call(&server("").await).await, CallError::Lost(_)));
    }

    #[tokio::test]
    async fn no_error_and_no_debug_tells_the_token() {
        let echo = server(
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 60\r\n\r\n{\"ok\":false,\"description\":\"no way with /bot42:secret/get..\"}",
        );
        let unresolved = "http://wengu.invalid";
        for address in [echo.await, server("HTTP/1.1 200 OK\r\n\r\n{").await, server("").await, unresolved.to_owned()] {
            let error = call(&address).await;
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        }
        let transport =
            Transport::new(&SecretUrl::new("http://localhost:1"), &Token::parse(SECRET).unwrap(), None).unwrap();
        assert!(!format!("{transport:?}").contains("secret"));
    }

    #[test]
    fn a_proxy_or_address_that_is_none_is_refused_without_repeating_a_password() {
        let token = Token::parse(SECRET).unwrap();
        let error =
            Transport::new(&SecretUrl::new("http://localhost"), &token, Some(&SecretUrl::new("::user:password")))
                .unwrap_err();
        assert!(!error.to_string().contains("password"));
        assert!(Transport::new(&SecretUrl::new("api.telegram.org"), &token, None).is_err());
    }

    #[test]
    fn the_date_of_an_answer_is_an_instant() {
        assert_eq!(instant("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Timestamp(784_111_777_000)));
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn methods_are_named_as_in_the_manual() {
        assert_eq!(method("SendMessage"), "sendMessage");
    }
}
