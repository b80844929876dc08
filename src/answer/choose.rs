//! Chooses what answers a question among the sections that search found, by what the question asks for.
//!
//! Search orders sections by what a question is *about*; a document's own terms say what is *asked for*. A question for
//! the measure about supervision finds problem and measure alike: the kind decides between them, and where only the
//! problem is found, it leads to the measure that is related to it. Where a document has no terms, or the question uses
//! none, the order is that of search.

use super::alike;
use super::counting::{self, Without};
use super::figures;
use super::list;
use super::named::{self, Headings, Numbered};
use super::parts;
use super::reply::{Choice, List, Missed, Missing, Nearest, Outcome, Refusal, Reply, Source};
use super::structure;
use super::sure;
use crate::content::model::{Document, Facet, Library, Number, Section, SectionRef};
use crate::message::{Force, Ordinal, Part, Question, Reading, Wish};
use crate::search::{Engine, Hit, Results};

/// A section of the kind that is asked for answers when its score is this share of the best one's.
const KIND_FLOOR: f64 = 0.3;

/// The same where a passage is asked for: a "why" may be answered by any section, so that the topic has more to say.
const PASSAGE_FLOOR: f64 = 0.6;

/// What a related section takes over of a score: less than all, so that the section itself stays first.
const RELATED: f64 = 0.85;

/// What a mere hint adds to sections of the kind, as a share of the best score.
const HINT: f64 = 0.15;

/// Members of a kind whose scores lie this close to the best are asked for together.
const TOGETHER: f64 = 0.8;

/// Two sections that are alike are asked about when the second's score is this share of the first's.
const TIE: f64 = 0.97;

/// So many characters of the document in a row are a quotation, whatever terms are among them.
const QUOTE: usize = 4;

/// So many characters of unknown words are a topic of their own.
const STRANGE: usize = 4;

/// What is left of confidence when what is asked for is told nowhere: the name beside it says nothing about that.
const UNTOLD: f64 = 0.3;

/// A section below the threshold is shown as the nearest when its confidence reaches this. Chosen on seven documents that
/// were imported unedited (280 questions): at most a quarter of what they cover ends so, and half of what they do not
/// cover is refused.
const MAYBE: f64 = 0.02;

/// The same where it holds this share of the question, single characters counted; chosen on the same documents and on four
/// small ones with questions of their own.
const HELD: f32 = 0.3;

/// A section that gives the number that is asked for answers in place of one that does not when its score is this share
/// of the first's.
const GIVES_THE_NUMBER: f64 = 0.5;

/// A refusal offers sections when confidence reaches this share of the threshold.
const NEAR: f64 = 0.5;

/// How many near sections a refusal offers.
const OFFERED: usize = 3;

/// What choosing looks at.
pub(super) struct Chooser<'a> {
    pub(super) library: &'a Library,
    pub(super) engine: &'a Engine,
    pub(super) headings: &'a Headings,
    /// The confidence from which on a question is answered.
    pub(super) threshold: f64,
    /// How many hits the reply keeps.
    pub(super) depth: usize,
    /// Nothing is found by its sound.
    pub(super) as_typed: bool,
}

