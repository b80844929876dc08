//! The commands that the bot has registered, by whom they are for and by language.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::World;
use super::answer::{Refusal, Verdict};
use super::params::Params;
use super::sending::done;

const MOST_COMMANDS: usize = 100;

/// Lists by scope (as JSON text) and language; the language is empty for everybody else.
#[derive(Debug, Default)]
pub(super) struct Commands(BTreeMap<(String, String), Vec<Command>>);

/// A registered command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The command without the slash.
    pub command: String,
    /// What it does.
    pub description: String,
}

impl Command {
    pub(in crate::sandbox) fn json(&self) -> Value {
        json!({ "command": self.command, "description": self.description })
    }
}

impl World {
    /// What is offered to someone with this language who types `/` in a chat of this kind.
    pub fn offered_commands(&self, language: &str, private: bool) -> &[Command] {
        let kind = if private { "all_private_chats" } else { "all_group_chats" };
        let keys = [(kind, language), (kind, ""), ("default", language), ("default", "")];
        let scoped = |(scope, language): (&str, &str)| self.commands.0.get(&(scope.to_owned(), language.to_owned()));
        keys.into_iter().find_map(scoped).map_or(&[], Vec::as_slice)
    }

    pub(super) fn set_my_commands(&mut self, params: Params<'_>) -> Verdict {
        let wrong = || Refusal::bad("can't parse commands JSON object");
        let list = params.nested("commands").map_err(|_| wrong())?;
        let list = list.as_deref().and_then(Value::as_array).ok_or_else(wrong)?;
        let commands = list.iter().map(command).collect::<Result<Vec<_>, _>>()?;
        if commands.len() > MOST_COMMANDS {
            return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
        }
        let key = key(params)?;
        if commands.is_empty() {
            self.commands.0.remove(&key);
        } else {
            self.commands.0.insert(key, commands);
        }
        self.touch();
        done()
    }

    pub(super) fn delete_my_commands(&mut self, params: Params<'_>) -> Verdict {
        self.commands.0.remove(&key(params)?);
        self.touch();
        done()
    }

    pub(super) fn get_my_commands(&self, params: Params<'_>) -> Verdict {
        let commands = self.commands.0.get(&key(params)?);
        Ok(commands.into_iter().flatten().map(Command::json).collect())
    }
}

fn command(value: &Value) -> Result<Command, Refusal> {
    let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = field("command").trim_start_matches('/');
    let description = field("description").trim();
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain || !(1..=32).contains(&name.len()) {
        return Err(Refusal::bad("BOT_COMMAND_INVALID"));
    }
    if !(1..=256).contains(&description.chars().count()) {
        return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(Command { command: name.to_owned(), description: description.to_owned() })
}

fn key(params: Params<'_>) -> Result<(String, String), Refusal> {
    let wrong = || Refusal::bad("can't parse BotCommandScope");
    let scope = params.nested("scope").map_err(|_| wrong())?;
    let scope = match scope.as_deref() {
        None => "default".to_owned(),
        Some(scope) => {
            let kind = scope.get("type").and_then(Value::as_str).ok_or_else(wrong)?;
            match kind {
                "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators" => kind.to_owned(),
                "chat" | "chat_administrators" | "chat_member" => scope.to_string(),
                _ => return Err(Refusal::bad("can't parse BotCommandScope: Unsupported type specified")),
            }
        }
    };
    let language = params.text("language_code").unwrap_or_default();
    let code = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if !code && !language.is_empty() {
        return Err(Refusal::bad("invalid language code specified"));
    }
    Ok((scope, language.into_owned()))
}
