//! What was refused or disliked: kept for whoever looks after the document, who makes it an answer.

use serde_json::Value;
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::World;
use wengu::sandbox::world::messages::Message;

use crate::whole::Whole;

fn listed(whole: &Whole) -> Vec<Value> {
    let out = whole.command(&["questions", "--json"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Presses 👍 or 👎, and gives what the presser is told.
async fn vote(whole: &Whole, chat: i64, user: i64, answer: &Message, label: &str) -> String {
    whole.recorded(chat).await;
    let press = whole.press(chat, user, answer, label);
    whole.notice(&press).await.unwrap()
}

#[tokio::test]
async fn a_refused_question_becomes_an_answer_by_one_command_and_a_restart() {
    let whole = Whole::start_with_own_documents(Vec::new()).await;
    for _ in 0..2 {
        whole.ask(STUDENT, STUDENT, "王五是谁").await;
    }
    whole.ask(TEACHER, TEACHER, "今天天气怎么样").await;
    whole.ask(TEACHER, TEACHER, "张三是谁").await;
    let open = listed(&whole);
    assert_eq!(open.len(), 2, "what was answered is not open: {open:?}");
    assert_eq!((&open[0]["count"], &open[0]["words"][0]), (&Value::from(2), &Value::from("王五")));
    assert_eq!(open[0]["text"], Value::Null, "the text is not kept");

    let id = open[0]["id"].as_str().unwrap();
    let added = whole.command(&["questions", "add", id, "problem-1", "--as", "王五是谁"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    assert!(whole.command(&["check"]).status.success(), "the document is sound");
    assert_eq!(listed(&whole).len(), 1, "what is answered is not open any more");
    let whole = whole.restart().await;
    let answer = whole.ask(STUDENT, STUDENT, "王五是谁").await;
    assert!(answer.text().contains("反思 › 思想教育"), "{}", answer.text());
}

#[tokio::test]
async fn a_dislike_opens_a_question_and_only_the_presser_is_told() {
    let whole = Whole::in_group().await;
    let answer = whole.ask(GROUP, STUDENT, "/ask 监督机制有什么漏洞").await;
    let before = whole.count(GROUP);
    assert_eq!(vote(&whole, GROUP, MAYA, &answer, "👎").await, "Noted, for whoever looks after the document.");
    vote(&whole, GROUP, STUDENT, &answer, "👎").await;
    let open = listed(&whole);
    assert_eq!((&open[0]["disliked"], &open[0]["section"]), (&Value::from(2), &Value::from("reflection/problem-3")));
    assert_eq!(vote(&whole, GROUP, MAYA, &answer, "👍").await, "Thank you!");
    assert_eq!(listed(&whole)[0]["disliked"], 1, "a person has one vote, and may change it");
    let untouched = whole.emulator.world().chat(GROUP).unwrap().messages[&answer.id].edited.is_none();
    assert!(untouched && whole.count(GROUP) == before, "the others read on");

    let question = whole.ask(STUDENT, STUDENT, "/forget").await;
    whole.press(STUDENT, STUDENT, &question, "删除");
    whole.until("it is done", |world| world.chat(STUDENT)?.messages.get(&question.id)?.edited.map(drop)).await;
    assert_eq!(listed(&whole), Vec::<Value>::new(), "what a person contributed goes with the person");
}

#[tokio::test]
async fn an_answer_that_is_shown_whole_can_still_be_voted_on() {
    let whole = Whole::start().await;
    let answer = whole.ask(STUDENT, STUDENT, "张三是谁").await;
    whole.press(STUDENT, STUDENT, &answer, "展开");
    let turned = |world: &World| {
        let message = world.chat(STUDENT)?.messages.get(&answer.id)?;
        message.edited.map(|_| message.clone())
    };
    let turned = whole.until("the whole section", turned).await;
    assert_eq!(vote(&whole, STUDENT, STUDENT, &turned, "👎").await, "记下了，维护文档的人会看到。");
    assert_eq!(listed(&whole)[0]["disliked"], 1);
}

#[tokio::test]
async fn the_text_is_kept_only_where_the_config_says_so() {
    let keep = ("WENGU_QUESTIONS__KEEP_TEXT", "true".to_owned());
    for (variables, kept) in [(Vec::new(), false), (vec![keep], true)] {
        let whole = Whole::start_with_own_documents(variables).await;
        whole.ask(STUDENT, STUDENT, "王五的退休金怎么算").await;
        let answer = whole.ask(STUDENT, STUDENT, "监督机制有什么漏洞").await;
        vote(&whole, STUDENT, STUDENT, &answer, "👎").await;
        let open = listed(&whole);
        let mut texts: Vec<&str> = open.iter().filter_map(|one| one["text"].as_str()).collect();
        texts.sort_unstable();
        let expected: &[&str] =
            if kept { &["王五的退休金怎么算", "监督机制有什么漏洞"] } else { &[] };
        assert_eq!(texts, expected);
        let words: Vec<&str> =
            open.iter().flat_map(|one| one["words"].as_array().unwrap()).filter_map(Value::as_str).collect();
        assert!(words.contains(&"王五"), "{open:?}");
    }
}

#[tokio::test]
async fn a_question_can_be_dropped_and_one_that_is_answered_by_an_edit_closes_itself() {
    let whole = Whole::start().await;
    whole.ask(TEACHER, TEACHER, "今天天气怎么样").await;
    let id = listed(&whole)[0]["id"].as_str().unwrap().to_owned();
    assert!(whole.command(&["questions", "drop", &id]).status.success());
    assert_eq!(whole.command(&["questions", "drop", &id]).status.code(), Some(1), "it is closed");

    let question = whole.say(STUDENT, STUDENT, "王五是谁");
    let answer = whole.heard(STUDENT, 1).await.pop().unwrap();
    whole.recorded(STUDENT).await;
    assert_eq!(listed(&whole).len(), 1);
    whole.emulator.world().edit(STUDENT, STUDENT, question, "张三是谁", whole.clock.now().0).unwrap();
    whole
        .until("the answer is edited", |world| {
            world.chat(STUDENT)?.messages.get(&answer.id)?.text().contains("思想教育").then_some(())
        })
        .await;
    assert_eq!(listed(&whole), Vec::<Value>::new());
}
