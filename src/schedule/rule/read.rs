//! From a line to a rule, and back.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{Parts, Rule, RuleError};
use crate::schedule::every::{Every, Span};
use crate::schedule::field::{Field, Unit};
use crate::schedule::marks::Marks;

/// The most times a day that a list of times may have.
const MOST_TIMES: usize = 48;

/// A word of a line, and where it begins, in bytes.
type Word<'a> = (usize, &'a str);

impl Rule {
    /// Reads a line.
    ///
    /// # Errors
    /// When it has too few fields or too many, one of them does not read, both kinds of day are restricted, or it never
    /// comes.
    pub fn parse(line: &str) -> Result<Self, RuleError> {
        let mut words = words(line);
        let every = words.pop_if(|(_, word)| word.starts_with('/'));
        let (clock, times) = match words[..] {
            [(_, list), _, _, _] if list.contains(':') => clock(list)?,
            [minute, hour, _, _, _] => ([Field::of(Unit::Second, [0]), minute_of(minute)?, hour_of(hour)?], None),
            [(at, second), minute, hour, _, _, _] => {
                ([Field::parse(Unit::Second, second, at)?, minute_of(minute)?, hour_of(hour)?], None)
            }
            _ => return Err(RuleError::FieldCount { found: words.len() }),
        };
        let [.., day, (month_at, month), weekday] = words[..] else {
            return Err(RuleError::FieldCount { found: words.len() });
        };
        let mut marks = Marks::default();
        let days = marked(Unit::Day, day, &mut marks)?;
        let months = Field::parse(Unit::Month, month, month_at)?;
        let weekdays = marked(Unit::Weekday, weekday, &mut marks)?;
        let [seconds, minutes, hours] = clock;
        let every = every.map(|word| every_of(word, days, months, weekdays, marks)).transpose()?;
        let parts = Parts { fields: [seconds, minutes, hours, days, months, weekdays], marks, every, times };
        parts.check(day, weekday)?;
        Ok(Self::sound(parts))
    }

    /// The rule of these parts.
    ///
    /// # Errors
    /// As [`Rule::parse`].
    pub fn of(parts: &Parts) -> Result<Self, RuleError> {
        Self::parse(&parts.to_string())
    }

    fn sound(parts: Parts) -> Self {
        let steps = cron::Schedule::from_str(&library_line(&parts))
            .expect("six fields of numbers in their bounds, none empty, are a line that the library reads");
        Self { parts, steps: Arc::new(steps), most: None }
    }
}

impl Parts {
    /// Whether the days can be joined, and come.
    fn check(&self, (day_at, day): Word<'_>, (weekday_at, weekday): Word<'_>) -> Result<(), RuleError> {
        let [_, _, _, days, months, weekdays] = self.fields;
        if !days.is_all() && !weekdays.is_all() {
            return Err(RuleError::BothDays { part: weekday.to_owned(), at: weekday_at });
        }
        if !comes(days, self.marks, months) {
            return Err(RuleError::Never { part: day.to_owned(), at: day_at });
        }
        Ok(())
    }
}

fn minute_of((at, word): Word<'_>) -> Result<Field, RuleError> {
    Field::parse(Unit::Minute, word, at)
}

fn hour_of((at, word): Word<'_>) -> Result<Field, RuleError> {
    Field::parse(Unit::Hour, word, at)
}

/// The words of a line.
fn words(line: &str) -> Vec<Word<'_>> {
    line.split_whitespace().map(|word| (word.as_ptr().addr() - line.as_ptr().addr(), word)).collect()
}

/// The fields of a list of times, and the list, unless the fields alone say the same.
fn clock(list: &str) -> Result<([Field; 3], Option<Vec<u16>>), RuleError> {
    let wrong = || RuleError::Times { part: list.to_owned() };
    let mut times = list.split(',').map(minute_of_day).collect::<Option<Vec<u16>>>().ok_or_else(wrong)?;
    times.sort_unstable();
    times.dedup();
    if times.len() > MOST_TIMES {
        return Err(wrong());
    }
    let minutes = Field::of(Unit::Minute, times.iter().map(|time| u32::from(time % 60)));
    let hours = Field::of(Unit::Hour, times.iter().map(|time| u32::from(time / 60)));
    let is_product = (minutes.count() * hours.count()) as usize == times.len();
    Ok(([Field::of(Unit::Second, [0]), minutes, hours], (!is_product).then_some(times)))
}

