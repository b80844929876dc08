//! `wengu import`: a text in another format → a document in the content folder.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::config::{ConfigError, Loaded};
use crate::content::import::{Imported, id_for, import};

/// The largest file that is imported, in bytes: a book with pictures has some megabytes.
const LARGEST: usize = 64 << 20;

/// What to import, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Plain text or Markdown in UTF-8, or Word documents (.docx)
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The folder that the documents are written into [default: the config's content.dir]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Imports each file that can be; exit code 1 where one could not.
pub(super) fn run(args: &Args, config: Result<Loaded, ConfigError>) -> anyhow::Result<ExitCode> {
    let folder = match &args.out {
        Some(folder) => folder.clone(),
        None => config?.config.content.dir,
    };
    fs::create_dir_all(&folder).with_context(|| format!("failed to create the folder `{}`", folder.display()))?;
    let mut failed = false;
    for file in &args.files {
        match one(file, &folder) {
            Ok((path, imported)) => tell(&path, &imported)?,
            Err(error) => {
                failed = true;
                writeln!(io::stderr(), "wengu: `{}` was not imported: {error:#}", file.display())?;
            }
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn one(file: &Path, folder: &Path) -> anyhow::Result<(PathBuf, Imported)> {
    let bytes = read(file).context("it cannot be read")?;
    if bytes.len() > LARGEST {
        anyhow::bail!("it is larger than {} MB\n  help: cut it into several files", LARGEST >> 20);
    }
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let id = id_for(&name);
    let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let imported = import(&id, &file_name, &bytes)?;
    let path = folder.join(format!("{id}.md"));
    // Never over a document that somebody may have worked on.
    let mut out = fs::File::create_new(&path).with_context(|| match path.exists() {
        true => format!("`{}` is there already; take it away, or name another folder with `--out`", path.display()),
        false => format!("failed to create `{}`", path.display()),
    })?;
    out.write_all(imported.markdown.as_bytes()).with_context(|| format!("failed to write `{}`", path.display()))?;
    Ok((path, imported))
}

/// The file, as far as it is not longer than is imported, and one byte more.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(file)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What came of it, and what to try.
fn tell(path: &Path, imported: &Imported) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let document = &imported.document;
    writeln!(out, "{}: {} sections", path.display(), document.sections.len())?;
    for facet in document.facets.iter().filter(|facet| facet.within.is_none()) {
        writeln!(out, "  .{}: {}", facet.name, document.with_class(&facet.name).count())?;
    }
    writeln!(out, "Questions to try:")?;
    for question in &imported.questions {
        writeln!(out, "  wengu ask {question}")?;
    }
    Ok(())
}
