//! The world as the chat page is shown it.

use serde_json::{Map, Value, json};

use super::world::chats::{Chat, ChatKind};
use super::world::commands::Command;
use super::world::markup::{Button, Press};
use super::world::messages::{Content, Message, Service};
use super::world::people::GROUP_ANONYMOUS_BOT;
use super::world::{Call, Person, World};

/// How many calls the page is shown.
const CALLS: usize = 100;

/// Everything but the time and the next reminder, which the world does not know.
pub(super) fn state(world: &World) -> Value {
    let messages: Map<_, _> = world.chats().map(|chat| (chat.id.to_string(), messages(world, chat))).collect();
    let mut calls: Vec<_> = world.calls().rev().take(CALLS).map(call).collect();
    calls.reverse();
    json!({
        "version": world.version(),
        "bot": { "id": world.bot.id, "username": world.bot.username, "first_name": world.bot.first_name },
        "people": world.people().map(person).collect::<Vec<_>>(),
        "chats": world.chats().map(|c| chat(world, c)).collect::<Vec<_>>(),
        "commands": { "zh": commands(world, "zh"), "en": commands(world, "en") },
        "messages": messages,
        "calls": calls,
    })
}

fn person(person: &Person) -> Value {
    let lang = if person.language_code.as_deref().is_some_and(|l| l.starts_with("en")) { "en" } else { "zh" };
    json!({ "id": person.id, "name": person.first_name, "lang": lang })
}

fn commands(world: &World, language: &str) -> Vec<Value> {
    world.offered_commands(language, true).iter().map(Command::json).collect()
}

fn chat(world: &World, chat: &Chat) -> Value {
    let mut members: Vec<_> = chat
        .members
        .iter()
        .filter(|(_, role)| role.is_present())
        .map(|(user, role)| json!({ "user": user, "role": if role.is_admin() { "admin" } else { "member" } }))
        .collect();
    if chat.kind == ChatKind::Private {
        members = [chat.id, world.bot.id].map(|user| json!({ "user": user, "role": "member" })).to_vec();
    }
    let topics: Vec<_> =
        chat.topics.iter().map(|(id, t)| json!({ "id": id, "name": t.name, "closed": t.closed })).collect();
    let kind = if chat.kind == ChatKind::Private { "private" } else { "group" };
    json!({
        "id": chat.id, "kind": kind, "title": chat.title, "members": members, "topics": topics, "pinned": chat.pinned,
    })
}

fn messages(world: &World, chat: &Chat) -> Value {
    chat.messages.values().map(|m| message(world, chat, m)).collect()
}

fn message(world: &World, chat: &Chat, message: &Message) -> Value {
    let from = match message.anonymous {
        true => json!({ "id": GROUP_ANONYMOUS_BOT, "name": chat.title, "is_bot": true }),
        false => json!({
            "id": message.from, "name": name(world, message.from), "is_bot": message.from == world.bot.id,
        }),
    };
    let text = match &message.content {
        Content::Sticker(emoji) => emoji,
        _ => message.text(),
    };
    json!({
        "id": message.id,
        "from": from,
        "date": message.at,
        "via": message.via_bot,
        "edited": message.edited.is_some(),
        "reply_to": message.reply_to,
        "topic": message.topic,
        "text": text,
        "html": world.html_of(message),
        "buttons": message.keyboard.iter().map(|row| row.iter().map(button).collect()).collect::<Vec<Vec<_>>>(),
        "service": match &message.content {
            Content::Service(service) => json!(line(world, message.from, service)),
            _ => Value::Null,
        },
    })
}

/// What the bot offers to somebody who types; `answer` is what it answered, nothing where it did not.
pub(super) fn offered(query: &str, answer: &Value) -> Value {
    // A list comes as such or as JSON in a text, like every parameter of the Bot API.
    let nested = |value: &Value| match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        value => value.clone(),
    };
    let one = |result: &Value| json!({ "id": result["id"], "title": result["title"], "about": result["description"] });
    let results: Vec<Value> = nested(&answer["results"]).as_array().into_iter().flatten().map(one).collect();
    let button = nested(&answer["button"]);
    let way = button["text"].as_str().map(|text| json!({ "text": text, "start": button["start_parameter"] }));
    json!({ "query": query, "results": results, "way": way, "next": answer["next_offset"] })
}

fn button(button: &Button) -> Value {
    match &button.press {
        Press::Data(data) => json!({ "text": button.text, "data": data }),
        Press::Url(url) => json!({ "text": button.text, "url": url }),
        Press::Copy(copy) => json!({ "text": button.text, "copy": copy }),
        Press::Inline { query, here } => json!({ "text": button.text, "inline": query, "here": here }),
    }
}

fn name(world: &World, user: i64) -> &str {
    if user == world.bot.id {
        return &world.bot.first_name;
    }
    world.people().find(|person| person.id == user).map_or("", |person| &person.first_name)
}

/// A service line in words, as a Chinese app writes it.
fn line(world: &World, by: i64, service: &Service) -> String {
    let by = name(world, by);
    match service {
        Service::Joined(user) => match name(world, *user) {
            user if user == by => format!("{by} 加入了群组"),
            user => format!("{by} 邀请 {user} 加入了群组"),
        },
        Service::Left(user) => format!("{by} 将 {} 移出了群组", name(world, *user)),
        Service::TopicCreated(topic) => format!("{by} 创建了话题「{topic}」"),
        Service::TopicClosed => format!("{by} 关闭了话题"),
        Service::TopicReopened => format!("{by} 重新打开了话题"),
        Service::Pinned(_) => format!("{by} 置顶了一条消息"),
        Service::MigratedTo(_) | Service::MigratedFrom(_) => "群组已升级为超级群组".to_owned(),
    }
}

fn call(call: &Call) -> Value {
    json!({
        "number": call.number,
        "at": call.at,
        "method": call.method,
        "chat": call.chat,
        "summary": call.summary,
        "code": call.code,
    })
}
