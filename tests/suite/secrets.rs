//! What gives access is shown nowhere: not by a command, whatever is wrong with its config, nor by a bot that runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use wengu::config;
use wengu::sandbox::scene::MAYA;

use crate::kill::{Stage, end};
use crate::proxy::{self, Proxy};

/// A part of every secret of these tests. No Debug, no error and no page may hold it.
const MARKER: &str = "zqxhidden";

/// The texts that can hold no secret. A new key that takes any text has to be put here, or to have a type that is not
/// printed.
const PUBLIC: &[&str] = &["telegram.token_file", "telegram.webhook.certificate", "content.dir", "log.filter"];

/// The keys that may hold a secret: all others that take any text at all.
fn secret_keys() -> Vec<&'static str> {
    let takes_text = |key: &str| config::load(None, [(variable(key), MARKER.to_owned())].into_iter()).is_ok();
    config::keys().into_iter().filter(|key| !PUBLIC.contains(key) && takes_text(key)).collect()
}

fn variable(key: &str) -> String {
    format!("WENGU_{}", key.to_uppercase().replace('.', "__"))
}

/// How a secret may stand in a key that can hold one: alone, and in addresses of every kind, right or wrong.
fn spellings() -> Vec<String> {
    [
        "HIDDEN",
        "123456:HIDDEN",
        "123456:HIDDEN?",
        "postgres://anna:HIDDEN@127.0.0.1:1/db",
        "postgres://127.0.0.1:1/db?user=anna&password=HIDDEN",
        "postgres://127.0.0.1:1/db?sslpassword=HIDDEN&unknown=HIDDEN&HIDDEN=1",
        "postgres://anna@127.0.0.1:1/db?password=p@HIDDEN",
        "postgres://anna:p/HIDDEN@127.0.0.1:1/db",
        "postgres:anna:HIDDEN@127.0.0.1/db",
        "host=127.0.0.1 password=HIDDEN",
        "sqlite://no/such/../folder.db?key=HIDDEN",
        "mysql://anna:HIDDEN@127.0.0.1/db",
        "socks5://anna:HIDDEN@127.0.0.1:1",
        "http://anna:HIDDEN@127.0.0.1:1/HIDDEN?HIDDEN#HIDDEN",
        "https://127.0.0.1:1/bot123456:HIDDEN",
        "HIDDEN://127.0.0.1",
    ]
    .map(|text| text.replace("HIDDEN", MARKER))
    .to_vec()
}

#[test]
fn every_key_that_can_hold_a_secret_has_a_type_that_is_not_printed() {
    let known: BTreeSet<&str> = PUBLIC.iter().copied().collect();
    assert!(known.is_subset(&config::keys()), "{known:?}");
    for key in secret_keys() {
        let loaded = config::load(None, [(variable(key), MARKER.to_owned())].into_iter()).unwrap();
        let printed = format!("{loaded:?} {}", toml::to_string(&loaded.config).unwrap());
        assert!(!printed.contains(MARKER), "`{key}` is printed: say in PUBLIC that it can hold no secret, or hide it");
    }
}

