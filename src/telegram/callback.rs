//! Button data: an [`Action`] in at most 64 bytes, and back.
//!
//! ```text
//! 1o reflection/problem-1      version, tag, what it is about (written without the blanks)
//! 1p reflection/problem-1/2    … and a number
//! 1s                           the tag alone
//! 1w reflection/~1c0a5k/2      a page of a list of sections
//! 1d 2s9k5f                    the person whom the button was made for
//! 1g 0…1z >d                   a schedule's key, and what its panel does
//! ```
//! The first character is the version of this form. A button lives as long as its message does, so the form never
//! changes under a version: data of another version is a stale button, read as `None` like anything else that we
//! never wrote. Tags come from the table of [`Action::rule`]; one that is retired is read as `None` too.

mod listing;
mod number;
mod panel;

use crate::clock::Timestamp;
use crate::content::model::{DocumentId, SectionRef};
use crate::message::{Action, ChatId, ScheduleKey, UserId};

/// The most bytes that Telegram carries in a button.
pub const MAX_BYTES: usize = 64;

const VERSION: char = '1';

/// The data of a button that does this.
pub fn encode(action: &Action) -> String {
    let body = match action {
        Action::Open(at) | Action::Read(at) => at.to_string(),
        Action::Page(at, number) | Action::Ask(at, number) => format!("{at}/{number}"),
        Action::Contents(document) => document.to_string(),
        Action::ContentsPage(document, page) => format!("{document}/{page}"),
        Action::ListPage(listing, page) => format!("{}/{page}", listing::encode(listing)),
        Action::Subscribe | Action::Unsubscribe | Action::SendNow | Action::Vote(_) => String::new(),
        Action::SendNext(seen) => seen.to_string(),
        // Nobody has a number below zero: one would be written as nobody's, and read as nothing.
        Action::ForgetMe(user) => u64::try_from(user.0).map(number::encode).unwrap_or_default(),
        Action::Panel(key, does) => format!("{key}{}", panel::encode(does)),
        Action::Schedules(chat) => chat.to_string(),
        Action::AddSchedule(chat, have) => format!("{chat}/{have}"),
        Action::AtEnd(key, choice) => panel::encode_end(*key, choice),
        Action::Studied(key, due) => format!("{key}{}", due.0),
    };
    format!("{VERSION}{}{body}", action.rule().tag)
}

/// What a button with this data does; `None` for data that [`encode`] never wrote.
pub fn decode(data: &str) -> Option<Action> {
    if data.len() > MAX_BYTES {
        return None;
    }
    let mut chars = data.strip_prefix(VERSION)?.chars();
    let tag = chars.next()?;
    let rest = chars.as_str();
    let action = match tag {
        'o' => Action::Open(SectionRef::parse(rest).ok()?),
        'p' => numbered(rest, Action::Page)?,
        'r' => Action::Read(SectionRef::parse(rest).ok()?),
        'c' => Action::Contents(DocumentId::parse(rest).ok()?),
        't' => {
            let (document, page) = rest.split_once('/')?;
            Action::ContentsPage(DocumentId::parse(document).ok()?, page.parse().ok()?)
        }
        'w' => {
            let (listing, page) = rest.rsplit_once('/')?;
            Action::ListPage(listing::decode(listing)?, page.parse().ok()?)
        }
        's' => Action::Subscribe,
        'u' => Action::Unsubscribe,
        'n' => Action::SendNow,
        'm' => Action::SendNext(rest.parse().ok()?),
        'd' => Action::ForgetMe(UserId(number::decode(rest)?.try_into().ok()?)),
        'y' => Action::Vote(true),
        'x' => Action::Vote(false),
        'a' => numbered(rest, Action::Ask)?,
        'g' => keyed(rest, |key, does| Some(Action::Panel(key, panel::decode(does)?)))?,
        'l' => Action::Schedules(ChatId(rest.parse().ok()?)),
        '+' => {
            let (chat, have) = rest.split_once('/')?;
            Action::AddSchedule(ChatId(chat.parse().ok()?), have.parse().ok()?)
        }
        'e' => keyed(rest, |key, choice| Some(Action::AtEnd(key, panel::decode_end(choice)?)))?,
        'k' => keyed(rest, |key, due| Some(Action::Studied(key, Timestamp(due.parse().ok()?))))?,
        _ => return None,
    };
    // Numbers have many spellings (`+1`, `01`), and short tags could carry a tail: only our own spelling counts.
    (encode(&action) == data).then_some(action)
}

fn numbered(rest: &str, action: impl Fn(SectionRef, u16) -> Action) -> Option<Action> {
    let (at, number) = rest.rsplit_once('/')?;
    Some(action(SectionRef::parse(at).ok()?, number.parse().ok()?))
}

