//! The one place through which everything goes out.
//!
//! Rows come in memory, from whoever stored them; the store is read only at the start. One task owns what waits and
//! decides what goes next, within the pace: replies before reminders, but for the reminders' share, and each lane in
//! order. The requests themselves run beside it, up to [`IN_FLIGHT`] at a time.
//!
//! Where Telegram does not answer, nothing more is tried until it answers a harmless question again, and then one message
//! at a time until one gets through (the way, `outage`). `tend` looks after what waits for its place.

mod outage;
mod tend;

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::clock::{Clock, Timestamp};
use crate::heartbeat::{Heartbeat, PERIOD};
use crate::message::ChatId;
use crate::store::{Class, Gone, Hold, Progress, Row, RowId, Store, StoreError};
use crate::telegram::api::{Api, Me};
pub use crate::telegram::deliver::{Admins, Policy};
use crate::telegram::deliver::{Courier, Outcome, Report, Slot, lock};
use crate::telegram::lanes::{Lane, Lanes};
use crate::telegram::pace::{LONGEST_WINDOW, Pace};
use crate::telegram::way::Way;

use self::outage::answered;
use self::tend::Tended;

/// The most requests at a time.
pub const IN_FLIGHT: usize = 32;
/// Of these for reminders: the rest is always there for replies.
const REMINDERS_IN_FLIGHT: usize = 24;
/// So many chats told to wait one after the other, and none got through: then it is said of all.
const FLOODED_CHATS: usize = 3;
/// How long a lane rests when the store could not record an attempt.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// How long replies may still go out after the program was told to end.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How often it is looked whether the clock was set back, where something waits for it.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// How far the clock may be behind what it has shown: time servers correct it by less.
const TOLERANCE: Duration = Duration::from_secs(60);

/// How the sender fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Messages go out.
    Working,
    /// Messages do not get through; one at a time is tried.
    Unreachable(String),
    /// Nothing goes out before then: everything was told to wait.
    Held(Timestamp, String),
    /// Nothing goes out until the token is accepted again.
    Refused(String),
}

/// What the sender is told, in this order.
#[derive(Debug)]
enum Told {
    /// These rows are in the store.
    Rows(Vec<Row>),
    /// A chat has another number.
    Moved { from: ChatId, to: ChatId },
}

/// The way to the sender. Clones lead to the same one.
#[derive(Clone, Debug)]
pub struct Sender {
    told: mpsc::UnboundedSender<Told>,
    status: watch::Receiver<Status>,
}

impl Sender {
    /// Hands over rows that are in the store. They go out in the order of their lanes.
    pub fn send(&self, rows: Vec<Row>) {
        if !rows.is_empty() {
            // Without a sender they stay in the store until the next start.
            let _ = self.told.send(Told::Rows(rows));
        }
    }

    /// A chat has another number. To be told before the store is: what is stored under the new number from then on comes
    /// after what is out under the old one.
    pub fn moved(&self, from: ChatId, to: ChatId) {
        let _ = self.told.send(Told::Moved { from, to });
    }

    /// How the sender fares, and whenever that changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }
}

/// The sender itself, to be run.
#[derive(Debug)]
pub struct Pump {
    courier: Arc<Courier>,
    told: mpsc::UnboundedReceiver<Told>,
    status: watch::Sender<Status>,
    lanes: Lanes,
    pace: Arc<Mutex<Pace>>,
    out: JoinSet<(Lane, Row, Report)>,
    reminders_out: usize,
    flooded: HashSet<ChatId>,
    way: Way,
    tended: Tended,
    /// Nothing waited when it was last looked.
    tended_at_rest: bool,
    probe: Option<AbortOnDropHandle<()>>,
    /// The latest instant that the clock has shown.
    seen: Timestamp,
    heartbeat: Heartbeat,
}

