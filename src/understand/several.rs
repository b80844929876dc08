//! Several questions in one message: each ends with its own mark (张三是谁？李四是谁？), or they are numbered. One that
//! leans on another (他做了什么？) cannot be asked alone, and then nothing is taken apart.

use super::question::fold;

/// So many questions of a message are answered.
const MOST: usize = 3;

/// A longer message is read as one question.
const LONGEST: usize = 1024;

/// A question has at least so many letters and digits.
const SHORTEST: usize = 2;

/// Words that lean on what was said before, simplified and lower case; English ones as whole words.
const LEANING: &[&str] = &["他", "她", "它", "这", "那", "呢"];
const LEANING_ENGLISH: &[&str] =
    &["he", "she", "it", "they", "him", "her", "them", "this", "that", "these", "those", "his", "its", "their"];

/// What a sentence without a mark of its own asks with.
const ASKING: &[&str] = &[
    "谁",
    "什么",
    "哪",
    "几",
    "多少",
    "多久",
    "怎",
    "如何",
    "吗",
    "是否",
    "能不能",
    "who ",
    "what ",
    "when ",
    "where ",
    "which ",
    "how ",
    "why ",
];

/// The questions of a message, at most [`MOST`]; none where it asks one or nothing.
pub(super) fn split<'a>(text: &'a str, simplify: &dyn Fn(char) -> char) -> Vec<&'a str> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let mut parts = numbered(text);
    if parts.len() < 2 {
        parts = marked(text, simplify);
    }
    if parts.len() < 2 {
        return Vec::new();
    }
    let mut alone: Vec<&str> = Vec::new();
    for part in parts {
        if leans(part, simplify) {
            return Vec::new();
        }
        if !alone.contains(&part) {
            alone.push(part);
        }
    }
    alone.truncate(MOST);
    if alone.len() < 2 { Vec::new() } else { alone }
}

fn says_something(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST
}

fn leans(part: &str, simplify: &dyn Fn(char) -> char) -> bool {
    let folded = fold(part, simplify);
    LEANING.iter().any(|word| folded.contains(word))
        || folded.split_whitespace().any(|word| LEANING_ENGLISH.contains(&word))
}

/// What ends with question marks; a last sentence without one where it asks.
fn marked<'a>(text: &'a str, simplify: &dyn Fn(char) -> char) -> Vec<&'a str> {
    let mut parts: Vec<&str> = text.split_inclusive(['？', '?']).map(str::trim).collect();
    let is_marked = |part: &str| part.ends_with(['？', '?']);
    if let Some(last) = parts.last()
        && !is_marked(last)
        && !{
            let folded = fold(last, simplify);
            ASKING.iter().any(|word| folded.contains(word))
        }
    {
        parts.pop();
    }
    parts.retain(|part| says_something(part));
    parts
}

/// What stands behind the numbers 1, 2, 3 … at the starts of lines or sentences.
fn numbered(text: &str) -> Vec<&str> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut begins = true;
    for (at, c) in text.char_indices() {
        if begins && let Some(length) = number(&text[at..], starts.len() + 1) {
            starts.push((at, at + length));
        }
        begins = c.is_whitespace() || "？?；;。".contains(c);
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let parts = starts
        .iter()
        .zip(ends)
        .map(|((_, from), to)| text[*from..to].trim_matches(|c: char| c.is_whitespace() || "；;，,".contains(c)));
    let parts: Vec<&str> = parts.collect();
    if parts.iter().all(|part| says_something(part)) { parts } else { Vec::new() }
}

/// The length of the number `n` with its mark (1. 1、 （1） ①) at the start of a text; 1.5 is another number.
fn number(text: &str, n: usize) -> Option<usize> {
    let circled = u32::try_from(n).ok().filter(|n| *n <= 9).and_then(|n| char::from_u32('①' as u32 + n - 1))?;
    if text.starts_with(circled) {
        return Some(circled.len_utf8());
    }
    let open = text.chars().next().filter(|c| matches!(c, '(' | '（')).map_or(0, char::len_utf8);
    let digits = n.to_string();
    let rest = text[open..].strip_prefix(digits.as_str())?;
    let mark = rest.chars().next().filter(|c| ".．、)）:：".contains(*c))?;
    let is_decimal = rest[mark.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
    (!is_decimal).then(|| open + digits.len() + mark.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_told_apart_by_their_marks_and_numbers() {
        for (text, parts) in [
            ("谁负责？在哪里？", &["谁负责？", "在哪里？"][..]),
            ("谁负责?在哪里", &["谁负责?", "在哪里"]),
            ("谁负责？谢谢大家", &[]),
            ("谁负责？？", &[]),
            ("谁负责？谁负责？", &[]),
            ("张三是谁？他做了什么？", &[]),
            ("Who is in charge? Where does it end?", &[]),
            ("Who pays? When does the office close?", &["Who pays?", "When does the office close?"]),
            ("1. 会费多少\n2. 任期多长\n3. 谁选举\n4. 在哪里", &["会费多少", "任期多长", "谁选举"]),
            ("1、会费多少；2、任期多长", &["会费多少", "任期多长"]),
            ("①会费多少 ②任期多长", &["会费多少", "任期多长"]),
            ("（1）会费多少？（2）任期多长？", &["会费多少？", "任期多长？"]),
            ("1.5米高吗", &[]),
            ("3.1", &[]),
            ("任期多长？", &[]),
            ("", &[]),
        ] {
            assert_eq!(split(text, &|c| c), parts, "{text}");
        }
    }
}
