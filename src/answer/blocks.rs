//! A section's text as paragraphs, in pages that a phone shows well.

use std::ops::Range;

use crate::content::model::{Block, Section};
use crate::message::{Paragraph, Span, Style};

/// How many characters a page holds: about three screens of a phone, and well below what one message may hold.
const PAGE: usize = 1_200;

/// How much of a section is shown beside a heading that is only its number, in characters.
const HEADLINE: usize = 24;

/// A section in one line: its heading, with its first words where the heading is only a number.
pub(super) fn headline(section: &Section) -> String {
    let first = section.blocks.first().map(|block| block.text().lines().next().unwrap_or_default());
    let Some(first) = first.filter(|_| is_only_a_number(section)) else { return section.title.clone() };
    match first.char_indices().nth(HEADLINE) {
        Some((cut, _)) => format!("{}　{}…", section.title, &first[..cut]),
        None => format!("{}　{first}", section.title),
    }
}

/// Whether a heading names nothing: 第五十四条, 第 84-1 條, 第六条之一.
pub(super) fn is_only_a_number(section: &Section) -> bool {
    let counts = |c: char| !c.is_alphabetic() || "第条條之〇零一二三四五六七八九十百千".contains(c);
    section.number.is_some() && section.title.chars().all(counts)
}

/// The section's blocks, page by page; at least one page.
pub(super) fn pages(section: &Section) -> Vec<Vec<Paragraph>> {
    let mut pages: Vec<Vec<Paragraph>> = vec![Vec::new()];
    let mut size = 0;
    for (paragraph, length) in section.blocks.iter().enumerate().flat_map(|(i, block)| pieces(section, i, block)) {
        if size > 0 && size + length > PAGE {
            pages.push(Vec::new());
            size = 0;
        }
        size += length;
        if let Some(page) = pages.last_mut() {
            page.push(paragraph);
        }
    }
    pages
}

/// A block as one paragraph, or as several where it is longer than a page.
fn pieces(section: &Section, index: usize, block: &Block) -> Vec<(Paragraph, usize)> {
    if block.text().chars().count() <= PAGE {
        let paragraph = paragraph(section, index, &[]);
        return vec![(paragraph, block.text().chars().count())];
    }
    let mut all = Vec::new();
    let mut rest = block.text();
    while !rest.is_empty() {
        let (head, tail) = rest.split_at(sentence_end(rest, PAGE));
        all.push((Paragraph::plain(head.trim()), head.chars().count()));
        rest = tail;
    }
    all
}

/// Where the last sentence ends that lies within the first `limit` characters; the limit itself when none does.
fn sentence_end(text: &str, limit: usize) -> usize {
    let Some((hard, _)) = text.char_indices().nth(limit) else { return text.len() };
    let soft = text[..hard].char_indices().rev().find(|(_, c)| ENDS.contains(*c));
    soft.map_or(hard, |(at, c)| at + c.len_utf8())
}

/// The sentences from the one that holds `at` on, at most `limit` characters of them.
pub(super) fn sentences_from(text: &str, at: usize, limit: usize) -> &str {
    let start = text[..at].char_indices().rev().find(|(_, c)| ENDS.contains(*c)).map_or(0, |(i, c)| i + c.len_utf8());
    let rest = text[start..].trim_start();
    rest[..sentence_end(rest, limit)].trim_end()
}

/// What ends a sentence.
const ENDS: &str = "。！？；.!?;\n";

/// One block as a paragraph, some of its text marked (ranges of bytes, in order).
pub(super) fn paragraph(section: &Section, index: usize, marks: &[Range<usize>]) -> Paragraph {
    let block = &section.blocks[index];
    let text = marked(block.text(), marks);
    match block {
        Block::Paragraph(_) => Paragraph::new(text),
        Block::Quote(_) => Paragraph::new(text).quote(),
        Block::Code(text) => Paragraph::new([Span { text: text.clone(), style: Style::Code }]),
        Block::Item { number, depth, .. } => {
            let indent = "  ".repeat(usize::from(*depth));
            let bullet = number.map_or_else(|| "• ".to_owned(), |n| format!("{n}. "));
            let mut spans = vec![Span::plain(indent + &bullet)];
            spans.extend(text);
            let follows = index.checked_sub(1).is_some_and(|i| matches!(section.blocks[i], Block::Item { .. }));
            let paragraph = Paragraph::new(spans);
            if follows { paragraph.tight() } else { paragraph }
        }
    }
}

/// Text with its marked ranges bold.
pub(super) fn marked(text: &str, marks: &[Range<usize>]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    for mark in marks {
        if mark.start < at || !text.is_char_boundary(mark.start) || !text.is_char_boundary(mark.end) {
            continue;
        }
        if mark.start > at {
            spans.push(Span::plain(&text[at..mark.start]));
        }
        spans.push(Span::bold(&text[mark.clone()]));
        at = mark.end;
    }
    if at < text.len() || spans.is_empty() {
        spans.push(Span::plain(&text[at..]));
    }
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn section(blocks: Vec<Block>) -> Section {
        Section::saying("s", "S", blocks)
    }

    fn said(page: &[Paragraph]) -> String {
        page.iter().flat_map(|p| &p.spans).map(|s| s.text.as_str()).collect()
    }

    #[test]
    fn a_section_without_text_still_has_a_page() {
        assert_eq!(pages(&section(Vec::new())), [Vec::new()]);
    }

    #[test]
    fn items_of_a_list_stand_close() {
        let item = |number, text: &str| Block::Item { number, depth: 0, text: text.into() };
        let page =
            pages(&section(vec![Block::Paragraph("做法".into()), item(Some(1), "一"), item(None, "二")])).remove(0);
        assert_eq!(page.iter().map(|p| p.tight).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(said(&page), "做法1. 一• 二");
    }

    proptest! {
        #[test]
        fn pages_lose_nothing_and_stay_in_bounds(texts in prop::collection::vec("[一-丂。，a]{1,3000}", 1..6)) {
            let pages = pages(&section(texts.iter().cloned().map(Block::Paragraph).collect()));
            prop_assert_eq!(pages.iter().map(|p| said(p)).collect::<String>(), texts.concat());
            for page in &pages {
                prop_assert!(said(page).chars().count() <= PAGE);
                prop_assert!(!page.is_empty());
            }
        }

        #[test]
        fn marking_changes_no_text(text in "\\PC{0,40}", marks in prop::collection::vec((0usize..60, 0usize..60), 0..5)) {
            let marks: Vec<_> = marks.into_iter().filter(|(a, b)| a <= b && *b <= text.len()).map(|(a, b)| a..b).collect();
            let said: String = marked(&text, &marks).into_iter().map(|s| s.text).collect();
            prop_assert_eq!(said, text);
        }
    }
}
