//! `wengu doctor`, against the emulator: what it finds, and that each finding has its way out.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Connection as _;
use tempfile::TempDir;
use tokio::process::Command;
use wengu::clock::{Clock, Timestamp};
use wengu::store::{BotId, Change, Goal, NewSubscription, Store};

use crate::kill::{Stage, now};
use crate::proxy::{self, Proxy};

/// A stage with the bot's surroundings as variables, which a test bends.
struct Patient {
    stage: Stage,
    variables: Vec<(&'static str, String)>,
}

impl Patient {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
        let variables = vec![
            ("WENGU_TELEGRAM__API_URL", stage.emulator.url.clone()),
            ("WENGU_TELEGRAM__TOKEN", stage.emulator.world().bot.token.clone()),
            ("WENGU_STORE__URL", stage.home.url()),
            ("WENGU_CONTENT__DIR", content.display().to_string()),
        ];
        Self { stage, variables }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
        self
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wengu"));
        command.arg("doctor").args(arguments).envs(self.variables.iter().cloned());
        command.current_dir(self.stage.home.path()).output().await.unwrap()
    }

    /// What was found about something, and how it is.
    async fn found(&self, about: &str) -> Vec<(String, String, String)> {
        let output = self.run(&["--json"]).await;
        let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        let broken = found.iter().any(|finding| finding["state"] == "error");
        assert_eq!(output.status.code(), Some(i32::from(broken)));
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
        for finding in &found {
            assert!(finding["state"] == "ok" || !text(finding, "help").is_empty(), "no way out: {finding}");
        }
        let about = found.iter().filter(|finding| finding["about"] == about);
        about.map(|f| (text(f, "state"), text(f, "message"), text(f, "help"))).collect()
    }

    async fn the(&self, about: &str) -> (String, String, String) {
        self.found(about).await.pop().unwrap_or_else(|| panic!("nothing about {about}"))
    }
}

#[tokio::test]
async fn all_is_well_where_it_is() {
    let patient = Patient::new().await;
    let output = patient.run(&[]).await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.ends_with("all is well\n"), "{said}");
    for about in ["api", "token", "clock", "groups", "privacy", "inline", "webhook", "store", "zones", "content"] {
        assert!(said.contains(&format!("ok      {about}: ")), "nothing about {about}:\n{said}");
    }
    assert!(!said.contains("sandbox-needs-no-secret"));
    assert!(!patient.stage.home.path().join("wengu.db").exists(), "nothing is changed by looking");
}

