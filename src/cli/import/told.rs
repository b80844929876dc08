//! What an import found, as an outline: levels and counts, the longest sections, what was dropped and guessed.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use crate::content::import::newer::Changes;
use crate::content::import::{Dropped, Imported};
use crate::content::model::Section;

/// How many of the longest sections are named.
const LONGEST: usize = 3;

/// How many headings of a level, and lines of a kind, are shown.
const SHOWN: usize = 3;

/// Characters of a dropped line or a title that are shown.
const WIDTH: usize = 60;

/// Prints the outline.
pub(super) fn outline(out: &mut impl Write, path: &Path, imported: &Imported) -> io::Result<()> {
    let document = &imported.document;
    let report = &imported.report;
    let count = document.sections.len();
    writeln!(out, "{}: {count} section{}", path.display(), if count == 1 { "" } else { "s" })?;
    writeln!(out, "  title: {} ({})", document.title, report.title_from)?;
    writeln!(out, "  id: {}", document.id)?;
    if let Some(encoding) = &report.encoding {
        writeln!(out, "  encoding: {encoding}")?;
    }
    for facet in document.facets.iter().filter(|facet| facet.within.is_none()) {
        writeln!(out, "  .{}: {}", facet.name, document.with_class(&facet.name).count())?;
    }
    for series in &document.series {
        writeln!(out, "  to subscribe to: {} × {}", document.with_class(&series.name).count(), series.label)?;
    }
    let mut levels: BTreeMap<u8, Vec<&Section>> = BTreeMap::new();
    for section in &document.sections {
        levels.entry(section.level).or_default().push(section);
    }
    for (level, sections) in levels {
        let titles: Vec<String> = sections.iter().take(SHOWN).map(|section| short(&section.title)).collect();
        let more = if sections.len() > SHOWN { ", …" } else { "" };
        writeln!(out, "  level {level}: {} ({}{more})", sections.len(), titles.join(", "))?;
    }
    let mut longest: Vec<(usize, &Section)> =
        document.sections.iter().map(|section| (section.text().chars().count(), section)).collect();
    longest.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    let longest = longest.iter().take(LONGEST).filter(|(length, _)| *length > 0);
    let longest: Vec<String> =
        longest.map(|(length, section)| format!("{} ({length})", short(&section.title))).collect();
    writeln!(out, "  longest, in characters: {}", longest.join(", "))?;
    let mut dropped: BTreeMap<Dropped, Vec<&str>> = BTreeMap::new();
    for (kind, text) in report.dropped() {
        dropped.entry(*kind).or_default().push(text);
    }
    for (kind, texts) in dropped {
        let shown: Vec<String> = texts.iter().take(SHOWN).map(|text| short(text)).collect();
        let more = if texts.len() > SHOWN { ", …" } else { "" };
        writeln!(out, "  dropped: {} × {} ({}{more})", texts.len(), kind.words(), shown.join(", "))?;
    }
    for (what, count) in report.guessed() {
        writeln!(out, "  guessed: {count} × {what}")?;
    }
    Ok(())
}

/// Prints what a newer version of a document changes.
pub(super) fn changes(out: &mut impl Write, changes: &Changes) -> io::Result<()> {
    if changes.is_empty() && changes.conflicts.is_empty() {
        return writeln!(out, "  a newer version that says the same");
    }
    let lists = [
        ("added", &changes.added),
        ("changed", &changes.changed),
        ("removed", &changes.removed),
        ("kept as changed by hand", &changes.kept),
        ("kept as changed by hand, though the source changed there too: look at", &changes.conflicts),
    ];
    for (what, titles) in lists.into_iter().filter(|(_, titles)| !titles.is_empty()) {
        let all = what.contains("look at");
        let shown: Vec<String> =
            titles.iter().take(if all { titles.len() } else { SHOWN }).map(|title| short(title)).collect();
        let more = if titles.len() > shown.len() { ", …" } else { "" };
        writeln!(out, "  {what}: {} ({}{more})", titles.len(), shown.join(", "))?;
    }
    Ok(())
}

/// One line, not too long for a terminal.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
