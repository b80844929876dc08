//! What follows from a failed attempt to deliver: try again and when, say it differently, or give up visibly.
//!
//! A pure table. Whoever sends carries the verdict out; what it needs to go on (attempts so far, how many of them are
//! *ambiguous*, the instant of the next) is kept with the row, so that a restart changes nothing.

use std::time::Duration;

use crate::message::{Attempt, Failure, Verdict, Wanted};

/// How many attempts of one message may be ambiguous: the first, and the one repeat.
pub const AMBIGUOUS_ATTEMPTS: u32 = 2;
/// How long it is worth trying to bring a reply: as long as a question in a group may wait for its answer.
pub const REPLY_LIFETIME: Duration = Duration::from_secs(600);
/// The same for a reply in private that Telegram has not refused: there an answer is still welcome when the network is
/// back.
pub const PRIVATE_LIFETIME: Duration = Duration::from_secs(24 * 3_600);
/// How long at least a reminder is tried: also one that may not be late is worth its one repeat.
pub const LEAST_LATE: Duration = Duration::from_secs(180);
/// How long the one repeat after a lost answer waits at least: what swallowed the answer may swallow the next.
pub const REPEAT_PAUSE: Duration = Duration::from_secs(60);

/// The first pause after a failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// What follows from a failure.
pub fn decide(failure: &Failure, attempt: &Attempt) -> Verdict {
    match failure {
        Failure::NotModified => Verdict::AsGoodAsSent,
        Failure::Flood { retry_after, everywhere } => attempt.wait(*retry_after, *everywhere),
        Failure::Unsent(why) => attempt.again(attempt.lifetime(), why),
        Failure::Troubled(why) => attempt.again(attempt.lifetime_of_the_refused(), why),
        Failure::Ambiguous(why) if attempt.ambiguous + 1 < AMBIGUOUS_ATTEMPTS => attempt.repeat(why),
        Failure::Ambiguous(why) => {
            let times = attempt.ambiguous + 1;
            Verdict::Failed { reason: format!("unknown: no answer came to {times} attempts, the last time: {why}") }
        }
        Failure::Migrated(to) => Verdict::Migrate { to: *to },
        Failure::Gone(why) => Verdict::Suspend { reason: why.clone() },
        Failure::NoRight(why) => Verdict::Pause { reason: why.clone() },
        Failure::TopicGone(why) if attempt.in_topic => Verdict::MainTopic { reason: why.clone() },
        Failure::TopicGone(why) => Verdict::Closed { reason: why.clone() },
        Failure::BadMarkup(_) if attempt.marked_up => Verdict::PlainText,
        Failure::CannotEdit(_) => Verdict::AsNew,
        Failure::Unauthorized(why) => Verdict::Stop { reason: why.clone() },
        Failure::BadMarkup(why) | Failure::Refused(why) => Verdict::Failed { reason: why.clone() },
    }
}

/// Why a message whose turn has come is not wanted any more: in a group nobody waits for an answer after ten minutes. A
/// reminder that was planned in time is late, not skipped.
pub fn too_late(attempt: &Attempt) -> Option<String> {
    let waited = attempt.now.since(attempt.since);
    let unwanted = attempt.wanted == Wanted::InGroup && waited > REPLY_LIFETIME;
    unwanted.then(|| format!("asked in a group {} min before its turn came", waited.as_secs() / 60))
}

impl Attempt {
    /// A wait that the chat service asked for is kept to the second, however long; it uses up no lifetime.
    fn wait(&self, retry_after: Duration, everywhere: bool) -> Verdict {
        let until = self.now.after(retry_after);
        if everywhere {
            Verdict::HoldEverything { until, reason: format!("told to wait for {} s", retry_after.as_secs()) }
        } else {
            Verdict::HoldChat { until }
        }
    }

