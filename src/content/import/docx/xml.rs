//! The XML parts of a Word document, parsed within bounds: a file comes from anybody.
//!
//! Looked through before they are parsed, because the parser and whoever walks the tree go down with every level: six
//! kilobytes unpack to hundreds of thousands of nested elements.

use roxmltree::{Document, Node, ParsingOptions};

/// How deep elements may be nested. Word's own nest to about thirty, each table in a table adds six.
const DEEPEST: usize = 256;
/// How many attributes an element may have: the parser compares each with all others. Word's have about forty.
const MOST_ATTRIBUTES: usize = 256;
/// How many namespaces may be open at one place: each element that adds one copies them. Word has about forty.
const MOST_NAMESPACES: usize = 128;
/// How many elements, texts and attributes' owners there may be: a book has a few hundred thousand.
const MOST_NODES: u32 = 4_000_000;
/// The longest value of an attribute that is looked at, in bytes: names, numbers and patterns are short.
const LONGEST_VALUE: usize = 256;

/// Parses a part; the error says what is wrong with it.
pub(super) fn parse<'t>(text: &'t str, name: &str) -> Result<Document<'t>, String> {
    // A mark at the very beginning, which XML allows in a file and its reader does not in a text.
    let text = text.trim_start_matches('\u{feff}');
    bounded(text).map_err(|error| format!("`{name}` {error}"))?;
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| format!("`{name}`: {error}"))
}

/// What an element says in an attribute; nothing where that is longer than anything Word says there.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let found = node.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value());
    found.filter(|value| value.len() <= LONGEST_VALUE)
}

/// Looks at the tags alone. What is no XML is left to the parser, which stops at it.
fn bounded(text: &str) -> Result<(), String> {
    // The namespaces that each open element adds.
    let mut open: Vec<usize> = Vec::new();
    let mut namespaces = 0;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let passed_over = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find(|(start, _)| rest.starts_with(start));
        if let Some((start, end)) = passed_over {
            let Some(length) = rest[start.len()..].find(end) else { return Ok(()) };
            rest = &rest[start.len() + length + end.len()..];
            continue;
        }
        let Some(tag) = Tag::read(rest) else { return Ok(()) };
        rest = &rest[tag.length..];
        if tag.attributes > MOST_ATTRIBUTES {
            return Err(format!("has more than {MOST_ATTRIBUTES} attributes on one element"));
        }
        match tag.kind {
            Kind::Closing => namespaces -= open.pop().unwrap_or(0),
            Kind::Alone => {}
            Kind::Opening => {
                open.push(tag.namespaces);
                namespaces += tag.namespaces;
            }
        }
        if open.len() > DEEPEST {
            return Err(format!("nests elements deeper than {DEEPEST}"));
        }
        if namespaces > MOST_NAMESPACES {
            return Err(format!("opens more than {MOST_NAMESPACES} namespaces at one place"));
        }
    }
    Ok(())
}

/// A tag at the beginning of a text.
struct Tag {
    kind: Kind,
    length: usize,
    attributes: usize,
    namespaces: usize,
}

enum Kind {
    Opening,
    Closing,
    /// Opened and closed at once.
    Alone,
}

impl Tag {
    /// `None` where the tag does not end.
    fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut quote = None;
        let mut attributes = 0;
        let end = bytes.iter().position(|byte| {
            match (quote, byte) {
                (Some(open), byte) if open == *byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(*byte),
                (None, b'=') => attributes += 1,
                (None, b'>') => return true,
                (None, _) => {}
            }
            false
        })?;
        let kind = match (bytes.get(1), bytes[end - 1]) {
            (Some(b'/'), _) => Kind::Closing,
            // `<!DOCTYPE …>`, which the parser refuses.
            (Some(b'!'), _) | (_, b'/') => Kind::Alone,
            _ => Kind::Opening,
        };
        Some(Self { kind, length: end + 1, attributes, namespaces: text[..end].matches("xmlns").count() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_word_writes_is_parsed() {
        let table = "<tbl><tr><tc><p a='>' b=\"/\"/></tc></tr></tbl>";
        let text = format!(
            "\u{feff}<?xml version='1.0'?><!-- <a><a> --><d xmlns:w='w'>{}<![CDATA[<a><a>]]></d>",
            table.repeat(500)
        );
        assert_eq!(parse(&text, "part").unwrap().descendants().filter(|node| node.has_tag_name("p")).count(), 500);
    }

    #[test]
    fn depth_attributes_and_namespaces_are_bounded() {
        let nested = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(parse(&nested(DEEPEST), "part").is_ok());
        for levels in [DEEPEST + 1, 400_000] {
            assert!(parse(&nested(levels), "part").unwrap_err().contains("deeper"));
            // Not even closed.
            assert!(parse(&"<a b='/'>".repeat(levels), "part").unwrap_err().contains("deeper"));
        }
        let attributes: String = (0..100_000).map(|n| format!(" a{n}=''")).collect();
        assert!(parse(&format!("<a{attributes}/>"), "part").unwrap_err().contains("attributes"));
        let namespaces = (0..200).map(|n| format!("<a xmlns:n{n}='n{n}'>")).collect::<String>();
        assert!(parse(&namespaces, "part").unwrap_err().contains("namespaces"));
        assert!(parse("<a", "part").is_err());
    }
}
