//! The log of a whole program at its most talkative: each line an event with its fields, and nothing in it that people
//! wrote or that gives access.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::Command;
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::faults::{Fault, FaultRule};

use crate::kill::{Stage, end, now};
use crate::whole::by_webhook;

/// What nobody but the people of the test says, each word once in a different place.
const WORDS: [&str; 5] = ["zqxprivate", "zqxcommand", "zqxgroup", "zqxtyped", "zqxbroken"];

/// The log of a program that has lived through much, at trace level.
async fn log(webhook: bool, format: &str) -> (Stage, String) {
    let stage = Stage::new().await;
    let file = stage.home.path().join("log");
    let mut variables = stage.receiving();
    if webhook {
        variables.splice(0..0, by_webhook());
    }
    let child = Command::new(env!("CARGO_BIN_EXE_wengu"))
        .args(["--log", format, "serve"])
        .env("WENGU_TELEGRAM__API_URL", &stage.emulator.url)
        .env("WENGU_TELEGRAM__TOKEN", stage.emulator.world().bot.token.clone())
        .env("WENGU_STORE__URL", stage.home.url())
        .env("WENGU_CONTENT__DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("content"))
        .env("WENGU_LOG__FILTER", "trace")
        .envs(variables)
        .stdin(Stdio::null())
        .stderr(File::create(&file).unwrap())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    live(&stage).await;
    end(child).await;
    (stage, std::fs::read_to_string(file).unwrap())
}

async fn live(stage: &Stage) {
    {
        let mut world = stage.emulator.world();
        world.add_bot(GROUP, TEACHER, now()).unwrap();
        world.rules.privacy = false;
        for refusal in ["Bad Request: can't parse entities", "Bad Request: message to be replied not found"] {
            world.fail(FaultRule::new(Fault::Refuse(400, refusal.into())).method("sendMessage"));
        }
        world.fail(FaultRule::new(Fault::ResetAfter).method("sendMessage").after(2));
        world.queue_raw(json!({ "message": { "text": WORDS[4], "chat": 7 } }), now());
        world.say(Saying::new(GROUP, STUDENT, format!("{} 大家好", WORDS[2])), now()).unwrap();
        world.say(Saying::new(MAYA, MAYA, format!("{} 是谁", WORDS[0])), now()).unwrap();
        world.say(Saying::new(GROUP, MAYA, format!("/ask@wengu_bot {}", WORDS[1])), now()).unwrap();
        world.inline(STUDENT, WORDS[3], "", now()).unwrap();
    }
    stage.until("all is answered", |world| (world.call_count("sendMessage") >= 5).then_some(())).await;
    stage.until("all is confirmed", |world| (world.pending_updates() == 0).then_some(())).await;
}

fn holds_nothing_secret(stage: &Stage, log: &str) {
    assert!(log.lines().count() > 20, "it is talkative: {log}");
    let token = stage.emulator.world().bot.token.clone();
    let key = token.split_once(':').unwrap().1.to_owned();
    for secret in WORDS.into_iter().chain([token.as_str(), key.as_str()]) {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "`{secret}` is in the log");
    }
}

#[tokio::test]
async fn no_text_and_no_token_is_in_the_log_of_a_program_that_polls() {
    let (stage, log) = log(false, "human").await;
    holds_nothing_secret(&stage, &log);
    assert!(!log.contains('\u{1b}'), "colours are for terminals");
}

#[tokio::test]
async fn no_text_no_token_and_no_secret_is_in_the_log_of_a_program_with_a_webhook_each_line_an_object() {
    let (stage, log) = log(true, "json").await;
    holds_nothing_secret(&stage, &log);
    let secret = stage.emulator.world().webhook_secret().expect("it is set").to_owned();
    assert!(!log.contains(&secret));
    for line in log.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no object: {line}"));
        assert!(["timestamp", "level", "target"].iter().all(|field| event[field].is_string()), "{line}");
    }
    assert!(log.contains(r#""message":"ready","bot":"wengu_bot""#), "{log}");
}
