//! Sections that a question names outright: by their number (第五十四条, 第四章第二节, 3.1) or by their heading (绩效考核).
//!
//! A number is looked up by its value, as it stands in the text: in an excerpt that begins with 第五条, that article is
//! 第五条 and not the first. A number that a document does not have is said to be missing, with what there is.

use rustc_hash::FxHashMap;

use super::labels::{self, label};
use super::reply::{Known, Missed, Missing};
use crate::content::model::{Document, Library, Number, Section, SectionRef, Unit, with_digits};
use crate::message::{Counted, Position, Question};
use crate::search::Engine;

/// What a number leads to in the documents.
pub(super) enum Numbered {
    /// These sections have it; never empty.
    Found(Vec<SectionRef>),
    /// All that a unit counts, and the heading that they stand under, where one was named.
    All(Unit, Vec<SectionRef>, Option<SectionRef>),
    /// A document counts such sections, and none has it.
    Missing(Missing),
}

/// The sections that a question names by number; `None` where no document numbers what it counts.
pub(super) fn by_number(library: &Library, question: &Question) -> Option<Numbered> {
    let documents: Vec<&Document> = library.iter().map(|document| &**document).collect();
    match question.all_of {
        Some(unit) => all_of(&documents, unit, &question.counted),
        None => counted(&documents, question),
    }
}

/// All sections of a unit, in the only document that has any.
fn all_of(documents: &[&Document], unit: Unit, outer: &[Counted]) -> Option<Numbered> {
    let mut counting = documents.iter().filter(|document| Counter::new(document, unit).range().is_some());
    let document = counting.next().filter(|_| counting.next().is_none())?;
    let under = match outer {
        [] => None,
        outer => match within(document, outer) {
            Ok(found) => Some(*found.first()?),
            Err(missing) => return missing.map(|missing| Numbered::Missing(*missing)),
        },
    };
    let members = Counter::new(document, unit).under(under.as_slice());
    let members: Vec<SectionRef> = members.map(|(section, _)| document.reference(section)).collect();
    (!members.is_empty()).then(|| Numbered::All(unit, members, under.map(|section| document.reference(section))))
}

fn counted(documents: &[&Document], question: &Question) -> Option<Numbered> {
    let wanted = question.counted.last()?;
    // 条 also counts measures and problems (第三条措施); 章 and 编 count nothing else.
    let asks_for_another_kind = |document: &Document| {
        let wish = question.reading(&document.id).and_then(|reading| reading.wish.as_ref());
        wanted.unit == Unit::Article && wish.is_some_and(|wish| wish.facet != wanted.unit.class())
    };
    let (mut found, mut missing) = (Vec::new(), None);
    for document in documents.iter().filter(|document| !asks_for_another_kind(document)) {
        match within(document, &question.counted) {
            Ok(here) => found.extend(here.into_iter().map(|section| document.reference(section))),
            Err(lacks) => missing = missing.or(lacks),
        }
    }
    if found.is_empty() { missing.map(|missing| Numbered::Missing(*missing)) } else { Some(Numbered::Found(found)) }
}

/// The sections with the last of these numbers, under sections with those before it; otherwise the first of the numbers
/// that is missing, or nothing where the document does not count so at all.
fn within<'a>(document: &'a Document, counted: &[Counted]) -> Result<Vec<&'a Section>, Option<Box<Missing>>> {
    let mut counted = counted.to_vec();
    // In English bylaws, sections are counted within articles: section 2 of article 3.
    if let Some(inner) = counted.iter().position(|one| one.unit == Unit::Division && lies_in_articles(document)) {
        counted[inner..].rotate_left(1);
    }
    let wanted = counted.last().ok_or(None)?;
    // A reference to another article (第三条和第五条) is no place to lie in.
    let outer = counted[..counted.len() - 1].iter().filter(|outer| outer.unit != wanted.unit);
    let mut above: Vec<&Section> = Vec::new();
    for (depth, counted) in outer.chain([wanted]).enumerate() {
        let counter = Counter::new(document, counted.unit);
        let here = counter.at(counted.position, &above);
        if here.is_empty() {
            let counts = counter.range().is_some();
            return Err(counts.then(|| Box::new(counter.missing(counted.position, depth, &above))));
        }
        above = here;
    }
    Ok(above)
}

