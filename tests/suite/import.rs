//! Texts in other formats, made into documents.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use wengu::content::import::{ImportError, id_for, import};
use wengu::content::model::{Document, DocumentId, Number};

fn id() -> DocumentId {
    DocumentId::parse("doc").unwrap()
}

fn imported(text: &str) -> Document {
    let imported = import(&id(), "文件", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    // 各单位： asks nothing.
    let telling = imported.document.sections.iter().filter(|section| !section.title.ends_with('：'));
    assert_eq!(imported.questions.len(), telling.count().min(10));
    imported.document
}

const SPEECH: &str = "关于工作作风的报告\n\
    近来有几件事值得反思。一是开会太多，没有时间下去。主要原因是怕担责任。二是材料太长，没有人看。\n\
    三是检查太密，基层叫苦。例如某镇一周接待六批检查。\n\
    针对这些问题，我们采取了措施。一是少开会，每周不超过一次。二是写短文，不超过两页。三是合并检查，一月一次。通过努力，取得了一定成效。\n\
    下一步，我们将把做法写成制度。\n";

#[test]
fn a_report_becomes_problems_measures_results_and_next_steps_that_point_at_each_other() {
    let document = imported(SPEECH);
    let ids: Vec<_> = document.sections.iter().map(|section| section.id.as_str()).collect();
    let expected = "problems problem-1 problem-2 problem-3 measures measure-1 measure-2 measure-3 results next-steps";
    assert_eq!(ids.join(" "), expected);
    let third = &document.sections[3];
    assert_eq!((third.title.as_str(), third.number, third.parent), ("检查太密", Some(Number::new(3)), Some(0)));
    assert_eq!(third.related[0].as_str(), "measure-3");
    assert_eq!(document.sections[7].related[0].as_str(), "problem-3");
    assert_eq!(document.title, "关于工作作风的报告");
    assert_eq!(document.series[0].name, "measure");
    let passages: Vec<_> = document.facets.iter().filter_map(|f| f.within.as_ref().map(|_| f.name.as_str())).collect();
    assert_eq!(passages, ["cause", "case"]);
}

#[test]
fn a_text_brings_the_words_that_people_use_for_what_it_says() {
    let document = imported("章程\n\n一、作风\n\n反对形式主义，不许走过场。\n\n二、学习\n\n每月一次。\n");
    let says = |word: &str| document.synonyms.iter().any(|set| set.iter().any(|other| other == word));
    assert!(says("做样子") && says("formalism"), "{:?}", document.synonyms);
    assert!(!says("贪污"), "no word of that set is in the text");
}

#[test]
fn the_points_of_a_notice_are_sections_in_text_and_in_markdown() {
    let points = "各班：\n\n一、提高认识。天冷路滑，大家要当心。\n\n二、加强领导。成立小组。\n\n小组由七人组成。\n\n三、本通知今天起施行。\n";
    let sections = |file: &str, text: &str| -> Vec<String> {
        let document = import(&id(), file, text.as_bytes()).unwrap().document;
        document.sections.iter().map(|section| section.text()).collect()
    };
    let said = [
        "一、提高认识。天冷路滑，大家要当心。",
        "二、加强领导。成立小组。\n小组由七人组成。",
        "三、本通知今天起施行。",
    ];
    let text = sections("通知.txt", &format!("关于冬季出行的通知\n\n{points}"));
    let markdown = sections("通知.md", &format!("# 关于冬季出行的通知\n\n{points}"));
    assert_eq!((text.len(), text.len()), (4, markdown.len()), "{text:?} {markdown:?}");
    for (index, said) in said.iter().enumerate() {
        assert_eq!((text[index + 1].as_str(), markdown[index + 1].as_str()), (*said, *said));
    }
}

#[test]
fn an_official_text_keeps_its_levels() {
    let document = imported(
        "关于加强学习的意见\n各单位：\n　　现提出如下意见。\n一、总体要求\n（一）指导思想。坚持读书。\n（二）目标。读完十本书。\n\
         二、主要措施\n（一）定期读书。每周一次。\n1.周一读。\n2.周五谈。\n（二）交流心得。一是口头说。二是书面写。\n三、组织领导\n由读书会负责。\n",
    );
    let outline: Vec<_> =
        document.sections.iter().map(|s| format!("{}{}", "  ".repeat(s.level as usize - 1), s.id)).collect();
    insta::assert_snapshot!(outline.join("\n"));
}

#[test]
fn a_regulation_of_120_articles_keeps_every_character_and_every_number() {
    let text = regulation();
    let document = imported(&text);
    let articles: Vec<_> = document.with_class("article").collect();
    assert_eq!(articles.len(), 120);
    for (index, article) in articles.iter().enumerate() {
        assert_eq!(article.number, u32::try_from(index + 1).ok().map(Number::new));
        assert_eq!(article.id.as_str(), format!("article-{}", index + 1));
    }
    let said: String = document.sections.iter().map(|section| section.title.clone() + &section.text()).collect();
    let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(solid(&document.title) + &solid(&said), solid(&text));
}

fn regulation() -> String {
    let mut text = "读书会管理条例\n".to_owned();
    for article in 1..=120 {
        if article % 20 == 1 {
            text += &format!("第{}章　事项之{}\n", numeral(article / 20 + 1), numeral(article / 20 + 1));
        }
        text += &format!(
            "　　第{}条　会员有第{article}项*权利*_和_义务，见 [附件] <{article}> #{article}。\n",
            numeral(article)
        );
        if article % 7 == 0 {
            text += "　　（一）按时到会；\n　　（二）带书：\n1. 自己的；\n- 借来的。\n";
        }
    }
    text
}

fn numeral(number: usize) -> String {
    let digit = |d: usize| "零一二三四五六七八九".chars().nth(d).unwrap().to_string();
    match number {
        0..=9 => digit(number),
        10..=19 => format!("十{}", if number == 10 { String::new() } else { digit(number - 10) }),
        20..=99 => {
            digit(number / 10) + "十" + &if number.is_multiple_of(10) { String::new() } else { digit(number % 10) }
        }
        _ => match number % 100 {
            0 => "一百".to_owned(),
            rest @ 1..=9 => format!("一百零{}", digit(rest)),
            rest @ 10..=19 => format!("一百一{}", numeral(rest)),
            rest => format!("一百{}", numeral(rest)),
        },
    }
}

#[test]
fn markdown_keeps_its_text_and_gets_ids() {
    let imported = import(&id(), "文件", "# 章程\n\n一。\n\n## 会员 {.x}\n\n二。\n".as_bytes()).unwrap();
    let expected = "# 章程 {#zhang-cheng .section}\n\n一。\n\n## 会员 {#hui-yuan .section .x}\n\n二。\n";
    assert!(imported.markdown.ends_with(expected), "{}", imported.markdown);
    assert_eq!(imported.document.title, "章程");
}

#[test]
fn what_cannot_be_imported_is_refused_with_the_reason() {
    assert_eq!(import(&id(), "x", "\u{feff} \n\n".as_bytes()).unwrap_err(), ImportError::Empty);
    let broken = import(&id(), "x", "# 一 {related=nowhere}\n\n文。\n".as_bytes()).unwrap_err();
    assert!(broken.to_string().contains("nowhere"));
}

#[test]
fn ids_stay_when_the_text_around_a_section_changes() {
    let ids = |text: &str| imported(text).sections.iter().map(|s| s.id.to_string()).collect::<Vec<_>>();
    let more = SPEECH.replace("近来", "读书会成立一年了。\n近来").replace("二是写短文", "二是少发文，写短文");
    let (before, after) = (ids(SPEECH), ids(&more));
    assert_eq!(ids(SPEECH), before);
    assert!(before.iter().all(|id| after.contains(id)), "{before:?} {after:?}");
}

/// Runs `wengu` with the documents of a folder.
fn wengu(content: &Path, arguments: &[&str]) -> String {
    let mut wengu = Command::new(env!("CARGO_BIN_EXE_wengu"));
    let run = wengu.args(arguments).env("WENGU_CONTENT__DIR", content).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn ten_questions_to_try_are_printed_and_the_document_answers_each() {
    let folder = tempfile::tempdir().unwrap();
    let (file, content) = (folder.path().join("报告.txt"), folder.path().join("content"));
    fs::write(&file, SPEECH).unwrap();
    let told = wengu(&content, &["import", file.to_str().unwrap()]);
    let asks: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("  wengu ask ")).collect();
    assert_eq!(asks.len(), 10, "{told}");
    wengu(&content, &["check"]);
    let questions = folder.path().join("questions");
    fs::write(&questions, asks.join("\n")).unwrap();
    for line in wengu(&content, &["ask", "--batch", questions.to_str().unwrap()]).lines() {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(answer["answered"], true, "{line}");
    }
}

#[test]
fn names_of_files_become_ids() {
    assert_eq!(id_for("reflection_2").as_str(), "reflection_2");
    let [labour, civil] = ["中华人民共和国劳动法", "中华人民共和国民法典"].map(id_for);
    assert_ne!(labour, civil);
    assert_eq!(id_for("中华人民共和国劳动法"), labour);
}

/// The text that the bundled document was made from, where it lies beside the clone.
fn source_text() -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../shared/seed", "../../shared/seed"].map(|folder| root.join(folder));
    let file = folders.iter().filter_map(|f| fs::read_dir(f).ok()).flatten().flatten().next()?;
    Some(fs::read_to_string(file.path()).unwrap())
}