/// What begins with the key of a schedule.
fn keyed(rest: &str, action: impl FnOnce(ScheduleKey, &str) -> Option<Action>) -> Option<Action> {
    let (key, rest) = rest.split_at_checked(25)?;
    action(ScheduleKey::parse(key)?, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::panel::tests::{any_end, any_key, any_panel};
    use super::*;
    use crate::content::model::SectionId;
    use crate::message::{AtEnd, KindMark, Listing, Panel, RETIRED_TAGS};

    fn any_section() -> impl Strategy<Value = SectionRef> {
        ("[A-Za-z0-9_-]{1,20}", "[a-z0-9-]{1,32}").prop_map(|(document, section)| SectionRef {
            document: DocumentId::parse(&document).unwrap(),
            section: SectionId::parse(&section).unwrap(),
        })
    }

    fn any_listing() -> impl Strategy<Value = Listing> {
        prop_oneof![
            (any_section(), any::<u32>()).prop_map(|(at, mark)| Listing::Kind(at.document, KindMark(mark))),
            any_section().prop_map(Listing::Below),
        ]
    }

    fn any_action() -> impl Strategy<Value = Action> {
        prop_oneof![
            any_section().prop_map(Action::Open),
            (any_section(), any::<u16>()).prop_map(|(at, page)| Action::Page(at, page)),
            any_section().prop_map(Action::Read),
            any_section().prop_map(|at| Action::Contents(at.document)),
            (any_section(), any::<u16>()).prop_map(|(at, page)| Action::ContentsPage(at.document, page)),
            (any_listing(), any::<u16>()).prop_map(|(listing, page)| Action::ListPage(listing, page)),
            Just(Action::Subscribe),
            Just(Action::Unsubscribe),
            Just(Action::SendNow),
            any::<u32>().prop_map(Action::SendNext),
            any::<u64>().prop_map(|user| Action::ForgetMe(UserId(i64::try_from(user >> 1).unwrap()))),
            any::<bool>().prop_map(Action::Vote),
            (any_section(), any::<u16>()).prop_map(|(at, which)| Action::Ask(at, which)),
            (any_key(), any_panel()).prop_map(|(key, panel)| Action::Panel(key, panel)),
            any::<i64>().prop_map(|chat| Action::Schedules(ChatId(chat))),
            (any::<i64>(), any::<u8>()).prop_map(|(chat, have)| Action::AddSchedule(ChatId(chat), have)),
            (any_key(), any_end()).prop_map(|(key, choice)| Action::AtEnd(key, choice)),
            (any_key(), any::<i64>()).prop_map(|(key, due)| Action::Studied(key, Timestamp(due))),
        ]
    }

    proptest! {
        #[test]
        fn every_action_survives_the_round_trip_within_64_bytes(action in any_action()) {
            let data = encode(&action);
            prop_assert!(data.len() <= MAX_BYTES, "{} bytes: {data}", data.len());
            prop_assert_eq!(decode(&data), Some(action));
        }

        #[test]
        fn made_up_data_is_nothing_or_exactly_what_we_would_have_written(data in "1?[oprctwsunfdaglyx+ek]?[a-z0-9/+=>!-]{0,40}|.{0,64}") {
            if let Some(action) = decode(&data) {
                prop_assert_eq!(encode(&action), data);
            }
        }
    }

    /// An action of each tag.
    fn samples() -> Vec<Action> {
        let at = SectionRef::parse("reflection/problem-1").unwrap();
        let (document, key, chat) = (at.document.clone(), ScheduleKey(7), ChatId(-100));
        vec![
            Action::Open(at.clone()),
            Action::Page(at.clone(), 1),
            Action::Read(at.clone()),
            Action::Contents(document.clone()),
            Action::ContentsPage(document, 1),
            Action::ListPage(Listing::Below(at.clone()), 1),
            Action::Subscribe,
            Action::Unsubscribe,
            Action::SendNow,
            Action::SendNext(u32::MAX),
            Action::ForgetMe(UserId(5)),
            Action::Vote(true),
            Action::Vote(false),
            Action::Ask(at, 0),
            Action::Panel(key, Panel::Preview),
            Action::Schedules(chat),
            Action::AddSchedule(chat, 1),
            Action::AtEnd(key, AtEnd::Again),
            Action::Studied(key, Timestamp(9)),
        ]
    }

    #[test]
    fn every_tag_of_the_table_is_written_and_read_as_one_action() {
        let mut tags: Vec<char> = samples().iter().map(|action| action.rule().tag).collect();
        for (action, tag) in samples().into_iter().zip(&tags) {
            let data = encode(&action);
            assert!(data[1..].starts_with(*tag), "{data}");
            assert_eq!(decode(&data), Some(action));
        }
        tags.sort_unstable();
        assert!(tags.windows(2).all(|pair| pair[0] != pair[1]), "{tags:?}");
        // Whatever begins with another letter is read as nothing: an action that is missing above would be found here.
        let bodies = samples().iter().map(|action| encode(action)[2..].to_owned()).collect::<Vec<_>>();
        for tag in (' '..='~').filter(|tag| !tags.contains(tag)) {
            for body in &bodies {
                assert_eq!(decode(&format!("1{tag}{body}")), None, "{tag}");
            }
        }
        assert!(!tags.iter().any(|tag| RETIRED_TAGS.contains(*tag)));
    }

    #[test]
    fn the_longest_ids_and_numbers_still_fit() {
        let at = SectionRef {
            document: DocumentId::parse(&"d".repeat(DocumentId::MAX)).unwrap(),
            section: SectionId::parse(&"s".repeat(SectionId::MAX)).unwrap(),
        };
        let below = Listing::Below(at.clone());
        assert!(encode(&Action::ListPage(below, u16::MAX)).len() <= MAX_BYTES);
        assert!(encode(&Action::Page(at, u16::MAX)).len() <= MAX_BYTES);
        assert!(encode(&Action::ForgetMe(UserId(i64::MAX))).len() <= MAX_BYTES);
    }

    #[test]
    fn data_that_is_longer_than_a_button_holds_is_none_of_ours() {
        // What the fuzzer found: a zone, or whatever stands in its place, of any length.
        let data = format!("1g11001ld1l5rds11001ld1m7e1=z{}", "k".repeat(40));
        assert_eq!(decode(&data), None);
        assert!(decode(&data[..MAX_BYTES]).is_some(), "one that fits is read");
    }

    #[test]
    fn data_of_another_version_is_a_stale_button() {
        let data = encode(&Action::Subscribe);
        assert_eq!(decode(&data), Some(Action::Subscribe));
        assert_eq!(decode(&data.replacen(VERSION, "0", 1)), None);
        assert_eq!(decode(""), None);
        assert_eq!(decode("1p../etc/passwd/1"), None);
    }
}
