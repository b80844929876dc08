//! Schedules that come too often: refused where they are typed, and kept to the limit where they are stored.

use wengu::sandbox::scene::{MAYA, STUDENT};
use wengu::store::DeliveryState;

use super::*;

async fn crons(whole: &Whole, chat: i64) -> Vec<String> {
    let all = whole.bot.store().subscriptions(ChatId(chat)).await.unwrap();
    all.into_iter().map(|subscription| subscription.cron).collect()
}

#[tokio::test]
async fn a_schedule_that_would_come_too_often_is_refused_to_a_stranger_with_the_number() {
    let whole = Whole::start().await;
    for (wish, runs) in [
        ("* * * * * *", "86400"),
        ("* * * * *", "1440"),
        ("*/30 * * * *", "48"),
        ("0,20,40 9-17 * * 1", "27"),
        ("*/10 0 0 1 1 *", ""),
        ("*/2 0 9 1 1 *", "30"),
        ("0 0-23,12 * * *", ""),
        ("柏林 15,45 8-20 * * *", "26"),
        ("*/59 0-11 * * *", ""),
    ] {
        let before = crons(&whole, STUDENT).await;
        let said = whole.ask(STUDENT, STUDENT, &format!("/subscribe {wish}")).await;
        let refused = said.text().contains(&format!("一天要发 {runs} 次")) && said.text().contains("最多 24 次");
        assert_eq!(refused, !runs.is_empty(), "{wish}: {}", said.text());
        let after = crons(&whole, STUDENT).await;
        assert_eq!(after == before, refused, "{wish}: {after:?}");
    }
    let said = whole.ask(MAYA, MAYA, "/subscribe * * * * * *").await;
    assert!(said.text().contains("86400 reminders a day") && said.text().contains("24 at most"), "{}", said.text());
}

#[tokio::test]
async fn the_panel_refuses_what_comes_too_often_typed_or_pressed() {
    let whole = Whole::start().await;
    whole.ask(STUDENT, STUDENT, "/subscribe 0 * * * *").await;
    let panel = whole.ask(STUDENT, STUDENT, "/settings").await;
    whole.press(STUDENT, STUDENT, &panel, "时间");
    let shows = async |part: &str| {
        let look = |world: &World| {
            let now = world.chat(STUDENT)?.messages.get(&panel.id)?;
            now.text().contains(part).then(|| now.clone())
        };
        whole.until(part, look).await
    };
    shows("几点").await;
    whole.say(STUDENT, STUDENT, "*/5 * * * *");
    shows("这样一天要发 288 次").await;
    assert_eq!(crons(&whole, STUDENT).await, ["0 * * * *"]);
    whole.say(STUDENT, STUDENT, "0 8-20/2 * * *");
    shows("接下来三次").await;
    assert_ne!(crons(&whole, STUDENT).await, ["0 * * * *"]);
    // One that was stored before the limit keeps its times only as they are.
    let mut stored = whole.bot.store().subscriptions(ChatId(STUDENT)).await.unwrap().remove(0);
    stored.cron = "*/5 9-11 * * *".to_owned();
    whole.bot.store().change(vec![Change::Configure { to: Box::new(stored), retimed: false }]).await.unwrap();
    let panel = whole.ask(STUDENT, STUDENT, "/settings").await;
    assert!(panel.text().contains("一天只发 24 次"), "{}", panel.text());
    let before = whole.count(STUDENT);
    whole.press(STUDENT, STUDENT, &panel, "星期");
    let days = whole
        .until("the days", |world| {
            let now = world.chat(STUDENT)?.messages.get(&panel.id)?;
            now.text().contains("哪一天").then(|| now.clone())
        })
        .await;
    let press = whole.press(STUDENT, STUDENT, &days, "周三");
    assert!(whole.notice(&press).await.unwrap().contains("一天要发 36 次"));
    assert_eq!(whole.count(STUDENT), before);
}

#[tokio::test]
async fn the_bots_admins_and_the_lines_of_the_config_are_free_and_a_limit_can_be_set_or_lifted() {
    let admins = vec![("WENGU_TELEGRAM__ADMINS", STUDENT.to_string())];
    let whole = Whole::start_with_config(admins).await;
    whole.ask(STUDENT, STUDENT, "/subscribe */5 * * * *").await;
    assert_eq!(crons(&whole, STUDENT).await, ["*/5 * * * *"]);
    let whole = Whole::start_with_config(vec![("WENGU_TELEGRAM__LIMITS__RUNS", "0".to_owned())]).await;
    whole.ask(STUDENT, STUDENT, "/subscribe */5 * * * *").await;
    assert_eq!(crons(&whole, STUDENT).await, ["*/5 * * * *"]);
    let whole = Whole::start_with_config(vec![("WENGU_TELEGRAM__LIMITS__RUNS", "2".to_owned())]).await;
    let said = whole.ask(STUDENT, STUDENT, "/subscribe 每天 8:00、12:00、20:00").await;
    assert!(said.text().contains("最多 2 次"), "{}", said.text());
    whole.ask(STUDENT, STUDENT, "/subscribe 每天 8:00、20:00").await;
    assert_eq!(crons(&whole, STUDENT).await, ["0 8,20 * * *"]);
}

#[tokio::test]
async fn a_stored_schedule_above_the_limit_comes_as_often_as_it_may_and_its_owner_is_told_once() {
    let whole = Whole::start().await;
    whole.emulator.world().start(STUDENT, "", NOW.0).unwrap();
    whole.heard(STUDENT, 1).await;
    let every_second = subscription(STUDENT, "* * * * * *", "Asia/Shanghai", NOW.after(Duration::from_secs(1)));
    let new = NewSubscription { by: UserId(STUDENT), ..every_second };
    whole.bot.store().change(vec![Change::Subscribe(new)]).await.unwrap();
    for hour in 1..=4 {
        whole.to_next_reminder().await;
        whole.settled(hour).await;
    }
    let all = whole.bot.store().deliveries(100).await.unwrap();
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(all.iter().all(|delivery| delivery.state == DeliveryState::Sent), "{all:?}");
    let dues: Vec<i64> = all.iter().take(3).map(|delivery| delivery.occurrence.due.0 / 60_000).collect();
    assert_eq!((dues[0] - dues[1], dues[1] - dues[2]), (60, 60), "an hour apart");
    let said = whole.heard(STUDENT, 6).await;
    let told = |text: &str| text.contains("定了一天 86400 次") && text.contains("一天只发 24 次");
    assert_eq!(said.iter().filter(|message| told(message.text())).count(), 1, "told once");
}
