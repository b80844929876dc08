//! What the press of a button leads to.
//!
//! A group's message is read by many: a press there changes it only to turn the pages of its own section. Settings are
//! changed only by admins, and whether somebody is one is asked at the press, not when the button was made.

use super::{RespondError, Responder, change, in_place, notice, say, setting, show};
use crate::answer::{self, Draft};
use crate::content::model::{DocumentId, SectionRef};
use crate::message::{Action, Body, ChatKind, Incoming, Mode, Pressed};
use crate::store::{Change, Reaction, Vote};

impl Responder {
    pub(super) async fn button(&self, incoming: &Incoming, pressed: &Pressed) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let private = incoming.place.kind == ChatKind::Private;
        match &pressed.action {
            Some(Action::Page(at, page)) => self.turn_page(incoming, pressed, at, *page).await,
            Some(Action::Open(at)) if private => Ok(self.open_by_button(incoming, at)),
            Some(Action::Read(at)) if private => Ok(self.read_by_button(incoming, at)),
            Some(Action::Contents(document)) if private => Ok(self.contents(incoming, document, 0, Mode::New)),
            Some(Action::ContentsPage(document, page)) if private => {
                Ok(self.contents(incoming, document, *page, in_place(pressed)))
            }
            Some(Action::Ask(at, index)) if private => Ok(self.ask_by_button(incoming, at, *index)),
            Some(Action::Subscribe) => self.subscribe_by_button(incoming, pressed).await,
            Some(Action::Unsubscribe) => self.unsubscribe_by_button(incoming).await,
            Some(Action::SendNow) => self.send_now(incoming).await,
            Some(Action::Panel(key, panel)) if private => self.panel_button(incoming, pressed, *key, panel).await,
            Some(Action::Schedules(chat)) if private => self.schedules(incoming, pressed, *chat).await,
            Some(Action::AddSchedule(chat, have)) if private => {
                self.add_schedule(incoming, pressed, *chat, usize::from(*have)).await
            }
            Some(Action::AtEnd(key, choice)) => self.at_end(incoming, pressed, *key, choice).await,
            Some(Action::Studied(key, due)) => self.studied(incoming, pressed, *key, *due).await,
            Some(Action::Vote(liked)) => self.vote(incoming, pressed, *liked).await,
            Some(Action::Forget) => Ok(forget(incoming, pressed)),
            Some(_) | None => Ok(notice(texts.stale_button())),
        }
    }

    /// An answer of which more is shown stays the answer to its question, and can be voted on.
    async fn turn_page(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        at: &SectionRef,
        page: u16,
    ) -> Result<Reaction, RespondError> {
        let Some(draft) = answer::card(self.library(), at, page, setting(incoming)) else {
            return Ok(notice(setting(incoming).texts().section_gone()));
        };
        let answered = self.store.answered_by(incoming.place.chat, pressed.message).await?;
        let question = answered.map(|(question, _)| question);
        let draft = if question.is_some() { draft.with_votes(None, setting(incoming)) } else { draft };
        Ok(show(incoming, question, in_place(pressed), draft, vec![at.clone()]))
    }

    fn open_by_button(&self, incoming: &Incoming, at: &SectionRef) -> Reaction {
        match answer::card(self.library(), at, 0, setting(incoming)) {
            Some(draft) => show(incoming, None, Mode::New, draft, vec![at.clone()]),
            None => notice(setting(incoming).texts().section_gone()),
        }
    }

    fn read_by_button(&self, incoming: &Incoming, at: &SectionRef) -> Reaction {
        let mut reaction = self.open_by_button(incoming, at);
        if !reaction.outgoing.is_empty() {
            let (chat, user) = (incoming.place.chat, incoming.sender.user);
            reaction.changes.push(Change::Reading { chat, user, at: at.clone() });
        }
        reaction
    }

    fn contents(&self, incoming: &Incoming, document: &DocumentId, page: u16, mode: Mode) -> Reaction {
        match self.library().document(document) {
            Some(document) => say(incoming, mode, answer::contents(document, page, setting(incoming))),
            None => notice(setting(incoming).texts().section_gone()),
        }
    }

    /// Whoever presses is told so and nobody else: an answer in a group is read by many.
    async fn vote(&self, incoming: &Incoming, pressed: &Pressed, liked: bool) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let chat = incoming.place.chat;
        let Some((question, section)) = self.store.answered_by(chat, pressed.message).await? else {
            return Ok(notice(texts.vote_too_late()));
        };
        let vote = Vote { chat, question, user: incoming.sender.user, liked, section };
        let thanks = if liked { texts.liked() } else { texts.disliked() };
        Ok(Reaction { changes: vec![Change::Vote(vote)], ..notice(thanks) })
    }

    /// A question of the document's own that was offered to tap.
    fn ask_by_button(&self, incoming: &Incoming, at: &SectionRef, index: u16) -> Reaction {
        let ask = self.library().section(at).and_then(|(_, section)| section.asks.get(usize::from(index)));
        match ask.and_then(|text| self.reader.read(text)) {
            Some(question) => self.answer(incoming, None, &question, &[], Mode::New),
            None => notice(setting(incoming).texts().section_gone()),
        }
    }
}

/// The second, deliberate step of `/forget`: whoever presses is forgotten.
fn forget(incoming: &Incoming, pressed: &Pressed) -> Reaction {
    let user = incoming.sender.user;
    let done = Draft::of(Body::plain(setting(incoming).texts().forgotten()));
    let mut reaction = change(Change::Forget { user });
    reaction.notice = Some(setting(incoming).texts().forgotten().to_owned());
    if incoming.place.kind == ChatKind::Private {
        reaction.outgoing = say(incoming, in_place(pressed), done).outgoing;
    }
    reaction
}
