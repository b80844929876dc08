//! The data of the settings panel's buttons, after the key of the schedule:
//!
//! ```text
//! >d                 turn to a page
//! =z Europe/Berlin   set something (written without the blank)
//! !n                 do something
//! ```

use crate::content::model::DocumentId;
use crate::message::{AtEnd, Lang, Page, Panel, ScheduleKey, Set, TopicId};

/// The letters of the pages.
const PAGES: [(Page, &str); 14] = [
    (Page::Home, "h"),
    (Page::Day, "d"),
    (Page::Time, "t"),
    (Page::Zone, "z"),
    (Page::Series, "s"),
    (Page::Topic, "o"),
    (Page::Quiet, "q"),
    (Page::Late, "l"),
    (Page::Pause, "p"),
    (Page::Amount, "a"),
    (Page::Readers, "r"),
    (Page::Remove, "x"),
    (Page::More, "m"),
    (Page::Done, "f"),
];

pub(super) fn encode(panel: &Panel) -> String {
    match panel {
        Panel::Show(page) => {
            let letter = PAGES.iter().find(|(known, _)| known == page).map_or("h", |(_, letter)| letter);
            format!(">{letter}")
        }
        Panel::Set(set) => format!("={}", encode_set(set)),
        Panel::SendNow => "!n".to_owned(),
        Panel::SendNext(seen) => format!("!m{seen}"),
        Panel::Preview => "!v".to_owned(),
        Panel::Remove => "!x".to_owned(),
    }
}

pub(super) fn decode(text: &str) -> Option<Panel> {
    match text.split_at_checked(1)? {
        (">", letter) => PAGES.iter().find(|(_, known)| *known == letter).map(|(page, _)| Panel::Show(*page)),
        ("=", set) => decode_set(set).map(Panel::Set),
        ("!", "n") => Some(Panel::SendNow),
        ("!", next) if next.starts_with('m') => next[1..].parse().ok().map(Panel::SendNext),
        ("!", "v") => Some(Panel::Preview),
        ("!", "x") => Some(Panel::Remove),
        _ => None,
    }
}

fn encode_set(set: &Set) -> String {
    match set {
        Set::Days(days) => format!("d{days}"),
        Set::Time(minute) => format!("t{minute}"),
        Set::Zone(id) => format!("z{id}"),
        Set::Series(document, index) => format!("s{document}/{index}"),
        Set::Topic(topic) => format!("o{topic}"),
        Set::Lang(Lang::Zh) => "gz".to_owned(),
        Set::Lang(Lang::En) => "ge".to_owned(),
        Set::Pin(on) => format!("i{}", u8::from(*on)),
        Set::Silent(on) => format!("m{}", u8::from(*on)),
        Set::Quiet(from, until) => format!("q{from}-{until}"),
        Set::Late(hours) => format!("l{hours}"),
        Set::Pause(days) => format!("p{days}"),
        Set::Each(each) => format!("e{each}"),
    }
}

fn decode_set(text: &str) -> Option<Set> {
    let (tag, rest) = text.split_at_checked(1)?;
    Some(match tag {
        "d" => Set::Days(rest.parse().ok().filter(|days| (1..128).contains(days))?),
        "t" => Set::Time(minute(rest)?),
        "z" => Set::Zone(rest.to_owned()),
        "s" => series(rest).map(|(document, index)| Set::Series(document, index))?,
        "o" => Set::Topic(TopicId(rest.parse().ok()?)),
        "g" => Set::Lang(match rest {
            "z" => Lang::Zh,
            "e" => Lang::En,
            _ => return None,
        }),
        "i" => Set::Pin(flag(rest)?),
        "m" => Set::Silent(flag(rest)?),
        "q" => {
            let (from, until) = rest.split_once('-')?;
            Set::Quiet(minute(from)?, minute(until)?)
        }
        "l" => Set::Late(rest.parse().ok()?),
        "p" => Set::Pause(rest.parse().ok()?),
        "e" => Set::Each(rest.parse().ok()?),
        _ => return None,
    })
}

/// What is chosen at the end of a series, after its letter.
pub(super) fn encode_end(key: ScheduleKey, choice: &AtEnd) -> String {
    match choice {
        AtEnd::Again => format!("{key}a"),
        AtEnd::Others => format!("{key}o"),
        AtEnd::Take(document, index) => format!("{key}t{document}/{index}"),
        AtEnd::Stop => format!("{key}x"),
    }
}

pub(super) fn decode_end(text: &str) -> Option<AtEnd> {
    match text.split_at_checked(1)? {
        ("a", _) => Some(AtEnd::Again),
        ("o", _) => Some(AtEnd::Others),
        ("t", which) => series(which).map(|(document, index)| AtEnd::Take(document, index)),
        ("x", _) => Some(AtEnd::Stop),
        _ => None,
    }
}

fn series(text: &str) -> Option<(DocumentId, u8)> {
    let (document, index) = text.split_once('/')?;
    Some((DocumentId::parse(document).ok()?, index.parse().ok()?))
}

fn minute(text: &str) -> Option<u16> {
    text.parse().ok().filter(|minute| *minute < 24 * 60)
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(in crate::telegram::callback) fn any_key() -> impl Strategy<Value = ScheduleKey> {
        any::<u128>().prop_map(ScheduleKey)
    }

    fn any_series() -> impl Strategy<Value = (DocumentId, u8)> {
        ("[A-Za-z0-9_-]{1,20}", any::<u8>()).prop_map(|(id, n)| (DocumentId::parse(&id).unwrap(), n))
    }

    fn any_set() -> impl Strategy<Value = Set> {
        prop_oneof![
            (1_u8..128).prop_map(Set::Days),
            (0_u16..1440).prop_map(Set::Time),
            "[A-Za-z_/+-]{1,32}".prop_map(Set::Zone),
            any_series().prop_map(|(document, n)| Set::Series(document, n)),
            any::<i32>().prop_map(|topic| Set::Topic(TopicId(topic))),
            prop_oneof![Just(Lang::Zh), Just(Lang::En)].prop_map(Set::Lang),
            any::<bool>().prop_map(Set::Pin),
            any::<bool>().prop_map(Set::Silent),
            (0_u16..1440, 0_u16..1440).prop_map(|(from, until)| Set::Quiet(from, until)),
            any::<u16>().prop_map(Set::Late),
            any::<u16>().prop_map(Set::Pause),
        ]
    }

    pub(in crate::telegram::callback) fn any_panel() -> impl Strategy<Value = Panel> {
        prop_oneof![
            prop::sample::select(PAGES.map(|(page, _)| page).to_vec()).prop_map(Panel::Show),
            any_set().prop_map(Panel::Set),
            Just(Panel::SendNow),
            any::<u32>().prop_map(Panel::SendNext),
            Just(Panel::Preview),
            Just(Panel::Remove),
        ]
    }

    pub(in crate::telegram::callback) fn any_end() -> impl Strategy<Value = AtEnd> {
        prop_oneof![
            Just(AtEnd::Again),
            Just(AtEnd::Others),
            any_series().prop_map(|(document, n)| AtEnd::Take(document, n)),
            Just(AtEnd::Stop),
        ]
    }
}
