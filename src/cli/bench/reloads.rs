//! Memory over many reloads of the documents, in this process, by the same steps that the bot takes when a file changes.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use super::{resident, say};
use crate::app::documents::{self, Documents, Opened};
use crate::app::worker::Worker;
use crate::config::Config;
use crate::content::load::load_folder;

/// After how many reloads memory is looked at first: by then what is made once is there.
const FIRST: usize = 3;

/// Reloads so often, each time with another text, and prints the memory on the way.
pub(super) async fn run(reloads: usize, mut config: Config) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("failed to make a folder")?;
    copy(&config.content.dir, folder.path())?;
    config.content.dir = folder.path().to_owned();
    let (worker, settings) = (Worker::start(), config.clone());
    let Opened { documents, words, .. } = worker.run(move || documents::open(&settings)).await?;
    let mut current = Arc::new(documents);
    let mut first = None;
    for n in 1..=reloads {
        let changed = format!("# 第{n}次 {{#reload}}\n这是第{n}次改动，改动之后重新读入。\n");
        std::fs::write(folder.path().join("reload.md"), changed).context("failed to change a document")?;
        let (at, words, threshold) = (folder.path().to_owned(), Arc::clone(&words), config.answer.threshold.get());
        let library = worker.run(move || load_folder(&at).library).await;
        current = Arc::new(worker.run(move || Documents::index(library, &words, threshold)).await?);
        let now = resident(std::process::id())?;
        if n == FIRST {
            first = Some(now);
        }
        if n == FIRST || n == reloads || n.is_power_of_two() && n > FIRST {
            let share = first.map_or(1.0, |first| now / first);
            say(&format!("resident memory after {n} reloads: {now:.1} MB ({share:.2} of that after {FIRST})"))?;
        }
    }
    drop(current);
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(from).with_context(|| format!("failed to read `{}`", from.display()))? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            std::fs::copy(&path, to.join(name)).context("failed to copy a document")?;
        }
    }
    Ok(())
}
