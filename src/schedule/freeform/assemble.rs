//! From the pieces of a text to a rule and a zone.

use std::collections::BTreeSet;
use std::ops::Range;

use super::clock::{Part, Time};
use super::scan::{Piece, Text, Token};
use super::{NotUnderstood, Why};
use crate::schedule::field::{Field, Unit};
use crate::schedule::rule::Rule;
use crate::schedule::when::When;
use crate::schedule::zone::Zone;

/// Reads a text that is no cron line; what it does not say is taken from `usual`.
pub(super) fn assemble(text: &Text, usual: &When) -> Result<When, NotUnderstood> {
    let mut said = Said { text, weekdays: 0, month_days: BTreeSet::new(), times: BTreeSet::new(), monthly: None };
    let pieces = text.pieces();
    let zone = said.zone(&pieces)?.unwrap_or(usual.zone);
    let meant: Vec<&Piece> =
        pieces.iter().filter(|(token, _)| !matches!(token, Token::Filler | Token::Unknown)).collect();
    said.read(&meant)?;
    Ok(When { rule: said.rule(&usual.rule)?, zone })
}

/// What the text has said so far.
struct Said<'a> {
    text: &'a Text,
    /// A bit for each weekday; Sunday is bit 0.
    weekdays: u8,
    month_days: BTreeSet<u32>,
    times: BTreeSet<(u32, u32)>,
    /// Where "each month" was said.
    monthly: Option<Range<usize>>,
}

