//! How sure the first hit is, when what the documents say about their sections is known too.
//!
//! Search judges by words alone. Here sections that are related are no rivals, words that a section holds in a row are
//! covered by it, and a question about somebody whom no section names is about somebody else.

use super::answerer::DEPTH;
use crate::content::model::Library;
use crate::search::{Engine, Hit, Results};

/// So many characters that a section holds in a row are covered by it…
const SAID: usize = 3;

/// …and a text of at most so many is a keyword rather than a question.
const KEYWORD: usize = 8;

/// How surely a section covers what it holds as it stands.
const VERBATIM: f64 = 0.9;

/// A section that holds a text as it stands covers it to more than this; filler is not counted.
const COVERED: f32 = 0.95;

/// What is left of confidence when the question names somebody whom no section knows: 环保局 is not 财政局.
const STRANGER: f64 = 0.2;

/// A lead over nobody counts as this ratio, as in search.
const LONGEST_LEAD: f64 = 3.0;

/// Searches for at least `depth` sections; `as_typed` finds nothing by its sound.
pub(super) fn search(library: &Library, engine: &Engine, text: &str, depth: usize, as_typed: bool) -> Results {
    let (scope, depth_of_search) = (engine.scope(library), depth.max(DEPTH));
    let mut results = match as_typed {
        true => engine.search_as_typed(text, depth_of_search, &scope),
        false => engine.search_within(text, depth_of_search, &scope),
    };
    let says_it = put_first_who_says_it(library, &mut results, text);
    if let Some(lead) = lead_over_strangers(library, &results.hits) {
        results.signs.lead = lead;
        results.confidence = results.signs.confidence();
    }
    // Only a section that covers the question can hold it as it stands, and where search is as sure already it makes no
    // difference: the others need not be read.
    let in_doubt = results.signs.coverage > COVERED && results.confidence < VERBATIM;
    if says_it || (in_doubt && results.hits.first().is_some_and(|hit| holds(library, hit, text))) {
        results.confidence = results.confidence.max(VERBATIM);
    }
    // Who is addressed (@teacher_li) is not asked about.
    let is_product =
        |word: &String| is_chinese(text) && is_foreign(word) && !text.contains(format!("@{word}").as_str());
    let names = |word: &String| names_somebody(word) || engine.is_name(word) || is_product(word);
    if results.unknown.iter().any(names) {
        results.confidence *= STRANGER;
    }
    results.hits.truncate(depth);
    results
}

/// Puts a section first that says the words as they stand before those that hold them in pieces: 执行力 is in one, 执行
/// in many. Of a longer question the pieces tell more. Whether another section is first now.
fn put_first_who_says_it(library: &Library, results: &mut Results, text: &str) -> bool {
    let count = text.chars().count();
    let Some(first) = results.hits.first() else { return false };
    if !(SAID..=KEYWORD).contains(&count) || holds(library, first, text) || asks(library, first, text) {
        return false;
    }
    let (top, mut others) = (first.score, results.hits.iter().skip(1));
    let Some(behind) = others.position(|hit| holds(library, hit, text)) else { return false };
    results.hits[..=behind + 1].rotate_right(1);
    results.hits[0].score = top;
    true
}

/// By how much the first hit leads over the first that is not related to it: a problem and its measure speak of one
/// thing and are no rivals. `None` where the second is a rival, and search has judged it.
fn lead_over_strangers(library: &Library, hits: &[Hit]) -> Option<f32> {
    let (first, others) = hits.split_first()?;
    let (document, section) = library.section(&first.at)?;
    let related = |hit: &Hit| {
        hit.at.document == document.id
            && (section.related.contains(&hit.at.section)
                || document.section(&hit.at.section).is_some_and(|other| other.related.contains(&section.id)))
    };
    if !others.first().is_some_and(related) {
        return None;
    }
    let rival = others.iter().find(|hit| !related(hit)).map_or(0.0, |hit| hit.score);
    Some((first.score / rival).min(LONGEST_LEAD).ln() as f32)
}

/// Whether a section holds the whole text, as it was typed but for punctuation.
pub(super) fn holds(library: &Library, hit: &Hit, text: &str) -> bool {
    let text = bare(text);
    let Some((_, section)) = library.section(&hit.at) else { return false };
    // A section that lacks one of the characters is spared the rest, and so is most that is asked: few sections have all
    // the characters of a question and of what it is asked with.
    let has = |c: char| section.blocks.iter().any(|block| block.text().contains(c));
    text.chars().count() >= SAID && text.chars().filter(is_plain).all(has) && bare(&section.text()).contains(&text)
}

/// Whether [`bare`] leaves a character as it is: met most often, and without case.
fn is_plain(c: &char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Whether the text is one of the section's own ways to ask.
pub(super) fn asks(library: &Library, hit: &Hit, text: &str) -> bool {
    let text = bare(text);
    library.section(&hit.at).is_some_and(|(_, section)| section.asks.iter().any(|ask| is_bare(ask, &text)))
}

/// Whether a text is this bare one but for what [`bare`] leaves out; most texts are not by their first letter.
fn is_bare(text: &str, bare: &str) -> bool {
    let mut rest = bare.chars();
    let letters = text.chars().filter(|c| is_plain(c) || c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).all(|c| rest.next() == Some(c)) && rest.next().is_none()
}

/// The letters and digits alone, in lower case.
fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    // What stays as it is, is copied in runs.
    let mut run = 0;
    for (at, c) in text.char_indices() {
        if is_plain(&c) {
            continue;
        }
        bare.push_str(&text[run..at]);
        run = at + c.len_utf8();
        let mark = matches!(c, '，' | '。' | '、' | '；' | '：' | '“' | '”' | '\n' | ' ');
        if !mark && c.is_alphanumeric() {
            bare.extend(c.to_lowercase());
        }
    }
    bare.push_str(&text[run..]);
    bare
}

fn is_chinese(text: &str) -> bool {
    text.contains(|c| is_plain(&c))
}

/// Among Chinese words a longer one in Latin script is a name: of a product, a program, a company.
fn is_foreign(word: &str) -> bool {
    word.len() >= FOREIGN && word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// So many letters at least: shorter ones are marks and abbreviations, which are often left out in the text.
const FOREIGN: usize = 4;

/// Whether an unknown word names an institution, or a person as examples do (王五).
fn names_somebody(word: &str) -> bool {
    let count = word.chars().count();
    let institution = ["局", "委", "厅", "法院", "公司", "银行", "医院", "大学"].iter().any(|end| word.ends_with(end));
    let example = count == 2 && word.ends_with(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '某']);
    example || (institution && count >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_with_a_bare_one_as_if_it_were_bare() {
        let texts = ["谁，负责？", "谁负责", "谁负", "谁负责吗", "How 2 get RID", "how2getrid", "", "。"];
        for one in texts {
            for other in texts {
                assert_eq!(is_bare(one, &bare(other)), bare(one) == bare(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn institutions_and_people_of_examples_are_somebody() {
        for word in ["环保局", "卫健委", "王五", "李某", "市医院"] {
            assert!(names_somebody(word), "{word}");
        }
        for word in ["原来", "担任", "结局", "电影", "fight"] {
            assert!(!names_somebody(word), "{word}");
        }
    }
}
