use super::*;
use crate::message::{Body, ChatKind, MessageId, Mode, Place};
use crate::store::{DeliveryId, RowId, SubscriptionId, UpdateId};
use crate::telegram::pace::Limits;

const NOW: Timestamp = Timestamp(1_000_000);

fn row(number: i64, chat: i64, class: Class) -> Row {
    let id = format!("{number:032x}");
    let source = match class {
        Class::Reply => Source::Update(UpdateId(number)),
        Class::Reminder => Source::Occurrence {
            delivery: DeliveryId::parse(&id).unwrap(),
            subscription: SubscriptionId::parse(&id).unwrap(),
            due: NOW,
        },
    };
    let place = Place { chat: ChatId(chat), topic: TopicId::MAIN, kind: ChatKind::Group };
    Row {
        id: RowId::parse(&id).unwrap(),
        source,
        part: 0,
        parts: 1,
        outgoing: Outgoing::text(place, Mode::New, Body::plain("…")),
        progress: Progress::Planned,
        attempts: 0,
        ambiguous: 0,
        not_before: NOW,
        question: None,
        sections: Vec::new(),
    }
}

fn lanes(rows: impl IntoIterator<Item = Row>) -> Lanes {
    let mut lanes = Lanes::default();
    rows.into_iter().for_each(|row| lanes.push(row, NOW));
    lanes
}

fn number(out: Option<(Lane, Row)>) -> Option<u64> {
    u64::from_str_radix(&out?.1.id.to_string(), 16).ok()
}

/// The next reply, where the pace leaves room for all.
fn next_reply(lanes: &mut Lanes, now: Timestamp) -> Option<(Lane, Row)> {
    let instant = Instant::now();
    let next = lanes.next(Class::Reply, (now, instant), false, &mut Pace::new(Limits::LIFTED, instant));
    next.ok().map(|(lane, row, _)| (lane, row))
}

#[test]
fn a_lane_gives_out_one_row_at_a_time_and_in_order() {
    let mut lanes = lanes([row(1, 5, Class::Reply), row(2, 5, Class::Reply), row(3, 6, Class::Reply)]);
    let (lane, first) = next_reply(&mut lanes, NOW).unwrap();
    assert_eq!(number(next_reply(&mut lanes, NOW)), Some(3));
    assert_eq!(number(next_reply(&mut lanes, NOW)), None);
    lanes.back(lane, Some(first), NOW);
    assert_eq!(number(next_reply(&mut lanes, NOW)), Some(1));
    lanes.back(lane, None, NOW);
    assert_eq!(number(next_reply(&mut lanes, NOW)), Some(2));
}

#[test]
fn reminders_to_many_chats_stop_at_thirty_and_replies_do_not() {
    let reminders = (1..=40).map(|n| row(n, n, Class::Reminder));
    let mut lanes = lanes(reminders.chain([row(99, 99, Class::Reply)]));
    let begun = Instant::now();
    let (mut pace, mut instant, mut gone) = (Pace::new(Limits::default(), begun), begun, 0);
    while instant < begun + Duration::from_secs(1) {
        match lanes.next(Class::Reminder, (NOW, instant), false, &mut pace) {
            Ok((lane, _, at)) => {
                pace.end(lane.chat, Class::Reminder, None, at);
                gone += u32::from(at < begun + Duration::from_secs(1));
            }
            Err(more_at) => instant = more_at.unwrap(),
        }
    }
    assert_eq!(gone, 30);
    assert_eq!(number(next_reply(&mut lanes, NOW)), Some(99));
    assert!(lanes.next(Class::Reminder, (NOW, instant), false, &mut pace).is_ok());
}

#[test]
fn a_chat_whose_turn_it_is_not_lets_the_next_chat_go() {
    let mut lanes = lanes([row(1, 5, Class::Reminder), row(2, 6, Class::Reminder)]);
    let instant = Instant::now();
    let mut pace = Pace::new(Limits::default(), instant);
    pace.record(ChatId(5), Class::Reply, instant);
    let mut next = |lanes: &mut Lanes, at| {
        let (lane, row, _) = lanes.next(Class::Reminder, (NOW, at), false, &mut pace).ok()?;
        Some((lane, row))
    };
    assert_eq!(number(next(&mut lanes, instant)), Some(2));
    assert!(next(&mut lanes, instant).is_none());
    let at = lanes.next_by_pace().unwrap();
    assert!(at >= instant + Duration::from_secs(1));
    lanes.wake(NOW, at);
    assert_eq!(number(next(&mut lanes, at)), Some(1));
}

