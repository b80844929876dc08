//! A file's text, the places in it, and what was found wrong there.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Severity};

/// A file as a person named it, its text, and where its lines begin.
pub(super) struct Source<'a> {
    /// The file's name, for findings.
    pub(super) file: &'a str,
    /// Its text, without a byte order mark.
    pub(super) text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    /// A source; a byte order mark is left out.
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file, text, starts }
    }

    /// The line of a byte offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset)
    }

    /// The text of a line, from 1; empty for a line that the file does not have.
    pub(super) fn line_text(&self, line: usize) -> &'a str {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else { return "" };
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\r', '\n'])
    }

    /// The text of an offset's line before the offset.
    pub(super) fn before(&self, offset: usize) -> &'a str {
        &self.text[self.starts[self.line(offset) - 1]..offset]
    }
}

/// What was found wrong in a source.
pub(super) struct Findings<'a> {
    source: &'a Source<'a>,
    list: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    /// No findings yet.
    pub(super) fn new(source: &'a Source<'a>) -> Self {
        Self { source, list: Vec::new() }
    }

    /// Notes a mistake that makes the document unusable.
    pub(super) fn error(&mut self, offset: usize, message: impl Into<String>, help: impl Into<String>) {
        self.note(offset, Severity::Error, message.into(), help.into());
    }

    /// Notes something that its author probably did not mean.
    pub(super) fn warning(&mut self, offset: usize, message: impl Into<String>, help: impl Into<String>) {
        self.note(offset, Severity::Warning, message.into(), help.into());
    }

    fn note(&mut self, offset: usize, severity: Severity, message: String, help: String) {
        let (line, column) = (self.source.line(offset), self.source.before(offset).chars().count() + 1);
        self.list.push(Diagnostic { file: self.source.file.into(), line, column, severity, message, help });
    }

    /// Whether the document cannot be used.
    pub(super) fn any_error(&self) -> bool {
        self.list.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The findings in the order of the file; warnings that say the same are said once, with how many there are.
    pub(super) fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|finding| (finding.line, finding.column));
        let mut more: HashMap<String, usize> = HashMap::new();
        self.list.retain(|finding| {
            if finding.severity == Severity::Error {
                return true;
            }
            let count = more.entry(finding.message.clone()).or_default();
            *count += 1;
            *count == 1
        });
        for finding in self.list.iter_mut().filter(|finding| finding.severity == Severity::Warning) {
            if let Some(count) = more.get(&finding.message).filter(|count| **count > 1) {
                finding.message = format!("{}, and {} more like it", finding.message, count - 1);
            }
        }
        self.list
    }
}
