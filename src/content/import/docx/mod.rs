//! A Word document (.docx) → its paragraphs, with the numbers that Word shows before them.
//!
//! Kept is what a reader sees in the flow of the text: paragraphs, the rows of tables, text boxes, foot- and endnotes
//! behind the paragraph that refers to them. Left out are headers, footers, deleted text that is still tracked, and the
//! table of contents that Word makes: it says the headings twice.

mod archive;
mod numbering;
mod styles;
mod xml;

use std::collections::HashMap;

use roxmltree::{Document, Node};

use self::archive::Archive;
use self::numbering::Numbering;
use self::styles::Styles;
use self::xml::{attribute, parse};
use super::outline::Line;
use super::report::{Dropped, Report};

/// Between the cells of a row.
const CELLS: &str = "\u{3000}";

/// A document, read.
pub(super) struct Read {
    /// The title that its properties or a paragraph in the style of a title give.
    pub(super) title: Option<String>,
    pub(super) lines: Vec<Line>,
}

/// Reads a document; the error is what is wrong with it.
pub(super) fn read(bytes: &[u8], report: &mut Report) -> Result<Read, String> {
    let archive = Archive::open(bytes)?;
    let text = archive.text("word/document.xml")?.ok_or("there is no `word/document.xml` in it")?;
    let document = parse(&text, "word/document.xml")?;
    let mut reader = Reader::default();
    if let Some(xml) = archive.text("word/styles.xml")? {
        reader.styles = Styles::read(&parse(&xml, "word/styles.xml")?);
    }
    if let Some(xml) = archive.text("word/numbering.xml")? {
        reader.numbering = Numbering::read(&parse(&xml, "word/numbering.xml")?);
    }
    for kind in ["footnote", "endnote"] {
        let name = format!("word/{kind}s.xml");
        if let Some(xml) = archive.text(&name)? {
            reader.read_notes(&parse(&xml, &name)?, kind);
        }
    }
    reader.blocks(document.root_element());
    let title = match reader.title.take() {
        Some(title) => Some(title),
        None => property(&archive)?,
    };
    for (kind, text) in reader.dropped {
        report.drop(kind, &text);
    }
    Ok(Read { title, lines: reader.lines })
}

/// The title among the document's properties.
fn property(archive: &Archive<'_>) -> Result<Option<String>, String> {
    let name = "docProps/core.xml";
    let Some(xml) = archive.text(name)? else { return Ok(None) };
    let Ok(xml) = parse(&xml, name) else { return Ok(None) };
    let title = xml.descendants().find(|node| node.tag_name().name() == "title").and_then(|node| node.text());
    Ok(title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty()))
}

/// The first child of this name, whatever its namespace: Word has two for the same elements.
fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

/// Whether a run is hidden: Word shows nothing of it.
fn is_hidden(run: Node<'_, '_>) -> bool {
    let hidden = child(run, "rPr").and_then(|properties| child(properties, "vanish"));
    hidden.is_some_and(|mark| !matches!(value(Some(mark)), Some("0" | "false" | "off")))
}

/// What an element says in its `val`.
fn value<'a>(node: Option<Node<'a, '_>>) -> Option<&'a str> {
    attribute(node?, "val")
}

#[derive(Default)]
struct Reader {
    styles: Styles,
    numbering: Numbering,
    notes: HashMap<(&'static str, String), Vec<String>>,
    lines: Vec<Line>,
    /// What the first paragraph in the style of a title says.
    title: Option<String>,
    dropped: Vec<(Dropped, String)>,
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// What comes behind it: text boxes that hang on it, and its notes.
    after: Vec<Line>,
}

impl Reader {
    fn read_notes(&mut self, xml: &Document<'_>, kind: &'static str) {
        for note in children(xml.root_element(), kind) {
            let mut reader = Self::default();
            reader.blocks(note);
            let texts = reader.lines.into_iter().map(|line| line.text).collect();
            self.notes.insert((kind, attribute(note, "id").unwrap_or_default().to_owned()), texts);
        }
    }

    /// Everything in a container, in order.
    fn blocks(&mut self, container: Node<'_, '_>) {
        for node in container.children() {
            match node.tag_name().name() {
                "p" => self.paragraph(node),
                "tr" => self.row(node),
                "del" | "moveFrom" => self.drop(Dropped::Deleted, node),
                "sectPr" | "Fallback" => {}
                _ => self.blocks(node),
            }
        }
    }

