//! The sentences in Chinese.

use super::pace::zh::plan_lines;
use super::{COMMANDS, Echo, Overview, Plan, Texts, body, lines};
use crate::message::{Body, Paragraph};

/// Chinese.
pub(super) struct Zh;

impl Texts for Zh {
    fn button_rest(&self) -> &'static str {
        "展开全文"
    }
    fn button_previous(&self) -> &'static str {
        "‹ 上一节"
    }
    fn button_next(&self) -> &'static str {
        "下一节 ›"
    }
    fn button_next_of_series(&self) -> &'static str {
        "下一条 ›"
    }
    fn button_next_page(&self, page: usize, pages: usize) -> String {
        format!("下一页 {page}/{pages} ›")
    }
    fn button_previous_page(&self, page: usize, pages: usize) -> String {
        format!("‹ 上一页 {page}/{pages}")
    }
    fn button_contents(&self) -> &'static str {
        "目录"
    }
    fn button_read_from_start(&self) -> &'static str {
        "从头读起"
    }
    fn button_read_in_private(&self) -> &'static str {
        "私聊细读"
    }
    fn button_add_to_group(&self) -> &'static str {
        "加到学习群"
    }
    fn button_subscribe(&self) -> &'static str {
        "订阅提醒"
    }
    fn button_unsubscribe(&self) -> &'static str {
        "取消订阅"
    }
    fn button_send_now(&self) -> &'static str {
        "现在就发第一条"
    }
    fn button_forget(&self) -> &'static str {
        "确认删除"
    }
    fn button_related(&self, kind: Option<&str>, title: &str) -> String {
        match kind {
            Some(kind) => format!("{kind}：{title}"),
            None => format!("相关：{title}"),
        }
    }
    fn button_share(&self) -> &'static str {
        "分享"
    }
    fn button_like(&self) -> &'static str {
        "👍"
    }
    fn button_dislike(&self) -> &'static str {
        "👎"
    }
    fn liked(&self) -> &'static str {
        "谢谢！"
    }
    fn disliked(&self) -> &'static str {
        "记下了，维护文档的人会看到。"
    }
    fn vote_too_late(&self) -> &'static str {
        "这条回答已经太久，不能再评价了。"
    }
    fn button_as_typed(&self, typed: &Echo) -> String {
        format!("还是查“{typed}”")
    }

    fn taken_to_mean(&self, meant: &Echo) -> String {
        format!("你想问的是不是“{meant}”？下面按这个意思回答。")
    }
    fn citation(&self, document: &str, section: &str, edition: Option<&str>) -> String {
        format!("—— {document} › {section}{}", edition_of(edition))
    }
    fn citation_of_document(&self, document: &str, edition: Option<&str>) -> String {
        format!("—— {document}{}", edition_of(edition))
    }
    fn place(&self, number: usize, total: usize) -> String {
        format!("{number} / {total}")
    }
    fn kind_not_given(&self, kind: &str) -> String {
        format!("这一节没有专门写“{kind}”，先看看全节：")
    }
    fn list_heading(&self, kind: &str, count: usize) -> String {
        format!("{kind}一共有 {count} 条：")
    }
    fn list_of_passages(&self, kind: &str) -> String {
        format!("这几节讲到“{kind}”：")
    }
    fn which(&self, count: usize) -> String {
        match count {
            2 => "有两节都很接近，你问的是哪一节？".to_owned(),
            count => format!("有 {count} 节都对得上，你问的是哪一节？"),
        }
    }
    fn contents_heading(&self, document: &str) -> String {
        format!("《{document}》目录")
    }
    fn bare_section(&self) -> &'static str {
        "这一节分成下面几部分："
    }

    fn inline_insertion(&self, links: usize) -> String {
        format!("发送带 {links} 个链接的文字")
    }
    fn inline_nothing(&self, document: &str) -> String {
        format!("《{document}》里没有讲到，看看目录")
    }
    fn may_not_write(&self, group: &Echo) -> String {
        format!(
            "群「{group}」里不让我发言，提醒没送到，设置都还在。请群管理员允许我发消息；到下次提醒时，我会再试一次。"
        )
    }
    fn not_in_group(&self, group: &Echo) -> String {
        format!(
            "Telegram 说我不在群「{group}」里，提醒没送到，设置都还在。请群管理员把我重新加进去；到下次提醒时，我也会再试一次。"
        )
    }
    fn general_closed(&self, group: &Echo) -> String {
        format!(
            "群「{group}」的主话题（General）关着，提醒没送到。请群管理员打开它，或者到想收提醒的话题里发 /subscribe。到下次提醒时，我会再试一次。"
        )
    }
    fn topic_gone(&self, group: &Echo) -> String {
        format!(
            "群「{group}」里收提醒的话题已经关闭或删除，提醒改发到群的主话题。想换到别的话题，就在那个话题里发 /subscribe。"
        )
    }
    fn reminder_answers(&self, kind: Option<&str>, title: &str) -> String {
        format!("针对的{}：{title}", kind.unwrap_or("问题"))
    }
    fn reminder_think(&self, question: &str) -> String {
        format!("想一想：{question}")
    }
    fn reminder_question(&self, problem: Option<&str>) -> String {
        match problem {
            Some(problem) => format!("想一想：“{problem}”在我们身边有哪些表现？这一条可以从哪件事做起？"),
            None => "想一想：这一条在我们这里落实得怎么样？可以从哪件事做起？".to_owned(),
        }
    }

    fn commands(&self) -> [(&'static str, &'static str); COMMANDS] {
        [
            ("ask", "提问，例如 /ask 监督机制有什么漏洞"),
            ("read", "接着上次往下读"),
            ("topics", "看目录"),
            ("measure", "看本周的举措"),
            ("subscribe", "订阅每周提醒，可带时间，如 周三 20:00"),
            ("unsubscribe", "取消订阅"),
            ("status", "看订阅和阅读进度"),
            ("settings", "改提醒：星期、时间、时区、话题、置顶、暂停等"),
            ("help", "怎么用"),
            ("forget", "删除我的数据"),
            ("start", "从这里开始"),
        ]
    }
    fn welcome(&self, overview: Overview<'_>) -> Body {
        body(
            "你好，我是温故。".to_owned(),
            [
                format!("我陪大家一起学{}。", about(overview)),
                "想知道什么，直接问我。我会找出文中回答它的那一节，并注明出处；文中没有的，我会直说没有。".to_owned(),
            ],
        )
    }
    fn try_these(&self) -> &'static str {
        "可以先点一个问题试试："
    }
    fn help(&self, overview: Overview<'_>) -> Body {
        let mut all = body(
            "怎么用".to_owned(),
            [
                format!(
                    "我回答关于{}的问题。私聊里直接打字提问；群里请回复我的消息，或者用 /ask 提问。",
                    about(overview)
                ),
                "可以问得很随意：关键词、整句话、第三条措施、拼音、英文都行。也可以接着问：那措施呢？第二条呢？答得不对，就点 👎，好让文档越补越全。"
                    .to_owned(),
            ],
        );
        all.0.extend(lines([
            ("/read", "接着上次往下读"),
            ("/topics", "看目录"),
            ("/measure", "看本周的举措"),
            ("/subscribe", "订阅每周提醒"),
            ("/unsubscribe", "取消订阅"),
            ("/status", "看订阅和阅读进度"),
            ("/settings", "改提醒：星期、时间、时区、内容、话题、置顶、免打扰、暂停"),
            ("/forget", "删除我的数据"),
        ]));
        all.0.push(Paragraph::plain(
            "在别的聊天里打 @ 和我的名字，再加关键词，就能把一节内容发过去；写成 +关键词+ 会变成链接。",
        ));
        all.0.push(Paragraph::plain("订阅时可以写明时间和时区，比如："));
        all.0.extend(lines([
            ("/subscribe 周三 20:00", "每周三晚八点"),
            ("/subscribe weekdays 8:30", "周一到周五"),
            ("/subscribe 周一 9:00 Europe/Berlin", "按柏林时间"),
        ]));
        all
    }
    fn introduction(&self, overview: Overview<'_>) -> Body {
        body(
            "大家好，我是温故。".to_owned(),
            [
                format!("我来陪大家一起学{}。", about(overview)),
                "想问什么，就回复我的消息，或者用 /ask 加上问题。平时我不插话。".to_owned(),
                "管理员点一下“订阅提醒”，我就每周发一条举措到群里，也可以用 /subscribe 周三 20:00 这样自己定时间。"
                    .to_owned(),
            ],
        )
    }
    fn unknown_command(&self) -> &'static str {
        "没有这个命令。看看 /help ，或者直接提问。"
    }
    fn no_series(&self) -> &'static str {
        "现有的文档里没有可以按期推送的内容。"
    }
    fn no_document(&self) -> &'static str {
        "还没有可以学习的文档，请管理员先放一份进来。"
    }
    fn not_served(&self) -> &'static str {
        "这个机器人只在指定的群里服务，没有开放给这里。"
    }
    fn too_often(&self, seconds: u64) -> String {
        format!("问得太快了，{seconds} 秒后再来问我吧。")
    }
    fn content_refused(&self, mistakes: &[String], more: usize) -> Body {
        let mut lines = mistakes.to_vec();
        if more > 0 {
            lines.push(format!("另有 {more} 处，见日志或 wengu check 。"));
        }
        body("改过的文档有错，没有启用；回答仍用原来的版本。".to_owned(), lines)
    }
    fn section_gone(&self) -> &'static str {
        "这一节已经不在文档里了，请从目录重新找。"
    }
    fn not_your_button(&self) -> &'static str {
        "这个按钮是给别人的，只有本人能按。想做同样的事，请自己发一次命令。"
    }
    fn stale_button(&self) -> &'static str {
        "这个按钮已经失效了，请重新提问或打开目录。"
    }

    fn subscribed(&self, plan: Plan<'_>) -> Body {
        body("订阅好了。".to_owned(), plan_lines(plan))
    }
    fn already_subscribed(&self, plan: Plan<'_>) -> Body {
        body("这里已经订阅过了。".to_owned(), plan_lines(plan))
    }
    fn unsubscribed(&self) -> &'static str {
        "已经取消订阅。想恢复的话，随时发 /subscribe 。"
    }
    fn not_subscribed(&self) -> &'static str {
        "这里还没有订阅。发 /subscribe 就可以订阅每周提醒。"
    }
    fn admins_only(&self) -> &'static str {
        "群里的订阅只有管理员可以改。"
    }
    fn rights_unknown(&self) -> &'static str {
        "暂时查不到谁是管理员，请稍后再试。"
    }
    fn sent_now(&self) -> &'static str {
        "已经发出。"
    }
    fn on_its_way(&self) -> &'static str {
        "上一条提醒还在路上，马上就到。"
    }
    fn status_subscribed(&self, plan: Plan<'_>) -> Body {
        body("已订阅".to_owned(), plan_lines(plan))
    }
    fn status_reading(&self, section: &str) -> String {
        format!("你读到：{section}。发 /read 接着读。")
    }

    fn zone(&self, id: &str, chinese: Option<&str>) -> String {
        match chinese {
            Some(place) => format!("{place}时间"),
            None => id.to_owned(),
        }
    }
    fn moment(&self, (year, month, day): (i32, u32, u32), on: u32, clock: &str) -> String {
        format!("{year} 年 {month} 月 {day} 日（{}）{clock}", weekday(on))
    }

    fn forget_question(&self) -> &'static str {
        "我会删除关于你的全部数据：阅读进度、点过的“读过”、私聊里的订阅、没答上来的提问、评价和没处理完的消息。群里的订阅属于群，不受影响。确定吗？"
    }
    fn forget_as_yourself(&self) -> &'static str {
        "你现在以群或频道的名义发言，我没有记下你本人的任何数据。要删除你自己的数据，请在私聊里发送 /forget。"
    }
    fn forgotten(&self) -> &'static str {
        "已经全部删除。"
    }

    fn failure(&self) -> &'static str {
        "刚才出了点问题，没能回答。请稍后再试一次。"
    }
}

pub(super) fn edition_of(edition: Option<&str>) -> String {
    edition.map(|edition| format!("（{edition}）")).unwrap_or_default()
}

fn about(overview: Overview<'_>) -> String {
    let Overview { documents, document, edition, sections, characters } = overview;
    if documents > 1 {
        return format!("这 {documents} 份文档（共 {sections} 节，约 {characters} 字）");
    }
    let edition = edition.map(|edition| format!("{edition}，")).unwrap_or_default();
    format!("《{document}》（{edition}{sections} 节，约 {characters} 字）")
}

/// Weekdays; Monday is 1.
pub(super) fn days(days: &[u32]) -> String {
    match days {
        [1, 2, 3, 4, 5, 6, 7] => "每天".to_owned(),
        [1, 2, 3, 4, 5] => "工作日".to_owned(),
        [6, 7] => "周末".to_owned(),
        days => format!("每{}", days.iter().map(|day| weekday(*day)).collect::<Vec<_>>().join("、")),
    }
}

/// A weekday; Monday is 1.
pub(super) fn weekday(day: u32) -> &'static str {
    match day {
        1 => "周一",
        2 => "周二",
        3 => "周三",
        4 => "周四",
        5 => "周五",
        6 => "周六",
        _ => "周日",
    }
}
