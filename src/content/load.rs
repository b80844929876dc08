//! Markdown → [`Document`].
//!
//! A document is one CommonMark file: TOML metadata between `+++` lines, then headings. Every heading is a section, and
//! the section's text is what stands under it. Braces after a heading say what it is:
//!
//! ```markdown
//! +++
//! title = "对干部管理失之于宽、失之于软问题的反思"
//! short = "反思"
//! [series.measure]
//! label = "举措"
//! +++
//! ## 强化理论武装 {#measure-1 .measure topic=思想教育 number=1 related=problem-1}
//! 学习，先学理论。
//!
//! > ? 怎么加强思想教育
//! > ? how is ideological training strengthened
//!
//! > ?? 最近一次学习，有哪一句说到了我自己？
//! ```
//!
//! A quoted line that starts with `?` is another way to ask for the section; one that starts with `??` is a question to
//! think about, which a reminder of the section shows. A blank line stands around such a quote. A heading without an id
//! gets one made from its words; `wengu check --write-ids` writes these into the file, so that they stay when the
//! heading is reworded.
//!
//! Reading has three steps, a file each: the metadata, the blocks with the attributes of their headings, and, here, the
//! document of both. The rules that hold between the parts are in `super::check`.

pub(super) mod attributes;
pub(super) mod blocks;
pub(super) mod ids;
pub(super) mod metadata;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use self::blocks::{Heading, Outline, Placed};
use self::ids::Ids;
use self::metadata::Metadata;
use super::check;
use super::model::{Document, DocumentId, IMPLIED_SERIES, Library, Section, SectionId, Series};
use super::source::{Findings, Source};
use crate::diagnostic::{Diagnostic, position};

