//! Talk that asks nothing of a document: 你好, 谢啦, 你是谁, 几点了.
//!
//! A message is talk where phrases of these tables cover the whole of it, with words between them that mean nothing
//! alone. So a question that begins with a greeting stays a question: what it asks is in no table.

use crate::message::Talk;

/// Longer messages say more than that.
const LONGEST: usize = 48;

/// The phrases of a kind, simplified and in lower case; English ones are whole words.
type Phrases = &'static [&'static str];

/// The kinds, those first that count where a message is of several.
#[rustfmt::skip]
const KINDS: &[(Talk, Phrases)] = &[
    (Talk::Data, &[
        "我的数据", "我的记录", "我的资料", "我的信息", "我的隐私", "我什么资料", "我什么信息", "我哪些信息", "隐私", "忘掉我", "忘记我", "忘了我",
        "我提的问题", "我问的问题", "my data", "about me", "forget me", "privacy", "my questions", "my personal data",
    ]),
    (Talk::Complaint, &[
        "错了", "不对", "答错", "搞错", "弄错", "不是这个", "不是我要的", "不是我想要的", "不是我问的", "答非所问", "牛头不对马嘴", "胡扯", "胡说", "瞎说",
        "乱说", "没用", "垃圾", "太笨", "好笨", "真笨", "太差", "太烂", "没答到", "没回答", "又是这", "离谱", "不满意", "什么玩意", "什么鬼", "文不对题",
        "wrong", "incorrect", "useless", "nonsense", "stupid", "not what i asked", "not what i meant", "not what i wanted", "bad bot", "rubbish",
    ]),
    (Talk::Reminder, &[
        "提醒", "推送", "推播", "订阅", "退订", "别再发", "不要再发", "别再给我发", "不要再给我发", "别发了", "下一条哪天", "下一条什么时候", "下一条几点",
        "下次什么时候", "下次哪天", "下次几点", "下次发", "下次讲", "下次学", "下周学", "下周讲", "下周发", "下周轮到", "下星期学", "下星期讲", "下星期发",
        "下星期轮到", "几点发", "哪天发", "什么时候发", "晚上发", "早上发", "中午发", "下午发", "周末发", "这周跳过", "本周跳过", "跳过一次", "跳过这周", "跳过本周",
        "时区", "reminder", "reminders", "remind me", "subscribe", "unsubscribe", "next one go out", "next one come", "next post", "next push",
        "skip this week", "skip one", "stop sending", "stop posting", "change the time", "this week s post",
    ]),
    (Talk::Who, &[
        "你是谁", "你谁", "你叫什么", "叫什么名字", "你的名字", "什么名字", "你名字", "怎么称呼", "自我介绍", "介绍一下你自己", "介绍下你自己", "介绍自己", "你是什么", "什么机器人", "是机器人",
        "是真人", "是人吗", "是不是人", "是ai", "是人工智能", "谁做的你", "谁开发的你", "谁把你", "你是哪家", "who are you", "what are you", "your name",
        "are you a human", "are you human", "are you a bot", "are you a robot", "are you real", "are you an ai", "introduce yourself", "who made you",
    ]),
    (Talk::Can, &[
        "你会什么", "你会干", "你会做", "你能干", "你能做", "能做什么", "会做什么", "能干什么", "能干啥", "干别的", "做别的", "有什么功能", "什么功能",
        "哪些功能", "有什么用", "能帮我什么", "能帮我做", "能帮我干", "翻译", "画画", "唱歌", "写诗", "写作文", "写作业", "what can you do", "what do you do",
        "can you translate", "can you draw", "can you sing", "can you write", "how can you help", "what else can you do", "features",
    ]),
    (Talk::Help, &[
        "帮助", "怎么用", "咋用", "如何用", "怎样用", "怎么使用", "如何使用", "使用方法", "使用说明", "用法", "怎么问", "咋问", "怎么提问", "如何提问",
        "不会用", "怎么玩", "怎么操作", "help", "how does this work", "how does this thing work", "how does it work", "how do i use", "how to use",
        "instructions", "how do i ask",
    ]),
    (Talk::Personal, &[
        "你多大", "你几岁", "你今年多大", "你今年几岁", "你哪年", "你是哪年", "你什么时候出生", "你的生日", "你生日", "你多高", "你住哪", "你累", "你开心",
        "你高兴", "你喜欢", "你爱", "我爱你", "我喜欢你", "你结婚", "你有女朋友", "你有男朋友", "你有对象", "你单身", "你吃了", "你吃饭", "笑话", "段子", "讲个故事",
        "唱首歌", "我难过", "我好难过", "有点难过", "很难过", "心情不好", "不开心", "我好累", "我累了", "好无聊", "我无聊", "陪我聊", "聊聊天", "聊天", "你有感情",
        "你有情绪", "how old are you", "have feelings", "a joke", "i m sad", "i am sad", "i m bored", "do you love me", "i love you", "are you married",
        "where are you from", "do you like me", "how are you", "when were you born", "sing a song",
    ]),
    (Talk::Today, &[
        "现在几点", "几点了", "几点钟了", "今天几号", "今天星期几", "今天周几", "今天礼拜几", "天气", "冷不冷", "热不热", "下雨", "吃什么", "吃啥",
        "what time is it", "the time now", "the weather", "what day is it", "today s date",
    ]),
    (Talk::Menu, &["菜单", "选项", "设置", "设定", "命令", "指令", "menu", "options", "settings", "commands"]),
    (Talk::There, &[
        "在吗", "在么", "在不在", "还在", "有人吗", "有人在", "喂", "听得到", "听得见", "听到吗", "不理我", "不说话", "不回我", "不回话", "醒醒", "卡住了", "死机",
        "测试", "are you there", "you there", "anyone there", "anybody there", "anybody home", "ping", "test", "testing", "are you alive",
    ]),
    (Talk::Thanks, &[
        "谢谢", "多谢", "谢啦", "谢了", "谢过", "感谢", "感激", "辛苦", "麻烦你了", "麻烦了", "有劳", "帮大忙", "帮了大忙", "很有用", "有帮助", "帮到我",
        "thanks", "thank you", "thank u", "thx", "ty", "cheers", "appreciate it", "appreciated", "that helps", "very helpful",
    ]),
    (Talk::Bye, &[
        "再见", "拜拜", "拜了", "回头见", "明天见", "下次见", "回见", "改天见", "晚安", "先下了", "我下了", "先走了", "我走了", "先撤", "下线了", "睡了", "去睡",
        "休息了", "88", "bye", "goodbye", "see you", "see ya", "cya", "good night", "gotta go", "got to go", "talk to you later", "later",
    ]),
    (Talk::Praise, &[
        "真棒", "太棒", "很棒", "棒", "不错", "厉害", "真牛", "太牛", "牛啊", "赞", "优秀", "聪明", "好用", "挺准", "很准", "真准", "完美", "漂亮", "可以啊",
        "好样的", "靠谱", "答得好", "答得对", "说得好", "很好", "真好", "太好了", "great", "nice", "wow", "well done", "awesome", "amazing", "brilliant",
        "excellent", "good job", "good bot", "smart", "cool", "perfect", "love it", "impressive",
    ]),
    (Talk::Greeting, &[
        "你好", "您好", "妳好", "大家好", "各位好", "嗨", "哈喽", "哈啰", "哈罗", "嘿", "早安", "早啊", "早上好", "上午好", "中午好", "下午好", "晚上好", "午安",
        "打扰", "初次见面", "好久不见", "幸会", "新年好", "节日快乐", "我来了", "又来了", "hi", "hello", "hey", "good morning", "good afternoon",
        "good evening", "greetings", "nice to meet you", "howdy", "morning",
    ]),
    (Talk::Agreement, &[
        "好的", "好吧", "好滴", "好嘞", "好呀", "行吧", "行的", "行", "可以", "嗯", "恩", "哦", "噢", "喔", "知道了", "明白", "懂了", "了解", "收到", "原来如此",
        "原来是这样", "这样啊", "是的", "没错", "没问题", "ok", "okay", "got it", "i see", "alright", "sure", "understood", "fine", "yes", "makes sense",
    ]),
];

