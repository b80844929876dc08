//! The webhook: what it lets in, and who looks after it. That it brings what polling brings is shown by the other tests,
//! which run on it with `WENGU_TEST_RECEIVE=webhook`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection as _};
use tokio::net::TcpStream;
use wengu::app::Bot;
use wengu::clock::Clock;
use wengu::sandbox::http::Emulator;
use wengu::sandbox::scene::{MAYA, STUDENT};
use wengu::sandbox::world::faults::{Fault, FaultRule};

use crate::harness::{Chats, Parrot};
use crate::home::Home;
use crate::whole::{HOOK, Whole, by_webhook, config};

const SECRET: &str = "only-telegram_knows";
const MINUTE: Duration = Duration::from_secs(60);

/// A bot on a webhook, with more in the config than usual.
async fn whole(more: &[(&'static str, &str)]) -> Whole {
    let mut variables = by_webhook().to_vec();
    variables.push(("WENGU_TELEGRAM__WEBHOOK__SECRET", SECRET.to_owned()));
    variables.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let whole = Whole::start_with_config(variables).await;
    whole.until("the webhook is set", |world| (world.webhook_url() == HOOK).then_some(())).await;
    whole
}

/// What somebody is answered who comes with this secret and body.
async fn knock(whole: &Whole, secret: Option<&str>, body: String) -> u16 {
    let address = format!("http://{}/wengu", whole.bot.webhook().unwrap());
    let mut request = reqwest::Client::builder().no_proxy().build().unwrap().post(address).body(body);
    if let Some(secret) = secret {
        request = request.header("x-telegram-bot-api-secret-token", secret);
    }
    request.send().await.unwrap().status().as_u16()
}

/// A private message as Telegram words it.
fn update(id: i64, text: &str) -> String {
    let person = json!({ "id": MAYA, "is_bot": false, "first_name": "Maya" });
    let chat = json!({ "id": MAYA, "type": "private", "first_name": "Maya" });
    let message = json!({ "message_id": 5, "date": 1_779_892_000, "chat": chat, "from": person, "text": text });
    json!({ "update_id": id, "message": message }).to_string()
}

fn info(whole: &Whole) -> Value {
    let answer = whole.emulator.world().handle("getWebhookInfo", &json!({}), whole.clock.now().0);
    answer.result().unwrap().clone()
}

#[tokio::test]
async fn it_is_set_with_everything_that_telegram_has_to_know() {
    let whole = whole(&[("WENGU_TELEGRAM__WEBHOOK__MAX_CONNECTIONS", "7")]).await;
    let mut set = info(&whole);
    set.as_object_mut().unwrap().remove("pending_update_count");
    let wanted = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"];
    let expected =
        json!({ "url": HOOK, "has_custom_certificate": false, "max_connections": 7, "allowed_updates": wanted });
    assert_eq!(set, expected);
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert_eq!(whole.emulator.world().call_count("getUpdates"), 0);
    assert_eq!(whole.emulator.world().call_count("deleteWebhook"), 0);
}

#[tokio::test]
async fn who_does_not_know_the_secret_changes_nothing() {
    let whole = whole(&[]).await;
    whole.ask(MAYA, MAYA, "一把手").await;
    for secret in [None, Some(""), Some("only-telegram_know"), Some("only-telegram_knowz"), Some("x")] {
        assert_eq!(knock(&whole, secret, update(1, "一把手")).await, 401, "{secret:?}");
    }
    assert_eq!(knock(&whole, Some(SECRET), update(1, "四风")).await, 200);
    whole.heard(MAYA, 2).await;
    assert_eq!(whole.count(MAYA), 2, "the number was still free");
}

#[tokio::test]
async fn too_much_at_a_time_and_too_many_a_second_are_refused() {
    let whole = whole(&[("WENGU_TELEGRAM__WEBHOOK__RATE", "5")]).await;
    assert_eq!(knock(&whole, Some(SECRET), " ".repeat((1 << 20) + 1)).await, 413);
    for (secret, usual) in [(Some(SECRET), 200), (Some("guess"), 401)] {
        let knocks = (100..200).map(|id| knock(&whole, secret, update(id, "一把手")));
        let answers = futures_util::future::join_all(knocks).await;
        assert!(answers.iter().all(|status| [usual, 429].contains(status)), "{answers:?}");
        assert!(answers.contains(&429), "{answers:?}");
    }
}

#[tokio::test]
async fn more_requests_at_once_than_telegram_makes_are_refused_until_others_are_done() {
    let whole = whole(&[("WENGU_TELEGRAM__WEBHOOK__RATE", "100000")]).await;
    let address = whole.bot.webhook().unwrap();
    // Each says how long its body is, and brings none of it.
    let head = format!(
        "POST /wengu HTTP/1.1\r\nHost: {address}\r\nx-telegram-bot-api-secret-token: {SECRET}\r\nContent-Length: 9\r\n\r\n"
    );
    let mut waiting = Vec::new();
    for _ in 0..256 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut connection, head.as_bytes()).await.unwrap();
        waiting.push(connection);
    }
    answered(&whole, 429).await;
    drop(waiting);
    answered(&whole, 200).await;
}

