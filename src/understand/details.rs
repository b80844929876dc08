//! What a question asks of something that it does not name: who, when, how many, or simply more.

use super::question::{find_words, without};
use crate::message::Detail;

/// The words that ask for a detail; the first kind of which a word is found is asked for.
#[rustfmt::skip]
const WORDS: &[(Detail, &[&str])] = &[
    (Detail::InCharge, &[
        "负责", "牵头", "谁来做", "谁来抓", "谁来管", "谁管", "哪个部门", "哪个单位", "哪些部门", "哪些单位",
        "responsible", "in charge",
    ]),
    (Detail::When, &[
        "什么时候", "什么时间", "何时", "哪一年", "哪年", "哪天", "多久", "几时", "when", "how long", "how often",
    ]),
    (Detail::HowMany, &["多少", "几次", "几个", "几人", "几场", "几条", "几项", "几年", "how many", "how much"]),
    (Detail::Who, &["谁", "什么人", "哪些人", "who"]),
];

/// Words beside those that carry no topic either.
const BESIDE: &[&str] = &[
    "由谁", "谁", "who", "是", "来", "要", "人", "钱", "次", "那么", "后来", "然后", "还有", "继续", "展开", "再",
    "具体", "详细", "多说", "更多", "more", "details", "detail", "go on", "so", "else", "then", "person", "people",
];

/// The detail that is asked for in a folded question that says nothing else; `None` where it has a topic.
pub(super) fn find(text: &str) -> Option<Detail> {
    let asked = WORDS.iter().find(|(_, words)| !find_words(text, words).is_empty());
    let words = asked.map_or(&[][..], |(_, words)| words);
    // Words that ask are taken away first: 什么时候 holds 什么, which is scaffolding.
    let rest = without(text, find_words(text, words));
    let rest = without(&rest, find_words(&rest, BESIDE));
    rest.is_empty().then(|| asked.map_or(Detail::More, |(detail, _)| *detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_question_without_a_topic_asks_for_a_detail() {
        for (text, detail) in [
            ("谁负责 ", Some(Detail::InCharge)),
            ("那由谁来负责呢 ", Some(Detail::InCharge)),
            ("who is responsible ", Some(Detail::InCharge)),
            ("是什么时候的 ", Some(Detail::When)),
            ("涉及多少钱 ", None),
            ("一共多少人 ", Some(Detail::HowMany)),
            ("那是谁 ", Some(Detail::Who)),
            ("具体呢 ", Some(Detail::More)),
            ("然后呢 ", Some(Detail::More)),
            ("tell me more ", Some(Detail::More)),
            ("张三是谁 ", None),
            ("谁负责监督 ", None),
            ("你好 ", None),
            ("人民 ", None),
        ] {
            assert_eq!(find(text), detail, "{text}");
        }
    }
}
