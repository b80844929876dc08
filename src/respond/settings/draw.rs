//! The panel at a glance: what is set, the next runs, and the buttons to change it.

use std::sync::Arc;
use std::time::Duration;

use crate::answer::texts::{Echo, Outlook, Texts};
use crate::answer::{Draft, Setting};
use crate::clock::Timestamp;
use crate::content::model::{Document, DocumentId, Library, Series};
use crate::message::{Action, Body, Button, ChatId, ChatKind, Lang, Page, Panel, Paragraph, Place, Span, TopicId};
use crate::respond::subscribing::refused;
use crate::schedule::goal;
use crate::schedule::limit::RunLimit;
use crate::schedule::timing::Timing;
use crate::schedule::when::When;
use crate::schedule::zone::Zone;
use crate::store::{Goal, NewSubscription, Studied, Subscription};

/// How many runs the panel shows.
const RUNS: usize = 3;

/// Everything that the panel of a schedule shows.
pub(super) struct View<'a> {
    /// Whom it is made for.
    pub(super) setting: Setting,
    pub(super) library: &'a Library,
    pub(super) schedule: Subscription,
    /// What the group is called; `None` for one's own reminders.
    pub(super) group: Option<String>,
    /// Which of several schedules it is.
    pub(super) which: Option<(usize, usize)>,
    /// How many schedules the chat has.
    pub(super) have: usize,
    /// The names of group and topics.
    pub(super) names: Vec<(TopicId, String)>,
    /// The latest reminders, and who studied them.
    pub(super) studied: Vec<Studied>,
    /// How late a missed reminder is sent where the chat has not said otherwise.
    pub(super) late: Option<Duration>,
    /// How many times a day it may come.
    pub(super) limit: &'a RunLimit,
    pub(super) now: Timestamp,
    /// What was wrong with what was typed.
    pub(super) note: Option<String>,
    /// The zones that may have been meant.
    pub(super) near: Vec<Zone>,
}

