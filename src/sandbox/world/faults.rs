//! Faults that a test or the page asks for: which calls they hit, how often, and what becomes of those calls.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::chats::Role;
use super::params::{Params, integer};
use super::{World, calls};

/// What goes wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429, with the seconds to wait.
    TooMany(i64),
    /// A gateway's error: this status with a page of HTML.
    Gateway(u16),
    /// A refusal in these words.
    Refuse(u16, String),
    /// The connection breaks before Telegram takes the call in.
    ResetBefore,
    /// Telegram takes the call in, and the connection breaks before the answer.
    ResetAfter,
    /// Telegram takes the call in and never answers.
    Withhold,
    /// Telegram takes the call in and answers after so many milliseconds.
    Late(u64),
    /// Telegram takes the call in only when this gate is opened.
    Hold(String),
    /// The bot is removed from the chat at that moment.
    Kick,
}

impl Fault {
    /// 409: another program reads the bot's updates.
    pub fn conflict() -> Self {
        Self::Refuse(409, Answer::from(Err(Refusal::other_poller())).description().to_owned())
    }
}

/// What to do with a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Answer.
    Answer(Answer),
    /// Answer so many milliseconds later.
    Late(Answer, u64),
    /// Answer with a page that is no JSON.
    Page(u16, &'static str),
    /// Break the connection.
    Reset,
    /// Keep the connection and say nothing.
    Silence,
    /// Wait until the gate is open, then ask [`World::handle`].
    Hold(String),
}

/// Calls with a text in their parameters that this is true for.
type Test = Arc<dyn Fn(&Value) -> bool + Send + Sync>;

/// A fault and the calls it hits.
#[derive(Clone)]
pub struct FaultRule {
    fault: Fault,
    method: Option<String>,
    chat: Option<i64>,
    test: Option<Test>,
    skip: u32,
    times: u32,
    hits: u32,
}

impl FaultRule {
    /// Hits the next call, whatever it is.
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, chat: None, test: None, skip: 0, times: 1, hits: 0 }
    }

    /// Hits only this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_ascii_lowercase());
        self
    }

    /// Hits only calls about this chat.
    #[must_use]
    pub fn chat(mut self, chat: i64) -> Self {
        self.chat = Some(chat);
        self
    }

    /// Hits only calls whose parameters pass.
    #[must_use]
    pub fn only_if(mut self, test: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        self.test = Some(Arc::new(test));
        self
    }

    /// Lets so many calls through first.
    #[must_use]
    pub fn after(mut self, calls: u32) -> Self {
        self.skip = calls;
        self
    }

    /// Hits so many calls instead of one.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Hits every call until the rule is taken away.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// The rule that a JSON object describes: `{"kind":"too_many","retry_after":3,"method":…,"chat":…,"times":…}`.
    pub fn from_json(rule: &Value) -> Option<Self> {
        let number = |name: &str| rule.get(name).and_then(integer);
        let word = |name: &str| rule.get(name).and_then(Value::as_str);
        let status = |or: u16| number("status").and_then(|n| u16::try_from(n).ok()).unwrap_or(or);
        let fault = match word("kind")? {
            "too_many" => Fault::TooMany(number("retry_after").unwrap_or(3)),
            "gateway" => Fault::Gateway(status(502)),
            "refuse" => Fault::Refuse(status(400), word("description").unwrap_or("Bad Request").to_owned()),
            "conflict" => Fault::conflict(),
            "reset_before" => Fault::ResetBefore,
            "reset_after" => Fault::ResetAfter,
            "withhold" => Fault::Withhold,
            "late" => Fault::Late(number("ms").and_then(|n| u64::try_from(n).ok()).unwrap_or(10_000)),
            "hold" => Fault::Hold(word("gate").unwrap_or("gate").to_owned()),
            "kick" => Fault::Kick,
            _ => return None,
        };
        let mut out = Self::new(fault);
        out.method = word("method").map(str::to_ascii_lowercase);
        out.chat = number("chat");
        out.times = number("times").and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
        Some(out)
    }

    /// Whether the rule hits this call; counts it.
    fn hits(&mut self, method: &str, params: &Value) -> bool {
        let wrong_method = self.method.as_deref().is_some_and(|wanted| wanted != method);
        let wrong_chat = self.chat.is_some() && self.chat != Params(params).integer("chat_id");
        if self.times == 0 || wrong_method || wrong_chat || self.test.as_ref().is_some_and(|test| !test(params)) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.times != u32::MAX {
            self.times -= 1;
        }
        self.hits += 1;
        true
    }
}

