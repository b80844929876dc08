//! A look at everything that the bot needs, each finding with a way out. Nothing is changed by looking.

mod files;
mod health;
mod store;
mod telegram;

pub use health::alive;
use serde::Serialize;

use super::{schedules, webhook};
use crate::clock::Clock;
use crate::config::Loaded;
use crate::content::load::load_folder;
use crate::diagnostic::{Diagnostic, Severity};

/// How good or bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// The bot runs, but probably not as it is meant to.
    Warning,
    /// The bot cannot run like this, or not reliably.
    Error,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word.
    pub about: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, as a sentence without a full stop; values in backticks.
    pub message: String,
    /// What to do about it; empty where there is nothing to do.
    pub help: String,
}

impl Finding {
    fn ok(about: &'static str, message: impl Into<String>) -> Self {
        Self { about, state: State::Ok, message: message.into(), help: String::new() }
    }

    fn warning(about: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { about, state: State::Warning, message: message.into(), help: help.into() }
    }

    fn error(about: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { about, state: State::Error, message: message.into(), help: help.into() }
    }

    /// A finding of `wengu check`.
    pub fn of_diagnostic(about: &'static str, found: &Diagnostic) -> Self {
        let state = match found.severity {
            Severity::Error => State::Error,
            Severity::Warning => State::Warning,
        };
        let place = if found.line > 0 { format!("{}:{}", found.file, found.line) } else { found.file.clone() };
        let message = format!("{place}: {}", found.message);
        Self { about, state, message, help: found.help.clone() }
    }

    /// An error whose sentence says the way out after a line break or a semicolon.
    fn of_error(about: &'static str, error: &dyn std::error::Error) -> Self {
        let text = error.to_string();
        let (message, help) = text.split_once("\n  help: ").or_else(|| text.split_once("; ")).unwrap_or((&text, ""));
        Self::error(about, message, help)
    }
}

/// Looks at everything, in the order in which one would mend it.
pub async fn examine(loaded: &Loaded, clock: &Clock) -> Vec<Finding> {
    let config = &loaded.config;
    let mut findings = files::secrets(loaded);
    findings.extend(webhook::mistakes(loaded).iter().map(|found| Finding::of_diagnostic("config", found)));
    let token = super::token(&config.telegram);
    match &token {
        Ok(token) => findings.extend(telegram::look(&config.telegram, token, clock).await),
        Err(error) => findings.push(Finding::of_error("token", error)),
    }
    let bot = token.ok().map(|token| token.bot());
    findings.extend(store::look(config.store.url.expose(), bot).await);
    findings.extend(content(loaded));
    findings
}

/// The documents and the schedules, as `wengu check` sees them.
fn content(loaded: &Loaded) -> Vec<Finding> {
    let folder = &loaded.config.content.dir;
    let read = load_folder(folder);
    let mut findings: Vec<Finding> = read.diagnostics.iter().map(of_content).collect();
    if read.library.is_empty() {
        let message = format!("no document in `{}` can be used", folder.display());
        let help = "`wengu check` says what is wrong, `wengu init` writes a first document, `content.dir` names another folder";
        findings.push(Finding::error("content", message, help));
        return findings;
    }
    match schedules::resolve(loaded, &read.library) {
        Err(wrong) => findings.extend(wrong.iter().map(of_content)),
        Ok(None) => findings.push(Finding::warning(
            "content",
            "no document has a series: nobody can subscribe",
            "write `[series.measure]` into a document's metadata, and `.measure` on the headings of its sections",
        )),
        Ok(Some(_)) => {}
    }
    let sections: usize = read.library.iter().map(|document| document.sections.len()).sum();
    let documents = read.library.len();
    findings.push(Finding::ok("content", format!("{documents} sound document(s) with {sections} sections")));
    findings
}

fn of_content(found: &Diagnostic) -> Finding {
    Finding::of_diagnostic("content", found)
}
