//! `wengu eval`: how good the answers are, measured on a file of questions.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::json;

use super::desk::Desk;
use crate::answer::{DEPTH, Reply};
use crate::config::{ConfigError, Loaded};
use crate::eval::{self, Given, Rates, Report};

/// Which questions, and what is good enough.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The questions: id, kind, question, sections, must, parted by tabs
    #[arg(value_name = "FILE.tsv")]
    file: PathBuf,
    /// Exit with 1 when a smaller share than this is answered right at once
    #[arg(long, value_name = "SHARE")]
    min_hit: Option<f64>,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Asks every question and prints the figures; exit code 1 where they miss the gate.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    let name = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("Failed to read the questions `{name}`"))?;
    let cases = match eval::parse(&name, &text) {
        Ok(cases) => cases,
        Err(wrong) => bail!("{}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    };
    let desk = Desk::open(config)?;
    let mut report = Report::default();
    for case in &cases {
        report.add(case, &ask(&desk, &case.question));
    }
    let mut out = io::stdout().lock();
    if args.json {
        print_json(&mut out, &report)?
    } else {
        print_table(&mut out, &report)?
    }
    let hit = report.all().hit1.unwrap_or(0.0);
    Ok(if args.min_hit.is_some_and(|least| hit < least) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn ask(desk: &Desk, question: &str) -> Given {
    let answered = desk.answer(question, DEPTH);
    let reply = answered.reply.as_ref();
    Given {
        answered: reply.is_some_and(Reply::answered),
        sections: reply.map(|r| r.hits().iter().map(|hit| hit.at.to_string()).collect()).unwrap_or_default(),
        reply: answered.draft.body.to_plain(),
    }
}

fn print_table(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(
        out,
        "{:<14}{:>5}{:>8}{:>8}{:>8}{:>15}{:>16}",
        "kind", "n", "hit@1", "hit@3", "fact", "false answers", "false refusals"
    )?;
    for (kind, rates) in report.kinds().chain([("all", report.all())]) {
        let Rates { questions, hit1, hit3, fact, false_answers, false_refusals } = rates;
        let [hit1, hit3, fact] = [hit1, hit3, fact].map(figure);
        let [answers, refusals] = [false_answers, false_refusals].map(figure);
        writeln!(out, "{kind:<14}{questions:>5}{hit1:>8}{hit3:>8}{fact:>8}{answers:>15}{refusals:>16}")?;
    }
    if !report.misses().is_empty() {
        writeln!(out, "\nmisses (- is: not covered)")?;
    }
    for miss in report.misses() {
        let what = if miss.only_fact { " without the fact" } else { "" };
        writeln!(out, "{}  {}\n    came {}{what}, right is {}", miss.id, miss.question, miss.came, miss.wanted)?;
    }
    Ok(())
}

fn figure(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".into(), |rate| format!("{rate:.3}"))
}

fn print_json(out: &mut impl Write, report: &Report) -> anyhow::Result<()> {
    let kinds: serde_json::Map<_, _> = report
        .kinds()
        .map(|(kind, rates)| Ok((kind.to_owned(), serde_json::to_value(rates)?)))
        .collect::<serde_json::Result<_>>()?;
    let whole = json!({ "all": report.all(), "kinds": kinds, "misses": report.misses() });
    Ok(writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)?)
}
