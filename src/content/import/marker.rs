//! The numbering of a line: of laws and official prose, of textbooks and talks, in Chinese and in English.
//!
//! A marker says what a line looks like. Whether it is a heading depends on the lines around it: see [`super::sequence`].

mod english;
mod points;

use super::super::model::{Number, Unit, leading_number};
pub(super) use points::{points, sentences};

/// How high a numbered line stands; the order is the order of the levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rank {
    /// A heading by its style, with its level: what is numbered stands below it.
    Styled(u8),
    /// 第一编, 第一篇, Part II
    Part,
    /// 第一分编
    SubPart,
    /// 第一章, 第一单元, 附录, Chapter 1
    Chapter,
    /// 第一节, Section 1
    Division,
    /// 第一讲, Lesson 1
    Lecture,
    /// 第一条, Article 1
    Article,
    /// 一、
    First,
    /// （一）
    Second,
    /// 1 and 1.1 and 1.1.2, by the count of numbers
    Dotted(u8),
    /// 1.
    Third,
    /// 步骤一, Step 1
    Step,
    /// 【注意】 on a line of its own
    Boxed,
    /// 问：, Q1., 问题一：
    Question,
    /// 一是
    Point,
}

/// The number at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) rank: Rank,
    /// What the number counts, for a heading that is looked up by it.
    pub(super) unit: Option<Unit>,
    /// 0 where the line has none. The last of the numbers of a dotted one.
    pub(super) number: Number,
    /// How many bytes it takes.
    pub(super) length: usize,
    /// What follows stands apart from it, by a space, a colon or a bracket.
    pub(super) apart: bool,
    /// It is written in English.
    pub(super) english: bool,
}

impl Marker {
    fn new(rank: Rank, number: Number, length: usize) -> Self {
        Self { rank, unit: None, number, length, apart: true, english: false }
    }

    /// That of a heading by its style, at this level.
    pub(super) fn styled(level: u8) -> Self {
        Self::new(Rank::Styled(level), Number::new(0), 0)
    }

    /// The class of a heading with this marker, where its number is looked up.
    pub(super) fn class(&self) -> Option<&'static str> {
        match (self.unit, self.rank) {
            (Some(unit), _) => Some(unit.class()),
            (None, Rank::Question) => Some(QUESTION),
            (None, _) => None,
        }
    }

    /// Whether a heading with this marker holds one thing that is never cut in two: an article, a question.
    pub(super) fn is_entry(&self) -> bool {
        matches!(self.rank, Rank::Article | Rank::Question)
    }
}

/// The longest title of a section whose text follows in the same line, in characters.
const RUN_IN_TITLE: usize = 60;

/// Where the title of an English section ends whose text follows in the same line: `Section 2. Dues` of
/// `Section 2. Dues. Annual dues are $25.`; its number alone where it has none.
pub(super) fn run_in_title(line: &str, marker: &Marker) -> usize {
    let rest = line[marker.length..].trim_start_matches(['.', ':', '：', '—', '–', '-', ' ']);
    let start = line.len() - rest.len();
    let Some(end) = rest.find(['.', ':', '—', '–']) else { return marker.length };
    let (title, text) = rest.split_at(end);
    let names = title.starts_with(|c: char| c.is_uppercase()) && title.chars().count() <= RUN_IN_TITLE;
    let text = text.trim_start_matches(['.', ':', '—', '–', ' ']);
    // Of a single sentence nothing would be left.
    if names && !text.is_empty() { start + end } else { marker.length }
}

/// The class of questions with their answers.
pub(super) const QUESTION: &str = "question";

/// The longest number of a dotted one, and how many there are at most.
const DOTTED: (usize, usize) = (3, 5);

/// Parts of a document that have a name and no number.
const NAMED: &[&str] = &[
    "总纲",
    "總綱",
    "序言",
    "前言",
    "引言",
    "导言",
    "導言",
    "绪论",
    "緒論",
    "附则",
    "附則",
    "附录",
    "附錄",
    "后记",
    "後記",
    "结语",
    "結語",
    "preamble",
    "preface",
    "foreword",
    "introduction",
    "appendix",
    "conclusion",
];

