//! Words that shape a question and say nothing about its topic.

/// Words that ask for all of a kind.
#[rustfmt::skip]
pub(super) const LIST: &[&str] = &[
    "有哪些", "有哪几", "哪些", "哪几", "有几", "几条", "几个", "几项", "几点", "几样", "几种", "几招", "多少条", "多少个",
    "多少项", "所有", "全部", "列出", "列举", "罗列", "列一下", "逐条", "逐一", "逐个", "一一", "汇总", "盘点", "梳理", "一览", "清单", "分别", "all",
    "list", "what are", "how many", "which",
];

/// What carries no topic: the scaffolding of a question in both languages, longer words first. Latin words as whole
/// words.
#[rustfmt::skip]
pub(super) const SCAFFOLDING: &[&str] = &[
    "体现在", "表现在", "怎么样", "怎样", "如何", "我想知道", "介绍一下", "想知道", "告诉我", "说一下", "有什么", "是什么", "有没有", "查一下", "请问", "说说",
    "讲讲", "讲了", "谈谈", "谈到", "提到", "文中", "文章", "本文", "里面", "方面", "关于", "对于", "什么", "哪个",
    "哪条", "哪一", "一共", "总共", "分别", "具体", "主要", "内容", "存在", "采取", "取得", "这些", "那些", "这个",
    "那个", "我们", "我区", "哪里", "哪些", "哪儿", "地方", "到底", "究竟", "应该", "应当", "你们", "他们", "大家",
    "咱们", "给我", "帮我", "看看", "一下", "简单", "详细", "总结", "概括", "说明", "解释", "体现", "表现", "指出", "查出", "发现", "提出", "出了",
    "出来", "一份", "的",
    "了", "吗", "呢", "啊", "呀", "吧", "the", "a", "an",
    "of", "is", "are", "was", "were", "in", "on", "for", "to", "what", "does", "do", "did", "please", "tell", "me",
    "about", "there", "it", "document", "text", "this", "that", "be", "and", "you", "i", "can", "could", "would",
    "have", "has", "been", "give", "show", "explain", "taken", "found",
    "find", "named", "listed", "identified",
];

/// Characters that carry no topic where they are left alone, and belong to words where they are not (中心组).
pub(super) const LEFT_OVER: &str = "都有是在里中和与几出该请给上下对从被让把将会能要可那这它其也还就各";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_hides_a_longer_one_behind_it() {
        for (index, word) in SCAFFOLDING.iter().enumerate() {
            let hidden = SCAFFOLDING[index + 1..].iter().find(|later| !word.is_ascii() && later.contains(word));
            assert_eq!(hidden, None, "`{word}` is taken away first");
        }
    }
}
