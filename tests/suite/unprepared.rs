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

/// A contract in the words of contracts.
const CONTRACT: &str = "# 物业服务合同\n\n## 服务费用\n\n物业服务费每平方米每月二元，业主应当按季度缴纳。\n\n## 车位\n\n地下车位由业主承租，\
    租金每月三百元，不得占用消防通道。\n\n## 犬只\n\n饲养犬只应当办理登记，外出时由成年人牵引。\n\n## 装修\n\n装修应当提出申请，夜间不得施工。\n\n\
    ## 废弃物\n\n生活废弃物应当分类投放。\n\n## 升降机\n\n升降机每月检查一次，困人时三十分钟内到场救援。\n\n## 投诉\n\n业主可以向服务中心投诉，\
    三个工作日内答复。\n\n## 解除\n\n双方协商一致的，可以解除本合同，十五日内办理交接。\n";

#[tokio::test]
async fn everyday_words_find_what_is_written_in_other_words() {
    let whole = Whole::start_on(CONTRACT).await;
    for (question, answer) in [
        ("养狗有什么要求", "牵引"),
        ("宠物要登记吗", "牵引"),
        ("半夜能装修吗", "夜间不得施工"),
        ("垃圾怎么扔", "分类投放"),
        ("电梯多久查一次", "每月检查一次"),
        ("被关在电梯里怎么办", "到场救援"),
        ("想告状找谁", "服务中心"),
        ("怎么取消合同", "协商一致"),
        ("停车位的租费", "三百元"),
        ("怎麼取消合同", "协商一致"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(answer), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn an_everyday_word_beside_a_stranger_claims_nothing() {
    let whole = Whole::start_on(CONTRACT).await;
    for question in ["电梯广告归谁所有", "水母宠物"] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        let sure = !said.text().starts_with("不确定") && !said.text().contains("没有讲到");
        assert!(!sure, "{question}: {}", said.text());
    }
}

#[test]
fn the_command_explains_what_was_found_by_which_pieces() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("contract.md"), CONTRACT).unwrap();
    let ask = |more: &[&str]| {
        let command = Command::new(env!("CARGO_BIN_EXE_wengu"))
            .args(["ask", "养狗的外星人"])
            .args(more)
            .env("WENGU_CONTENT__DIR", folder.path())
            .output()
            .unwrap();
        String::from_utf8(command.stdout).unwrap()
    };
    let line: serde_json::Value = serde_json::from_str(&ask(&["--json", "--explain"])).unwrap();
    let pieces = line["explain"]["pieces"].as_array().unwrap();
    let how = |text: &str| pieces.iter().find(|piece| piece["text"] == text).map(|piece| piece["held"][0].clone());
    assert_eq!(how("养狗").unwrap(), "meant", "{line}");
    assert_eq!(how("外星").unwrap(), "no", "{line}");
    assert!(line["explain"]["signs"]["unknown"].as_f64().unwrap() > 0.0, "{line}");
    assert!(ask(&["--explain"]).contains("外星"));
    assert!(!ask(&["--json"]).contains("explain"), "an answer alone is not explained");
}