/// The marker that a line starts with.
pub(super) fn at_start(line: &str) -> Option<Marker> {
    let found = ordinal(line).or_else(|| plain(line)).or_else(|| bracketed(line)).or_else(|| dotted(line));
    let found = found.or_else(|| digits(line)).or_else(|| point(line)).or_else(|| asking(line));
    found.or_else(|| step(line)).or_else(|| boxed(line)).or_else(|| named(line)).or_else(|| english::at_start(line))
}

/// The marker that a line starts with, or a number alone (1 概述): the top of 1.1, where that follows.
pub(super) fn candidate(line: &str) -> Option<Marker> {
    at_start(line).or_else(|| {
        let (length, numbers) = dotted_numbers(line)?;
        let [number] = numbers[..] else { return None };
        let names = line[length..].starts_with([' ', '\u{3000}', '\t']);
        names.then(|| Marker::new(Rank::Dotted(1), Number::new(number), length))
    })
}

/// 第…编/章/节/条 and 第…讲/课: spaces may stand inside (第 一 章), and a branch before the unit or behind it (第 84-1 條,
/// 第十条之一). A bracket with the article's subject (第一条【目的】) belongs to it.
fn ordinal(line: &str) -> Option<Marker> {
    let rest = line.strip_prefix('第')?.trim_start_matches([' ', '\u{3000}']);
    let (main, length) = leading_number(rest)?;
    let rest = rest[length..].trim_start_matches([' ', '\u{3000}']);
    let before = rest.strip_prefix(['-', '－', '–', '之']).and_then(leading_branch);
    let (branch, rest) = before.map_or((0, rest), |(branch, rest)| (branch, rest.trim_start_matches(' ')));
    let (rank, unit, rest) = unit(rest)?;
    let behind = rest.strip_prefix('之').filter(|_| branch == 0).and_then(leading_branch);
    let (branch, after) = behind.unwrap_or((branch, rest));
    let after = subject(after).unwrap_or(after);
    let apart = after.chars().next().is_none_or(|c| c.is_whitespace() || "：:（(【[".contains(c));
    let number = Number::with_branch(main, branch);
    Some(Marker { unit: Some(unit), apart, ..Marker::new(rank, number, line.len() - after.len()) })
}

/// What follows the subject of an article: 【立法目的】, at most 20 characters.
fn subject(text: &str) -> Option<&str> {
    let inside = text.trim_start().strip_prefix('【')?;
    let end = inside.find('】').filter(|end| inside[..*end].chars().count() <= 20)?;
    Some(&inside[end + '】'.len_utf8()..])
}

fn leading_branch(text: &str) -> Option<(u32, &str)> {
    leading_number(text).map(|(branch, length)| (branch, &text[length..]))
}

/// The unit that a text begins with, in either script, and what follows it.
fn unit(text: &str) -> Option<(Rank, Unit, &str)> {
    #[rustfmt::skip]
    const WORDS: &[(&str, Rank, Unit)] = &[
        ("分编", Rank::SubPart, Unit::Part), ("分編", Rank::SubPart, Unit::Part),
        ("编", Rank::Part, Unit::Part), ("編", Rank::Part, Unit::Part),
        ("篇", Rank::Part, Unit::Lecture), ("单元", Rank::Chapter, Unit::Lecture), ("單元", Rank::Chapter, Unit::Lecture),
        ("章", Rank::Chapter, Unit::Chapter),
        ("节", Rank::Division, Unit::Division), ("節", Rank::Division, Unit::Division),
        ("讲", Rank::Lecture, Unit::Lecture), ("講", Rank::Lecture, Unit::Lecture),
        ("课", Rank::Lecture, Unit::Lecture), ("課", Rank::Lecture, Unit::Lecture), ("回", Rank::Lecture, Unit::Lecture),
        ("条", Rank::Article, Unit::Article), ("條", Rank::Article, Unit::Article),
    ];
    WORDS.iter().find_map(|(word, rank, unit)| Some((*rank, *unit, text.strip_prefix(word)?)))
}

