//! Writes another way to ask for a section into its file, and touches nothing else.

use std::fs;
use std::io;
use std::path::Path;

use super::load::{self, Draft};
use super::model::{Document, Section, SectionId};
use super::replace::replace;
use super::source::{Findings, Source};

/// The way to ask could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The file could not be read or replaced.
    #[error("failed to write into `{file}`: {source}")]
    Io {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file was left as it is.
    #[error("nothing was written into `{file}`: {why}")]
    Refused {
        /// The file.
        file: String,
        /// What stands in the way.
        why: Refusal,
    },
}

/// Why a way to ask is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has mistakes.
    #[error("mend its mistakes first (`wengu check` lists them)")]
    Broken,
    /// The section is not there.
    #[error("there is no section `{0}`")]
    NoSection(SectionId),
    /// It is written there already, so that it is something else that keeps the answer away.
    #[error("the section has this way to ask already")]
    Known,
    /// It is no question.
    #[error("there is nothing to ask in `{0}`")]
    Nothing(String),
    /// The file would not read as it should.
    #[error("the file would not read the same with it; write `> ? {0}` under the section by hand")]
    Changed(String),
}

/// Writes one way to ask into a document's file, which is replaced as a whole or not at all.
///
/// # Errors
/// When the file cannot be read or replaced, or would not be sound: then it is as it was.
pub fn add_ask(path: &Path, section: &SectionId, ask: &str) -> Result<(), AddError> {
    let file = path.display().to_string();
    let failed = |source| AddError::Io { file: file.clone(), source };
    let text = fs::read_to_string(path).map_err(failed)?;
    let written = with_ask(&file, &text, section, ask);
    let written = written.map_err(|why| AddError::Refused { file: file.clone(), why })?;
    replace(path, &written).map_err(failed)
}

/// The text with one more way to ask for a section.
///
/// # Errors
/// When it has mistakes or no such section, or would not read the same but for the way to ask.
pub fn with_ask(file: &str, text: &str, section: &SectionId, ask: &str) -> Result<String, Refusal> {
    let before = load::parse(file, text).map_err(|_| Refusal::Broken)?;
    let index = before.position(section).ok_or_else(|| Refusal::NoSection(section.clone()))?;
    let ask = ask.split_whitespace().collect::<Vec<_>>().join(" ");
    if !ask.chars().any(char::is_alphanumeric) {
        return Err(Refusal::Nothing(ask));
    }
    if before.sections[index].asks.contains(&ask) {
        return Err(Refusal::Known);
    }
    let out = insert(file, text, index, &ask);
    let expected = with_each_section(before, |at, section| {
        if at == index {
            section.asks.push(ask.clone());
        }
    });
    match load::parse(file, &out) {
        Ok(after) if same(&after, &expected) => Ok(out),
        _ => Err(Refusal::Changed(ask)),
    }
}

/// Below the last way to ask, else at the end of what stands under the heading.
fn insert(file: &str, text: &str, index: usize, ask: &str) -> String {
    let source = Source::new(file, text);
    let mut findings = Findings::new(&source);
    let Draft { outline, .. } = load::draft(&source, &mut findings);
    let mark = &text[..text.len() - source.text.len()];
    let line = format!("> ? {}", escaped(ask));
    let last = outline.headings[index].part.asks.last().map(|(_, at)| *at);
    let (at, insertion) = match last {
        Some(at) => {
            let end = source.text[at..].find('\n').map_or(source.text.len(), |length| at + length);
            let end = end - usize::from(source.text[..end].ends_with('\r'));
            (end, format!("\n{line}"))
        }
        None => {
            let end = outline.headings.get(index + 1).map_or(source.text.len(), |next| next.range.start);
            let end = source.text[..end].trim_end().len();
            (end, format!("\n\n{line}"))
        }
    };
    let (above, below) = source.text.split_at(at);
    let below = if below.is_empty() { "\n" } else { below };
    format!("{mark}{above}{insertion}{below}")
}

/// The words as Markdown reads them literally.
fn escaped(ask: &str) -> String {
    let mut out = String::with_capacity(ask.len());
    for c in ask.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '&' | '|' | '~' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether two documents say the same; where their headings stand does not count.
fn same(one: &Document, other: &Document) -> bool {
    let placeless = |document: &Document| with_each_section(document.clone(), |_, section| section.line = 0);
    placeless(one) == placeless(other)
}

/// The document with each section, by its index, as `change` leaves it.
fn with_each_section(document: Document, mut change: impl FnMut(usize, &mut Section)) -> Document {
    let changed = document.sections.into_iter().enumerate().map(|(index, mut section)| {
        change(index, &mut section);
        section
    });
    Document { sections: changed.collect(), ..document }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "+++\ntitle = \"T\"\n+++\n# A {#a}\n\none\n\n> ? first\n> ? second\n\n# B {#b}\n\ntwo\n- item\n";

    fn add(text: &str, section: &str, ask: &str) -> Result<String, Refusal> {
        with_ask("t.md", text, &SectionId::parse(section).unwrap(), ask)
    }

    #[test]
    fn it_stands_below_the_others_or_begins_a_quote() {
        let added = add(TEXT, "a", "third?").unwrap();
        assert_eq!(added, TEXT.replace("> ? second\n", "> ? second\n> ? third?\n"));
        assert_eq!(add(TEXT, "b", "王五是谁").unwrap(), format!("{TEXT}\n> ? 王五是谁\n"));
        assert_eq!(
            add(TEXT, "b", "x").and_then(|text| add(&text, "b", "y")).unwrap(),
            format!("{TEXT}\n> ? x\n> ? y\n")
        );
    }

    #[test]
    fn what_cannot_be_is_refused_and_says_why() {
        assert_eq!(add(TEXT, "a", " second ").unwrap_err(), Refusal::Known);
        assert_eq!(add(TEXT, "c", "x").unwrap_err().to_string(), "there is no section `c`");
        assert_eq!(add(TEXT, "a", "？！").unwrap_err(), Refusal::Nothing("？！".into()));
        assert_eq!(add("# A {#a}\n# A {#a}\n", "a", "x").unwrap_err(), Refusal::Broken);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_is_read_again_as_it_was_asked(ask in "[\\PC]{1,30}", crlf: bool, in_b: bool) {
            let text = if crlf { TEXT.replace('\n', "\r\n") } else { TEXT.to_owned() };
            let section = if in_b { "b" } else { "a" };
            match add(&text, section, &ask) {
                Ok(added) => {
                    let document = load::parse("t.md", &added).unwrap();
                    let asks = &document.section(&SectionId::parse(section).unwrap()).unwrap().asks;
                    let ask = ask.split_whitespace().collect::<Vec<_>>().join(" ");
                    prop_assert_eq!(asks.last(), Some(&ask));
                }
                // What begins with another question mark would be something to think about.
                Err(why) => prop_assert!(matches!(why, Refusal::Nothing(_)) || ask.trim().starts_with('?'), "{why:?}"),
            }
        }
    }
}
