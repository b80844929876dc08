//! The first story, in one place: what comes in, and what it leads to.
//!
//! [`Responder::respond`] reads what happened (a command, a button, a question, a change of membership) and gives back
//! a [`Reaction`]: what changes in the store and what is said, which is stored in one transaction. It reads the store
//! and asks who the admins are; it writes nothing and sends nothing itself.

pub mod albums;
mod buttons;
mod commands;
pub mod door;
mod ending;
pub mod presses;
mod settings;
mod studying;
mod subscribing;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use self::albums::Albums;
use self::door::Door;
use self::presses::Presses;
use crate::answer::{self, Answerer, Draft, Reply, Setting};
use crate::clock::Clock;
use crate::content::model::{DocumentId, Library, SectionRef};
use crate::message::{
    Body, ChatId, ChatKind, Departure, Event, Incoming, MessageId, Mode, Outgoing, Pressed, Question, Rights,
    RightsError, Said, Talk, Typing,
};
use crate::schedule::limit::RunLimit;
use crate::schedule::when::When;
use crate::store::{Asked, Change, Reaction, Store, StoreError, Told, Turn, UpdateId};
use crate::understand::command;
use crate::understand::question::Reader;

/// What a chat gets that subscribes without saying more.
#[derive(Clone, Debug)]
pub struct DefaultSchedule {
    /// The document.
    pub document: DocumentId,
    /// The series of the document.
    pub series: String,
    /// When, and by whose clock.
    pub when: When,
    /// How late a reminder may still be sent after downtime.
    pub late: Duration,
}

/// Reacts to what happens in chats, with the documents as they are now. Other documents get another responder.
#[derive(Clone)]
pub struct Responder {
    /// Answers questions; holds the documents.
    pub answerer: Arc<Answerer>,
    /// Reads questions in the terms of the documents.
    pub reader: Arc<Reader>,
    /// Where things are looked up.
    pub store: Store,
    /// Says who the admins of a group are.
    pub rights: Arc<dyn Rights>,
    /// How many times a day a schedule may run.
    pub limit: Arc<RunLimit>,
    /// What a chat subscribes to by default; `None` where no document has a series.
    pub schedule: Option<DefaultSchedule>,
    /// Whether the text of questions is kept, for those that turn out to be open.
    pub keep_questions: bool,
    /// Tells the time.
    pub clock: Clock,
    /// Says who may ask, and how often.
    pub door: Arc<Door>,
    /// Knows which message speaks for an album.
    pub albums: Arc<Albums>,
    /// Knows which press is another one's repeat.
    pub presses: Arc<Presses>,
}

/// A reaction could not be worked out.
#[derive(Debug, thiserror::Error)]
pub enum RespondError {
    /// The store could not be read.
    #[error("failed to look up what a reply needs: {0}")]
    Store(#[from] StoreError),
}

impl Responder {
    /// What to say instead of an answer to an update; `None` lets it in. It is counted once, however often it is asked.
    pub fn admit(&self, update: UpdateId, incoming: &Incoming) -> Option<Reaction> {
        self.door.refusal(update, incoming)
    }

    /// What something that happened and was let in leads to.
    ///
    /// # Errors
    /// When the store cannot be read; nothing has been done then.
    pub async fn respond(&self, incoming: &Incoming) -> Result<Reaction, RespondError> {
        let chat = incoming.place.chat;
        if let Event::Said(said) = &incoming.event {
            // A caption is answered; the album that it stands under says nothing more.
            self.albums.speaks(incoming, said.message);
        }
        match &incoming.event {
            Event::Said(said) => match command::parse(&said.text) {
                Some(command) => self.command(incoming, said, command).await,
                None => match self.typed(incoming, said).await? {
                    Some(reaction) => Ok(reaction),
                    None => self.question(incoming, said, &said.text).await,
                },
            },
            Event::Pressed(pressed) => self.button(incoming, pressed).await,
            Event::Joined => self.joined(incoming).await,
            Event::Left(why) => Ok(left(incoming, *why)),
            Event::TopicNamed => Ok(Reaction { changes: settings::named(incoming), ..Reaction::default() }),
            Event::Migrated { to } => Ok(change(Change::Migrate { from: chat, to: *to })),
            Event::Typing(typing) => Ok(self.offer(incoming, typing)),
            Event::Unreadable(_) if incoming.place.kind == ChatKind::Group => Ok(Reaction::default()),
            Event::Unreadable(message) if !self.albums.speaks(incoming, *message) => Ok(Reaction::default()),
            Event::Unreadable(message) => {
                let files = self.files_of(incoming).await?;
                let body = Body::plain(setting(incoming).texts().unreadable(&files));
                Ok(say(incoming, Mode::ReplyTo(*message), Draft::of(body)))
            }
        }
    }

