//! The pages of the panel: each asks for one thing, offers the usual, and leads back.

use std::sync::Arc;

use super::draw::{View, clock};
use crate::answer::Draft;
use crate::answer::texts::Echo;
use crate::content::model::{Document, SectionRef, Series};
use crate::message::{Body, Button, Page, Panel, Paragraph, Set, TopicId};
use crate::schedule::when::When;
use crate::schedule::zone::Zone;

/// How many reminders the page of those who studied lists.
pub(super) const WEEKS: u32 = 8;

/// Days to tap: bit 0 is Monday.
const DAYS: [&[u32]; 10] =
    [&[1], &[2], &[3], &[4], &[5], &[6], &[7], &[1, 2, 3, 4, 5], &[6, 7], &[1, 2, 3, 4, 5, 6, 7]];
/// Hours to tap.
const HOURS: [u16; 12] = [7, 8, 9, 10, 11, 12, 14, 16, 18, 19, 20, 21];
/// Zones to tap: where most of those live who read Chinese, and some far from there.
const ZONES: [&str; 9] = [
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
];
/// Quiet hours to tap.
const QUIET: [(u16, u16); 4] = [(21, 7), (22, 7), (22, 8), (23, 8)];
/// Hours late to tap.
const LATE: [u16; 5] = [0, 1, 12, 24, 72];
/// Days of pause to tap.
const PAUSES: [u16; 5] = [3, 7, 14, 28, 56];
/// Sections at a time to tap.
const AMOUNTS: [u8; 6] = [1, 2, 3, 4, 5, 10];
/// The most topics and series that are listed.
const MOST_LISTED: usize = 40;

