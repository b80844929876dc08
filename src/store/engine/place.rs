//! The place of a SQLite file: the lock beside it, and whether a store was there before.
//!
//! The file `NAME.lock` keeps other instances out for as long as one works. It stays, and its text says whether a store was
//! made here: a missing or empty file beside it is a store that was lost (deleted, cut to nothing, a disk that is not
//! mounted over its folder any more), not one that is yet to be made. Starting on nothing would end every subscription
//! without a word.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// What the lock's file says while the first store is made beside it.
const MAKING: &str = "making\n";

/// What it says from then on. Earlier programs left it empty, which means the same.
const MADE: &str = "A store of wengu lies beside this file, or did. Delete this file only to start anew without it.\n";

/// What there is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Presence {
    /// Nothing, and nothing was there before.
    Never,
    /// Nothing, or an empty file, where a store was.
    Lost,
    /// A file with something in it.
    There,
}

/// What there is at the place of a file.
pub(in crate::store) fn presence(path: &Path) -> Presence {
    if holds_bytes(path) {
        return Presence::There;
    }
    // A log without its file was a store too.
    if was_made(path) || holds_bytes(&beside(path, "-wal")) { Presence::Lost } else { Presence::Never }
}

/// Whether a store was made at the place of a file at some time.
pub(in crate::store) fn was_made(path: &Path) -> bool {
    fs::read_to_string(beside(path, ".lock")).is_ok_and(|text| text != MAKING)
}

fn holds_bytes(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.len() > 0)
}

/// A file beside another, with this at the end of its name.
pub(in crate::store) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Keeps other instances out for as long as it lives. The system releases it however this process ends.
#[derive(Debug)]
pub(in crate::store) struct Lock(File);

/// Why there is no lock.
pub(in crate::store) enum Refused {
    /// Another instance has it.
    InUse,
    /// The system says so.
    System(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl Lock {
    /// Takes the lock of a file, whose folder is made where it is missing.
    pub(in crate::store) fn take(path: &Path) -> Result<Self, Refused> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let place = beside(path, ".lock");
        let file = match open(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // With its text from the start, and private: an empty one would mean that a store was here.
                let mut first = tempfile::Builder::new().prefix(".wengu-").tempfile_in(folder)?;
                first.write_all(MAKING.as_bytes())?;
                match first.persist_noclobber(&place) {
                    Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => return Err(error.error.into()),
                    _ => open(&place)?,
                }
            }
            opened => opened?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Refused::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Writes down that a store is here, where that is not written yet.
    pub(in crate::store) fn made(&mut self) -> io::Result<()> {
        let mut text = String::new();
        self.0.rewind()?;
        self.0.read_to_string(&mut text)?;
        if text == MADE {
            return Ok(());
        }
        self.0.set_len(0)?;
        self.0.rewind()?;
        self.0.write_all(MADE.as_bytes())?;
        self.0.sync_all()
    }
}

fn open(place: &Path) -> io::Result<File> {
    File::options().read(true).write(true).open(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_tells_a_store_that_was_lost_from_one_that_was_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/wengu.db");
        assert_eq!(presence(&path), Presence::Never);
        let mut lock = Lock::take(&path).ok().unwrap();
        assert_eq!(presence(&path), Presence::Never, "it was killed while it made the first store");
        fs::write(&path, "").unwrap();
        assert_eq!(presence(&path), Presence::Never);
        fs::write(&path, "tables").unwrap();
        lock.made().unwrap();
        assert_eq!(presence(&path), Presence::There);
        fs::write(&path, "").unwrap();
        assert_eq!(presence(&path), Presence::Lost);
        fs::remove_file(&path).unwrap();
        assert_eq!(presence(&path), Presence::Lost);
        fs::remove_file(beside(&path, ".lock")).unwrap();
        assert_eq!(presence(&path), Presence::Never, "somebody starts anew");
        fs::write(beside(&path, ".lock"), "").unwrap();
        assert_eq!(presence(&path), Presence::Lost, "an earlier program's");
    }
}