#[test]
fn the_source_as_it_is_imported_answers_the_study_questions() {
    let Some(source) = source_text() else { return };
    let folder = tempfile::tempdir().unwrap();
    let imported = import(&id(), "文件", source.as_bytes()).unwrap();
    fs::write(folder.path().join("doc.md"), imported.markdown).unwrap();
    let questions = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/study-dev.tsv");
    wengu(folder.path(), &["eval", questions.to_str().unwrap(), "--min-hit", "0.9"]);
}

#[test]
fn the_source_of_the_bundled_document_falls_into_its_five_problems_and_five_measures() {
    let Some(source) = source_text() else { return };
    let document = imported(&source);
    assert_eq!(document.with_class("problem").count(), 5);
    assert_eq!(document.with_class("measure").count(), 5);
    assert_eq!(document.with_class("next").count(), 1);
    assert_eq!(document.with_class("result").count(), 1);
    for problem in document.with_class("problem") {
        assert_eq!(problem.related[0].as_str(), format!("measure-{}", problem.number.unwrap()));
    }
}

proptest! {
    #[test]
    fn any_markdown_is_kept_or_refused(
        text in r"((# |## |- |> |::: |!!! note |=== |%%|\$\$|```|\*\*|<p>|<!--|\[\^1\]: |第[一二]{1,2}[章条]( |是)|[1-2]\.[1-2] |问：|Chapter I |!\[|\[\[|\|)?.{0,10}(\*\*|\]\]|-->|</p>|\$|：|。|\|)?\n{0,2}){0,12}",
    ) {
        let kept = import(&id(), "book.md", text.as_bytes());
        prop_assert!(!matches!(kept, Err(ImportError::NotKept)), "not kept: {text:?}");
    }

    #[test]
    fn any_text_is_kept_or_refused(
        text in r"((第[一二十]{1,2}[章条] |[一二三]、|（[一二]）|[1-3]\.|[一二三]是)?.{0,12}[。，；]?\n?){0,12}",
    ) {
        // `import` compares what it wrote with what it read; it must never have to say that they differ.
        let kept = import(&id(), "文件", text.as_bytes());
        prop_assert!(!matches!(kept, Err(ImportError::NotKept)), "not kept: {text:?}");
    }
}
