//! What stands under a reminder: "studied", counted once a person; and at the end of a series the question what follows.

use wengu::message::ChatId;
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::messages::Message;
use wengu::store::Subscription;

use crate::whole::{Whole, labels};

/// The group after so many reminders; gives the last of them.
async fn reminded(times: usize) -> (Whole, Message) {
    let whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let before = whole.count(GROUP);
    for week in 1..=times {
        whole.to_next_reminder().await;
        whole.heard(GROUP, before + week).await;
        whole.settled(week).await;
    }
    let last = whole.heard(GROUP, before + times).await.pop().unwrap();
    (whole, last)
}

async fn schedules(whole: &Whole) -> Vec<Subscription> {
    whole.bot.store().subscriptions(ChatId(GROUP)).await.unwrap()
}

/// Waits until the buttons of a message have this among them, or have it no more.
async fn until_buttons(whole: &Whole, message: &Message, label: &str, there: bool) {
    whole
        .until(&format!("`{label}` there: {there}"), |world| {
            let now = world.chat(GROUP)?.messages.get(&message.id)?;
            (labels(now).iter().any(|each| each.contains(label)) == there).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_press_that_one_has_studied_counts_once_a_person_and_the_number_stands_on_the_button() {
    let (whole, pushed) = reminded(1).await;
    assert_eq!(labels(&pushed)[0], "✓ 读过");
    let first = whole.press(GROUP, STUDENT, &pushed, "读过");
    assert!(whole.notice(&first).await.unwrap().contains("第 1 位"));
    until_buttons(&whole, &pushed, "✓ 读过 1", true).await;
    let again = whole.press(GROUP, STUDENT, &pushed, "读过");
    assert_eq!(whole.notice(&again).await.unwrap(), "已经记过了。");
    let second = whole.press(GROUP, MAYA, &pushed, "读过");
    assert_eq!(whole.notice(&second).await.unwrap(), "Counted: 2 have studied it.");
    until_buttons(&whole, &pushed, "✓ 读过 2", true).await;
    let now = whole.emulator.world().chat(GROUP).unwrap().messages[&pushed.id].clone();
    assert_eq!(now.text(), pushed.text(), "only the buttons change");
    assert_eq!(now.keyboard.len(), pushed.keyboard.len());
}

#[tokio::test]
async fn the_admin_sees_how_many_have_studied_each_week() {
    let (whole, pushed) = reminded(2).await;
    whole.press(GROUP, STUDENT, &pushed, "读过");
    let press = whole.press(GROUP, MAYA, &pushed, "读过");
    whole.notice(&press).await;
    let parameter = format!("g_{GROUP}_1");
    whole.emulator.world().start(TEACHER, &parameter, whole.clock.now().0).unwrap();
    let panel = whole.heard(TEACHER, 1).await.pop().unwrap();
    whole.press(TEACHER, TEACHER, &panel, "更多");
    let rest = whole
        .until("the page of the rest", |world| {
            let now = world.chat(TEACHER)?.messages.get(&panel.id)?;
            now.keyboard.iter().flatten().any(|key| key.text == "读过的人数").then(|| now.clone())
        })
        .await;
    whole.press(TEACHER, TEACHER, &rest, "读过的人数");
    let page = whole
        .until("the page of those who studied", |world| {
            let now = world.chat(TEACHER)?.messages.get(&panel.id)?;
            now.text().contains("多少人读过").then(|| now.text().to_owned())
        })
        .await;
    let lines: Vec<&str> = page.lines().filter(|line| line.contains('：') && line.contains("人")).collect();
    assert!(page.contains("完善制度体系") && page.contains("：2 人"), "{page}");
    assert!(page.contains("强化理论武装") && page.contains("：0 人"), "{lines:?}");
}

#[tokio::test]
async fn whoever_is_forgotten_is_not_counted_any_more() {
    let (whole, pushed) = reminded(1).await;
    let press = whole.press(GROUP, STUDENT, &pushed, "读过");
    whole.notice(&press).await;
    let question = whole.ask(STUDENT, STUDENT, "/forget").await;
    let press = whole.press(STUDENT, STUDENT, &question, "删除");
    whole.notice(&press).await;
    let press = whole.press(GROUP, MAYA, &pushed, "读过");
    assert_eq!(whole.notice(&press).await.unwrap(), "Counted: you are the first.");
}

#[tokio::test]
async fn at_the_end_of_a_series_admins_choose_to_begin_again() {
    let (whole, last) = reminded(5).await;
    assert!(last.text().contains("强化警示教育") && last.text().contains("全部发完"), "{}", last.text());
    let refused = whole.press(GROUP, STUDENT, &last, "从头再来");
    assert!(whole.notice(&refused).await.unwrap().contains("只有管理员"));
    let before = whole.count(GROUP);
    whole.press(GROUP, TEACHER, &last, "从头再来");
    let told = whole.heard(GROUP, before + 1).await.pop().unwrap();
    assert!(told.text().contains("从头开始"), "{}", told.text());
    until_buttons(&whole, &last, "到此为止", false).await;
    // Both admins saw the question: the second finds it answered.
    let stale = whole.press(GROUP, TEACHER, &last, "到此为止");
    assert!(whole.notice(&stale).await.unwrap().contains("失效"));
    assert_eq!(schedules(&whole).await.len(), 1);
    whole.to_next_reminder().await;
    let pushed = whole.heard(GROUP, before + 2).await.pop().unwrap();
    assert!(pushed.text().contains("强化理论武装"), "{}", pushed.text());
}

#[tokio::test]
async fn at_the_end_of_a_series_admins_choose_another_one_or_to_stop() {
    let (whole, last) = reminded(5).await;
    let before = whole.count(GROUP);
    let press = whole.press(GROUP, TEACHER, &last, "换一个系列");
    // The bundled document has one series only.
    assert_eq!(whole.notice(&press).await.unwrap(), "没有别的系列可以换。");
    whole.press(GROUP, TEACHER, &last, "到此为止");
    let told = whole.heard(GROUP, before + 1).await.pop().unwrap();
    assert!(told.text().contains("到此为止"), "{}", told.text());
    until_buttons(&whole, &last, "到此为止", false).await;
    assert!(schedules(&whole).await.is_empty());
    // The buttons have gone with the schedule.
    let stale = whole.press(GROUP, TEACHER, &last, "从头再来");
    assert!(whole.notice(&stale).await.unwrap().contains("失效"));
}

const TWO_SERIES: &str = "+++\ntitle = \"读本\"\n\n[series.measure]\nlabel = \"本周一课\"\n\n[series.case]\nlabel = \"本周一案\"\n+++\n\
# 甲课 {#one .measure}\n\n一。\n\n# 乙课 {#two .measure}\n\n二。\n\n# 丙案 {#three .case}\n\n三。\n\n# 丁案 {#four .case}\n\n四。\n";

#[tokio::test]
async fn a_schedule_goes_on_with_the_series_that_was_chosen_at_the_end_or_in_the_panel() {
    let whole = Whole::start_on(TWO_SERIES).await;
    whole.say(TEACHER, TEACHER, "/subscribe");
    whole.heard(TEACHER, 1).await;
    for week in 1..=2 {
        whole.to_next_reminder().await;
        whole.heard(TEACHER, 1 + week).await;
        whole.settled(week).await;
    }
    let last = whole.heard(TEACHER, 3).await.pop().unwrap();
    assert!(last.text().contains("乙课") && last.text().contains("全部发完"), "{}", last.text());
    whole.press(TEACHER, TEACHER, &last, "换一个系列");
    let offered = whole
        .until("the other series", |world| {
            let now = world.chat(TEACHER)?.messages.get(&last.id)?;
            labels(now).iter().any(|label| label.contains("本周一案")).then(|| now.clone())
        })
        .await;
    assert!(!labels(&offered).iter().any(|label| label.contains("本周一课")), "{:?}", labels(&offered));
    whole.press(TEACHER, TEACHER, &offered, "本周一案");
    let told = whole.heard(TEACHER, 4).await.pop().unwrap();
    assert!(told.text().contains("接下来发《读本》的“本周一案”"), "{}", told.text());
    whole.to_next_reminder().await;
    let pushed = whole.heard(TEACHER, 5).await.pop().unwrap();
    assert!(pushed.text().contains("丙案"), "{}", pushed.text());
    whole.settled(3).await;

    let panel = whole.ask(TEACHER, TEACHER, "/settings").await;
    for (label, says) in [("内容", "哪个系列"), ("本周一课", "“本周一课”，一次一条")] {
        whole.press(TEACHER, TEACHER, &panel_now(&whole, &panel), label);
        whole
            .until(says, |world| {
                world.chat(TEACHER)?.messages.get(&panel.id).filter(|now| now.text().contains(says)).map(drop)
            })
            .await;
    }
    whole.to_next_reminder().await;
    let pushed = whole.heard(TEACHER, 7).await.pop().unwrap();
    assert!(pushed.text().contains("甲课"), "another series begins at its first section: {}", pushed.text());
}

fn panel_now(whole: &Whole, panel: &Message) -> Message {
    whole.emulator.world().chat(TEACHER).unwrap().messages[&panel.id].clone()
}

#[tokio::test]
async fn once_a_series_has_begun_again_by_itself_the_question_is_stale() {
    let (whole, first) = reminded(6).await;
    assert!(first.text().contains("强化理论武装"), "{}", first.text());
    let last = whole
        .until("the last section", |world| {
            let messages = &world.chat(GROUP)?.messages;
            messages.values().find(|message| message.text().contains("全部发完")).cloned()
        })
        .await;
    whole.emulator.world().seat(GROUP, MAYA, Role::Administrator { anonymous: false });
    let stale = whole.press(GROUP, MAYA, &last, "到此为止");
    assert!(whole.notice(&stale).await.unwrap().contains("no longer works"));
    assert_eq!(schedules(&whole).await.len(), 1);
    let studied = whole.press(GROUP, MAYA, &last, "读过");
    assert!(whole.notice(&studied).await.unwrap().contains("the first"));
    until_buttons(&whole, &last, "到此为止", false).await;
}
