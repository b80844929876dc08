//! The figures that a Prometheus server collects, as one value that is handed to whoever has something to count.
//!
//! Labels take few values, all known beforehand: no chat, no person and no text is among them. The README has a table
//! of all of them; a test compares it with what is served.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use crate::clock::Timestamp;
use crate::heartbeat::Heartbeats;
use crate::store::{Backlog, Class, DeliveryState, Observer, Queue, Row, Settled, Told};

/// From a tenth of a millisecond to longer than a request may take.
const SECONDS: [f64; 16] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// What an answer may take inside the process, fine where it is to be told whether it keeps under 50 ms.
const ANSWERS: [f64; 20] = [
    0.001, 0.002, 0.003, 0.005, 0.007_5, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];
/// From a person who waits to a reminder that is caught up.
const WAITS: [f64; 15] =
    [0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1_800.0, 7_200.0, 43_200.0];

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Counters<const N: usize> = Family<Labels<N>, Counter>;
type Gauges = Family<Labels<1>, Gauge>;
type Ages = Family<Labels<1>, Gauge<f64, std::sync::atomic::AtomicU64>>;
type Times = Family<Labels<1>, Histogram, fn() -> Histogram>;

/// All figures. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    updates: Counters<1>,
    passed_over: Counters<2>,
    odd_parts: Counter,
    handled: Counters<1>,
    handling: Histogram,
    reacting: Histogram,
    answers: Counter,
    refusals: Counter,
    messages: Counters<2>,
    ambiguous: Counters<1>,
    delivering: Times,
    deliveries: Gauges,
    unreadable: Gauges,
    depth: Gauges,
    age: Ages,
    lateness: Ages,
    calls: Counters<2>,
    calling: Times,
    writing: Histogram,
    write_failures: Counter,
    progress: Ages,
    step_failures: Counters<1>,
    read_failures: Counter,
    knocks: Family<[(&'static str, u16); 1], Counter>,
    knocking: Histogram,
}

/// How a call to Telegram ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// Telegram did it.
    Done,
    /// Telegram refused, for a reason other than too many requests.
    Refused,
    /// 429: too many requests.
    TooMany,
    /// It never left.
    Unsent,
    /// Its answer was lost.
    Lost,
}

impl CallEnd {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::TooMany => "too_many",
            Self::Unsent => "unsent",
            Self::Lost => "lost",
        }
    }
}

/// Registers what is made.
struct Book(Registry);

impl Book {
    fn enter<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register(name, help, metric.clone());
        metric
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut book = Book(Registry::with_prefix("wengu"));
        let b = &mut book;
        let times: fn() -> Histogram = || Histogram::new(SECONDS);
        let waits: fn() -> Histogram = || Histogram::new(WAITS);
        let updates = b.enter("updates", "Updates that arrived", Counters::default());
        let passed_over = "Updates that lead to nothing, by their kind and why";
        let passed_over = b.enter("updates_passed_over", passed_over, Counters::default());
        let odd_parts = "Optional parts of updates that could not be read";
        let odd_parts = b.enter("update_odd_parts", odd_parts, Counter::default());
        let handled = b.enter("handled", "Updates that were handled, by what they are", Counters::default());
        let handling = b.enter("handling_seconds", "From an update to the decision what it leads to", times());
        let reacting = "From an update that arrived to what it leads to being safe";
        let reacting = b.enter("reaction_seconds", reacting, Histogram::new(ANSWERS));
        let answers = b.enter("answers", "Questions that were answered", Counter::default());
        let refusals = b.enter("refusals", "Questions that no document covers", Counter::default());
        let messages = b.enter("messages", "Attempts to send a message, by how they ended", Counters::default());
        let ambiguous = b.enter("ambiguous", "Attempts of which nobody knows how they ended", Counters::default());
        let delivering = Times::new_with_constructor(waits);
        let delivering = b.enter("delivery_seconds", "From a message that is decided to one that is sent", delivering);
        let deliveries = b.enter("deliveries", "Reminders planned in the last seven days, by state", Gauges::default());
        let unreadable =
            b.enter("unreadable_rows", "Rows of the store that cannot be read, by table", Gauges::default());
        let depth = b.enter("queue_depth", "What waits to be handled or to be sent", Gauges::default());
        let age = b.enter("queue_age_seconds", "How long the oldest has waited", Ages::default());
        let lateness = b.enter("lateness_seconds", "How long the oldest message waits for its place", Ages::default());
        let calls = b.enter("telegram_calls", "Calls to Telegram, by how they ended", Counters::default());
        let calling = Times::new_with_constructor(times);
        let calling = b.enter("telegram_seconds", "What calls to Telegram take", calling);
        let writing = b.enter("store_write_seconds", "What it takes until a write is safe", times());
        let write_failures = b.enter("store_write_failures", "Writes that failed", Counter::default());
        let progress =
            b.enter("progress_seconds", "How long ago a background task last got somewhere", Ages::default());
        let step_failures = "Steps of a background task that failed: reads, plans, polls";
        let step_failures = b.enter("step_failures", step_failures, Counters::default());
        let read_failures = b.enter("store_read_failures", "Reads that failed", Counter::default());
        let knocks = b.enter("webhook_requests", "Requests to the webhook, by their answer", Family::default());
        let knocking = "From a request to the webhook to its 200, the update being safe";
        let knocking = b.enter("webhook_seconds", knocking, Histogram::new(ANSWERS));
        let metrics = Self(Arc::new(Inner {
            registry: book.0,
            updates,
            passed_over,
            odd_parts,
            handled,
            handling,
            reacting,
            answers,
            refusals,
            messages,
            ambiguous,
            delivering,
            deliveries,
            unreadable,
            depth,
            age,
            lateness,
            calls,
            calling,
            writing,
            write_failures,
            progress,
            step_failures,
            read_failures,
            knocks,
            knocking,
        }));
        metrics.begin_at_zero();
        metrics
    }
}

