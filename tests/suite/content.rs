//! Documents: how they are read, and what the bundled one says.

use proptest::prelude::*;
use wengu::content::load::{load_folder, parse, read};
use wengu::content::model::{Block, Document, Number};
use wengu::content::write_ids::{Refusal, WriteError, with_ids, write_ids};

fn document(text: &str) -> Document {
    parse("doc.md", text).expect("the document is sound")
}

const SMALL: &str = r#"+++
title = "一份文件"
short = "文件"
synonyms = [["拆迁", "征收"]]
[series.measure]
label = "本周举措"
[facets.measure]
words = ["措施"]
+++
引言在前。

# 存在的问题 {#problems}

## 思想教育 {#p-1 .problem topic=思想,教育 number=1 related=m-1}
第一句，
接着说。*着重*的 [链接](https://example.org)。

- 一条\，不是两条
  - 里面
3. 第三

> 引来的话

> ? 干部为什么会腐败
> ? why do cadres turn corrupt

> ?? 你怎么看？

## 举措 {#m-1 .measure number=1 related=p-1}
做了。
"#;

#[test]
fn a_document_is_read_with_everything_it_says() {
    let document = document(SMALL);
    assert_eq!((document.title.as_str(), document.short.as_str()), ("一份文件", "文件"));
    assert_eq!(document.introduction, [Block::Paragraph("引言在前。".into())]);
    let problem = &document.sections[1];
    assert_eq!((problem.parent, problem.level, problem.line, problem.number), (Some(0), 2, 14, Some(Number::new(1))));
    assert_eq!((&*problem.classes, &*problem.topics), (&["problem".into()][..], &["思想".into(), "教育".into()][..]));
    assert_eq!(problem.related[0].as_str(), "m-1");
    assert_eq!(problem.asks, ["干部为什么会腐败", "why do cadres turn corrupt"]);
    assert_eq!(problem.think, ["你怎么看？"]);
    let item = |number, depth, text: &str| Block::Item { number, depth, text: text.into() };
    assert_eq!(
        problem.blocks,
        [
            Block::Paragraph("第一句，接着说。着重的 链接。".into()),
            item(None, 0, r"一条\，不是两条"),
            item(None, 1, "里面"),
            item(Some(3), 0, "第三"),
            Block::Quote("引来的话".into()),
        ]
    );
}

#[test]
fn windows_files_with_a_byte_order_mark_read_the_same() {
    let windows = format!("\u{feff}{}", SMALL.replace('\n', "\r\n"));
    assert_eq!(document(&windows), document(SMALL));
}

#[test]
fn plain_markdown_loads_with_ids_of_its_headings() {
    let document = document("# 总则\n\n一。\n\n## 依据\n\n二。\n\n## 依据\n\n三。\n");
    let ids: Vec<_> = document.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(ids, ["zong-ze", "yi-ju", "yi-ju-2"]);
    assert_eq!(document.title, "总则");
}

#[test]
fn escaped_punctuation_is_read_without_its_backslashes() {
    let text = r"\#\! a \* b \[c\] \\ \_d\_ \{e\}";
    let document = document(&format!("# t\n\n{text}\n"));
    assert_eq!(document.sections[0].text(), r"#! a * b [c] \ _d_ {e}");
}

#[test]
fn a_broken_document_is_refused_and_the_others_load() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).expect("a file");
    write("b.md", SMALL.as_bytes());
    write("a.md", b"# \xb9\xfe");
    write("c.md", b"# x {related=nowhere}\n\ny\n");
    write("notes.txt", b"not a document");
    write(".hidden.md", b"");
    let loaded = load_folder(folder.path());
    let ids: Vec<_> = loaded.library.iter().map(|document| document.id.as_str()).collect();
    assert_eq!(ids, ["b"]);
    assert_eq!(loaded.diagnostics.iter().filter(|d| d.message.contains("UTF-8")).count(), 1);
    assert_eq!(loaded.diagnostics.iter().filter(|d| d.message.contains("nowhere")).count(), 1);
}

