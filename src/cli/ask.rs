//! `wengu ask`: the engine without Telegram, store or schedules.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;

use super::desk::{Answered, Desk};
use super::explain;
use crate::answer::{DEPTH, Reply};
use crate::config::{ConfigError, Loaded};
use crate::content::model::Library;
use crate::message::Talk;
use crate::search::Explained;

/// What to ask, and how to say the answer.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print the answer as JSON, with the sections that were found
    #[arg(long)]
    json: bool,
    /// Print the first K sections that were found
    #[arg(long, value_name = "K")]
    top: Option<usize>,
    /// Say why: each piece of the question, what it tells, and which of the sections that were found hold it
    #[arg(long)]
    explain: bool,
    /// Answer each line of FILE (`-` is standard input) with a line of JSON
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    batch: Option<PathBuf>,
    /// The question
    #[arg(value_name = "QUESTION", required_unless_present = "batch")]
    question: Vec<String>,
}

/// Answers; exit code 1 where the documents do not cover the question, or only come near it.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    let desk = Desk::open(config)?;
    let depth = args.top.unwrap_or(DEPTH);
    if let Some(file) = &args.batch {
        batch(&desk, file, depth, args.explain)?;
        return Ok(ExitCode::SUCCESS);
    }
    let question = args.question.join(" ");
    let answered = desk.answer(&question, depth);
    let mut out = io::stdout().lock();
    if args.json {
        let line =
            Line::new(&question, &answered, &desk).because(args.explain.then(|| desk.explain(&question)).flatten());
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
    } else {
        print(&mut out, &answered, args.top, desk.answerer().library())?;
        if let Some(explained) = args.explain.then(|| desk.explain(&question)).flatten() {
            explain::print(&mut out, &explained)?;
        }
    }
    let covered = answered.reply.is_some_and(|reply| reply.answered() || reply.talk().is_some());
    Ok(if covered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Answers a question a line; a line of JSON for each, in order.
fn batch(desk: &Desk, file: &Path, depth: usize, explain: bool) -> anyhow::Result<()> {
    let lines: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let opened = File::open(file);
        Box::new(BufReader::new(opened.with_context(|| format!("Failed to read the questions `{}`", file.display()))?))
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for line in lines.lines() {
        let question = line.with_context(|| format!("Failed to read the questions `{}`", file.display()))?;
        let answered = desk.answer(&question, depth);
        let line = Line::new(&question, &answered, desk).because(explain.then(|| desk.explain(&question)).flatten());
        serde_json::to_writer(&mut out, &line)?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}

/// The answer as it reads in a chat, what its buttons say, and the sections where they were asked for.
fn print(out: &mut impl Write, answered: &Answered, top: Option<usize>, library: &Library) -> anyhow::Result<()> {
    writeln!(out, "{}", answered.draft.body.to_plain())?;
    if !answered.draft.buttons.is_empty() {
        writeln!(out)?;
    }
    for row in &answered.draft.buttons {
        let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        writeln!(out, "{}", labels.join(" "))?;
    }
    if let (Some(_), Some(reply)) = (top, &answered.reply) {
        writeln!(out, "\nconfidence {:.3}", reply.confidence())?;
        for hit in hits(reply, library) {
            writeln!(out, "{:>8.3}  {}/{}  {}", hit.score, hit.document, hit.section, hit.title)?;
        }
    }
    Ok(())
}

/// The fixed form of an answer that other programs read.
#[derive(Serialize)]
struct Line<'a> {
    question: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    talk: Option<&'static str>,
    answered: bool,
    confidence: f64,
    micros: u128,
    hits: Vec<HitLine<'a>>,
    reply: String,
    /// Each question with its answer, where several were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Line<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "explain::serialize")]
    explain: Option<Explained>,
}

#[derive(Serialize)]
struct HitLine<'a> {
    document: &'a str,
    section: &'a str,
    title: &'a str,
    score: f64,
}

impl<'a> Line<'a> {
    fn new(question: &'a str, answered: &'a Answered, desk: &'a Desk) -> Self {
        let library = desk.answerer().library();
        let reply = answered.reply.as_ref();
        Self {
            question,
            outcome: reply.map_or("not_covered", |reply| reply.outcome().name()),
            talk: reply.and_then(Reply::talk).map(Talk::name),
            answered: reply.is_some_and(Reply::answered),
            confidence: reply.map_or(0.0, Reply::confidence),
            micros: answered.took.as_micros(),
            hits: reply.map(|reply| hits(reply, library)).unwrap_or_default(),
            reply: answered.draft.body.to_plain(),
            parts: answered.parts.iter().map(|(question, part)| Line::new(question, part, desk)).collect(),
            explain: None,
        }
    }

    /// The same, with why.
    fn because(self, explain: Option<Explained>) -> Self {
        Self { explain, ..self }
    }
}

fn hits<'a>(reply: &'a Reply, library: &'a Library) -> Vec<HitLine<'a>> {
    let line = |hit: &'a crate::search::Hit| HitLine {
        document: hit.at.document.as_str(),
        section: hit.at.section.as_str(),
        title: library.section(&hit.at).map_or("", |(_, section)| section.title.as_str()),
        score: hit.score,
    };
    reply.hits().iter().map(line).collect()
}
