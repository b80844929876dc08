//! Markdown → headings and the plain text under them, each with its place.
//!
//! Lines are kept apart until a paragraph ends: a quote's lines may be ways to ask (`> ? …`) or questions to think about
//! (`> ?? …`), and a line break in the middle of a Chinese sentence is no space.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::model::Block;
use super::super::source::{Findings, Source};
use super::attributes::{self, Attributes};

/// A text and the offset where it begins.
pub(in super::super) type Placed = (String, usize);

/// What stands under one heading, or before the first.
#[derive(Default)]
pub(in super::super) struct Part {
    pub(in super::super) blocks: Vec<Block>,
    pub(in super::super) asks: Vec<Placed>,
    pub(in super::super) think: Vec<Placed>,
}

/// A heading and its part.
pub(in super::super) struct Heading {
    pub(in super::super) title: String,
    pub(in super::super) level: u8,
    /// Where the heading stands in the file.
    pub(in super::super) range: Range<usize>,
    pub(in super::super) attributes: Attributes,
    pub(in super::super) part: Part,
}

/// A whole file's text.
#[derive(Default)]
pub(in super::super) struct Outline {
    pub(in super::super) introduction: Part,
    pub(in super::super) headings: Vec<Heading>,
}

/// Reads the Markdown from `base` on to the end of the source.
pub(in super::super) fn read(source: &Source<'_>, base: usize, findings: &mut Findings<'_>) -> Outline {
    let options = Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES;
    let events = Parser::new_ext(&source.text[base..], options).into_offset_iter();
    let mut reader = Reader::new(source, findings);
    for (event, range) in events {
        reader.take(event, range.start + base..range.end + base);
    }
    reader.flush();
    reader.outline
}

/// A line of a paragraph.
struct Line {
    text: String,
    at: usize,
    /// The break before it was asked for.
    forced: bool,
}

/// What a block lies in.
enum Container {
    Quote(Range<usize>),
    List(Option<u64>),
    Item { number: Option<u64>, block: Option<usize> },
}

struct Reader<'s, 'f, 'd> {
    source: &'s Source<'s>,
    findings: &'f mut Findings<'d>,
    outline: Outline,
    containers: Vec<Container>,
    lines: Vec<Line>,
    /// The next text begins a line, and whether that break was asked for.
    broken: Option<bool>,
    code: Option<String>,
    heading: Option<Heading>,
}

