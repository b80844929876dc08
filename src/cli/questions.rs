//! `wengu questions`: what people asked in vain, and how to answer it the next time.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::DateTime;
use serde::Serialize;

use super::serve::runtime;
use crate::config::Loaded;
use crate::content::add_ask::add_ask;
use crate::content::load::{file_of, load_folder};
use crate::content::model::{Library, SectionId, SectionRef};
use crate::store::{OpenQuestion, OpenQuestions};

/// Questions that were refused, or whose answers were disliked.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    /// Print the list as JSON, one array
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write a question into the document as another way to ask for a section, and close it
    Add {
        /// The question, as the list calls it
        id: String,
        /// The section that answers it: `section`, or `document/section`
        section: String,
        /// How to ask, where the text was not kept or should be another
        #[arg(long = "as", value_name = "TEXT")]
        wording: Option<String>,
    },
    /// Close a question without an answer
    Drop {
        /// The question, as the list calls it
        id: String,
    },
}

/// Does what is asked; exit code 1 where the question is not there.
pub(super) fn run(args: &Args, loaded: &Loaded) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let mut store = OpenQuestions::open(loaded.config.store.url.expose()).await?;
        match &args.command {
            None => list(&store.list().await?, args.json),
            Some(Command::Drop { id }) => drop_one(&mut store, id).await,
            Some(Command::Add { id, section, wording }) => {
                let open = store.list().await?;
                let Some(question) = open.into_iter().find(|question| question.id == *id) else { return not_there(id) };
                add(&mut store, &question, section, wording.as_deref(), loaded).await
            }
        }
    })
}

async fn drop_one(store: &mut OpenQuestions, id: &str) -> anyhow::Result<ExitCode> {
    if !store.close_one(id).await? {
        return not_there(id);
    }
    writeln!(io::stdout(), "closed `{id}`")?;
    Ok(ExitCode::SUCCESS)
}

async fn add(
    store: &mut OpenQuestions,
    question: &OpenQuestion,
    section: &str,
    wording: Option<&str>,
    loaded: &Loaded,
) -> anyhow::Result<ExitCode> {
    let words = Some(question.words.join(" ")).filter(|words| !words.is_empty());
    let Some(ask) = wording.map(str::to_owned).or_else(|| question.text.clone()).or(words) else {
        bail!("nothing is known of how `{}` was asked\n  help: say it yourself with `--as TEXT`", question.id);
    };
    let folder = &loaded.config.content.dir;
    let at = find(&load_folder(folder).library, section)?;
    let file = file_of(folder, &at.document).with_context(|| format!("no file in `{}` holds it", folder.display()))?;
    add_ask(&file, &at.section, &ask).context("the question stays open")?;
    store.close_one(&question.id).await?;
    writeln!(io::stdout(), "`{ask}` now asks for `{at}` in `{}`; a running bot uses it at once", file.display())?;
    Ok(ExitCode::SUCCESS)
}

/// The section of a name; the document may be left out where only one has such a section.
fn find(library: &Library, name: &str) -> anyhow::Result<SectionRef> {
    if name.contains('/') {
        let at = SectionRef::parse(name)?;
        return library.section(&at).map(|_| at).with_context(|| format!("there is no section `{name}`"));
    }
    let id = SectionId::parse(name)?;
    let mut all = library.iter().filter_map(|d| d.section(&id).map(|section| d.reference(section)));
    match (all.next(), all.next()) {
        (Some(at), None) => Ok(at),
        (Some(one), Some(other)) => bail!("`{name}` is in several documents\n  help: say `{one}` or `{other}`"),
        (None, _) => {
            bail!("there is no section `{name}`\n  help: the ids stand in the headings, such as `{{#problem-1}}`")
        }
    }
}

fn not_there(id: &str) -> anyhow::Result<ExitCode> {
    writeln!(io::stderr(), "wengu: there is no open question `{id}`\n  help: `wengu questions` lists them")?;
    Ok(ExitCode::FAILURE)
}

/// A question as other programs read it.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    count: u32,
    refused: u32,
    disliked: u32,
    last: String,
    text: Option<&'a str>,
    words: &'a [String],
    section: Option<String>,
}

impl<'a> From<&'a OpenQuestion> for Line<'a> {
    fn from(question: &'a OpenQuestion) -> Self {
        let OpenQuestion { id, text, words, section, refused, disliked, last } = question;
        Self {
            id,
            count: refused + disliked,
            refused: *refused,
            disliked: *disliked,
            last: DateTime::from_timestamp_millis(last.0).map(|at| at.to_rfc3339()).unwrap_or_default(),
            text: text.as_deref(),
            words,
            section: section.as_ref().map(SectionRef::to_string),
        }
    }
}

fn list(open: &[OpenQuestion], json: bool) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let lines: Vec<Line<'_>> = open.iter().map(Line::from).collect();
    if json {
        writeln!(out, "{}", serde_json::to_string(&lines)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if lines.is_empty() {
        writeln!(out, "no question is open")?;
    }
    for line in &lines {
        let told = match (line.text, line.words) {
            (Some(text), _) => text.to_owned(),
            (None, []) => "(its text was not kept)".to_owned(),
            (None, words) => format!("… {} …", words.join(" … ")),
        };
        let near = line.section.as_deref().unwrap_or("-");
        let how = match (line.refused, line.disliked) {
            (refused, 0) => format!("refused {refused}×"),
            (0, disliked) => format!("disliked {disliked}×"),
            (refused, disliked) => format!("refused {refused}×, disliked {disliked}×"),
        };
        let day = line.last.get(..10).unwrap_or_default();
        writeln!(out, "{}  {how}, last on {day}, {near}: {told}", line.id)?;
    }
    Ok(ExitCode::SUCCESS)
}
