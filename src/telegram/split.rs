//! Cutting a message into parts that Telegram takes: at a paragraph, else after a sentence, else at a blank, else
//! between characters.

use std::ops::AddAssign;

use crate::message::{Body, Content, Mode, Outgoing, Paragraph, Span, Style};
use crate::telegram::render;

/// The most UTF-16 units of text in a message, after its markup has been read.
const MAX_UNITS: usize = 4096;
/// The most bytes of a message with its markup.
const MAX_BYTES: usize = 32_768;

/// The same message in as many parts as Telegram needs: the first replies or edits, the last has the buttons. Parts
/// in which there would be nothing to see are left out, because Telegram refuses them.
pub fn split(outgoing: Outgoing) -> Vec<Outgoing> {
    let Outgoing { place, mode, content, buttons, silent, pin } = outgoing;
    let body = match content {
        Content::Text(body) if !Size::of_body(&body).fits() => body,
        content => return vec![Outgoing { place, mode, content, buttons, silent, pin }],
    };
    let mut parts: Vec<Outgoing> = cut_body(body)
        .into_iter()
        .filter(|body| !is_blank(body))
        .enumerate()
        .map(|(index, body)| {
            let mode = if index == 0 { mode } else { Mode::New };
            Outgoing { silent, pin: pin && index == 0, ..Outgoing::text(place, mode, body) }
        })
        .collect();
    if let Some(last) = parts.last_mut() {
        last.buttons = buttons;
    }
    parts
}

/// How much of Telegram's limits a text takes.
#[derive(Clone, Copy, Default)]
struct Size {
    units: usize,
    bytes: usize,
}

impl AddAssign for Size {
    fn add_assign(&mut self, more: Self) {
        self.units += more.units;
        self.bytes += more.bytes;
    }
}

impl Size {
    fn of_char(c: char) -> Self {
        Self { units: c.len_utf16(), bytes: render::escape(c).map_or(c.len_utf8(), str::len) }
    }

    /// The tags around a run; for a link with the longest username (32) and start parameter (64).
    fn of_tags(style: &Style) -> Self {
        let bytes = match style {
            Style::Plain => 0,
            Style::Bold | Style::Italic => "<b></b>".len(),
            Style::Code => "<code></code>".len(),
            Style::Link(_) => "<a href=\"https://t.me/?start=\"></a>".len() + 32 + 64,
        };
        Self { units: 0, bytes }
    }

    /// The border of a paragraph: an empty line, perhaps the tags of a quotation.
    fn of_border(paragraph: &Paragraph) -> Self {
        let tags = if paragraph.quote { "<blockquote></blockquote>".len() } else { 0 };
        Self { units: 2, bytes: 2 + tags }
    }

    fn of_paragraph(paragraph: &Paragraph) -> Self {
        let mut size = Self::of_border(paragraph);
        for span in &paragraph.spans {
            size += Self::of_tags(&span.style);
            span.text.chars().for_each(|c| size += Self::of_char(c));
        }
        size
    }

    fn of_body(body: &Body) -> Self {
        let mut size = Self::default();
        body.0.iter().for_each(|paragraph| size += Self::of_paragraph(paragraph));
        size
    }

    fn with(mut self, more: Self) -> Self {
        self += more;
        self
    }

    fn fits(self) -> bool {
        self.units <= MAX_UNITS && self.bytes <= MAX_BYTES
    }
}

fn cut_body(body: Body) -> Vec<Body> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut used = Size::default();
    for paragraph in body.0 {
        let mut left = Some(paragraph);
        while let Some(paragraph) = left.take() {
            let size = Size::of_paragraph(&paragraph);
            if used.with(size).fits() {
                used += size;
                part.push(paragraph);
                continue;
            }
            if part.is_empty() {
                let (head, tail) = cut_paragraph(paragraph);
                part.push(head);
                left = tail;
            } else {
                left = Some(paragraph);
            }
            parts.push(Body(std::mem::take(&mut part)));
            used = Size::default();
        }
    }
    parts.push(Body(part));
    parts
}

/// Cuts a paragraph that is too long for a message: what fits, and the rest.
fn cut_paragraph(paragraph: Paragraph) -> (Paragraph, Option<Paragraph>) {
    let mut end = Borders::of(&paragraph).best();
    let mut head = Paragraph { spans: Vec::new(), ..paragraph };
    let mut tail = Paragraph { tight: false, ..head.clone() };
    for mut span in paragraph.spans {
        let rest = span.text.split_off(end.min(span.text.len()));
        end -= span.text.len();
        if !rest.is_empty() {
            tail.spans.push(Span { text: rest, style: span.style.clone() });
        }
        if !span.text.is_empty() {
            head.spans.push(span);
        }
    }
    let tail = (!tail.spans.is_empty()).then_some(tail);
    (head, tail)
}

