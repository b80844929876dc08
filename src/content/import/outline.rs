//! Lines → sections, by their numbering.

use super::super::model::Number;
use super::marker::{self, Marker, Rank};
use super::report::{Dropped, Report};
use super::sequence::{self, Candidate, Plain, Verdict};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// What it says.
    pub(super) text: String,
    /// Its level, from 1, where the file itself says that it is a heading.
    pub(super) heading: Option<u8>,
    /// An empty line stands before it.
    pub(super) gap: bool,
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
    pub(super) paragraphs: Vec<String>,
}

/// What parts the title of a section from its text in the same line; it belongs to neither.
const AFTER_TITLE: [char; 6] = ['.', ':', '：', '—', '–', ' '];

/// The longest heading made from a sentence, in characters.
const HEADING: usize = 24;

/// The longest question that is a heading as it stands, in characters.
const QUESTION: usize = 80;

/// The longest first clause that says nothing alone (问：, 第一，), in characters.
const SPEAKER: usize = 3;

/// So many headings by their style, and the file says itself what its headings are: numbers elsewhere count items.
const STYLED: usize = 2;

/// The sections of a text's lines, none of which is empty.
pub(super) fn sections(lines: &[Line], report: &mut Report) -> Vec<Node> {
    let trusts_styles = lines.iter().filter(|line| line.heading.is_some()).count() >= STYLED;
    let mut builder = Builder { trusts_styles, ..Builder::default() };
    let roles = roles(lines, trusts_styles);
    for (index, (line, role)) in lines.iter().zip(&roles).enumerate() {
        let before_contents = || matches!(roles.get(index + 1), Some(Role::Contents));
        match role {
            Role::Contents => report.drop(Dropped::Contents, &line.text),
            _ if before_contents() && sequence::is_contents_title(&line.text) => {
                report.drop(Dropped::Contents, &line.text)
            }
            Role::Heading(marker) => match line.heading {
                Some(level) => builder.styled(&line.text, level, *marker),
                None => builder.heading(&line.text, *marker, false),
            },
            Role::Translation => builder.translation(&line.text),
            Role::Text => builder.line(&line.text, line.gap),
        }
    }
    builder.finish()
}

/// What a line is.
#[derive(Clone, Copy)]
enum Role {
    Heading(Marker),
    Contents,
    Translation,
    Text,
}

/// What each line is, told by its style, its number and the lines around it.
fn roles(lines: &[Line], trusts_styles: bool) -> Vec<Role> {
    let mut places = Vec::new();
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let found = marker::candidate(&line.text).filter(|marker| marker.rank != Rank::Point);
        let styled = line.heading.map(Marker::styled);
        let marker = match (found, styled) {
            (Some(found), Some(_)) if found.unit.is_some() => Some(found),
            (found, styled) => styled.or(found),
        };
        let Some(marker) = marker else { continue };
        if let (Some(before), Some(last)) = (candidates.last_mut(), places.last()) {
            before.next_at_once = *last + 1 == place && before.marker.rank != Rank::Article;
        }
        places.push(place);
        let opens_contents = place > 0 && sequence::is_contents_title(&lines[place - 1].text);
        let heading = line.heading.is_some();
        candidates.push(Candidate { marker, words: &line.text, heading, next_at_once: false, opens_contents });
    }
    let plain = if trusts_styles { Plain::None } else { Plain::All };
    let verdicts = sequence::judge(&mut candidates, plain);
    let mut roles = vec![Role::Text; lines.len()];
    for ((place, candidate), verdict) in places.into_iter().zip(&candidates).zip(verdicts) {
        roles[place] = match verdict {
            Verdict::Heading => Role::Heading(candidate.marker),
            Verdict::Contents => Role::Contents,
            Verdict::Translation => Role::Translation,
            Verdict::Text => Role::Text,
        };
    }
    for place in 0..lines.len() {
        if titles_on_the_next_line(lines, &roles, place) {
            roles[place + 1] = Role::Translation;
        }
    }
    roles
}

