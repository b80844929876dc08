//! How the program ends where it cannot start: a service manager starts it again where that may help, and only there.

use std::process::ExitStatus;

use sqlx::{AnyConnection, Connection as _};
use wengu::sandbox::scene::MAYA;

use super::*;
use crate::kill::{Stage, count, end};

/// What may pass by itself.
const LATER: Option<i32> = Some(1);
/// What somebody has to mend.
const NEVER: Option<i32> = Some(2);

/// `wengu serve` with something wrong in its surroundings: how it ends, and what it says.
async fn serve(stage: &Stage, wrong: &[(&str, &str)]) -> (ExitStatus, String) {
    let more: Vec<_> = wrong.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let log = stage.home.path().join("ended");
    let mut child = stage.serve_logging_with(&log, &more);
    let ended = tokio::time::timeout(MINUTE, child.wait()).await;
    let status = ended.unwrap_or_else(|_| panic!("it goes on with {wrong:?}")).unwrap();
    (status, fs::read_to_string(log).unwrap())
}

#[tokio::test]
async fn what_does_not_mend_itself_ends_with_2_and_what_may_with_1() {
    let stage = Stage::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    let token = stage.emulator.world().bot.token.clone();
    let (bot, _) = token.split_once(':').unwrap();
    for (wrong, code) in [
        // Telegram does not know it any more.
        (vec![("WENGU_TELEGRAM__TOKEN", format!("{bot}:refused").as_str())], NEVER),
        (vec![("WENGU_TELEGRAM__TOKEN", "none at all")], NEVER),
        (vec![("WENGU_TELEGRAM__API_URL", "no address")], NEVER),
        (vec![("WENGU_TELEGRAM__PROXY", "no address")], NEVER),
        (vec![("WENGU_TELEGRAM__LIMITS__PERSON", "many")], NEVER),
        (vec![("WENGU_TELEGRAM__MODE", "webhook"), ("WENGU_TELEGRAM__WEBHOOK__URL", "nowhere")], NEVER),
        (vec![("WENGU_LOG__FILTER", "wengu=loud")], NEVER),
        (vec![("WENGU_NO__SUCH_KEY", "1")], NEVER),
        (vec![("WENGU_STORE__URL", "mysql://localhost/wengu")], NEVER),
        (vec![("WENGU_STORE__URL", "postgres://127.0.0.1:1/wengu")], LATER),
        (vec![("WENGU_CONTENT__DIR", empty)], LATER),
        (vec![("WENGU_HTTP__LISTEN", taken.as_str())], LATER),
    ] {
        let (status, said) = serve(&stage, &wrong).await;
        assert_eq!(status.code(), code, "{wrong:?}: {said}");
        assert!(!said.is_empty(), "{wrong:?}: it says why");
    }
}

#[tokio::test]
async fn a_store_in_use_may_be_free_later_and_one_of_a_newer_program_stays_one() {
    let Some(home) = Home::on_a_file("the exit code of a second instance") else { return };
    let stage = Stage::new_at(home).await;
    let child = stage.serve();
    stage.say("一把手");
    stage.until("it works", |world| (world.call_count("sendMessage") > 0).then_some(())).await;
    let (status, said) = serve(&stage, &[]).await;
    assert_eq!(status.code(), LATER, "{said}");
    end(child).await;
    let mut store = AnyConnection::connect(&stage.home.url()).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 9999, 'newer', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
    sqlx::query(newer).execute(&mut store).await.unwrap();
    store.close().await.unwrap();
    let (status, said) = serve(&stage, &[]).await;
    assert_eq!(status.code(), NEVER, "{said}");
}

#[tokio::test]
async fn a_token_that_is_refused_while_the_bot_runs_does_not_end_it() {
    let stage = Stage::new().await;
    let log = stage.home.path().join("log");
    let mut child = stage.serve_logging(&log);
    stage.say("一把手");
    stage.until("it works", |world| (count(world, MAYA, "一把手") > 0).then_some(())).await;
    let good = std::mem::replace(&mut stage.emulator.world().bot.token, "7000000001:another".to_owned());
    stage.say("四风");
    let refused = async {
        while !fs::read_to_string(&log).unwrap().contains("Unauthorized") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(MINUTE, refused).await.expect("it is refused");
    assert_eq!(child.try_wait().unwrap(), None, "whoever starts it again would have it refused for ever");
    stage.emulator.world().bot.token = good;
    stage.until("it goes on", |world| (count(world, MAYA, "四风") > 0).then_some(())).await;
    end(child).await;
}

/// The unit that we ship says the same.
#[test]
fn the_unit_starts_again_what_ends_with_1_and_not_what_ends_with_2() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/deploy/wengu.service");
    let unit = fs::read_to_string(unit).unwrap();
    for line in ["Restart=on-failure", "RestartPreventExitStatus=2"] {
        assert!(unit.lines().any(|found| found == line), "lacks {line}");
    }
}