/// What may stand beside them and says nothing alone.
#[rustfmt::skip]
const BESIDE: Phrases = &[
    "啊", "呀", "呢", "吧", "哦", "噢", "嘛", "呗", "了", "的", "哈", "么", "吗", "咯", "啦", "哟", "诶", "欸", "唉", "哎", "～", "你", "您", "妳", "我", "他", "们",
    "就", "也", "都", "又", "还", "很", "太", "真", "好", "挺", "蛮", "有点", "有些", "非常", "特别", "简直", "实在", "十分", "一下", "一次", "一点", "请", "请问", "麻烦",
    "老师", "朋友", "小助手", "机器人", "温故", "同学", "今天", "现在", "刚才", "刚刚", "再", "先", "别", "不", "没", "是", "在", "把", "给", "让", "跟", "和", "到", "从", "对",
    "这", "那", "这个", "那个", "这儿", "这里", "这东西", "这玩意", "这一段", "这段", "这条", "一段", "一条", "回答", "答案", "答", "说", "讲", "听", "问", "看", "教",
    "大家", "各位", "帮", "帮我", "帮忙", "想", "要", "想要", "能", "会", "能不能", "可不可以", "可以吗", "行吗", "好吗", "行不行", "怎么", "咋", "为什么", "什么", "啥", "哪里", "哪儿", "哪天",
    "几点", "什么时候", "怎样", "如何", "该", "应该", "除了", "答题", "以外", "之外", "改到", "换到", "改成", "晚上", "早上", "中午", "下午", "明天", "后天", "周末", "每周", "每天",
    "本周", "这周", "下周", "下星期", "下次", "下一条", "开通", "取消", "停", "停掉", "关掉", "关闭", "打开", "删", "删了", "删掉", "删除", "清空", "全", "全部", "所有", "收集",
    "保存", "存", "记录", "管理员", "看见", "看到", "知道", "提", "学", "发", "内容", "晚饭", "午饭", "早饭", "中饭", "得", "个", "来", "去", "会儿", "哪年", "年", "生", "自己", "里",
    "i", "you", "me", "it", "it s", "is", "are", "am", "the", "a", "an", "that", "this", "so", "and", "very", "much", "really", "please", "now", "too", "again", "one", "ones",
    "do", "does", "did", "can", "could", "will", "would", "my", "your", "what", "how", "when", "where", "who", "why", "to", "of", "on", "in", "for", "with", "not", "no", "all",
    "everything", "anything", "something", "stuff", "things", "thing", "answer", "answers", "there", "bot", "wengu", "try", "we", "delete", "erase", "remove", "store", "keep", "know",
    "lot", "see", "admins", "tell", "go", "out", "work", "works", "use", "just", "oh", "well", "then", "next", "week", "today", "have", "any", "s", "m", "re",
];

