//! One attempt to deliver one row, with everything that can be done about a refusal at once: say it plain, without
//! buttons, without the reply, in the main topic, as a new message, or to the chat's new number.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::{Clock, Timestamp};
use crate::message::{
    Attempt, ChatId, ChatKind, Content, Departure, Failure, MessageId, Mode, TopicId, UserId, Verdict, Wanted,
};
use crate::store::{Change, Class, LEASE, Progress, Row, Settled, Source, Store};
use crate::telegram::api::{Api, Me, REQUEST_LIMIT, Without};
use crate::telegram::lanes::Lane;
use crate::telegram::pace::{Limits, Pace, Turn};
use crate::telegram::send::Sender;
use crate::telegram::way::Sign;

/// The rules of sending: how fast, and what follows from a failure.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// How many messages may go.
    pub limits: Limits,
    /// What to do after a failed attempt.
    pub decide: fn(&Failure, &Attempt) -> Verdict,
    /// Why a message whose turn has come is not wanted any more.
    pub too_late: fn(&Attempt) -> Option<String>,
    /// How late a reminder may come, where its chat has not said otherwise.
    pub late: Duration,
}

/// Who runs the bot: told where nobody else can be.
pub type Admins = Arc<[UserId]>;

/// What became of a row that was out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// It is in the chat.
    Sent,
    /// It was taken back before it went.
    Unwanted,
    /// It is stored as to be tried again, not before its time.
    Again,
    /// Nothing goes to its chat before then.
    HoldChat(Timestamp),
    /// Nothing goes anywhere before then.
    HoldEverything(Timestamp, String),
    /// Nothing goes anywhere until the token is accepted again.
    Stop(String),
    /// It will never be in the chat, and what belongs to it neither.
    GivenUp(String),
    /// Nothing will be in this chat until we are let in again.
    ChatLost(String),
    /// Nothing will be in this chat until we may write there again.
    ChatMuted(String),
    /// Nothing will be in this chat's main topic until it is opened again.
    TopicClosed(String),
    /// The store could not record the attempt, so none was made.
    Unrecorded,
}

/// What an attempt came to.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) outcome: Outcome,
    /// What it shows about sending as such.
    pub(super) sign: Sign,
    /// When the request began, if one did.
    pub(super) begun: Option<Instant>,
    /// What others are to be told about it.
    pub(super) notices: Vec<Row>,
}

impl Report {
    /// An outcome that concerns nobody else.
    pub(super) fn quiet(outcome: Outcome) -> Self {
        Self { outcome, sign: Sign::None, begun: None, notices: Vec::new() }
    }
}

/// How long something that follows a message may wait for a place of its own.
const MORE_PATIENCE: Duration = Duration::from_secs(10);

/// A message's place in the pace, given back when it is dropped before the request begins.
pub(super) struct Slot {
    pace: Arc<Mutex<Pace>>,
    chat: ChatId,
    class: Class,
    at: Instant,
    begun: Option<Instant>,
    answered: bool,
}

impl Slot {
    /// The place that was reserved for the next row of a lane, at an instant.
    pub(super) fn reserved(pace: Arc<Mutex<Pace>>, lane: Lane, at: Instant) -> Self {
        Self { pace, chat: lane.chat, class: lane.class, at, begun: None, answered: false }
    }

    /// Waits for the instant; the request goes when this returns.
    async fn begin(&mut self) {
        // A timer is late by up to a millisecond, which replies need not wait.
        if self.at > Instant::now() {
            tokio::time::sleep_until(self.at).await;
        }
        self.begun = Some(Instant::now());
    }

    /// A place for one more message to the same chat, begun; `None` where none became free in [`MORE_PATIENCE`].
    pub(super) async fn another(&self) -> Option<Self> {
        let late = Instant::now() + MORE_PATIENCE;
        loop {
            let now = Instant::now();
            let turn = {
                let mut pace = lock(&self.pace);
                let turn = pace.overall(self.class, now).later(pace.to_chat(self.chat, now));
                if turn == Turn::Now {
                    pace.reserve(self.chat, self.class, now);
                }
                turn
            };
            let Some(again) = turn.ask_again(now) else {
                let Self { ref pace, chat, class, .. } = *self;
                return Some(Self { pace: Arc::clone(pace), chat, class, at: now, begun: Some(now), answered: false });
            };
            if again > late {
                return None;
            }
            tokio::time::sleep_until(again).await;
        }
    }

