//! When a subscription is due in fact: its rule, held back by quiet hours and by a pause.
//!
//! A run that falls into quiet hours comes when they are over; several of one night come as one. Everything that asks
//! for the next run asks here, so that what the settings show is what happens.

use std::time::Duration;

use chrono::{Days, NaiveDateTime, NaiveTime, Timelike};

use super::limit::RunLimit;
use super::when::When;
use crate::clock::Timestamp;
use crate::store::{Manner, Quiet, Subscription};

/// A rule with what holds it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The rule and its zone.
    pub when: When,
    /// The hours in which nothing is sent.
    pub quiet: Option<Quiet>,
    /// Nothing is sent before then.
    pub paused_until: Option<Timestamp>,
}

/// The smallest step of time.
const TICK: Duration = Duration::from_millis(1);

impl Timing {
    /// A rule with what holds it back.
    pub fn new(when: When, manner: &Manner) -> Self {
        Self { when, quiet: manner.quiet, paused_until: manner.paused_until }
    }

    /// When a subscription is due, within the limit; `None` where its rule or zone does not read.
    pub fn of(subscription: &Subscription, limit: &RunLimit) -> Option<Self> {
        Some(Self::new(limit.when(subscription)?, &subscription.manner))
    }

    /// The first run after an instant.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let resumed = self.paused_until.map(|until| until.before(TICK));
        let after = resumed.map_or(after, |resumed| after.max(resumed));
        let Some((from, until)) = self.quiet_hours_at(after) else {
            return self.held_back(self.when.next_after(after)?);
        };
        // What the pause has swallowed does not come out of the quiet hours that follow it.
        let since = resumed.map_or(from.before(TICK), |resumed| resumed.max(from.before(TICK)));
        match self.when.next_after(since) {
            Some(run) if run < until => Some(until),
            run => self.held_back(run?),
        }
    }

    /// The next `count` runs after an instant.
    pub fn next_runs(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        std::iter::successors(self.next_after(after), |run| self.next_after(*run)).take(count).collect()
    }

    /// The last run that is at or before `until` and not before `from`, which is a run.
    pub fn last_until(&self, from: Timestamp, until: Timestamp) -> Timestamp {
        // What falls into the quiet hours of this moment is still to come.
        let open = self.quiet_hours_at(until).map_or(until, |(since, _)| since.before(TICK));
        let last = self.when.rule.last_until(from, open, self.when.zone).and_then(|run| self.held_back(run));
        last.filter(|run| *run <= until).map_or(from, |run| run.max(from))
    }

    /// When the quiet hours are over that hold an instant; `None` where it is in none.
    pub fn quiet_until(&self, at: Timestamp) -> Option<Timestamp> {
        self.quiet_hours_at(at).map(|(_, until)| until)
    }

    /// A run of the rule, when it comes in fact.
    fn held_back(&self, run: Timestamp) -> Option<Timestamp> {
        Some(self.quiet_until(run).unwrap_or(run))
    }

    /// The quiet hours that hold an instant, from their beginning to their end.
    fn quiet_hours_at(&self, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let quiet = self.quiet?;
        let local = self.when.zone.local(at)?;
        let minute = u16::try_from(local.hour() * 60 + local.minute()).ok()?;
        if !quiet.holds(minute) {
            return None;
        }
        // Across midnight they began yesterday, or end tomorrow.
        let (first, last) = match (quiet.over_midnight(), minute >= quiet.from()) {
            (false, _) => (local.date(), local.date()),
            (true, true) => (local.date(), local.date().checked_add_days(Days::new(1))?),
            (true, false) => (local.date().checked_sub_days(Days::new(1))?, local.date()),
        };
        let from = self.when.zone.instant(NaiveDateTime::new(first, time(quiet.from())?))?;
        let until = self.when.zone.instant(NaiveDateTime::new(last, time(quiet.until())?))?;
        // Where a clock is set back they are over when it first shows so; what it shows again is not quiet.
        (at < until).then_some((from, until))
    }
}

