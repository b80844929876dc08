//! The numbering of Chinese official prose and regulations.

use super::super::model::{Number, Unit, leading_number};

/// How high a numbered line stands; the order is the order of the levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A heading by its style, with its level: what is numbered stands below it.
    Styled(u8),
    /// 第一编
    Part,
    /// 第一章
    Chapter,
    /// 第一节
    Division,
    /// 第一讲
    Lecture,
    /// 第一条
    Article,
    /// 一、
    First,
    /// （一）
    Second,
    /// 1.
    Third,
    /// 一是
    Point,
}

impl Rank {
    /// Where headings stand that a unit counts.
    fn of(unit: Unit) -> Self {
        match unit {
            Unit::Part => Self::Part,
            Unit::Chapter => Self::Chapter,
            Unit::Division => Self::Division,
            Unit::Lecture => Self::Lecture,
            Unit::Article => Self::Article,
        }
    }

    /// The unit that counts headings of this rank; `None` where only their order does.
    pub(super) fn unit(self) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| Self::of(*unit) == self)
    }
}

/// The number at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) rank: Rank,
    pub(super) number: Number,
    /// How many bytes it takes.
    pub(super) length: usize,
}

/// The marker that a line starts with.
pub(super) fn at_start(line: &str) -> Option<Marker> {
    ordinal(line).or_else(|| plain(line)).or_else(|| bracketed(line)).or_else(|| digits(line)).or_else(|| point(line))
}

/// 第…编/章/节/条 and 第…讲/课, with a space or nothing after it: 第三条规定 is prose. Spaces may stand inside (第 一 章), and
/// a branch before the unit or behind it (第 84-1 條, 第十条之一).
fn ordinal(line: &str) -> Option<Marker> {
    let rest = line.strip_prefix('第')?.trim_start_matches(' ');
    let (main, length) = leading_number(rest)?;
    let rest = rest[length..].trim_start_matches(' ');
    let before = rest.strip_prefix(['-', '－', '之']).and_then(leading_branch);
    let (branch, rest) = before.map_or((0, rest), |(branch, rest)| (branch, rest.trim_start_matches(' ')));
    let (unit, rest) = unit(rest)?;
    let behind = rest.strip_prefix('之').filter(|_| branch == 0).and_then(leading_branch);
    let (branch, after) = behind.unwrap_or((branch, rest));
    let ends = after.chars().next().is_none_or(char::is_whitespace);
    let number = Number::with_branch(main, branch);
    ends.then(|| Marker { rank: Rank::of(unit), number, length: line.len() - after.len() })
}

fn leading_branch(text: &str) -> Option<(u32, &str)> {
    leading_number(text).map(|(branch, length)| (branch, &text[length..]))
}

/// The unit that a text begins with, in either script, and what follows it.
fn unit(text: &str) -> Option<(Unit, &str)> {
    let traditional = [("編", Unit::Part), ("節", Unit::Division), ("條", Unit::Article), ("講", Unit::Lecture)];
    let found = traditional.into_iter().find_map(|(word, unit)| Some((unit, text.strip_prefix(word)?)));
    found.or_else(|| Unit::leading(text).map(|(unit, length)| (unit, &text[length..])))
}

fn plain(line: &str) -> Option<Marker> {
    let (number, rest) = chinese(line)?;
    let after = rest.strip_prefix('、')?;
    Some(Marker { rank: Rank::First, number, length: line.len() - after.len() })
}

fn bracketed(line: &str) -> Option<Marker> {
    let (number, rest) = chinese(line.strip_prefix(['（', '('])?)?;
    let after = rest.strip_prefix(['）', ')'])?;
    Some(Marker { rank: Rank::Second, number, length: line.len() - after.len() })
}

fn digits(line: &str) -> Option<Marker> {
    let (number, rest) = leading(line).filter(|_| line.starts_with(|c: char| c.is_ascii_digit()))?;
    let after = rest.strip_prefix(['.', '．', '、'])?;
    // 1.5 is a figure.
    let counts = number != Number::new(0) && !after.starts_with(|c: char| c.is_ascii_digit());
    counts.then(|| Marker { rank: Rank::Third, number, length: line.len() - after.len() })
}

/// A number at the start of a line, and what follows it.
fn leading(line: &str) -> Option<(Number, &str)> {
    leading_number(line).map(|(number, length)| (Number::new(number), &line[length..]))
}

/// The same, as a Chinese numeral.
fn chinese(line: &str) -> Option<(Number, &str)> {
    leading(line).filter(|_| !line.starts_with(|c: char| c.is_ascii_digit()))
}

fn point(line: &str) -> Option<Marker> {
    let (number, rest) = chinese(line)?;
    let after = rest.strip_prefix('是')?;
    Some(Marker { rank: Rank::Point, number, length: line.len() - after.len() })
}

/// Where the points 一是…。二是…。 begin in a paragraph, with their numbers: only at the start of a sentence, and only
/// in sequence after the number `last`, or from one.
pub(super) fn points(paragraph: &str, mut last: u32) -> Vec<(usize, u32)> {
    let mut found = Vec::new();
    for start in sentences(paragraph) {
        let Some(marker) = point(&paragraph[start..]) else { continue };
        let number = marker.number.main();
        if number == last + 1 || number == 1 {
            found.push((start, number));
            last = number;
        }
    }
    found
}

/// Where sentences begin.
pub(super) fn sentences(paragraph: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut ended = false;
    for (at, c) in paragraph.char_indices() {
        let stop = matches!(c, '。' | '！' | '？' | '!' | '?');
        let closing = matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '》') || c.is_whitespace();
        if ended && !stop && !closing {
            starts.push(at);
            ended = false;
        }
        ended |= stop;
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(line: &str) -> Option<(Rank, u32)> {
        at_start(line).map(|marker| (marker.rank, marker.number.main()))
    }

    #[test]
    fn every_way_of_numbering_is_recognised() {
        for (line, expected) in [
            ("第一章 总则", (Rank::Chapter, 1)),
            ("第一百二十条　附则", (Rank::Article, 120)),
            ("第 37 条 说明", (Rank::Article, 37)),
            ("十二、保障措施", (Rank::First, 12)),
            ("（三）加强领导。", (Rank::Second, 3)),
            ("(十)加强领导。", (Rank::Second, 10)),
            ("2.抓落实", (Rank::Third, 2)),
            ("五是强化警示教育", (Rank::Point, 5)),
            ("第一〇五条", (Rank::Article, 105)),
        ] {
            assert_eq!(seen(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn prose_that_begins_like_a_number_is_no_marker() {
        for line in
            ["第三条规定，不得", "一些干部", "1.5 亿元", "十八大以来", "（以下简称", "2024年", "第一，要学", "", "零、"]
        {
            assert_eq!(seen(line), None, "{line}");
        }
    }

    #[test]
    fn points_begin_sentences_and_follow_each_other() {
        let text = "反思如下。一是甲。二是乙，三是旁枝。三是丙。五是跳号。一是新的。";
        let numbers: Vec<u32> = points(text, 0).into_iter().map(|(_, number)| number).collect();
        assert_eq!(numbers, [1, 2, 3, 1]);
        assert_eq!(points("四是丁。", 3), [(0, 4)]);
        assert_eq!(points("四是丁。", 0), []);
    }
}
