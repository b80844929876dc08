//! Typing the bot's name in any chat: sections, the contents, and texts with links put in.

use std::time::Duration;

use serde_json::Value;
use wengu::message::{ChatId, ChatKind, Event, Incoming, Lang, Names, Place, Sender, TopicId, Typing, UserId};
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::sandbox::world::markup::Press;
use wengu::store::{NewUpdate, UpdateId};

use crate::whole::{Whole, button};

/// What is offered for some words: the number of the query, and what the bot answered.
async fn offered(whole: &Whole, user: i64, words: &str, offset: &str) -> (String, Value) {
    let query = whole.emulator.world().inline(user, words, offset, whole.clock.now().0).unwrap();
    let answer = whole.until("it is answered", |world| world.inline_answer(&query).cloned()).await;
    (query, answer)
}

fn results(answer: &Value) -> &Vec<Value> {
    answer["results"].as_array().unwrap()
}

#[tokio::test]
async fn sections_that_answer_are_offered_and_the_chosen_card_says_its_source() {
    let whole = Whole::start().await;
    let (query, answer) = offered(&whole, STUDENT, "一把手", "").await;
    let all = results(&answer);
    assert!((1..=10).contains(&all.len()), "{answer}");
    assert!(!all[0]["description"].as_str().unwrap().is_empty());
    assert_eq!((&answer["is_personal"], answer["cache_time"].as_u64().unwrap() <= 60), (&Value::from(false), true));

    let id = all[0]["id"].as_str().unwrap();
    let saying = Saying::new(GROUP, STUDENT, "");
    let said = whole.emulator.world().choose(saying, &query, id, whole.clock.now().0).unwrap();
    let card = whole.emulator.world().chat(GROUP).unwrap().messages[&said].clone();
    assert!(card.text().contains("—— 反思 › "), "{}", card.text());
    let (_, section) = id.split_once('/').unwrap();
    let link = format!("https://t.me/wengu_bot?start=s_reflection_{section}");
    assert_eq!(button(&card, "私聊"), Press::Url(link));
}

#[tokio::test]
async fn a_section_is_shared_by_its_card() {
    let whole = Whole::start().await;
    let card = whole.ask(STUDENT, STUDENT, "监督机制有什么漏洞").await;
    let Press::Inline { query, here: false } = button(&card, "分享") else { panic!("it goes to another chat") };
    let (_, answer) = offered(&whole, STUDENT, &query, "").await;
    let [only] = results(&answer).as_slice() else { panic!("{answer}") };
    assert_eq!(only["id"], "reflection/problem-3");
}

#[tokio::test]
async fn without_words_the_contents_are_offered_in_pages() {
    let whole = Whole::start().await;
    let (_, first) = offered(&whole, MAYA, "", "").await;
    assert_eq!((results(&first).len(), &first["next_offset"]), (10, &Value::from("10")));
    let (_, last) = offered(&whole, MAYA, "", "10").await;
    assert_eq!(last["next_offset"], "");
    let ids = |answer: &Value| results(answer).iter().map(|one| one["id"].to_string()).collect::<Vec<_>>();
    assert!(ids(&last).iter().all(|id| !ids(&first).contains(id)));
}

#[tokio::test]
async fn links_are_put_into_a_text_and_what_is_unknown_stays_as_it_was_typed() {
    let whole = Whole::start().await;
    let (_, answer) = offered(&whole, STUDENT, "请看 +一把手+ 和 +四风+，不是 +王五+ <b>", "").await;
    let [only] = results(&answer).as_slice() else { panic!("{answer}") };
    let text = only["input_message_content"]["message_text"].as_str().unwrap();
    assert!(text.starts_with("请看 <a href=\"https://t.me/wengu_bot?start=s_reflection_"), "{text}");
    assert_eq!(text.matches("<a href").count(), 2, "{text}");
    assert!(text.contains(">一把手</a> 和 <a") && text.ends_with("不是 +王五+ &lt;b&gt;"), "{text}");
}

#[tokio::test]
async fn what_is_not_covered_offers_the_way_to_the_contents() {
    let whole = Whole::start().await;
    let (_, answer) = offered(&whole, STUDENT, "今天天气怎么样", "").await;
    assert_eq!(results(&answer).len(), 0);
    assert_eq!(answer["button"]["start_parameter"], "c_reflection");
}

