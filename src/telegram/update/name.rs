//! Names of parts, borrowed from the JSON where they hold no escapes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The name of a part of an object.
pub(super) struct Name<'a>(Cow<'a, str>);

impl Name<'_> {
    /// As Telegram spells it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// As our types spell it: `type` means something to Rust.
    pub(super) fn as_field(&self) -> &str {
        if self.0 == "type" { "r#type" } else { &self.0 }
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}
