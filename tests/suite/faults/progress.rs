//! A part of the bot that gets nowhere, while the rest works: who watches is told which one it is.

use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use wengu::sandbox::scene::MAYA;
use wengu::sandbox::world::faults::{Fault, FaultRule};

use super::*;
use crate::whole::PATIENCE;

async fn page(whole: &Whole, path: &str) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let address = whole.bot.http().expect("it listens");
    let answer = client.get(format!("http://{address}/{path}")).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Waits until everything is ready, the lease of a server included.
async fn ready(whole: &Whole) {
    let mut last = String::new();
    let look = async {
        loop {
            let (status, text) = page(whole, "readyz").await;
            if status == 200 {
                return;
            }
            last = text;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, look).await;
    found.unwrap_or_else(|_| panic!("it never became ready: {last}"));
}

/// What `/readyz` says of each task, once it says this; with its status.
async fn readiness(whole: &Whole, wanted: [bool; 3]) -> u16 {
    let mut last = String::new();
    let look = async {
        loop {
            let (status, text) = page(whole, "readyz").await;
            let found: Value = serde_json::from_str(&text).unwrap();
            let works = ["receiver", "planner", "sender"].map(|task| found["checks"][task]["ok"] == true);
            if works == wanted {
                return status;
            }
            last = text;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, look).await;
    found.unwrap_or_else(|_| panic!("never {wanted:?} for receiver, planner and sender: {last}"))
}

fn listening() -> [(&'static str, String); 2] {
    [("WENGU_TELEGRAM__MODE", "polling".to_owned()), ("WENGU_HTTP__LISTEN", "0".to_owned())]
}

/// A bot that polls and can be asked how it is.
async fn watched() -> Whole {
    let whole = Whole::start_with_config(listening().to_vec()).await;
    readiness(&whole, [true; 3]).await;
    ready(&whole).await;
    whole
}

/// More than a minute passes for everything that waits.
async fn a_minute_passes() {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
}

async fn rename(home: &Home, from: &str, to: &str) {
    let mut other = AnyConnection::connect(&home.url()).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"))).execute(&mut other).await.unwrap();
}

#[tokio::test]
async fn a_planner_that_cannot_read_its_table_is_named_and_its_failures_are_counted() {
    let whole = watched().await;
    rename(&whole.home, "subscriptions", "gone").await;
    a_minute_passes().await;
    // The receiver has waited for an update all that minute.
    whole.say(MAYA, MAYA, "一把手");
    assert_eq!(readiness(&whole, [true, false, true]).await, 503);
    let (_, text) = page(&whole, "metrics").await;
    let figure = |name: &str| -> f64 {
        text.lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_else(|| panic!("no {name}"))
            .trim()
            .parse()
            .unwrap()
    };
    assert!(figure("wengu_progress_seconds{task=\"planner\"}") > 60.0, "{text}");
    assert!(figure("wengu_progress_seconds{task=\"sender\"}") < 60.0, "{text}");
    assert!(figure("wengu_step_failures_total{task=\"planner\"}") >= 1.0, "{text}");
    rename(&whole.home, "gone", "subscriptions").await;
    readiness(&whole, [true; 3]).await;
    // It works again.
    ready(&whole).await;
}

#[tokio::test]
async fn a_receiver_that_gets_no_updates_is_named_while_messages_still_go_out() {
    let whole = watched().await;
    whole.emulator.world().fail(FaultRule::new(Fault::ResetBefore).method("getUpdates").always());
    // A call that is under way is answered, and those after it fail.
    whole.say(MAYA, MAYA, "一把手");
    whole.until("a call that fails", |world| (world.fault_hits() > 0).then_some(())).await;
    a_minute_passes().await;
    assert_eq!(readiness(&whole, [false, true, true]).await, 503);
    whole.emulator.world().heal();
    whole.say(MAYA, MAYA, "四风");
    readiness(&whole, [true; 3]).await;
    // It works again.
    ready(&whole).await;
}

#[tokio::test]
async fn a_bot_that_breaks_off_again_and_again_gets_nowhere() {
    let home = Home::new();
    let bot = wengu::store::BotId(study_group().bot.id);
    Store::open(&home.url(), bot, wengu::clock::Clock::fixed(NOW)).await.unwrap().close().await;
    // None of the tasks can begin without this table.
    rename(&home, "holds", "gone").await;
    let whole = Whole::start_with(study_group(), home, listening().to_vec()).await;
    if !whole.home.is_on_postgres() {
        // They have begun, and are not late yet. On a server the lease is given back each time that they break off.
        readiness(&whole, [true; 3]).await;
    }
    a_minute_passes().await;
    assert_eq!(readiness(&whole, [false; 3]).await, 503);
    rename(&whole.home, "gone", "holds").await;
    readiness(&whole, [true; 3]).await;
    // It works again.
    ready(&whole).await;
}
