//! A newcomer's path, with the commands that one types: `init`, `doctor`, `serve`, on real processes.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use wengu::sandbox::scene::{GROUP, TEACHER};
use wengu::sandbox::world::{Saying, World};

use crate::home::Home;
use crate::kill::{Stage, end, kill, now};

/// Runs a command in a folder, with nothing but what the folder holds.
async fn wengu(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wengu")).args(arguments).current_dir(folder).output().await.unwrap()
}

#[tokio::test]
async fn what_init_writes_is_sound_and_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    let written = wengu(folder.path(), &["init", "--title", "读书会章程"]).await;
    assert!(written.status.success(), "{written:?}");
    let paths = String::from_utf8(written.stdout).unwrap();
    assert_eq!(paths.lines().count(), 2, "{paths}");
    let checked = wengu(folder.path(), &["check"]).await;
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(
        checked.status.success() && said.ends_with("1 sound document, 4 sections, 0 errors, 0 warnings\n"),
        "{said}"
    );
    let answered = wengu(folder.path(), &["ask", "会费多少钱"]).await;
    assert!(String::from_utf8(answered.stdout).unwrap().contains("每年一百元"));

    let config = folder.path().join("config/wengu.toml");
    std::fs::write(&config, "# mine\n").unwrap();
    let again = wengu(folder.path(), &["init", "--title", "另一本"]).await;
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().contains("is there already"));
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "# mine\n");
    assert_eq!(std::fs::read_dir(folder.path().join("content")).unwrap().count(), 1, "nothing was written by halves");
}

#[tokio::test]
async fn init_writes_no_document_where_none_is_wanted() {
    let folder = TempDir::new().unwrap();
    let written = wengu(folder.path(), &["init", "--dir", "there", "--no-document", "--token-file", "secret"]).await;
    assert!(written.status.success(), "{written:?}");
    let config = std::fs::read_to_string(folder.path().join("there/config/wengu.toml")).unwrap();
    assert!(config.contains(&format!("\ntoken_file = \"{}\"\n", folder.path().join("secret").display())), "{config}");
    assert!(!folder.path().join("there/content").exists());
}

/// The world, and the folder in which a newcomer types.
struct Newcomer {
    stage: Stage,
    folder: TempDir,
}

impl Newcomer {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wengu"));
        let token = self.stage.emulator.world().bot.token.clone();
        command.args(arguments).current_dir(self.folder.path()).kill_on_drop(true);
        command.env("WENGU_TELEGRAM__API_URL", &self.stage.emulator.url).env("WENGU_TELEGRAM__TOKEN", token);
        // Who runs the bot may be reminded every second.
        command.env("WENGU_TELEGRAM__ADMINS", format!(" {TEACHER} "));
        command
    }

    async fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().await.unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn serve(&self) -> Child {
        self.command(&["serve"]).env("WENGU_LOG__FILTER", "error").spawn().unwrap()
    }

    /// The sections that were pushed to the group, in order.
    async fn pushed(&self, count: usize) -> Vec<String> {
        self.stage.until("a push", |world| Some(pushes(world)).filter(|pushed| pushed.len() >= count)).await
    }
}

fn pushes(world: &World) -> Vec<String> {
    let Some(group) = world.chat(GROUP) else { return Vec::new() };
    let texts = group.messages.values().map(|message| message.text().to_owned());
    let reminders = texts.filter(|text| text.contains("一节 · "));
    reminders
        .filter_map(|text| TITLES.iter().find(|(_, title)| text.contains(title)).map(|(id, _)| (*id).to_owned()))
        .collect()
}

/// The series of the first document, in its order.
const TITLES: [(&str, &str); 3] = [("duties", "会员的义务"), ("dues", "会费"), ("lending", "借书")];

/// What a backup says was sent last.
fn last_sent(backup: &str) -> String {
    let mut lines = backup.lines().skip_while(|line| !line.contains("\"table\":\"subscriptions\""));
    let head: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    let at = head["columns"].as_array().unwrap().iter().position(|column| column == "last_sent").unwrap();
    let row: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    row[at].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_newcomer_begins_backs_up_loses_everything_and_goes_on() {
    let newcomer = Newcomer { stage: Stage::new_at(Home::on_sqlite()).await, folder: TempDir::new().unwrap() };
    newcomer.run(&["init", "--title", "读书会章程"]).await;
    assert!(newcomer.run(&["doctor"]).await.ends_with("all is well\n"));

    let child = newcomer.serve();
    newcomer.stage.emulator.world().add_bot(GROUP, TEACHER, now()).unwrap();
    newcomer.stage.emulator.world().say(Saying::new(GROUP, TEACHER, "/subscribe * * * * * *"), now()).unwrap();
    newcomer.pushed(2).await;
    newcomer.run(&["backup", "kept.jsonl"]).await;
    kill(child).await;

    let backup = std::fs::read_to_string(newcomer.folder.path().join("kept.jsonl")).unwrap();
    let last = last_sent(&backup);
    std::fs::remove_dir_all(newcomer.folder.path().join("data")).unwrap();
    newcomer.run(&["restore", "kept.jsonl"]).await;
    assert!(newcomer.run(&["doctor"]).await.contains("holds 1 subscription(s)"));

    let before = pushes(&newcomer.stage.emulator.world()).len();
    let child = newcomer.serve();
    let next = newcomer.pushed(before + 1).await[before].clone();
    let at = TITLES.iter().position(|(id, _)| *id == last).unwrap();
    assert_eq!(next, TITLES[(at + 1) % TITLES.len()].0, "after {last}");
    end(child).await;
}
