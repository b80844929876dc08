//! Who may use whom: the arrows between the rooms, as the README's "How it is built" draws them.

use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the path prefixes below `crate::` that it may name. A room may always name itself. A new arrow is a
/// change of the design: add it here and to the README.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    (
        "cli",
        &[
            "sandbox",
            "secret",
            "store",
            "app",
            "config",
            "ops",
            "diagnostic",
            "content",
            "search",
            "understand",
            "answer",
            "clock",
            "message",
            "eval",
            "schedule::freeform",
            "schedule::when",
            "schedule::zone",
        ],
    ),
    ("app", &[""]),
    (
        "respond",
        &[
            "message",
            "understand",
            "search",
            "answer",
            "store",
            "schedule::amount",
            "schedule::freeform",
            "schedule::goal",
            "schedule::limit",
            "schedule::plan",
            "schedule::rule",
            "schedule::timing",
            "schedule::typed",
            "schedule::when",
            "schedule::zone",
            "content::model",
            "clock",
        ],
    ),
    ("understand", &["message", "content::model"]),
    ("search", &["content::model"]),
    ("answer", &["message", "search", "content::model", "clock"]),
    ("schedule", &["heartbeat", "message", "clock", "store", "answer", "content::model"]),
    ("store", &["secret", "message", "clock", "schedule::rule", "schedule::zone", "content::model"]),
    (
        "telegram",
        &["heartbeat", "secret", "message", "clock", "store", "answer::texts", "content::model", "ops::metrics"],
    ),
    ("message", &["clock", "content::model"]),
    ("content", &["diagnostic"]),
    ("config", &["diagnostic", "secret"]),
    ("clock", &[]),
    ("diagnostic", &[]),
    ("secret", &[]),
    ("heartbeat", &[]),
    ("sandbox", &[]),
    ("ops", &["heartbeat", "config", "store", "clock"]),
    ("eval", &["diagnostic"]),
    ("lib", &[]),
];

#[test]
fn rooms_use_only_the_rooms_that_the_design_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let inside = file.strip_prefix(&src).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{}: `{room}` is a new room: give it its arrows", inside.display()));
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for path in crate_paths(&code(&text)) {
            let own = path.split("::").next() == Some(room);
            let allowed = allowed
                .iter()
                .any(|prefix| prefix.is_empty() || path == *prefix || path.starts_with(&format!("{prefix}::")));
            if !own && !allowed {
                wrong.push(format!("{}: `{room}` may not use `crate::{path}`", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_has_grown_into_two_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let long: Vec<_> = ["src", "tests"]
        .iter()
        .flat_map(|folder| rust_files(&root.join(folder)))
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > 500)
        .collect();
    assert!(long.is_empty(), "over 500 lines: {long:?}");
}

/// A filter that fits nothing runs nothing, and is green.
#[test]
fn the_gate_filters_for_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let gate = fs::read_to_string(root.join(".ci/run")).unwrap().replace("\\\n", " ");
    let filters: Vec<&str> = gate
        .lines()
        .filter_map(|line| line.split_once("--test suite -- "))
        .flat_map(|(_, filters)| filters.split_whitespace())
        .collect();
    assert!(filters.len() > 2, "{filters:?}");
    let modules = fs::read_to_string(root.join("tests/suite/main.rs")).unwrap();
    for filter in filters {
        assert!(modules.contains(&format!("mod {filter};")), "`{filter}` names no module of the suite");
    }
}

#[test]
fn paths_in_groups_are_seen() {
    let code = "use crate::{clock::Clock, store::{self, Row}};\nfn f() { crate::app::run() }";
    assert_eq!(crate_paths(code), ["clock::Clock", "store::", "app::run"]);
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file without comments and without its unit tests, which may look at the neighbours.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every path below `crate::`, those of a group (`crate::{a, b}`) one by one.
fn crate_paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_members(group)),
            None => found.push(path_at(rest)),
        }
    }
    found
}

fn path_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect()
}

fn group_members(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(String::new()),
            c if depth == 0 && !c.is_whitespace() => members.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    members.retain(|m| !m.is_empty());
    members
}
