//! The chat page in a real browser: the walk that a newcomer takes, and what the page must keep out.
//!
//! It needs `chromium` and `chromedriver`. Where they are missing the tests say so and pass, unless
//! `WENGU_TEST_BROWSER=1` asks for them. Screenshots go to `target/screenshots/`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use regex::Regex;
use serde_json::{Value, json};

use crate::webdriver::{Browser, Screen};

pub(crate) const WIDE: Screen = Screen { width: 1280, height: 800, dark: false };
pub(crate) const PHONE: Screen = Screen { width: 360, height: 740, dark: false };
const CHECKS: &str = include_str!("page_checks.js");

/// A browser, or `None` where there is none to be had and none was asked for.
pub(crate) async fn browser() -> Option<Browser> {
    match Browser::start("zh-CN").await {
        Ok(browser) => Some(browser),
        Err(why) if std::env::var_os("WENGU_TEST_BROWSER").is_some_and(|asked| asked == "1") => {
            panic!("{why}\nWENGU_TEST_BROWSER=1 asks for the browser tests: install chromium and chromedriver.");
        }
        Err(why) => {
            let note =
                format!("\n*** LEFT OUT: a browser test. {why}\n*** Install chromium and chromedriver to run it.\n\n");
            // Written past the test runner, which keeps to itself what passing tests print.
            let _ = std::io::stderr().write_all(note.as_bytes());
            None
        }
    }
}

/// `wengu sandbox` as a child process, on documents of its own; it ends with the value.
pub(crate) struct Sandbox {
    child: Child,
    pub(crate) url: String,
    folder: tempfile::TempDir,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        fs::create_dir(&content).unwrap();
        let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reflection.md");
        fs::copy(bundled, content.join("reflection.md")).unwrap();
        let (child, url) = play(folder.path());
        Self { child, url, folder }
    }

    /// The program ends and begins anew with the same store: the world is another, what the bot knows is not.
    pub(crate) fn restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (self.child, self.url) = play(self.folder.path());
    }

    /// Runs a command of the program with the sandbox's own config.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = wengu(self.folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn wengu(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wengu"));
    command.env("WENGU_CONTENT__DIR", folder.join("content")).env("WENGU_QUESTIONS__KEEP_TEXT", "true");
    command.env("WENGU_STORE__URL", format!("sqlite://{}", folder.join("store.db").display()));
    command
}

