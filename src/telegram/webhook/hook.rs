//! Where updates are brought, and what keeps others out.

use std::fmt;

use reqwest::Url;
use sha2::{Digest, Sha256};

use crate::telegram::token::Token;

/// The ports that Telegram itself brings updates to.
const PORTS: [u16; 4] = [443, 80, 88, 8443];
/// Telegram's own servers.
const TELEGRAM: &str = "https://api.telegram.org";
const LONGEST_SECRET: usize = 256;

/// What the config says.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The public address.
    pub url: Option<String>,
    /// The path under which requests arrive here; the address's own unless it says otherwise.
    pub path: Option<String>,
    /// What Telegram has to know.
    pub secret: Option<String>,
    /// The text of a certificate that nobody else vouches for.
    pub certificate: Option<String>,
    /// How many updates Telegram may bring at a time.
    pub max_connections: u32,
    /// How many requests are taken a second.
    pub rate: u32,
}

/// Where updates are brought, and what keeps others out.
#[derive(Clone)]
pub struct Hook {
    pub(super) url: Url,
    pub(super) path: String,
    pub(super) secret: String,
    pub(super) certificate: Option<String>,
    pub(super) max_connections: u8,
    pub(super) rate: u32,
}

/// The config names a webhook that cannot be one.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// There is no address.
    #[error(
        "`telegram.mode` is `webhook`, and there is no `telegram.webhook.url`\n  help: set it to the public address, such as `https://bot.example.org/wengu`"
    )]
    NoUrl,
    /// The address is none that Telegram takes.
    #[error(
        "`{url}` is no address for a webhook: {why}\n  help: `telegram.webhook.url` is the public address, such as `https://bot.example.org/wengu`"
    )]
    Url {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The path is none.
    #[error(
        "`{0}` is no path\n  help: `telegram.webhook.path` begins with `/` and has no `{{`, `}}`, `?` or `#`; leave it out where the proxy changes no paths"
    )]
    Path(String),
    /// Telegram does not take the secret.
    #[error(
        "`telegram.webhook.secret` is none that Telegram takes\n  help: 1 to {LONGEST_SECRET} letters, digits, `_` and `-`; leave it out to have one made of the token"
    )]
    Secret,
    /// Telegram has bounds.
    #[error("`telegram.webhook.max_connections` is {0}\n  help: Telegram takes 1 to 100")]
    Connections(u32),
}

impl Hook {
    /// The webhook that the config means, for the bot with this token at the API's address.
    ///
    /// # Errors
    /// When Telegram would not take it.
    pub fn new(wishes: Wishes, token: &Token, api_url: &str) -> Result<Self, HookError> {
        let spelled = wishes.url.ok_or(HookError::NoUrl)?;
        let url = address(&spelled, api_url).map_err(|why| HookError::Url { url: spelled, why })?;
        let path = wishes.path.unwrap_or_else(|| url.path().to_owned());
        if !path.starts_with('/') || path.contains(['{', '}', '?', '#']) {
            return Err(HookError::Path(path));
        }
        // Several instances behind one address have to know the same one.
        let secret = wishes.secret.unwrap_or_else(|| derived(token));
        let known = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        if !(1..=LONGEST_SECRET).contains(&secret.len()) || !secret.chars().all(known) {
            return Err(HookError::Secret);
        }
        let most = u8::try_from(wishes.max_connections).ok().filter(|most| (1..=100).contains(most));
        let max_connections = most.ok_or(HookError::Connections(wishes.max_connections))?;
        let rate = wishes.rate.max(1);
        Ok(Self { url, path, secret, certificate: wishes.certificate, max_connections, rate })
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

fn address(spelled: &str, api_url: &str) -> Result<Url, String> {
    let url = Url::parse(spelled).map_err(|error| error.to_string())?;
    let telegrams = api_url.trim_end_matches('/') == TELEGRAM;
    let port = url.port_or_known_default().unwrap_or_default();
    match url.scheme() {
        "https" => {}
        // A Bot API server of one's own brings updates without encryption too.
        "http" if !telegrams => {}
        other => return Err(format!("it begins with `{other}://`, not with `https://`")),
    }
    if telegrams && !PORTS.contains(&port) {
        return Err(format!("Telegram brings updates to the ports 443, 80, 88 and 8443, not to {port}"));
    }
    Ok(url)
}

/// A secret that whoever knows the token knows, and from which nobody learns the token.
fn derived(token: &Token) -> String {
    let digest = Sha256::digest(format!("wengu webhook {}", token.expose()));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(wishes: Wishes) -> Result<Hook, String> {
        let token = Token::parse("42:abc").unwrap();
        Hook::new(wishes, &token, "https://api.telegram.org").map_err(|error| error.to_string())
    }

    fn wishes(url: &str) -> Wishes {
        Wishes { url: Some(url.into()), max_connections: 40, rate: 500, ..Wishes::default() }
    }

    #[test]
    fn the_path_and_the_secret_come_from_what_is_there_unless_they_are_set() {
        let made = hook(wishes("https://bot.example/wengu")).unwrap();
        assert_eq!((made.path.as_str(), made.secret.len()), ("/wengu", 64));
        assert!(!format!("{made:?} {}", made.secret).contains("abc"));
        let set = Wishes { path: Some("/x".into()), secret: Some("s-1_A".into()), ..wishes("https://b.example/y") };
        let set = hook(set).unwrap();
        assert_eq!((set.path.as_str(), set.secret.as_str(), set.url.path()), ("/x", "s-1_A", "/y"));
    }

    #[test]
    fn what_telegram_would_not_take_is_refused_with_the_way_out() {
        for (wishes, part) in [
            (Wishes { url: None, ..wishes("") }, "there is no `telegram.webhook.url`"),
            (wishes("bot.example"), "is no address"),
            (wishes("http://bot.example"), "begins with `http://`"),
            (wishes("https://bot.example:9000/"), "not to 9000"),
            (Wishes { secret: Some("pass word".into()), ..wishes("https://b.example") }, "none that Telegram takes"),
            (Wishes { secret: Some(String::new()), ..wishes("https://b.example") }, "none that Telegram takes"),
            (Wishes { path: Some("x".into()), ..wishes("https://b.example") }, "`x` is no path"),
            (Wishes { max_connections: 0, ..wishes("https://b.example") }, "is 0"),
        ] {
            let said = hook(wishes).unwrap_err();
            assert!(said.contains(part) && said.contains("help:") && !said.contains("pass word"), "{said}");
        }
    }
}
