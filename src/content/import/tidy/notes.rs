//! Footnotes, and lines that CommonMark takes for the address of a link and swallows: `[^1]: 中文整句`, `[老板]: 你来`.

/// A line with its footnotes as plain words in brackets.
pub(super) fn escaped(line: &str) -> String {
    let start = line.len() - line.trim_start().len();
    let (indent, rest) = line.split_at(start);
    let line = match label(rest) {
        Some((name, after)) if !name.starts_with('^') && !is_address(after) => {
            format!("{indent}\\[{name}\\]:{after}")
        }
        _ => line.to_owned(),
    };
    references(&line)
}

/// The label of `[label]: …`, and what follows the colon.
fn label(line: &str) -> Option<(&str, &str)> {
    let (name, after) = line.strip_prefix('[')?.split_once("]:")?;
    (!name.is_empty() && !name.contains(['[', ']'])).then_some((name, after))
}

/// Whether this is where a link leads to.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let address = text.split_whitespace().next().unwrap_or_default();
    address.starts_with(['<', '/', '.', '#']) || (address.is_ascii() && address.contains([':', '/', '.']))
}

/// `[^1]` as `\[1\]`.
fn references(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("[^") {
        out.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        match inside.find(']').filter(|end| *end > 0 && *end <= 40 && !inside[..*end].contains(['[', ' ', '`'])) {
            Some(end) => {
                out.push_str(&format!("\\[{}\\]", &inside[..end]));
                rest = &inside[end + 1..];
            }
            None => {
                out.push_str("[^");
                rest = inside;
            }
        }
    }
    out + rest
}