#[tokio::test]
async fn what_was_typed_does_not_outlive_its_moment() {
    let whole = Whole::start().await;
    offered(&whole, STUDENT, "没人该记住的话", "").await;
    let store = whole.bot.store().clone();
    assert!(store.waiting_updates().await.unwrap().is_empty());
    // As a crash would leave it: stored, and not handled.
    let place = Place { chat: ChatId(STUDENT), topic: TopicId::MAIN, kind: ChatKind::Private };
    let sender = Sender { who: UserId(STUDENT).into(), lang: Lang::Zh, anonymous_admin: false };
    let event = Event::Typing(Typing { text: "四风".into(), from: 0 });
    let left =
        Incoming { place, sender, at: whole.clock.now(), event, names: Names::default(), album: None, file: None };
    let raw = serde_json::to_string(&left).unwrap();
    store.receive(vec![NewUpdate { id: UpdateId(1), chat: place.chat, raw }]).await.unwrap();
    drop(store);
    let whole = whole.restart().await;
    whole.ask(STUDENT, STUDENT, "张三").await;
    let store = whole.bot.store();
    assert!(store.waiting_updates().await.unwrap().is_empty() && store.set_aside().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_chosen_is_not_answered_again() {
    let whole = Whole::in_group().await;
    let (query, answer) = offered(&whole, STUDENT, "四风", "").await;
    let id = results(&answer)[0]["id"].as_str().unwrap();
    let before = whole.count(GROUP);
    whole.emulator.world().choose(Saying::new(GROUP, STUDENT, ""), &query, id, whole.clock.now().0).unwrap();
    whole.ask(GROUP, STUDENT, "/ask 张三").await;
    assert_eq!(whole.count(GROUP), before + 1);
}

#[tokio::test]
async fn one_text_is_searched_for_at_most_eight_times() {
    let whole = Whole::start().await;
    let (_, answer) = offered(&whole, STUDENT, &"+一把手+ ".repeat(40), "").await;
    let text = results(&answer)[0]["input_message_content"]["message_text"].as_str().unwrap();
    assert_eq!(text.matches("<a href").count(), 8, "{text}");
    let (_, answer) = offered(&whole, STUDENT, &"+王五+ ".repeat(40), "").await;
    assert!(results(&answer).is_empty(), "eight searches have found nothing: {answer}");
}

#[tokio::test]
async fn typing_is_counted_like_questions() {
    let limit = vec![("WENGU_TELEGRAM__LIMITS__PERSON", "3".to_owned())];
    let whole = Whole::start_with_config(limit).await;
    for words in ["四", "四风", "四风是"] {
        offered(&whole, STUDENT, words, "").await;
    }
    whole.emulator.world().inline(STUDENT, "四风是什么", "", whole.clock.now().0).unwrap();
    // Comes behind it in the same private chat.
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert_eq!(whole.emulator.world().call_count("answerInlineQuery"), 3);
    whole.clock.advance(Duration::from_secs(61));
    offered(&whole, STUDENT, "四风", "").await;
}

#[tokio::test]
async fn of_what_somebody_types_on_only_the_last_is_searched_for() {
    let whole = Whole::in_group().await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    // The private chat waits for Telegram.
    whole.emulator.world().fail(FaultRule::new(Fault::Hold("rights".into())).method("getChatMember"));
    whole.say(STUDENT, STUDENT, &format!("/start g_{GROUP}_1"));
    whole.until("it waits", |world| (world.fault_hits() == 1).then_some(())).await;
    for words in ["一", "一把", "一把手"] {
        whole.emulator.world().inline(STUDENT, words, "", whole.clock.now().0).unwrap();
    }
    let last = whole.emulator.world().inline(STUDENT, "一把手是", "", whole.clock.now().0).unwrap();
    whole.until("all are stored", |world| (world.pending_updates() == 0).then_some(())).await;
    whole.emulator.shared().open_gate("rights");
    whole.until("it is answered", |world| world.inline_answer(&last).cloned()).await;
    assert_eq!(whole.emulator.world().call_count("answerInlineQuery"), 1);
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert!(whole.bot.store().waiting_updates().await.unwrap().is_empty());
}