#[test]
fn buttons_that_wait_give_way_to_later_ones_of_the_same_message() {
    let buttons = |number, message| {
        let mut row = row(number, 5, Class::Reply);
        row.outgoing = Outgoing::keyboard(row.outgoing.place, MessageId(message), Vec::new());
        row
    };
    let mut lanes = lanes([row(1, 5, Class::Reply), buttons(2, 90), buttons(3, 91), buttons(4, 90)]);
    let taken = lanes.take_superseded(&buttons(5, 90));
    assert_eq!(taken.len(), 2);
    lanes.push(buttons(5, 90), NOW);
    for expected in [1, 3, 5] {
        let (lane, row) = next_reply(&mut lanes, NOW).unwrap();
        assert_eq!(u64::from_str_radix(&row.id.to_string(), 16), Ok(expected));
        lanes.back(lane, None, NOW);
    }
}

#[test]
fn a_held_chat_waits_for_the_clock_and_no_other_does() {
    let mut lanes = lanes([row(1, 5, Class::Reply), row(2, 6, Class::Reply)]);
    let later = NOW.after(Duration::from_secs(30));
    lanes.hold(ChatId(5), later);
    assert_eq!(number(next_reply(&mut lanes, NOW)), Some(2));
    assert_eq!(number(next_reply(&mut lanes, NOW)), None);
    assert_eq!(lanes.next_by_clock(), Some(later));
    lanes.wake(later, Instant::now());
    assert_eq!(number(next_reply(&mut lanes, later)), Some(1));
}

#[test]
fn a_clock_that_is_set_back_lengthens_no_wait() {
    let (second, day) = (Duration::from_secs(1), Duration::from_secs(86_400));
    let ahead = NOW.after(day);
    let retried = Row { not_before: ahead.after(second), ..row(1, 5, Class::Reply) };
    let mut lanes = Lanes::default();
    lanes.hold(ChatId(6), ahead.after(3 * second));
    lanes.push(retried, ahead);
    lanes.push(row(2, 6, Class::Reply), ahead);
    lanes.set_back(day, NOW);
    assert_eq!(lanes.next_by_clock(), Some(NOW.after(second)));
    lanes.wake(NOW.after(second), Instant::now());
    assert_eq!(number(next_reply(&mut lanes, NOW.after(second))), Some(1));
    assert_eq!(lanes.next_by_clock(), Some(NOW.after(3 * second)));
}

#[test]
fn a_chat_with_a_new_number_keeps_its_order_there() {
    let mut lanes = lanes([row(1, 5, Class::Reply), row(2, 5, Class::Reply)]);
    lanes.rename(ChatId(5), ChatId(-100), NOW);
    let (lane, first) = next_reply(&mut lanes, NOW).unwrap();
    assert_eq!((lane.chat, first.outgoing.place.chat), (ChatId(-100), ChatId(-100)));
    lanes.back(lane, None, NOW);
    assert_eq!(number(next_reply(&mut lanes, NOW)), Some(2));
}

#[test]
fn nothing_goes_to_the_new_number_while_a_row_is_out_under_the_old_one() {
    let mut lanes = lanes([row(1, 5, Class::Reply), row(4, 5, Class::Reply)]);
    let (old, out) = next_reply(&mut lanes, NOW).unwrap();
    lanes.push(row(3, -100, Class::Reply), NOW);
    lanes.rename(ChatId(5), ChatId(-100), NOW);
    assert_eq!(number(next_reply(&mut lanes, NOW)), None);
    // One that was on its way here under the old number.
    lanes.push(row(2, 5, Class::Reply), NOW);
    lanes.back(old, Some(out), NOW);
    for expected in 1..=4 {
        let (lane, row) = next_reply(&mut lanes, NOW).unwrap();
        assert_eq!((row.outgoing.place.chat, number(Some((lane, row)))), (ChatId(-100), Some(expected)));
        lanes.back(lane, None, NOW);
    }
    assert_eq!(number(next_reply(&mut lanes, NOW)), None);
}

#[test]
fn a_wait_follows_a_chat_through_all_its_numbers() {
    let mut lanes = lanes([row(1, 5, Class::Reply)]);
    let later = NOW.after(Duration::from_secs(30));
    lanes.hold(ChatId(5), later);
    lanes.rename(ChatId(5), ChatId(-100), NOW);
    lanes.rename(ChatId(-100), ChatId(-200), NOW);
    assert_eq!(number(next_reply(&mut lanes, NOW)), None);
    assert_eq!(lanes.take_chat(ChatId(5)).len(), 1);
    assert_eq!(lanes.hold_of(ChatId(-200), NOW), Some(later));
}
