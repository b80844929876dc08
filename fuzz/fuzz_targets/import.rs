//! A file in another format: refused, or a document that loads without an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wengu::content::import::import;
use wengu::content::load::parse;
use wengu::content::model::DocumentId;

fuzz_target!(|bytes: &[u8]| {
    let id = DocumentId::parse("book").expect("an id");
    for file in ["book.txt", "book.md"] {
        if let Ok(imported) = import(&id, file, bytes) {
            let document = parse("book.md", &imported.markdown).expect("what is imported loads");
            assert_eq!(format!("{document:?}"), format!("{:?}", imported.document));
        }
    }
});