impl View<'_> {
    /// The sentences of whoever reads the panel.
    pub(super) fn texts(&self) -> &'static dyn Texts {
        self.setting.texts()
    }

    /// A button of the panel.
    pub(super) fn key(&self, label: impl Into<String>, panel: Panel) -> Button {
        Button::action(label, Action::Panel(self.schedule.id.key(), panel))
    }

    pub(super) fn show(&self, label: &str, page: Page) -> Button {
        self.key(label, Panel::Show(page))
    }

    pub(super) fn heading(&self) -> Paragraph {
        Paragraph::new([Span::bold(
            self.texts().panel_heading(self.group.as_deref().map(Echo::of).as_ref(), self.which),
        )])
    }

    /// Everything at a glance.
    pub(super) fn home(&self) -> Draft {
        let mut body = vec![self.heading()];
        body.extend(self.note.clone().map(Paragraph::plain));
        let (document, series) = labels(self.library, &self.schedule);
        body.extend(refused(&self.schedule, self.texts()).map(Paragraph::plain));
        let far = self.outlook();
        let each = far.as_ref().map_or(self.schedule.goal.each, |(far, ..)| far.next);
        body.push(Paragraph::plain(self.texts().panel_series(&document, &series, each)));
        body.extend(self.times());
        body.extend(far.map(|(far, ends, until)| {
            let (ends, until) = (ends.as_deref(), until.as_deref());
            let (each, left, holds) = (far.next, far.left, far.holds);
            Paragraph::plain(self.texts().outlook(Outlook { each, left, ends, until, holds }))
        }));
        let manner = self.manner().into_iter().enumerate();
        body.extend(manner.map(|(index, line)| {
            let line = Paragraph::plain(line);
            if index == 0 { line } else { line.tight() }
        }));
        Draft { body: Body(body), buttons: self.keys() }
    }

    /// How long it takes, with the days of its end and of its plan in words.
    fn outlook(&self) -> Option<(goal::Outlook, Option<String>, Option<String>)> {
        let (schedule, texts) = (&self.schedule, self.texts());
        let timing = Timing::of(schedule, self.limit)?;
        let left = goal::left_of(self.library, &schedule.document, &schedule.series, schedule.last_sent.as_ref());
        let far = goal::outlook(schedule.goal, left, &timing, self.now);
        let day = |at: Option<Timestamp>| at.and_then(|at| timing.when.day_in_words(texts, at));
        Some((far, day(far.ends), day(far.until)))
    }

    /// When it comes, and the next runs on the chat's own clock.
    fn times(&self) -> Vec<Paragraph> {
        let texts = self.texts();
        let Some(timing) = Timing::of(&self.schedule, self.limit) else {
            return vec![Paragraph::plain(texts.cron_line(&self.schedule.cron)).tight()];
        };
        let when = texts.panel_when(&timing.when.in_words(texts), &timing.when.zone_in_words(texts));
        let mut all = vec![Paragraph::plain(when).tight()];
        let limited = self.limit.broken_in(&self.schedule).map(|most| texts.panel_limited(most));
        all.extend(limited.map(|line| Paragraph::plain(line).tight()));
        if let Some(until) = self.schedule.manner.paused_until.filter(|until| *until > self.now) {
            let until = timing.when.moment_in_words(texts, until);
            all.push(Paragraph::new([Span::bold(texts.panel_paused(&until))]));
        }
        let runs = timing.next_runs(self.now, RUNS);
        let title = if runs.is_empty() { texts.panel_no_next() } else { texts.panel_next() };
        all.push(Paragraph::plain(title));
        let zone = timing.when.zone;
        let changes = runs.iter().any(|run| zone.offset(*run) != zone.offset(self.now));
        all.extend(runs.into_iter().map(|run| {
            let moment = timing.when.moment_in_words(texts, run);
            // Where the clocks change, the distance from UTC shows that they do.
            let moment = if changes { texts.moment_with_offset(&moment, zone.offset(run)) } else { moment };
            Paragraph::plain(format!("• {moment}")).tight()
        }));
        all
    }

    pub(super) fn manner(&self) -> Vec<String> {
        let (texts, manner) = (self.texts(), &self.schedule.manner);
        let mut lines = Vec::new();
        if self.schedule.place.kind == ChatKind::Group {
            lines.push(texts.panel_topic(topic_name(texts, &self.names, self.schedule.place.topic).as_ref()));
        }
        lines.push(texts.panel_lang(self.schedule.lang));
        lines.push(texts.panel_arrival(manner.silent, manner.pin));
        let hours = manner.quiet.map(|quiet| (clock(quiet.from()), clock(quiet.until())));
        lines.push(texts.panel_quiet(hours.as_ref().map(|(from, until)| (from.as_str(), until.as_str()))));
        lines.extend(manner.late.or(self.late).map(|late| texts.panel_late(late.as_secs() / 3_600)));
        lines
    }
}

/// The schedules of a chat, each a button to its panel.
pub(super) fn list(
    library: &Library,
    all: &[Subscription],
    chat: ChatId,
    group: Option<&str>,
    setting: Setting,
) -> Draft {
    let texts = setting.texts();
    let sentence = if all.is_empty() { texts.panel_empty() } else { texts.panel_choose() };
    let heading = Paragraph::new([Span::bold(texts.panel_heading(group.map(Echo::of).as_ref(), None))]);
    let row = |schedule: &Subscription| {
        let (_, series) = labels(library, schedule);
        let when = When::stored(&schedule.cron, &schedule.zone);
        let when = when.map_or_else(|| schedule.cron.clone(), |when| when.in_words(texts));
        let action = Action::Panel(schedule.id.key(), Panel::Show(Page::Home));
        vec![Button::action(format!("{series} · {when}"), action)]
    };
    let mut buttons: Vec<Vec<Button>> = all.iter().map(row).collect();
    let label = if all.is_empty() { texts.button_subscribe() } else { texts.button_add_schedule() };
    buttons.push(vec![Button { label: label.to_owned(), ..add_button(texts, chat, all.len()) }]);
    Draft { body: Body(vec![heading, Paragraph::plain(sentence)]), buttons }
}

