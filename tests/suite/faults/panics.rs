//! A handler that panics with what somebody typed. The program's way to tell panics holds for a whole process, so the bot
//! runs in one of its own.

use std::process::Command;

use async_trait::async_trait;
use clap::Parser as _;
use wengu::config::LogFormat;
use wengu::message::{Event, Incoming};
use wengu::sandbox::scene::MAYA;
use wengu::store::Reaction;
use wengu::telegram::inbox::{BoxError, Handler};

use crate::harness::Chats;

/// What somebody typed.
const TYPED: &str = "zqxtyped";

struct Panics;

#[async_trait]
impl Handler for Panics {
    async fn handle(&self, incoming: &Incoming) -> Result<Reaction, BoxError> {
        let Event::Said(said) = &incoming.event else { return Ok(Reaction::default()) };
        panic!("cannot handle `{}`", said.text)
    }
}

#[test]
fn a_panic_is_told_by_its_place_and_never_by_its_words() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "faults::panics::the_child_that_panics", "--ignored", "--nocapture", "-q"])
        .env("WENGU_TEST_CHILD", "panics")
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success(), "{said}");
    assert!(said.contains("faults/panics.rs:"), "it says where: {said}");
    assert!(said.contains("set aside: panicked"), "the operator is told: {said}");
    let line = said.lines().find(|line| line.contains(TYPED));
    assert_eq!(line, None);
}

#[test]
#[ignore = "run by `a_panic_is_told_by_its_place_and_never_by_its_words`"]
#[allow(clippy::print_stdout)] // its parent listens
fn the_child_that_panics() {
    if std::env::var("WENGU_TEST_CHILD").is_err() {
        return;
    }
    // As the program begins, with a command that does little.
    let content = concat!(env!("CARGO_MANIFEST_DIR"), "/config/wengu.toml");
    wengu::cli::run(wengu::cli::Cli::parse_from(["wengu", "--config", content, "check"]));
    wengu::ops::log::start("trace", LogFormat::Human).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut chats = Chats::start(Panics).await;
        chats.say(MAYA, MAYA, TYPED);
        let aside =
            chats.until_stored("it is set aside", || async { chats.store.set_aside().await.unwrap().pop() }).await;
        println!("set aside: {}", aside.reason);
        chats.crash().await;
    });
}
