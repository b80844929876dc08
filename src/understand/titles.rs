//! Which documents a question names: 《劳动法》第三条, 员工手册里怎么规定年假.
//!
//! A name is a title, a short title, either without 中华人民共和国 or what stands in brackets at its end, or in 《》 the
//! name of the file. What is named as a rule and is not there (《合同法》第三条 beside a 劳动法) is another document:
//! an article of one that is there is no answer to it.

use std::cmp::Reverse;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::question::{Simplify, fold_char};
use crate::content::model::{Document, DocumentId, Library};
use crate::message::Named;

/// What the names of rules end with, simplified.
const KINDS: &[&str] = &[
    "法", "条例", "办法", "章程", "规定", "细则", "规则", "制度", "守则", "准则", "公约", "手册", "规程", "规范",
    "纲要",
];
/// What may stand before a name and is no part of it.
const BEFORE: &[&str] = &[
    "请问",
    "请查",
    "帮我",
    "看看",
    "想问",
    "我想",
    "知道",
    "了解",
    "解释",
    "介绍",
    "一下",
    "根据",
    "按照",
    "依据",
    "依照",
    "按",
    "关于",
    "那么",
    "那",
    "在",
    "和",
    "与",
    "及",
    "查",
    "看",
    "我国",
    "国家",
    "新",
    "旧",
    "原",
    "现行",
    "中华人民共和国",
];
/// What people leave out of the names of rules: 土地法 is the 土地管理法.
const OMITTED: &[&str] = &["管理", "保护", "暂行", "实施", "若干", "促进"];
/// What may stand before the kind alone: 本办法, 这个条例, 公司制度.
const THIS: &[&str] =
    &["本", "该", "此", "这", "个", "部", "份", "项", "我们", "咱们", "的", "公司", "单位", "学校", "上述", "以上"];
/// What shows that words before a name are a sentence and no part of it: 老师说劳动法.
const SPEAKS: &str = "说问讲看查的了是在有给让请想要把对和与跟按据依照里中呢吧";
/// What may stand between a name and a number.
const BETWEEN: &str = " 的里中内之";
/// What may stand behind a name and is no part of the question. 中 may begin a word: 中秋节.
const BEHIND: &str = "的里";
/// The longest number of an article, in numerals.
const LONGEST_NUMBER: usize = 12;
const NUMERALS: &str = "0123456789〇零一二三四五六七八九十百千两";
/// What is counted in rules, simplified.
const UNITS: &str = "条款章节编项";
/// The longest name that is looked for, in characters: published rules have titles of up to some sixty.
const LONGEST: usize = 72;
/// The shortest that is a name without 《》, in characters; of letters and digits, which words hold by chance.
const SHORTEST: usize = 3;
const SHORTEST_LATIN: usize = 6;

/// The names of the documents of a library.
#[derive(Default)]
pub(super) struct Titles {
    /// The documents that each name means, folded. One that a document bears in full means no other that is longer.
    names: FxHashMap<Vec<char>, Vec<DocumentId>>,
    /// The same of names without [`OMITTED`] words.
    loose: FxHashMap<Vec<char>, Vec<DocumentId>>,
    /// The names that count without 《》, by their first character, the longest first.
    by_first: FxHashMap<char, Vec<Vec<char>>>,
    files: FxHashMap<Vec<char>, DocumentId>,
    /// What the texts themselves call by name in 《》, and headings that name a kind of rule: a question may be about
    /// those.
    spoken_of: FxHashSet<Vec<char>>,
    headings: Vec<Vec<char>>,
}

/// What was found.
pub(super) struct Found {
    pub(super) named: Named,
    /// The question without the names.
    pub(super) rest: String,
}

/// A text as it is compared: letters and digits simplified and in lower case, a space for what lies between, and where
/// each stands.
struct Folded {
    chars: Vec<char>,
    at: Vec<usize>,
}

impl Folded {
    fn new(text: &str, simplify: &Simplify) -> Self {
        let mut folded = Self { chars: Vec::new(), at: Vec::new() };
        for (at, c) in text.char_indices() {
            let c = fold_char(c, simplify);
            if c != ' ' || folded.chars.last().is_some_and(|last| *last != ' ') {
                folded.chars.push(c);
                folded.at.push(at);
            }
        }
        folded
    }

    fn range(&self, text: &str, from: usize, to: usize) -> Range<usize> {
        let end = |index: usize| self.at.get(index).copied().unwrap_or(text.len());
        self.at[from]..end(to)
    }
}

fn key(text: &str, simplify: &Simplify) -> Vec<char> {
    let mut chars = Folded::new(text, simplify).chars;
    if chars.last() == Some(&' ') {
        chars.pop();
    }
    chars
}

