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

/// A manual in English.
const MANUAL: &str = "# Laboratory manual\n\n## Protective Equipment\n\nChemical splash goggles are worn at all times. Nitrile gloves are \
    changed every two hours.\n\n## Compressed Gas\n\nCylinders are chained to the wall and transported on a trolley.\n\n## Standard Operating \
    Procedures\n\nEvery procedure is signed by the officer and studied by all members.\n\n## Liquid Nitrogen\n\nNitrogen is handled with a \
    face shield, never in a closed room.\n\n## Waste Disposal\n\nSolvents are collected in red containers. Containers are picked up on \
    Tuesdays.\n\n## Fire\n\nOn an alarm, leave by the nearest stairwell. The assembly point is the car park.\n";

#[tokio::test]
async fn forms_initials_and_mistyped_words_in_latin_script_are_found() {
    let whole = Whole::start_on(MANUAL).await;
    for (question, answer) in [
        ("goggels", "splash goggles"),
        ("nitrgen handling", "face shield"),
        ("cilinders", "chained to the wall"),
        ("transporting cylinders", "trolley"),
        ("changing gloves", "two hours"),
        ("SOP", "signed by the officer"),
        ("who signs the procedures", "signed by the officer"),
        ("studying the procedure", "studied by all"),
        ("collecting solvent", "red containers"),
        ("when are containers picked up", "Tuesdays"),
        ("nearest stairwel", "stairwell"),
        ("assembley point", "car park"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(answer), "{question}: {}", said.text());
    }
    for question in ["radioactive samples", "dress code", "world cup"] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains("没有讲到"), "{question}: {}", said.text());
    }
}

/// Articles of which several speak of one matter, and one gives the number.
const ARTICLES: &str = "# 读者协会章程\n\n## 第一条\n\n协会对会员的处分，由理事会讨论决定，报会员大会批准；对会员的处分应当慎重。\n\n## 第二条\n\n\
    会员的处分有四种：警告、停权、留察、除名。\n\n## 第三条\n\n申请入会的，应当提交申请，由理事会审查后入会；申请被拒绝的可以再次申请入会。\n\n\
    ## 第四条\n\n年满十六周岁的读者可以申请入会。\n\n## 第五条\n\n会员退会应当提前三十个工作日书面提出，经秘书处审查。\n\n## 第六条\n\n会费由秘书处收取，\
    用途每年公布。\n\n## 第七条\n\n理事由会员大会选举，理事会由理事组成。\n\n## 第八条\n\n理事会由九名理事组成，任期三年。\n\n## 第九条\n\n\
    阅览室的座位可以预约，座位预约后应当按时到场。\n\n## 第十条\n\n座位每次预约不超过两小时，每人每日预约三次。\n";

#[tokio::test]
async fn the_article_that_gives_the_number_answers_a_question_for_one() {
    let whole = Whole::start_on(ARTICLES).await;
    for (question, answer) in [
        ("会员的处分有几种", "四种"),
        ("申请入会要满多少岁", "十六周岁"),
        ("申請入會要滿幾歲", "十六周岁"),
        ("会员退会要提前多少天", "三十个工作日"),
        ("理事会有几名理事", "九名"),
        ("理事会由多少人组成", "九名"),
        ("理事任期几年", "三年"),
        ("座位每天可以预约几次", "三次"),
        ("座位一次预约几个小时", "两小时"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(answer) && !said.text().contains("没有讲到"), "{question}: {}", said.text());
    }
    let said = whole.ask(STUDENT, STUDENT, "会费要交多少钱").await;
    assert!(said.text().contains("没有讲到"), "no article says how much: {}", said.text());
}

#[tokio::test]
async fn a_word_of_one_character_comes_near_and_a_product_that_nobody_knows_is_far() {
    let whole = Whole::start_on(RULES).await;
    for (question, answer) in [("借了书忘还", "借期"), ("几点关", "二十一时"), ("能不能大声喧哗", "禁止喧哗")]
    {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(answer), "{question}: {}", said.text());
    }
    for question in ["Kindle 怎么借", "用 Zotero 管理图书"] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains("没有讲到"), "{question}: {}", said.text());
    }
}

