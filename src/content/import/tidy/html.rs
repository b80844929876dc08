//! Blocks of HTML → their text, a line for each row of a table and each paragraph.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::super::report::{Dropped, Report};

/// Elements of which nothing is shown.
const UNSEEN: [&str; 3] = ["style", "script", "iframe"];

/// Elements that begin a line of their own.
const LINES: [&str; 18] = [
    "p",
    "div",
    "tr",
    "table",
    "li",
    "ul",
    "ol",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "summary",
    "details",
    "center",
    "blockquote",
];

/// The text with its blocks of HTML, and tags inside lines, read as their words.
pub(super) fn to_text(text: &str, report: &mut Report) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        if range.start < copied {
            continue;
        }
        let read = match event {
            Event::Start(Tag::HtmlBlock) => format!("\n{}\n\n", block(&text[range.clone()], report)),
            Event::InlineHtml(tag) if !is_break(&tag) => {
                let words = picture_words(&tag);
                report.drop(Dropped::Tag, &without(&tag, &words));
                words
            }
            _ => continue,
        };
        out.push_str(&text[copied..range.start]);
        out.push_str(&read);
        copied = range.end;
    }
    out.push_str(&text[copied..]);
    out
}

fn is_break(tag: &str) -> bool {
    name(tag) == "br"
}

/// The name of a tag's element, in small letters.
fn name(tag: &str) -> String {
    let inside = tag.trim_start_matches('<').trim_start_matches('/');
    inside.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// What a picture is described with.
fn picture_words(tag: &str) -> String {
    let value = || {
        let rest = &tag[tag.find("alt=")? + 4..];
        let mark = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split_once(mark).map(|(words, _)| words.to_owned())
    };
    if name(tag) == "img" { value().unwrap_or_default() } else { String::new() }
}

/// A tag without the words that are kept of it.
fn without(tag: &str, words: &str) -> String {
    if words.is_empty() { tag.to_owned() } else { tag.replacen(words, "", 1) }
}

fn block(html: &str, report: &mut Report) -> String {
    let (mut out, mut rest) = (String::new(), html);
    // What follows the last `>` holds no whole tag: it is not searched again for each `<`.
    let untagged = html.rfind('>').map_or(html.len(), |last| html.len() - last - 1);
    while let Some(at) = rest.find('<') {
        out.push_str(&words(&rest[..at]));
        let tagged = &rest[at..];
        // A `<` that opens no tag is one.
        let opens = tagged[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let Some(end) =
            Some(tagged).filter(|tagged| opens && tagged.len() > untagged).and_then(|tagged| tagged.find('>'))
        else {
            out.push_str("\\<");
            rest = &tagged[1..];
            continue;
        };
        let tag = &tagged[..=end];
        rest = &tagged[end + 1..];
        let name = name(tag);
        if UNSEEN.contains(&name.as_str()) && !tag.starts_with("</") {
            let length = rest.find(&format!("</{name}")).unwrap_or(rest.len());
            report.drop(Dropped::Script, &rest[..length]);
            rest = &rest[length..];
        } else {
            let words = picture_words(tag);
            report.drop(Dropped::Tag, &without(tag, &words));
            out.push_str(&words);
        }
        if LINES.contains(&name.as_str()) {
            out.push('\n');
        } else if matches!(name.as_str(), "td" | "th") && !tag.starts_with("</") {
            out.push('\u{1f}');
        }
    }
    out.push_str(&words(rest));
    rows(&out)
}

/// Lines without empty ones; between the cells of a row stands a bar.
fn rows(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let cells: Vec<&str> = line.split('\u{1f}').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        cells.join(" | ")
    });
    // A row is a paragraph: lines of one would be joined.
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Text of HTML: its lines are spaces, its commonest entities characters.
fn words(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    [("&nbsp;", " "), ("&lt;", "\\<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, character)| text.replace(entity, character))
}
