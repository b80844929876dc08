//! The one config file: what can be set, its defaults, and how the layers file < environment < flag become one
//! [`Config`].
//!
//! Every key has a default, so the program runs without the file. A key that does not exist is refused with its place
//! and the nearest key that does. A value that may hold a secret is a [`Secret`] or a
//! [`SecretUrl`] and cannot be printed.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
pub use toml::Spanned;

mod count;
mod ids;
mod listen;
mod load;
mod places;
mod retention;
mod switch;
mod threshold;
mod webhook;

pub use count::Count;
pub use ids::Ids;
pub use listen::Listen;
pub use load::{ConfigError, Loaded, keys, load};
pub use places::Places;
pub use retention::Retention;
pub use switch::Switch;
pub use threshold::Threshold;
pub use webhook::{Mode, Webhook};

use crate::secret::{Secret, SecretUrl};

/// Where the config file is looked for when no flag names another.
pub const DEFAULT_PATH: &str = "config/wengu.toml";

/// Everything an operator can set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How to reach Telegram.
    pub telegram: Telegram,
    /// Where the documents are.
    pub content: Content,
    /// When a question is answered.
    pub answer: Answer,
    /// What is kept of questions.
    pub questions: Questions,
    /// What is kept of updates.
    pub inbox: Inbox,
    /// Where state is kept.
    pub store: Store,
    /// What the program writes about itself.
    pub log: Log,
    /// What operators can ask over HTTP.
    pub http: Http,
    /// Default schedules for groups that subscribe; empty means the built-in one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<Schedule>,
}

/// How to reach Telegram.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telegram {
    /// The bot's token, from @BotFather.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// A file that holds the token and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// The address of the Bot API.
    pub api_url: SecretUrl,
    /// A proxy for the way to Telegram: `http://…`, `https://…` or `socks5://…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<SecretUrl>,
    /// Who runs the bot: told in private what is wrong with changed documents, served everywhere, and not limited.
    pub admins: Ids,
    /// The groups that are served; empty for all.
    pub groups: Ids,
    /// The people who are served in private; empty for all.
    pub people: Ids,
    /// How updates come in.
    pub mode: Mode,
    /// How often may be asked.
    pub limits: Limits,
    /// Where Telegram brings them to.
    pub webhook: Webhook,
}

impl Default for Telegram {
    fn default() -> Self {
        Self {
            token: None,
            token_file: None,
            api_url: SecretUrl::new("https://api.telegram.org"),
            proxy: None,
            admins: Ids::default(),
            groups: Ids::default(),
            people: Ids::default(),
            limits: Limits::default(),
            mode: Mode::default(),
            webhook: Webhook::default(),
        }
    }
}

/// How often may be asked in a minute, buttons included, and how often a schedule may run; 0 for no limit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// By one person.
    pub person: Count,
    /// In one chat.
    pub chat: Count,
    /// How many times a day one schedule of a chat may run; 0 for no limit.
    pub runs: Count,
}

impl Default for Limits {
    /// One every two seconds is more than anybody reads; in a group several people ask. Once an hour is more than anybody
    /// studies.
    fn default() -> Self {
        Self { person: Count(30), chat: Count(120), runs: Count(24) }
    }
}

/// Where the documents are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    /// The folder of Markdown files.
    pub dir: PathBuf,
}

impl Default for Content {
    fn default() -> Self {
        Self { dir: "content".into() }
    }
}

/// When a question is answered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// The confidence from which on it is.
    pub threshold: Threshold,
}

/// What is kept of questions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Questions {
    /// Whether their text is, beside the words that no document knows.
    pub keep_text: Switch,
}

/// What is kept of updates.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inbox {
    /// For how long the number of an update that was handled is remembered.
    pub retention: Retention,
}

/// Where state is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// `sqlite://PATH` or `postgres://…`; a password in it is not printed.
    pub url: SecretUrl,
}

impl Default for Store {
    fn default() -> Self {
        Self { url: SecretUrl::new("sqlite://data/wengu.db") }
    }
}

/// What the program writes about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Which events: a level, or `target=level` pairs joined by commas.
    pub filter: String,
    /// What a line looks like.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".into(), format: LogFormat::default() }
    }
}

/// What a line of the log looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people; in colour on a terminal.
    #[default]
    Human,
    /// For programs: an object a line, its fields beside time, level and message.
    Json,
}

/// What operators can ask over HTTP.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Where `/healthz`, `/readyz` and `/metrics` are served; nowhere unless it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<Listen>,
}

/// One default schedule. Values keep their place in the file, for messages about what they mean.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What to call it.
    pub name: Spanned<String>,
    /// The document; left out, the first that has the series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Spanned<String>>,
    /// The series to go through.
    pub select: Spanned<String>,
    /// When: five cron fields, or six with seconds first.
    pub cron: Spanned<String>,
    /// The IANA time zone in which `cron` is read.
    pub timezone: Spanned<String>,
    /// How late a reminder may still be sent after downtime.
    #[serde(default)]
    pub late: Late,
}

/// How late a reminder may be: a number and `s`, `m`, `h` or `d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Late(pub Duration);

impl Default for Late {
    /// Twelve hours: a reminder due in the morning still comes on the same day.
    fn default() -> Self {
        Self(Duration::from_secs(12 * 60 * 60))
    }
}

impl TryFrom<String> for Late {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refuse = || format!("`{text}` is not a time span; write a number and a unit, such as `30m`, `12h` or `2d`");
        let unit = text.chars().last().ok_or_else(refuse)?;
        let number: u64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| refuse())?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => return Err(refuse()),
        };
        number.checked_mul(seconds).map(|s| Self(Duration::from_secs(s))).ok_or_else(refuse)
    }
}

impl From<Late> for String {
    fn from(late: Late) -> Self {
        match late.0.as_secs() {
            s if s % 3600 == 0 => format!("{}h", s / 3600),
            s if s % 60 == 0 => format!("{}m", s / 60),
            s => format!("{s}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let config = Config {
            telegram: Telegram { token: Some(Secret::new("123:abc")), ..Telegram::default() },
            ..Config::default()
        };
        let printed = format!("{config:?} {}", toml::to_string(&config).unwrap());
        assert!(!printed.contains("123:abc"), "{printed}");
    }

    #[test]
    fn late_reads_the_units_people_write() {
        let read = |text: &str| Late::try_from(text.to_owned()).map(|l| l.0.as_secs());
        assert_eq!(read("12h"), Ok(43_200));
        assert_eq!(read("2d"), Ok(172_800));
        assert!(read("12").is_err() && read("h").is_err() && read("12时").is_err() && read("").is_err());
    }
}
