//! Links to headings of the same page lead to the sections' ids.

use std::collections::HashMap;

use super::super::model::Document;

/// The Markdown with each `](#heading)` as `](#id)`, where the heading is one of the document's.
pub(super) fn to_ids(markdown: &str, document: &Document) -> String {
    if !markdown.contains("](#") {
        return markdown.to_owned();
    }
    let mut ids: HashMap<String, &str> = HashMap::new();
    for section in &document.sections {
        ids.entry(letters(&section.title)).or_insert(section.id.as_str());
    }
    let (mut out, mut rest) = (String::with_capacity(markdown.len()), markdown);
    while let Some(at) = rest.find("](#") {
        let start = at + "](#".len();
        let end = rest[start..].find([')', '\n']).map_or(rest.len(), |length| start + length);
        let anchor = &rest[start..end];
        out.push_str(&rest[..start]);
        out.push_str(ids.get(&letters(&decoded(anchor))).copied().unwrap_or(anchor));
        rest = &rest[end..];
    }
    out + rest
}

/// What site generators keep of a heading in its anchor.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `%E4%B8%80` as its characters.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::load;

    #[test]
    fn a_link_to_a_heading_leads_to_its_section() {
        let text = "# 一 二 {#a}\n\n见[下](#三-四)、[下](#%E4%B8%89-%E5%9B%9B)、[外](https://x.y/#z)和[无](#none)。\n\n# 三 四 {#b}\n\n文。\n";
        let linked = to_ids(text, &load::parse("x.md", text).unwrap());
        assert_eq!(linked.matches("](#b)").count(), 2, "{linked}");
        assert!(linked.contains("](#none)") && linked.contains("](https://x.y/#z)"));
    }
}
