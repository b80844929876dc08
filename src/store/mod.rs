//! What is stored, and what that promises.
//!
//! - **Inbox** ([`NewUpdate`], [`StoredUpdate`], [`Reaction`]): an update is safe once [`Store::receive`] returns, takes
//!   effect once, and loses its text in the transaction in which it does.
//! - **Outbox** ([`Row`], [`Settled`]): what goes out is stored in the transaction that decides it, and is open until it
//!   was sent, failed or was skipped.
//! - **Subscriptions** ([`Subscription`], [`Occurrence`], [`Delivery`]): each occurrence is planned once, and the
//!   subscription moves on in the transaction in which the last part of it is recorded as sent.
//! - **Settings** ([`Manner`], [`OpenPanel`]): changed on the state that was seen, or not at all; who studied what.
//! - **Questions** ([`Asked`], [`Vote`], [`OpenQuestions`]): what was refused or disliked, for whoever runs the bot.
//! - **Chats and people** ([`Change`]): introductions, places of reading, what a question can follow up.
//!
//! SQLite by default, PostgreSQL by its address; one SQL text serves both. One writer commits what waits in groups;
//! readers see what was committed. A second instance on one SQLite file is refused; on PostgreSQL any number may open the
//! store, and one of them works (the lease, [`Standing`]). Whoever is owed an answer by this
//! process gets it from memory: the store is read at the start, and where a person's request needs it.

pub mod admin;
mod again;
mod attempt;
mod bound;
mod change;
mod chat;
mod delivery;
pub mod dump;
mod engine;
mod error;
mod hold;
mod inbox;
mod manner;
mod migrations;
mod moved;
mod noun;
mod observe;
mod open;
mod outbox;
mod panel;
mod prune;
mod question;
mod reading;
mod record;
mod refusal;
mod rows;
mod settings;
mod studied;
mod subscription;
mod tidy;
mod topic_name;
mod turn;
mod vote;
mod words;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

pub use admin::{Dropped, Entry, Filter, GivenUp, Ledger, OpenQuestion, OpenQuestions, Retried, Survey};
pub use again::Wanted;
pub use attempt::Settled;
pub use change::Change;
pub use delivery::{Delivery, DeliveryState, Occurrence, OpenOf};
pub use engine::contend::Contender;
pub use engine::id::{DeliveryId, RowId, SubscriptionId};
pub use engine::lease::{Holder, LEASE, Standing};
pub use engine::writer::{Settling, Writing};
pub use error::StoreError;
pub use hold::Hold;
pub use inbox::{
    AfterFailure, MOST_FAILURES, NewUpdate, Reaction, Reminder, SetAside, StoredUpdate, Told, Turn, UpdateId,
};
pub use manner::{Goal, Manner, Quiet};
pub use migrations::Tables;
pub use observe::{Backlog, Observer, Queue};
pub use open::{CHAT_LIMIT, OPEN_LIMIT};
pub use outbox::{Class, Gone, Progress, Row, Source};
pub use panel::OpenPanel;
pub use question::Asked;
pub use refusal::Refusal;
pub use rows::Unreadable;
pub use studied::Studied;
pub use subscription::{NewSubscription, Subscription};
pub use turn::TURN_LASTS;
pub use vote::Vote;

use crate::clock::{Clock, Timestamp};
use engine::condition::{self, Condition};
use engine::database::{Database, Opened};
use engine::error::within;
use engine::id::IdMaker;
use engine::lease::Post;
use engine::place::Lock;
use engine::readers::Readers;
use engine::transaction::Session;
use engine::writer::{Busy, Committed, Entrance, Task, Work, Writer};
use moved::Moved;
use open::Open;
use panel::PanelUsers;
use refusal::Refusals;

/// Which bot it is, by its number with the chat service. Rows of different bots in one database are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BotId(pub i64);

/// The store. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    bot: BotId,
    /// How long the ids of handled updates are remembered.
    retention: Duration,
    clock: Clock,
    ids: Arc<IdMaker>,
    arrivals: Arrivals,
    open: Open,
    post: Arc<Post>,
    readers: Readers,
    schedule: watch::Sender<u64>,
    panels: PanelUsers,
    refusals: Refusals,
    moved: Moved,
    aside: rows::Aside,
    observer: OnceLock<Arc<dyn Observer>>,
    running: Mutex<Option<Running>>,
    /// How many reads and writes are under way.
    busy: Arc<AtomicUsize>,
    condition: Condition,
    /// Whether it was made when it was opened.
    is_new: bool,
}

