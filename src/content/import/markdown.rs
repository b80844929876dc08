//! Sections → the Markdown of a document, as a person would write it.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::super::load::ids::Ids;
use super::numbered::Numbered;
use super::outline::{Kind, Node};
use super::thesaurus;
use crate::content::model::{IMPLIED_SERIES, Number};

/// Writes a document.
pub(super) fn write(title: &str, nodes: &[Node]) -> String {
    let mut numbered = Numbered::default();
    let classes: Vec<_> = nodes.iter().map(|node| class(node, &mut numbered)).collect();
    let mut out = metadata(title, nodes, &numbered);
    let implied = series_of(nodes).is_none() && numbered.series() == IMPLIED_SERIES;
    let ids = ids(nodes, &classes);
    for (index, node) in nodes.iter().enumerate() {
        let hashes = "#".repeat(usize::from(node.level));
        let mut attributes = attributes(nodes, index, &ids, classes[index]);
        if implied && !node.paragraphs.is_empty() {
            push(&mut attributes, format_args!(" .{IMPLIED_SERIES}"));
        }
        push(&mut out, format_args!("\n{hashes} {} {{{attributes}}}\n", escaped(&node.title)));
        for paragraph in &node.paragraphs {
            push(&mut out, format_args!("\n{}\n", escaped(paragraph)));
        }
    }
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

/// The class and number of a section that is looked up by its number.
type Class = Option<(&'static str, Number)>;

/// That of a section, which is counted in.
fn class(node: &Node, numbered: &mut Numbered) -> Class {
    let found = numbered.class(&node.title).filter(|_| node.own);
    numbered.count(found.map(|(class, _)| class), node.paragraphs.first().map(String::as_str));
    found
}

/// The kind of section that a group studies one by one, where the text announces it.
fn series_of(nodes: &[Node]) -> Option<Kind> {
    let members = |kind: Kind| nodes.iter().any(|node| node.member && node.kind == Some(kind));
    [Kind::Measure, Kind::Article].into_iter().find(|kind| members(*kind))
}

fn metadata(title: &str, nodes: &[Node], numbered: &Numbered) -> String {
    let mut out = String::new();
    push(&mut out, format_args!("+++\ntitle = {}\n", quoted(title)));
    out.push_str("# short = \"…\"    # for citations on a phone\n");
    out.push_str(&synonyms(nodes));
    let kinds: BTreeSet<Kind> = nodes.iter().filter(|node| node.member).filter_map(|node| node.kind).collect();
    match series_of(nodes) {
        Some(Kind::Measure) => out.push_str("\n# What a group can subscribe to.\n[series.measure]\nlabel = \"举措\"\n"),
        Some(_) => out.push_str("\n# What a group can subscribe to.\n[series.article]\nlabel = \"条文\"\n"),
        None => out.push_str(&numbered.metadata()),
    }
    if !kinds.is_empty() {
        out.push_str("\n# Words in a question that ask for a kind of section, or for a passage inside one.\n");
    }
    for kind in &kinds {
        push(&mut out, format_args!("[facets.{}]\nwords = [{}]\n", kind.class(), list(words(*kind))));
    }
    if kinds.contains(&Kind::Problem) {
        for (name, words, cues) in PASSAGES {
            let told: Vec<&str> = cues.iter().copied().filter(|cue| said(nodes, cue)).collect();
            if !told.is_empty() {
                let (words, cues) = (list(words), list(&told));
                push(
                    &mut out,
                    format_args!("[facets.{name}]\nwords = [{words}]\nwithin = \"problem\"\ncues = [{cues}]\n"),
                );
            }
        }
    }
    out.push_str("+++\n");
    out
}

/// Words that mean the same as those that the document uses, to be looked through.
fn synonyms(nodes: &[Node]) -> String {
    let paragraphs: Vec<&str> = nodes.iter().flat_map(|node| &node.paragraphs).map(String::as_str).collect();
    // A line each, so that no word is found across two of them.
    let sets = thesaurus::met(&paragraphs.join("\n"));
    if sets.is_empty() {
        return "# synonyms = [[\"…\", \"…\"]]    # words that mean the same\n".to_owned();
    }
    let lines: String = sets.iter().map(|set| format!("    [{}],\n", list(set))).collect();
    let note =
        "# Words that mean the same, for questions that use another one than the text: strike out what does not fit.";
    format!("{note}\nsynonyms = [\n{lines}]\n")
}

/// Passages inside a problem: name, words that ask for it, words that mark it.
const PASSAGES: [(&str, &[&str], &[&str]); 2] = [
    (
        "cause",
        &["原因", "为什么", "为何", "为啥", "根源", "怎么会", "why", "cause", "causes", "reason", "reasons"],
        &["主要原因", "根本原因", "原因在于", "根源"],
    ),
    (
        "case",
        &["典型案例", "案例", "例子", "事例", "举例", "案件", "case", "cases", "example", "examples"],
        &["例如", "比如", "典型案例", "为例"],
    ),
];

fn said(nodes: &[Node], cue: &str) -> bool {
    let problems = nodes.iter().filter(|node| node.member && node.kind == Some(Kind::Problem));
    problems.flat_map(|node| &node.paragraphs).any(|paragraph| paragraph.contains(cue))
}

#[rustfmt::skip]
fn words(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Problem => &[
            "问题", "不足", "漏洞", "短板", "毛病", "缺点", "薄弱", "problem", "problems", "shortcoming", "shortcomings",
            "weakness", "weaknesses", "loopholes",
        ],
        Kind::Measure => &[
            "措施", "举措", "怎么办", "怎么解决", "如何解决", "怎么改", "办法", "对策", "整改", "做法", "什么方式", "measure",
            "measures", "solution", "solutions", "remedy",
        ],
        Kind::Result => &["成效", "成果", "效果", "结果", "成绩", "result", "results", "outcome", "achievements"],
        Kind::Next => &[
            "下一步", "今后", "接下来", "往后", "将来", "打算", "计划", "next step", "next steps", "plan", "plans", "future",
        ],
        // 条 alone stands in many words: 条件, 条款.
        Kind::Article => &["条文", "articles"],
    }
}

fn ids(nodes: &[Node], classes: &[Class]) -> Vec<String> {
    let mut ids = Ids::beside([]);
    let name = |node: &Node, class: Class| match (node.kind.filter(|_| node.member), node.number) {
        (Some(kind), Some(number)) => format!("{} {number}", kind.class()),
        (None, _) if class.is_some_and(|(class, _)| NAMED_BY_NUMBER.contains(&class)) => {
            class.map_or_else(String::new, |(class, number)| format!("{class} {number}"))
        }
        (Some(Kind::Next), None) => "next steps".to_owned(),
        (Some(Kind::Result), None) => "results".to_owned(),
        _ => match node.kind {
            Some(kind @ (Kind::Problem | Kind::Measure)) if !node.own => format!("{}s", kind.class()),
            _ => node.title.clone(),
        },
    };
    nodes.iter().zip(classes).map(|(node, class)| ids.make(&name(node, *class)).to_string()).collect()
}

/// The classes whose number names a section better than its words do.
const NAMED_BY_NUMBER: [&str; 4] = ["part", "chapter", "lecture", "article"];

fn attributes(nodes: &[Node], index: usize, ids: &[String], class: Class) -> String {
    let node = &nodes[index];
    let mut out = format!("#{}", ids[index]);
    let Some(kind) = node.kind.filter(|_| node.member) else {
        if let Some((class, number)) = class {
            push(&mut out, format_args!(" .{class} number={number}"));
        }
        return out;
    };
    push(&mut out, format_args!(" .{}", kind.class()));
    if let Some(number) = node.number {
        push(&mut out, format_args!(" number={number}"));
    }
    if let Some(other) = counterpart(nodes, node) {
        push(&mut out, format_args!(" related={}", ids[other]));
    }
    out
}

/// The measure of a problem's number and the problem of a measure's, where the two lists are equally long.
fn counterpart(nodes: &[Node], node: &Node) -> Option<usize> {
    let members = |kind| nodes.iter().enumerate().filter(move |(_, node)| node.member && node.kind == Some(kind));
    let other = match node.kind? {
        Kind::Problem => Kind::Measure,
        Kind::Measure => Kind::Problem,
        _ => return None,
    };
    let paired = members(Kind::Problem).count() == members(Kind::Measure).count();
    let same = |(_, candidate): &(usize, &Node)| candidate.number == node.number;
    members(other).find(same).map(|(index, _)| index).filter(|_| paired)
}

/// A list of TOML strings.
fn list(words: &[&str]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Text that Markdown reads as itself.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in text.char_indices() {
        let anywhere = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '{' | '}' | '#' | '|' | '!');
        let at_start = at == 0 && matches!(c, '>' | '-' | '+' | '=' | '~' | '?' | ':');
        let after_number = at == digits && digits > 0 && matches!(c, '.' | ')');
        if anywhere || at_start || after_number {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