/// Where a paragraph could be cut: byte offsets into its whole text, each the last of its kind that fits.
#[derive(Default)]
struct Borders {
    sentence: usize,
    blank: usize,
    character: usize,
    /// Where it must be cut at the latest.
    limit: usize,
}

impl Borders {
    fn of(paragraph: &Paragraph) -> Self {
        let mut borders = Self::default();
        let mut used = Size::of_border(paragraph);
        let mut before = None;
        let mut sentence_over = false;
        for span in &paragraph.spans {
            used += Size::of_tags(&span.style);
            for c in span.text.chars() {
                borders.note(before, c, sentence_over);
                used += Size::of_char(c);
                if !used.fits() {
                    return borders;
                }
                sentence_over = ends_sentence(c) || (sentence_over && closes(c));
                before = Some(c);
                borders.limit += c.len_utf8();
            }
        }
        borders
    }

    /// Takes note of the border before `c`.
    fn note(&mut self, before: Option<char>, c: char, sentence_over: bool) {
        let Some(before) = before else { return };
        let full_stop = before == '.' && c.is_whitespace();
        if full_stop || (sentence_over && !closes(c) && !ends_sentence(c)) {
            self.sentence = self.limit;
        }
        if before.is_whitespace() && !c.is_whitespace() {
            self.blank = self.limit;
        }
        if !is_glued(before, c) {
            self.character = self.limit;
        }
    }

    /// The best border that does not leave more than half of the room empty.
    fn best(&self) -> usize {
        [self.sentence, self.blank, self.character]
            .into_iter()
            .find(|border| *border >= self.limit.div_ceil(2))
            .unwrap_or(self.limit)
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '…' | '；' | '\n')
}

fn closes(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | '》' | ')' | ']' | '"')
}

