//! Updates of every kind, as the Bot API's field lists describe them up to 10.5: what each means to the bot, and that
//! nothing that is added, taken out or turned into something else beside it costs the message.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};
use wengu::clock::Timestamp;
use wengu::message::{Event, Incoming, Place, Sender, UserId};
use wengu::telegram::api::Me;
use wengu::telegram::parse::{self, Kind, Update};

const NOW: Timestamp = Timestamp(1_798_000_100_000);

/// What a message needs, by the end of its path: without these nobody knows who said what where. What a group says to
/// the bot is known by the text too, but a reply to it by the replied message alone.
const NEEDED: [&str; 12] = [
    "update_id",
    "chat",
    "chat.id",
    "chat.type",
    "from",
    "from.id",
    "sender_chat",
    "sender_chat.id",
    "text",
    "caption",
    "reply_to_message",
    "reply_to_message.from",
];

/// The corpus, by the names of its files.
fn corpus() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/updates");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: &Path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    files.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read(&path))).collect()
}

fn read(update: &Value) -> Update {
    let me = Me { id: UserId(42), username: "wengu_bot".into(), supports_inline_queries: true };
    parse::read(&update.to_string(), &me, NOW)
}

#[test]
fn every_update_of_the_corpus_means_what_it_should() {
    let mut meanings = String::new();
    for (name, update) in corpus() {
        let read = read(&update);
        assert_eq!(read.id, update["update_id"].as_i64(), "{name}");
        assert_eq!(read.odd_parts, 0, "{name}: all of it is as the field lists say");
        match &read.meaning {
            Ok(Incoming { place, sender, event, .. }) => {
                writeln!(meanings, "{name}: {event:?} by {} in {}/{}", sender.who, place.chat, place.topic).unwrap();
            }
            Err(why) => writeln!(meanings, "{name}: {}", why.name()).unwrap(),
        }
    }
    insta::assert_snapshot!("meanings", meanings);
}

#[test]
fn the_corpus_has_every_kind() {
    let there: Vec<Kind> = corpus().values().map(|update| read(update).kind).collect();
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !there.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What has to come out of a text, however odd what stands beside it is.
fn essence(update: &Update) -> Option<(Place, Sender, String)> {
    let incoming = update.meaning.as_ref().ok()?;
    let Event::Said(said) = &incoming.event else { return None };
    let place = Place { topic: wengu::message::TopicId::MAIN, ..incoming.place };
    let sender = Sender { lang: wengu::message::Lang::Zh, ..incoming.sender.clone() };
    Some((place, sender, said.text.clone()))
}

/// The texts of the corpus that are for the bot by themselves: in private, or by a name in the text.
fn texts() -> Vec<Value> {
    let named =
        |update: &Value| update["message"]["chat"]["type"] == "private" || update.to_string().contains("@wengu_bot");
    corpus().into_values().filter(|update| essence(&read(update)).is_some() && named(update)).collect()
}

/// Every place in an update that may be odd: the path below the message, by its parts.
fn optional(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(parts) => parts.iter().map(|(name, part)| (name.clone(), part)).collect(),
        Value::Array(parts) => parts.iter().enumerate().map(|(n, part)| (n.to_string(), part)).collect(),
        _ => return,
    };
    for (name, part) in parts {
        path.push(name);
        if path.len() > 1 && !NEEDED.contains(&path[1..].join(".").as_str()) {
            found.push(path.clone());
        }
        optional(part, path, found);
        path.pop();
    }
}

fn at<'a>(update: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(update, |value, name| match value {
        Value::Array(parts) => parts.get_mut(name.parse::<usize>().ok()?),
        value => value.get_mut(name),
    })
}

/// What may happen to a part.
#[derive(Clone, Debug)]
enum Oddity {
    Removed,
    Replaced(Value),
    Accompanied(String, Value),
}

fn oddities() -> impl Strategy<Value = Vec<(Index, Oddity)>> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!([{ "id": -100, "type": "channel" }, [7], "x"])),
        Just(json!({})),
        Just(json!({ "id": 1, "type": "sparkle", "message_id": "x", "user": [], "name": {} })),
    ];
    let oddity = prop_oneof![
        Just(Oddity::Removed),
        value.clone().prop_map(Oddity::Replaced),
        ("new_[a-z]{1,8}", value).prop_map(|(name, value)| Oddity::Accompanied(name, value)),
    ];
    proptest::collection::vec((any::<Index>(), oddity), 1..12)
}

/// Makes one of the optional parts of `plain` odd in `update`. What takes a part's place is of another JSON type; and a
/// list loses no entry, which would be another list of the same form.
fn make_odd(update: &mut Value, plain: &Value, (place, oddity): &(Index, Oddity)) {
    let mut places = Vec::new();
    optional(plain, &mut Vec::new(), &mut places);
    let path = place.get(&places);
    let (name, above) = path.split_last().unwrap();
    let is_other = |value: &Value| {
        let before = at(&mut plain.clone(), path).map(|before| std::mem::discriminant(before));
        before != Some(std::mem::discriminant(value))
    };
    match oddity {
        Oddity::Replaced(value) if is_other(value) => {
            if let Some(part) = at(update, path) {
                *part = value.clone();
            }
        }
        Oddity::Replaced(_) => {}
        Oddity::Removed => {
            if let Some(Value::Object(parts)) = at(update, above) {
                parts.remove(name);
            }
        }
        Oddity::Accompanied(new, value) => {
            if let Some(Value::Object(parts)) = at(update, above) {
                parts.insert(new.clone(), value.clone());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_stands_beside_a_text_is_odd_text_chat_and_sender_come_out(
        which: Index, oddities in oddities(), first: bool, beside in ".{0,8}",
    ) {
        let texts = texts();
        let plain = which.get(&texts);
        let expected = essence(&read(plain));
        let mut odd = plain.clone();
        for oddity in &oddities {
            make_odd(&mut odd, plain, oddity);
        }
        // Something unknown beside the message itself, before it or behind.
        let mut update = Map::new();
        let name = if first { "a" } else { "z" };
        update.insert(format!("{name}_{beside}"), json!({ "text": beside }));
        update.extend(odd.as_object().unwrap().clone());
        prop_assert_eq!(essence(&read(&Value::from(update.clone()))), expected, "{}", Value::from(update));
    }
}