    /// A row of a table is a line.
    fn row(&mut self, row: Node<'_, '_>) {
        let start = self.lines.len();
        let mut cells = Vec::new();
        for cell in children(row, "tc") {
            // The cells under the first of those that are merged say nothing.
            let from = self.lines.len();
            self.blocks(cell);
            let texts: Vec<String> = self.lines.drain(from..).map(|line| line.text).collect();
            if !texts.is_empty() {
                cells.push(texts.join(CELLS));
            }
        }
        self.lines.truncate(start);
        self.push(None, cells.join(CELLS).trim());
    }

    fn paragraph(&mut self, node: Node<'_, '_>) {
        let properties = child(node, "pPr");
        let style = value(properties.and_then(|p| child(p, "pStyle")));
        if self.styles.is_contents(style) {
            return self.drop(Dropped::Contents, node);
        }
        let own_level = value(properties.and_then(|p| child(p, "outlineLvl"))).and_then(|level| level.parse().ok());
        let heading = self.styles.heading(own_level, style);
        let mut paragraph = Paragraph::default();
        self.inline(node, &mut paragraph);
        if self.title.is_none() && self.styles.is_title(style) && !paragraph.text.trim().is_empty() {
            self.title = Some(paragraph.text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        // Word counts paragraphs without text in, and shows nothing of them.
        let number = self.number(properties, style);
        if !paragraph.text.trim().is_empty() {
            for (index, text) in paragraph.text.split('\n').enumerate() {
                let first = index == 0;
                let text = if first { format!("{number}{}", text.trim_start()) } else { text.to_owned() };
                self.push(heading.filter(|_| first), text.trim());
            }
        }
        self.lines.extend(paragraph.after);
    }

    fn push(&mut self, heading: Option<u8>, text: &str) {
        if !text.is_empty() {
            self.lines.push(Line { text: super::tidy::words_of_text(text), heading, gap: false });
        }
    }

    fn inline(&mut self, node: Node<'_, '_>, into: &mut Paragraph) {
        for node in node.children() {
            match node.tag_name().name() {
                "t" => into.text.push_str(node.text().unwrap_or_default()),
                "tab" => into.text.push('\t'),
                "br" | "cr" => into.text.push('\n'),
                "noBreakHyphen" => into.text.push('-'),
                "footnoteReference" => self.note("footnote", node, into),
                "endnoteReference" => self.note("endnote", node, into),
                "txbxContent" => self.box_of_text(node, into),
                "del" | "moveFrom" => self.drop(Dropped::Deleted, node),
                "r" if is_hidden(node) => self.drop(Dropped::Hidden, node),
                "docPr" => self.picture(node, into),
                "pPr" | "rPr" | "instrText" | "delText" | "rt" | "Fallback" => {}
                _ => self.inline(node, into),
            }
        }
    }

    /// A picture is what it is described with.
    fn picture(&mut self, node: Node<'_, '_>, into: &mut Paragraph) {
        match attribute(node, "descr").map(str::trim).filter(|words| !words.is_empty()) {
            Some(words) => into.text.push_str(words),
            None => self.dropped.push((Dropped::Picture, attribute(node, "name").unwrap_or("picture").to_owned())),
        }
    }

    /// Lists what is left out.
    fn drop(&mut self, kind: Dropped, node: Node<'_, '_>) {
        let said = node.descendants().filter(|node| matches!(node.tag_name().name(), "t" | "delText"));
        let text: String = said.filter_map(|node| node.text()).collect();
        if !text.trim().is_empty() {
            self.dropped.push((kind, text));
        }
    }

    fn note(&mut self, kind: &'static str, reference: Node<'_, '_>, into: &mut Paragraph) {
        let id = attribute(reference, "id").unwrap_or_default().to_owned();
        // Taken out: a note that is referred to twice is said once.
        let texts = self.notes.remove(&(kind, id)).unwrap_or_default();
        into.after.extend(texts.into_iter().map(|text| Line { text, ..Line::default() }));
    }

    fn box_of_text(&mut self, content: Node<'_, '_>, into: &mut Paragraph) {
        let from = self.lines.len();
        self.blocks(content);
        into.after.extend(self.lines.drain(from..));
    }

    /// The number before a paragraph, with what parts it from the text.
    fn number(&mut self, properties: Option<Node<'_, '_>>, style: Option<&str>) -> String {
        let own = properties.and_then(|p| child(p, "numPr"));
        let (list, level) = match own.and_then(|own| Some((own, value(child(own, "numId"))?))) {
            Some((own, list)) => (list.to_owned(), value(child(own, "ilvl")).and_then(|l| l.parse().ok()).unwrap_or(0)),
            None => match self.styles.list(style) {
                Some(list) => list,
                None => return String::new(),
            },
        };
        let mut number = self.numbering.next(&list, level);
        if number.ends_with(|c: char| c.is_alphanumeric() || c == '.') {
            number.push(' ');
        }
        number
    }
}
