//! Markdown → a document: its own words and headings stay; articles, chapters and questions in plain lines get headings,
//! and all of them ids.

use super::super::load::blocks::Heading;
use super::super::load::ids::Ids;
use super::super::model::{Document, DocumentId};
use super::super::write_ids::{with_attributes, with_ids};
use super::numbered::Numbered;
use super::report::Report;
use super::{ImportError, Imported, cut, front, links, markdown, question_about, read_back, slices, tidy, title, wrap};

/// Whether a text is Markdown: it brings headings or front matter, or its name says so and it uses Markdown's marks.
pub(super) fn is_markdown(text: &str, named: bool) -> bool {
    let heading = |line: &str| line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
    let underlined = |pair: &[&str]| {
        let line = pair[1].trim_end();
        !pair[0].trim().is_empty()
            && line.len() > 2
            && (line.bytes().all(|b| b == b'=') || named && line.bytes().all(|b| b == b'-'))
    };
    let lines = || text.lines().take(20_000);
    let front = text.starts_with("+++\n") || (named && text.starts_with("---\n"));
    let marked = |line: &str| {
        let line = line.trim_start();
        ["- ", "* ", "+ ", "> ", "```", "**", "|", "!!!", ":::", "<", "![", "##"]
            .iter()
            .any(|mark| line.starts_with(mark))
            || ["](", "**", "$$"].iter().any(|mark| line.contains(mark))
    };
    let all: Vec<&str> = lines().collect();
    front || lines().any(heading) || all.windows(2).any(underlined) || (named && lines().any(marked))
}

/// Imports Markdown.
pub(super) fn import(id: &DocumentId, name: &str, text: &str, mut report: Report) -> Result<Imported, ImportError> {
    nests_within_bounds(text)?;
    let markdown = if text.starts_with("+++\n") && front::is_ours(text) {
        // Reading it first tells the mistakes apart from headings that take no id.
        read_back(id, text)?;
        report.title_from = "its metadata".into();
        with_ids(&format!("{id}.md"), text)?.0
    } else {
        marked_up(id, name, text, &mut report)?
    };
    let document = read_back(id, &markdown)?;
    let telling = document.sections.iter().filter(|section| !section.is_bare());
    let questions = telling.filter_map(|section| question_about(&section.title)).take(10).collect();
    Ok(Imported { questions, markdown, document, report })
}

/// The Markdown of a document, made of Markdown without its metadata.
fn marked_up(id: &DocumentId, name: &str, text: &str, report: &mut Report) -> Result<String, ImportError> {
    let (front, body) = front::split(text, report);
    let mut body = wrap::mended(&tidied(body, report));
    if !body.ends_with('\n') {
        body.push('\n');
    }
    let before = read_loosely(id, &body)?;
    let title = title::of_markdown(front.title, &before, name, report);
    let dropped = report.dropped().len();
    let cut = cut::with_headings(&body, report);
    let after = read_loosely(id, &cut)?;
    let left_out: String = report.dropped()[dropped..].iter().map(|(_, text)| letters_of(text)).collect();
    let (cut, after) = match is_kept(&letters(&before), &letters(&after), &left_out) {
        true => (cut, after),
        // Headings that would cost a letter are not worth it: the text stays as it was.
        false => {
            report.take_back(dropped);
            (body, before)
        }
    };
    let sliced = slices::markdown(&cut);
    let sliced = match read_loosely(id, &sliced) {
        Ok(document) if words(&document) == words(&after) => sliced,
        _ => cut,
    };
    let (sliced, parts) = match read_back(id, &sliced) {
        Ok(document) => (sliced, document.sections.len()),
        Err(_) => {
            let headed = format!("# {}\n\n{sliced}", markdown::escaped(&title));
            let parts = read_back(id, &headed)?.sections.len();
            (headed, parts)
        }
    };
    let (marked, numbered) = attributed(id, &sliced);
    let lang = front.lang.map_or_else(String::new, |lang| format!("lang = {}\n", toml::Value::from(lang)));
    let markdown = format!("+++\ntitle = {}\n{lang}{}+++\n{marked}", toml::Value::from(title), numbered.metadata());
    let markdown = links::to_ids(&markdown, &read_back(id, &markdown)?);
    let written = read_back(id, &markdown)?;
    let same = written.sections.len() == parts && words(&written) == words(&after);
    if same { Ok(markdown) } else { Err(ImportError::NotKept) }
}

