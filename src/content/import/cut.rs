//! Articles, chapters and questions that a Markdown file writes as plain paragraphs get headings of their own.
//!
//! Many laws come with headings for their chapters only, and each article as a paragraph: `第一条　为了…`. What is
//! numbered in code, lists, quotations and tables is left alone. Which of the numbered lines are headings,
//! [`super::sequence`] says; entries of a table of contents are dropped.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::marker::{self, Marker, Rank};
use super::report::{Dropped, Report};
use super::sequence::{self, Candidate, Plain, Verdict};

/// The deepest level of a heading.
const DEEPEST: u8 = 6;

/// So many headings in the file, and it says itself what its headings are.
const ENOUGH: usize = 2;

/// Something that orders the text, in its order.
struct Step {
    /// Its place in the text: of a heading that is there, or of the line that becomes one.
    range: Range<usize>,
    marker: Marker,
    /// The whole line, without marks of Markdown.
    words: String,
    /// The level of a heading that is there.
    level: Option<u8>,
    /// What the new heading says; `None` for one that stays as it is.
    title: Option<String>,
}

/// The text with a heading in front of each article, and in place of each line that names a chapter.
pub(super) fn with_headings(text: &str, report: &mut Report) -> String {
    let mut steps = steps(text);
    let verdicts = verdicts(text, &mut steps);
    take_titles_below(text, &mut steps, &verdicts);
    let translated = |(index, step): (usize, &Step)| {
        (verdicts[index] == Verdict::Translation).then(|| (index, (step.range.clone(), step.words.clone())))
    };
    let translations: HashMap<usize, (Range<usize>, String)> =
        steps.iter().enumerate().filter_map(translated).collect();
    let mut out = String::with_capacity(text.len() + steps.len() * 16);
    let (mut copied, mut open): (usize, Vec<(Rank, u8)>) = (0, Vec::new());
    for (index, (mut step, verdict)) in steps.into_iter().zip(&verdicts).enumerate() {
        // A new heading takes its translation with it; after one that is there, the translation is text.
        if let (Some(title), Some((range, words))) = (&mut step.title, translations.get(&(index + 1))) {
            title.push(' ');
            title.push_str(words);
            step.range.end = range.end;
        }
        match verdict {
            Verdict::Text | Verdict::Translation => continue,
            Verdict::Contents => {
                out.push_str(without_contents_title(&text[copied..step.range.start], report));
                report.drop(Dropped::Contents, &text[step.range.clone()]);
                copied = step.range.end;
                continue;
            }
            Verdict::Heading => {}
        }
        if let Some(level) = step.level {
            open.retain(|(_, above)| *above < level);
        } else {
            open.retain(|(rank, _)| *rank < step.marker.rank);
        }
        let level = step.level.unwrap_or_else(|| open.last().map_or(1, |(_, level)| (level + 1).min(DEEPEST)));
        open.push((step.marker.rank, level));
        if let Some(title) = step.title {
            out.push_str(text[copied..step.range.start].trim_end_matches([' ', '\t', '\u{3000}']));
            out.push_str(&format!("\n{} {title}\n\n", "#".repeat(usize::from(level))));
            copied = step.range.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// The title of a chapter that stands on the line below its number belongs to the new heading.
fn take_titles_below(text: &str, steps: &mut [Step], verdicts: &[Verdict]) {
    for index in 0..steps.len() {
        let next = steps.get(index + 1).map_or(text.len(), |next| next.range.start);
        let step = &mut steps[index];
        let (Some(title), Verdict::Heading) = (&mut step.title, verdicts[index]) else { continue };
        let between = &text[step.range.end..next];
        let line = between.trim_start().lines().next().unwrap_or_default().trim();
        let end = step.range.end + between.find(line).unwrap_or(0) + line.len();
        let follows = verdicts.get(index + 1) == Some(&Verdict::Heading) && between.trim() == line;
        let plain = !line.is_empty() && line.chars().all(|c| c.is_alphanumeric() || " 、，,&'’-".contains(c));
        if plain && sequence::is_title_below(&step.marker, step.marker.length == title.len(), line, follows) {
            title.push(' ');
            title.push_str(line);
            step.range.end = end;
        }
    }
}

/// What each step is; their ranks are told by all of them.
fn verdicts(text: &str, steps: &mut [Step]) -> Vec<Verdict> {
    let between = |index: usize| steps.get(index + 1).map(|next| text[steps[index].range.end..next.range.start].trim());
    let mut candidates: Vec<Candidate<'_>> = steps
        .iter()
        .enumerate()
        .map(|(index, step)| Candidate {
            marker: step.marker,
            words: &step.words,
            heading: step.level.is_some(),
            next_at_once: between(index).is_some_and(str::is_empty) && step.marker.rank != Rank::Article,
            opens_contents: text[..step.range.start]
                .trim_end()
                .rsplit('\n')
                .next()
                .is_some_and(sequence::is_contents_title),
        })
        .collect();
    let headings = candidates.iter().filter(|candidate| candidate.heading).count();
    let verdicts = sequence::judge(&mut candidates, if headings < ENOUGH { Plain::Titles } else { Plain::None });
    let ranks: Vec<Rank> = candidates.iter().map(|candidate| candidate.marker.rank).collect();
    steps.iter_mut().zip(ranks).for_each(|(step, rank)| step.marker.rank = rank);
    verdicts
}

/// A text without the line 目录 at its end.
fn without_contents_title<'t>(text: &'t str, report: &mut Report) -> &'t str {
    let trimmed = text.trim_end();
    let start = trimmed.rfind('\n').map_or(0, |at| at + 1);
    if !sequence::is_contents_title(&trimmed[start..]) {
        return text;
    }
    report.drop(Dropped::Contents, &trimmed[start..]);
    &text[..start]
}

/// The headings and numbered lines of a text.
fn steps(text: &str) -> Vec<Step> {
    let options = Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES;
    let (mut steps, mut depth) = (Vec::new(), 0_usize);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => steps.push(heading(text, level, range)),
            Event::Start(Tag::Paragraph) if depth == 0 => numbered_lines(text, range, &mut steps),
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Table(_) | Tag::HtmlBlock) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Table | TagEnd::HtmlBlock) => depth -= 1,
            _ => {}
        }
    }
    steps
}

