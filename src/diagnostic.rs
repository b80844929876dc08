//! A mistake in something a person wrote (config, content, an eval file), with its place and the way out.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used as it is.
    Error,
    /// The file can be used, but probably not as its author meant it.
    Warning,
}

/// One finding: what is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The file as the person named it.
    pub file: String,
    /// Line, counted from 1; 0 when the finding is about the file as a whole.
    pub line: usize,
    /// Column in characters, counted from 1; 0 when the finding is about the line or file as a whole.
    pub column: usize,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, as a sentence without a full stop; values in backticks.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Diagnostic {
    /// An error at a byte offset of `source`.
    pub fn error_at(
        file: &str,
        source: &str,
        offset: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (line, column) = position(source, offset);
        Self { file: file.into(), line, column, severity: Severity::Error, message: message.into(), help: help.into() }
    }

    /// An error about a file as a whole.
    pub fn error(file: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            severity: Severity::Error,
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same finding as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

impl fmt::Display for Diagnostic {
    /// `file:line:column: error: message` and, on a line of its own, the way out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, ": {severity}: {}", self.message)?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// Line and column (in characters), both from 1, of a byte offset; an offset inside a character counts as its start.
pub fn position(source: &str, offset: usize) -> (usize, usize) {
    let offset = source.floor_char_boundary(offset.min(source.len()));
    let before = &source[..offset];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The known name that a person most likely meant, where one is near enough.
pub fn did_you_mean<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let near = |name: &str| strsim::normalized_damerau_levenshtein(&given.to_lowercase(), &name.to_lowercase());
    let best = known.into_iter().map(|name| (near(name), name)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 2.0 / 3.0).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = "标题\n正文在这里";
        assert_eq!(position(source, source.find('在').unwrap()), (2, 3));
        assert_eq!(position(source, source.len() + 9), (2, 6));
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        let keys = ["title", "short", "edition", "synonyms"];
        assert_eq!(did_you_mean("tilte", keys), Some("title"));
        assert_eq!(did_you_mean("synonym", keys), Some("synonyms"));
        assert_eq!(did_you_mean("colour", keys), None);
    }
}
