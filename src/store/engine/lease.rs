//! Which of several instances works: one holds the lease, the others stand by. On SQLite there is only ever one, because
//! the file is locked.
//!
//! No clocks are compared between machines. Each write of the holder raises a number in the lease's row; who stands by
//! watches it, and takes over once it has not risen for [`LEASE`] by a clock of its own. The holder counts from the moment
//! before its last write began, so that it stops no later than another can begin.
//!
//! A holder that was frozen, or cut off, and comes back late is stopped twice: a request is begun only while enough is
//! left of the lease for its time limit, and every transaction first shows the number under which the lease was taken
//! (the fence), which has risen when another holds it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::{AnyConnection, Row as _};
use tokio::sync::watch;

use super::contend::Contender;
use super::error::Error;
use super::sql::{self, numbers};
use super::writer::{Job, Task, Tx, Work};
use crate::clock::{Clock, Moment, Timestamp};
use crate::store::noun::Noun;
use crate::store::{Store, StoreError};

/// How long a holder that is not heard of keeps the lease. Longer than a request to the chat service may take.
pub const LEASE: Duration = Duration::from_secs(12);

/// Leases, one a bot.
pub(in crate::store) const NOUN: Noun = Noun {
    table: "leases",
    key: &["bot_id"],
    others: &["bot_id", "fence", "holder", "beat", "taken_at"],
    all: "SELECT bot_id, fence, beat, taken_at FROM leases",
    check: |row| numbers(row, &["bot_id", "fence", "beat", "taken_at"]),
    ..Noun::NONE
};

/// Whoever holds the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What it calls itself.
    pub name: String,
    /// The number of its lease: greater than that of every holder before.
    pub fence: i64,
    /// Since when.
    pub since: Timestamp,
}

/// Where this instance stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The store is nobody else's: there is no lease.
    Alone,
    /// Another works, or (`None`) it is not known yet who does.
    By(Option<Holder>),
    /// This instance works.
    Holding(Holder),
}

impl Store {
    /// Where this instance stands, and whenever that changes.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.shared.post.standing.subscribe()
    }

    /// Whether other instances can use the store as well.
    pub fn is_shared(&self) -> bool {
        self.shared.post.shared
    }

    /// Whether this instance certainly is the one that works for so long from now on: only then may it begin something
    /// outside of the store that takes so long.
    pub fn works_for(&self, time: Duration) -> bool {
        self.shared.post.works_for(time)
    }

    /// Joins those who may work on this store, under a name for people; stands by at first. Who is alone works at once.
    pub fn contend(&self, name: &str) -> Contender {
        let post = &self.shared.post;
        if post.shared {
            post.standing.send_replace(Standing::By(None));
        }
        Contender::new(self.clone(), name.to_owned())
    }
}

/// What the instance knows of its lease; store and writer share it.
#[derive(Debug)]
pub(in crate::store) struct Post {
    clock: Clock,
    /// Whether other instances can use the store.
    pub(in crate::store) shared: bool,
    pub(in crate::store) standing: watch::Sender<Standing>,
    /// Until when nobody else takes a lease that is held.
    until: Mutex<Moment>,
    /// The number of the lease that was held last, once it is lost.
    former: Mutex<Option<i64>>,
}

impl Post {
    pub(in crate::store) fn new(clock: Clock, shared: bool) -> Self {
        let until = Mutex::new(clock.moment());
        Self { clock, shared, standing: watch::Sender::new(Standing::Alone), until, former: Mutex::default() }
    }

    /// The number that a write has to show: none where there is no lease.
    pub(in crate::store) fn fence(&self) -> Result<Option<i64>, Error> {
        match &*self.standing.borrow() {
            Standing::Alone => Ok(None),
            Standing::By(_) => Err(Error::TakenOver),
            Standing::Holding(holder) => Ok(Some(holder.fence)),
        }
    }

    /// The number that a write about what this instance did as the holder has to show. A lease that has run out while the
    /// database was out of reach may still be nobody else's: then the row has this number still.
    pub(in crate::store) fn former_fence(&self) -> Result<Option<i64>, Error> {
        match self.fence() {
            Err(Error::TakenOver) => self.former().map(Some).ok_or(Error::TakenOver),
            fence => fence,
        }
    }

    /// Whether another works, as far as this instance knows.
    pub(in crate::store) fn stands_by(&self) -> bool {
        matches!(*self.standing.borrow(), Standing::By(_))
    }

    fn works_for(&self, time: Duration) -> bool {
        match &*self.standing.borrow() {
            Standing::Alone => true,
            Standing::By(_) => false,
            Standing::Holding(_) => self.left() >= time,
        }
    }

    /// How long nobody else takes the lease.
    pub(in crate::store) fn left(&self) -> Duration {
        self.until().since(self.clock.moment())
    }

    pub(in crate::store) fn now(&self) -> Moment {
        self.clock.moment()
    }

    /// The lease was taken, with a write that began then.
    pub(in crate::store) fn took(&self, holder: Holder, begun: Moment) {
        *self.until() = begun.after(LEASE);
        *self.former() = None;
        self.standing.send_replace(Standing::Holding(holder));
    }

    /// A write that began then has shown the number of the lease.
    pub(in crate::store) fn renewed(&self, begun: Moment) {
        let mut until = self.until();
        *until = (*until).max(begun.after(LEASE));
    }

