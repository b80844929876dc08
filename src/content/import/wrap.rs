//! Texts whose lines were broken at a fixed width, put together again.
//!
//! Such a text shows by its widest lines: many are equally wide, and none is wider. A line that is full and ends in the
//! middle of a sentence goes on in the next.

use super::marker;

/// Widths at which people and web pages break lines, in columns. A Chinese character takes two.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=160;

/// How many columns may be left at the end of a full line of Chinese: no line begins with a comma.
const SLACK: usize = 4;

/// Full lines that a broken text has at least: in all, and among a hundred.
const FULL: (usize, usize) = (4, 8);

/// The width at which the lines of a text were broken; `None` for a text whose lines are its paragraphs.
pub(super) fn width<'t>(lines: impl Iterator<Item = &'t str>) -> Option<usize> {
    let mut counts = vec![0_usize; WIDTHS.end() + 2];
    let mut all = 0;
    for line in lines.filter(|line| !line.trim().is_empty()) {
        counts[columns(line.trim_end()).min(WIDTHS.end() + 1)] += 1;
        all += 1;
    }
    let (mut wider, mut best) = (counts[WIDTHS.end() + 1], (0, 0));
    for width in WIDTHS.rev() {
        if wider * 50 > all {
            break;
        }
        let full: usize = counts[width - SLACK + 1..=width].iter().sum();
        if full > best.0 {
            best = (full, width);
        }
        wider += counts[width];
    }
    (best.0 >= FULL.0 && best.0 * 100 >= all * FULL.1).then_some(best.1)
}

/// How many columns a line takes.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}') || "“”‘’—…".contains(c)
}

/// Whether a line goes on in the next, where lines were broken at `width`. `apart`: an empty line stands between them.
pub(super) fn goes_on(line: &str, next: &str, width: usize, apart: bool) -> bool {
    let (line, next) = (line.trim_end(), next.trim());
    let (Some(last), Some(first)) = (line.chars().next_back(), next.chars().next()) else { return false };
    if "，。、；：！？）」』”,;".contains(first) {
        return true;
    }
    let numbered = marker::at_start(next).is_some_and(|marker| marker.apart && marker.length > 0);
    if numbered || "。！？；：".contains(last) || "•·-*◆●■※".contains(first) {
        return false;
    }
    if is_wide(first) || is_wide(last) {
        return columns(line) + SLACK >= width && is_wide(last);
    }
    let word = next.split_whitespace().next().map_or(0, columns);
    !apart && columns(line) + 1 + word > width
}

/// Two parts of a broken paragraph as one text.
pub(super) fn join(text: &mut String, next: &str) {
    let wide = text.chars().next_back().is_some_and(is_wide) || next.chars().next().is_some_and(is_wide);
    if !wide {
        text.push(' ');
    }
    text.push_str(next);
}

/// Markdown whose paragraphs were broken by empty lines in the middle of a sentence, without those lines.
pub(super) fn mended(text: &str) -> String {
    let prose =
        |line: &str| !line.trim().is_empty() && !line.starts_with(['#', '>', '|', '-', '*', '`', ' ', '\t', '<', '[']);
    let Some(width) = width(text.lines().filter(|line| prose(line))) else { return text.to_owned() };
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    let (mut code, mut at) = (false, 0);
    while at < lines.len() {
        code ^= lines[at].trim_start().starts_with("```");
        out.push_str(lines[at]);
        out.push('\n');
        let blank = lines[at + 1..].iter().take(2).take_while(|line| line.trim().is_empty()).count();
        let next = lines.get(at + 1 + blank).filter(|next| blank == 1 && !code && prose(lines[at]) && prose(next));
        let together = next.is_some_and(|next| goes_on(lines[at], next, width, true));
        at += if together { 2 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_that_were_broken_at_a_width_come_together() {
        let line = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十";
        let text = format!(
            "{line}\n\n{line}\n\n，末尾。\n\n{line}\n{line}\n末尾。\n\n短行\n\n{line}\n\n第二条 不是接着的。\n"
        );
        let solid = |text: &str| text.split("\n\n").map(|part| part.replace('\n', "")).collect::<Vec<_>>();
        let mended = mended(&text);
        assert_eq!(
            solid(&mended),
            [
                format!("{line}{line}，末尾。"),
                format!("{line}{line}末尾。"),
                "短行".into(),
                line.into(),
                "第二条 不是接着的。".into()
            ]
        );
    }

    #[test]
    fn verse_and_paragraphs_of_all_lengths_are_not_broken_lines() {
        let verse = "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡\n".repeat(4);
        assert_eq!(width(verse.lines()), None);
        let prose: Vec<String> = (1..60).map(|n| "字".repeat(n * 7)).collect();
        assert_eq!(width(prose.iter().map(String::as_str)), None);
    }

    #[test]
    fn english_goes_on_where_the_next_word_did_not_fit() {
        assert!(goes_on("the quick brown fox jumps over the lazy dog and then", "everything", 60, false));
        assert!(!goes_on("the quick brown fox", "jumps", 60, false));
    }
}
