//! What people do, and what the bot hears of it.

use serde_json::json;

use super::*;

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
fn a_sticker_and_its_emoji_arrive() {
    let mut world = world();
    world.say(Saying::sticker(MAYA, MAYA, "👍"), NOW).unwrap();
    assert_eq!(updates(&mut world, json!({}))[0]["message"]["sticker"]["emoji"], "👍");
    assert!(matches!(world.chat(MAYA).unwrap().last().unwrap().content, Content::Sticker(_)));
}

fn article(id: &str) -> Value {
    json!({
        "type": "article", "id": id, "title": id,
        "input_message_content": { "message_text": "<b>四风</b>", "parse_mode": "HTML" },
        "reply_markup": { "inline_keyboard": [[{ "text": "读", "url": "https://t.me/wengu_bot?start=read" }]] },
    })
}

#[test]
fn what_is_chosen_is_said_by_the_person_via_the_bot_which_hears_it() {
    let mut world = world();
    let query = world.inline(MAYA, "四风", "", NOW).unwrap();
    let choose = |world: &mut World, id: &str| world.choose(Saying::new(GROUP, MAYA, ""), &query, id, NOW);
    assert!(choose(&mut world, "a").is_err(), "nothing is offered yet");
    let answer = json!({ "inline_query_id": query, "results": [article("a")] });
    assert_eq!(ask(&mut world, "answerInlineQuery", answer).description(), "");
    assert!(choose(&mut world, "b").is_err());
    let said = choose(&mut world, "a").unwrap();
    let message = &world.chat(GROUP).unwrap().messages[&said];
    assert_eq!((message.text(), message.from, message.keyboard.len()), ("四风", MAYA, 1));
    let told = updates(&mut world, json!({})).pop().unwrap();
    assert_eq!((&told["message"]["via_bot"]["id"], &told["message"]["from"]["id"]), (&json!(BOT), &json!(MAYA)));
}

#[test]
fn a_result_that_could_not_be_sent_is_refused() {
    let mut world = world();
    let query = world.inline(MAYA, "四风", "", NOW).unwrap();
    let mut refusal = |change: fn(&mut Value)| {
        let mut result = article("a");
        change(&mut result);
        let answer = json!({ "inline_query_id": query, "results": [result] });
        ask(&mut world, "answerInlineQuery", answer).description().to_owned()
    };
    assert_eq!(refusal(|result| result["title"] = json!("")), "Bad Request: ARTICLE_TITLE_EMPTY");
    let unclosed = refusal(|result| result["input_message_content"]["message_text"] = json!("<b>"));
    assert!(unclosed.starts_with("Bad Request: can't parse entities"), "{unclosed}");
    assert_ne!(refusal(|result| result["input_message_content"] = Value::Null), "");
}

#[test]
fn an_inline_query_is_answered_with_results_that_differ() {
    let mut world = world();
    let query = world.inline(MAYA, "一把手", "", NOW).unwrap();
    assert_eq!(updates(&mut world, json!({}))[0]["inline_query"]["query"], "一把手");
    let answer = |world: &mut World, ids: &[&str]| {
        let results: Vec<_> = ids.iter().map(|id| article(id)).collect();
        let answer = ask(world, "answerInlineQuery", json!({ "inline_query_id": query, "results": results }));
        answer.description().to_owned()
    };
    assert_eq!(answer(&mut world, &["a", "a"]), "Bad Request: RESULT_ID_DUPLICATE");
    assert_eq!(answer(&mut world, &[""]), "Bad Request: RESULT_ID_INVALID");
    assert_eq!(answer(&mut world, &["a", "b"]), "");
    assert_eq!(world.inline_answer(&query).unwrap()["results"][1]["id"], "b");
    assert!(answer(&mut world, &["a"]).starts_with("Bad Request: query is too old"));
}

#[test]
fn a_thread_of_replies_has_a_number_but_is_no_topic() {
    let mut world = world();
    let root = send(&mut world, GROUP, "card");
    let second = world.say(Saying::new(GROUP, STUDENT, "那措施呢？").reply_to(root), NOW).unwrap();
    world.say(Saying::new(GROUP, MAYA, "/ask why").reply_to(second), NOW).unwrap();
    let told = updates(&mut world, json!({}));
    assert_eq!(told[1]["message"]["message_thread_id"], root);
    assert!(told[1]["message"].get("is_topic_message").is_none());
}

#[test]
fn what_people_cannot_do_is_refused() {
    let mut world = world();
    let stranger = Saying::new(GROUP, 42, "a");
    assert_eq!(world.say(stranger, NOW).unwrap_err().to_string(), "Nobody has the number `42`");
    assert!(world.say(Saying::new(MAYA, STUDENT, "a"), NOW).is_err());
    assert!(world.say(Saying::new(MAYA, MAYA, " "), NOW).is_err());
    assert!(world.say(Saying::new(MAYA, MAYA, "😀".repeat(2049)), NOW).is_err());
    assert!(world.say(Saying::new(MAYA, MAYA, "a").reply_to(999), NOW).is_err());
    assert!(world.say(Saying::new(GROUP, MAYA, "a").topic(5), NOW).is_err());
    assert!(world.appoint(GROUP, STUDENT, MAYA, Role::Left, NOW).is_err());
    assert!(world.delete(MAYA, 999).is_err());
}
