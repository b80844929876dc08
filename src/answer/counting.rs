//! Questions for a number (判了几年, 罚多少钱, 有几种, 考察要多久), and whether a section gives one of that kind.
//!
//! Texts are read bare: letters and digits alone, simplified, in lower case.

/// What a question wants counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The words that a text may count it with, simplified.
    units: &'static [&'static str],
    /// What it says of a text that gives no such number.
    pub(super) without: Without,
}

/// What a text is worth that gives no number of what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Without {
    /// It does not answer.
    Refused,
    /// It may answer in other words (随到随办 to 多久).
    Unsure,
    /// It may as well list what is counted.
    Fine,
}

impl Wanted {
    const fn strictly(units: &'static [&'static str]) -> Self {
        Self { units, without: Without::Refused }
    }

    const fn rather(units: &'static [&'static str]) -> Self {
        Self { units, without: Without::Fine }
    }
}

/// By what stands behind 几 or 多少, longer words first.
#[rustfmt::skip]
const COUNTED: &[(&str, Wanted)] = &[
    ("小时", Wanted::strictly(&["小时", "时", "分", "天", "日"])), ("分钟", Wanted::strictly(&["时", "分", "秒"])),
    ("星期", Wanted::strictly(TIMES)), ("工作日", Wanted::strictly(TIMES)),
    ("元", MONEY), ("块", MONEY), ("钱", MONEY), ("万", MONEY), ("亿", MONEY),
    ("人", PEOPLE), ("名", PEOPLE), ("位", PEOPLE),
    ("年", Wanted::strictly(&["年", "月"])), ("月", Wanted::strictly(&["年", "月", "周", "星期", "天", "日"])),
    ("天", Wanted::strictly(TIMES)), ("日", Wanted::strictly(TIMES)), ("周", Wanted::strictly(TIMES)),
    ("岁", Wanted::strictly(&["岁"])),
    ("票", Wanted::strictly(&["票", "张"])), ("张", Wanted::strictly(&["票", "张", "页"])),
    ("户", Wanted::strictly(&["户", "家"])), ("家", Wanted::strictly(&["户", "家"])),
    ("点", Wanted::rather(&["点", "时"])), ("号", Wanted::rather(&["号", "日"])),
    ("种", Wanted::rather(&["种", "类"])), ("类", Wanted::rather(&["种", "类"])), ("次", Wanted::rather(&["次", "回"])),
    ("倍", Wanted::rather(&["倍"])), ("级", Wanted::rather(&["级", "档"])), ("本", Wanted::rather(&["本", "册"])),
    ("册", Wanted::rather(&["本", "册"])), ("项", Wanted::rather(&["项", "条", "点"])), ("度", Wanted::rather(&["度"])),
    ("步", Wanted::rather(&["步"])), ("公里", Wanted::rather(&["公里"])), ("米", Wanted::rather(&["米"])),
];

const MONEY: Wanted = Wanted::strictly(&["元", "块", "钱", "万", "亿", "角"]);
const PEOPLE: Wanted = Wanted::strictly(&["人", "名", "位", "个"]);
const TIMES: &[&str] = &["天", "日", "工作日", "周", "星期", "月", "小时", "时", "年", "分", "秒", "世纪", "季"];

/// Questions for a span of time that name no unit.
const HOW_LONG: &[&str] = &["多久", "多长时间", "多长期限"];

/// Before 几 they make it no question: 近几年, 第几届.
const NO_QUESTION: &[char] = &['近', '这', '前', '头', '好', '第', '哪', '十', '过'];

/// What may stand between 几 or 多少 and the unit.
const BETWEEN: &[char] = &['万', '亿', '千', '百', '十', '个'];

/// What numbers are written with.
const NUMERALS: &str = "0123456789〇零一二三四五六七八九十百千万亿两半数";

