//! What operators ask over HTTP, of a whole bot.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;
use sqlx::{AnyConnection, Connection as _};
use wengu::sandbox::scene::{MAYA, STUDENT};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::faults::{Fault, FaultRule};

use crate::kill::{Stage, end};
use crate::whole::{PATIENCE, Whole, by_webhook};

/// An answer: its status, its kind and its text.
pub(crate) type Page = (u16, String, String);

async fn whole() -> Whole {
    let mut variables = by_webhook().to_vec();
    variables.push(("WENGU_HTTP__LISTEN", "0".to_owned()));
    Whole::start_with_config(variables).await
}

/// What `/readyz` says once it is content. It may not be at the first look: it answers while the bot is starting.
pub(crate) async fn readiness(whole: &Whole) -> Page {
    let ready = async {
        loop {
            let answer = page(whole, "/readyz").await;
            if answer.0 == 200 {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, ready).await {
        Ok(answer) => answer,
        Err(_) => panic!("not ready: {:?}", page(whole, "/readyz").await),
    }
}

pub(crate) async fn get(address: &str, path: &str) -> Option<Page> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("http://{address}{path}")).send().await.ok()?;
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    Some((answer.status().as_u16(), kind.unwrap_or_default(), answer.text().await.unwrap()))
}

pub(crate) async fn page(whole: &Whole, path: &str) -> Page {
    get(&whole.bot.http().expect("it listens").to_string(), path).await.unwrap()
}

/// Every sample of `/metrics`, by its name with its labels.
pub(crate) async fn samples(whole: &Whole) -> BTreeMap<String, f64> {
    let (status, kind, text) = page(whole, "/metrics").await;
    assert_eq!((status, kind.split(';').next()), (200, Some("application/openmetrics-text")));
    assert!(text.ends_with("# EOF\n"));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit_once(' ').unwrap()).map(|(name, n)| (name.to_owned(), n.parse().unwrap())).collect()
}

/// The metrics of `/metrics`, counters as they are asked for.
async fn names(whole: &Whole) -> BTreeSet<String> {
    let (.., text) = page(whole, "/metrics").await;
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    types.map(|(name, kind)| if kind == "counter" { format!("{name}_total") } else { name.to_owned() }).collect()
}

fn in_the_readme() -> BTreeSet<String> {
    let readme = include_str!("../../README.md");
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `wengu_")?.split_once('`'));
    rows.map(|(name, _)| format!("wengu_{name}")).collect()
}

#[tokio::test]
async fn nobody_is_answered_unless_the_config_says_so() {
    assert_eq!(Whole::start().await.bot.http(), None);
}

