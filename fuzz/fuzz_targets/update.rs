//! An update as Telegram sends it: whatever it holds, it is read or left out, and what the inbox keeps reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wengu::clock::Timestamp;
use wengu::message::{Incoming, UserId};
use wengu::telegram::api::Me;
use wengu::telegram::parse;

fuzz_target!(|json: &str| {
    let me = Me { id: UserId(7), username: "wengu_bot".into(), supports_inline_queries: true };
    if let Ok(incoming) = parse::read(json, &me, Timestamp(1_780_000_000_000)).meaning {
        let kept = incoming.to_stored().expect("what is read can be kept");
        assert_eq!(Incoming::from_stored(&kept).expect("what is kept reads back"), incoming);
    }
});