impl Metrics {
    /// What has not happened yet is shown as zero: a graph that begins with the first failure hides that failure.
    fn begin_at_zero(&self) {
        let all = &self.0;
        for class in ["reply", "reminder"] {
            for outcome in ["sent", "failed", "skipped", "again"] {
                drop(all.messages.get_or_create(&[("class", class), ("outcome", outcome)]));
            }
            drop(all.ambiguous.get_or_create(&[("class", class)]));
            drop(all.delivering.get_or_create(&[("class", class)]));
            drop(all.lateness.get_or_create(&[("class", class)]));
        }
        for state in ["new", "repeated"] {
            drop(all.updates.get_or_create(&[("state", state)]));
        }
        drop(all.passed_over.get_or_create(&[("kind", "other"), ("why", "no_meaning")]));
        drop(all.passed_over.get_or_create(&[("kind", "message"), ("why", "unreadable")]));
        for status in [200, 401, 408, 413, 429, 503] {
            drop(all.knocks.get_or_create(&[("status", status)]));
        }
        drop(all.handled.get_or_create(&[("event", "said")]));
        drop(all.calls.get_or_create(&[("method", "GetMe"), ("outcome", CallEnd::TooMany.word())]));
        drop(all.calling.get_or_create(&[("method", "GetMe")]));
        self.show(&Backlog::default(), Timestamp(0));
        self.show_heartbeats(&Heartbeats::default());
    }

    /// An update of this kind led to nothing, and why.
    pub fn passed_over(&self, kind: &'static str, why: &'static str) {
        self.0.passed_over.get_or_create(&[("kind", kind), ("why", why)]).inc();
    }

    /// So many optional parts of an update could not be read.
    pub fn odd_parts(&self, parts: usize) {
        self.0.odd_parts.inc_by(u64::try_from(parts).unwrap_or(u64::MAX));
    }

    /// An update was handled: what it is, how long it took to decide, and what a question came to.
    pub fn handled(&self, event: &'static str, took: Duration, told: Option<Told>) {
        self.0.handled.get_or_create(&[("event", event)]).inc();
        self.0.handling.observe(took.as_secs_f64());
        match told {
            Some(Told::Answered) => {
                self.0.answers.inc();
            }
            Some(Told::Refused) => {
                self.0.refusals.inc();
            }
            None => {}
        }
    }

    /// A call to Telegram has ended.
    pub fn called(&self, method: &'static str, took: Duration, end: CallEnd) {
        self.0.calls.get_or_create(&[("method", method), ("outcome", end.word())]).inc();
        self.0.calling.get_or_create(&[("method", method)]).observe(took.as_secs_f64());
    }

