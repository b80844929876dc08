//! What the styles of a Word document say about its paragraphs: headings, numbers, contents.

use std::collections::HashMap;

use roxmltree::{Document, Node};

use super::{attribute, child, children, value};

/// Styles hang on one another at most so deep; a circle ends here.
const DEEPEST: usize = 16;

/// The styles by their ids.
#[derive(Default)]
pub(super) struct Styles(HashMap<String, Style>);

struct Style {
    name: String,
    based_on: Option<String>,
    /// 0 is the highest level of headings, 9 is plain text.
    outline: Option<u8>,
    list: Option<String>,
    list_level: Option<usize>,
}

impl Styles {
    /// Reads `word/styles.xml`.
    pub(super) fn read(xml: &Document<'_>) -> Self {
        let all = children(xml.root_element(), "style");
        Self(all.filter_map(|style| Some((attribute(style, "styleId")?.to_owned(), read(style)))).collect())
    }

    /// The level of a heading, from 1; `None` for other paragraphs.
    pub(super) fn heading(&self, own: Option<u8>, style: Option<&str>) -> Option<u8> {
        let level = own.or_else(|| self.chain(style).find_map(|style| style.outline.or_else(|| named(&style.name))));
        level.filter(|level| *level < 9).map(|level| level + 1)
    }

    /// The list that a style numbers its paragraphs by, and the level.
    pub(super) fn list(&self, style: Option<&str>) -> Option<(String, usize)> {
        let list = self.chain(style).find_map(|style| style.list.clone())?;
        Some((list, self.chain(style).find_map(|style| style.list_level).unwrap_or(0)))
    }

    /// Whether a style is that of a table of contents.
    pub(super) fn is_contents(&self, style: Option<&str>) -> bool {
        self.chain(style).next().is_some_and(|style| is_contents(&style.name.to_lowercase()))
    }

    /// Whether a style is that of a document's title.
    pub(super) fn is_title(&self, style: Option<&str>) -> bool {
        let name = self.chain(style).next().map(|style| style.name.to_lowercase());
        name.is_some_and(|name| name == "title" || name == "标题")
    }

    /// A style and those that it is based on.
    fn chain<'a>(&'a self, style: Option<&str>) -> impl Iterator<Item = &'a Style> {
        let first = style.and_then(|id| self.0.get(id));
        std::iter::successors(first, |style| self.0.get(style.based_on.as_ref()?)).take(DEEPEST)
    }
}

/// `toc 1`, `TOC Heading`, 目录 1.
fn is_contents(name: &str) -> bool {
    ["toc ", "目录 ", "wpsoffice手动目录", "table of contents"].iter().any(|start| name.starts_with(start))
}

fn read(style: Node<'_, '_>) -> Style {
    let properties = child(style, "pPr");
    let list = properties.and_then(|p| child(p, "numPr"));
    let number = |node: Option<Node<'_, '_>>| value(node).and_then(|text| text.parse::<u8>().ok());
    Style {
        name: value(child(style, "name")).unwrap_or_default().to_owned(),
        based_on: value(child(style, "basedOn")).map(str::to_owned),
        outline: number(properties.and_then(|p| child(p, "outlineLvl"))),
        list: value(list.and_then(|list| child(list, "numId"))).map(str::to_owned),
        list_level: number(list.and_then(|list| child(list, "ilvl"))).map(usize::from),
    }
}

/// The level of a heading whose style says it by its name alone: `heading 1`, `标题 1`.
fn named(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    let level = name.strip_prefix("heading").or_else(|| name.strip_prefix("标题"))?;
    level.trim().parse::<u8>().ok()?.checked_sub(1)
}
