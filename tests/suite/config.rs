//! The config file that we ship.

use std::path::Path;

use wengu::config::{self, Config};

fn shipped() -> (String, config::Loaded) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/wengu.toml");
    let loaded = config::load(Some(&path), std::iter::empty()).expect("the shipped config loads");
    (std::fs::read_to_string(path).unwrap(), loaded)
}

#[test]
fn the_shipped_config_says_the_defaults() {
    let (_, loaded) = shipped();
    let defaults = Config::default();
    assert_eq!(toml::to_string(&loaded.config).unwrap(), toml::to_string(&defaults).unwrap());
    assert_eq!(loaded.config.store.url, defaults.store.url);
}

#[test]
fn the_shipped_config_holds_every_key() {
    let (text, _) = shipped();
    let mut section = String::new();
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        if let Some(name) = line.strip_prefix('[').map(|l| l.trim_matches(['[', ']'])) {
            section = name.to_owned();
        } else if let Some((key, _)) = line.split_once(" = ")
            && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        {
            found.push(format!("{section}.{key}"));
        }
    }
    found.sort();
    let keys: Vec<_> = config::keys().into_iter().map(str::to_owned).collect();
    assert_eq!(found, keys);
}

#[test]
fn the_schedule_that_the_shipped_config_shows_is_a_schedule() {
    let (text, _) = shipped();
    let (_, schedule) = text.split_once("# [[schedule]]").unwrap();
    let uncommented: String = schedule.lines().map(|l| format!("{}\n", l.trim_start_matches("# "))).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("[[schedule]]{uncommented}")).unwrap();
    let loaded = config::load(Some(file.path()), std::iter::empty()).unwrap();
    assert_eq!(loaded.config.schedule[0].cron.get_ref(), "0 9 * * 1");
}

#[test]
fn a_schedule_that_cannot_be_is_named_with_its_place_and_a_way_out() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let schedule =
        "[[schedule]]\nname = \"weekly\"\nselect = \"chapter\"\ncron = \"0 9 31 2 *\"\ntimezone = \"Asia/Shangai\"\n";
    std::fs::write(file.path(), schedule).unwrap();
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_wengu"))
        .arg("--config")
        .arg(file.path())
        .arg("check")
        .env("WENGU_CONTENT__DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("content"))
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    let said = String::from_utf8(run.stdout).unwrap();
    for part in [":3:11: error: no document has a series `chapter`", ":4:", "31", ":5:13: error:", "Asia/Shanghai"] {
        assert!(said.contains(part), "lacks `{part}`:\n{said}");
    }
}

/// What `wengu check` says of a config file, with its exit code.
fn checked(config: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wengu"));
    std::fs::write(folder.path().join("wengu.toml"), config).unwrap();
    std::fs::write(folder.path().join("key.pem"), "-----BEGIN PRIVATE KEY-----\n").unwrap();
    command.args(["--config", "wengu.toml", "check"]).current_dir(folder.path());
    command.env("WENGU_CONTENT__DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    let run = command.envs(variables.iter().copied()).output().unwrap();
    (run.status.code(), String::from_utf8(run.stdout).unwrap())
}

const WEBHOOK: &str = r#"[telegram]
mode = "webhook"
[telegram.webhook]
url = "http://bot.example.org:9000/wengu"
path = "wengu"
secret = "pass word"
certificate = "key.pem"
max_connections = 0
"#;

#[test]
fn every_mistake_about_the_webhook_is_named_with_its_place_and_a_way_out_in_one_run() {
    let config = format!(
        "{WEBHOOK}[answer]\nthreshold = 7\n[[schedule]]\nname = \"w\"\nselect = \"chapter\"\ncron = \"0 9 * * 1\"\ntimezone = \"UTC\"\n"
    );
    let (code, said) = checked(&config, &[("WENGU_TELEGRAM__WEBHOOK__RATE", "0")]);
    assert_eq!(code, Some(1), "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn a_webhook_without_an_address_is_named_where_the_mode_is_set() {
    let (code, said) = checked("[telegram]\nmode = \"webhook\"\n", &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("wengu.toml:2:8: error: `telegram.mode` is `webhook`, and there is no"), "{said}");
    let variables = [("WENGU_TELEGRAM__MODE", "webhook"), ("WENGU_TELEGRAM__WEBHOOK__CERTIFICATE", "gone.pem")];
    let (code, said) = checked("", &variables);
    assert_eq!(code, Some(1));
    for part in [
        "environment: error: `WENGU_TELEGRAM__MODE`: `telegram.mode` is `webhook`",
        "environment: error: `WENGU_TELEGRAM__WEBHOOK__CERTIFICATE`: failed to read the certificate `gone.pem`",
    ] {
        assert!(said.contains(part), "lacks `{part}`:\n{said}");
    }
    // One that cannot be read is not missed as well.
    let (_, said) = checked("[telegram]\nmode = \"webhook\"\nwebhook.url = 3\n", &[]);
    assert!(said.contains(":3:15: error: invalid type") && !said.contains("there is no `tele"), "{said}");
}

#[test]
fn mistakes_about_a_webhook_that_is_not_used_are_warnings() {
    let (code, said) = checked(&WEBHOOK.replace("\"webhook\"", "\"polling\""), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("wengu.toml:4:7: warning: `telegram.webhook.url` is no address"), "{said}");
    assert!(checked("", &[]).1.ends_with(" sections, 0 errors, 0 warnings\n"));
}

#[test]
fn without_a_token_serve_says_how_to_get_one_and_ends() {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_wengu")).arg("serve").output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("@BotFather") && said.contains("WENGU_TELEGRAM__TOKEN"), "{said}");
}