/// Whether what a document calls sections lies in its articles.
fn lies_in_articles(document: &Document) -> bool {
    let first = document.with_class(Unit::Division.class()).next();
    let articles = |section| document.ancestors(section).iter().any(|one| one.has_class(Unit::Article.class()));
    first.is_some_and(articles)
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

    /// Those under one of these headings; all where there are none.
    fn under<'b>(&self, above: &'b [&'b Section]) -> impl Iterator<Item = (&'a Section, Number)> + use<'a, 'b> {
        let document = self.document;
        let lies_in = |section: &Section| {
            above.is_empty() || document.ancestors(section).iter().any(|one| above.iter().any(|a| a.id == one.id))
        };
        self.numbered().filter(move |(section, _)| lies_in(section))
    }

    fn at(&self, position: Position, above: &[&Section]) -> Vec<&'a Section> {
        let mut here = self.under(above).map(|(section, _)| section);
        match position {
            Position::Number(number) => here.filter(|section| section.number == Some(number)).collect(),
            Position::First => here.next().into_iter().collect(),
            Position::Last => here.last().into_iter().collect(),
        }
    }

    /// The smallest and the largest number.
    fn range(&self) -> Option<(Number, Number)> {
        let numbers = || self.numbered().map(|(_, number)| number);
        Some((numbers().min()?, numbers().max()?))
    }

    /// What is there in place of a number that is not, under these headings.
    fn missing(&self, position: Position, depth: usize, above: &[&Section]) -> Missing {
        let mut there: Vec<(Number, &Section)> = self.under(above).map(|(section, number)| (number, section)).collect();
        there.sort_by_key(|(number, _)| *number);
        let number = if let Position::Number(number) = position { number } else { Number::new(1) };
        let after = there.partition_point(|(there, _)| *there < number);
        let near = after.checked_sub(1).and_then(|before| there.get(before)).into_iter().chain(there.get(after));
        let known =
            |(number, section): &(Number, &Section)| Known { number: *number, label: label(&section.title).to_owned() };
        let any = self.numbered().next().map(|(section, _)| label(&section.title)).unwrap_or_default();
        Missing {
            document: self.document.id.clone(),
            under: above.first().filter(|_| depth > 0).map(|section| self.document.reference(section)),
            what: Missed::Number { unit: self.unit, number, said: labels::renumbered(any, number) },
            range: there.first().zip(there.last()).map(|(first, last)| (known(first), known(last))),
            near: near.map(|(_, section)| self.document.reference(section)).collect(),
        }
    }
}

/// Headings, by what they say.
#[derive(Default)]
pub(super) struct Headings {
    by_words: FxHashMap<String, Vec<SectionRef>>,
    /// Those that begin with a number in digits: 3.1, 2.
    by_outline: FxHashMap<String, Vec<SectionRef>>,
    /// The sections with a clause of such a number, where it is no heading: 3.1 乙方应当….
    by_clause: FxHashMap<String, Vec<SectionRef>>,
    /// The first and the last number with points in each document that has such numbers.
    outlines: Vec<(SectionRef, [String; 2])>,
}

/// The shortest heading that is looked up, in characters: one alone stands in many questions.
const SHORTEST: usize = 2;

/// What a numbered question is called.
const QUESTIONS: &[&str] = &["question", "questions", "q", "问题", "问"];

impl Headings {
    /// The headings of all documents.
    pub(super) fn of(library: &Library, engine: &Engine) -> Self {
        let mut headings = Self::default();
        for document in library.iter() {
            let mut outline: Option<(SectionRef, [String; 2])> = None;
            for section in document.sections.iter() {
                for words in spellings(&section.title, engine) {
                    let sections = headings.by_words.entry(words).or_default();
                    sections.push(document.reference(section));
                }
                let Some(number) = labels::outline(&section.title) else { continue };
                headings.by_outline.entry(number.to_owned()).or_default().push(document.reference(section));
                if number.contains('.') {
                    let first = || (document.reference(section), [number.to_owned(), String::new()]);
                    outline.get_or_insert_with(first).1[1] = number.to_owned();
                }
            }
            headings.outlines.extend(outline);
            for (number, section) in clauses(document) {
                headings.by_clause.entry(number.to_owned()).or_default().push(document.reference(section));
            }
        }
        headings
    }