fn plain(line: &str) -> Option<Marker> {
    let (number, rest) = chinese(line)?;
    let after = rest.strip_prefix('、')?;
    Some(Marker::new(Rank::First, number, line.len() - after.len()))
}

fn bracketed(line: &str) -> Option<Marker> {
    let (number, rest) = chinese(line.strip_prefix(['（', '('])?)?;
    let after = rest.strip_prefix(['）', ')'])?;
    Some(Marker::new(Rank::Second, number, line.len() - after.len()))
}

/// 1.1 概述: at least two numbers, and no quantity (1.5 亿元) behind them.
fn dotted(line: &str) -> Option<Marker> {
    let numbers = dotted_numbers(line)?;
    let (length, last) = (numbers.0, *numbers.1.last()?);
    let after = &line[length..];
    let next = after.trim_start().chars().next();
    let measured = MEASURES.iter().any(|measure| after.trim_start().starts_with(measure));
    let quantity = measured || next.is_none_or(|c| !c.is_alphabetic() && !"“\"《【（(".contains(c));
    let glued = after.starts_with(|c: char| c.is_ascii_alphanumeric());
    let rank = Rank::Dotted(u8::try_from(numbers.1.len()).ok()?);
    (numbers.1.len() > 1 && !quantity && !glued).then(|| Marker::new(rank, Number::new(last), length))
}

/// What follows a figure that counts an amount.
#[rustfmt::skip]
const MEASURES: &[&str] = &[
    "亿", "億", "万", "萬", "元", "倍", "%", "％", "‰", "℃", "米", "公里", "公斤", "公顷", "公頃", "千克", "千米", "小时", "小時",
    "个月", "個月", "个百分", "個百分", "kg", "km", "cm", "mm", "GB", "MB", "GHz", "times", "million", "percent",
];

/// The numbers of `1`, `1.1`, `1.1.2.`, and how many bytes they take.
pub(super) fn dotted_numbers(line: &str) -> Option<(usize, Vec<u32>)> {
    let (mut numbers, mut at) = (Vec::new(), 0);
    loop {
        let digits = line[at..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            break;
        }
        if digits > DOTTED.0 || numbers.len() == DOTTED.1 {
            return None;
        }
        numbers.push(line[at..at + digits].parse().ok().filter(|number| *number > 0)?);
        at += digits;
        match line[at..].chars().next() {
            Some(dot @ ('.' | '．')) => at += dot.len_utf8(),
            _ => break,
        }
    }
    (!numbers.is_empty()).then_some((at, numbers))
}

fn digits(line: &str) -> Option<Marker> {
    let (number, rest) = leading(line).filter(|_| line.starts_with(|c: char| c.is_ascii_digit()))?;
    let after = rest.strip_prefix(['.', '．', '、'])?;
    // 1.5 is a figure.
    let counts = number != Number::new(0) && !after.starts_with(|c: char| c.is_ascii_digit());
    counts.then(|| Marker::new(Rank::Third, number, line.len() - after.len()))
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
    Some(Marker::new(Rank::Point, number, line.len() - after.len()))
}

/// 问：…, 问题一：…, Q: …, Q1. …
fn asking(line: &str) -> Option<Marker> {
    let chinese = ["问题", "問題", "问", "問"].into_iter().find_map(|word| line.strip_prefix(word));
    let (rest, english) = match chinese {
        Some(rest) => (rest, false),
        None => (line.strip_prefix(['Q', 'q'])?, true),
    };
    let rest = rest.trim_start_matches(' ');
    let (number, rest) = leading(rest).unwrap_or((Number::new(0), rest));
    let numbered = number != Number::new(0);
    let rest = rest.trim_start_matches(' ');
    let after = rest.strip_prefix(['：', ':']).or_else(|| rest.strip_prefix(['.', '、', '．']).filter(|_| numbered))?;
    Some(Marker { english, ..Marker::new(Rank::Question, number, line.len() - after.len()) })
}

