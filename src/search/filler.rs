//! Words that ask, point or join and say nothing about what is asked for: they neither count as covered nor as unknown.

/// Whether a folded word is filler.
pub(crate) fn is_filler(word: &str) -> bool {
    FILLER.binary_search(&word).is_ok() || asks_whether(word)
}

/// Whether a word asks yes or no: 够不够, 好没好.
fn asks_whether(word: &str) -> bool {
    let mut letters = word.chars();
    let [Some(first), Some('不' | '没'), Some(again), None] = std::array::from_fn(|_| letters.next()) else {
        return false;
    };
    first == again
}

/// In the order of their bytes.
#[rustfmt::skip]
const FILLER: &[&str] = &[
    "a", "about", "all", "also", "am", "an", "and", "any", "are", "article", "as", "at", "be", "been", "being", "both", "by", "can",
    "could", "describe", "did", "do", "document", "does", "each", "explain", "for", "from", "get", "gets", "give", "got", "had", "happen",
    "happened", "happens", "has", "have", "he", "here", "how", "i", "if", "in", "into", "is", "it", "its", "just", "many", "may",
    "me", "mean", "means", "might", "much", "my", "need", "no", "not", "of", "on", "or", "our", "passage", "please", "said", "say", "says",
    "she", "should", "show", "so", "some", "tell", "text", "than", "that", "the", "their", "them", "then", "there", "these",
    "they", "this", "those", "to", "too", "us", "was", "we", "were", "what", "when", "where", "which", "who", "whom",
    "whose", "why", "will", "with", "would", "you", "your", "一", "一下", "一个", "一些", "一份", "一共", "一次",
    "一点", "一种", "一篇", "上", "下", "不", "与", "东西", "个", "中", "为", "为什么", "为何", "为啥", "为甚么",
    "为的", "为的是", "乃", "么", "之", "之一", "也", "了", "了解", "事情", "于", "些", "什么", "什么地方",
    "什么时候", "什么样", "介绍", "介绍一下", "从", "他", "他们", "以", "以前", "以及", "会", "会不会", "但", "但是",
    "位", "体现", "体现在", "何", "何人", "何地", "何处", "何时", "何种", "作为", "你", "你们", "你好", "做什么",
    "全文", "共", "关于", "其", "其中", "具有", "内容", "再", "写到", "几", "几个", "几年", "几条", "几样", "几次",
    "几点", "几种", "几项", "分别", "列举", "列出", "则", "则是", "到", "到底", "即", "却", "原文", "原来", "去",
    "又", "又称", "及", "叙述", "叫", "叫作", "叫做", "可", "可不可以", "可以", "可否", "名", "后来", "向", "吗",
    "吧", "呀", "呃", "告诉", "告诉我", "呗", "呢", "咋", "咋办", "咋回事", "咋样", "和", "咧", "咱们", "哦", "哪",
    "哪一", "哪一个", "哪一位", "哪一天", "哪一年", "哪一种", "哪个", "哪些", "哪些方面", "哪件", "哪份", "哪位",
    "哪儿", "哪几", "哪几个", "哪几条", "哪几项", "哪天", "哪家", "哪年", "哪座", "哪方面", "哪条", "哪样", "哪次",
    "哪种", "哪裏", "哪部", "哪里", "哪项", "啊", "啥", "喂", "嗎", "嗯", "嘛", "嘞", "因", "因为", "因此", "在",
    "地", "多", "多久", "多大", "多少", "多远", "多长", "多高", "大概", "大致", "她", "她们", "如何", "如果", "它",
    "它们", "对", "对于", "将", "就", "属于", "帮", "帮我", "干什么", "干嘛", "年", "并", "并且", "当中", "当时",
    "往", "得", "怎么", "怎么办", "怎么回事", "怎么样", "怎样", "总共", "总结", "您", "您好", "情况", "想", "想知道",
    "想要", "意思", "成为", "我", "我们", "或", "或者", "所", "所以", "才", "找", "找一下", "把", "拥有", "指",
    "提到", "文中", "文章", "方面", "无", "日", "时", "时候", "是", "是不是", "是什么", "是否", "是怎么回事", "是指",
    "曾", "曾经", "最后", "月", "有", "有关", "有没", "有没有", "未", "本文", "来", "查", "查一下", "查询", "样",
    "样的", "概括", "概述", "此", "没", "没有", "甚么", "用来", "由", "由于", "的", "的话", "相关", "看", "看一下",
    "看看", "着", "知道", "种", "称", "称为", "称之为", "称作", "究竟", "究竟是", "简单", "给", "给我", "而", "而且",
    "能", "能不能", "能否", "能够", "自", "自从", "表现", "表现在", "被", "要", "觉得", "解释", "解释一下", "认为",
    "让", "讲", "讲到", "讲解", "讲讲", "讲述", "该", "详细", "说", "说到", "说说", "请", "请教", "请说", "请问",
    "谁", "谁的", "谈到", "谈谈", "谢谢", "达到", "过", "还", "这", "这个", "这么", "这些", "这件", "这份", "这样",
    "这次", "这段", "这种", "这篇", "逐条", "那", "那个", "那么", "那些", "那件", "那份", "那样", "那次", "那种",
    "那篇", "都", "里", "里面", "问", "问一下", "非",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_so_that_every_word_is_found() {
        assert!(FILLER.is_sorted());
        assert!(["什么", "如何", "的", "what"].into_iter().all(is_filler));
        assert!(!is_filler("监督"));
    }

    #[test]
    fn what_asks_yes_or_no_says_nothing_else() {
        assert!(["够不够", "好没好", "能不能"].into_iter().all(is_filler));
        assert!(["不", "不不", "差不多", "够不够用", "来不及"].into_iter().all(|word| !asks_whether(word)));
    }
}
