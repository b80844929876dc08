//! Where updates are brought, and what keeps others out.

use std::fmt;
use std::path::PathBuf;

use reqwest::Url;
use sha2::{Digest, Sha256};

use crate::secret::{Secret, SecretUrl};
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
    pub url: Option<SecretUrl>,
    /// The path under which requests arrive here; the address's own unless it says otherwise.
    pub path: Option<Secret>,
    /// What Telegram has to know.
    pub secret: Option<Secret>,
    /// The file of a certificate that nobody else vouches for.
    pub certificate: Option<PathBuf>,
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
    pub(super) secret: Secret,
    pub(super) certificate: Option<String>,
    pub(super) max_connections: u8,
    pub(super) rate: u32,
}

/// The config names a webhook that cannot be one.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// There is no address.
    #[error("`telegram.mode` is `webhook`, and there is no `telegram.webhook.url`")]
    NoUrl,
    /// The address is none that Telegram takes.
    #[error("`telegram.webhook.url` is no address for a webhook: {why}")]
    Url {
        /// What is wrong with it.
        why: String,
    },
    /// The path is none.
    #[error("`telegram.webhook.path` is no path")]
    Path,
    /// Telegram does not take the secret.
    #[error("the webhook's secret is none that Telegram takes")]
    Secret,
    /// The certificate is not there, or not ours to read.
    #[error("failed to read the certificate `{}`: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What would go to Telegram is no certificate, or more than one.
    #[error("`{}` holds {what}", file.display())]
    Certificate {
        /// The file.
        file: PathBuf,
        /// What is in it.
        what: &'static str,
    },
    /// Telegram has bounds.
    #[error("Telegram does not bring {0} updates at a time")]
    Connections(u32),
    /// Nothing would be let in.
    #[error("no request would be taken at a rate of 0")]
    Rate,
}

impl HookError {
    /// The key that it is about.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoUrl => "telegram.mode",
            Self::Url { .. } => "telegram.webhook.url",
            Self::Path => "telegram.webhook.path",
            Self::Secret => "telegram.webhook.secret",
            Self::Unreadable { .. } | Self::Certificate { .. } => "telegram.webhook.certificate",
            Self::Connections(_) => "telegram.webhook.max_connections",
            Self::Rate => "telegram.webhook.rate",
        }
    }

    /// The way out.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoUrl | Self::Url { .. } => {
                "`telegram.webhook.url` is the public address, such as `https://bot.example.org/wengu`"
            }
            Self::Path => {
                "`telegram.webhook.path` begins with `/` and has no `{`, `}`, `?` or `#`; leave it out where the proxy changes no paths"
            }
            Self::Secret => "1 to 256 letters, digits, `_` and `-`; leave it out to have one made of the token",
            Self::Unreadable { .. } => {
                "name a file that the bot may read, or leave it out where others vouch for the certificate"
            }
            Self::Certificate { .. } => "give the certificate alone, in PEM; its key stays with the reverse proxy",
            Self::Connections(_) => "1 to 100; leave it out for 40",
            Self::Rate => "leave it out for 500 a second",
        }
    }
}

/// A webhook as the config means it, before it is known for which bot.
pub struct Draft {
    url: Url,
    path: String,
    secret: Option<Secret>,
    certificate: Option<String>,
    max_connections: u8,
    rate: u32,
}

impl Draft {
    /// What the config means, for a Bot API at this address.
    ///
    /// # Errors
    /// When Telegram would not take it: every mistake.
    pub fn read(wishes: Wishes, api_url: &SecretUrl) -> Result<Self, Vec<HookError>> {
        let url = wishes.url.ok_or(HookError::NoUrl).and_then(|url| address(&url, api_url));
        let path = wishes.path.map(path).transpose();
        let secret = wishes.secret.map(secret).transpose();
        let certificate = wishes.certificate.map(certificate).transpose();
        let most = u8::try_from(wishes.max_connections).ok().filter(|most| (1..=100).contains(most));
        let most = most.ok_or(HookError::Connections(wishes.max_connections));
        let rate = if wishes.rate > 0 { Ok(wishes.rate) } else { Err(HookError::Rate) };
        match (url, path, secret, certificate, most, rate) {
            (Ok(url), Ok(path), Ok(secret), Ok(certificate), Ok(max_connections), Ok(rate)) => {
                let path = path.unwrap_or_else(|| url.path().to_owned());
                Ok(Self { url, path, secret, certificate, max_connections, rate })
            }
            (url, path, secret, certificate, most, rate) => {
                let wrong =
                    [url.err(), path.err(), secret.err(), certificate.err(), most.err(), rate.err()].into_iter();
                Err(wrong.flatten().collect())
            }
        }
    }

