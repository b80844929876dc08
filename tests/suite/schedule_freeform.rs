//! What people write after `/subscribe`, and how it is said back to them.

use proptest::prelude::*;
use wengu::answer::texts::texts;
use wengu::clock::Timestamp;
use wengu::message::Lang;
use wengu::schedule::freeform::parse;
use wengu::schedule::rule::Rule;
use wengu::schedule::when::When;
use wengu::schedule::zone::Zone;

/// Tuesday, 5 January 2027, 14:45 in Shanghai.
const NOW: Timestamp = Timestamp(1_799_131_530_000);

fn usual() -> When {
    When { rule: Rule::parse("0 9 * * 1").unwrap(), zone: Zone::SHANGHAI }
}

fn read(text: &str) -> Result<(String, &'static str), String> {
    parse(text, &usual(), NOW).map(|when| (when.rule.to_string(), when.zone.id())).map_err(|e| e.to_string())
}

#[test]
fn what_people_write_is_understood() {
    for (text, line) in [
        ("", "0 9 * * 1"),
        ("周三 20:00", "0 20 * * 3"),
        ("周三20：00", "0 20 * * 3"),
        ("週三 ２０：００", "0 20 * * 3"),
        ("每周三晚上8点", "0 20 * * 3"),
        ("每週三晚上8點半", "30 20 * * 3"),
        ("每个星期三 晚上八点一刻", "15 20 * * 3"),
        ("礼拜天上午十点", "0 10 * * 0"),
        ("周日 10点", "0 10 * * 0"),
        ("周7 7:05", "5 7 * * 0"),
        ("周三", "0 9 * * 3"),
        ("20:15", "15 20 * * 1"),
        ("早8点", "0 8 * * 1"),
        ("每晚八点", "0 20 * * *"),
        ("每天 7:30", "30 7 * * *"),
        ("天天早上七点三十分", "30 7 * * *"),
        ("每天中午", "0 12 * * *"),
        ("每天中午12点半", "30 12 * * *"),
        ("每天凌晨零点", "0 0 * * *"),
        ("每天下午三点零五", "5 15 * * *"),
        ("工作日 8:30", "30 8 * * 1-5"),
        ("周末上午9点", "0 9 * * 0,6"),
        ("周一到周五 8点", "0 8 * * 1-5"),
        ("周一至五 8点", "0 8 * * 1-5"),
        ("周一-周五 8点", "0 8 * * 1-5"),
        ("周五到周一 8点", "0 8 * * 0,1,5,6"),
        ("周一三五 8点", "0 8 * * 1,3,5"),
        ("周一、三、五晚上7点", "0 19 * * 1,3,5"),
        ("周一和周四 8点", "0 8 * * 1,4"),
        ("周三三点", "0 3 * * 3"),
        ("周一 二十点", "0 20 * * 1"),
        ("周三 8:00、20:00", "0 8,20 * * 3"),
        ("周三 8点、晚上9点", "0 8,21 * * 3"),
        ("每月1号 9:00", "0 9 1 * *"),
        ("每月十五日上午十点", "0 10 15 * *"),
        ("每月 1 号、15 号 9:00", "0 9 1,15 * *"),
        ("每个月31号", "0 9 31 * *"),
        ("每月 3 号 早上 8 点 30 分", "30 8 3 * *"),
        ("weekdays 8:30", "30 8 * * 1-5"),
        ("Weekends at noon", "0 12 * * 0,6"),
        ("every monday 9am", "0 9 * * 1"),
        ("every day at 9:30 p.m.", "30 21 * * *"),
        ("everyday 12am", "0 0 * * *"),
        ("daily at midnight", "0 0 * * *"),
        ("WED 20:00", "0 20 * * 3"),
        ("wed and fri 8 PM", "0 20 * * 3,5"),
        ("mon-fri 8.30", "30 8 * * 1-5"),
        ("Monday to Friday at 8", "0 8 * * 1-5"),
        ("tuesdays, thursdays 20h30", "30 20 * * 2,4"),
        ("sunday 8 in the evening", "0 20 * * 0"),
        ("sunday morning at 8 o'clock", "0 8 * * 0"),
        ("on the 1st of each month at 9:00", "0 9 1 * *"),
        ("monthly on the 22nd, 7 pm", "0 19 22 * *"),
        ("0 9 * * 1", "0 9 * * 1"),
        ("`0 9 * * mon`", "0 9 * * 1"),
        ("cron */15 8-10 * * 1-5", "*/15 8-10 * * 1-5"),
        ("30 0 9 * * 1", "30 0 9 * * 1"),
        ("0 9 1 6 *", "0 9 1 6 *"),
    ] {
        assert_eq!(read(text), Ok((line.to_owned(), "Asia/Shanghai")), "{text}");
    }
}

