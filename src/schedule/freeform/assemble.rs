//! From the pieces of a text to a rule and a zone.

use std::collections::BTreeSet;
use std::ops::Range;

use super::clock::{Part, Time};
use super::often::Unit;
use super::said::{self, Dated, Days, MonthDay};
use super::scan::{Piece, Text, Token};
use super::{Missing, NotUnderstood, Usual, Why};
use crate::schedule::rule::{Parts, Rule, RuleError};
use crate::schedule::when::When;
use crate::schedule::zone::Zone;

/// Reads a text that is no cron line; what it does not say is taken from `usual`.
pub(super) fn assemble(text: &Text, usual: &Usual<'_>) -> Result<When, NotUnderstood> {
    let mut said = Said { text, days: Days::default(), times: BTreeSet::new(), order: Order::default() };
    let pieces = text.pieces();
    let zone = said.zone(&pieces)?.unwrap_or(usual.zone);
    let meant: Vec<&Piece> =
        pieces.iter().filter(|(token, _)| !matches!(token, Token::Filler | Token::Unknown)).collect();
    said.read(&meant)?;
    let whole = |why| NotUnderstood::of(&text.typed(&(0..text.len())), why);
    Ok(When { rule: said.rule(usual, zone).map_err(whole)?, zone })
}

/// What the text has said so far.
struct Said<'a> {
    text: &'a Text,
    days: Days,
    /// Hours and minutes.
    times: BTreeSet<(u32, u32)>,
    order: Order,
}

/// Days and times may stand in either order, but not in turn: then each day has a time of its own.
#[derive(Default)]
struct Order {
    last_is_day: Option<bool>,
    turns: u32,
}

impl Order {
    /// Whether it goes on as one group of days and one of times.
    fn goes_on(&mut self, is_day: bool) -> bool {
        self.turns += u32::from(self.last_is_day.is_some_and(|last| last != is_day));
        self.last_is_day = Some(is_day);
        self.turns <= 1
    }
}

