//! Documents that change while the bot runs. A test changes files of its own; what follows is seen in the chats.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};

use crate::kill::{Stage, count, end};
use crate::whole::Whole;

const ADMINS: &str = "WENGU_TELEGRAM__ADMINS";

/// A bot with documents of its own, which may be asked again and again.
async fn start(mut variables: Vec<(&'static str, String)>) -> Whole {
    variables.push(("WENGU_TELEGRAM__LIMITS__PERSON", "0".to_owned()));
    Whole::start_with_own_documents(variables).await
}

/// A file of the bot's own content folder.
fn file(whole: &Whole, name: &str) -> PathBuf {
    whole.home.path().join("content").join(name)
}

/// Replaces a piece of the bundled document.
fn change(whole: &Whole, from: &str, to: &str) {
    let path = file(whole, "reflection.md");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replace(from, to)).unwrap();
}

/// Asks again until the answer says something: that is how a reader would meet a change.
async fn until_answered(whole: &Whole, question: &str, with: &str) {
    for _ in 0..100 {
        let answer = whole.ask(STUDENT, STUDENT, question).await;
        if answer.text().contains(with) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("never answered `{question}` with `{with}`");
}

#[tokio::test]
async fn a_changed_a_new_and_a_removed_document_are_answered_from_without_a_restart() {
    let whole = start(Vec::new()).await;
    let refused = whole.ask(STUDENT, STUDENT, "食堂几点开门").await;
    assert!(!refused.text().contains("六点半"), "{}", refused.text());

    fs::write(file(&whole, "canteen.md"), "# 食堂 {#canteen}\n食堂早上六点半开门，晚上八点关门。\n").unwrap();
    until_answered(&whole, "食堂几点开门", "六点半").await;
    fs::write(file(&whole, "canteen.md"), "# 食堂 {#canteen}\n食堂早上七点一刻开门，晚上八点关门。\n").unwrap();
    until_answered(&whole, "食堂几点开门", "七点一刻").await;

    fs::remove_file(file(&whole, "canteen.md")).unwrap();
    until_answered(&whole, "食堂几点开门", "没有讲到").await;
    let still = whole.ask(STUDENT, STUDENT, "监督机制有什么漏洞？").await;
    assert!(still.text().contains("监督合力"), "{}", still.text());
}

#[tokio::test]
async fn a_broken_change_is_refused_told_to_the_admins_and_the_old_document_goes_on() {
    let whole = start(vec![(ADMINS, TEACHER.to_string())]).await;
    // Nobody is written to who has not opened the chat.
    whole.ask(TEACHER, TEACHER, "/help").await;
    change(&whole, "{#measure-2 ", "{#measure-1 ");
    // The same change brings another document, which is sound.
    fs::write(file(&whole, "canteen.md"), "# 食堂 {#canteen}\n食堂早上六点半开门，晚上八点关门。\n").unwrap();
    let told = whole.heard(TEACHER, 2).await.pop().unwrap();
    for part in ["没有启用", "reflection.md:", "measure-1"] {
        assert!(told.text().contains(part), "lacks {part}: {}", told.text());
    }
    until_answered(&whole, "食堂几点开门", "六点半").await;
    let old = whole.ask(STUDENT, STUDENT, "第二条措施是什么").await;
    assert!(old.text().contains("完善制度体系"), "{}", old.text());

    fs::remove_file(file(&whole, "reflection.md")).unwrap();
    until_answered(&whole, "监督机制有什么漏洞？", "没有讲到").await;
    assert_eq!(whole.count(TEACHER), 2, "told once");
}

#[tokio::test]
async fn when_nothing_is_left_what_was_there_goes_on() {
    let whole = start(vec![(ADMINS, TEACHER.to_string())]).await;
    // Nobody is written to who has not opened the chat.
    whole.ask(TEACHER, TEACHER, "/help").await;
    fs::remove_file(file(&whole, "reflection.md")).unwrap();
    let told = whole.heard(TEACHER, 2).await.pop().unwrap();
    assert!(told.text().contains("no document is left"), "{}", told.text());
    let old = whole.ask(STUDENT, STUDENT, "监督机制有什么漏洞？").await;
    assert!(old.text().contains("监督合力"), "{}", old.text());
}

#[tokio::test]
async fn what_led_to_a_section_that_is_gone_says_so_and_leads_to_the_contents() {
    let whole = start(Vec::new()).await;
    let text = fs::read_to_string(file(&whole, "reflection.md")).unwrap();
    fs::write(file(&whole, "reflection.md"), text.replace("measure-1", "learning")).unwrap();
    until_answered(&whole, "/start s_reflection_learning", "强化理论武装").await;

    let gone = whole.ask(STUDENT, STUDENT, "/start s_reflection_measure-1").await;
    assert!(gone.text().contains("不在文档里"), "{}", gone.text());
    let contents = whole.count(STUDENT);
    whole.press(STUDENT, STUDENT, &gone, "目录");
    let contents = whole.heard(STUDENT, contents + 1).await.pop().unwrap();
    assert!(contents.text().contains("反思"), "{}", contents.text());
}

#[tokio::test]
async fn a_group_keeps_its_place_when_sections_come_move_and_go() {
    let whole = start(Vec::new()).await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let before = whole.count(GROUP);
    for week in 1..=3 {
        whole.to_next_reminder().await;
        whole.heard(GROUP, before + week).await;
        whole.settled(week).await;
    }
    // The third measure, which was sent last, becomes no measure at all: its heading goes with its text.
    let text = fs::read_to_string(file(&whole, "reflection.md")).unwrap();
    let (start, end) = (text.find("{#measure-3 ").unwrap(), text.find("{#measure-4 ").unwrap());
    let line = |at: usize| text[..at].rfind('\n').unwrap() + 1;
    let without = format!("{}{}", &text[..line(start)], &text[line(end)..]).replace("measure-3", "measure-4");
    let new = "## 食堂 {#canteen}\n食堂早上六点半开门。\n\n";
    fs::write(file(&whole, "reflection.md"), format!("{without}\n{new}")).unwrap();
    until_answered(&whole, "食堂几点开门", "六点半").await;

    whole.to_next_reminder().await;
    let fourth = whole.heard(GROUP, before + 4).await.pop().unwrap();
    assert!(fourth.text().contains("深化作风建设"), "{}", fourth.text());
}

/// Who may read a file: its owner, or nobody.
#[cfg(unix)]
fn readable(file: &Path, yes: bool) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(if yes { 0o600 } else { 0 })).unwrap();
}