/// Whether `c` is drawn as one with the character before it.
fn is_glued(before: char, c: char) -> bool {
    const JOINER: char = '\u{200d}';
    let is_flag_letter = |c| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    before == JOINER
        || (is_flag_letter(before) && is_flag_letter(c))
        || matches!(c, JOINER | '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

/// Whether Telegram would call the text empty.
fn is_blank(body: &Body) -> bool {
    let unseen = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(c, '\u{2800}' | '\u{feff}' | '\u{fffc}')
    };
    body.0.iter().flat_map(|paragraph| &paragraph.spans).all(|span| span.text.chars().all(unseen))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::{Action, Button, ChatId, ChatKind, Link, MessageId, Place, TopicId};

    const LONGEST_NAME: &str = "a_username_of_32_characters_bot_";

    fn message(body: Body) -> Outgoing {
        let place = Place { chat: ChatId(1), topic: TopicId::MAIN, kind: ChatKind::Private };
        let buttons = vec![vec![Button::action("退订", Action::Unsubscribe)]];
        Outgoing { buttons, ..Outgoing::text(place, Mode::ReplyTo(MessageId(7)), body) }
    }

    fn texts(parts: &[Outgoing]) -> Vec<String> {
        parts.iter().map(|part| part.body().unwrap().to_plain()).collect()
    }

    /// Everything said, without what is drawn between paragraphs.
    fn said<'a>(bodies: impl IntoIterator<Item = &'a Body>) -> String {
        let spans = bodies.into_iter().flat_map(|body| &body.0).flat_map(|paragraph| &paragraph.spans);
        spans.map(|span| span.text.as_str()).collect()
    }

    /// Reads HTML as strictly as Telegram does, and gives the text in it.
    fn read_html(html: &str) -> Result<String, String> {
        let (mut text, mut open, mut rest) = (String::new(), Vec::new(), html);
        while let Some(c) = rest.chars().next() {
            let (token, after) = match c {
                '<' => rest.split_once('>').ok_or("a tag without an end")?,
                '&' => rest.split_once(';').ok_or("an entity without an end")?,
                '>' => return Err("a stray `>`".into()),
                _ => rest.split_at(c.len_utf8()),
            };
            rest = after;
            match token {
                "&amp" => text.push('&'),
                "&lt" => text.push('<'),
                "&gt" => text.push('>'),
                "<b" | "<i" | "<code" | "<blockquote" => open.push(token[1..].to_owned()),
                _ if token.starts_with("<a href=\"https://t.me/") && token.ends_with('"') => open.push("a".into()),
                _ if token.starts_with("</") => {
                    let tag = open.pop().ok_or("an end without a beginning")?;
                    (token[2..] == tag).then_some(()).ok_or(format!("`{token}` ends `{tag}`"))?;
                }
                _ if token.starts_with(['<', '&']) => return Err(format!("unknown `{token}`")),
                plain => text.push_str(plain),
            }
        }
        open.is_empty().then_some(text).ok_or("an open tag at the end".into())
    }

    fn any_style() -> impl Strategy<Value = Style> {
        prop_oneof![
            4 => Just(Style::Plain),
            1 => Just(Style::Bold),
            1 => Just(Style::Italic),
            1 => Just(Style::Code),
            1 => Just(Style::Link(Link::Read)),
        ]
    }

    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof!["[<>&\"a-z。 \n]{0,40}", ".{0,40}", "(👨‍👩‍👧|🇨🇳|é|汉字。){0,20}"];
        (piece, prop_oneof![3 => Just(1_usize), 1 => 1_usize..400]).prop_map(|(piece, times)| piece.repeat(times))
    }

    fn any_body() -> impl Strategy<Value = Body> {
        let span = (any_text(), any_style()).prop_map(|(text, style)| Span { text, style });
        let paragraph = (any::<bool>(), any::<bool>(), prop::collection::vec(span, 0..6))
            .prop_map(|(quote, tight, spans)| Paragraph { quote, tight, spans });
        prop::collection::vec(paragraph, 0..8).prop_map(Body)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_becomes_well_formed_parts_within_the_limits_and_nothing_is_lost(body in any_body()) {
            let parts = split(message(body.clone()));
            for part in &parts {
                let html = render::html(part.body().unwrap(), LONGEST_NAME);
                let plain = part.body().unwrap().to_plain();
                prop_assert_eq!(read_html(&html), Ok(plain.clone()));
                prop_assert!(plain.encode_utf16().count() <= MAX_UNITS);
                prop_assert!(html.len() <= MAX_BYTES);
            }
            // Invisible marks may go with a part that held nothing else.
            let visible = |text: String| -> String {
                text.chars().filter(|c| !is_blank(&Body::plain(c.to_string()))).collect()
            };
            let kept = said(parts.iter().filter_map(Outgoing::body));
            prop_assert_eq!(visible(kept), visible(said([&body])));
        }
    }

    #[test]
    fn the_first_part_replies_and_the_last_has_the_buttons() {
        let parts =
            split(message(Body(vec![Paragraph::plain("一".repeat(3000)), Paragraph::plain("二".repeat(3000))])));
        assert_eq!(texts(&parts), ["一".repeat(3000), "二".repeat(3000)]);
        assert_eq!(parts.iter().map(|part| part.mode).collect::<Vec<_>>(), [Mode::ReplyTo(MessageId(7)), Mode::New]);
        assert_eq!(parts.iter().map(|part| part.buttons.len()).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn a_long_paragraph_is_cut_after_a_sentence_with_its_closing_mark() {
        let sentence = format!("{}。”", "字".repeat(1500));
        let parts = split(message(Body::plain(sentence.repeat(3))));
        assert_eq!(texts(&parts), [sentence.repeat(2), sentence]);
    }

    #[test]
    fn a_text_without_sentences_is_cut_at_a_blank_and_without_blanks_between_characters() {
        let parts = split(message(Body::plain("word ".repeat(1000))));
        assert!(parts.iter().all(|part| said(part.body()).ends_with("word ")));
        let family = "👨‍👩‍👧";
        let parts = split(message(Body::plain(family.repeat(800))));
        assert!(parts.len() > 1);
        assert!(texts(&parts).iter().all(|text| text.replace(family, "").is_empty()));
    }

    #[test]
    fn a_style_goes_on_in_the_next_part() {
        let parts = split(message(Body(vec![Paragraph::new([Span::bold("粗".repeat(5000))]).quote()])));
        assert_eq!(parts.len(), 2);
        assert!(
            parts
                .iter()
                .all(|part| part.body().unwrap().0[0].quote && part.body().unwrap().0[0].spans[0].style == Style::Bold)
        );
    }

    #[test]
    fn an_edit_that_grew_too_long_goes_on_as_new_messages() {
        let long = Outgoing { mode: Mode::Edit(MessageId(3)), ..message(Body::plain("字".repeat(9000))) };
        let modes: Vec<Mode> = split(long).iter().map(|part| part.mode).collect();
        assert_eq!(modes, [Mode::Edit(MessageId(3)), Mode::New, Mode::New]);
    }

    #[test]
    fn a_part_of_blanks_alone_is_left_out() {
        let text = format!("{}{}尾", "头".repeat(4000), " ".repeat(9000));
        let parts = split(message(Body::plain(text)));
        assert!(parts.iter().all(|part| !is_blank(part.body().unwrap())));
        assert_eq!(texts(&parts).concat().replace(' ', ""), format!("{}尾", "头".repeat(4000)));
    }
}
