//! What befalls SQLite's file: copied alone, deleted, emptied, replaced, damaged.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::process::Output;

use sqlx::{AnyConnection, Connection as _, Row as _};
use tokio::process::Command;
use wengu::sandbox::scene::{MAYA, STUDENT};

use super::*;
use crate::kill::{Stage, end, kill};
use crate::operators::{page, readiness, samples};

/// Long enough that a bot which ought to refuse has refused.
const REFUSES_WITHIN: Duration = Duration::from_secs(30);

/// `wengu` with more to say, on the stage's store.
async fn wengu(stage: &Stage, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wengu"));
    command
        .args(arguments)
        .env("WENGU_TELEGRAM__API_URL", &stage.emulator.url)
        .env("WENGU_TELEGRAM__TOKEN", stage.emulator.world().bot.token.clone())
        .env("WENGU_STORE__URL", stage.home.url())
        .env("WENGU_CONTENT__DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("content"))
        .kill_on_drop(true);
    tokio::time::timeout(REFUSES_WITHIN, command.output()).await.expect("it ends by itself").unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

/// A bot on a file that has answered somebody, and what was asked.
async fn answered_on_a_file(what: &str) -> Option<(Stage, tokio::process::Child)> {
    let stage = Stage::new_at(Home::on_a_file(what)?).await;
    let store = stage.store().await;
    subscribe(&store, group(0), Timestamp(crate::kill::now()).after(DAY)).await;
    store.close().await;
    let child = stage.serve();
    stage.say("zqx first");
    stage.until("it is answered", |world| (crate::kill::count(world, MAYA, "first") > 0).then_some(())).await;
    Some((stage, child))
}

#[tokio::test]
async fn the_file_alone_is_the_whole_store_after_an_orderly_end() {
    let Some((stage, child)) = answered_on_a_file("a copy of the file alone").await else { return };
    end(child).await;
    let log = fs::metadata(stage.home.path().join("wengu.db-wal")).map_or(0, |data| data.len());
    assert_eq!(log, 0, "what is in the log is missing from a copy of the file");
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("wengu.db");
    fs::copy(stage.home.path().join("wengu.db"), &file).unwrap();
    let mut conn = AnyConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let sent = "SELECT COUNT(*) AS n FROM outbox WHERE state = 'sent'";
    let sent: i64 = sqlx::query(sent).fetch_one(&mut conn).await.unwrap().get("n");
    assert_eq!(sent, 1, "the answer is recorded in it");
}

#[tokio::test]
async fn a_store_that_is_gone_is_not_begun_anew_by_itself() {
    let Some((stage, child)) = answered_on_a_file("a store that is gone").await else { return };
    let (db, backup) = (stage.home.path().join("wengu.db"), stage.home.path().join("backup"));
    let backup = backup.to_str().unwrap();
    assert!(wengu(&stage, &["backup", backup]).await.status.success());
    kill(child).await;
    for emptied in [false, true] {
        for beside in ["-wal", "-shm"] {
            let _ = fs::remove_file(stage.home.path().join(format!("wengu.db{beside}")));
        }
        fs::remove_file(&db).unwrap();
        if emptied {
            fs::write(&db, "").unwrap();
        }
        for command in ["serve", "doctor", "deliveries", "questions"] {
            let refused = wengu(&stage, &[command]).await;
            let said = text(&refused);
            assert!(!refused.status.success(), "{command}: {said}");
            assert!(said.contains("is gone: ") && said.contains("`wengu restore`"), "{command}: {said}");
        }
        assert!(!fs::metadata(&db).is_ok_and(|data| data.len() > 0), "nothing was made in its place");
        assert!(wengu(&stage, &["restore", backup]).await.status.success(), "the way out leads out");
        let child = stage.serve();
        stage.say(&format!("zqx again{emptied}z"));
        let again = format!("again{emptied}z");
        stage.until("it goes on", |world| (crate::kill::count(world, MAYA, &again) > 0).then_some(())).await;
        end(child).await;
        let store = stage.store().await;
        assert_eq!(store.subscriptions(ChatId(group(0))).await.unwrap().len(), 1, "nobody's subscription is gone");
        store.close().await;
    }
}

#[tokio::test]
async fn a_new_store_is_made_by_the_first_serve_alone_and_said_at_warn() {
    let Some(home) = Home::on_a_file("the first store") else { return };
    let stage = Stage::new_at(home).await;
    let log = stage.home.path().join("log");
    for command in ["doctor", "deliveries", "questions"] {
        wengu(&stage, &[command]).await;
        assert!(!stage.home.path().join("wengu.db").exists(), "`{command}` made a store");
    }
    for start in 0..3 {
        if start == 2 {
            // Somebody wants to start anew.
            for name in ["wengu.db", "wengu.db.lock"] {
                fs::remove_file(stage.home.path().join(name)).unwrap();
            }
        }
        let child = stage.serve_logging(&log);
        stage.say(&format!("zqx start{start}z"));
        let start_z = format!("start{start}z");
        stage.until("it works", |world| (crate::kill::count(world, MAYA, &start_z) > 0).then_some(())).await;
        end(child).await;
        let said = fs::read_to_string(&log).unwrap().contains("made a new, empty store");
        assert_eq!(said, start != 1, "start {start}");
        use std::os::unix::fs::PermissionsExt as _;
        for name in ["wengu.db", "wengu.db.lock"] {
            let mode = fs::metadata(stage.home.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

/// A bot on a file that tells whether it is ready.
async fn watched(what: &str) -> Option<Whole> {
    let home = Home::on_a_file(what)?;
    let whole = Whole::start_with(world_of_groups(1), home, vec![("WENGU_HTTP__LISTEN", "0".to_owned())]).await;
    whole.heard(group(0), 1).await;
    subscribe(whole.bot.store(), group(0), NOW.after(MINUTE)).await;
    readiness(&whole).await;
    Some(whole)
}

/// Waits until it is not ready for this reason, and gives all that it says.
async fn not_ready(whole: &Whole, why: &str) -> String {
    let looking = async {
        loop {
            let (status, _, text) = page(whole, "/readyz").await;
            if status == 503 && text.contains(why) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(MINUTE, looking).await.expect("it is ready, whatever happened to its file")
}

#[tokio::test]
async fn a_file_that_is_taken_from_under_the_bot_is_noticed_and_nothing_is_lost() {
    let Some(whole) = watched("a file that is taken away").await else { return };
    let (db, aside) = (whole.home.path().join("wengu.db"), whole.home.path().join("aside"));
    for replaced in [false, true] {
        fs::rename(&db, &aside).unwrap();
        if replaced {
            fs::copy(&aside, &db).unwrap();
        }
        let how = if replaced { "was replaced" } else { "was deleted" };
        let said = not_ready(&whole, how).await;
        assert!(said.contains("`wengu restore`"), "{said}");
        let before = whole.count(STUDENT);
        whole.say(STUDENT, STUDENT, "一把手");
        let refused = whole.bot.store().try_writing().await.unwrap_err();
        assert!(refused.to_string().contains(how), "{refused}");
        assert_eq!(whole.count(STUDENT), before, "nothing goes out that nobody will find recorded");
        fs::rename(&aside, &db).unwrap();
        readiness(&whole).await;
        whole.heard_in_time(STUDENT, before + 1, Duration::from_secs(1)).await;
        whole.recorded(STUDENT).await;
    }
    fs::File::options().write(true).open(&db).unwrap().set_len(0).unwrap();
    not_ready(&whole, "was cut short").await;
}

/// Fills the first page of an index with garbage, as a bad sector does.
async fn damage(home: &Home, index: &str) {
    let mut conn = AnyConnection::connect(&home.url()).await.unwrap();
    let ask = "SELECT rootpage, (SELECT page_size FROM pragma_page_size) AS size FROM sqlite_master
               WHERE name = $1";
    let row = sqlx::query(ask).bind(index).fetch_one(&mut conn).await.unwrap();
    let (root, size): (i64, i64) = (row.get("rootpage"), row.get("size"));
    loop {
        let moved = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut conn).await.unwrap();
        if moved.get::<i64, _>(0) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut file = fs::File::options().write(true).open(home.path().join("wengu.db")).unwrap();
    file.seek(SeekFrom::Start(u64::try_from((root - 1) * size).unwrap())).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(size).unwrap()]).unwrap();
}

#[tokio::test]
async fn a_page_in_the_middle_of_the_file_is_garbage() {
    let Some(whole) = watched("a damaged page").await else { return };
    let backup = whole.home.path().join("backup");
    let backup = backup.to_str().unwrap().to_owned();
    assert!(whole.command(&["backup", &backup]).status.success());
    damage(&whole.home, "subscriptions_due").await;
    // A write, after which the readers look at the file anew.
    whole.ask(STUDENT, STUDENT, "一把手").await;
    whole.clock.advance(MINUTE);
    let said = not_ready(&whole, "is damaged").await;
    assert!(said.contains("`wengu restore FILE --force`"), "{said}");
    let failed: f64 = samples(&whole).await["wengu_store_read_failures_total"]
        + samples(&whole).await["wengu_store_write_failures_total"];
    assert!(failed >= 1.0, "{failed}");
    assert_eq!(reminders(&whole.emulator.world(), group(0)).len(), 0);

    let (url, home) = (whole.home.url(), whole.home.path().to_owned());
    let wengu = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wengu"));
        command.args(arguments).env("WENGU_STORE__URL", &url).output().unwrap()
    };
    let whole = whole
        .restart_with(|_, _| {
            let doctor = text(&wengu(&["doctor"]));
            assert!(doctor.contains("damaged"), "{doctor}");
            let refused = wengu(&["restore", &backup]);
            assert!(!refused.status.success() && text(&refused).contains("--force"), "{}", text(&refused));
            let restored = wengu(&["restore", &backup, "--force"]);
            assert!(restored.status.success(), "{}", text(&restored));
            assert!(home.join("wengu.db.before-restore").exists(), "what can be read of the damaged one is kept");
        })
        .await;
    reminded(&whole, group(0), 1).await;
}

#[tokio::test]
async fn doctor_reads_every_page() {
    let Some((stage, child)) = answered_on_a_file("a page that nobody has read yet").await else { return };
    end(child).await;
    assert!(!text(&wengu(&stage, &["doctor"]).await).contains("damaged"));
    damage(&stage.home, "outbox_message").await;
    let said = text(&wengu(&stage, &["doctor"]).await);
    assert!(said.contains("is damaged") && said.contains("`wengu restore FILE --force`"), "{said}");
}
