//! The TOML between `+++` lines at the start of a file.
//!
//! Read by hand from a spanned tree, not through serde: an author wants all mistakes at once, each with its place.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::model::{DocumentId, Facet, Series};
use super::super::source::{Findings, Source};
use super::blocks::Placed;
use crate::diagnostic::did_you_mean;

/// What a file says about itself, with the places that rules may point at.
#[derive(Default)]
pub(in super::super) struct Metadata {
    pub(in super::super) id: Option<DocumentId>,
    pub(in super::super) title: Option<Placed>,
    pub(in super::super) short: Option<String>,
    pub(in super::super) edition: Option<String>,
    pub(in super::super) lang: Option<String>,
    pub(in super::super) aliases: Vec<String>,
    pub(in super::super) synonyms: Vec<(Vec<String>, usize)>,
    pub(in super::super) series: Vec<(Series, usize)>,
    pub(in super::super) facets: Vec<(Facet, usize)>,
}

/// Where the metadata stands (without its `+++` lines) and where the Markdown begins.
pub(in super::super) fn split(source: &Source<'_>, findings: &mut Findings<'_>) -> (Option<Range<usize>>, usize) {
    let text = source.text;
    let mut offset = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        offset += line.len();
        (line.trim_end(), offset)
    });
    let Some(("+++", start)) = lines.next() else { return (None, 0) };
    for (line, end) in lines {
        if line == "+++" {
            let close = text[..end].trim_end().len() - 3;
            return (Some(start..close), end);
        }
    }
    findings.error(0, "the metadata is never closed", "put a line `+++` after the last line of the metadata");
    (None, text.len())
}

/// Reads the metadata at `range`.
pub(in super::super) fn read(source: &Source<'_>, range: Range<usize>, findings: &mut Findings<'_>) -> Metadata {
    let base = range.start;
    let (table, errors) = DeTable::parse_recoverable(&source.text[range]);
    for error in &errors {
        let at = base + error.span().map_or(0, |span| span.start);
        let help = "the metadata is TOML: `key = \"text\"`, `key = [\"a\", \"b\"]`, `[table]`";
        findings.error(at, format!("the metadata cannot be read: {}", error.message()), help);
    }
    let mut reader = Reader { base, findings };
    let mut metadata = Metadata::default();
    for (key, value) in entries(table.get_ref()) {
        reader.top(&mut metadata, key, value);
    }
    // A title may have been lost to an error of syntax: then that is the mistake to name.
    if metadata.title.is_none() && errors.is_empty() && !table.get_ref().contains_key("title") {
        reader.findings.error(base, "the metadata has no `title`", "add a line such as `title = \"…\"`");
    }
    metadata
}

type Key<'t, 'i> = &'t Spanned<std::borrow::Cow<'i, str>>;
type Value<'t, 'i> = &'t Spanned<DeValue<'i>>;