/// A sender for this bot, and the way to it. It takes up what an earlier run left *before* anybody can hand it something
/// new: a row that came both ways would be sent twice.
///
/// # Errors
/// When the store cannot be read.
pub async fn sender(
    api: Api,
    me: Me,
    store: Store,
    clock: Clock,
    policy: Policy,
    admins: Admins,
) -> Result<(Sender, Pump), StoreError> {
    let (tell, told) = mpsc::unbounded_channel();
    let (status, watched) = watch::channel(Status::Working);
    let sender = Sender { told: tell, status: watched };
    let mut pump = Pump {
        seen: clock.now(),
        pace: Arc::new(Mutex::new(Pace::new(policy.limits, Instant::now()))),
        courier: Arc::new(Courier { api, me, store, clock, policy, admins, sender: sender.clone() }),
        told,
        status,
        lanes: Lanes::default(),
        out: JoinSet::new(),
        reminders_out: 0,
        flooded: HashSet::new(),
        way: Way::default(),
        tended: Tended::new(Instant::now()),
        tended_at_rest: true,
        probe: None,
        heartbeat: Heartbeat::default(),
    };
    pump.take_up().await?;
    Ok((sender, pump))
}

impl Pump {
    /// The same, with every step told.
    #[must_use]
    pub fn beating(mut self, heartbeat: Heartbeat) -> Self {
        self.heartbeat = heartbeat;
        self
    }

