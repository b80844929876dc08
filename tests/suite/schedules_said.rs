//! Schedules as people say them, through `wengu when` as a user runs it.

use std::process::Command;

use proptest::prelude::*;
use serde_json::Value;
use wengu::answer::texts::texts;
use wengu::clock::Timestamp;
use wengu::message::Lang;
use wengu::schedule::freeform::{parse, parse_whole};
use wengu::schedule::rule::Rule;
use wengu::schedule::when::When;
use wengu::schedule::zone::Zone;

/// What `wengu when` says, and whether it said that it understood.
fn when(text: &str, zone: &str, now: &str) -> (Value, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wengu"));
    let run = command.args(["when", "--json", "--zone", zone, "--now", now, "--", text]).output().unwrap();
    let said = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{text}: {run:?}"));
    (said, run.status.code())
}

/// A text, and the times at which it comes, in order: the rest of a date is that of the one before.
type Said = (&'static str, [&'static str; 3]);

/// In Shanghai on Tuesday, 5 January 2027, at 14:45.
const IN_SHANGHAI: &[Said] = &[
    ("周四下午三点一刻", ["01-07T15:15", "01-14T15:15", "01-21T15:15"]),
    ("每天差一刻八点", ["01-06T07:45", "01-07T07:45", "01-08T07:45"]),
    ("sundays at a quarter to nine in the morning", ["01-10T08:45", "01-17T08:45", "01-24T08:45"]),
    ("ten past six pm on mondays", ["01-11T18:10", "01-18T18:10", "01-25T18:10"]),
    ("每晚九点半", ["01-05T21:30", "01-06T21:30", "01-07T21:30"]),
    ("周二、四 18点半", ["01-05T18:30", "01-07T18:30", "01-12T18:30"]),
    ("mon, wed and fri 7:05", ["01-06T07:05", "01-08T07:05", "01-11T07:05"]),
    ("周五到周日 21:00", ["01-08T21:00", "01-09T21:00", "01-10T21:00"]),
    ("每隔一周 周二 19:00", ["01-05T19:00", "01-19T19:00", "02-02T19:00"]),
    ("隔周日晚上8点", ["01-10T20:00", "01-24T20:00", "02-07T20:00"]),
    ("每三周一次，周一 8:00", ["01-11T08:00", "02-01T08:00", "02-22T08:00"]),
    ("fortnightly on Tuesday at 7 pm", ["01-05T19:00", "01-19T19:00", "02-02T19:00"]),
    ("every other Monday and Thursday at 9:00", ["01-07T09:00", "01-18T09:00", "01-21T09:00"]),
    ("每2天下午4点半", ["01-05T16:30", "01-07T16:30", "01-09T16:30"]),
    ("once every five days, 21:30", ["01-05T21:30", "01-10T21:30", "01-15T21:30"]),
    ("every third day at 8 pm", ["01-05T20:00", "01-08T20:00", "01-11T20:00"]),
    ("每月第二个周三 晚上7点", ["01-13T19:00", "02-10T19:00", "03-10T19:00"]),
    ("second and fourth Tuesday of every month at 18:30", ["01-12T18:30", "01-26T18:30", "02-09T18:30"]),
    ("last Thursday 17:00", ["01-28T17:00", "02-25T17:00", "03-25T17:00"]),
    ("每月第一个工作日 9:00", ["02-01T09:00", "03-01T09:00", "04-01T09:00"]),
    ("last business day of each month, 17:00", ["01-29T17:00", "02-26T17:00", "03-31T17:00"]),
    ("每月31号 9:00", ["01-31T09:00", "03-31T09:00", "05-31T09:00"]),
    ("the 10th and the last day of the month at 22:00", ["01-10T22:00", "01-31T22:00", "02-10T22:00"]),
    ("每季度第一天 9:00", ["04-01T09:00", "07-01T09:00", "10-01T09:00"]),
    ("last Friday of every quarter at 16:00", ["03-26T16:00", "06-25T16:00", "09-24T16:00"]),
    ("每两个月1号 9:00", ["02-01T09:00", "04-01T09:00", "06-01T09:00"]),
    ("alternate Fridays at 9:00", ["01-08T09:00", "01-22T09:00", "02-05T09:00"]),
    ("every alternate day at 20:00", ["01-05T20:00", "01-07T20:00", "01-09T20:00"]),
    ("工作日每天 8:15", ["01-06T08:15", "01-07T08:15", "01-08T08:15"]),
    ("周末每天 9:00", ["01-09T09:00", "01-10T09:00", "01-16T09:00"]),
    ("working days 8:15", ["01-06T08:15", "01-07T08:15", "01-08T08:15"]),
    ("每天早晚 8 点", ["01-05T20:00", "01-06T08:00", "01-06T20:00"]),
    ("每天早七晚九", ["01-05T21:00", "01-06T07:00", "01-06T21:00"]),
    ("twice a day at 7:30 am and 8 pm", ["01-05T20:00", "01-06T07:30", "01-06T20:00"]),
    ("every day at 7:30 in the morning and 9 at night", ["01-05T21:00", "01-06T07:30", "01-06T21:00"]),
    ("twice a month, on the 1st and 15th at 9:00", ["01-15T09:00", "02-01T09:00", "02-15T09:00"]),
    ("每周两次，周一周四 8:00", ["01-07T08:00", "01-11T08:00", "01-14T08:00"]),
    ("0 9 LW * *", ["01-29T09:00", "02-26T09:00", "03-31T09:00"]),
    ("0 9 15W * *", ["01-15T09:00", "02-15T09:00", "03-15T09:00"]),
    ("0 9 * * TUE#1,THUL", ["01-28T09:00", "02-02T09:00", "02-25T09:00"]),
    ("每年3月1日和9月1日 8:00", ["03-01T08:00", "09-01T08:00", "2028-03-01T08:00"]),
    ("every year on July 4th at 10 am", ["07-04T10:00", "2028-07-04T10:00", "2029-07-04T10:00"]),
];

