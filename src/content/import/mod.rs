//! Other formats → the Markdown of a document, to be looked through by a person and kept.
//!
//! Plain text is taken apart by the numbering of Chinese official prose (一、（一）1. and, inside a paragraph, 一是…二是…)
//! and of regulations (第一章 第一条). Markdown with headings of its own stays as it is, gets ids, and a heading for each
//! article that it writes as a paragraph. A Word document
//! is read as its paragraphs, with the headings that its styles name. Every character of the text is kept: what was
//! written is read back and compared before it is handed out.

mod cut;
mod docx;
mod format;
mod front;
mod markdown;
mod marker;
mod numbered;
mod outline;
mod thesaurus;

use self::format::Format;
use self::numbered::Numbered;
use self::outline::{Kind, Line, Node};
use super::load::{self, ids};
use super::model::{Document, DocumentId};
use super::write_ids::{Refusal, with_attributes, with_ids};

/// A document made of a text.
#[derive(Debug)]
pub struct Imported {
    /// Its file.
    pub markdown: String,
    /// What it says, read back from the file.
    pub document: Document,
    /// Questions to try on it, at most ten.
    pub questions: Vec<String>,
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

/// The longest first line that is taken for a title, in characters.
const TITLE: usize = 60;

/// Makes a document of a file. `name` is the file's stem and becomes its title where it has none.
///
/// # Errors
/// When the file is empty, of a kind that is not read, or Markdown with mistakes.
pub fn import(id: &DocumentId, name: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    match format::recognise(bytes)? {
        Format::Text(text) if is_markdown(text) => import_markdown(id, name, text),
        Format::Text(text) => {
            let lines = text.split(['\n', '\r']).map(|line| Line { text: line.trim().to_owned(), heading: None });
            import_lines(id, name, &lines.filter(|line| !line.text.is_empty()).collect::<Vec<_>>())
        }
        Format::Docx => import_lines(id, name, &docx::lines(bytes).map_err(format::broken_docx)?),
    }
}

fn import_lines(id: &DocumentId, name: &str, lines: &[Line]) -> Result<Imported, ImportError> {
    let Some((first, rest)) = lines.split_first() else { return Err(ImportError::Empty) };
    let titled = is_title(&first.text) && !rest.is_empty();
    let title = if titled { &first.text } else { name };
    let body = if titled { rest } else { lines };
    let nodes = outline::sections(body);
    let markdown = markdown::write(title, &nodes);
    let document = read_back(id, &markdown)?;
    if !keeps(&document, &nodes, title, body) {
        return Err(ImportError::NotKept);
    }
    Ok(Imported { questions: questions(&nodes), markdown, document })
}

/// Whether the text brings headings of its own.
fn is_markdown(text: &str) -> bool {
    let heading = |line: &str| line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
    text.starts_with("+++\n") || text.lines().any(heading)
}

/// The id of a document that is imported from a file of this name.
pub fn id_for(name: &str) -> DocumentId {
    DocumentId::parse(name).unwrap_or_else(|_| {
        let mut id = ids::slug(name);
        while id.len() > DocumentId::MAX {
            id.truncate(id.rfind('-').unwrap_or(DocumentId::MAX));
        }
        DocumentId::parse(&id).expect("a slug is never empty, has an id's characters, and was cut to its length")
    })
}

/// Markdown keeps its own words and headings; articles and chapters in plain lines get headings, and all of them ids.
fn import_markdown(id: &DocumentId, name: &str, text: &str) -> Result<Imported, ImportError> {
    let markdown = if text.starts_with("+++") {
        // Reading it first tells the mistakes apart from headings that take no id.
        read_back(id, text)?;
        with_ids(&format!("{id}.md"), text)?.0
    } else {
        marked_up(id, name, text)?
    };
    let document = read_back(id, &markdown)?;
    let titles = document.sections.iter().take(10).map(|section| format!("{}是怎么说的？", section.title));
    Ok(Imported { questions: titles.collect(), markdown, document })
}

/// The Markdown of a document, made of Markdown without its metadata.
fn marked_up(id: &DocumentId, name: &str, text: &str) -> Result<String, ImportError> {
    let (title, body) = front::split(text);
    let file = format!("{id}.md");
    let before = read_back(id, body)?;
    let title = title.or_else(|| single_title(&before)).unwrap_or_else(|| name.to_owned());
    let mut numbered = Numbered::default();
    let (marked, _) =
        with_attributes(&file, &cut::with_headings(body), |heading, ids| numbered.attributes(heading, ids));
    let markdown = format!("+++\ntitle = {}\n{}+++\n{marked}", toml::Value::from(title), numbered.metadata());
    let after = read_back(id, &markdown)?;
    if letters(&before) == letters(&after) { Ok(markdown) } else { Err(ImportError::NotKept) }
}

/// The only heading of the highest level, where it comes first and counts nothing: the other headings stand below it.
fn single_title(document: &Document) -> Option<String> {
    let first = document.sections.first()?;
    let alone = document.sections.iter().skip(1).all(|section| section.level > first.level);
    (alone && marker::at_start(&first.title).is_none()).then(|| first.title.clone())
}

/// All letters and digits of a document in their order, headings included.
fn letters(document: &Document) -> String {
    let introduction = document.introduction.iter().map(|block| block.text().to_owned());
    let sections = document.sections.iter().flat_map(|section| [section.title.clone(), section.text()]);
    let letters = |text: String| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    introduction.chain(sections).map(letters).collect()
}

fn read_back(id: &DocumentId, markdown: &str) -> Result<Document, ImportError> {
    load::parse(&format!("{id}.md"), markdown).map_err(|findings| {
        ImportError::Broken(findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

fn is_title(line: &str) -> bool {
    let stops = line.ends_with(['。', '；', '：', '，', '.', ';', ':', ',']);
    line.chars().count() <= TITLE && !stops && marker::at_start(line).is_none()
}

/// Whether the document says every character of the text, in order; spaces between lines do not count.
fn keeps(document: &Document, nodes: &[Node], title: &str, body: &[Line]) -> bool {
    let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut kept = String::new();
    for (section, node) in document.sections.iter().zip(nodes) {
        if node.own {
            kept.push_str(&solid(&section.title));
        }
        kept.push_str(&solid(&section.text()));
    }
    let whole = document.sections.len() == nodes.len() && document.introduction.is_empty();
    let said: String = body.iter().map(|line| solid(&line.text)).collect();
    whole && document.title == title && kept == said
}

/// Ten questions to try, spread over the document.
fn questions(nodes: &[Node]) -> Vec<String> {
    let ask = |node: &Node| match node.kind.filter(|_| node.member) {
        None if node.kind == Some(Kind::Problem) => "有哪些问题？".to_owned(),
        None if node.kind == Some(Kind::Measure) => "有哪些措施？".to_owned(),
        Some(Kind::Problem) => format!("{}怎么办？", node.title),
        Some(Kind::Measure) => format!("{}有哪些具体做法？", node.title),
        Some(Kind::Result) => "取得了哪些成效？".to_owned(),
        Some(Kind::Next) => "下一步有什么打算？".to_owned(),
        Some(Kind::Article) => format!("{}说了什么？", node.title),
        None => format!("{}是怎么说的？", node.title),
    };
    let count = nodes.len().min(10);
    (0..count).map(|index| ask(&nodes[index * nodes.len() / count])).collect()
}
