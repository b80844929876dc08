//! The sentences in reply to talk, in Chinese.

use super::TalkTexts;
use crate::answer::texts::Overview;
use crate::answer::texts::zh::Zh;
use crate::message::Talk;

impl TalkTexts for Zh {
    fn talk(&self, talk: Talk, document: Option<&str>) -> String {
        let it = document.map_or_else(|| "这里的文档".to_owned(), |title| format!("《{title}》"));
        match talk {
            Talk::Greeting => format!("你好！我是温故。想查{it}里的什么，直接问我就行。"),
            Talk::Thanks => "不客气，有问题随时问。".to_owned(),
            Talk::Bye => "再见，下次接着聊。".to_owned(),
            Talk::Praise => "谢谢，能帮上忙就好。".to_owned(),
            Talk::Complaint => "抱歉，没答到点子上。换个说法再问一次，或者从目录里找找。".to_owned(),
            Talk::Agreement => "好的。".to_owned(),
            Talk::Who => format!("我是温故，一个机器人，不是真人。你问{it}里的内容，我把原文找出来给你看，自己不编。"),
            Talk::Can => format!("我能答{it}里的问题，也能一节一节陪你读（/read），还能按时在群里发提醒（/subscribe）。别的我不会。"),
            Talk::There => "在的，请问。".to_owned(),
            Talk::Personal => format!("我只是个程序，这些聊不来。{it}里的内容，尽管问我。"),
            Talk::Help => "把问题直接打出来发给我就行。/topics 看目录，/read 从头读，/help 看全部命令。".to_owned(),
            Talk::Reminder => {
                "提醒的事：/status 看下一次什么时候、发什么，/subscribe 订阅，/settings 改时间、跳过或者暂停，/unsubscribe 取消。".to_owned()
            }
            Talk::Data => "发 /forget ，确认以后，我记下的和你有关的一切都会删掉。".to_owned(),
            Talk::Today => format!("时间、天气这些我不知道，我只查{it}。"),
            // Its card is made of the document, not of one sentence.
            Talk::Document | Talk::Origin => it,
            Talk::Menu => "/help 看全部命令，/topics 看目录，/settings 改提醒的设置。".to_owned(),
        }
    }

    fn title_with_edition(&self, title: &str, edition: Option<&str>) -> String {
        format!("《{title}》{}", edition.map(|edition| format!("（{edition}）")).unwrap_or_default())
    }
    fn extent(&self, overview: &Overview<'_>, minutes: usize) -> String {
        let Overview { sections, characters, .. } = overview;
        format!("共 {sections} 节，约 {characters} 字，读一遍约 {minutes} 分钟。")
    }
    fn parts(&self, titles: &[&str]) -> String {
        format!("分成：{}。", titles.join("、"))
    }
}
