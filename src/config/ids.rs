//! Lists of numbers of people and chats.

use serde::{Deserialize, Deserializer, Serialize, de};

/// Numbers by which Telegram knows people or chats: a list in the file; in the environment, which knows only text,
/// joined by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ids(Vec<i64>);

impl Ids {
    /// The numbers, in the order they were written.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.0.iter().copied()
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this one is named.
    pub fn contains(&self, id: i64) -> bool {
        self.0.contains(&id)
    }
}

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> de::Visitor<'de> for Read {
    type Value = Ids;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of numbers, such as `[123456789, -1001234567890]`")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Ids, A::Error> {
        let mut ids = Vec::new();
        while let Some(id) = list.next_element()? {
            ids.push(id);
        }
        Ok(Ids(ids))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Ids, E> {
        let number = |part: &str| part.trim().parse().map_err(|_| E::invalid_value(de::Unexpected::Str(part), &self));
        text.split(',').filter(|part| !part.trim().is_empty()).map(number).collect::<Result<_, _>>().map(Ids)
    }
}