#[test]
fn a_zone_may_stand_anywhere() {
    for (text, line, zone) in [
        ("上海", "0 9 * * 1", "Asia/Shanghai"),
        ("Europe/Berlin", "0 9 * * 1", "Europe/Berlin"),
        ("周三 20:00 柏林", "0 20 * * 3", "Europe/Berlin"),
        ("柏林 周三 20:00", "0 20 * * 3", "Europe/Berlin"),
        ("柏林时间周三20:00", "0 20 * * 3", "Europe/Berlin"),
        ("周三 柏林 20:00", "0 20 * * 3", "Europe/Berlin"),
        ("每周三晚上8点（纽约时间）", "0 20 * * 3", "America/New_York"),
        ("每天 8:00 呼和浩特", "0 8 * * *", "Asia/Shanghai"),
        ("周三 日内瓦 8:00", "0 8 * * 3", "Europe/Zurich"),
        ("wed 20:00 new york", "0 20 * * 3", "America/New_York"),
        ("wed 20:00 in Los Angeles", "0 20 * * 3", "America/Los_Angeles"),
        ("wed 20:00 (America/Argentina/Buenos_Aires)", "0 20 * * 3", "America/Argentina/Buenos_Aires"),
        ("wed 20:00 Port of Spain", "0 20 * * 3", "America/Port_of_Spain"),
        ("wed 20:00 port-au-prince", "0 20 * * 3", "America/Port-au-Prince"),
        ("wed 20:00 UTC+8", "0 20 * * 3", "Etc/GMT-8"),
        ("wed 20:00 utc +8:00", "0 20 * * 3", "Etc/GMT-8"),
        ("Monterrey mon 8pm", "0 20 * * 1", "America/Monterrey"),
        ("周三 20:00 的黎波里时间", "0 20 * * 3", "Africa/Tripoli"),
        ("0 9 * * 1 上海", "0 9 * * 1", "Asia/Shanghai"),
        ("0 9 * * 1 Europe/Berlin", "0 9 * * 1", "Europe/Berlin"),
        ("new york 0 9 * * mon", "0 9 * * 1", "America/New_York"),
    ] {
        assert_eq!(read(text), Ok((line.to_owned(), zone)), "{text}");
    }
}

