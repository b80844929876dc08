//! The settings of a chat's reminders: a panel in the admin's private chat, one message that edits itself.
//!
//! A group's panel is opened by a link that names the group. Whether whoever opens it, presses in it or types into it is
//! an admin there is asked each time. A button says the whole of what it sets, so that a second press changes nothing;
//! what two admins set at once is set one after the other, each on what the other left.

mod apply;
mod draw;
mod keys;
mod pages;
mod typed;

use super::{RespondError, Responder, change, in_place, mode_for, notice, say, say_plainly, setting};
use crate::answer::{self, Draft, Setting};
use crate::clock::Timestamp;
use crate::content::model::Library;
use crate::message::{
    Action, Body, Button, ChatId, ChatKind, Incoming, Link, MessageId, Mode, Outgoing, Page, Panel, Paragraph, Place,
    Pressed, Said, ScheduleKey, Set, Span, TopicId, UserId,
};
use crate::schedule::goal;
use crate::schedule::limit::RunLimit;
use crate::schedule::rule::Rule;
use crate::schedule::timing::Timing;
use crate::schedule::when;
use crate::store::{Change, Goal, NewSubscription, OpenPanel, Reaction, Subscription, SubscriptionId, Turn};

use super::subscribing::Sending;
use apply::Changed;
pub(super) use apply::series;
pub(super) use draw::labels;
use draw::{Brief, View};

/// The most schedules of a chat.
const MOST: usize = 10;

impl Responder {
    /// `/settings`: in a group the way to the panel, in private the panel for one's own reminders.
    pub(super) async fn settings(&self, incoming: &Incoming, said: &Said) -> Result<Reaction, RespondError> {
        if let Some(refusal) = self.refusal(incoming).await {
            return Ok(say_plainly(incoming, said, refusal));
        }
        let chat = incoming.place.chat;
        if incoming.place.kind == ChatKind::Private {
            return self.open_panel(incoming, chat, None, Mode::New).await;
        }
        let texts = setting(incoming).texts();
        let button = Button::link(texts.button_settings(), Link::Settings(chat, said.message));
        let draft = Draft { body: Body::plain(texts.settings_in_private()), buttons: vec![vec![button]] };
        let mut reaction = say(incoming, mode_for(incoming, said), draft);
        // The line is found again by the command that it answers.
        reaction.turn = Some(Turn {
            place: incoming.place,
            user: incoming.sender.who,
            question: Some(said.message),
            sections: Vec::new(),
        });
        reaction.changes = named(incoming);
        Ok(reaction)
    }

    /// The link of a group's `/settings` was followed.
    pub(super) async fn settings_of(
        &self,
        incoming: &Incoming,
        said: &Said,
        chat: ChatId,
        asked: MessageId,
    ) -> Result<Reaction, RespondError> {
        if let Some(refusal) = self.refusal_in(incoming, chat).await {
            return Ok(say_plainly(incoming, said, refusal));
        }
        self.open_panel(incoming, chat, Some(asked), Mode::New).await
    }

    /// The panel at its beginning: the only schedule, or the list of them.
    async fn open_panel(
        &self,
        incoming: &Incoming,
        chat: ChatId,
        asked: Option<MessageId>,
        mode: Mode,
    ) -> Result<Reaction, RespondError> {
        let all = self.store.subscriptions(chat).await?;
        let mut open = self.panel_of(incoming, chat).await?;
        open.asked = asked.or(open.asked);
        open.message = if let Mode::Edit(message) = mode { Some(message) } else { None };
        if let [only] = &all[..] {
            open.schedule = Some(only.id);
            let draft = self.view(incoming, only).await?.page(Page::Home);
            return Ok(shown(incoming, mode, draft, open));
        }
        let group = self.group_name(incoming, chat).await?;
        let draft = draw::list(self.library(), &all, chat, group.as_deref(), setting(incoming));
        Ok(shown(incoming, mode, draft, open))
    }

