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

/// Whether a number stands in the text before a character of this sort.
fn numbered(text: &str, wanted: impl Fn(char) -> bool) -> bool {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut runs = chars.split_inclusive(|c| !NUMERALS.contains(*c));
    let mut before = ' ';
    let mut counts = |run: &[char]| {
        // 第三 is a place in an order, no number.
        let number = run.len() > 1 && before != '第';
        before = run.last().copied().unwrap_or(' ');
        number && before.is_alphabetic() && wanted(before)
    };
    runs.any(&mut counts)
}

/// What numbers are written with. One of something may be any of them.
const NUMERALS: &str = "0123456789０１２３４５６７８９二三四五六七八九十百千万亿两";

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
}
