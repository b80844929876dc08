//! What has to be true in the end.

use std::collections::BTreeMap;

use wengu::clock::Timestamp;
use wengu::message::ScheduleKey;
use wengu::store::{DeliveryState, Entry};

use super::model::Expected;
use super::network::{Shown, Sight};
use super::play::Simulation;

/// How the last of many skips begins, which stands for the rest.
const STANDS_FOR_THE_REST: &str = "missed, as were all that are not listed up to ";

pub(super) fn check(simulation: &Simulation, entries: &[Entry]) {
    let state = simulation.network.state();
    every_occurrence_has_one_end(entries);
    for expected in &simulation.expected {
        let own: Vec<&Entry> = entries.iter().filter(|entry| key(entry) == expected.key).collect();
        nothing_is_lost_and_nothing_made_up(expected, &own);
    }
    repeats_come_only_from_doubt(entries, &state.arrived);
    each_chat_is_in_order(simulation, entries, &state.asked);
    never_above_the_limits(simulation, &state.arrived);
    assert!(state.impatient.is_empty(), "a wait was not kept: {:?}", state.impatient);
}

fn key(entry: &Entry) -> ScheduleKey {
    entry.delivery.occurrence.subscription.key()
}

fn shown(entry: &Entry) -> Shown {
    (key(entry), entry.delivery.occurrence.due)
}

fn every_occurrence_has_one_end(entries: &[Entry]) {
    let mut seen = std::collections::BTreeSet::new();
    for entry in entries {
        assert_ne!(entry.delivery.state, DeliveryState::Planned, "{entry:?}");
        assert!(entry.settled.is_some(), "{entry:?}");
        let ScheduleKey(key) = key(entry);
        assert!(seen.insert((key, entry.delivery.occurrence.due)), "twice on record: {entry:?}");
    }
}

/// Every instant of the schedule is on record, or one that stands for it; and no other.
fn nothing_is_lost_and_nothing_made_up(expected: &Expected, own: &[&Entry]) {
    let on_record: BTreeMap<Timestamp, &Entry> =
        own.iter().map(|entry| (entry.delivery.occurrence.due, *entry)).collect();
    let stands_for = |(at, entry): (&Timestamp, &&Entry)| Some((*at, until(entry.delivery.reason.as_ref()?)?));
    let mut gaps: Vec<_> = on_record.iter().filter_map(stands_for).collect();
    // Skips of the same reason in a row are one row, which says when the last of them was due.
    let in_a_row = |entry: &&Entry| {
        let last = entry.delivery.last_due?;
        Some((entry.delivery.occurrence.due, Timestamp(last.0 + 1)))
    };
    gaps.extend(own.iter().filter_map(in_a_row));
    for due in &expected.must {
        let stood_for = gaps.iter().any(|(at, until)| at < due && due < until);
        assert!(on_record.contains_key(due) || stood_for, "lost: what was due at {} in {}", due.0, expected.chat);
    }
    for due in on_record.keys() {
        assert!(expected.may.contains(due), "made up: {} in {}", due.0, expected.chat);
    }
}

/// Up to when a skip stands for those that are not on record.
fn until(reason: &str) -> Option<Timestamp> {
    let until = chrono::DateTime::parse_from_rfc3339(reason.strip_prefix(STANDS_FOR_THE_REST)?).unwrap();
    Some(Timestamp(until.timestamp_millis()))
}

/// What was sent is there; more than once only after an attempt of which nobody knew how it ended, and then once more.
fn repeats_come_only_from_doubt(entries: &[Entry], arrived: &[Sight]) {
    for entry in entries {
        let copies = arrived.iter().filter(|sight| sight.taken_in && sight.shown == Some(shown(entry))).count();
        let doubts = usize::try_from(entry.ambiguous).unwrap();
        let least = usize::from(entry.delivery.state == DeliveryState::Sent);
        // One that was on its way when it was taken back may have arrived.
        let taken_back = entry.delivery.state == DeliveryState::Skipped && entry.attempts > entry.ambiguous;
        assert!(copies >= least, "lost: {entry:?}");
        assert!(copies <= (least + doubts + usize::from(taken_back)).min(2), "{copies} copies of {entry:?}");
        assert!(doubts <= 2, "tried again after a second doubt: {entry:#?}");
    }
}

/// No message of a chat is asked for after a later one.
fn each_chat_is_in_order(simulation: &Simulation, entries: &[Entry], asked: &[Sight]) {
    let places: BTreeMap<(u128, Timestamp), usize> = entries
        .iter()
        .enumerate()
        .map(|(place, entry)| ((key(entry).0, entry.delivery.occurrence.due), place))
        .collect();
    for room in &simulation.rooms {
        // The main chat and a topic are two lanes.
        if room.topic.is_some() {
            continue;
        }
        // A clock that was set back lets a skip come to nothing, and its occurrence be planned anew.
        let steady = asked.iter().filter(|sight| sight.jumps == 0 && room.numbers.contains(&sight.chat));
        let shown = steady.filter_map(|sight| sight.shown);
        let order: Vec<usize> = shown.filter_map(|(ScheduleKey(key), due)| places.get(&(key, due)).copied()).collect();
        assert!(order.is_sorted(), "out of order in {:?}: {order:?}", room.numbers);
    }
}

/// 30 in any second, one a second and 20 a minute to a chat.
fn never_above_the_limits(simulation: &Simulation, arrived: &[Sight]) {
    // What a run before sent is known by the clock on the wall: where that jumped, a restart cannot tell.
    for jumps in 0..=arrived.last().map_or(0, |sight| sight.jumps) {
        let punctual = arrived.iter().filter(|sight| sight.taken_in && !sight.late && sight.jumps == jumps);
        within_the_limits(
            &punctual.map(|sight| ((sight.at - simulation.begun).as_millis(), sight.chat)).collect::<Vec<_>>(),
        );
    }
}

fn within_the_limits(times: &[(u128, i64)]) {
    for (index, (at, chat)) in times.iter().enumerate() {
        let within = |span: u128| times[index..].iter().take_while(move |(later, _)| later - at < span);
        assert!(within(1_000).count() <= 30, "more than 30 in the second from {at} ms");
        assert!(within(1_000).filter(|(_, other)| other == chat).count() <= 1, "two a second in {chat} at {at} ms");
        assert!(within(60_000).filter(|(_, other)| other == chat).count() <= 20, "more than 20 a minute in {chat}");
    }
}
