//! What stands before the Markdown itself: YAML or TOML between lines of dashes or pluses.

/// The title that the front matter gives, and the Markdown behind it.
pub(super) fn split(text: &str) -> (Option<String>, &str) {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return (None, text) };
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        offset += line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return (title(&rest[..offset]), &rest[offset..]);
        }
        // A rule at the beginning, and no front matter: `key: value`, lists and comments are all that it holds.
        let sound = line.trim().is_empty() || line.contains(':') || line.starts_with([' ', '-', '#', '\t']);
        if !sound {
            break;
        }
    }
    (None, text)
}

/// The value of `title:`, with or without quotes.
fn title(front: &str) -> Option<String> {
    let value = front.lines().find_map(|line| line.strip_prefix("title:"))?.trim();
    let unquoted = ['"', '\''].into_iter().find_map(|mark| value.strip_prefix(mark)?.strip_suffix(mark));
    Some(unquoted.unwrap_or(value).trim().to_owned()).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_gives_its_title_and_goes() {
        assert_eq!(split("---\ntitle: \"章程\"\ntags:\n  - a\n---\n# 一\n"), (Some("章程".into()), "# 一\n"));
        assert_eq!(split("---\nlayout: page\n---\n正文"), (None, "正文"));
        for plain in ["# 一\n", "---\n\n正文没有冒号\n\n---\n", "---\ntitle: 没有结束\n"] {
            assert_eq!(split(plain), (None, plain));
        }
    }
}
