//! Something that is on or off.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// On or off; off unless set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Switch(bool);

impl Switch {
    /// Whether it is on.
    pub fn get(self) -> bool {
        self.0
    }
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

/// Reads a switch, or a text that is one: a variable of the environment is always text.
struct Read;

impl de::Visitor<'_> for Read {
    type Value = Switch;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`true` or `false`")
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Switch, E> {
        Ok(Switch(on))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Switch, E> {
        let on = text.trim().parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))?;
        Ok(Switch(on))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_switch_reads_as_such_and_as_text_and_nothing_else() {
        let read = |value: &str| toml::from_str::<super::super::Questions>(&format!("keep_text = {value}"));
        assert!(read("true").unwrap().keep_text.get() && read("\"true\"").unwrap().keep_text.get());
        assert!(!read("\"false\"").unwrap().keep_text.get());
        assert!(read("1").is_err() && read("\"yes\"").unwrap_err().to_string().contains("`true` or `false`"));
    }
}
