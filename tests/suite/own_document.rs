//! A document of one's own, as people bring it: imported by the command, asked by number and by heading, subscribed to.

use wengu::content::import::import;
use wengu::content::model::DocumentId;
use wengu::sandbox::scene::STUDENT;
use wengu::sandbox::world::entities::Kind;

use crate::whole::Whole;

/// An excerpt of a regulation: chapters as headings, articles as paragraphs, one that was put in later.
const EXCERPT: &str = "# 借阅办法（摘录）\n\n## 第二章 借书\n\n第五条　每人每次可以借三本书，期限四十天。\n\n第六条　逾期不还的，每天收一角钱。\n\n\
    孩子逾期不还的，不收钱。\n\n第六条之一　遗失的，照原价赔偿。\n\n## 第三章 还书\n\n第七条　违反第五条规定的，停借一个月。\n\n\
    第八条　还书时检查有无破损。\n";

/// A bot on what the import makes of a Markdown file.
async fn on(text: &str) -> Whole {
    let imported = import(&DocumentId::parse("book").unwrap(), "book", text.as_bytes()).unwrap();
    Whole::start_on(&imported.markdown).await
}

#[tokio::test]
async fn an_article_is_found_by_the_number_that_stands_in_the_text() {
    let whole = on(EXCERPT).await;
    for (question, answer) in [
        ("第五条", "三本书"),
        ("第 8 条说了什么", "破损"),
        ("第六条之一", "原价"),
        ("第6-1條", "原价"),
        ("8条", "破损"),
        ("第六条第二款", "孩子"),
        ("what does article 7 say", "停借"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(answer), "{question}: {}", said.text());
    }
    let second = whole.ask(STUDENT, STUDENT, "第六条第二款").await;
    assert!(second.text().contains("一角钱"), "the article around it: {}", second.text());
    let bold: Vec<_> = second.entities().iter().filter(|entity| entity.kind == Kind::Bold).collect();
    assert_eq!(bold.len(), 1, "the paragraph is marked: {:?}", second.entities());
    let text: Vec<u16> = second.text().encode_utf16().skip(bold[0].offset).take(bold[0].length).collect();
    assert_eq!(String::from_utf16(&text).unwrap(), "孩子逾期不还的，不收钱。");
}

#[tokio::test]
async fn a_number_that_is_not_there_is_said_not_to_be_there_with_what_there_is() {
    let whole = on(EXCERPT).await;
    for missing in ["第一条", "第五十条讲什么", "第5-2条"] {
        let said = whole.ask(STUDENT, STUDENT, missing).await;
        assert!(said.text().contains("第五条到第八条"), "{missing}: {}", said.text());
    }
    let english = whole.ask(wengu::sandbox::scene::MAYA, wengu::sandbox::scene::MAYA, "article 50").await;
    assert!(english.text().contains("no article 50: its articles run from 5 to 8"), "{}", english.text());
}

