//! Taking in what is brought: the update is stored before Telegram hears that it arrived.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::hook::Hook;
use super::onward::{Brought, Onward};
use super::order::Order;
use super::rate::Rate;
use crate::clock::Clock;
use crate::ops::metrics::Metrics;
use crate::store::{Store, UpdateId};
use crate::telegram::api::Me;
use crate::telegram::parse;
use crate::telegram::receive::take_in;
use crate::telegram::update::trace::Trace;

/// The largest request; an update is a hundredth of it.
const LARGEST: usize = 1 << 20;
/// How many requests may be on their way into the store: more than Telegram brings at a time.
const MOST_AT_ONCE: usize = 256;
/// How long one may take to arrive. Telegram's arrive whole.
const READING: Duration = Duration::from_secs(5);
/// How long one may take before Telegram is told to bring it again. It is stored all the same.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many requests with a wrong secret are answered a second.
const STRANGERS: u32 = 10;
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// The door for updates. Clones share it.
#[derive(Clone, Debug)]
pub struct Door(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hook: Hook,
    me: Me,
    store: Store,
    clock: Clock,
    metrics: Metrics,
    rate: Mutex<Rate>,
    strangers: Mutex<Rate>,
    room: Arc<Semaphore>,
    onward: Mutex<Onward>,
    order: Order,
    trace: Trace,
}

impl Door {
    /// A door for this bot.
    pub fn new(hook: &Hook, me: Me, store: Store, clock: Clock, metrics: Metrics) -> Self {
        let (rate, strangers) = (Mutex::new(Rate::new(hook.rate)), Mutex::new(Rate::new(STRANGERS)));
        let (room, onward) = (Arc::new(Semaphore::new(MOST_AT_ONCE)), Mutex::default());
        let trace = Trace::new(metrics.clone());
        let (hook, order) = (hook.clone(), Order::default());
        Self(Arc::new(Inner { hook, me, store, clock, metrics, rate, strangers, room, onward, order, trace }))
    }

    /// What is served: one path, one method.
    pub fn router(&self) -> Router {
        // Only braces mean something in a path, and those are refused or spelled differently.
        Router::new().without_v07_checks().route(&self.0.hook.path, post(knock)).with_state(self.clone())
    }

    /// From now on, what is stored comes through here as well.
    pub(in crate::telegram) fn open(&self) -> Brought {
        lock(&self.0.onward).open()
    }

    async fn answer(&self, headers: &HeaderMap, body: Body, now: Instant) -> StatusCode {
        if !self.knows_the_secret(headers) {
            let answered = lock(&self.0.strangers).admits(now);
            return if answered { StatusCode::UNAUTHORIZED } else { StatusCode::TOO_MANY_REQUESTS };
        }
        let admitted = lock(&self.0.rate).admits(now).then(|| Arc::clone(&self.0.room).try_acquire_owned().ok());
        let Some(Some(permit)) = admitted else { return StatusCode::TOO_MANY_REQUESTS };
        let body = match tokio::time::timeout(READING, to_bytes(body, LARGEST)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
            // Whoever sends half of it and waits gives the place back.
            Err(_) => return StatusCode::REQUEST_TIMEOUT,
        };
        // A task of its own: whoever hangs up must not end it between the store and whoever handles.
        let storing = tokio::spawn(self.clone().store(body.to_vec(), now, permit));
        match tokio::time::timeout(PATIENCE, storing).await {
            Ok(Ok(status)) => status,
            Ok(Err(_)) | Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Takes as long for a wrong secret as for a right one.
    fn knows_the_secret(&self, headers: &HeaderMap) -> bool {
        let brought = headers.get(SECRET).map(|secret| secret.as_bytes()).unwrap_or_default();
        self.0.hook.secret.expose().as_bytes().ct_eq(brought).into()
    }

    async fn store(self, body: Vec<u8>, arrived: Instant, _permit: OwnedSemaphorePermit) -> StatusCode {
        let door = &self.0;
        // What is no update at all is passed over: Telegram would bring it again and again.
        let update = parse::read(&String::from_utf8_lossy(&body), &door.me, door.clock.now());
        let _turn = match (update.id, &update.meaning) {
            (Some(id), Ok(incoming)) => Some(door.order.turn(id, incoming.place.chat).await),
            (Some(id), Err(_)) => {
                door.order.came(id);
                None
            }
            (None, _) => None,
        };
        if let (Some(id), Some(query)) = (update.id, update.query.clone()) {
            lock(&door.onward).keep(UpdateId(id), query);
        }
        match take_in(&door.store, &door.trace, vec![update], arrived).await {
            Ok(new) => {
                let mut onward = lock(&door.onward);
                new.into_iter().for_each(|job| onward.send(job));
                StatusCode::OK
            }
            Err(error) => {
                tracing::error!("{error}; Telegram brings the update again");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}

async fn knock(State(door): State<Door>, headers: HeaderMap, body: Body) -> StatusCode {
    let arrived = Instant::now();
    let status = door.answer(&headers, body, arrived).await;
    door.0.metrics.knocked(status.as_u16(), arrived.elapsed());
    status
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock only means that another thread panicked beside a plain assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::Timestamp;
    use crate::message::ChatId;
    use crate::store::{BotId, NewUpdate, OPEN_LIMIT, Reaction};
    use crate::telegram::api::tests::me;
    use crate::telegram::webhook::hook::tests::{hook, wishes};

    /// A door with a store in a folder, at which so much is open that it takes nothing more.
    async fn full(folder: &std::path::Path) -> Door {
        let clock = Clock::fixed(Timestamp(1_000));
        let url = format!("sqlite://{}", folder.join("wengu.db").display());
        let store = Store::open(&url, BotId(42), clock.clone()).await.unwrap();
        let open = 1..=i64::try_from(OPEN_LIMIT).unwrap();
        let open = open.map(|id| NewUpdate { id: UpdateId(id), chat: ChatId(id), raw: "{}".into() });
        store.receive(open.collect()).await.unwrap();
        let hook = hook(wishes("https://bot.example/")).unwrap();
        Door::new(&hook, me(false), store, clock, Metrics::default())
    }

    fn question(id: i64) -> Body {
        let person = json!({ "id": 7, "is_bot": false, "first_name": "Maya" });
        let chat = json!({ "id": 7, "type": "private", "first_name": "Maya" });
        let message = json!({ "message_id": 1, "date": 1, "from": person, "chat": chat, "text": "who?" });
        Body::from(json!({ "update_id": id, "message": message }).to_string())
    }

    #[tokio::test]
    async fn what_takes_too_long_to_be_stored_is_to_come_again_and_stored_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let door = full(folder.path()).await;
        let headers = HeaderMap::from_iter([(SECRET.parse().unwrap(), door.0.hook.secret.expose().parse().unwrap())]);
        let late = 1_000_000;

        tokio::time::pause();
        let answer = door.answer(&headers, question(late), Instant::now());
        let status = tokio::time::timeout(2 * PATIENCE, answer).await.expect("Telegram hears something in time");
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        tokio::time::resume();

        let store = &door.0.store;
        for done in [1, 2] {
            store.handled(UpdateId(done), Reaction::default()).await.unwrap();
        }
        let stored = async {
            while !store.waiting_updates().await.unwrap().iter().any(|update| update.id == UpdateId(late)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), stored).await.expect("it is stored once there is room");
        assert_eq!(door.answer(&headers, question(late), Instant::now()).await, StatusCode::OK, "it comes again");
    }
}
