//! Numbers of sections, as a text has them: 第十二条, 第 84-1 條, 第十条之一, 第三章.

use std::fmt;

/// The number of a section: `12`, or `84-1` for one that was put in behind 84. Compared by value, so that `84-1` and
/// `84之1` are the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    main: u32,
    /// 0 where there is none.
    branch: u32,
}

impl Number {
    /// The number `main`, without a branch.
    pub fn new(main: u32) -> Self {
        Self { main, branch: 0 }
    }

    /// The number `branch` behind `main`: 84-1, 十条之一.
    pub fn with_branch(main: u32, branch: u32) -> Self {
        Self { main, branch }
    }

    /// Reads digits, such as `12`, `84-1` or `10之1`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        match text.split_once(['-', '之']) {
            None => digits(text).map(Self::new),
            Some((main, branch)) => {
                let branch = digits(branch).filter(|branch| *branch > 0)?;
                Some(Self::with_branch(digits(main)?, branch))
            }
        }
    }

    /// The number without its branch.
    pub fn main(self) -> u32 {
        self.main
    }

    /// Its branch: 1 in 84-1.
    pub fn branch(self) -> Option<u32> {
        (self.branch > 0).then_some(self.branch)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.branch() {
            None => write!(f, "{}", self.main),
            Some(branch) => write!(f, "{}-{branch}", self.main),
        }
    }
}

/// What a number counts. Sections of that kind carry its [class](Unit::class).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 编
    Part,
    /// 章
    Chapter,
    /// 节
    Division,
    /// 条
    Article,
    /// 讲, 课, 回, 单元
    Lecture,
}

/// The words for each unit, simplified.
const WORDS: &[(&str, Unit)] = &[
    ("编", Unit::Part),
    ("章", Unit::Chapter),
    ("节", Unit::Division),
    ("条", Unit::Article),
    ("讲", Unit::Lecture),
    ("课", Unit::Lecture),
    ("回", Unit::Lecture),
    ("单元", Unit::Lecture),
];

impl Unit {
    /// All units, the largest first.
    pub const ALL: [Self; 5] = [Self::Part, Self::Chapter, Self::Division, Self::Lecture, Self::Article];

    /// The unit that `text` (simplified) begins with, and how many bytes its word takes.
    pub fn leading(text: &str) -> Option<(Self, usize)> {
        WORDS.iter().find(|(word, _)| text.starts_with(word)).map(|(word, unit)| (*unit, word.len()))
    }

    /// The class of the sections that it counts.
    pub fn class(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Chapter => "chapter",
            Self::Division => "division",
            Self::Article => "article",
            Self::Lecture => "lecture",
        }
    }

    /// What the text calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Part => "编",
            Self::Chapter => "章",
            Self::Division => "节",
            Self::Article => "条",
            Self::Lecture => "讲",
        }
    }
}

/// A number from 1 to 9,999 as a Chinese numeral: 十二, 一百零五. Digits for any other.
pub fn in_chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if !(1..10_000).contains(&number) {
        return number.to_string();
    }
    let (mut out, mut skipped) = (String::new(), false);
    for (power, word) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (number / power % 10) as usize;
        if digit == 0 {
            skipped = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut skipped) {
            out.push_str(DIGITS[0]);
        }
        // 十二, not 一十二.
        if !(digit == 1 && power == 10 && out.is_empty()) {
            out.push_str(DIGITS[digit]);
        }
        out.push_str(word);
    }
    out
}