    /// Sends until it is told to stop, then lets replies go out for a moment and leaves the rest in the store.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let more_at = self.start_what_may_go(true);
            self.step(more_at, &stop).await;
            self.heartbeat.beat();
        }
        self.finish().await;
    }

    /// Takes up what an earlier run left. What it was just sending may have gone out.
    async fn take_up(&mut self) -> Result<(), StoreError> {
        self.remember_pace().await?;
        for Hold { chat, until, reason } in self.courier.store.holds().await? {
            match chat {
                Some(chat) => self.lanes.hold(chat, until),
                None => drop(self.status.send_replace(Status::Held(until, reason))),
            }
        }
        for mut row in self.courier.store.open_rows().await? {
            let given_up = row.progress == Progress::Sending
                && matches!(
                    self.courier.unknown(&mut row, "the program ended before the answer came"),
                    Outcome::GivenUp(_)
                );
            if row.attempts > 0 {
                lock(&self.pace).record(row.outgoing.place.chat, row.class(), Instant::now());
            }
            if row.ambiguous > 0 {
                // First it has to be seen that others get through.
                self.way.shut(Instant::now());
            }
            if !given_up {
                self.lanes.push(row, self.courier.clock.now());
            }
        }
        Ok(())
    }

    /// What an earlier run has sent lately counts.
    async fn remember_pace(&mut self) -> Result<(), StoreError> {
        let (now, instant) = (self.courier.clock.now(), Instant::now());
        for Gone { chat, class, at } in self.courier.store.gone_since(now.before(LONGEST_WINDOW)).await? {
            let at = instant.checked_sub(now.since(at)).unwrap_or(instant);
            lock(&self.pace).record(chat, class, at);
        }
        Ok(())
    }

    /// Waits for the next thing to happen, and deals with it.
    async fn step(&mut self, more_at: Option<Instant>, stop: &CancellationToken) {
        let by_pace = [more_at, self.lanes.next_by_pace()].into_iter().flatten().min();
        let held_until = if let Status::Held(until, _) = &*self.status.borrow() { Some(*until) } else { None };
        let by_clock = [held_until, self.lanes.next_by_clock()].into_iter().flatten().min();
        let (clock, tend_at) = (self.courier.clock.clone(), self.next_tending());
        tokio::select! {
            // In this order, so that the same happens where the same has happened.
            biased;
            Some(told) = self.told.recv() => self.hear(told),
            Some(done) = self.out.join_next() => self.take_back(done),
            () = answered(&mut self.probe) => self.reached(),
            () = tokio::time::sleep_until(by_pace.unwrap_or_else(Instant::now)), if by_pace.is_some() => {}
            () = clock.sleep_until(by_clock.unwrap_or_default()), if by_clock.is_some() => {}
            () = tokio::time::sleep(HEARTBEAT), if by_clock.is_some() => {}
            () = tokio::time::sleep(PERIOD) => {}
            () = tokio::time::sleep_until(tend_at.unwrap_or_else(Instant::now)), if tend_at.is_some() => {}
            () = stop.cancelled() => {}
        }
        // Whatever else is there already: one look at the lanes serves all of it.
        while let Ok(told) = self.told.try_recv() {
            self.hear(told);
        }
        while let Some(done) = self.out.try_join_next() {
            self.take_back(done);
        }
        let now = self.courier.clock.now();
        self.follow_the_clock(now);
        self.lanes.wake(now, Instant::now());
        self.end_hold(now);
        self.tend();
    }

    /// Waits that were counted from an instant that was none last as long as they were meant to.
    fn follow_the_clock(&mut self, now: Timestamp) {
        if now.after(TOLERANCE) < self.seen {
            let by = self.seen.since(now);
            self.lanes.set_back(by, now);
            self.status.send_if_modified(|status| match status {
                Status::Held(until, _) => {
                    *until = until.before(by);
                    true
                }
                _ => false,
            });
            self.seen = now;
        }
        self.seen = self.seen.max(now);
    }

    fn hear(&mut self, told: Told) {
        match told {
            Told::Rows(rows) => self.take_in(rows),
            Told::Moved { from, to } => self.rename(from, to),
        }
    }

    fn rename(&mut self, from: ChatId, to: ChatId) {
        lock(&self.pace).rename(from, to);
        self.lanes.rename(from, to, self.courier.clock.now());
    }

    fn take_in(&mut self, rows: Vec<Row>) {
        let now = self.courier.clock.now();
        self.follow_the_clock(now);
        for row in rows {
            for pointless in self.lanes.take_superseded(&row) {
                self.courier.skip(&pointless, "later buttons took their place");
            }
            self.lanes.push(row, now);
        }
    }

    /// Starts as much as may go now; otherwise says when to look again, as far as the pace decides that.
    fn start_what_may_go(&mut self, reminders_too: bool) -> Option<Instant> {
        if self.probe.is_some() || matches!(*self.status.borrow(), Status::Held(..) | Status::Refused(_)) {
            return None;
        }
        if !self.way.is_open() {
            return self.try_one(reminders_too);
        }
        let now = self.courier.clock.now();
        while self.out.len() < IN_FLIGHT {
            let instant = Instant::now();
            let reply_at = match self.next(Class::Reply, now, instant, false) {
                Ok(_) => continue,
                Err(later) => later,
            };
            if !reminders_too || self.reminders_out >= REMINDERS_IN_FLIGHT {
                return reply_at;
            }
            if let Err(reminder_at) = self.next(Class::Reminder, now, instant, false) {
                return [reply_at, reminder_at].into_iter().flatten().min();
            }
        }
        None
    }

    /// Starts the next row of a class; otherwise says when to look again, as far as the pace decides that. `careful`: none
    /// that may be in its chat already.
    fn next(
        &mut self,
        class: Class,
        now: Timestamp,
        instant: Instant,
        careful: bool,
    ) -> Result<RowId, Option<Instant>> {
        let (lane, row, at) = self.lanes.next(class, (now, instant), careful, &mut lock(&self.pace))?;
        self.reminders_out += usize::from(class == Class::Reminder);
        let id = row.id;
        self.start(lane, row, at);
        Ok(id)
    }

    fn start(&mut self, lane: Lane, mut row: Row, at: Instant) {
        let courier = Arc::clone(&self.courier);
        let slot = Slot::reserved(Arc::clone(&self.pace), lane, at);
        self.out.spawn(async move {
            let attempt = AssertUnwindSafe(courier.deliver(&mut row, slot)).catch_unwind().await;
            let report = attempt.unwrap_or_else(|_| {
                let outcome = courier.unknown(&mut row, "the delivery panicked");
                Report::quiet(outcome)
            });
            (lane, row, report)
        });
    }

    /// Deals with a row that was out.
    fn take_back(&mut self, done: Result<(Lane, Row, Report), tokio::task::JoinError>) {
        // Only a program that ends cancels a delivery, and its panics were caught.
        let Ok((lane, mut row, report)) = done else { return };
        self.reminders_out -= usize::from(lane.class == Class::Reminder);
        let now = self.courier.clock.now();
        // First, because a wait that this brings was counted by the clock as it is now.
        self.follow_the_clock(now);
        self.way.back(row.id);
        self.heed(report.sign, lane.chat, report.begun);
        let chat = row.outgoing.place.chat;
        if chat != lane.chat {
            // At the end of the program nobody could tell any more.
            self.rename(lane.chat, chat);
        }
        let mut again = false;
        match report.outcome {
            Outcome::Sent => self.flooded.clear(),
            Outcome::Unwanted => {}
            Outcome::Again => again = true,
            Outcome::Unrecorded => {
                row.not_before = now.after(STORE_PAUSE);
                again = true;
            }
            Outcome::HoldChat(until) => {
                again = true;
                self.hold_chat(chat, until);
            }
            Outcome::HoldEverything(until, reason) => {
                again = true;
                self.hold_everything(until, reason);
            }
            Outcome::GivenUp(reason) | Outcome::TopicClosed(reason) => {
                let reason = format!("part {} of {} was given up: {reason}", row.part + 1, row.parts);
                for rest in self.lanes.take_rest_of(lane, row.source) {
                    self.courier.give_up(&rest, reason.clone());
                }
            }
            Outcome::Stop(reason) => {
                again = true;
                self.stop_sending(reason);
            }
            Outcome::ChatLost(reason) | Outcome::ChatMuted(reason) => {
                for rest in self.lanes.take_chat(chat) {
                    self.courier.skip(&rest, &reason);
                }
            }
        }
        self.lanes.back(lane, again.then_some(row), now);
        for notice in report.notices {
            self.lanes.push(notice, now);
        }
    }

    fn hold_chat(&mut self, chat: ChatId, until: Timestamp) {
        self.lanes.hold(chat, until);
        self.write_down(Some(chat), until, "told to wait");
        self.flooded.insert(chat);
        if self.flooded.len() >= FLOODED_CHATS {
            self.flooded.clear();
            self.hold_everything(until, format!("{FLOODED_CHATS} chats one after the other were told to wait"));
        }
    }

    fn hold_everything(&mut self, until: Timestamp, reason: String) {
        tracing::error!("nothing goes out for a while: {reason}");
        self.write_down(None, until, &reason);
        self.status.send_replace(Status::Held(until, reason));
    }

    /// The next run has to wait as well. Should it be lost with the program, the next message is told again.
    fn write_down(&self, chat: Option<ChatId>, until: Timestamp, reason: &str) {
        drop(self.courier.store.hold(Hold { chat, until, reason: reason.to_owned() }));
    }

    fn end_hold(&mut self, now: Timestamp) {
        let over = matches!(&*self.status.borrow(), Status::Held(until, _) if *until <= now);
        if over {
            self.status.send_replace(Status::Working);
        }
    }

    /// Lets replies go out for a moment, waits for what is out, and leaves the rest in the store.
    async fn finish(mut self) {
        let end = Instant::now() + LAST_WORDS;
        self.told.close();
        while let Ok(told) = self.told.try_recv() {
            self.hear(told);
        }
        while Instant::now() < end {
            let more_at = self.start_what_may_go(false);
            let waits = more_at.is_some() || !self.out.is_empty();
            tokio::select! {
                Some(done) = self.out.join_next() => self.take_back(done),
                () = tokio::time::sleep_until(more_at.unwrap_or(end).min(end)), if waits => {}
                else => break,
            }
        }
        for mut row in self.lanes.take_all() {
            self.courier.put_back(&mut row, "not attempted before the program ended");
        }
        // What is out has a time limit of its own.
        while let Some(done) = self.out.join_next().await {
            self.take_back(done);
        }
    }
}