/// What is left of some characters without a word at their beginning; `None` where they do not begin with it.
fn without_start<'a>(all: &'a [char], word: &str) -> Option<&'a [char]> {
    let mut rest = all.iter();
    word.chars().all(|c| rest.next() == Some(&c)).then_some(rest.as_slice())
}

/// A name without what people leave out of it.
fn without_omitted(name: &[char]) -> Vec<char> {
    let (mut short, mut rest) = (Vec::with_capacity(name.len()), name);
    while let Some((first, behind)) = rest.split_first() {
        match OMITTED.iter().find_map(|word| without_start(rest, word)) {
            // The kind that is left has to be more than that: 管理办法 is no 办法.
            Some(behind) if !short.is_empty() => rest = behind,
            _ => {
                short.push(*first);
                rest = behind;
            }
        }
    }
    short
}

fn ends_with_a_kind(all: &[char]) -> bool {
    KINDS.iter().any(|kind| all.iter().rev().copied().take(kind.chars().count()).eq(kind.chars().rev()))
}

fn is_kind(name: &[char]) -> bool {
    KINDS.iter().any(|kind| name.iter().copied().eq(kind.chars()))
}

/// Whether a name stands at a place; of letters, as whole words.
fn is_at(all: &[char], at: usize, name: &[char]) -> bool {
    let is_word = |index: usize| all.get(index).is_some_and(char::is_ascii_alphanumeric);
    let alone = || !(is_word(at + name.len()) || at > 0 && is_word(at - 1));
    all[at..].starts_with(name) && (!name.iter().all(char::is_ascii) || alone())
}

impl Titles {
    pub(super) fn of(library: &Library, simplify: &Simplify) -> Self {
        let (mut titles, mut parts) = (Self::default(), FxHashMap::<_, Vec<_>>::default());
        for document in library.iter() {
            let (full, shortened) = names(document, simplify);
            for name in full.iter().chain(&shortened) {
                titles.loose.entry(without_omitted(name)).or_default().push(document.id.clone());
            }
            full.into_iter().for_each(|name| titles.names.entry(name).or_default().push(document.id.clone()));
            shortened.into_iter().for_each(|name| parts.entry(name).or_default().push(document.id.clone()));
            titles.files.insert(key(document.id.as_str(), simplify), document.id.clone());
            titles.read(document, simplify);
        }
        for (name, documents) in parts {
            titles.names.entry(name).or_insert(documents);
        }
        for name in titles.names.keys().filter(|name| stands_alone(name)) {
            titles.by_first.entry(name[0]).or_default().push(name.clone());
        }
        titles.by_first.values_mut().for_each(|names| names.sort_by_key(|name| Reverse(name.len())));
        titles
    }

    /// Notes what a document itself calls by name.
    fn read(&mut self, document: &Document, simplify: &Simplify) {
        for section in document.sections.iter() {
            let texts = section.blocks.iter().map(|block| block.text()).chain([section.title.as_str()]);
            self.spoken_of.extend(texts.flat_map(quoted).map(|(_, name)| key(name, simplify)));
            if KINDS.iter().any(|kind| section.title.contains(kind)) {
                self.headings.push(key(&section.title, simplify));
            }
        }
    }

    /// The documents that a question names.
    pub(super) fn find(&self, text: &str, simplify: &Simplify) -> Found {
        let folded = Folded::new(text, simplify);
        let whole = self.whole(&folded.chars);
        let marked = quoted(text).any(|_| true);
        let found = if marked { self.in_marks(text, &folded, &whole, simplify) } else { None };
        let found = found.or_else(|| self.before_a_number(text, &folded, &whole));
        found
            .or_else(|| self.anywhere(text, &folded, &whole))
            .unwrap_or_else(|| Found { named: Named::Nothing, rest: text.into() })
    }

    /// The titles that stand in a question as a whole, each the longest at its place.
    fn whole(&self, all: &[char]) -> Vec<Range<usize>> {
        let (mut whole, mut at) = (Vec::new(), 0);
        while let Some(first) = all.get(at) {
            let mut names = self.by_first.get(first).into_iter().flatten();
            let length = names.find(|name| is_at(all, at, name)).map(Vec::len);
            // A shorter name within is not named.
            whole.extend(length.map(|length| at..at + length));
            at += length.unwrap_or(1);
        }
        whole
    }

