//! The rules, one by one.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::chats::Role;
use super::messages::Content;
use super::{Answer, Saying, World};
use crate::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER, study_group};

const NOW: i64 = 1_780_000_000_000;
const BOT: i64 = 7_000_000_001;

/// The study group with the bot in it, Maya's private chat open, and no updates waiting.
fn world() -> World {
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW).unwrap();
    world.start(MAYA, "", NOW).unwrap();
    let last = updates(&mut world, json!({})).last().unwrap()["update_id"].as_i64().unwrap();
    updates(&mut world, json!({ "offset": last + 1 }));
    world
}

fn updates(world: &mut World, params: Value) -> Vec<Value> {
    world.handle("getUpdates", &params, NOW).result().unwrap().as_array().unwrap().clone()
}

fn ask(world: &mut World, method: &str, params: Value) -> Answer {
    world.handle(method, &params, NOW)
}

fn send(world: &mut World, chat: i64, text: &str) -> i64 {
    let answer = ask(world, "sendMessage", json!({ "chat_id": chat, "text": text }));
    answer.result().unwrap_or_else(|| panic!("{answer:?}"))["message_id"].as_i64().unwrap()
}

/// Telegram's words for refusing a message to a chat.
fn refusal(world: &mut World, chat: i64) -> (u16, String) {
    let answer = ask(world, "sendMessage", json!({ "chat_id": chat, "text": "a" }));
    (answer.status, answer.description().to_owned())
}

fn texts(updates: &[Value]) -> Vec<&str> {
    updates.iter().map(|u| u["message"]["text"].as_str().unwrap_or_default()).collect()
}

#[test]
fn an_offset_confirms_everything_before_it() {
    let mut world = world();
    for text in ["一", "二", "三"] {
        world.say(Saying::new(MAYA, MAYA, text), NOW).unwrap();
    }
    let all = updates(&mut world, json!({}));
    assert_eq!(texts(&all), ["一", "二", "三"]);
    assert_eq!(texts(&updates(&mut world, json!({ "limit": 2 }))), ["一", "二"]);
    let second = all[1]["update_id"].as_i64().unwrap();
    assert_eq!(texts(&updates(&mut world, json!({ "offset": second }))), ["二", "三"]);
    assert_eq!(texts(&updates(&mut world, json!({}))), ["二", "三"]);
    assert_eq!(updates(&mut world, json!({ "offset": second + 2 })).len(), 0);
    assert_eq!(world.pending_updates(), 0);
}

#[test]
fn a_negative_offset_forgets_all_but_the_latest() {
    let mut world = world();
    for text in ["一", "二", "三"] {
        world.say(Saying::new(MAYA, MAYA, text), NOW).unwrap();
    }
    assert_eq!(texts(&updates(&mut world, json!({ "offset": -2 }))), ["二", "三"]);
    assert_eq!(world.pending_updates(), 2);
}

#[test]
fn an_offset_far_beyond_the_queue_is_answered_from_the_head_and_confirms_nothing() {
    let mut world = world();
    world.say(Saying::new(MAYA, MAYA, "一"), NOW).unwrap();
    let id = updates(&mut world, json!({}))[0]["update_id"].as_i64().unwrap();
    assert_eq!(texts(&updates(&mut world, json!({ "offset": id + 5_000 }))), ["一"]);
    assert_eq!(world.pending_updates(), 1);
}

#[test]
fn updates_are_forgotten_after_a_day() {
    let mut world = world();
    world.say(Saying::new(MAYA, MAYA, "一"), NOW).unwrap();
    let day = 24 * 60 * 60 * 1000;
    let after = |world: &mut World, ms| world.handle("getUpdates", &json!({}), NOW + ms).result().unwrap().clone();
    assert_eq!(after(&mut world, day - 1).as_array().unwrap().len(), 1);
    assert_eq!(after(&mut world, day).as_array().unwrap().len(), 0);
}

