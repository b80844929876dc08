//! The conversation in the README is what the program says. After a change that is meant, write it anew with
//! `WENGU_TEST_WRITE=1 cargo test transcript`.

use std::path::Path;
use std::process::Command;
use std::thread;

/// How the conversation begins and ends in the README.
const BEGIN: &str = "<!-- what `wengu ask` prints; a test compares -->\n```text\n";
const END: &str = "```\n";

/// How a question begins.
const PROMPT: &str = "$ wengu ask ";

fn ask(question: &str) -> String {
    let mut wengu = Command::new(env!("CARGO_BIN_EXE_wengu"));
    let run = wengu.args(["ask", question]).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    format!("{PROMPT}{question}\n{}", String::from_utf8(run.stdout).unwrap())
}

#[test]
fn the_ten_questions_of_the_readme_get_the_answers_that_it_shows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    let questions: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix(PROMPT)).collect();
    assert_eq!(questions.len(), 10);
    let answers: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = questions.iter().map(|question| scope.spawn(|| ask(question))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let said = answers.join("\n");
    if std::env::var_os("WENGU_TEST_WRITE").is_some() {
        std::fs::write(&file, format!("{before}{BEGIN}{said}{END}{after}")).unwrap();
        return;
    }
    let way_out =
        "the README shows something else than the program says: `WENGU_TEST_WRITE=1 cargo test transcript` mends it";
    assert_eq!(shown, said, "{way_out}");
}
