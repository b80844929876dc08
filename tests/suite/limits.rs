//! Who may ask, and how often.

use std::time::Duration;

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::Saying;
use wengu::store::DeliveryState;

use crate::whole::Whole;

#[tokio::test]
async fn who_asks_too_often_is_told_once_and_slows_nobody() {
    let limit = vec![("WENGU_TELEGRAM__LIMITS__PERSON", "3".to_owned())];
    let whole = Whole::start_with_own_documents(limit).await;
    for _ in 0..8 {
        whole.say(STUDENT, STUDENT, "张三是谁");
    }
    let heard = whole.heard(STUDENT, 4).await;
    assert!(heard[3].text().contains("60 秒后"), "{}", heard[3].text());
    let other = whole.ask(MAYA, MAYA, "张三是谁").await;
    assert!(other.text().contains("张三"), "{}", other.text());

    whole.clock.advance(Duration::from_secs(61));
    let again = whole.ask(STUDENT, STUDENT, "张三是谁").await;
    assert!(again.text().contains("张三"), "{}", again.text());
    assert_eq!(whole.count(STUDENT), 5, "told once, and silent to the rest");
}

#[tokio::test]
async fn a_chat_has_a_limit_of_its_own_and_admins_of_the_bot_have_none() {
    let limits =
        vec![("WENGU_TELEGRAM__LIMITS__CHAT", "2".to_owned()), ("WENGU_TELEGRAM__ADMINS", format!(" {TEACHER} "))];
    let whole = Whole::start_with_own_documents(limits).await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    whole.ask(GROUP, STUDENT, "/ask 张三是谁").await;
    whole.ask(GROUP, MAYA, "/ask 张三是谁").await;
    let told = whole.ask(GROUP, MAYA, "/ask 张三是谁").await;
    assert!(told.text().contains("60 s"), "{}", told.text());
    for _ in 0..3 {
        let answer = whole.ask(GROUP, TEACHER, "/ask 张三是谁").await;
        assert!(answer.text().contains("张三"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_backlog_is_no_flood() {
    let limit = vec![("WENGU_TELEGRAM__LIMITS__PERSON", "1".to_owned())];
    let mut whole = Whole::start_with_own_documents(limit).await;
    whole.ask(STUDENT, STUDENT, "张三是谁").await;
    whole = whole
        .restart_with(|emulator, clock| {
            for _ in 0..3 {
                clock.advance(Duration::from_secs(90));
                emulator.world().say(Saying::new(STUDENT, STUDENT, "李四是谁"), clock.now().0).unwrap();
            }
        })
        .await;
    let heard = whole.heard(STUDENT, 4).await;
    assert!(heard[1..].iter().all(|answer| answer.text().contains("李四")), "{heard:?}");
}

#[tokio::test]
async fn a_bot_kept_to_some_serves_no_others() {
    let lists = vec![
        ("WENGU_TELEGRAM__GROUPS", "-1".to_owned()),
        ("WENGU_TELEGRAM__PEOPLE", format!("{STUDENT}")),
        ("WENGU_TELEGRAM__ADMINS", format!("{TEACHER}")),
    ];
    let whole = Whole::start_with_own_documents(lists).await;
    let answer = whole.ask(STUDENT, STUDENT, "张三是谁").await;
    assert!(answer.text().contains("张三"), "{}", answer.text());
    let refused = whole.ask(MAYA, MAYA, "张三是谁").await;
    assert!(refused.text().contains("not open here"), "{}", refused.text());

    whole.emulator.world().add_bot(GROUP, STUDENT, whole.clock.now().0).unwrap();
    whole.say(GROUP, STUDENT, "/ask 张三是谁");
    // The bot's own admin is served everywhere, and comes after them.
    whole.ask(GROUP, TEACHER, "/ask 张三是谁").await;
    assert_eq!(whole.count(GROUP), 1, "neither introduced nor answered");
}

#[tokio::test]
async fn a_chat_that_is_not_served_any_more_is_not_reminded() {
    let mut whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let before = whole.count(GROUP);
    whole = whole.restart_as("WENGU_TELEGRAM__GROUPS", "-1").await;
    whole.to_next_reminder().await;
    whole.settled(1).await;
    let skipped = whole.bot.store().deliveries(1).await.unwrap().remove(0);
    assert_eq!(skipped.state, DeliveryState::Skipped);
    assert!(skipped.reason.unwrap().contains("not among those"));
    assert_eq!(whole.count(GROUP), before);
}
