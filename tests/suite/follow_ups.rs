//! Questions that lean on what was shown before: by a reply to a card, or by what the person was last shown there.

use std::time::Duration;

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::messages::Message;

use crate::whole::Whole;

const MEASURE_2: &str = "反思 › 完善制度体系";
const MEASURE_3: &str = "反思 › 加强监督执纪";

async fn reply(whole: &Whole, chat: i64, user: i64, to: &Message, text: &str) -> Message {
    let before = whole.count(chat);
    let saying = Saying::new(chat, user, text).reply_to(to.id);
    whole.emulator.world().say(saying, whole.clock.now().0).unwrap();
    whole.heard(chat, before + 1).await.pop().unwrap()
}

fn assert_cites(message: &Message, source: &str) {
    assert!(message.text().contains(source), "lacks `{source}`: {}", message.text());
}

#[tokio::test]
async fn a_conversation_goes_on_from_the_section_that_was_shown() {
    let whole = Whole::start().await;
    let ask = |text| whole.ask(STUDENT, STUDENT, text);
    assert_cites(&ask("监督机制有什么漏洞").await, "反思 › 监督机制");
    assert_cites(&ask("那措施呢？").await, MEASURE_3);
    assert_cites(&ask("第二条呢？").await, MEASURE_2);
    let cause = ask("为什么？").await;
    assert_cites(&cause, "反思 › 制度笼子扎得不紧");
    assert_cites(&cause, "主要原因");
    let owner = ask("谁负责？").await;
    assert_cites(&owner, "没有写由谁负责");
    assert_cites(&owner, "反思 › 制度笼子扎得不紧");
}

#[tokio::test]
async fn a_reply_to_a_card_is_about_that_card() {
    let whole = Whole::start().await;
    let first = whole.ask(STUDENT, STUDENT, "监督机制有什么漏洞").await;
    whole.ask(STUDENT, STUDENT, "张三").await;
    assert_cites(&reply(&whole, STUDENT, STUDENT, &first, "这个问题怎么解决").await, MEASURE_3);
}

#[tokio::test]
async fn a_place_in_an_order_counts_in_the_list_that_was_shown() {
    let whole = Whole::start().await;
    whole.ask(MAYA, MAYA, "what are the measures?").await;
    assert_cites(&whole.ask(MAYA, MAYA, "and the second one?").await, MEASURE_2);
    let all = whole.ask(MAYA, MAYA, "第九条呢").await;
    assert_eq!(
        all.keyboard.iter().filter(|row| row[0].text.contains(". ")).count(),
        5,
        "all of them, where there is none such"
    );
}

#[tokio::test]
async fn people_and_topics_of_a_group_do_not_get_into_each_others_way() {
    let whole = Whole::in_group().await;
    let topics = {
        let mut world = whole.emulator.world();
        world.make_forum(GROUP);
        ["甲", "乙"].map(|name| world.create_topic(GROUP, TEACHER, name, whole.clock.now().0).unwrap())
    };
    let ask = async |user, topic, text: &str| {
        let before = whole.count(GROUP);
        let saying = Saying::new(GROUP, user, text).topic(topic);
        whole.emulator.world().say(saying, whole.clock.now().0).unwrap();
        whole.heard(GROUP, before + 1).await.pop().unwrap()
    };
    ask(STUDENT, topics[0], "/ask 监督机制有什么漏洞").await;
    ask(TEACHER, topics[0], "/ask 制度笼子").await;
    ask(STUDENT, topics[1], "/ask 张三").await;
    assert_cites(&ask(STUDENT, topics[0], "/ask 那措施呢").await, MEASURE_3);
    assert_cites(&ask(MAYA, topics[0], "/ask 谁负责").await, "Which section do you mean?");
}

#[tokio::test]
async fn nothing_follows_after_ten_minutes() {
    let whole = Whole::start().await;
    whole.ask(STUDENT, STUDENT, "监督机制有什么漏洞").await;
    whole.clock.advance(Duration::from_secs(601));
    assert_cites(&whole.ask(STUDENT, STUDENT, "谁负责").await, "你问的是哪一节");
    assert_cites(&whole.ask(STUDENT, STUDENT, "那措施呢").await, "举措一共有 5 条");
}
