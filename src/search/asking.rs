//! What a question asks, as patterns instead of a list: 几天, 多少岁, 哪一年, 多长时间 say that something is counted or
//! chosen, and nothing about what. Any measure word may follow, so the text need not hold it.

use std::ops::Range;

/// Words that ask for a number or a choice, simplified; the longer ones first.
const ASKING: &[&str] = &["多少", "什么", "哪一", "哪几", "几", "哪"];

/// After 几 and 哪 alone only a measure word makes a question: 几乎 and 哪怕 ask nothing.
const NEED_A_MEASURE: &[&str] = &["几", "哪"];

/// Measure words and units of time, money and size; the longer ones first.
#[rustfmt::skip]
const MEASURES: &[&str] = &[
    "个工作日", "平方米", "个小时", "个星期", "个月", "小时", "分钟", "星期", "公里", "公斤", "年级", "岁数", "学时", "课时",
    "个", "条", "项", "点", "种", "样", "类", "次", "回", "遍", "年", "月", "周", "天", "日", "号", "岁", "时", "人", "名",
    "位", "家", "所", "元", "块", "角", "钱", "倍", "份", "本", "张", "级", "届", "章", "节", "款", "步", "件", "页", "篇",
    "斤", "里", "米", "度", "层", "期", "轮", "段", "处", "批", "支", "台", "辆", "间", "座", "组", "队", "班", "门", "句",
    "字", "成", "折",
];

/// What 多 asks for with an adjective, and what may follow that.
const DEGREES: &[&str] = &["长时间", "大年纪", "大岁数", "长", "久", "大", "高", "远", "重", "宽", "深", "快"];

/// Where a text (simplified, lower case) asks, as ranges of characters.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut rest = text;
    let mut at = 0;
    while let Some(c) = rest.chars().next() {
        match length(rest) {
            Some(length) => {
                let count = rest[..length].chars().count();
                found.push(at..at + count);
                (rest, at) = (&rest[length..], at + count);
            }
            None => (rest, at) = (&rest[c.len_utf8()..], at + 1),
        }
    }
    found
}

/// How many bytes at the start of a text ask.
fn length(text: &str) -> Option<usize> {
    if let Some(degree) = text.strip_prefix('多').and_then(|rest| leading(DEGREES, rest)) {
        return Some('多'.len_utf8() + degree.len());
    }
    let word = leading(ASKING, text)?;
    let measure = leading(MEASURES, &text[word.len()..]);
    match measure {
        Some(measure) => Some(word.len() + measure.len()),
        None if NEED_A_MEASURE.contains(&word) => None,
        None => Some(word.len()),
    }
}

/// The first of these words that a text begins with.
fn leading<'a>(words: &[&'a str], text: &str) -> Option<&'a str> {
    words.iter().find(|word| text.starts_with(**word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        find(text).into_iter().map(|range| chars[range].iter().collect()).collect()
    }

    #[test]
    fn any_measure_word_may_be_asked_for() {
        for (text, expected) in [
            ("年假有几天", "几天"),
            ("申请要满多少岁", "多少岁"),
            ("哪一年成立的", "哪一年"),
            ("一个月加班几个小时", "几个小时"),
            ("考察要多长时间", "多长时间"),
            ("每月几号发工资", "几号"),
            ("多大年纪可以退休", "多大年纪"),
            ("分什么级", "什么级"),
        ] {
            assert_eq!(asked(text), [expected], "{text}");
        }
    }

    #[test]
    fn words_that_look_alike_ask_nothing() {
        for text in ["几乎没有", "茶几", "多数人", "几何", "哪怕下雨", ""] {
            assert_eq!(asked(text), Vec::<String>::new(), "{text}");
        }
    }
}
