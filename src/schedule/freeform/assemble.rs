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
            if let Ok(zone) = Zone::typed(&self.text.typed(&longer)) {
                return Ok(Some((longer, zone)));
            }
        }
        let zone = Zone::typed(&self.text.typed(&part)).map_err(NotUnderstood::zone)?;
        Ok(Some((part, zone)))
    }

    fn read(&mut self, mut pieces: &[&Piece]) -> Result<(), NotUnderstood> {
        let has_time = pieces.iter().any(|(token, _)| matches!(token, Token::Time(_)));
        while let [(token, range), ..] = pieces {
            let read = match token {
                Token::Days(days) => self.days(*days, &pieces[1..])?,
                Token::MonthDay(day) => self.month_day(*day, range)?,
                Token::Monthly => {
                    self.monthly = Some(range.clone());
                    1
                }
                Token::Time(_) | Token::Part(_) | Token::Bare(_) => self.time(pieces, has_time)?,
                Token::To | Token::Filler | Token::Unknown => return self.unknown(range),
            };
            pieces = &pieces[read..];
        }
        Ok(())
    }

    /// Reads days, or the first and the last of several; gives back how many pieces that took.
    fn days(&mut self, first: u8, after: &[&Piece]) -> Result<usize, NotUnderstood> {
        let [(Token::To, to), (Token::Days(last), _), ..] = after else {
            self.weekdays |= first;
            return Ok(1);
        };
        let Some(days) = span(first, *last) else { return self.unknown(to) };
        self.weekdays |= days;
        Ok(3)
    }

    fn month_day(&mut self, day: u32, range: &Range<usize>) -> Result<usize, NotUnderstood> {
        if !(1..=31).contains(&day) {
            return self.refuse(range, Why::NoSuchTime);
        }
        if self.weekdays != 0 {
            return self.refuse(range, Why::TwoKindsOfDay);
        }
        self.month_days.insert(day);
        Ok(1)
    }

    /// Reads a time and the part of the day beside it, before or after; gives back how many pieces that took.
    fn time(&mut self, pieces: &[&Piece], has_time: bool) -> Result<usize, NotUnderstood> {
        // A number alone is an hour where nothing else says one.
        let bare_counts = !has_time && self.times.is_empty();
        let time = |index: usize| match pieces.get(index).map(|piece| &piece.0) {
            Some(Token::Time(time)) => Some(*time),
            Some(Token::Bare(hour)) if bare_counts => Some(Time { hour: *hour, minute: 0, afternoon: None }),
            _ => None,
        };
        let part = |index: usize| match pieces.get(index).map(|piece| &piece.0) {
            Some(Token::Part(part)) => Some(*part),
            _ => None,
        };
        let (at, part, read) = match (time(0), part(0), time(1), part(1), time(2)) {
            // Before a further time, the part belongs to that one.
            (Some(at), _, _, Some(part), None) => (at, Some(part), 2),
            (Some(at), ..) => (at, None, 1),
            (None, Some(part), Some(at), ..) => (at, Some(part), 2),
            (None, alone, ..) => return self.alone(alone, &pieces[0].1),
        };
        let range = pieces[0].1.start..pieces[read - 1].1.end;
        let Some(at) = at.on_the_clock(part) else { return self.refuse(&range, Why::NoSuchTime) };
        self.at(at, &range).map(|()| read)
    }

    /// A part of the day that says a time by itself (中午), or does not.
    fn alone(&mut self, part: Option<Part>, range: &Range<usize>) -> Result<usize, NotUnderstood> {
        let Some(at) = part.and_then(Part::alone) else { return self.unknown(range) };
        self.at(at, range).map(|()| 1)
    }

    /// Adds a time: of several, all have to have the same minute, or one line could not say them.
    fn at(&mut self, time: (u32, u32), range: &Range<usize>) -> Result<(), NotUnderstood> {
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
