//! The emulator through its front door: HTTP, long polls, faults, and what teloxide makes of its answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use teloxide::types::{ChatFullInfo, ChatMember, Me, Message, MessageKind, Update, UpdateKind};
use wengu::sandbox::http::{Controls, Emulator, NoControls};
use wengu::sandbox::scene::{GROUP, MAYA, TEACHER, study_group};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::faults::{Fault, FaultRule};

const NOW: i64 = 1_780_000_000_000;

/// The study group with Maya's private chat open, served.
async fn emulator() -> Emulator {
    let mut world = study_group();
    world.start(MAYA, "", NOW).unwrap();
    let addr = "127.0.0.1:0".parse().unwrap();
    let emulator = Emulator::start(addr, world, Arc::new(|| NOW), Arc::new(NoControls)).await.unwrap();
    let first = bot(&emulator, "getUpdates", json!({})).await["result"][0]["update_id"].as_i64().unwrap();
    bot(&emulator, "getUpdates", json!({ "offset": first + 1 })).await;
    emulator
}

fn url(emulator: &Emulator, method: &str) -> String {
    format!("{}/bot{}/{method}", emulator.url, emulator.world().bot.token)
}

async fn ask(emulator: &Emulator, method: &str, params: Value) -> reqwest::Result<reqwest::Response> {
    Client::new().post(url(emulator, method)).json(&params).send().await
}

async fn bot(emulator: &Emulator, method: &str, params: Value) -> Value {
    ask(emulator, method, params).await.unwrap().json().await.unwrap()
}

async fn page(emulator: &Emulator, deed: &str, body: Value) -> Value {
    let url = format!("{}/sandbox/{deed}", emulator.url);
    Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap()
}

fn hello() -> Value {
    json!({ "chat_id": MAYA, "text": "hello" })
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized() {
    let emulator = emulator().await;
    let url = format!("{}/bot123:wrong/getMe", emulator.url);
    let response = Client::new().get(url).send().await.unwrap();
    assert_eq!(response.status(), 401);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_held_up_is_not_told_an_earlier_time_than_one_that_overtook_it() {
    let (ticks, held_up) = (AtomicI64::new(0), AtomicBool::new(false));
    let clock = move || {
        let now = NOW + ticks.fetch_add(1, Ordering::SeqCst);
        if !held_up.swap(true, Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(200));
        }
        now
    };
    let mut world = study_group();
    world.start(MAYA, "", NOW).unwrap();
    let emulator = Emulator::start("127.0.0.1:0".parse().unwrap(), world, Arc::new(clock), Arc::new(NoControls)).await;
    let emulator = emulator.unwrap();
    tokio::join!(bot(&emulator, "sendMessage", hello()), bot(&emulator, "sendMessage", hello()));
    let world = emulator.world();
    let times: Vec<i64> = world.chat(MAYA).unwrap().messages.values().map(|message| message.at).collect();
    assert_eq!(times.len(), 3);
    assert!(times.is_sorted(), "{times:?}");
}

#[tokio::test]
async fn parameters_may_come_in_the_address_or_as_a_form() {
    let emulator = emulator().await;
    let address = url(&emulator, &format!("sendMessage?chat_id={MAYA}&text=%E5%8F%8D+%E6%80%9D"));
    let sent: Value = Client::new().get(address).send().await.unwrap().json().await.unwrap();
    assert_eq!(sent["result"]["text"], "反 思");
    let form = Client::new()
        .post(url(&emulator, "sendMessage"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("chat_id={MAYA}&text=a%26b"));
    let sent: Value = form.send().await.unwrap().json().await.unwrap();
    assert_eq!(sent["result"]["text"], "a&b");
}

#[tokio::test]
async fn a_poll_waits_for_an_update() {
    let emulator = emulator().await;
    let polling = bot(&emulator, "getUpdates", json!({ "timeout": 30 }));
    let speaking = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        emulator.world().say(Saying::new(MAYA, MAYA, "一把手"), NOW).unwrap();
    };
    let (batch, ()) = tokio::join!(polling, speaking);
    assert_eq!(batch["result"][0]["message"]["text"], "一把手");
}

#[tokio::test]
async fn a_second_poll_ends_the_one_that_waits() {
    let emulator = emulator().await;
    let first = bot(&emulator, "getUpdates", json!({ "timeout": 30 }));
    let second = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        bot(&emulator, "getUpdates", json!({ "timeout": 0 })).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first["error_code"], 409);
    assert_eq!(second["ok"], true);
}

