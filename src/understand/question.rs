//! Reads a question: what it asks for in the terms of the documents (a kind of section, one by its number, all of
//! them), and what it is about. Pure: no search, no I/O.
//!
//! ```text
//! 监督方面有什么措施   the kind `measure`, about 监督
//! 第三条措施          the kind `measure`, the third
//! 有哪些问题          the kind `problem`, all of them
//! 为什么             the kind `cause`, about nothing in particular
//! ```

use std::ops::Range;
use std::sync::Arc;

use super::counted;
use super::details;
use super::facets::{self, Mention, Vocabulary, occurrences};
use super::letters::Letters;
use super::listing;
use super::ordinals;
use super::outline;
use super::scaffolding::{LEFT_OVER, LIST, SCAFFOLDING};
use super::several;
use super::talk;
use super::titles;
use super::titles::Titles;
use crate::content::model::{Document, Library, Unit, half_width};
use crate::message::{Named, Question, Reading};

/// Gives the simplified form of a character, itself where it has none.
pub type Simplify = Box<dyn Fn(char) -> char + Send + Sync>;

/// Reads questions about a library, whose terms it keeps at hand. Replaced as a whole when content changes.
pub struct Reader {
    documents: Vec<(Arc<Document>, Vocabulary)>,
    titles: Titles,
    simplify: Simplify,
}

impl Reader {
    /// Reads questions in the terms of `library`.
    pub fn new(library: &Library, simplify: Simplify) -> Self {
        let vocabulary = |document: &Document| Vocabulary::of(document, &|text| fold(text, &simplify));
        let documents = library.iter().map(|document| (Arc::clone(document), vocabulary(document))).collect();
        let titles = Titles::of(library, &simplify);
        Self { documents, titles, simplify }
    }

    /// Reads what somebody typed; `None` when it asks nothing: no letter, no digit.
    pub fn read(&self, text: &str) -> Option<Question> {
        let typed = tidy(text);
        if !typed.chars().any(char::is_alphanumeric) {
            return None;
        }
        let asked = self.without_thanks(&typed);
        let folded = fold(asked, &self.simplify);
        let talk = talk::find(&folded);
        let (named, text) = self.named(asked);
        let folded = if text == asked { folded } else { fold(&text, &self.simplify) };
        let of = |(document, words): &(Arc<Document>, Vocabulary)| read_for(&folded, document, words);
        let readings: Vec<Reading> = self.documents.iter().filter_map(of).collect();
        let names = self.names(&folded);
        let talk = talk.or_else(|| {
            let is_named = !names.is_empty() || named != Named::Nothing;
            talk::asks_about_all(&blank(&folded, names.clone()), is_named)
        });
        let counted::Found { counted, all_of } = counted::find(&folded, &names);
        let all_of = all_of.filter(|unit| self.counts(*unit));
        // 一共多少条 asks how many there are, where a document counts them; else it asks what was shown before.
        let detail = if readings.is_empty() && all_of.is_none() { details::find(&folded) } else { None };
        let outline = outline::find(&text, &self.simplify);
        // Section 3.1 is no section 3.
        let counted = if outline.is_some() { Vec::new() } else { counted };
        let bare = without(&folded, find_words(&folded, LIST)).replace(' ', "");
        let listed = listing::find(&folded);
        Some(Question { text, typed, talk, named, readings, detail, counted, all_of, outline, bare, listed })
    }

    /// The questions of a message that asks several, each of which stands alone; none where it asks one.
    pub fn several(&self, text: &str) -> Vec<Question> {
        let parts = several::split(text, &self.simplify);
        let questions: Vec<Question> = parts.iter().filter_map(|part| self.read(part)).collect();
        let is_alone = |question: &Question| question.talk.is_none() && !question.leans();
        if questions.len() == parts.len() && questions.iter().all(is_alone) { questions } else { Vec::new() }
    }