    /// Tries again what certainly was not sent.
    fn again(&self, lifetime: Duration, why: &str) -> Verdict {
        let at = self.now.after(self.pause());
        if at.since(self.since) > lifetime {
            let doubt = if self.ambiguous > 0 { "unknown: " } else { "" };
            return self.not_within(lifetime, doubt, why);
        }
        Verdict::Retry { at, ambiguous: false, reason: why.to_owned() }
    }

    /// Tries once more what may have been sent.
    fn repeat(&self, why: &str) -> Verdict {
        let least = if self.harmless { Duration::ZERO } else { REPEAT_PAUSE };
        let at = self.now.after(self.pause().max(least));
        if at.since(self.since) > self.lifetime() {
            return self.not_within(self.lifetime(), "unknown: ", why);
        }
        Verdict::Retry { at, ambiguous: true, reason: why.to_owned() }
    }

    fn not_within(&self, lifetime: Duration, doubt: &str, why: &str) -> Verdict {
        let minutes = lifetime.as_secs() / 60;
        Verdict::Failed { reason: format!("{doubt}not delivered within {minutes} min, the last time: {why}") }
    }

    /// For how long the message is worth delivering.
    fn lifetime(&self) -> Duration {
        match self.wanted {
            Wanted::InPrivate => PRIVATE_LIFETIME,
            _ => self.lifetime_of_the_refused(),
        }
    }

    /// The same for one that Telegram itself refuses: the answer to a question is not worth more than ten minutes then.
    fn lifetime_of_the_refused(&self) -> Duration {
        match self.wanted {
            Wanted::InGroup | Wanted::InPrivate => REPLY_LIFETIME,
            Wanted::Reminder { late } => late.max(LEAST_LATE),
        }
    }

