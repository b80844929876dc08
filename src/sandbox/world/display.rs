//! A message's text as HTML for the page: escaped and well-formed by construction, whatever was said.

use super::World;
use super::entities::{Entity, Kind};
use super::messages::{Content, Message};

impl World {
    /// A message as the page shows it.
    pub(in crate::sandbox) fn html_of(&self, message: &Message) -> String {
        match &message.content {
            Content::Text { text, entities } => html(text, entities),
            Content::Sticker(emoji) => html(emoji, &[]),
            Content::Service(_) => String::new(),
        }
    }
}

/// The text with its marks as tags; only `b i u s code pre a blockquote br` come out.
fn html(text: &str, entities: &[Entity]) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut open: Vec<usize> = Vec::new();
    let mut unit = 0;
    for c in text.chars() {
        turn(&mut out, &mut open, entities, unit);
        escape(&mut out, c);
        unit += c.len_utf16();
    }
    while let Some(index) = open.pop() {
        out.push_str(closing(&entities[index].kind));
    }
    out
}

/// Closes and opens tags so that exactly the marks over this unit are open, in the order in which they are given.
fn turn(out: &mut String, open: &mut Vec<usize>, entities: &[Entity], unit: usize) {
    let covers = |e: &Entity| shown(&e.kind) && (e.offset..e.offset + e.length).contains(&unit);
    let keep = open.iter().take_while(|&&index| covers(&entities[index])).count();
    let wanted = entities.iter().enumerate().filter(|(_, e)| covers(e)).map(|(index, _)| index);
    let missing: Vec<usize> = wanted.filter(|index| !open[..keep].contains(index)).collect();
    for index in open.drain(keep..).rev() {
        out.push_str(closing(&entities[index].kind));
    }
    for index in missing {
        out.push_str(&opening(&entities[index].kind));
        open.push(index);
    }
}

fn shown(kind: &Kind) -> bool {
    !matches!(kind, Kind::CustomEmoji(_) | Kind::TextMention(_) | Kind::Mention | Kind::Hashtag | Kind::Url)
        && !matches!(kind, Kind::BotCommand | Kind::Spoiler)
}

fn opening(kind: &Kind) -> String {
    match kind {
        Kind::TextLink(url) => {
            let mut tag = "<a href=\"".to_owned();
            url.chars().for_each(|c| escape(&mut tag, c));
            tag.push_str("\">");
            tag
        }
        other => closing(other).replacen('/', "", 1),
    }
}

fn closing(kind: &Kind) -> &'static str {
    match kind {
        Kind::Italic => "</i>",
        Kind::Underline => "</u>",
        Kind::Strikethrough => "</s>",
        Kind::Code => "</code>",
        Kind::Pre(_) => "</pre>",
        Kind::Blockquote | Kind::ExpandableBlockquote => "</blockquote>",
        Kind::TextLink(_) => "</a>",
        _ => "</b>",
    }
}

fn escape(out: &mut String, c: char) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\n' => out.push_str("<br>"),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(source: &str) -> String {
        let (text, entities) = super::super::html::parse(source).unwrap();
        html(&text, &entities)
    }

    #[test]
    fn marks_become_tags_and_the_rest_is_escaped() {
        assert_eq!(shown("<b>反<i>思</i></b>\n1 &lt; 2"), "<b>反<i>思</i></b><br>1 &lt; 2");
        assert_eq!(
            shown("<a href=\"https://x.org/?a=&quot;&gt;\">这</a>"),
            "<a href=\"https://x.org/?a=&quot;&gt;\">这</a>"
        );
        assert_eq!(shown("<tg-spoiler>x</tg-spoiler>"), "x");
    }

    #[test]
    fn overlapping_marks_come_out_nested() {
        let marks =
            [(Kind::Bold, 0, 2), (Kind::Italic, 1, 2)].map(|(kind, offset, length)| Entity { kind, offset, length });
        assert_eq!(html("abc", &marks), "<b>a<i>b</i></b><i>c</i>");
    }

    proptest! {
        #[test]
        fn every_tag_that_opens_closes(
            text in "\\PC{0,40}",
            marks in proptest::collection::vec((0_usize..45, 0_usize..20, 0_usize..4), 0..8),
        ) {
            let kinds = [Kind::Bold, Kind::Italic, Kind::Code, Kind::TextLink("https://x.org/\"><script>".into())];
            let marks: Vec<_> = marks.into_iter().map(|(offset, length, kind)| Entity { kind: kinds[kind].clone(), offset, length }).collect();
            let out = html(&text, &marks);
            let mut open = Vec::new();
            for tag in out.split('<').skip(1) {
                let tag = &tag[..tag.find('>').unwrap()];
                match tag.strip_prefix('/') {
                    Some(name) => prop_assert_eq!(open.pop(), Some(name.to_owned())),
                    None => open.push(tag.split(' ').next().unwrap().to_owned()),
                }
            }
            prop_assert!(open.is_empty());
            prop_assert!(!out.contains("<script"));
        }
    }
}