impl Chooser<'_> {
    /// Chooses the reply.
    pub(super) fn choose(&self, question: &Question) -> Reply {
        let mut results = self.search(&question.text);
        if results.asks_for_unknown {
            results.confidence *= UNTOLD;
        }
        let (unknown, correction) = (results.unknown.clone(), results.correction.clone());
        if let Some(reply) = self.by_number(question, &results) {
            return reply;
        }
        let reply = Reply { unknown, correction, ..self.among(question, results) };
        let reply = self.with_number(question, reply);
        if self.contradicts(question, &reply) { unsure(reply) } else { reply }
    }

    /// Whether the section that would answer gives another year, session, sum or share than the question.
    fn contradicts(&self, question: &Question, reply: &Reply) -> bool {
        let Outcome::Card(Source { at, .. }) = &reply.outcome else { return false };
        self.library.section(at).is_some_and(|(_, section)| figures::contradicts(section, &question.text))
    }

    /// Where a question wants a number that the section which would answer does not give: one that comes close to it and
    /// gives it answers in its place. Otherwise the section is about the matter, and is offered; it does not say how many.
    fn with_number(&self, question: &Question, reply: Reply) -> Reply {
        let Outcome::Card(Source { at, passage_of: None, .. }) = &reply.outcome else { return reply };
        let bare = self.engine.bare(&question.text);
        let Some(wanted) = counting::wanted(&bare) else { return reply };
        let gives = |at: &SectionRef| {
            let told = |(_, section): (_, &Section)| counting::gives(&self.engine.bare(&section.text()), wanted);
            self.library.section(at).is_some_and(told)
        };
        if gives(at) {
            return reply;
        }
        let top = reply.hits.first().map_or(0.0, |hit| hit.score);
        let close = reply.hits.iter().skip(1).take_while(|hit| hit.score >= GIVES_THE_NUMBER * top);
        match close.into_iter().find(|hit| gives(&hit.at)).map(|hit| hit.at.clone()) {
            Some(at) => {
                let hits = promoted(std::slice::from_ref(&at), &reply.hits, self.depth);
                Reply { outcome: Outcome::Card(Source::whole(at)), hits, ..reply }
            }
            None => match wanted.without {
                Without::Refused => without_number(reply),
                Without::Unsure => unsure(reply),
                Without::Fine => reply,
            },
        }
    }

    /// Answers with the section whose number is asked for, or says that there is none.
    fn by_number(&self, question: &Question, results: &Results) -> Option<Reply> {
        match named::by_number(self.library, question)? {
            Numbered::Found(sections) => {
                let reply = self.named(&sections, results)?;
                match question.counted.last().and_then(|counted| counted.part) {
                    Some(part) => Some(self.with_part(reply, part)),
                    None => Some(reply),
                }
            }
            Numbered::All(unit, members, under) => {
                let (document, hits) =
                    (members.first()?.document.clone(), promoted(&members, &results.hits, self.depth));
                let list = List { document, members, facet: None, under, unit: Some(unit) };
                Some(Reply::new(Outcome::List(list), hits, 1.0))
            }
            Numbered::Missing(missing) => Some(without(missing, results)),
        }
    }

    /// The card of a section with the part marked that was asked for; where the section has no such part, so.
    fn with_part(&self, mut reply: Reply, part: Part) -> Reply {
        let Outcome::Card(source) = &mut reply.outcome else { return reply };
        let Some((document, section)) = self.library.section(&source.at) else { return reply };
        if parts::find(section, part).is_some() {
            source.part = Some(part);
            return reply;
        }
        let what = Missed::Part(part, parts::count(section, part));
        let (document, at) = (document.id.clone(), source.at.clone());
        let missing = Missing { document, under: Some(at.clone()), what, range: None, near: vec![at] };
        let refusal = Refusal { missing: Some(missing), ..Refusal::default() };
        Reply { outcome: Outcome::NotCovered(refusal), confidence: 0.0, ..reply }
    }

    /// Answers with sections that were named: one is shown, with what is under it where it says nothing itself; of
    /// several it is asked which.
    fn named(&self, sections: &[SectionRef], results: &Results) -> Option<Reply> {
        let in_scope = |at: &&SectionRef| self.library.document(&at.document).is_some();
        let sections: Vec<SectionRef> = sections.iter().filter(in_scope).cloned().collect();
        if let [only] = sections.as_slice() {
            let below = self.below_heading(only, &results.hits, 1.0);
            return Some(below.unwrap_or_else(|| self.card(only.clone(), None, 1.0, results)));
        }
        let hits = promoted(&sections, &results.hits, self.depth);
        Some(Reply::new(list::several(&sections)?, hits, 1.0))
    }

    fn search(&self, text: &str) -> Results {
        sure::search(self.library, self.engine, text, self.depth, self.as_typed)
    }

    /// Chooses the reply among what was found.
    fn among(&self, question: &Question, mut results: Results) -> Reply {
        let readings = || question.readings.iter().filter_map(|r| Some((self.library.document(&r.document)?, r)));
        if let Some(reply) = readings().find_map(|(document, reading)| self.by_terms(document, reading, &results)) {
            return reply;
        }
        let listed = structure::listed(self.library, self.engine, question);
        if let Some(reply) = listed.and_then(|heading| self.all_under(&heading, &results.hits, 1.0)) {
            return reply;
        }
        if let Some(reply) = self
            .headings
            .named_by(question, self.engine.bare(&question.text))
            .and_then(|named| self.named(named, &results))
        {
            return reply;
        }
        if let Some(named) = structure::named(self.library, self.headings, question)
            && let Some(reply) = self.named(&named, &results)
        {
            return reply;
        }
        if let Some(missing) = self.headings.without(question, self.library) {
            return without(missing, &results);
        }
        if self.quotes(&question.text, &results) {
            return self.by_search(results);
        }
        if question.detail.is_some() {
            // It names no topic: what search finds for its words is found by chance.
            results.confidence = 0.0;
            return self.by_search(results);
        }
        for (document, reading) in readings() {
            let about = self.about(document, reading, &results);
            if let Some(reply) = self.by_kind(document, reading, &about, &results) {
                return reply;
            }
            // That a kind exists says nothing about whether the topic is covered.
            results.confidence = results.confidence.min(about.confidence);
        }
        self.by_search(results)
    }

    /// Whether the question is a run of words from one of the best sections, or one of its own ways to ask: then its
    /// words are what is looked for, no terms.
    fn quotes(&self, question: &str, results: &Results) -> bool {
        let long = question.chars().filter(|c| c.is_alphanumeric()).count() >= QUOTE;
        results
            .hits
            .iter()
            .take(2)
            .any(|hit| sure::asks(self.library, hit, question) || (long && sure::holds(self.library, hit, question)))
    }

    /// What search finds for the topic alone, where words of the question name a kind.
    ///
    /// Of the only section of its kind those words are the topic, unless there is another that nobody knows.
    fn about(&self, document: &Document, reading: &Reading, results: &Results) -> Results {
        let said = reading.wish.as_ref().filter(|wish| wish.force == Force::Word && !reading.topic.is_empty());
        let Some(wish) = said else { return results.clone() };
        let about = self.search(&reading.topic);
        let strange: usize = about.unknown.iter().map(|word| word.chars().count()).sum();
        if document.with_class(&wish.facet).count() == 1 && strange < STRANGE { results.clone() } else { about }
    }

    /// Answers what the terms of the document settle alone: one by its number, or all of a kind.
    fn by_terms(&self, document: &Document, reading: &Reading, results: &Results) -> Option<Reply> {
        let facet = reading.wish.as_ref().and_then(|wish| facet(document, wish));
        let hint = reading.wish.as_ref().is_some_and(|wish| wish.force == Force::Hint);
        if let Some(ordinal) = reading.ordinal {
            let class = match facet.filter(|_| !hint) {
                Some(facet) => facet.within.as_ref().unwrap_or(&facet.name),
                None if reading.topic.is_empty() => {
                    &document.series.first().filter(|series| !series.is_implied())?.name
                }
                None => return None,
            };
            let members: Vec<&Section> = numbered(document, class);
            let passage_of = facet.filter(|f| f.within.is_some()).map(|f| f.name.clone());
            return match nth(&members, ordinal) {
                Some(section) => Some(self.card(document.reference(section), passage_of, 1.0, results)),
                None => self.list(document, &members, facet, results),
            };
        }
        if !reading.topic.is_empty() || hint {
            return None;
        }
        let facet = facet?;
        match members(document, facet).as_slice() {
            [only] => Some(self.card(document.reference(only), passage_of(facet), 1.0, results)),
            all => self.list(document, all, Some(facet), results),
        }
    }

    /// Answers with the section of the kind that is asked for, among those about the topic.
    fn by_kind(&self, document: &Document, reading: &Reading, about: &Results, results: &Results) -> Option<Reply> {
        let wish = reading.wish.as_ref()?;
        let facet = facet(document, wish)?;
        if about.confidence < self.threshold {
            // All of a kind, of something that is spoken of everywhere and nowhere in particular.
            let all = reading.list && wish.force == Force::Word && about.unknown.is_empty();
            return if all { self.list(document, &members(document, facet), Some(facet), results) } else { None };
        }
        let scored = score_members(document, facet, wish.force, &about.hits);
        let (best, score) = scored.first()?;
        let floor = if facet.within.is_some() { PASSAGE_FLOOR } else { KIND_FLOOR };
        if *score < floor * about.hits.first()?.score {
            return None;
        }
        let together: Vec<&Section> =
            scored.iter().take_while(|(_, s)| *s >= TOGETHER * score).map(|(section, _)| *section).collect();
        if reading.list && together.len() > 1 {
            return self.list(document, &members(document, facet), Some(facet), results);
        }
        Some(self.card(document.reference(best), passage_of(facet), about.confidence, results))
    }

    /// Answers with what search found first, or refuses.
    fn by_search(&self, results: Results) -> Reply {
        let maybe = comes_near(&results);
        // A question that names no topic has found by chance what it has found.
        let offered =
            if results.confidence > 0.0 { results.confidence.max(UNTOLD * results.signs.nearness()) } else { 0.0 };
        let names_stranger = results.names_stranger;
        let Results { hits, confidence, unknown, .. } = results;
        let Some(best) = hits.first().filter(|_| confidence >= self.threshold) else {
            if maybe {
                let near = hits.iter().take(OFFERED).map(|hit| hit.at.clone()).collect();
                return Reply::new(Outcome::Maybe(Nearest { sections: near }), hits, confidence);
            }
            let near = self.near(&hits, offered);
            return Reply::new(Outcome::NotCovered(Refusal { unknown, near, ..Refusal::default() }), hits, confidence);
        };
        if let Some(reply) = self.below_heading(&best.at, &hits, confidence) {
            return reply;
        }
        let outcome = match hits.get(1).filter(|second| second.score >= TIE * best.score && self.alike(best, second)) {
            Some(second) => Outcome::Which(Choice { sections: vec![best.at.clone(), second.at.clone()] }),
            None => Outcome::Card(Source::whole(best.at.clone())),
        };
        let reply = Reply::new(outcome, hits, confidence);
        if names_stranger { unsure(reply) } else { reply }
    }

    /// A heading that says nothing itself answers with the sections below it.
    fn below_heading(&self, heading: &SectionRef, hits: &[Hit], confidence: f64) -> Option<Reply> {
        let (_, section) = self.library.section(heading)?;
        if section.is_bare() { self.all_under(heading, hits, confidence) } else { None }
    }

    /// Lists the sections below a heading; what it says itself comes before them among the hits.
    fn all_under(&self, heading: &SectionRef, hits: &[Hit], confidence: f64) -> Option<Reply> {
        let (document, section) = self.library.section(heading)?;
        let index = document.position(&section.id)?;
        let below: Vec<SectionRef> = document.sections.under(index).map(|s| document.reference(s)).collect();
        let facet = document.facets.iter().find(|f| document.sections.under(index).any(|s| s.has_class(&f.name)));
        if below.is_empty() {
            return None;
        }
        let own = (!section.is_bare()).then(|| heading.clone());
        let first: Vec<SectionRef> = own.into_iter().chain(below.iter().cloned()).collect();
        let hits = promoted(&first, hits, self.depth);
        let (document, facet) = (document.id.clone(), facet.map(|f| f.name.clone()));
        let list = List { document, members: below, facet, under: Some(heading.clone()), unit: None };
        Some(Reply::new(Outcome::List(list), hits, confidence))
    }

    fn card(&self, at: SectionRef, passage_of: Option<String>, confidence: f64, results: &Results) -> Reply {
        let hits = promoted(std::slice::from_ref(&at), &results.hits, self.depth);
        Reply::new(Outcome::Card(Source { passage_of, ..Source::whole(at) }), hits, confidence)
    }

    fn list(&self, document: &Document, all: &[&Section], facet: Option<&Facet>, results: &Results) -> Option<Reply> {
        let members: Vec<SectionRef> = all.iter().map(|section| document.reference(section)).collect();
        if members.is_empty() {
            return None;
        }
        let hits = promoted(&members, &results.hits, self.depth);
        let facet = facet.map(|f| f.name.clone());
        let list = List { document: document.id.clone(), members, facet, under: None, unit: None };
        Some(Reply::new(Outcome::List(list), hits, 1.0))
    }

    fn near(&self, hits: &[Hit], confidence: f64) -> Vec<SectionRef> {
        if confidence < NEAR * self.threshold {
            return Vec::new();
        }
        hits.iter().take(OFFERED).map(|hit| hit.at.clone()).collect()
    }

    fn alike(&self, one: &Hit, other: &Hit) -> bool {
        let text = |hit: &Hit| self.library.section(&hit.at).map(|(_, section)| section.text()).unwrap_or_default();
        alike::are(&text(one), &text(other))
    }
}

