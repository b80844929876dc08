//! A hundred thousand hostile questions: each is answered from a section or refused, in messages that Telegram takes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wengu::answer::{self, Draft, Setting};
use wengu::app::documents::Documents;
use wengu::config::Config;
use wengu::content::load;
use wengu::content::model::Library;
use wengu::message::{ChatId, ChatKind, Lang, Mode, Place, Target, TopicId};
use wengu::search::Words;
use wengu::telegram::{callback, render};

use super::hostile_questions as hostile;

const QUESTIONS: u64 = 100_000;

/// Everything that a document can have, in few words: the questions are many.
const STUDY: &str = r#"+++
title = "读书会的反思"
short = "反思"
edition = "学习版"
synonyms = [["会费", "费用"]]
[series.measure]
label = "本周举措"
[facets.problem]
words = ["问题", "problem"]
[facets.cause]
words = ["原因", "为什么", "why"]
within = "problem"
cues = ["主要原因"]
[facets.measure]
words = ["措施", "怎么办", "measure"]
[facets.next]
words = ["下一步"]
+++
# 存在的问题 {#problems}
## 监督不力 {#problem-1 .problem number=1 related=measure-1}

一把手无人监督，张三挪用会费 & 权力寻租，到会\<三人也不管。主要原因是没有账目。

> ? why was there no supervision
## 四风 {#problem-2 .problem number=2 related=measure-2}

开会太多，教育太少。
# 措施 {#measures}
## 公开账目 {#measure-1 .measure number=1 related=problem-1}

每月公布会费和费用。
## 少开会 {#measure-2 .measure number=2 related=problem-2}

警示教育一年一次。
# 下一步 {#next .next}

写成制度。
"#;

struct Desk(Documents);

impl Desk {
    fn open() -> Self {
        let library = Library::new([load::parse("study.md", STUDY).unwrap()]);
        let threshold = Config::default().answer.threshold.get();
        Self(Documents::index(library, &Words::load().unwrap(), threshold).unwrap())
    }

    /// Asks and checks what came; `true` for an answer, `false` for a refusal.
    fn ask(&self, number: u64) -> bool {
        let text = hostile::question(number);
        let lang = if number.is_multiple_of(2) { Lang::Zh } else { Lang::En };
        let kind = if number.is_multiple_of(3) { ChatKind::Group } else { ChatKind::Private };
        let setting = Setting { lang, kind };
        let library = self.0.answerer.library();
        let Some(question) = self.0.reader.read(&text) else {
            check(&answer::no_question(library, setting));
            return false;
        };
        let reply = self.0.answerer.reply(&question);
        assert!((0.0..=1.0).contains(&reply.confidence()), "confidence {}", reply.confidence());
        assert_eq!(reply.answered(), reply.source().is_some(), "an answer has a source and a refusal has none");
        let draft = self.0.answerer.draft(&question, &reply, setting);
        check(&draft);
        if let Some(source) = reply.source() {
            let (document, _) = library.section(source).expect("the source is a section that is there");
            let said = draft.body.to_plain();
            assert!(said.contains(&document.short) || said.contains(&document.title), "no source in {said}");
        }
        reply.answered()
    }
}

/// Whether a draft is what Telegram takes, in as many messages as it needs.
fn check(draft: &Draft) {
    let place = Place { chat: ChatId(1), topic: TopicId::MAIN, kind: ChatKind::Private };
    for part in render::split(draft.clone().into_outgoing(place, Mode::New)) {
        let html = render::html(part.body().unwrap(), "wengu_bot");
        let units = part.body().unwrap().to_plain().encode_utf16().count();
        assert!((1..=4096).contains(&units) && html.len() <= 32_768, "{units} units");
        well_formed(&html);
    }
    for button in draft.buttons.iter().flatten() {
        assert!(!button.label.trim().is_empty() && button.label.chars().count() <= 64, "{button:?}");
        if let Target::Action(action) = &button.target {
            assert!(callback::encode(action).len() <= callback::MAX_BYTES, "{button:?}");
        }
    }
}

/// The tags that we write.
const OURS: [&str; 5] = ["b", "i", "code", "a", "blockquote"];

/// Every tag is one of ours and closed in order, and no other mark stands in the text.
fn well_formed(html: &str) {
    let mut open = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "a bare mark in {html}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None => {
                let name = tag.split(' ').next().unwrap();
                assert!(OURS.contains(&name), "{html}");
                open.push(name);
            }
        }
    }
    assert!(open.is_empty(), "{html}");
}

#[test]
fn a_hundred_thousand_hostile_questions_are_answered_or_refused() {
    let desk = Desk::open();
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get() as u64);
    let ask_all = |thread: u64| -> [u64; 2] {
        let mut counts = [0; 2];
        for number in (thread..QUESTIONS).step_by(threads as usize) {
            let asked = catch_unwind(AssertUnwindSafe(|| desk.ask(number)));
            let answered = asked.unwrap_or_else(|_| panic!("question {number}: {:?}", hostile::question(number)));
            counts[usize::from(answered)] += 1;
        }
        counts
    };
    let counts: Vec<[u64; 2]> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || ask_all(thread))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let sum = |which: usize| counts.iter().map(|c| c[which]).sum::<u64>();
    // Both ways out were taken, so both were looked at.
    assert!(sum(0) > 1000 && sum(1) > 1000, "refused {}, answered {}", sum(0), sum(1));
    assert_eq!(sum(0) + sum(1), QUESTIONS);
}
