//! What buttons do, and the one table of who may press them.
//!
//! [`Action::rule`] has a row for every action: the letter that stands for it in a button's data, who may press it, and
//! what a press touches. The codec of the chat service takes the letter from it, the responder asks it before anything
//! else; a new action does not compile without its row.
//!
//! A button in a group is read by many. What is shown there belongs to all of them: anybody may turn the pages of a card
//! or of a list, vote, and say that they have studied. What would act in a person's name carries that person's number
//! ([`Who::Asker`]). A page turn carries none: the longest section, page and person do not fit into 64 bytes together.

use serde::{Deserialize, Serialize};

use super::{AtEnd, ChatId, Listing, Panel, ScheduleKey, UserId};
use crate::clock::Timestamp;
use crate::content::model::{DocumentId, SectionRef};

/// What a button does when it is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Show a section as a new card (private chats).
    Open(SectionRef),
    /// Turn this message to a page of its own section, from 0.
    Page(SectionRef, u16),
    /// Read on at a section: turn this message to it, and remember the place.
    Read(SectionRef),
    /// Show the contents as a new message.
    Contents(DocumentId),
    /// Turn this message to a page of the contents, from 0.
    ContentsPage(DocumentId, u16),
    /// Turn this message to a page of a list of sections, from 0.
    ListPage(Listing, u16),
    /// Subscribe this chat with the default schedule.
    Subscribe,
    /// End this chat's subscription.
    Unsubscribe,
    /// Of earlier programs: send the subscription's next section now.
    SendNow,
    /// Send the subscription's next section now, if so many were planned before.
    SendNext(u32),
    /// Delete what is stored about this person: the second, deliberate press of their `/forget`.
    ForgetMe(UserId),
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

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The letter that stands for the action in a button's data; never given to another action.
    pub tag: char,
    /// Who may press.
    pub who: Who,
    /// What a press touches.
    pub effect: Effect,
}

/// Who may press a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody who reads the message.
    Anybody,
    /// The person whom the button was made for, and nobody else.
    Asker(UserId),
    /// Whoever may change the settings of the chat that the message stands in: an admin of the group, or the person
    /// whose private chat it is.
    Admin,
    /// Anybody, in their private chat.
    Private,
    /// In their private chat, whoever may change the settings of another chat.
    AdminOf(Whose),
}

/// The chat whose settings a button in a private chat is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This one.
    Chat(ChatId),
    /// That of a schedule.
    Schedule(ScheduleKey),
}

/// What a press touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing that is there: something more is said.
    Shows,
    /// A message that stands in the chat, or what is stored.
    Changes,
}

/// Letters that stood for actions of earlier programs; buttons with them still hang under messages.
///
/// `f` deleted the data of whoever pressed.
pub const RETIRED_TAGS: &str = "f";

impl Action {
    /// The action's row in the table.
    pub fn rule(&self) -> Rule {
        let rule = |tag, who, effect| Rule { tag, who, effect };
        match self {
            Self::Open(_) => rule('o', Who::Private, Effect::Shows),
            Self::Page(..) => rule('p', Who::Anybody, Effect::Changes),
            Self::Read(_) => rule('r', Who::Private, Effect::Changes),
            Self::Contents(_) => rule('c', Who::Private, Effect::Shows),
            Self::ContentsPage(..) => rule('t', Who::Private, Effect::Changes),
            Self::ListPage(..) => rule('w', Who::Anybody, Effect::Changes),
            Self::Subscribe => rule('s', Who::Admin, Effect::Changes),
            Self::Unsubscribe => rule('u', Who::Admin, Effect::Changes),
            Self::SendNow => rule('n', Who::Admin, Effect::Changes),
            Self::SendNext(_) => rule('m', Who::Admin, Effect::Changes),
            Self::ForgetMe(user) => rule('d', Who::Asker(*user), Effect::Changes),
            Self::Vote(true) => rule('y', Who::Anybody, Effect::Changes),
            Self::Vote(false) => rule('x', Who::Anybody, Effect::Changes),
            Self::Ask(..) => rule('a', Who::Private, Effect::Shows),
            Self::Panel(key, Panel::Preview) => rule('g', Who::AdminOf(Whose::Schedule(*key)), Effect::Shows),
            Self::Panel(key, _) => rule('g', Who::AdminOf(Whose::Schedule(*key)), Effect::Changes),
            Self::Schedules(chat) => rule('l', Who::AdminOf(Whose::Chat(*chat)), Effect::Changes),
            Self::AddSchedule(chat, _) => rule('+', Who::AdminOf(Whose::Chat(*chat)), Effect::Changes),
            Self::AtEnd(..) => rule('e', Who::Admin, Effect::Changes),
            Self::Studied(..) => rule('k', Who::Anybody, Effect::Changes),
        }
    }
}
