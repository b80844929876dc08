//! A message as Telegram's HTML: always well-formed, whatever the text holds.

use std::fmt::Write;

use reqwest::Url;
use teloxide::types::{
    InlineKeyboardButton, InlineKeyboardButtonKind, InlineKeyboardMarkup, InlineQueryResult, InlineQueryResultArticle,
    InputMessageContent, InputMessageContentText, ParseMode, SwitchInlineQueryChosenChat,
};

use crate::message::{Body, Button, Link, Offer, Paragraph, Span, Style, Target};
use crate::telegram::api::{Me, no_preview};
use crate::telegram::callback;
pub use crate::telegram::split::split;

/// The body as HTML. `username` is ours, for links into the private chat.
pub fn html(body: &Body, username: &str) -> String {
    let text: usize = body.0.iter().flat_map(|paragraph| &paragraph.spans).map(|span| span.text.len()).sum();
    // With some room for tags: most messages grow no further.
    let mut out = String::with_capacity(text + text / 4 + 64);
    for (index, paragraph) in body.0.iter().enumerate() {
        let above = index.checked_sub(1).map(|above| &body.0[above]);
        // Quotations that stand close together are one block.
        let joined = above.is_some_and(|above| above.quote && paragraph.quote && paragraph.tight);
        if above.is_some_and(|above| above.quote) && !joined {
            out.push_str("</blockquote>");
        }
        out.push_str(separator(above, paragraph));
        if paragraph.quote && !joined {
            out.push_str("<blockquote>");
        }
        for span in &paragraph.spans {
            push_span(&mut out, span, username);
        }
    }
    if body.0.last().is_some_and(|last| last.quote) {
        out.push_str("</blockquote>");
    }
    out
}

/// Buttons as Telegram's keyboard; `None` where there is none.
pub fn keyboard(rows: &[Vec<Button>], me: &Me) -> Option<InlineKeyboardMarkup> {
    let rows: Vec<Vec<InlineKeyboardButton>> = rows
        .iter()
        .map(|row| row.iter().filter_map(|button| key(button, me)).collect::<Vec<_>>())
        .filter(|row: &Vec<_>| !row.is_empty())
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// Something to choose while typing in another chat, as Telegram's article.
pub fn article(offer: &Offer, me: &Me) -> InlineQueryResult {
    let mut content = InputMessageContentText::new(html(&offer.body, &me.username));
    content.parse_mode = Some(ParseMode::Html);
    content.link_preview_options = Some(no_preview());
    let mut article = InlineQueryResultArticle::new(&offer.id, &offer.title, InputMessageContent::Text(content))
        .description(&offer.about);
    article.reply_markup = keyboard(&offer.buttons, me);
    InlineQueryResult::Article(article)
}

fn separator(above: Option<&Paragraph>, paragraph: &Paragraph) -> &'static str {
    match above {
        None => "",
        Some(_) if paragraph.tight => "\n",
        Some(_) => "\n\n",
    }
}

fn push_span(out: &mut String, span: &Span, username: &str) {
    if span.text.is_empty() {
        return;
    }
    match &span.style {
        Style::Plain => push_escaped(out, &span.text),
        Style::Bold => push_tagged(out, "b", &span.text),
        Style::Italic => push_tagged(out, "i", &span.text),
        Style::Code => push_tagged(out, "code", &span.text),
        Style::Link(link) => {
            // Neither a username nor an encoded link holds a character that HTML or a URL would read otherwise.
            let _ = write!(out, "<a href=\"{}\">", start_link(username, link));
            push_escaped(out, &span.text);
            out.push_str("</a>");
        }
    }
}

fn push_tagged(out: &mut String, tag: &str, text: &str) {
    let _ = write!(out, "<{tag}>");
    push_escaped(out, text);
    let _ = write!(out, "</{tag}>");
}

fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((at, entity)) = rest.bytes().enumerate().find_map(|(at, b)| Some((at, escape(char::from(b))?))) {
        out.push_str(&rest[..at]);
        out.push_str(entity);
        // What has a meaning in HTML is one byte long.
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// The entity that stands for a character with a meaning in HTML.
pub(super) fn escape(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

fn start_link(username: &str, link: &Link) -> String {
    format!("https://t.me/{username}?start={}", link.encode())
}

fn key(button: &Button, me: &Me) -> Option<InlineKeyboardButton> {
    let username = me.username.as_str();
    let label = button.label.clone();
    match &button.target {
        Target::Action(action) => Some(InlineKeyboardButton::callback(label, callback::encode(action))),
        Target::Link(link) => Some(InlineKeyboardButton::url(label, Url::parse(&start_link(username, link)).ok()?)),
        // Telegram refuses the button, and the message with it, where nobody may type our name.
        Target::Share(_) if !me.supports_inline_queries => None,
        Target::Share(at) => {
            let chosen = SwitchInlineQueryChosenChat {
                query: Some(at.to_string()),
                allow_user_chats: true,
                allow_bot_chats: false,
                allow_group_chats: true,
                allow_channel_chats: true,
            };
            Some(InlineKeyboardButton::new(label, InlineKeyboardButtonKind::SwitchInlineQueryChosenChat(chosen)))
        }
        // Without a value, no `/start` is said in the group beside our introduction.
        Target::AddToGroup => {
            let url = Url::parse(&format!("https://t.me/{username}?startgroup")).ok()?;
            Some(InlineKeyboardButton::url(label, url))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::model::{DocumentId, SectionRef};
    use crate::message::Action;
    use crate::telegram::api::tests::me;

    #[test]
    fn styles_become_tags_and_text_is_escaped() {
        let body = Body(vec![
            Paragraph::new([Span::bold("1 < 2 & \"3\""), Span::plain("，")]),
            Paragraph::new([Span { text: "/ask <b>".into(), style: Style::Code }, Span::italic("")]).tight(),
            Paragraph::new([Span { text: "原文".into(), style: Style::Link(Link::Read) }]),
        ]);
        assert_eq!(
            html(&body, "wengu_bot"),
            "<b>1 &lt; 2 &amp; \"3\"</b>，\n<code>/ask &lt;b&gt;</code>\n\n<a href=\"https://t.me/wengu_bot?start=read\">原文</a>"
        );
    }

    #[test]
    fn close_quotations_are_one_block_and_distant_ones_two() {
        let body = Body(vec![
            Paragraph::plain("一").quote(),
            Paragraph::plain("二").quote().tight(),
            Paragraph::plain("三").quote(),
            Paragraph::plain("四").tight(),
        ]);
        assert_eq!(html(&body, "b"), "<blockquote>一\n二</blockquote>\n\n<blockquote>三</blockquote>\n四");
    }

    #[test]
    fn sharing_is_offered_only_where_people_may_type_our_name() {
        let at = SectionRef::parse("reflection/measure-1").unwrap();
        let rows = [vec![Button { label: "分享".into(), target: Target::Share(at) }]];
        let json = serde_json::to_string(&keyboard(&rows, &me(true))).unwrap();
        assert!(json.contains(r#""switch_inline_query_chosen_chat":{"query":"reflection/measure-1""#), "{json}");
        assert_eq!(keyboard(&rows, &me(false)), None);
    }

    #[test]
    fn buttons_carry_data_or_links() {
        let at = SectionRef::parse("reflection/measure-1").unwrap();
        let rows = [
            vec![
                Button::action("对应举措", Action::Open(at.clone())),
                Button::link("私聊", Link::Contents(DocumentId::parse("reflection").unwrap())),
            ],
            vec![],
            vec![Button { label: "加入群组".into(), target: Target::AddToGroup }],
        ];
        let json = serde_json::to_string(&keyboard(&rows, &me(true))).unwrap();
        assert_eq!(
            json,
            r#"{"inline_keyboard":[[{"text":"对应举措","callback_data":"1oreflection/measure-1"},{"text":"私聊","url":"https://t.me/wengu_bot?start=c_reflection"}],[{"text":"加入群组","url":"https://t.me/wengu_bot?startgroup"}]]}"#
        );
        assert_eq!(keyboard(&[vec![]], &me(true)), None);
    }
}
