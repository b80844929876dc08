//! The way to Telegram, without a network: each message waits on its way until the simulation decides what becomes of
//! it, and the emulator's pure world says what Telegram does.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use wengu::clock::{Clock, Timestamp};
use wengu::message::{Action, ScheduleKey};
use wengu::sandbox::world::World;
use wengu::sandbox::world::faults::{Fault, FaultRule, Outcome};
use wengu::telegram::callback;
use wengu::telegram::error::CallError;
use wengu::telegram::transport::{Answered, Wire};

/// Which occurrence a message shows: that of a schedule that was due then.
pub(super) type Shown = (ScheduleKey, Timestamp);

/// A message that was asked for, or that arrived.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    /// By the clock that only runs on.
    pub(super) at: Instant,
    /// By the clock on the wall.
    pub(super) shown_at: Timestamp,
    pub(super) chat: i64,
    /// `None` for a message that is no reminder.
    pub(super) shown: Option<Shown>,
    /// Whether Telegram took it in.
    pub(super) taken_in: bool,
    /// Whether the program had given up waiting by then.
    pub(super) late: bool,
    /// How often the clock on the wall had jumped by then.
    pub(super) jumps: u32,
}

type Answer = Result<Answered, CallError>;

/// A message on its way.
struct Waiting {
    params: Value,
    answer: oneshot::Sender<Answer>,
}

/// The way to a world.
pub(super) struct Network {
    clock: Clock,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) world: World,
    /// Whether anything gets through at all.
    pub(super) up: bool,
    waiting: BTreeMap<u64, Waiting>,
    numbers: u64,
    /// Every message that the program asked for, in order.
    pub(super) asked: Vec<Sight>,
    /// Every message that came to Telegram, in order.
    pub(super) arrived: Vec<Sight>,
    /// Until when Telegram wants to hear nothing about a chat.
    pub(super) holds: BTreeMap<i64, Timestamp>,
    /// Requests that did not keep such a wait.
    pub(super) impatient: Vec<Sight>,
    /// How often the clock on the wall has jumped.
    pub(super) jumps: u32,
    /// What happened, for whoever looks into a seed.
    pub(super) story: Vec<String>,
}

/// What becomes of a message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It arrives, and is answered.
    Arrives,
    /// Something goes wrong.
    Fails(Fault),
    /// It arrives, and a gateway answers with a page of its own.
    ArrivesBehindAGateway,
}

impl Network {
    pub(super) fn new(world: World, clock: Clock) -> Self {
        let state = State {
            world,
            up: true,
            waiting: BTreeMap::new(),
            numbers: 0,
            asked: Vec::new(),
            arrived: Vec::new(),
            holds: BTreeMap::new(),
            impatient: Vec::new(),
            jumps: 0,
            story: Vec::new(),
        };
        Self { clock, state: Mutex::new(state) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A seed that fails still tells its story.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The messages on their way that the program still waits for, and those that it does not wait for any more.
    pub(super) fn on_their_way(&self) -> (Vec<u64>, Vec<u64>) {
        let state = self.state();
        let all = state.waiting.iter().map(|(number, waiting)| (*number, waiting.answer.is_closed()));
        let (lost, awaited): (Vec<_>, Vec<_>) = all.partition(|(_, lost)| *lost);
        let numbers = |all: Vec<(u64, bool)>| all.into_iter().map(|(number, _)| number).collect();
        (numbers(awaited), numbers(lost))
    }

    /// A message never arrives, and nobody hears of that.
    pub(super) fn lose(&self, number: u64) {
        self.state().waiting.remove(&number);
    }

    /// What becomes of a message.
    pub(super) fn decide(&self, number: u64, fate: &Fate) {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(Waiting { params, answer }) = state.waiting.remove(&number) else { return };
        let outcome = match fate {
            Fate::Fails(fault) => {
                state.world.fail(FaultRule::new(fault.clone()));
                state.world.call("sendMessage", &params, now.0)
            }
            _ => Outcome::Answer(state.world.handle("sendMessage", &params, now.0)),
        };
        let arrives = !matches!(
            fate,
            Fate::Fails(Fault::TooMany(_) | Fault::Gateway(_) | Fault::ResetBefore | Fault::Refuse(..))
        );
        let taken_in = match &outcome {
            Outcome::Answer(answer) => answer.status == 200,
            _ => arrives,
        };
        let mut sight = sight(&params, now, state.jumps);
        (sight.taken_in, sight.late) = (taken_in, answer.is_closed());
        if let (Fate::Fails(Fault::TooMany(seconds)), false) = (fate, sight.late) {
            let seconds = u64::try_from(*seconds).unwrap();
            state.holds.insert(sight.chat, now.after(Duration::from_secs(seconds)));
        }
        if arrives {
            state.arrived.push(sight);
        }
        let said = match (&outcome, fate) {
            (Outcome::Answer(_), Fate::ArrivesBehindAGateway) | (Outcome::Page(..), _) => {
                answered(502, b"<html>".into())
            }
            (Outcome::Answer(said), _) => answered(said.status, serde_json::to_vec(&said.body).unwrap()),
            _ => Err(CallError::Lost("simulated".into())),
        };
        let line = format!("{} {fate:?} {}: {taken_in}", now.0, name(&sight));
        state.story.push(line);
        // Whoever gave up waiting hears nothing.
        let _ = answer.send(said);
    }

    fn set_out(&self, params: Value) -> oneshot::Receiver<Answer> {
        let (answer, awaited) = oneshot::channel();
        let mut state = self.state();
        let sight = sight(&params, self.clock.now(), state.jumps);
        state.asked.push(sight);
        if state.holds.get(&sight.chat).is_some_and(|until| *until > sight.shown_at) {
            state.impatient.push(sight);
        }
        let line = format!("{} asked for {}", sight.shown_at.0, name(&sight));
        state.story.push(line);
        state.numbers += 1;
        let number = state.numbers;
        state.waiting.insert(number, Waiting { params, answer });
        awaited
    }
}

#[async_trait]
impl Wire for Network {
    async fn post(&self, method: &str, body: Vec<u8>, limit: Duration) -> Answer {
        let params: Value = serde_json::from_slice(&body).unwrap();
        if !self.state().up {
            return Err(CallError::NotSent("simulated".into()));
        }
        if method != "sendMessage" {
            let said = self.state().world.handle(method, &params, self.clock.now().0);
            return answered(said.status, serde_json::to_vec(&said.body).unwrap());
        }
        let awaited = self.set_out(params);
        match timeout(limit, awaited).await {
            Ok(answer) => answer.unwrap_or_else(|_| Err(CallError::Lost("simulated: it never arrived".into()))),
            Err(_) => Err(CallError::Lost("simulated: too late".into())),
        }
    }
}

fn answered(status: u16, body: Vec<u8>) -> Answer {
    Ok(Answered { status, date: None, body })
}

fn sight(params: &Value, now: Timestamp, jumps: u32) -> Sight {
    let data = params["reply_markup"]["inline_keyboard"][0][0]["callback_data"].as_str();
    let shown = data.and_then(callback::decode).and_then(|action| match action {
        Action::Studied(schedule, due) => Some((schedule, due)),
        _ => None,
    });
    let chat = params["chat_id"].as_i64().unwrap();
    Sight { at: Instant::now(), shown_at: now, chat, shown, taken_in: false, late: false, jumps }
}

fn name(sight: &Sight) -> String {
    match sight.shown {
        Some((_, due)) => format!("{} in {}", due.0, sight.chat),
        None => format!("a notice in {}", sight.chat),
    }
}
