//! The layers of the config: the file, then the environment over it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::{Config, DEFAULT_PATH, Places};
use crate::diagnostic::{Diagnostic, did_you_mean};

/// What every key's name starts with in the environment.
const PREFIX: &str = "WENGU_";

/// Names that start like a key and are none: they steer the program's own tests.
const NOT_KEYS: &str = "WENGU_TEST_";

/// A config, with the places of its values for messages about what they mean.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Where they were written.
    pub places: Places,
}

/// The config cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("failed to read the config file `{file}`: {source}\n  help: name another with `--config FILE`")]
    Read {
        /// The file as the person named it.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file, or the environment, says something wrong.
    #[error("{}", .findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Wrong {
        /// Every mistake.
        findings: Vec<Diagnostic>,
        /// What the rest of it says, for looking on for other mistakes.
        rest: Box<Loaded>,
    },
}

/// Reads the file (none is needed at the default path) and the environment over it.
///
/// # Errors
/// When the file cannot be read, or it or a variable says something wrong: every mistake at once.
pub fn load(flag: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Loaded, ConfigError> {
    let path = flag.map_or_else(|| PathBuf::from(DEFAULT_PATH), Path::to_path_buf);
    let file = path.display().to_string();
    let source = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && flag.is_none() => String::new(),
        Err(source) => return Err(ConfigError::Read { file, source }),
    };
    let (rest, findings) = parse(&file, &source, environment);
    if findings.is_empty() { Ok(rest) } else { Err(ConfigError::Wrong { findings, rest: Box::new(rest) }) }
}

/// The config that the sound values make, and the mistakes in the others.
fn parse(file: &str, source: &str, environment: impl Iterator<Item = (String, String)>) -> (Loaded, Vec<Diagnostic>) {
    let (mut places, mut wrong) = (Places::new(file, source), Vec::new());
    let (mut table, syntax) = DeTable::parse_recoverable(source);
    wrong.extend(syntax.iter().map(|e| at(&places, e, "see https://toml.io for the syntax")));

    for (name, value) in environment.filter(|(name, _)| name.starts_with(PREFIX) && !name.starts_with(NOT_KEYS)) {
        match variable_path(&name) {
            Ok(path) => overlay(table.get_mut(), &path, Spanned::new(places.of_variable(name), value)),
            Err(finding) => wrong.push(finding),
        }
    }
    // Where the syntax is broken, a part of a value may have been read as a key: it is not repeated.
    unknown_keys(&places, syntax.is_empty(), table.get_mut(), &mut wrong);
    places.note("", table.get_ref());
    loop {
        match Config::deserialize(Deserializer::from(table.clone())) {
            Ok(config) => return (Loaded { config, places }, wrong),
            Err(error) => {
                wrong.push(at(&places, &error, "see config/wengu.toml for every key with its default"));
                // Take the bad value out and look for the next mistake.
                let removed = error.span().is_some_and(|span| remove_at(table.get_mut(), span.start));
                if !removed {
                    return (Loaded { config: Config::default(), places }, wrong);
                }
            }
        }
    }
}

fn at(places: &Places, error: &toml::de::Error, help: &str) -> Diagnostic {
    let message = error.message().trim().replace('\n', "; ");
    places.error_at(error.span().map_or(0, |span| span.start), message, help)
}

/// The paths of all keys, such as `telegram.api_url`; those of a schedule as `schedule.*`.
pub fn keys() -> BTreeSet<&'static str> {
    BTreeSet::from([
        "telegram.token",
        "telegram.token_file",
        "telegram.api_url",
        "telegram.proxy",
        "telegram.mode",
        "telegram.webhook.url",
        "telegram.webhook.listen",
        "telegram.webhook.path",
        "telegram.webhook.secret",
        "telegram.webhook.certificate",
        "telegram.webhook.max_connections",
        "telegram.webhook.rate",
        "telegram.admins",
        "telegram.groups",
        "telegram.people",
        "telegram.limits.person",
        "telegram.limits.chat",
        "telegram.limits.runs",
        "content.dir",
        "answer.threshold",
        "questions.keep_text",
        "inbox.retention",
        "store.url",
        "log.filter",
        "log.format",
        "http.listen",
        "schedule.name",
        "schedule.document",
        "schedule.select",
        "schedule.cron",
        "schedule.timezone",
        "schedule.late",
    ])
}

