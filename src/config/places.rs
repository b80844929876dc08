//! Where each value of the config was written, for messages about what it means.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;

/// Where each value was written: in the file, or in a variable of the environment. To the parser a variable's value
/// stands behind the end of the file, so that every value has a place of its own.
#[derive(Clone, Default)]
pub struct Places {
    file: String,
    source: String,
    variables: Vec<String>,
    values: BTreeMap<String, usize>,
}

impl fmt::Debug for Places {
    /// The source may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Places {
    /// For a file, as the person named it, with this text.
    pub(super) fn new(file: &str, source: &str) -> Self {
        Self { file: file.to_owned(), source: source.to_owned(), ..Self::default() }
    }

    /// The file, as the person named it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The file's text; empty where there is no file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The place of a variable's value.
    pub(super) fn of_variable(&mut self, name: String) -> Range<usize> {
        let place = self.source.len() + 1 + self.variables.len();
        self.variables.push(name);
        place..place + 1
    }

    /// Notes where all values of a table stand.
    pub(super) fn note(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = format!("{prefix}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => self.note(&format!("{path}."), inner),
                _ => drop(self.values.insert(path, value.span().start)),
            }
        }
    }

    /// Whether somebody has set this key.
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// An error about the value of this key.
    pub fn error(&self, key: &str, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        match self.values.get(key) {
            Some(offset) => self.error_at(*offset, message, help),
            None => Diagnostic::error(&self.file, message, help),
        }
    }

    /// An error about what stands at this place.
    pub fn error_at(&self, offset: usize, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        let variable = offset.checked_sub(self.source.len() + 1).and_then(|index| self.variables.get(index));
        match variable {
            Some(name) => Diagnostic::error("environment", format!("`{name}`: {}", message.into()), help),
            None => Diagnostic::error_at(&self.file, &self.source, offset, message, help),
        }
    }
}