/// Whether a line is the number of a chapter alone, and the next one its title.
fn titles_on_the_next_line(lines: &[Line], roles: &[Role], place: usize) -> bool {
    let Role::Heading(marker) = roles[place] else { return false };
    let (Some(next), Some(Role::Text)) = (lines.get(place + 1), roles.get(place + 1)) else { return false };
    let heading_follows = matches!(roles.get(place + 2), Some(Role::Heading(_)));
    sequence::is_title_below(&marker, marker.length == lines[place].text.len(), &next.text, heading_follows)
}

/// What stands before the first numbered heading is one section, not one for each paragraph.
fn with_one_preface(mut nodes: Vec<Node>, first_heading: usize) -> Vec<Node> {
    let is_preface = |node: &Node| node.kind.is_none() && !node.own && node.number.is_none() && node.level == 1;
    let count = nodes.iter().take(first_heading).take_while(|node| is_preface(node)).count();
    if count > 1 {
        let others: Vec<Node> = nodes.drain(1..count).collect();
        nodes[0].paragraphs.extend(others.into_iter().flat_map(|node| node.paragraphs));
    }
    nodes
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The numbered headings that are open, with what they announce.
    open: Vec<(Rank, Option<Kind>)>,
    list: Option<List>,
    /// The file says itself what its headings are.
    trusts_styles: bool,
    /// The node of the first numbered heading.
    first_heading: Option<usize>,
    /// There is a list of points.
    listed: bool,
    /// The nodes before which an empty line stands.
    gaps: Vec<usize>,
}

/// A list of points that may go on in the next paragraph.
#[derive(Clone, Copy)]
struct List {
    last: u32,
    level: u8,
    kind: Option<Kind>,
}

impl Builder {
    fn finish(self) -> Vec<Node> {
        match (self.first_heading, self.listed) {
            (Some(first), _) => with_one_preface(self.nodes, first),
            (None, true) => self.nodes,
            (None, false) => packed(self.nodes, &self.gaps),
        }
    }

    fn line(&mut self, line: &str, gap: bool) {
        let in_article = self.open.last().is_some_and(|(rank, _)| *rank == Rank::Article);
        let before = self.nodes.len();
        self.paragraph(line, in_article);
        if gap && self.nodes.len() > before {
            self.gaps.push(before);
        }
    }

    /// The last heading in the other language of the text belongs to it.
    fn translation(&mut self, line: &str) {
        match self.nodes.last_mut().filter(|node| node.own && node.paragraphs.is_empty()) {
            Some(node) => node.title = format!("{} {line}", node.title),
            None => self.append(line),
        }
    }

    /// A heading by its style; a number that it has counts, its level is that of the style.
    fn styled(&mut self, line: &str, level: u8, marker: Marker) {
        match marker.rank {
            Rank::Article => self.heading(line, marker, false),
            _ => self.heading(line, Marker { rank: Rank::Styled(level), ..marker }, true),
        }
    }