#[tokio::test]
async fn a_heading_without_text_answers_with_what_is_under_it() {
    let whole = on(EXCERPT).await;
    for question in ["第三章讲什么", "还书", "第三章有哪些条文"] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        for part in ["第三章 还书", "第七条", "第八条"] {
            assert!(said.text().contains(part), "{question} lacks {part}: {}", said.text());
        }
        assert!(!said.text().contains("第五条　"), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn every_imported_document_can_be_subscribed_to() {
    let handbook = "# 新人手册\n\n## 上班\n\n九点到岗。\n\n## 请假\n\n提前一天说。\n";
    for (text, first, second) in [(EXCERPT, "三本书", "一角钱"), (handbook, "九点到岗", "提前一天")] {
        let whole = on(text).await;
        whole.ask(STUDENT, STUDENT, "/subscribe").await;
        for (count, section) in [(2, first), (3, second)] {
            whole.to_next_reminder().await;
            let reminder = whole.heard(STUDENT, count).await.pop().unwrap();
            assert!(reminder.text().contains(section), "{}", reminder.text());
            whole.settled(count - 1).await;
        }
    }
}

/// The headings that the import makes of a file, with their level, and the document's title.
fn outline(file: &str, text: &str) -> (String, Vec<String>) {
    let imported = import(&DocumentId::parse("book").unwrap(), file, text.as_bytes()).unwrap();
    let sections = imported.document.sections.iter();
    let headings = sections.map(|section| format!("{} {}", section.level, section.title)).collect();
    (imported.document.title, headings)
}

#[test]
fn numbering_of_every_kind_is_cut_alike_in_text_and_in_markdown() {
    let kinds = [
        // A law with parts, branches, and an article without a space before the next.
        (
            "第一编 总则\n\n第一分编 通则\n\n第一章 基本规定\n\n第一节 目的\n\n第一条 为了学习。\n\n第十一条规定的积分，另行计算。\n\n\
             第二条 每周一次。\n\n第二条之一 可以请假。\n\n第二章 附则\n\n第三条 公布即行。",
            "1 第一编 总则|2 第一分编 通则|3 第一章 基本规定|4 第一节 目的|5 第一条|5 第二条|5 第二条之一|3 第二章 附则|4 第三条",
        ),
        // Traditional, with digits.
        (
            "第 一 章 總則\n\n第 1 條\n\n為規定標準。\n\n第 84-1 條\n\n另行約定。\n\n第三節 附則\n\n第 85 條\n\n施行。",
            "1 第 一 章 總則|2 第 1 條|2 第 84-1 條|2 第三節 附則|3 第 85 條",
        ),
        // Articles begin anew in each chapter.
        (
            "第一章 甲\n\n第一条 子。\n\n第二条 丑。\n\n第二章 乙\n\n第一条 寅。",
            "1 第一章 甲|2 第一条|2 第二条|1 第二章 乙|2 第一条",
        ),
        // Without a space behind the number.
        ("第一章总则\n\n第一条为了学习。\n\n第二条每周一次。\n\n第一条规定的除外。", "1 第一章总则|2 第一条|2 第二条"),
        ("第一讲 开头\n\n今天讲读书。\n\n第二讲 结尾\n\n今天讲完了。", "1 第一讲 开头|1 第二讲 结尾"),
        (
            "第一单元 春\n\n第1课 花\n\n花开了。\n\n第2课 草\n\n草绿了。\n\n第二单元 夏\n\n第3课 荷\n\n荷开了。",
            "1 第一单元 春|2 第1课 花|2 第2课 草|1 第二单元 夏|2 第3课 荷",
        ),
        (
            "1 绪论\n\n1.1 背景\n\n背景很长。\n\n1.1.1 国内\n\n国内很多。\n\n1.2 意义\n\n增长了 1.5 倍。\n\n2 方法\n\n2.1 数据\n\n数据很多。",
            "1 1 绪论|2 1.1 背景|3 1.1.1 国内|2 1.2 意义|1 2 方法|2 2.1 数据",
        ),
        (
            "Chapter 1. Members\n\nArticle 1. Adults may join.\n\nArticle 2. Article 1 applies to all.\n\nChapter 2. Money\n\nArticle 3. A fee is paid.",
            "1 Chapter 1. Members|2 Article 1|2 Article 2|1 Chapter 2. Money|2 Article 3",
        ),
        (
            "问：几点开门？\n\n答：九点。\n\n问：几点关门？\n\n答：五点。\n\n周末不开。",
            "1 问：几点开门？|1 问：几点关门？",
        ),
    ];
    for (text, expected) in kinds {
        let (_, plain) = outline("book.txt", text);
        assert_eq!(plain.join("|"), expected, "as text");
        let (title, marked) = outline("book.md", &format!("---\ntitle: 书\n---\n{text}\n\n- 一项\n"));
        assert_eq!((title.as_str(), marked.join("|").as_str()), ("书", expected), "as Markdown");
    }
}

#[test]
fn a_table_of_contents_is_dropped_and_items_that_come_again_are_not() {
    let law = "管理办法\n目　录\n第一章 总则……1\n第二章 附则……3\n第一章 总则\n第一条 为了学习。\n（一）甲；\n（二）乙。\n第二条 下列各项：\n\
               （一）甲；\n（二）乙。\n第二章 附则\n第三条 施行。\n";
    let imported = import(&DocumentId::parse("book").unwrap(), "x.txt", law.as_bytes()).unwrap();
    let dropped: Vec<&str> = imported.report.dropped().iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(dropped, ["目录", "第一章 总则……1", "第二章 附则……3"]);
    assert_eq!(imported.markdown.matches("（一）甲；").count(), 2);
    assert_eq!(imported.document.title, "管理办法");
}

#[test]
fn verse_and_dialogue_stay_together_and_long_prose_is_cut() {
    let verse = "静夜思\n\n床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n";
    assert_eq!(outline("x.txt", verse).1.len(), 1);
    let talk = "会谈\n甲：你来了。\n乙：我来了。\n甲：坐。\n";
    assert_eq!(outline("x.txt", talk), ("会谈".to_owned(), vec!["1 会谈".to_owned()]));
    let prose = format!("纪要\n{}", format!("会议讨论了预算，{}。\n", "大家发言".repeat(100)).repeat(10));
    let (_, sections) = outline("x.txt", &prose);
    assert_eq!(sections.len(), 4, "{sections:?}");
}

/// Runs `wengu` in a folder; its exit code, and what it said on both streams.
fn run(folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let mut wengu = std::process::Command::new(env!("CARGO_BIN_EXE_wengu"));
    let run = wengu.args(arguments).current_dir(folder).env("WENGU_CONTENT__DIR", "content").output().unwrap();
    let said = [run.stdout, run.stderr].concat();
    (run.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn two_laws_that_begin_alike_come_in_and_a_newer_version_keeps_ids_and_hands_changes() {
    let home = tempfile::tempdir().unwrap();
    let law = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    law("中华人民共和国读书法.txt", "读书法\n第一条 为了读书。\n第二条 每天一页。\n第三条 读完为止。\n");
    law("中华人民共和国写字法.txt", "写字法\n第一条 为了写字。\n");
    let (code, said) = run(home.path(), &["import", "中华人民共和国读书法.txt", "中华人民共和国写字法.txt"]);
    assert_eq!(code, 0, "{said}");
    for part in ["title: 读书法 (the first line)", "encoding: UTF-8", "3 × 条文", "level 1: 3", "wengu ask 第2条"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    let (code, said) = run(home.path(), &["ask", "读书法第二条"]);
    assert!(code == 0 && said.contains("每天一页"), "{said}");

    let path = home.path().join("content/中华人民共和国读书法.md");
    let by_hand =
        std::fs::read_to_string(&path).unwrap().replace("读完为止。", "读完为止，再读一遍。\n\n> ? 什么时候算完");
    std::fs::write(&path, by_hand).unwrap();
    law("中华人民共和国读书法.txt", "读书法\n第一条 为了读书。\n第二条 每天两页。\n第三条 读完为止。\n第四条 施行。\n");
    let (_, shown) = run(home.path(), &["import", "--check", "中华人民共和国读书法.txt"]);
    assert!(shown.contains("added: 1 (第四条)") && shown.contains("changed: 1 (第二条)"), "{shown}");
    assert!(!std::fs::read_to_string(&path).unwrap().contains("每天两页"), "--check writes nothing");
    let (code, said) = run(home.path(), &["import", "中华人民共和国读书法.txt"]);
    let now = std::fs::read_to_string(&path).unwrap();
    assert!(code == 0 && said.contains("kept as changed by hand: 1 (第三条)"), "{said}");
    assert!(now.contains("每天两页") && now.contains("再读一遍") && now.contains("> ? 什么时候算完"), "{now}");
    assert!(now.contains("{#article-2 .article number=2}") && now.contains("第四条"), "{now}");
}

#[test]
fn a_file_that_fails_is_named_writes_nothing_and_the_others_come_in() {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(home.path().join(name), bytes).unwrap();
    write("好.txt", "好\n一。\n".as_bytes());
    write("空.txt", b"");
    write("假.docx", b"PK\x03\x04 no archive");
    write("深.md", format!("# 深\n\n{}字\n", ">".repeat(1_000_000)).as_bytes());
    write("旧.txt", &encoding_rs::GB18030.encode("旧书\n第一条 为了读书，大家都来。\n第二条 每天一页，不多不少。\n").0);
    let files = ["空.txt", "假.docx", "没有.txt", "好.txt", "旧.txt"];
    let (code, said) = run(home.path(), &[&["import"][..], &files].concat());
    assert_eq!(code, 1, "{said}");
    for part in
        ["`空.txt` was not imported: it holds no text", "`假.docx` was not imported", "`没有.txt` was not imported"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(said.contains("encoding: gb18030"), "{said}");
    let mut written: Vec<_> =
        std::fs::read_dir(home.path().join("content")).unwrap().map(|f| f.unwrap().file_name()).collect();
    written.retain(|name| !name.to_string_lossy().starts_with('.'));
    assert_eq!(written.len(), 2, "{written:?}");
    let (code, said) = run(home.path(), &["import", "深.md"]);
    assert!(code == 1 && said.contains("deeper than"), "{said}");
}

#[test]
fn a_file_that_was_not_imported_is_kept_beside_what_an_import_makes_of_its_name() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("content")).unwrap();
    let path = home.path().join("content/rules.md");
    let old = "# 一 {#first}\n\n亲手写的。\n";
    std::fs::write(&path, old).unwrap();
    std::fs::write(home.path().join("rules.md"), "# 一\n\n新的。\n\n# 二\n\n更新的。\n").unwrap();
    let (code, said) = run(home.path(), &["import", "rules.md"]);
    assert!(code == 0 && said.contains("kept as"), "{said}");
    assert_eq!(std::fs::read_to_string(home.path().join("content/.rules.md.before")).unwrap(), old);
    assert!(std::fs::read_to_string(&path).unwrap().contains("# 一 {#first}"), "its ids stay");
}

#[test]
fn a_law_whose_numbers_are_digits_is_asked_for_each_of_them_once() {
    let home = tempfile::tempdir().unwrap();
    let articles: String = (1..=12).map(|n| format!("第{n}条 第{n}类物品存放{n}天。\n")).collect();
    std::fs::write(home.path().join("仓库守则.txt"), format!("仓库守则\n{articles}")).unwrap();
    let (code, said) = run(home.path(), &["import", "仓库守则.txt"]);
    assert!(code == 0 && said.contains("12 of 12 of its own titles and numbers"), "{said}");
}
