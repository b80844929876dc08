//! Reading a request's parameters: JSON values, or the strings that a form or a query string makes of them.

use std::borrow::Cow;

use serde_json::Value;

/// The parameters of one request.
#[derive(Clone, Copy)]
pub(super) struct Params<'a>(pub(super) &'a Value);

impl<'a> Params<'a> {
    /// The raw value; `null` counts as not given.
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A number, or a string that holds one.
    pub(super) fn integer(self, name: &str) -> Option<i64> {
        integer(self.get(name)?)
    }

    /// A string; a number is taken as its digits.
    pub(super) fn text(self, name: &str) -> Option<Cow<'a, str>> {
        match self.get(name)? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// A switch: `true`, `"true"` in any case, or 1.
    pub(super) fn flag(self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1" || text == "yes",
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// An object or array, given as such or as JSON inside a string. `Err` when the string is no JSON.
    pub(super) fn nested(self, name: &str) -> Result<Option<Cow<'a, Value>>, serde_json::Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(|value| Some(Cow::Owned(value))),
            Some(value) => Ok(Some(Cow::Borrowed(value))),
        }
    }
}

/// A number, or a string that holds one.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
