//! Values that give access, as types that cannot be printed by accident: [`Secret`] and [`SecretUrl`].
//!
//! `Debug`, `Display` and `Serialize` show nothing of the secret, and reading one from a config file never repeats what
//! was written there. The value itself is had by `expose`, for the one place that needs it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// What is shown in a secret's place.
const HIDDEN: &str = "***";

/// The schemes of addresses whose host and path are understood, and whether the path is shown: that of a database is its
/// name, that of a web address may hold a token.
const SCHEMES: &[(&str, bool)] = &[
    ("postgres", true),
    ("postgresql", true),
    ("http", false),
    ("https", false),
    ("socks4", false),
    ("socks4a", false),
    ("socks5", false),
    ("socks5h", false),
];

/// The parameters of an address that hold a secret.
const SECRET_PARAMETERS: [&str; 5] = ["password", "sslpassword", "sslkey", "ssl-key", "options"];

/// A value that must not be printed, such as a token: shown as `***` by `Debug` and when serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text(PhantomData))
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

/// An address that may hold a password or a token. It is shown without whatever could be one: user, password, parameters
/// and, of a web address, the path. One that is not understood is shown as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Wraps an address. Any text will do: whether it is an address is for whoever uses it to say.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The address itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What must not be printed of it: the password before the host and the values of secret parameters, as written.
    pub fn secrets(&self) -> Vec<&str> {
        if self.0.starts_with("sqlite:") {
            return Vec::new();
        }
        let Some((_, rest)) = self.0.split_once("://") else { return vec![&self.0] };
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let user = place.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
        let pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
        let values = pairs.filter(|(name, _)| SECRET_PARAMETERS.contains(name)).map(|(_, value)| value);
        user.into_iter().chain(values).collect()
    }

    /// Whether it holds a password or something else that others must not read.
    pub fn holds_a_secret(&self) -> bool {
        !self.secrets().is_empty()
    }

    /// What may be shown of it; `None` where that is not certain.
    fn place(&self) -> Option<String> {
        if let Some(file) = self.0.strip_prefix("sqlite:") {
            return Some(format!("sqlite:{}", file.split_once('?').map_or(file, |(file, _)| file)));
        }
        let (scheme, rest) = self.0.split_once("://")?;
        let (scheme, path_shown) = SCHEMES.iter().find(|(known, _)| *known == scheme)?;
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (place, parameters) = rest.split_at(end);
        // An `@` after the `?` may end a password that was written as it is, and everything before it be part of it.
        if parameters.contains('@') {
            return None;
        }
        let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
        let (host, path) = place.find('/').map_or((place, ""), |slash| place.split_at(slash));
        Some(format!("{scheme}://{host}{}", if *path_shown { path } else { "" }))
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place().unwrap_or_else(|| HIDDEN.to_owned()))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text(PhantomData))
    }
}

impl From<String> for SecretUrl {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl std::str::FromStr for SecretUrl {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}

/// Reads a text. Anything else is refused without being repeated, which serde's own errors would do: a token without
/// quotes may well be a number.
struct Text<T>(PhantomData<T>);

impl<T: From<String>> Text<T> {
    fn refuse<E: de::Error>() -> Result<T, E> {
        Err(E::custom("invalid type: expected a text in quotes"))
    }
}

impl<'de, T: From<String>> Visitor<'de> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text in quotes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<T, E> {
        Self::refuse()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<T, E> {
        Self::refuse()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<T, E> {
        Self::refuse()
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<T, E> {
        Self::refuse()
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<T, E> {
        Self::refuse()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<T, E> {
        Self::refuse()
    }

    fn visit_map<A: de::MapAccess<'de>>(self, _: A) -> Result<T, A::Error> {
        Self::refuse()
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, _: A) -> Result<T, A::Error> {
        Self::refuse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_could_be_a_password_is_shown_of_an_address() {
        for (written, shown) in [
            ("postgres://anna:p@ss/x@db.example:5432/wengu", "postgres://db.example:5432/wengu"),
            ("postgres://db.example/wengu?user=anna&password=hidden", "postgres://db.example/wengu"),
            ("postgres://anna@db.example/wengu?password=p@ss", HIDDEN),
            ("postgres://anna:p?ss@db.example/wengu", HIDDEN),
            ("postgres://anna:p#ss@db.example/wengu", HIDDEN),
            ("postgres:anna:hidden@db.example", HIDDEN),
            ("host=db.example password=hidden", HIDDEN),
            ("mysql://anna:hidden@db.example", HIDDEN),
            ("sqlite://data/温故@home.db?key=hidden", "sqlite://data/温故@home.db"),
            ("socks5://anna:hidden@[::1]:1080", "socks5://[::1]:1080"),
            ("https://api.telegram.org/bot123:hidden", "https://api.telegram.org"),
        ] {
            let url = SecretUrl::new(written);
            assert_eq!(url.to_string(), shown, "{written}");
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(serde_json::to_value(&url).unwrap(), shown);
            assert_eq!(url.expose(), written);
        }
    }

    #[test]
    fn the_secrets_of_an_address_are_found_wherever_they_are_written() {
        let found = |written: &str| SecretUrl::new(written).secrets().join(" ");
        assert_eq!(found("postgres://anna:p@ss@db/wengu?sslmode=require&password=two"), "p@ss two");
        assert_eq!(found("postgres://db/wengu?sslmode=require"), "");
        assert_eq!(found("https://api.telegram.org"), "");
    }

    #[test]
    fn what_is_no_text_is_refused_without_being_repeated() {
        #[derive(Debug, Deserialize)]
        struct Holds {
            #[expect(dead_code)]
            token: Secret,
        }
        for wrong in ["123456789", "1.5e9", "[123456789]", "{ token = 123456789 }", "true", "2026-11-30"] {
            let error = toml::from_str::<Holds>(&format!("token = {wrong}")).unwrap_err();
            assert!(!error.message().contains("123456789"), "{error}");
        }
    }
}