/// Whether the first section is near enough to be shown without a claim: by its words together, or by the share of the
/// question that it holds. What is asked for and nowhere told, or names a stranger, is far however much the rest covers:
/// then confidence is less than the words alone give.
fn comes_near(results: &Results) -> bool {
    let signs = &results.signs;
    results.confidence >= signs.confidence() && (signs.nearness() >= MAYBE || signs.loosely >= HELD)
}

/// A number that was asked for is not there.
fn without(missing: Missing, results: &Results) -> Reply {
    let refusal = Refusal { missing: Some(missing), ..Refusal::default() };
    Reply::new(Outcome::NotCovered(refusal), results.hits.clone(), 0.0)
}

/// The section that would have answered, shown without a claim.
fn unsure(reply: Reply) -> Reply {
    Reply {
        outcome: Outcome::Maybe(Nearest { sections: reply.shown() }),
        confidence: UNTOLD * reply.confidence,
        ..reply
    }
}

/// The section is about the matter, and is offered; it does not say how many.
fn without_number(reply: Reply) -> Reply {
    let near = reply.shown();
    let refusal = Refusal { unknown: reply.unknown.clone(), near, ..Refusal::default() };
    Reply { outcome: Outcome::NotCovered(refusal), confidence: UNTOLD * reply.confidence, ..reply }
}