impl View<'_> {
    /// A page of the panel.
    pub(super) fn page(&self, page: Page) -> Draft {
        let texts = self.texts();
        let (sentence, rows) = match page {
            Page::Home => return self.home(),
            Page::More => return self.more(),
            Page::Done => return self.done(),
            Page::Day => (texts.ask_day().to_owned(), self.days()),
            Page::Time => (texts.ask_time().to_owned(), self.hours()),
            Page::Zone => (texts.ask_zone().to_owned(), self.zones()),
            Page::Series => (texts.ask_series().to_owned(), self.series()),
            Page::Topic => (texts.ask_topic().to_owned(), self.topics()),
            Page::Quiet => (texts.ask_quiet().to_owned(), self.quiet()),
            Page::Late => (texts.ask_late().to_owned(), self.lates()),
            Page::Pause => (texts.ask_pause().to_owned(), self.pauses()),
            Page::Amount => (texts.ask_amount().to_owned(), self.amounts()),
            Page::Readers => (self.readers(), Vec::new()),
            Page::Remove => {
                (texts.ask_remove().to_owned(), vec![vec![self.key(texts.button_remove_now(), Panel::Remove)]])
            }
        };
        let mut body = vec![self.heading()];
        // What was wrong with what was typed says itself what to write instead.
        body.push(Paragraph::plain(self.note.clone().unwrap_or(sentence)));
        let mut buttons = rows;
        buttons.push(vec![self.show(texts.button_back(), Page::Home)]);
        Draft { body: Body(body), buttons }
    }

    fn set(&self, label: impl Into<String>, set: Set) -> Button {
        let label = label.into();
        let label = if self.holds(&set) { self.texts().chosen(&label) } else { label };
        self.key(label, Panel::Set(set))
    }

    fn days(&self) -> Vec<Vec<Button>> {
        let button = |days: &[u32]| {
            let bits = days.iter().fold(0, |bits, day| bits | 1 << (day - 1));
            self.set(self.texts().button_days(days), Set::Days(bits))
        };
        let (single, several) = DAYS.split_at(7);
        let mut rows = rows_of(4, single.iter().map(|days| button(days)));
        rows.extend(rows_of(3, several.iter().map(|days| button(days))));
        rows
    }

    fn hours(&self) -> Vec<Vec<Button>> {
        rows_of(4, HOURS.iter().map(|hour| self.set(clock(hour * 60), Set::Time(hour * 60))))
    }

    /// The zones that may have been meant, else the usual.
    fn zones(&self) -> Vec<Vec<Button>> {
        let usual = ZONES.iter().filter_map(|id| Zone::parse(id).ok());
        let zones: Vec<Zone> = if self.near.is_empty() { usual.collect() } else { self.near.clone() };
        let button = |zone: &Zone| {
            let label = self.texts().zone(&zone.label(), zone.chinese());
            self.set(label, Set::Zone(zone.id().to_owned()))
        };
        rows_of(if self.near.is_empty() { 3 } else { 1 }, zones.iter().map(button))
    }

    fn series(&self) -> Vec<Vec<Button>> {
        let all =
            self.library.iter().flat_map(|document| (0..).zip(&document.series).map(move |each| (document, each)));
        let filled = all.filter(|(document, (_, series))| document.with_class(&series.name).next().is_some());
        let button = |(document, (index, series)): (&Arc<Document>, (u8, &Series))| {
            let label = self.texts().button_series_of(&document.short, &series.label);
            self.set(label, Set::Series(document.id.clone(), index))
        };
        rows_of(1, filled.take(MOST_LISTED).map(button))
    }

    fn topics(&self) -> Vec<Vec<Button>> {
        let main = self.set(self.texts().button_main_topic(), Set::Topic(TopicId::MAIN));
        let known = self.names.iter().filter(|(topic, _)| *topic != TopicId::MAIN).take(MOST_LISTED);
        rows_of(
            2,
            std::iter::once(main)
                .chain(known.map(|(topic, name)| self.set(Echo::of(name).to_string(), Set::Topic(*topic)))),
        )
    }

    fn quiet(&self) -> Vec<Vec<Button>> {
        let label = |from, until| format!("{}–{}", clock(from), clock(until));
        let hours = QUIET.map(|(from, until)| (from * 60, until * 60));
        let mut rows =
            rows_of(2, hours.iter().map(|(from, until)| self.set(label(*from, *until), Set::Quiet(*from, *until))));
        rows.push(vec![self.set(self.texts().button_never_quiet(), Set::Quiet(0, 0))]);
        rows
    }

    fn lates(&self) -> Vec<Vec<Button>> {
        rows_of(3, LATE.iter().map(|hours| self.set(self.texts().button_hours_late(*hours), Set::Late(*hours))))
    }

    fn pauses(&self) -> Vec<Vec<Button>> {
        rows_of(3, PAUSES.iter().map(|days| self.set(self.texts().button_pause_days(*days), Set::Pause(*days))))
    }

    fn amounts(&self) -> Vec<Vec<Button>> {
        rows_of(3, AMOUNTS.iter().map(|each| self.set(self.texts().button_each(u32::from(*each)), Set::Each(*each))))
    }

    /// Who studied what, a line each.
    fn readers(&self) -> String {
        let texts = self.texts();
        let Some(when) = When::stored(&self.schedule.cron, &self.schedule.zone).filter(|_| !self.studied.is_empty())
        else {
            return texts.no_readers().to_owned();
        };
        let lines = self.studied.iter().map(|studied| {
            let title = |at: &SectionRef| {
                let found = self.library.section(at);
                found.map_or_else(|| at.to_string(), |(_, section)| section.title.clone())
            };
            let title = match studied.sections.as_slice() {
                [] => String::new(),
                [only] => title(only),
                [first, .., last] => format!("{} – {}", title(first), title(last)),
            };
            texts.readers_line(&when.moment_in_words(texts, studied.due), &title, studied.people)
        });
        std::iter::once(texts.readers().to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
    }
}

/// Buttons in rows of so many.
fn rows_of(width: usize, buttons: impl Iterator<Item = Button>) -> Vec<Vec<Button>> {
    let all: Vec<Button> = buttons.collect();
    all.chunks(width).map(<[Button]>::to_vec).collect()
}
