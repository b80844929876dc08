//! Lines → sections, by their numbering.

use super::super::model::{Number, Unit};
use super::marker::{self, Marker, Rank};

/// What a group of sections is about, as far as its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Problem,
    Measure,
    Result,
    Next,
    Article,
}

impl Kind {
    /// The class of its sections; their ids begin with it.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Measure => "measure",
            Self::Result => "result",
            Self::Next => "next",
            Self::Article => "article",
        }
    }

    /// What a heading, or the words before a list, announce. 针对上述问题采取措施 announces measures.
    fn announced_by(text: &str) -> Option<Self> {
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if begins_next(text) {
            Some(Self::Next)
        } else if says(&["措施", "举措", "对策", "整改", "做法"]) {
            Some(Self::Measure)
        } else if says(&["问题", "不足", "短板", "反思", "教训"]) {
            Some(Self::Problem)
        } else {
            None
        }
    }
}

fn begins_next(text: &str) -> bool {
    ["下一步", "今后", "下一阶段", "接下来"].iter().any(|word| text.starts_with(word))
}

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What it says.
    pub(super) text: String,
    /// Its level, from 1, where the file itself says that it is a heading.
    pub(super) heading: Option<u8>,
}

/// A heading and the paragraphs under it.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) level: u8,
    pub(super) title: String,
    /// The title is text of its own; otherwise it repeats the beginning of the first paragraph, or was made up.
    pub(super) own: bool,
    pub(super) kind: Option<Kind>,
    /// It counts among the sections of its kind, rather than standing above them.
    pub(super) member: bool,
    pub(super) number: Option<Number>,
    /// What its own number counts, where that is a unit of the text: 第三章.
    pub(super) counted: Option<(Unit, Number)>,
    pub(super) paragraphs: Vec<String>,
}

/// The longest heading made from a sentence, in characters.
const HEADING: usize = 24;

/// So many headings by their style, and the file says itself what its headings are: numbers elsewhere count items.
const STYLED: usize = 2;

/// The sections of a text's lines, none of which is empty.
pub(super) fn sections(lines: &[Line]) -> Vec<Node> {
    let trusts_styles = lines.iter().filter(|line| line.heading.is_some()).count() >= STYLED;
    let mut builder = Builder { trusts_styles, ..Builder::default() };
    for line in lines {
        match line.heading {
            Some(level) => builder.styled(&line.text, level),
            None => builder.line(&line.text),
        }
    }
    match builder.numbered {
        true => with_one_preface(builder.nodes),
        false => builder.nodes,
    }
}

/// What stands before the first numbered heading is one section, not one for each paragraph.
fn with_one_preface(nodes: Vec<Node>) -> Vec<Node> {
    let is_preface = |node: &Node| node.kind.is_none() && !node.own && node.number.is_none() && node.level == 1;
    let mut nodes = nodes.into_iter().peekable();
    let mut merged: Vec<Node> = nodes.next_if(|node| is_preface(node)).into_iter().collect();
    if let Some(preface) = merged.last_mut() {
        while let Some(next) = nodes.next_if(|node| is_preface(node)) {
            preface.paragraphs.extend(next.paragraphs);
        }
    }
    merged.extend(nodes);
    merged
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The numbered headings that are open, with what they announce.
    open: Vec<(Rank, Option<Kind>)>,
    list: Option<List>,
    /// The file says itself what its headings are.
    trusts_styles: bool,
    /// There is a numbered heading.
    numbered: bool,
}

/// A list of points that may go on in the next paragraph.
#[derive(Clone, Copy)]
struct List {
    last: u32,
    level: u8,
    kind: Option<Kind>,
}

impl Builder {
    fn line(&mut self, line: &str) {
        let in_article = self.open.last().is_some_and(|(rank, _)| *rank == Rank::Article);
        let counts_items = |marker: &Marker| marker.rank.unit().is_none() && (in_article || self.trusts_styles);
        match marker::at_start(line) {
            // What is numbered inside an article, or under a heading by its style, is part of it.
            Some(marker) if marker.rank != Rank::Point && !counts_items(&marker) => {
                self.numbered(line, marker);
            }
            _ => self.paragraph(line, in_article),
        }
    }

    /// A heading by its style; a number that it has counts, its level is that of the style.
    fn styled(&mut self, line: &str, level: u8) {
        let rank = Rank::Styled(level);
        match marker::at_start(line) {
            Some(marker) if marker.rank == Rank::Article => self.numbered(line, marker),
            Some(marker) => {
                self.heading(line, Marker { rank, ..marker }, true);
                let counted = marker.rank.unit().map(|unit| (unit, marker.number));
                if let Some(node) = self.nodes.last_mut() {
                    node.counted = counted;
                }
            }
            None => self.heading(line, Marker { rank, number: Number::new(0), length: 0 }, true),
        }
    }

    fn numbered(&mut self, line: &str, marker: Marker) {
        self.heading(line, marker, false);
    }