/// The deepest quotations and lists that are read: a parser takes the square of what lies inside each other.
const DEEPEST: usize = 100;

fn nests_within_bounds(text: &str) -> Result<(), ImportError> {
    let marks =
        |line: &str| line.bytes().take_while(|b| b" \t>-*+".contains(b)).filter(|b| b">-*+".contains(b)).count();
    // A line of stars or dashes alone is a rule.
    let rule = |line: &str| !line.contains('>') && line.bytes().all(|b| b" \t-*+\r".contains(&b));
    match text.lines().any(|line| marks(line) > DEEPEST && !rule(line)) {
        true => Err(ImportError::Unreadable {
            what: format!("it nests quotations or lists deeper than {DEEPEST}"),
            help: "take the marks (`>`, `-`) at the beginning of its lines away",
        }),
        false => Ok(()),
    }
}

/// Reads Markdown that may have no headings.
fn read_loosely(id: &DocumentId, text: &str) -> Result<Document, ImportError> {
    read_back(id, text).or_else(|error| read_back(id, &format!("# {HEADLESS}\n\n{text}")).map_err(|_| error))
}

/// The heading of a text that has none, while it is looked at: no letter or digit.
pub(super) const HEADLESS: &str = "…";

/// The tidied text, where it says what the text says and the dropped parts; the text as it is otherwise.
fn tidied(text: &str, report: &mut Report) -> String {
    let mut told = report.clone();
    let tidied = tidy::tidy(text, &mut told);
    let left_out: String = told.dropped()[report.dropped().len()..].iter().map(|(_, text)| letters_of(text)).collect();
    if is_kept(&letters_of(&without_entities(text)), &letters_of(&without_entities(&tidied)), &left_out) {
        *report = told;
        tidied
    } else {
        text.to_owned()
    }
}

/// A text without `&nbsp;` and the like.
fn without_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let name = rest[at + 1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let entity = name > 0 && rest[at + 1 + name..].starts_with(';');
        out.push_str(&rest[..at]);
        rest = &rest[at + 1 + if entity { name + 1 } else { 0 }..];
    }
    out + rest
}

/// The Markdown with attributes on every heading, and the headings as they were counted.
fn attributed(id: &DocumentId, text: &str) -> (String, Numbered) {
    let file = format!("{id}.md");
    let mut numbered = Numbered::default();
    let mut with = |series: &str| {
        numbered = Numbered::default();
        let attributes = |heading: &Heading, ids: &mut Ids| numbered.attributes(heading, ids, series);
        (with_attributes(&file, text, attributes).0, numbered.series())
    };
    // What is studied one by one is known when all headings are counted.
    let (_, series) = with("");
    let (marked, _) = with(series);
    (marked, numbered)
}

/// All letters and digits of a document in their order, headings included.
fn letters(document: &Document) -> String {
    let introduction = document.introduction.iter().map(|block| letters_of(block.text()));
    introduction
        .chain(document.sections.iter().map(|section| letters_of(&section.title) + &letters_of(&section.text())))
        .collect()
}

/// Those of its text alone, without headings.
fn words(document: &Document) -> String {
    let introduction = document.introduction.iter().map(|block| letters_of(block.text()));
    introduction.chain(document.sections.iter().map(|section| letters_of(&section.text()))).collect()
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether `after` is `before` in its order, less what was left out.
fn is_kept(before: &str, after: &str, left_out: &str) -> bool {
    let mut source = before.chars();
    let in_order = after.chars().all(|wanted| source.any(|c| c == wanted));
    in_order && before.len() == after.len() + left_out.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_in_order_and_complete() {
        assert!(is_kept("abcd", "acd", "b"));
        assert!(!is_kept("abcd", "acd", ""));
        assert!(!is_kept("abcd", "adc", "b"));
    }
}