#[test]
fn what_is_wrong_in_the_file_is_said_without_repeating_a_secret() {
    let lines = [
        "token = HIDDEN",
        "token = 123456:HIDDEN",
        "token = \"123456:HIDDEN",
        "token = 'HIDDEN",
        "token \"HIDDEN\"",
        "token: HIDDEN",
        "token = \"a\" HIDDEN",
        "token = \"a\"HIDDEN = 1",
        "HIDDEN",
        "= HIDDEN",
        "token = [\"HIDDEN\"]",
        "token = { HIDDEN = \"HIDDEN\" }",
        "token = \"\\HIDDEN\"",
        "token = \"a\"\ntoken = \"HIDDEN\"",
        "token = \"\"\"HIDDEN\n",
        "[token]\nHIDDEN = 1 HIDDEN",
        "token =\nHIDDEN = \"x\"",
    ];
    let file = tempfile::NamedTempFile::new().unwrap();
    for line in lines {
        for key in secret_keys() {
            let (section, name) = key.rsplit_once('.').unwrap();
            let text = line.replace("token", name).replace("HIDDEN", MARKER);
            fs::write(file.path(), format!("[{section}]\n{text}\n")).unwrap();
            let said = match config::load(Some(file.path()), std::iter::empty()) {
                Ok(loaded) => format!("{loaded:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!said.contains(MARKER), "{text}\n{said}");
        }
    }
}

/// Every command that reads the config or takes an address, with each secret key set to this.
fn commands(folder: &Path, spelled: &str) -> Vec<(String, Output)> {
    let address = if spelled.contains("://") { spelled } else { "sqlite://a.db" };
    fs::write(folder.join("backup"), "").unwrap();
    let commands: Vec<Vec<&str>> = vec![
        vec!["serve"],
        vec!["check"],
        vec!["check", "--json"],
        vec!["doctor"],
        vec!["doctor", "--json"],
        vec!["backup", "out"],
        vec!["restore", "backup"],
        vec!["restore", "backup", "--to", address],
        vec!["deliveries"],
        vec!["questions"],
        vec!["migrate-store", address, "sqlite://other.db"],
        vec!["migrate-store", "sqlite://other.db", address],
        vec!["migrate-store", "sqlite://a.db", "sqlite://b.db", address],
        vec!["restore", "backup", "--too", address],
    ];
    let run = |arguments: Vec<&str>| {
        let mut command = Command::new("timeout");
        command.args(["2", env!("CARGO_BIN_EXE_wengu")]).args(&arguments).current_dir(folder);
        command.env("WENGU_LOG__FILTER", "trace").env("WENGU_CONTENT__DIR", folder);
        // What is to be told apart by the address fails at the address, and not for want of documents.
        command.envs(secret_keys().into_iter().map(|key| (variable(key), spelled)));
        (format!("{arguments:?} with `{spelled}`"), command.output().unwrap())
    };
    let mut outputs: Vec<_> = commands.into_iter().map(run).collect();
    outputs.push((format!("a store at `{spelled}`"), serve_with_store(folder, spelled)));
    outputs
}

/// `wengu serve` that finds nothing wrong before the store, at its most talkative.
fn serve_with_store(folder: &Path, url: &str) -> Output {
    let mut command = Command::new("timeout");
    command.args(["2", env!("CARGO_BIN_EXE_wengu"), "serve"]).current_dir(folder);
    let variables = [
        ("WENGU_TELEGRAM__TOKEN", "1:abc"),
        ("WENGU_TELEGRAM__API_URL", "http://127.0.0.1:1"),
        ("WENGU_STORE__URL", url),
        ("WENGU_LOG__FILTER", "trace"),
    ];
    command.envs(variables).output().unwrap()
}

#[test]
fn no_command_repeats_a_secret_whatever_is_wrong_with_it() {
    let run = |spelled: &String| {
        let folder = TempDir::new().unwrap();
        for (what, output) in commands(folder.path(), spelled) {
            let said = format!("{output:?}");
            assert!(!said.contains(MARKER), "{what}: {said}");
        }
    };
    let spellings = spellings();
    std::thread::scope(|scope| {
        for half in spellings.chunks(spellings.len().div_ceil(2)) {
            scope.spawn(move || half.iter().for_each(run));
        }
    });
}

#[test]
fn a_token_in_the_place_of_its_file_is_repeated_by_nobody() {
    let folder = TempDir::new().unwrap();
    let token = format!("123456:{MARKER}");
    for arguments in [&["serve"][..], &["doctor"], &["deliveries"], &["init", "--dir", "new", "--token-file", &token]] {
        let mut command = Command::new("timeout");
        command.args(["5", env!("CARGO_BIN_EXE_wengu")]).args(arguments).current_dir(folder.path());
        command.env("WENGU_TELEGRAM__TOKEN_FILE", &token).env("WENGU_LOG__FILTER", "trace");
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = format!("{output:?}");
        assert!(!said.contains(MARKER), "{arguments:?}: {said}");
        assert!(said.contains("holds a token"), "{arguments:?}: {said}");
        assert!(!output.status.success());
    }
}

/// The surroundings of a bot that works, with a secret in every key that can hold one.
fn surroundings(stage: &Stage, proxy: &str) -> Vec<(String, String)> {
    let with_password = |url: &str| url.replace("://", &format!("://anna:{MARKER}@"));
    let store = stage.home.url();
    let joint = if store.contains('?') { '&' } else { '?' };
    let values = [
        ("telegram.token", stage.emulator.world().bot.token.clone()),
        ("telegram.api_url", with_password(&stage.emulator.url)),
        ("telegram.proxy", with_password(proxy)),
        ("telegram.webhook.url", format!("https://wengu.example/{MARKER}")),
        ("telegram.webhook.path", format!("/{MARKER}")),
        ("telegram.webhook.secret", format!("{MARKER}-secret")),
        ("store.url", format!("{store}{joint}sslpassword={MARKER}")),
    ];
    assert_eq!(
        values.each_ref().map(|(key, _)| *key).into_iter().collect::<BTreeSet<_>>(),
        secret_keys().into_iter().collect()
    );
    let values = values.into_iter().map(|(key, value)| (variable(key), value));
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let mut all: Vec<_> = stage.receiving().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    all.extend(values);
    all.extend([
        ("WENGU_TELEGRAM__MODE".to_owned(), "webhook".to_owned()),
        ("WENGU_CONTENT__DIR".to_owned(), content.display().to_string()),
        ("WENGU_LOG__FILTER".to_owned(), "trace".to_owned()),
    ]);
    all
}

#[tokio::test]
async fn a_bot_that_works_with_secrets_everywhere_shows_none_in_its_log_its_pages_and_what_doctor_says() {
    let stage = Stage::new().await;
    let proxy = proxy::start(Proxy::Http).await;
    let mut variables = surroundings(&stage, &proxy.url);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    variables.push(("WENGU_HTTP__LISTEN".to_owned(), free.clone()));
    let log = stage.home.path().join("log");
    let wengu = || {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_wengu"));
        command.envs(variables.clone()).stdin(Stdio::null()).kill_on_drop(true);
        command
    };
    let child = wengu().arg("serve").stderr(fs::File::create(&log).unwrap()).spawn().unwrap();
    stage.say("一把手");
    stage.until("an answer", |world| (world.chat(MAYA)?.messages.len() >= 2).then_some(())).await;
    let mut said = Vec::new();
    for page in ["readyz", "metrics"] {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(format!("http://{free}/{page}")).send().await.unwrap();
        said.push((page, answer.text().await.unwrap()));
    }
    for (what, arguments) in
        [("doctor", &["doctor", "--json"][..]), ("deliveries", &["deliveries"]), ("check", &["check"])]
    {
        said.push((what, format!("{:?}", wengu().args(arguments).output().await.unwrap())));
    }
    end(child).await;
    said.push(("log", fs::read_to_string(log).unwrap()));
    assert!(proxy.passed() > 0, "the way led through the proxy");
    let token = stage.emulator.world().bot.token.clone();
    for (what, text) in said {
        assert!(!text.is_empty(), "{what}");
        for secret in [MARKER, token.split_once(':').unwrap().1] {
            let line = text.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "`{secret}` in {what}");
        }
    }
}
