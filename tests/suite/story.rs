//! The two stories as people live them: asking, reading, subscribing, being reminded. The whole bot, the bundled
//! document, a clock that the test moves.

use std::time::Duration;

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::markup::Press;
use wengu::store::DeliveryState;

use crate::whole::{Whole, button};

const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);

#[tokio::test]
async fn a_question_in_private_gets_the_section_with_its_source() {
    let whole = Whole::start().await;
    let answer = whole.ask(TEACHER, TEACHER, "监督机制有什么漏洞？").await;
    assert!(answer.text().contains("监督合力"), "{}", answer.text());
    assert!(answer.text().contains("反思 › 监督机制"), "{}", answer.text());
    assert!(answer.text().contains("学习版"), "{}", answer.text());
    let measure = whole.press(TEACHER, TEACHER, &answer, "监督执纪");
    let opened = whole.heard(TEACHER, 2).await.pop().unwrap();
    assert!(opened.text().contains("加强监督执纪"), "{}", opened.text());
    assert_eq!(whole.notice(&measure).await, None);
}

#[tokio::test]
async fn what_the_document_does_not_cover_is_refused_by_the_words_it_does_not_know() {
    let whole = Whole::start().await;
    let answer = whole.ask(STUDENT, STUDENT, "王五是谁").await;
    assert!(answer.text().contains("王五"), "{}", answer.text());
    assert!(!answer.keyboard.is_empty(), "the contents are offered");
    let english = whole.ask(MAYA, MAYA, "How do I cure diabetes?").await;
    assert!(english.text().is_ascii() || english.text().contains("反思"), "{}", english.text());
}

#[tokio::test]
async fn only_an_admin_subscribes_a_group() {
    let whole = Whole::in_group().await;
    let refused = whole.ask(GROUP, STUDENT, "/subscribe").await;
    assert_eq!(refused.keyboard.len(), 0);
    assert!(whole.bot.store().next_due().await.unwrap().is_none());

    let introduction = whole.heard(GROUP, 1).await.remove(0);
    let press = whole.press(GROUP, MAYA, &introduction, "订阅");
    assert!(whole.notice(&press).await.is_some(), "the presser is told why not");
    assert!(whole.bot.store().next_due().await.unwrap().is_none());

    let confirmed = whole.ask(GROUP, TEACHER, "/subscribe").await;
    for part in ["“举措”", "每周一 09:00（上海时间）"] {
        assert!(confirmed.text().contains(part), "lacks {part}: {}", confirmed.text());
    }
    assert!(whole.bot.store().next_due().await.unwrap().is_some());
}

#[tokio::test]
async fn the_reminder_goes_through_all_measures_and_begins_again() {
    let whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let before = whole.count(GROUP);
    let titles = ["强化理论武装", "完善制度体系", "加强监督执纪", "深化作风建设", "强化警示教育", "强化理论武装"];
    for (week, title) in titles.into_iter().enumerate() {
        whole.to_next_reminder().await;
        let pushed = whole.heard(GROUP, before + week + 1).await.pop().unwrap();
        assert!(pushed.text().contains(title), "week {week}: {}", pushed.text());
        whole.settled(week + 1).await;
    }
    let deliveries = whole.bot.store().deliveries(10).await.unwrap();
    assert_eq!(deliveries.len(), 6);
    assert!(deliveries.iter().all(|d| d.state == DeliveryState::Sent), "{deliveries:?}");
    let mut due: Vec<i64> = deliveries.iter().map(|d| d.occurrence.due.0).collect();
    due.sort_unstable();
    assert!(due.windows(2).all(|pair| pair[1] - pair[0] == i64::try_from(WEEK.as_millis()).unwrap()), "{due:?}");
}

#[tokio::test]
async fn the_place_in_the_series_survives_a_restart() {
    let mut whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let before = whole.count(GROUP);
    whole.to_next_reminder().await;
    whole.heard(GROUP, before + 1).await;
    whole.settled(1).await;
    whole = whole.restart().await;
    whole.to_next_reminder().await;
    let second = whole.heard(GROUP, before + 2).await.pop().unwrap();
    assert!(second.text().contains("完善制度体系"), "{}", second.text());
}

#[tokio::test]
async fn after_downtime_one_reminder_is_caught_up_or_the_skip_is_recorded() {
    let mut whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let before = whole.count(GROUP);
    let due = whole.bot.store().next_due().await.unwrap().unwrap();
    let missed = due.since(whole.clock.now()) + WEEK * 3;
    whole = whole.restart_after(missed + Duration::from_secs(3_600)).await;
    let caught_up = whole.heard(GROUP, before + 1).await.pop().unwrap();
    assert!(caught_up.text().contains("强化理论武装"), "{}", caught_up.text());
    whole.settled(4).await;

    let due = whole.bot.store().next_due().await.unwrap().unwrap();
    let missed = due.since(whole.clock.now());
    whole = whole.restart_after(missed + Duration::from_secs(13 * 3_600)).await;
    whole.settled(5).await;
    let all = whole.bot.store().deliveries(10).await.unwrap();
    let count = |state| all.iter().filter(|d| d.state == state).map(|d| d.repeats).sum::<u32>();
    assert_eq!((count(DeliveryState::Sent), count(DeliveryState::Skipped)), (1, 4), "{all:?}");
    assert_eq!(whole.count(GROUP), before + 1, "no burst");
}

