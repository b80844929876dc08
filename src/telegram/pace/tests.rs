//! The limits, kept whatever the messages take on their way.

use proptest::prelude::*;

use super::*;

fn at(start: Instant, millis: u64) -> Instant {
    start + Duration::from_millis(millis)
}

/// A second as the pace counts it.
const SECOND: Duration = Duration::from_millis(1_010);
/// So many chats that what holds for all of them binds before what holds for each.
const CHATS: i64 = 60;

/// The most of these instants in any window of this length.
fn densest(times: &[u64], window: u64) -> usize {
    times.iter().map(|from| times.iter().filter(|at| (*from..from + window).contains(*at)).count()).max().unwrap_or(0)
}

/// A message that goes, arrives and is answered after so many milliseconds each.
fn send(pace: &mut Pace, chat: i64, class: Class, goes: Instant, took: u64) {
    pace.reserve(ChatId(chat), class, goes);
    let took = Duration::from_millis(took);
    pace.end(ChatId(chat), class, Some(took), goes + took);
}

/// Messages on their way: when each is answered, when it went, and to which chat.
type OnTheWay = Vec<(u64, u64, i64, Class)>;

fn answer(pace: &mut Pace, start: Instant, under_way: &mut OnTheWay, now: u64) {
    under_way.sort_unstable_by_key(|(answered, ..)| *answered);
    while under_way.first().is_some_and(|(answered, ..)| *answered <= now) {
        let (answered, went, chat, class) = under_way.remove(0);
        let took = Duration::from_millis(answered - went);
        pace.end(ChatId(chat), class, Some(took), at(start, answered));
    }
}

proptest! {
    /// Whatever the way there and back takes, as long as neither is faster than it ever was.
    #[test]
    fn messages_arrive_within_every_window_however_long_they_are_on_their_way(
        wishes in prop::collection::vec((-CHATS..CHATS, any::<bool>(), 0_u64..25, 0_u64..300, 0_u64..100), 1..400),
        least in 0_u64..40,
    ) {
        let start = Instant::now();
        let (mut pace, mut now, mut under_way) = (Pace::new(Limits::default(), start), 0, OnTheWay::new());
        let mut arrivals: Vec<(i64, u64, Class)> = Vec::new();
        for (chat, is_reply, pause, there, back) in wishes {
            now += pause;
            answer(&mut pace, start, &mut under_way, now);
            let class = if is_reply { Class::Reply } else { Class::Reminder };
            let turn = pace.overall(class, at(start, now)).later(pace.to_chat(ChatId(chat), at(start, now)));
            if turn == Turn::Now {
                pace.reserve(ChatId(chat), class, at(start, now));
                let arrives = now + least + there;
                arrivals.push((chat, arrives, class));
                under_way.push((arrives + least + back, now, chat, class));
            }
        }
        let all: Vec<u64> = arrivals.iter().map(|(_, at, _)| *at).collect();
        prop_assert!(densest(&all, 900) <= 30);
        let replies: Vec<u64> = arrivals.iter().filter(|(.., class)| *class == Class::Reply).map(|(_, at, _)| *at).collect();
        prop_assert!(densest(&replies, 900) <= 25);
        for chat in -CHATS..CHATS {
            let times: Vec<u64> = arrivals.iter().filter(|(c, ..)| *c == chat).map(|(_, at, _)| *at).collect();
            prop_assert!(densest(&times, 900) <= 1);
            prop_assert!(chat >= 0 || densest(&times, 59_900) <= 20);
        }
    }
}

#[test]
fn a_broadcast_to_many_chats_keeps_98_percent_of_the_allowed_pace_and_never_exceeds_it() {
    let start = Instant::now();
    for took in [3, 80] {
        let (mut pace, mut now, mut times, mut under_way) =
            (Pace::new(Limits::default(), start), 0, Vec::new(), OnTheWay::new());
        for chat in 0..3_000 {
            loop {
                answer(&mut pace, start, &mut under_way, now);
                if pace.overall(Class::Reminder, at(start, now)) == Turn::Now {
                    break;
                }
                now += 1;
            }
            pace.reserve(ChatId(chat), Class::Reminder, at(start, now));
            under_way.push((now + took, now, chat, Class::Reminder));
            times.push(now);
        }
        assert_eq!(densest(&times, 1_000), 30);
        assert!(3_000.0 / (f64::from(u32::try_from(now).unwrap()) / 1_000.0) >= 0.98 * 30.0, "{now} ms");
    }
}

