//! `wengu eval`: figures, the gates that they pass or miss, and what moved since a baseline.

use std::path::{Path, PathBuf};
use std::process::Command;

use wengu::eval::Figures;

const QUESTIONS: &str = "tests/data/study-dev.tsv";

/// Runs `wengu eval` and gives its exit code and what it printed.
fn eval(threshold: &str, arguments: &[&str]) -> (i32, String) {
    let mut wengu = Command::new(env!("CARGO_BIN_EXE_wengu"));
    let wengu = wengu.arg("eval").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    let run = wengu.env("WENGU_ANSWER__THRESHOLD", threshold).output().unwrap();
    (run.status.code().unwrap(), String::from_utf8(run.stdout).unwrap())
}

/// A baseline of the study questions in a folder.
fn baseline(folder: &Path) -> PathBuf {
    let file = folder.join("baseline.json");
    let (code, json) = eval("0.35", &[QUESTIONS, "--json", "--min-hit", "0.5"]);
    assert_eq!(code, 0);
    std::fs::write(&file, json).unwrap();
    file
}

#[test]
fn a_share_of_hits_below_the_gate_fails() {
    assert_eq!(eval("0.35", &[QUESTIONS, "--min-hit", "1.01"]).0, 1);
    assert_eq!(eval("0.35", &["Cargo.toml"]).0, 2);
    assert_eq!(eval("0.35", &[QUESTIONS, "--compare", "Cargo.toml"]).0, 2);
}

#[test]
fn against_its_own_baseline_nothing_moves() {
    let folder = tempfile::tempdir().unwrap();
    let file = baseline(folder.path());
    let figures: Figures = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(figures.all.questions, 48);
    let (code, said) = eval("0.35", &[QUESTIONS, "--compare", file.to_str().unwrap(), "--tolerance", "0"]);
    assert_eq!(code, 0);
    assert!(said.ends_with("no figure moved since the baseline\n"), "{said}");
}

#[test]
fn a_figure_that_falls_fails_and_the_questions_that_changed_sides_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = baseline(folder.path());
    let strict = |more: &[&str]| eval("0.9", &[&[QUESTIONS, "--compare", file.to_str().unwrap()], more].concat());
    let (code, said) = strict(&[]);
    assert_eq!(code, 1);
    let (_, compared) = said.split_once("moved ").unwrap();
    for part in ["false refusals", "  worse\n", "wrong now, right before\n", "came -", "fell by more than 1 points"] {
        assert!(compared.contains(part), "lacks `{part}`:\n{compared}");
    }
    assert_eq!(strict(&["--tolerance", "100"]).0, 0);
}

#[test]
fn the_baselines_that_the_gate_compares_with_are_of_the_questions_that_we_have() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for name in ["study-dev", "study-own"] {
        let read = |extension: &str| std::fs::read_to_string(data.join(name).with_extension(extension)).unwrap();
        let figures: Figures = serde_json::from_str(&read("json")).unwrap();
        assert_eq!(figures.all.questions, read("tsv").lines().count() - 1, "{name}: write its baseline anew");
    }
}
