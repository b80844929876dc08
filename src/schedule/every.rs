//! Every so many days or weeks, counted on the calendar: `/3d+1`, `/2w+0`.
//!
//! Days are counted from 1 January 1970, weeks from the Monday after it. What stands after the `+` is the remainder of
//! the days or weeks on which it comes, so that one rule has one spelling, whenever it began.

use std::fmt;

use chrono::NaiveDate;

/// The longest distance: a year of days, a year of weeks.
const MOST: [u32; 2] = [366, 52];

/// Whether days or weeks are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// Days.
    Days,
    /// Weeks, which begin on Monday.
    Weeks,
}

/// Every n-th day or week, with n of 2 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Every {
    span: Span,
    n: u32,
    phase: u32,
}

impl Every {
    /// Every n-th day or week, such that a date is in it; `None` for an n below 2 or beyond a year.
    pub fn from(span: Span, n: u32, date: NaiveDate) -> Option<Self> {
        let every = Self { span, n, phase: 0 };
        (n >= 2 && n <= span.most()).then(|| Self { phase: every.remainder(date), ..every })
    }

    /// Whether days or weeks are counted.
    pub fn span(self) -> Span {
        self.span
    }

    /// How many of them lie between two that count.
    pub fn n(self) -> u32 {
        self.n
    }

    /// Whether a date counts.
    pub fn holds(self, date: NaiveDate) -> bool {
        self.remainder(date) == self.phase
    }

    /// Reads `/2w+1`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let (count, phase) = word.strip_prefix('/')?.split_once('+')?;
        let (count, span) = match count.strip_suffix(['d', 'D']) {
            Some(count) => (count, Span::Days),
            None => (count.strip_suffix(['w', 'W'])?, Span::Weeks),
        };
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
        let (n, phase): (u32, u32) = (number(count)?, number(phase)?);
        (n >= 2 && n <= span.most() && phase < n).then_some(Self { span, n, phase })
    }

    fn remainder(self, date: NaiveDate) -> u32 {
        let days = date.signed_duration_since(NaiveDate::default()).num_days();
        let units = match self.span {
            Span::Days => days,
            // 1 January 1970 was a Thursday, the Monday after it came four days later.
            Span::Weeks => (days - 4).div_euclid(7),
        };
        u32::try_from(units.rem_euclid(i64::from(self.n.max(1)))).unwrap_or(0)
    }
}

impl Span {
    fn most(self) -> u32 {
        MOST[self as usize]
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.span {
            Span::Days => 'd',
            Span::Weeks => 'w',
        };
        write!(f, "/{}{unit}+{}", self.n, self.phase)
    }
}