#[test]
fn what_is_not_understood_is_named_with_examples_in_both_languages() {
    let mut said = String::new();
    for text in [
        "后天",
        "下周一 9:00",
        "每隔两周周三 20:00",
        "每月最后一周的周五 9:00",
        "每季度 9:00",
        "每天 周一 8:00",
        "周一 8:00，周三 20:00",
        "节假日 9:00",
        "周三 25:00",
        "周三 8:75",
        "周三晚上",
        "周三晚上12点",
        "早上20:00",
        "13pm",
        "周八 9点",
        "11月5日 9点",
        "每月 9点",
        "每月32号",
        "每月1号周三",
        "周三 20:00 火星",
        "wed 20:00 Berln",
        "wed 20:00 berlin 东京",
        "biweekly on monday",
        "twice a week",
        "every second tuesday",
        "8 9",
        "2026",
        "周一到",
        "0 9 * *",
        "0 9 * * 8",
        "0 9 13 * 5",
        "0 9 31 2 *",
        "0 9 * * 1 Mars",
        "👍",
    ] {
        let error = parse(text, &usual(), NOW).expect_err(text);
        let (zh, en) = (error.in_words(texts(Lang::Zh)), error.in_words(texts(Lang::En)));
        said.push_str(&format!("{text}\n  {zh}\n  {en}\n"));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_schedule_is_said_in_both_languages() {
    let mut said = String::new();
    for (line, zone) in [
        ("0 9 * * 1", "Asia/Shanghai"),
        ("30 7 * * *", "Europe/Berlin"),
        ("30 8 * * 1-5", "America/New_York"),
        ("0 10 * * 0,6", "UTC"),
        ("0 8,20 * * 1,3,0", "Etc/GMT-8"),
        ("0 9 1,22,23 * *", "America/Boise"),
        ("*/15 8-10 * 6 *", "Asia/Tokyo"),
        ("30 0 9 * * 1", "Asia/Tokyo"),
    ] {
        let when = When { rule: Rule::parse(line).unwrap(), zone: Zone::parse(zone).unwrap() };
        let next = when.next_after(wengu::clock::Timestamp(1_795_000_000_000)).unwrap();
        for lang in [Lang::Zh, Lang::En] {
            let texts = texts(lang);
            let (rule, zone) = (when.in_words(texts), when.zone_in_words(texts));
            said.push_str(&format!("{rule} | {zone} | {}\n", when.moment_in_words(texts, next)));
        }
    }
    insta::assert_snapshot!(said);
}

/// Lines that people would write, and others.
fn any_when() -> impl Strategy<Value = When> {
    let set = |low: u32, high: u32| {
        prop_oneof![
            Just("*".to_owned()),
            prop::collection::btree_set(low..=high, 1..4).prop_map(|set| set
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(",")),
        ]
    };
    let days = prop_oneof![set(0, 6).prop_map(|w| format!("* * {w}")), set(1, 31).prop_map(|d| format!("{d} * *"))];
    let times = (0u32..60, prop::collection::btree_set(0u32..24, 1..6));
    // Ids such as `EST` and `MET` are what people abbreviate other zones to: who types one means those.
    let zones: Vec<Zone> = Zone::all().filter(|zone| Zone::typed(zone.id()) == Ok(*zone)).collect();
    (times, days, prop::sample::select(zones)).prop_map(|((minute, hours), days, zone)| {
        let hours = hours.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        When { rule: Rule::parse(&format!("{minute} {hours} {days}")).unwrap(), zone }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_said_back_is_understood_as_the_same(when in any_when()) {
        let other = When { rule: Rule::parse("7 3 5 6 *").unwrap(), zone: Zone::UTC };
        for lang in [Lang::Zh, Lang::En] {
            let rule = when.in_words(texts(lang));
            let zone = when.zone_in_words(texts(lang));
            for said in [format!("{rule}（{zone}）"), format!("{rule} {zone}"), format!("{zone} {rule}")] {
                prop_assert_eq!(parse(&said, &other, NOW), Ok(when.clone()), "{}", said);
            }
        }
    }

    #[test]
    fn any_text_says_when_or_has_a_part_that_it_holds(text in "\\PC{0,40}") {
        if let Err(error) = parse(&text, &usual(), NOW) {
            prop_assert!(!error.in_words(texts(Lang::Zh)).is_empty());
            prop_assert!(text.contains(&error.part), "{error}");
        }
    }

    #[test]
    fn any_words_of_time_say_when_or_are_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "周", "一", "三", "日", "到", "每", "月", "号", "点", "半", "8", "20", ":", "00", "晚上", "中午", "早", "mon", "to",
                "pm", "9am", "0", "*", "/", "-", " ", "上海", "utc+", "new", "十", "零", "weekdays", "1st", "h", ".",
            ]),
            0..9,
        )
    ) {
        let text = words.concat();
        if let Ok(when) = parse(&text, &usual(), NOW) {
            prop_assert_eq!(Rule::parse(&when.rule.to_string()), Ok(when.rule));
        }
    }
}