/// A file, read: its document, where it is sound, and what was found on the way.
#[derive(Debug)]
pub struct Reading {
    /// The id that the document has, or would have: that of its metadata, else one made of the file's name.
    pub id: DocumentId,
    /// The document; `None` when there is an error among the findings.
    pub document: Option<Document>,
    /// Mistakes and warnings in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A folder, read.
#[derive(Debug)]
pub struct Loaded {
    /// The documents that are sound.
    pub library: Library,
    /// The documents that are there and have mistakes.
    pub refused: Vec<DocumentId>,
    /// The files that are there and could not be read just then, whatever is in them.
    pub unread: Vec<PathBuf>,
    /// What was found in all of them.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file taken apart, before its document is made: what the rules of `super::check` look at.
pub(super) struct Draft {
    pub(super) metadata: Metadata,
    pub(super) outline: Outline,
    /// The id of each heading, written or made.
    pub(super) ids: Vec<SectionId>,
}

/// Reads the text of a file. Its metadata may name the document's id; else it is made of the file's name.
pub fn read(file: &str, text: &str) -> Reading {
    let source = Source::new(file, text);
    let mut findings = Findings::new(&source);
    let draft = draft(&source, &mut findings);
    check::rules(&draft, &source, &mut findings);
    let id = draft.metadata.id.clone().unwrap_or_else(|| ids::of_name(&stem(Path::new(file))));
    let document = (!findings.any_error()).then(|| document(id.clone(), draft, &source));
    Reading { id, document, diagnostics: findings.sorted() }
}

/// Reads the text of a file that has to be sound.
///
/// # Errors
/// The findings, when there is an error among them.
pub fn parse(file: &str, text: &str) -> Result<Document, Vec<Diagnostic>> {
    let reading = read(file, text);
    reading.document.ok_or(reading.diagnostics)
}

/// Reads every `.md` file of a folder, in the order of their names; hidden files and subfolders are left out. A broken
/// document is refused as a whole, the others load.
pub fn load_folder(folder: &Path) -> Loaded {
    let (mut documents, mut refused, mut unread, mut diagnostics) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    match markdown_files(folder) {
        Ok(files) => {
            if files.is_empty() {
                let help = "put a Markdown file (`.md`) into it, or run `wengu import FILE`";
                let nothing = Diagnostic::error(&folder.display().to_string(), "the folder holds no documents", help);
                diagnostics.push(nothing.as_warning());
            }
            let mut files_by_id: HashMap<DocumentId, PathBuf> = HashMap::new();
            diagnostics.extend(no_documents(folder));
            for file in files {
                let mut reading = fs::read(&file).map_or_else(
                    |error| {
                        unread.push(file.clone());
                        unreadable(&file, &error)
                    },
                    |bytes| read_bytes(&file, &bytes),
                );
                if let Some(first) = files_by_id.get(&reading.id) {
                    reading.diagnostics.push(same_id(&file, first, &reading.id));
                    diagnostics.extend(reading.diagnostics);
                    continue;
                }
                files_by_id.insert(reading.id.clone(), file);
                diagnostics.extend(reading.diagnostics);
                match reading.document {
                    Some(document) => documents.push(document),
                    None => refused.push(reading.id),
                }
            }
        }
        Err(error) => diagnostics.push(Diagnostic::error(
            &folder.display().to_string(),
            format!("the folder cannot be read: {error}"),
            "create it, or name another with `content.dir`",
        )),
    }
    Loaded { library: Library::new(documents), refused, unread, diagnostics }
}

/// The files of a folder that hold documents, sorted by name.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn markdown_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|extension| extension == "md") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The file of a folder that holds the document with this id.
pub fn file_of(folder: &Path, id: &DocumentId) -> Option<PathBuf> {
    let named = |file: &PathBuf| fs::read(file).is_ok_and(|bytes| read_bytes(file, &bytes).id == *id);
    // Nearly always its name is the id.
    let usual = folder.join(format!("{id}.md"));
    let mut files = std::iter::once(usual).chain(markdown_files(folder).unwrap_or_default());
    files.find(named)
}

/// Files of the folder that could be documents and are not read: said once, with how many there are.
fn no_documents(folder: &Path) -> Option<Diagnostic> {
    let readable = |path: &Path| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        !hidden && path.is_file() && !matches!(ending.as_str(), "md" | "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp")
    };
    let entries = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut others: Vec<PathBuf> = entries.filter(|path| readable(path)).collect();
    others.sort();
    let more = match others.len() {
        0 => return None,
        1 => String::new(),
        count => format!(", and {} more like it", count - 1),
    };
    let help = "`wengu import FILE` makes a document of it; move what is none elsewhere";
    let message = format!("the file is no Markdown and is not read{more}");
    Some(Diagnostic::error(&others[0].display().to_string(), message, help).as_warning())
}

/// A second document with one id.
fn same_id(file: &Path, first: &Path, id: &DocumentId) -> Diagnostic {
    let message = format!("the document's id `{id}` is that of `{}` as well", first.display());
    let help = "write another into its metadata, such as `id = \"…\"`, or rename the file";
    Diagnostic::error(&file.display().to_string(), message, help)
}

/// A file that could not be read.
fn unreadable(path: &Path, error: &std::io::Error) -> Reading {
    let message = format!("the file cannot be read: {error}");
    let found = Diagnostic::error(&path.display().to_string(), message, "check its permissions");
    Reading { id: ids::of_name(&stem(path)), document: None, diagnostics: vec![found] }
}

/// Reads what a file holds.
fn read_bytes(path: &Path, bytes: &[u8]) -> Reading {
    let file = path.display().to_string();
    match std::str::from_utf8(bytes) {
        Ok(text) => read(&file, text),
        Err(error) => {
            let diagnostics = vec![not_utf8(&file, bytes, error.valid_up_to())];
            Reading { id: ids::of_name(&stem(path)), document: None, diagnostics }
        }
    }
}

fn not_utf8(file: &str, bytes: &[u8], sound: usize) -> Diagnostic {
    let text = String::from_utf8_lossy(&bytes[..sound]);
    let (line, column) = position(&text, sound);
    let help = "save the file as UTF-8 (an older Chinese file may be GB18030: `iconv -f GB18030 -t UTF-8`)";
    Diagnostic { line, column, ..Diagnostic::error(file, "the file is not UTF-8 from here on", help) }
}

fn stem(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Takes a file apart and names its headings.
pub(super) fn draft(source: &Source<'_>, findings: &mut Findings<'_>) -> Draft {
    let (range, start) = metadata::split(source, findings);
    let metadata = range.map(|range| metadata::read(source, range, findings)).unwrap_or_default();
    let outline = blocks::read(source, start, findings);
    let ids = name_all(&outline.headings);
    Draft { metadata, outline, ids }
}

fn name_all(headings: &[Heading]) -> Vec<SectionId> {
    let written = |heading: &Heading| heading.attributes.id.as_ref().map(|(id, _)| id.clone());
    let mut ids = Ids::beside(headings.iter().filter_map(written));
    headings.iter().map(|heading| written(heading).unwrap_or_else(|| ids.make(&heading.title))).collect()
}

/// The name of a file, where people would call its document by that: an id of letters is none.
fn chinese_name(file: &str) -> Option<String> {
    Some(stem(Path::new(file))).filter(|name| name.chars().any(is_chinese))
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The document of a draft without mistakes.
fn document(id: DocumentId, draft: Draft, source: &Source<'_>) -> Document {
    let Draft { metadata, outline, ids } = draft;
    let title = metadata.title.map(|(title, _)| title);
    let first = || outline.headings.first().map(|heading| heading.title.clone()).filter(|title| !title.is_empty());
    let title = title.or_else(first).unwrap_or_else(|| id.to_string());
    let parents = parents(&outline.headings);
    let headings = outline.headings.into_iter().zip(ids).zip(parents);
    let mut series: Vec<Series> = metadata.series.into_iter().map(|(series, _)| series).collect();
    let mut sections: Vec<Section> =
        headings.map(|((heading, id), parent)| section(heading, id, parent, source)).collect();
    // A series without a section is none that anybody could study.
    if !series.iter().any(|series| sections.iter().any(|section| section.has_class(&series.name))) {
        series.extend(implied_series(&mut sections));
    }
    Document {
        id,
        short: metadata.short.unwrap_or_else(|| title.clone()),
        title,
        edition: metadata.edition,
        lang: metadata.lang,
        aliases: metadata.aliases.into_iter().chain(chinese_name(source.file)).collect(),
        synonyms: metadata.synonyms.into_iter().map(|(set, _)| set).collect(),
        series,
        facets: metadata.facets.into_iter().map(|(facet, _)| facet).collect(),
        introduction: outline.introduction.blocks,
        sections: sections.into_iter().collect(),
    }
}

/// A series of all sections that say something, for a document that names no series with sections: there is always something to
/// study. `None` where no section says anything.
fn implied_series(sections: &mut [Section]) -> Option<Series> {
    let mut members = sections.iter_mut().filter(|section| !section.is_bare()).peekable();
    let chinese = |text: &str| text.chars().any(is_chinese);
    let label = if chinese(&members.peek()?.text()) { "一节" } else { "section" };
    members.for_each(|section| section.classes.push(IMPLIED_SERIES.to_owned()));
    Some(Series { name: IMPLIED_SERIES.to_owned(), label: label.to_owned() })
}

fn section(heading: Heading, id: SectionId, parent: Option<usize>, source: &Source<'_>) -> Section {
    let texts = |list: Vec<Placed>| list.into_iter().map(|(text, _)| text).collect::<Vec<_>>();
    let Heading { title, level, range, attributes, part } = heading;
    Section {
        id,
        title,
        level,
        parent,
        classes: texts(attributes.classes),
        topics: texts(attributes.topics),
        number: attributes.number.map(|(number, _)| number),
        related: attributes.related.into_iter().filter_map(|(id, _)| SectionId::parse(&id).ok()).collect(),
        asks: texts(part.asks),
        think: texts(part.think),
        blocks: part.blocks,
        line: source.line(range.start),
    }
}

/// For each heading, the nearest one before it of a smaller level.
fn parents(headings: &[Heading]) -> Vec<Option<usize>> {
    let mut above: Vec<usize> = Vec::new();
    let mut parents = Vec::with_capacity(headings.len());
    for (index, heading) in headings.iter().enumerate() {
        above.retain(|&parent| headings[parent].level < heading.level);
        parents.push(above.last().copied());
        above.push(index);
    }
    parents
}
