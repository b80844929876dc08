//! Articles and chapters that a Markdown file writes as plain paragraphs get headings of their own.
//!
//! Many laws come with headings for their chapters only, and each article as a paragraph: `第一条　为了…`. What is
//! numbered in code, lists, quotations and tables is left alone, and so is a line that only begins with the number of
//! another article (第十一条规定的积分…). A table of contents names a chapter before the chapter itself does: of equal
//! lines the last is the heading.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::model::{Number, Unit};
use super::marker::{self, Rank};

/// The longest heading of a chapter, in characters: what is longer is a sentence.
const HEADING: usize = 40;

/// The deepest level of a heading.
const DEEPEST: u8 = 6;

/// Something that orders the text, in its order.
struct Step {
    /// Its place in the text: of a heading that is there, or of the line that becomes one.
    range: Range<usize>,
    rank: Rank,
    number: Number,
    /// What the new heading says; `None` for one that is there.
    title: Option<String>,
    /// The level of one that is there.
    level: u8,
}

/// The text with a heading in front of each article, and in place of each line that names a chapter.
pub(super) fn with_headings(text: &str) -> String {
    let steps = accepted(text, steps(text));
    let mut out = String::with_capacity(text.len() + steps.len() * 16);
    let (mut copied, mut open): (usize, Vec<(Rank, u8)>) = (0, Vec::new());
    for step in steps {
        let Some(title) = step.title else {
            open.retain(|(_, level)| *level < step.level);
            open.push((step.rank, step.level));
            continue;
        };
        open.retain(|(rank, _)| *rank < step.rank);
        let level = open.last().map_or(1, |(_, level)| (level + 1).min(DEEPEST));
        open.push((step.rank, level));
        out.push_str(text[copied..step.range.start].trim_end_matches([' ', '\t', '\u{3000}']));
        out.push_str(&format!("\n{} {title}\n\n", "#".repeat(usize::from(level))));
        copied = step.range.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// The headings and numbered lines of a text.
fn steps(text: &str) -> Vec<Step> {
    let options = Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES;
    let (mut steps, mut depth) = (Vec::new(), 0_usize);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => steps.push(heading(text, level, range)),
            Event::Start(Tag::Paragraph) if depth == 0 => steps.extend(numbered_lines(text, range)),
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Table(_) | Tag::HtmlBlock) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Table | TagEnd::HtmlBlock) => depth -= 1,
            _ => {}
        }
    }
    steps
}

fn heading(text: &str, level: HeadingLevel, range: Range<usize>) -> Step {
    let level = level as u8;
    let words = text[range.clone()].trim_start_matches('#').trim();
    let marker = marker::at_start(words).filter(|marker| marker.rank.unit().is_some());
    let (rank, number) = marker.map_or((Rank::Styled(level), Number::new(0)), |marker| (marker.rank, marker.number));
    Step { range, rank, number, title: None, level }
}

/// The lines of a paragraph that begin with the number of an article, or name a chapter.
fn numbered_lines(text: &str, paragraph: Range<usize>) -> Vec<Step> {
    let mut at = paragraph.start;
    let lines = text[paragraph].split_inclusive('\n').map(|line| {
        at += line.len();
        (at - line.len(), line)
    });
    lines.filter_map(|(start, line)| numbered_line(start, line)).collect()
}

fn numbered_line(start: usize, line: &str) -> Option<Step> {
    let words = line.trim_start();
    let (bold, plain) = match words.strip_prefix("**") {
        Some(inside) => (true, inside),
        None => (false, words),
    };
    // In bold, the number alone may stand (**第一条** 为了…), or the whole heading (**第一章 总则**).
    let (inside, behind) = if bold { plain.split_once("**")? } else { (plain, "") };
    let marker = marker::at_start(inside.trim_end())?;
    let unit = marker.rank.unit()?;
    let begins = line.len() - words.len();
    let step = |title: &str, length: usize| {
        let range = start + begins..start + begins + length;
        Some(Step { range, rank: marker.rank, number: marker.number, title: Some(title.to_owned()), level: 0 })
    };
    if unit == Unit::Article {
        let marks = if bold { "**".len() } else { 0 };
        let closed = inside.trim_end().len() == marker.length;
        let length = marker.length + 2 * marks;
        let gap = words[length..].len() - words[length..].trim_start_matches([' ', '\t', '\u{3000}']).len();
        return if bold && !closed { None } else { step(&inside[..marker.length], length + gap) };
    }
    let title = inside.trim();
    let names = title.chars().count() <= HEADING && !title.ends_with(['。', '；', '，', '：', '.', ';', ',']);
    (names && behind.trim().is_empty()).then(|| step(title, words.trim_end().len())).flatten()
}

