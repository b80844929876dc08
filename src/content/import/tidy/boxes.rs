//! Boxes and tabs: `::: tip`, `!!! note "…"`, `??? note`, `=== "Tab"`, `> [!NOTE]`.

use super::super::report::{Dropped, Report};

/// How far the text of a box of this kind is indented.
const INDENT: usize = 4;

/// The boxes that are open, by the indent of their text.
#[derive(Default)]
pub(super) struct Boxes {
    indents: Vec<usize>,
}

impl Boxes {
    /// A line as it stands outside of all boxes. A line that opens or closes one becomes its title, or nothing.
    pub(super) fn take(&mut self, line: &str, out: &mut Vec<String>, report: &mut Report) -> String {
        if !line.trim().is_empty() {
            let indent = width(line);
            while self.indents.last().is_some_and(|inside| indent < *inside) {
                self.indents.pop();
                out.push(String::new());
            }
        }
        let inside = self.dedented(line).to_owned();
        let trimmed = inside.trim();
        let Some(title) = opened(trimmed).or_else(|| colons(trimmed)).or_else(|| alert(trimmed)) else { return inside };
        // The title is kept: it stands last, where there is one.
        report.drop(
            Dropped::Container,
            &trimmed[..trimmed.rfind(title).filter(|_| !title.is_empty()).unwrap_or(trimmed.len())],
        );
        if opened(trimmed).is_some() {
            let own = width(&inside);
            self.indents.push(self.indents.last().copied().unwrap_or(0) + own + INDENT);
        }
        if !title.is_empty() {
            out.push(String::new());
            out.push(format!("**{title}**"));
        }
        String::new()
    }

    /// A line without the indent of the boxes that it lies in.
    pub(super) fn dedented<'l>(&self, line: &'l str) -> &'l str {
        let mut left = self.indents.last().copied().unwrap_or(0);
        let mut rest = line;
        while left > 0 {
            match rest.chars().next() {
                Some(' ') => left -= 1,
                Some('\t') => left = left.saturating_sub(INDENT),
                _ => break,
            }
            rest = &rest[1..];
        }
        rest
    }
}

fn width(line: &str) -> usize {
    let blank = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blank.map(|c| if c == '\t' { INDENT } else { 1 }).sum()
}

/// The title of a box whose text is indented: `!!! note "title"`, `???+ note`, `=== "Tab"`.
fn opened(line: &str) -> Option<&str> {
    let rest = ["!!!", "???+", "???", "==="].into_iter().find_map(|mark| line.strip_prefix(mark))?;
    let tab = line.starts_with("===");
    let named = rest.starts_with([' ', '"', '+']) && if tab { rest.contains('"') } else { !rest.trim().is_empty() };
    named.then(|| quoted(rest))
}

fn quoted(text: &str) -> &str {
    let Some(start) = text.find('"') else { return "" };
    let end = text.rfind('"').filter(|end| *end > start).unwrap_or(text.len());
    text[start + 1..end].trim()
}

/// The title behind `::: kind`, or nothing for a line that closes a box.
fn colons(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(':');
    if line.len() - rest.len() < 3 {
        return None;
    }
    let rest = rest.trim();
    let kind = rest.split_whitespace().next().unwrap_or_default();
    kind.is_ascii().then(|| rest[kind.len()..].trim())
}

/// `> [!NOTE]`
fn alert(line: &str) -> Option<&'static str> {
    let inside = line.strip_prefix('>')?.trim().strip_prefix("[!")?.strip_suffix(']')?;
    inside.bytes().all(|b| b.is_ascii_alphabetic()).then_some("")
}
