//! The sentences of the settings in Chinese.

use super::super::zh::Zh;
use super::SettingsTexts;
use crate::answer::texts::{Echo, PaceTexts as _};
use crate::message::{Body, Lang, Trouble};

impl SettingsTexts for Zh {
    fn panel_heading(&self, group: Option<&Echo>, which: Option<(usize, usize)>) -> String {
        let whose = match group {
            Some(group) => format!("“{group}”的提醒"),
            None => "我的提醒".to_owned(),
        };
        match which {
            Some((number, total)) => format!("{whose} · {number}/{total}"),
            None => whose,
        }
    }
    fn some_group(&self) -> &'static str {
        "学习群"
    }
    fn panel_series(&self, document: &str, series: &str, each: u32) -> String {
        format!("《{document}》的“{series}”，{}", self.each(each))
    }
    fn panel_when(&self, when: &str, zone: &str) -> String {
        format!("{when}（{zone}）")
    }
    fn panel_next(&self) -> &'static str {
        "接下来三次："
    }
    fn panel_no_next(&self) -> &'static str {
        "以后没有这样的日子了，请换一个时间。"
    }
    fn moment_with_offset(&self, moment: &str, minutes: i32) -> String {
        format!("{moment}（UTC{}）", offset(minutes))
    }
    fn panel_paused(&self, until: &str) -> String {
        format!("已暂停，到 {until}")
    }
    fn panel_topic(&self, name: Option<&Echo>) -> String {
        match name {
            Some(name) => format!("发到话题：{name}"),
            None => "发到话题：主话题".to_owned(),
        }
    }
    fn some_topic(&self, number: i32) -> String {
        format!("话题 {number}")
    }
    fn panel_lang(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => "语言：中文".to_owned(),
            Lang::En => "语言：英文".to_owned(),
        }
    }
    fn panel_arrival(&self, silent: bool, pin: bool) -> String {
        let sound = if silent { "静音" } else { "有提示音" };
        let pinned = if pin { "置顶，替换上一条" } else { "不置顶" };
        format!("送达：{sound}，{pinned}")
    }
    fn panel_quiet(&self, hours: Option<(&str, &str)>) -> String {
        match hours {
            Some((from, until)) => format!("免打扰：{from}–{until}，期间的提醒到点后再发"),
            None => "免打扰：没有".to_owned(),
        }
    }
    fn panel_late(&self, hours: u64) -> String {
        match hours {
            0 => "错过了就不补发".to_owned(),
            hours => format!("错过了，{hours} 小时内补发"),
        }
    }
    fn panel_empty(&self) -> &'static str {
        "这里还没有提醒。"
    }
    fn panel_choose(&self) -> &'static str {
        "这里有几个提醒，要改哪一个？"
    }
    fn nothing_to_preview(&self) -> &'static str {
        "没有可以预览的内容：文档里找不到这个系列了。"
    }
    fn preview_heading(&self) -> &'static str {
        "预览：下一条会是这样"
    }
    fn ask_day(&self) -> &'static str {
        "哪一天？点一个，或者直接写给我，比如：每周一 8:30、每月 1 号 9:00、0 9 * * 1。"
    }
    fn ask_time(&self) -> &'static str {
        "几点？点一个，或者直接写给我，比如：8:30、晚上八点。"
    }
    fn ask_zone(&self) -> &'static str {
        "按哪里的时间？点一个，或者直接写城市名，比如：柏林、New York。"
    }
    fn ask_which_zone(&self, typed: &Echo) -> String {
        format!("没找到“{typed}”。是不是下面的某一个？也可以再写一次。")
    }
    fn ask_series(&self) -> &'static str {
        "发哪个系列？"
    }
    fn ask_topic(&self) -> &'static str {
        "发到哪个话题？没有列出来的话，先到那个话题里发一次 /settings 。"
    }
    fn ask_quiet(&self) -> &'static str {
        "什么时候不打扰？点一个，或者直接写给我，比如：22:30-7:00。"
    }
    fn ask_late(&self) -> &'static str {
        "机器人停机错过了提醒，多久之内还补发？"
    }
    fn ask_pause(&self) -> &'static str {
        "暂停到什么时候？点一个，或者直接写日期，比如：12月1日、2027-03-01。"
    }
    fn ask_remove(&self) -> &'static str {
        "真的要删除这个提醒吗？"
    }
    fn readers(&self) -> &'static str {
        "最近几次有多少人读过："
    }
    fn no_readers(&self) -> &'static str {
        "还没有发过提醒。"
    }
    fn readers_line(&self, when: &str, section: &str, people: u32) -> String {
        format!("{when}  {section}：{people} 人")
    }
    fn bad_date(&self, typed: &Echo) -> String {
        format!("没看懂日期“{typed}”，也可能它已经过了。可以这样写：12月1日、2027-03-01。")
    }
    fn bad_hours(&self, typed: &Echo) -> String {
        format!("没看懂时段“{typed}”。可以这样写：22:30-7:00。")
    }
    fn button_settings(&self) -> &'static str {
        "打开设置"
    }
    fn button_day(&self) -> &'static str {
        "星期"
    }
    fn button_time(&self) -> &'static str {
        "时间"
    }
    fn button_zone(&self) -> &'static str {
        "时区"
    }
    fn key_with_value(&self, name: &str, value: &str) -> String {
        format!("{name} · {value} ›")
    }
    fn chosen(&self, label: &str) -> String {
        format!("✓ {label}")
    }
    fn button_more(&self) -> &'static str {
        "更多 ›"
    }
    fn button_done(&self) -> &'static str {
        "完成"
    }
    fn button_series(&self) -> &'static str {
        "内容"
    }
    fn button_series_of(&self, document: &str, series: &str) -> String {
        format!("《{document}》{series}")
    }
    fn button_topic(&self) -> &'static str {
        "话题"
    }
    fn button_main_topic(&self) -> &'static str {
        "主话题"
    }
    fn button_lang(&self, to: Lang) -> &'static str {
        match to {
            Lang::Zh => "中文",
            Lang::En => "English",
        }
    }
    fn button_pin(&self, on: bool) -> &'static str {
        if on { "✓ 置顶" } else { "置顶" }
    }
    fn button_silent(&self, on: bool) -> &'static str {
        if on { "✓ 静音" } else { "静音" }
    }
    fn button_quiet(&self) -> &'static str {
        "免打扰"
    }
    fn button_never_quiet(&self) -> &'static str {
        "不设"
    }
    fn button_late(&self) -> &'static str {
        "补发"
    }
    fn button_hours_late(&self, hours: u16) -> String {
        match hours {
            0 => "不补发".to_owned(),
            hours if hours % 24 == 0 => format!("{} 天内", hours / 24),
            hours => format!("{hours} 小时内"),
        }
    }
    fn button_pause(&self) -> &'static str {
        "暂停"
    }
    fn button_pause_days(&self, days: u16) -> String {
        match days {
            days if days % 7 == 0 => format!("{} 周", days / 7),
            days => format!("{days} 天"),
        }
    }
    fn button_resume(&self) -> &'static str {
        "恢复"
    }
    fn button_preview(&self) -> &'static str {
        "预览"
    }
    fn button_send_next(&self) -> &'static str {
        "现在就发"
    }
    fn button_readers(&self) -> &'static str {
        "读过的人数"
    }
    fn button_add_schedule(&self) -> &'static str {
        "＋ 再加一个"
    }
    fn button_schedules(&self) -> &'static str {
        "全部提醒"
    }
    fn button_remove(&self) -> &'static str {
        "删除"
    }
    fn button_remove_now(&self) -> &'static str {
        "确认删除"
    }
    fn button_back(&self) -> &'static str {
        "‹ 返回"
    }
    fn button_days(&self, days: &[u32]) -> String {
        super::super::zh::days(days)
    }
    fn settings_in_private(&self) -> &'static str {
        "设置在私聊里打开，改好以后这里会写明结果。"
    }
    fn settings_changed(&self, what: &str, from: Option<&str>) -> String {
        let from = from.map(|from| format!("。原来是 {from}")).unwrap_or_default();
        format!("提醒设置已更新：{what}{from}")
    }
    fn changed_from_to(&self, from: &str, to: &str) -> String {
        format!("已从 {from}改成 {to}，按顺序接着发。")
    }
    fn schedule_removed(&self, what: &str) -> String {
        format!("已删除提醒：{what}")
    }
    fn schedule_gone(&self) -> &'static str {
        "这个提醒已经不在了，请重新发 /settings 。"
    }
    fn refused(&self, trouble: Trouble, since: &str) -> String {
        let (what, way_out) = match trouble {
            Trouble::Kicked => ("Telegram 说我不在群里", "请群管理员把我重新加进群。"),
            Trouble::Blocked => ("Telegram 不让我给你发消息", "如果停用过我，请重新启用。"),
            Trouble::Muted => ("群里不让我发言", "请群管理员允许我发消息。"),
            Trouble::Closed => ("群的主话题（General）关着", "请群管理员打开它，或者到想收提醒的话题里发 /subscribe。"),
        };
        format!("⚠️ {since} 起，{what}，提醒没送到。到下次提醒时，我会再试一次。{way_out}")
    }
    fn ask_which_place(&self, typed: &Echo, zones: &[(&str, Option<&str>)]) -> String {
        let places: Vec<String> = zones.iter().map(|(id, chinese)| chinese.unwrap_or(id).to_owned()).collect();
        let example = places.first().cloned().unwrap_or_default();
        format!(
            "“{typed}”可能是好几个地方的时间：{}。是哪里？请写城市，比如：周三 20:00 {example}。",
            places.join("、")
        )
    }
    fn press_again(&self, last: Option<&str>) -> String {
        let last = last.map_or_else(String::new, |last| format!("上一条是 {last} 发的。"));
        format!("{last}想再发一条，请再按一次。")
    }
    fn too_many_runs(&self, runs: u32, most: u32) -> String {
        format!("这样一天要发 {runs} 次，一个日程一天最多 {most} 次。请少定几个时间，比如：每周一 9:00。")
    }
    fn runs_limited(&self, group: Option<&Echo>, runs: u32, most: u32) -> String {
        let whose = group.map_or_else(|| "你的".to_owned(), |group| format!("群「{group}」的"));
        format!(
            "{whose}提醒定了一天 {runs} 次，超过了上限：现在一天只发 {most} 次，时间均匀分开。想自己选时间，请发 /settings 。"
        )
    }
    fn panel_limited(&self, most: u32) -> String {
        format!("超过了上限，一天只发 {most} 次")
    }
    fn too_many_schedules(&self) -> &'static str {
        "提醒已经够多了，请先删掉一个。"
    }
    fn cannot_pin(&self) -> &'static str {
        "设好了，但我还没有置顶消息的权限：请把我设为管理员，并允许“置顶消息”。"
    }
    fn set(&self) -> &'static str {
        "好了。"
    }
    fn series_ended(&self, document: &str, series: &str) -> Body {
        Body::plain(format!(
            "《{document}》的“{series}”到这里全部发完了。管理员请选：从头再来、换一个系列，还是到此为止？不选的话，下次从头开始。"
        ))
    }
    fn button_again(&self) -> &'static str {
        "从头再来"
    }
    fn button_other_series(&self) -> &'static str {
        "换一个系列"
    }
    fn button_stop(&self) -> &'static str {
        "到此为止"
    }
    fn which_series(&self) -> &'static str {
        "接下来发哪个系列？"
    }
    fn no_other_series(&self) -> &'static str {
        "没有别的系列可以换。"
    }
    fn begins_again(&self, series: &str) -> String {
        format!("好，“{series}”下次从头开始。")
    }
    fn goes_on_with(&self, document: &str, series: &str) -> String {
        format!("好，接下来发《{document}》的“{series}”。")
    }
    fn series_stopped(&self) -> &'static str {
        "好，提醒到此为止。想恢复的话，随时发 /subscribe 。"
    }
    fn button_studied(&self, people: u32) -> String {
        match people {
            0 => "✓ 读过".to_owned(),
            people => format!("✓ 读过 {people}"),
        }
    }
    fn studied(&self, people: u32) -> String {
        format!("记下了，你是第 {people} 位。")
    }
    fn studied_before(&self) -> &'static str {
        "已经记过了。"
    }
}

/// Hours, and minutes where there are some, east of Greenwich.
fn offset(minutes: i32) -> String {
    match minutes % 60 {
        0 => format!("{:+}", minutes / 60),
        rest => format!("{:+}:{:02}", minutes / 60, rest.abs()),
    }
}