    /// The chat has another number, and what went to it counts there: waits for a place; `false` where none became free.
    async fn move_to(&mut self, chat: ChatId) -> bool {
        {
            let (mut pace, now) = (lock(&self.pace), Instant::now());
            if !self.answered {
                pace.end(self.chat, self.class, None, now);
                self.answered = true;
            }
            pace.rename(self.chat, chat);
        }
        self.chat = chat;
        match self.another().await {
            Some(place) => {
                *self = place;
                true
            }
            None => false,
        }
    }

    /// The request was answered: the message is there.
    pub(super) fn answered(&mut self) {
        if let Some(begun) = self.begun.filter(|_| !self.answered) {
            self.answered = true;
            let now = Instant::now();
            lock(&self.pace).end(self.chat, self.class, Some(now - begun), now);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        match self.begun {
            None => lock(&self.pace).give_back(self.chat, self.class),
            Some(_) if !self.answered => lock(&self.pace).end(self.chat, self.class, None, Instant::now()),
            Some(_) => {}
        }
    }
}

/// The pace, for a moment.
pub(super) fn lock(pace: &Mutex<Pace>) -> MutexGuard<'_, Pace> {
    // The pace is only counted: after a panic elsewhere it is still as good.
    pace.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever delivers.
#[derive(Debug)]
pub(super) struct Courier {
    pub(super) api: Api,
    pub(super) me: Me,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) policy: Policy,
    pub(super) admins: Admins,
    pub(super) sender: Sender,
}

/// How long a message waits where the lease would end before a request does.
const LEASE_PAUSE: Duration = Duration::from_secs(1);

/// A request that is begun while so much is left of a lease ends before the lease does.
const _: () = assert!(REQUEST_LIMIT.as_millis() < LEASE.as_millis());

/// How often one attempt may be said differently: each way once, and some room.
const MOST_WAYS: usize = 8;

impl Courier {
    /// Makes one attempt, and stores what became of it.
    pub(super) async fn deliver(&self, row: &mut Row, mut slot: Slot) -> Report {
        let quiet = Report::quiet;
        if let Some(reason) = self.too_late(row) {
            return quiet(self.give_up(row, reason));
        }
        if row.progress == Progress::Planned {
            match self.store.attempt(row.id).await {
                Ok(true) => {
                    row.progress = Progress::Sending;
                    row.attempts += 1;
                }
                Ok(false) => {
                    self.settle(row, Settled::Skipped { reason: "taken back".into() });
                    return quiet(Outcome::Unwanted);
                }
                Err(error) => {
                    tracing::error!("{error}; the message waits");
                    return quiet(Outcome::Unrecorded);
                }
            }
        }
        slot.begin().await;
        let was_for = row.outgoing.place.topic;
        let (outcome, sign) = self.attempt(row, &mut slot).await;
        let notices = self.tell(row, was_for, &outcome).await;
        Report { outcome, sign, begun: slot.begun, notices }
    }

    /// What follows from an attempt of which nobody knows how it ended.
    pub(super) fn unknown(&self, row: &mut Row, why: &str) -> Outcome {
        let failure = Failure::Ambiguous(why.to_owned());
        match (self.policy.decide)(&failure, &self.facts(row, Without::default(), self.policy.late)) {
            Verdict::Retry { .. } => self.again(row, self.clock.now(), true, why.to_owned()),
            _ => self.fail(row, format!("unknown: {why}"), true),
        }
    }

    /// Records that a row will never be sent, and certainly was not.
    pub(super) fn give_up(&self, row: &Row, reason: String) -> Outcome {
        self.fail(row, reason, false)
    }

    /// Records that a row will never be sent (again), and whether the last attempt may have had its effect.
    fn fail(&self, row: &Row, reason: String, ambiguous: bool) -> Outcome {
        tracing::warn!(chat = %row.outgoing.place.chat, row = %row.id, "gave up a message: {reason}");
        self.settle(row, Settled::Failed { reason: reason.clone(), ambiguous });
        Outcome::GivenUp(reason)
    }

    /// Records that a row is not wanted any more.
    pub(super) fn skip(&self, row: &Row, reason: &str) {
        self.settle(row, Settled::Skipped { reason: reason.to_owned() });
    }

    /// Records that a row was not attempted after all, and why, so that nobody takes it for one that may have gone.
    pub(super) fn put_back(&self, row: &mut Row, why: &str) {
        if row.progress == Progress::Sending {
            self.again(row, row.not_before, false, why.to_owned());
        }
    }

