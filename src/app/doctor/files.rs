//! Who may read what only the bot should.

use std::path::Path;

use super::Finding;
use crate::config::{Config, Loaded, Telegram};
use crate::secret::SecretUrl;

/// The files that hold a secret: the token's own, and the config where the token, the webhook's secret or a password
/// stands in it.
pub(super) fn secrets(loaded: &Loaded) -> Vec<Finding> {
    let telegram = &loaded.config.telegram;
    let mut findings = Vec::new();
    if let Some(file) = &telegram.token_file {
        findings.extend(private(file, "the token's file"));
    }
    let (file, source) = (loaded.places.file(), loaded.places.source());
    if !source.is_empty() {
        findings.extend(match holds_a_secret(source) {
            true => private(Path::new(file), "the config, which holds a secret,"),
            false => Some(Finding::ok("permissions", format!("`{file}` holds no secret"))),
        });
    }
    findings
}

/// Whether the file itself says a token or a password: one from the environment is nobody's who reads the file.
fn holds_a_secret(source: &str) -> bool {
    // Alone, without the environment. What is wrong in it is said elsewhere.
    let config: Config = toml::from_str(source).unwrap_or_default();
    let Telegram { token, api_url, proxy, webhook, .. } = &config.telegram;
    let addresses = [Some(api_url), proxy.as_ref(), webhook.url.as_ref(), Some(&config.store.url)];
    token.is_some() || webhook.secret.is_some() || addresses.into_iter().flatten().any(SecretUrl::holds_a_secret)
}

/// What to say of a file that only its owner, or its owner and group, should read; nothing where it is not there.
#[cfg(unix)]
pub(super) fn private(file: &Path, what: &str) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o777;
    let file = file.display();
    if mode & 0o007 == 0 {
        return Some(Finding::ok("permissions", format!("{what} `{file}` is not readable by everybody")));
    }
    let message = format!("{what} `{file}` can be read by everybody on this machine (mode {mode:o})");
    Some(Finding::warning("permissions", message, format!("`chmod 600 {file}`")))
}

/// Elsewhere nothing is known of who may read it.
#[cfg(not(unix))]
pub(super) fn private(_file: &Path, _what: &str) -> Option<Finding> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_holds_a_secret_where_it_says_one_itself() {
        assert!(holds_a_secret("[telegram]\ntoken = \"1:x\"\n"));
        assert!(holds_a_secret("[store]\nurl = \"postgres://anna:secret@db/wengu\"\n"));
        assert!(holds_a_secret("[store]\nurl = \"postgres://anna@db/wengu?password=secret\"\n"));
        assert!(holds_a_secret("[telegram.webhook]\nsecret = \"s\"\n"));
        assert!(!holds_a_secret("# token = \"1:x\"\n[store]\nurl = \"sqlite://data/wengu.db\"\n"));
    }
}
