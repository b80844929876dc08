//! How many of something.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// A whole number, none of it below 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Count(pub u32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

/// Reads a number, or a text that is one: a variable of the environment is always text.
struct Read;

impl de::Visitor<'_> for Read {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, such as `30`")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Count, E> {
        u32::try_from(number).map(Count).map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Count, E> {
        text.trim().parse().map(Count).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Limits;

    #[test]
    fn a_number_reads_as_such_and_as_text_and_nothing_else() {
        let read = |value: &str| toml::from_str::<Limits>(&format!("person = {value}")).map(|limits| limits.person.0);
        assert_eq!((read("3").unwrap(), read("\"3\"").unwrap(), read("0").unwrap()), (3, 3, 0));
        for wrong in ["-1", "\"-1\"", "1.5", "\"\"", "true", "4294967296"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