impl Said<'_> {
    fn refuse<T>(&self, part: &Range<usize>, why: Why) -> Result<T, NotUnderstood> {
        Err(NotUnderstood::of(&self.text.typed(part), why))
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

    fn read(&mut self, all: &[&Piece]) -> Result<(), NotUnderstood> {
        let has_time = all.iter().any(|(token, _)| matches!(token, Token::Time(_)));
        let mut pieces = all;
        while let [(token, range), ..] = pieces {
            let read = match token {
                Token::Days(days) => self.weekdays(*days, range, &pieces[1..])?,
                Token::MonthDay(_) | Token::Nth(_) | Token::Place(_) => {
                    let every = all.len().checked_sub(pieces.len() + 1).and_then(|before| all.get(before));
                    self.placed(pieces, every.is_some_and(|piece| piece.0 == Token::Every))?
                }
                Token::Month(month) => self.month(*month, pieces)?,
                Token::Per(unit) => {
                    self.days.units.insert(*unit);
                    1
                }
                Token::Count(count, unit) => self.count(*count, *unit, range)?,
                Token::Interval(n, unit) if self.days.interval.is_none() => {
                    self.days.interval = Some((*n, *unit));
                    1
                }
                Token::Every => {
                    // Every evening is each day, unless other days are named.
                    self.days.parts_of_day |= matches!(pieces.get(1), Some((Token::Part(_), _)));
                    1
                }
                Token::Bare(_) if self.dated(pieces) > 0 => self.bare(pieces)?,
                Token::Time(_) | Token::Part(_) | Token::Bare(_) => self.time(pieces, has_time)?,
                Token::Unclear => return self.refuse(range, Why::Unclear),
                Token::Holidays => return self.refuse(range, Why::Holidays),
                Token::Interval(..) | Token::Day | Token::To | Token::Filler | Token::Unknown => {
                    return self.unknown(range);
                }
            };
            pieces = &pieces[read..];
        }
        Ok(())
    }

    /// Notes that a day is named, or a time.
    fn turn(&mut self, is_day: bool, range: &Range<usize>) -> Result<(), NotUnderstood> {
        if self.order.goes_on(is_day) { Ok(()) } else { self.refuse(range, Why::InTurn) }
    }

    /// Reads days, or the first and the last of several; gives back how many pieces that took.
    fn weekdays(&mut self, first: u8, range: &Range<usize>, after: &[&Piece]) -> Result<usize, NotUnderstood> {
        self.turn(true, range)?;
        let (days, read) = match after {
            [(Token::To, to), (Token::Days(last), _), ..] => match span(first, *last) {
                Some(days) => (days, 3),
                None => return self.unknown(to),
            },
            _ => (first, 1),
        };
        self.days.add(days).or_else(|why| self.refuse(range, why))?;
        Ok(read)
    }

    fn count(&mut self, count: u32, unit: Unit, range: &Range<usize>) -> Result<usize, NotUnderstood> {
        let before = match unit {
            Unit::Day => self.days.daily.replace(count).is_some(),
            unit => {
                self.days.units.insert(unit);
                self.days.count.replace((count, unit)).is_some()
            }
        };
        if before || count == 0 { self.refuse(range, Why::Contrary) } else { Ok(1) }
    }

    /// Reads days by their number or place, and what they are places of: `15号`, `the 1st`, `第二个周三`, `the 15th and
    /// the last day`.
    fn placed(&mut self, pieces: &[&Piece], every: bool) -> Result<usize, NotUnderstood> {
        // 1号和最后一个周五: the number is a day by itself; `the 1st and last Friday` are two Fridays.
        let is_place = |piece: &&&Piece| matches!(piece.0, Token::Nth(_) | Token::Place(_));
        let run = pieces.iter().take_while(is_place).count().max(1);
        let part = pieces[0].1.start..pieces[run - 1].1.end;
        self.turn(true, &part)?;
        let noun = pieces.get(run).filter(|noun| self.text.joined(part.end..noun.1.start, &["the", "的"]));
        match noun.map(|noun| &noun.0) {
            Some(Token::Days(weekdays)) => {
                // Every second Tuesday: of each month, or of each two weeks?
                let counts_on =
                    every && pieces[..run].iter().any(|piece| matches!(piece.0, Token::Nth(2..) | Token::Place(2..)));
                let of_month = pieces.iter().any(|piece| matches!(piece.0, Token::Per(Unit::Month | Unit::Quarter)));
                if counts_on && !of_month {
                    return self.refuse(&part, Why::Unclear);
                }
                for piece in &pieces[..run] {
                    let day = match piece.0 {
                        Token::Nth(place @ 1..=5) | Token::Place(place @ 0..=5) => said::placed(place, *weekdays),
                        _ => return self.refuse(&part, Why::TwoKindsOfDay),
                    };
                    let Some(day) = day else { return self.unknown(&part) };
                    self.days.dates.push(Dated::Day(day));
                }
                Ok(run + 1)
            }
            noun => {
                let is_day = matches!(noun, Some(Token::Day));
                for piece in &pieces[..run] {
                    let day = match piece.0 {
                        Token::Place(0) if is_day => MonthDay::Last,
                        Token::Place(day) if !is_day || day == 0 => return self.unknown(&part),
                        Token::MonthDay(day) | Token::Nth(day) | Token::Place(day) => self.number(day, &piece.1)?,
                        _ => return self.unknown(&part),
                    };
                    self.days.dates.push(Dated::Day(day));
                }
                Ok(run + usize::from(is_day))
            }
        }
    }

    fn number(&self, day: u32, range: &Range<usize>) -> Result<MonthDay, NotUnderstood> {
        if (1..=31).contains(&day) { Ok(MonthDay::Number(day)) } else { self.refuse(range, Why::NoSuchTime) }
    }

    /// Reads a month, and the number behind it that is its day: `December 25`.
    fn month(&mut self, month: u32, pieces: &[&Piece]) -> Result<usize, NotUnderstood> {
        let range = &pieces[0].1;
        self.turn(true, range)?;
        if !(1..=12).contains(&month) {
            return self.refuse(range, Why::NoSuchTime);
        }
        self.days.dates.push(Dated::Month(month));
        match pieces.get(1) {
            Some((Token::Bare(day), at)) if self.text.joined(range.end..at.start, &["the"]) => {
                let day = self.number(*day, at)?;
                self.days.dates.push(Dated::Day(day));
                Ok(2)
            }
            _ => Ok(1),
        }
    }

    /// How many numbers stand before a month or a day of one that they belong to: 1、4、7、10月, 1、15号, `25 December`.
    fn dated(&self, pieces: &[&Piece]) -> usize {
        let run = pieces.iter().take_while(|piece| matches!(piece.0, Token::Bare(_))).count();
        let joins = |pair: &[&Piece]| self.text.joined(pair[0].1.end..pair[1].1.start, &["、", ",", "和", "of"]);
        let near = pieces.len() > run && pieces[..=run].windows(2).all(joins);
        let named = match pieces.get(run) {
            Some((Token::Month(_), range)) => run == 1 || self.text.ends_with(range, "月"),
            Some((Token::MonthDay(_), _)) => true,
            _ => false,
        };
        if near && named { run } else { 0 }
    }

    /// Reads such numbers.
    fn bare(&mut self, pieces: &[&Piece]) -> Result<usize, NotUnderstood> {
        let run = self.dated(pieces);
        let of_month = matches!(pieces[run], (Token::Month(_), range) if self.text.ends_with(range, "月"));
        for (token, range) in &pieces[..run] {
            let Token::Bare(number) = *token else { return self.unknown(range) };
            if of_month {
                self.month(number, &[&(Token::Month(number), range.clone())])?;
            } else {
                self.turn(true, range)?;
                let day = self.number(number, range)?;
                self.days.dates.push(Dated::Day(day));
            }
        }
        Ok(run)
    }

    /// Reads a time and the part of the day beside it, before or after; gives back how many pieces that took.
    fn time(&mut self, pieces: &[&Piece], has_time: bool) -> Result<usize, NotUnderstood> {
        self.turn(false, &pieces[0].1)?;
        let parts = pieces.iter().take_while(|piece| matches!(piece.0, Token::Part(_))).count();
        if parts > 1 {
            return self.at_each(parts, pieces);
        }
        let part = |index: usize| match pieces.get(index).map(|piece| &piece.0) {
            Some(Token::Part(part)) => Some(*part),
            _ => None,
        };
        // A number alone is an hour where nothing else says one, or a part of the day stands beside it.
        let alone = !has_time && self.times.is_empty();
        let beside = |index: usize| part(index + 1).is_some() || index.checked_sub(1).and_then(part).is_some();
        let time = |index: usize| match pieces.get(index).map(|piece| &piece.0) {
            Some(Token::Time(time)) => Some(*time),
            Some(Token::Bare(hour)) if alone || beside(index) => Some(Time { hour: *hour, minute: 0, afternoon: None }),
            _ => None,
        };
        // Before a further time the part belongs to that one, unless that has one behind it too.
        let behind = time(2).is_none() || (part(3).is_some() && time(4).is_none());
        let (at, part, read) = match (time(0), part(0), time(1), part(1)) {
            (Some(at), _, _, Some(part)) if behind => (at, Some(part), 2),
            (Some(at), ..) => (at, None, 1),
            (None, Some(part), Some(at), ..) => (at, Some(part), 2),
            (None, alone, ..) => return self.alone(alone, &pieces[0].1),
        };
        let range = pieces[0].1.start..pieces[read - 1].1.end;
        let Some(at) = at.on_the_clock(part) else { return self.refuse(&range, Why::NoSuchTime) };
        self.times.insert(at);
        Ok(read)
    }

    /// Reads several parts of the day and the hour that they share: 早晚 8 点.
    fn at_each(&mut self, parts: usize, pieces: &[&Piece]) -> Result<usize, NotUnderstood> {
        let range = pieces[0].1.start..pieces[parts - 1].1.end;
        let at = match pieces.get(parts).map(|piece| &piece.0) {
            Some(Token::Time(time)) => *time,
            Some(Token::Bare(hour)) => Time { hour: *hour, minute: 0, afternoon: None },
            _ => return self.refuse(&range, Why::Missing(Missing::Time)),
        };
        for (token, _) in &pieces[..parts] {
            let Token::Part(part) = *token else { return self.unknown(&range) };
            let Some(at) = at.on_the_clock(Some(part)) else { return self.refuse(&range, Why::NoSuchTime) };
            self.times.insert(at);
        }
        Ok(parts + 1)
    }

    /// A part of the day that says a time by itself (中午), or does not.
    fn alone(&mut self, part: Option<Part>, range: &Range<usize>) -> Result<usize, NotUnderstood> {
        let Some(part) = part else { return self.unknown(range) };
        let Some(at) = part.alone() else { return self.refuse(range, Why::Missing(Missing::Time)) };
        self.times.insert(at);
        Ok(1)
    }

    fn rule(&self, usual: &Usual<'_>, zone: Zone) -> Result<Rule, Why> {
        let days = self.days.parts(usual.rule)?;
        let parts = self.timed(days, usual)?;
        let rule = Rule::of(&parts).map_err(Why::Cron)?;
        match self.days.interval {
            Some(interval) => Rule::of(&said::every(&rule, interval, zone, usual.now)?).map_err(Why::Cron),
            None => Ok(rule),
        }
    }

    /// The days with their times.
    fn timed(&self, days: Parts, usual: &Usual<'_>) -> Result<Parts, Why> {
        let count = |times: usize| self.days.daily.is_none_or(|count| count as usize == times);
        if self.times.is_empty() {
            let usual = usual.rule.ok_or(Why::Missing(Missing::Time))?;
            if !count(usual.runs_a_day() as usize) {
                return Err(Why::Missing(Missing::Time));
            }
            let [second, minute, hour, ..] = usual.parts().fields;
            let [.., day, month, weekday] = days.fields;
            let fields = [second, minute, hour, day, month, weekday];
            return Ok(Parts { fields, times: usual.parts().times.clone(), ..days });
        }
        if !count(self.times.len()) {
            return Err(Why::Contrary);
        }
        let list: Vec<String> = self.times.iter().map(|(hour, minute)| format!("{hour:02}:{minute:02}")).collect();
        let clock = Rule::parse(&format!("{} * * *", list.join(","))).map_err(|error: RuleError| Why::Cron(error))?;
        let [second, minute, hour, ..] = clock.parts().fields;
        let [.., day, month, weekday] = days.fields;
        let fields = [second, minute, hour, day, month, weekday];
        Ok(Parts { fields, times: clock.parts().times.clone(), ..days })
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
