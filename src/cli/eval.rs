//! `wengu eval`: how good the answers are, measured on a file of questions.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};

use super::desk::Desk;
use crate::answer::{DEPTH, Reply};
use crate::config::{ConfigError, Loaded};
use crate::eval::{self, Comparison, Figures, Given, Miss, Rates, Report};

/// Which questions, and what is good enough.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The questions: id, kind, question, sections, must, parted by tabs
    #[arg(value_name = "FILE.tsv")]
    file: PathBuf,
    /// Exit with 1 when a smaller share than this is answered right at once
    #[arg(long, value_name = "SHARE")]
    min_hit: Option<f64>,
    /// Print the figures as JSON, a baseline for `--compare`
    #[arg(long, conflicts_with = "compare")]
    json: bool,
    /// Print what moved since an earlier `--json`; exit with 1 when a figure fell
    #[arg(long, value_name = "BASELINE.json")]
    compare: Option<PathBuf>,
    /// How many points of a hundred a figure may fall
    #[arg(long, value_name = "POINTS", default_value_t = 1.0, requires = "compare")]
    tolerance: f64,
}

/// Asks every question and prints the figures; exit code 1 where they miss a gate.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    let points = args.tolerance;
    ensure!((0.0..=100.0).contains(&points), "`--tolerance {points}` is no number of points from 0 to 100");
    let baseline = args.compare.as_deref().map(read_baseline).transpose()?;
    let figures = measure(&args.file, config)?;
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&figures)?)?;
    } else {
        print_table(&mut out, &figures)?;
    }
    let mut good = args.min_hit.is_none_or(|least| figures.all.hit1.unwrap_or(0.0) >= least);
    if let Some(baseline) = baseline {
        let compared = eval::compare(&baseline, &figures);
        let fell = compared.fell(points / 100.0);
        print_comparison(&mut out, &compared)?;
        if fell {
            writeln!(out, "\na figure fell by more than {points} points")?;
        }
        good &= !fell;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_baseline(file: &Path) -> anyhow::Result<Figures> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("Failed to read the baseline `{name}`"))?;
    serde_json::from_str(&text)
        .with_context(|| format!("`{name}` is no baseline; `wengu eval FILE.tsv --json > {name}` writes one"))
}

fn measure(file: &Path, config: Result<Loaded, ConfigError>) -> anyhow::Result<Figures> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("Failed to read the questions `{name}`"))?;
    let cases = match eval::parse(&name, &text) {
        Ok(cases) => cases,
        Err(wrong) => bail!("{}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    };
    let desk = Desk::open(config)?;
    let mut report = Report::default();
    for case in &cases {
        report.add(case, &ask(&desk, &case.question));
    }
    Ok(report.figures())
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

fn print_table(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    writeln!(
        out,
        "{:<14}{:>5}{:>8}{:>8}{:>8}{:>15}{:>16}",
        "kind", "n", "hit@1", "hit@3", "fact", "false answers", "false refusals"
    )?;
    let kinds = figures.kinds.iter().map(|(kind, rates)| (kind.as_str(), rates));
    for (kind, rates) in kinds.chain([("all", &figures.all)]) {
        let Rates { questions, hit1, hit3, fact, false_answers, false_refusals } = *rates;
        let [hit1, hit3, fact] = [hit1, hit3, fact].map(figure);
        let [answers, refusals] = [false_answers, false_refusals].map(figure);
        writeln!(out, "{kind:<14}{questions:>5}{hit1:>8}{hit3:>8}{fact:>8}{answers:>15}{refusals:>16}")?;
    }
    print_misses(out, "misses (- is: not covered)", &figures.misses)
}

fn print_misses(out: &mut impl Write, heading: &str, misses: &[Miss]) -> io::Result<()> {
    if !misses.is_empty() {
        writeln!(out, "\n{heading}")?;
    }
    for miss in misses {
        let what = if miss.only_fact { " without the fact" } else { "" };
        writeln!(out, "{}  {}\n    came {}{what}, right is {}", miss.id, miss.question, miss.came, miss.wanted)?;
    }
    Ok(())
}

fn print_comparison(out: &mut impl Write, compared: &Comparison) -> io::Result<()> {
    if compared.moved.is_empty() {
        writeln!(out, "\nno figure moved since the baseline")?;
    } else {
        writeln!(out, "\n{:<14}{:<16}{:>8}{:>8}{:>9}", "moved", "figure", "before", "now", "points")?;
    }
    for moved in &compared.moved {
        let points =
            moved.before.zip(moved.after).map_or_else(|| "–".into(), |(a, b)| format!("{:+.1}", 100.0 * (b - a)));
        let (kind, name, before, after) = (&moved.kind, moved.figure, figure(moved.before), figure(moved.after));
        let worse = if moved.loss() > 0.0 { "  worse" } else { "" };
        writeln!(out, "{kind:<14}{name:<16}{before:>8}{after:>8}{points:>9}{worse}")?;
    }
    let better: Vec<&str> = compared.better.iter().map(|miss| miss.id.as_str()).collect();
    if !better.is_empty() {
        writeln!(out, "\nright now: {}", better.join(" "))?;
    }
    print_misses(out, "wrong now, right before", &compared.worse)
}

fn figure(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".into(), |rate| format!("{rate:.3}"))
}
