//! Cron lines on the wall clocks of the world, against a second way of counting: walk through the minutes of UTC, look at
//! the local clock at each, and note every local minute that has passed for the first time.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::{OffsetComponents, TZ_VARIANTS, Tz};
use proptest::prelude::*;
use wengu::clock::Timestamp;
use wengu::schedule::field::Unit;
use wengu::schedule::rule::Rule;
use wengu::schedule::zone::Zone;

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// A line and when it runs, said a second time as a plain predicate on the local clock.
struct Line {
    text: String,
    runs: Box<dyn Fn(NaiveDateTime) -> bool>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn line(text: impl Into<String>, runs: impl Fn(NaiveDateTime) -> bool + 'static) -> Line {
    Line { text: text.into(), runs: Box::new(runs) }
}

/// The local minutes that a clock in the zone shows for the first time in `from..to`, each with the instant; those of a
/// gap all pass at its end.
fn passed(tz: Tz, from: i64, to: i64) -> Vec<(i64, NaiveDateTime)> {
    // The walk begins early, so that the furthest the local clock has been is known at `from`.
    let start = from - 6 * 60 * MINUTE;
    let mut furthest = local(tz, start);
    let mut passed = Vec::new();
    for instant in (start..to).step_by(60) {
        let now = local(tz, instant);
        while furthest < now {
            furthest += chrono::TimeDelta::minutes(1);
            passed.push((instant, furthest));
        }
    }
    passed.retain(|(instant, _)| *instant >= from);
    passed
}

/// The instants at which the line runs.
fn walked(line: &Line, passed: &[(i64, NaiveDateTime)]) -> Vec<i64> {
    let mut runs: Vec<i64> =
        passed.iter().filter(|(_, clock)| (line.runs)(*clock)).map(|(instant, _)| *instant).collect();
    runs.dedup();
    runs
}

fn local(tz: Tz, instant: i64) -> NaiveDateTime {
    tz.from_utc_datetime(&DateTime::from_timestamp(instant, 0).unwrap().naive_utc()).naive_local()
}

fn offset(tz: Tz, instant: i64) -> i64 {
    let at = tz.from_utc_datetime(&DateTime::from_timestamp(instant, 0).unwrap().naive_utc());
    (at.offset().base_utc_offset() + at.offset().dst_offset()).num_seconds()
}

fn zone(tz: Tz) -> Zone {
    Zone::parse(tz.name()).unwrap()
}

/// The runs of the rule in `from..to`, one asked after the other as if the program restarted after each.
fn ruled(rule: &Rule, zone: Zone, from: i64, to: i64) -> Vec<i64> {
    let first = rule.next_after(Timestamp(from * 1_000 - 1), zone);
    std::iter::successors(first, |run| rule.next_after(*run, zone))
        .map(|run| {
            assert_eq!(run.0 % 1_000, 0);
            run.0 / 1_000
        })
        .take_while(|run| *run < to)
        .collect()
}

fn same(lines: &[Line], tz: Tz, from: i64, to: i64) {
    let passed = passed(tz, from, to);
    for line in lines {
        let rule = Rule::parse(&line.text).unwrap();
        assert_eq!(ruled(&rule, zone(tz), from, to), walked(line, &passed), "`{}` in {tz}, {from}..{to}", line.text);
    }
}

/// Every change of the clock from 1973 (before that some offsets had seconds) to 2060, zones with the same ones once.
fn changes() -> BTreeMap<Vec<(i64, i64, i64)>, Tz> {
    TZ_VARIANTS.iter().map(|tz| (changes_of(*tz), *tz)).collect()
}

/// The instants of the changes, with the offsets before and after.
fn changes_of(tz: Tz) -> Vec<(i64, i64, i64)> {
    let weekly: Vec<(i64, i64)> = (157..4_700).map(|week| (week * 7 * DAY, offset(tz, week * 7 * DAY))).collect();
    let changed = weekly.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    changed
        .map(|pair| {
            let ((mut same, before), (mut at, _)) = (pair[0], pair[1]);
            while at - same > MINUTE {
                let middle = same + (at - same) / 2 / MINUTE * MINUTE;
                if offset(tz, middle) == before { same = middle } else { at = middle }
            }
            (at, before, offset(tz, at))
        })
        .collect()
}

#[test]
fn around_every_change_of_every_clock_each_local_minute_runs_once() {
    let mut seen = 0;
    for (changes, tz) in changes() {
        // One change of each kind in a generation: the same rule of law, the same local minute.
        let mut kinds: BTreeMap<(i64, i64, u32), i64> = BTreeMap::new();
        for (at, before, after) in changes {
            let clock = local(tz, at);
            kinds.insert((after - before, i64::from(clock.year()) / 30, clock.hour() * 60 + clock.minute()), at);
        }
        for ((shift, ..), at) in kinds {
            seen += 1;
            around(tz, at, shift);
        }
    }
    assert!(seen > 500, "{seen}");
}

/// Lines that run inside the gap or overlap, at its two ends, and all the time.
fn around(tz: Tz, at: i64, shift: i64) {
    let (from, to) = (at - 120 * MINUTE, at + shift.abs() + 120 * MINUTE);
    let middle = local(tz, at) - chrono::TimeDelta::seconds(shift.abs() / 2 / MINUTE * MINUTE);
    let mut lines = vec![line("*/15 * * * *", |t| t.minute() % 15 == 0)];
    for clock in [local(tz, at), middle, local(tz, at - 60)] {
        let (hour, minute) = (clock.hour(), clock.minute());
        lines.push(line(format!("{minute} {hour} * * *"), move |t| t.hour() == hour && t.minute() == minute));
    }
    same(&lines, tz, from, to);
}

#[test]
fn a_restart_between_the_two_folds_repeats_nothing() {
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    let rule = Rule::parse("30 2 * * *").unwrap();
    // 2026-10-25: 02:30 comes at 00:30Z and at 01:30Z.
    let first = utc("2026-10-25T00:30:00Z");
    assert_eq!(rule.next_after(utc("2026-10-24T23:59:00Z"), berlin), Some(first));
    for restart in ["2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:29:59Z", "2026-10-25T01:30:00Z"] {
        assert_eq!(rule.next_after(utc(restart), berlin), Some(utc("2026-10-26T01:30:00Z")), "{restart}");
    }
}

#[test]
fn what_a_gap_swallows_runs_at_its_end_once() {
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    // 2026-03-29: the clock jumps from 02:00 to 03:00 at 01:00Z.
    let runs = |line: &str| Rule::parse(line).unwrap().next_runs(utc("2026-03-29T00:00:00Z"), berlin, 2);
    let end = utc("2026-03-29T01:00:00Z");
    assert_eq!(runs("30 2 * * *"), [end, utc("2026-03-30T00:30:00Z")]);
    assert_eq!(runs("0,30 2,3 * * *"), [end, utc("2026-03-29T01:30:00Z")]);
    // A whole day that Samoa left out.
    let apia = Zone::parse("Pacific/Apia").unwrap();
    let friday = Rule::parse("0 9 30 12 *").unwrap().next_after(utc("2011-12-01T00:00:00Z"), apia);
    assert_eq!(friday, Some(utc("2011-12-30T10:00:00Z")));
}

#[test]
fn the_last_run_before_an_instant_is_the_one_whose_next_comes_after_it() {
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    let rule = Rule::parse("*/7 1-3 * * *").unwrap();
    let from = utc("2026-10-20T00:00:00Z");
    for minutes in (0..8 * 24 * 60).step_by(11) {
        let now = Timestamp(from.0 + minutes * 60_000);
        let last = rule.last_until(from, now, berlin);
        let next = rule.next_after(now, berlin).unwrap();
        match last {
            Some(last) => {
                assert!(from <= last && last <= now);
                assert_eq!(rule.next_after(last, berlin), Some(next));
            }
            None => assert_eq!(rule.next_after(Timestamp(from.0 - 1), berlin), Some(next)),
        }
    }
}

fn utc(text: &str) -> Timestamp {
    Timestamp(DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
}

/// One item of a field, as written and as meant.
fn item(unit: Unit) -> impl Strategy<Value = (String, Vec<u32>)> {
    let (low, high) = unit.bounds();
    let value = low..=high;
    prop_oneof![
        value.clone().prop_map(|n| (n.to_string(), vec![n])),
        (value.clone(), value.clone()).prop_map(|(a, b)| {
            let (a, b) = (a.min(b), a.max(b));
            (format!("{a}-{b}"), (a..=b).collect())
        }),
        (1..=high).prop_map(move |step| (format!("*/{step}"), (low..=high).step_by(step as usize).collect())),
        (value, 1..=high)
            .prop_map(move |(a, step)| (format!("{a}/{step}"), (a..=high).step_by(step as usize).collect())),
    ]
}

fn field(unit: Unit) -> impl Strategy<Value = (String, Vec<u32>)> {
    let (low, high) = unit.bounds();
    prop_oneof![
        1 => Just(("*".to_owned(), (low..=high).collect())),
        2 => prop::collection::vec(item(unit), 1..4).prop_map(|items| {
            let (texts, numbers): (Vec<_>, Vec<_>) = items.into_iter().unzip();
            (texts.join(","), numbers.concat())
        }),
    ]
}

/// Any line of five fields that restricts at most one kind of day.
fn any_line() -> impl Strategy<Value = Line> {
    let all = |unit: Unit| Just(("*".to_owned(), (unit.bounds().0..=unit.bounds().1).collect::<Vec<u32>>()));
    let days = prop_oneof![(field(Unit::Day), all(Unit::Weekday)), (all(Unit::Day), field(Unit::Weekday))];
    (field(Unit::Minute), field(Unit::Hour), days, field(Unit::Month)).prop_map(
        |(minute, hour, (day, weekday), month)| {
            let text = [&minute, &hour, &day, &month, &weekday].map(|f| f.0.as_str()).join(" ");
            line(text, move |t| {
                minute.1.contains(&t.minute())
                    && hour.1.contains(&t.hour())
                    && day.1.contains(&t.day())
                    && month.1.contains(&t.month())
                    && weekday.1.contains(&t.weekday().num_days_from_sunday())
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_line_runs_when_its_fields_match_in_any_zone_and_year(
        line in any_line(),
        tz in prop::sample::select(&TZ_VARIANTS[..]),
        day in 1_100i64..47_000,
    ) {
        if Rule::parse(&line.text).is_ok() {
            same(&[line], tz, day * DAY, (day + 9) * DAY);
        }
    }

    #[test]
    fn a_rule_survives_its_canonical_text(line in any_line()) {
        if let Ok(rule) = Rule::parse(&line.text) {
            let text = rule.to_string();
            prop_assert_eq!(Rule::parse(&text).unwrap().to_string(), text.clone());
            prop_assert_eq!(Rule::parse(&text).unwrap(), rule);
        }
    }

    #[test]
    fn any_text_is_a_rule_or_an_error_that_points_into_it(text in "[0-9a-z*/,?\\- 周一]{0,30}") {
        if let Err(error) = Rule::parse(&text) {
            prop_assert!(text.is_char_boundary(error.offset()), "{error}");
        }
    }

    #[test]
    fn any_text_is_a_zone_or_an_error(text in "\\PC{0,30}") {
        if let Ok(zone) = Zone::parse(&text) {
            prop_assert_eq!(Zone::parse(zone.id()), Ok(zone));
        }
    }
}
