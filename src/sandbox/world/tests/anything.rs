//! Whatever a bot may send, the world stands.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

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