#[tokio::test]
async fn a_chat_chooses_its_own_day_hour_and_zone() {
    let whole = Whole::in_group().await;
    for (wish, parts) in [
        ("/subscribe 周三 20:00", ["每周三", "20:00", "上海"]),
        ("/subscribe weekdays 8:30 Europe/Berlin", ["08:30", "柏林", "周"]),
        ("/subscribe 0 9 * * 1 东京", ["每周一", "09:00", "东京"]),
    ] {
        let confirmed = whole.ask(GROUP, TEACHER, wish).await;
        for part in parts {
            assert!(confirmed.text().contains(part), "{wish} lacks {part}: {}", confirmed.text());
        }
    }
    let refused = whole.ask(GROUP, TEACHER, "/subscribe 后天下午").await;
    assert!(refused.text().contains("后天"), "{}", refused.text());
    assert!(refused.text().contains("周三 20:00"), "a way out: {}", refused.text());
}

#[tokio::test]
async fn the_first_measure_can_be_sent_at_once_and_the_next_follows_it() {
    let whole = Whole::start().await;
    let confirmed = whole.ask(MAYA, MAYA, "/subscribe").await;
    let Press::Data(_) = button(&confirmed, "now") else { panic!("the first one can be sent now") };
    whole.press(MAYA, MAYA, &confirmed, "now");
    let first = whole.heard(MAYA, 2).await.pop().unwrap();
    assert!(first.text().contains("强化理论武装"), "{}", first.text());
    whole.settled(1).await;
    whole.to_next_reminder().await;
    let second = whole.heard(MAYA, 3).await.pop().unwrap();
    assert!(second.text().contains("完善制度体系"), "{}", second.text());
}

