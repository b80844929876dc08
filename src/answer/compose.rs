//! Words a reply: what it says and what can be pressed under it.

use std::collections::BTreeMap;

use super::blocks;
use super::card::{document_source, neighbours, related, source};
use super::choose::cued;
use super::contents;
use super::details;
use super::draft::{Draft, Setting};
use super::list;
use super::reply::{Meant, Missing, Nearest, Outcome, Refusal, Reply, Source};
use super::texts::Echo;
use crate::content::model::{Block, Document, Facet, Library, Section, SectionRef};
use crate::message::{Action, Body, Button, ChatKind, Detail, Paragraph, Question, Span};
use crate::search::{Engine, Passage};

/// A section of so many characters is shown whole.
const SHORT: usize = 320;

/// How many characters of a longer one are shown.
const PASSAGE: usize = 300;

/// How many characters are shown of a section that only comes near.
const GLIMPSE: usize = 90;

/// What wording looks at.
pub(super) struct Composer<'a> {
    pub(super) library: &'a Library,
    pub(super) engine: &'a Engine,
    pub(super) setting: Setting,
}

impl Composer<'_> {
    /// Words a reply to a question.
    pub(super) fn compose(&self, question: &Question, reply: &Reply) -> Draft {
        let mut draft = self.outcome(question, &reply.outcome);
        if let Some(meant) = reply.meant() {
            self.say_what_was_meant(&mut draft, question, meant);
        }
        draft
    }

    /// Says first how the question was read, and offers what the words as typed lead to.
    fn say_what_was_meant(&self, draft: &mut Draft, question: &Question, meant: &Meant) {
        let texts = self.setting.texts();
        draft.body.0.insert(0, Paragraph::new([Span::italic(texts.taken_to_mean(&Echo::of(&meant.text)))]));
        if let Some(at) = &meant.as_typed {
            draft
                .buttons
                .insert(0, vec![self.setting.open(&texts.button_as_typed(&Echo::of(&question.text)), at.clone())]);
        }
    }

    fn outcome(&self, question: &Question, outcome: &Outcome) -> Draft {
        match outcome {
            Outcome::Card(source) => self.card(question, source),
            Outcome::Which(one, other) => self.which([one, other]),
            Outcome::List(list) => list::draft(self.library, list, self.setting),
            Outcome::Maybe(nearest) => self.maybe(question, nearest),
            Outcome::NotCovered(_) if question.detail.is_some() => self.nothing_to_follow(),
            Outcome::NotCovered(refusal) => self.refusal(refusal),
        }
        .unwrap_or_else(|| Draft::of(Body::plain(self.setting.texts().section_gone())))
    }

    pub(super) fn card(&self, question: &Question, shown: &Source) -> Option<Draft> {
        let (document, section) = self.library.section(&shown.at)?;
        let facet = document.facets.iter().find(|f| Some(&f.name) == shown.passage_of.as_ref());
        let part = shown.part.and_then(|part| blocks::part(section, part));
        let (mut body, whole) = match (shown.detail, part) {
            (Some(detail), _) => self.detail(&shown.at, section, detail),
            (None, Some(block)) => (vec![blocks::paragraph(section, block, &[])], section.blocks.len() == 1),
            (None, None) => self.answer(question, &shown.at, section, facet),
        };
        body.push(source(document, section, self.setting));
        let mut buttons = Vec::new();
        if !whole {
            let rest = Action::Page(shown.at.clone(), 0);
            buttons.push(vec![Button::action(self.setting.texts().button_rest(), rest)]);
        }
        buttons.extend(related(document, section, self.setting));
        buttons.push(neighbours(document, section, self.setting, Setting::open));
        buttons.retain(|row| !row.is_empty());
        Some(Draft { body: Body(body), buttons })
    }

    /// A question that leans on something, and nothing is there.
    fn nothing_to_follow(&self) -> Option<Draft> {
        let document = self.library.iter().next()?;
        let body = Body::plain(self.setting.texts().nothing_to_follow());
        Some(Draft { body, buttons: contents::overview(document, self.setting) })
    }

    /// What answers, and whether that is the whole section.
    fn answer(
        &self,
        question: &Question,
        at: &SectionRef,
        section: &Section,
        facet: Option<&Facet>,
    ) -> (Vec<Paragraph>, bool) {
        let cues = facet.map(|facet| cued(section, facet)).unwrap_or_default();
        if let Some(facet) = facet.filter(|_| !cues.is_empty()) {
            return self.passage_of(question, at, section, facet, &cues);
        }
        let mut body = Vec::new();
        if let Some(word) = facet.filter(|_| cues.is_empty()).and_then(|f| f.words.first()) {
            body.push(Paragraph::plain(self.setting.texts().kind_not_given(word)));
        }
        let short = section.text().chars().count() <= SHORT;
        let room = if short { usize::MAX } else { PASSAGE };
        match self.engine.passage(at, &question.text, room) {
            Some(passage) => {
                body.extend(paragraphs(section, &passage).into_iter().map(|(_, paragraph)| paragraph));
                (body, passage.whole)
            }
            None => {
                body.extend(blocks::pages(section).swap_remove(0));
                (body, short)
            }
        }
    }

    /// What a section says to a question that does not name it; where that is nothing, so, and the section.
    fn detail(&self, at: &SectionRef, section: &Section, detail: Detail) -> (Vec<Paragraph>, bool) {
        let found = details::holding(section, detail);
        if !found.is_empty() {
            let whole = found.len() == section.blocks.len();
            let paragraphs = found.into_iter().map(|block| blocks::paragraph(section, block, &[]));
            return (paragraphs.collect(), whole);
        }
        let mut pages = blocks::pages(section);
        let (alone, mut body) = (pages.len() == 1, pages.swap_remove(0));
        if detail == Detail::More {
            let title = self.library.section(at).map(|(_, section)| section.title.as_str()).unwrap_or_default();
            body.insert(0, Paragraph::new([Span::bold(title)]));
        } else {
            body.insert(0, Paragraph::plain(self.setting.texts().detail_not_given(detail)));
        }
        (body, alone)
    }

    /// The passage of a kind, and before or after it the sentences that the question is about.
    fn passage_of(
        &self,
        question: &Question,
        at: &SectionRef,
        section: &Section,
        facet: &Facet,
        cues: &[usize],
    ) -> (Vec<Paragraph>, bool) {
        let found = self.engine.passage(at, &question.text, PASSAGE / 2);
        let mut shown: BTreeMap<usize, Paragraph> =
            cues.iter().map(|&block| (block, cued_paragraph(section, facet, block))).collect();
        for (block, paragraph) in found.iter().flat_map(|passage| paragraphs(section, passage)) {
            shown.entry(block).or_insert(paragraph);
        }
        let whole = shown.len() == section.blocks.len();
        (shown.into_values().collect(), whole)
    }

    fn which(&self, sections: [&SectionRef; 2]) -> Option<Draft> {
        let texts = self.setting.texts();
        let mut body = vec![Paragraph::plain(texts.which())];
        let mut buttons = Vec::new();
        let mut last = None;
        for at in sections {
            let (document, section) = self.library.section(at)?;
            body.push(Paragraph::new([Span::bold(&section.title)]));
            body.push(Paragraph::plain(first_line(section)).tight());
            buttons.push(vec![self.setting.open(&section.title, at.clone())]);
            last = Some(document);
        }
        body.extend(last.map(|document| document_source(document, self.setting)));
        Some(Draft { body: Body(body), buttons })
    }

    /// What comes near, a passage each, and nothing claimed; in a group the nearest alone.
    fn maybe(&self, question: &Question, nearest: &Nearest) -> Option<Draft> {
        let texts = self.setting.texts();
        let shown = if self.setting.kind == ChatKind::Group { 1 } else { nearest.sections.len() };
        let mut body = vec![Paragraph::plain(texts.maybe())];
        let mut buttons = Vec::new();
        let mut cited: Option<&Document> = None;
        for at in nearest.sections.iter().take(shown) {
            let (document, section) = self.library.section(at)?;
            body.push(Paragraph::new([Span::bold(&section.title)]));
            let passage = self.engine.passage(at, &question.text, GLIMPSE);
            let text = passage.map_or_else(|| first_line(section), |passage| passage.text);
            body.extend(text.lines().filter(|line| !line.is_empty()).map(|line| Paragraph::plain(line).tight()));
            if cited.is_none_or(|cited| cited.id != document.id) {
                body.push(document_source(document, self.setting));
                cited = Some(document);
            }
            buttons.push(vec![self.setting.open(&blocks::headline(section), at.clone())]);
        }
        buttons.push(vec![self.setting.contents(cited?)]);
        Some(Draft { body: Body(body), buttons })
    }

    fn refusal(&self, refusal: &Refusal) -> Option<Draft> {
        let texts = self.setting.texts();
        let near: Vec<_> = refusal.near.iter().filter_map(|at| self.library.section(at)).collect();
        let document = near.first().map(|(document, _)| *document).or_else(|| self.library.iter().next());
        let Some(document) = document else { return Some(Draft::of(Body::plain(texts.no_document()))) };
        if let Some(missing) = &refusal.missing {
            let document = self.library.document(&missing.document)?;
            let Missing { unit, number, first, last, .. } = *missing;
            let body = Body::plain(texts.no_such_number(&document.short, unit, number, first, last));
            return Some(Draft { body, buttons: vec![vec![self.setting.contents(document)]] });
        }
        let mut body = vec![Paragraph::plain(texts.not_covered(&document.short, &Echo::of_all(&refusal.unknown)))];
        let buttons = if near.is_empty() {
            body.push(Paragraph::plain(texts.see_contents()));
            contents::overview(document, self.setting)
        } else {
            body.push(Paragraph::plain(texts.near()));
            let mut rows: Vec<Vec<Button>> =
                near.iter().map(|(d, s)| vec![self.setting.open(&s.title, d.reference(s))]).collect();
            rows.push(vec![self.setting.contents(document)]);
            rows
        };
        Some(Draft { body: Body(body), buttons })
    }
}

