//! A document that nobody prepared for questions: no synonyms, no ways to ask, everyday words that it does not use.

use std::process::Command;

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};

use crate::whole::Whole;

/// Rules of a club, as somebody typed them.
const RULES: &str = "# 图书室守则\n\n## 开放时间\n\n图书室每日九时开放，二十一时关闭，节假日闭馆。\n\n## 借阅\n\n每位读者可借图书三册，\
    借期四十日，逾期每日收取滞纳金一角。\n\n## 打卡\n\n值班员需刷卡签到，每日早晚各一次，忘记打卡的须在当日补签。\n\n## 历史\n\n图书室于二〇一九年\
    由捐款三十五万元建成。\n\n## 噪音\n\n室内禁止喧哗，手机应当静音。\n";

#[tokio::test]
async fn what_comes_near_is_shown_as_that_and_nothing_is_claimed() {
    let whole = Whole::start_on(RULES).await;
    let said = whole.ask(STUDENT, STUDENT, "借书超过时间会怎样").await;
    assert!(said.text().starts_with("不确定，最接近的是："), "{}", said.text());
    assert!(said.text().contains("滞纳金") && said.text().contains("图书室守则"), "{}", said.text());
    let pressed = whole.press(STUDENT, STUDENT, &said, "借阅");
    whole.notice(&pressed).await;
    let opened = whole.heard(STUDENT, 2).await.pop().unwrap();
    assert!(opened.text().contains("借期四十日"), "{}", opened.text());
}

#[tokio::test]
async fn in_a_group_only_the_nearest_is_shown() {
    let whole = Whole::start_on(RULES).await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    let said = whole.ask(GROUP, MAYA, "/ask 借书超过时间会怎样").await;
    assert!(said.text().contains("The closest I found"), "{}", said.text());
    let titles = ["开放时间", "借阅", "打卡", "历史", "噪音"];
    let bold = titles.iter().filter(|title| said.text().lines().any(|line| line == **title)).count();
    assert_eq!(bold, 1, "{}", said.text());
}

#[tokio::test]
async fn what_has_nothing_in_common_is_refused() {
    let whole = Whole::start_on(RULES).await;
    for question in ["怎么办护照", "昨天的球赛谁赢了", "how do I bake bread"] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains("没有讲到"), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn whatever_measure_word_a_question_counts_with_needs_not_stand_in_the_text() {
    let whole = Whole::start_on(RULES).await;
    for (question, answer) in [("借期有几天", "四十日"), ("每位读者可借几本图书", "三册"), ("图书室几点开放", "九时")]
    {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(answer) && !said.text().contains("不确定"), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn a_year_or_a_sum_that_the_text_contradicts_is_never_sure() {
    let whole = Whole::start_on(RULES).await;
    for question in ["图书室是2018年建成的吗", "图书室是二〇二〇年建成的吗", "图书室由捐款五十三万元建成"]
    {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().starts_with("不确定"), "{question}: {}", said.text());
        assert!(said.text().contains("二〇一九年"), "the text's own figure is shown: {}", said.text());
    }
    for question in ["图书室是2019年建成的吗", "图书室由捐款35万元建成"] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(!said.text().contains("不确定"), "{question}: {}", said.text());
    }
}

#[test]
fn the_command_names_the_outcome_and_ends_with_one_where_nothing_is_sure() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.md"), RULES).unwrap();
    for (question, outcome, code) in
        [("借期多长", "sure", 0), ("借书超过时间会怎样", "maybe", 1), ("怎么办护照", "not_covered", 1)]
    {
        let asked = Command::new(env!("CARGO_BIN_EXE_wengu"))
            .args(["ask", "--json", question])
            .env("WENGU_CONTENT__DIR", folder.path())
            .output()
            .unwrap();
        let line: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap();
        assert_eq!((line["outcome"].as_str(), asked.status.code()), (Some(outcome), Some(code)), "{line}");
        assert_eq!(line["answered"].as_bool(), Some(code == 0), "{line}");
    }
}