/// What is asked about a document as a whole: what it says, how long it is, how it is built.
#[rustfmt::skip]
const SAYS: Phrases = &[
    "讲什么", "讲啥", "讲了什么", "讲了啥", "讲的什么", "讲的啥", "讲些什么", "讲了些什么", "说什么", "说啥", "说了什么", "说了啥", "说些什么", "说了些什么", "写什么", "写啥", "写了什么", "写了啥",
    "写的什么", "写的啥", "关于什么", "关于啥", "内容是", "主要内容", "大意", "概要", "概述", "梗概", "简介", "总结", "概括", "讲的是", "说的是", "多长", "多少字", "多少页", "几页", "篇幅", "多久",
    "多长时间", "多少时间", "几个部分", "几部分", "哪些部分", "哪几部分", "哪几个部分", "怎么分", "结构", "框架", "多少节", "几节",
    "about", "summary", "summarize", "summarise", "overview", "how long", "how many sections", "how many parts", "how many pages", "how many words", "structure",
];
/// The same: who made it, and when. Its text may tell.
#[rustfmt::skip]
const MADE: Phrases = &[
    "谁写", "谁起草", "谁编", "谁制定", "谁发布", "谁出", "谁的", "作者", "出处", "来源", "来历", "哪年", "哪一年", "哪个年份", "什么年份", "什么时候写", "什么时候发布", "什么时候出", "什么时候制定",
    "什么时候定", "何时", "哪一版", "什么版本", "哪个版本", "who wrote", "who is the author", "author", "written by", "who made", "what year", "which year", "when was", "how old is", "published",
    "which version", "what version",
];
/// The document itself, and the whole of it.
#[rustfmt::skip]
const DOCUMENT: Phrases = &[
    "文档", "文件", "文章", "文本", "手册", "章程", "教材", "讲义", "守则", "本书", "这书", "本文", "此文", "本办法", "本规定", "本条例", "本制度", "全文", "整篇", "全书", "这个", "这份", "这篇", "这本",
    "这部", "看完", "读完", "通读", "一遍", "document", "file", "text", "handbook", "book", "manual", "charter", "paper", "this", "it", "how many sections", "how many parts", "how many pages",
    "read it all", "read all", "the whole",
];
/// What may stand beside those alone.
#[rustfmt::skip]
const WITH_WHOLE: Phrases = &[
    "有", "份", "篇", "本", "部", "里", "里面", "中", "书", "材料", "资料", "东西", "办法", "制度", "规定", "条例", "法规", "课程", "主要", "大概", "大致", "总共", "一共", "需要", "用", "花", "时间", "阅读",
    "读", "些", "年", "版", "出", "写", "定", "发布", "起草", "编写", "制定", "哪", "分成", "分为", "多少", "几", "谁", "给我", "讲讲", "说说", "简单", "来", "介绍", "total", "take", "takes", "long",
    "give", "short", "sections", "parts", "was", "were", "by", "read", "reading", "whole", "come", "from", "when", "written",
];

