//! A world that several tasks share, and that wakes those who wait for it to change.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use super::world::World;

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
    /// Where the bot listens for what is brought to its webhook.
    webhook: Mutex<Option<SocketAddr>>,
    /// So many answers of the webhook get lost on their way.
    lost_answers: AtomicU32,
}

impl Shared {
    /// Shares a world.
    pub fn new(world: World, now: Now, controls: Arc<dyn Controls>) -> Self {
        let (seen, pulse) = (watch::Sender::new(world.version()), watch::Sender::new(world.pulse()));
        let gates = watch::Sender::new(Vec::new());
        let (world, webhook, lost_answers) = (Mutex::new(world), Mutex::new(None), AtomicU32::new(0));
        Self(Arc::new(Inner { world, now, controls, seen, pulse, gates, webhook, lost_answers }))
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

    /// The reverse proxy before the webhook leads here from now on.
    pub fn lead_webhook_to(&self, bot: SocketAddr) {
        *self.0.webhook.lock().unwrap_or_else(PoisonError::into_inner) = Some(bot);
    }

    /// Lets the next answers of the webhook get lost: the update was taken in, and Telegram does not know.
    pub fn lose_webhook_answers(&self, count: u32) {
        self.0.lost_answers.store(count, Ordering::SeqCst);
    }

    pub(super) fn webhook(&self) -> Option<SocketAddr> {
        *self.0.webhook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn loses_an_answer(&self) -> bool {
        self.0.lost_answers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }

    /// Lets calls go on that wait at a gate, and those that will come to it.
    pub fn open_gate(&self, gate: &str) {
        self.0.gates.send_modify(|gates| gates.push(gate.to_owned()));
    }

    /// Waits until a gate is open.
    pub(super) async fn passed(&self, gate: &str) {
        let mut gates = self.0.gates.subscribe();
        // An error would mean that the world is gone: then nobody waits either.
        let _ = gates.wait_for(|open| open.iter().any(|name| name == gate)).await;
    }

    pub(super) fn pulse(&self) -> watch::Receiver<u64> {
        self.0.pulse.subscribe()
    }

    pub(super) fn controls(&self) -> &dyn Controls {
        self.0.controls.as_ref()
    }

    /// Waits until something is true of the world, which is looked at after each change and each poll.
    pub async fn until<T>(&self, mut look: impl FnMut(&World) -> Option<T>) -> T {
        let (mut seen, mut pulse) = (self.versions(), self.pulse());
        loop {
            if let Some(found) = look(&self.world()) {
                return found;
            }
            // Neither can fail: the senders live in `self`.
            tokio::select! {
                _ = seen.changed() => {}
                _ = pulse.changed() => {}
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
