//! How the bot behaves in a chat when people send junk, press too often, or send many things at once.

use std::time::Duration;

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER, study_group};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::markup::Press;
use wengu::sandbox::world::messages::Message;

use crate::whole::{NOW, Whole, button, labels};

/// Signs that stand in no document and in no sentence of the program.
const JUNK: &str = "鼍龘靐齉爩麤灪龖厵滟爨癵驫纞";

/// So many characters of junk, without a word that repeats.
fn junk(length: usize) -> String {
    let signs: Vec<char> = JUNK.chars().collect();
    (0..length).map(|n| signs[(n * n + n / 7) % signs.len()]).collect()
}

/// How much of the junk stands in a reply.
fn repeated(reply: &str) -> usize {
    reply.chars().filter(|c| JUNK.contains(*c)).count()
}

#[tokio::test]
async fn what_is_repeated_of_a_persons_words_is_short() {
    let whole = Whole::start().await;
    let words = (0..300).map(|n| junk(n % 9 + 3)).collect::<Vec<_>>();
    let questions = [junk(3_300), words.join(" "), words.join("，"), format!("{}\n", junk(12)).repeat(200)];
    let commands = ["/subscribe ", "/subscribe 周三 20:00 ", "/subscribe 0 9 * * ", "/subscribe * * * * * * ", "/ask "];
    let lines = commands.iter().map(|command| format!("{command}{}", junk(3_300)));
    for person in [STUDENT, MAYA] {
        for text in questions.iter().cloned().chain(lines.clone()) {
            let reply = whole.ask(person, person, &text).await;
            let shown = repeated(reply.text());
            assert!(shown <= 40, "{shown} characters of junk: {}", reply.text());
            for button in reply.keyboard.iter().flatten() {
                assert!(button.text.chars().count() <= 64, "{}", button.text);
            }
            // A minute holds so many questions of one person.
            whole.clock.advance(Duration::from_secs(20));
        }
    }
}

/// Waits until a message of the bot says something.
async fn until_says(whole: &Whole, chat: i64, message: i64, part: &str) -> Message {
    whole
        .until(&format!("{part} in the message"), |world| {
            let message = world.chat(chat)?.messages.get(&message)?;
            message.text().contains(part).then(|| message.clone())
        })
        .await
}

/// The panel, turned to its page of the rest where a key stands there.
async fn with_key(whole: &Whole, chat: i64, panel: &Message, label: &str) -> Message {
    let has = |message: &Message| message.keyboard.iter().flatten().any(|key| key.text.contains(label));
    if has(panel) {
        return panel.clone();
    }
    whole.press(chat, chat, panel, "更多");
    whole.until(label, |world| world.chat(chat)?.messages.get(&panel.id).filter(|now| has(now)).cloned()).await
}

fn is_short(message: &Message) {
    // The name of the group, that of the topic, and what was typed.
    assert!((1..=120).contains(&repeated(message.text())), "{}", message.text());
    for button in message.keyboard.iter().flatten() {
        assert!(button.text.chars().count() <= 64, "{}", button.text);
    }
}

#[tokio::test]
async fn names_and_what_is_typed_into_the_panel_are_repeated_shortly_too() {
    let mut world = study_group();
    let group = world.add_group(-1_009, &junk(255), TEACHER);
    world.add_bot(group, TEACHER, NOW.0).unwrap();
    world.make_forum(group);
    let topic = world.create_topic(group, TEACHER, &junk(128), NOW.0).unwrap();
    let whole = Whole::start_in(world).await;
    whole.heard(group, 1).await;
    for command in ["/subscribe", "/settings"] {
        let before = whole.count(group);
        let saying = Saying::new(group, TEACHER, command).topic(topic);
        whole.emulator.world().say(saying, whole.clock.now().0).unwrap();
        whole.heard(group, before + 1).await;
    }
    let line = whole.heard(group, 3).await.pop().unwrap();
    let Press::Url(url) = button(&line, "设置") else { panic!("{:?}", line.keyboard) };
    let (_, parameter) = url.split_once("?start=").unwrap();
    whole.emulator.world().start(TEACHER, parameter, whole.clock.now().0).unwrap();
    let panel = whole.heard(TEACHER, 1).await.pop().unwrap();
    whole.recorded(TEACHER).await;
    is_short(&panel);
    for (label, asks) in [("时区", "按哪里"), ("时间", "几点"), ("免打扰", "不打扰"), ("暂停", "暂停到")]
    {
        let shown = with_key(&whole, TEACHER, &until_says(&whole, TEACHER, panel.id, "接下来").await, label).await;
        whole.press(TEACHER, TEACHER, &shown, label);
        until_says(&whole, TEACHER, panel.id, asks).await;
        whole.recorded(TEACHER).await;
        // What is typed is not what the names are made of: it is told apart from them.
        whole.say(TEACHER, TEACHER, &format!("馫馫{}", junk(900)));
        let page = until_says(&whole, TEACHER, panel.id, "馫馫").await;
        is_short(&page);
        whole.recorded(TEACHER).await;
        whole.press(TEACHER, TEACHER, &page, "返回");
        whole.clock.advance(Duration::from_secs(60));
    }
    let shown = until_says(&whole, TEACHER, panel.id, "接下来").await;
    let shown = with_key(&whole, TEACHER, &shown, "话题").await;
    whole.press(TEACHER, TEACHER, &shown, "话题");
    is_short(&until_says(&whole, TEACHER, panel.id, "发到哪个话题").await);
}

