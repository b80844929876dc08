//! The numbers that Word counts itself: they stand in no paragraph, and readers see them all the same.

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node};

use super::{child, children, value};

/// Word has so many levels in a list.
const LEVELS: usize = 9;

/// The lists of a document, and how far each has counted.
#[derive(Default)]
pub(super) struct Numbering {
    /// The levels of each kind of list.
    kinds: HashMap<String, Vec<Level>>,
    /// Lists by their numbers: of which kind, and where a level begins anew.
    lists: HashMap<String, (String, HashMap<usize, u32>)>,
    /// How far each kind has counted. Lists of a kind go on counting one another.
    counted: HashMap<String, [Option<u32>; LEVELS]>,
    /// Lists that have begun.
    begun: HashSet<String>,
}

/// How a level counts.
#[derive(Clone, Default)]
struct Level {
    start: u32,
    format: String,
    /// Such as `第%1条`.
    pattern: String,
    /// It goes on counting over the levels above it: articles over chapters.
    goes_on: bool,
    /// Digits stand for the numbers of the levels above, whatever those are written in.
    legal: bool,
}

impl Numbering {
    /// Reads `word/numbering.xml`.
    pub(super) fn read(xml: &Document<'_>) -> Self {
        let mut numbering = Self::default();
        for kind in children(xml.root_element(), "abstractNum") {
            let id = super::attribute(kind, "abstractNumId").unwrap_or_default().to_owned();
            let mut levels = vec![Level::default(); LEVELS];
            for level in children(kind, "lvl") {
                let at = super::attribute(level, "ilvl").and_then(|at| at.parse().ok()).unwrap_or(0);
                if let Some(place) = levels.get_mut(at) {
                    *place = read_level(level);
                }
            }
            numbering.kinds.insert(id, levels);
        }
        for list in children(xml.root_element(), "num") {
            let id = super::attribute(list, "numId").unwrap_or_default().to_owned();
            let kind = value(child(list, "abstractNumId")).unwrap_or_default().to_owned();
            let anew = children(list, "lvlOverride").filter_map(|level| {
                let start = value(child(level, "startOverride"))?.parse().ok()?;
                Some((super::attribute(level, "ilvl")?.parse().ok()?, start))
            });
            numbering.lists.insert(id, (kind, anew.collect()));
        }
        numbering
    }

    /// The next number of a list at a level, as it is shown; nothing for a bullet or a list that is not there.
    pub(super) fn next(&mut self, list: &str, level: usize) -> String {
        let Some((kind, anew)) = self.lists.get(list).filter(|_| level < LEVELS) else { return String::new() };
        let Some(levels) = self.kinds.get(kind) else { return String::new() };
        let counted = self.counted.entry(kind.clone()).or_default();
        if self.begun.insert(list.to_owned()) {
            for (level, start) in anew.iter().filter(|(level, _)| **level < LEVELS) {
                counted[*level] = start.checked_sub(1);
            }
        }
        counted[level] = Some(counted[level].map_or(levels[level].start, |before| before.saturating_add(1)));
        for (below, counted) in counted.iter_mut().enumerate().skip(level + 1) {
            if !levels[below].goes_on {
                *counted = None;
            }
        }
        shown(levels, counted, level)
    }
}

fn read_level(level: Node<'_, '_>) -> Level {
    let word = |name: &str| value(child(level, name)).unwrap_or_default().to_owned();
    Level {
        start: word("start").parse().unwrap_or(1),
        format: word("numFmt"),
        pattern: word("lvlText"),
        goes_on: word("lvlRestart") == "0",
        legal: child(level, "isLgl").is_some(),
    }
}

/// The pattern of a level with the numbers of the levels down to it put in.
fn shown(levels: &[Level], counted: &[Option<u32>; LEVELS], level: usize) -> String {
    if ["bullet", "none"].contains(&levels[level].format.as_str()) {
        return String::new();
    }
    let mut shown = levels[level].pattern.clone();
    for (at, above) in levels.iter().enumerate().take(level + 1) {
        let number = counted[at].unwrap_or(above.start);
        shown = shown.replace(
            &format!("%{}", at + 1),
            &written(number, if levels[level].legal { "decimal" } else { &above.format }),
        );
    }
    shown
}

/// A number in one of Word's formats; those that we do not know are written as digits.
fn written(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => chinese(number, "〇一二三四五六七八九", ["", "十", "百", "千"]),
        "chineseLegalSimplified" | "ideographLegalTraditional" => {
            chinese(number, "零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"])
        }
        "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => {
            digits(number, |d| "〇一二三四五六七八九".chars().nth(d as usize))
        }
        "decimalFullWidth" => digits(number, |d| char::from_u32(0xff10 + d)),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(0x245f + number).map_or_else(String::new, String::from)
        }
        "lowerLetter" => letters(number, b'a'),
        "upperLetter" => letters(number, b'A'),
        "lowerRoman" => roman(number),
        "upperRoman" => roman(number).to_uppercase(),
        _ => number.to_string(),
    }
}

fn digits(number: u32, digit: impl Fn(u32) -> Option<char>) -> String {
    number.to_string().chars().filter_map(|c| digit(c.to_digit(10)?)).collect()
}

/// 十二, 一百〇五 as 一百零五; from ten thousand on, digits.
fn chinese(number: u32, digits: &str, units: [&str; 4]) -> String {
    if !(1..10_000).contains(&number) {
        return number.to_string();
    }
    let digit = |d: u32| digits.chars().nth(d as usize).unwrap_or_default();
    let mut out = String::new();
    let mut gap = false;
    for (place, unit) in units.iter().enumerate().rev() {
        let d = number / 10_u32.pow(place as u32) % 10;
        if d == 0 {
            gap = !out.is_empty();
            continue;
        }
        out.push_str(if std::mem::take(&mut gap) { "零" } else { "" });
        // 十二, not 一十二.
        if !(d == 1 && place == 1 && out.is_empty() && *unit == "十") {
            out.push(digit(d));
        }
        out.push_str(unit);
    }
    out
}

/// a … z, aa, bb: as Word goes on.
fn letters(number: u32, first: u8) -> String {
    let Some(index) = number.checked_sub(1) else { return "0".to_owned() };
    let letter = char::from(first + (index % 26) as u8);
    std::iter::repeat_n(letter, (index / 26 % 100) as usize + 1).collect()
}

fn roman(number: u32) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut left = number.min(9_999);
    let mut out = String::new();
    for (value, part) in PARTS {
        while left >= value {
            out.push_str(part);
            left -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        for (number, format, expected) in [
            (1, "chineseCounting", "一"),
            (10, "chineseCountingThousand", "十"),
            (12, "chineseCounting", "十二"),
            (20, "japaneseCounting", "二十"),
            (105, "chineseCountingThousand", "一百零五"),
            (110, "chineseCountingThousand", "一百一十"),
            (1005, "chineseCounting", "一千零五"),
            (12, "chineseLegalSimplified", "壹拾贰"),
            (105, "ideographDigital", "一〇五"),
            (37, "decimalFullWidth", "３７"),
            (3, "decimalEnclosedCircle", "③"),
            (28, "lowerLetter", "bb"),
            (3, "upperLetter", "C"),
            (14, "lowerRoman", "xiv"),
            (9, "upperRoman", "IX"),
            (37, "somethingNew", "37"),
            (0, "chineseCounting", "0"),
            (u32::MAX, "chineseCounting", "4294967295"),
        ] {
            assert_eq!(written(number, format), expected, "{number} {format}");
        }
    }
}
