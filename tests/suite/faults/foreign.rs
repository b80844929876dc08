//! Files that somebody made to break whoever reads them: each is refused in words, or read, and never ends the program.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::import_docx::archive;

/// Longer than any reading takes, on a busy machine too.
const LONG: Duration = Duration::from_secs(60);

fn wengu(arguments: &[&str]) -> Output {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wengu"));
    let output = command.args(arguments).env("WENGU_TELEGRAM__TOKEN", "").output().unwrap();
    assert!(begun.elapsed() < LONG, "{arguments:?} took {:?}", begun.elapsed());
    output
}

/// The program came to an end of its own; gives the code and what it said.
fn ended(output: &Output) -> (i32, String) {
    let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
    let code = output.status.code().unwrap_or_else(|| panic!("ended by a signal ({}): {said}", output.status));
    (code, said)
}

fn import(folder: &Path, name: &str, bytes: &[u8]) -> (i32, String) {
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    let out = folder.join("out");
    let _ = std::fs::remove_dir_all(&out);
    ended(&wengu(&["import", file.to_str().unwrap(), "--out", out.to_str().unwrap()]))
}

/// A text between so many tags of each of these names.
fn nested(names: &[&str], levels: usize, text: &str) -> String {
    let open: String = names.iter().map(|name| format!("<w:{name}>")).collect();
    let close: String = names.iter().rev().map(|name| format!("</w:{name}>")).collect();
    format!("{}{text}{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn a_word_document_of_400_000_nested_elements_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = |name: &str, inside: &str| format!(r#"<w:{name} xmlns:w="w">{inside}</w:{name}>"#);
    let text = root("document", "<w:body><w:p><w:r><w:t>一</w:t></w:r></w:p></w:body>");
    let run = "<w:r><w:t>深</w:t></w:r>";
    for names in [&["sdt"][..], &["p"], &["r"], &["tbl", "tr", "tc"], &["p", "r", "txbxContent"], &["unheard"]] {
        for levels in [1_000, 400_000] {
            let deep = nested(names, levels / names.len(), run);
            let bytes = archive(&[("word/document.xml", &root("document", &root("body", &deep)))]);
            let (code, said) = import(folder.path(), "deep.docx", &bytes);
            assert!(code != 0 && said.contains("help:") && said.contains("deeper"), "{names:?}: {said}");
        }
    }
    for (part, name) in [("styles", "style"), ("numbering", "lvl"), ("footnotes", "footnote"), ("endnotes", "endnote")]
    {
        let deep = root(part, &nested(&[name], 400_000, ""));
        let bytes = archive(&[("word/document.xml", &text), (&format!("word/{part}.xml"), &deep)]);
        let (code, said) = import(folder.path(), "deep.docx", &bytes);
        assert!(code != 0 && said.contains(part) && said.contains("deeper"), "{said}");
    }
    let sound = nested(&["tbl", "tr", "tc"], 20, &format!("<w:p>{run}</w:p>"));
    let bytes = archive(&[("word/document.xml", &root("document", &root("body", &sound)))]);
    assert_eq!(import(folder.path(), "sound.docx", &bytes).0, 0);
}

#[test]
fn a_word_document_that_unpacks_to_more_than_a_book_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = format!("<d>{}</d>", " ".repeat(70 << 20));
    let (code, said) = import(folder.path(), "bomb.docx", &archive(&[("word/document.xml", &bomb)]));
    assert!(code != 0 && said.contains("larger than 64 MB"), "{said}");
    let attributes: String = (0..300_000).map(|n| format!(" a{n}=''")).collect();
    let wide = format!("<d{attributes}/>");
    let (code, said) = import(folder.path(), "wide.docx", &archive(&[("word/document.xml", &wide)]));
    assert!(code != 0 && said.contains("attributes"), "{said}");
}

#[test]
fn text_and_metadata_nested_as_deep_as_a_file_holds_end_no_program() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    std::fs::create_dir(&content).unwrap();
    let config = folder.path().join("wengu.toml");
    std::fs::write(&config, format!("[content]\ndir = {:?}\n", content.to_str().unwrap())).unwrap();
    const DEEP: usize = 100_000;
    let text = |inside: &str| format!("+++\ntitle = \"深\"\n+++\n# 深 {{#deep}}\n\n{inside}\n");
    let list: String = (0..500).map(|depth| format!("{}- 深\n", "  ".repeat(depth))).collect();
    let documents = [
        text(&format!("{}深", ">".repeat(DEEP))),
        text(&format!("{}深", "- ".repeat(DEEP))),
        text(&format!("{}深", "> - ".repeat(DEEP))),
        text(&format!("{}深{}", "*".repeat(DEEP), "*".repeat(DEEP))),
        text(&format!("{}深{}", "[".repeat(DEEP), "]".repeat(DEEP))),
        text(&"<a>".repeat(DEEP)),
        text(&"`".repeat(DEEP)),
        text(&list),
        format!("+++\ntitle = \"深\"\nsynonyms = {}{}\n+++\n# 深\n", "[".repeat(DEEP), "]".repeat(DEEP)),
        format!("+++\ntitle = \"深\"\n[{}a]\n+++\n# 深\n", "a.".repeat(DEEP)),
        format!("+++\ntitle = \"深\"\nseries = {}{}\n+++\n# 深\n", "{a=".repeat(DEEP), "}".repeat(DEEP)),
    ];
    for document in documents {
        std::fs::write(content.join("deep.md"), &document).unwrap();
        let (code, said) = ended(&wengu(&["--config", config.to_str().unwrap(), "check"]));
        let start: String = document.chars().take(80).collect();
        assert!((0..=2).contains(&code), "{start}: {said}");
        let (code, said) = import(folder.path(), "deep.txt", document.as_bytes());
        assert!((0..=2).contains(&code), "{start}: {said}");
    }
    for nested in [format!("a = {}{}", "[".repeat(DEEP), "]".repeat(DEEP)), format!("[{}a]", "a.".repeat(DEEP))] {
        std::fs::write(&config, nested).unwrap();
        let (code, _) = ended(&wengu(&["--config", config.to_str().unwrap(), "check"]));
        assert!(code > 0);
    }
}
