//! What the press of a button leads to.
//!
//! Whether the button was there to be pressed, and who may press, is asked first, of the table of [`Action::rule`]; the
//! handlers below are for those who may. Settings are changed only by admins, and whether somebody is one is asked at
//! the press, not when the button was made.

use super::{RespondError, Responder, change, in_place, notice, say, setting, show};
use crate::answer::{self, Draft};
use crate::content::model::{DocumentId, SectionRef};
use crate::message::{
    Action, Body, ChatKind, Effect, Incoming, Listing, MessageId, Mode, Offered, Pressed, Rule, UserId, Who, Whose,
};
use crate::store::{Change, Reaction, SubscriptionId, Vote};

impl Responder {
    /// A press: told off, or handed to what the button does.
    pub(super) async fn button(&self, incoming: &Incoming, pressed: &Pressed) -> Result<Reaction, RespondError> {
        let stale = || Ok(notice(setting(incoming).texts().stale_button()));
        let Some(action) = &pressed.action else { return stale() };
        let Rule { who, effect, .. } = action.rule();
        if !stands(pressed.offered, effect) {
            return stale();
        }
        if let Some(sentence) = self.bar(incoming, who).await? {
            return Ok(notice(sentence));
        }
        // What changes something finds it changed the second time; what says something would say it again.
        if effect == Effect::Shows && self.presses.repeats(incoming, pressed) {
            return Ok(Reaction::default());
        }
        self.act(incoming, pressed, action).await
    }

    /// What somebody is told who may not press a button; `None` for whoever may.
    async fn bar(&self, incoming: &Incoming, who: Who) -> Result<Option<&'static str>, RespondError> {
        let texts = setting(incoming).texts();
        let private = incoming.place.kind == ChatKind::Private;
        Ok(match who {
            Who::Anybody => None,
            Who::Asker(user) => (user != incoming.sender.user()).then_some(texts.not_your_button()),
            Who::Admin => self.refusal(incoming).await,
            // In a group these are links: data of this kind is made up.
            Who::Private | Who::AdminOf(_) if !private => Some(texts.stale_button()),
            Who::Private => None,
            Who::AdminOf(Whose::Chat(chat)) => self.refusal_in(incoming, chat).await,
            Who::AdminOf(Whose::Schedule(key)) => match self.store.subscription(SubscriptionId::of(key)).await? {
                Some(schedule) => self.refusal_in(incoming, schedule.place.chat).await,
                None => Some(texts.schedule_gone()),
            },
        })
    }

    async fn act(&self, incoming: &Incoming, pressed: &Pressed, action: &Action) -> Result<Reaction, RespondError> {
        match action {
            Action::Page(at, page) => self.turn_page(incoming, pressed, at, *page).await,
            Action::Open(at) => Ok(self.open_by_button(incoming, at)),
            Action::Read(at) => Ok(self.read_by_button(incoming, pressed, at)),
            Action::Contents(document) => Ok(self.contents(incoming, document, 0, Mode::New)),
            Action::ContentsPage(document, page) => Ok(self.contents(incoming, document, *page, in_place(pressed))),
            Action::ListPage(listing, page) => self.turn_list(incoming, pressed, listing, *page).await,
            Action::Ask(at, index) => Ok(self.ask_by_button(incoming, at, *index)),
            Action::Subscribe => self.subscribe_by_button(incoming, pressed).await,
            Action::Unsubscribe => self.unsubscribe_by_button(incoming).await,
            Action::SendNow => self.send_now(incoming, pressed, None).await,
            Action::SendNext(seen) => self.send_now(incoming, pressed, Some(*seen)).await,
            Action::Panel(key, panel) => self.panel_button(incoming, pressed, *key, panel).await,
            Action::Schedules(chat) => self.schedules(incoming, pressed, *chat).await,
            Action::AddSchedule(chat, have) => self.add_schedule(incoming, pressed, *chat, usize::from(*have)).await,
            Action::AtEnd(key, choice) => self.at_end(incoming, pressed, *key, choice).await,
            Action::Studied(key, due) => self.studied(incoming, pressed, *key, *due).await,
            Action::Vote(liked) => self.vote(incoming, pressed, *liked).await,
            Action::ForgetMe(user) => Ok(forget(incoming, pressed, *user)),
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
        let (question, draft) = self.still_answering(incoming, pressed, draft).await?;
        Ok(show(incoming, question, in_place(pressed), draft, vec![at.clone()]))
    }

    /// A list that answers a question stays its answer.
    async fn turn_list(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        listing: &Listing,
        page: u16,
    ) -> Result<Reaction, RespondError> {
        let setting = setting(incoming);
        let Some((draft, sections)) = answer::list_page(self.library(), listing, page, setting) else {
            return Ok(notice(setting.texts().section_gone()));
        };
        let (question, draft) = self.still_answering(incoming, pressed, draft).await?;
        Ok(show(incoming, question, in_place(pressed), draft, sections))
    }

    /// The question that a message answers, and a draft for that message with the votes that belong under an answer.
    async fn still_answering(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        draft: Draft,
    ) -> Result<(Option<MessageId>, Draft), RespondError> {
        let answered = self.store.answered_by(incoming.place.chat, pressed.message).await?;
        Ok(match answered {
            Some((question, _)) => (Some(question), draft.with_votes(None, setting(incoming))),
            None => (None, draft),
        })
    }

    fn open_by_button(&self, incoming: &Incoming, at: &SectionRef) -> Reaction {
        match answer::card(self.library(), at, 0, setting(incoming)) {
            Some(draft) => show(incoming, None, Mode::New, draft, vec![at.clone()]),
            None => notice(setting(incoming).texts().section_gone()),
        }
    }

    /// Reading turns the card that is being read: five sections are no five messages.
    fn read_by_button(&self, incoming: &Incoming, pressed: &Pressed, at: &SectionRef) -> Reaction {
        let Some(draft) = answer::card(self.library(), at, 0, setting(incoming)) else {
            return notice(setting(incoming).texts().section_gone());
        };
        let mut reaction = show(incoming, None, in_place(pressed), draft, vec![at.clone()]);
        let (chat, user) = (incoming.place.chat, incoming.sender.user());
        reaction.changes.push(Change::Reading { chat, user, at: at.clone() });
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
        let vote = Vote { chat, question, user: incoming.sender.user(), liked, section };
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

/// Whether a press counts as far as the message under it is known. An app can press what it likes: only what stands
/// among the buttons of the message was offered; where they cannot be seen, what changes nothing does no harm.
fn stands(offered: Offered, effect: Effect) -> bool {
    match offered {
        Offered::Yes => true,
        Offered::No => false,
        Offered::Unknown => effect == Effect::Shows,
    }
}

/// The second, deliberate step of `/forget`.
fn forget(incoming: &Incoming, pressed: &Pressed, user: UserId) -> Reaction {
    let forgotten = setting(incoming).texts().forgotten();
    let outgoing = say(incoming, in_place(pressed), Draft::of(Body::plain(forgotten))).outgoing;
    Reaction { outgoing, notice: Some(forgotten.to_owned()), ..change(Change::Forget { user }) }
}
