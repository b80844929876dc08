//! The chat page: a small chat client, built into the program, that shows the sandbox and lets one act in it.
//!
//! It is plain HTML, CSS and ES modules, served as they stand here, and asks for nothing outside the sandbox.

use axum::Router;
use axum::http::HeaderName;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::routing::get;

/// A file of the page.
struct File {
    path: &'static str,
    kind: &'static str,
    content: &'static str,
}

macro_rules! files {
    ($($name:literal: $kind:ident),* $(,)?) => {
        [$(File { path: concat!("/page/", $name), kind: $kind, content: include_str!($name) }),*]
    };
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const DRAWING: &str = "image/svg+xml";

const INDEX: File = File { path: "/", kind: HTML, content: include_str!("index.html") };

/// What the page is made of besides [`INDEX`]; a new file needs a line here.
const FILES: [File; 20] = files![
    "theme.css": CSS, "page.css": CSS, "bubble.css": CSS,
    "page.js": SCRIPT, "api.js": SCRIPT, "model.js": SCRIPT, "texts.js": SCRIPT, "times.js": SCRIPT,
    "dom.js": SCRIPT, "markup.js": SCRIPT, "bubble.js": SCRIPT, "log.js": SCRIPT, "side.js": SCRIPT,
    "composer.js": SCRIPT, "menu.js": SCRIPT, "clock.js": SCRIPT, "backstage.js": SCRIPT,
    "topics.js": SCRIPT,
    "seal.svg": DRAWING, "crackle.svg": DRAWING,
];

/// Nothing is loaded from elsewhere, and no script runs that is not one of ours, whatever a message holds.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page at `/` and its files under `/page/`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    all().fold(Router::new(), |router, file| router.route(file.path, get(async move || serve(file))))
}

fn all() -> impl Iterator<Item = &'static File> {
    std::iter::once(&INDEX).chain(&FILES)
}

fn serve(file: &'static File) -> impl IntoResponse {
    const HEADERS: [(HeaderName, &str); 4] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        // The page changes with the program, and the program is near: asking again costs nothing.
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (HEADERS, [(CONTENT_TYPE, file.kind)], file.content)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex::Regex;

    use super::*;

    fn found<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
        Regex::new(pattern).unwrap().captures_iter(text).map(|c| c.get(1).unwrap().as_str()).collect()
    }

    #[test]
    fn every_file_that_the_page_asks_for_is_served_and_no_other() {
        let served: BTreeSet<String> = all().map(|file| file.path.to_owned()).filter(|path| path != "/").collect();
        let mut asked = BTreeSet::new();
        for file in all() {
            asked.extend(found(r#"["(](/page/[a-z.]+)"#, file.content).into_iter().map(str::to_owned));
            asked.extend(found(r#"from "\./([a-z.]+)""#, file.content).into_iter().map(|name| format!("/page/{name}")));
        }
        assert_eq!(asked, served);
    }

    #[test]
    fn nothing_outside_the_sandbox_is_asked_for() {
        for file in all() {
            let outside: Vec<&str> = found(r#"(https?://[^"'\s)]+)"#, file.content)
                .into_iter()
                .filter(|url| *url != "http://www.w3.org/2000/svg")
                .collect();
            assert_eq!(outside, Vec::<&str>::new(), "{}", file.path);
        }
    }

    #[test]
    fn both_languages_have_every_sentence_and_every_label_has_one() {
        let texts = include_str!("texts.js");
        let (zh, en) = texts.split_once("const en = {").unwrap();
        let keys = |text| found(r"(?m)^  (\w+): ", text).into_iter().collect::<BTreeSet<_>>();
        assert!(keys(zh).len() > 40);
        assert_eq!(keys(zh), keys(en));
        for label in found(r#"data-(?:text|label)="(\w+)""#, INDEX.content) {
            assert!(keys(zh).contains(label), "`{label}` has no sentence in texts.js");
        }
    }
}