/// The text with every Chinese numeral in it as digits: both spellings of a number become the same.
pub fn with_digits(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        match leading_number(rest).filter(|_| !c.is_ascii_digit()) {
            Some((number, length)) => {
                out.push_str(&number.to_string());
                rest = &rest[length..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// A number at the start of `text`, in digits (up to four) or as a Chinese numeral below ten thousand (一百二十, 一〇五),
/// and how many bytes it takes. Zero is no number of anything.
pub fn leading_number(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return (digits <= 4).then(|| text[..digits].parse().ok().map(|number| (number, digits))).flatten();
    }
    let (mut total, mut digit, mut end) = (0u32, None, 0);
    for (at, c) in text.char_indices().take(8) {
        match (digit_of(c), power_of(c)) {
            // Digits side by side are places of a number, as in a year.
            (Some(value), _) => digit = Some(digit.map_or(value, |before: u32| before.saturating_mul(10) + value)),
            (None, Some(power)) => total = digit.take().unwrap_or(1).saturating_mul(power).saturating_add(total),
            (None, None) => break,
        }
        end = at + c.len_utf8();
    }
    let number = total.saturating_add(digit.unwrap_or(0));
    (number > 0 && number < 10_000).then_some((number, end))
}

/// English numbers in words, from one, lower case.
pub const CARDINALS: [&str; 31] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "twenty-one",
    "twenty-two",
    "twenty-three",
    "twenty-four",
    "twenty-five",
    "twenty-six",
    "twenty-seven",
    "twenty-eight",
    "twenty-nine",
    "thirty",
    "thirty-one",
];

/// The same as places in a row: first, second.
pub const ORDINALS: [&str; 31] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
];

/// The value of Roman figures in capitals, up to eight of them: `XIV`; `None` for any other text.
pub fn roman_number(text: &str) -> Option<u32> {
    let value = |c| match c {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        _ => None,
    };
    let values: Vec<i64> = text.chars().map(value).collect::<Option<_>>()?;
    let smaller = |at: usize| values.get(at + 1).is_some_and(|next| *next > values[at]);
    let signed = values.iter().enumerate().map(|(at, value)| if smaller(at) { -value } else { *value });
    u32::try_from(signed.sum::<i64>()).ok().filter(|total| *total > 0 && values.len() <= 8)
}

fn digit_of(c: char) -> Option<u32> {
    match c {
        '零' => Some(0),
        '两' | '兩' => Some(2),
        c => "〇一二三四五六七八九".chars().zip(0..).find_map(|(digit, value)| (digit == c).then_some(value)),
    }
}

fn power_of(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_spellings_of_a_branch_are_one_number() {
        assert_eq!(Number::parse("84-1"), Number::parse("84之1"));
        assert_eq!(Number::parse("12"), Some(Number::new(12)));
        for wrong in ["", "-1", "12-", "1.5", "十二", "12-0", "+3", "99999999999"] {
            assert_eq!(Number::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numerals_are_read_with_their_length() {
        for (text, number) in
            [("十", 10), ("二十条", 20), ("一百零五", 105), ("一〇五条", 105), ("二千零一", 2_001), ("37条", 37)]
        {
            assert_eq!(leading_number(text).map(|(number, _)| number), Some(number), "{text}");
        }
        for text in ["", "条", "零", "12345"] {
            assert_eq!(leading_number(text), None, "{text}");
        }
        assert_eq!(leading_number("十二条"), Some((12, "十二".len())));
    }

    #[test]
    fn both_spellings_of_a_numeral_become_digits() {
        assert_eq!(with_digits("问题三"), with_digits("问题3"));
        assert_eq!(with_digits("第一百零五条、第2条"), "第105条、第2条");
    }

    #[test]
    fn a_branch_stands_behind_its_number_and_before_the_next() {
        let [plain, branch, next] = ["9", "9-1", "10"].map(|text| Number::parse(text).unwrap());
        assert!(plain < branch && branch < next);
    }

    proptest! {
        #[test]
        fn a_chinese_numeral_reads_as_the_number(number in 1_u32..10_000) {
            let text = in_chinese(number);
            prop_assert_eq!(leading_number(&text), Some((number, text.len())), "{}", text);
        }

        #[test]
        fn what_is_written_reads_the_same(main in 0_u32..100_000, branch in 0_u32..1_000) {
            let number = Number::with_branch(main, branch);
            prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
        }
    }
}
