//! What befalls the database, while the bot runs on it.

use std::process::Stdio;

use sqlx::{AnyConnection, Connection as _};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use wengu::app::Bot;
use wengu::sandbox::scene::{MAYA, STUDENT};
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::faults::{Fault, FaultRule};

use super::*;
use crate::home::{Home, leave_out};
use crate::kill::Stage;
use crate::operators::get;
use crate::whole::config;

async fn run(conn: &mut AnyConnection, statement: &'static str) {
    sqlx::query(statement).execute(conn).await.unwrap();
}

#[tokio::test]
async fn two_instances_on_one_file() {
    let Some(home) = Home::on_a_file("two instances on one file") else { return };
    let whole = Whole::start_at(home, study_group()).await;
    let (api, token) = (whole.emulator.url.clone(), whole.emulator.world().bot.token.clone());
    let second = config(&api, &token, &whole.home.url(), &[]);
    let refused = Bot::start(&second, whole.clock.clone()).await.err().expect("one file, one bot").to_string();
    assert!(refused.contains("another wengu already uses the store"), "{refused}");
    whole.ask(STUDENT, STUDENT, "一把手").await;
}

#[tokio::test]
async fn a_database_that_is_locked() {
    let Some(home) = Home::on_a_file("a database that is locked") else { return };
    let whole = groups_at(home, 1).await;
    let mut other = AnyConnection::connect(&whole.home.url()).await.unwrap();
    run(&mut other, "BEGIN IMMEDIATE").await;
    whole.clock.advance(MINUTE);
    whole.say(STUDENT, STUDENT, "一把手");
    // Longer than a write waits for the lock.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(whole.count(STUDENT), 0, "nothing goes out that is not stored");
    run(&mut other, "ROLLBACK").await;
    whole.heard(STUDENT, 1).await;
    reminded(&whole, group(0), 1).await;
    whole.settled(1).await;
    assert_eq!((whole.count(STUDENT), whole.count(group(0))), (1, 2));
}