#[tokio::test]
async fn a_reset_looks_like_one_and_the_call_is_taken_in_or_not() {
    let emulator = emulator().await;
    for (fault, kept) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        let before = emulator.world().chat(MAYA).unwrap().messages.len();
        emulator.world().fail(FaultRule::new(fault).method("sendMessage").chat(MAYA));
        let error = ask(&emulator, "sendMessage", hello()).await.unwrap_err();
        assert!(error.is_request(), "{error:?}");
        assert_eq!(emulator.world().chat(MAYA).unwrap().messages.len(), before + kept);
    }
    assert_eq!(bot(&emulator, "sendMessage", hello()).await["ok"], true);
    assert_eq!(emulator.world().fault_hits(), 2);
}

#[tokio::test]
async fn a_withheld_answer_never_comes_though_the_call_is_taken_in() {
    let emulator = emulator().await;
    emulator.world().fail(FaultRule::new(Fault::Withhold).method("sendMessage"));
    let call = Client::new().post(url(&emulator, "sendMessage")).json(&hello()).timeout(Duration::from_millis(200));
    assert!(call.send().await.unwrap_err().is_timeout());
    assert_eq!(emulator.world().chat(MAYA).unwrap().last().unwrap().text(), "hello");
}

#[tokio::test]
async fn a_call_held_at_a_gate_is_taken_in_when_it_opens() {
    let emulator = emulator().await;
    emulator.world().fail(FaultRule::new(Fault::Hold("gate".into())).method("sendMessage"));
    let held = bot(&emulator, "sendMessage", hello());
    let opening = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_ne!(emulator.world().chat(MAYA).unwrap().last().unwrap().text(), "hello");
        emulator.shared().open_gate("gate");
    };
    let (answer, ()) = tokio::join!(held, opening);
    assert_eq!(answer["result"]["text"], "hello");
}

