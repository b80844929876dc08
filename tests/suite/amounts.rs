//! How much a reminder brings, and plans to a date, as people ask for them in a chat.

use std::time::Duration;

use wengu::content::import::import;
use wengu::content::model::{DocumentId, in_chinese};
use wengu::message::ChatId;
use wengu::sandbox::scene::{MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::sandbox::world::messages::Message;
use wengu::store::Subscription;

use crate::whole::Whole;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Rules of so many articles, each with a word of its own.
fn rules(articles: u32) -> String {
    let article = |n| format!("第{}条　第{n}号柜子归第{n}组使用。\n\n", in_chinese(n));
    format!("# 储物柜规则\n\n## 第一章　使用\n\n{}", (1..=articles).map(article).collect::<String>())
}

async fn on(articles: u32) -> Whole {
    let imported = import(&DocumentId::parse("book").unwrap(), "book", rules(articles).as_bytes()).unwrap();
    Whole::start_on(&imported.markdown).await
}

/// The reminder that comes next, once the bot knows that it was sent; `count` is how many have come then.
async fn reminded(whole: &Whole, chat: i64, count: usize) -> Message {
    let before = whole.count(chat);
    whole.to_next_reminder().await;
    let reminder = whole.heard(chat, before + 1).await.pop().unwrap();
    whole.settled(count).await;
    reminder
}

/// Which cabinets a message speaks of.
fn cabinets(message: &Message) -> Vec<u32> {
    let numbers = message.text().split("柜子归第").skip(1);
    numbers.map(|rest| rest.split('组').next().unwrap().parse().unwrap()).collect()
}

async fn stored(whole: &Whole, chat: i64) -> Subscription {
    whole.bot.store().subscriptions(ChatId(chat)).await.unwrap().pop().unwrap()
}

#[tokio::test]
async fn a_reminder_brings_as_many_sections_as_were_asked_for_in_order() {
    let whole = on(7).await;
    let said = whole.ask(STUDENT, STUDENT, "/subscribe 每天 3 条").await;
    assert!(said.text().contains("每天") && said.text().contains("一次 3 条"), "{}", said.text());
    assert!(
        said.text().contains("还剩 7 条") && said.text().contains("2026 年 5 月 30 日（周六）读完"),
        "{}",
        said.text()
    );
    let first = reminded(&whole, STUDENT, 1).await;
    assert_eq!(cabinets(&first), [1, 2, 3]);
    assert!(first.text().contains("今日条文 · 1–3/7"), "{}", first.text());
    assert!(first.text().contains("第一条 – 第三条"), "{}", first.text());
    let status = whole.ask(STUDENT, STUDENT, "/status").await;
    assert!(status.text().contains("一次 3 条") && status.text().contains("还剩 4 条"), "{}", status.text());
    assert_eq!(cabinets(&reminded(&whole, STUDENT, 2).await), [4, 5, 6]);
    let last = reminded(&whole, STUDENT, 3).await;
    assert_eq!(cabinets(&last), [7], "a reminder ends where the series does");
    assert!(last.text().contains("7/7") && last.keyboard.iter().flatten().count() > 2, "{}", last.text());
    assert_eq!(cabinets(&reminded(&whole, STUDENT, 4).await), [1, 2, 3]);
}

#[tokio::test]
async fn amounts_are_read_in_both_languages_and_wherever_they_stand() {
    let whole = on(9).await;
    for (who, wish, each, says) in [
        (STUDENT, "每天早上8点 3条", 3, "每天 08:00"),
        (STUDENT, "每次两条", 2, "每天 08:00"),
        (MAYA, "3 sections every day", 3, "3 at a time"),
        (MAYA, "wed 20:00, 2 articles at a time", 2, "Wednesdays at 20:00"),
        (MAYA, "thursdays", 2, "2 at a time"),
    ] {
        let said = whole.ask(who, who, &format!("/subscribe {wish}")).await;
        assert!(said.text().contains(says), "{wish}: {}", said.text());
        assert_eq!(stored(&whole, who).await.goal.each, each, "{wish}");
    }
    for wish in ["每天 0 条", "每天 50 条"] {
        let said = whole.ask(STUDENT, STUDENT, &format!("/subscribe {wish}")).await;
        assert!(said.text().contains("一次最多 10 条"), "{wish}: {}", said.text());
    }
}

#[tokio::test]
async fn a_plan_spreads_what_is_left_over_the_runs_up_to_its_date() {
    let whole = on(12).await;
    let said = whole.ask(STUDENT, STUDENT, "/subscribe 每天 9点 到 6月2日读完").await;
    assert!(said.text().contains("计划 2026 年 6 月 2 日（周二）前读完"), "{}", said.text());
    assert!(said.text().contains("一次 2 条") && said.text().contains("还剩 12 条"), "{}", said.text());
    for (count, cabinet) in (1..=6).zip([1, 3, 5, 7, 9, 11]) {
        assert_eq!(cabinets(&reminded(&whole, STUDENT, count).await), [cabinet, cabinet + 1]);
    }
    assert_eq!(whole.clock.now().0 / 86_400_000, wengu::clock::Timestamp(1_780_362_000_000).0 / 86_400_000);
    let again = reminded(&whole, STUDENT, 7).await;
    assert_eq!(cabinets(&again), [1, 2], "a plan is over where its series is");
}

#[tokio::test]
async fn after_missed_runs_a_plan_takes_twice_as_much_and_says_where_its_date_cannot_be_held() {
    let whole = on(12).await;
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 9点 6月2日前读完").await;
    assert_eq!(cabinets(&reminded(&whole, STUDENT, 1).await), [1, 2]);
    // Two days are missed, whole.
    whole.clock.advance(3 * DAY);
    let caught_up = whole.heard(STUDENT, 3).await.pop().unwrap();
    assert_eq!(cabinets(&caught_up), [3, 4, 5, 6]);
    assert!(!caught_up.text().contains("读不完"), "{}", caught_up.text());
    whole.settled(4).await;
    whole.clock.advance(2 * DAY);
    let late = whole.heard(STUDENT, 4).await.pop().unwrap();
    assert_eq!(cabinets(&late), [7, 8, 9, 10]);
    assert!(late.text().contains("6 月 2 日（周二）前读不完，要到 2026 年 6 月 3 日"), "{}", late.text());
    let status = whole.ask(STUDENT, STUDENT, "/status").await;
    assert!(status.text().contains("前读不完"), "{}", status.text());
}

#[tokio::test]
async fn a_date_that_cannot_be_held_is_answered_with_the_reason() {
    let whole = on(130).await;
    for (wish, says) in [
        ("2025年3月1日前读完", "已经过了"),
        ("到 5月29日读完", "一次提醒也没有"),
        ("每周一 到 6月20日读完", "每次得 44 条，一次最多 10 条"),
    ] {
        let said = whole.ask(STUDENT, STUDENT, &format!("/subscribe {wish}")).await;
        assert!(said.text().contains(says), "{wish}: {}", said.text());
        assert!(whole.bot.store().subscriptions(ChatId(STUDENT)).await.unwrap().is_empty(), "{wish}");
    }
    let said = whole.ask(MAYA, MAYA, "/subscribe every day, finish by July 1").await;
    assert!(said.text().contains("To be finished by Wednesday, 1 July 2026"), "{}", said.text());
    assert!(said.text().contains("4 at a time"), "{}", said.text());
}

#[tokio::test]
async fn a_plan_is_spread_anew_where_the_schedule_changes() {
    let whole = on(12).await;
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 9点 到 6月2日读完").await;
    assert_eq!(stored(&whole, STUDENT).await.goal.each, 2);
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 9:00、21:00").await;
    let goal = stored(&whole, STUDENT).await.goal;
    assert!(goal.each == 1 && goal.until.is_some(), "{goal:?}");
    whole.ask(STUDENT, STUDENT, "/subscribe 每次 5 条").await;
    let goal = stored(&whole, STUDENT).await.goal;
    assert!(goal.each == 5 && goal.until.is_none(), "an amount ends the plan: {goal:?}");
}

#[tokio::test]
async fn a_plan_for_a_series_that_has_been_read_begins_it_again() {
    let whole = on(2).await;
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 2条").await;
    assert_eq!(cabinets(&reminded(&whole, STUDENT, 1).await), [1, 2]);
    let said = whole.ask(STUDENT, STUDENT, "/subscribe 到6月10日读完").await;
    assert!(said.text().contains("还剩 2 条"), "{}", said.text());
    assert_eq!(cabinets(&reminded(&whole, STUDENT, 2).await), [1]);
    assert_eq!(cabinets(&reminded(&whole, STUDENT, 3).await), [2]);
}

#[tokio::test]
async fn a_restart_between_planning_and_sending_loses_and_repeats_nothing() {
    let whole = on(7).await;
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 3 条").await;
    whole
        .emulator
        .world()
        .fail(FaultRule::new(Fault::Refuse(500, "Internal Server Error".into())).chat(STUDENT).times(1));
    whole.to_next_reminder().await;
    whole.until("the attempt fails", |world| (world.fault_hits() > 0).then_some(())).await;
    let whole = whole.restart().await;
    whole.clock.advance(Duration::from_secs(120));
    let reminder = whole.heard(STUDENT, 2).await.pop().unwrap();
    assert_eq!(cabinets(&reminder), [1, 2, 3]);
    whole.settled(1).await;
    assert_eq!(cabinets(&reminded(&whole, STUDENT, 2).await), [4, 5, 6]);
    assert_eq!(whole.count(STUDENT), 3);
}

#[tokio::test]
async fn a_reminder_of_several_sections_is_sent_again_with_all_of_them() {
    let whole = on(7).await;
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 3 条").await;
    let refusal = Fault::Refuse(400, "Bad Request: no".into());
    whole.emulator.world().fail(FaultRule::new(refusal).method("sendMessage").chat(STUDENT).times(1));
    whole.to_next_reminder().await;
    whole.settled(1).await;
    let id = whole.bot.store().deliveries(1).await.unwrap()[0].id.to_string();
    let token = whole.emulator.world().bot.token.clone();
    let mut retry = tokio::process::Command::new(env!("CARGO_BIN_EXE_wengu"));
    let retry = retry.args(["deliveries", "retry", &id]).env("WENGU_TELEGRAM__TOKEN", token);
    let out = retry.env("WENGU_STORE__URL", whole.home.url()).output().await.unwrap();
    assert!(out.status.success(), "{out:?}");
    let again = whole.heard(STUDENT, 2).await.pop().unwrap();
    assert_eq!(cabinets(&again), [1, 2, 3]);
}

#[tokio::test]
async fn a_group_that_moves_keeps_its_amount_and_its_place() {
    let whole = on(7).await;
    let now = whole.clock.now().0;
    let basic = whole.emulator.world().add_group(-77, "老群", TEACHER);
    whole.emulator.world().add_bot(basic, TEACHER, now).unwrap();
    whole.heard(basic, 1).await;
    whole.ask(basic, TEACHER, "/subscribe@wengu_bot 每天 3 条").await;
    assert_eq!(cabinets(&reminded(&whole, basic, 1).await), [1, 2, 3]);
    let now = whole.clock.now().0;
    let to = whole.emulator.world().migrate(basic, now).unwrap();
    let moved =
        async |store: &wengu::store::Store| (!store.subscriptions(ChatId(to)).await.unwrap().is_empty()).then_some(());
    whole.until_stored("the group has moved", moved).await;
    assert_eq!(cabinets(&reminded(&whole, to, 2).await), [4, 5, 6]);
}

#[tokio::test]
async fn long_sections_are_split_over_messages_that_can_be_sent() {
    let long = |n: u32| format!("# 第{n}课\n\n{}\n\n", format!("第{n}课讲的是木工。").repeat(140));
    let document: String = (1..=6).map(long).collect();
    let whole = Whole::start_on(&document).await;
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 5 节").await;
    whole.to_next_reminder().await;
    whole.settled(1).await;
    let all = whole.heard(STUDENT, 3).await;
    let parts = &all[1..];
    assert!(parts.iter().all(|part| part.text().encode_utf16().count() <= 4_096));
    let text: String = parts.iter().map(|part| part.text()).collect();
    for n in 1..=5 {
        assert!(text.contains(&format!("第{n}课讲的是木工")), "{n}");
    }
    assert!(!text.contains("第6课讲"), "{text}");
}

#[tokio::test]
async fn when_a_series_comes_is_said_by_its_schedule_unless_its_label_says_so() {
    let document = |label: &str| {
        format!(
            "+++\ntitle = \"木工\"\n[series.lesson]\nlabel = \"{label}\"\n+++\n# 锯 {{#saw .lesson}}\n\n拉锯要稳。\n"
        )
    };
    for (label, wish, heading) in [
        ("功课", "每周一 9点", "📌 本周功课 · 1/1"),
        ("功课", "每天 9点", "📌 今日功课 · 1/1"),
        ("功课", "每月1号 9点", "📌 本月功课 · 1/1"),
        ("本周功课", "每天 9点", "📌 本周功课 · 1/1"),
    ] {
        let whole = Whole::start_on(&document(label)).await;
        whole.ask(STUDENT, STUDENT, &format!("/subscribe {wish}")).await;
        let reminder = reminded(&whole, STUDENT, 1).await;
        assert!(reminder.text().starts_with(heading), "{label} {wish}: {}", reminder.text());
    }
}