#[tokio::test]
async fn what_cannot_be_stored_for_a_while_is_counted_once() {
    let Some(home) = Home::on_a_file("what cannot be stored for a while") else { return };
    let http = vec![("WENGU_HTTP__LISTEN", "0".to_owned())];
    let mut world = world_of_groups(1);
    world.seat(group(0), STUDENT, Role::Member);
    let whole = Whole::start_with(world, home, http).await;
    whole.heard(group(0), 1).await;
    // As many as one person may ask in a minute; the first waits for Telegram, the others behind it.
    let rule = FaultRule::new(Fault::Hold("rights".into())).method("getChatMember");
    whole.emulator.world().fail(rule);
    whole.say(group(0), STUDENT, "/settings");
    for _ in 1..30 {
        whole.say(group(0), STUDENT, "/ask 四风");
    }
    whole.until("they are stored", |world| (world.pending_updates() == 0).then_some(())).await;
    let mut other = AnyConnection::connect(&whole.home.url()).await.unwrap();
    run(&mut other, "BEGIN IMMEDIATE").await;
    whole.emulator.shared().open_gate("rights");
    let failed = async {
        let address = whole.bot.http().expect("it listens").to_string();
        loop {
            let (.., page) = get(&address, "/metrics").await.unwrap();
            let line = page.lines().find_map(|line| line.strip_prefix("wengu_store_write_failures_total "));
            if line.is_some_and(|count| count.parse::<f64>().unwrap() >= 2.0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(MINUTE, failed).await.expect("storing was tried twice");
    run(&mut other, "ROLLBACK").await;
    let heard = whole.heard(group(0), 31).await;
    assert!(heard.iter().all(|answer| !answer.text().contains("60 秒后")), "{:?}", heard.last());
    let told = whole.ask(group(0), STUDENT, "/ask 四风").await;
    assert!(told.text().contains("60 秒后"), "{}", told.text());
}

/// `wengu serve` in a file system of its own on the stage's folder, made by these commands. `None` where this machine
/// lets nobody make one.
async fn serve_on(stage: &Stage, commands: &str) -> Option<Child> {
    let allowed = Command::new("unshare").args(["-rm", "true"]).stderr(Stdio::null()).status().await;
    if !allowed.is_ok_and(|status| status.success()) {
        leave_out(
            "file systems that are full or read-only",
            "It takes `unshare -rm`, which this machine does not let us do.",
        );
        return None;
    }
    let token = stage.emulator.world().bot.token.clone();
    let child = Command::new("unshare")
        .args(["-rm", "sh", "-ec", &format!("{commands}; exec \"$WENGU\" serve")])
        .env("WENGU", env!("CARGO_BIN_EXE_wengu"))
        .env("FOLDER", stage.home.path())
        .env("WENGU_TELEGRAM__API_URL", &stage.emulator.url)
        .env("WENGU_TELEGRAM__TOKEN", token)
        .env("WENGU_STORE__URL", stage.home.url())
        .env("WENGU_CONTENT__DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("content"))
        .env("WENGU_LOG__FILTER", "warn")
        .env("WENGU_TELEGRAM__LIMITS__CHAT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    Some(child)
}

#[tokio::test]
async fn a_read_only_database() {
    let Some(home) = Home::on_a_file("a read-only database") else { return };
    let stage = Stage::new_at(home).await;
    stage.store().await.close().await;
    let read_only = "mount --bind \"$FOLDER\" \"$FOLDER\"; mount -o remount,bind,ro \"$FOLDER\"";
    let Some(child) = serve_on(&stage, read_only).await else { return };
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("failed to open the store") && said.contains("may be read and written"), "{said}");
}

#[tokio::test]
async fn a_full_disk() {
    // Within the limit of each of the three, who may ask 30 times a minute.
    const QUESTIONS: u64 = 60;
    let Some(home) = Home::on_a_file("a full disk") else { return };
    let stage = Stage::new_at(home).await;
    let Some(mut child) = serve_on(&stage, "mount -t tmpfs -o size=16m none \"$FOLDER\"").await else { return };
    stage.say("zqx before");
    stage.until("it works", |world| (world.call_count("sendMessage") >= 1).then_some(())).await;
    let inside = Path::new("/proc").join(child.id().unwrap().to_string()).join("root");
    let filler = inside.join(stage.home.path().strip_prefix("/").unwrap()).join("filler");
    assert!(fs::write(&filler, vec![0; 32 << 20]).is_err(), "there is no space left");
    let long = "学".repeat(4_000);
    for (n, person) in (0..QUESTIONS).zip([MAYA, STUDENT, TEACHER].into_iter().cycle()) {
        stage.say_as(person, &format!("zqx {n} {long}"));
    }
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let full =
        async { while !lines.next_line().await.unwrap().expect("it goes on").contains("disk of the store is full") {} };
    tokio::time::timeout(MINUTE, full).await.expect("it says so");
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    fs::remove_file(&filler).unwrap();
    stage.until("all are answered", |w| (w.call_count("sendMessage") > QUESTIONS).then_some(())).await;
    stage.say("zqx after");
    stage.until("it goes on", |w| (w.call_count("sendMessage") > QUESTIONS + 1).then_some(())).await;
    assert_eq!(stage.emulator.world().call_count("sendMessage"), QUESTIONS + 2, "each once");
}

#[tokio::test]
async fn a_torn_write_ahead_log() {
    let Some(home) = Home::on_a_file("a torn write-ahead log") else { return };
    let whole = groups_at(home, 1).await;
    whole.clock.advance(MINUTE);
    reminded(&whole, group(0), 1).await;
    whole.settled(1).await;
    // What a power cut leaves: the log as it was, and a frame of which only half was written.
    let copy = tempfile::tempdir().unwrap();
    for name in ["wengu.db", "wengu.db-wal"] {
        fs::copy(whole.home.path().join(name), copy.path().join(name)).unwrap();
    }
    let log = copy.path().join("wengu.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    let half: Vec<u8> = bytes.iter().rev().take(2_000).copied().collect();
    bytes.extend(half);
    fs::write(&log, bytes).unwrap();
    let url = format!("sqlite://{}", copy.path().join("wengu.db").display());
    let bot = wengu::store::BotId(whole.emulator.world().bot.id);
    let store = Store::open(&url, bot, whole.clock.clone()).await.unwrap();
    assert_eq!(store.deliveries(9).await.unwrap(), whole.bot.store().deliveries(9).await.unwrap());
    subscribe(&store, group(7), NOW).await;
    assert_eq!(store.due(NOW, 9).await.unwrap().len(), 1);
}
