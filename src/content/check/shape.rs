//! The shape of a file: sections that are too long, titles that repeat, links that lead nowhere, marks that are not what
//! they were meant to be. Each kind is said once, with the first place and how many more there are.

use std::collections::HashSet;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::super::load::Draft;
use super::super::load::blocks::Heading;
use super::super::number::leading_number;
use super::super::source::{Findings, Source};
use super::Kind;

/// The longest section that is read at once on a phone, in characters.
const LONG: usize = 3_000;

/// Looks at the shape of a file.
pub(super) fn rules(draft: &Draft, source: &Source<'_>, findings: &mut Findings<'_>) {
    let headings = &draft.outline.headings;
    sections_are_short(headings, findings);
    titles_differ(headings, findings);
    title_is_the_documents(draft, findings);
    front_matter_is_toml(source, findings);
    lines_are_what_they_look_like(source, findings);
    links_lead_somewhere(draft, source, findings);
}

fn sections_are_short(headings: &[Heading], findings: &mut Findings<'_>) {
    let length =
        |heading: &Heading| heading.part.blocks.iter().map(|block| block.text().chars().count()).sum::<usize>();
    let mut kind = Kind::default();
    for heading in headings.iter().filter(|heading| length(heading) > LONG) {
        kind.meet(heading.range.start, &heading.title);
    }
    let help = "divide it by headings of its own, so that an answer shows the part that is asked for";
    kind.say(findings, |title| format!("the section `{title}` has more than {LONG} characters"), help);
}

/// Titles that repeat under one heading cannot be told apart, whatever is named with them.
fn titles_differ(headings: &[Heading], findings: &mut Findings<'_>) {
    let (mut seen, mut above, mut kind) = (HashSet::new(), Vec::<usize>::new(), Kind::default());
    for (index, heading) in headings.iter().enumerate() {
        above.retain(|parent| headings[*parent].level < heading.level);
        if !heading.title.is_empty() && !seen.insert((above.last().copied(), heading.title.as_str())) {
            kind.meet(heading.range.start, &heading.title);
        }
        above.push(index);
    }
    let help = "say in the heading what tells them apart";
    kind.say(findings, |title| format!("the title `{title}` stands twice under one heading"), help);
}

/// A document without a title is called like its first heading, which may be a chapter.
fn title_is_the_documents(draft: &Draft, findings: &mut Findings<'_>) {
    let Some(first) = draft.outline.headings.first().filter(|_| draft.metadata.title.is_none()) else { return };
    let ordinal = |rest: &str| leading_number(rest.trim_start()).is_some();
    if first.title.strip_prefix('第').is_some_and(ordinal) || first.title.starts_with("Chapter ") {
        let help = "put metadata at the beginning: `+++`, a line `title = \"…\"`, and `+++`";
        findings.warning(first.range.start, format!("the document is called like its chapter `{}`", first.title), help);
    }
}

fn front_matter_is_toml(source: &Source<'_>, findings: &mut Findings<'_>) {
    let mut lines = source.text.lines();
    let closed = || source.text.lines().skip(1).take(50).any(|line| line.trim_end() == "---");
    let keyed = || source.text.lines().nth(1).is_some_and(|line| line.contains(':'));
    if lines.next().is_some_and(|line| line.trim_end() == "---") && closed() && keyed() {
        let help = "write it as TOML between lines of `+++`, or let `wengu import` read the file";
        findings.warning(0, "the front matter between `---` is shown as text", help);
    }
}

/// `##标题`, and `[^1]` for which there is no note.
fn lines_are_what_they_look_like(source: &Source<'_>, findings: &mut Findings<'_>) {
    let notes: HashSet<&str> = source.text.lines().filter_map(|line| note(line.trim_start())).collect();
    let (mut glued, mut footnotes) = (Kind::default(), Kind::default());
    let (mut at, mut code) = (0, false);
    for line in source.text.split_inclusive('\n') {
        code ^= line.trim_start().starts_with("```");
        let rest = line.trim_start_matches('#');
        let hashes = line.len() - rest.len();
        if !code && (2..=6).contains(&hashes) && rest.starts_with(char::is_alphanumeric) {
            glued.meet(at, line.trim_end());
        }
        let defines = note(line.trim_start()).is_some();
        if let Some((start, label)) = reference(line).filter(|(_, label)| !code && !defines && !notes.contains(label)) {
            footnotes.meet(at + start, label);
        }
        at += line.len();
    }
    glued.say(findings, |line| format!("`{line}` is no heading"), "put a space behind the `#`");
    let help = "write the note, such as `[^1]: …`, or take the mark away";
    footnotes.say(findings, |label| format!("there is no note `[^{label}]`"), help);
}

/// The label of a line that is a note.
fn note(line: &str) -> Option<&str> {
    line.strip_prefix("[^")?.split_once("]:").map(|(label, _)| label)
}

/// The first reference to a note in a line.
fn reference(line: &str) -> Option<(usize, &str)> {
    let start = line.find("[^")?;
    let label = line[start + 2..].split_once(']')?.0;
    let inside_code = line[..start].matches('`').count() % 2 == 1;
    (!inside_code && !label.is_empty() && label.chars().all(char::is_alphanumeric)).then_some((start, label))
}

/// Links to a heading of the document name its id.
fn links_lead_somewhere(draft: &Draft, source: &Source<'_>, findings: &mut Findings<'_>) {
    if !source.text.contains("](#") {
        return;
    }
    let ids: HashSet<&str> = draft.ids.iter().map(super::SectionId::as_str).collect();
    let mut lost: Vec<(usize, String)> = Vec::new();
    for (event, range) in Parser::new_ext(source.text, Options::ENABLE_TABLES).into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && let Some(anchor) = dest_url.strip_prefix('#').filter(|anchor| !ids.contains(anchor))
        {
            lost.push((range.start, anchor.to_owned()));
        }
    }
    let mut kind = Kind::default();
    lost.iter().for_each(|(at, anchor)| kind.meet(*at, anchor));
    kind.say(
        findings,
        |anchor| format!("the link `#{anchor}` leads nowhere"),
        "write the id of a section after the `#`",
    );
}