    fn heading(&mut self, line: &str, marker: Marker, styled: bool) {
        self.list = None;
        self.first_heading.get_or_insert(self.nodes.len());
        self.open.retain(|(rank, _)| *rank < marker.rank);
        let level = self.level();
        let above = self.open.last().and_then(|(_, kind)| *kind);
        let mut rest = line[marker.length..].trim();
        if marker.rank == Rank::Article {
            rest = rest.trim_start_matches(['：', ':']).trim_start();
        }
        let mut node = Node {
            level,
            title: line.to_owned(),
            own: true,
            kind: above,
            member: above.is_some(),
            number: above.map(|_| marker.number).filter(|number| number.main() > 0),
            paragraphs: Vec::new(),
        };
        if marker.rank == Rank::Article {
            node.title = line[..marker.length].trim_end_matches(['：', ':', '.']).to_owned();
            (node.kind, node.member, node.number) = (Some(Kind::Article), true, Some(marker.number));
            node.paragraphs.extend((!rest.is_empty()).then(|| rest.to_owned()));
        } else if !styled && sequence::runs_in(line, &marker) {
            let end = marker::run_in_title(line, &marker);
            node.title = line[..end].to_owned();
            node.paragraphs.push(line[end..].trim_start_matches(AFTER_TITLE).to_owned());
        } else if is_sentence(rest) && !styled && !(marker.rank == Rank::Question && rest.chars().count() <= QUESTION) {
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
        self.listed = true;
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
    Node { level: 1, title, own: false, kind, member, number: None, paragraphs: Vec::new() }
}

impl Node {
    /// A section of prose, named by its first words.
    pub(super) fn of_prose(level: u8, paragraphs: Vec<String>) -> Self {
        let title = paragraphs.first().map(|text| clause(text)).unwrap_or_default();
        Self { level, paragraphs, ..unnumbered(title, None, false) }
    }
}

/// Prose without any numbers, each paragraph a section so far: those that belong together as one. Where empty lines part
/// the text, the lines between them stay together; [`super::slices`] cuts what is too long.
fn packed(nodes: Vec<Node>, gaps: &[usize]) -> Vec<Node> {
    let mut packed: Vec<Node> = Vec::new();
    let mut groups = Vec::new();
    for (index, node) in nodes.into_iter().enumerate() {
        if node.kind.is_some() {
            packed.extend(group(&mut groups));
            packed.push(node);
            continue;
        }
        let begins = gaps.is_empty() || gaps.binary_search(&index).is_ok() || groups.is_empty();
        groups.push((begins, node.paragraphs));
    }
    packed.extend(group(&mut groups));
    packed
}

/// The longest section of prose, in characters.
const PROSE: usize = 1_500;

/// Sections of at most [`PROSE`] characters, begun only where a group begins.
fn group(groups: &mut Vec<(bool, Vec<String>)>) -> Vec<Node> {
    let mut sections: Vec<Vec<String>> = Vec::new();
    let mut length = 0;
    let mut units: Vec<Vec<String>> = Vec::new();
    for (begins, paragraphs) in groups.drain(..) {
        match units.last_mut().filter(|_| !begins) {
            Some(unit) => unit.extend(paragraphs),
            None => units.push(paragraphs),
        }
    }
    for unit in units {
        let own: usize = unit.iter().map(|text| text.chars().count()).sum();
        match sections.last_mut().filter(|_| length + own <= PROSE) {
            Some(section) => section.extend(unit),
            None => {
                length = 0;
                sections.push(unit);
            }
        }
        length += own;
    }
    sections.into_iter().map(|paragraphs| Node::of_prose(1, paragraphs)).collect()
}

/// Where, in the last point about measures, the text turns to what they achieved.
fn result_in(text: &str) -> Option<usize> {
    let achieved = |rest: &str| rest.contains("成效") || rest.contains("成果");
    let opens = |rest: &str| rest.starts_with("通过") || rest.starts_with("经过");
    marker::sentences(text).into_iter().skip(1).find(|&start| opens(&text[start..]) && achieved(&text[start..]))
}

/// Whether the words after a number say something rather than name something.
fn is_sentence(text: &str) -> bool {
    // The full stop behind the number is none of the text's.
    let text = text.trim_start_matches(['.', ' ']);
    let english = || text.contains(". ") || (text.ends_with('.') && text.split_whitespace().count() > 2);
    text.chars().count() > 2 * HEADING || text.contains(['。', '；', '！', '？']) || (text.is_ascii() && english())
}

/// The first clause of a text, as a heading.
pub(super) fn clause(text: &str) -> String {
    let end = text.find(['，', ',', '。', '；', ';', '：', ':', '！', '？', '!', '?']).unwrap_or(text.len());
    // In English a sentence ends with a full stop, and 3.5 holds none.
    let end = text[..end].find(". ").filter(|_| text.is_ascii()).unwrap_or(end);
    let clause = text[..end].trim();
    // Who speaks, or 第一, is no name for what is said.
    let speaker = text[end..].starts_with(['：', ':', '，', ',']) && clause.chars().count() <= SPEAKER;
    let clause = if clause.is_empty() || speaker { text } else { clause };
    let longest = if clause.is_ascii() { 2 * HEADING } else { HEADING };
    match clause.char_indices().nth(longest) {
        Some((cut, _)) => format!("{}…", &clause[..cut]),
        None => clause.to_owned(),
    }
}
