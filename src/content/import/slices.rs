//! Sections that are too long to be read at once, cut where the text gives a place.
//!
//! Prose without headings is cut into parts of at most [`PART`] characters; a section under a heading of its author only
//! where it is longer than [`LONG`]. Articles and questions are never cut. A notice whose points are paragraphs (一、…)
//! and whose only heading is its title is cut at each point.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::markdown::escaped;
use super::marker::{self, Rank};
use super::outline::{Node, clause};

/// The longest part, in characters.
const PART: usize = 1_500;

/// The longest section that stays as its author made it, in characters.
const LONG: usize = 3_000;

/// Where to begin a part among blocks of these lengths; `joined` says which belong to the one before. The parts are about
/// equally long.
fn starts(lengths: &[usize], joined: impl Fn(usize) -> bool) -> Vec<usize> {
    let total: usize = lengths.iter().sum();
    let parts = total.div_ceil(PART).max(1);
    let wanted = total.div_ceil(parts);
    let (mut starts, mut length) = (Vec::new(), 0);
    for (index, next) in lengths.iter().enumerate() {
        let full = length >= wanted || length + next > PART;
        if length > 0 && full && !joined(index) {
            starts.push(index);
            length = 0;
        }
        length += next;
    }
    starts
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// A paragraph in the other script than the one before it is its translation.
fn translates(before: &str, text: &str) -> bool {
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    chinese(before) && !chinese(text)
}

/// The sections of a text without those that are too long.
pub(super) fn nodes(nodes: Vec<Node>) -> Vec<Node> {
    let mut out = Vec::with_capacity(nodes.len());
    for mut node in nodes {
        let lengths: Vec<usize> = node.paragraphs.iter().map(|text| chars(text)).collect();
        let entry = marker::at_start(&node.title).is_some_and(|marker| marker.is_entry());
        let limit = if node.own { LONG } else { PART };
        if entry || node.member || lengths.iter().sum::<usize>() <= limit {
            out.push(node);
            continue;
        }
        let joined = |index: usize| translates(&node.paragraphs[index - 1], &node.paragraphs[index]);
        let starts = starts(&lengths, joined);
        let mut parts: Vec<Vec<String>> = Vec::new();
        for start in starts.into_iter().rev() {
            parts.push(node.paragraphs.split_off(start));
        }
        let level = if node.own { (node.level + 1).min(6) } else { node.level };
        out.push(node);
        out.extend(parts.into_iter().rev().map(|paragraphs| Node::of_prose(level, paragraphs)));
    }
    out
}

/// A block of Markdown at the outermost level.
struct Block {
    range: Range<usize>,
    level: Option<u8>,
    paragraph: bool,
    code: bool,
}

/// Markdown with a heading before each part of a section that is too long.
pub(super) fn markdown(text: &str) -> String {
    let blocks = blocks(text);
    let only_title = blocks.iter().filter(|block| block.level.is_some()).count() <= 1;
    let mut insertions: Vec<(usize, String)> = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let heading = blocks[at].level.map(|level| (level, &text[blocks[at].range.clone()]));
        let first = at + usize::from(heading.is_some());
        let end = (first..blocks.len()).find(|next| blocks[*next].level.is_some()).unwrap_or(blocks.len());
        insertions.extend(parts(text, heading, &blocks[first..end], only_title));
        at = end;
    }
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, heading) in insertions {
        out.push_str(&text[copied..at]);
        out.push_str(&heading);
        copied = at;
    }
    out.push_str(&text[copied..]);
    out
}

