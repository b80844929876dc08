//! What is offered to somebody who types in another chat: sections that answer, the contents, or a text with links put
//! in (`请看 +一把手+ 和 +四风+`).

use super::answerer::Answerer;
use super::compose::Composer;
use super::draft::Setting;
use super::reply::{Outcome, Source};
use crate::content::model::{Document, Section, SectionRef};
use crate::message::{Body, Button, ChatKind, Lang, Link, Offer, Offers, Paragraph, Question, Span, Style};

/// How many things are offered at a time.
const PAGE: usize = 10;

/// A section is offered beside the first when its score is this share of the first one's.
const BESIDE: f64 = 0.3;

/// How many characters of a section show what it is about.
const ABOUT: usize = 80;

/// How many searches one typed text may cost: each key that is pressed brings a text, and each pair of marks in it is a
/// search.
const MOST_SEARCHES: usize = 8;

/// What stands around words that become a link.
const MARKS: [char; 2] = ['+', '＋'];

impl Answerer {
    /// What is offered for some words, from the `from`-th thing on; `read` reads a question.
    pub fn offers(&self, typed: &str, from: u16, lang: Lang, read: impl Fn(&str) -> Option<Question>) -> Offers {
        // Whoever reads the message may be anybody: its buttons are those of a group.
        let setting = Setting { lang, kind: ChatKind::Group };
        if let Some((document, section)) =
            SectionRef::parse(typed.trim()).ok().and_then(|at| self.library().section(&at))
        {
            return Offers { all: vec![self.section(document, section, setting)], ..Offers::default() };
        }
        let mut searches = MOST_SEARCHES;
        if let Some(offer) = self.insertion(typed, setting, &read, &mut searches) {
            return Offers { all: vec![offer], ..Offers::default() };
        }
        if searches == 0 {
            return Offers::default();
        }
        match read(typed) {
            Some(question) => self.answers(&question, setting),
            None => self.all_sections(usize::from(from), setting),
        }
    }

    /// Every section, page by page: for somebody who has not typed anything yet.
    fn all_sections(&self, from: usize, setting: Setting) -> Offers {
        let sections = self.library().iter().flat_map(|document| {
            let readable = document.sections.iter().filter(|section| !section.is_bare());
            readable.map(move |section| (document, section))
        });
        let mut rest = sections.skip(from);
        let all: Vec<Offer> = rest.by_ref().take(PAGE).map(|(d, s)| self.section(d, s, setting)).collect();
        let next = rest.next().and_then(|_| u16::try_from(from + all.len()).ok());
        Offers { all, next, way: None }
    }

    /// The sections that answer a question; the contents in private where none does.
    fn answers(&self, question: &Question, setting: Setting) -> Offers {
        let reply = self.reply(question);
        if !reply.answered() {
            let texts = setting.texts();
            let way = self
                .library()
                .iter()
                .next()
                .map(|document| (texts.inline_nothing(&document.short), Link::Contents(document.id.clone())));
            return Offers { way, ..Offers::default() };
        }
        let passage_of = match reply.outcome() {
            Outcome::Card(source) => source.passage_of.clone(),
            _ => None,
        };
        let best = reply.hits().first().map_or(0.0, |hit| hit.score);
        let near = reply.hits().iter().filter(|hit| hit.score >= BESIDE * best).take(PAGE);
        let offer = |(index, hit): (usize, &crate::search::Hit)| {
            let passage_of = passage_of.clone().filter(|_| index == 0);
            self.card(question, &Source { passage_of, ..Source::whole(hit.at.clone()) }, setting)
        };
        Offers { all: near.enumerate().filter_map(offer).collect(), ..Offers::default() }
    }

    /// A section as it answers a question.
    fn card(&self, question: &Question, source: &Source, setting: Setting) -> Option<Offer> {
        let (document, section) = self.library().section(&source.at)?;
        let draft = Composer { library: self.library(), engine: self.engine(), setting }.card(question, source)?;
        Some(offer(document, section, draft.body, setting))
    }

    /// A section as it stands.
    fn section(&self, document: &Document, section: &Section, setting: Setting) -> Offer {
        let card = super::card(self.library(), &document.reference(section), 0, setting);
        offer(document, section, card.map(|draft| draft.body).unwrap_or_default(), setting)
    }