/// 步骤一：…, 步骤 1, 第一步
fn step(line: &str) -> Option<Marker> {
    let named = line.strip_prefix("步骤").or_else(|| line.strip_prefix("步驟"));
    let (number, after) = match named {
        Some(rest) => leading(rest.trim_start_matches(' '))?,
        None => {
            let (number, rest) = leading(line.strip_prefix('第')?.trim_start_matches(' '))?;
            (number, rest.trim_start_matches(' ').strip_prefix('步')?)
        }
    };
    let ends = after.chars().next().is_none_or(|c| c.is_whitespace() || "：:、.．".contains(c));
    ends.then(|| Marker::new(Rank::Step, number, line.len() - after.len()))
}

/// 【…】 and nothing else.
fn boxed(line: &str) -> Option<Marker> {
    let inside = line.strip_prefix('【')?.strip_suffix('】')?;
    let names = !inside.is_empty() && !inside.contains(['【', '】', '。']) && inside.chars().count() <= 30;
    names.then(|| Marker::new(Rank::Boxed, Number::new(0), 0))
}

/// 总纲, 附录二: the whole line, or with a number and a title behind it.
fn named(line: &str) -> Option<Marker> {
    let solid: String = line.chars().filter(|c| !c.is_whitespace()).take(16).collect::<String>().to_lowercase();
    let alone = NAMED.contains(&solid.as_str());
    let numbered = ["附录", "附錄", "附件"].iter().find_map(|word| line.strip_prefix(word)).is_some_and(|rest| {
        let rest = rest.trim_start();
        let number = leading_number(rest).map(|(_, length)| length);
        let letter = rest.chars().next().filter(char::is_ascii_uppercase).map(char::len_utf8);
        let after = number.or(letter).map(|length| &rest[length..]);
        after.is_some_and(|after| after.chars().next().is_none_or(|c| c.is_whitespace() || "：:.、".contains(c)))
    });
    let english = line.is_ascii();
    (alone || numbered).then(|| Marker { english, ..Marker::new(Rank::Chapter, Number::new(0), 0) })
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
            ("第一章总则", (Rank::Chapter, 1)),
            ("第 二 分编 通则", (Rank::SubPart, 2)),
            ("第三節　休假", (Rank::Division, 3)),
            ("第一百二十条　附则", (Rank::Article, 120)),
            ("第一条【目的】为了", (Rank::Article, 1)),
            ("第 37 条 说明", (Rank::Article, 37)),
            ("第三回 风雪", (Rank::Lecture, 3)),
            ("十二、保障措施", (Rank::First, 12)),
            ("（三）加强领导。", (Rank::Second, 3)),
            ("(十)加强领导。", (Rank::Second, 10)),
            ("1.2 范围", (Rank::Dotted(2), 2)),
            ("1.2.3范围", (Rank::Dotted(3), 3)),
            ("2.抓落实", (Rank::Third, 2)),
            ("五是强化警示教育", (Rank::Point, 5)),
            ("第一〇五条", (Rank::Article, 105)),
            ("问：几点开门？", (Rank::Question, 0)),
            ("问题三：几点开门", (Rank::Question, 3)),
            ("Q2. When?", (Rank::Question, 2)),
            ("步骤二：安装", (Rank::Step, 2)),
            ("【注意事项】", (Rank::Boxed, 0)),
            ("总　纲", (Rank::Chapter, 0)),
            ("附件2：表格", (Rank::Chapter, 0)),
        ] {
            assert_eq!(seen(line), Some(expected), "{line}");
        }
        assert!(!at_start("第三条规定，不得").unwrap().apart);
    }

    #[test]
    fn prose_that_begins_like_a_number_is_no_marker() {
        for line in [
            "一些干部",
            "1.5 亿元",
            "1.5倍",
            "十八大以来",
            "（以下简称",
            "2024年",
            "第一，要学",
            "",
            "零、",
            "问题很多",
            "Question",
            "3.5.",
            "附件见下",
            "【甲】乙",
            "第二步走",
        ] {
            assert_eq!(seen(line), None, "{line}");
        }
    }
}
