//! What kind of file it is, told by its first bytes: names lie.

use super::ImportError;

/// A kind of file that is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Format<'b> {
    /// Text, plain or Markdown.
    Text(&'b str),
    /// A Word document.
    Docx,
}

/// What the way out is for most kinds.
const CONVERT: &str =
    "open it in Word, WPS or LibreOffice and save it as .docx (`soffice --headless --convert-to docx FILE`)";

/// How files begin that are not read: with what they are and the way out.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (
        b"%PDF",
        "it is a PDF, which says where letters stand on a page and not how they follow each other",
        "take its text out (`pdftotext FILE.pdf FILE.txt`), mend the line breaks, and import that",
    ),
    (b"\xd0\xcf\x11\xe0", "it is an old Office file (.doc, .wps), or one with a password", CONVERT),
    (b"{\\rtf", "it is a rich text file (.rtf)", CONVERT),
    (b"<!DOCTYPE", "it is a web page", CONVERT),
    (b"<!doctype", "it is a web page", CONVERT),
    (b"<html", "it is a web page", CONVERT),
    (b"<?xml", "it is XML", CONVERT),
    (
        b"\xff\xfe",
        "it is text in UTF-16",
        "save it in UTF-8: `iconv -f UTF-16 -t UTF-8 FILE > NEW.txt`, or Notepad's “Save as”",
    ),
    (
        b"\xfe\xff",
        "it is text in UTF-16",
        "save it in UTF-8: `iconv -f UTF-16 -t UTF-8 FILE > NEW.txt`, or Notepad's “Save as”",
    ),
    (b"\x89PNG", "it is a picture", "have its text recognised (OCR) and import that"),
    (b"\xff\xd8\xff", "it is a picture", "have its text recognised (OCR) and import that"),
];

/// What kind of file it is; a kind that is not read is an error.
pub(super) fn recognise(bytes: &[u8]) -> Result<Format<'_>, ImportError> {
    if let Some((_, what, help)) = OTHERS.iter().find(|(start, ..)| bytes.starts_with(start)) {
        return Err(ImportError::Unreadable { what: (*what).to_owned(), help });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Format::Docx);
    }
    if bytes.contains(&0) {
        let help = "save it as text in UTF-8 (.txt, .md), or as .docx";
        return Err(ImportError::Unreadable { what: "it is no text: there is a zero byte in it".to_owned(), help });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ImportError::Unreadable {
        what: format!("it is not UTF-8 (byte {} fits no character)", error.valid_up_to()),
        help: "an older Chinese file may be in GB18030: `iconv -f GB18030 -t UTF-8 FILE > NEW.txt`",
    })?;
    Ok(Format::Text(text.trim_start_matches('\u{feff}')))
}

/// A file that begins like a Word document and is none.
pub(super) fn broken_docx(wrong: String) -> ImportError {
    ImportError::Unreadable { what: format!("it is no Word document that can be read: {wrong}"), help: CONVERT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_how_they_begin() {
        assert_eq!(recognise("\u{feff}一".as_bytes()), Ok(Format::Text("一")));
        assert_eq!(recognise(b"PK\x03\x04"), Ok(Format::Docx));
        for (start, way_out) in [
            (&b"%PDF-1.7"[..], "pdftotext"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "soffice"),
            (b"{\\rtf1", "soffice"),
            (b"\xff\xfe\x00\x4e", "iconv -f UTF-16"),
            (b"\xd6\xd0\xce\xc4", "iconv -f GB18030"),
            (b"a\0b", "UTF-8"),
        ] {
            let refusal = recognise(start).unwrap_err().to_string();
            assert!(refusal.contains("\n  help: ") && refusal.contains(way_out), "{refusal}");
        }
    }
}
