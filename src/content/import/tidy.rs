//! Markdown as people write it → the CommonMark that documents are made of.
//!
//! Wikis and site generators have marks that CommonMark does not know: boxes (`:::`, `!!!`), tabs, wikilinks, comments,
//! footnotes. Their words stay, the marks go and are listed. What CommonMark would swallow or read otherwise than it was
//! meant (bold beside Chinese, `5*3*2`, a note that looks like a link) is put so that it is read as it stands.

mod boxes;
mod html;
mod inline;
mod notes;

use self::boxes::Boxes;
use super::report::{Dropped, Report};

/// The tidied text.
pub(super) fn tidy(text: &str, report: &mut Report) -> String {
    let lines = lines(text, report);
    let lines = without_linked_contents(lines, report);
    html::to_text(&lines.join("\n"), report)
}

/// A line of plain text as its words stand: without characters that are not seen, and names that were stretched.
pub(super) fn words_of_text(line: &str) -> String {
    inline::without_invisible(&inline::joined_names(line))
}

/// A fence of code: its character and length.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fence(char, usize);

/// The fence that a line opens or closes, and whether words follow it.
fn fence(line: &str) -> Option<(Fence, bool)> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    let rest = line[length..].trim();
    (length >= 3 && !(mark == '`' && rest.contains('`'))).then_some((Fence(mark, length), !rest.is_empty()))
}

fn lines(text: &str, report: &mut Report) -> Vec<String> {
    let mut boxes = Boxes::default();
    let mut comments = inline::Comments::default();
    let (mut out, mut code, mut formula): (Vec<String>, Option<Fence>, bool) = (Vec::new(), None, false);
    for line in text.lines() {
        if let Some(open) = code {
            let line = boxes.dedented(line);
            if fence(line).is_some_and(|(found, words)| found.0 == open.0 && found.1 >= open.1 && !words) {
                code = None;
            }
            out.push(line.to_owned());
            continue;
        }
        let dedented = if formula { line.to_owned() } else { boxes.take(line, &mut out, report) };
        if let Some((found, _)) = fence(&dedented).filter(|_| !comments.open()) {
            code = Some(found);
            out.push(dedented);
        } else if formula || opens_formula(&dedented) {
            formula = take_formula(&dedented, formula, &mut out);
        } else if let Some(line) = comments.without(&dedented, report) {
            out.push(words(&line, report));
        }
    }
    // What is never closed ends with the text.
    out.extend(formula.then(|| "```".to_owned()));
    out
}

fn opens_formula(line: &str) -> bool {
    line.trim_start().starts_with("$$")
}

/// A formula between lines of `$$` becomes a block of code, so that nothing in it is read as Markdown. Returns whether
/// it is still open.
fn take_formula(line: &str, open: bool, out: &mut Vec<String>) -> bool {
    let indent = &line[..line.len() - line.trim_start().len()];
    let trimmed = line.trim();
    if !open {
        out.push(format!("{indent}```"));
    }
    out.push(line.to_owned());
    let closes = if open { trimmed.ends_with("$$") } else { trimmed.len() > 3 && trimmed.ends_with("$$") };
    if closes {
        out.push(format!("{indent}```"));
    }
    !closes
}

/// A line outside of code.
fn words(line: &str, report: &mut Report) -> String {
    if ["[[toc]]", "[toc]", "[[_toc_]]", "{:toc}"].contains(&line.trim().to_lowercase().as_str()) {
        report.drop(Dropped::Contents, line);
        return String::new();
    }
    let line = spaced_heading(line, report);
    let line = notes::escaped(&line);
    inline::tidied(&line, report)
}

/// `##标题` with the space that CommonMark wants. A single `#` with nothing after it may be a tag.
fn spaced_heading(line: &str, report: &mut Report) -> String {
    let rest = line.trim_start_matches('#');
    let hashes = line.len() - rest.len();
    let wide = rest.chars().next().is_some_and(|c| c.is_alphanumeric() || "【（《“".contains(c));
    if !(2..=6).contains(&hashes) || !wide {
        return line.to_owned();
    }
    report.guess("headings without a space after `#`");
    format!("{} {rest}", &line[..hashes])
}