    fn heading(&mut self, line: &str, marker: Marker, styled: bool) {
        (self.list, self.numbered) = (None, true);
        self.open.retain(|(rank, _)| *rank < marker.rank);
        let level = self.level();
        let above = self.open.last().and_then(|(_, kind)| *kind);
        let rest = line[marker.length..].trim();
        let mut node = Node {
            level,
            title: line.to_owned(),
            own: true,
            kind: above,
            member: above.is_some(),
            number: above.map(|_| marker.number).filter(|number| number.main() > 0),
            counted: marker.rank.unit().map(|unit| (unit, marker.number)),
            paragraphs: Vec::new(),
        };
        if marker.rank == Rank::Article {
            node.title = line[..marker.length].to_owned();
            (node.kind, node.member, node.number) = (Some(Kind::Article), true, Some(marker.number));
            node.paragraphs.extend((!rest.is_empty()).then(|| rest.to_owned()));
        } else if is_sentence(rest) && !styled {
            (node.title, node.own) = (clause(rest), false);
            node.paragraphs.push(line.to_owned());
        }
        // Only the headings right under an announcement are what it announces.
        let announced = if above.is_some() { None } else { Kind::announced_by(rest) };
        self.open.push((marker.rank, announced));
        self.nodes.push(node);
    }

    fn paragraph(&mut self, line: &str, in_article: bool) {
        let points = if in_article || self.trusts_styles {
            Vec::new()
        } else {
            marker::points(line, self.list.map_or(0, |list| list.last))
        };
        if points.is_empty() {
            return self.prose(line);
        }
        let lead = &line[..points[0].0];
        if points[0].1 == 1 {
            self.begin_list(lead);
        } else if !lead.is_empty() {
            self.append(lead);
        }
        let ends = points.iter().skip(1).map(|(start, _)| *start).chain([line.len()]);
        for (&(start, number), end) in points.iter().zip(ends) {
            // A second 一是 in one paragraph begins another list under the same words.
            self.point(&line[start..end], number);
        }
    }

    fn prose(&mut self, line: &str) {
        if self.open.is_empty() && begins_next(line) {
            self.list = None;
            let node = unnumbered(clause(line), Some(Kind::Next), true);
            self.nodes.push(Node { paragraphs: vec![line.to_owned()], ..node });
        } else if self.open.is_empty() && self.list.is_none() {
            let node = unnumbered(clause(line), None, false);
            self.nodes.push(Node { paragraphs: vec![line.to_owned()], ..node });
        } else {
            self.append(line);
        }
    }

    /// The words before a list: under a numbered heading they are its text, otherwise a section of their own.
    fn begin_list(&mut self, lead: &str) {
        let before = self.nodes.last().and_then(|node| node.paragraphs.last()).filter(|_| lead.is_empty());
        let announced = Kind::announced_by(before.map_or(lead, String::as_str));
        let announced = announced.or_else(|| self.open.last().and_then(|(_, kind)| *kind));
        if self.open.is_empty() && !lead.is_empty() {
            let title = match announced {
                Some(Kind::Problem) => "存在的问题".to_owned(),
                Some(Kind::Measure) => "采取的措施".to_owned(),
                _ => clause(lead),
            };
            let node = unnumbered(title, announced, false);
            self.nodes.push(Node { paragraphs: vec![lead.to_owned()], ..node });
        } else if !lead.is_empty() {
            self.append(lead);
        }
        let level = if self.open.is_empty() { 2 } else { self.level() };
        self.list = Some(List { last: 0, level, kind: announced });
    }

    fn point(&mut self, text: &str, number: u32) {
        let Some(list) = &mut self.list else { return };
        list.last = number;
        let list = *list;
        let own_words = text[marker::at_start(text).map_or(0, |marker| marker.length)..].trim();
        let own_words = if own_words.is_empty() { text } else { own_words };
        let result = (list.kind == Some(Kind::Measure)).then(|| result_in(text)).flatten();
        let (text, result) = text.split_at(result.unwrap_or(text.len()));
        self.nodes.push(Node {
            level: list.level,
            title: clause(own_words),
            own: false,
            kind: list.kind,
            member: list.kind.is_some(),
            number: Some(Number::new(number)),
            counted: None,
            paragraphs: vec![text.to_owned()],
        });
        if !result.is_empty() {
            self.nodes.push(Node {
                level: list.level - 1,
                title: "取得的成效".to_owned(),
                own: false,
                kind: Some(Kind::Result),
                member: true,
                number: None,
                counted: None,
                paragraphs: vec![result.to_owned()],
            });
        }
    }

    fn append(&mut self, text: &str) {
        match self.nodes.last_mut() {
            Some(node) => node.paragraphs.push(text.to_owned()),
            None => self.prose(text),
        }
    }

    fn level(&self) -> u8 {
        u8::try_from(self.open.len() + 1).unwrap_or(6).min(6)
    }
}

fn unnumbered(title: String, kind: Option<Kind>, member: bool) -> Node {
    Node { level: 1, title, own: false, kind, member, number: None, counted: None, paragraphs: Vec::new() }
}

/// Where, in the last point about measures, the text turns to what they achieved.
fn result_in(text: &str) -> Option<usize> {
    let achieved = |rest: &str| rest.contains("成效") || rest.contains("成果");
    let opens = |rest: &str| rest.starts_with("通过") || rest.starts_with("经过");
    marker::sentences(text).into_iter().skip(1).find(|&start| opens(&text[start..]) && achieved(&text[start..]))
}

/// Whether the words after a number say something rather than name something.
fn is_sentence(text: &str) -> bool {
    text.chars().count() > 2 * HEADING || text.contains(['。', '；', '！', '？'])
}

/// The first clause of a text, as a heading.
fn clause(text: &str) -> String {
    let end = text.find(['，', ',', '。', '；', ';', '：', ':', '！', '？', '!', '?']).unwrap_or(text.len());
    let clause = text[..end].trim();
    let clause = if clause.is_empty() { text } else { clause };
    match clause.char_indices().nth(HEADING) {
        Some((cut, _)) => format!("{}…", &clause[..cut]),
        None => clause.to_owned(),
    }
}
