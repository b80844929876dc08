//! Whether a folder of documents has changed, without reading them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::load;

/// How a folder of documents looks from outside: the names, times and sizes of its files. Another stamp means that
/// something has changed; it does not say that a change is complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(Vec<(PathBuf, Option<SystemTime>, u64)>);

impl Stamp {
    /// How the folder looks now. One that cannot be read looks empty.
    pub fn of(folder: &Path) -> Self {
        let look = |file: PathBuf| {
            let metadata = fs::metadata(&file).ok();
            let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
            (file, modified, metadata.map_or(0, |metadata| metadata.len()))
        };
        Self(load::markdown_files(folder).unwrap_or_default().into_iter().map(look).collect())
    }
}
