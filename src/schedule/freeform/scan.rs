//! A text cut into what it says about time.

use std::ops::Range;

use super::clock::{self, Part, Time};
use super::days;
use super::english;
use super::often::{self, Unit};
use crate::schedule::offset;

/// A text, and its characters as they are compared: narrow, lower case, simplified. One for one, so that a part can be
/// named as it was typed.
pub(super) struct Text {
    typed: Vec<char>,
    folded: Vec<char>,
}

/// What a piece of text means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Weekdays, a bit for each; Sunday is bit 0.
    Days(u8),
    /// A day of the month that its number says: 15号.
    MonthDay(u32),
    /// A number in order: `15th`, `first`. A day of the month, or a place in it.
    Nth(u32),
    /// A place in a month: 第二个; 0 is the last.
    Place(u32),
    /// A day, after a place: 第一天, `last day`.
    Day,
    /// A month.
    Month(u32),
    /// `every`: a number in order behind it may count on, or within the month.
    Every,
    /// Each n-th day, week or month.
    Interval(u32, Unit),
    /// Each day, week, month, quarter or year.
    Per(Unit),
    /// So many times in each.
    Count(u32, Unit),
    /// What may mean two things, such as `biweekly`.
    Unclear,
    /// Public holidays, which are not known here.
    Holidays,
    /// A time of day.
    Time(Time),
    /// A part of the day.
    Part(Part),
    /// A number alone: an hour, where nothing else is one.
    Bare(u32),
    /// From one day to another.
    To,
    /// Says nothing by itself.
    Filler,
    /// Neither: a place, if anything.
    Unknown,
}

/// A token and where it stands, in characters.
pub(super) type Piece = (Token, Range<usize>);

impl Text {
    pub(super) fn new(typed: &str) -> Self {
        let typed: Vec<char> = typed.chars().collect();
        let folded = typed.iter().map(|c| fold(*c)).collect();
        Self { typed, folded }
    }

    /// How many characters it has.
    pub(super) fn len(&self) -> usize {
        self.typed.len()
    }

    /// A part of the text as it was typed.
    pub(super) fn typed(&self, range: &Range<usize>) -> String {
        self.typed[range.clone()].iter().collect()
    }

    /// Everything the text says, in order.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut at = 0;
        while at < self.folded.len() {
            let length = self.offset(at, &pieces);
            if length > 0 {
                pieces.push((Token::Unknown, at..at + length));
                at += length;
                continue;
            }
            if is_gap(self.folded[at]) {
                at += 1;
                continue;
            }
            let after_day = pieces.iter().rev().find(|(token, _)| !matches!(token, Token::To | Token::Filler));
            let after_day = match after_day {
                Some((Token::Days(_), _)) => true,
                // 隔周三
                Some((Token::Interval(_, Unit::Week), range)) => range.end == at,
                _ => false,
            };
            let after_place = matches!(pieces.last(), Some((Token::Place(_) | Token::Nth(_), _)));
            let (token, length) = match pieces.last() {
                // 布拉迪斯拉发 ends with a word that says nothing elsewhere.
                Some((Token::Unknown, range)) if range.end == at && self.folded[at] == '发' => (Token::Unknown, 1),
                _ => self.token(at, after_day, after_place),
            };
            pieces.push((token, at..at + length));
            at += length;
        }
        pieces
    }

    /// How far a distance from UTC reaches that stands here: a place, not a time.
    fn offset(&self, at: usize, before: &[Piece]) -> usize {
        let begins = at == 0 || self.folded[at - 1].is_whitespace() || ",;(".contains(self.folded[at - 1]);
        let last = before.iter().rev().find(|(token, _)| *token != Token::Filler).map(|(token, _)| token);
        let after_time = matches!(last, None | Some(Token::Time(_) | Token::Part(_) | Token::Bare(_)));
        offset::length(&self.folded[at..], begins, after_time)
    }

    fn token(&self, at: usize, after_day: bool, after_place: bool) -> (Token, usize) {
        let rest = &self.folded[at..];
        let fresh = at == 0 || !self.folded[at - 1].is_ascii_alphanumeric();
        let after_place =
            after_place.then(|| often::day_noun(rest, fresh)).flatten().map(|length| (Token::Day, length));
        after_place
            .or_else(|| often::often(rest, fresh))
            .or_else(|| english::spoken(rest, fresh))
            .or_else(|| clock::time(rest).filter(|_| fresh))
            .or_else(|| days::day(rest, after_day, fresh))
            .or_else(|| often::place(rest))
            .or_else(|| lexicon(rest, fresh))
            .unwrap_or_else(|| (Token::Unknown, word_length(rest)))
    }

    /// Whether only blanks, or nothing, stand between two ends of pieces; of words, these.
    pub(super) fn joined(&self, gap: Range<usize>, words: &[&str]) -> bool {
        let between: String = self.folded[gap].iter().collect();
        between.split_whitespace().all(|word| words.contains(&word))
    }

    /// The character before an end.
    pub(super) fn ends_with(&self, range: &Range<usize>, chars: &str) -> bool {
        range.end.checked_sub(1).and_then(|last| self.folded.get(last)).is_some_and(|c| chars.contains(*c))
    }
}

/// Whether a character only keeps things apart.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || "，,、;；。.()`+&/|:@!！·'\"“”".contains(c)
}

/// Every day of the week.
pub(super) const ALL_DAYS: u8 = 0b111_1111;
/// Monday to Friday.
pub(super) const WORKING_DAYS: u8 = 0b011_1110;

