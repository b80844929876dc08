//! Other formats → the Markdown of a document, to be looked through by a person and kept.
//!
//! One pipeline, a file each: `decode` (bytes → text or an archive) → a reader (`text`, `docx`, `tidy` for Markdown) →
//! the outline (`marker` and `sequence` tell which numbered lines are headings; `outline` and `cut` make sections of
//! them, `slices` cuts what is too long) → writing (`markdown`, `numbered`). Every character of the text is kept: what
//! was written is read back and compared with the source before it is handed out; what is left out is of a named kind,
//! and listed in the [`Report`].

mod cut;
mod decode;
mod docx;
mod front;
mod links;
mod markdown;
mod marked;
mod marker;
pub mod newer;
mod numbered;
mod outline;
mod report;
mod sequence;
mod slices;
mod text;
mod thesaurus;
mod tidy;
mod title;
mod wrap;

use self::decode::Decoded;
use self::outline::{Kind, Line, Node};
pub use self::report::{Dropped, Report};
use super::load::{self, ids};
use super::model::{Document, DocumentId};
use super::write_ids::Refusal;

/// A document made of a text.
#[derive(Debug)]
pub struct Imported {
    /// Its file.
    pub markdown: String,
    /// What it says, read back from the file.
    pub document: Document,
    /// Questions to try on it, at most ten.
    pub questions: Vec<String>,
    /// What was found, dropped and guessed.
    pub report: Report,
}

/// Why a file was not imported.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There is nothing in it.
    #[error("it holds no text")]
    Empty,
    /// It is of a kind that is not read: what it is, and the way out.
    #[error("{what}\n  help: {help}")]
    Unreadable {
        /// What it is.
        what: String,
        /// How to make something of it that is read.
        help: &'static str,
    },
    /// It is Markdown with mistakes.
    #[error("it is Markdown with mistakes; mend these first:\n{0}")]
    Broken(String),
    /// A heading of it takes no id.
    #[error("{0}")]
    Ids(#[from] Refusal),
    /// What was written did not read back as what was read.
    #[error("its text would not be kept as it is; put headings (`# …`) into it and save it as Markdown")]
    NotKept,
}

/// Makes a document of a file. `file` is the file's name; its stem becomes the title where the file has none.
///
/// # Errors
/// When the file is empty, of a kind that is not read, or Markdown with mistakes.
pub fn import(id: &DocumentId, file: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    let mut report = Report::default();
    let (stem, markdown) = stem(file);
    match decode::decode(bytes)? {
        Decoded::Text(text, encoding) => {
            report.encoding = Some(encoding.into());
            match marked::is_markdown(&text, markdown) {
                true => marked::import(id, stem, &text, report),
                false => import_lines(id, stem, &text::lines(&text), None, report),
            }
        }
        Decoded::Archive => {
            let read = docx::read(bytes, &mut report).map_err(decode::broken_docx)?;
            import_lines(id, stem, &read.lines, read.title, report)
        }
    }
}

/// A file's name without the ending of a format that is read, and whether that is Markdown's.
fn stem(file: &str) -> (&str, bool) {
    let Some((stem, ending)) = file.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else { return (file, false) };
    match ending.to_lowercase().as_str() {
        "md" | "markdown" => (stem, true),
        "txt" | "text" | "docx" => (stem, false),
        _ => (file, false),
    }
}

fn import_lines(
    id: &DocumentId,
    name: &str,
    lines: &[Line],
    told: Option<String>,
    mut report: Report,
) -> Result<Imported, ImportError> {
    if lines.is_empty() {
        return Err(ImportError::Empty);
    }
    let (title, body) = title::of_lines(told, name, lines, &mut report);
    let mut nodes = slices::nodes(outline::sections(body, &mut report));
    // What is one section in all is called like the document.
    if let [only] = &mut nodes[..]
        && !only.own
        && !only.member
    {
        only.title.clone_from(&title);
    }
    let markdown = markdown::write(&title, &nodes);
    let document = read_back(id, &markdown)?;
    if !keeps(&document, &nodes, &title, body, &report) {
        return Err(ImportError::NotKept);
    }
    Ok(Imported { questions: questions(&nodes), markdown, document, report })
}

