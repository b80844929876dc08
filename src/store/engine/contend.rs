//! Standing by, taking the lease, keeping it, and giving it back.

use std::time::Duration;

use super::lease::{Holder, Keep, LEASE, Seen, Standing};
use crate::clock::Moment;
use crate::store::{Store, StoreError};

/// How often who stands by looks at the lease.
const LOOK: Duration = Duration::from_millis(500);

/// How often who holds it says so where nothing else is written.
const RENEW: Duration = Duration::from_secs(2);

/// A holder that dies is replaced this soon after its last write, at the latest.
const REPLACED_WITHIN: Duration = Duration::from_secs(15);
const _: () = assert!(LEASE.as_millis() + RENEW.as_millis() + LOOK.as_millis() <= REPLACED_WITHIN.as_millis());

/// Somebody who works when nobody else does.
#[derive(Debug)]
pub struct Contender {
    store: Store,
    name: String,
    /// The lease as it was last seen to change, and when that was.
    watched: Option<(Seen, Moment)>,
    said: Option<String>,
}

impl Contender {
    pub(in crate::store) fn new(store: Store, name: String) -> Self {
        Self { store, name, watched: None, said: None }
    }

    /// Stands by until this instance is the one that works.
    pub async fn wait(&mut self) {
        loop {
            match self.step().await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => self.complain(&error.to_string()),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Looks at the lease once, and takes it where nobody holds it, or its holder was not heard of for [`LEASE`]. Whether
    /// this instance works.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn step(&mut self) -> Result<bool, StoreError> {
        if !self.store.shared.post.shared {
            return Ok(true);
        }
        let seen = self.store.look_at_lease().await?;
        // After the look: what was seen is no younger than this.
        let now = self.store.shared.post.now();
        let another = seen.holder.as_ref().is_some_and(|holder| holder.name != self.name);
        if another && !self.has_been_silent(&seen, now) {
            self.stand_by(seen.holder);
            return Ok(false);
        }
        let begun = self.store.shared.post.now();
        let Some(holder) = self.store.take_lease(&seen, &self.name).await? else { return Ok(false) };
        self.take_up(holder, begun, &seen).await?;
        Ok(true)
    }

    /// Whether nothing was written to the lease since it was first seen like this, which is long ago.
    fn has_been_silent(&mut self, seen: &Seen, now: Moment) -> bool {
        match &self.watched {
            Some((watched, since)) if watched == seen => now.since(*since) >= LEASE,
            _ => {
                self.watched = Some((seen.clone(), now));
                false
            }
        }
    }

    fn stand_by(&mut self, holder: Option<Holder>) {
        let name = holder.as_ref().map(|holder| holder.name.clone()).unwrap_or_default();
        let standing = Standing::By(holder);
        let other = self.store.shared.post.standing.send_if_modified(|is| {
            let other = *is != standing;
            *is = standing;
            other
        });
        if other {
            tracing::info!("standing by: `{name}` works");
        }
    }

    /// What an earlier holder has written is what this one goes on from.
    async fn take_up(&mut self, holder: Holder, begun: Moment, seen: &Seen) -> Result<(), StoreError> {
        self.store.read_again().await?;
        match &seen.holder {
            Some(before) => tracing::warn!(lease = holder.fence, "took over from `{}`, which fell silent", before.name),
            None => tracing::info!(lease = holder.fence, "this instance works"),
        }
        self.store.shared.post.took(holder, begun);
        (self.watched, self.said) = (None, None);
        Ok(())
    }

    /// Keeps the lease for as long as it can be kept; says why it is lost. Never ends for who is alone.
    pub async fn keep(&self) -> String {
        let post = &self.store.shared.post;
        let mut standing = post.standing.subscribe();
        loop {
            if *standing.borrow_and_update() == Standing::Alone {
                std::future::pending::<()>().await;
            }
            let left = post.left();
            if post.stands_by() || left.is_zero() {
                let taken = post.stands_by();
                self.let_go();
                let silent = || format!("nothing could be written for {} s, and another may work", LEASE.as_secs());
                return if taken { "another instance has taken over".into() } else { silent() };
            }
            tokio::select! {
                _ = standing.changed() => {}
                () = tokio::time::sleep(left) => {}
                () = self.renew() => {}
            }
        }
    }

    /// Waits a while, and writes to the lease.
    async fn renew(&self) {
        tokio::time::sleep(RENEW).await;
        if let Err(error) = self.store.write(Keep::Renewed).await {
            tracing::warn!("{error}");
        }
    }

    /// Gives the lease back, after everything that was handed over before is written.
    pub async fn give_back(&mut self) {
        let post = &self.store.shared.post;
        if !matches!(*post.standing.borrow(), Standing::Holding(_)) {
            return;
        }
        match tokio::time::timeout(post.left(), self.store.write(Keep::GivenBack)).await {
            Ok(Ok(())) => tracing::info!("gave the lease back"),
            Ok(Err(error)) => tracing::warn!("{error}"),
            Err(_) => tracing::warn!("the store did not answer; the lease ends by itself"),
        }
        self.let_go();
    }

    /// Works no more; what is open is another's.
    fn let_go(&self) {
        self.store.shared.post.lost();
        self.store.shared.open.clear();
    }

    /// One line for each trouble, not for each look.
    fn complain(&mut self, line: &str) {
        if self.said.as_deref() != Some(line) {
            tracing::warn!("{line}");
            self.said = Some(line.to_owned());
        }
    }
}