    /// A question without what is only polite behind its mark: 谁负责？谢谢大家.
    fn without_thanks<'t>(&self, typed: &'t str) -> &'t str {
        let Some((at, mark)) = typed.rmatch_indices(['？', '?']).next() else { return typed };
        let (asked, behind) = typed.split_at(at + mark.len());
        if talk::find(&fold(behind, &self.simplify)).is_some() { asked } else { typed }
    }

    /// The documents that are named, and what is asked of them. The name of the only one tells nothing more, and one
    /// that is all that was said is what is asked for.
    fn named(&self, typed: &str) -> (Named, String) {
        // Of a single document only what is none of it matters, which 《》 or a number shows.
        if self.documents.len() <= 1 && !titles::may_name_another(typed) {
            return (Named::Nothing, typed.to_owned());
        }
        let titles::Found { named, rest } = self.titles.find(typed, &self.simplify);
        let asks = || {
            let folded = fold(&rest, &self.simplify);
            let counted::Found { counted, all_of } = counted::find(&folded, &[]);
            !counted.is_empty() || all_of.is_some() || !without(&folded, Vec::new()).is_empty()
        };
        let takes_off = self.documents.len() > 1 && matches!(named, Named::Documents(_));
        let text = if takes_off && asks() { rest } else { typed.to_owned() };
        (named, text)
    }

    /// Where a folded question calls documents by name.
    fn names(&self, folded: &str) -> Vec<Range<usize>> {
        self.documents.iter().flat_map(|(_, words)| words.names(folded)).collect()
    }

    /// Whether a document has sections that a unit counts.
    fn counts(&self, unit: Unit) -> bool {
        self.documents.iter().any(|(document, _)| document.with_class(unit.class()).next().is_some())
    }
}

/// What the question asks of one document; `None` when that is nothing in particular.
fn read_for(text: &str, document: &Document, words: &Vocabulary) -> Option<Reading> {
    let mentions = words.mentions(text);
    let kinds: Vec<Range<usize>> = mentions.iter().map(|m: &Mention| m.range.clone()).collect();
    let ordinal = ordinals::find(text, &kinds);
    let wish = facets::wish(text, document, &mentions);
    if wish.is_none() && ordinal.is_none() {
        return None;
    }
    let mut list_words = find_words(text, LIST);
    list_words.extend(ordinals::all_counted(text, &kinds));
    let taken = kinds.iter().cloned().chain(ordinal.iter().map(|(_, at)| at.clone())).chain(list_words.iter().cloned());
    let list = ordinal.is_none() && !list_words.is_empty();
    // All of a kind in the document: its name is no topic. Why it was written is about the document.
    let names = list.then(|| words.names(text)).into_iter().flatten();
    let topic = without(text, taken.chain(names).collect());
    let ordinal = ordinal.map(|(ordinal, _)| ordinal);
    Some(Reading { document: document.id.clone(), wish, ordinal, list, topic })
}

pub(super) fn find_words(text: &str, words: &[&str]) -> Vec<Range<usize>> {
    let letters = Letters::of(text);
    words.iter().filter(|word| letters.may_hold(word)).flat_map(|word| occurrences(text, word)).collect()
}

/// What is left of a question without the words that have been understood and without scaffolding.
pub(super) fn without(text: &str, taken: Vec<Range<usize>>) -> String {
    let rest = blank(text, taken);
    let letters = Letters::of(&rest);
    let bare = SCAFFOLDING.iter().filter(|word| letters.may_hold(word)).fold(rest, |rest, word| {
        let found = occurrences(&rest, word).collect();
        blank(&rest, found)
    });
    let says_something = |piece: &&str| !piece.chars().all(|c| LEFT_OVER.contains(c));
    bare.split_whitespace().filter(says_something).collect::<Vec<_>>().join(" ")
}

/// The text with a gap in place of each range.
fn blank(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        if range.start >= at {
            out.push_str(&text[at..range.start]);
            out.push(' ');
        }
        at = at.max(range.end);
    }
    out.push_str(&text[at..]);
    out
}

