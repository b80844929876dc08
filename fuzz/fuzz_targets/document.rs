//! A document: read or refused, every finding points into it, and reading again comes to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wengu::content::load::read;

fuzz_target!(|text: &str| {
    let reading = read("book.md", text);
    let lines = text.lines().count().max(1) + 1;
    for finding in &reading.diagnostics {
        assert!(finding.line <= lines, "{finding} in {lines} lines");
        assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{finding:?}");
    }
    assert_eq!(format!("{reading:?}"), format!("{:?}", read("book.md", text)));
});