/// Words that say something by themselves, longest first within a group.
const LEXICON: &[(Token, &[&str])] = &[
    (
        Token::Holidays,
        &[
            "法定节假日",
            "节假日",
            "法定假日",
            "公共假日",
            "假期",
            "调休",
            "public holidays",
            "public holiday",
            "bank holidays",
            "bank holiday",
            "holidays",
            "holiday",
        ],
    ),
    (Token::Days(ALL_DAYS), &["每一天", "每天", "每日", "天天", "everyday", "daily"]),
    (
        Token::Days(WORKING_DAYS),
        &[
            "工作日每天",
            "工作日",
            "上班日",
            "平日",
            "working days",
            "working day",
            "business days",
            "business day",
            "weekdays",
            "weekday",
            "workdays",
            "workday",
        ],
    ),
    (Token::Days(0b100_0001), &["周末每天", "双休日", "周末", "weekends", "weekend"]),
    (Token::Part(Part::Small), &["凌晨"]),
    (Token::Part(Part::Morning), &["清晨", "早晨", "早上", "上午", "mornings", "morning"]),
    (Token::Part(Part::Noon), &["中午", "正午", "noon", "midday"]),
    (Token::Part(Part::Afternoon), &["下午", "午后", "afternoons", "afternoon"]),
    (Token::Part(Part::Evening), &["晚上", "傍晚", "夜晚", "夜里", "夜间", "evenings", "evening", "nights", "night"]),
    (Token::Part(Part::Midnight), &["午夜", "半夜", "midnight"]),
    (Token::To, &["到", "至", "-", "–", "—", "~", "through", "thru", "till", "until", "to"]),
    (Token::Every, &["每个", "每", "every", "each"]),
    (
        Token::Filler,
        &[
            "的",
            "在",
            "于",
            "和",
            "及",
            "与",
            "请",
            "提醒",
            "推送",
            "发送",
            "发",
            "一次",
            "一回",
            "各",
            "按",
            "吧",
            "我们",
            "我",
            "大家",
            "当地",
            "时间",
            "please",
            "remind me",
            "remind us",
            "send it",
            "send",
            "post",
            "and",
            "the",
            "on",
            "at",
            "in",
            "of",
            "o'clock",
            "local",
            "time",
        ],
    ),
];

fn lexicon(rest: &[char], fresh: bool) -> Option<(Token, usize)> {
    if let Some(part) = lone_part(rest) {
        return Some((Token::Part(part), 1));
    }
    LEXICON.iter().find_map(|(token, words)| {
        let word = words.iter().find(|word| starts_with_word(rest, word, fresh))?;
        Some((token.clone(), word.chars().count()))
    })
}

/// 早 and 晚 before an hour: 早8点, 每晚八点, 早晚八点.
fn lone_part(rest: &[char]) -> Option<Part> {
    if matches!(rest, ['早', '晚', ..]) {
        return time_of_each(rest.get(2..)?).then_some(Part::Morning);
    }
    let part = match rest.first()? {
        '早' => Part::Morning,
        '晚' => Part::Evening,
        _ => return None,
    };
    time_of_each(rest.get(1..)?).then_some(part)
}

/// Whether a time follows: 8点, 各8点.
fn time_of_each(rest: &[char]) -> bool {
    let blanks = rest.iter().take_while(|c| matches!(**c, ' ' | '各')).count();
    rest.get(blanks..).is_some_and(|time| !time.is_empty() && clock::time(time).is_some())
}

/// Whether the text goes on with a word; an English one must be whole.
pub(super) fn starts_with_word(rest: &[char], word: &str, fresh: bool) -> bool {
    let length = word.chars().count();
    if rest.len() < length || !word.chars().eq(rest[..length].iter().copied()) {
        return false;
    }
    let is_letter = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_');
    !word.starts_with(|c: char| c.is_ascii_alphabetic()) || (fresh && !is_letter(rest.get(length)))
}

/// How far an unknown word reaches: a whole word of letters with what holds zone names together, or one ideograph.
fn word_length(rest: &[char]) -> usize {
    let is_word = |c: char| c.is_alphanumeric() && !is_ideograph(c);
    if !is_word(rest[0]) {
        return 1;
    }
    let offset_end = offset_length(rest);
    let inner = |i: usize| {
        matches!(rest[i], '_' | '/' | '-' | '+' | '\'' | '.') && rest.get(i + 1).is_some_and(|c| is_word(*c))
    };
    (1..rest.len()).find(|i| *i >= offset_end && !is_word(rest[*i]) && !inner(*i)).unwrap_or(rest.len())
}

/// How far `utc +8:00` reaches; 0 for another word.
fn offset_length(rest: &[char]) -> usize {
    if !["utc", "gmt"].iter().any(|name| rest.len() > 3 && name.chars().eq(rest[..3].iter().copied())) {
        return 0;
    }
    let sign = (3..rest.len()).find(|i| rest[*i] != ' ').unwrap_or(3);
    if !matches!(rest.get(sign), Some('+' | '-' | '−')) {
        return 0;
    }
    (sign + 1..rest.len()).find(|i| !rest[*i].is_ascii_digit() && rest[*i] != ':').unwrap_or(rest.len())
}

pub(super) fn is_ideograph(c: char) -> bool {
    ('\u{3400}'..='\u{9FFF}').contains(&c) || c == '〇'
}

/// Traditional characters that the grammar knows, and their simplified ones.
const TRADITIONAL: &str =
    "週周點点後后農农曆历節节發发鐘钟調调號号禮礼兩两時时間间個个為为雙双東东紐纽約约倫伦漢汉華华國国臺台灣湾門门";

fn fold(c: char) -> char {
    let narrow = match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '　' => ' ',
        '∶' => ':',
        '’' => '\'',
        c => c,
    };
    let mut pairs = TRADITIONAL.chars();
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        if traditional == narrow {
            return simplified;
        }
    }
    narrow.to_ascii_lowercase()
}