#[tokio::test]
async fn refusals_and_gateway_errors_hit_the_calls_they_are_meant_for() {
    let emulator = emulator().await;
    emulator.world().fail(FaultRule::new(Fault::TooMany(7)).method("sendMessage").after(1).times(2));
    assert_eq!(bot(&emulator, "sendMessage", hello()).await["ok"], true);
    for _ in 0..2 {
        let response = ask(&emulator, "sendMessage", hello()).await.unwrap();
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"7".parse().unwrap()));
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["parameters"]["retry_after"], 7);
    }
    assert_eq!(bot(&emulator, "sendMessage", hello()).await["ok"], true);
    emulator.world().fail(FaultRule::new(Fault::Gateway(502)).only_if(|params| params["text"] == "hello"));
    assert_eq!(bot(&emulator, "getMe", json!({})).await["ok"], true);
    let response = ask(&emulator, "sendMessage", hello()).await.unwrap();
    assert_eq!(response.status(), 502);
    assert!(response.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn a_kick_comes_between_two_calls() {
    let emulator = emulator().await;
    emulator.world().add_bot(GROUP, TEACHER, NOW).unwrap();
    emulator.world().fail(FaultRule::new(Fault::Kick).chat(GROUP));
    let answer = bot(&emulator, "sendMessage", json!({ "chat_id": GROUP, "text": "a" })).await;
    assert_eq!(answer["description"], "Forbidden: bot was kicked from the supergroup chat");
}

#[tokio::test]
async fn a_stopped_emulator_refuses_even_open_connections_until_it_is_served_again() {
    let emulator = emulator().await;
    let (client, url) = (Client::new(), url(&emulator, "getMe"));
    assert!(client.get(&url).send().await.is_ok());
    let polling = tokio::spawn(client.post(url.replace("getMe", "getUpdates?timeout=30")).send());
    emulator.shared().until(|world| (world.call_count("getUpdates") > 2).then_some(())).await;
    let addr = emulator.url.trim_start_matches("http://").parse().unwrap();
    let shared = emulator.stop().await;
    assert!(polling.await.unwrap().is_err());
    assert!(client.get(&url).send().await.is_err());
    let emulator = Emulator::serve(addr, shared).await.unwrap();
    assert!(client.get(&url).send().await.unwrap().status().is_success());
    assert!(emulator.world().chat(MAYA).is_some());
}

#[tokio::test]
async fn the_page_is_told_of_changes_and_moves_the_clock() {
    struct Watch(Arc<AtomicI64>);
    #[async_trait::async_trait]
    impl Controls for Watch {
        async fn advance(&self, by_ms: i64) {
            self.0.fetch_add(by_ms, Ordering::SeqCst);
        }
        async fn next_reminder(&self) -> Option<i64> {
            Some(NOW + 60_000)
        }
    }
    let time = Arc::new(AtomicI64::new(NOW));
    let now = {
        let time = time.clone();
        Arc::new(move || time.load(Ordering::SeqCst))
    };
    let addr = "127.0.0.1:0".parse().unwrap();
    let emulator = Emulator::start(addr, study_group(), now, Arc::new(Watch(time.clone()))).await.unwrap();
    let since = emulator.world().version();
    let mut events = Client::new().get(format!("{}/sandbox/events?since={since}", emulator.url)).send().await.unwrap();
    page(&emulator, "clock", json!({ "to": "next_reminder" })).await;
    assert_eq!(time.load(Ordering::SeqCst), NOW + 55_000);
    let event = events.chunk().await.unwrap().unwrap();
    assert_eq!(event, format!("data: {{\"version\":{}}}\n\n", emulator.world().version()));
    page(&emulator, "clock", json!({ "advance_ms": 5_000 })).await;
    assert_eq!(time.load(Ordering::SeqCst), NOW + 60_000);
    assert!(page(&emulator, "clock", json!({ "advance_ms": -1 })).await["error"].is_string());
}

#[tokio::test]
async fn the_page_lets_things_go_wrong() {
    let emulator = emulator().await;
    page(&emulator, "fault", json!({ "kind": "too_many", "retry_after": 9, "method": "sendMessage", "chat": MAYA }))
        .await;
    assert_eq!(bot(&emulator, "sendMessage", hello()).await["parameters"]["retry_after"], 9);
    page(&emulator, "fault", json!({ "kind": "conflict", "method": "getUpdates", "times": 5 })).await;
    assert_eq!(bot(&emulator, "getUpdates", json!({})).await["error_code"], 409);
    page(&emulator, "fault", json!({ "kind": "none" })).await;
    assert_eq!(bot(&emulator, "getUpdates", json!({})).await["ok"], true);
    assert!(page(&emulator, "fault", json!({ "kind": "sunshine" })).await["error"].is_string());
}

#[tokio::test]
async fn teloxide_reads_every_update_and_answer() {
    let emulator = emulator().await;
    {
        let mut world = emulator.world();
        world.add_group(-77, "旧群", TEACHER);
        world.add_bot(-77, TEACHER, NOW).unwrap();
        world.migrate(-77, NOW).unwrap();
        world.add_bot(GROUP, TEACHER, NOW).unwrap();
        world.make_forum(GROUP);
        let bot = world.bot.id;
        let topic = world.create_topic(GROUP, TEACHER, "每周举措", NOW).unwrap();
        let said = world.say(Saying::new(GROUP, TEACHER, "/subscribe@wengu_bot 周三 20:00").topic(topic), NOW).unwrap();
        world.edit(GROUP, TEACHER, said, "/subscribe@wengu_bot 周四 20:00", NOW).unwrap();
        world.close_topic(GROUP, TEACHER, topic, true, NOW).unwrap();
        world.close_topic(GROUP, TEACHER, topic, false, NOW).unwrap();
        world.seat(GROUP, TEACHER, Role::Creator { anonymous: true });
        world.say(Saying::new(GROUP, TEACHER, "/status").reply_to(said), NOW).unwrap();
        for role in [Role::Administrator { anonymous: false }, Role::Restricted, Role::Member] {
            world.appoint(GROUP, TEACHER, bot, role, NOW).unwrap();
        }
        world.press(GROUP, TEACHER, said, "made up", NOW).unwrap();
        world.press(GROUP, TEACHER, 999, "on a message that is gone", NOW).unwrap();
        world.inline(MAYA, "一把手", "", NOW).unwrap();
        world.say(Saying::sticker(MAYA, MAYA, "👍"), NOW).unwrap();
        world.block(MAYA, NOW).unwrap();
        world.start(MAYA, "read", NOW).unwrap();
        world.remove_bot(GROUP, TEACHER, NOW).unwrap();
        world.add_bot(GROUP, TEACHER, NOW).unwrap();
    }
    let batch = bot(&emulator, "getUpdates", json!({})).await;
    let batch = batch["result"].as_array().unwrap();
    assert!(batch.len() > 20, "{}", batch.len());
    for raw in batch {
        let update: Update = serde_json::from_str(&raw.to_string()).unwrap();
        match update.kind {
            UpdateKind::Error(_) => panic!("{raw}"),
            UpdateKind::Message(Message { kind: MessageKind::Empty {}, .. }) => panic!("{raw}"),
            _ => {}
        }
    }
    let read = |value: &Value| value["result"].to_string();
    let text = json!({
        "chat_id": MAYA, "parse_mode": "HTML", "text": "<b>反思</b> <a href=\"https://t.me/wengu_bot?start=read\">读</a> /read",
        "reply_markup": { "inline_keyboard": [[{ "text": "▸", "callback_data": "x" }, { "text": "读", "url": "https://t.me/wengu_bot?start=read" }]] },
    });
    let sent: Message = serde_json::from_str(&read(&bot(&emulator, "sendMessage", text).await)).unwrap();
    assert_eq!(sent.text(), Some("反思 读 /read"));
    assert_eq!(sent.entities().unwrap().len(), 3);
    assert_eq!(sent.reply_markup().unwrap().inline_keyboard[0].len(), 2);
    let _: Me = serde_json::from_str(&read(&bot(&emulator, "getMe", json!({})).await)).unwrap();
    for chat in [MAYA, GROUP] {
        let chat = bot(&emulator, "getChat", json!({ "chat_id": chat })).await;
        let _: ChatFullInfo = serde_json::from_str(&read(&chat)).unwrap();
    }
    let admins = bot(&emulator, "getChatAdministrators", json!({ "chat_id": GROUP })).await;
    let admins: Vec<ChatMember> = serde_json::from_str(&read(&admins)).unwrap();
    assert!(admins[0].is_owner() && admins[0].is_anonymous());
}

#[tokio::test]
async fn the_page_plays_a_person() {
    let emulator = emulator().await;
    page(&emulator, "add_to_group", json!({ "chat": GROUP, "user": TEACHER })).await;
    page(&emulator, "say", json!({ "chat": GROUP, "user": TEACHER, "text": "<b>/help" })).await;
    let sent = bot(
        &emulator,
        "sendMessage",
        json!({
            "chat_id": GROUP, "text": "<b>1 &lt; 2</b>", "parse_mode": "HTML",
            "reply_markup": { "inline_keyboard": [[{ "text": "▸", "callback_data": "x" }]] },
        }),
    )
    .await;
    let id = sent["result"]["message_id"].clone();
    let pressing = page(&emulator, "press", json!({ "chat": GROUP, "user": TEACHER, "message": id, "data": "x" }));
    let answering = async {
        let batch = bot(&emulator, "getUpdates", json!({ "timeout": 5, "allowed_updates": [] })).await;
        let last = batch["result"].as_array().unwrap().iter().find(|u| u["callback_query"].is_object());
        let Some(query) = last.map(|u| u["callback_query"]["id"].clone()) else {
            panic!("no press among {batch}");
        };
        bot(&emulator, "answerCallbackQuery", json!({ "callback_query_id": query, "text": "好的" })).await
    };
    let (notice, _) = tokio::join!(pressing, async {
        emulator.shared().until(|world| (world.pending_updates() >= 3).then_some(())).await;
        answering.await
    });
    assert_eq!(notice["notice"], "好的");

    let state: Value =
        Client::new().get(format!("{}/sandbox/state", emulator.url)).send().await.unwrap().json().await.unwrap();
    let shown = state["messages"][GROUP.to_string()].as_array().unwrap();
    assert_eq!(shown[0]["service"], "林老师 邀请 温故 加入了群组");
    assert_eq!(shown[1]["html"], "&lt;b&gt;/help");
    assert_eq!(shown[2]["html"], "<b>1 &lt; 2</b>");
    assert_eq!(shown[2]["buttons"][0][0], json!({ "text": "▸", "data": "x" }));
    assert_eq!(state["calls"].as_array().unwrap().last().unwrap()["method"], "answerCallbackQuery");
    let said = shown[1]["id"].clone();
    page(&emulator, "edit", json!({ "chat": GROUP, "user": TEACHER, "message": said, "text": "/help!" })).await;
    assert!(
        emulator.world().chat(GROUP).unwrap().messages.values().any(|m| m.text() == "/help!" && m.edited.is_some())
    );
    let wrong = page(&emulator, "say", json!({ "chat": GROUP, "user": 42, "text": "a" })).await;
    assert_eq!(wrong, json!({ "error": "Nobody has the number `42`" }));
}
