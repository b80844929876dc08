//! What each command leads to.

use super::{RespondError, Responder, mode_for, say, say_plainly, setting, show};
use crate::answer::{self, Draft, Setting};
use crate::content::model::{DocumentId, Library, SectionRef};
use crate::message::{Action, Body, Button, ChatKind, Incoming, Link, Said};
use crate::schedule::when;
use crate::store::{Change, Reaction};
use crate::understand::command::Command;

impl Responder {
    pub(super) async fn command(
        &self,
        incoming: &Incoming,
        said: &Said,
        command: Command,
    ) -> Result<Reaction, RespondError> {
        // A command that was edited has had its effect.
        if said.edited && !matches!(command, Command::Ask(_)) {
            return Ok(Reaction::default());
        }
        match command {
            Command::Start(parameter) => self.start(incoming, said, parameter.as_deref()).await,
            Command::Help => self.about(incoming, said, answer::help).await,
            Command::Ask(text) => self.question(incoming, said, text.as_deref().unwrap_or_default()).await,
            Command::Read => self.read(incoming, said).await,
            Command::Topics => self.about(incoming, said, answer::topics).await,
            Command::Measure => self.measure(incoming, said).await,
            Command::Subscribe(wish) => self.subscribe(incoming, said, wish.as_deref()).await,
            Command::Unsubscribe => self.unsubscribe(incoming, said).await,
            Command::Status => self.status(incoming, said).await,
            Command::Settings => self.settings(incoming, said).await,
            Command::Forget => Ok(forget(incoming, said)),
            // In a group it was meant for another bot.
            Command::Unknown(_) if incoming.place.kind == ChatKind::Group => Ok(Reaction::default()),
            Command::Unknown(_) => Ok(say_plainly(incoming, said, setting(incoming).texts().unknown_command())),
        }
    }

    /// `/start`, bare or with the parameter of a link.
    async fn start(&self, incoming: &Incoming, said: &Said, parameter: Option<&str>) -> Result<Reaction, RespondError> {
        if incoming.place.kind == ChatKind::Group {
            // A group is greeted when it adds us; whoever says /start there wants to see that again.
            return self.about(incoming, said, answer::introduction).await;
        }
        match parameter.and_then(Link::decode) {
            Some(Link::Section(at)) => Ok(self.open(incoming, said, at)),
            Some(Link::Contents(id)) => Ok(match self.library().document(&id) {
                Some(document) => {
                    say(incoming, mode_for(incoming, said), answer::contents(document, 0, setting(incoming)))
                }
                None => say_plainly(incoming, said, setting(incoming).texts().section_gone()),
            }),
            Some(Link::Read) => self.read(incoming, said).await,
            Some(Link::Settings(chat, asked)) => self.settings_of(incoming, said, chat, asked).await,
            None => self.about(incoming, said, answer::welcome).await,
        }
    }

    fn open(&self, incoming: &Incoming, said: &Said, at: SectionRef) -> Reaction {
        let mode = mode_for(incoming, said);
        match answer::card(self.library(), &at, 0, setting(incoming)) {
            Some(draft) => show(incoming, None, mode, draft, vec![at]),
            None => say(incoming, mode, self.section_gone(incoming, &at.document)),
        }
    }

    /// Says that a section is gone, with a way to the contents of the document that it was in.
    fn section_gone(&self, incoming: &Incoming, document: &DocumentId) -> Draft {
        let texts = setting(incoming).texts();
        let contents = self
            .library()
            .document(document)
            .or_else(|| self.library().iter().next().filter(|_| self.library().len() == 1))
            .map(|document| vec![Button::action(texts.button_contents(), Action::Contents(document.id.clone()))]);
        Draft { body: Body::plain(texts.section_gone()), buttons: contents.into_iter().collect() }
    }

    /// `/read`: on from where the person was; in a group, a button that does so in private.
    async fn read(&self, incoming: &Incoming, said: &Said) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        if incoming.place.kind == ChatKind::Group {
            let button = Button::link(texts.button_read_in_private(), Link::Read);
            let draft = match self.of_chat(incoming.place.chat).await?.iter().next() {
                Some(document) => {
                    Draft { body: Body::plain(texts.contents_heading(&document.short)), buttons: vec![vec![button]] }
                }
                None => Draft::of(Body::plain(texts.no_document())),
            };
            return Ok(say(incoming, mode_for(incoming, said), draft));
        }
        let (chat, user) = (incoming.place.chat, incoming.sender.user());
        let kept = self.store.reading(chat, user).await?.filter(|at| self.library().section(at).is_some());
        let library = self.of_chat(chat).await?;
        let only = library.iter().next().filter(|_| library.len() == 1);
        let Some(at) = kept.or_else(|| only.and_then(|document| answer::first_section(document))) else {
            // Of several, the reader chooses.
            return self.about(incoming, said, answer::topics).await;
        };
        let mut reaction = self.open(incoming, said, at.clone());
        reaction.changes.push(Change::Reading { chat, user, at });
        Ok(reaction)
    }

    /// `/measure`: the section that the chat was sent last, or the first of the series.
    async fn measure(&self, incoming: &Incoming, said: &Said) -> Result<Reaction, RespondError> {
        let subscription = self.store.subscriptions(incoming.place.chat).await?.into_iter().next();
        let wanted = subscription.map(|s| (s.document, s.series, s.last_sent, when::occasion(&s.cron))).or_else(|| {
            let schedule = self.schedule.as_ref()?;
            let occasion = when::occasion(&schedule.when.rule.to_string());
            Some((schedule.document.clone(), schedule.series.clone(), None, occasion))
        });
        let found = wanted.and_then(|(document, series, last, occasion)| {
            let document = self.library().document(&document)?;
            let series = document.series(&series)?;
            let current = last.and_then(|id| document.section(&id)).filter(|s| s.has_class(&series.name));
            let section = current.or_else(|| document.with_class(&series.name).next())?;
            let draft = answer::reminder(document, &[section], series, occasion, setting(incoming));
            Some((document.reference(section), draft))
        });
        Ok(match found {
            Some((at, draft)) => show(incoming, Some(said.message), mode_for(incoming, said), draft, vec![at]),
            None => say_plainly(incoming, said, setting(incoming).texts().no_series()),
        })
    }

    /// Says something about the documents that the chat is about.
    async fn about(
        &self,
        incoming: &Incoming,
        said: &Said,
        make: impl FnOnce(&Library, Setting) -> Draft,
    ) -> Result<Reaction, RespondError> {
        let library = self.of_chat(incoming.place.chat).await?;
        Ok(say(incoming, mode_for(incoming, said), make(&library, setting(incoming))))
    }
}

/// `/forget`: asks before it deletes.
fn forget(incoming: &Incoming, said: &Said) -> Reaction {
    let texts = setting(incoming).texts();
    let Some(user) = incoming.sender.who.person() else {
        return say_plainly(incoming, said, texts.forget_as_yourself());
    };
    let button = Button::action(texts.button_forget(), Action::ForgetMe(user));
    let draft = Draft { body: Body::plain(texts.forget_question()), buttons: vec![vec![button]] };
    say(incoming, mode_for(incoming, said), draft)
}
