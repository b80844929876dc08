//! The file: a header, then for each table a line that names its columns and a line for each row, then a line that says
//! how many rows there were, by which a file that was cut off is known.
//!
//! ```json
//! {"wengu_backup":1,"schema":5,"made":1795395600000}
//! {"table":"clocks","columns":["bot_id","seen"]}
//! [77,1795395600000]
//! {"rows":1}
//! ```

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::DumpError;
use super::table::Table;
use crate::clock::Timestamp;

/// The form of the file itself.
const FORM: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    wengu_backup: u32,
    /// Which migration made the tables.
    pub(super) schema: i64,
    /// When.
    pub(super) made: Timestamp,
}

impl Header {
    pub(super) fn new(schema: i64, made: Timestamp) -> Self {
        Self { wengu_backup: FORM, schema, made }
    }
}

/// Any line after the first.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    /// The rows of a table follow.
    Table { table: String, columns: Vec<String> },
    /// A row.
    Row(Vec<Value>),
    /// All is said.
    End { rows: u64 },
}

/// A file that is being written.
pub(super) struct Out<'f, W: Write> {
    out: BufWriter<&'f mut W>,
    path: &'f Path,
    rows: u64,
}

impl<'f, W: Write> Out<'f, W> {
    pub(super) fn begin(file: &'f mut W, path: &'f Path, header: &Header) -> Result<Self, DumpError> {
        let mut out = Self { out: BufWriter::with_capacity(1 << 16, file), path, rows: 0 };
        out.line(header)?;
        Ok(out)
    }

    pub(super) fn table(&mut self, table: &Table) -> Result<(), DumpError> {
        let columns = table.columns().into_iter().map(str::to_owned).collect();
        self.line(&Line::Table { table: table.name.clone(), columns })
    }

    pub(super) fn row(&mut self, row: &[Value]) -> Result<(), DumpError> {
        self.rows += 1;
        self.line(&row)
    }

    /// Writes the last line; gives the number of rows.
    pub(super) fn end(mut self) -> Result<u64, DumpError> {
        self.line(&Line::End { rows: self.rows })?;
        self.out.flush().map_err(|source| self.failed(source))?;
        Ok(self.rows)
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), DumpError> {
        let written = serde_json::to_writer(&mut self.out, line).map_err(std::io::Error::from);
        written.and_then(|()| self.out.write_all(b"\n")).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: std::io::Error) -> DumpError {
        DumpError::File { path: self.path.to_owned(), source }
    }
}

/// A file that is being read.
pub(super) struct In {
    lines: std::io::Lines<BufReader<File>>,
    path: PathBuf,
    line: u64,
}

impl In {
    /// Opens a file and reads its header.
    pub(super) fn begin(path: &Path) -> Result<(Header, Self), DumpError> {
        let file = File::open(path).map_err(|source| DumpError::File { path: path.to_owned(), source })?;
        let mut file = Self { lines: BufReader::new(file).lines(), path: path.to_owned(), line: 0 };
        let header: Header = file.parse()?;
        match header.wengu_backup {
            FORM => Ok((header, file)),
            other => Err(file.broken(format!("its form is {other}, and this program reads {FORM}"))),
        }
    }

    /// The next line.
    pub(super) fn next(&mut self) -> Result<Line, DumpError> {
        self.parse()
    }

    /// The file goes wrong at the line that was read last.
    pub(super) fn broken(&self, why: impl Into<String>) -> DumpError {
        DumpError::Broken { path: self.path.clone(), line: self.line, why: why.into() }
    }

    fn parse<T: for<'de> Deserialize<'de>>(&mut self) -> Result<T, DumpError> {
        self.line += 1;
        let text = match self.lines.next() {
            None => return Err(self.broken("it ends too soon")),
            Some(Err(error)) if error.kind() != std::io::ErrorKind::InvalidData => {
                return Err(DumpError::File { path: self.path.clone(), source: error });
            }
            Some(Err(_)) => return Err(self.broken("it is no text")),
            Some(Ok(text)) => text,
        };
        serde_json::from_str(&text).map_err(|_| self.broken("it is not what a backup says there"))
    }
}
