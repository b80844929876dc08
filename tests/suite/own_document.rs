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
