//! Parts of JSON that are read one by one, so that one that cannot be read costs nothing but itself.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};
use serde_json::value::RawValue;

/// A part of an update: left out, read, or there in a form that is not known here.
///
/// Reads from `serde_json::from_str` only, because it borrows the part's own text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::telegram) enum Lenient<T> {
    /// Not sent, or `null`.
    #[default]
    Missing,
    /// Sent as JSON that is no `T`.
    Odd,
    /// Sent and read.
    There(T),
}

impl<T> Lenient<T> {
    /// The part, where it was sent and read.
    pub(in crate::telegram) fn get(&self) -> Option<&T> {
        if let Self::There(part) = self { Some(part) } else { None }
    }

    /// Whether it was sent in a form that is not known here.
    pub(in crate::telegram) fn is_odd(&self) -> bool {
        matches!(self, Self::Odd)
    }

    /// Whether it was sent at all, in whatever form.
    pub(in crate::telegram) fn is_sent(&self) -> bool {
        !matches!(self, Self::Missing)
    }
}

impl<T: Copy> Lenient<T> {
    /// The same by value, for numbers and flags.
    pub(in crate::telegram) fn copied(&self) -> Option<T> {
        self.get().copied()
    }
}

impl Lenient<String> {
    /// The same for text.
    pub(in crate::telegram) fn text(&self) -> Option<&str> {
        self.get().map(String::as_str)
    }
}

impl Lenient<bool> {
    /// A flag that is off unless it was sent and read.
    pub(in crate::telegram) fn is_on(&self) -> bool {
        self.copied() == Some(true)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let part = <&RawValue>::deserialize(deserializer)?;
        Ok(match serde_json::from_str::<Option<T>>(part.get()) {
            Ok(Some(part)) => Self::There(part),
            Ok(None) => Self::Missing,
            Err(_) => Self::Odd,
        })
    }
}

/// Whether a part was sent, whatever is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::telegram) struct Sent(pub(in crate::telegram) bool);

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<IgnoredAny>::deserialize(deserializer).map(|part| Self(part.is_some()))
    }
}

/// Counts the parts below a value that were sent and could not be read.
pub(in crate::telegram) trait Odd {
    /// How many.
    fn odd(&self) -> usize {
        0
    }
}

impl Odd for i64 {}
impl Odd for bool {}
impl Odd for String {}
impl Odd for Sent {}

impl<T: Odd> Odd for Vec<T> {
    fn odd(&self) -> usize {
        self.iter().map(T::odd).sum()
    }
}

impl<T: Odd> Odd for Lenient<T> {
    fn odd(&self) -> usize {
        match self {
            Self::Missing => 0,
            Self::Odd => 1,
            Self::There(part) => part.odd(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_left_out_read_or_odd() {
        let read = |json: &str| serde_json::from_str::<Lenient<i64>>(json).unwrap();
        assert_eq!(read("null"), Lenient::Missing);
        assert_eq!(read("7"), Lenient::There(7));
        for odd in ["\"7\"", "{}", "[7]", "7.5", "1e400", "99999999999999999999"] {
            assert_eq!(read(odd), Lenient::Odd, "{odd}");
        }
        let entries: Vec<Lenient<i64>> = serde_json::from_str("[1, {}, 3]").unwrap();
        assert_eq!(entries.odd(), 1);
    }

    #[test]
    fn what_is_only_looked_for_is_there_in_any_form() {
        let sent = |json: &str| serde_json::from_str::<Sent>(json).unwrap().0;
        assert_eq!((sent("[]"), sent("{\"a\":[1]}"), sent("null")), (true, true, false));
    }
}