#[tokio::test]
async fn switches_of_botfather_that_are_not_as_they_should_be() {
    let patient = Patient::new().await;
    {
        let rules = &mut patient.stage.emulator.world().rules;
        (rules.joins_groups, rules.privacy, rules.inline) = (false, false, false);
    }
    for (about, state, command) in
        [("groups", "warning", "/setjoingroups"), ("privacy", "warning", "/setprivacy"), ("inline", "ok", "/setinline")]
    {
        let found = patient.the(about).await;
        assert_eq!(found.0, state);
        assert!(format!("{} {}", found.1, found.2).contains(command), "{found:?}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_left_over() {
    let patient = Patient::new().await;
    let params = json!({ "url": "https://elsewhere.example/hook" });
    patient.stage.emulator.world().handle("setWebhook", &params, now());
    let found = patient.the("webhook").await;
    assert!(found.0 == "warning" && found.1.contains("`elsewhere.example`"), "{found:?}");
}

#[tokio::test]
async fn a_token_that_telegram_does_not_know_and_one_that_is_none() {
    let patient = Patient::new().await.with("WENGU_TELEGRAM__TOKEN", "42:nobody");
    let found = patient.the("token").await;
    assert!(found.0 == "error" && found.2.contains("/token"), "{found:?}");
    let patient = patient.with("WENGU_TELEGRAM__TOKEN", "nonsense");
    assert_eq!(patient.the("token").await.0, "error");
}

#[tokio::test]
async fn an_api_that_is_out_of_reach() {
    let patient = Patient::new().await.with("WENGU_TELEGRAM__API_URL", "http://127.0.0.1:1");
    let found = patient.the("api").await;
    assert!(found.0 == "error" && found.2.contains("telegram.proxy"), "{found:?}");
}

#[tokio::test]
async fn the_way_leads_through_the_proxy_of_either_kind() {
    for kind in [Proxy::Http, Proxy::Socks5] {
        let proxy = proxy::start(kind).await;
        let patient = Patient::new().await.with("WENGU_TELEGRAM__PROXY", &proxy.url);
        let found = patient.the("api").await;
        assert!(found.0 == "ok" && found.1.contains(&proxy.url), "{found:?}");
        assert!(proxy.passed() > 0, "{kind:?}: nothing went through it");
        let broken = Patient::new().await.with("WENGU_TELEGRAM__PROXY", format!("{}1", kind.scheme("127.0.0.1:")));
        assert_eq!(broken.the("api").await.0, "error", "{kind:?}: there is no way around it");
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong() {
    let patient = Patient::new().await;
    let variables = patient.variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let loaded = wengu::config::load(None, variables).unwrap();
    for (behind, state) in [(0, "ok"), (20, "warning"), (3_600, "error")] {
        let clock = Clock::fixed(Timestamp(now()).before(Duration::from_secs(behind)));
        let found = wengu::app::doctor::examine(&loaded, &clock).await;
        let clock = found.iter().find(|finding| finding.about == "clock").unwrap();
        assert_eq!(json!(clock.state), state, "{clock:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn secrets_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut patient = Patient::new().await;
    let file = patient.stage.home.path().join("token");
    std::fs::write(&file, patient.stage.emulator.world().bot.token.clone()).unwrap();
    patient.variables.retain(|(name, _)| *name != "WENGU_TELEGRAM__TOKEN");
    let patient = patient.with("WENGU_TELEGRAM__TOKEN_FILE", file.display().to_string());
    for (mode, state) in [(0o644, "warning"), (0o640, "ok"), (0o600, "ok")] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let found = patient.found("permissions").await.remove(0);
        assert_eq!(found.0, state, "{mode:o}: {found:?}");
    }
    patient.stage.store().await.close().await;
    let found = patient.found("permissions").await;
    assert!(found.iter().all(|found| found.0 == "ok"), "the store is made for its owner alone: {found:?}");
}

#[tokio::test]
async fn a_store_and_content_that_cannot_be_used() {
    let patient = Patient::new().await;
    let notes = patient.stage.home.path().join("notes.txt");
    std::fs::write(&notes, "these are my notes, they are no database at all".repeat(100)).unwrap();
    let patient =
        patient.with("WENGU_STORE__URL", format!("sqlite://{}", notes.display())).with("WENGU_CONTENT__DIR", "nowhere");
    assert_eq!(patient.the("store").await.0, "error");
    let found = patient.the("content").await;
    assert!(found.0 == "error" && found.2.contains("wengu init"), "{found:?}");
    let patient = patient.with("WENGU_STORE__URL", "mysql://anna:secret@localhost/wengu");
    let found = patient.the("store").await;
    assert!(found.0 == "error" && !found.1.contains("secret"), "{found:?}");
}

#[tokio::test]
async fn a_zone_that_is_not_known() {
    let patient = Patient::new().await;
    subscribe(&patient, 7_000_000_001, "Moon/Tranquility").await;
    let found = patient.the("zones").await;
    assert!(found.0 == "error" && found.1.contains("Moon/Tranquility"), "{found:?}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read() {
    let patient = Patient::new().await;
    subscribe(&patient, 7_000_000_001, "Asia/Shanghai").await;
    let mut conn = sqlx::AnyConnection::connect(&patient.stage.home.url()).await.unwrap();
    sqlx::query("UPDATE subscriptions SET lang = 'tlh'").execute(&mut conn).await.unwrap();
    let found = patient.the("rows").await;
    assert!(found.0 == "warning" && found.1.contains("1 row(s)") && found.1.contains("`tlh` as `lang`"), "{found:?}");
}

#[tokio::test]
async fn a_token_of_another_bot_on_a_store_is_noticed_by_doctor_and_at_the_start() {
    let patient = Patient::new().await;
    subscribe(&patient, 41, "Asia/Shanghai").await;
    let warned = patient.found("token").await.into_iter().find(|found| found.0 == "warning").expect("a warning");
    assert!(warned.1.contains("1 of bot 41") && warned.2.contains("former token"), "{warned:?}");

    let folder = TempDir::new().unwrap();
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_wengu"));
    serve.arg("serve").envs(patient.variables.iter().cloned()).stderr(log).kill_on_drop(true);
    let child = serve.spawn().unwrap();
    patient.stage.until("it is ready", |world| (world.call_count("getUpdates") > 0).then_some(())).await;
    crate::kill::end(child).await;
    let said = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(said.contains("the token is another bot's") && said.contains("1 of bot 41"), "{said}");
}

/// Somebody subscribes with a bot, on the stage's store.
async fn subscribe(patient: &Patient, bot: i64, zone: &str) {
    use wengu::message::{ChatId, ChatKind, Lang, Place, TopicId, UserId};
    let store = Store::open(&patient.stage.home.url(), BotId(bot), Clock::system()).await.unwrap();
    let subscription = NewSubscription {
        goal: Goal::default(),
        place: Place { chat: ChatId(-5), topic: TopicId::MAIN, kind: ChatKind::Group },
        document: wengu::content::model::DocumentId::parse("reflection").unwrap(),
        series: "measure".to_owned(),
        cron: "0 9 * * 1".to_owned(),
        zone: zone.to_owned(),
        lang: Lang::Zh,
        by: UserId(5),
        next_due: None,
    };
    store.change(vec![Change::Subscribe(subscription)]).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_bot_that_runs_is_alive_and_one_that_does_not_is_not() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let patient = Patient::new().await;
    assert_eq!(patient.run(&["--health"]).await.status.code(), Some(2), "it listens nowhere");
    let patient = patient.with("WENGU_HTTP__LISTEN", format!("0.0.0.0:{free}"));
    let silent = patient.run(&["--health"]).await;
    assert_eq!(silent.status.code(), Some(1));
    assert!(String::from_utf8(silent.stderr).unwrap().contains("nobody answers"));
    let child = patient.stage.serve_with(&[("WENGU_HTTP__LISTEN", free.to_string())]);
    patient.stage.until("it is ready", |world| (world.call_count("getUpdates") > 0).then_some(())).await;
    let alive = patient.run(&["--health"]).await;
    assert!(alive.status.success(), "{alive:?}");
    crate::kill::end(child).await;
}
