//! What buttons do.

use serde::{Deserialize, Serialize};

use super::{AtEnd, ChatId, Panel, ScheduleKey};
use crate::clock::Timestamp;
use crate::content::model::{DocumentId, SectionRef};

/// What a button does when it is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Show a section as a new card (private chats).
    Open(SectionRef),
    /// Turn this message to a page of its own section, from 0.
    Page(SectionRef, u16),
    /// Read on at a section: like [`Action::Open`], and remember the place.
    Read(SectionRef),
    /// Show the contents as a new message.
    Contents(DocumentId),
    /// Turn this message to a page of the contents, from 0.
    ContentsPage(DocumentId, u16),
    /// Subscribe this chat with the default schedule.
    Subscribe,
    /// End this chat's subscription.
    Unsubscribe,
    /// Send the subscription's next section now.
    SendNow,
    /// Delete what is stored about the presser: the second, deliberate press of `/forget`.
    Forget,
    /// Say what one thinks of the answer in this message: whether it is good.
    Vote(bool),
    /// Ask one of the document's own questions: the n-th way to ask for a section.
    Ask(SectionRef, u16),
    /// Something in the settings panel of a schedule.
    Panel(ScheduleKey, Panel),
    /// Turn this message to the schedules of a chat.
    Schedules(ChatId),
    /// Give a chat that has so many schedules one more.
    AddSchedule(ChatId, u8),
    /// Choose what follows the end of a schedule's series.
    AtEnd(ScheduleKey, AtEnd),
    /// Say that one has studied the reminder of a schedule that was due then.
    Studied(ScheduleKey, Timestamp),
}