/// What a folded text asks about a document as a whole: 这份文件讲什么, 看完要多久. `named`: it calls one by its name,
/// which is no part of the text any more.
pub(super) fn asks_about_all(text: &str, named: bool) -> Option<Talk> {
    let tables = [(1, SAYS), (2, MADE), (4, DOCUMENT), (0, WITH_WHOLE), (0, BESIDE)];
    let found = cover(text, || tables.iter().flat_map(|(bit, all)| all.iter().map(move |one| (*bit, *one))))?;
    match (found & 1 != 0, found & 2 != 0) {
        _ if !named && found & 4 == 0 => None,
        (_, true) => Some(Talk::Origin),
        (true, false) => Some(Talk::Document),
        (false, false) => None,
    }
}

/// What kind of talk a folded text is; `None` where something in it is no talk.
pub(super) fn find(text: &str) -> Option<Talk> {
    let of_kinds = || KINDS.iter().enumerate().flat_map(|(bit, (_, all))| all.iter().map(move |one| (1 << bit, *one)));
    let kinds = cover(text, || of_kinds().chain(BESIDE.iter().map(|one| (0, *one))))?;
    KINDS.iter().enumerate().find(|(bit, _)| kinds & 1 << bit != 0).map(|(_, (talk, _))| *talk)
}