/// One line, without marks that cannot be seen.
fn tidy(text: &str) -> String {
    let visible: String =
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Simplified, half width, lower case; a space for each mark.
pub(super) fn fold(text: &str, simplify: &dyn Fn(char) -> char) -> String {
    text.chars().map(|c| fold_char(c, simplify)).collect()
}

/// The same of one character.
pub(super) fn fold_char(c: char, simplify: &dyn Fn(char) -> char) -> char {
    let c = half_width(c);
    if c.is_alphanumeric() { simplify(c.to_lowercase().next().unwrap_or(c)) } else { ' ' }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::model::{DocumentId, Facet, Number, Section, Sections};
    use crate::message::{Force, Ordinal, Wish};

    fn facet(name: &str, words: &[&str], within: Option<&str>) -> Facet {
        let words = words.iter().map(|&w| w.to_owned()).collect();
        Facet { name: name.into(), words, within: within.map(str::to_owned), cues: Vec::new() }
    }

    fn section(id: &str, class: &str, number: Option<u32>) -> Section {
        let number = number.map(Number::new);
        Section { level: 2, classes: vec![class.to_owned()], number, ..Section::saying(id, id, Vec::new()) }
    }

    fn library() -> Library {
        Library::new([Document {
            id: DocumentId::parse("study").unwrap(),
            title: "Study".into(),
            short: "Study".into(),
            edition: None,
            lang: None,
            aliases: Vec::new(),
            synonyms: Vec::new(),
            series: Vec::new(),
            facets: vec![
                facet("problem", &["问题", "不足", "漏洞", "problem"], None),
                facet("cause", &["原因", "为什么", "cause", "why"], Some("problem")),
                facet("case", &["典型案例", "案例", "case"], Some("problem")),
                facet("measure", &["措施", "举措", "怎么办", "measure"], None),
                facet("next", &["下一步", "打算"], None),
            ],
            introduction: Vec::new(),
            sections: Sections::from_iter([
                section("p1", "problem", Some(1)),
                section("p2", "problem", Some(2)),
                section("m1", "measure", Some(1)),
                section("m2", "measure", Some(2)),
                section("n", "next", None),
            ]),
        }])
    }

    fn simplify(c: char) -> char {
        if c == '監' { '监' } else { c }
    }

    fn read(text: &str) -> Option<Question> {
        Reader::new(&library(), Box::new(simplify)).read(text)
    }

    fn reading(text: &str) -> Option<Reading> {
        read(text).unwrap().readings.pop()
    }

    fn wish(text: &str) -> Option<Wish> {
        reading(text)?.wish
    }

    #[test]
    fn the_kind_that_is_asked_for_is_found_among_the_words_of_the_document() {
        for (text, kind) in [
            ("监督方面有什么措施", "measure"),
            ("监督方面有什么问题？", "problem"),
            ("作风问题的典型案例", "case"),
            ("监督漏洞的典型案例", "case"),
            ("制度问题为什么会出现", "cause"),
            ("作风问题有什么举措", "measure"),
            ("下一步有什么措施", "next"),
            ("下一步怎么办", "next"),
            ("why is there a problem", "cause"),
            ("what are the causes of the problem", "cause"),
            ("Measures on supervision", "measure"),
        ] {
            let expected = Wish { facet: kind.into(), force: Force::Word };
            assert_eq!(wish(text), Some(expected), "{text}");
        }
        assert_eq!(wish("张三原来担任什么职务"), None);
        assert_eq!(wish("showcase"), None);
    }

    #[test]
    fn a_how_to_hints_at_the_remedy_and_a_how_did_does_not() {
        let hint = Some(Wish { facet: "measure".into(), force: Force::Hint });
        assert_eq!(wish("怎么整治四风问题"), hint);
        assert_eq!(wish("如何防止权力寻租？"), hint);
        assert_eq!(wish("换届选举里是怎么弄虚作假的？"), None);
        assert_eq!(wish("怎么会这样"), None);
    }

    #[test]
    fn places_in_an_order_are_read_in_both_languages() {
        use Ordinal::{Last, Nth};
        for (text, ordinal) in [
            ("第三条措施", Some(Nth(3))),
            ("第五项举措是什么", Some(Nth(5))),
            ("第一个问题", Some(Nth(1))),
            ("第 37 条", Some(Nth(37))),
            ("第三大问题", Some(Nth(3))),
            ("第二", Some(Nth(2))),
            ("措施三", Some(Nth(3))),
            ("问题1讲了什么", Some(Nth(1))),
            ("最后一条措施", Some(Last)),
            ("measure 3", Some(Nth(3))),
            ("the third measure", Some(Nth(3))),
            ("the 2nd problem", Some(Nth(2))),
            ("problem no. 2", Some(Nth(2))),
            ("the last measure", Some(Last)),
            ("and the second one?", Some(Nth(2))),
            ("the last one", Some(Last)),
            ("第九届选举的问题", None),
            ("第一次发现的问题", None),
            ("问题一大堆", None),
            ("有哪三个问题", None),
            ("排在第三的问题", Some(Nth(3))),
            ("首条举措", Some(Nth(1))),
            ("头一个问题是什么", Some(Nth(1))),
            ("最末一个问题", Some(Last)),
            ("首先有什么问题", None),
            ("五个问题", None),
        ] {
            assert_eq!(reading(text).and_then(|r| r.ordinal), ordinal, "{text}");
        }
    }

    #[test]
    fn what_is_left_is_the_topic() {
        for (text, topic, list) in [
            ("監督方面有什么措施", "监督", false),
            ("有哪些措施？", "", true),
            ("一共采取了哪些措施", "", true),
            ("What are the measures?", "", true),
            ("what are the measures against corruption", "against corruption", true),
            ("环保局的违规案例", "环保局 违规", false),
            ("下一步的打算", "", false),
            ("中心组学习有什么措施", "中心组学习", false),
            ("在文中都有什么问题", "", false),
            ("为什么", "", false),
            ("五大问题各是什么", "", true),
            ("监督的三项措施", "监督", true),
            ("一个问题", "一个", false),
            ("整改措施汇总", "整改", true),
            ("研究出来的问题逐条列一下", "研究", true),
            ("list the problems of the study", "", true),
            ("why does the study have problems", "study", false),
        ] {
            let reading = reading(text).unwrap();
            assert_eq!((reading.topic.as_str(), reading.list), (topic, list), "{text}");
        }
    }

    #[test]
    fn a_question_that_names_no_topic_leans_on_what_was_shown() {
        let leans = |text: &str| read(text).unwrap().leans();
        for text in
            ["那措施呢？", "第二条呢", "为什么？", "这个问题的原因是什么", "谁负责", "具体呢", "and the second one?"]
        {
            assert!(leans(text), "{text}");
        }
        for text in ["有哪些措施", "第三条措施", "监督方面有什么措施", "张三是谁", "财政局什么时候违规"]
        {
            assert!(!leans(text), "{text}");
        }
    }

    #[test]
    fn marks_and_emoji_alone_are_no_question() {
        for text in ["", "  \n", "。。。？！", "😀😀👍🏽", "\u{200b}\u{202e}", "——", "<>/"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        let question = read("  监督\u{200b}机制\n有什么漏洞 ").unwrap();
        assert_eq!(question.text, "监督机制 有什么漏洞");
    }

    #[test]
    fn a_document_without_terms_has_no_reading() {
        let mut plain = Document::clone(library().iter().next().unwrap());
        plain.facets.clear();
        let question = Reader::new(&Library::new([plain]), Box::new(simplify)).read("监督方面有什么措施").unwrap();
        assert_eq!(question.readings, []);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_without_inventing_a_topic(text in "(\\PC|第|三|条|措施|问题|最后|一|measure | the ){0,40}") {
            if let Some(question) = read(&text) {
                let folded = fold(&question.text, &simplify);
                for reading in &question.readings {
                    for word in reading.topic.split(' ') {
                        prop_assert!(folded.contains(word), "{word:?} is not in {folded:?}");
                    }
                }
            }
        }
    }
}