/// A block that holds a passage of a kind; of a long one the sentences from the cue on.
fn cued_paragraph(section: &Section, facet: &Facet, block: usize) -> Paragraph {
    let text = section.blocks[block].text();
    if text.chars().count() <= PASSAGE {
        return blocks::paragraph(section, block, &[]);
    }
    let cue = facet.cues.iter().filter_map(|cue| text.find(cue.as_str())).min().unwrap_or(0);
    Paragraph::plain(blocks::sentences_from(text, cue, PASSAGE))
}

/// A passage as paragraphs with their blocks: a line of it is a block, or a part of one.
fn paragraphs(section: &Section, passage: &Passage) -> Vec<(usize, Paragraph)> {
    let mut at = 0;
    let mut all = Vec::new();
    let mut block = passage.blocks.start;
    for line in passage.text.split_inclusive('\n') {
        let text = line.trim_end();
        let range = at..at + text.len();
        at += line.len();
        if text.is_empty() {
            continue;
        }
        let marks: Vec<_> = passage
            .marks
            .iter()
            .filter(|m| range.start <= m.start && m.end <= range.end)
            .map(|m| m.start - range.start..m.end - range.start)
            .collect();
        // Lines follow the blocks in order; a block with line breaks of its own takes several of them.
        while block + 1 < passage.blocks.end && !section.blocks[block].text().contains(text) {
            block += 1;
        }
        all.push((block, line_of(section, block, text, &marks)));
    }
    all
}

fn line_of(section: &Section, block: usize, text: &str, marks: &[std::ops::Range<usize>]) -> Paragraph {
    let whole = section.blocks.get(block).filter(|b| b.text().trim_end() == text && !matches!(b, Block::Code(_)));
    match whole {
        Some(_) => blocks::paragraph(section, block, marks),
        None => Paragraph::new(blocks::marked(text, marks)),
    }
}

fn first_line(section: &Section) -> String {
    section.blocks.first().map(|b| b.text().lines().next().unwrap_or_default().to_owned()).unwrap_or_default()
}