#[tokio::test]
async fn in_a_group_it_speaks_only_when_spoken_to() {
    let whole = Whole::in_group().await;
    let before = whole.count(GROUP);
    whole.say(GROUP, STUDENT, "今天谁带读？监督机制那一节");
    whole.say(GROUP, MAYA, "/weather@other_bot");
    whole.say(GROUP, MAYA, "/weather");
    whole.emulator.world().say(Saying::sticker(GROUP, STUDENT, "👍"), whole.clock.now().0).unwrap();
    let asked = whole.say(GROUP, STUDENT, "/ask 张三");
    let answer = whole.heard(GROUP, before + 1).await.pop().unwrap();
    assert_eq!(answer.reply_to, Some(asked));
    assert_eq!(whole.count(GROUP), before + 1);
    // Readers do not disturb each other: what comes back to us turns the pages of the card's own section,
    // or says what the presser thinks.
    for button in answer.keyboard.iter().flatten() {
        match &button.press {
            Press::Data(data) => {
                assert!(data.contains("preflection/problem-1/") || ["1y", "1x"].contains(&data.as_str()))
            }
            Press::Inline { query, here: false } => assert_eq!(query, "reflection/problem-1"),
            Press::Url(url) => assert!(url.contains("?start="), "{url}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_group_that_takes_the_bot_back_is_not_greeted_again() {
    let whole = Whole::in_group().await;
    let now = whole.clock.now().0;
    whole.emulator.world().remove_bot(GROUP, TEACHER, now).unwrap();
    whole.emulator.world().add_bot(GROUP, TEACHER, now).unwrap();
    // What happens in a chat is handled in order: when this is answered, the return has been dealt with.
    let answer = whole.ask(GROUP, STUDENT, "/ask 张三").await;
    assert!(answer.text().contains("张三"), "{}", answer.text());
    assert_eq!(whole.count(GROUP), 2, "the introduction and the answer");
}

#[tokio::test]
async fn people_who_talk_to_each_other_are_not_interrupted() {
    let whole = Whole::in_group().await;
    let answer = whole.ask(GROUP, STUDENT, "@wengu_bot 张三").await;
    let before = whole.count(GROUP);
    let aside = Saying::new(GROUP, MAYA, "@teacher_li 你看，监督机制有什么漏洞").reply_to(answer.id);
    whole.emulator.world().say(aside, whole.clock.now().0).unwrap();
    whole.say(GROUP, MAYA, "@teacher_li 问问 @wengu_bot 一把手");
    whole.say(GROUP, STUDENT, "/ask @teacher_li 说的四风");
    let next = whole.heard(GROUP, before + 1).await.pop().unwrap();
    assert!(next.text().contains("四风"), "{}", next.text());
    assert_eq!(whole.count(GROUP), before + 1);
}

#[tokio::test]
async fn an_edited_question_edits_its_answer_wherever_it_was_asked() {
    let whole = Whole::in_group().await;
    let topic = {
        let mut world = whole.emulator.world();
        world.make_forum(GROUP);
        world.create_topic(GROUP, TEACHER, "第一周", whole.clock.now().0).unwrap()
    };
    for (chat, topic, command) in [(STUDENT, None, ""), (GROUP, None, "/ask "), (GROUP, Some(topic), "/ask ")] {
        let before = whole.count(chat);
        let mut saying = Saying::new(chat, STUDENT, format!("{command}张三"));
        if let Some(topic) = topic {
            saying = saying.topic(topic);
        }
        let question = whole.emulator.world().say(saying, whole.clock.now().0).unwrap();
        let answer = whole.heard(chat, before + 1).await.pop().unwrap();
        whole.recorded(chat).await;
        for (text, expected) in
            [("监督机制有什么漏洞", "反思 › 监督机制"), ("王五是谁", "王五"), ("李四", "反思 › 制度笼子")]
        {
            let text = format!("{command}{text}");
            whole.emulator.world().edit(chat, STUDENT, question, &text, whole.clock.now().0).unwrap();
            whole
                .until("the answer is edited", |world| {
                    let message = world.chat(chat)?.messages.get(&answer.id)?;
                    (message.edited.is_some() && message.text().contains(expected)).then_some(())
                })
                .await;
        }
        assert_eq!(whole.count(chat), before + 1, "an edit is no new message");
    }
}

#[tokio::test]
async fn an_answer_that_became_a_refusal_has_nothing_to_follow() {
    let whole = Whole::start().await;
    let question = whole.say(STUDENT, STUDENT, "张三");
    let answer = whole.heard(STUDENT, 1).await.pop().unwrap();
    whole.recorded(STUDENT).await;
    whole.emulator.world().edit(STUDENT, STUDENT, question, "王五是谁", whole.clock.now().0).unwrap();
    whole
        .until("the answer is edited", |world| {
            world.chat(STUDENT)?.messages.get(&answer.id)?.text().contains("王五").then_some(())
        })
        .await;
    whole.recorded(STUDENT).await;
    whole.clock.advance(Duration::from_secs(601));
    let reply = Saying::new(STUDENT, STUDENT, "谁负责").reply_to(answer.id);
    whole.emulator.world().say(reply, whole.clock.now().0).unwrap();
    let refused = whole.heard(STUDENT, 2).await.pop().unwrap();
    assert!(refused.text().contains("你问的是哪一节"), "{}", refused.text());
}

#[tokio::test]
async fn reading_goes_on_where_the_person_was() {
    let whole = Whole::start().await;
    let first = whole.ask(STUDENT, STUDENT, "/read").await;
    whole.press(STUDENT, STUDENT, &first, "下一节");
    let second = whole
        .until("the card turns", |world| {
            let card = world.chat(STUDENT)?.messages.get(&first.id)?;
            (card.text() != first.text()).then(|| card.clone())
        })
        .await;
    whole.recorded(STUDENT).await;
    let again = whole.ask(STUDENT, STUDENT, "/read").await;
    assert_eq!(again.text(), second.text());
    let question = whole.ask(STUDENT, STUDENT, "/forget").await;
    whole.press(STUDENT, STUDENT, &question, "删除");
    whole
        .until("the question is replaced by its outcome", |world| {
            let message = world.chat(STUDENT)?.messages.get(&question.id)?;
            message.edited.is_some().then_some(())
        })
        .await;
    let anew = whole.ask(STUDENT, STUDENT, "/read").await;
    assert_eq!(anew.text(), first.text());
}

#[tokio::test]
async fn hostile_messages_are_answered_or_passed_over_and_the_chat_goes_on() {
    let whole = Whole::start().await;
    let emoji = "🤔".repeat(2_048);
    let hostile = [
        emoji.as_str(),
        "<b><i></b>&lt;script&gt;</i>",
        "\u{202e}\u{202d}\u{200f}张三\u{202c}",
        "\u{200b}\u{200b}",
        "'; DROP TABLE inbox; --",
        "/start s_../../etc/passwd_x",
        "/subscribe \u{0}",
        "？？？",
    ];
    for text in hostile {
        whole.say(MAYA, MAYA, text);
    }
    whole.emulator.world().say(Saying::sticker(MAYA, MAYA, "🎉"), whole.clock.now().0).unwrap();
    let edited = whole.say(MAYA, MAYA, "张三");
    whole.emulator.world().edit(MAYA, MAYA, edited, "李四", whole.clock.now().0).unwrap();
    whole.emulator.world().press(MAYA, MAYA, edited, "made up", whole.clock.now().0).unwrap();
    whole.say(MAYA, MAYA, "/topics");
    whole
        .until("the contents come after everything else", |world| {
            let last = world.chat(MAYA)?.messages.values().rev().find(|m| m.from == world.bot.id)?;
            last.text().contains("Contents").then_some(())
        })
        .await;
    assert!(whole.bot.store().set_aside().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_link_opens_its_section() {
    let whole = Whole::start().await;
    whole.emulator.world().start(STUDENT, "s_reflection_measure-3", whole.clock.now().0).unwrap();
    let opened = whole.heard(STUDENT, 1).await.pop().unwrap();
    assert!(opened.text().contains("加强监督执纪"), "{}", opened.text());
    whole.emulator.world().start(STUDENT, "s_gone_nowhere", whole.clock.now().0).unwrap();
    whole.heard(STUDENT, 2).await;
}
