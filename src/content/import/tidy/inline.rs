//! Marks inside a line: comments, wikilinks, pictures, formulas, bold beside Chinese.

use super::super::decode::INVISIBLE;
use super::super::report::{Dropped, Report};

/// A comment that may go on over lines: `<!-- … -->`, `%% … %%`.
#[derive(Default)]
pub(super) struct Comments {
    closing: Option<&'static str>,
}

const COMMENTS: [(&str, &str); 2] = [("<!--", "-->"), ("%%", "%%")];

impl Comments {
    /// Whether a comment goes on.
    pub(super) fn open(&self) -> bool {
        self.closing.is_some()
    }

    /// The line without comments; `None` where nothing else is in it.
    pub(super) fn without(&mut self, line: &str, report: &mut Report) -> Option<String> {
        if self.closing.is_none() && !COMMENTS.iter().any(|(open, _)| line.contains(open)) {
            return Some(line.to_owned());
        }
        let (mut out, mut rest) = (String::new(), line);
        loop {
            if let Some(closing) = self.closing {
                let Some(end) = rest.find(closing) else {
                    report.drop(Dropped::Comment, rest);
                    break;
                };
                report.drop(Dropped::Comment, &rest[..end]);
                rest = &rest[end + closing.len()..];
                self.closing = None;
            }
            let next =
                COMMENTS.iter().filter_map(|(open, close)| Some((outside_code(rest, open)?, open, *close))).min();
            let Some((at, open, close)) = next else {
                out.push_str(rest);
                break;
            };
            out.push_str(&rest[..at]);
            rest = &rest[at + open.len()..];
            // 5%% on its own is no comment: a mark in the middle of a line closes there.
            if *open == "%%" && !(out.trim().is_empty() || rest.contains(close)) {
                out.push_str(open);
                out.push_str(rest);
                break;
            }
            self.closing = Some(close);
        }
        (!out.trim().is_empty() || line.trim().is_empty()).then_some(out)
    }
}

/// Where a mark stands outside of code.
fn outside_code(text: &str, mark: &str) -> Option<usize> {
    let (mut counted, mut ticks) = (0, 0);
    text.match_indices(mark).map(|(at, _)| at).find(|at| {
        ticks += text[counted..*at].bytes().filter(|byte| *byte == b'`').count();
        counted = *at;
        ticks % 2 == 0
    })
}

/// A line with its marks as CommonMark reads them. Code stays as it is.
pub(super) fn tidied(line: &str, report: &mut Report) -> String {
    let mut out = String::with_capacity(line.len());
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        match index % 2 {
            0 => out.push_str(&plain(part, report)),
            _ => out.push_str(part),
        }
    }
    out
}

fn plain(text: &str, report: &mut Report) -> String {
    let text = if text.contains("[[") { wikilinks(text, report) } else { text.to_owned() };
    let text = if text.contains("![") { pictures(&text, report) } else { text };
    let text = if text.contains('$') { formulas(&text) } else { text };
    let text = if text.contains('*') { products(&beside_chinese(&text)) } else { text };
    joined_names(&text)
}

/// `[[page|words]]` as its words.
fn wikilinks(text: &str, report: &mut Report) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, inside, after)) = between(rest, "[[", "]]") {
        let picture = before.ends_with('!');
        out.push_str(before.strip_suffix('!').unwrap_or(before));
        let (page, words) = inside.split_once('|').map_or((None, inside), |(page, words)| (Some(page), words));
        if picture {
            report.drop(Dropped::Picture, inside);
        } else {
            report.drop(Dropped::LinkTarget, page.unwrap_or_default());
            out.push_str(words);
        }
        rest = after;
    }
    out + rest
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<(&'t str, &'t str, &'t str)> {
    let start = text.find(open)?;
    let end = text[start + open.len()..].find(close)? + start + open.len();
    Some((&text[..start], &text[start + open.len()..end], &text[end + close.len()..]))
}

/// `![words](address)` as its words.
fn pictures(text: &str, report: &mut Report) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, words, after)) = between(rest, "![", "](") {
        if words.contains(']') {
            break;
        }
        let Some(end) = closing(after) else { break };
        out.push_str(before);
        out.push_str(words);
        report.drop(Dropped::Picture, &after[..end]);
        rest = &after[end + 1..];
    }
    out + rest
}

/// Where the bracket closes that an address stands in.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(at, c)| match c {
        '(' => {
            depth += 1;
            None
        }
        ')' if depth == 0 => Some(at),
        ')' => {
            depth -= 1;
            None
        }
        _ => None,
    })
}

/// `$a_i*b_i$` as code, so that nothing in it is read as Markdown.
fn formulas(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, inside, after)) = between(rest, "$", "$") {
        let tight = !inside.is_empty() && !inside.starts_with(' ') && !inside.ends_with(' ');
        let formula = tight
            && inside.contains(['\\', '_', '^', '*', '{', '<', '['])
            && !after.starts_with(|c: char| c.is_ascii_digit());
        if !formula {
            let end = before.len() + 1;
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        out.push_str(&format!("{before}`${inside}$`"));
        rest = after;
    }
    out + rest
}

/// A star between two digits multiplies.
fn products(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '*' && before.is_ascii_digit() && chars.peek().is_some_and(char::is_ascii_digit) {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// `**注意：**请` → `**注意**：请`: CommonMark closes bold only where a letter stands before the stars, or none after them.
fn beside_chinese(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, inside, after)) = between(rest, "**", "**") {
        out.push_str(before);
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let (mut core, mut lead, mut tail) = (inside, "", "");
        if word(after.chars().next()) {
            core = core.trim_end_matches(|c: char| !c.is_alphanumeric() && !"*`$\\".contains(c));
            tail = &inside[core.len()..];
        }
        if word(out.chars().next_back()) {
            let start =
                core.len() - core.trim_start_matches(|c: char| !c.is_alphanumeric() && !"*`$\\".contains(c)).len();
            (lead, core) = core.split_at(start);
        }
        match core.trim().is_empty() {
            true if inside.trim().is_empty() => out.push_str(&format!("**{inside}**")),
            true => out.push_str(inside),
            false => out.push_str(&format!("{lead}**{core}**{tail}")),
        }
        rest = after;
    }
    out + rest
}

/// 名　　称：… as 名称：…: wide spaces that only stretch a name of two or three characters.
pub(in super::super) fn joined_names(text: &str) -> String {
    if !text.contains('\u{3000}') {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let wide = |at: usize| chars.get(at).is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    let blank = |at: usize| chars.get(at).is_none_or(|c| c.is_whitespace() || "：:，。（）()".contains(*c));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let alone = wide(at) && (at == 0 || blank(at - 1));
        let gap = chars[at + 1..].iter().take_while(|c| **c == '\u{3000}').count();
        let other = at + 1 + gap;
        out.push(chars[at]);
        at += 1;
        if alone && gap > 0 && wide(other) && blank(other + 1) {
            at = other;
        }
    }
    out
}

/// Without characters of no width, which stand in words and are not seen.
pub(super) fn without_invisible(text: &str) -> String {
    text.replace(INVISIBLE, "")
}