#[tokio::test]
async fn who_sends_half_a_request_gives_the_place_back() {
    let whole = whole(&[]).await;
    let address = whole.bot.webhook().unwrap();
    let half = format!(
        "POST /wengu HTTP/1.1\r\nHost: {address}\r\nx-telegram-bot-api-secret-token: {SECRET}\r\nContent-Length: 9\r\n\r\n{{"
    );
    let mut waiting = Vec::new();
    for _ in 0..400 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut connection, half.as_bytes()).await.unwrap();
        waiting.push(connection);
    }
    // All of them are still connected.
    whole.ask(STUDENT, STUDENT, "一把手").await;
    let mut answer = vec![0; 12];
    tokio::io::AsyncReadExt::read_exact(&mut waiting[0], &mut answer).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 408");
}

#[tokio::test]
async fn who_begins_the_head_of_a_request_and_ends_it_never_is_cut_off() {
    let whole = whole(&[]).await;
    let address = whole.bot.webhook().unwrap();
    let mut waiting = Vec::new();
    // More than are served at a time.
    for _ in 0..600 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut connection, b"POST /wengu HTTP/1.1\r\nHost: a").await.unwrap();
        waiting.push(connection);
    }
    // All of them are still connected.
    whole.ask(STUDENT, STUDENT, "一把手").await;
    let mut rest = Vec::new();
    let ended = tokio::io::AsyncReadExt::read_to_end(&mut waiting[0], &mut rest);
    tokio::time::timeout(MINUTE, ended).await.expect("it is cut off").unwrap();
}

#[tokio::test]
async fn two_updates_of_a_chat_that_swap_on_their_way_are_answered_in_order() {
    let whole = whole(&[]).await;
    whole.ask(MAYA, MAYA, "一把手").await;
    // From here on the numbers are the test's own.
    assert_eq!(knock(&whole, Some(SECRET), update(100, "一把手")).await, 200);
    whole.heard(MAYA, 2).await;
    for round in 0_u8..5 {
        let id = 101 + 2 * i64::from(round);
        let early = knock(&whole, Some(SECRET), update(id + 1, "四风"));
        let late = async {
            // Long enough for the other to be there, and far less than it waits.
            tokio::time::sleep(Duration::from_millis(20)).await;
            knock(&whole, Some(SECRET), update(id, "一把手")).await
        };
        assert_eq!(tokio::join!(early, late), (200, 200));
        let heard = whole.heard(MAYA, 4 + 2 * usize::from(round)).await;
        let [.., first, second] = heard.as_slice() else { panic!("{heard:?}") };
        assert!(first.text().contains("一把手") && second.text().contains("四风"), "{heard:?}");
    }
}

/// Knocks until that is the answer.
async fn answered(whole: &Whole, status: u16) {
    let knocking = async { while knock(whole, Some(SECRET), update(100, "一把手")).await != status {} };
    tokio::time::timeout(MINUTE, knocking).await.unwrap_or_else(|_| panic!("it is never {status}"));
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_confirmed_and_comes_again() {
    let whole = whole(&[]).await;
    let mut other = AnyConnection::connect(&whole.home.url()).await.unwrap();
    sqlx::query("ALTER TABLE inbox RENAME TO gone").execute(&mut other).await.unwrap();
    whole.say(STUDENT, STUDENT, "一把手");
    let refused = async {
        while info(&whole)["last_error_message"].as_str().is_none_or(|why| !why.contains("503")) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, refused).await.expect("it is refused");
    assert_eq!(whole.emulator.world().pending_updates(), 1);
    sqlx::query("ALTER TABLE gone RENAME TO inbox").execute(&mut other).await.unwrap();
    whole.heard(STUDENT, 1).await;
    whole.until("it is confirmed", |world| (world.pending_updates() == 0).then_some(())).await;
}

#[tokio::test]
async fn an_answer_that_is_lost_brings_the_update_again_and_it_takes_effect_once() {
    let whole = whole(&[]).await;
    whole.emulator.shared().lose_webhook_answers(3);
    whole.ask(STUDENT, STUDENT, "一把手").await;
    whole.until("it is confirmed", |world| (world.pending_updates() == 0).then_some(())).await;
    whole.ask(STUDENT, STUDENT, "四风").await;
    assert_eq!(whole.count(STUDENT), 2);
}

#[tokio::test]
async fn a_webhook_that_somebody_deletes_or_leads_elsewhere_is_set_again() {
    let whole = whole(&[]).await;
    let elsewhere = json!({ "url": "https://elsewhere.example/hook", "allowed_updates": ["message"] });
    for (n, (method, params)) in [("deleteWebhook", json!({})), ("setWebhook", elsewhere)].into_iter().enumerate() {
        whole.emulator.world().handle(method, &params, whole.clock.now().0);
        whole.say(STUDENT, STUDENT, "一把手");
        whole.heard_in_time(STUDENT, n + 1, MINUTE).await;
        assert_eq!(info(&whole)["url"], HOOK);
        assert_eq!(info(&whole)["allowed_updates"].as_array().unwrap().len(), 5);
    }
}

/// What the log of this test's thread says; all of a bot's tasks run on it.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Heard {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn whose_webhook_it_has_become_is_told_without_what_its_path_may_hold() {
    let heard = Heard::default();
    let writer = heard.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _listening = tracing::subscriber::set_default(subscriber);
    let whole = whole(&[]).await;
    let elsewhere = json!({ "url": "https://elsewhere.example/42:their-token" });
    for (n, (method, params, told)) in [
        ("setWebhook", elsewhere, "another program has led the webhook to `elsewhere.example`: stop that one"),
        ("deleteWebhook", json!({}), "the webhook was deleted: does another program poll with this token?"),
    ]
    .into_iter()
    .enumerate()
    {
        whole.emulator.world().handle(method, &params, whole.clock.now().0);
        whole.say(STUDENT, STUDENT, "一把手");
        whole.heard_in_time(STUDENT, n + 1, MINUTE).await;
        assert!(heard.text().contains(told), "{}", heard.text());
    }
    assert!(!heard.text().contains("their-token"), "{}", heard.text());
}

