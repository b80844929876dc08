//! How a file is written: as a whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Puts a new file in the place of the old one, or of none, in a single step.
///
/// # Errors
/// When the file cannot be written; the old one stays as it was.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link is followed, so that the file behind it changes and the link stays one.
    let (path, like) = match path.canonicalize() {
        Ok(path) => (path.clone(), Some(fs::metadata(path)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_owned(), None),
        Err(error) => return Err(error),
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_new(&beside, text, like).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // What went wrong is in `written`; a left-over file would only add to it.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, text: &str, like: Option<fs::Metadata>) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
    }
    file.sync_all()
}