impl<'s, 'f, 'd> Reader<'s, 'f, 'd> {
    fn new(source: &'s Source<'s>, findings: &'f mut Findings<'d>) -> Self {
        Self {
            source,
            findings,
            outline: Outline::default(),
            containers: Vec::new(),
            lines: Vec::new(),
            broken: None,
            code: None,
            heading: None,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.text(&text, range.start),
            },
            Event::Code(text) => self.text(&text, range.start),
            Event::SoftBreak => self.broken = Some(false),
            Event::HardBreak => self.broken = Some(true),
            Event::InlineHtml(html) if is_line_break(&html) => self.broken = Some(true),
            Event::InlineHtml(html) => self.html(&html, range.start),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                self.flush();
                let attributed = id.is_some() || !classes.is_empty() || !attrs.is_empty();
                self.open_heading(level, attributed, range);
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.containers.push(Container::Quote(range));
            }
            Tag::List(first) => {
                self.flush();
                self.containers.push(Container::List(first));
            }
            Tag::Item => {
                self.flush();
                let number = self.next_number();
                self.containers.push(Container::Item { number, block: None });
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.code = Some(String::new());
                self.indented_code(&kind, range.start);
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html(&self.source.text[range.clone()], range.start);
            }
            Tag::Table(_) => {
                self.flush();
                self.findings.warning(
                    range.start,
                    "a table is shown as plain lines",
                    "write it as a list, which reads well on a phone",
                );
            }
            Tag::TableCell if !self.lines.is_empty() => self.text(" | ", range.start),
            Tag::Image { .. } => self.findings.warning(
                range.start,
                "a picture is not shown, only its description",
                "say in words what the picture shows",
            ),
            Tag::Paragraph | Tag::TableHead | Tag::TableRow => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::Paragraph | TagEnd::TableHead | TagEnd::TableRow => self.flush(),
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.push(Block::Code(code.trim_end_matches('\n').to_owned()));
                }
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.flush();
                self.containers.pop();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        match (self.lines.last_mut(), self.broken.take()) {
            (Some(line), None) => line.text.push_str(text),
            (_, forced) => self.lines.push(Line { text: text.to_owned(), at, forced: forced == Some(true) }),
        }
    }

    fn html(&mut self, html: &str, at: usize) {
        if !html.starts_with("<!--") && !html.starts_with("</") {
            self.findings.warning(at, "HTML is not shown", "write it as Markdown, or leave it out");
        }
    }

    /// Paragraphs that are indented, as Chinese prose likes it, become code by accident.
    fn indented_code(&mut self, kind: &CodeBlockKind<'_>, at: usize) {
        if matches!(kind, CodeBlockKind::Indented) {
            self.findings.warning(
                at,
                "a paragraph indented by four spaces is a code block",
                "take the spaces away, or put the code between lines of three backticks",
            );
        }
    }

    fn next_number(&mut self) -> Option<u64> {
        let Some(Container::List(Some(next))) = self.containers.last_mut() else { return None };
        let number = *next;
        *next = next.saturating_add(1);
        Some(number)
    }

    fn part(&mut self) -> &mut Part {
        match self.outline.headings.last_mut() {
            Some(heading) => &mut heading.part,
            None => &mut self.outline.introduction,
        }
    }

    fn push(&mut self, block: Block) {
        self.part().blocks.push(block);
    }

    fn open_heading(&mut self, level: HeadingLevel, attributed: bool, range: Range<usize>) {
        if !self.containers.is_empty() {
            self.findings.warning(
                range.start,
                "a heading inside a quote or a list is no section",
                "put the heading at the start of a line of its own",
            );
            return;
        }
        let attributes = match attributed {
            true => attributes::read(self.source, range.clone(), self.findings),
            false => Attributes::default(),
        };
        let heading = Heading { title: String::new(), level: level as u8, range, attributes, part: Part::default() };
        self.heading = Some(heading);
    }

    fn close_heading(&mut self) {
        match self.heading.take() {
            Some(mut heading) => {
                heading.title = joined(std::mem::take(&mut self.lines)).trim().to_owned();
                self.broken = None;
                self.outline.headings.push(heading);
            }
            None => self.flush(),
        }
    }

    /// Ends the paragraph that is being read, if there is one.
    fn flush(&mut self) {
        self.broken = None;
        let lines = std::mem::take(&mut self.lines);
        if lines.is_empty() {
            return;
        }
        match self.containers.last() {
            Some(Container::Quote(range)) => {
                let range = range.clone();
                self.quote(lines, range);
            }
            Some(Container::Item { .. }) => self.item(joined(lines)),
            _ => self.push(Block::Paragraph(joined(lines))),
        }
    }

    fn item(&mut self, text: String) {
        let lists = self.containers.iter().filter(|c| matches!(c, Container::List(_))).count();
        let depth = u8::try_from(lists.saturating_sub(1)).unwrap_or(u8::MAX);
        let blocks = match self.outline.headings.last_mut() {
            Some(heading) => &mut heading.part.blocks,
            None => &mut self.outline.introduction.blocks,
        };
        let Some(Container::Item { number, block }) = self.containers.last_mut() else { return };
        match (*block, blocks.len()) {
            (None, next) => {
                *block = Some(next);
                blocks.push(Block::Item { number: *number, depth, text });
            }
            (Some(index), length) if index + 1 == length => {
                if let Block::Item { text: so_far, .. } = &mut blocks[index] {
                    so_far.push('\n');
                    so_far.push_str(&text);
                }
            }
            _ => blocks.push(Block::Paragraph(text)),
        }
    }

    fn quote(&mut self, lines: Vec<Line>, range: Range<usize>) {
        let mut quoted = Vec::new();
        let mut asked = false;
        for line in lines {
            let escaped = self.source.text[..line.at].ends_with('\\');
            match question(&line.text).filter(|_| !escaped) {
                Some((think, text)) => {
                    asked = true;
                    self.asked(think, text, line.at);
                }
                None if asked && !self.source.before(line.at).contains('>') => self.findings.error(
                    line.at,
                    "text glued to a `> ?` line belongs to that quote and would not be shown",
                    "put a blank line after the quote",
                ),
                None => quoted.push(line),
            }
        }
        if asked {
            self.glued(&range);
        }
        if !quoted.is_empty() {
            self.push(Block::Quote(joined(quoted)));
        }
    }

    fn asked(&mut self, think: bool, text: &str, at: usize) {
        if text.is_empty() {
            self.findings.warning(at, "nothing follows the question mark", "write the question after `> ?`");
        } else if self.outline.headings.is_empty() {
            self.findings.warning(
                at,
                "a question before the first heading asks for no section",
                "move it under a heading",
            );
        } else if think {
            self.part().think.push((text.to_owned(), at));
        } else {
            self.part().asks.push((text.to_owned(), at));
        }
    }

    /// A quote of questions wants blank lines around it, or other Markdown programs join it to its neighbours.
    fn glued(&mut self, range: &Range<usize>) {
        let first = self.source.line(range.start);
        let above = self.source.line_text(first - 1).trim();
        if !above.is_empty() && !above.starts_with(['#', '>', '+']) && first > 1 {
            let help = "put a blank line before the quote";
            self.findings.warning(range.start, "a `> ?` line is glued to the text above it", help);
        }
    }
}

/// A quote's line that asks: whether it is one to think about, and the question.
fn question(line: &str) -> Option<(bool, &str)> {
    let marked = |text: &'_ str| text.starts_with(['?', '？']).then(|| text.chars().next().map_or(0, char::len_utf8));
    let rest = &line[marked(line)?..];
    match marked(rest) {
        Some(width) => Some((true, rest[width..].trim())),
        None => Some((false, rest.trim())),
    }
}

fn is_line_break(html: &str) -> bool {
    html.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim().eq_ignore_ascii_case("br")
}

/// Lines as one text: a forced break stays, another one is a space unless it divides Chinese text.
fn joined(lines: Vec<Line>) -> String {
    let mut out = String::new();
    for line in lines {
        if line.forced && !out.is_empty() {
            out.push('\n');
        } else if let (Some(left), Some(right)) = (out.chars().next_back(), line.text.chars().next())
            && !(is_wide(left) && is_wide(right))
        {
            out.push(' ');
        }
        out.push_str(&line.text);
    }
    out
}

/// Chinese characters and punctuation, and the rest of the blocks that are written without spaces.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2014}' | '\u{2018}'..='\u{201d}' | '\u{2026}' | '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
