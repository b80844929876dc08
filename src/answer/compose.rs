//! Words a reply: what it says and what can be pressed under it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::about;
use super::blocks;
use super::card::{document_source, label, neighbours, related, source};
use super::choose::cued;
use super::contents;
use super::details;
use super::draft::{Draft, Setting};
use super::list;
use super::parts;
use super::reply::{Choice, Known, Meant, Missed, Missing, Nearest, Outcome, Refusal, Reply, Source};
use super::texts::{Echo, Place};
use crate::content::model::{Block, Document, Facet, Library, Section, SectionRef};
use crate::message::{Action, Body, Button, ChatKind, Detail, Paragraph, Question, Span, Talk};
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
            Outcome::Which(choice) => self.which(choice),
            Outcome::List(list) => list::draft(self.library, list, self.setting),
            Outcome::Maybe(nearest) => self.maybe(question, nearest),
            Outcome::NotCovered(_) if question.detail.is_some() => self.nothing_to_follow(),
            Outcome::NotCovered(refusal) => self.refusal(refusal),
            Outcome::Talk(talk) => self.talk(*talk),
        }
        .unwrap_or_else(|| Draft::of(Body::plain(self.setting.texts().section_gone())))
    }

    pub(super) fn card(&self, question: &Question, shown: &Source) -> Option<Draft> {
        let (document, section) = self.library.section(&shown.at)?;
        let facet = document.facets.iter().find(|f| Some(&f.name) == shown.passage_of.as_ref());
        let part = shown.part.and_then(|part| parts::find(section, part));
        let (mut body, whole) = match (shown.detail, part) {
            (Some(detail), _) => self.detail(&shown.at, section, detail),
            (None, Some((block, range))) => with_part(section, block, range),
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
        let several = self.library.len() > 1;
        let buttons = if several { self.all_contents() } else { contents::overview(document, self.setting) };
        Some(Draft { body, buttons })
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

    fn which(&self, Choice { sections }: &Choice) -> Option<Draft> {
        let texts = self.setting.texts();
        let mut body = vec![Paragraph::plain(texts.which(sections.len()))];
        let mut buttons = Vec::new();
        let first = self.library.document(&sections.first()?.document)?;
        let same = sections.iter().all(|at| at.document == first.id);
        for at in sections {
            let (document, section) = self.library.section(at)?;
            let path = document.path(section).join(" › ");
            body.push(Paragraph::new([Span::bold(&path)]));
            body.push(Paragraph::plain(first_line(section)).tight());
            if !same {
                body.push(document_source(document, self.setting));
            }
            let label = label(document, section);
            let label = if same { label } else { format!("{label} · {}", document.short) };
            buttons.push(vec![self.setting.open(&label, at.clone())]);
        }
        if same {
            body.push(document_source(first, self.setting));
        }
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
            body.push(Paragraph::new([Span::bold(document.path(section).join(" › "))]));
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

    /// A number that is not there, with what there is, and buttons to the sections around it.
    fn missing(&self, missing: &Missing) -> Option<Draft> {
        let texts = self.setting.texts();
        let document = self.library.document(&missing.document)?;
        let under = missing.under.as_ref().and_then(|at| document.section(&at.section)).map(|s| s.title.as_str());
        let known = |known: &Known| (known.number, known.label.clone());
        let range = missing.range.as_ref().map(|(first, last)| [known(first), known(last)]);
        let said = match &missing.what {
            Missed::Number { unit, number, said } => {
                let place = Place { document: &document.short, under };
                texts.no_such_number(place, *unit, (*number, said), range)
            }
            Missed::Outline(number) => {
                let [first, last] = range.map(|range| range.map(|(_, label)| label)).unwrap_or_default();
                texts.no_such_outline(&document.short, number, &first, &last)
            }
            Missed::Part(part, count) => texts.no_such_part(under.unwrap_or_default(), *part, *count),
        };
        let near = missing.near.iter().filter_map(|at| document.section(&at.section));
        let open = |section: &Section| vec![self.setting.open(&label(document, section), document.reference(section))];
        let mut buttons: Vec<Vec<Button>> = near.map(open).collect();
        buttons.push(vec![self.setting.contents(document)]);
        Some(Draft { body: Body::plain(said), buttons })
    }

    /// A word in reply to talk, with the contents where that helps.
    fn talk(&self, talk: Talk) -> Option<Draft> {
        if matches!(talk, Talk::Document | Talk::Origin) {
            return Some(about::card(self.library, self.setting));
        }
        let document = self.library.iter().next();
        let about = document.filter(|_| self.library.len() == 1).map(|document| document.short.as_str());
        let body = Body::plain(self.setting.texts().talk(talk, about));
        let helps = matches!(talk, Talk::Complaint | Talk::Help | Talk::Can | Talk::Who | Talk::Menu);
        let buttons = match document {
            Some(document) if helps && about.is_some() => vec![vec![self.setting.contents(document)]],
            Some(_) if helps => self.all_contents(),
            _ => Vec::new(),
        };
        Some(Draft { body, buttons })
    }

    fn refusal(&self, refusal: &Refusal) -> Option<Draft> {
        let texts = self.setting.texts();
        let near: Vec<_> = refusal.near.iter().filter_map(|at| self.library.section(at)).collect();
        let document = near.first().map(|(document, _)| *document).or_else(|| self.library.iter().next());
        let Some(document) = document else { return Some(Draft::of(Body::plain(texts.no_document()))) };
        if let Some(name) = &refusal.stranger {
            let titles: Vec<&str> = self.library.iter().map(|document| document.short.as_str()).collect();
            let body = Body::plain(texts.no_such_document(&Echo::of(name), &titles));
            return Some(Draft { body, buttons: self.all_contents() });
        }
        if let Some(missing) = &refusal.missing {
            return self.missing(missing);
        }
        let unknown = Echo::of_all(&refusal.unknown);
        let mut body = match self.library.len() {
            2.. => vec![Paragraph::plain(texts.not_covered_by_any(self.library.len(), &unknown))],
            _ => vec![Paragraph::plain(texts.not_covered(&document.short, &unknown))],
        };
        let buttons = if near.is_empty() && self.library.len() > 1 {
            self.all_contents()
        } else if near.is_empty() {
            body.push(Paragraph::plain(texts.see_contents()));
            contents::overview(document, self.setting)
        } else {
            body.push(Paragraph::plain(texts.near()));
            let mut rows: Vec<Vec<Button>> =
                near.iter().map(|(d, s)| vec![self.setting.open(&label(d, s), d.reference(s))]).collect();
            rows.push(vec![self.setting.contents(document)]);
            rows
        };
        Some(Draft { body: Body(body), buttons })
    }

    /// A button for the contents of each document, as far as there is room.
    fn all_contents(&self) -> Vec<Vec<Button>> {
        contents::of_each(self.library, MOST_DOCUMENTS, self.setting)
    }
}

/// A section with a part of it marked: the whole of a short one, else that part and the words that lead in to it.
fn with_part(section: &Section, block: usize, part: Range<usize>) -> (Vec<Paragraph>, bool) {
    let marked = || blocks::paragraph(section, block, std::slice::from_ref(&part));
    let short = section.text().chars().count() <= SHORT;
    let others = (0..section.blocks.len()).filter(|other| short || *other == 0 || *other == block);
    let all = others.map(|other| if other == block { marked() } else { blocks::paragraph(section, other, &[]) });
    let all: Vec<Paragraph> = all.collect();
    let whole = all.len() == section.blocks.len();
    (all, whole)
}

/// How many documents a refusal offers.
const MOST_DOCUMENTS: usize = 5;

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