#[test]
fn schedules_come_when_people_say() {
    for (text, expected) in IN_SHANGHAI {
        let (said, code) = when(text, "Asia/Shanghai", "2027-01-05T14:45:30+08:00");
        let whole = |date: &&str| {
            format!("{}:00+08:00", if date.len() > 11 { (*date).to_owned() } else { format!("2027-{date}") })
        };
        let expected: Vec<String> = expected.iter().map(whole).collect();
        let next: Vec<&str> = said["next"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!((next, code), (expected.iter().map(String::as_str).collect(), Some(0)), "{text}: {said}");
    }
}

#[test]
fn schedules_follow_the_clock_of_the_place_that_they_name() {
    for (text, now, expected) in [
        (
            "隔周日 2:30，按柏林时间",
            "2027-03-10T09:00:00+08:00",
            ["2027-03-14T02:30:00+01:00", "2027-03-28T03:00:00+02:00"],
        ),
        (
            "last Sunday 01:30 New York time",
            "2027-10-10T09:00:00+08:00",
            ["2027-10-31T01:30:00-04:00", "2027-11-28T01:30:00-05:00"],
        ),
        (
            "每3天 21:00，+05:45",
            "2027-05-03T09:00:00+08:00",
            ["2027-05-03T21:00:00+05:45", "2027-05-06T21:00:00+05:45"],
        ),
    ] {
        let (said, _) = when(text, "Asia/Shanghai", now);
        assert_eq!([said["next"][0].as_str(), said["next"][1].as_str()], expected.map(Some), "{text}: {said}");
    }
}

#[test]
fn what_is_not_wholly_understood_is_asked_back_with_two_ways_to_say_it() {
    for text in [
        "每隔两天 8:00",
        "biweekly on monday 9am",
        "every second Tuesday at 9",
        "twice a month",
        "每周三次",
        "每季度 9:00",
        "每季度15号 9:00",
        "周五下午",
        "8点",
        "周三",
        "每天",
        "每天 周一 8:00",
        "工作日和周三 8:00",
        "每月周三 8:00",
        "weekly on the 1st 9:00",
        "每周两次，周一 8:00",
        "周一 8:00，周三 20:00",
        "每年3月1日和9月15日 8:00",
        "12月25日 9:00",
        "节假日 9:00",
        "every monday except holidays 9am",
        "每月倒数第二个周五 9:00",
        "每月前三天 8:00",
        "first two mondays 9:00",
        "tuesday half seven",
        "周三晚上12点",
        "周三 8点到10点",
        "下周三 8:00",
        "around 8 on mondays",
        "每三月一次 1号 9:00",
        "0 9 * * 1#6",
        "0 9 1-7 * 1",
        "0 0 30 2 *",
        "@weekly",
        "每小时",
        "有空的时候",
        "",
    ] {
        let (said, code) = when(text, "Asia/Shanghai", "2027-01-05T14:45:30+08:00");
        assert_eq!((said["understood"].as_bool(), code), (Some(false), Some(1)), "{text}: {said}");
        let asked = said["ask"].as_str().unwrap();
        // What is quoted first was typed; the others are ways to say it, and each is understood.
        let ways: Vec<&str> = asked.split('“').skip(1).filter_map(|rest| rest.split('”').next()).collect();
        assert!(said["next"].as_array().is_some_and(Vec::is_empty) && text.contains(ways[0]), "{text}: {asked}");
        let understood = ways.iter().filter(|way| parse_whole(way, Zone::SHANGHAI, Timestamp(0)).is_ok()).count();
        assert!(understood >= 2, "{text}: {asked}");
    }
}

#[test]
fn days_that_some_months_lack_are_said() {
    for (text, note) in [
        ("每月30号 8:00", "2 月没有 30 号"),
        ("the 31st at 8:00", "no 31st in February, April"),
        ("工作日 9:00", "节假日"),
    ] {
        let (said, _) = when(text, "Asia/Shanghai", "2027-01-05T14:45:30+08:00");
        assert!(said["note"].as_str().is_some_and(|said| said.contains(note)), "{said}");
    }
    let (said, _) = when("每月28号 8:00", "Asia/Shanghai", "2027-01-05T14:45:30+08:00");
    assert!(said.get("note").is_none(), "{said}");
}

/// Texts of every kind, put together at random.
fn any_schedule() -> impl Strategy<Value = String> {
    let days = prop_oneof![
        (2u32..20).prop_map(|n| format!("每{n}天")),
        (2u32..9, 1usize..4).prop_map(|(n, count)| format!("每{n}周 {}", ["周二", "周五", "周日"][..count].join("、"))),
        (0usize..6, 0usize..7).prop_map(|(place, day)| {
            let place = ["第一个", "第二个", "第三个", "第四个", "第五个", "最后一个"][place];
            format!("每月{place}{}", ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][day])
        }),
        prop::sample::subsequence(vec!["3号", "30号", "第一个工作日", "最后一天", "最后一个工作日"], 1..=5)
            .prop_map(|days| format!("每月{}", days.join("、"))),
        prop::sample::select(vec![
            "每季度第一天",
            "每季度最后一天",
            "每季度第一个周一",
            "每季度最后一个工作日",
            "每年2月29日",
            "每年1月、7月的15号",
            "每年6月 工作日",
            "每两个月最后一天",
            "工作日",
            "每天",
            "周末",
            "0 9 5W * *",
            "0 9 * 3,8 5L",
            "*/20 9 * * 1",
        ])
        .prop_map(str::to_owned),
    ];
    let time = prop::sample::select(vec!["9:00", "2:30", "早八晚九", "8:05、12:00、20:30", "下午三点一刻", "凌晨零点"]);
    (days, time).prop_map(|(days, time)| if days.contains('*') { days } else { format!("{days} {time}") })
}

