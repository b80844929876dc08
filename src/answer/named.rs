//! Sections that a question names outright: by their number (第五十四条, 第四章第二节) or by their heading (绩效考核).
//!
//! A number is looked up by its value, as it stands in the text: in an excerpt that begins with 第五条, that article is
//! 第五条 and not the first. A number that a document does not have is said to be missing, with what there is.

use rustc_hash::FxHashMap;

use super::reply::Missing;
use crate::content::model::{Document, Library, Number, Section, SectionRef, Unit};
use crate::message::{Counted, Question};
use crate::search::Engine;

/// What a number leads to in the documents.
pub(super) enum Numbered {
    /// These sections have it; never empty.
    Found(Vec<SectionRef>),
    /// A document counts such sections, and none has it.
    Missing(Missing),
}

/// The sections that a question names by number; `None` where no document numbers what it counts.
pub(super) fn by_number(library: &Library, question: &Question) -> Option<Numbered> {
    let wanted = question.counted.last()?;
    // 条 also counts measures and problems (第三条措施); 章 and 编 count nothing else.
    let asks_for_another_kind = |document: &Document| {
        let wish = question.reading(&document.id).and_then(|reading| reading.wish.as_ref());
        wanted.unit == Unit::Article && wish.is_some_and(|wish| wish.facet != wanted.unit.class())
    };
    let (mut found, mut missing) = (Vec::new(), None);
    for document in library.iter().filter(|document| !asks_for_another_kind(document)) {
        let range = Counter::new(document, wanted.unit).range();
        let Some((first, last)) = range else { continue };
        let here = within(document, &question.counted);
        if here.is_empty() {
            let Counted { unit, number, .. } = *wanted;
            missing.get_or_insert(Missing { document: document.id.clone(), unit, number, first, last });
        }
        found.extend(here.into_iter().map(|section| document.reference(section)));
    }
    if found.is_empty() { missing.map(Numbered::Missing) } else { Some(Numbered::Found(found)) }
}

/// The sections with the last of these numbers, under sections with those before it.
fn within<'a>(document: &'a Document, counted: &[Counted]) -> Vec<&'a Section> {
    let Some((wanted, outer)) = counted.split_last() else { return Vec::new() };
    let lies_in = |section: &&Section| {
        let above = document.ancestors(section);
        let is = |counted: &Counted| above.iter().any(|s| s.number == Some(counted.number) && has(s, counted.unit));
        // A reference to another article (第三条和第五条) is no place to lie in.
        outer.iter().filter(|outer| outer.unit != wanted.unit).all(is)
    };
    Counter::new(document, wanted.unit).with(wanted.number).filter(lies_in).collect()
}

fn has(section: &Section, unit: Unit) -> bool {
    section.has_class(unit.class())
}

/// The sections of a document that one unit counts.
struct Counter<'a> {
    document: &'a Document,
    unit: Unit,
}

impl<'a> Counter<'a> {
    fn new(document: &'a Document, unit: Unit) -> Self {
        Self { document, unit }
    }

    fn numbered(&self) -> impl Iterator<Item = (&'a Section, Number)> + use<'a> {
        let members = self.document.with_class(self.unit.class());
        members.filter_map(|section| Some((section, section.number?)))
    }

    fn with(&self, number: Number) -> impl Iterator<Item = &'a Section> + use<'a> {
        self.numbered().filter(move |(_, n)| *n == number).map(|(section, _)| section)
    }

    /// The smallest and the largest number.
    fn range(&self) -> Option<(Number, Number)> {
        let numbers = || self.numbered().map(|(_, number)| number);
        Some((numbers().min()?, numbers().max()?))
    }
}

/// Headings, by what they say.
#[derive(Default)]
pub(super) struct Headings {
    by_words: FxHashMap<String, Vec<SectionRef>>,
}

/// The shortest heading that is looked up, in characters: one alone stands in many questions.
const SHORTEST: usize = 2;

impl Headings {
    /// The headings of all documents.
    pub(super) fn of(library: &Library, engine: &Engine) -> Self {
        let mut headings = Self::default();
        for document in library.iter() {
            for section in document.sections.iter() {
                for words in spellings(&section.title, engine) {
                    let sections = headings.by_words.entry(words).or_default();
                    sections.push(document.reference(section));
                }
            }
        }
        headings
    }

    /// The sections whose heading is all that a question names.
    pub(super) fn named_by(&self, question: &Question) -> Option<&[SectionRef]> {
        let topics = question.readings.iter().map(|reading| reading.topic.replace(' ', ""));
        let mut spoken = std::iter::once(question.bare.clone()).chain(topics);
        spoken.find_map(|words| self.by_words.get(&words)).map(Vec::as_slice)
    }
}

/// How a heading may be spoken of: as it stands, without its number, and without what it is a question of (问题 1：…).
fn spellings(title: &str, engine: &Engine) -> Vec<String> {
    let whole = engine.bare(title);
    let unnumbered = engine.bare(without_number(title));
    let named = title.rsplit(['：', ':']).next().map(|name| engine.bare(name)).unwrap_or_default();
    let mut all = vec![whole, unnumbered, named];
    all.retain(|words| words.chars().count() >= SHORTEST && !words.chars().all(|c| c.is_ascii_digit()));
    all.sort();
    all.dedup();
    all
}

/// The words behind the number of a heading: 第六章 政府保护, 3.2 考勤规则, 一、总则.
fn without_number(title: &str) -> &str {
    let counts = |c: char| {
        c.is_ascii_digit() || "〇零一二三四五六七八九十百千第编編章节節条條讲講课課回单元之.、．（）()－-".contains(c)
    };
    let rest = title.trim_start_matches(|c: char| counts(c) || c.is_whitespace());
    let number = &title[..title.len() - rest.len()];
    // 一般规定 begins with a numeral that is none.
    let ends = number.ends_with(|c: char| c.is_whitespace() || "、.．）)".contains(c));
    if ends && !rest.is_empty() { rest } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_loses_its_number_and_no_word() {
        for (title, words) in [
            ("第六章 政府保护", "政府保护"),
            ("第 五 章 童工、女工", "童工、女工"),
            ("3.2 考勤规则", "考勤规则"),
            ("一、总则", "总则"),
            ("（三）加强领导", "加强领导"),
            ("一般规定", "一般规定"),
            ("第三条", "第三条"),
            ("2024", "2024"),
            ("十条禁令", "十条禁令"),
        ] {
            assert_eq!(without_number(title), words, "{title}");
        }
    }
}
