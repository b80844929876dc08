//! What a button or a link says: nothing, or exactly what we would have written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wengu::message::Link;
use wengu::telegram::callback;

fuzz_target!(|data: &str| {
    if let Some(action) = callback::decode(data) {
        let written = callback::encode(&action);
        assert_eq!(written, data);
        assert!(written.len() <= 64);
    }
    if let Some(link) = Link::decode(data) {
        assert_eq!(Link::decode(&link.encode()), Some(link));
    }
});
