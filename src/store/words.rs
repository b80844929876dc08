//! How small choices are written in the database: as words that a person who looks into it understands.

use super::delivery::DeliveryState;
use crate::message::{ChatKind, Departure, Lang, Page, Trouble};

macro_rules! words {
    ($($write:ident $read:ident $of:ty { $($value:path = $word:literal),* })*) => {$(
        pub(super) fn $write(value: $of) -> &'static str {
            match value { $($value => $word),* }
        }
        pub(super) fn $read(word: &str) -> Option<$of> {
            match word { $($word => Some($value),)* _ => None }
        }
    )*};
}
words! {
    kind read_kind ChatKind { ChatKind::Private = "private", ChatKind::Group = "group" }
    lang read_lang Lang { Lang::Zh = "zh", Lang::En = "en" }
    departure read_departure Departure { Departure::Kicked = "kicked", Departure::Blocked = "blocked",
        Departure::Muted = "muted" }
    trouble read_trouble Trouble { Trouble::Kicked = "kicked", Trouble::Blocked = "blocked", Trouble::Muted = "muted",
        Trouble::Closed = "closed" }
    page read_page Page {
        Page::Home = "home", Page::Day = "day", Page::Time = "time", Page::Zone = "zone", Page::Series = "series",
        Page::Topic = "topic", Page::Quiet = "quiet", Page::Late = "late", Page::Pause = "pause",
        Page::Amount = "amount", Page::Readers = "readers", Page::Remove = "remove", Page::More = "more", Page::Done = "done"
    }
    delivery_state read_delivery_state DeliveryState {
        DeliveryState::Planned = "planned", DeliveryState::Sent = "sent",
        DeliveryState::Failed = "failed", DeliveryState::Skipped = "skipped"
    }
}