#[tokio::test]
async fn a_bot_that_works_is_alive_and_ready_on_this_machine_alone() {
    let whole = whole().await;
    assert!(whole.bot.http().unwrap().ip().is_loopback());
    assert_eq!(page(&whole, "/healthz").await.2, "alive\n");
    let (.., text) = readiness(&whole).await;
    insta::assert_snapshot!(text, @r#"{"ready":true,"checks":{"documents":{"ok":true,"says":"1 loaded"},"lease":{"ok":true,"says":"this instance works"},"planner":{"ok":true,"says":"at work"},"receiver":{"ok":true,"says":"at work"},"sender":{"ok":true,"says":"at work"},"store":{"ok":true,"says":"writable"},"telegram":{"ok":true,"says":"answers"},"webhook":{"ok":true,"says":"leads to us"}}}"#);
    assert_eq!(page(&whole, "/").await.0, 404);
}

#[tokio::test]
async fn a_bot_that_waits_for_telegram_is_alive_and_not_ready() {
    let stage = Stage::new().await;
    stage.emulator.world().fail(FaultRule::new(Fault::ResetBefore).always());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let child = stage.serve_with(&[("WENGU_HTTP__LISTEN", free.clone())]);
    let ready = async {
        loop {
            // At first nothing at all is there yet.
            match get(&free, "/readyz").await {
                Some(page) if !page.2.contains(r#""telegram":{"ok":false,"says":"not ready""#) => return page,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    let (status, _, text) = tokio::time::timeout(PATIENCE, ready).await.unwrap();
    assert_eq!(status, 503, "{text}");
    assert!(text.contains(r#""telegram":{"ok":false,"says":"Telegram's answer was lost"#), "{text}");
    assert!(!text.contains(&stage.emulator.world().bot.token), "{text}");
    assert_eq!(get(&free, "/healthz").await.unwrap().0, 200);
    end(child).await;
}

#[tokio::test]
async fn a_bot_whose_token_is_refused_is_not_ready_any_more() {
    let whole = whole().await;
    readiness(&whole).await;
    let good = std::mem::replace(&mut whole.emulator.world().bot.token, "7000000001:another".to_owned());
    whole.say(STUDENT, STUDENT, "一把手");
    let refused = async {
        loop {
            let (status, _, text) = page(&whole, "/readyz").await;
            if status == 503 {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let text = tokio::time::timeout(Duration::from_secs(30), refused).await.expect("it is not ready");
    assert!(text.contains(r#""telegram":{"ok":false,"says":"Telegram refused: Unauthorized"#), "{text}");
    whole.emulator.world().bot.token = good;
    whole.heard(STUDENT, 1).await;
    readiness(&whole).await;
}

#[tokio::test]
async fn a_bot_that_is_about_to_end_is_not_ready_any_more() {
    let whole = whole().await;
    readiness(&whole).await;
    whole.emulator.world().fail(FaultRule::new(Fault::Hold("gate".into())).method("sendMessage"));
    whole.say(STUDENT, STUDENT, "一把手");
    while whole.emulator.world().fault_hits() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let Whole { bot, emulator, .. } = whole;
    let address = bot.http().unwrap().to_string();
    let ending = tokio::spawn(bot.stop());
    let (status, _, text) = get(&address, "/readyz").await.expect("it still answers");
    assert_eq!(status, 503, "{text}");
    assert_eq!(get(&address, "/healthz").await.unwrap().0, 200, "and is alive");
    emulator.shared().open_gate("gate");
    ending.await.unwrap();
}

#[tokio::test]
async fn the_readme_names_every_figure_and_events_move_each() {
    let whole = whole().await;
    assert_eq!(in_the_readme(), names(&whole).await);
    let before = samples(&whole).await;
    let mut moved = BTreeSet::new();
    let mut look = |now: &BTreeMap<String, f64>| {
        let differing = now.iter().filter(|(name, value)| before.get(*name) != Some(value));
        moved.extend(differing.map(|(name, _)| name.clone()));
    };

    {
        let mut world = whole.emulator.world();
        world.say(Saying::new(STUDENT, STUDENT, "一把手"), whole.clock.now().0).unwrap();
        assert!(world.repeat_last_update(whole.clock.now().0));
        world.queue_raw(json!({ "message": { "photo": 7, "date": "now" } }), whole.clock.now().0);
    }
    whole.heard(STUDENT, 1).await;
    whole.ask(STUDENT, STUDENT, "王五是谁").await;
    whole.ask(STUDENT, STUDENT, "/subscribe").await;
    whole.to_next_reminder().await;
    whole.settled(1).await;

    // One that waits for its place behind another.
    whole.emulator.world().fail(FaultRule::new(Fault::Hold("place".into())).method("sendMessage").chat(STUDENT));
    whole.say(STUDENT, STUDENT, "一把手");
    whole.say(STUDENT, STUDENT, "四风");
    whole
        .until_stored("both answers are made", async |store| {
            (store.open_rows().await.unwrap().len() == 2).then_some(())
        })
        .await;
    whole.clock.advance(Duration::from_secs(20));
    while samples(&whole).await[r#"wengu_lateness_seconds{class="reply"}"#] < 20.0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    look(&samples(&whole).await);
    whole.emulator.shared().open_gate("place");
    whole
        .until_stored("both answers are sent", async |store| store.open_rows().await.unwrap().is_empty().then_some(()))
        .await;

    // One who has to wait, and one whose answer is lost.
    whole.emulator.world().fail(FaultRule::new(Fault::TooMany(30)).method("sendMessage").chat(MAYA));
    whole.say(MAYA, MAYA, "四风");
    whole.held(MAYA).await;
    whole.clock.advance(Duration::from_secs(20));
    look(&samples(&whole).await);
    whole.emulator.world().fail(FaultRule::new(Fault::ResetAfter).method("sendMessage"));
    whole.clock.advance(Duration::from_secs(10));
    whole.heard_in_time(MAYA, 2, Duration::from_secs(1)).await;
    whole.recorded(MAYA).await;

    // A row that cannot be read, and a write that fails, which readiness tells.
    let mut other = AnyConnection::connect(&whole.home.url()).await.unwrap();
    let bad = "INSERT INTO subscriptions (id, bot_id, chat_id, chat_kind, document, series, cron, zone, lang, by_user,
                   next_due, created_at)
               SELECT 'bad', bot_id, chat_id, chat_kind, document, series, cron, zone, 'tlh', by_user, 1, 1
               FROM subscriptions";
    sqlx::query(bad).execute(&mut other).await.unwrap();
    while whole.bot.store().unreadable()["subscriptions"] == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sqlx::query("ALTER TABLE holds RENAME TO gone").execute(&mut other).await.unwrap();
    let (status, _, text) = page(&whole, "/readyz").await;
    assert_eq!(status, 503);
    assert!(text.contains(r#""store":{"ok":false,"says":"failed to write something down: "#), "{text}");

    // A task that fails.
    sqlx::query("ALTER TABLE subscriptions RENAME TO gone_too").execute(&mut other).await.unwrap();
    let failures = r#"wengu_step_failures_total{task="planner"}"#;
    let failed = async {
        while samples(&whole).await[failures] == 0.0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, failed).await.expect("a failure is counted");
    // And a read.
    assert!(whole.bot.store().holds().await.is_err());

    let after = samples(&whole).await;
    look(&after);
    for name in in_the_readme() {
        assert!(moved.iter().any(|sample| sample.starts_with(&name)), "`{name}` has not moved: {moved:#?}");
    }
    for (sample, least) in [
        (r#"wengu_updates_total{state="new"}"#, 4.0),
        (r#"wengu_updates_total{state="repeated"}"#, 1.0),
        (r#"wengu_updates_passed_over_total{kind="message",why="unreadable"}"#, 1.0),
        ("wengu_update_odd_parts_total", 1.0),
        (r#"wengu_handled_total{event="said"}"#, 4.0),
        ("wengu_answers_total", 2.0),
        ("wengu_refusals_total", 1.0),
        (r#"wengu_messages_total{class="reply",outcome="sent"}"#, 4.0),
        (r#"wengu_messages_total{class="reminder",outcome="sent"}"#, 1.0),
        (r#"wengu_ambiguous_total{class="reply"}"#, 1.0),
        (r#"wengu_deliveries{state="sent"}"#, 1.0),
        (r#"wengu_telegram_calls_total{method="SendMessage",outcome="too_many"}"#, 1.0),
        (r#"wengu_telegram_calls_total{method="SendMessage",outcome="lost"}"#, 1.0),
        ("wengu_store_write_failures_total", 1.0),
        ("wengu_store_read_failures_total", 1.0),
        (r#"wengu_unreadable_rows{table="subscriptions"}"#, 1.0),
        (r#"wengu_webhook_requests_total{status="200"}"#, 4.0),
        ("wengu_webhook_seconds_count", 4.0),
        // The first may have come before anybody handled.
        ("wengu_reaction_seconds_count", 3.0),
    ] {
        assert!(after.get(sample).is_some_and(|value| *value >= least), "{sample}: {after:#?}");
    }
}