/// `08:30`.
fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number =
        |text: &str| (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?;
    let (hour, minute): (u16, u16) = (number(hour)?, number(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// A field of days: the numbers in it, while what is none of them is marked.
fn marked(unit: Unit, (at, word): Word<'_>, marks: &mut Marks) -> Result<Field, RuleError> {
    let mut field = Field::of(unit, []);
    let (mut offset, mut found) = (at, Marks::default());
    for item in word.split(',') {
        let ours = match unit {
            Unit::Day => found.read_day(item),
            _ => found.read_weekday(item, |name| Field::value_of(unit, name)),
        };
        if !ours {
            field = field.or(Field::parse(unit, item, offset)?);
        }
        offset += item.len() + 1;
    }
    // Every day holds the marked ones.
    if !field.is_all() {
        let Marks { last, last_working, nearest, nth, last_weekdays } = found;
        *marks = match unit {
            Unit::Day => Marks { last, last_working, nearest, ..*marks },
            _ => Marks { nth, last_weekdays, ..*marks },
        };
    }
    Ok(field)
}

/// Every so many days alone, or every so many weeks on their weekdays.
fn every_of(
    (at, word): Word<'_>,
    days: Field,
    months: Field,
    weekdays: Field,
    marks: Marks,
) -> Result<Every, RuleError> {
    let fits = |every: &Every| {
        let alone = days.is_all() && months.is_all() && marks.is_empty();
        alone && (every.span() == Span::Weeks || weekdays.is_all())
    };
    Every::parse(word).filter(fits).ok_or_else(|| RuleError::Every { part: word.to_owned(), at })
}

/// Whether a month of the set has a day of the set.
fn comes(days: Field, marks: Marks, months: Field) -> bool {
    let length = |month| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let near = if marks.nearest == 0 { 32 } else { marks.nearest.trailing_zeros() };
    let first = days.numbers().next().unwrap_or(32).min(near);
    let always = marks.last || marks.last_working || marks.in_weekdays();
    always || months.numbers().any(|month| first <= length(month))
}

/// The fields as the library wants them: six, numbers only, Sunday = 1; every day where days are marked.
fn library_line(parts: &Parts) -> String {
    let is_marked = |unit| match unit {
        Unit::Day => parts.marks.in_days(),
        Unit::Weekday => parts.marks.in_weekdays(),
        _ => false,
    };
    let write = |(field, unit): (&Field, Unit)| {
        let shift = u32::from(unit == Unit::Weekday);
        let numbers = || field.numbers().map(|n| (n + shift).to_string()).collect::<Vec<_>>().join(",");
        if field.is_all() || is_marked(unit) { "*".to_owned() } else { numbers() }
    };
    parts.fields.iter().zip(Unit::ALL).map(write).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [second, minute, hour, day, month, weekday] = &self.fields;
        match &self.times {
            Some(times) => {
                let times: Vec<String> =
                    times.iter().map(|time| format!("{:02}:{:02}", time / 60, time % 60)).collect();
                write!(f, "{}", times.join(","))?;
            }
            None if second.numbers().ne([0]) => write!(f, "{second} {minute} {hour}")?,
            None => write!(f, "{minute} {hour}")?,
        }
        let day = with_marks(*day, self.marks.day_items());
        let weekday = with_marks(*weekday, self.marks.weekday_items());
        write!(f, " {day} {month} {weekday}")?;
        self.every.map_or(Ok(()), |every| write!(f, " {every}"))
    }
}

/// A field of days with the marked ones behind the numbers.
fn with_marks(field: Field, marks: Vec<String>) -> String {
    let numbers = Some(field.to_string()).filter(|numbers| !numbers.is_empty());
    numbers.into_iter().chain(marks).collect::<Vec<_>>().join(",")
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

impl TryFrom<String> for Rule {
    type Error = RuleError;

    fn try_from(line: String) -> Result<Self, RuleError> {
        Self::parse(&line)
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}