    /// Twice as long after each attempt, between half and the whole of that.
    fn pause(&self) -> Duration {
        let doublings = self.attempts.saturating_sub(1).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        pause.mul_f64(0.5 + 0.5 * self.jitter.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::message::ChatId;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn first() -> Attempt {
        Attempt {
            now: NOW,
            since: NOW,
            wanted: Wanted::Reminder { late: Duration::from_secs(12 * 3_600) },
            harmless: false,
            attempts: 1,
            ambiguous: 0,
            marked_up: true,
            in_topic: true,
            jitter: 1.0,
        }
    }

    fn why() -> String {
        "why".to_owned()
    }

    #[test]
    fn each_failure_has_its_verdict() {
        let (second, minute) = (Timestamp(NOW.0 + 1_000), Timestamp(NOW.0 + 60_000));
        let failed = || Verdict::Failed { reason: why() };
        let table = [
            (Failure::NotModified, Verdict::AsGoodAsSent),
            (Failure::Unsent(why()), Verdict::Retry { at: second, ambiguous: false, reason: why() }),
            (Failure::Troubled(why()), Verdict::Retry { at: second, ambiguous: false, reason: why() }),
            (Failure::Ambiguous(why()), Verdict::Retry { at: minute, ambiguous: true, reason: why() }),
            (Failure::Migrated(ChatId(-7)), Verdict::Migrate { to: ChatId(-7) }),
            (Failure::Gone(why()), Verdict::Suspend { reason: why() }),
            (Failure::NoRight(why()), Verdict::Pause { reason: why() }),
            (Failure::TopicGone(why()), Verdict::MainTopic { reason: why() }),
            (Failure::BadMarkup(why()), Verdict::PlainText),
            (Failure::CannotEdit(why()), Verdict::AsNew),
            (Failure::Refused(why()), failed()),
        ];
        for (failure, verdict) in table {
            assert_eq!(decide(&failure, &first()), verdict, "{failure:?}");
        }
        let plain = Attempt { marked_up: false, in_topic: false, ..first() };
        assert_eq!(decide(&Failure::BadMarkup(why()), &plain), failed());
        assert_eq!(decide(&Failure::TopicGone(why()), &plain), Verdict::Closed { reason: why() });
    }

    #[test]
    fn a_flood_is_waited_out_to_the_second_however_long() {
        let flood = |everywhere| Failure::Flood { retry_after: Duration::from_secs(43_838), everywhere };
        let old = Attempt { since: Timestamp(0), attempts: 90, ..first() };
        let until = Timestamp(NOW.0 + 43_838_000);
        assert_eq!(decide(&flood(false), &old), Verdict::HoldChat { until });
        assert!(matches!(decide(&flood(true), &old), Verdict::HoldEverything { until: u, .. } if u == until));
    }

    #[test]
    fn a_refused_token_stops_everything_and_gives_up_nothing() {
        let verdict = decide(&Failure::Unauthorized(why()), &Attempt { since: Timestamp(0), ..first() });
        assert_eq!(verdict, Verdict::Stop { reason: why() });
    }

    #[test]
    fn after_one_repeat_that_is_ambiguous_too_the_delivery_is_unknown() {
        let repeat = Attempt { attempts: 2, ambiguous: 1, ..first() };
        let verdict = decide(&Failure::Ambiguous(why()), &repeat);
        assert!(matches!(verdict, Verdict::Failed { reason } if reason.starts_with("unknown")));
        // One that certainly had no effect does not count.
        assert!(matches!(decide(&Failure::Unsent(why()), &repeat), Verdict::Retry { ambiguous: false, .. }));
    }

    #[test]
    fn pauses_double_up_to_a_bound_and_never_vanish() {
        let pause = |attempts, jitter| match decide(&Failure::Unsent(why()), &Attempt { attempts, jitter, ..first() }) {
            Verdict::Retry { at, .. } => at.since(NOW).as_millis(),
            verdict => panic!("{verdict:?}"),
        };
        assert_eq!([1, 2, 3, 9, 10, u32::MAX].map(|n| pause(n, 1.0)), [1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
        assert_eq!(pause(1, 0.0), 500);
        assert_eq!(pause(3, 0.5), 3_000);
    }

    #[test]
    fn what_cannot_be_brought_in_its_lifetime_fails_visibly() {
        let hour = Duration::from_secs(3_600);
        let (unsent, troubled) = (Failure::Unsent(why()), Failure::Troubled(why()));
        let after =
            |wait, wanted, failure: &Failure| decide(failure, &Attempt { since: NOW.before(wait), wanted, ..first() });
        let fails = |verdict| matches!(verdict, Verdict::Failed { .. });
        let late = Wanted::Reminder { late: hour };
        for failure in [&unsent, &troubled] {
            assert!(fails(after(hour, late, failure)) && !fails(after(hour / 2, late, failure)));
            assert!(fails(after(hour / 6, Wanted::InGroup, failure)));
            assert!(!fails(after(hour / 7, Wanted::InGroup, failure)));
        }
        assert!(fails(after(hour / 6, Wanted::InPrivate, &troubled)), "Telegram itself refuses it");
        assert!(!fails(after(23 * hour, Wanted::InPrivate, &unsent)), "the network was away");
        let none = Wanted::Reminder { late: Duration::ZERO };
        assert!(!fails(after(Duration::from_secs(60), none, &Failure::Ambiguous(why()))), "its one repeat");
        let said = after(hour, late, &unsent);
        assert_eq!(said, Verdict::Failed { reason: "not delivered within 60 min, the last time: why".into() });
        let doubtful = Attempt { ambiguous: 1, since: NOW.before(hour), wanted: late, ..first() };
        assert!(matches!(decide(&unsent, &doubtful), Verdict::Failed { reason } if reason.starts_with("unknown: ")));
    }

    #[test]
    fn in_a_group_an_answer_whose_turn_comes_too_late_is_not_wanted() {
        let hour = Duration::from_secs(3_600);
        let waited = |wanted| too_late(&Attempt { since: NOW.before(hour), wanted, ..first() });
        assert_eq!(waited(Wanted::InGroup).unwrap(), "asked in a group 60 min before its turn came");
        assert_eq!(waited(Wanted::Reminder { late: hour / 2 }), None);
        assert_eq!(waited(Wanted::InPrivate), None);
    }
}