/// An instant of the years 2026 to 2029.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (1_767_225_600_000_i64..1_893_456_000_000).prop_map(Timestamp)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_echoed_is_read_back_as_the_same_rule(text in any_schedule(), now in any_instant()) {
        let other = When { rule: Rule::parse("7 3 5 6 *").unwrap(), zone: Zone::UTC };
        let read = parse_whole(&text, Zone::SHANGHAI, now).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        prop_assert_eq!(Rule::parse(&read.rule.to_string()), Ok(read.rule.clone()), "{}", read.rule);
        for lang in [Lang::Zh, Lang::En] {
            let said = format!("{} {}", read.in_words(texts(lang)), read.zone_in_words(texts(lang)));
            prop_assert_eq!(parse(&said, &other, now), Ok(read.clone()), "{} as {}", text, said);
        }
    }

    #[test]
    fn runs_strictly_increase_over_changes_of_the_clock(
        text in any_schedule(),
        now in any_instant(),
        zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "America/Santiago"]),
    ) {
        let zone = Zone::parse(zone).unwrap();
        let read = parse_whole(&text, zone, now).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        let runs = read.rule.next_runs(now, zone, 40);
        prop_assert!(runs.len() == 40 || text.contains("2月29日"), "{text}: {runs:?}");
        prop_assert!(runs.first() > Some(&now) && runs.windows(2).all(|pair| pair[0] < pair[1]), "{text}: {runs:?}");
        // Asking again from any run, or from just before one, gives the same.
        for pair in runs.windows(2) {
            prop_assert_eq!(read.rule.next_after(pair[0], zone), Some(pair[1]), "{}", text);
            prop_assert_eq!(read.rule.next_after(Timestamp(pair[1].0 - 1), zone), Some(pair[1]), "{}", text);
        }
    }
}