fn time(minute: u16) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(u32::from(minute / 60), u32::from(minute % 60), 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Monday, 2026-11-23, midnight in Shanghai.
    const MIDNIGHT: Timestamp = Timestamp(1_795_363_200_000);
    const MINUTE: i64 = 60_000;

    fn timing(cron: &str, quiet: Option<(u16, u16)>) -> Timing {
        let quiet = quiet.and_then(|(from, until)| Quiet::between(from, until));
        Timing::new(When::stored(cron, "Asia/Shanghai").unwrap(), &Manner { quiet, ..Manner::default() })
    }

    fn minutes(runs: &[Timestamp]) -> Vec<i64> {
        runs.iter().map(|run| (run.0 - MIDNIGHT.0) / MINUTE).collect()
    }

    #[test]
    fn what_falls_into_quiet_hours_comes_once_when_they_are_over() {
        let night = Some((22 * 60, 7 * 60));
        assert_eq!(minutes(&timing("0 6 * * *", night).next_runs(MIDNIGHT, 2)), [7 * 60, 31 * 60]);
        assert_eq!(minutes(&timing("0 23 * * *", night).next_runs(MIDNIGHT, 2)), [7 * 60, 31 * 60]);
        let hourly = timing("0 * * * *", night).next_runs(Timestamp(MIDNIGHT.0 + 20 * 60 * MINUTE), 4);
        assert_eq!(minutes(&hourly), [21 * 60, 31 * 60, 32 * 60, 33 * 60]);
        assert_eq!(minutes(&timing("0 12 * * *", night).next_runs(MIDNIGHT, 1)), [12 * 60]);
        // What is on the very minute at which they end is another run no more.
        assert_eq!(minutes(&timing("0 6,7 * * *", night).next_runs(MIDNIGHT, 2)), [7 * 60, 31 * 60]);
    }

    #[test]
    fn nothing_comes_before_a_pause_is_over_and_then_at_once_on_the_minute() {
        let mut timing = timing("0 9 * * *", None);
        timing.paused_until = Some(Timestamp(MIDNIGHT.0 + 2 * 24 * 60 * MINUTE + 9 * 60 * MINUTE));
        assert_eq!(minutes(&timing.next_runs(MIDNIGHT, 2)), [57 * 60, 81 * 60]);
    }

    #[test]
    fn what_a_pause_has_swallowed_does_not_come_out_of_quiet_hours() {
        let mut timing = timing("0 23 * * *", Some((22 * 60, 8 * 60)));
        timing.paused_until = Some(Timestamp(MIDNIGHT.0 + 24 * 60 * MINUTE));
        assert_eq!(minutes(&timing.next_runs(MIDNIGHT, 1)), [56 * 60], "not the one of the night that it ends in");
    }

    #[test]
    fn quiet_hours_follow_the_clock_over_a_change_of_the_season() {
        // 2027-03-28 in Berlin: after 01:59 comes 03:00.
        let when = When::stored("0 1 * * *", "Europe/Berlin").unwrap();
        let manner = Manner { quiet: Quiet::between(0, 8 * 60), ..Manner::default() };
        let saturday = Timestamp(1_806_192_000_000 - 24 * 60 * MINUTE);
        let runs = Timing::new(when, &manner).next_runs(saturday, 2);
        assert_eq!(runs[1].since(runs[0]), Duration::from_secs(23 * 3600));
    }

    proptest! {
        #[test]
        fn runs_rise_are_never_in_quiet_hours_and_the_last_is_found_again(
            hours in prop::collection::btree_set(0_u32..24, 1..5), minute in 0_u32..60,
            from in 0_u16..1440, until in 0_u16..1440, start in 0_i64..7 * 1440, zone in prop::sample::select(vec!["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"]),
        ) {
            let hours: Vec<String> = hours.iter().map(ToString::to_string).collect();
            let when = When::stored(&format!("{minute} {} * * *", hours.join(",")), zone).unwrap();
            let manner = Manner { quiet: Quiet::between(from, until), ..Manner::default() };
            let timing = Timing::new(when, &manner);
            let runs = timing.next_runs(Timestamp(MIDNIGHT.0 + start * MINUTE), 12);
            for pair in runs.windows(2) {
                prop_assert!(pair[0] < pair[1]);
                prop_assert_eq!(timing.last_until(runs[0], Timestamp(pair[1].0 - 1)), pair[0]);
                prop_assert_eq!(timing.next_after(pair[0]), Some(pair[1]));
            }
            for run in &runs {
                prop_assert_eq!(timing.quiet_until(*run), None);
                prop_assert_eq!(timing.last_until(runs[0], *run), *run);
            }
        }
    }
}