#[test]
fn the_kinds_asked_for_are_remembered() {
    let mut world = world();
    updates(&mut world, json!({ "allowed_updates": ["callback_query"] }));
    world.say(Saying::new(MAYA, MAYA, "一"), NOW).unwrap();
    assert_eq!(updates(&mut world, json!({})).len(), 0);
    updates(&mut world, json!({ "allowed_updates": "[]" }));
    world.say(Saying::new(MAYA, MAYA, "二"), NOW).unwrap();
    assert_eq!(texts(&updates(&mut world, json!({}))), ["二"]);
}

#[test]
fn a_webhook_takes_the_place_of_polling() {
    let mut world = world();
    assert_eq!(
        ask(&mut world, "setWebhook", json!({ "url": "http://example.org/" })).description(),
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    );
    ask(&mut world, "setWebhook", json!({ "url": "https://example.org/hook" }));
    let conflict = ask(&mut world, "getUpdates", json!({}));
    assert_eq!(
        (conflict.status, conflict.description()),
        (
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    );
    world.say(Saying::new(MAYA, MAYA, "一"), NOW).unwrap();
    let info = ask(&mut world, "getWebhookInfo", json!({}));
    assert_eq!(info.result().unwrap()["url"], "https://example.org/hook");
    assert_eq!(info.result().unwrap()["pending_update_count"], 1);
    ask(&mut world, "deleteWebhook", json!({}));
    assert_eq!(texts(&updates(&mut world, json!({}))), ["一"]);
}

#[test]
fn a_second_poll_ends_the_first() {
    let mut world = world();
    updates(&mut world, json!({}));
    let first = world.current_poll();
    updates(&mut world, json!({}));
    let ended = world.poll_again(first, &json!({}), NOW);
    assert_eq!(ended.status, 409);
    assert_eq!(
        ended.description(),
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    );
}

#[test]
fn an_unknown_method_is_not_found() {
    let answer = ask(&mut world(), "sendSunshine", json!({}));
    assert_eq!(answer.body, json!({ "ok": false, "error_code": 404, "description": "Not Found" }));
}

#[test]
fn whom_the_bot_cannot_reach_telegram_says_why() {
    let mut world = world();
    let forbidden = |words: &str| (403, format!("Forbidden: {words}"));
    assert_eq!(refusal(&mut world, 42), (400, "Bad Request: chat not found".to_owned()));
    assert_eq!(refusal(&mut world, STUDENT), forbidden("bot can't initiate conversation with a user"));
    world.block(MAYA, NOW).unwrap();
    assert_eq!(refusal(&mut world, MAYA), forbidden("bot was blocked by the user"));
    world.start(MAYA, "", NOW).unwrap();
    send(&mut world, MAYA, "again");
    world.deactivate(MAYA);
    assert_eq!(refusal(&mut world, MAYA), forbidden("user is deactivated"));
    world.appoint(GROUP, TEACHER, BOT, Role::Restricted, NOW).unwrap();
    assert_eq!(
        refusal(&mut world, GROUP),
        (400, "Bad Request: not enough rights to send text messages to the chat".to_owned())
    );
    world.remove_bot(GROUP, TEACHER, NOW).unwrap();
    assert_eq!(refusal(&mut world, GROUP), forbidden("bot was kicked from the supergroup chat"));
    world.add_group(-77, "旧群", TEACHER);
    assert_eq!(refusal(&mut world, -77), (400, "Bad Request: chat not found".to_owned()));
    world.add_bot(-77, TEACHER, NOW).unwrap();
    world.remove_bot(-77, TEACHER, NOW).unwrap();
    assert_eq!(refusal(&mut world, -77), forbidden("bot was kicked from the group chat"));
}

#[test]
fn a_group_that_was_upgraded_names_its_new_number() {
    let mut world = world();
    world.add_group(-77, "旧群", TEACHER);
    world.add_bot(-77, TEACHER, NOW).unwrap();
    let new = world.migrate(-77, NOW).unwrap();
    let answer = ask(&mut world, "sendMessage", json!({ "chat_id": -77, "text": "a" }));
    assert_eq!(
        (answer.status, answer.description()),
        (400, "Bad Request: group chat was upgraded to a supergroup chat")
    );
    assert_eq!(answer.body["parameters"]["migrate_to_chat_id"], new);
    send(&mut world, new, "a");
    let lines = updates(&mut world, json!({}));
    assert!(lines.iter().any(|u| u["message"]["migrate_to_chat_id"] == new));
    assert!(lines.iter().any(|u| u["message"]["migrate_from_chat_id"] == -77));
}

#[test]
fn a_reply_to_a_missing_message_is_refused_unless_it_may_go_without() {
    let mut world = world();
    let strict = json!({ "chat_id": MAYA, "text": "a", "reply_parameters": { "message_id": 999 } });
    assert_eq!(ask(&mut world, "sendMessage", strict).description(), "Bad Request: message to be replied not found");
    let lenient = json!({
        "chat_id": MAYA, "text": "a", "reply_parameters": { "message_id": 999, "allow_sending_without_reply": true },
    });
    assert!(ask(&mut world, "sendMessage", lenient).result().unwrap().get("reply_to_message").is_none());
    let id = send(&mut world, MAYA, "a");
    let reply = json!({ "chat_id": MAYA, "text": "b", "reply_to_message_id": id });
    assert_eq!(ask(&mut world, "sendMessage", reply).result().unwrap()["reply_to_message"]["text"], "a");
}

#[test]
fn topics_must_be_there_and_open() {
    let mut world = world();
    let to = |topic: i64| json!({ "chat_id": GROUP, "text": "a", "message_thread_id": topic });
    assert_eq!(ask(&mut world, "sendMessage", to(5)).description(), "Bad Request: message thread not found");
    world.make_forum(GROUP);
    let topic = world.create_topic(GROUP, TEACHER, "每周举措", NOW).unwrap();
    let sent = ask(&mut world, "sendMessage", to(topic));
    assert_eq!(sent.result().unwrap()["is_topic_message"], true);
    assert!(sent.result().unwrap()["reply_to_message"]["forum_topic_created"].is_object());
    world.close_topic(GROUP, TEACHER, topic, true, NOW).unwrap();
    assert_eq!(ask(&mut world, "sendMessage", to(topic)).description(), "Bad Request: TOPIC_CLOSED");
    world.appoint(GROUP, TEACHER, BOT, Role::Administrator { anonymous: false }, NOW).unwrap();
    assert_eq!(ask(&mut world, "sendMessage", to(topic)).status, 200);
    world.delete_topic(GROUP, TEACHER, topic).unwrap();
    assert_eq!(ask(&mut world, "sendMessage", to(topic)).description(), "Bad Request: message thread not found");
}

#[test]
fn only_ones_own_message_that_changes_and_is_there_can_be_edited() {
    let mut world = world();
    let theirs = world.say(Saying::new(MAYA, MAYA, "mine"), NOW).unwrap();
    let ours = send(&mut world, MAYA, "a");
    let edit = |id: i64, text: &str| json!({ "chat_id": MAYA, "message_id": id, "text": text });
    let mut words = |params| ask(&mut world, "editMessageText", params).description().to_owned();
    assert_eq!(
        words(edit(ours, "a")),
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a \
         current content and reply markup of the message"
    );
    assert_eq!(words(edit(theirs, "b")), "Bad Request: message can't be edited");
    assert_eq!(words(edit(999, "b")), "Bad Request: message to edit not found");
    assert_eq!(words(json!({ "chat_id": MAYA, "text": "b" })), "Bad Request: message identifier is not specified");
    assert_eq!(words(edit(ours, &"x".repeat(4097))), "Bad Request: MESSAGE_TOO_LONG");
    assert_eq!(words(edit(ours, "b")), "");
    assert_eq!(ask(&mut world, "deleteMessage", json!({ "chat_id": MAYA, "message_id": ours })).status, 200);
    let gone = ask(&mut world, "editMessageText", edit(ours, "c"));
    assert_eq!(gone.description(), "Bad Request: message to edit not found");
    let gone = ask(&mut world, "deleteMessage", json!({ "chat_id": MAYA, "message_id": ours }));
    assert_eq!(gone.description(), "Bad Request: message to delete not found");
}

#[test]
fn an_edit_without_buttons_takes_them_away() {
    let mut world = world();
    let keyboard = json!({ "inline_keyboard": [[{ "text": "▸", "callback_data": "x" }]] });
    let sent = ask(&mut world, "sendMessage", json!({ "chat_id": MAYA, "text": "a", "reply_markup": keyboard }));
    let id = sent.result().unwrap()["message_id"].clone();
    assert_eq!(sent.result().unwrap()["reply_markup"], keyboard);
    let edited = ask(&mut world, "editMessageText", json!({ "chat_id": MAYA, "message_id": id, "text": "a" }));
    assert!(edited.result().unwrap().get("reply_markup").is_none());
    let again = ask(&mut world, "editMessageReplyMarkup", json!({ "chat_id": MAYA, "message_id": id }));
    assert!(again.description().starts_with("Bad Request: message is not modified"));
}

#[test]
fn in_a_group_the_bot_hears_only_what_is_meant_for_it() {
    let mut world = world();
    let ours = send(&mut world, GROUP, "card");
    let heard = |world: &mut World, saying: Saying| {
        let before = world.pending_updates();
        world.say(saying, NOW).unwrap();
        world.pending_updates() > before
    };
    let say = |text: &str| Saying::new(GROUP, STUDENT, text);
    assert!(!heard(&mut world, say("今天讨论得不错")));
    assert!(heard(&mut world, say("/ask 一把手")));
    assert!(heard(&mut world, say("/ask@Wengu_Bot 一把手")));
    assert!(!heard(&mut world, say("/ask@other_bot 一把手")));
    assert!(heard(&mut world, say("@wengu_bot 一把手")));
    assert!(!heard(&mut world, say("@other_bot 一把手")));
    assert!(heard(&mut world, say("那措施呢？").reply_to(ours)));
    world.rules.hear_mentions = false;
    assert!(!heard(&mut world, say("@wengu_bot 一把手")));
    world.appoint(GROUP, TEACHER, BOT, Role::Administrator { anonymous: false }, NOW).unwrap();
    assert!(heard(&mut world, say("今天讨论得不错")));
}

#[test]
fn adding_and_removing_the_bot_is_told() {
    let mut world = study_group();
    world.add_bot(GROUP, TEACHER, NOW).unwrap();
    let told = updates(&mut world, json!({}));
    assert_eq!(told[0]["my_chat_member"]["old_chat_member"]["status"], "left");
    assert_eq!(told[0]["my_chat_member"]["new_chat_member"]["status"], "member");
    assert_eq!(told[1]["message"]["new_chat_members"][0]["id"], BOT);
    assert!(world.add_bot(GROUP, TEACHER, NOW).is_err());
    assert!(world.remove_bot(GROUP, STUDENT, NOW).is_err());
    world.remove_bot(GROUP, TEACHER, NOW).unwrap();
    let told = updates(&mut world, json!({}));
    assert_eq!(told.last().unwrap()["my_chat_member"]["new_chat_member"]["status"], "kicked");
}

#[test]
fn a_block_and_its_end_are_told() {
    let mut world = world();
    world.block(MAYA, NOW).unwrap();
    assert!(world.say(Saying::new(MAYA, MAYA, "a"), NOW).is_err());
    world.start(MAYA, "s_reflection_problem-1", NOW).unwrap();
    let told = updates(&mut world, json!({}));
    assert_eq!(told[0]["my_chat_member"]["new_chat_member"]["status"], "kicked");
    assert_eq!(told[1]["my_chat_member"]["new_chat_member"]["status"], "member");
    assert_eq!(told[2]["message"]["text"], "/start s_reflection_problem-1");
    assert!(world.start(MAYA, "监督", NOW).is_err());
}

#[test]
fn an_anonymous_admin_speaks_as_the_group() {
    let mut world = world();
    world.seat(GROUP, TEACHER, Role::Creator { anonymous: true });
    world.say(Saying::new(GROUP, TEACHER, "/subscribe"), NOW).unwrap();
    let told = updates(&mut world, json!({}));
    assert_eq!(told[0]["message"]["from"]["username"], "GroupAnonymousBot");
    assert_eq!(told[0]["message"]["sender_chat"]["id"], GROUP);
}

#[test]
fn an_edited_message_is_told_with_its_date() {
    let mut world = world();
    let id = world.say(Saying::new(MAYA, MAYA, "一"), NOW).unwrap();
    world.edit(MAYA, MAYA, id, "二", NOW + 5_000).unwrap();
    let told = updates(&mut world, json!({}));
    assert_eq!(told[1]["edited_message"]["text"], "二");
    assert_eq!(told[1]["edited_message"]["edit_date"], NOW / 1000 + 5);
    assert!(world.edit(MAYA, STUDENT, id, "三", NOW).is_err());
}

#[test]
fn a_press_is_answered_once_and_in_time() {
    let mut world = world();
    let id = send(&mut world, MAYA, "card");
    let old = world.press(MAYA, MAYA, id, "made up", NOW).unwrap();
    let press = world.press(MAYA, MAYA, id, "made up", NOW + 40_000).unwrap();
    let told = updates(&mut world, json!({}));
    assert_eq!(told[1]["callback_query"]["data"], "made up");
    assert_eq!(told[1]["callback_query"]["message"]["text"], "card");
    let answer = |world: &mut World, query: &str| {
        let params = json!({ "callback_query_id": query, "text": "好", "show_alert": true });
        world.handle("answerCallbackQuery", &params, NOW + 41_000).description().to_owned()
    };
    let too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(answer(&mut world, &old), too_old);
    assert_eq!(answer(&mut world, &press), "");
    assert_eq!(answer(&mut world, &press), too_old);
    let notice = world.notice(&press).unwrap();
    assert_eq!((notice.text.as_deref(), notice.alert), (Some("好"), true));
}

#[test]
fn who_runs_the_group_is_told() {
    let mut world = world();
    let member = |world: &mut World, chat: i64, user: i64| {
        let answer = ask(world, "getChatMember", json!({ "chat_id": chat, "user_id": user }));
        answer.result().map_or_else(|| answer.description().to_owned(), |m| m["status"].as_str().unwrap().to_owned())
    };
    assert_eq!(member(&mut world, GROUP, TEACHER), "creator");
    assert_eq!(member(&mut world, GROUP, STUDENT), "member");
    assert_eq!(member(&mut world, GROUP, BOT), "member");
    assert_eq!(member(&mut world, GROUP, 42), "Bad Request: user not found");
    assert_eq!(member(&mut world, MAYA, MAYA), "member");
    world.appoint(GROUP, TEACHER, STUDENT, Role::Administrator { anonymous: false }, NOW).unwrap();
    let admins = ask(&mut world, "getChatAdministrators", json!({ "chat_id": GROUP }));
    assert_eq!(admins.result().unwrap().as_array().unwrap().len(), 2);
    let admins = ask(&mut world, "getChatAdministrators", json!({ "chat_id": MAYA }));
    assert_eq!(admins.description(), "Bad Request: there are no administrators in the private chat");
    let count = ask(&mut world, "getChatMemberCount", json!({ "chat_id": GROUP }));
    assert_eq!(count.result().unwrap(), 4);
    ask(&mut world, "leaveChat", json!({ "chat_id": GROUP }));
    assert_eq!(
        ask(&mut world, "getChatMember", json!({ "chat_id": GROUP, "user_id": TEACHER })).description(),
        "Forbidden: bot is not a member of the supergroup chat"
    );
}

#[test]
fn pinning_in_a_group_needs_an_admin() {
    let mut world = world();
    let id = send(&mut world, GROUP, "card");
    let pin = json!({ "chat_id": GROUP, "message_id": id });
    assert_eq!(
        ask(&mut world, "pinChatMessage", pin.clone()).description(),
        "Bad Request: not enough rights to manage pinned messages in the chat"
    );
    world.appoint(GROUP, TEACHER, BOT, Role::Administrator { anonymous: false }, NOW).unwrap();
    assert_eq!(ask(&mut world, "pinChatMessage", pin.clone()).status, 200);
    assert_eq!(world.chat(GROUP).unwrap().pinned, [id]);
    assert_eq!(ask(&mut world, "unpinChatMessage", pin.clone()).status, 200);
    assert_eq!(ask(&mut world, "unpinChatMessage", pin).description(), "Bad Request: message to unpin not found");
}

#[test]
fn commands_are_kept_by_scope_and_language() {
    let mut world = world();
    let set = |commands: Value, language: &str| json!({ "commands": commands, "language_code": language });
    let one = |name: &str, words: &str| json!([{ "command": name, "description": words }]);
    ask(&mut world, "setMyCommands", set(one("help", "帮助"), ""));
    ask(&mut world, "setMyCommands", set(one("help", "Help"), "en"));
    assert_eq!(world.offered_commands("zh", true)[0].description, "帮助");
    assert_eq!(world.offered_commands("en", true)[0].description, "Help");
    let words = |world: &mut World, params| ask(world, "setMyCommands", params).description().to_owned();
    assert_eq!(words(&mut world, set(one("Help", "x"), "")), "Bad Request: BOT_COMMAND_INVALID");
    assert_eq!(words(&mut world, set(one("help", ""), "")), "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID");
    let kept = ask(&mut world, "getMyCommands", json!({ "language_code": "en" }));
    assert_eq!(kept.result().unwrap(), &one("help", "Help"));
}

#[test]
fn flood_limits_are_kept_when_they_are_switched_on() {
    let mut world = world();
    world.rules.flood_limits = true;
    let params = json!({ "chat_id": MAYA, "text": "a" });
    let answers: Vec<_> = (0..6).map(|_| world.handle("sendMessage", &params, NOW)).collect();
    assert!(answers[..5].iter().all(|a| a.status == 200));
    assert_eq!(answers[5].description(), "Too Many Requests: retry after 5");
    assert_eq!(answers[5].body["parameters"]["retry_after"], 5);
    let group = json!({ "chat_id": GROUP, "text": "a" });
    let sent = (0..60).filter(|second| world.handle("sendMessage", &group, NOW + 1000 * second).status == 200).count();
    assert_eq!(sent, 20);
}

#[test]
fn no_more_messages_are_kept_than_asked() {
    let mut world = world();
    world.keep_messages(3);
    for n in 0..9 {
        send(&mut world, MAYA, &n.to_string());
    }
    let kept: Vec<_> = world.chat(MAYA).unwrap().messages.values().map(|m| m.text().to_owned()).collect();
    assert_eq!(kept, ["6", "7", "8"]);
}

#[test]
fn a_sticker_and_its_emoji_arrive() {
    let mut world = world();
    world.say(Saying::sticker(MAYA, MAYA, "👍"), NOW).unwrap();
    assert_eq!(updates(&mut world, json!({}))[0]["message"]["sticker"]["emoji"], "👍");
    assert!(matches!(world.chat(MAYA).unwrap().last().unwrap().content, Content::Sticker(_)));
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(MAYA)),
        Just(json!(GROUP)),
        Just(json!(1)),
        "\\PC{0,12}".prop_map(Value::from),
        "[<>/a-z&;=\"' #x0-9]{0,24}".prop_map(Value::from),
        "[\\[\\]{}\":,a-z0-9]{0,24}".prop_map(Value::from),
        Just(json!("HTML")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let keys = prop_oneof![
            Just("inline_keyboard".to_owned()),
            Just("message_id".to_owned()),
            Just("text".to_owned()),
            Just("type".to_owned()),
            Just("offset".to_owned()),
            Just("length".to_owned()),
            "[a-z_]{1,8}",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(keys, inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_parameters_break_the_world(
        method in proptest::sample::select(vec![
            "getUpdates", "setWebhook", "setMyCommands", "getMyCommands", "sendMessage", "editMessageText",
            "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery", "answerInlineQuery", "sendChatAction",
            "getChat", "getChatMember", "getChatAdministrators", "leaveChat", "pinChatMessage", "unpinChatMessage",
        ]),
        chat in anything(), text in anything(), more in anything(), message in anything(), number in anything(),
    ) {
        let mut world = world();
        send(&mut world, MAYA, "a");
        let answer = world.handle(method, &json!({
            "chat_id": chat, "text": text, "reply_markup": more, "entities": more, "commands": more, "scope": more,
            "results": more, "reply_parameters": more, "parse_mode": number, "message_id": message, "offset": number,
            "limit": number, "user_id": number, "message_thread_id": message, "url": text, "allowed_updates": more,
        }), NOW);
        prop_assert!(matches!(answer.status, 200 | 400 | 403 | 409));
    }
}
