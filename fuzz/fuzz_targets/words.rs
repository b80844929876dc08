//! What people type: a time in free words reads back as it is stored, and what is not understood is named in both
//! languages; commands, dates and hours are read or not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wengu::answer::texts::texts;
use wengu::message::Lang;
use wengu::schedule::when::When;
use wengu::schedule::{freeform, typed};
use wengu::understand::command;

fuzz_target!(|text: &str| {
    let usual = When::stored("0 9 * * 1", "Asia/Shanghai").expect("a schedule");
    let said = |lang| match freeform::parse(text, &usual) {
        Ok(when) => {
            let stored = When::stored(&when.rule.to_string(), when.zone.id());
            assert_eq!(stored.as_ref(), Some(&when));
            when.in_words(texts(lang))
        }
        Err(error) => error.in_words(texts(lang)),
    };
    assert!(!said(Lang::Zh).is_empty() && !said(Lang::En).is_empty());
    if let Some((from, until)) = typed::hours(text) {
        assert!(from < 1_440 && until < 1_440 && from != until);
    }
    let today = Default::default();
    assert!(typed::date(text, today).is_none_or(|date| date > today));
    let _ = command::parse(text);
});
