//! `wengu deliveries`, as an operator runs it beside the running bot.

use std::process::Output;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use wengu::sandbox::scene::{GROUP, TEACHER};
use wengu::sandbox::world::faults::{Fault, FaultRule};

use crate::whole::Whole;

async fn wengu(whole: &Whole, arguments: &[&str]) -> Output {
    // The world is not to be held while the program runs.
    let token = whole.emulator.world().bot.token.clone();
    Command::new(env!("CARGO_BIN_EXE_wengu"))
        .arg("deliveries")
        .args(arguments)
        .env("WENGU_TELEGRAM__TOKEN", token)
        .env("WENGU_STORE__URL", whole.home.url())
        .output()
        .await
        .unwrap()
}

async fn listed(whole: &Whole, arguments: &[&str]) -> Vec<Value> {
    let output = wengu(whole, &[&["--json"], arguments].concat()).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A subscribed group, and what befalls its first reminder.
async fn reminded(fault: Fault) -> Whole {
    let whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    whole.emulator.world().fail(FaultRule::new(fault).method("sendMessage").chat(GROUP));
    whole.to_next_reminder().await;
    whole
}

#[tokio::test]
async fn a_reminder_that_failed_is_listed_with_its_reason_and_can_be_sent_again() {
    let whole = reminded(Fault::Refuse(400, "Bad Request: no".into())).await;
    whole.settled(1).await;
    let failed = listed(&whole, &["--state", "failed"]).await.remove(0);
    assert_eq!((&failed["chat"], &failed["attempts"]), (&GROUP.into(), &1.into()));
    assert_eq!(failed["reason"], "Bad Request: no");
    assert_eq!(whole.count(GROUP), 2);
    let text = String::from_utf8(wengu(&whole, &[]).await.stdout).unwrap();
    assert!(text.contains("failed") && text.contains("2026-06-01 09:00 Asia/Shanghai"), "{text}");
    assert!(text.ends_with("1 delivery: 1 failed\n"), "{text}");

    let id = failed["id"].as_str().unwrap();
    let asked = wengu(&whole, &["retry", id]).await;
    assert!(asked.status.success(), "{asked:?}");
    let pushed = whole.heard(GROUP, 3).await.pop().unwrap();
    assert!(pushed.text().contains("本周举措"), "{}", pushed.text());
    whole.settled(1).await;
    assert_eq!(listed(&whole, &["--state", "failed"]).await.len(), 0);
    let refused = wengu(&whole, &["retry", id]).await;
    assert_eq!(refused.status.code(), Some(1), "it was sent: {refused:?}");
}

#[tokio::test]
async fn a_reminder_that_waits_can_be_dropped() {
    let whole = reminded(Fault::TooMany(43_838)).await;
    whole.held(GROUP).await;
    let waiting = loop {
        let mut waiting = listed(&whole, &["--state", "planned"]).await;
        if waiting[0]["not_before"].as_i64() > waiting[0]["due"].as_i64() {
            break waiting.remove(0);
        }
    };
    let dropped = wengu(&whole, &["drop", waiting["id"].as_str().unwrap()]).await;
    assert!(dropped.status.success(), "{dropped:?}");
    whole.clock.advance(Duration::from_secs(43_838));
    whole.ask(GROUP, TEACHER, "/status").await;
    let entry = listed(&whole, &[]).await.remove(0);
    assert_eq!((&entry["state"], &entry["reason"]), (&"skipped".into(), &"dropped by the operator".into()));
    assert_eq!(whole.count(GROUP), 3, "introduction, confirmation, status");
}

#[tokio::test]
async fn what_cannot_be_done_is_said_with_the_way_out() {
    let whole = Whole::start().await;
    for (arguments, code, words) in [
        (&["retry", "nonsense"][..], 2, "shows their ids"),
        (&["drop", "0191f0c0a5d07000800000000000abcd"], 1, "no delivery with this id"),
        (&["--since", "yesterday"], 2, "`7d`"),
    ] {
        let output = wengu(&whole, arguments).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