#[test]
fn a_folder_without_documents_is_said_to_be_empty_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let empty = load_folder(folder.path());
    assert!(empty.library.is_empty() && empty.diagnostics[0].message.contains("no documents"));
    let missing = load_folder(&folder.path().join("missing"));
    assert!(missing.diagnostics[0].message.contains("cannot be read"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_places_inside_it(
        text in r"([#> ?{}.=+\-|`*\\\[\]<!a-c0-9\n\r\t]|\+\+\+\n|[一-三，。？]|.){0,200}",
    ) {
        let reading = read("doc.md", &text);
        let lines = text.matches('\n').count() + 1;
        for finding in &reading.diagnostics {
            prop_assert!((1..=lines).contains(&finding.line), "{finding}");
            let line = text.split('\n').nth(finding.line - 1).unwrap();
            prop_assert!(finding.column <= line.chars().count() + 1, "{finding}");
        }
        if let Some(document) = reading.document {
            for (index, section) in document.sections.iter().enumerate() {
                prop_assert_eq!(document.position(&section.id), Some(index));
                prop_assert!(section.related.iter().all(|id| document.section(id).is_some()));
            }
        }
    }
}

#[test]
fn every_mistake_is_said_in_one_run_with_its_place_and_the_way_out() {
    let reading = read("every-mistake.md", include_str!("../data/every-mistake.md"));
    assert_eq!(reading.document, None);
    let said: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn metadata_that_is_no_toml_is_refused_where_it_breaks() {
    let reading = read("doc.md", "+++\ntitle = \"一\"\nshort = [\n+++\n# 一\n\n文。\n");
    assert!(reading.document.is_none());
    assert!(reading.diagnostics.iter().any(|d| d.line == 3 && d.message.contains("cannot be read")));
    let reading = read("doc.md", "+++\ntitle = \"一\"\n# 一\n");
    assert_eq!(reading.diagnostics[0].message, "the metadata is never closed");
}

#[test]
fn a_file_of_any_name_is_a_document_and_its_metadata_may_name_its_id() {
    let document = |text: &str| read("content/学习材料.md", text).document.unwrap();
    assert!(document("# 一\n\n文。\n").id.as_str().starts_with("xue-xi-"));
    assert_eq!(document("+++\ntitle = \"一\"\nid = \"study\"\n+++\n# 一\n\n文。\n").id.as_str(), "study");
    let wrong = read("a.md", "+++\ntitle = \"一\"\nid = \"学\"\n+++\n# 一\n\n文。\n");
    assert!(wrong.document.is_none() && wrong.diagnostics[0].message.contains("is not a document id"));
}

#[test]
fn a_second_document_with_one_id_is_refused_and_the_first_stays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.md"), "# 甲\n\n文。\n").unwrap();
    std::fs::write(folder.path().join("b.md"), "+++\ntitle = \"乙\"\nid = \"a\"\n+++\n# 乙\n\n文。\n").unwrap();
    let loaded = wengu::content::load::load_folder(folder.path());
    let titles: Vec<&str> = loaded.library.iter().map(|document| document.title.as_str()).collect();
    assert_eq!(titles, ["甲"]);
    assert!(
        loaded.diagnostics.iter().any(|found| found.message.contains("is that of") && found.file.ends_with("b.md"))
    );
}

const NAMELESS: &str = "\u{feff}+++\r\ntitle = \"一\"\r\n[facets.a]\r\nwords = [\"甲\"]\r\n+++\r\n# 总则 #\r\n文。\r\n\r\n## 甲 {.a}\r\n文。\r\n\r\n\
    乙\r\n---\r\n文。\r\n\r\n## 丙 {#c}\r\n文。";

#[test]
fn missing_ids_are_written_and_nothing_else_is_touched() {
    let (written, count) = with_ids("doc.md", NAMELESS).unwrap();
    let expected = NAMELESS
        .replace("# 总则 #\r", "# 总则 # {#zong-ze}\r")
        .replace("{.a}", "{#jia .a}")
        .replace("乙\r", "乙 {#yi}\r");
    assert_eq!((written.as_str(), count), (expected.as_str(), 3));
    assert_eq!(with_ids("doc.md", &written), Ok((expected, 0)));
}

#[test]
fn ids_are_written_into_a_file_in_one_step_and_never_into_a_broken_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("doc.md");
    std::fs::write(&file, NAMELESS).unwrap();
    assert_eq!(write_ids(&file).unwrap(), 3);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), with_ids("doc.md", NAMELESS).unwrap().0);
    let broken = "# 一 {related=nowhere}\n\n文。\n";
    std::fs::write(&file, broken).unwrap();
    assert!(matches!(write_ids(&file), Err(WriteError::Refused { why: Refusal::Broken, .. })));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), broken);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
}

proptest! {
    #[test]
    fn writing_ids_changes_nothing_that_is_read(
        text in r"(#{1,3} [a-c一-三]{1,3}( #)?( \{\.x\})?( \{#[a-c]{1,9}\})?\n[一-三]{0,3}\n\n|[一-三]{1,3}\n(---|===)\n){1,6}",
    ) {
        if let Ok(before) = parse("doc.md", &text) {
            let (written, _) = with_ids("doc.md", &text).unwrap();
            prop_assert_eq!(parse("doc.md", &written).unwrap(), before);
            prop_assert_eq!(with_ids("doc.md", &written).unwrap().1, 0);
        }
    }
}

#[test]
fn check_says_each_kind_of_flaw_once_with_a_place_and_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let long = "长。".repeat(2_000);
    write(
        "a.md",
        &format!(
            "# 第一章 总则 {{#a}}\n\n{long}\n\n##没有空格\n\n见[下文](#nowhere)和注[^1]。\n\n## 同名 {{#b}}\n\n文。\n\n## 同名 {{#c}}\n\n## 空 {{#d}}\n"
        ),
    );
    write("b.md", "---\ntitle: 甲\n---\n\n# 甲 {#a}\n\n文。\n");
    write("c.txt", "文。");
    write("d.docx", "");
    // Articles that begin anew in each chapter are no flaw.
    let chapter = |n: usize| format!("# 第{n}章 {{#c{n}}}\n\n## 第一条 {{#a{n} .article number=1}}\n\n文。\n\n");
    write(
        "e.md",
        &format!("+++\ntitle = \"条例\"\n[series.article]\nlabel = \"条文\"\n+++\n{}{}", chapter(1), chapter(2)),
    );
    let said: Vec<String> =
        wengu::content::load::load_folder(folder.path()).diagnostics.iter().map(ToString::to_string).collect();
    for part in [
        "a.md:1:1: warning: the section `第一章 总则` has more than 3000 characters",
        "a.md:1:1: warning: the document is called like its chapter `第一章 总则`",
        "a.md:5:1: warning: `##没有空格` is no heading",
        "the link `#nowhere` leads nowhere",
        "there is no note `[^1]`",
        "a.md:13:1: warning: the title `同名` stands twice under one heading",
        "a.md:13:1: warning: the section `同名` is empty, and 1 more like it",
        "b.md:1:1: warning: the front matter between `---` is shown as text",
        "c.txt: warning: the file is no Markdown and is not read, and 1 more like it",
    ] {
        assert_eq!(said.iter().filter(|finding| finding.contains(part)).count(), 1, "{part} in {said:#?}");
    }
    assert!(!said.iter().any(|finding| finding.contains("e.md")), "{said:#?}");
}