    /// The oldest message of a class has waited so long for its place beyond its time.
    pub fn late(&self, class: Class, late: Duration) {
        self.0.lateness.get_or_create(&[("class", word(class))]).set(late.as_secs_f64());
    }

    /// What an update led to is safe in the store, so long after the update arrived.
    pub fn reacted(&self, took: Duration) {
        self.0.reacting.observe(took.as_secs_f64());
    }

    /// Somebody came to the webhook, and was answered with this status after so long.
    pub fn knocked(&self, status: u16, took: Duration) {
        self.0.knocks.get_or_create(&[("status", status)]).inc();
        // Who is turned away is answered at once, and says nothing about the rest.
        if status == 200 {
            self.0.knocking.observe(took.as_secs_f64());
        }
    }

    /// What waits at this moment.
    pub fn show(&self, backlog: &Backlog, now: Timestamp) {
        for (name, queue) in [("inbox", &backlog.inbox), ("outbox", &backlog.outbox)] {
            let Queue { depth, oldest } = queue;
            self.0.depth.get_or_create(&[("queue", name)]).set(i64::try_from(*depth).unwrap_or(i64::MAX));
            let age = oldest.map_or(Duration::ZERO, |oldest| now.since(oldest));
            self.0.age.get_or_create(&[("queue", name)]).set(age.as_secs_f64());
        }
        for (table, count) in &backlog.unreadable {
            self.0.unreadable.get_or_create(&[("table", table)]).set(i64::try_from(*count).unwrap_or(i64::MAX));
        }
        for (state, word) in [
            (DeliveryState::Planned, "planned"),
            (DeliveryState::Sent, "sent"),
            (DeliveryState::Failed, "failed"),
            (DeliveryState::Skipped, "skipped"),
        ] {
            let count = backlog.deliveries.get(&state).copied().unwrap_or_default();
            self.0.deliveries.get_or_create(&[("state", word)]).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// When the tasks last got somewhere, and how often they failed. Of one that is not to run there is nothing to wait for.
    pub fn show_heartbeats(&self, heartbeats: &Heartbeats) {
        for (task, heartbeat) in heartbeats.all() {
            let since = heartbeat.since().unwrap_or_default();
            self.0.progress.get_or_create(&[("task", task)]).set(since.as_secs_f64());
            self.0
                .step_failures
                .get_or_create(&[("task", task)])
                .inner()
                .store(heartbeat.failures(), Ordering::Relaxed);
        }
    }

    /// Everything in the form that Prometheus reads.
    pub fn exposition(&self) -> String {
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut page, &self.0.registry);
        page
    }
}

/// A class in a word for the figures.
fn word(class: Class) -> &'static str {
    match class {
        Class::Reply => "reply",
        Class::Reminder => "reminder",
    }
}

impl Observer for Metrics {
    fn received(&self, new: usize, repeated: usize) {
        for (state, count) in [("new", new), ("repeated", repeated)] {
            self.0.updates.get_or_create(&[("state", state)]).inc_by(u64::try_from(count).unwrap_or(u64::MAX));
        }
    }

    fn wrote(&self, took: Duration, done: bool) {
        self.0.writing.observe(took.as_secs_f64());
        if !done {
            self.0.write_failures.inc();
        }
    }

    fn read_failed(&self) {
        self.0.read_failures.inc();
    }

    fn settled(&self, row: &Row, outcome: &Settled, now: Timestamp) {
        let class = word(row.class());
        let (word, unknown) = match outcome {
            Settled::Sent { .. } => ("sent", false),
            Settled::Failed { ambiguous, .. } => ("failed", *ambiguous),
            Settled::Skipped { .. } => ("skipped", false),
            Settled::Retry { ambiguous, .. } => ("again", *ambiguous),
        };
        self.0.messages.get_or_create(&[("class", class), ("outcome", word)]).inc();
        if unknown {
            self.0.ambiguous.get_or_create(&[("class", class)]).inc();
        }
        if word == "sent" {
            let took = now.since(row.id.made()).as_secs_f64();
            self.0.delivering.get_or_create(&[("class", class)]).observe(took);
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}
