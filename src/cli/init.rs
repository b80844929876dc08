//! `wengu init`: a config and a first document, to begin with. It writes into places that are free, or not at all.

use std::fs::{self, File};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::app::{AppError, is_token};
use crate::config::DEFAULT_PATH;
use crate::content::import::id_for;

/// Where to, and what to write. What is left out is asked for on a terminal.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The folder to write into
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The title of the first document
    #[arg(long, value_name = "TITLE", conflicts_with = "no_document")]
    title: Option<String>,
    /// Write no document
    #[arg(long)]
    no_document: bool,
    /// A file that holds the bot's token: the config names it
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Ask nothing, also on a terminal
    #[arg(long)]
    yes: bool,
}

const HELP: &str = "\
It writes config/wengu.toml and content/ID.md, and never over a file that is there. The token is no argument, where
others could see it: it is asked for on a terminal and kept in config/token, for your eyes only; or `--token-file`
names a file; or the environment has it later (WENGU_TELEGRAM__TOKEN).";

/// The config as it is shipped: every key with its default.
const CONFIG: &str = include_str!("../../config/wengu.toml");
/// The line of it that says how a token's file is named.
const TOKEN_FILE: &str = "# token_file = \"/run/secrets/wengu-token\"";
const FIRST_ZH: &str = include_str!("init/first.zh.md");
const FIRST_EN: &str = include_str!("init/first.en.md");

/// What was decided.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    /// The first document's title, where one is wanted.
    title: Option<String>,
    /// The token, where it was typed.
    token: Option<String>,
}

/// Writes the files; exit code 2 where one of them is there already.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut plan = Plan { title: args.title.clone(), token: None };
    if io::stdin().is_terminal() && !args.yes {
        plan = ask(args, &mut io::stdin().lock(), &mut io::stderr().lock()).context("failed to ask")?;
    }
    let files = files(args, &plan)?;
    if let Some((path, ..)) = files.iter().find(|(path, ..)| path.exists()) {
        bail!("`{}` is there already and stays as it is; `--dir DIR` writes elsewhere", path.display());
    }
    for (path, text, private) in &files {
        write(path, text, *private).with_context(|| format!("failed to write `{}`", path.display()))?;
        writeln!(io::stdout(), "{}", path.display())?;
    }
    writeln!(io::stderr(), "{}", next_steps(args, &plan))?;
    Ok(ExitCode::SUCCESS)
}

/// Asks for what the flags do not say.
fn ask(args: &Args, input: &mut impl BufRead, out: &mut impl Write) -> io::Result<Plan> {
    let mut question = |text: &str| {
        write!(out, "{text}\n> ")?;
        out.flush()?;
        let mut line = String::new();
        input.read_line(&mut line)?;
        Ok::<_, io::Error>(Some(line.trim().to_owned()).filter(|answer| !answer.is_empty()))
    };
    let title = match &args.title {
        Some(title) => Some(title.clone()),
        None if args.no_document => None,
        None => question("What is your first document called? (empty: write none)")?,
    };
    let token = match &args.token_file {
        Some(_) => None,
        None => question("The bot's token from @BotFather? It is kept in config/token. (empty: later)")?,
    };
    Ok(Plan { title, token })
}

/// What is to be written: where, what, and whether others must not read it.
fn files(args: &Args, plan: &Plan) -> anyhow::Result<Vec<(PathBuf, String, bool)>> {
    let config = args.dir.join(DEFAULT_PATH);
    let mut files = Vec::new();
    let mut text = CONFIG.to_owned();
    if let Some(token) = &plan.token {
        files.push((config.with_file_name("token"), format!("{token}\n"), true));
        text = naming_the_token_file(&text, Path::new("config/token"));
    } else if let Some(file) = &args.token_file {
        if is_token(file) {
            return Err(AppError::TokenForFile.into());
        }
        let file = std::path::absolute(file).context("failed to find the token's file")?;
        text = naming_the_token_file(&text, &file);
    }
    files.push((config, text, false));
    if let Some(title) = &plan.title {
        let path = args.dir.join("content").join(format!("{}.md", id_for(title)));
        files.push((path, first_document(title), false));
    }
    Ok(files)
}

fn naming_the_token_file(config: &str, file: &Path) -> String {
    config.replacen(TOKEN_FILE, &format!("token_file = {}", quoted(&file.display().to_string())), 1)
}

/// A first document, in the language of its title.
fn first_document(title: &str) -> String {
    let chinese = title.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    let text = if chinese { FIRST_ZH } else { FIRST_EN };
    text.replace("{title}", &quoted(title))
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn write(path: &Path, text: &str, private: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if private { 0o600 } else { 0o644 });
    options.write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

fn next_steps(args: &Args, plan: &Plan) -> String {
    let mut steps = String::from("Next:\n");
    if args.dir != Path::new(".") {
        steps.push_str(&format!("  cd {}\n", args.dir.display()));
    }
    if plan.title.is_none() {
        steps.push_str("  wengu import FILE     a document of a text you have\n");
    }
    if plan.token.is_none() && args.token_file.is_none() {
        steps.push_str("  export WENGU_TELEGRAM__TOKEN=…   the token from @BotFather\n");
    }
    steps + "  wengu doctor          is everything there?\n  wengu serve           run the bot"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::load;

    fn args() -> Args {
        Args { dir: "there".into(), title: None, no_document: false, token_file: None, yes: false }
    }

    #[test]
    fn what_is_left_out_is_asked_for_and_an_empty_answer_leaves_it_out() {
        let mut out = Vec::new();
        let plan = ask(&args(), &mut "读书会章程\n1:abc\n".as_bytes(), &mut out).unwrap();
        assert_eq!(plan, Plan { title: Some("读书会章程".into()), token: Some("1:abc".into()) });
        assert_eq!(ask(&args(), &mut "\n\n".as_bytes(), &mut out).unwrap(), Plan::default());
        let told = Args { no_document: true, token_file: Some("/run/token".into()), ..args() };
        let mut silent = Vec::new();
        assert_eq!(ask(&told, &mut "".as_bytes(), &mut silent).unwrap(), Plan::default());
        assert!(silent.is_empty(), "there is nothing to ask");
    }

    #[test]
    fn a_token_that_was_typed_is_in_a_file_of_its_own_that_the_config_names() {
        let files = files(&args(), &Plan { title: None, token: Some("1:abc".into()) }).unwrap();
        let [(token, text, true), (config, toml, false)] = &files[..] else { panic!("{files:?}") };
        assert_eq!((token.to_str(), text.as_str()), (Some("there/config/token"), "1:abc\n"));
        assert!(config.ends_with("config/wengu.toml") && toml.contains("\ntoken_file = \"config/token\"\n"));
        assert!(!toml.contains("1:abc"));
    }

    #[test]
    fn the_first_document_is_sound_in_either_language_whatever_its_title() {
        for title in ["读书会章程", "The \"rules\" of our {circle}", "3\\4"] {
            let reading = load::read("first.md", &first_document(title));
            assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
            let document = reading.document.unwrap();
            assert_eq!((document.title.as_str(), document.with_class("measure").count()), (title, 3));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_token_is_written_for_its_owner_alone_and_never_over_a_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/token");
        write(&path, "42:abc", true).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(write(&path, "another", true).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "42:abc");
    }
}
