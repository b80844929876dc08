//! The queue of updates, the webhook, the commands.

use serde_json::{Value, json};

use super::*;

#[test]
fn numbers_by_the_clock_are_others_in_each_world() {
    let numbers = |now: i64| {
        let mut world = study_group();
        world.number_by_clock(now);
        let message = world.say(Saying::new(MAYA, MAYA, "a"), now).unwrap();
        (message, updates(&mut world, json!({}))[0]["update_id"].as_i64().unwrap())
    };
    let (earlier, later) = (numbers(NOW), numbers(NOW + 1_000));
    assert!(earlier.0 < later.0 && earlier.1 < later.1);
    assert!(i32::try_from(later.0).is_ok() && i32::try_from(later.1).is_ok());
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
