//! Talk that asks nothing of a document gets a word back, and no section.

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};

use crate::whole::Whole;

const CANTEEN: &str =
    "# 食堂守则\n\n## 用餐\n\n晚饭十七时半开始。\n\n> ? 晚饭吃什么\n\n## 设置\n\n厨房的设置由后勤科决定。\n";

#[tokio::test]
async fn talk_gets_a_word_back_and_no_section() {
    let whole = Whole::start_on(CANTEEN).await;
    for (said, word) in [
        ("你好呀", "你好！我是温故"),
        ("多谢多谢", "不客气"),
        ("你叫什么名字？", "一个机器人"),
        ("可以帮我翻译吗", "别的我不会"),
        ("喂，在吗", "在的"),
        ("讲个笑话", "我只是个程序"),
        ("怎么取消提醒", "/unsubscribe"),
        ("我的记录怎么删除", "/forget"),
        ("明天会下雨吗", "我只查《食堂守则》"),
        ("那拜拜啦", "再见"),
    ] {
        let reply = whole.ask(STUDENT, STUDENT, said).await;
        assert!(reply.text().contains(word), "{said}: {}", reply.text());
        assert!(!reply.text().contains("——"), "{said}: {}", reply.text());
    }
}

#[tokio::test]
async fn what_is_asked_of_a_document_as_a_whole_gets_its_card() {
    const HANDBOOK: &str = "+++\ntitle = \"值班手册\"\nedition = \"2031 年版\"\n+++\n本手册写给夜班的同事。\n\n# 交接\n\n早上七点交班。\n\n\
        # 巡查\n\n每两小时走一圈。\n\n# 编写\n\n本手册由后勤科编写。\n";
    let whole = Whole::start_on(HANDBOOK).await;
    for said in ["这份文件讲什么", "值班手册讲了些什么？", "读一遍要多久", "How many sections are there?"]
    {
        let reply = whole.ask(STUDENT, STUDENT, said).await;
        for part in ["值班手册", "2031 年版", "本手册写给夜班的同事", "3", "交接、巡查、编写"] {
            assert!(reply.text().contains(part), "{said}: {}", reply.text());
        }
    }
    // The text itself tells this.
    let reply = whole.ask(STUDENT, STUDENT, "这本手册谁编写的").await;
    assert!(reply.text().contains("后勤科编写"), "{}", reply.text());
}

#[tokio::test]
async fn what_the_document_is_asked_so_stays_a_question() {
    let whole = Whole::start_on(CANTEEN).await;
    for (said, says) in [
        ("晚饭吃什么", "十七时半"),
        ("设置", "后勤科"),
        ("你好，晚饭几点开始", "十七时半"),
        ("晚饭几点开始？谢谢大家", "十七时半"),
        ("晚饭几点开始？麻烦了，谢谢！", "十七时半"),
        ("晚饭几点开始? thanks a lot", "十七时半"),
    ] {
        let reply = whole.ask(STUDENT, STUDENT, said).await;
        assert!(reply.text().contains(says), "{said}: {}", reply.text());
    }
}

#[tokio::test]
async fn in_a_group_who_says_that_all_is_clear_gets_no_word_back() {
    let whole = Whole::start_on(CANTEEN).await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    let bot = whole.emulator.world().bot.username.clone();
    whole.say(GROUP, MAYA, &format!("@{bot} 好的，明白了"));
    let reply = whole.ask(GROUP, MAYA, &format!("@{bot} 谢谢")).await;
    assert!(reply.text().contains("welcome"), "{}", reply.text());
    assert_eq!(whole.heard(GROUP, 2).await.len(), 2, "the introduction, and one word back");
}