    /// The sections whose heading is all that a question names; `whole` is the question in the letters of headings, where
    /// words stay that questions are made of too.
    pub(super) fn named_by(&self, question: &Question, whole: String) -> Option<&[SectionRef]> {
        let topics = question.readings.iter().map(|reading| reading.topic.replace(' ', ""));
        let mut spoken = [whole, question.bare.clone()].into_iter().chain(topics);
        let found = spoken.find_map(|words| self.spoken(&with_digits(&words)));
        found.or_else(|| self.numbered(question)).map(Vec::as_slice)
    }

    /// The sections of the shortest heading that begins with these words.
    pub(super) fn beginning_with(&self, words: &str) -> Option<&[SectionRef]> {
        let words = with_digits(words);
        if words.chars().count() < SHORTEST {
            return None;
        }
        let found = self.by_words.iter().filter(|(heading, _)| heading.starts_with(&words));
        found.min_by_key(|(heading, _)| (heading.len(), *heading)).map(|(_, sections)| sections.as_slice())
    }

    fn spoken(&self, words: &str) -> Option<&Vec<SectionRef>> {
        let question = QUESTIONS.iter().find_map(|word| words.strip_prefix(word)).filter(|rest| is_number(rest));
        let other = || QUESTIONS.iter().find_map(|word| self.by_words.get(&format!("{word}{}", question?)));
        self.by_words.get(words).or_else(other).or_else(|| self.by_outline.get(question?))
    }

    /// The sections whose heading begins with the number that a question names: 3.1, section 3.
    fn numbered(&self, question: &Question) -> Option<&Vec<SectionRef>> {
        let section = |counted: &Counted| match counted.position {
            Position::Number(number) if counted.unit == Unit::Division => Some(number.to_string()),
            _ => None,
        };
        let alone = || question.counted.first().filter(|_| question.counted.len() == 1).and_then(section);
        let number = question.outline.clone().or_else(alone)?;
        self.by_outline.get(&number).or_else(|| self.by_clause.get(&number))
    }

    /// What to say of a number with points that no heading has, where a document has such numbers.
    pub(super) fn without(&self, question: &Question, library: &Library) -> Option<Missing> {
        let number = question.outline.clone()?;
        let in_scope = |at: &SectionRef| library.document(&at.document).is_some();
        let (at, [first, last]) = self.outlines.iter().find(|(at, _)| in_scope(at))?;
        let known = |label: &String| Known { number: Number::new(0), label: label.clone() };
        Some(Missing {
            document: at.document.clone(),
            under: None,
            what: Missed::Outline(number),
            range: Some((known(first), known(last))),
            near: Vec::new(),
        })
    }
}

/// So many lines that begin with a number with points, and they are clauses, no amounts.
const CLAUSES: usize = 3;

/// The numbers with points that lines of a document begin with, with their sections.
fn clauses(document: &Document) -> Vec<(&str, &Section)> {
    let lines = document.sections.iter().flat_map(|section| {
        let lines = section.blocks.iter().flat_map(|block| block.text().lines());
        lines.filter_map(labels::outline).map(move |number| (number, section))
    });
    let mut clauses: Vec<(&str, &Section)> = lines.filter(|(number, _)| number.contains('.')).collect();
    clauses.dedup_by_key(|(number, _)| *number);
    if clauses.len() < CLAUSES {
        clauses.clear();
    }
    clauses
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// How a heading may be spoken of: as it stands, without its number, by its number alone (问题 1), and without what it is
/// a question of (问题 1：…). Numerals as digits. A heading of several Latin words also by its initials.
fn spellings(title: &str, engine: &Engine) -> Vec<String> {
    let named = title.rsplit(['：', ':']).next().unwrap_or_default();
    let mut all: Vec<String> = [title, labels::unnumbered(title), named, label(title)]
        .into_iter()
        .map(|words| with_digits(&engine.bare(words)))
        .collect();
    all.extend(engine.initials(title));
    all.retain(|words| words.chars().count() >= SHORTEST && !is_number(words));
    all.sort();
    all.dedup();
    all
}
