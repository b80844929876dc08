//! Measures answers: questions with their right sections in, rates by kind of question out.
//!
//! A question file has the columns `id kind question sections must`, parted by tabs, the names in its first line.
//! Several right sections are joined by commas, `-` means that the documents do not cover the question, a section may
//! be named with its document (`doc/section`). `must` is a regular expression that the reply has to match.

use std::collections::BTreeMap;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

mod compare;

pub use compare::{Comparison, Moved, compare};

/// A question and what is right.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name in reports.
    pub id: String,
    /// What kind of question it is.
    pub kind: String,
    /// The question.
    pub question: String,
    /// The right sections, any of them; empty where it is not covered.
    pub sections: Vec<String>,
    /// What the reply has to show.
    pub must: Option<Regex>,
}

/// What came.
#[derive(Clone, Debug)]
pub struct Given {
    /// Whether there was an answer.
    pub answered: bool,
    /// The sections as `doc/section`, best first.
    pub sections: Vec<String>,
    /// The reply as plain text.
    pub reply: String,
}

/// The columns in order.
const COLUMNS: [&str; 5] = ["id", "kind", "question", "sections", "must"];

/// Reads a question file.
///
/// # Errors
/// Every line that cannot be read, with its place.
pub fn parse(file: &str, text: &str) -> Result<Vec<Case>, Vec<Diagnostic>> {
    let mut cases = Vec::new();
    let mut wrong = Vec::new();
    let mut offset = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let row = line.trim_end_matches(['\n', '\r']);
        let read = if number == 0 { header(row).map(|()| None) } else { case(row) };
        match read {
            Ok(case) => cases.extend(case),
            Err((message, help)) => wrong.push(Diagnostic::error_at(file, text, offset, message, help)),
        }
        offset += line.len();
    }
    if wrong.is_empty() { Ok(cases) } else { Err(wrong) }
}

/// What is wrong, and the way out.
type Wrong = (String, String);

fn header(row: &str) -> Result<(), Wrong> {
    if row.split('\t').map(str::trim).eq(COLUMNS) {
        return Ok(());
    }
    let help = format!("write `{}`, parted by tabs", COLUMNS.join(" "));
    Err(("the first line does not name the columns".into(), help))
}

fn case(row: &str) -> Result<Option<Case>, Wrong> {
    if row.trim().is_empty() {
        return Ok(None);
    }
    let cells: Vec<&str> = row.split('\t').map(str::trim).collect();
    let (id, kind, question, sections, must) = match cells.as_slice() {
        [id, kind, question, sections] => (*id, *kind, *question, *sections, ""),
        [id, kind, question, sections, must] => (*id, *kind, *question, *sections, *must),
        _ => {
            let message = format!("the line has {} columns", cells.len());
            return Err((message, "give it id, kind, question, sections and must, parted by tabs".into()));
        }
    };
    if question.is_empty() || sections.is_empty() {
        let help = "write the question, and the right sections or `-` where it is not covered";
        return Err(("the line has no question or no sections".into(), help.into()));
    }
    let must = match must {
        "" => None,
        pattern => Some(Regex::new(pattern).map_err(|error| {
            (format!("`{pattern}` is not a regular expression"), error.to_string().replace('\n', " "))
        })?),
    };
    let sections =
        if sections == "-" { Vec::new() } else { sections.split(',').map(|s| s.trim().to_owned()).collect() };
    Ok(Some(Case { id: id.into(), kind: kind.into(), question: question.into(), sections, must }))
}

/// What became of the questions of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many questions.
    pub questions: usize,
    /// Answered with the right section first, or refused where nothing covers it.
    pub hit1: usize,
    /// The same with the right section among the first three.
    pub hit3: usize,
    /// Questions that demand a fact.
    pub facts_asked: usize,
    /// Hits whose reply shows the fact.
    pub facts: usize,
    /// Questions that are not covered.
    pub uncovered: usize,
    /// … and were answered all the same.
    pub false_answers: usize,
    /// Covered questions that were refused.
    pub false_refusals: usize,
}

impl Tally {
    fn add(&mut self, case: &Case, given: &Given) -> Judgement {
        let judgement = judge(case, given);
        let uncovered = case.sections.is_empty();
        self.questions += 1;
        self.hit1 += usize::from(judgement.rank == Some(1));
        self.hit3 += usize::from(judgement.rank.is_some_and(|rank| rank <= 3));
        self.facts_asked += usize::from(case.must.is_some());
        self.facts += usize::from(judgement.fact == Some(true));
        self.uncovered += usize::from(uncovered);
        self.false_answers += usize::from(uncovered && given.answered);
        self.false_refusals += usize::from(!uncovered && !given.answered);
        judgement
    }

    /// The shares that reports show.
    pub fn rates(&self) -> Rates {
        let share = |part: usize, of: usize| (of > 0).then(|| part as f64 / of as f64);
        Rates {
            questions: self.questions,
            hit1: share(self.hit1, self.questions),
            hit3: share(self.hit3, self.questions),
            fact: share(self.facts, self.facts_asked),
            false_answers: share(self.false_answers, self.uncovered),
            false_refusals: share(self.false_refusals, self.questions - self.uncovered),
        }
    }
}