    /// Names in 《》.
    fn in_marks(&self, text: &str, folded: &Folded, whole: &[Range<usize>], simplify: &Simplify) -> Option<Found> {
        let (mut documents, mut taken, mut unknown) = (Vec::new(), Vec::new(), None);
        let longer = whole.iter().map(|part| (folded.range(text, part.start, part.end), &folded.chars[part.clone()]));
        let longer: Vec<_> = longer.filter(|(range, _)| text[range.clone()].contains('《')).collect();
        for (range, name) in &longer {
            documents.extend(self.names.get(*name).into_iter().flatten().cloned());
            taken.push(range.clone());
        }
        for (range, name) in quoted(text) {
            // 上海市实施《邮政法》办法 is no 邮政法.
            if longer.iter().any(|(longer, _)| longer.start <= range.start && range.end <= longer.end) {
                continue;
            }
            let name_key = key(name, simplify);
            let file = || self.files.get(&name_key).map(|id| vec![id.clone()]);
            let known = self.known(&name_key).or_else(file);
            if let Some(known) = known {
                documents.extend(known);
                taken.push(range);
                continue;
            }
            let behind = folded.at.iter().position(|at| *at >= range.end).unwrap_or(folded.chars.len());
            let counted = counts(&folded.chars[behind..]);
            let is_rule = ends_with_a_kind(&name_key);
            if counted || (is_rule && !self.spoken_of.contains(&name_key)) {
                unknown = Some(Found { named: Named::Unknown(name.to_owned()), rest: text.to_owned() });
            }
        }
        if documents.is_empty() { unknown } else { Some(found(text, documents, &taken)) }
    }

    /// A rule that is named without 《》, with a number behind it: 劳动法第三条.
    fn before_a_number(&self, text: &str, folded: &Folded, whole: &[Range<usize>]) -> Option<Found> {
        let all = &folded.chars;
        let end = (1..=all.len()).find(|end| ends_with_a_kind(&all[..*end]) && counts(&all[*end..]))?;
        let from = all[..end].iter().rposition(|c| *c == ' ').map_or(0, |at| at + 1).max(end.saturating_sub(LONGEST));
        // A title may hold another rule's name and number, and marks: the whole of it is meant.
        if whole.iter().any(|part| part.start < end && (end < part.end || (end == part.end && part.start <= from))) {
            return None;
        }
        let mut at = from;
        loop {
            let name = &all[at..end];
            if let Some(known) = self.known(name) {
                return Some(found(text, known, &[folded.range(text, at, end)]));
            }
            match BEFORE.iter().find_map(|word| without_start(name, word)) {
                Some(rest) => at = end - rest.len(),
                None => break,
            }
        }
        let name = &all[at..end];
        if is_this(name) || self.headings.iter().any(|heading| heading.ends_with(name)) {
            return None;
        }
        let suffix = (1..name.len()).find(|from| self.named_exactly(&name[*from..]).is_some());
        if let Some(from) = suffix.filter(|from| name[..*from].iter().any(|c| SPEAKS.contains(*c))) {
            let known = self.named_exactly(&name[from..])?.to_vec();
            return Some(found(text, known, &[folded.range(text, at + from, end)]));
        }
        let range = folded.range(text, at, end);
        Some(Found { named: Named::Unknown(text[range].trim_end_matches(is_mark).to_owned()), rest: text.to_owned() })
    }

    /// A title somewhere in the question.
    fn anywhere(&self, text: &str, folded: &Folded, whole: &[Range<usize>]) -> Option<Found> {
        let names = whole.iter().filter_map(|part| self.names.get(&folded.chars[part.clone()]));
        let documents: Vec<DocumentId> = names.flatten().cloned().collect();
        let taken: Vec<_> = whole.iter().map(|part| folded.range(text, part.start, part.end)).collect();
        if documents.is_empty() { None } else { Some(found(text, documents, &taken)) }
    }

    fn named_exactly(&self, name: &[char]) -> Option<&[DocumentId]> {
        self.names.get(name).map(Vec::as_slice)
    }

    /// The documents that have this name, or one that it is a part of: 管理办法 of the 乙坝管理办法.
    fn known(&self, name: &[char]) -> Option<Vec<DocumentId>> {
        if let Some(documents) = self.named_exactly(name) {
            return Some(documents.to_vec());
        }
        if is_kind(name) || name.len() < SHORTEST {
            return None;
        }
        let loose = without_omitted(name);
        if let Some(documents) = self.loose.get(&loose).filter(|_| loose.len() >= SHORTEST) {
            return Some(documents.clone());
        }
        // The end of a title: 合同法 is no part of a name of the 劳动合同法, whose 合同 is not what it says alone.
        let longer = self.names.iter().filter(|(known, _)| name.len() > SHORTEST && known.ends_with(name));
        let looser = self.loose.iter().filter(|(known, _)| loose.len() > SHORTEST && known.ends_with(&loose));
        let longer = longer.chain(looser);
        let mut documents: Vec<DocumentId> = longer.flat_map(|(_, documents)| documents.iter().cloned()).collect();
        documents.sort();
        documents.dedup();
        (!documents.is_empty()).then_some(documents)
    }
}