fn play(folder: &Path) -> (Child, String) {
    let mut command = wengu(folder);
    command.args(["sandbox", "--port", "0", "--store"]).arg(folder.join("store.db"));
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = Regex::new(r"http://127\.0\.0\.1:\d+").unwrap();
    let url = lines.find_map(|line| address.find(&line).map(|found| found.as_str().to_owned()));
    let url = url.expect("`wengu sandbox` prints its address");
    std::thread::spawn(move || lines.for_each(drop));
    (child, url)
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The heading of a section of the bundled document.
pub(crate) fn title(section: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reflection.md");
    let heading = Regex::new(&format!(r"(?m)^#+ (.+?) \{{#{section}\b")).unwrap();
    heading.captures(&fs::read_to_string(path).unwrap()).unwrap()[1].to_owned()
}

/// Waits until the open conversation's last bubble is the bot's and holds a text.
pub(crate) async fn wait_for_answer(browser: &Browser, text: &str) {
    let body = "const last = [...document.querySelectorAll('#log .row:not(.typing)')].at(-1);
                return Boolean(last?.matches('.theirs') && last.querySelector('.text').textContent.includes(arguments[0]))";
    browser.until(&format!("an answer with `{text}`"), body, json!([text])).await;
}

pub(crate) async fn check(browser: &Browser, name: &str) -> Value {
    browser.run(CHECKS, json!([name])).await
}

/// What is said in the open conversation, by whom, from top to bottom.
async fn bubbles(browser: &Browser) -> Vec<(bool, String)> {
    let all = check(browser, "bubbles").await;
    let said = |one: &Value| (one["own"].as_bool().unwrap(), one["text"].as_str().unwrap().to_owned());
    all.as_array().unwrap().iter().map(said).collect()
}

pub(crate) async fn assert_readable(browser: &Browser, where_: &str) {
    let contrast = check(browser, "contrast").await;
    assert!(contrast["count"].as_u64() > Some(10), "{where_}: hardly any text was measured: {contrast}");
    assert_eq!(contrast["low"], json!([]), "{where_}: too little contrast");
    assert_eq!(check(browser, "unnamed").await, json!([]), "{where_}: controls without a name");
}

pub(crate) async fn assert_fits(browser: &Browser, where_: &str) {
    assert_eq!(check(browser, "overflow").await, json!({ "page": 0, "wide": [] }), "{where_}: wider than the screen");
}

pub(crate) async fn save(browser: &Browser, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    browser.save_screenshot(&folder.join(format!("{name}.png"))).await;
}

#[tokio::test]
async fn a_newcomer_asks_subscribes_a_group_and_sees_its_measure_arrive() {
    let Some(browser) = browser().await else { return };
    let sandbox = Sandbox::start();
    browser.become_screen(WIDE).await;
    browser.open(&sandbox.url).await;
    ask_and_open_the_measure(&browser).await;
    subscribe_the_group_and_wait_for_its_measure(&browser).await;
    reply_to_the_bot_and_follow_a_link(&browser).await;
    be_refused_as_a_member(&browser).await;
    look_at_every_screen(&browser).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

async fn ask_and_open_the_measure(browser: &Browser) {
    let question = "监督机制有什么漏洞";
    browser.press("#start", "").await;
    wait_for_answer(browser, "温故").await;
    browser.enter("#text", question).await;
    wait_for_answer(browser, &title("problem-3")).await;
    browser.press("#log .row:last-child .key", &title("measure-3")).await;
    wait_for_answer(browser, &title("measure-3")).await;

    let said = bubbles(browser).await;
    let speakers: Vec<bool> = said.iter().map(|(own, _)| *own).collect();
    assert_eq!(speakers, [true, false, true, false, false], "{said:#?}");
    assert_eq!((said[0].1.as_str(), said[2].1.as_str()), ("/start", question));
    let citation = said[3].1.lines().rfind(|line| !line.trim().is_empty()).unwrap().to_owned();
    assert!(citation.contains(&title("problem-3")), "the answer ends with its source: {said:#?}");
}

async fn subscribe_the_group_and_wait_for_its_measure(browser: &Browser) {
    let disabled = "return document.getElementById('to-reminder').getAttribute('aria-disabled')";
    assert_eq!(browser.run(disabled, json!([])).await, "true", "nothing is due before anyone has subscribed");
    browser.press("[data-chat^='-']", "").await;
    browser.press("[data-add]", "").await;
    wait_for_answer(browser, "温故").await;
    // What is typed so far is enough: the menu offers the command, Enter takes it.
    browser.enter("#text", "/subs").await;
    wait_for_answer(browser, "订阅好了").await;
    browser.until("the reminder to be due", &format!("{disabled} === 'false'"), json!([])).await;
    browser.press("#to-reminder", "").await;
    wait_for_answer(browser, &title("measure-1")).await;
}

async fn reply_to_the_bot_and_follow_a_link(browser: &Browser) {
    browser.run("document.querySelector('#log .row:last-child .answer').click()", json!([])).await;
    browser.enter("#text", "第三条措施是什么").await;
    wait_for_answer(browser, &title("measure-3")).await;
    // In a group, other sections open in private, so that readers do not disturb each other.
    browser.press("#log .row:last-child a.key", &title("problem-3")).await;
    browser.until("the private chat", "return !location.hash.includes('chat=-')", json!([])).await;
    wait_for_answer(browser, &title("problem-3")).await;
    browser.press("[data-chat^='-']", "").await;
}

async fn be_refused_as_a_member(browser: &Browser) {
    let due = "const state = await fetch('/sandbox/state'); return (await state.json()).next_reminder";
    let before = browser.run(due, json!([])).await;
    browser.press("[data-person]:nth-child(2)", "成员").await;
    browser.enter("#text", "/subscribe 周三 20:00").await;
    let refusal = "return [...document.querySelectorAll('#log .row.theirs')].at(-1).textContent.includes('管理员')";
    browser.until("the refusal", refusal, json!([])).await;
    assert_eq!(browser.run(due, json!([])).await, before, "a member has changed the group's subscription");
}

async fn look_at_every_screen(browser: &Browser) {
    browser.press("#backstage-toggle", "").await;
    browser.press("[data-person]", "管理员").await;
    for dark in [false, true] {
        let mode = if dark { "dark" } else { "light" };
        browser.become_screen(Screen { dark, ..WIDE }).await;
        assert_readable(browser, &format!("{mode}, group")).await;
        save(browser, &format!("{mode}-group")).await;
        browser.press("[data-chat]:not([data-chat^='-'])", "").await;
        assert_readable(browser, &format!("{mode}, private")).await;
        save(browser, mode).await;
        browser.press("[data-chat^='-']", "").await;
    }
    browser.press("#backstage-close", "").await;
    browser.become_screen(PHONE).await;
    assert_fits(browser, "the group").await;
    save(browser, "phone").await;
    browser.write("#text", "/").await;
    browser.until("the commands", "return document.querySelectorAll('.option').length > 5", json!([])).await;
    assert_fits(browser, "the commands").await;
    save(browser, "phone-commands").await;
    browser.press("#back", "").await;
    browser.until("the chats", "return document.body.dataset.view === 'list'", json!([])).await;
    assert_fits(browser, "the chats").await;
    assert_readable(browser, "the chats on a phone").await;
    save(browser, "phone-chats").await;
}

#[tokio::test]
async fn a_message_can_bring_no_script_and_no_foreign_link_into_the_page() {
    let Some(browser) = browser().await else { return };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, wengu::sandbox::page::router::<()>()).await });
    browser.open(&url).await;
    let show = "const { body } = await import('/page/markup.js');
                const box = document.createElement('div');
                box.append(body({ from: { is_bot: arguments[0] }, text: arguments[1], html: arguments[1] }));
                return box.innerHTML";
    for (is_bot, source, shown) in [
        (true, "<b>甲</b><img src=x onerror=alert(1)><script>1</script>", "<b>甲</b>1"),
        (true, "<a href=\"javascript:alert(1)\" onclick=\"x\">乙</a>", "乙"),
        (true, "<b onclick=\"x\" style=\"x\"><i>丙</b>丁", "<b><i>丙</i></b><i>丁</i>"),
        (true, "<svg><style>*{}</style></svg><iframe src=x></iframe>&lt;b&gt;", "*{}&lt;b&gt;"),
        (false, "<b>戊</b><img src=x onerror=alert(1)>", "&lt;b&gt;戊&lt;/b&gt;&lt;img src=x onerror=alert(1)&gt;"),
    ] {
        assert_eq!(browser.run(show, json!([is_bot, source])).await, shown, "{source}");
    }
    serving.abort();
}
