//! Parts of a section that are named by number: 第二款, 第（三）项.
//!
//! A paragraph (款) is a block that is no item of the one before it; an item (项) begins with its number, at the start of
//! a block or inside one. In the laws of Taiwan 款 are the numbered items (一、), so these count first there.

use std::ops::Range;

use crate::content::model::{Block, Section, leading_number};
use crate::message::Part;

/// Where a part stands: the block, and the range of bytes in its text.
pub(super) fn find(section: &Section, part: Part) -> Option<(usize, Range<usize>)> {
    let nth = |all: Vec<(u32, usize, Range<usize>)>, n| {
        all.into_iter().find(|(number, ..)| *number == n).map(|(_, block, range)| (block, range))
    };
    match part {
        Part::Paragraph(n) if is_taiwanese(section) => nth(items(section), n),
        Part::Paragraph(n) => nth(paragraphs(section), n),
        Part::Item(n) => nth(items(section), n),
    }
}

/// How many parts of this kind a section has.
pub(super) fn count(section: &Section, part: Part) -> usize {
    match part {
        Part::Paragraph(_) if !is_taiwanese(section) => paragraphs(section).len(),
        _ => items(section).len(),
    }
}

/// Whether items are numbered 一、 right under the article, as they are where paragraphs are called 項.
fn is_taiwanese(section: &Section) -> bool {
    section.blocks.iter().any(|block| block.text().starts_with("一、"))
}

/// The paragraphs with their numbers.
fn paragraphs(section: &Section) -> Vec<(u32, usize, Range<usize>)> {
    let blocks = section.blocks.iter().enumerate();
    let own =
        blocks.filter(|(_, block)| !matches!(block, Block::Item { .. }) && numbered_at(block.text(), 0).is_none());
    own.zip(1..).map(|((index, block), n)| (n, index, 0..block.text().len())).collect()
}

/// The items with their numbers.
fn items(section: &Section) -> Vec<(u32, usize, Range<usize>)> {
    let mut all = Vec::new();
    for (index, block) in section.blocks.iter().enumerate() {
        let text = block.text();
        if let Block::Item { number: Some(number), .. } = block {
            all.extend(u32::try_from(*number).ok().map(|number| (number, index, 0..text.len())));
            continue;
        }
        let starts: Vec<(usize, u32)> = item_starts(text).collect();
        for (i, (start, number)) in starts.iter().enumerate() {
            let end = starts.get(i + 1).map_or(text.len(), |(next, _)| *next);
            all.push((*number, index, *start..start + text[*start..end].trim_end().len()));
        }
    }
    all
}

/// Where items begin: at the start of a text, of a line or of a clause.
fn item_starts(text: &str) -> impl Iterator<Item = (usize, u32)> {
    let clauses = text.char_indices().filter(|(_, c)| "\n；;：:。".contains(*c)).map(|(at, c)| at + c.len_utf8());
    let starts = std::iter::once(0).chain(clauses).map(|at| at + (text[at..].len() - text[at..].trim_start().len()));
    starts.filter_map(|at| Some((at, numbered_at(text, at)?)))
}

/// The number of an item that begins at `at`: 三、 or （三） or 3.
fn numbered_at(text: &str, at: usize) -> Option<u32> {
    let text = text.get(at..)?;
    let inner = text.trim_start_matches(['（', '(']);
    let (number, length) = leading_number(inner)?;
    let (bracketed, after) = (inner.len() < text.len(), inner[length..].chars().next()?);
    let ends = if bracketed { "）)" } else { "、.．）)" };
    // 3.5 is a figure.
    let figure = after == '.' && inner[length + 1..].starts_with(|c: char| c.is_ascii_digit());
    (ends.contains(after) && !figure).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::load;

    fn said(text: &str, part: Part) -> Option<String> {
        let document = load::parse("d.md", &format!("# 第三条\n\n{text}\n")).unwrap();
        let section = &document.sections[0];
        find(section, part).map(|(block, range)| section.blocks[block].text()[range].to_owned())
    }

    #[test]
    fn paragraphs_are_counted_without_the_items_between_them() {
        let text = "有下列情形的，罚：\n\n（一）甲；\n\n（二）乙。\n\n前款的罚，减半。";
        assert_eq!(said(text, Part::Paragraph(2)).as_deref(), Some("前款的罚，减半。"));
        assert_eq!(said(text, Part::Item(2)).as_deref(), Some("（二）乙。"));
        assert_eq!(said(text, Part::Item(3)), None);
        assert_eq!(said(text, Part::Paragraph(3)), None);
    }

    #[test]
    fn items_are_found_inside_a_paragraph_too() {
        let text = "有下列情形的，罚：（一）甲；（二）乙，占 3.5 成。";
        assert_eq!(said(text, Part::Item(2)).as_deref(), Some("（二）乙，占 3.5 成。"));
        assert_eq!(said(text, Part::Item(1)).as_deref(), Some("（一）甲；"));
    }

    #[test]
    fn where_items_are_called_paragraphs_they_are_what_is_meant() {
        assert_eq!(said("應記載：\n\n一、姓名。\n\n二、住址。", Part::Paragraph(2)).as_deref(), Some("二、住址。"));
    }
}