/// A [`Tally`] as shares; `None` where there was nothing to count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// How many questions.
    pub questions: usize,
    /// Right at once.
    pub hit1: Option<f64>,
    /// Right among the first three.
    pub hit3: Option<f64>,
    /// The fact is shown, among the questions that demand one.
    pub fact: Option<f64>,
    /// Answered, among those that are not covered.
    pub false_answers: Option<f64>,
    /// Refused, among those that are covered.
    pub false_refusals: Option<f64>,
}

/// How one question went.
struct Judgement {
    /// At which place the right thing came, from 1.
    rank: Option<usize>,
    /// Whether the fact was shown; `None` where none was demanded.
    fact: Option<bool>,
}

fn judge(case: &Case, given: &Given) -> Judgement {
    let right = |given: &String| case.sections.iter().any(|wanted| names(wanted, given));
    let rank = match (case.sections.is_empty(), given.answered) {
        (true, false) => Some(1),
        (false, true) => given.sections.iter().position(right).map(|index| index + 1),
        _ => None,
    };
    let fact = case.must.as_ref().map(|must| rank == Some(1) && must.is_match(&given.reply));
    Judgement { rank, fact }
}

/// Whether `wanted`, with or without its document, means the section `given`, which has it.
fn names(wanted: &str, given: &str) -> bool {
    wanted == given || given.split_once('/').is_some_and(|(_, section)| section == wanted)
}

/// A question that went wrong, and what came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miss {
    /// The question's name.
    pub id: String,
    /// The question.
    pub question: String,
    /// What would have been right: sections, or `-`.
    pub wanted: String,
    /// What came first: a section, or `-`.
    pub came: String,
    /// The section was right, but the reply does not show the fact.
    pub only_fact: bool,
}

/// A measurement as it is kept, to compare later ones with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// All questions together.
    pub all: Rates,
    /// Kind by kind.
    pub kinds: BTreeMap<String, Rates>,
    /// What went wrong, in the order of the file.
    pub misses: Vec<Miss>,
}

/// The whole measurement.
#[derive(Clone, Debug, Default)]
pub struct Report {
    kinds: BTreeMap<String, Tally>,
    all: Tally,
    misses: Vec<Miss>,
}

impl Report {
    /// Counts a question.
    pub fn add(&mut self, case: &Case, given: &Given) {
        self.kinds.entry(case.kind.clone()).or_default().add(case, given);
        let Judgement { rank, fact } = self.all.add(case, given);
        if rank == Some(1) && fact != Some(false) {
            return;
        }
        let wanted = if case.sections.is_empty() { "-".to_owned() } else { case.sections.join(",") };
        let came = given.sections.first().filter(|_| given.answered).cloned().unwrap_or_else(|| "-".into());
        let Case { id, question, .. } = case.clone();
        self.misses.push(Miss { id, question, wanted, came, only_fact: rank == Some(1) });
    }

    /// All questions together.
    pub fn all(&self) -> Rates {
        self.all.rates()
    }

    /// What came of it all.
    pub fn figures(&self) -> Figures {
        let kinds = self.kinds.iter().map(|(kind, tally)| (kind.clone(), tally.rates()));
        Figures { all: self.all(), kinds: kinds.collect(), misses: self.misses.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(answered: bool, sections: &[&str], reply: &str) -> Given {
        Given { answered, sections: sections.iter().map(|&s| s.into()).collect(), reply: reply.into() }
    }

    #[test]
    fn every_bad_line_is_reported_with_its_place() {
        let text = "id\tkind\tquestion\tsections\tmust\na\tb\tc\n\na\tb\tc\td\t(\nok\tkind\tq\t-\n";
        let wrong = parse("q.tsv", text).unwrap_err();
        assert_eq!(wrong.iter().map(|d| d.line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(parse("q.tsv", "question\n").unwrap_err()[0].line, 1);
        assert_eq!(parse("q.tsv", "id\tkind\tquestion\tsections\tmust\r\na\tb\tc\td,e\tx|y\r\n").unwrap().len(), 1);
    }

    #[test]
    fn rates_follow_from_what_came() {
        let text = "id\tkind\tquestion\tsections\tmust\n\
                    1\tkeyword\ta\tp1\t张三\n2\tkeyword\tb\tp1,doc/p2\t\n3\toos\tc\t-\t\n4\toos\td\t-\t\n5\tkeyword\te\tp3\t\n";
        let cases = parse("q.tsv", text).unwrap();
        let answers = [
            given(true, &["doc/p1"], "李四"),
            given(true, &["doc/p9", "doc/p2"], ""),
            given(false, &["doc/p1"], ""),
            given(true, &["doc/p1"], ""),
            given(false, &["doc/p3"], ""),
        ];
        let mut report = Report::default();
        for (case, given) in cases.iter().zip(&answers) {
            report.add(case, given);
        }
        let all = report.all();
        assert_eq!((all.hit1, all.hit3, all.fact), (Some(0.4), Some(0.6), Some(0.0)));
        assert_eq!((all.false_answers, all.false_refusals), (Some(0.5), Some(1.0 / 3.0)));
        let figures = report.figures();
        assert_eq!(figures.kinds.keys().collect::<Vec<_>>(), ["keyword", "oos"]);
        let came: Vec<_> = figures.misses.iter().map(|m| m.came.as_str()).collect();
        assert_eq!(came, ["doc/p1", "doc/p9", "doc/p1", "-"]);
        assert!(figures.misses[0].only_fact);
    }
}
