//! Telegram's rules as a pure function: [`World::handle`] answers a Bot API request, and what people do makes updates.
//!
//! Nothing here reads a clock or opens a connection: the time comes in as milliseconds, and a [`Fault`] is only decided
//! here, for the HTTP server to carry out.
//!
//! [`Fault`]: faults::Fault

pub mod chats;
pub mod commands;
pub mod entities;
pub mod faults;
pub mod markup;
pub mod messages;
pub mod people;
pub mod queries;
pub mod webhook;

mod answer;
mod calls;
mod deeds;
mod display;
mod editing;
mod groups;
pub(crate) mod html;
mod inline;
mod members;
mod pace;
mod params;
mod sending;
mod text;
mod updates;

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub use answer::Answer;
pub use calls::Call;
pub use deeds::Saying;
pub use pace::Floods;
pub use people::{Identity, Person, Standing};

use answer::{Refusal, Verdict};
use chats::{Chat, ChatKind};
use params::Params;

/// What a person cannot do; says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Impossible(pub String);

/// Which of Telegram's habits are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// In a group the bot hears only what is meant for it, unless it is an admin.
    pub privacy: bool,
    /// With privacy on, a mention is heard; Telegram does not do so reliably.
    pub hear_mentions: bool,
    /// Too many messages are refused with 429.
    pub flood_limits: bool,
    /// @BotFather lets the bot be added to groups.
    pub joins_groups: bool,
    /// @BotFather lets people type its name in any chat.
    pub inline: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { privacy: true, hear_mentions: true, flood_limits: false, joins_groups: true, inline: true }
    }
}

/// All that Telegram knows of one bot, its people and its chats.
#[derive(Debug)]
pub struct World {
    /// The bot.
    pub bot: Identity,
    /// Which habits are followed.
    pub rules: Rules,
    people: BTreeMap<i64, (Person, Standing)>,
    chats: BTreeMap<i64, Chat>,
    updates: updates::Updates,
    commands: commands::Commands,
    queries: queries::Queries,
    calls: calls::Calls,
    pace: pace::Pace,
    faults: faults::Faults,
    kept_messages: usize,
    last_account_message: i64,
    version: u64,
}

impl World {
    /// A world with a bot and nobody else.
    pub fn new(bot: Identity) -> Self {
        Self {
            bot,
            rules: Rules::default(),
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            updates: updates::Updates::new(),
            commands: commands::Commands::default(),
            queries: queries::Queries::default(),
            calls: calls::Calls::default(),
            pace: pace::Pace::default(),
            faults: faults::Faults::default(),
            kept_messages: usize::MAX,
            last_account_message: 0,
            version: 0,
        }
    }

    /// Keeps only the latest messages of each chat from now on.
    pub fn keep_messages(&mut self, most: usize) {
        self.kept_messages = most.max(1);
    }

    /// Changes with everything that can be seen.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Tells those who watch that something changed which the world does not know, such as the time.
    pub(in crate::sandbox) fn stir(&mut self) {
        self.touch();
    }

    fn touch(&mut self) {
        self.version += 1;
    }

    /// The people, by number.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values().map(|(person, _)| person)
    }

    /// How a person stands to the bot.
    pub fn standing(&self, user: i64) -> Option<Standing> {
        self.people.get(&user).map(|(_, standing)| *standing)
    }

    /// The chats, by number.
    pub fn chats(&self) -> impl Iterator<Item = &Chat> {
        self.chats.values()
    }

    /// A chat.
    pub fn chat(&self, id: i64) -> Option<&Chat> {
        self.chats.get(&id)
    }

    /// Answers a Bot API request by the rules alone. The method's name may be in any case, as Telegram has it.
    pub fn handle(&mut self, method: &str, params: &Value, now_ms: i64) -> Answer {
        let answer = self.obey(method, params, now_ms);
        if !calls::is_idle_poll(&method.to_ascii_lowercase(), answer.result()) {
            self.log_call(method, Params(params), answer.status, now_ms);
        }
        answer
    }

    fn obey(&mut self, method: &str, params: &Value, now_ms: i64) -> Answer {
        let (method, params) = (method.to_ascii_lowercase(), Params(params));
        self.count_call(&method);
        let verdict: Verdict = match method.as_str() {
            "getme" => self.get_me(),
            "getupdates" => self.get_updates(params, now_ms),
            "setwebhook" => self.set_webhook(params),
            "deletewebhook" => self.delete_webhook(params),
            "getwebhookinfo" => self.get_webhook_info(),
            "setmycommands" => self.set_my_commands(params),
            "deletemycommands" => self.delete_my_commands(params),
            "getmycommands" => self.get_my_commands(params),
            "sendmessage" => self.send_message(params, now_ms),
            "editmessagetext" => self.edit_message_text(params, now_ms),
            "editmessagereplymarkup" => self.edit_message_reply_markup(params, now_ms),
            "deletemessage" => self.delete_message(params, now_ms),
            "answercallbackquery" => self.answer_callback_query(params, now_ms),
            "answerinlinequery" => self.answer_inline_query(params, now_ms),
            "sendchataction" => self.send_chat_action(params),
            "getchat" => self.get_chat(params),
            "getchatmember" => self.get_chat_member(params),
            "getchatadministrators" => self.get_chat_administrators(params),
            "getchatmembercount" => self.get_chat_member_count(params),
            "leavechat" => self.leave_chat(params, now_ms),
            "pinchatmessage" => self.pin_chat_message(params, now_ms),
            "unpinchatmessage" => self.unpin_chat_message(params),
            "logout" | "close" => Ok(json!(true)),
            _ => Err(Refusal::new(404, "Not Found")),
        };
        verdict.into()
    }

    /// Somebody gets an account; a private chat with the bot is ready but not begun.
    pub fn add_person(&mut self, person: Person) -> i64 {
        let id = person.id;
        self.chats.insert(id, Chat::new(id, ChatKind::Private, &person.first_name));
        self.people.insert(id, (person, Standing::Stranger));
        self.touch();
        id
    }
}

#[cfg(test)]
mod tests;
