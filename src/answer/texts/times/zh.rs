//! Sentences about times in Chinese.

use super::super::zh::{Zh, days as weekdays, weekday};
use super::{Days, Months, TimeTexts};
use crate::answer::texts::Echo;

impl TimeTexts for Zh {
    fn bad_schedule(&self, typed: &Echo, whole: Option<&Echo>) -> String {
        let named = match whole {
            Some(whole) => format!("“{whole}”里的“{typed}”没看懂"),
            None => format!("没看懂“{typed}”"),
        };
        format!("{named}。可以这样说：“每周三 20:00”，或者“每月最后一个周五 17:00”。")
    }
    fn bad_zone(&self, typed: &Echo, near: &[&str]) -> String {
        match near {
            [] => format!("不认识时区“{typed}”。可以写城市，如 上海、柏林，或者 Europe/Berlin。"),
            near => format!("不认识时区“{typed}”。是不是 {}？", near.join(" 或 ")),
        }
    }
    fn no_such_time(&self, typed: &Echo) -> String {
        format!("“{typed}”不是一个明确的时间。可以这样说：“每天早上 8 点半”，或者“每月 1 号 20:00”。")
    }
    fn two_kinds_of_day(&self, typed: &Echo) -> String {
        format!("“{typed}”里既有星期又有日期，只能选一种。可以这样说：“每周三 20:00”，或者“每月 1 号 9:00”。")
    }
    fn bad_cron(&self, line: &Echo, part: Option<&Echo>) -> String {
        let wrong = match part {
            Some(part) => format!("“{line}”里的“{part}”没看懂。"),
            None => format!("“{line}”不是五项。"),
        };
        format!("{wrong}五项依次是分、时、日、月、星期，如“0 9 * * 1”是每周一 09:00，“0 9 L * *”是每月最后一天。")
    }
    fn never_comes(&self, line: &Echo) -> String {
        format!("“{line}”永远不会到：没有这样的日期。可以这样说：“每月最后一天 9:00”，或者“每年 2 月 28 号 9:00”。")
    }
    fn cron_line(&self, line: &str) -> String {
        format!("cron {line}")
    }
    fn which_day(&self, typed: &Echo) -> String {
        format!("“{typed}”没说是哪一天。可以这样说：“每周三 20:00”，或者“每月 1 号 9:00”。")
    }
    fn which_time(&self, typed: &Echo) -> String {
        format!("“{typed}”没说几点。可以这样说：“每周三 20:00”，或者“每天早上 8 点半”。")
    }
    fn which_month(&self, typed: &Echo) -> String {
        format!("“{typed}”没说是哪个月。可以这样说：“每季度第一天 9:00”，或者“每年 1 月、7 月 15 号 9:00”。")
    }
    fn contrary_schedule(&self, typed: &Echo) -> String {
        format!("“{typed}”前后对不上。可以这样说：“每周二、周四 8:00”，或者“每天 8:00、20:00”。")
    }
    fn unclear_schedule(&self, typed: &Echo) -> String {
        format!("“{typed}”有两种理解。可以这样说：“每 3 天 8:00”，或者“每两周 周三 20:00”。")
    }
    fn days_with_their_times(&self, typed: &Echo) -> String {
        format!("到“{typed}”这里换了时间。不同的日子要用不同的时间，就分成两个提醒：“每周一 8:00”和“每周三 20:00”。")
    }
    fn comes_once(&self, typed: &Echo) -> String {
        format!("“{typed}”只有一次，提醒是反复的。可以这样说：“每年 3 月 1 号 9:00”，或者“每月 1 号 9:00”。")
    }
    fn holidays_unknown(&self, typed: &Echo) -> String {
        format!("“{typed}”我不认识：节假日和调休不在内。可以这样说：“工作日 8:30”，或者“周末 10:00”。")
    }
    fn recurring(&self, days: &Days, months: &[u32], times: &[String]) -> String {
        format!("{} {}", self.recurring_days(days, months), times.join("、"))
    }
    fn weekday(&self, day: u32) -> &'static str {
        weekday(day)
    }
    fn zone_place(&self, id: &str, chinese: Option<&str>) -> String {
        chinese.unwrap_or(id).to_owned()
    }
    fn recurring_days(&self, days: &Days, months: &[u32]) -> String {
        let months = match days.months(months) {
            Months::All => None,
            Months::Quarters => Some("每季度".to_owned()),
            Months::Named(months) => Some(format!("每年 {}", joined(months.iter().map(|month| format!("{month} 月"))))),
        };
        let monthly = |items: Vec<String>| {
            let (months, items) = (months.clone().unwrap_or_else(|| "每月".to_owned()), items.join("、"));
            let gap = if months.ends_with('月') && months.contains(' ') || items.starts_with(|c: char| c.is_ascii()) {
                " "
            } else {
                ""
            };
            format!("{months}{gap}{items}")
        };
        match days {
            Days::Week(days) => {
                [months.as_deref(), Some(&weekdays(days))].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            Days::Weeks(n, days) => {
                format!("{} {}", each(*n, "周"), joined(days.iter().map(|day| weekday(*day).to_owned())))
            }
            Days::Each(n) => each(*n, "天"),
            Days::Month { numbers, first_working, last, last_working } => {
                let mut items: Vec<String> = numbers.iter().map(|day| format!("{day} 号")).collect();
                items.extend(first_working.then(|| "第一个工作日".to_owned()));
                items.extend(last.then(|| "最后一天".to_owned()));
                items.extend(last_working.then(|| "最后一个工作日".to_owned()));
                monthly(items)
            }
            Days::Placed(days) => monthly(days.iter().map(|(place, day)| placed(*place, weekday(*day))).collect()),
        }
    }
    fn months_without(&self, day: u32, months: &[u32]) -> String {
        let some = if day == 29 { "平年的 " } else { "" };
        let months = joined(months.iter().map(u32::to_string));
        format!("{some}{months} 月没有 {day} 号，到时不发；想每个月都发，可以说“每月最后一天”。")
    }
    fn no_holidays(&self) -> &'static str {
        "工作日是周一到周五，节假日和调休不在内。"
    }
    fn later_dates(&self, dates: &[String]) -> String {
        format!("再往后：{}", dates.join("、"))
    }
}

/// 每两周, 每 3 周.
fn each(n: u32, unit: &str) -> String {
    if n == 2 { format!("每两{unit}") } else { format!("每 {n} {unit}") }
}

/// 第一个周一, 最后一个周五.
fn placed(place: u32, weekday: &str) -> String {
    match place {
        0 => format!("最后一个{weekday}"),
        place => format!("第{}个{weekday}", ["一", "二", "三", "四", "五"].get(place as usize - 1).unwrap_or(&"")),
    }
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("、")
}