#[tokio::test]
async fn a_number_that_is_to_be_confirmed_and_is_another_is_never_sure() {
    let whole = Whole::start_on(ARTICLES).await;
    for (question, own) in [
        ("会员的处分有三种吗", "四种"),
        ("理事任期五年吗？", "三年"),
        ("理事任期是４年吧", "三年"),
        ("座位每次预约不超过三小时，对吗", "两小时"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        let sure = !said.text().starts_with("不确定") && !said.text().contains("没有讲到");
        assert!(said.text().contains(own) && !sure, "{question}: {}", said.text());
    }
    for (question, own) in [
        ("会员的处分有四种吗", "四种"),
        ("理事任期3年吗", "三年"),
        ("理事任期3年", "三年"),
        ("会员的处分有4种吗", "四种"),
        ("理事任期三年对不对", "三年"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(own) && !said.text().starts_with("不确定"), "{question}: {}", said.text());
    }
}

/// Rules of a pool, and of a workshop in English.
const POOL: &str = "# 游泳馆章程\n\n## 门票\n\n成人票每张三十元，儿童票每张十五元，老人免票。\n\n## 储物柜\n\n储物柜使用押金五十元，离馆时退还，过夜清空。\n\n\
    ## 泳帽\n\n下水应当戴泳帽，泳帽可以在前台购买。\n\n## 救生员\n\n每池配备救生员二人，救生员由林三元担任队长。\n\n## 退费\n\n培训班开课前可以退还费用，\
    开课后不退。\n\n## 换水\n\n池水每周更换一次，水质由卫生所检测。\n";
const WORKSHOP: &str = "# Bicycle workshop\n\n## Tools\n\nTools are borrowed at the counter. Return each tool before closing, cleaned and dry.\n\n\
    ## Membership\n\nMembers pay a yearly fee of 40 dollars. The fee covers repairs of one bicycle.\n\n## Repairs\n\nBring your bicycle on Tuesday. A \
    volunteer checks the brakes and the chain first.\n\n## Safety\n\nWear gloves near the grinder. Children stay behind the yellow line.\n";

#[tokio::test]
async fn a_thing_that_the_text_does_not_tell_of_is_never_answered_out_of_another() {
    let asked = [
        (
            POOL,
            [
                "培训班的学费怎么退",
                "沙滩救生员有几人",
                "張三元擔任什麼",
                "陪泳帽要多少钱",
                "劳保储物柜",
                "储物柜有没有空调",
            ],
            ["培训班怎么退费", "救生员有几人", "林三元担任什么", "泳帽在哪里买", "储物柜押金退不退", "换水多久一次"],
        ),
        (
            WORKSHOP,
            [
                "is there a refund of the yearly fee",
                "can I rent a helmet at the counter",
                "does the fee cover insurance",
                "may children use the lathe",
                "where is the bicycle parking",
                "do members get a discount",
            ],
            [
                "how much is the yearly fee",
                "which gloves near the grinder",
                "small repairs of the chain",
                "what happens to children",
                "how does membership work",
                "when do I bring my bicycle",
            ],
        ),
    ];
    for (text, strange, told) in asked {
        let whole = Whole::start_on(text).await;
        let unsure = |said: &str| said.starts_with("不确定") || said.contains("没有讲到");
        for question in strange {
            let said = whole.ask(STUDENT, STUDENT, question).await;
            assert!(unsure(said.text()), "{question}: {}", said.text());
        }
        for question in told {
            let said = whole.ask(STUDENT, STUDENT, question).await;
            assert!(!unsure(said.text()), "{question}: {}", said.text());
        }
    }
}

/// A guide that numbers none of its sections, and a handbook in English.
const GUIDE: &str = "# 露营指南\n\n## 装备\n\n帐篷应当防水。\n\n### 睡袋\n\n睡袋按温标选择。\n\n### 炉具\n\n炉具不得在帐内使用。\n\n## 营地选择\n\n营地应当高于水面三米。\n\n\
    ## 用火安全\n\n离营前浇灭篝火。\n\n## 附录：急救方法\n\n### 扭伤\n\n扭伤先冷敷。\n\n### 烫伤\n\n烫伤先冲水。\n";
const HANDBOOK: &str = "# Staff handbook\n\n## Travel Insurance\n\nAsk the office for the policies.\n\n### Luggage\n\nLuggage is insured up to 900 euros.\n\n\
    ### Accidents\n\nAccidents abroad are insured.\n\n## Rest Periods\n\nRest is paid.\n\n### Lunch Break\n\nLunch takes forty minutes.\n\n### Coffee\n\n\
    Coffee is free.\n\n## Keys\n\nKeys are kept by the porter.\n";

#[tokio::test]
async fn what_a_question_names_by_the_structure_of_the_document_is_shown() {
    for (text, asked) in [
        (
            GUIDE,
            [
                ("装备有哪些", "炉具"),
                ("附录有哪些急救方法", "烫伤"),
                ("第三节讲什么", "浇灭篝火"),
                ("最后一节", "扭伤"),
                ("营地一节讲了什么", "高于水面"),
                ("用火这部分说了什么", "浇灭篝火"),
            ],
        ),
        (
            HANDBOOK,
            [
                ("what insurance do we have", "Accidents"),
                ("what is in rest periods", "Lunch Break"),
                ("list all rest periods", "Coffee"),
                ("first section", "Ask the office"),
                ("the third section", "porter"),
                ("the travel section", "Ask the office"),
            ],
        ),
    ] {
        let whole = Whole::start_on(text).await;
        for (question, answer) in asked {
            let said = whole.ask(STUDENT, STUDENT, question).await;
            assert!(said.text().contains(answer), "{question}: {}", said.text());
            assert!(!said.text().starts_with("不确定"), "{question}: {}", said.text());
        }
    }
}

#[tokio::test]
async fn pinyin_is_found_syllable_by_syllable_and_with_tones() {
    let whole = Whole::start_on(POOL).await;
    for (question, answer) in [
        ("yong mao", "前台购买"),
        ("yǒng mào", "前台购买"),
        ("Yǒng Mào", "前台购买"),
        ("yǒngmào", "前台购买"),
        ("jiu sheng yuan", "林三元"),
        ("jiù shēng yuán", "林三元"),
        ("tui fei", "开课后不退"),
        ("chu wu gui", "五十元"),
        ("chǔ wù guì", "五十元"),
        ("er tong piao", "十五元"),
        ("shui zhi", "卫生所"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, question).await;
        assert!(said.text().contains(answer), "{question}: {}", said.text());
    }
}
