//! How long it is known that an update was handled.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Late;

const DAY: u64 = 24 * 60 * 60;

/// How long it is known that an update was handled: at least a day, because Telegram repeats updates for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Retention(pub Duration);

impl Default for Retention {
    fn default() -> Self {
        Self(Duration::from_secs(2 * DAY))
    }
}

impl TryFrom<String> for Retention {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let Late(span) = Late::try_from(text.clone())?;
        if span < Duration::from_secs(DAY) {
            return Err(format!("`{text}` is too short: Telegram may repeat an update for a day; write `1d` or more"));
        }
        Ok(Self(span))
    }
}

impl From<Retention> for String {
    fn from(retention: Retention) -> Self {
        Late(retention.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_known_for_as_long_as_telegram_may_repeat_it() {
        assert_eq!(Retention::try_from("3d".to_owned()), Ok(Retention(Duration::from_secs(3 * DAY))));
        assert!(Retention::try_from("23h".to_owned()).unwrap_err().contains("`1d` or more"));
    }
}