#[tokio::test]
async fn a_webhook_that_telegram_does_not_take_at_first_is_set_in_the_end() {
    let variables = by_webhook().to_vec();
    let world = {
        let mut world = wengu::sandbox::scene::study_group();
        let words = "Bad Request: bad webhook: Failed to resolve host: Name or service not known";
        world.fail(FaultRule::new(Fault::Refuse(400, words.to_owned())).method("setWebhook").times(2));
        world
    };
    let whole = Whole::start_with(world, Home::new(), variables).await;
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert_eq!(whole.emulator.world().fault_hits(), 2);
}

#[tokio::test]
async fn a_rolling_restart_leaves_the_webhook_to_the_new_process() {
    let mut whole = whole(&[]).await;
    whole.ask(STUDENT, STUDENT, "一把手").await;
    let (api, token, home) = (whole.emulator.url.clone(), whole.emulator.world().bot.token.clone(), Home::new());
    let mut variables = by_webhook().to_vec();
    variables.push(("WENGU_TELEGRAM__WEBHOOK__SECRET", SECRET.to_owned()));
    let next = Bot::start(&config(&api, &token, &home.url(), &variables), whole.clock.clone()).await.unwrap();
    whole.emulator.shared().lead_webhook_to(next.webhook().unwrap());
    whole.until("both have set it", |world| (world.call_count("setWebhook") == 2).then_some(())).await;
    std::mem::replace(&mut whole.bot, next).stop().await;
    assert_eq!(whole.emulator.world().webhook_url(), HOOK);
    assert_eq!(whole.emulator.world().call_count("deleteWebhook"), 0);
    whole.ask(STUDENT, STUDENT, "四风").await;
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_goes_to_telegram() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bot.pem");
    let text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    std::fs::write(&file, text).unwrap();
    let whole = whole(&[("WENGU_TELEGRAM__WEBHOOK__CERTIFICATE", file.to_str().unwrap())]).await;
    assert_eq!(info(&whole)["has_custom_certificate"], true);
    assert_eq!(whole.emulator.world().webhook_certificate(), Some(text));
    whole.ask(STUDENT, STUDENT, "一把手").await;
}

#[tokio::test]
async fn a_press_that_came_before_anybody_handled_is_answered_to_the_app_that_waits() {
    let mut press = String::new();
    let pressed = async |emulator: &Emulator, clock: &Clock| {
        let now = clock.now().0;
        press = emulator.world().press(MAYA, MAYA, 1, "x", now).unwrap();
        let stored = emulator.shared().until(|world| (world.pending_updates() == 0).then_some(()));
        tokio::time::timeout(MINUTE, stored).await.expect("it is stored");
    };
    let chats = Chats::start_by_webhook_after(pressed, Parrot::new()).await;
    let told = chats.until("the press is answered", |world| world.notice(&press)).await;
    assert_eq!(told.text.as_deref(), Some("听到了"));
}

#[tokio::test]
async fn a_path_is_taken_as_it_is_written() {
    for path in ["/:token", "/*all", "/a%7Bb%7D"] {
        let url = format!("https://wengu.example{path}");
        let whole =
            Whole::start_with_config(by_webhook().into_iter().chain([("WENGU_TELEGRAM__WEBHOOK__URL", url)]).collect())
                .await;
        whole.ask(STUDENT, STUDENT, "一把手").await;
    }
}

#[tokio::test]
async fn whoever_polls_again_takes_the_webhook_down() {
    let whole = whole(&[]).await;
    let whole = whole.restart_on(vec![("WENGU_TELEGRAM__MODE", "polling".to_owned())]).await;
    whole.ask(STUDENT, STUDENT, "一把手").await;
    let world = whole.emulator.world();
    assert_eq!(world.webhook_url(), "");
    assert!(
        !world.calls().any(|call| call.method.eq_ignore_ascii_case("getUpdates") && call.code == 409),
        "before it asks"
    );
}
