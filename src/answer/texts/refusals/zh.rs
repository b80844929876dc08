//! What is said instead of an answer, in Chinese.

use super::{MOST_TITLES, RefusalTexts};
use crate::answer::texts::Echo;
use crate::answer::texts::zh::Zh;
use crate::message::Detail;

impl RefusalTexts for Zh {
    fn not_covered(&self, document: &str, unknown: &[Echo]) -> String {
        if unknown.is_empty() {
            return format!("《{document}》里没有讲到这个问题。");
        }
        let words: Vec<String> = unknown.iter().map(|word| format!("“{word}”")).collect();
        format!("《{document}》里没有讲到这个问题：文中找不到{}。", words.join("、"))
    }
    fn not_covered_by_any(&self, documents: usize, unknown: &[Echo]) -> String {
        let words: Vec<String> = unknown.iter().map(|word| format!("“{word}”")).collect();
        match words.is_empty() {
            true => format!("这 {documents} 份文档里都没有讲到这个问题。"),
            false => format!("这 {documents} 份文档里都没有讲到这个问题：文中找不到{}。", words.join("、")),
        }
    }
    fn no_such_document(&self, name: &Echo, titles: &[&str]) -> String {
        let some: Vec<String> = titles.iter().take(MOST_TITLES).map(|title| format!("《{title}》")).collect();
        let more = if titles.len() > some.len() { format!("等 {} 份", titles.len()) } else { String::new() };
        format!("我这里没有《{name}》。现有的文档：{}{more}。", some.join("、"))
    }
    fn maybe(&self) -> &'static str {
        "不确定，最接近的是："
    }
    fn near(&self) -> &'static str {
        "比较接近的内容："
    }
    fn see_contents(&self) -> &'static str {
        "可以看看文中讲了哪些："
    }
    fn detail_not_given(&self, detail: Detail) -> &'static str {
        match detail {
            Detail::InCharge => "这一节没有写由谁负责，原文如下：",
            Detail::Who => "这一节没有写到具体的人，原文如下：",
            Detail::When => "这一节没有写到时间，原文如下：",
            Detail::HowMany => "这一节没有写到数目，原文如下：",
            Detail::More => "这一节的全文如下：",
        }
    }
    fn nothing_to_follow(&self) -> &'static str {
        "你问的是哪一节？请回复我的那条回答，或者把问题说完整。"
    }
    fn no_question(&self, example: Option<&str>) -> String {
        match example {
            Some(example) => format!("想问什么，直接打字就好，比如：{example}"),
            None => "想问什么，直接打字就好。".to_owned(),
        }
    }
    fn unreadable(&self, files: &[Echo]) -> String {
        if files.is_empty() {
            return "我只看得懂文字，请把问题打成字发给我。".to_owned();
        }
        let files: Vec<String> = files.iter().map(|file| format!("“{file}”")).collect();
        format!("我读不了文件{}。请把问题打成字发给我。", files.join("、"))
    }
}