/// The tables and the key that a variable sets.
fn variable_path(name: &str) -> Result<Vec<String>, Diagnostic> {
    let path = name[PREFIX.len()..].to_lowercase().replace("__", ".");
    let known = keys();
    if known.contains(path.as_str()) && !path.starts_with("schedule.") {
        return Ok(path.split('.').map(str::to_owned).collect());
    }
    let settable = known.iter().copied().filter(|key| !key.starts_with("schedule."));
    let help = did_you_mean(&path, settable).map_or_else(
        || "see config/wengu.toml for every key; `[[schedule]]` goes in the file".into(),
        |key| format!("did you mean `{PREFIX}{}`?", key.to_uppercase().replace('.', "__")),
    );
    Err(Diagnostic::error("environment", format!("`{name}` names no config key"), help))
}

/// Puts a variable's value over the file's.
fn overlay(table: &mut DeTable<'_>, path: &[String], value: Spanned<String>) {
    match path {
        [] => {}
        [key] => {
            let place = value.span();
            // The file's key would keep its own place.
            table.remove(key.as_str());
            let value = DeValue::String(value.into_inner().into());
            table.insert(Spanned::new(0..0, key.clone().into()), Spanned::new(place, value));
        }
        [section, rest @ ..] => {
            let empty = || Spanned::new(0..0, DeValue::Table(DeTable::new()));
            let entry = table.entry(Spanned::new(0..0, section.clone().into())).or_insert_with(empty);
            if !entry.get_ref().is_table() {
                *entry = empty();
            }
            if let DeValue::Table(inner) = entry.get_mut() {
                overlay(inner, rest, value);
            }
        }
    }
}

/// Reports and removes every key that does not exist; by its place alone unless it may be `named`.
fn unknown_keys(places: &Places, named: bool, table: &mut DeTable<'_>, wrong: &mut Vec<Diagnostic>) {
    let mut report = |offset: usize, key: &str, near: Option<&str>| {
        let help =
            near.map_or_else(|| "see config/wengu.toml for every key".into(), |n| format!("did you mean `{n}`?"));
        let named = named && key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let message = if named { format!("there is no key `{key}`") } else { "there is no such key".to_owned() };
        wrong.push(places.error_at(offset, message, help));
    };
    inspect("", table, &mut report);
}

/// Reports and removes what does not exist in a table whose keys begin with `prefix`, and in those within it.
fn inspect(prefix: &str, table: &mut DeTable<'_>, report: &mut impl FnMut(usize, &str, Option<&str>)) {
    let known = keys();
    // What may stand here: a key, or a table that has some.
    let here = |key: &'static str| {
        let rest = key.strip_prefix(prefix)?;
        Some(&key[..prefix.len() + rest.find('.').unwrap_or(rest.len())])
    };
    let here: BTreeSet<&str> = known.iter().filter_map(|key| here(key)).collect();
    for (offset, key) in take_keys(table, |key| !here.contains(format!("{prefix}{key}").as_str())) {
        let path = format!("{prefix}{key}");
        report(offset, &path, did_you_mean(&path, here.iter().copied()));
    }
    for (name, value) in table.iter_mut() {
        let path = format!("{prefix}{}", name.get_ref());
        if known.contains(path.as_str()) {
            // A table in a value's place: that is said of the key, and what stands in it may be the value.
            continue;
        }
        let prefix = format!("{path}.");
        match value.get_mut() {
            DeValue::Table(inner) => inspect(&prefix, inner, report),
            DeValue::Array(items) => {
                items.iter_mut().filter_map(table_mut).for_each(|inner| inspect(&prefix, inner, report));
            }
            _ => {}
        }
    }
}

fn table_mut<'a, 'i>(value: &'a mut Spanned<DeValue<'i>>) -> Option<&'a mut DeTable<'i>> {
    match value.get_mut() {
        DeValue::Table(inner) => Some(inner),
        _ => None,
    }
}