/// Without lists of links to the headings of the same page: at least two items, all of them such links.
fn without_linked_contents(lines: Vec<String>, report: &mut Report) -> Vec<String> {
    let entry = |line: &str| {
        let item = line.trim().trim_start_matches(|c: char| c.is_ascii_digit());
        let item = item.strip_prefix(['-', '*', '+', '.', ')']).map(str::trim_start);
        item.is_some_and(|item| {
            item.starts_with('[') && item.ends_with(')') && item.contains("](#") && item.matches("](").count() == 1
        })
    };
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        if !entry(&lines[at]) {
            out.push(lines[at].clone());
            at += 1;
            continue;
        }
        let run = lines[at..].iter().take_while(|line| entry(line) || line.trim().is_empty()).count();
        let entries = lines[at..at + run].iter().filter(|line| entry(line)).count();
        if entries < 2 {
            out.push(lines[at].clone());
            at += 1;
            continue;
        }
        let title = out.iter().rposition(|line| !line.trim().is_empty());
        if let Some(title) = title.filter(|title| super::sequence::is_contents_title(&out[*title])) {
            report.drop(Dropped::Contents, &out[title]);
            out.truncate(title);
        }
        lines[at..at + run].iter().for_each(|line| report.drop(Dropped::Contents, line));
        out.push(String::new());
        at += run;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str) -> String {
        tidy(text, &mut Report::default())
    }

    #[test]
    fn boxes_and_tabs_keep_their_titles_and_their_words() {
        for (text, expected) in [
            ("::: tip 提示\n\n正文。\n\n:::\n", "\n**提示**\n\n\n正文。\n\n\n"),
            ("!!! note \"注意\"\n    第一。\n\n    第二。\n\n外面。\n", "\n**注意**\n\n第一。\n\n第二。\n\n外面。\n"),
            ("=== \"C\"\n    ```c\n    int a;\n    ```\n", "\n**C**\n\n```c\nint a;\n```\n"),
            ("??? warning\n    里面。\n", "\n\n里面。\n"),
            ("> [!NOTE]\n> 正文。\n", "\n> 正文。\n"),
        ] {
            let solid = |text: &str| text.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            assert_eq!(solid(&tidied(text)), solid(expected), "{text}");
        }
    }

    #[test]
    fn what_commonmark_would_misread_is_read_as_it_stands() {
        for (text, expected) in [
            ("**注意：**请看", "**注意**：请看"),
            ("请看**“目录”**一节", "请看“**目录**”一节"),
            ("5*3*2 cm", "5\\*3\\*2 cm"),
            ("见[[首页|这里]]和[[附录]]", "见这里和附录"),
            ("[^1]: 中文整句", "\\[1\\]: 中文整句"),
            ("如前所述[^1]。", "如前所述\\[1\\]。"),
            ("[老板]: 你来一下", "\\[老板\\]: 你来一下"),
            ("[a]: https://example.org", "[a]: https://example.org"),
            ("甲%%批注%%乙", "甲乙"),
            ("甲<!-- 批注 -->乙", "甲乙"),
            ("##标题", "## 标题"),
            ("设 $a_i*b_i$ 为", "设 `$a_i*b_i$` 为"),
            ("it costs $5 or $6", "it costs $5 or $6"),
            ("`**注：**请`", "`**注：**请`"),
            ("![示意图](a.png)", "示意图"),
            ("名　　称：条例", "名称：条例"),
        ] {
            assert_eq!(tidied(text), expected, "{text}");
        }
    }

    #[test]
    fn html_is_read_as_its_text() {
        let table =
            "<table>\n<tr><th>名</th><th>天</th></tr>\n<tr><td>年假</td><td>5&amp;6</td></tr>\n</table>\n\n后文\n";
        let text = tidied(table);
        assert!(text.contains("名 | 天") && text.contains("年假 | 5&6") && !text.contains('<'), "{text}");
        let text = tidied("<div>\n<p>甲</p>\n<style>p { color: red }</style>\n</div>\n\n<center>乙</center>\n");
        assert!(text.contains('甲') && text.contains('乙') && !text.contains("color"), "{text}");
    }

    #[test]
    fn a_formula_is_a_block_and_linked_contents_go() {
        assert_eq!(tidied("$$\na_1 * b\n$$\n\n文"), "```\n$$\na_1 * b\n$$\n```\n\n文");
        assert_eq!(tidied("目录\n\n- [一](#一)\n  - [二](#二)\n\n# 一\n").trim(), "# 一");
    }
}
