//! What has to happen, by the schedules alone: the instants at which each is due, from when it was set until it was
//! changed, as far as the program has looked.

use std::collections::BTreeSet;

use wengu::clock::Timestamp;
use wengu::content::model::DocumentId;
use wengu::message::{ChatId, ChatKind, Lang, Place, ScheduleKey, TopicId, UserId};
use wengu::sandbox::scene::TEACHER;
use wengu::schedule::when::When;
use wengu::store::{Goal, NewSubscription};

use super::chance::Chance;

/// Where clocks change, a little before they do; and a day on which nothing changes.
const PLACES: [(&str, &str); 7] = [
    ("Europe/Berlin", "2026-10-25T00:20:00Z"),
    ("Europe/Berlin", "2027-03-28T00:35:00Z"),
    ("America/New_York", "2026-11-01T05:20:00Z"),
    ("America/New_York", "2027-03-14T06:40:00Z"),
    ("Australia/Lord_Howe", "2027-04-03T14:40:00Z"),
    ("Africa/Cairo", "2027-04-29T21:30:00Z"),
    ("Asia/Shanghai", "2026-11-23T01:00:00Z"),
];
/// How often groups are reminded.
const CRONS: [&str; 8] = [
    "*/5 * * * *",
    "*/5 * * * *",
    "*/7 * * * *",
    "*/10 * * * *",
    "30 2 * * *",
    "0,20,40 * * * *",
    "*/2 1-3 * * *",
    "15 * * * *",
];

/// A chat.
#[derive(Clone, Debug)]
pub(super) struct Room {
    /// The numbers that it has had, the present one last.
    pub(super) numbers: Vec<i64>,
    pub(super) kind: ChatKind,
    /// The topics that were opened in it.
    pub(super) topic: Option<i64>,
}

impl Room {
    pub(super) fn number(&self) -> i64 {
        *self.numbers.last().unwrap()
    }
}

/// A schedule, and what it leads to.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) key: ScheduleKey,
    /// Which chat has it.
    pub(super) chat: usize,
    when: When,
    from: Timestamp,
    /// Until when the program has looked, by the clock as it is now.
    looked: Timestamp,
    /// Until when it has ever looked.
    latest: Timestamp,
    ended: bool,
    /// The instants that have to be on record.
    pub(super) must: BTreeSet<Timestamp>,
    /// Those that may.
    pub(super) may: BTreeSet<Timestamp>,
}

impl Expected {
    pub(super) fn new(key: ScheduleKey, chat: usize, cron: &str, zone: &str, now: Timestamp) -> Self {
        let when = When::stored(cron, zone).unwrap();
        Self {
            key,
            chat,
            when,
            from: now,
            looked: now,
            latest: now,
            ended: false,
            must: BTreeSet::new(),
            may: BTreeSet::new(),
        }
    }

    /// The program has planned everything that is due now.
    pub(super) fn planned_until(&mut self, now: Timestamp) {
        (self.looked, self.latest) = (now, self.latest.max(now));
        if self.ended || now <= self.from {
            return;
        }
        let runs = std::iter::successors(self.when.next_after(self.from), |run| self.when.next_after(*run));
        let runs: Vec<Timestamp> = runs.take_while(|run| *run <= now).collect();
        self.must.extend(&runs);
        self.may.extend(&runs);
        self.from = now;
    }

    /// The clock was set back. What is due before the schedule was set, by that clock, may come; a skip of what is
    /// still to come counts for nothing, and comes again only if it is due by the schedule as it is now.
    pub(super) fn set_back(&mut self, now: Timestamp) {
        self.looked = self.looked.min(now);
        let runs = std::iter::successors(self.when.next_after(now), |run| self.when.next_after(*run));
        let runs: BTreeSet<Timestamp> = runs.take_while(|run| *run <= self.latest).collect();
        self.must.retain(|run| *run <= now || (!self.ended && runs.contains(run)));
        if !self.ended {
            self.may.extend(runs);
        }
    }

    /// Somebody sets another schedule. What was due and not planned is not due any more; nor is what a clock that has
    /// been set back since had shown.
    pub(super) fn edit(&mut self, cron: &str, zone: &str, now: Timestamp) {
        self.when = When::stored(cron, zone).unwrap();
        (self.from, self.ended) = (now, false);
        self.must.retain(|run| *run <= self.looked);
    }

    /// The chat wants no more of it.
    pub(super) fn end(&mut self) {
        self.ended = true;
        self.must.retain(|run| *run <= self.looked);
    }
}

/// The seed's part of the world: its zone, and when it begins.
pub(super) fn somewhere(chance: &mut Chance) -> (&'static str, Timestamp) {
    let (zone, begins) = chance.pick(&PLACES);
    let begins = chrono::DateTime::parse_from_rfc3339(begins).unwrap().timestamp_millis();
    (zone, Timestamp(begins))
}

pub(super) fn cron(chance: &mut Chance) -> &'static str {
    chance.pick(&CRONS)
}

/// A chat's wish.
pub(super) fn wish(place: &Room, cron: &str, zone: &str, now: Timestamp) -> NewSubscription {
    let topic = place.topic.map_or(TopicId::MAIN, |topic| TopicId(i32::try_from(topic).unwrap()));
    NewSubscription {
        goal: Goal::default(),
        place: Place { chat: ChatId(place.number()), topic, kind: place.kind },
        document: DocumentId::parse("long").unwrap(),
        series: "measure".into(),
        cron: cron.into(),
        zone: zone.into(),
        lang: Lang::Zh,
        by: UserId(TEACHER),
        next_due: When::stored(cron, zone).unwrap().next_after(now),
    }
}