/// Removes the entries whose key is meant, and gives back where their keys stood.
fn take_keys(table: &mut DeTable<'_>, meant: impl Fn(&str) -> bool) -> Vec<(usize, String)> {
    let taken: Vec<_> = table
        .keys()
        .filter(|key| meant(key.get_ref()))
        .map(|key| (key.span().start, key.get_ref().to_string()))
        .collect();
    for (_, key) in &taken {
        table.remove(key.as_str());
    }
    taken
}

/// Removes the innermost entry whose value covers the offset. A list goes whole: what is left of one of its tables
/// would be reported again for what it lacks.
fn remove_at(table: &mut DeTable<'_>, offset: usize) -> bool {
    if table.iter_mut().filter_map(|(_, value)| table_mut(value)).any(|inner| remove_at(inner, offset)) {
        return true;
    }
    let covered = table.iter().find(|(key, value)| key.span().contains(&offset) || covers(value, offset));
    let key = covered.map(|(key, _)| key.get_ref().to_string());
    key.is_some_and(|key| table.remove(key.as_str()).is_some())
}

/// Whether the value, or something in it, covers the offset: a table's own span ends with its header.
fn covers(value: &Spanned<DeValue<'_>>, offset: usize) -> bool {
    value.span().contains(&offset)
        || match value.get_ref() {
            DeValue::Table(inner) => inner.iter().any(|(key, v)| key.span().contains(&offset) || covers(v, offset)),
            DeValue::Array(items) => items.iter().any(|item| covers(item, offset)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str, variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        let (loaded, wrong) = parse("wengu.toml", source, variables);
        if wrong.is_empty() { Ok(loaded.config) } else { Err(wrong.iter().map(ToString::to_string).collect()) }
    }

    #[test]
    fn nothing_at_all_is_a_config() {
        assert_eq!(read("", &[]).unwrap().telegram.api_url.expose(), "https://api.telegram.org");
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let source = "[content]\ndir = \"a\"\n";
        let variables =
            [("WENGU_CONTENT__DIR", "b"), ("WENGU_TELEGRAM__TOKEN", "1:x"), ("WENGU_ANSWER__THRESHOLD", "0.5")];
        let config = read(source, &variables).unwrap();
        assert!((config.answer.threshold.get() - 0.5).abs() < f64::EPSILON);
        assert_eq!(config.content.dir, PathBuf::from("b"));
        assert_eq!(config.telegram.token.unwrap().expose(), "1:x");
    }

    #[test]
    fn every_mistake_is_reported_in_one_run_with_its_place() {
        let source = "[telegram]\napi_ur = \"x\"\nproxy = 3\n[contents]\n[content]\ndir = 4\n\
                      [[schedule]]\nname = \"w\"\nselect = \"measure\"\ncron = \"0 9 * * 1\"\n\
                      timezone = \"UTC\"\nlate = \"12 hours\"\n";
        let variables = [("WENGU_TELEGRAM__TOKE", "1:x"), ("WENGU_ANSWER__THRESHOLD", "2")];
        let wrong = read(source, &variables).unwrap_err().join("\n");
        for part in [
            "environment: error: `WENGU_ANSWER__THRESHOLD`: invalid value: floating point `2.0`",
            "`WENGU_TELEGRAM__TOKE` names no config key\n  help: did you mean `WENGU_TELEGRAM__TOKEN`?",
            "wengu.toml:2:1: error: there is no key `telegram.api_ur`\n  help: did you mean `telegram.api_url`?",
            "wengu.toml:3:9: error: invalid type: expected a text in quotes",
            "wengu.toml:4:2: error: there is no key `contents`\n  help: did you mean `content`?",
            "wengu.toml:6:7: error: invalid type: integer",
            "`12 hours` is not a time span",
        ] {
            assert!(wrong.contains(part), "lacks {part}:\n{wrong}");
        }
    }

    #[test]
    fn a_syntax_error_names_its_line() {
        let wrong = read("[telegram\ntoken = 1", &[]).unwrap_err();
        assert!(wrong[0].starts_with("wengu.toml:1:"), "{wrong:?}");
    }
}
