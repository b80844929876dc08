//! Sentences about amounts in Chinese.

use std::ops::RangeInclusive;

use super::super::zh::{Zh, weekday};
use super::{Occasion, Outlook, PaceTexts, Plan, says_when, span};
use crate::answer::texts::{Echo, TimeTexts};

impl PaceTexts for Zh {
    fn reminder_heading(
        &self,
        occasion: Option<Occasion>,
        label: &str,
        places: RangeInclusive<usize>,
        total: usize,
    ) -> String {
        let occasion = match occasion.filter(|_| !says_when(label)) {
            Some(Occasion::Day) => "今日",
            Some(Occasion::Week) => "本周",
            Some(Occasion::Month) => "本月",
            None => "",
        };
        format!("📌 {occasion}{label} · {}/{total}", span(&places))
    }
    fn each(&self, each: u32) -> String {
        match each {
            1 => "一次一条".to_owned(),
            each => format!("一次 {each} 条"),
        }
    }
    fn outlook(&self, outlook: Outlook<'_>) -> String {
        let Outlook { each, left, ends, until, holds } = outlook;
        match (until, ends) {
            (Some(until), Some(ends)) if !holds => {
                format!("还剩 {left} 条。{until}前读不完：接下来一次 {each} 条，要到 {ends}才读完。")
            }
            (Some(until), _) if !holds => format!("还剩 {left} 条，{until}前读不完。"),
            (Some(until), Some(ends)) => {
                format!("计划 {until}前读完：还剩 {left} 条，接下来一次 {each} 条，{ends}读完。")
            }
            (Some(until), None) => format!("计划 {until}前读完：还剩 {left} 条。"),
            (None, Some(ends)) => format!("还剩 {left} 条，{ends}读完。"),
            (None, None) => format!("还剩 {left} 条。"),
        }
    }
    fn day(&self, (year, month, day): (i32, u32, u32), on: u32) -> String {
        format!("{year} 年 {month} 月 {day} 日（{}）", weekday(on))
    }
    fn date_not_held(&self, until: &str, ends: &str) -> String {
        format!("⏳ 照现在的进度，{until}前读不完，要到 {ends}。想改计划，发 /subscribe 加上新的日期。")
    }
    fn date_is_past(&self, typed: &Echo) -> String {
        format!("“{typed}”里的日期已经过了。换一个以后的日子，比如：/subscribe 到 3月1日读完")
    }
    fn no_run_before(&self, until: &str, next: Option<&str>) -> String {
        let next = next.map(|next| format!("，下一次是 {next}")).unwrap_or_default();
        format!(
            "到 {until}为止一次提醒也没有{next}。把日期推后一点，或者来得勤一点，比如：/subscribe 每天 到 3月1日读完"
        )
    }
    fn date_too_soon(&self, until: &str, left: usize, needed: u32, most: u32) -> String {
        format!(
            "还剩 {left} 条，要在 {until}前读完，每次得 {needed} 条，一次最多 {most} 条。把日期推后一点，或者来得勤一点，比如：/subscribe 每天 到 3月1日读完"
        )
    }
    fn too_many_at_once(&self, most: u32) -> String {
        format!("一次最多 {most} 条，最少 1 条。")
    }
    fn button_amount(&self) -> &'static str {
        "每次几条"
    }
    fn button_each(&self, each: u32) -> String {
        format!("{each} 条")
    }
    fn ask_amount(&self) -> &'static str {
        "每次几条？点一个，或者直接写给我，比如：3 条、到 3月1日读完。"
    }
    fn bad_amount(&self, typed: &Echo) -> String {
        format!("没看懂“{typed}”。可以这样写：3 条、到 3月1日读完。")
    }
}

/// What a subscription brings, when, and how long it takes.
pub(in super::super) fn plan_lines(plan: Plan<'_>) -> Vec<String> {
    let Plan { series, document, when, zone, next, later, note, outlook } = plan;
    let each = Zh.each(outlook.map_or(1, |outlook| outlook.each));
    let mut all = vec![format!("《{document}》的“{series}”，{when}（{zone}），{each}，按顺序来。")];
    all.extend(next.map(|next| format!("下一条：{next}")));
    all.extend((!later.is_empty()).then(|| Zh.later_dates(later)));
    all.extend(note.map(str::to_owned));
    all.extend(outlook.map(|outlook| Zh.outlook(outlook)));
    all
}