    /// Answers a question. One that was edited has its answer edited; one whose answer is gone is left alone.
    async fn question(&self, incoming: &Incoming, said: &Said, text: &str) -> Result<Reaction, RespondError> {
        let mode = match (said.edited, incoming.place.kind) {
            (false, ChatKind::Private) => Mode::New,
            (false, ChatKind::Group) => Mode::ReplyTo(said.message),
            (true, _) => match self.store.answer_to(incoming.place.chat, said.message).await? {
                Some(answer) => Mode::Edit(answer),
                None => return Ok(Reaction::default()),
            },
        };
        if self.library().is_empty() {
            return Ok(say(incoming, mode, Draft::of(Body::plain(setting(incoming).texts().no_document()))));
        }
        let Some(question) = self.reader.read(text) else {
            let library = self.of_chat(incoming.place.chat).await?;
            return Ok(say(incoming, mode, answer::no_question(&library, setting(incoming))));
        };
        let parts = self.answerer.apart(&question, self.reader.several(text));
        if !parts.is_empty() {
            return Ok(self.answer_all(incoming, said.message, parts, mode));
        }
        let shown = if question.leans() { self.at_hand(incoming, said).await? } else { Vec::new() };
        Ok(self.answer(incoming, Some(said.message), &question, &shown, mode))
    }

    /// What a question that names no topic is about: what the message shows that it replies to, else what the person
    /// was last shown in that topic.
    async fn at_hand(&self, incoming: &Incoming, said: &Said) -> Result<Vec<SectionRef>, StoreError> {
        let place = incoming.place;
        if let Some(card) = said.reply_to
            && let Some(shown) = self.store.shown(place.chat, card).await?
        {
            return Ok(shown);
        }
        Ok(self.store.turn(place.chat, place.topic, incoming.sender.who).await?.unwrap_or_default())
    }

    fn answer(
        &self,
        incoming: &Incoming,
        asked: Option<MessageId>,
        question: &Question,
        shown: &[SectionRef],
        mode: Mode,
    ) -> Reaction {
        // Whoever says in a group that all is clear wants no word back.
        if incoming.place.kind == ChatKind::Group && question.talk == Some(Talk::Agreement) {
            return Reaction::default();
        }
        let followed = self.answerer.follow_up(question, shown);
        let reply = followed.unwrap_or_else(|| self.answerer.reply(question));
        let mut draft = self.answerer.draft(question, &reply, setting(incoming));
        if reply.answered() && asked.is_some() {
            let shown = reply.shown();
            let about = if let [only] = shown.as_slice() { Some(only) } else { None };
            draft = draft.with_votes(about, setting(incoming));
        }
        let kept = asked.and_then(|asked| self.kept(incoming, asked, question, &reply, mode));
        let told = if reply.answered() || reply.talk().is_some() { Told::Answered } else { Told::Refused };
        let told = Some(told);
        Reaction { asked: kept, told, ..show(incoming, asked, mode, draft, reply.shown()) }
    }

    /// Answers several questions in one message; what was not answered is kept of the first that was not.
    fn answer_all(&self, incoming: &Incoming, asked: MessageId, parts: Vec<Question>, mode: Mode) -> Reaction {
        let answered: Vec<(Question, Reply)> = parts
            .into_iter()
            .map(|question| {
                let reply = self.answerer.reply(&question);
                (question, reply)
            })
            .collect();
        let is_answered = |(_, reply): &&(Question, Reply)| reply.answered();
        let all = answered.iter().filter(is_answered).count();
        let mut draft = self.answerer.draft_of_all(&answered, setting(incoming));
        if all > 0 {
            draft = draft.with_votes(None, setting(incoming));
        }
        let open = answered.iter().find(|one| !is_answered(one)).or(answered.first());
        let kept = open.and_then(|(question, reply)| self.kept(incoming, asked, question, reply, mode));
        let told = Some(if all > 0 { Told::Answered } else { Told::Refused });
        let shown = answered.iter().flat_map(|(_, reply)| reply.shown()).collect();
        Reaction { asked: kept, told, ..show(incoming, Some(asked), mode, draft, shown) }
    }

    /// What somebody is offered who types in another chat.
    fn offer(&self, incoming: &Incoming, typing: &Typing) -> Reaction {
        let read = |text: &str| self.reader.read(text);
        let offers = self.answerer.offers(&typing.text, typing.from, incoming.sender.lang, read);
        Reaction { offers: Some(offers), ..Reaction::default() }
    }

