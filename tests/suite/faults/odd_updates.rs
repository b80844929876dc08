//! Updates that the bot cannot read, in part or at all.

use serde_json::{Value, json};
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT};

use super::*;

/// A message of the student's in a chat, with these parts beside its text.
fn message(chat: &Value, text: &str, parts: Value) -> Value {
    let mut message = json!({
        "message_id": 700, "date": NOW.0 / 1_000, "chat": chat, "text": text,
        "from": { "id": STUDENT, "is_bot": false, "first_name": "学生", "language_code": "zh" },
    });
    if let Value::Object(parts) = parts {
        message.as_object_mut().unwrap().extend(parts);
    }
    json!({ "message": message })
}

fn private() -> Value {
    json!({ "id": STUDENT, "type": "private", "first_name": "学生" })
}

#[tokio::test]
async fn a_message_with_parts_that_cannot_be_read_is_answered() {
    let whole = Whole::in_group().await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    let before = whole.count(GROUP);
    let odd = [
        json!({ "external_reply": { "origin": { "type": "hologram" }, "text": "…" }, "quote": 7 }),
        json!({ "entities": [{ "type": "sparkle", "offset": 0, "length": 1, "glow": [] }] }),
        json!({ "entities": [{ "type": "text_link", "offset": 0, "length": 1, "url": "not a link at all" }, 7] }),
        json!({ "forward_origin": { "type": "community", "date": "today" } }),
        json!({ "document": { "file_id": "x" }, "reply_to_message": "gone", "reply_markup": [1] }),
    ];
    for (n, parts) in odd.iter().enumerate() {
        whole.emulator.world().queue_raw(message(&private(), "一把手", parts.clone()), NOW.0);
        let answers = whole.heard(STUDENT, n + 2).await;
        assert!(answers[n + 1].text().contains("一把手"), "{parts}: {}", answers[n + 1].text());
    }

    // In a group what cannot be read says nothing about whom it is for, and the text does.
    let group = json!({ "id": GROUP, "type": "supergroup", "title": "学习小组" });
    let name = whole.emulator.world().bot.username.clone();
    let said = |text: String| whole.emulator.world().queue_raw(message(&group, &text, json!({ "entities": 7 })), NOW.0);
    said("一把手".to_owned());
    said(format!("/ask@another_bot 一把手 @{name}"));
    said(format!("/ask@{name} 一把手"));
    whole.heard(GROUP, before + 1).await;
    said(format!("@{name} 四风"));
    let answers = whole.heard(GROUP, before + 2).await;
    assert!(answers[before].text().contains("一把手"), "{}", answers[before].text());
    assert!(answers[before + 1].text().contains("四风"), "{}", answers[before + 1].text());
}

#[tokio::test]
async fn an_update_that_no_library_reads_is_passed_over() {
    let whole = Whole::start().await;
    for strange in [
        json!({ "poll_answer": { "poll_id": "1", "option_ids": [] } }),
        json!({ "message_reaction": { "chat": private(), "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": [] } }),
        json!({ "message": 7 }),
        json!({ "message": { "text": "一把手" } }),
        json!({ "callback_query": [] }),
        json!({}),
    ] {
        whole.emulator.world().queue_raw(strange, NOW.0);
        let answers = whole.count(STUDENT);
        whole.ask(STUDENT, STUDENT, "一把手").await;
        assert_eq!(whole.count(STUDENT), answers + 1);
    }
    whole.until("they are confirmed", |world| (world.pending_updates() == 0).then_some(())).await;
}

#[tokio::test]
async fn an_update_id_beyond_32_bits_alone_in_the_queue() {
    let whole = Whole::start().await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    let id = i64::from(i32::MAX) + 5_000;
    let mut update = message(&private(), "一把手", Value::Null);
    update["update_id"] = json!(id);
    whole.emulator.world().queue_numbered(id, update, NOW.0);
    whole.heard(STUDENT, 2).await;
    whole.until("it is confirmed", |world| (world.pending_updates() == 0).then_some(())).await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    assert_eq!(whole.count(STUDENT), 3);
}

#[tokio::test]
async fn an_update_that_cannot_be_confirmed_is_asked_for_ever_more_rarely() {
    if crate::whole::runs_by_webhook() {
        return;
    }
    let whole = Whole::start().await;
    whole.emulator.world().queue_unconfirmable(json!({ "message": "nothing" }), NOW.0);
    whole.ask(MAYA, MAYA, "一把手").await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    let (begun, before) = (std::time::Instant::now(), whole.emulator.world().call_count("getUpdates"));
    whole.until("it is asked for", |world| (world.call_count("getUpdates") >= before + 5).then_some(())).await;
    // Pauses of 250, 500, 1,000 ms … lie between the calls. Without them five take milliseconds.
    assert!(begun.elapsed() > Duration::from_millis(1_500), "{:?}", begun.elapsed());
}