    /// The typed text with links to sections in place of the words between marks; `None` where no such words lead to a
    /// section. Takes as many `searches` as it needs; once there are none left, marked words stay as they were typed.
    fn insertion(
        &self,
        typed: &str,
        setting: Setting,
        read: &impl Fn(&str) -> Option<Question>,
        searches: &mut usize,
    ) -> Option<Offer> {
        let mut links = 0;
        let mut search = |words: &str| {
            *searches = searches.checked_sub(1)?;
            read(words).and_then(|question| self.first(&question))
        };
        let spans: Vec<Span> = pieces(typed)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => Span::plain(text),
                Piece::Marked { words, typed } => match search(words) {
                    Some(at) => {
                        links += 1;
                        Span { text: words.trim().to_owned(), style: Style::Link(Link::Section(at)) }
                    }
                    None => Span::plain(typed),
                },
            })
            .collect();
        if links == 0 {
            return None;
        }
        let body = Body(vec![Paragraph::new(spans)]);
        let title = setting.texts().inline_insertion(links);
        Some(Offer { id: "+".to_owned(), title, about: clip(&body.to_plain()), body, buttons: Vec::new() })
    }

    /// The section that answers a question.
    fn first(&self, question: &Question) -> Option<SectionRef> {
        self.reply(question).source().cloned()
    }
}

fn offer(document: &Document, section: &Section, body: Body, setting: Setting) -> Offer {
    let at = document.reference(section);
    let buttons = vec![vec![Button::link(setting.texts().button_read_in_private(), Link::Section(at.clone()))]];
    let said = section.text();
    let about = if said.is_empty() { document.title.as_str() } else { said.as_str() };
    Offer { id: at.to_string(), title: section.title.clone(), about: clip(about), body, buttons }
}

fn clip(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(ABOUT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A piece of a text in which words are marked.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    /// The words, and how they stand in the text with their marks.
    Marked {
        words: &'a str,
        typed: &'a str,
    },
}

/// Cuts a text at marks that stand in pairs around words on one line; together the pieces are the text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some((open, mark)) = next_mark(text, at) {
        let inside = open + mark;
        let Some((close, end)) = next_mark(text, inside).map(|(close, mark)| (close, close + mark)) else { break };
        let words = &text[inside..close];
        // Words that begin or end with a blank are no name: in `1 + 2 + 3` nothing is marked.
        let sound = words.trim() == words && words.chars().any(char::is_alphanumeric) && !words.contains('\n');
        if !sound {
            at = close;
            continue;
        }
        if open > from {
            pieces.push(Piece::Text(&text[from..open]));
        }
        pieces.push(Piece::Marked { words, typed: &text[open..end] });
        (from, at) = (end, end);
    }
    if from < text.len() {
        pieces.push(Piece::Text(&text[from..]));
    }
    pieces
}

/// The next mark, and how many bytes it takes.
fn next_mark(text: &str, from: usize) -> Option<(usize, usize)> {
    let (at, mark) = text[from..].char_indices().find(|(_, c)| MARKS.contains(c))?;
    Some((from + at, mark.len_utf8()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(text: &str) -> Vec<&str> {
        let words = |piece| if let Piece::Marked { words, .. } = piece { Some(words) } else { None };
        pieces(text).into_iter().filter_map(words).collect()
    }

    #[test]
    fn words_between_marks_are_found_and_sums_are_left_alone() {
        assert_eq!(marked("请看 +一把手+ 和 ＋四风＋"), ["一把手", "四风"]);
        assert_eq!(marked("1 + 2 + 3"), [""; 0]);
        assert_eq!(marked("C++ 和 +监督+"), ["监督"]);
        assert_eq!(marked("+一把手"), [""; 0]);
    }

    proptest! {
        #[test]
        fn cutting_loses_nothing(text in "[+＋ 一a\n]{0,20}") {
            let whole: String = pieces(&text)
                .into_iter()
                .map(|piece| match piece { Piece::Text(text) => text, Piece::Marked { typed, .. } => typed })
                .collect();
            prop_assert_eq!(whole, text);
        }
    }
}