fn heading(text: &str, level: HeadingLevel, range: Range<usize>) -> Step {
    let line = text[range.clone()].trim_start_matches('#').trim();
    let words: String = line.lines().next().unwrap_or_default().chars().filter(|c| *c != '*').collect();
    let words = words.trim().to_owned();
    let level = level as u8;
    let marker =
        marker::at_start(&words).filter(|marker| marker.unit.is_some() || matches!(marker.rank, Rank::Dotted(_)));
    let mut step =
        Step { range, marker: marker.unwrap_or(Marker::styled(level)), words, level: Some(level), title: None };
    // A whole article in its heading: the number stays, the rest is its text.
    let rest = step.words[step.marker.length..].trim();
    if step.marker.rank == Rank::Article && !rest.is_empty() && !sequence::is_title(rest) && !line.contains(['{', '\n'])
    {
        step.title = Some(step.words[..step.marker.length].to_owned());
        let behind = step.range.start + text[step.range.clone()].find(rest).unwrap_or(0);
        step.range.end = behind.max(step.range.start);
        if step.range.is_empty() {
            step.title = None;
        }
    }
    step
}

/// The lines of a paragraph that begin with the number of an article, name a chapter, or ask a question in bold.
fn numbered_lines(text: &str, paragraph: Range<usize>, steps: &mut Vec<Step>) {
    let mut at = paragraph.start;
    for line in text[paragraph].split_inclusive('\n') {
        steps.extend(numbered_line(at, line));
        at += line.len();
    }
}

fn numbered_line(start: usize, line: &str) -> Option<Step> {
    let words = line.trim_start();
    let begins = start + line.len() - words.len();
    let words = words.trim_end();
    let mark = ["**", "__"].into_iter().find(|mark| words.starts_with(mark));
    // In bold, the number alone may stand (**第一条** 为了…), or the whole heading (**第一章 总则**).
    let (inside, behind) = match mark {
        Some(mark) => words[mark.len()..].split_once(mark)?,
        None => (words, ""),
    };
    let marks = mark.map_or(0, |mark| 2 * mark.len());
    let inside = inside.trim_end();
    let whole = behind.trim().is_empty();
    let asks = mark.is_some() && whole && inside.ends_with(['？', '?']) && sequence::is_title(inside);
    let question = || Marker { rank: Rank::Question, english: inside.is_ascii(), ..Marker::styled(DEEPEST) };
    let found = marker::candidate(inside).filter(|marker| marker.rank != Rank::Point);
    let marker = found.or_else(|| asks.then(question))?;
    let step = |title: &str, length: usize, words: String| {
        Some(Step { range: begins..begins + length, marker, words, level: None, title: Some(title.to_owned()) })
    };
    let plain = format!("{inside}{behind}");
    if mark.is_none() && sequence::runs_in(&plain, &marker) {
        let length = marker::run_in_title(words, &marker);
        let behind = &words[length..];
        let marks = behind.len() - behind.trim_start_matches(['.', ':', '—', '–', ' ']).len();
        return step(&words[..length], length + marks, plain);
    }
    if marker.rank == Rank::Article {
        let closed = inside.len() == marker.length;
        let length = marker.length + marks;
        let gap = words.get(length..).map_or(0, |rest| rest.len() - rest.trim_start_matches(GAP).len());
        let title = inside[..marker.length].trim_end_matches(['：', ':', '.']);
        return if mark.is_some() && !closed { None } else { step(title, length + gap, plain) };
    }
    whole.then(|| step(inside, words.len(), plain)).flatten()
}