/// What a bare question wants counted; `None` where it asks for no number, or for one of things that need no number to be
/// told (几个方面, 第几届).
pub(super) fn wanted(question: &str) -> Option<Wanted> {
    let many = question.match_indices("多少").find_map(|(at, word)| counted(&question[at + word.len()..]));
    let some = || {
        let asks = |(at, _): &(usize, &str)| !question[..*at].ends_with(NO_QUESTION);
        question.match_indices('几').filter(asks).find_map(|(at, word)| counted(&question[at + word.len()..]))
    };
    let span = || {
        HOW_LONG.iter().any(|asks| question.contains(asks)).then_some(Wanted { units: TIMES, without: Without::Unsure })
    };
    many.or_else(some).or_else(span)
}

fn counted(behind: &str) -> Option<Wanted> {
    let unit = behind.trim_start_matches(BETWEEN);
    COUNTED.iter().find(|(word, _)| behind.starts_with(word) || unit.starts_with(word)).map(|(_, wanted)| *wanted)
}

/// Whether a bare text gives a number of what is wanted.
pub(super) fn gives(text: &str, wanted: Wanted) -> bool {
    if wanted.without == Without::Unsure && tells_how_often(text, wanted.units) {
        return true;
    }
    let mut before = ' ';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let behind = rest.trim_start_matches(|c| NUMERALS.contains(c));
        if behind.len() == rest.len() {
            (before, rest) = (c, &rest[c.len_utf8()..]);
            continue;
        }
        let numeral = &rest[..rest.len() - behind.len()];
        if before != '第' && wanted.units.iter().any(|unit| counts(numeral, behind, unit)) {
            return true;
        }
        (before, rest) = (' ', behind);
    }
    false
}

/// Whether a text says how often something is done without a numeral: 每周, 逐月.
fn tells_how_often(text: &str, units: &[&str]) -> bool {
    let behind = |word: &'static str| text.match_indices(word).map(move |(at, _)| &text[at + word.len()..]);
    let mut each = behind("每").chain(behind("逐"));
    each.any(|rest| units.iter().any(|unit| rest.trim_start_matches('个').starts_with(unit)))
}

/// Whether a numeral counts with a unit: it stands behind it, or is the end of the numeral itself (三万).
fn counts(numeral: &str, behind: &str, unit: &str) -> bool {
    let mut unit_behind = behind;
    while let Some(rest) = MORE.iter().find_map(|word| unit_behind.strip_prefix(word)) {
        unit_behind = rest;
    }
    behind.starts_with(unit) || unit_behind.starts_with(unit) || (numeral.len() > unit.len() && numeral.ends_with(unit))
}

/// What may stand between a numeral and its unit: 三十个工作日, 十余人, 两个多月, 十八周岁.
const MORE: &[&str] = &["个", "工作", "多", "余", "来", "周", "整", "半"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_for_a_number_says_what_it_counts() {
        for (question, unit) in [
            ("李四让国家损失了多少万元", Some("元")),
            ("张三判了几年刑", Some("年")),
            ("有多少个人参加", Some("人")),
            ("要满多少岁", Some("岁")),
            ("分几种", Some("种")),
            ("培训要多久", Some("天")),
            ("近几年出了什么事", None),
            ("选举是第几届", None),
            ("有几个方面", None),
        ] {
            let wanted = wanted(question);
            assert_eq!(wanted.is_some(), unit.is_some(), "{question}");
            assert!(unit.is_none_or(|unit| wanted.is_some_and(|w| w.units.contains(&unit))), "{question}");
        }
    }

    #[test]
    fn a_number_counts_with_the_unit_behind_it() {
        for (question, text, expected) in [
            ("多少天", "提前30个工作日申请", true),
            ("多少岁", "年满十八周岁的公民", true),
            ("几天", "给予产假八星期", true),
            ("多少万元", "损失三百万", true),
            ("几种", "处分有五种", true),
            ("多久一次", "每周清洗", true),
            ("多久一次", "定期清洗", false),
            ("几天", "每天清洗", false),
            ("几个小时", "不超过两小时", true),
            ("几年", "第三年", false),
            ("几种", "各种处分", false),
            ("多少钱", "按规定收费", false),
        ] {
            assert_eq!(wanted(question).map(|wanted| gives(text, wanted)), Some(expected), "{question} {text}");
        }
    }
}