#[test]
fn broadcasts_keep_apart_so_that_a_reply_soon_finds_a_place() {
    let start = Instant::now();
    let (mut pace, mut now, mut longest) = (Pace::new(Limits::default(), start), 0, 0);
    for chat in 0..300 {
        while pace.overall(Class::Reminder, at(start, now)) != Turn::Now {
            now += 1;
        }
        send(&mut pace, chat, Class::Reminder, at(start, now), 0);
        if let Turn::At(place) = pace.overall(Class::Reply, at(start, now)) {
            longest = longest.max((place - at(start, now)).as_millis());
        }
    }
    assert!((1..=200).contains(&longest), "{longest} ms");
}

#[test]
fn replies_leave_the_reminders_their_share_and_take_the_next_place_in_a_broadcast() {
    let now = Instant::now();
    let mut pace = Pace::new(Limits::default(), now);
    for chat in 0..25 {
        assert_eq!(pace.overall(Class::Reply, now), Turn::Now);
        send(&mut pace, chat, Class::Reply, now, 0);
    }
    assert_eq!(pace.overall(Class::Reply, now), Turn::At(now + SECOND));
    for chat in 25..30 {
        assert_eq!(pace.all.turn(30, SECOND, now), Turn::Now);
        send(&mut pace, chat, Class::Reminder, now, 0);
    }
    assert_eq!(pace.overall(Class::Reminder, now), Turn::At(now + SECOND));
}

#[test]
fn without_limits_everything_goes_at_once_and_nothing_is_kept_in_mind() {
    let now = Instant::now();
    let mut pace = Pace::new(Limits::LIFTED, now);
    for _ in 0..1_000 {
        assert_eq!(pace.overall(Class::Reply, now).later(pace.to_chat(ChatId(-1), now)), Turn::Now);
        send(&mut pace, -1, Class::Reply, now, 1);
    }
    assert!(pace.chats.is_empty() && !pace.all.matters(SECOND, now));
}

#[test]
fn one_that_was_let_through_and_has_not_been_answered_counts_as_going_now() {
    let now = Instant::now();
    let mut pace = Pace::new(Limits::default(), now);
    pace.reserve(ChatId(1), Class::Reminder, now);
    assert_eq!(pace.to_chat(ChatId(1), now), Turn::AfterAnother);
    pace.give_back(ChatId(1), Class::Reminder);
    assert_eq!(pace.to_chat(ChatId(1), now), Turn::Now);
}

#[test]
fn a_late_answer_keeps_its_place_for_so_much_longer() {
    let now = Instant::now();
    let mut pace = Pace::new(Limits::default(), now);
    (0..ENOUGH_ANSWERS).for_each(|chat| send(&mut pace, i64::from(chat), Class::Reminder, now, 20));
    assert_eq!(pace.to_chat(ChatId(1), now), Turn::At(now + SECOND));
    send(&mut pace, 2, Class::Reminder, now, 400);
    let late = Duration::from_millis(380) - FORGETTING;
    assert_eq!(pace.to_chat(ChatId(2), now), Turn::At(now + SECOND + late));
}

#[test]
fn what_went_to_a_group_counts_under_its_new_number() {
    let now = Instant::now();
    let mut pace = Pace::new(Limits::default(), now);
    send(&mut pace, -1, Class::Reminder, now, 0);
    pace.rename(ChatId(-1), ChatId(-100));
    assert_eq!(pace.to_chat(ChatId(-100), now), Turn::At(now + SECOND));
}

#[test]
fn chats_that_no_longer_matter_are_forgotten() {
    let start = Instant::now();
    let mut pace = Pace::new(Limits::default(), start);
    for chat in 0..20_000 {
        pace.record(ChatId(chat), Class::Reply, at(start, u64::try_from(chat).unwrap() * 100));
    }
    assert!(pace.chats.len() <= CHATS_IN_MIND);
}