fn facet<'a>(document: &'a Document, wish: &Wish) -> Option<&'a Facet> {
    document.facets.iter().find(|f| f.name == wish.facet)
}

fn passage_of(facet: &Facet) -> Option<String> {
    facet.within.is_some().then(|| facet.name.clone())
}

/// The sections of a class in the order of their numbers; those without a number where they stand.
pub(super) fn numbered<'a>(document: &'a Document, class: &'a str) -> Vec<&'a Section> {
    let mut all: Vec<&Section> = document.with_class(class).collect();
    if all.iter().all(|s| s.number.is_some()) {
        all.sort_by_key(|s| s.number);
    }
    all
}

/// The section that a place in an order means: by number where they have numbers, else by where it stands.
pub(super) fn nth<'a>(members: &[&'a Section], ordinal: Ordinal) -> Option<&'a Section> {
    match ordinal {
        Ordinal::Nth(n) if members.iter().all(|section| section.number.is_some()) => {
            members.iter().find(|section| section.number == Some(Number::new(n))).copied()
        }
        ordinal => ordinal.index(members.len()).and_then(|index| members.get(index)).copied(),
    }
}

/// The sections of a kind; for a passage, the sections that hold one.
pub(super) fn members<'a>(document: &'a Document, facet: &'a Facet) -> Vec<&'a Section> {
    match &facet.within {
        None => document.with_class(&facet.name).collect(),
        Some(within) => document.with_class(within).filter(|s| !cued(s, facet).is_empty()).collect(),
    }
}

