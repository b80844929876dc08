//! How sure an answer has to be.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// The confidence from which on a question is answered: 0 answers everything, 1 nearly nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Threshold(f64);

impl Threshold {
    /// The confidence, 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Default for Threshold {
    /// Keeps at least 97 % of the questions that a text covers, measured on `tests/data` and on the retrieval sets.
    fn default() -> Self {
        Self(0.35)
    }
}

impl<'de> Deserialize<'de> for Threshold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

/// Reads a number, or a text that is one: a variable of the environment is always text.
struct Read;

impl de::Visitor<'_> for Read {
    type Value = Threshold;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 0 to 1, such as `0.35`")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Threshold, E> {
        let wrong = || E::invalid_value(de::Unexpected::Float(number), &self);
        (0.0..=1.0).contains(&number).then_some(Threshold(number)).ok_or_else(wrong)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Threshold, E> {
        match number {
            0 => Ok(Threshold(0.0)),
            1 => Ok(Threshold(1.0)),
            _ => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Threshold, E> {
        let number = text.trim().parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))?;
        self.visit_f64(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<f64, String> {
        #[derive(Deserialize)]
        struct Table {
            threshold: Threshold,
        }
        let table = toml::from_str::<Table>(&format!("threshold = {value}"));
        table.map(|table| table.threshold.get()).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_share_is_read_as_a_number_and_as_the_text_of_a_variable() {
        assert_eq!(["0", "1", "0.5", "\"0.25\"", "\"1\""].map(read), [0.0, 1.0, 0.5, 0.25, 1.0].map(Ok));
    }

    #[test]
    fn what_is_no_share_is_refused_with_the_range() {
        for value in ["1.01", "-0.1", "2", "-1", "nan", "inf", "\"half\"", "\"35%\"", "\"NaN\"", "true"] {
            let error = read(value).unwrap_err();
            assert!(error.contains("a number from 0 to 1, such as `0.35`"), "{value}: {error}");
        }
    }
}
