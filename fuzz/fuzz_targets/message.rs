//! A message: every part of it is one that Telegram takes (the emulator reads its HTML), and no visible text is lost.
#![no_main]

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use wengu::message::{Body, ChatId, ChatKind, Link, Mode, Outgoing, Paragraph, Place, Span, Style, TopicId};
use wengu::sandbox::scene::{MAYA, study_group};
use wengu::telegram::render;

fuzz_target!(|data: &[u8]| {
    let Ok(body) = body(&mut Unstructured::new(data)) else { return };
    let text = visible(&body);
    let mut world = study_group();
    world.open(MAYA);
    let mut kept = String::new();
    for part in render::split(outgoing(body)) {
        let html = render::html(part.body().expect("a text"), "wengu_study_bot");
        let params = json!({ "chat_id": MAYA, "text": html, "parse_mode": "HTML" });
        let answer = world.handle("sendMessage", &params, 1_780_000_000_000);
        // Nobody writes a message of nothing; that it is refused is all there is to it.
        let empty = answer.description().contains("empty");
        assert!(answer.status == 200 || empty, "{}: {html}", answer.description());
        kept.push_str(&visible(part.body().expect("a text")));
    }
    assert_eq!(kept, text);
});

fn body(input: &mut Unstructured<'_>) -> Result<Body> {
    let mut paragraphs = Vec::new();
    for _ in 0..input.int_in_range(0..=5)? {
        let mut spans = Vec::new();
        for _ in 0..input.int_in_range(0..=4)? {
            let style = match input.int_in_range(0..=4)? {
                0 => Style::Plain,
                1 => Style::Bold,
                2 => Style::Italic,
                3 => Style::Code,
                _ => Style::Link(Link::Read),
            };
            let times = if input.ratio(1, 4)? { input.int_in_range(1..=900)? } else { 1 };
            spans.push(Span { text: input.arbitrary::<String>()?.repeat(times), style });
        }
        paragraphs.push(Paragraph { quote: input.arbitrary()?, tight: input.arbitrary()?, spans });
    }
    Ok(Body(paragraphs))
}

fn outgoing(body: Body) -> Outgoing {
    let place = Place { chat: ChatId(MAYA), topic: TopicId::MAIN, kind: ChatKind::Private };
    Outgoing::text(place, Mode::New, body)
}

/// What one can read of it: a part of blanks alone is left out.
fn visible(body: &Body) -> String {
    let spans = body.0.iter().flat_map(|paragraph| &paragraph.spans);
    spans.flat_map(|span| span.text.chars()).filter(|c| c.is_alphanumeric()).collect()
}