/// What stands between the number of an article and its text.
const GAP: [char; 5] = [' ', '\t', '\u{3000}', '：', ':'];

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        with_headings(text, &mut Report::default())
    }

    fn headings(text: &str) -> Vec<String> {
        cut(text).lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect()
    }

    #[test]
    fn articles_get_headings_below_their_chapter() {
        let law = "# 办法\n\n## 第一章 总则\n\n第一条　为了学习。\n\n第二条 每周一次。\n第三条 违反第二条规定的，提醒。\n\n\
                   ## 第二章 附则\n\n**第四条** 自发布之日起施行。\n";
        let expected =
            ["# 办法", "## 第一章 总则", "### 第一条", "### 第二条", "### 第三条", "## 第二章 附则", "### 第四条"];
        assert_eq!(headings(law), expected);
        assert!(cut(law).contains("### 第三条\n\n违反第二条规定的，提醒。"), "{}", cut(law));
    }

    #[test]
    fn chapters_in_plain_lines_get_headings_and_their_table_of_contents_none() {
        let charter = "## 章程\n\n目录\n\n第一章　会员\n\n第二章　会费……3\n\n第一章　会员\n\n第一条　年满十八岁。\n\n第二章　会费\n\n\
                       第二条　每年一百元。\n\n第三条第一款规定的除外。\n";
        let mut report = Report::default();
        let cut = with_headings(charter, &mut report);
        let found: Vec<&str> = cut.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(found, ["## 章程", "### 第一章　会员", "#### 第一条", "### 第二章　会费", "#### 第二条"], "{cut}");
        assert!(!cut.contains("目录") && report.dropped().len() == 3, "{cut}");
    }

    #[test]
    fn what_is_quoted_listed_or_code_is_left_alone() {
        let text = "# 一\n\n> 第一条 引用\n\n- 第二条 列表\n\n```\n第三条 代码\n```\n";
        assert_eq!(cut(text), text);
    }

    #[test]
    fn an_excerpt_and_articles_put_in_later_keep_their_numbers() {
        let text = "# 摘录\n\n第五条 甲\n\n第五条之一 乙\n\n第 84-1 條 丙\n\n第十条 往回数的是正文\n";
        assert_eq!(headings(text), ["# 摘录", "## 第五条", "## 第五条之一", "## 第 84-1 條"]);
    }

    #[test]
    fn questions_in_bold_and_dotted_numbers_become_headings() {
        let text = "# 手册\n\n1.1 目的\n\n为了方便。\n\n1.2 范围\n\n全体。\n\n1.5 倍以上的不算。\n\n# 问答\n\n**几点开门？**\n\n九点。\n\n\
                    **几点关门？**\n\n五点。\n";
        assert_eq!(
            headings(text),
            ["# 手册", "## 1.1 目的", "## 1.2 范围", "# 问答", "## 几点开门？", "## 几点关门？"]
        );
    }

    #[test]
    fn the_other_language_of_a_heading_belongs_to_it_and_that_of_an_article_is_its_text() {
        let text = "# 章程\n\n第一章 会员\n\nChapter I. Members\n\n第一条 年满十八岁。\n\nArticle 1: Adults.\n\n第二条 交会费。\n\n\
                    Article 2: A fee.\n";
        assert_eq!(headings(text), ["# 章程", "## 第一章 会员 Chapter I. Members", "### 第一条", "### 第二条"]);
    }

    #[test]
    fn a_whole_article_in_a_heading_is_its_text() {
        let text = "# 办法\n\n## 第一条 为了学习，制定本办法，请大家遵守。\n\n## 第二条 目的\n\n好。\n";
        assert_eq!(headings(text), ["# 办法", "## 第一条", "## 第二条 目的"]);
        assert!(cut(text).contains("\n为了学习，制定"), "{}", cut(text));
    }
}