/// The headings to put into one section, with their places.
fn parts(text: &str, heading: Option<(u8, &str)>, blocks: &[Block], only_title: bool) -> Vec<(usize, String)> {
    let words = |block: &Block| text[block.range.clone()].trim();
    let title = heading.map(|(_, line)| line.trim_start_matches('#').trim());
    let entry = title.is_some_and(|title| {
        marker::at_start(title).is_some_and(|marker| marker.is_entry()) || title.ends_with(['？', '?'])
    });
    // Code is looked at, not read; a translation is as long as what it translates.
    let length = |index: usize| {
        let block = &blocks[index];
        let repeats = block.code || (index > 0 && translates(words(&blocks[index - 1]), words(block)));
        if repeats { 0 } else { chars(words(block)) }
    };
    let lengths: Vec<usize> = (0..blocks.len()).map(length).collect();
    let limit = if heading.is_some() { LONG } else { PART };
    let points = if entry || !only_title { Vec::new() } else { points(text, blocks) };
    if entry || (points.is_empty() && lengths.iter().sum::<usize>() <= limit) {
        return Vec::new();
    }
    let level = heading.map_or(1, |(level, _)| (level + 1).min(6));
    let joined =
        |index: usize| !blocks[index].paragraph || translates(words(&blocks[index - 1]), words(&blocks[index]));
    let mut starts = if points.is_empty() { starts(&lengths, joined) } else { points };
    // Text before the first heading of all gets one as well.
    if heading.is_none() && starts.first() != Some(&0) && blocks.first().is_some_and(|block| block.paragraph) {
        starts.insert(0, 0);
    }
    let line = |index: usize| {
        let plain: String = words(&blocks[index]).chars().filter(|c| !"*_`[]#".contains(*c)).collect();
        let title = escaped(&clause(plain.lines().next().unwrap_or_default().trim()));
        (blocks[index].range.start, format!("{} {title}\n\n", "#".repeat(usize::from(level))))
    };
    starts.into_iter().map(line).collect()
}

/// The paragraphs 一、 二、 三、 of a text, where there are at least two of them, each a sentence.
fn points(text: &str, blocks: &[Block]) -> Vec<usize> {
    let mut points = Vec::new();
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.paragraph) {
        let words = text[block.range.clone()].trim();
        let number =
            marker::at_start(words).filter(|marker| marker.rank == Rank::First).map(|marker| marker.number.main());
        // 一、…；二、…。 are the items of one sentence.
        if usize::try_from(number.unwrap_or(0)) == Ok(points.len() + 1) && !words.ends_with(['；', ';']) {
            points.push(index);
        }
    }
    if points.len() < 2 { Vec::new() } else { points }
}

fn blocks(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES;
    let (mut blocks, mut depth) = (Vec::new(), 0_usize);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(tag) if is_block(&tag) => {
                if depth == 0 {
                    let level = if let Tag::Heading { level, .. } = tag { Some(level as u8) } else { None };
                    let (paragraph, code) = (matches!(tag, Tag::Paragraph), matches!(tag, Tag::CodeBlock(_)));
                    blocks.push(Block { range, level, paragraph, code });
                }
                depth += 1;
            }
            Event::End(tag) if is_end(tag) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    blocks
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Item
            | Tag::Table(_)
    )
}

fn is_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_prose_is_cut_between_paragraphs_and_an_article_never() {
        let paragraph = format!("{}，然后继续。", "字".repeat(700));
        let prose = format!("{paragraph}\n\n{paragraph}\n\n{paragraph}\n\n{paragraph}\n\n{paragraph}\n");
        let headings = |text: &str| markdown(text).matches("# 字").count();
        assert_eq!(headings(&prose), 3, "every part has a heading where the text has none");
        assert_eq!(headings(&format!("# 讲话\n\n{prose}")), 2);
        assert_eq!(markdown(&format!("# 第一条\n\n{prose}")), format!("# 第一条\n\n{prose}"));
        assert_eq!(markdown("短文。\n\n两段。\n"), "短文。\n\n两段。\n");
    }

    #[test]
    fn a_notice_is_cut_at_its_points() {
        let headings = |text: &str| -> Vec<String> {
            markdown(text).lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect()
        };
        let points =
            "各班照办。\n\n一、提高认识。要重视。\n\n二、加强领导。成立小组。\n\n小组七人。\n\n三、今天起施行。\n";
        let cut = ["# 通知", "## 一、提高认识", "## 二、加强领导", "## 三、今天起施行"];
        assert_eq!(headings(&format!("# 通知\n\n{points}")), cut);
        assert_eq!(headings(points), ["# 各班照办", "# 一、提高认识", "# 二、加强领导", "# 三、今天起施行"]);
        let listed = "# 章程\n\n## 第一章\n\n一、甲。\n\n二、乙。\n";
        assert_eq!(headings(listed), ["# 章程", "## 第一章"], "where the file has headings, numbers count items");
        assert_eq!(headings("# 第一条\n\n一、甲。\n\n二、乙。\n"), ["# 第一条"]);
        assert_eq!(headings("# 信\n\n一、甲；\n\n二、乙；\n\n三、丙。\n"), ["# 信"]);
    }
}
