//! What befalls the bot's standing with Telegram, and the updates that come from there.

use serde_json::json;
use wengu::sandbox::scene::{MAYA, STUDENT};
use wengu::sandbox::world::faults::{Fault, FaultRule};

use super::*;

#[tokio::test]
async fn a_token_that_is_revoked() {
    let whole = groups(8).await;
    let good = whole.emulator.world().bot.token.clone();
    whole.emulator.world().bot.token = "7000000001:another".to_owned();
    whole.clock.advance(MINUTE);
    // The first may be tried before the last is planned.
    let planned = async {
        loop {
            let open = whole.bot.store().open_rows().await.unwrap();
            if open.len() == 8 && open.iter().any(|row| row.attempts > 0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, planned).await.expect("all are planned, and one is tried");
    whole.clock.advance(DAY);
    assert_eq!(whole.bot.store().open_rows().await.unwrap().len(), 8, "the queue is kept");
    let tried: u32 = whole.bot.store().open_rows().await.unwrap().iter().map(|row| row.attempts).sum();
    assert!(tried <= 8, "sending has stopped: {tried}");
    whole.emulator.world().bot.token = good;
    for n in 0..8 {
        reminded(&whole, group(n), 1).await;
    }
    assert!((0..8).all(|n| reminders(&whole.emulator.world(), group(n)).len() == 1));
}

#[tokio::test]
async fn a_409_from_a_second_poller() {
    let whole = Whole::start().await;
    whole.emulator.world().fail(FaultRule::new(Fault::conflict()).method("getUpdates"));
    whole.ask(STUDENT, STUDENT, "一把手").await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    assert_eq!(whole.count(STUDENT), 2);
}

#[tokio::test]
async fn a_webhook_set_by_someone_else() {
    let whole = Whole::start().await;
    let params = json!({ "url": "https://elsewhere.example/hook" });
    let set = whole.emulator.world().handle("setWebhook", &params, NOW.0);
    assert_eq!(set.status, 200);
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert_eq!(whole.count(STUDENT), 1);
}

#[tokio::test]
async fn an_update_that_is_repeated() {
    let whole = Whole::start().await;
    {
        let mut world = whole.emulator.world();
        world.say(wengu::sandbox::world::Saying::new(STUDENT, STUDENT, "一把手"), NOW.0).unwrap();
        assert!(world.repeat_last_update(NOW.0));
        assert!(world.repeat_last_update(NOW.0));
    }
    whole.heard(STUDENT, 1).await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    assert_eq!(whole.count(STUDENT), 2);
}

#[tokio::test]
async fn update_ids_that_restart() {
    let whole = Whole::start().await;
    whole.ask(STUDENT, STUDENT, "一把手").await;
    whole.emulator.world().restart_update_ids(40);
    whole.ask(STUDENT, STUDENT, "四风").await;
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert_eq!(whole.count(STUDENT), 3);
    whole.until("they are confirmed", |world| (world.pending_updates() == 0).then_some(())).await;
}

#[tokio::test]
async fn an_update_that_cannot_be_parsed() {
    let whole = Whole::start().await;
    {
        let mut world = whole.emulator.world();
        world.queue_raw(json!({ "message": { "chat": 7, "from": "nobody" } }), NOW.0);
        world.queue_raw(json!({ "never_heard_of": [1, 2, 3] }), NOW.0);
    }
    whole.ask(STUDENT, STUDENT, "一把手").await;
    whole.until("they are confirmed", |world| (world.pending_updates() == 0).then_some(())).await;
}

#[tokio::test]
async fn one_chat_flooding() {
    // As if nobody were told that it is too much: then the others are still served.
    let limits = ["WENGU_TELEGRAM__LIMITS__PERSON", "WENGU_TELEGRAM__LIMITS__CHAT"];
    let whole = Whole::start_with_own_documents(limits.map(|name| (name, "0".to_owned())).to_vec()).await;
    for _ in 0..300 {
        whole.say(MAYA, MAYA, "一把手");
    }
    whole.ask(STUDENT, STUDENT, "四风").await;
    let flood = whole.count(MAYA);
    assert!(flood < 300, "the other is not served behind the flood: {flood}");
    whole.heard(MAYA, 300).await;
}