/// What runs while the store is open.
#[derive(Debug)]
struct Running {
    entrance: Entrance,
    writer: JoinHandle<(Session, Option<Lock>)>,
    helpers: Vec<AbortOnDropHandle<()>>,
}

impl Store {
    /// Opens the store at an address such as `sqlite://data/wengu.db` or `postgres://user:password@host/database`; makes
    /// folder, file and tables where they are missing.
    ///
    /// # Errors
    /// When the address is none of ours, the place cannot be opened or written, another instance uses the same file,
    /// a store was there that is missing or empty now, or the tables are not of this program's making.
    pub async fn open(url: &str, bot: BotId, clock: Clock) -> Result<Self, StoreError> {
        Self::open_keeping(url, bot, clock, prune::IDS_LAST).await
    }

    /// The same, with the ids of handled updates remembered for so long.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_keeping(url: &str, bot: BotId, clock: Clock, retention: Duration) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let database = Database::parse(url)?;
        let Opened { mut conn, lock, is_new } = database.open_store().await?;
        let open_error = |e: sqlx::Error| database.open_error(&e.into());
        let ids = Arc::new(IdMaker::default());
        let arrivals = continue_counting(&mut conn, bot, &ids).await.map_err(open_error)?;
        let panels = PanelUsers::load(&mut conn, bot).await.map_err(open_error)?;
        let refusals = Refusals::load(&mut conn, bot).await.map_err(open_error)?;
        let moved = Moved::load(&mut conn, bot).await.map_err(open_error)?;

        let (schedule, written) = (watch::Sender::new(0), Arc::new(Notify::new()));
        let committed = committed(schedule.clone(), Arc::clone(&written));
        let post = Arc::new(Post::new(clock.clone(), !database.is_file()));
        let condition = Condition::default();
        let session = Session::new(database.clone(), condition.clone(), Some(conn));
        let (writer, entrance) = Writer::new(session, bot, Arc::clone(&ids), Arc::clone(&post), committed);
        let writer = tokio::spawn(async move {
            let session = writer.run().await;
            // Only whoever closes the session lets another instance have the file.
            (session, lock)
        });
        let (open, readers, running) =
            (Open::default(), Readers::new(database.clone(), condition.clone()), Mutex::new(None));
        let (busy, observer) = (Arc::default(), OnceLock::new());
        let shared = Shared {
            bot,
            retention,
            clock,
            ids,
            arrivals,
            open,
            post,
            readers,
            schedule,
            panels,
            refusals,
            moved,
            aside: rows::Aside::default(),
            observer,
            running,
            busy,
            condition: condition.clone(),
            is_new,
        };
        let shared = Arc::new(shared);
        let mut helpers = vec![helper(prune::run(Arc::downgrade(&shared)))];
        if let Some(path) = database.path() {
            helpers.push(helper(condition::watch(path.to_owned(), condition)));
            helpers.push(helper(engine::checkpoint::run(database, written)));
        }
        *shared.running() = Some(Running { entrance, writer, helpers });
        Ok(Self { shared })
    }

    /// Goes on from what another instance has written since the store was opened.
    async fn read_again(&self) -> Result<(), StoreError> {
        const DOING: &str = "read what another instance has written";
        let (bot, ids) = (self.shared.bot, &self.shared.ids);
        let mut reader = self.shared.readers.take().await.map_err(|e| StoreError::of(DOING, &e))?;
        let read = within(self.shared.readers.limit(), async {
            let arrivals = continue_counting(&mut reader.conn, bot, ids).await?;
            let panels = PanelUsers::load(&mut reader.conn, bot).await?;
            let refusals = Refusals::load(&mut reader.conn, bot).await?;
            Ok::<_, sqlx::Error>((arrivals, panels, refusals, Moved::load(&mut reader.conn, bot).await?))
        });
        let read = read.await;
        self.shared.readers.give_back(reader, read.as_ref().err());
        let (arrivals, panels, refusals, moved) = read.map_err(|e| StoreError::of(DOING, &e))?;
        self.shared.arrivals.continue_after(&arrivals);
        self.shared.panels.replace(panels);
        self.shared.refusals.replace(refusals);
        self.shared.moved.replace(moved);
        self.shared.open.clear();
        Ok(())
    }

    /// Writes what was handed over, then closes; SQLite's file alone is the whole store then. Other clones fail from then
    /// on.
    pub async fn close(&self) {
        let running = self.shared.running().take();
        let Some(Running { entrance, writer, helpers }) = running else { return };
        drop((entrance, helpers));
        let ended = writer.await;
        self.shared.readers.close().await;
        match ended {
            Ok((session, lock)) => {
                session.close().await;
                drop(lock);
            }
            // It has written what it could; the next start goes on from that.
            Err(_) => tracing::error!("the store's writer died"),
        }
    }

    /// Whether it was made, empty, when it was opened.
    pub fn is_new(&self) -> bool {
        self.shared.is_new
    }

    /// What is wrong with it until somebody mends it by hand.
    pub fn trouble(&self) -> Option<StoreError> {
        const DOING: &str = "use the store";
        let condition = &self.shared.condition;
        let vanished = condition.loss().map(|loss| StoreError::Vanished { doing: DOING, how: loss.as_str() });
        vanished.or_else(|| condition.damage().map(|reason| StoreError::Damaged { doing: DOING, reason }))
    }

    /// Changes whenever a subscription may have become due at another time than before.
    pub fn schedule_changes(&self) -> watch::Receiver<u64> {
        self.shared.schedule.subscribe()
    }

    /// How many reads and writes the database has not answered yet.
    pub fn under_way(&self) -> usize {
        self.shared.busy.load(Ordering::SeqCst)
    }

    fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    fn bot(&self) -> i64 {
        self.shared.bot.0
    }

    fn hand_over<T: Task>(&self, task: T) -> Writing<T::Output> {
        match &*self.shared.running() {
            Some(running) => running.entrance.hand_over(task, Busy::begin(&self.shared.busy)),
            None => Writing::closed(),
        }
    }

    async fn write<T: Task>(&self, task: T) -> Result<T::Output, StoreError> {
        let begun = Instant::now();
        let result = self.hand_over(task).await;
        self.tell(|observer| observer.wrote(begun.elapsed(), result.is_ok()));
        result
    }
}

