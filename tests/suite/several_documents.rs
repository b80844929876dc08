//! Several documents in one folder: a question that names one is answered from that one, or refused.

use wengu::sandbox::scene::STUDENT;

use crate::whole::{Whole, labels};

/// Rules with a title and articles that say the same of something else.
fn rules(title: &str, what: &str) -> String {
    let mut text = format!("+++\ntitle = \"{title}\"\n+++\n");
    for (n, (name, says)) in [("一", "由管理员登记"), ("二", "每日巡查两次"), ("三", "禁止堆放杂物")].iter().enumerate()
    {
        let n = n + 1;
        text.push_str(&format!("# 第{name}条 {{#a{n} .article number={n}}}\n\n{what}{says}。\n\n"));
    }
    text
}

async fn whole() -> Whole {
    let (lamp, pool) = (rules("丁湾路灯管理办法", "路灯"), rules("戊岭泳池管理办法（试行）", "泳池"));
    let staff = "+++\ntitle = \"己所职工守则\"\n+++\n# 作息\n\n职工每周工作五天。\n\n# 假期\n\n职工每年休假十二天。\n";
    Whole::start_on_all(&[("lamp", &lamp), ("pool", &pool), ("staff", staff)]).await
}

#[tokio::test]
async fn a_question_that_names_its_document_is_answered_from_that_one() {
    let whole = whole().await;
    for (question, says) in [
        ("《丁湾路灯管理办法》第二条", "路灯每日巡查两次"),
        ("《戊岭泳池管理办法》第二条", "泳池每日巡查两次"),
        ("戊岭泳池管理办法第3条", "泳池禁止堆放杂物"),
        ("丁湾路灯管理办法的第三条是什么", "路灯禁止堆放杂物"),
        ("戊岭泳池管理办法里每日巡查几次", "泳池每日巡查两次"),
        ("己所职工守则规定每年休假几天", "十二天"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(says), "{question}: {}", said.text());
        let other = if says.starts_with("路灯") { "泳池" } else { "路灯" };
        assert!(!said.text().contains(other), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn a_number_or_a_document_that_is_not_there_is_never_another_documents() {
    let whole = whole().await;
    for (question, says) in [
        ("《丁湾路灯管理办法》第九条", "《丁湾路灯管理办法》里没有第九条"),
        ("庚桥管理办法第二条", "没有《庚桥管理办法》"),
        ("《庚桥条例》第二条", "没有《庚桥条例》"),
        ("请问《路灯管理法》第一条是什么", "没有《路灯管理法》"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(says), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn a_number_without_a_name_asks_which_and_a_refusal_is_of_all() {
    let whole = whole().await;
    let said = whole.ask(STUDENT, STUDENT, "第二条").await;
    assert!(said.text().contains("路灯") && said.text().contains("泳池"), "{}", said.text());
    let said = whole.ask(STUDENT, STUDENT, "how do I bake bread").await;
    assert!(said.text().contains("3 份文档里都没有讲到"), "{}", said.text());
}

#[tokio::test]
async fn what_only_another_document_knows_is_unknown_in_the_one_that_is_named() {
    let whole = whole().await;
    for (question, word) in [("丁湾路灯管理办法规定每年休假几天", "休假"), ("己所职工守则里泳池几点巡查", "泳池")]
    {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains("没有讲到") && said.text().contains(word), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn a_chat_that_chose_none_is_shown_the_library_and_one_that_subscribed_its_own_document() {
    let whole = whole().await;
    let titles = ["丁湾路灯管理办法", "戊岭泳池管理办法", "己所职工守则"];
    for command in ["/start", "/help", "/topics", "/read"] {
        let reply = whole.ask(STUDENT, STUDENT, command).await;
        for title in titles {
            assert!(labels(&reply).iter().any(|label| label.contains(title)), "{command}: {:?}", labels(&reply));
        }
        assert!(command == "/read" || command == "/topics" || reply.text().contains("3 份文档"), "{}", reply.text());
    }
    whole.ask(STUDENT, STUDENT, "/subscribe").await;
    let topics = whole.ask(STUDENT, STUDENT, "/topics").await;
    assert!(topics.text().contains("《丁湾路灯管理办法》目录"), "{}", topics.text());
    let start = whole.ask(STUDENT, STUDENT, "/start").await;
    assert!(start.text().contains("丁湾路灯管理办法") && !start.text().contains("3 份"), "{}", start.text());
    // A question is still asked of all.
    let said = whole.ask(STUDENT, STUDENT, "职工每年休假几天").await;
    assert!(said.text().contains("十二天"), "{}", said.text());
}