/// A law of so many articles.
fn law(articles: usize) -> String {
    let head = "+++\ntitle = \"条例\"\n[facets.article]\nwords = [\"条文\"]\n+++\n";
    let article = |n| format!("# 第{n}条 {{#a{n} .article number={n}}}\n\n第{n}条说的是第{n}件事。\n");
    head.to_owned() + &(1..=articles).map(article).collect::<String>()
}

/// The message as it is once it says something else.
async fn until_changed(whole: &Whole, chat: i64, before: &Message) -> Message {
    let changed = whole
        .until("the message changes", |world| {
            let message = world.chat(chat)?.messages.get(&before.id)?;
            (message.text() != before.text()).then(|| message.clone())
        })
        .await;
    whole.recorded(chat).await;
    changed
}

#[tokio::test]
async fn a_list_of_150_turns_its_pages_in_private_and_in_a_group() {
    let whole = Whole::start_on(&law(150)).await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    for chat in [STUDENT, GROUP] {
        let list = whole.ask(chat, STUDENT, "/ask 有哪些条文").await;
        assert!(list.text().contains("150") && list.text().contains("10. 第10条"), "{}", list.text());
        assert!(list.text().lines().count() <= 16, "{}", list.text());
        assert!(labels(&list).iter().any(|label| label.contains("10. 第10条")), "{:?}", labels(&list));
        let count = whole.count(chat);
        // In a group anybody turns: the list belongs to all who read it.
        whole.press(chat, if chat == GROUP { MAYA } else { STUDENT }, &list, "2/15");
        let second = until_changed(&whole, chat, &list).await;
        assert!(second.text().contains("11. 第11条") && !second.text().contains("10. 第10条"), "{}", second.text());
        assert!(labels(&second).contains(&"👍".to_owned()), "it still answers: {:?}", labels(&second));
        let mut page = second;
        for number in 3..=15 {
            whole.press(chat, STUDENT, &page, &format!("{number}/15"));
            page = until_changed(&whole, chat, &page).await;
            whole.clock.advance(Duration::from_secs(10));
        }
        assert!(page.text().contains("150. 第150条"), "{}", page.text());
        assert_eq!(whole.count(chat), count, "no page is a new message");
        match button(&page, "150. 第150条") {
            Press::Data(_) if chat == STUDENT => {}
            Press::Url(url) if chat == GROUP => assert!(url.contains("start=s_book_a150"), "{url}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn five_taps_to_read_on_turn_one_message() {
    let whole = Whole::start_on(&law(20)).await;
    let card = whole.ask(STUDENT, STUDENT, "/read").await;
    for _ in 0..5 {
        whole.press(STUDENT, STUDENT, &card, "下一节");
    }
    let second = until_changed(&whole, STUDENT, &card).await;
    assert!(second.text().contains("第2条"), "the same tap five times reads on once: {}", second.text());
    let mut shown = second;
    for number in 3..=6 {
        whole.press(STUDENT, STUDENT, &shown, "下一节");
        shown = until_changed(&whole, STUDENT, &shown).await;
        assert!(shown.text().contains(&format!("第{number}条")), "{}", shown.text());
    }
    let again = whole.ask(STUDENT, STUDENT, "/read").await;
    assert_eq!(again.text(), shown.text(), "the place is remembered");
    assert_eq!(whole.count(STUDENT), 2);
}

#[tokio::test]
async fn an_album_of_files_gets_one_answer_that_names_each() {
    let whole = Whole::start().await;
    whole.emulator.world().start(STUDENT, "", whole.clock.now().0).unwrap();
    whole.heard(STUDENT, 1).await;
    for (album, caption) in [("13900000001", None), ("13900000002", Some("张三"))] {
        let before = whole.count(STUDENT);
        for part in 0..3 {
            let mut message = serde_json::json!({
                "message_id": 90_000 + part, "date": whole.clock.now().0 / 1_000, "media_group_id": album,
                "from": { "id": STUDENT, "is_bot": false, "first_name": "S" },
                "chat": { "id": STUDENT, "type": "private", "first_name": "S" },
                "document": { "file_id": "f", "file_unique_id": "u", "file_name": format!("{part}.pdf") },
            });
            if let Some(caption) = caption.filter(|_| part == 0) {
                message["caption"] = caption.into();
            }
            let update = serde_json::json!({ "message": message });
            whole.emulator.world().queue_raw(update, whole.clock.now().0);
        }
        // What happens in a chat is handled in order: when this is answered, the album has been dealt with.
        let after = whole.say(STUDENT, STUDENT, "四风");
        whole.heard(STUDENT, before + 2).await;
        whole.recorded(STUDENT).await;
        assert_eq!(whole.count(STUDENT), before + 2, "{album}, before {after}");
        let world = whole.emulator.world();
        let answers: Vec<String> =
            world.chat(STUDENT).unwrap().messages.values().map(|m| m.text().to_owned()).collect();
        let names = ["“0.pdf”", "“1.pdf”", "“2.pdf”"];
        let naming = |answer: &&String| names.iter().all(|name| answer.contains(name));
        assert_eq!(answers.iter().filter(naming).count(), 1, "{answers:?}");
    }
}
