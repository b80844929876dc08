//! Writing, editing, deleting, pinning: what is allowed where.

use serde_json::json;

use super::*;
use crate::sandbox::world::Floods;

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
fn flood_limits_are_kept_when_they_are_switched_on() {
    let mut world = world();
    world.rules.flood_limits = true;
    let params = json!({ "chat_id": MAYA, "text": "a" });
    let id = world.handle("sendMessage", &params, NOW).body["result"]["message_id"].clone();
    let edit = json!({ "chat_id": MAYA, "message_id": id, "text": "b" });
    let refused = world.handle("editMessageText", &edit, NOW + 400);
    assert_eq!(refused.description(), "Too Many Requests: retry after 1");
    assert_eq!(refused.body["parameters"]["retry_after"], 1);
    assert_eq!(world.handle("sendMessage", &params, NOW + 1_300).status, 429, "it was told to wait for a second");
    assert_eq!(world.handle("editMessageText", &edit, NOW + 1_400).status, 200);
    assert_eq!(world.floods(), Floods { refused: 1, impatient: 1 });
    let group = json!({ "chat_id": GROUP, "text": "a" });
    let at = |second: i64| NOW + 10_000 + 1_000 * second;
    let sent = (0..60).filter(|second| world.handle("sendMessage", &group, at(*second)).status == 200).count();
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