impl Shared {
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that ends with the store.
fn helper(task: impl Future<Output = ()> + Send + 'static) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(task))
}

/// What happens after a commit: the log may be moved, and whoever waits for subscriptions looks again.
fn committed(schedule: watch::Sender<u64>, written: Arc<Notify>) -> Committed {
    Box::new(move |group| {
        written.notify_one();
        if group.iter().any(Work::touches_schedule) {
            schedule.send_modify(|n| *n = n.wrapping_add(1));
        }
    })
}

/// How many updates can be told apart that arrive in one millisecond.
const ARRIVALS_A_MILLISECOND: i64 = 1_000;

/// Numbers that rise with the order of arrival, whatever the clock does.
#[derive(Debug)]
struct Arrivals(Mutex<i64>);

impl Arrivals {
    /// The first of `count` numbers in a row.
    fn next(&self, now: Timestamp, count: usize) -> i64 {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = (*next).max(now.0.saturating_mul(ARRIVALS_A_MILLISECOND));
        *next = first.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        first
    }

    fn continue_after(&self, other: &Self) {
        let start = *other.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(start);
    }
}

/// Ids and order numbers go on after those of the run before, even if the clock was set back since.
async fn continue_counting(conn: &mut AnyConnection, bot: BotId, ids: &IdMaker) -> Result<Arrivals, sqlx::Error> {
    // Ids begin with the time: none of ours begins otherwise before the year 2500. What else stands there is passed over.
    let latest = sqlx::query("SELECT id FROM outbox WHERE id >= '0' AND id < '1' ORDER BY id DESC LIMIT 64");
    let latest = latest.fetch_all(&mut *conn).await?;
    let id = |row: &AnyRow| engine::sql::parsed(row, "id", RowId::parse).ok();
    if let Some(id) = latest.iter().find_map(id) {
        ids.continue_after(id.0);
    }
    // A number that is none counts as 0, and none of ours comes near the largest.
    let last = sqlx::query(
        "SELECT MAX(CAST(arrival AS BIGINT)) AS arrival FROM inbox
         WHERE bot_id = $1 AND state = 'waiting' AND CAST(arrival AS BIGINT) < $2",
    );
    let last: Option<i64> = last.bind(bot.0).bind(i64::MAX / 2).fetch_one(conn).await?.try_get("arrival")?;
    Ok(Arrivals(Mutex::new(last.map_or(0, |last| last + 1))))
}
