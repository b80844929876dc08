//! The title of a document that is imported: what the file says it is, else its first line or only heading, else its name.
//! Never one of several chapters.

use super::super::model::Document;
use super::marked::HEADLESS;
use super::marker;
use super::outline::Line;
use super::report::Report;

/// The longest first line that is taken for a title, in characters.
const TITLE: usize = 60;

/// Words before a document's name: 法规名称：….
const LABELS: [&str; 8] = ["法规名称", "法規名稱", "文件名称", "标题", "標題", "名称", "名稱", "Title"];

/// The title of a text, and its lines without it.
pub(super) fn of_lines<'l>(
    told: Option<String>,
    name: &str,
    lines: &'l [Line],
    report: &mut Report,
) -> (String, &'l [Line]) {
    let first = &lines[0];
    let titled = lines.len() > 1 && is_title(&first.text) && !is_top_number(lines);
    let rest = if titled { &lines[1..] } else { lines };
    match (told.filter(|told| tells(told)), titled) {
        (Some(told), _) => {
            report.title_from = "the file's properties".into();
            let same = solid(&told) == solid(&first.text) && lines.len() > 1;
            (told, if same { &lines[1..] } else { lines })
        }
        (None, true) => {
            report.title_from = "the first line".into();
            (first.text.clone(), rest)
        }
        (None, false) => {
            report.title_from = "the file's name".into();
            (name.to_owned(), lines)
        }
    }
}

/// The title of Markdown: that of its front matter, of a line `名称：…` before the first heading, its only heading of the
/// highest level, or the file's name.
pub(super) fn of_markdown(front: Option<String>, document: &Document, name: &str, report: &mut Report) -> String {
    let sources = [
        (front, "the front matter"),
        (labelled(document), "a line that names it"),
        (single(document), "its only top heading"),
    ];
    for (title, from) in sources {
        if let Some(title) = title {
            report.title_from = from.into();
            return title;
        }
    }
    report.title_from = "the file's name".into();
    name.to_owned()
}

fn labelled(document: &Document) -> Option<String> {
    let headless = document.sections.first().filter(|section| section.title == HEADLESS);
    let first = headless.map_or(&document.introduction, |section| &section.blocks);
    first.iter().find_map(|block| {
        let text = block.text();
        let (label, title) = text.split_once(['：', ':'])?;
        let title = title.trim();
        (LABELS.contains(&label.trim()) && !title.is_empty() && is_title(title)).then(|| title.to_owned())
    })
}

/// The only heading of the highest level, where it comes first and counts nothing: the other headings stand below it.
fn single(document: &Document) -> Option<String> {
    let first = document.sections.first()?;
    let alone = document.sections.iter().skip(1).all(|section| section.level > first.level);
    (alone && first.title != HEADLESS && marker::at_start(&first.title).is_none()).then(|| first.title.clone())
}

/// Whether the first line is the top of dotted numbers: 1 绪论 before 1.1.
fn is_top_number(lines: &[Line]) -> bool {
    let Some((_, first)) = marker::dotted_numbers(&lines[0].text) else { return false };
    let below = |line: &Line| marker::dotted_numbers(&line.text).is_some_and(|(_, numbers)| numbers == [first[0], 1]);
    first.len() == 1 && lines.iter().any(below)
}

fn is_title(line: &str) -> bool {
    let stops = line.ends_with(['。', '；', '：', '，', '.', ';', ':', ',']);
    let speaks = line.split_once(['：', ':']).is_some_and(|(who, _)| who.chars().count() <= 4);
    line.chars().count() <= TITLE && !stops && !speaks && marker::at_start(line).is_none()
}

/// Whether a title of the properties names the document, and is not what a program puts there.
fn tells(title: &str) -> bool {
    let title = title.trim();
    let made_up = ["Microsoft Word", "文档", "文件", "Untitled", "无标题", "新建", "Document", "标题", "untitled"];
    is_title(title) && title.chars().count() > 1 && !made_up.iter().any(|word| title.starts_with(word))
}

fn solid(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
