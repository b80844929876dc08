//! Plain text → lines.

use super::outline::Line;
use super::tidy;
use super::wrap;

/// The paragraphs of a text, without empty ones; lines that were broken at a width come together.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let raw = || text.split('\n');
    let width = wrap::width(raw());
    let mut lines: Vec<Line> = Vec::new();
    let (mut gap, mut last) = (false, "");
    for line in raw() {
        let words = tidy::words_of_text(line.trim());
        if words.is_empty() {
            gap = !lines.is_empty();
            continue;
        }
        match (lines.last_mut(), width) {
            (Some(paragraph), Some(width)) if wrap::goes_on(last, line, width, gap) => {
                wrap::join(&mut paragraph.text, &words);
            }
            _ => lines.push(Line { text: words.clone(), heading: None, gap }),
        }
        (gap, last) = (false, line);
    }
    lines
}
