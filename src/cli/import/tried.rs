//! A document asked by its own titles and numbers: what works is worth trying, what does not is a fault of ours.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use crate::answer::DEPTH;
use crate::app::documents::Documents;
use crate::content::import::Imported;
use crate::content::model::{Document, Library, Section, SectionId, Unit};
use crate::search::{SearchError, Words};

/// So many questions are asked at most.
const MOST: usize = 200;

/// So many questions to try, and so many that failed, are printed.
const SHOWN: usize = 10;

/// What came of asking.
#[derive(Debug, Default)]
pub(super) struct Tried {
    works: Vec<String>,
    fails: Vec<String>,
    asked: usize,
    answered: usize,
}

/// Asks a document the questions that go with it, then the titles and numbers of its sections.
pub(super) fn ask(imported: &Imported, words: &Arc<Words>, threshold: f64) -> Result<Tried, SearchError> {
    let document = imported.document.clone();
    let own = own_questions(&document);
    let Documents { answerer, reader } = Documents::index(Library::new([document]), words, threshold)?;
    let reply = |question: &str| reader.read(question).map(|question| answerer.reply_with(&question, DEPTH));
    let mut tried = Tried::default();
    for question in &imported.questions {
        if reply(question).is_some_and(|reply| reply.answered()) {
            tried.works.push(question.clone());
        }
    }
    // A heading without text answers with what is under it.
    let is_it = |hit: &SectionId, section: &SectionId| {
        let found = imported.document.section(hit);
        let above = found.map(|found| imported.document.ancestors(found)).unwrap_or_default();
        hit == section || above.iter().any(|above| above.id == *section && above.is_bare())
    };
    for (question, section) in own {
        let right = reply(&question).is_some_and(|reply| {
            reply.answered() && reply.hits().iter().take(2).any(|hit| is_it(&hit.at.section, &section))
        });
        tried.asked += 1;
        tried.answered += usize::from(right);
        let list = if right { &mut tried.works } else { &mut tried.fails };
        if !list.contains(&question) {
            list.push(question);
        }
    }
    Ok(tried)
}

/// The titles and numbers of a document that name one section each, spread over it.
fn own_questions(document: &Document) -> Vec<(String, SectionId)> {
    let mut count: HashMap<String, usize> = HashMap::new();
    let names = |section: &Section| {
        let number = section.number.and_then(|number| {
            let unit = Unit::ALL.into_iter().find(|unit| section.has_class(unit.class()))?;
            Some(format!("第{}{}", number, unit.word()))
        });
        // A heading that is its number (第12条) is asked for once.
        number.filter(|number| *number != section.title).into_iter().chain([section.title.clone()]).collect::<Vec<_>>()
    };
    let all: Vec<(Vec<String>, &Section)> = document.sections.iter().map(|section| (names(section), section)).collect();
    for name in all.iter().flat_map(|(names, _)| names) {
        *count.entry(name.clone()).or_default() += 1;
    }
    let single = all.iter().flat_map(|(names, section)| names.iter().map(move |name| (name, section)));
    let single: Vec<_> = single.filter(|(name, _)| count[*name] == 1).collect();
    let wanted = single.len().min(MOST);
    (0..wanted)
        .map(|at| single[at * single.len() / wanted])
        .map(|(name, section)| (name.clone(), section.id.clone()))
        .collect()
}

impl Tried {
    /// Prints the questions to try, and how many of the own titles and numbers are answered.
    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "Questions to try:")?;
        for question in self.works.iter().take(SHOWN) {
            writeln!(out, "  wengu ask {question}")?;
        }
        writeln!(
            out,
            "{} of {} of its own titles and numbers are answered by their section",
            self.answered, self.asked
        )?;
        if !self.fails.is_empty() {
            let fails: Vec<&str> = self.fails.iter().take(SHOWN).map(String::as_str).collect();
            let more = if self.fails.len() > SHOWN { ", …" } else { "" };
            writeln!(out, "  not answered, which is a fault of Wengu: {}{more}", fails.join(", "))?;
        }
        Ok(())
    }
}
