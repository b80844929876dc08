//! What people write about time: cron lines and the names of zones.

use wengu::schedule::rule::{Rule, RuleError};
use wengu::schedule::zone::Zone;

#[test]
fn lines_are_read_the_unix_way_and_kept_in_one_spelling() {
    for (written, kept) in [
        ("0 9 * * 1", "0 9 * * 1"),
        ("0 0 9 * * mon", "0 9 * * 1"),
        ("30 0 9 * * *", "30 0 9 * * *"),
        ("0 9 * * 7", "0 9 * * 0"),
        ("0 9 * * SUN", "0 9 * * 0"),
        ("0 9 * * 1-7", "0 9 * * *"),
        ("0 9 * * 5-7", "0 9 * * 0,5,6"),
        ("0 9 * * fri-mon", "0 9 * * 0,1,5,6"),
        ("0 9 * * 7-2", "0 9 * * 0-2"),
        ("00 09 ? JAN-mar/2 Monday,WED", "0 9 * 1,3 1,3"),
        ("0,15,30,45 * * * *", "*/15 * * * *"),
        ("5/20 8-10,12 1-31 * *", "5,25,45 8-10,12 * * *"),
        ("  0\t9  29 2 * ", "0 9 29 2 *"),
        ("0 9 l,15w,1 * *", "0 9 1,15W,L * *"),
        ("0 9 * * friL,mon#2,1#1", "0 9 * * 1#1,1#2,5L"),
        ("0 9 *,L * *", "0 9 * * *"),
        ("0 9 * * 1,4 /2W+1", "0 9 * * 1,4 /2w+1"),
        ("9:30,08:00 * * 1-5", "08:00,09:30 * * 1-5"),
        ("20:00,8:00 * * *", "0 8,20 * * *"),
    ] {
        assert_eq!(Rule::parse(written).map(|rule| rule.to_string()).as_deref(), Ok(kept), "{written}");
    }
}

#[test]
fn a_refused_line_says_what_is_wrong_where_and_the_way_out() {
    let refused = [
        "",
        "0 9 * *",
        "0 0 9 * * 1 2026",
        "60 9 * * *",
        "0 24 * * *",
        "0 9 0 * *",
        "0 9 * 13 *",
        "0 9 * * 8",
        "0 9 * * lundi",
        "0 9 * * mon-",
        "0 9 32W * *",
        "0 9 * * 1#6",
        "0 9 * * 1 /2w",
        "0 9 1 * * /3d+0",
        "08:61,9:00 * * *",
        "0 9 31W 2 *",
        "30-10 9 * * *",
        "*/0 9 * * *",
        "*/99 9 * * *",
        "0 9 13 * 5",
        "0 9 31 2 *",
        "0 9 31 4,6,9,11 *",
        "? 9 * * *",
        "0 9 +1 * *",
        ", 9 * * *",
    ];
    let said: Vec<String> = refused
        .iter()
        .map(|line| {
            let error = Rule::parse(line).unwrap_err();
            format!("{line:?} at {}: {error}", error.offset())
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn both_kinds_of_day_are_fine_where_one_of_them_allows_everything() {
    assert!(Rule::parse("0 9 1-31 * 1").is_ok());
    assert!(matches!(Rule::parse("0 9 1 * 1"), Err(RuleError::BothDays { .. })));
}

#[test]
fn zones_are_found_by_id_and_by_city_in_two_languages() {
    for (written, id) in [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("上海", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        ("北京时间", "Asia/Shanghai"),
        ("柏林", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("berlin time", "Europe/Berlin"),
        ("纽约", "America/New_York"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("los_angeles", "America/Los_Angeles"),
        ("San Francisco", "America/Los_Angeles"),
        ("伦敦", "Europe/London"),
        ("东京", "Asia/Tokyo"),
        ("東京", "Asia/Tokyo"),
        ("香港", "Asia/Hong_Kong"),
        ("台北", "Asia/Taipei"),
        ("乌鲁木齐", "Asia/Urumqi"),
        ("新加坡", "Asia/Singapore"),
        ("悉尼", "Australia/Sydney"),
        ("St. Johns", "America/St_Johns"),
        ("port-au-prince", "America/Port-au-Prince"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("UTC", "UTC"),
        ("utc+8", "Etc/GMT-8"),
        ("GMT -3:00", "Etc/GMT+3"),
        ("Etc/GMT+3", "Etc/GMT+3"),
    ] {
        assert_eq!(Zone::parse(written).map(Zone::id), Ok(id), "{written}");
    }
}

#[test]
fn an_unknown_zone_is_answered_with_near_ones() {
    let said: Vec<String> =
        ["Berln", "Asia/Shangai", "上還", "乌鲁木", "san", "火星", "", "UTC+99", "+", "Mars/Phobos"]
            .iter()
            .map(|text| Zone::parse(text).unwrap_err().to_string())
            .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn every_city_of_the_table_is_a_zone_of_its_own_name() {
    for zone in Zone::all() {
        assert_eq!(Zone::parse(zone.id()), Ok(zone));
        if let Some(name) = zone.chinese() {
            assert_eq!(Zone::parse(name), Ok(zone), "{name}");
        }
    }
}