/// The bits of all phrases on some way to cover a folded text with phrases; `None` where none covers all of it.
fn cover<P: Iterator<Item = (u32, &'static str)>>(text: &str, phrases: impl Fn() -> P) -> Option<u32> {
    let text: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    // For each place: the bits met on some way there; `None` where no way leads.
    let mut ways: Vec<Option<u32>> = vec![None; text.len() + 1];
    ways[0] = Some(0);
    // No way leads beyond this place yet.
    let mut reached = 0;
    for at in 0..text.len() {
        if at > reached {
            return None;
        }
        let Some(kinds) = ways[at] else { continue };
        if text[at] == ' ' {
            join(&mut ways[at + 1], kinds);
            reached = reached.max(at + 1);
            continue;
        }
        for (bit, phrase) in phrases() {
            if let Some(end) = ends(&text, at, phrase) {
                join(&mut ways[end], kinds | bit);
                reached = reached.max(end);
            }
        }
    }
    ways[text.len()]
}

fn join(way: &mut Option<u32>, kinds: u32) {
    *way = Some(way.unwrap_or(0) | kinds);
}

/// Where a phrase ends that stands here; English ones are whole words.
fn ends(text: &[char], at: usize, phrase: &str) -> Option<usize> {
    let mut end = at;
    for c in phrase.chars() {
        if text.get(end) != Some(&c) {
            return None;
        }
        end += 1;
    }
    let is_word = |at: usize| text.get(at).is_some_and(char::is_ascii_alphanumeric);
    let latin = phrase.is_ascii();
    let whole = !latin || (!is_word(end) && (at == 0 || !is_word(at - 1)));
    whole.then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_nothing_but_talk_is_of_its_kind() {
        for (text, talk) in [
            ("你好", Talk::Greeting),
            ("哈喽 温故 早上好呀", Talk::Greeting),
            ("hello there", Talk::Greeting),
            ("谢谢你 太好了", Talk::Thanks),
            ("thank you so much", Talk::Thanks),
            ("好的 再见", Talk::Bye),
            ("嗯嗯 知道了", Talk::Agreement),
            ("你是机器人吗", Talk::Who),
            ("what can you do", Talk::Can),
            ("有人在吗", Talk::There),
            ("你几岁了呀", Talk::Personal),
            ("这个怎么用", Talk::Help),
            ("怎么取消提醒", Talk::Reminder),
            ("把我的数据都删掉", Talk::Data),
            ("不对 不是这个", Talk::Complaint),
            ("现在几点了", Talk::Today),
            ("菜单", Talk::Menu),
        ] {
            assert_eq!(find(text), Some(talk), "{text}");
        }
    }

    #[test]
    fn what_is_asked_of_a_whole_document_is_told_from_what_is_asked_of_its_text() {
        for (text, talk) in [
            ("这本书是讲什么的", Talk::Document),
            ("读完大概要多久", Talk::Document),
            ("全文多少字", Talk::Document),
            ("这份规定分成几部分", Talk::Document),
            ("how long is this document", Talk::Document),
            ("这个是谁写的呀", Talk::Origin),
            ("这份材料哪年的", Talk::Origin),
            ("who wrote this", Talk::Origin),
        ] {
            assert_eq!(asks_about_all(text, false), Some(talk), "{text}");
        }
        for (text, talk) in [("讲什么", Talk::Document), ("有多长", Talk::Document), ("谁写的", Talk::Origin)]
        {
            assert_eq!(asks_about_all(text, true), Some(talk), "with its name, which is taken out: {text}");
            assert_eq!(asks_about_all(text, false), None, "{text}");
        }
        for text in
            ["这份文件谁签字", "文件哪年销毁", "手册里的罚款是多少", "书多久还", "how long is the trial", "", "这个"]
        {
            assert_eq!(asks_about_all(text, false), None, "{text}");
        }
    }

    #[test]
    fn what_asks_for_something_is_no_talk() {
        for text in [
            "你好 请问年假几天",
            "谢谢 那加班费呢",
            "hello what is the deadline",
            "图书馆几点开门",
            "提醒党员注意什么",
            "翻译费怎么报销",
            "谁是局长",
            "天气预报岗的职责",
            "",
            "   ",
            "为什么",
            "第三条",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_talk_or_not(text in "(\\PC|你好|谢谢|的| |hi ){0,60}") {
            let _ = find(&text);
        }
    }
}
