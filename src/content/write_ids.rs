//! Writes the ids that were made from headings into the file, and touches nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::load::blocks::Heading;
use super::load::ids::Ids;
use super::load::{self, Draft};
use super::replace::replace;
use super::source::{Findings, Source};

/// The ids could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file could not be read or replaced.
    #[error("failed to write ids into `{file}`: {source}")]
    Io {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file was left as it is.
    #[error("no ids were written into `{file}`: {why}")]
    Refused {
        /// The file.
        file: String,
        /// What stands in the way.
        why: Refusal,
    },
}

/// Why ids are not written into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has mistakes.
    #[error("mend its mistakes first (`wengu check` lists them)")]
    Broken,
    /// It would not read the same: a heading ends in something that takes no attributes.
    #[error("a heading would read differently with an id after it; write the ids by hand, such as `{{#id}}`")]
    Changed,
}

/// Writes the missing ids of one file; says how many. The file is replaced as a whole or not at all.
///
/// # Errors
/// When the file cannot be read or replaced, or has mistakes: then it is as it was.
pub fn write_ids(path: &Path) -> Result<usize, WriteError> {
    let file = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|source| WriteError::Io { file: file.clone(), source })?;
    match with_ids(&file, &text) {
        Ok((_, 0)) => Ok(0),
        Ok((written, count)) => match replace(path, &written) {
            Ok(()) => Ok(count),
            Err(source) => Err(WriteError::Io { file, source }),
        },
        Err(why) => Err(WriteError::Refused { file, why }),
    }
}

/// The Markdown files of a folder that ids can be written into.
///
/// # Errors
/// When the folder cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    load::markdown_files(folder)
}

/// The text with an id on every heading, and how many were added.
///
/// # Errors
/// When it has mistakes, or would not read the same afterwards.
pub fn with_ids(file: &str, text: &str) -> Result<(String, usize), Refusal> {
    let before = load::parse(file, text).map_err(|_| Refusal::Broken)?;
    let (out, count) = with_attributes(file, text, |heading, ids| format!("#{}", ids.make(&heading.title)));
    match load::parse(file, &out) {
        Ok(after) if after == before => Ok((out, count)),
        _ => Err(Refusal::Changed),
    }
}

/// The text with attributes on every heading that has no id, and how many were added. `attributes` gives those of a
/// heading; the ids that it makes differ from those that are written.
pub(super) fn with_attributes(
    file: &str,
    text: &str,
    mut attributes: impl FnMut(&Heading, &mut Ids) -> String,
) -> (String, usize) {
    let source = Source::new(file, text);
    let mut findings = Findings::new(&source);
    let Draft { outline, .. } = load::draft(&source, &mut findings);
    let written = outline.headings.iter().filter_map(|heading| heading.attributes.id.as_ref());
    let mut ids = Ids::beside(written.map(|(id, _)| id.clone()));
    let mut out = text[..text.len() - source.text.len()].to_owned();
    let (mut copied, mut count) = (0, 0);
    for heading in outline.headings.iter().filter(|heading| !heading.attributes.names_itself) {
        let written = attributes(heading, &mut ids);
        let (at, insertion) = match &heading.attributes.braces {
            Some(braces) => (braces.start + 1, format!("{written} ")),
            None => (end_of_words(&source, heading), format!(" {{{written}}}")),
        };
        out.push_str(&source.text[copied..at]);
        out.push_str(&insertion);
        copied = at;
        count += 1;
    }
    out.push_str(&source.text[copied..]);
    (out, count)
}

/// Where a heading's words end: at the end of its line, or of the line above its underline.
fn end_of_words(source: &Source<'_>, heading: &Heading) -> usize {
    let text = source.text[heading.range.clone()].trim_end();
    let hashes = text.trim_start().trim_start_matches('#');
    let marked = hashes.len() < text.trim_start().len() && (hashes.is_empty() || hashes.starts_with([' ', '\t']));
    let words = match (marked, text.rfind('\n')) {
        (false, Some(underline)) => text[..underline].trim_end(),
        _ => text,
    };
    heading.range.start + words.len()
}