    /// A press of one of the panel's buttons.
    pub(super) async fn panel_button(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        key: ScheduleKey,
        panel: &Panel,
    ) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let Some(schedule) = self.store.subscription(SubscriptionId::of(key)).await? else {
            return Ok(notice(texts.schedule_gone()));
        };
        let mut open = self.panel_of(incoming, schedule.place.chat).await?;
        open.schedule = Some(schedule.id);
        open.message = Some(pressed.message);
        match panel {
            Panel::Show(page) => {
                open.page = *page;
                let draft = self.view(incoming, &schedule).await?.page(*page);
                Ok(shown(incoming, in_place(pressed), draft, open))
            }
            Panel::Set(set) => {
                // What is switched on the page of the rest is seen there.
                let switches = matches!(set, Set::Silent(_) | Set::Pin(_) | Set::Lang(_));
                open.page = if switches { Page::More } else { Page::Home };
                self.set(incoming, &schedule, set, open).await
            }
            Panel::SendNow => self.send_from_panel(incoming, schedule, None, open).await,
            Panel::SendNext(seen) => self.send_from_panel(incoming, schedule, Some(*seen), open).await,
            Panel::Preview => Ok(self.preview(incoming, &schedule)),
            Panel::Remove => self.remove(incoming, &schedule, open).await,
        }
    }

    /// Sends the next section at a press of the panel, which is renewed and says what happened.
    async fn send_from_panel(
        &self,
        incoming: &Incoming,
        mut schedule: Subscription,
        seen: Option<u32>,
        open: OpenPanel,
    ) -> Result<Reaction, RespondError> {
        let Sending { said, reminder } = self.send_next(incoming, &schedule, seen).await?;
        schedule.planned += u32::from(reminder.is_some());
        let mut view = self.view(incoming, &schedule).await?;
        view.note = Some(said.clone());
        let Some(message) = open.message else { return Ok(notice(said)) };
        let draft = view.page(Page::Home);
        let shown = shown(incoming, Mode::Edit(message), draft, open);
        Ok(Reaction { notice: Some(said), reminders: reminder.into_iter().collect(), ..shown })
    }

    /// The list of a chat's schedules, in place.
    pub(super) async fn schedules(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        chat: ChatId,
    ) -> Result<Reaction, RespondError> {
        self.open_panel(incoming, chat, None, in_place(pressed)).await
    }

    /// One more schedule, with what is usual; of two presses the second finds that there is one more already.
    pub(super) async fn add_schedule(
        &self,
        incoming: &Incoming,
        pressed: &Pressed,
        chat: ChatId,
        have: usize,
    ) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let all = self.store.subscriptions(chat).await?;
        let Some(usual) = &self.schedule else { return Ok(notice(texts.no_series())) };
        if all.len() != have {
            return self.open_panel(incoming, chat, None, in_place(pressed)).await;
        }
        if have >= MOST {
            return Ok(notice(texts.too_many_schedules()));
        }
        let kind = if chat.0 == incoming.sender.user().0 { ChatKind::Private } else { ChatKind::Group };
        let new = NewSubscription {
            place: Place { chat, topic: TopicId::MAIN, kind },
            document: usual.document.clone(),
            series: usual.series.clone(),
            cron: usual.when.rule.to_string(),
            zone: usual.when.zone.id().to_owned(),
            lang: incoming.sender.lang,
            by: incoming.sender.user(),
            goal: Goal::default(),
            next_due: usual.when.next_after(self.clock.now()),
        };
        let asked = self.panel_of(incoming, chat).await?.asked;
        let line = self.line(&Brief::from(&new), asked, Line::Changed(None)).await?;
        // Whoever comes back goes on where the last schedule ended.
        let change = if have == 0 { Change::Subscribe(new) } else { Change::AddSchedule(new, have) };
        let button = Button::action(texts.button_schedules(), Action::Schedules(chat));
        let draft = Draft { body: Body::plain(texts.set()), buttons: vec![vec![button]] };
        let mut reaction = say(incoming, in_place(pressed), draft);
        reaction.outgoing.extend(line);
        reaction.changes.push(change);
        Ok(reaction)
    }

    async fn set(
        &self,
        incoming: &Incoming,
        schedule: &Subscription,
        set: &Set,
        open: OpenPanel,
    ) -> Result<Reaction, RespondError> {
        let texts = setting(incoming).texts();
        let names = self.store.names(schedule.place.chat).await?;
        let Some(changed) = apply::set(schedule, set, self.library(), &names, &self.limit, self.clock.now()) else {
            return Ok(notice(texts.stale_button()));
        };
        if let Some((runs, most)) = self.comes_too_often(incoming, schedule, &changed.to) {
            return Ok(notice(texts.too_many_runs(runs, most)));
        }
        let mut reaction = self.changed(incoming, schedule, changed, open).await?;
        if *set == Set::Pin(true) && !self.may_pin(schedule).await {
            reaction.notice = Some(texts.cannot_pin().to_owned());
        }
        Ok(reaction)
    }

    /// How often a schedule would come that was changed to come too often, and how often it may.
    fn comes_too_often(&self, incoming: &Incoming, before: &Subscription, to: &Subscription) -> Option<(u32, u32)> {
        if to.cron == before.cron {
            return None;
        }
        let rule = Rule::parse(&to.cron).ok()?;
        Some((rule.runs_a_day(), self.limit.broken_by(&rule, incoming.sender.user())?))
    }

    /// Whether reminders can be pinned; where that could not be found out, it is left to the first of them.
    async fn may_pin(&self, schedule: &Subscription) -> bool {
        match schedule.place.kind {
            ChatKind::Private => true,
            ChatKind::Group => self.rights.may_pin(schedule.place.chat).await.unwrap_or(true),
        }
    }

    /// The schedule becomes another: the panel shows it, the group has it in a line.
    async fn changed(
        &self,
        incoming: &Incoming,
        before: &Subscription,
        mut changed: Changed,
        mut open: OpenPanel,
    ) -> Result<Reaction, RespondError> {
        // A schedule that comes often because whoever runs the bot set it so stays theirs until it comes otherwise.
        let free = changed.to.cron == before.cron
            && self.limit.broken_by_anybody(before)
            && self.limit.admins.contains(&before.by);
        changed.to.by = if free { before.by } else { incoming.sender.user() };
        open.page = if open.page == Page::More { Page::More } else { Page::Home };
        let Some(message) = open.message else { return Ok(Reaction::default()) };
        let (line, asked) = (Mode::Edit(message), open.asked);
        let texts = setting(incoming).texts();
        let mut view = self.view(incoming, &changed.to).await?;
        let times = draw::times_in_words(before, texts).zip(draw::times_in_words(&changed.to, texts));
        view.note = times.filter(|(from, to)| from != to).map(|(from, to)| texts.changed_from_to(&from, &to));
        let draft = view.page(open.page);
        let mut reaction = shown(incoming, line, draft, open);
        reaction.notice = Some(setting(incoming).texts().set().to_owned());
        if changed.to != (Subscription { by: changed.to.by, ..before.clone() }) {
            let texts = answer::texts::texts(changed.to.lang);
            let from = draw::times_in_words(before, texts);
            let from = from.filter(|from| draw::times_in_words(&changed.to, texts).as_ref() != Some(from));
            reaction.outgoing.extend(self.line(&Brief::from(&changed.to), asked, Line::Changed(from)).await?);
            reaction.changes.push(Change::Configure { to: Box::new(changed.to), retimed: changed.retimed });
        }
        Ok(reaction)
    }

    async fn remove(
        &self,
        incoming: &Incoming,
        schedule: &Subscription,
        mut open: OpenPanel,
    ) -> Result<Reaction, RespondError> {
        let chat = schedule.place.chat;
        let all: Vec<Subscription> =
            self.store.subscriptions(chat).await?.into_iter().filter(|other| other.id != schedule.id).collect();
        let group = self.group_name(incoming, chat).await?;
        let draft = draw::list(self.library(), &all, chat, group.as_deref(), setting(incoming));
        let asked = open.asked;
        let Some(message) = open.message else { return Ok(Reaction::default()) };
        (open.schedule, open.page) = (None, Page::Home);
        let mut reaction = shown(incoming, Mode::Edit(message), draft, open);
        reaction.outgoing.extend(self.line(&Brief::from(schedule), asked, Line::Removed).await?);
        reaction.changes.push(Change::EndSchedule(schedule.id));
        Ok(reaction)
    }

    fn preview(&self, incoming: &Incoming, schedule: &Subscription) -> Reaction {
        let texts = setting(incoming).texts();
        let Some(mut draft) = next_of(schedule, self.library(), &self.limit, self.clock.now()) else {
            return notice(texts.nothing_to_preview());
        };
        draft.body.0.insert(0, Paragraph::new([Span::italic(texts.preview_heading())]));
        say(incoming, Mode::New, draft)
    }

    /// The one line in the group that says what the settings are now; `None` for one's own reminders.
    async fn line(
        &self,
        schedule: &Brief<'_>,
        asked: Option<MessageId>,
        line: Line,
    ) -> Result<Option<Outgoing>, RespondError> {
        if schedule.place.kind == ChatKind::Private {
            return Ok(None);
        }
        let chat = schedule.place.chat;
        let said = match asked {
            Some(asked) => self.store.answer_to(chat, asked).await?,
            None => None,
        };
        let texts = answer::texts::texts(schedule.lang);
        let names = self.store.names(chat).await?;
        let what = schedule.in_a_line(self.library(), &names, self.clock.now());
        let sentence = match line {
            Line::Changed(from) => texts.settings_changed(&what, from.as_deref()),
            Line::Removed => texts.schedule_removed(&what),
        };
        let mode = said.map_or(Mode::New, Mode::Edit);
        Ok(Some(Draft::of(Body::plain(sentence)).into_outgoing(schedule.place, mode)))
    }

    /// Everything that the panel of a schedule shows.
    async fn view(&self, incoming: &Incoming, schedule: &Subscription) -> Result<View<'_>, RespondError> {
        let chat = schedule.place.chat;
        let all = self.store.subscriptions(chat).await?;
        let position = all.iter().position(|other| other.id == schedule.id).unwrap_or(0);
        Ok(View {
            setting: setting(incoming),
            library: self.library(),
            schedule: schedule.clone(),
            group: self.group_name(incoming, chat).await?,
            which: (all.len() > 1).then_some((position + 1, all.len())),
            have: all.len(),
            names: self.store.names(chat).await?,
            studied: self.store.latest_studied(schedule.id, pages::WEEKS).await?,
            late: self.schedule.as_ref().map(|usual| usual.late),
            limit: &self.limit,
            now: self.clock.now(),
            note: None,
            near: Vec::new(),
        })
    }

    /// What the group is called; `None` for somebody's own reminders.
    async fn group_name(&self, incoming: &Incoming, chat: ChatId) -> Result<Option<String>, RespondError> {
        if is_own(chat, incoming.sender.user()) {
            return Ok(None);
        }
        let name = self.store.names(chat).await?.into_iter().find(|(topic, _)| *topic == TopicId::MAIN);
        let unknown = || setting(incoming).texts().some_group().to_owned();
        Ok(Some(name.map_or_else(unknown, |(_, name)| name)))
    }

    /// The panel that the person has open for a chat, else a new one.
    async fn panel_of(&self, incoming: &Incoming, chat: ChatId) -> Result<OpenPanel, RespondError> {
        let (user, at) = (incoming.sender.user(), self.clock.now());
        let kept = self.store.panel(user).await?.filter(|open| open.chat == chat);
        let asked = kept.and_then(|open| open.asked);
        Ok(OpenPanel { user, chat, schedule: None, page: Page::Home, message: None, asked, at })
    }

    /// Why a chat's settings are not changed, or shown, at this person's word; `None` when they may be.
    pub(super) async fn refusal_in(&self, incoming: &Incoming, chat: ChatId) -> Option<&'static str> {
        let user = incoming.sender.user();
        if is_own(chat, user) {
            return None;
        }
        let texts = setting(incoming).texts();
        match self.rights.is_admin(chat, user).await {
            Ok(true) => None,
            Ok(false) => Some(texts.admins_only()),
            Err(error) => {
                tracing::warn!(%chat, %error, "could not tell whether somebody is an admin");
                Some(texts.rights_unknown())
            }
        }
    }
}