    /// Why a row whose turn has come is not wanted any more.
    fn too_late(&self, row: &Row) -> Option<String> {
        // What is in the chat in part is sent whole, and what may be there is settled by its repeat.
        if row.part > 0 || row.ambiguous > 0 {
            return None;
        }
        (self.policy.too_late)(&self.facts(row, Without::default(), self.policy.late))
    }

    /// How late a row may come by the wish of its chat.
    async fn late(&self, row: &Row) -> Duration {
        let Source::Occurrence { subscription, .. } = row.source else { return self.policy.late };
        let stored = self.store.subscription(subscription).await.ok().flatten();
        stored.and_then(|stored| stored.manner.late).unwrap_or(self.policy.late)
    }

    async fn attempt(&self, row: &mut Row, slot: &mut Slot) -> (Outcome, Sign) {
        let mut without = Without::default();
        for _ in 0..MOST_WAYS {
            // The last look before the request: it ends before another instance may begin one.
            if !self.store.works_for(REQUEST_LIMIT) {
                let at = self.clock.now().after(LEASE_PAUSE);
                return (self.again(row, at, false, "another instance may work now".into()), Sign::None);
            }
            let error = match self.api.deliver(&row.outgoing, &self.me, without).await {
                Ok(message) => {
                    slot.answered();
                    let outcome = self.sent(row, message);
                    self.lift_refusals(row).await;
                    self.pin(row, message, slot).await;
                    return (outcome, Sign::Through);
                }
                Err(error) => error,
            };
            if error.is_reply_gone() && !without.reply {
                without.reply = true;
                continue;
            }
            if error.is_bad_buttons() && !without.buttons {
                tracing::error!(row = %row.id, "Telegram refused the buttons, saying it without: {error}");
                without.buttons = true;
                continue;
            }
            let failure = error.failure();
            let sign = match &failure {
                Failure::Unsent(why) | Failure::Ambiguous(why) => Sign::Lost(why.clone()),
                Failure::Troubled(why) => Sign::Troubled(why.clone()),
                Failure::Unauthorized(_) => Sign::None,
                _ => Sign::Through,
            };
            // Only where it matters, because a wait that Telegram asks for has to be known at once.
            let late = match failure {
                Failure::Unsent(_) | Failure::Troubled(_) | Failure::Ambiguous(_) => self.late(row).await,
                _ => self.policy.late,
            };
            match (self.policy.decide)(&failure, &self.facts(row, without, late)) {
                Verdict::PlainText if !without.markup => {
                    tracing::error!(row = %row.id, "Telegram refused the markup, saying it plain: {error}");
                    without.markup = true;
                }
                Verdict::MainTopic { reason } => {
                    tracing::warn!(chat = %row.outgoing.place.chat, "going to the main topic: {reason}");
                    row.outgoing.place.topic = TopicId::MAIN;
                    // A reply would follow the question back into its topic.
                    without.reply = true;
                }
                // Buttons alone are nothing to say anew.
                Verdict::AsNew if row.outgoing.content == Content::Keyboard => {
                    return (self.give_up(row, "the message with the buttons is gone".into()), sign);
                }
                Verdict::AsNew => row.outgoing.mode = Mode::New,
                Verdict::Migrate { to } => match self.migrate(row, to).await {
                    Ok(()) if slot.move_to(to).await => {}
                    Ok(()) => {
                        let at = self.clock.now();
                        return (self.again(row, at, false, "the group has another number".into()), sign);
                    }
                    Err(outcome) => return (outcome, sign),
                },
                Verdict::Failed { reason } => {
                    let ambiguous = matches!(failure, Failure::Ambiguous(_));
                    return (self.fail(row, reason, ambiguous), sign);
                }
                verdict => return (self.carry_out(row, verdict).await, sign),
            }
        }
        (self.give_up(row, "refused however it was said".into()), Sign::Through)
    }

