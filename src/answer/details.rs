//! Where a section says who, when or how many: for questions that ask it without naming it.

use crate::content::model::{Block, Section};
use crate::message::Detail;

/// Words of one who is made responsible.
const IN_CHARGE: &[&str] = &["负责", "牵头", "主抓", "承办", "主管部门", "责任人", "responsible", "in charge"];

/// So much of `负责` says the contrary.
const NOT_IN_CHARGE: &[&str] = &["不负责", "负责任"];

/// Words of a person.
const PERSON: &[&str] = &["主任", "局长", "书记", "处长", "科长", "校长", "院长", "主席", "部长", "厅长", "同志", "某"];

/// Words of a time, and those that are one only behind a number.
const TIME: &[&str] = &["以来", "期间", "每年", "每月", "每周", "每季度", "每半年", "定期", "时间："];
const COUNTED_TIME: &[char] = &['年', '月', '日', '天', '周', '季', '时'];

/// How many characters of blocks are shown at most.
const MOST: usize = 600;

/// The blocks that hold the detail, as far as they are no more than a message should hold; none for [`Detail::More`].
pub(super) fn holding(section: &Section, detail: Detail) -> Vec<usize> {
    let holds = |text: &str| match detail {
        Detail::InCharge => {
            let text = NOT_IN_CHARGE.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
            IN_CHARGE.iter().any(|word| text.contains(word))
        }
        Detail::Who => PERSON.iter().any(|word| text.contains(word)),
        Detail::When => TIME.iter().any(|word| text.contains(word)) || numbered(text, |c| COUNTED_TIME.contains(&c)),
        Detail::HowMany => numbered(text, |c| !COUNTED_TIME.contains(&c)),
        Detail::More => false,
    };
    let blocks = section.blocks.iter().map(Block::text).enumerate();
    let mut room = MOST;
    let fits = |(_, text): &(usize, &str)| {
        let length = text.chars().count();
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    };
    blocks.filter(|(_, text)| holds(text)).take_while(fits).map(|(block, _)| block).collect()
}

/// Whether a question wants to know how many of something there are (判了几年, 损失多少万元), and a section counts none.
pub(super) fn lacks_number(section: &Section, question: &str) -> bool {
    let Some(units) = counted(question) else { return false };
    // One of something may stand for a number here, or for any of them: who asks is better shown than sent away.
    let told = |block: &Block| numbered_with("一数半", block.text(), |c| units.contains(&c));
    !section.blocks.iter().any(told)
}

/// What a question wants counted, in each word that a text may count it with; `None` where it asks for no number, or for
/// one of things that need no number to be told (几个方面, 第几届).
fn counted(question: &str) -> Option<&'static [char]> {
    const UNITS: [&[char]; 8] = [
        &['元', '块', '钱', '万', '亿'],
        &['人', '名', '位', '个'],
        &['年'],
        &['月'],
        &['天', '日'],
        &['岁'],
        &['票', '张'],
        &['户', '家'],
    ];
    /// Before 几 they make it no question: 近几年, 第几届.
    const NO_QUESTION: &[char] = &['近', '这', '前', '头', '好', '第', '哪', '十', '过'];
    let behind = |at: usize| question[at..].trim_start_matches(['万', '亿', '千', '百', '十', '个']).chars().next();
    let units = |at: usize| behind(at).and_then(|c| UNITS.iter().find(|units| units.contains(&c)));
    let many = question.match_indices("多少").find_map(|(at, word)| units(at + word.len()));
    let some = || {
        let asks = |(at, _): &(usize, &str)| !question[..*at].ends_with(NO_QUESTION);
        question.match_indices('几').filter(asks).find_map(|(at, word)| units(at + word.len()))
    };
    many.or_else(some).copied()
}

/// Whether a number stands in the text before a character of this sort.
fn numbered(text: &str, wanted: impl Fn(char) -> bool) -> bool {
    numbered_with("", text, wanted)
}

/// The same where these characters are numerals too.
fn numbered_with(more: &str, text: &str, wanted: impl Fn(char) -> bool) -> bool {
    const NUMERALS: &str = "0123456789０１２３４５６７８９二三四五六七八九十百千万亿两";
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut runs = chars.split_inclusive(|c| !NUMERALS.contains(*c) && !more.contains(*c));
    let mut before = ' ';
    let mut counts = |run: &[char]| {
        // 第三 is a place in an order, no number.
        let number = run.len() > 1 && before != '第';
        before = run.last().copied().unwrap_or(' ');
        number && before.is_alphabetic() && wanted(before)
    };
    runs.any(&mut counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_what_stands_behind_them() {
        let time = |text| numbered(text, |c| COUNTED_TIME.contains(&c));
        assert!(time("2013 年") || time("2013年"));
        assert!(time("每季度一次，为期三天"));
        assert!(!time("三名干部"));
        assert!(numbered("三名干部", |c| c == '名'));
        assert!(!numbered("第三名，三", |_| true));
    }

    #[test]
    fn a_question_for_a_number_says_what_it_counts() {
        for (question, unit) in [
            ("李四让国家损失了多少万元", Some('元')),
            ("张三判了几年刑", Some('年')),
            ("有多少个人参加", Some('人')),
            ("近几年出了什么事", None),
            ("选举是第几届", None),
            ("有几个方面", None),
            ("一共有多少项举措", None),
        ] {
            let counted = counted(question);
            assert_eq!(counted.is_some(), unit.is_some(), "{question}");
            assert!(unit.is_none_or(|unit| counted.is_some_and(|units| units.contains(&unit))), "{question}");
        }
    }
}