#[test]
fn a_distance_from_utc_or_an_abbreviation_is_a_zone_and_never_a_time() {
    for (text, line, zone) in [
        ("wed 20:00 +08:00", "0 20 * * 3", "Etc/GMT-8"),
        ("wed 20:00 +8", "0 20 * * 3", "Etc/GMT-8"),
        ("+08:00 wed 20:00", "0 20 * * 3", "Etc/GMT-8"),
        ("周三 20:00 ＋08：00", "0 20 * * 3", "Etc/GMT-8"),
        ("周三 20:00 +0800", "0 20 * * 3", "Etc/GMT-8"),
        ("周三 20:00+08:00", "0 20 * * 3", "Etc/GMT-8"),
        ("周三 20:00 -05:00", "0 20 * * 3", "Etc/GMT+5"),
        ("周三 20:00 −5", "0 20 * * 3", "Etc/GMT+5"),
        ("daily 8pm -0800", "0 20 * * *", "Etc/GMT+8"),
        ("daily 8 +9", "0 8 * * *", "Etc/GMT-9"),
        ("周三 晚上8点 +5:30", "0 20 * * 3", "Asia/Kolkata"),
        ("wed 20:00 UTC+5:45", "0 20 * * 3", "Asia/Kathmandu"),
        ("wed 20:00 GMT-5", "0 20 * * 3", "Etc/GMT+5"),
        ("wed 20:00 utc-0330", "", ""),
        ("wed 20:00Z", "0 20 * * 3", "UTC"),
        ("wed 20:00 UTC", "0 20 * * 3", "UTC"),
        ("0 9 * * 1 +08:00", "0 9 * * 1", "Etc/GMT-8"),
        ("周三 20:00 西五区", "0 20 * * 3", "Etc/GMT+5"),
        ("周三 20:00 东九区时间", "0 20 * * 3", "Etc/GMT-9"),
        ("每天 8:00 东5区", "0 8 * * *", "Etc/GMT-5"),
        ("周三 20:00 东八区", "0 20 * * 3", "Asia/Shanghai"),
        ("周三 20:00 零时区", "0 20 * * 3", "UTC"),
        ("wed 20:00 EST", "0 20 * * 3", "America/New_York"),
        ("wed 20:00 edt", "0 20 * * 3", "America/New_York"),
        ("PST weekdays 8:30", "30 8 * * 1-5", "America/Los_Angeles"),
        ("周三 20:00 CET", "0 20 * * 3", "Europe/Berlin"),
        ("jst 9am", "0 9 * * 1", "Asia/Tokyo"),
        ("0 9 * * 1 HST", "0 9 * * 1", "Pacific/Honolulu"),
        // Two times, a range of days, a part of a name: as before.
        ("周三 8:00+9:00", "0 8,9 * * 3", "Asia/Shanghai"),
        ("周一-周五 8点", "0 8 * * 1-5", "Asia/Shanghai"),
        ("周三 20:00 中国", "0 20 * * 3", "Asia/Shanghai"),
    ] {
        let expected = (!line.is_empty()).then(|| (line.to_owned(), zone));
        assert_eq!(read(text).ok(), expected, "{text}: {:?}", read(text));
    }
    for (text, places) in [
        ("wed 20:00 CST", ["芝加哥", "上海"]),
        ("周三 20:00 ist", ["加尔各答", "都柏林"]),
        ("0 9 * * 1 BST", ["伦敦", "达卡"]),
        ("wed 20:00 +10:30", ["Lord_Howe", "阿德莱德"]),
    ] {
        let asked = parse(text, &usual(), NOW).unwrap_err();
        for (lang, places) in [(Lang::Zh, &places[..]), (Lang::En, &[][..])] {
            let said = asked.in_words(texts(lang));
            assert!(said.contains("周三 20:00") || said.contains("wed 20:00"), "{text}: {said}");
            assert!(places.iter().all(|place| said.contains(place)), "{text}: {said}");
        }
    }
    for text in ["wed 20:00 +15:00", "wed 20:00 -13", "wed 20:00 +08:15", "周三 20:00 东十五区", "wed 20:00 - 21:00"]
    {
        assert!(read(text).is_err(), "{text}: {:?}", read(text));
    }
}
