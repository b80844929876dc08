//! What stands before the Markdown itself: YAML between lines of dashes, or TOML between lines of pluses.

use super::report::{Dropped, Report};

/// What the front matter says about the document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) lang: Option<String>,
}

/// The keys that a document of ours has in its metadata.
pub(super) const OURS: [&str; 9] =
    ["title", "short", "edition", "lang", "synonyms", "series", "facets", "id", "aliases"];

/// What the front matter says, and the Markdown behind it. The keys that are not kept are listed.
pub(super) fn split<'t>(text: &'t str, report: &mut Report) -> (Front, &'t str) {
    toml_front(text, report).or_else(|| yaml_front(text, report)).unwrap_or((Front::default(), text))
}

/// Whether the text has the metadata of a document of ours, and nothing that we do not know.
pub(super) fn is_ours(text: &str) -> bool {
    let Some((inside, _)) = fenced(text, "+++") else { return text.starts_with("+++\n") };
    match inside.parse::<toml::Table>() {
        Ok(table) => table.keys().all(|key| OURS.contains(&key.as_str())),
        // Its mistakes are told with their places.
        Err(_) => true,
    }
}

/// What stands between two lines of this mark, and what follows.
fn fenced<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let rest = text.strip_prefix(mark)?.strip_prefix('\n')?;
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == mark || (mark == "---" && line.trim_end() == "...") {
            return Some((&rest[..offset], &rest[offset + line.len()..]));
        }
        offset += line.len();
    }
    None
}

fn toml_front<'t>(text: &'t str, report: &mut Report) -> Option<(Front, &'t str)> {
    let (inside, rest) = fenced(text, "+++")?;
    let table = inside.parse::<toml::Table>().ok()?;
    let word = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    for (key, value) in table.iter().filter(|(key, _)| !matches!(key.as_str(), "title" | "lang")) {
        report.drop(Dropped::FrontMatter, &format!("{key} = {value}"));
    }
    Some((Front { title: word("title"), lang: word("lang") }, rest))
}

fn yaml_front<'t>(text: &'t str, report: &mut Report) -> Option<(Front, &'t str)> {
    let (inside, rest) = fenced(text, "---")?;
    // A rule at the beginning, and no front matter: `key: value`, lists and comments are all that it holds.
    let sound = |line: &str| line.trim().is_empty() || line.contains(':') || line.starts_with([' ', '-', '#', '\t']);
    if !inside.lines().all(sound) {
        return None;
    }
    let mut front = Front::default();
    for line in inside.lines() {
        match (value(line, "title:"), value(line, "lang:")) {
            (Some(title), _) if front.title.is_none() => front.title = Some(title),
            (_, Some(lang)) if front.lang.is_none() => front.lang = Some(lang),
            _ => report.drop(Dropped::FrontMatter, line),
        }
    }
    Some((front, rest))
}

/// The value of a key, with or without quotes.
fn value(line: &str, key: &str) -> Option<String> {
    let value = line.strip_prefix(key)?.trim();
    let unquoted = ['"', '\''].into_iter().find_map(|mark| value.strip_prefix(mark)?.strip_suffix(mark));
    Some(unquoted.unwrap_or(value).trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_gives_its_title_and_goes() {
        let split = |text| {
            let (front, rest) = split(text, &mut Report::default());
            (front.title, rest)
        };
        assert_eq!(split("---\ntitle: \"章程\"\ntags:\n  - a\n---\n# 一\n"), (Some("章程".into()), "# 一\n"));
        assert_eq!(split("+++\ntitle = \"章程\"\ndate = 2024-01-01\n+++\n# 一\n"), (Some("章程".into()), "# 一\n"));
        assert_eq!(split("---\nlayout: page\n---\n正文"), (None, "正文"));
        for plain in ["# 一\n", "---\n\n正文没有冒号\n\n---\n", "---\ntitle: 没有结束\n"] {
            assert_eq!(split(plain), (None, plain));
        }
    }

    #[test]
    fn our_own_metadata_is_told_from_that_of_a_site_generator() {
        assert!(is_ours("+++\ntitle = \"甲\"\n[series.x]\nlabel = \"乙\"\n+++\n# 一\n"));
        assert!(!is_ours("+++\ntitle = \"甲\"\ndraft = false\n+++\n# 一\n"));
    }
}