/// Those that are what they look like: articles go up or begin anew, and no entry of a table of contents is a heading.
fn accepted(text: &str, steps: Vec<Step>) -> Vec<Step> {
    let entries = entries(text, &steps);
    let mut article = Number::new(0);
    let mut taken = Vec::with_capacity(steps.len());
    for (step, entry) in steps.into_iter().zip(entries) {
        let new = step.title.is_some();
        if step.rank == Rank::Article {
            if new && step.number <= article && step.number != Number::new(1) {
                continue;
            }
            article = step.number;
        }
        if !(new && entry) {
            taken.push(step);
        }
    }
    taken
}

/// Which steps are entries of a table of contents: another one follows at once, and the same words come again later.
fn entries(text: &str, steps: &[Step]) -> Vec<bool> {
    let words = |step: &Step| text[step.range.clone()].chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut last: HashMap<String, usize> = HashMap::new();
    for (index, step) in steps.iter().enumerate() {
        last.insert(words(step), index);
    }
    let entry = |(index, step): (usize, &Step)| {
        let comes_again = last.get(&words(step)).is_some_and(|last| *last > index);
        let next = steps.get(index + 1).filter(|next| next.rank != Rank::Article);
        let at_once = next.is_some_and(|next| text[step.range.end..next.range.start].trim().is_empty());
        comes_again && at_once && step.rank != Rank::Article
    };
    steps.iter().enumerate().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_get_headings_below_their_chapter() {
        let law = "# 办法\n\n## 第一章 总则\n\n第一条　为了学习。\n\n第二条 每周一次。\n第三条 违反第二条规定的，提醒。\n\n\
                   ## 第二章 附则\n\n**第四条** 自发布之日起施行。\n";
        let cut = with_headings(law);
        let headings: Vec<&str> = cut.lines().filter(|line| line.starts_with('#')).collect();
        let expected =
            ["# 办法", "## 第一章 总则", "### 第一条", "### 第二条", "### 第三条", "## 第二章 附则", "### 第四条"];
        assert_eq!(headings, expected, "{cut}");
        assert!(cut.contains("### 第三条\n\n违反第二条规定的，提醒。"), "{cut}");
    }

    #[test]
    fn chapters_in_plain_lines_get_headings_and_their_table_of_contents_none() {
        let charter = "## 章程\n\n目录\n\n第一章　会员\n\n第二章　会费\n\n第一章　会员\n\n第一条　年满十八岁。\n\n第二章　会费\n\n\
                       第二条　每年一百元。\n\n第三条第一款规定的除外。\n";
        let cut = with_headings(charter);
        let headings: Vec<&str> = cut.lines().filter(|line| line.starts_with('#')).collect();
        let expected = ["## 章程", "### 第一章　会员", "#### 第一条", "### 第二章　会费", "#### 第二条"];
        assert_eq!(headings, expected, "{cut}");
    }

    #[test]
    fn what_is_quoted_listed_or_code_is_left_alone() {
        let text = "# 一\n\n> 第一条 引用\n\n- 第二条 列表\n\n```\n第三条 代码\n```\n";
        assert_eq!(with_headings(text), text);
    }

    #[test]
    fn an_excerpt_and_articles_put_in_later_keep_their_numbers() {
        let text = "# 摘录\n\n第五条 甲\n\n第五条之一 乙\n\n第 84-1 條 丙\n\n第十条 往回数的是正文\n";
        let cut = with_headings(text);
        let headings: Vec<&str> = cut.lines().filter(|line| line.starts_with("##")).collect();
        assert_eq!(headings, ["## 第五条", "## 第五条之一", "## 第 84-1 條"], "{cut}");
    }
}