/// The id of a document that is imported from a file with this stem.
pub fn id_for(name: &str) -> DocumentId {
    ids::of_name(name)
}

/// The id that version 0.1 gave to a document that was imported from a file with this stem.
pub fn former_id(name: &str) -> DocumentId {
    ids::of_name_in_0_1(name)
}

fn read_back(id: &DocumentId, markdown: &str) -> Result<Document, ImportError> {
    load::parse(&format!("{id}.md"), markdown).map_err(|findings| {
        ImportError::Broken(findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// Whether the document says every character of the text, in order; spaces between lines do not count, nor the colon
/// or full stop between an article's number and its text. Lines that are dropped are entries of the table of contents.
fn keeps(document: &Document, nodes: &[Node], title: &str, body: &[Line], report: &Report) -> bool {
    let says = |c: &char| !c.is_whitespace() && !"：:.".contains(*c) && !decode::INVISIBLE.contains(c);
    let solid = |text: &str| text.chars().filter(says).collect::<String>();
    let mut kept = String::new();
    for (section, node) in document.sections.iter().zip(nodes) {
        if node.own {
            kept.push_str(&solid(&section.title));
        }
        kept.push_str(&solid(&section.text()));
    }
    let whole = document.sections.len() == nodes.len() && document.introduction.is_empty();
    let mut contents = report.dropped().iter().filter(|(kind, _)| *kind == Dropped::Contents).peekable();
    let mut said = String::new();
    for line in body {
        // Contents are dropped in the order of the text.
        if contents.next_if(|(_, dropped)| *dropped == line.text).is_none() {
            said.push_str(&solid(&line.text));
        }
    }
    whole && document.title == title && kept == said
}

/// Ten questions to try, spread over the document.
fn questions(nodes: &[Node]) -> Vec<String> {
    let ask = |node: &Node| match node.kind.filter(|_| node.member) {
        None if node.kind == Some(Kind::Problem) => Some("有哪些问题？".to_owned()),
        None if node.kind == Some(Kind::Measure) => Some("有哪些措施？".to_owned()),
        Some(Kind::Problem) => Some(format!("{}怎么办？", node.title)),
        Some(Kind::Measure) => Some(format!("{}有哪些具体做法？", node.title)),
        Some(Kind::Result) => Some("取得了哪些成效？".to_owned()),
        Some(Kind::Next) => Some("下一步有什么打算？".to_owned()),
        Some(Kind::Article) => Some(format!("{}说了什么？", node.title)),
        None => question_about(&node.title),
    };
    let count = nodes.len().min(10);
    (0..count).filter_map(|index| ask(&nodes[index * nodes.len() / count])).collect()
}

/// The question that a heading answers: itself, where it is one. `None` for a remark in brackets.
fn question_about(title: &str) -> Option<String> {
    let asked = marker::at_start(title).filter(|marker| marker.class() == Some(marker::QUESTION));
    let said = asked.map_or(title, |marker| &title[marker.length..]).trim_start_matches(|c: char| !c.is_alphanumeric());
    match title.chars().next()? {
        '（' | '(' | '【' | '[' => None,
        // 各区： is whom a letter speaks to.
        _ if title.ends_with(['：', ':']) && asked.is_none() => None,
        _ if said.ends_with(['？', '?']) || said.is_ascii() => Some(said.to_owned()),
        _ => Some(format!("{said}是怎么说的？")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_tried_is_what_people_ask() {
        for (title, question) in [
            ("问：一次能借几本？", Some("一次能借几本？")),
            ("问题 3：附件丢失", Some("附件丢失是怎么说的？")),
            ("Q2. Who pays?", Some("Who pays?")),
            ("借书", Some("借书是怎么说的？")),
            ("Opening hours", Some("Opening hours")),
            ("（2021年5月1日通过）", None),
            ("各市、县：", None),
            ("", None),
        ] {
            assert_eq!(question_about(title).as_deref(), question, "{title}");
        }
    }
}
