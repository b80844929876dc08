//! What the buttons of the settings panel, and those under a reminder, are about.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Lang, TopicId};
use crate::content::model::DocumentId;

/// A schedule of a chat, as buttons name it. As text: 25 digits and letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScheduleKey(pub u128);

/// The letters of a key: short enough that a button has room for what it does.
const RADIX: u32 = 36;
/// How many of them every number of 128 bits fits into.
const LENGTH: usize = 25;

impl ScheduleKey {
    /// Reads what [`Display`](fmt::Display) wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let own = text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        own.then(|| u128::from_str_radix(text, RADIX).ok().map(Self)).flatten()
    }
}

impl fmt::Display for ScheduleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = ['0'; LENGTH];
        let mut left = self.0;
        for letter in letters.iter_mut().rev() {
            // The remainder is below the radix, so it is always a digit.
            let digit = u32::try_from(left % u128::from(RADIX)).ok().and_then(|digit| char::from_digit(digit, RADIX));
            *letter = digit.unwrap_or('0');
            left /= u128::from(RADIX);
        }
        letters.iter().try_for_each(|letter| write!(f, "{letter}"))
    }
}

impl TryFrom<String> for ScheduleKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` names no schedule"))
    }
}

impl From<ScheduleKey> for String {
    fn from(key: ScheduleKey) -> Self {
        key.to_string()
    }
}

/// What a press in the panel of a schedule does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Panel {
    /// Turns to a page.
    Show(Page),
    /// Sets something. What it becomes is said whole, so that a second press changes nothing.
    Set(Set),
    /// Of earlier programs: sends the next section now.
    SendNow,
    /// Sends the next section now, if so many were planned before.
    SendNext(u32),
    /// Shows the next section to the admin alone.
    Preview,
    /// Removes the schedule.
    Remove,
}

/// The pages of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Page {
    /// Everything at a glance.
    Home,
    /// The day.
    Day,
    /// The time of day.
    Time,
    /// The time zone.
    Zone,
    /// Document and series.
    Series,
    /// The topic.
    Topic,
    /// The hours without reminders.
    Quiet,
    /// How late a missed reminder is still sent.
    Late,
    /// The pause.
    Pause,
    /// How many sections a reminder brings.
    Amount,
    /// Who read what.
    Readers,
    /// Whether to remove the schedule.
    Remove,
    /// What is changed less often.
    More,
    /// What is set, without keys.
    Done,
}

/// What becomes of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Set {
    /// The weekdays: bit 0 is Monday.
    Days(u8),
    /// The time of day, in minutes since midnight.
    Time(u16),
    /// The time zone, by its IANA id.
    Zone(String),
    /// The n-th series of a document.
    Series(DocumentId, u8),
    /// The topic.
    Topic(TopicId),
    /// The language around the sections.
    Lang(Lang),
    /// Whether each reminder is pinned in place of the one before it.
    Pin(bool),
    /// Whether reminders arrive without a sound.
    Silent(bool),
    /// From when to when nothing is sent, in minutes since midnight; equal numbers mean never.
    Quiet(u16, u16),
    /// How many hours late a missed reminder is still sent.
    Late(u16),
    /// For how many days nothing is sent; 0 ends the pause.
    Pause(u16),
    /// How many sections a reminder brings.
    Each(u8),
}

/// What a group's admins choose when a series has come to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AtEnd {
    /// From the beginning.
    Again,
    /// Another series: which ones are there?
    Others,
    /// This one: the n-th series of a document.
    Take(DocumentId, u8),
    /// No more.
    Stop,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_survives_the_round_trip(number: u128) {
            let key = ScheduleKey(number);
            prop_assert_eq!(key.to_string().len(), LENGTH);
            prop_assert_eq!(ScheduleKey::parse(&key.to_string()), Some(key));
            let json = serde_json::to_string(&key).unwrap();
            prop_assert_eq!(serde_json::from_str::<ScheduleKey>(&json).unwrap(), key);
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in ["", "1", "+000000000000000000000001", "A000000000000000000000001", "zzzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(ScheduleKey::parse(text), None, "{text}");
        }
    }
}
