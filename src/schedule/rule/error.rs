//! Why a line is no rule, and where in it.

use crate::schedule::field::Unit;

/// Why a line is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Neither five fields nor six.
    #[error("a cron line has 5 fields (minute hour day month weekday), or 6 with seconds first, not {found}")]
    FieldCount {
        /// How many there are.
        found: usize,
    },
    /// Something that the field does not take.
    #[error("`{part}` is no value of the {unit} field, which takes {}", .unit.takes())]
    Value {
        /// The field.
        unit: Unit,
        /// What was written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// A range whose end comes before its start.
    #[error("the range `{part}` of the {unit} field runs backwards; write it as two, joined by a comma")]
    Backwards {
        /// The field.
        unit: Unit,
        /// What was written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// A step of nothing, or beyond the field.
    #[error("`{part}` in the {unit} field has no step that the field allows; write one such as `*/2`")]
    Step {
        /// The field.
        unit: Unit,
        /// What was written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// Day of the month and weekday are both restricted.
    #[error(
        "the line restricts both the day-of-month field and the weekday field (`{part}`), which programs read differently; put `*` in one of the two"
    )]
    BothDays {
        /// The weekday field as written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// Every so many days or weeks, written wrongly, or joined with days that it cannot be joined with.
    #[error(
        "`{part}` does not say every how many days or weeks; it is written `/3d+0`, or `/2w+1` with weekdays alone"
    )]
    Every {
        /// The word as written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
    /// The times before a line of days do not read.
    #[error("`{part}` is no list of times such as `08:00,20:30`")]
    Times {
        /// The word as written.
        part: String,
    },
    /// No month has the day.
    #[error(
        "the line never comes: no month that it names has a day `{part}`; change the day-of-month or the month field"
    )]
    Never {
        /// The day-of-month field as written.
        part: String,
        /// Bytes into the line.
        at: usize,
    },
}

impl RuleError {
    /// The part of the line that is wrong, as written; `None` when it is the line as a whole.
    pub fn part(&self) -> Option<&str> {
        match self {
            Self::FieldCount { .. } => None,
            Self::Times { part }
            | Self::Every { part, .. }
            | Self::Value { part, .. }
            | Self::Backwards { part, .. }
            | Self::Step { part, .. }
            | Self::BothDays { part, .. }
            | Self::Never { part, .. } => Some(part),
        }
    }

    /// Where in the line the mistake is, in bytes; 0 when it is about the line as a whole.
    pub fn offset(&self) -> usize {
        match self {
            Self::FieldCount { .. } | Self::Times { .. } => 0,
            Self::Every { at, .. }
            | Self::Value { at, .. }
            | Self::Backwards { at, .. }
            | Self::Step { at, .. }
            | Self::BothDays { at, .. }
            | Self::Never { at, .. } => *at,
        }
    }
}