/// What the line in the group is about.
enum Line {
    /// It has become another; when it came before, where that has changed.
    Changed(Option<String>),
    Removed,
}

/// A private chat has its person's number.
fn is_own(chat: ChatId, user: UserId) -> bool {
    chat.0 == user.0
}

/// The panel with what it shows, remembered as the one that the person uses.
fn shown(incoming: &Incoming, mode: Mode, draft: Draft, open: OpenPanel) -> Reaction {
    let outgoing = say(incoming, mode, draft).outgoing;
    Reaction { outgoing, ..change(Change::Panel(open)) }
}

/// What comes next, as its reader in private sees it.
fn next_of(schedule: &Subscription, library: &Library, limit: &RunLimit, now: Timestamp) -> Option<Draft> {
    let document = library.document(&schedule.document)?;
    let series = document.series(&schedule.series)?;
    let sections = goal::share(document, series, schedule, Timing::of(schedule, limit).as_ref(), now)?.sections;
    let occasion = when::occasion(&schedule.cron);
    Some(answer::reminder(document, &sections, series, occasion, Setting::private(schedule.lang)))
}

/// What a message has told about the names of its group and topic.
pub(super) fn named(incoming: &Incoming) -> Vec<Change> {
    let Place { chat, topic, .. } = incoming.place;
    let name = |topic, name: &Option<String>| Some(Change::Named { chat, topic, name: name.clone()? });
    let group = name(TopicId::MAIN, &incoming.names.chat);
    let topic = if topic == TopicId::MAIN { None } else { name(topic, &incoming.names.topic) };
    group.into_iter().chain(topic).collect()
}
