//! The numbering of Chinese official prose and regulations.

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

/// The number at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) rank: Rank,
    pub(super) number: u32,
    /// How many bytes it takes.
    pub(super) length: usize,
}

/// The marker that a line starts with.
pub(super) fn at_start(line: &str) -> Option<Marker> {
    ordinal(line).or_else(|| plain(line)).or_else(|| bracketed(line)).or_else(|| digits(line)).or_else(|| point(line))
}

/// 第…编/章/节/条, with a space or nothing after it: 第三条规定 is prose.
fn ordinal(line: &str) -> Option<Marker> {
    let rest = line.strip_prefix('第')?;
    let (number, rest) = number(rest)?;
    let unit = rest.chars().next()?;
    let rank = match unit {
        '编' => Rank::Part,
        '章' => Rank::Chapter,
        '节' => Rank::Division,
        '条' => Rank::Article,
        _ => return None,
    };
    let after = &rest[unit.len_utf8()..];
    let ends = after.chars().next().is_none_or(char::is_whitespace);
    ends.then(|| Marker { rank, number, length: line.len() - after.len() })
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
    let (number, rest) = arabic(line)?;
    let after = rest.strip_prefix(['.', '．', '、'])?;
    // 1.5 is a figure.
    let counts = number > 0 && !after.starts_with(|c: char| c.is_ascii_digit());
    counts.then(|| Marker { rank: Rank::Third, number, length: line.len() - after.len() })
}

fn point(line: &str) -> Option<Marker> {
    let (number, rest) = chinese(line)?;
    let after = rest.strip_prefix('是')?;
    Some(Marker { rank: Rank::Point, number, length: line.len() - after.len() })
}

fn number(text: &str) -> Option<(u32, &str)> {
    let spaced = text.trim_start();
    let (number, rest) = arabic(spaced).or_else(|| chinese(spaced))?;
    Some((number, rest.trim_start_matches(' ')))
}

fn arabic(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok().filter(|_| end <= 4)?, &text[end..]))
}

/// A Chinese numeral below ten thousand, such as 一百二十 or 一〇五, and what follows it.
fn chinese(text: &str) -> Option<(u32, &str)> {
    let (mut total, mut digit, mut end) = (0u32, None, 0);
    for (at, c) in text.char_indices().take(8) {
        match (value(c), unit(c)) {
            // Digits side by side are read as in a telephone number.
            (Some(value), _) => digit = Some(digit.map_or(value, |before: u32| before.saturating_mul(10) + value)),
            (None, Some(unit)) => total = digit.take().unwrap_or(1).saturating_mul(unit).saturating_add(total),
            (None, None) => break,
        }
        end = at + c.len_utf8();
    }
    let number = total.saturating_add(digit.unwrap_or(0));
    (number > 0 && number < 10_000).then(|| (number, &text[end..]))
}

fn value(c: char) -> Option<u32> {
    "〇一二三四五六七八九".chars().zip(0..).find_map(|(digit, value)| (digit == c).then_some(value)).or(match c {
        '零' => Some(0),
        '两' => Some(2),
        _ => None,
    })
}

fn unit(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

/// Where the points 一是…。二是…。 begin in a paragraph, with their numbers: only at the start of a sentence, and only
/// in sequence after the number `last`, or from one.
pub(super) fn points(paragraph: &str, mut last: u32) -> Vec<(usize, u32)> {
    let mut found = Vec::new();
    for start in sentences(paragraph) {
        let Some(marker) = point(&paragraph[start..]) else { continue };
        if marker.number == last + 1 || marker.number == 1 {
            found.push((start, marker.number));
            last = marker.number;
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
        at_start(line).map(|marker| (marker.rank, marker.number))
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
