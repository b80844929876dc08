//! Bytes → text, or an archive to be read further. What a file is, its first bytes tell: names lie.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

use super::ImportError;

/// A file, decoded as far as its kind allows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// Text, plain or Markdown, with lines that end in `\n`, and the name of its encoding.
    Text(String, &'static str),
    /// A ZIP archive, which a Word document is.
    Archive,
}

/// What the way out is for most kinds.
const CONVERT: &str =
    "open it in Word, WPS or LibreOffice and save it as .docx (`soffice --headless --convert-to docx FILE`)";
const SCAN: &str = "have its text recognised (OCR) and import that";

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
    (b"\x89PNG", "it is a picture", SCAN),
    (b"\xff\xd8\xff", "it is a picture", SCAN),
    (b"GIF8", "it is a picture", SCAN),
    (b"\x1f\x8b", "it is a packed file (.gz)", "unpack it, and import what is in it"),
    (b"Rar!", "it is a packed file (.rar)", "unpack it, and import what is in it"),
    (b"7z\xbc\xaf", "it is a packed file (.7z)", "unpack it, and import what is in it"),
];

/// How much of a text the detector looks at, in bytes: a few pages tell.
const LOOKED_AT: usize = 256 << 10;

/// Of a thousand characters so many may be wrong before the text is taken for no text.
const WRONG: usize = 5;

/// Marks that show nothing and say nothing: a byte order mark in the middle of a text, places where a word may break.
pub(super) const INVISIBLE: [char; 4] = ['\u{200b}', '\u{2060}', '\u{feff}', '\u{ad}'];

/// Decodes a file; a kind that is not read is an error.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, ImportError> {
    if let Some((_, what, help)) = OTHERS.iter().find(|(start, ..)| bytes.starts_with(start)) {
        return Err(ImportError::Unreadable { what: (*what).to_owned(), help });
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Decoded::Archive);
    }
    let (text, encoding) = text(bytes)?;
    let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    let text = if text.contains(INVISIBLE) { text.replace(INVISIBLE, "") } else { text };
    Ok(Decoded::Text(text, encoding))
}

fn text(bytes: &[u8]) -> Result<(String, &'static str), ImportError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, wrong) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return match wrong && too_many_wrong(&text) {
            true => Err(no_text("its marks of encoding do not fit what follows them")),
            false => Ok((text.into_owned(), encoding.name())),
        };
    }
    if bytes.contains(&0) {
        return match wide_without_mark(bytes) {
            Some(found) => Ok(found),
            None => Err(no_text("there is a zero byte in it")),
        };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), UTF_8.name()));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(LOOKED_AT)], bytes.len() <= LOOKED_AT);
    let found = detector.guess(None, Utf8Detection::Deny);
    // GB18030 holds all of GBK; texts of few characters look like anything, and here they are Chinese.
    let guesses = [if found == GBK { GB18030 } else { found }, GB18030, BIG5];
    for encoding in guesses {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes);
        if !wrong && reads_as_text(&text) {
            return Ok((text.into_owned(), encoding.name()));
        }
    }
    let (text, _) = guesses[0].decode_without_bom_handling(bytes);
    if !too_many_wrong(&text) && reads_as_text(&text) {
        return Ok((text.into_owned(), guesses[0].name()));
    }
    Err(no_text("it fits none of UTF-8, UTF-16, GB18030 and Big5"))
}

/// UTF-16 without a mark: every second byte of its commonest characters (spaces, line ends, digits) is zero.
fn wide_without_mark(bytes: &[u8]) -> Option<(String, &'static str)> {
    [encoding_rs::UTF_16LE, encoding_rs::UTF_16BE].into_iter().find_map(|encoding| {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes);
        let sound = !wrong && !text.contains('\0') && reads_as_text(&text);
        sound.then(|| (text.into_owned(), encoding.name()))
    })
}

/// Whether nearly all of it are characters that people write: letters of Chinese, Latin or Cyrillic, marks and spaces.
fn reads_as_text(text: &str) -> bool {
    let (mut odd, mut all) = (0, 0);
    for c in text.chars() {
        all += 1;
        let common = matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{52f}' | '\u{2000}'..='\u{27bf}' | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{1f000}'..='\u{3ffff}');
        odd += usize::from(!common);
    }
    odd * 100 <= all
}

fn too_many_wrong(text: &str) -> bool {
    let wrong = text.chars().filter(|c| *c == '\u{fffd}').count();
    wrong * 1_000 > text.chars().count() * WRONG
}

fn no_text(why: &str) -> ImportError {
    let help = "save it as text in UTF-8 (.txt, .md), or as .docx";
    ImportError::Unreadable { what: format!("it is no text that can be read: {why}"), help }
}

/// A file that begins like a Word document and is none.
pub(super) fn broken_docx(wrong: String) -> ImportError {
    ImportError::Unreadable { what: format!("it is no Word document that can be read: {wrong}"), help: CONVERT }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "第一条　读书会的同志要按时还书，爱护书籍，不得转借他人。\n第二条　逾期不还的，应当交纳滞纳金。\n";
    const TRADITIONAL: &str =
        "第一條　讀書會的會員應當按時還書，愛護書籍，不得轉借他人。\n第二條　逾期不還的，應當繳納滯納金。\n";

    #[test]
    fn texts_are_read_in_their_encodings() {
        let wide = |text: &str, mark: bool| {
            let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
        };
        for (bytes, text, encoding) in [
            (TEXT.as_bytes().to_vec(), TEXT, "UTF-8"),
            (format!("\u{feff}{TEXT}").into_bytes(), TEXT, "UTF-8"),
            (GB18030.encode(TEXT).0.into_owned(), TEXT, "gb18030"),
            (BIG5.encode(TRADITIONAL).0.into_owned(), TRADITIONAL, "Big5"),
            (wide(TEXT, true), TEXT, "UTF-16LE"),
            (wide("ABC 第一条\n", false), "ABC 第一条\n", "UTF-16LE"),
            (b"a\r\nb\rc".to_vec(), "a\nb\nc", "UTF-8"),
        ] {
            assert_eq!(decode(&bytes), Ok(Decoded::Text(text.to_owned(), encoding)));
        }
    }

    #[test]
    fn files_that_are_no_text_are_refused_with_a_way_out() {
        assert_eq!(decode(b"PK\x03\x04"), Ok(Decoded::Archive));
        for (start, way_out) in [
            (&b"%PDF-1.7"[..], "pdftotext"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "soffice"),
            (b"{\\rtf1", "soffice"),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0", "UTF-8"),
            (b"\x1f\x8b\x08", "unpack"),
        ] {
            let refusal = decode(start).unwrap_err().to_string();
            assert!(refusal.contains("\n  help: ") && refusal.contains(way_out), "{refusal}");
        }
    }
}
