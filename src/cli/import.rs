//! `wengu import`: a text in another format → a document in the content folder.

mod child;
mod told;
mod tried;

use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::config::{Config, ConfigError, Loaded};
use crate::content::import::newer::{self, Changes};
use crate::content::import::{Imported, former_id, id_for};
use crate::content::load;
use crate::content::model::DocumentId;
use crate::content::replace;
use crate::search::Words;

/// The largest file that is imported, in bytes: a book with pictures has some megabytes.
const LARGEST: usize = 64 << 20;

/// What to import, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Plain text (UTF-8, UTF-16, GB18030, Big5), Markdown, or Word documents (.docx)
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The folder that the documents are written into [default: the config's content.dir]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The document's id, which is its file's name as well [default: made of the name of FILE]
    #[arg(long, value_name = "ID", value_parser = parse_id)]
    id: Option<DocumentId>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    check: bool,
    /// Write without asking
    #[arg(long, short)]
    yes: bool,
    /// Read a file from standard input for the process that started this one
    #[arg(long, hide = true, value_name = "ID")]
    child_of: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  wengu import 劳动合同法.txt 员工手册.docx   make documents of two files
  wengu import --check handbook.md           see what would come of it
  wengu import --id labour 劳动合同法.txt     choose the name in links and buttons";

fn parse_id(text: &str) -> Result<DocumentId, String> {
    DocumentId::parse(text).map_err(|wrong| wrong.to_string())
}

/// A file that was read, and where it goes.
struct Planned {
    path: PathBuf,
    imported: Imported,
    /// What it changes in a document that is there.
    changes: Option<Changes>,
    /// What is written, and what was made of the source alone.
    text: String,
}

/// Imports each file that can be; exit code 1 where one could not.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    if let (Some(id), Some(file)) = (&args.child_of, args.files.first()) {
        child::serve(id, &file.to_string_lossy())?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.id.is_some() && args.files.len() > 1 {
        bail!("one id for {} files\n  help: import them one by one, or leave `--id` out", args.files.len());
    }
    let (folder, threshold) = match (&args.out, config) {
        (Some(folder), config) => {
            (folder.clone(), config.map_or_else(|_| Config::default(), |loaded| loaded.config).answer.threshold)
        }
        (None, config) => config.map(|loaded| (loaded.config.content.dir, loaded.config.answer.threshold))?,
    };
    let mut failed = false;
    let mut words: Option<Arc<Words>> = None;
    let mut written: Vec<PathBuf> = Vec::new();
    for file in &args.files {
        match plan(file, args.id.as_ref(), &folder, &written).and_then(|planned| {
            write(&planned, args, &folder)?.then(|| written.push(planned.path.clone()));
            Ok(planned)
        }) {
            Ok(planned) => try_out(&planned.imported, &mut words, threshold.get())?,
            Err(error) => {
                failed = true;
                writeln!(io::stderr(), "wengu: `{}` was not imported: {error:#}", file.display())?;
            }
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Reads a file, and finds out whether it is a newer version of a document that is there.
fn plan(file: &Path, id: Option<&DocumentId>, folder: &Path, written: &[PathBuf]) -> anyhow::Result<Planned> {
    let bytes = read(file).context("it cannot be read")?;
    if bytes.len() > LARGEST {
        bail!("it is larger than {} MB\n  help: cut it into several files", LARGEST >> 20);
    }
    let named = |name: Option<&OsStr>| name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (name, stem) = (named(file.file_name()), named(file.file_stem()));
    let stem = id.map_or(stem, ToString::to_string);
    // A hidden file would not be loaded.
    let stem = stem.trim_start_matches('.').to_owned();
    let made = id_for(&stem);
    let imported = child::read(&made, &name, bytes)?;
    let path = match earlier(folder, &made, &stem) {
        Some(path) => path,
        None => asked_for_same_title(folder, &imported)?.unwrap_or_else(|| folder.join(format!("{stem}.md"))),
    };
    if written.contains(&path) {
        bail!("another file of this command was written to `{}`\n  help: choose its name with `--id`", path.display());
    }
    let Ok(old) = fs::read_to_string(&path) else {
        let text = imported.markdown.clone();
        return Ok(Planned { path, imported, changes: None, text });
    };
    let base = fs::read_to_string(base_of(&path)).ok();
    let (text, changes) = newer::merge(&old, base.as_deref(), &imported.markdown);
    let file = path.display().to_string();
    let document = load::parse(&file, &text).map_err(|_| {
        anyhow::anyhow!(
            "`{file}` has mistakes; mend them first (`wengu check` lists them), or name another folder with `--out`"
        )
    })?;
    Ok(Planned { path, imported: Imported { document, ..imported }, changes: Some(changes), text })
}

/// The document that the file is a newer version of: the same id, or the one that version 0.1 made of this file's name.
fn earlier(folder: &Path, id: &DocumentId, stem: &str) -> Option<PathBuf> {
    let usual = folder.join(format!("{stem}.md"));
    let same = || load::file_of(folder, id);
    // Its ids have no hash: the same name must stand behind it.
    let former = || load::file_of(folder, &former_id(stem)).filter(|_| !stem.is_ascii());
    usual.exists().then_some(usual).or_else(same).or_else(former)
}

/// Another document of the folder with the same title but for its date: probably an earlier version.
fn same_title(folder: &Path, imported: &Imported) -> Option<(PathBuf, String)> {
    let title = without_date(&imported.document.title);
    let library = load::load_folder(folder).library;
    let same = library.iter().find(|document| without_date(&document.title) == title)?;
    Some((load::file_of(folder, &same.id)?, same.title.clone()))
}

/// The file to bring up to date where somebody says that it is an earlier version; without a terminal, it is left alone.
fn asked_for_same_title(folder: &Path, imported: &Imported) -> anyhow::Result<Option<PathBuf>> {
    let Some((path, title)) = same_title(folder, imported) else { return Ok(None) };
    let mut out = io::stdout().lock();
    if !at_terminal() {
        let id = load::read(&path.display().to_string(), "").id;
        writeln!(out, "`{}` has the same title; `--id {id}` brings it up to date instead", path.display())?;
        return Ok(None);
    }
    let wanted = format!("Is it a newer version of `{}` ({title})?", path.display());
    Ok(says_yes(&mut out, &wanted)?.then_some(path))
}

fn at_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Asks something; an empty answer is a yes.
fn says_yes(out: &mut impl Write, what: &str) -> io::Result<bool> {
    write!(out, "{what} [Y/n] ")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes" | "是" | "好"))
}

/// A title without what stands in brackets at its end and without figures.
fn without_date(title: &str) -> String {
    let bare = match title.rfind(['（', '(']) {
        Some(at) if at > 0 && title[at..].contains(|c: char| c.is_ascii_digit()) => &title[..at],
        _ => title,
    };
    bare.chars().filter(|c| c.is_alphanumeric() && !c.is_ascii_digit() && !"年月日".contains(*c)).collect()
}

/// Where the text is kept that was imported, for the next version: hidden, so that it is no document.
fn base_of(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.imported"))
}

/// Shows the outline and writes the document; says whether it was written.
fn write(planned: &Planned, args: &Args, folder: &Path) -> anyhow::Result<bool> {
    let mut out = io::stdout().lock();
    told::outline(&mut out, &planned.path, &planned.imported)?;
    if let Some(changes) = &planned.changes {
        told::changes(&mut out, changes)?;
    }
    out.flush()?;
    if args.check || !(args.yes || agreed(&mut out, planned)?) {
        return Ok(false);
    }
    fs::create_dir_all(folder).with_context(|| format!("failed to create the folder `{}`", folder.display()))?;
    // Without what was imported then, changes by hand cannot be told: the file as it was is kept beside the new one.
    let base = base_of(&planned.path);
    if planned.changes.is_some() && !base.exists() {
        let before = base.with_extension("before");
        replace(&before, &fs::read_to_string(&planned.path)?)?;
        writeln!(out, "  the file as it was is kept as `{}`", before.display())?;
    }
    replace(&planned.path, &planned.text)?;
    replace(&base, &planned.imported.markdown)?;
    Ok(true)
}

/// Asks before something is written, where somebody sits at a terminal.
fn agreed(out: &mut impl Write, planned: &Planned) -> anyhow::Result<bool> {
    if !at_terminal() {
        return Ok(true);
    }
    Ok(says_yes(out, if planned.changes.is_some() { "Bring it up to date?" } else { "Write it?" })?)
}

/// Writes a file as a whole or not at all.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    replace::replace(path, text).with_context(|| format!("failed to write `{}`", path.display()))
}

/// The file, as far as it is not longer than is imported, and one byte more.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(file)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Asks the document its own titles and numbers, and prints what works.
fn try_out(imported: &Imported, words: &mut Option<Arc<Words>>, threshold: f64) -> anyhow::Result<()> {
    let words = match words {
        Some(words) => Arc::clone(words),
        None => Arc::clone(words.insert(Words::load()?)),
    };
    let tried = tried::ask(imported, &words, threshold)?;
    Ok(tried.print(&mut io::stdout().lock())?)
}