    /// Another has the lease, or may have it.
    pub(in crate::store) fn lost(&self) {
        self.standing.send_if_modified(|standing| {
            let Standing::Holding(holder) = standing else { return false };
            *self.former() = Some(holder.fence);
            *standing = Standing::By(None);
            true
        });
    }

    fn former(&self) -> MutexGuard<'_, Option<i64>> {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.former.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until(&self) -> MutexGuard<'_, Moment> {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lease's row as a transaction of the holder leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Mark {
    fence: i64,
    beat: i64,
}

/// Begins a transaction of the holder: nobody takes the lease before it ends, and from its end on it is renewed.
pub(in crate::store) async fn show(conn: &mut AnyConnection, bot: i64, fence: i64) -> Result<Mark, Error> {
    let text = "UPDATE leases SET beat = beat + 1 WHERE bot_id = $1 AND fence = $2 RETURNING beat";
    let shown = sqlx::query(text).bind(bot).bind(fence).fetch_optional(conn).await?;
    let shown = shown.ok_or(Error::TakenOver)?;
    Ok(Mark { fence, beat: shown.try_get("beat")? })
}

/// Whether the transaction that left this mark was committed. Waits for the row's lock: the transaction has ended, then,
/// one way or the other. Server only.
pub(in crate::store) async fn has_committed(conn: &mut AnyConnection, bot: i64, mark: &Mark) -> Result<bool, Error> {
    let text = "SELECT fence, beat FROM leases WHERE bot_id = $1 FOR UPDATE";
    let row = sqlx::query(text).bind(bot).fetch_optional(conn).await?.ok_or(Error::TakenOver)?;
    let (fence, beat): (i64, i64) = (row.try_get("fence")?, row.try_get("beat")?);
    // Under another fence the number went on rising, whatever became of ours.
    if fence == mark.fence { Ok(beat >= mark.beat) } else { Err(Error::TakenOver) }
}

/// What a holder writes about the lease itself.
pub(in crate::store) enum Keep {
    /// Nothing: whatever is written renews the lease.
    Renewed,
    /// It is given back, after all that was handed over before.
    GivenBack,
}

impl Task for Keep {
    type Output = ();
    const DOING: &'static str = "keep the lease";
    fn into_work(job: Job<Self>) -> Work {
        Work::Keep(job)
    }
    fn output(self) {}
}

impl Keep {
    pub(in crate::store) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
        if matches!(self, Self::GivenBack) {
            let text = "UPDATE leases SET holder = '', fence = fence + 1 WHERE bot_id = $1";
            sql::run(tx.conn, text, [tx.bot.into()]).await?;
        }
        Ok(())
    }
}

/// The lease's row as somebody who stands by sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Seen {
    pub(in crate::store) fence: i64,
    pub(in crate::store) beat: i64,
    /// `None`: it was given back, or nobody ever had it.
    pub(in crate::store) holder: Option<Holder>,
}

impl Store {
    /// Looks at the lease.
    pub(in crate::store) async fn look_at_lease(&self) -> Result<Seen, StoreError> {
        let query =
            sqlx::query("SELECT bot_id, fence, holder, beat, taken_at FROM leases WHERE bot_id = $1").bind(self.bot());
        let read = |row: &sqlx::any::AnyRow| {
            let (fence, name): (i64, String) = (row.try_get("fence")?, row.try_get("holder")?);
            let since = Timestamp(row.try_get("taken_at")?);
            let holder = (!name.is_empty()).then_some(Holder { name, fence, since });
            Ok(Seen { fence, beat: row.try_get("beat")?, holder })
        };
        let seen = self.read(&NOUN, "look who works", query, read).await?.pop();
        Ok(seen.unwrap_or(Seen { fence: 0, beat: 0, holder: None }))
    }

    /// Takes the lease, if nobody has written to it since it was seen like this; gives back under which number. The
    /// writer takes it, on its own connection: who cannot write does not hold it.
    pub(in crate::store) async fn take_lease(&self, seen: &Seen, name: &str) -> Result<Option<Holder>, StoreError> {
        let (name, since) = (name.to_owned(), self.now());
        self.write(Take { seen: seen.clone(), name, since, fence: None }).await
    }
}

/// Takes the lease.
pub(in crate::store) struct Take {
    seen: Seen,
    name: String,
    since: Timestamp,
    /// The number under which it was taken.
    fence: Option<i64>,
}

impl Task for Take {
    type Output = Option<Holder>;
    const DOING: &'static str = "take the lease";
    fn into_work(job: Job<Self>) -> Work {
        Work::Take(job)
    }
    fn output(self) -> Self::Output {
        let Self { name, since, fence, .. } = self;
        fence.map(|fence| Holder { name, fence, since })
    }
}

impl Take {
    pub(in crate::store) async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let query = sqlx::query(
            "INSERT INTO leases (bot_id, fence, holder, beat, taken_at) VALUES ($1, 1, $2, 0, $3)
             ON CONFLICT (bot_id) DO UPDATE SET fence = leases.fence + 1, beat = leases.beat + 1,
                 holder = excluded.holder, taken_at = excluded.taken_at
             WHERE leases.fence = $4 AND leases.beat = $5
             RETURNING fence",
        );
        let query = query.bind(tx.bot).bind(self.name.as_str()).bind(self.since.0);
        let taken = query.bind(self.seen.fence).bind(self.seen.beat).fetch_optional(&mut *tx.conn).await?;
        self.fence = taken.map(|row| row.try_get("fence")).transpose()?;
        Ok(())
    }
}
