//! Whether a question names a thing that no section knows: 校外培训机构的学费 where no fee is told of, 陪产假 where only
//! 产假 is. The section that holds the rest is near, and does not answer: the thing itself is what was asked about.
//!
//! A word that asks or paraphrases is no thing: what any text may answer without using it is left out.

use super::asked::told_by_any;
use super::latin::stem;
use super::near::Trace;
use super::plan::Plan;
use super::query::Query;
use super::score::Found;
use super::text::{Kind, Unit};
use super::tokenizer::Field;
use super::words::Words;

/// Of a longer question only the first words are looked at.
const MOST_NAMED: usize = 24;

/// The shortest English word that is a thing.
const SHORTEST: usize = 3;

/// English words that any text may answer without using them: verbs that ask what comes of something, and words for how
/// it is ruled.
#[rustfmt::skip]
const TOLD_BY_ANY_ENGLISH: &[&str] = &[
    "affect", "allow", "amount", "answer", "apply", "arrange", "call", "case", "cause", "change", "condition",
    "consequence", "consider", "count", "deal", "depend", "detail", "differ", "difference", "effect", "end", "ensure",
    "exactly", "example", "exist", "explain", "fact", "find", "get", "give", "handle", "happen", "help", "idea",
    "include", "info", "information", "involve", "issue", "keep", "kind", "know", "like", "look", "make", "mean",
    "meaning", "mention", "need", "number", "overview", "part", "people", "person", "place", "point", "policy",
    "possible", "prevent", "problem", "procedure", "process", "provide", "purpose", "question", "reason", "receive",
    "regard", "relate", "require", "requirement", "result", "rule", "say", "see", "show", "situation", "somebody",
    "someone", "something", "sort", "start", "state", "step", "summary", "take", "tell", "thing", "think", "time",
    "topic", "true", "try", "type", "understand", "use", "want", "way", "well", "wish", "work", "wrong",
];

/// The commonest family names, simplified: those of nine people in ten.
const FAMILIES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹\
    孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

impl Query {
    /// Whether the question names a noun that no section knows, in these words or others.
    pub(crate) fn names_unknown(&self, plan: &Plan, found: &Found, tables: &Words) -> bool {
        self.strangers(plan, found).any(|word| tables.is_thing(word) && !told_by_any(word))
    }

    /// Whether it names anything that no section knows: a noun, a word that makes another thing of the noun behind it,
    /// or in English a word that ends what it stands in. An English question to a Chinese section names all in other words.
    pub(crate) fn names_stranger(&self, plan: &Plan, found: &Found, first: &Trace, tables: &Words) -> bool {
        self.names_other_kind(plan, found, tables)
            || self.names_by_character(plan, found)
            || self.names_namesake(first)
            || (first.is_latin() && self.names_in_english(plan, found))
    }

    /// Words of more than a character that no section knows.
    fn strangers<'a>(&'a self, plan: &'a Plan, found: &'a Found) -> impl Iterator<Item = &'a str> {
        let words = self.whole_words().into_iter().take(MOST_NAMED);
        let unknown = move |(from, to): &(usize, usize)| to - from > 1 && plan.is_unknown(found, *from, *to);
        words.filter(unknown).map(|(from, to)| self.folded.slice(from, to)).filter(|word| !is_known(plan, found, word))
    }

    /// A deed before a noun that is told of names one kind of it (劳保费率): where no section knows the deed, the noun is
    /// another's.
    fn names_other_kind(&self, plan: &Plan, found: &Found, tables: &Words) -> bool {
        let words = self.whole_words();
        words.windows(2).take(MOST_NAMED).any(|pair| {
            let ((from, to), (next, end)) = (pair[0], pair[1]);
            let (word, noun) = (self.folded.slice(from, to), self.folded.slice(next, end));
            to - from > 1
                && next == to
                && !plan.holds_across(found, to)
                && plan.is_unknown(found, from, to)
                && !is_known(plan, found, word)
                && is_known(plan, found, noun)
                && tables.is_deed_as_noun(word)
                && tables.is_thing(noun)
        })
    }

    /// A character that stands nowhere in the documents, at the head of a word that does: 陪产假, 张三元.
    fn names_by_character(&self, plan: &Plan, found: &Found) -> bool {
        let heads = self.words.windows(2).take(MOST_NAMED).filter(|pair| pair[0].to == pair[1].from);
        heads.filter(|pair| pair[0].to - pair[0].from == 1 && pair[1].to - pair[1].from > 1).any(|pair| {
            let (head, word) = (&pair[0], &pair[1]);
            let begins = head.from == 0 || !self.content[head.from - 1];
            begins
                && self.folded.letters[head.from].kind == Kind::Han
                && plan.frequency(found, Field::Single, &head.text) == Some(0)
                && plan.is_unknown(found, head.from, head.from + 2)
                && is_known(plan, found, &word.text)
        })
    }

    /// A person whose given name the first section has with other family names alone: 张三元 is not 黄三元.
    fn names_namesake(&self, first: &Trace) -> bool {
        let is_family = |c: char| FAMILIES.contains(c);
        let begins =
            |from: usize| from == 0 || self.folded.letters[from - 1].kind != Kind::Han || !self.content[from - 1];
        self.folded.letters.windows(3).enumerate().take(MOST_NAMED).any(|(from, name)| {
            let [family, given, last] = [name[0].c, name[1].c, name[2].c];
            let is_name = is_family(family) && name.iter().all(|letter| letter.kind == Kind::Han) && begins(from);
            is_name && {
                let mut others = first.before([given, last]).peekable();
                others.peek().is_some() && others.all(|c| c.is_some_and(|c| c != family && is_family(c)))
            }
        })
    }

    /// In English what is named ends with its noun: an unknown word before a known one only describes it (small
    /// purchases), one that nothing follows is the thing or the deed itself (a salary raise).
    fn names_in_english(&self, plan: &Plan, found: &Found) -> bool {
        if self.units.iter().any(|unit| unit.kind == Kind::Han) {
            return false;
        }
        let word = |unit: &Unit| self.folded.slice(unit.from, unit.to);
        let told = |unit: &Unit| unit.kind == Kind::Letter && self.content[unit.from];
        let known = |unit: &Unit| told(unit) && is_known(plan, found, stem(word(unit)));
        self.units.iter().enumerate().take(MOST_NAMED).any(|(i, unit)| {
            let text = word(unit);
            told(unit)
                && text.len() >= SHORTEST
                && text.bytes().all(|b| b.is_ascii_lowercase())
                && plan.is_unknown(found, unit.from, unit.to)
                && !self.units.get(i + 1).is_some_and(known)
                && !TOLD_BY_ANY_ENGLISH.iter().any(|any| stem(any) == stem(text))
        })
    }
}

/// Whether some section holds a word.
fn is_known(plan: &Plan, found: &Found, word: &str) -> bool {
    plan.frequency(found, Field::Word, word).is_some_and(|frequency| frequency > 0)
}
