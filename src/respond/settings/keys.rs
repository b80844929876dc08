//! The keys of the panel: what is changed most often, each with its value, and a page of the rest.

use super::draw::{View, add_button, labels};
use crate::answer::Draft;
use crate::message::{Action, Body, Button, ChatKind, Lang, Page, Panel, Paragraph, Set};
use crate::schedule::when::When;
use crate::store::Subscription;

/// The most half-width units of a value: a key of a whole line shows about 40, its name included.
const ROOM: usize = 28;

impl View<'_> {
    /// At most six keys, a line each, with their values.
    pub(super) fn keys(&self) -> Vec<Vec<Button>> {
        let (texts, schedule) = (self.texts(), &self.schedule);
        let when = When::stored(&schedule.cron, &schedule.zone);
        let value = |of: &dyn Fn(&When) -> String| when.as_ref().map_or_else(String::new, of);
        let (_, series) = labels(self.library, schedule);
        let named = [
            (texts.button_day(), value(&|when| when.days_in_words(texts)), Page::Day),
            (texts.button_time(), value(&|when| when.times_in_words(texts)), Page::Time),
            (texts.button_zone(), value(&|when| when.place_in_words(texts)), Page::Zone),
            (texts.button_series(), series, Page::Series),
        ];
        let mut keys: Vec<Vec<Button>> = named
            .into_iter()
            .map(|(name, value, page)| vec![self.show(&texts.key_with_value(name, &shortened(&value)), page)])
            .collect();
        keys.push(vec![self.show(texts.button_more(), Page::More)]);
        keys.push(vec![self.show(texts.button_done(), Page::Done)]);
        keys
    }

    /// The page of the rest.
    pub(super) fn more(&self) -> Draft {
        let mut body = vec![self.heading()];
        body.extend(self.manner().into_iter().enumerate().map(|(index, line)| {
            let line = Paragraph::plain(line);
            if index == 0 { line } else { line.tight() }
        }));
        let mut buttons = self.further();
        buttons.push(vec![self.show(self.texts().button_back(), Page::Home)]);
        Draft { body: Body(body), buttons }
    }

    /// What is set, without keys.
    pub(super) fn done(&self) -> Draft {
        Draft { buttons: Vec::new(), ..self.home() }
    }

    fn further(&self) -> Vec<Vec<Button>> {
        let (texts, schedule) = (self.texts(), &self.schedule);
        let manner = &schedule.manner;
        let other = if schedule.lang == Lang::Zh { Lang::En } else { Lang::Zh };
        let set = |label: &str, set| self.key(label, Panel::Set(set));
        let paused = manner.paused_until.is_some_and(|until| until > self.now);
        let pause = if paused {
            set(texts.button_resume(), Set::Pause(0))
        } else {
            self.show(texts.button_pause(), Page::Pause)
        };
        let chat = schedule.place.chat;
        let mut place = vec![set(texts.button_lang(other), Set::Lang(other))];
        // A group without topics has none to choose.
        if schedule.place.kind == ChatKind::Group && self.has_topics() {
            place.insert(0, self.show(texts.button_topic(), Page::Topic));
        }
        let mut rows = vec![
            place,
            vec![
                set(texts.button_silent(manner.silent), Set::Silent(!manner.silent)),
                set(texts.button_pin(manner.pin), Set::Pin(!manner.pin)),
            ],
            vec![self.show(texts.button_quiet(), Page::Quiet), self.show(texts.button_late(), Page::Late)],
            vec![self.show(texts.button_amount(), Page::Amount), pause],
            vec![self.show(texts.button_readers(), Page::Readers), self.key(texts.button_preview(), Panel::Preview)],
            vec![self.key(texts.button_send_next(), Panel::SendNext(schedule.planned))],
            vec![add_button(texts, chat, self.have), self.show(texts.button_remove(), Page::Remove)],
        ];
        if self.which.is_some() {
            rows.push(vec![Button::action(texts.button_schedules(), Action::Schedules(chat))]);
        }
        rows
    }

    /// Whether the chat is known to have topics.
    fn has_topics(&self) -> bool {
        let place = self.schedule.place;
        place.topic != crate::message::TopicId::MAIN
            || self.names.iter().any(|(topic, _)| *topic != crate::message::TopicId::MAIN)
    }

    /// Whether the schedule is so already.
    pub(super) fn holds(&self, set: &Set) -> bool {
        let Subscription { cron, zone, document, series, place, manner, goal, .. } = &self.schedule;
        let same = |to: fn(&When, u16) -> Option<When>, value: u16| {
            let when = When::stored(cron, zone);
            when.as_ref().is_some_and(|when| to(when, value).as_ref() == Some(when))
        };
        match set {
            Set::Days(days) => same(|when, days| when.on_days(u8::try_from(days).ok()?), u16::from(*days)),
            Set::Time(minute) => same(When::at_time, *minute),
            Set::Zone(id) => zone == id,
            Set::Series(of, index) => {
                let known = self.library.document(of).and_then(|of| of.series.get(usize::from(*index)));
                of == document && known.is_some_and(|known| known.name == *series)
            }
            Set::Topic(topic) => place.topic == *topic,
            Set::Quiet(from, until) => match manner.quiet {
                Some(quiet) => (quiet.from(), quiet.until()) == (*from, *until),
                None => from == until,
            },
            Set::Late(hours) => {
                manner.late.or(self.late).is_some_and(|late| late.as_secs() == u64::from(*hours) * 3_600)
            }
            Set::Each(each) => goal.until.is_none() && goal.each == u32::from(*each),
            _ => false,
        }
    }
}

/// As much of a value as fits beside its name.
fn shortened(value: &str) -> String {
    let width = |c: char| if c.is_ascii() { 1 } else { 2 };
    if value.chars().map(width).sum::<usize>() <= ROOM {
        return value.to_owned();
    }
    let mut room = ROOM - 2;
    let kept: String = value
        .chars()
        .take_while(|c| {
            let fits = width(*c) <= room;
            room = room.saturating_sub(width(*c));
            fits
        })
        .collect();
    format!("{}…", kept.trim_end_matches(['、', ',', ' ']))
}
