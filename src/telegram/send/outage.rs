//! When messages do not get through, or the token is not accepted: nothing more is tried until that is over.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use super::{Pump, Status};
use crate::message::ChatId;
use crate::store::Class;
use crate::telegram::api::Api;
use crate::telegram::backoff::Backoff;
use crate::telegram::way::Sign;

/// How often Telegram is asked whether it is back: this part of the time that it has been away, within bounds.
const PROBES: u32 = 50;
const SHORTEST_PROBE: Duration = Duration::from_millis(200);
const LONGEST_PROBE: Duration = Duration::from_secs(5);
/// The waits between questions whether the token is accepted again; each is twice as long as the one before.
const FIRST_PROBE_OF_TOKEN: Duration = Duration::from_secs(1);
const LONGEST_PROBE_OF_TOKEN: Duration = Duration::from_secs(60);

impl Pump {
    /// What an attempt shows about sending as such, which was begun then if at all.
    pub(super) fn heed(&mut self, sign: Sign, chat: ChatId, begun: Option<Instant>) {
        match sign {
            Sign::None => {}
            Sign::Through => self.got_through(begun),
            Sign::Lost(why) => self.doubt(why),
            Sign::Troubled(why) => {
                if self.way.troubled(chat, Instant::now()) {
                    tracing::warn!("Telegram has trouble of its own ({why}); one message at a time is tried");
                    self.unreachable(why);
                }
            }
        }
    }

    fn got_through(&mut self, begun: Option<Instant>) {
        if begun.is_some_and(|begun| self.way.through(begun)) && matches!(*self.status.borrow(), Status::Unreachable(_))
        {
            tracing::info!("messages get through again");
            self.status.send_replace(Status::Working);
        }
    }

    /// No answer came: nothing more is tried until Telegram answers a question that changes nothing, and then one
    /// message at a time until one gets through.
    fn doubt(&mut self, why: String) {
        self.way.shut(Instant::now());
        if self.probe.is_some() {
            return;
        }
        tracing::warn!("{why}; sending waits until Telegram answers again");
        self.unreachable(why);
        self.watch_for_an_answer();
    }

    fn unreachable(&mut self, why: String) {
        if *self.status.borrow() == Status::Working {
            self.status.send_replace(Status::Unreachable(why));
        }
    }

    /// Nothing goes out until the token is accepted again.
    pub(super) fn stop_sending(&mut self, reason: String) {
        if matches!(*self.status.borrow(), Status::Refused(_)) {
            return;
        }
        tracing::error!(
            "Telegram does not accept the token any more ({reason}): nothing is sent, and nothing is lost. If it was \
             revoked, ask @BotFather for the new one with /token, set it, and start again"
        );
        self.status.send_replace(Status::Refused(reason));
        self.watch_for_an_answer();
    }

    fn watch_for_an_answer(&mut self) {
        let api = self.courier.api.clone();
        self.probe = Some(AbortOnDropHandle::new(tokio::spawn(until_it_answers(api))));
    }

    /// Telegram answers a question that changes nothing. Whether messages get through is for messages to show.
    pub(super) fn reached(&mut self) {
        self.probe = None;
        tracing::info!("Telegram answers");
        if matches!(*self.status.borrow(), Status::Refused(_)) {
            self.status.send_replace(Status::Working);
        }
    }

    /// Tries one message while the way is shut; otherwise says when to look again, as far as that is known. One that may
    /// be in its chat already is tried only where no other waits: its one repeat would be wasted.
    pub(super) fn try_one(&mut self, reminders_too: bool) -> Option<Instant> {
        let (now, instant) = (self.courier.clock.now(), Instant::now());
        if let Err(later) = self.way.may_try(instant) {
            return later;
        }
        let careful = self.lanes.has_one_without_doubt(now);
        let classes: &[Class] = if reminders_too { &[Class::Reply, Class::Reminder] } else { &[Class::Reply] };
        let mut soonest = None;
        for class in classes {
            match self.next(*class, now, instant, careful) {
                Ok(row) => {
                    self.way.tried(row, instant);
                    return None;
                }
                Err(later) => soonest = [soonest, later].into_iter().flatten().min(),
            }
        }
        soonest
    }
}

/// Waits until a probe is answered.
pub(super) async fn answered(probe: &mut Option<AbortOnDropHandle<()>>) {
    match probe {
        // A probe that panicked is as good as one that was answered: the next message will tell.
        Some(probe) => drop(probe.await),
        None => std::future::pending().await,
    }
}

/// Asks who we are until Telegram says so, or refuses for a reason that is not the token and no trouble of its own.
async fn until_it_answers(api: Api) {
    let since = Instant::now();
    let mut of_token = Backoff::new(FIRST_PROBE_OF_TOKEN, LONGEST_PROBE_OF_TOKEN);
    loop {
        let pause = match api.me().await {
            Err(error) if error.is_unauthorized() => of_token.pause(),
            Err(error) if error.leaves_open_whether_it_works() => {
                (since.elapsed() / PROBES).clamp(SHORTEST_PROBE, LONGEST_PROBE)
            }
            _ => return,
        };
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::telegram::error::CallError;
    use crate::telegram::token::Token;
    use crate::telegram::transport::{Answered, Transport, Wire};

    /// A wire that counts its requests and does not know the token.
    #[derive(Default)]
    struct Stranger(AtomicU32);

    #[async_trait]
    impl Wire for Stranger {
        async fn post(&self, _: &str, _: Vec<u8>, _: Duration) -> Result<Answered, CallError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let body = br#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#.to_vec();
            Ok(Answered { status: 401, date: None, body })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_asked_about_ever_more_rarely() {
        let wire = Arc::new(Stranger::default());
        let api = Api::new(Transport::over(wire.clone(), &Token::parse("42:secret").unwrap()));
        let asking = tokio::time::timeout(Duration::from_secs(3_600), until_it_answers(api.clone()));
        assert!(asking.await.is_err(), "it is never accepted");
        let asked = wire.0.load(Ordering::SeqCst);
        assert!((60..=66).contains(&asked), "in an hour it was asked {asked} times");
        assert_eq!(api.last_answer(), None, "a refusal is no answer");
    }
}