pub(super) fn add_button(texts: &dyn Texts, chat: ChatId, have: usize) -> Button {
    let have = u8::try_from(have).unwrap_or(u8::MAX);
    Button::action(texts.button_add_schedule(), Action::AddSchedule(chat, have))
}

/// What a line says of a schedule, whether it exists or is about to.
pub(super) struct Brief<'a> {
    document: &'a DocumentId,
    series: &'a str,
    when: Option<When>,
    goal: Goal,
    paused_until: Option<Timestamp>,
    /// Where its reminders go.
    pub(super) place: Place,
    /// The language of them.
    pub(super) lang: Lang,
}

impl<'a> From<&'a Subscription> for Brief<'a> {
    fn from(s: &'a Subscription) -> Self {
        let (when, paused_until) = (When::stored(&s.cron, &s.zone), s.manner.paused_until);
        Self {
            document: &s.document,
            series: &s.series,
            when,
            goal: s.goal,
            paused_until,
            place: s.place,
            lang: s.lang,
        }
    }
}

impl<'a> From<&'a NewSubscription> for Brief<'a> {
    fn from(s: &'a NewSubscription) -> Self {
        let when = When::stored(&s.cron, &s.zone);
        Self {
            document: &s.document,
            series: &s.series,
            when,
            goal: s.goal,
            paused_until: None,
            place: s.place,
            lang: s.lang,
        }
    }
}

impl Brief<'_> {
    /// A schedule in one line, in its own language.
    pub(super) fn in_a_line(&self, library: &Library, names: &[(TopicId, String)], now: Timestamp) -> String {
        let texts = crate::answer::texts::texts(self.lang);
        let mut parts = vec![names_of(library, self.document, self.series).1];
        if let Some(when) = &self.when {
            parts.push(texts.panel_when(&when.in_words(texts), &when.zone_in_words(texts)));
            if self.goal != Goal::default() {
                parts.push(texts.each(self.goal.each));
            }
            let paused = self.paused_until.filter(|until| *until > now);
            parts.extend(paused.map(|until| texts.panel_paused(&when.moment_in_words(texts, until))));
        }
        if self.place.topic != TopicId::MAIN {
            parts.push(texts.panel_topic(topic_name(texts, names, self.place.topic).as_ref()));
        }
        parts.join(" · ")
    }
}

/// When a schedule comes, with its zone; `None` where it does not read.
pub(super) fn times_in_words(schedule: &Subscription, texts: &dyn Texts) -> Option<String> {
    let when = When::stored(&schedule.cron, &schedule.zone)?;
    Some(texts.panel_when(&when.in_words(texts), &when.zone_in_words(texts)))
}

/// What the document and the series of a schedule are called; their ids where they have gone.
pub(in crate::respond) fn labels(library: &Library, schedule: &Subscription) -> (String, String) {
    names_of(library, &schedule.document, &schedule.series)
}

fn names_of(library: &Library, id: &DocumentId, name: &str) -> (String, String) {
    let document = library.document(id);
    let series = document.and_then(|document| document.series(name));
    let short = |document: &Arc<Document>| document.short.clone();
    let label = |series: &Series| series.label.clone();
    (document.map_or_else(|| id.to_string(), short), series.map_or_else(|| name.to_owned(), label))
}

/// What a topic is called; `None` is the main one.
pub(super) fn topic_name(texts: &dyn Texts, names: &[(TopicId, String)], topic: TopicId) -> Option<Echo> {
    if topic == TopicId::MAIN {
        return None;
    }
    let known = names.iter().find(|(known, _)| *known == topic).map(|(_, name)| Echo::of(name));
    Some(known.unwrap_or_else(|| Echo::of(&texts.some_topic(topic.0))))
}

/// A time of day, from the minutes since midnight.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