/// Waits until the log holds something, and gives it back.
async fn logged(log: &Path, part: &str) -> String {
    let look = async {
        loop {
            let text = fs::read_to_string(log).unwrap();
            if text.contains(part) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), look).await.unwrap_or_else(|_| panic!("never logged `{part}`"))
}

/// Asks until the answer says something.
async fn until_said(stage: &Stage, question: &str, part: &str) {
    for round in 1.. {
        assert!(round <= 100, "never answered `{question}` with `{part}`");
        let before = stage.emulator.world().call_count("sendMessage");
        stage.say(question);
        stage.until("an answer", |world| (world.call_count("sendMessage") > before).then_some(())).await;
        if count(&stage.emulator.world(), MAYA, part) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_document_that_could_not_be_read_is_read_as_soon_as_it_can_be() {
    let stage = Stage::new().await;
    let content = stage.home.path().join("content");
    fs::create_dir(&content).unwrap();
    fs::write(content.join("gate.md"), "# 大门 {#gate}\n大门晚上十点关。\n").unwrap();
    let (canteen, library) = (content.join("canteen.md"), content.join("library.md"));
    fs::write(&canteen, "# 食堂 {#canteen}\n食堂早上六点半开门。\n").unwrap();
    readable(&canteen, false);
    let log = stage.home.path().join("log");
    let limits = ("WENGU_TELEGRAM__LIMITS__PERSON", "0".to_owned());
    let dir = ("WENGU_CONTENT__DIR", content.display().to_string());
    let child = stage.serve_reading_as_nobody(&log, &[limits, dir]);
    logged(&log, "canteen.md: error: the file cannot be read").await;

    // Nothing about it changes but who may read it.
    readable(&canteen, true);
    until_said(&stage, "食堂几点开门", "六点半").await;

    // A file that comes while the bot runs.
    let hidden = content.join(".library");
    fs::write(&hidden, "# 图书馆 {#library}\n图书馆九点一刻开门。\n").unwrap();
    readable(&hidden, false);
    fs::rename(&hidden, &library).unwrap();
    logged(&log, "library.md: error: the file cannot be read").await;
    // All is read anew meanwhile.
    fs::write(content.join("gate.md"), "# 大门 {#gate}\n大门晚上十一点半关。\n").unwrap();
    until_said(&stage, "大门几点关", "十一点半").await;
    readable(&library, true);
    until_said(&stage, "图书馆几点开门", "九点一刻").await;
    let said = fs::read_to_string(&log).unwrap();
    assert_eq!(said.matches("cannot be read").count(), 2, "each is said once: {said}");
    end(child).await;
}