    /// Carries out a verdict that ends the attempt.
    async fn carry_out(&self, row: &mut Row, verdict: Verdict) -> Outcome {
        match verdict {
            Verdict::AsGoodAsSent => {
                let Mode::Edit(shown) = row.outgoing.mode else {
                    return self.sent(row, MessageId(0));
                };
                self.sent(row, shown)
            }
            Verdict::Retry { at, ambiguous, reason } => self.again(row, at, ambiguous, reason),
            Verdict::HoldChat { until } => {
                self.again(row, until, false, "told to wait".into());
                Outcome::HoldChat(until)
            }
            Verdict::HoldEverything { until, reason } => {
                self.again(row, until, false, reason.clone());
                Outcome::HoldEverything(until, reason)
            }
            Verdict::Stop { reason } => {
                self.again(row, self.clock.now(), false, reason.clone());
                Outcome::Stop(reason)
            }
            Verdict::Suspend { reason } => {
                self.give_up(row, reason.clone());
                let private = row.outgoing.place.kind == ChatKind::Private;
                self.suspend(row, if private { Departure::Blocked } else { Departure::Kicked }, &reason).await;
                Outcome::ChatLost(reason)
            }
            Verdict::Pause { reason } => {
                self.give_up(row, reason.clone());
                self.suspend(row, Departure::Muted, &reason).await;
                Outcome::ChatMuted(reason)
            }
            Verdict::Closed { reason } => {
                self.give_up(row, reason.clone());
                Outcome::TopicClosed(reason)
            }
            verdict => self.give_up(row, format!("nothing helps any more: {verdict:?}")),
        }
    }

    fn sent(&self, row: &Row, message: MessageId) -> Outcome {
        self.settle(row, Settled::Sent { message });
        Outcome::Sent
    }

    fn again(&self, row: &mut Row, at: Timestamp, ambiguous: bool, reason: String) -> Outcome {
        row.progress = Progress::Planned;
        row.ambiguous += u32::from(ambiguous);
        row.not_before = at;
        self.settle(row, Settled::Retry { at, ambiguous, reason });
        Outcome::Again
    }

    async fn migrate(&self, row: &mut Row, to: ChatId) -> Result<(), Outcome> {
        let from = row.outgoing.place.chat;
        self.sender.moved(from, to);
        if let Err(error) = self.store.change(vec![Change::Migrate { from, to }]).await {
            tracing::error!("{error}; the message to the migrated group waits");
            return Err(self.again(row, self.clock.now(), false, "the group has another number".into()));
        }
        tracing::info!(%from, %to, "the group has another number");
        row.outgoing.place.chat = to;
        Ok(())
    }

    /// A new message in a chat shows that nothing is refused there any more; one that was only changed shows nothing.
    async fn lift_refusals(&self, row: &Row) {
        if matches!(row.outgoing.mode, Mode::Edit(_)) {
            return;
        }
        let subscription = match row.source {
            Source::Occurrence { subscription, .. } => Some(subscription),
            Source::Update(_) | Source::Notice(_) => None,
        };
        if let Err(error) = self.store.delivered_to(row.outgoing.place.chat, subscription).await {
            // The next message that is delivered leads here again.
            tracing::error!("{error}");
        }
    }

    async fn suspend(&self, row: &Row, why: Departure, words: &str) {
        let chat = row.outgoing.place.chat;
        let refused = Change::Refused { chat, why, words: words.to_owned() };
        if let Err(error) = self.store.change(vec![refused]).await {
            // The next message to the chat will be refused as well, and lead here again.
            tracing::error!("{error}");
        }
    }

    fn settle(&self, row: &Row, outcome: Settled) {
        // Nothing waits for it: should it be lost with the program, the row is taken up again at the next start.
        drop(self.store.settle(row, outcome));
    }

    fn facts(&self, row: &Row, without: Without, late: Duration) -> Attempt {
        let made = row.id.made();
        let (since, wanted) = match (row.source, row.outgoing.place.kind) {
            // One that is sent again at an operator's wish counts from that wish.
            (Source::Occurrence { due, .. }, _) if made.since(due) <= late => (due, Wanted::Reminder { late }),
            (Source::Occurrence { .. } | Source::Notice(_), _) => (made, Wanted::Reminder { late }),
            (Source::Update(_), ChatKind::Group) => (made, Wanted::InGroup),
            (Source::Update(_), ChatKind::Private) => (made, Wanted::InPrivate),
        };
        Attempt {
            now: self.clock.now(),
            since,
            wanted,
            harmless: matches!(row.outgoing.mode, Mode::Edit(_)),
            attempts: row.attempts,
            ambiguous: row.ambiguous,
            marked_up: !without.markup,
            in_topic: row.outgoing.place.topic != TopicId::MAIN,
            jitter: jitter(row),
        }
    }
}

/// A number from 0 to 1 that differs between rows and attempts, and is the same when a test is repeated.
fn jitter(row: &Row) -> f64 {
    let mut hasher = DefaultHasher::new();
    (row.id.made(), row.outgoing.place.chat, row.part, row.attempts).hash(&mut hasher);
    let [high, low, ..] = hasher.finish().to_be_bytes();
    f64::from(u16::from_be_bytes([high, low])) / f64::from(u16::MAX)
}
