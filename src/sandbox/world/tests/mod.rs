//! The rules, one by one.

mod anything;
mod hearing;
mod queue;
mod writing;

use serde_json::{Value, json};

use super::chats::Role;
use super::messages::Content;
use super::{Answer, Saying, World};
use crate::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER, study_group};

const NOW: i64 = 1_780_000_000_000;
const BOT: i64 = 7_000_000_001;

/// The study group with the bot in it, Maya's private chat open, and no updates waiting.
fn world() -> World {
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW).unwrap();
    world.start(MAYA, "", NOW).unwrap();
    let last = updates(&mut world, json!({})).last().unwrap()["update_id"].as_i64().unwrap();
    updates(&mut world, json!({ "offset": last + 1 }));
    world
}

fn updates(world: &mut World, params: Value) -> Vec<Value> {
    world.handle("getUpdates", &params, NOW).result().unwrap().as_array().unwrap().clone()
}

fn ask(world: &mut World, method: &str, params: Value) -> Answer {
    world.handle(method, &params, NOW)
}

fn send(world: &mut World, chat: i64, text: &str) -> i64 {
    let answer = ask(world, "sendMessage", json!({ "chat_id": chat, "text": text }));
    answer.result().unwrap_or_else(|| panic!("{answer:?}"))["message_id"].as_i64().unwrap()
}

/// Telegram's words for refusing a message to a chat.
fn refusal(world: &mut World, chat: i64) -> (u16, String) {
    let answer = ask(world, "sendMessage", json!({ "chat_id": chat, "text": "a" }));
    (answer.status, answer.description().to_owned())
}

fn texts(updates: &[Value]) -> Vec<&str> {
    updates.iter().map(|u| u["message"]["text"].as_str().unwrap_or_default()).collect()
}