    /// What is kept of a question: what the documents do not know of it, and its text only if the operator wants that.
    fn kept(
        &self,
        incoming: &Incoming,
        asked: MessageId,
        question: &Question,
        reply: &Reply,
        mode: Mode,
    ) -> Option<Asked> {
        if reply.talk().is_some() {
            return None;
        }
        // One that leans on something that was not there says nothing about the documents.
        let refused = !reply.answered() && question.detail.is_none();
        let edited = matches!(mode, Mode::Edit(_));
        (refused || edited || self.keep_questions || !reply.unknown().is_empty()).then(|| Asked {
            chat: incoming.place.chat,
            question: asked,
            user: incoming.sender.who,
            words: reply.unknown().to_vec(),
            text: self.keep_questions.then(|| question.typed.clone()),
            section: reply.hits().first().map(|hit| hit.at.clone()),
            refused,
        })
    }

    /// A group that adds us is greeted once; whoever lets us write again finds the settings as they were.
    async fn joined(&self, incoming: &Incoming) -> Result<Reaction, RespondError> {
        let chat = incoming.place.chat;
        let mut reaction = change(Change::Restore { chat });
        if incoming.place.kind == ChatKind::Group
            && !self.store.is_introduced(chat).await?
            && !self.library().is_empty()
        {
            reaction.changes.push(Change::Introduced { chat });
            let draft = answer::introduction(&*self.of_chat(chat).await?, setting(incoming));
            reaction.outgoing.push(outgoing(incoming, Mode::New, draft));
        }
        Ok(reaction)
    }

    /// Whether whoever did this may change the chat's settings.
    async fn may_change_settings(&self, incoming: &Incoming) -> Result<bool, RightsError> {
        if incoming.place.kind == ChatKind::Private || incoming.sender.anonymous_admin {
            return Ok(true);
        }
        let Some(user) = incoming.sender.who.person() else { return Ok(false) };
        self.rights.is_admin(incoming.place.chat, user).await
    }

    fn library(&self) -> &Library {
        self.answerer.library()
    }

    /// The documents that a chat is about: those that it has subscribed to, else all.
    async fn of_chat(&self, chat: ChatId) -> Result<Cow<'_, Library>, StoreError> {
        let all = self.library();
        if all.len() <= 1 {
            return Ok(Cow::Borrowed(all));
        }
        let subscribed = self.store.subscriptions(chat).await?;
        let ids: Vec<DocumentId> = subscribed.into_iter().map(|subscription| subscription.document).collect();
        let some = all.only(&ids);
        Ok(if some.is_empty() { Cow::Borrowed(all) } else { Cow::Owned(some) })
    }
}

fn left(incoming: &Incoming, why: Departure) -> Reaction {
    change(Change::Suspend { chat: incoming.place.chat, why })
}

/// Whom a reply is made for.
fn setting(incoming: &Incoming) -> Setting {
    Setting { lang: incoming.sender.lang, kind: incoming.place.kind }
}

/// How a command or a question is answered: in a group as a reply to it.
fn mode_for(incoming: &Incoming, said: &Said) -> Mode {
    match incoming.place.kind {
        ChatKind::Private => Mode::New,
        ChatKind::Group => Mode::ReplyTo(said.message),
    }
}

fn outgoing(incoming: &Incoming, mode: Mode, draft: Draft) -> Outgoing {
    draft.into_outgoing(incoming.place, mode)
}

fn change(change: Change) -> Reaction {
    Reaction { changes: vec![change], ..Reaction::default() }
}

/// A reaction that says something.
fn say(incoming: &Incoming, mode: Mode, draft: Draft) -> Reaction {
    Reaction { outgoing: vec![outgoing(incoming, mode, draft)], ..Reaction::default() }
}

/// A reaction that says one sentence.
fn say_plainly(incoming: &Incoming, said: &Said, sentence: impl Into<String>) -> Reaction {
    say(incoming, mode_for(incoming, said), Draft::of(Body::plain(sentence)))
}

/// A reaction that shows sections, remembered for what follows up.
fn show(
    incoming: &Incoming,
    asked: Option<MessageId>,
    mode: Mode,
    draft: Draft,
    sections: Vec<SectionRef>,
) -> Reaction {
    let turn = Turn { place: incoming.place, user: incoming.sender.who, question: asked, sections };
    Reaction { turn: Some(turn), ..say(incoming, mode, draft) }
}

/// A reaction that only tells the presser of a button something.
fn notice(sentence: impl Into<String>) -> Reaction {
    Reaction { notice: Some(sentence.into()), ..Reaction::default() }
}

/// The message that carries a pressed button, to be changed in place.
fn in_place(pressed: &Pressed) -> Mode {
    Mode::Edit(pressed.message)
}