    /// The webhook of the bot with this token.
    pub fn of(self, token: &Token) -> Hook {
        // Several instances behind one address have to know the same one.
        let secret = self.secret.unwrap_or_else(|| derived(token));
        let Self { url, path, certificate, max_connections, rate, .. } = self;
        Hook { url, path, secret, certificate, max_connections, rate }
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

fn address(spelled: &SecretUrl, api_url: &SecretUrl) -> Result<Url, HookError> {
    let refuse = |why| HookError::Url { why };
    let url = Url::parse(spelled.expose()).map_err(|error| refuse(error.to_string()))?;
    let telegrams = api_url.expose().trim_end_matches('/') == TELEGRAM;
    let port = url.port_or_known_default().unwrap_or_default();
    match url.scheme() {
        "https" => {}
        // A Bot API server of one's own brings updates without encryption too.
        "http" if !telegrams => {}
        _ => return Err(refuse("it has to begin with `https://`".to_owned())),
    }
    if telegrams && !PORTS.contains(&port) {
        return Err(refuse(format!("Telegram brings updates to the ports 443, 80, 88 and 8443, not to {port}")));
    }
    Ok(url)
}

fn path(path: Secret) -> Result<String, HookError> {
    let path = path.expose();
    let sound = path.starts_with('/') && !path.contains(['{', '}', '?', '#']);
    if sound { Ok(path.to_owned()) } else { Err(HookError::Path) }
}

fn secret(secret: Secret) -> Result<Secret, HookError> {
    let text = secret.expose();
    let known = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let sound = (1..=LONGEST_SECRET).contains(&text.len()) && text.chars().all(known);
    if sound { Ok(secret) } else { Err(HookError::Secret) }
}

/// What goes to Telegram: never the key that belongs to it.
fn certificate(file: PathBuf) -> Result<String, HookError> {
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(source) => return Err(HookError::Unreadable { file, source }),
    };
    if text.contains("PRIVATE KEY-----") {
        return Err(HookError::Certificate { file, what: "a private key" });
    }
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(HookError::Certificate { file, what: "no certificate" });
    }
    Ok(text)
}

/// A secret that whoever knows the token knows, and from which nobody learns the token.
fn derived(token: &Token) -> Secret {
    let digest = Sha256::digest(format!("wengu webhook {}", token.expose()));
    Secret::new(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The webhook of a bot with these wishes.
    pub(in crate::telegram::webhook) fn hook(wishes: Wishes) -> Result<Hook, Vec<HookError>> {
        let token = Token::parse("42:abc").unwrap();
        Draft::read(wishes, &SecretUrl::new("https://api.telegram.org")).map(|draft| draft.of(&token))
    }

    /// Wishes with nothing unusual in them.
    pub(in crate::telegram::webhook) fn wishes(url: &str) -> Wishes {
        Wishes { url: Some(SecretUrl::new(url)), max_connections: 40, rate: 500, ..Wishes::default() }
    }

    #[test]
    fn the_path_and_the_secret_come_from_what_is_there_unless_they_are_set() {
        let made = hook(wishes("https://bot.example/wengu")).unwrap();
        assert_eq!((made.path.as_str(), made.secret.expose().len()), ("/wengu", 64));
        assert!(!format!("{made:?} {}", made.secret.expose()).contains("abc"));
        let set = Wishes {
            path: Some(Secret::new("/x")),
            secret: Some(Secret::new("s-1_A")),
            ..wishes("https://b.example/y")
        };
        let set = hook(set).unwrap();
        assert_eq!((set.path.as_str(), set.secret.expose(), set.url.path()), ("/x", "s-1_A", "/y"));
    }

    #[test]
    fn what_telegram_would_not_take_is_refused_with_its_key_and_the_way_out() {
        let sound = || wishes("https://b.example");
        for (wishes, key, part) in [
            (Wishes { url: None, ..sound() }, "telegram.mode", "there is no `telegram.webhook.url`"),
            (wishes("bot.example"), "telegram.webhook.url", "is no address"),
            (wishes("http://bot.example"), "telegram.webhook.url", "begin with `https://`"),
            (wishes("https://bot.example:9000/"), "telegram.webhook.url", "not to 9000"),
            (
                Wishes { secret: Some(Secret::new("pass word")), ..sound() },
                "telegram.webhook.secret",
                "that Telegram takes",
            ),
            (Wishes { secret: Some(Secret::new("")), ..sound() }, "telegram.webhook.secret", "that Telegram takes"),
            (Wishes { path: Some(Secret::new("x")), ..sound() }, "telegram.webhook.path", "is no path"),
            (Wishes { max_connections: 0, ..sound() }, "telegram.webhook.max_connections", "0 updates"),
            (Wishes { max_connections: 101, ..sound() }, "telegram.webhook.max_connections", "101 updates"),
            (Wishes { rate: 0, ..sound() }, "telegram.webhook.rate", "a rate of 0"),
        ] {
            let wrong = hook(wishes).unwrap_err();
            let said = wrong[0].to_string();
            assert_eq!((wrong.len(), wrong[0].key()), (1, key));
            assert!(said.contains(part) && !wrong[0].help().is_empty() && !said.contains("pass word"), "{said}");
        }
    }

    #[test]
    fn only_a_certificate_goes_to_telegram_and_never_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n";
        for (n, (text, what)) in [
            (certificate.to_owned(), None),
            (format!("{certificate}{key}"), Some("a private key")),
            ("nothing of the kind".to_owned(), Some("no certificate")),
        ]
        .into_iter()
        .enumerate()
        {
            let file = folder.path().join(n.to_string());
            std::fs::write(&file, text).unwrap();
            let read = hook(Wishes { certificate: Some(file), ..wishes("https://b.example") });
            assert_eq!(
                read.err().map(|wrong| wrong[0].to_string().rsplit_once("holds ").unwrap().1.to_owned()),
                what.map(str::to_owned)
            );
        }
    }
}
