//! Several questions in one message: an answer to each, in one message.

use std::process::Command;

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};

use crate::whole::Whole;

/// Rules of an allotment garden.
const GARDEN: &str = "# 菜园公约\n\n## 地块\n\n每户承包地块四十平方米，按年续约。\n\n## 浇水\n\n浇水限早晚两个时段，旱季由水务组轮流供水。\n\n## 堆肥\n\n\
    堆肥箱由赵六管理，每周翻动一次。\n\n## 工具\n\n公用工具用后洗净归还，损坏照价赔偿。\n\n## 会费\n\n会费每年一百二十元，三月收取。\n\n## 访客\n\n访客由承包人陪同入园。\n";

#[tokio::test]
async fn each_question_of_a_message_gets_its_answer() {
    let whole = Whole::start_on(GARDEN).await;
    for (message, answers) in [
        ("会费每年多少钱？堆肥箱由谁管理？", &["一百二十元", "赵六"][..]),
        ("会费每年多少钱?访客怎么入园", &["一百二十元", "承包人陪同"]),
        ("1. 每户地块多大\n2. 公用工具损坏怎么赔偿\n3. 会费哪个月收取", &["四十平方米", "照价赔偿", "三月收取"]),
        ("①浇水限什么时段 ②堆肥多久翻动一次", &["早晚两个时段", "每周翻动"]),
        ("請問會費每年多少錢？公用工具損壞怎麼賠償？謝謝", &["一百二十元", "照价赔偿"]),
    ] {
        let said = whole.ask(STUDENT, STUDENT, message).await;
        for answer in answers {
            assert!(said.text().contains(answer), "{message}: {}", said.text());
        }
    }
    let said = whole.ask(STUDENT, STUDENT, "会费每年多少钱？怎么办护照？").await;
    assert!(said.text().contains("一百二十元") && said.text().contains("没有讲到"), "{}", said.text());
}

#[tokio::test]
async fn a_question_that_leans_on_another_is_not_torn_from_it() {
    let whole = Whole::start_on(GARDEN).await;
    for message in
        ["堆肥箱由谁管理？他每周做什么？", "会费每年多少钱？？", "会费每年多少钱？谢谢", "访客怎么入园？访客怎么入园？"]
    {
        let said = whole.ask(STUDENT, STUDENT, message).await;
        assert_eq!(said.text().matches("——").count(), 1, "{message}: {}", said.text());
    }
}

#[tokio::test]
async fn a_group_gets_all_answers_in_one_message_and_buttons_to_their_sections() {
    let whole = Whole::start_on(GARDEN).await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    let said = whole.ask(GROUP, MAYA, "/ask 会费每年多少钱？堆肥箱由谁管理？").await;
    assert!(said.text().contains("一百二十元") && said.text().contains("赵六"), "{}", said.text());
    let said = whole.ask(STUDENT, STUDENT, "会费每年多少钱？堆肥箱由谁管理？").await;
    let pressed = whole.press(STUDENT, STUDENT, &said, "堆肥");
    whole.notice(&pressed).await;
    let opened = whole.heard(STUDENT, 2).await.pop().unwrap();
    assert!(opened.text().contains("每周翻动"), "{}", opened.text());
}

#[test]
fn the_command_gives_the_parts_and_the_first_outcome_for_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("garden.md"), GARDEN).unwrap();
    let ask = |message: &str| {
        let asked = Command::new(env!("CARGO_BIN_EXE_wengu"))
            .args(["ask", "--json", message])
            .env("WENGU_CONTENT__DIR", folder.path())
            .output()
            .unwrap();
        serde_json::from_slice::<serde_json::Value>(&asked.stdout).unwrap()
    };
    let line = ask("会费每年多少钱？怎么办护照？堆肥箱由谁管理？公用工具损坏怎么赔偿？");
    let parts = line["parts"].as_array().unwrap();
    let outcomes: Vec<_> = parts.iter().map(|part| part["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["sure", "not_covered", "sure"], "three at most: {line}");
    assert_eq!(line["outcome"], "sure");
    assert_eq!(line["hits"][0], parts[0]["hits"][0]);
    assert!(line["reply"].as_str().unwrap().contains("赵六"), "{line}");
    assert!(ask("会费每年多少钱？").get("parts").is_none(), "one question has no parts");
}
