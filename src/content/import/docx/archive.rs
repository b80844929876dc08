//! The archive that a Word document is: ZIP, read from its directory at the end. Files of a Word document are small;
//! what they never have (encryption, parts over 4 GB, archives in several pieces) is an error.

use std::cell::Cell;
use std::io::Read;

use libflate::deflate::Decoder;

/// The parts that are read may have so many bytes together when they are unpacked: a book has a few million.
const LARGEST: u64 = 64 << 20;

/// What the directory's end begins with, and how long it is without a comment.
const END: (&[u8], usize) = (b"PK\x05\x06", 22);
/// The same of an entry of the directory…
const ENTRY: (&[u8], usize) = (b"PK\x01\x02", 46);
/// …and of the header before a file's bytes.
const HEADER: (&[u8], usize) = (b"PK\x03\x04", 30);

/// How a file is packed: not at all, or deflated.
const STORED: usize = 0;
const DEFLATED: usize = 8;

/// An archive's files.
pub(super) struct Archive<'b> {
    bytes: &'b [u8],
    entries: Vec<Entry<'b>>,
    /// How many bytes may still be unpacked.
    left: Cell<u64>,
}

struct Entry<'b> {
    name: &'b [u8],
    encrypted: bool,
    method: usize,
    packed: usize,
    header: usize,
}

impl<'b> Archive<'b> {
    /// Reads the directory.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, String> {
        let damaged = || "its archive is damaged, or was not copied to the end".to_owned();
        let starts = bytes.len().checked_sub(END.1).ok_or_else(damaged)?;
        // A comment of at most 64 KB may follow.
        let end = (starts.saturating_sub(1 << 16)..=starts).rev().find(|at| bytes[*at..].starts_with(END.0));
        let end = &bytes[end.ok_or_else(damaged)?..];
        let mut at = number(end, 16, 4).ok_or_else(damaged)?;
        let mut entries = Vec::new();
        for _ in 0..number(end, 10, 2).ok_or_else(damaged)? {
            let (entry, length) = entry(bytes.get(at..).ok_or_else(damaged)?).ok_or_else(damaged)?;
            entries.push(entry);
            at += length;
        }
        Ok(Self { bytes, entries, left: Cell::new(LARGEST) })
    }

    /// The text of a part; `None` where there is no such part.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, String> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name.as_bytes()) else { return Ok(None) };
        let wrong = |what: &str| format!("`{name}` {what}");
        let packed = self.packed(entry).ok_or_else(|| wrong("is cut off"))?;
        let reader: Box<dyn Read> = match entry.method {
            _ if entry.encrypted => return Err(wrong("is locked with a password")),
            STORED => Box::new(packed),
            DEFLATED => Box::new(Decoder::new(packed)),
            _ => return Err(wrong("is packed in a way that is not read")),
        };
        let mut text = String::new();
        let left = self.left.get();
        let read = reader.take(left + 1).read_to_string(&mut text).map_err(|error| wrong(&error.to_string()))?;
        // A length in memory always fits.
        let Some(left) = left.checked_sub(read as u64) else {
            return Err(wrong(&format!("makes it larger than {} MB", LARGEST >> 20)));
        };
        self.left.set(left);
        Ok(Some(text))
    }

    fn packed(&self, entry: &Entry<'_>) -> Option<&'b [u8]> {
        let header = self.bytes.get(entry.header..)?.strip_prefix(HEADER.0).map(|_| &self.bytes[entry.header..])?;
        let start = HEADER.1 + number(header, 26, 2)? + number(header, 28, 2)?;
        header.get(start..start.checked_add(entry.packed)?)
    }
}

/// An entry of the directory and its length.
fn entry(bytes: &[u8]) -> Option<(Entry<'_>, usize)> {
    if !bytes.starts_with(ENTRY.0) {
        return None;
    }
    let name_ends = ENTRY.1 + number(bytes, 28, 2)?;
    let entry = Entry {
        name: bytes.get(ENTRY.1..name_ends)?,
        encrypted: number(bytes, 8, 2)? & 1 == 1,
        method: number(bytes, 10, 2)?,
        packed: number(bytes, 20, 4)?,
        header: number(bytes, 42, 4)?,
    };
    Some((entry, name_ends + number(bytes, 30, 2)? + number(bytes, 32, 2)?))
}

/// A number of so many bytes, the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