/// A table's entries in the order of the file.
fn entries<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(Key<'t, 'i>, Value<'t, 'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

struct Reader<'f, 'd> {
    base: usize,
    findings: &'f mut Findings<'d>,
}

impl Reader<'_, '_> {
    fn top(&mut self, metadata: &mut Metadata, key: Key<'_, '_>, value: Value<'_, '_>) {
        match key.get_ref().as_ref() {
            "title" => metadata.title = self.words(key, value).map(|title| (title, self.base + value.span().start)),
            "id" => metadata.id = self.id(key, value),
            "short" => metadata.short = self.words(key, value),
            "edition" => metadata.edition = self.words(key, value),
            "lang" => metadata.lang = self.words(key, value),
            "aliases" => metadata.aliases = self.list(key, value),
            "synonyms" => metadata.synonyms = self.synonyms(key, value),
            "series" => {
                let tables = self.tables(key, value);
                metadata.series = tables.into_iter().filter_map(|(name, table)| self.series(name, table)).collect();
            }
            "facets" => {
                let tables = self.tables(key, value);
                metadata.facets = tables.into_iter().map(|(name, table)| self.facet(name, table)).collect();
            }
            _ => self.unknown(
                key,
                "the metadata",
                &["id", "title", "short", "aliases", "edition", "lang", "synonyms", "series", "facets"],
            ),
        }
    }

    fn series(&mut self, name: Key<'_, '_>, table: &DeTable<'_>) -> Option<(Series, usize)> {
        let mut label = None;
        for (key, value) in entries(table) {
            match key.get_ref().as_ref() {
                "label" => label = self.words(key, value),
                _ => self.unknown(key, "a series", &["label"]),
            }
        }
        let (name, at) = (name.get_ref().to_string(), self.base + name.span().start);
        if label.is_none() && !table.contains_key("label") {
            let help = "add `label = \"…\"`: what a reminder of the series is headed with";
            self.findings.error(at, format!("the series `{name}` has no `label`"), help);
        }
        Some((Series { name, label: label? }, at))
    }

    fn facet(&mut self, name: Key<'_, '_>, table: &DeTable<'_>) -> (Facet, usize) {
        let at = self.base + name.span().start;
        let mut facet = Facet { name: name.get_ref().to_string(), words: Vec::new(), within: None, cues: Vec::new() };
        for (key, value) in entries(table) {
            match key.get_ref().as_ref() {
                "words" => facet.words = self.list(key, value),
                "within" => facet.within = self.words(key, value),
                "cues" => facet.cues = self.list(key, value),
                _ => self.unknown(key, "a facet", &["words", "within", "cues"]),
            }
        }
        (facet, at)
    }

    fn synonyms(&mut self, key: Key<'_, '_>, value: Value<'_, '_>) -> Vec<(Vec<String>, usize)> {
        let Some(sets) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of lists, such as `[[\"拆迁\", \"征收\"]]`");
            return Vec::new();
        };
        let mut synonyms = Vec::new();
        for set in sets.iter() {
            let words = self.list(key, set);
            if set.get_ref().is_array() {
                synonyms.push((words, self.base + set.span().start));
            }
        }
        synonyms
    }

    /// A document's id.
    fn id(&mut self, key: Key<'_, '_>, value: Value<'_, '_>) -> Option<DocumentId> {
        let text = self.words(key, value)?;
        match DocumentId::parse(&text) {
            Ok(id) => Some(id),
            Err(wrong) => {
                let help = "it stands in links and buttons: write a short one, or leave it out";
                self.findings.error(self.base + value.span().start, wrong.to_string(), help);
                None
            }
        }
    }

    /// A text that says something.
    fn words(&mut self, key: Key<'_, '_>, value: Value<'_, '_>) -> Option<String> {
        match value.get_ref().as_str().map(str::trim) {
            None => self.wrong(key, value, "a text in quotes"),
            Some("") => {
                let at = self.base + value.span().start;
                self.findings.error(at, format!("`{}` is empty", key.get_ref()), "write something between the quotes");
            }
            Some(text) => return Some(text.to_owned()),
        }
        None
    }

    /// A list of texts.
    fn list(&mut self, key: Key<'_, '_>, value: Value<'_, '_>) -> Vec<String> {
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|item| self.words(key, item)).collect(),
            None => {
                self.wrong(key, value, "a list of texts, such as `[\"问题\", \"不足\"]`");
                Vec::new()
            }
        }
    }

    /// The tables of a table, by name.
    fn tables<'t, 'i>(&mut self, key: Key<'t, 'i>, value: Value<'t, 'i>) -> Vec<(Key<'t, 'i>, &'t DeTable<'i>)> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, &format!("a table with a name, such as `[{}.measure]`", key.get_ref()));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (name, value) in entries(table) {
            match value.get_ref().as_table() {
                Some(inner) => tables.push((name, inner)),
                None => self.wrong(name, value, &format!("a table, such as `[{}.{}]`", key.get_ref(), name.get_ref())),
            }
        }
        tables
    }

    fn wrong(&mut self, key: Key<'_, '_>, value: Value<'_, '_>, wanted: &str) {
        let kind = value.get_ref().type_str();
        let at = self.base + value.span().start;
        self.findings.error(
            at,
            format!("`{}` is no place for a value of type {kind}", key.get_ref()),
            format!("write {wanted}"),
        );
    }

    fn unknown(&mut self, key: Key<'_, '_>, place: &str, known: &[&'static str]) {
        let name = key.get_ref();
        let help = match did_you_mean(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!("known here: {}", known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", "))
            }
        };
        self.findings.error(self.base + key.span().start, format!("{place} has no key `{name}`"), help);
    }
}
