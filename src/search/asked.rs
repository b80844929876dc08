//! Whether a question asks for a thing that no section knows, of somebody or something that one does: 张三的妻子,
//! 财政局的电话号码. The name alone leads to a section, and that section has no answer.
//!
//! Chinese puts what is asked for last, behind what it belongs to. A short question is read so; a longer one paraphrases
//! what it is after, and one more unknown word says little.

use super::plan::Plan;
use super::query::Query;
use super::score::Found;
use super::words::Words;

/// A question of more parts paraphrases.
const MOST_PARTS: usize = 3;

/// What has more words is not looked at: it is no short question, and each part costs a look at all pieces.
const MOST_WORDS: usize = 24;

/// Before a word they ask which one it is (担任什么职务): it need not stand in the text.
const WHICH: [&str; 5] = ["什么", "哪", "哪些", "哪个", "哪种"];

/// Characters of words that any text may answer without using them: for what came of it and why (后果, 理由), what is
/// wrong (罪行, 缺点), in which way (手法, 途径), what it is good for (作用, 目的), how it looks (情形), in which place one
/// acts (职责, 身份).
const TOLD_BY_ANY: &str = "因果由效响错误过罪害弊缺失训示法式段途径程义意用性点处题容况形势状景象度职任责份标的向求";

/// Whether any text may answer a word without using it.
pub(super) fn told_by_any(word: &str) -> bool {
    word.chars().rev().take(2).any(|c| TOLD_BY_ANY.contains(c))
}

/// Verbs that stand beside what is asked for: 李四在哪个单位工作, 这是什么时候发生的.
const LIGHT_VERBS: [&str; 8] = ["工作", "任职", "发生", "出现", "产生", "造成", "导致", "进行"];

impl Query {
    /// Whether what the question asks for is nowhere told.
    pub(crate) fn asks_for_unknown(&self, plan: &Plan, found: &Found, tables: &Words) -> bool {
        if self.words.len() > MOST_WORDS {
            return false;
        }
        let mut words = self.whole_words();
        let Some((mut from, to)) = words.pop() else { return false };
        if to - from == 1 && words.last().is_some_and(|(_, end)| *end == from) {
            // A character behind a word says what kind of thing it is: 手机号, 物业费.
            from = words.pop().map_or(from, |word| word.0);
        }
        if words.is_empty()
            && let Some(last) = self.words.iter().find(|word| from < word.from && word.to == to)
        {
            // One long word is what is asked for behind what it belongs to: 举报电话.
            words.push((from, last.from));
            from = last.from;
        }
        // What some section has in a row is one part: 警示教育大会.
        let goes_on = |at: usize| plan.holds_across(found, at);
        let parts = words.windows(2).filter(|pair| !goes_on(pair[1].0)).count() + 2;
        if words.is_empty() || parts > MOST_PARTS || goes_on(from) {
            return false;
        }
        let asked = self.folded.slice(from, to);
        let before = self.folded.slice(0, from).trim_end();
        !WHICH.iter().any(|word| before.ends_with(word))
            && !LIGHT_VERBS.contains(&asked)
            && !told_by_any(asked)
            // 理事任期3年吗 claims a number, and asks for no other thing.
            && !asked.contains(|c: char| c.is_ascii_digit())
            && plan.is_unknown(found, from, to)
            && tables.is_thing_or_deed(asked)
    }
}
