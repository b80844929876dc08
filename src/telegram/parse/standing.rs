//! Our own standing in a chat: only coming and going matters.

use super::{instant, place, speaker};
use crate::clock::Timestamp;
use crate::message::{ChatKind, Departure, Event, Incoming, Names, TopicId};
use crate::telegram::parse::Passed;
use crate::telegram::update::{Member, MemberUpdated};

/// Reads a change of our standing. Where the former one cannot be read, the new one counts as a change.
pub(super) fn read(change: &MemberUpdated, now: Timestamp) -> Result<Incoming, Passed> {
    let place = place(&change.chat, TopicId::MAIN)?;
    let sender = speaker::person(&change.from)?;
    let new = change.new_chat_member.get().ok_or(Passed::Unreadable)?;
    let is_in_now = is_in(new).ok_or(Passed::Unreadable)?;
    let old = change.old_chat_member.get();
    let was_in = old.and_then(is_in).unwrap_or(!is_in_now);
    let may_write_again = old.is_some_and(|old| !may_write(old)) && may_write(new);
    let event = match (was_in, is_in_now) {
        (false, true) => Event::Joined,
        (true, true) if may_write_again => Event::Joined,
        (true, false) if place.kind == ChatKind::Private => Event::Left(Departure::Blocked),
        (true, false) => Event::Left(Departure::Kicked),
        _ => return Err(Passed::NoMeaning),
    };
    Ok(Incoming {
        place,
        sender,
        at: instant(change.date.copied(), now),
        event,
        names: Names::default(),
        album: None,
        file: None,
    })
}

/// Whether a member is in the chat; `None` where that cannot be read.
fn is_in(member: &Member) -> Option<bool> {
    Some(match member.status.text()? {
        "left" | "kicked" => false,
        "restricted" => member.is_member.copied().unwrap_or(true),
        _ => true,
    })
}

fn may_write(member: &Member) -> bool {
    member.status.text() != Some("restricted") || member.can_send_messages.copied().unwrap_or(true)
}
