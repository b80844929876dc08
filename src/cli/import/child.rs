//! A foreign file, read in a child process of the same program: a file that makes a reader hang, crash or grow takes
//! nothing down with it.
//!
//! The limits are kept by the parent, which looks at the child: a service under a system call filter may not set limits
//! of its own.

use std::io::{self, IsTerminal, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::content::import::{Imported, Report, import};
use crate::content::load;
use crate::content::model::DocumentId;

/// How long the child may take: 5 MB are read in about a second.
const LONGEST: Duration = Duration::from_secs(60);

/// How much memory the child may have, in bytes.
const MEMORY: u64 = 280 << 20;

/// How much the child may write, in bytes: Markdown is hardly longer than what it was made of.
const OUTPUT: u64 = 256 << 20;

/// How often the child is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// When the first word about progress is said, and how often.
const PROGRESS: Duration = Duration::from_secs(1);

/// What the child tells the parent.
#[derive(Serialize, Deserialize)]
enum Told {
    Read { markdown: String, questions: Vec<String>, report: Box<Report> },
    Refused(String),
}

/// The child's side: reads the file from standard input, and writes what it makes of it to standard output.
pub(super) fn serve(id: &str, file: &str) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let told = match import(&DocumentId::parse(id)?, file, &bytes) {
        Ok(Imported { markdown, questions, report, .. }) => {
            Told::Read { markdown, questions, report: Box::new(report) }
        }
        Err(error) => Told::Refused(error.to_string()),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &told)?;
    out.flush()?;
    Ok(())
}

/// Reads a file within the limits. `file` is its name, which tells Markdown from plain text.
pub(super) fn read(id: &DocumentId, file: &str, bytes: Vec<u8>) -> anyhow::Result<Imported> {
    let program = std::env::current_exe().context("failed to find this program")?;
    let mut child = Command::new(program)
        .args(["import", "--child-of", id.as_str(), "--", file])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("failed to start a process for reading it")?;
    let input = child.stdin.take().map(|mut stdin| thread::spawn(move || stdin.write_all(&bytes)));
    let output = child.stdout.take().map(|stdout| {
        thread::spawn(move || {
            let mut said = Vec::new();
            stdout.take(OUTPUT + 1).read_to_end(&mut said).map(|_| said)
        })
    });
    let waited = wait(&mut child, file);
    // Both threads end with the child: its pipes are closed.
    drop(input.map(JoinHandle::join));
    let said = output.and_then(|output| output.join().ok()).transpose()?.unwrap_or_default();
    waited?;
    if said.len() as u64 > OUTPUT {
        bail!("reading it makes more than {} MB\n  help: cut it into several files", OUTPUT >> 20);
    }
    match serde_json::from_slice(&said).context("the process that read it broke off")? {
        Told::Refused(why) => bail!(why),
        Told::Read { markdown, questions, report } => {
            let document =
                load::parse(&format!("{id}.md"), &markdown).map_err(|_| anyhow::anyhow!("it was not read soundly"))?;
            Ok(Imported { markdown, document, questions, report: *report })
        }
    }
}

/// Waits for the child to end, and ends it where it takes more than it may.
fn wait(child: &mut Child, file: &str) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut told = PROGRESS;
    let terminal = io::stderr().is_terminal();
    let stopped = loop {
        if let Some(status) = child.try_wait().context("failed to wait for the process that reads it")? {
            if !status.success() {
                bail!(
                    "it could not be read: the process that read it ended with {status}\n  help: save it as plain text (.txt)"
                );
            }
            break None;
        }
        if start.elapsed() > LONGEST {
            break Some(format!("reading it takes longer than {} s", LONGEST.as_secs()));
        }
        if memory(child.id()).is_some_and(|memory| memory > MEMORY) {
            break Some(format!("reading it takes more than {} MB of memory", MEMORY >> 20));
        }
        if start.elapsed() >= told {
            told += PROGRESS;
            let line = format!("reading `{file}`: {} s", start.elapsed().as_secs());
            let end = if terminal { "\r" } else { "\n" };
            // Nobody waits for progress that cannot be told.
            let _ = write!(io::stderr(), "{line}{end}");
        }
        thread::sleep(PAUSE);
    };
    let Some(why) = stopped else { return Ok(()) };
    // It may have ended just now.
    let _ = child.kill();
    child.wait().context("failed to end the process that read it")?;
    bail!("{why}\n  help: cut it into several files, or save it as plain text (.txt)")
}

/// How much memory a process has, in bytes, where the system tells.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