impl fmt::Debug for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} on {:?} in {:?}, {} more, {} so far", self.fault, self.method, self.chat, self.times, self.hits)
    }
}

/// The faults that are waiting.
#[derive(Debug, Default)]
pub(super) struct Faults {
    rules: Vec<FaultRule>,
    retired: u32,
}

const ERROR_PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
                          Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n";

impl World {
    /// Lets something go wrong; of several rules that hit a call the oldest counts.
    pub fn fail(&mut self, rule: FaultRule) {
        self.faults.rules.push(rule);
    }

    /// Takes all faults away.
    pub fn heal(&mut self) {
        let hits: u32 = self.faults.rules.drain(..).map(|rule| rule.hits).sum();
        self.faults.retired += hits;
    }

    /// How many calls were hit by a fault.
    pub fn fault_hits(&self) -> u32 {
        self.faults.retired + self.faults.rules.iter().map(|rule| rule.hits).sum::<u32>()
    }

    /// Like [`World::handle`], but what is to go wrong goes wrong.
    pub fn call(&mut self, method: &str, params: &Value, now_ms: i64) -> Outcome {
        let Some(fault) = self.next_fault(method, params) else {
            return Outcome::Answer(self.handle(method, params, now_ms));
        };
        match fault {
            Fault::TooMany(seconds) => self.refuse(method, params, Refusal::too_many(seconds), now_ms),
            Fault::Refuse(code, words) => self.refuse(method, params, Refusal::new(code, words), now_ms),
            Fault::Gateway(status) => {
                self.note(method, params, status, now_ms);
                Outcome::Page(status, ERROR_PAGE)
            }
            Fault::ResetBefore => {
                self.note(method, params, 0, now_ms);
                Outcome::Reset
            }
            Fault::ResetAfter => {
                self.take_in(method, params, now_ms);
                Outcome::Reset
            }
            Fault::Withhold => {
                self.take_in(method, params, now_ms);
                Outcome::Silence
            }
            Fault::Late(ms) => Outcome::Late(self.handle(method, params, now_ms), ms),
            Fault::Hold(gate) => Outcome::Hold(gate),
            Fault::Kick => {
                let bot = self.bot.id;
                if let Some(chat) = Params(params).integer("chat_id") {
                    self.change_role(chat, bot, bot, Role::Kicked, now_ms);
                }
                Outcome::Answer(self.handle(method, params, now_ms))
            }
        }
    }

    fn next_fault(&mut self, method: &str, params: &Value) -> Option<Fault> {
        if self.faults.rules.is_empty() {
            return None;
        }
        let method = method.to_ascii_lowercase();
        let rules = &mut self.faults.rules;
        let fault = rules.iter_mut().find_map(|rule| rule.hits(&method, params).then(|| rule.fault.clone()));
        let retired = &mut self.faults.retired;
        self.faults.rules.retain(|rule| {
            if rule.times == 0 {
                *retired += rule.hits;
            }
            rule.times > 0
        });
        fault
    }

    fn refuse(&mut self, method: &str, params: &Value, refusal: Refusal, now_ms: i64) -> Outcome {
        let answer = Answer::from(Err(refusal));
        self.note(method, params, answer.status, now_ms);
        Outcome::Answer(answer)
    }

    /// A call that is obeyed although its answer will not arrive.
    fn take_in(&mut self, method: &str, params: &Value, now_ms: i64) {
        let answer = self.obey(method, params, now_ms);
        if !calls::is_idle_poll(&method.to_ascii_lowercase(), answer.result()) {
            self.log_call(method, Params(params), 0, now_ms);
        }
    }

    fn note(&mut self, method: &str, params: &Value, code: u16, now_ms: i64) {
        self.count_call(&method.to_ascii_lowercase());
        self.log_call(method, Params(params), code, now_ms);
    }
}