impl Said<'_> {
    fn refuse<T>(&self, part: &Range<usize>, why: Why) -> Result<T, NotUnderstood> {
        Err(NotUnderstood { part: self.text.typed(part), why })
    }

    fn unknown<T>(&self, part: &Range<usize>) -> Result<T, NotUnderstood> {
        self.refuse(part, Why::Unknown { near: Vec::new() })
    }

    /// What is neither day nor time has to be one place.
    fn zone(&self, pieces: &[Piece]) -> Result<Option<Zone>, NotUnderstood> {
        let mut found = None;
        for group in pieces.chunk_by(|a, b| is_place(a) && is_place(b)) {
            let Some((part, zone)) = self.place(group)? else { continue };
            if found.is_some_and(|other| other != zone) {
                return self.unknown(&part);
            }
            found = Some(zone);
        }
        Ok(found)
    }

    /// The place in a group of unknown words; small words between them belong to it (Port of Spain), and so may one that
    /// it begins with (的黎波里).
    fn place(&self, group: &[Piece]) -> Result<Option<(Range<usize>, Zone)>, NotUnderstood> {
        let is_unknown = |(token, _): &Piece| *token == Token::Unknown;
        let (Some(first), Some(last)) = (group.iter().position(is_unknown), group.iter().rposition(is_unknown)) else {
            return Ok(None);
        };
        let part = group[first].1.start..group[last].1.end;
        if let Some((_, before)) = first.checked_sub(1).map(|index| &group[index]).filter(|(_, r)| r.end == part.start)
        {
            let longer = before.start..part.end;
            if let Ok(zone) = Zone::parse(&self.text.typed(&longer)) {
                return Ok(Some((longer, zone)));
            }
        }
        let zone = Zone::parse(&self.text.typed(&part)).map_err(NotUnderstood::zone)?;
        Ok(Some((part, zone)))
    }

    fn read(&mut self, pieces: &[&Piece]) -> Result<(), NotUnderstood> {
        let has_time = pieces.iter().any(|(token, _)| matches!(token, Token::Time(_)));
        let mut left = pieces;
        while let [(token, range), rest @ ..] = left {
            left = match (token, rest) {
                (Token::Days(first), [(Token::To, to), (Token::Days(last), _), rest @ ..]) => {
                    let Some(days) = span(*first, *last) else { return self.unknown(to) };
                    self.weekdays |= days;
                    rest
                }
                (Token::Days(days), rest) => {
                    self.weekdays |= days;
                    rest
                }
                (Token::MonthDay(day), rest) => {
                    self.month_day(*day, range)?;
                    rest
                }
                (Token::Monthly, rest) => {
                    self.monthly = Some(range.clone());
                    rest
                }
                (Token::Part(part), [(Token::Time(time), end), rest @ ..])
                | (Token::Time(time), [(Token::Part(part), end), rest @ ..]) => {
                    self.time(*time, Some(*part), &(range.start..end.end))?;
                    rest
                }
                (Token::Part(part), [(Token::Bare(hour), end), rest @ ..])
                | (Token::Bare(hour), [(Token::Part(part), end), rest @ ..])
                    if !has_time =>
                {
                    self.time(on_the_hour(*hour), Some(*part), &(range.start..end.end))?;
                    rest
                }
                (Token::Part(part), rest) => {
                    let Some(time) = part.alone() else { return self.unknown(range) };
                    self.times.insert(time);
                    rest
                }
                (Token::Time(time), rest) => {
                    self.time(*time, None, range)?;
                    rest
                }
                (Token::Bare(hour), rest) if !has_time && self.times.is_empty() => {
                    self.time(on_the_hour(*hour), None, range)?;
                    rest
                }
                (Token::Bare(_) | Token::To | Token::Filler | Token::Unknown, _) => return self.unknown(range),
            };
        }
        Ok(())
    }

    fn month_day(&mut self, day: u32, range: &Range<usize>) -> Result<(), NotUnderstood> {
        if !(1..=31).contains(&day) {
            return self.refuse(range, Why::NoSuchTime);
        }
        if self.weekdays != 0 {
            return self.refuse(range, Why::TwoKindsOfDay);
        }
        self.month_days.insert(day);
        Ok(())
    }

    fn time(&mut self, time: Time, part: Option<Part>, range: &Range<usize>) -> Result<(), NotUnderstood> {
        let Some(time) = time.on_the_clock(part) else { return self.refuse(range, Why::NoSuchTime) };
        if self.times.first().is_some_and(|(_, minute)| *minute != time.1) {
            return self.refuse(range, Why::Minutes);
        }
        self.times.insert(time);
        Ok(())
    }

    fn rule(&self, usual: &Rule) -> Result<Rule, NotUnderstood> {
        let whole = 0..self.text.len();
        if let (Some(monthly), true) = (&self.monthly, self.month_days.is_empty()) {
            return self.unknown(monthly);
        }
        if self.weekdays != 0 && !self.month_days.is_empty() {
            return self.refuse(&whole, Why::TwoKindsOfDay);
        }
        let mut fields = Unit::ALL.map(|unit| usual.field(unit));
        if !self.times.is_empty() {
            fields[Unit::Second as usize] = Field::of(Unit::Second, [0]);
            fields[Unit::Minute as usize] = Field::of(Unit::Minute, self.times.iter().map(|time| time.1));
            fields[Unit::Hour as usize] = Field::of(Unit::Hour, self.times.iter().map(|time| time.0));
        }
        if self.weekdays != 0 || !self.month_days.is_empty() {
            let weekdays = (0..7).filter(|day| self.weekdays == 0 || self.weekdays >> day & 1 == 1);
            let days = (1..=31).filter(|day| self.month_days.is_empty() || self.month_days.contains(day));
            fields[Unit::Day as usize] = Field::of(Unit::Day, days);
            fields[Unit::Month as usize] = Field::all(Unit::Month);
            fields[Unit::Weekday as usize] = Field::of(Unit::Weekday, weekdays);
        }
        Rule::of(fields).or_else(|error| self.refuse(&whole, Why::Cron(error)))
    }
}

/// Whether a piece can stand between the first and the last word of a place.
fn is_place((token, _): &Piece) -> bool {
    matches!(token, Token::Unknown | Token::Filler)
}

/// The weekdays from one to another, over the end of the week if need be; `None` unless both are one day.
fn span(first: u8, last: u8) -> Option<u8> {
    if first.count_ones() != 1 || last.count_ones() != 1 {
        return None;
    }
    let (first, last) = (first.trailing_zeros(), last.trailing_zeros());
    let length = (last + 7 - first) % 7;
    Some((0..=length).fold(0, |days, step| days | 1 << ((first + step) % 7)))
}

fn on_the_hour(hour: u32) -> Time {
    Time { hour, minute: 0, afternoon: None }
}
