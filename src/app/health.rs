//! What has to work for the bot to work, for `/readyz`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::heartbeat::Heartbeat;
use crate::ops::health::{Check, Health};
use crate::store::{Standing, Store};
use crate::telegram::api::Api;

/// The store can be written.
pub(super) const STORE: &str = "store";
/// The documents can be asked.
pub(super) const DOCUMENTS: &str = "documents";
/// It is known which instance works.
pub(super) const LEASE: &str = "lease";
/// Telegram answers.
pub(super) const TELEGRAM: &str = "telegram";

/// How long a write that went well speaks for the store: whoever asks often must not wear out the disk.
const WRITE_LASTS: Duration = Duration::from_secs(10);
/// How long an answer of Telegram speaks for it. While polling, one comes every half minute.
const ANSWER_LASTS: Duration = Duration::from_secs(60);

/// A task that has not got anywhere for so long stands still. Waiting for updates takes half of it.
const STANDS_STILL: Duration = Duration::from_secs(60);

/// Nothing works yet.
pub(super) fn at_the_start() -> Health {
    Health::awaiting([STORE, DOCUMENTS, LEASE, TELEGRAM])
}

/// Writes and takes back what it wrote.
pub(super) struct Writable {
    pub(super) store: Store,
    pub(super) last: Mutex<Option<Instant>>,
}

#[async_trait]
impl Check for Writable {
    async fn check(&self) -> Result<String, String> {
        if let Some(trouble) = self.store.trouble() {
            return Err(trouble.to_string());
        }
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() > WRITE_LASTS) {
            self.store.try_writing().await.map_err(|error| error.to_string())?;
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        Ok("writable".into())
    }
}

/// Where this instance stands: to stand by, ready to take over, is as good as to work.
pub(super) struct Stands(pub(super) Store);

#[async_trait]
impl Check for Stands {
    async fn check(&self) -> Result<String, String> {
        who_works(&self.0.standing().borrow())
    }
}

fn who_works(standing: &Standing) -> Result<String, String> {
    match standing {
        Standing::Alone | Standing::Holding(_) => Ok("this instance works".into()),
        Standing::By(Some(holder)) => Ok(format!("stands by: `{}` works", holder.name)),
        Standing::By(None) => Err("it is not known yet which instance works".into()),
    }
}

/// A task gets somewhere.
pub(super) struct GetsSomewhere {
    pub(super) heartbeat: Heartbeat,
    pub(super) store: Store,
}

#[async_trait]
impl Check for GetsSomewhere {
    async fn check(&self) -> Result<String, String> {
        gets_somewhere(&self.store.standing().borrow(), self.heartbeat.since())
    }
}

fn gets_somewhere(standing: &Standing, since: Option<Duration>) -> Result<String, String> {
    match (standing, since) {
        (Standing::By(Some(_)), _) => Ok("stands by".into()),
        // Nobody may be at work: whoever cannot take the lease must not look like one that waits for another.
        (Standing::By(None), _) => Err("not begun: it is not known which instance works".into()),
        (_, Some(since)) if since <= STANDS_STILL => Ok("at work".into()),
        (_, Some(since)) => {
            Err(format!("stands still: nothing has worked for {} s; the log says why", since.as_secs()))
        }
        (_, None) => Err("not begun".into()),
    }
}

/// So many documents were loaded and indexed.
pub(super) struct Loaded(pub(super) usize);

#[async_trait]
impl Check for Loaded {
    async fn check(&self) -> Result<String, String> {
        match self.0 {
            0 => Err("no document can be used: `wengu check` says why".into()),
            count => Ok(format!("{count} loaded")),
        }
    }
}

/// Telegram has answered lately, or does now.
pub(super) struct Answers(pub(super) Api);

#[async_trait]
impl Check for Answers {
    async fn check(&self) -> Result<String, String> {
        if self.0.last_answer().is_none_or(|last| last.elapsed() > ANSWER_LASTS) {
            self.0.me().await.map_err(|error| error.to_string())?;
        }
        Ok("answers".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::store::Holder;

    #[test]
    fn a_task_stands_still_after_a_minute_without_a_step_that_went_well_unless_another_instance_works() {
        let first = Holder { name: "first".into(), fence: 1, since: Timestamp(0) };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(gets_somewhere(&Standing::By(Some(first)), seconds(3_600)), Ok("stands by".into()));
        assert!(gets_somewhere(&Standing::By(None), seconds(0)).unwrap_err().contains("not known"));
        assert_eq!(gets_somewhere(&Standing::Alone, seconds(60)), Ok("at work".into()));
        assert!(gets_somewhere(&Standing::Alone, seconds(61)).unwrap_err().contains("stands still"));
        assert!(gets_somewhere(&Standing::Alone, None).is_err());
    }

    #[test]
    fn who_does_not_know_which_instance_works_is_not_ready() {
        let first = Holder { name: "first".into(), fence: 1, since: Timestamp(0) };
        assert_eq!(who_works(&Standing::By(None)), Err("it is not known yet which instance works".into()));
        assert_eq!(who_works(&Standing::By(Some(first.clone()))), Ok("stands by: `first` works".into()));
        for works in [Standing::Alone, Standing::Holding(first)] {
            assert_eq!(who_works(&works), Ok("this instance works".into()));
        }
    }
}