/// The blocks of a section that hold a passage of the kind.
pub(super) fn cued(section: &Section, facet: &Facet) -> Vec<usize> {
    let cued = |text: &str| facet.cues.iter().any(|cue| text.contains(cue.as_str()));
    section.blocks.iter().enumerate().filter(|(_, block)| cued(block.text())).map(|(index, _)| index).collect()
}

/// The sections of the kind with what their own score or that of a related section gives them, best first.
fn score_members<'a>(document: &'a Document, facet: &'a Facet, force: Force, hits: &[Hit]) -> Vec<(&'a Section, f64)> {
    let class = facet.within.as_ref().unwrap_or(&facet.name);
    let of = |section: &Section| {
        let own = |hit: &&Hit| hit.at.document == document.id && hit.at.section == section.id;
        hits.iter().find(own).map_or(0.0, |hit| hit.score)
    };
    let taken_over = |section: &Section| {
        let related = section.related.iter().filter_map(|id| document.section(id)).map(of);
        RELATED * related.fold(0.0, f64::max)
    };
    let top = hits.first().map_or(0.0, |hit| hit.score);
    let in_kind = |section: &Section| section.has_class(class);
    let mut scored: Vec<(&Section, f64)> = match force {
        Force::Word => document.with_class(class).map(|s| (s, of(s).max(taken_over(s)))).collect(),
        Force::Hint => {
            let bonus = |s: &Section| if in_kind(s) { HINT * top } else { 0.0 };
            let found = hits.iter().filter(|hit| hit.at.document == document.id && hit.score > 0.0);
            let found = found.filter_map(|hit| Some((document.section(&hit.at.section)?, hit.score)));
            found.map(|(section, score)| (section, score + bonus(section))).collect()
        }
    };
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    scored
}

/// The hits with some sections first, in their order; scores stay in descending order.
fn promoted(first: &[SectionRef], hits: &[Hit], depth: usize) -> Vec<Hit> {
    let top = hits.first().map_or(1.0, |hit| hit.score);
    let mut all: Vec<Hit> = first.iter().map(|at| Hit { at: at.clone(), score: top }).collect();
    all.extend(hits.iter().filter(|hit| !first.contains(&hit.at)).cloned());
    all.truncate(depth);
    all
}