/// Whether a question may name a document that is not here: it has a name in 《》, or a number.
pub(super) fn may_name_another(text: &str) -> bool {
    text.chars().any(|c| c == '《' || NUMERALS.contains(c) || ('０'..='９').contains(&c))
}

/// How a document may be named: in full, and without what stands in brackets at the end.
fn names(document: &Document, simplify: &Simplify) -> (Vec<Vec<char>>, Vec<Vec<char>>) {
    let (mut full, mut shortened) = (Vec::new(), Vec::new());
    for title in [&document.title, &document.short].into_iter().chain(&document.aliases) {
        let title = if is_in_marks(title) { title.trim_matches(['《', '》']) } else { title.trim() };
        let plain = title.split(['(', '（', '〔', '[']).next().unwrap_or(title).trim();
        for (names, name) in [(&mut full, title), (&mut shortened, plain)] {
            names.push(key(name, simplify));
            names.extend(name.strip_prefix("中华人民共和国").map(|name| key(name, simplify)));
        }
    }
    for names in [&mut full, &mut shortened] {
        // Marks within are left out when somebody types. Letters are words, which need the space between them.
        let typed = |name: &Vec<char>| !name.iter().any(char::is_ascii_alphabetic) && name.contains(&' ');
        let typed: Vec<Vec<char>> = names.iter().filter(|name| typed(name)).cloned().collect();
        names.extend(typed.into_iter().map(|name| name.into_iter().filter(|c| *c != ' ').collect()));
        names.retain(|name| name.len() > 1);
        names.sort();
        names.dedup();
    }
    shortened.retain(|name| !full.contains(name));
    (full, shortened)
}

/// Whether 《》 stand around all of it: not in 《刑法》修正案.
fn is_in_marks(title: &str) -> bool {
    let inside = title.trim().strip_prefix('《').and_then(|title| title.strip_suffix('》'));
    inside.is_some_and(|inside| !inside.contains('》'))
}

/// What stands in 《》, with the marks' range.
fn quoted(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let begins = text.match_indices('《');
    begins.filter_map(|(at, mark)| {
        let inside = &text[at + mark.len()..];
        let name = &inside[..inside.find('》')?];
        let end = at + mark.len() + name.len() + '》'.len_utf8();
        (!name.contains('《') && name.chars().count() <= 2 * LONGEST).then_some((at..end, name))
    })
}

fn found(text: &str, mut documents: Vec<DocumentId>, taken: &[Range<usize>]) -> Found {
    documents.sort();
    documents.dedup();
    let mut rest = text.to_owned();
    let mut taken = taken.to_vec();
    taken.sort_by_key(|range| Reverse(range.start));
    for range in taken {
        let behind = text[range.end..].chars().next().filter(|c| BEHIND.contains(*c));
        rest.replace_range(range.start..range.end + behind.map_or(0, char::len_utf8), " ");
    }
    let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    let rest = rest.trim_start_matches(is_mark).to_owned();
    Found { named: Named::Documents(documents), rest }
}

fn is_mark(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Whether a name is one without 《》 too.
fn stands_alone(name: &[char]) -> bool {
    let shortest = if name.iter().all(char::is_ascii) { SHORTEST_LATIN } else { SHORTEST };
    name.len() >= shortest
}

/// Whether a number of an article or a chapter comes next.
fn counts(rest: &[char]) -> bool {
    let mut rest = rest.iter().copied().skip_while(|c| BETWEEN.contains(*c)).peekable();
    rest.next_if_eq(&'第');
    let mut rest = rest.skip_while(|c| *c == ' ').peekable();
    let mut numerals = 0;
    while numerals < LONGEST_NUMBER && rest.next_if(|c| NUMERALS.contains(*c)).is_some() {
        numerals += 1;
    }
    let unit = rest.find(|c| *c != ' ').is_some_and(|c| UNITS.contains(c));
    numerals > 0 && unit
}

/// Whether it is the kind alone, or this one: 办法, 本办法, 这个条例.
fn is_this(name: &[char]) -> bool {
    let mut rest = name;
    while let Some(behind) = THIS.iter().find_map(|word| without_start(rest, word)) {
        rest = behind;
    }
    rest.is_empty() || is_kind(rest)
}

#[cfg(test)]
mod tests;
