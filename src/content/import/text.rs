//! Plain text → lines.

use super::outline::Line;
use super::tidy;
use super::wrap;

/// The paragraphs of a text, without empty ones; lines that were broken at a width come together.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let raw = || text.split('\n').map(str::trim);
    let width = wrap::width(raw());
    let mut lines: Vec<Line> = Vec::new();
    let (mut gap, mut last_words) = (false, String::new());
    for words in raw() {
        let words = tidy::words_of_text(words);
        if words.is_empty() {
            gap = !lines.is_empty();
            continue;
        }
        match (lines.last_mut(), width) {
            (Some(last), Some(width)) if wrap::goes_on(&last_words, &words, width, gap) => {
                wrap::join(&mut last.text, &words);
            }
            _ => lines.push(Line { text: words.clone(), heading: None, gap }),
        }
        (gap, last_words) = (false, words);
    }
    lines
}
