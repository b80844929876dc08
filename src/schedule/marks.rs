//! Days of a month that a set of numbers cannot say: the last day, the last Friday, the second Monday.
//!
//! ```text
//! day of the month:  L | LW | nW       the last day | the last working day | the working day nearest to the n-th
//! weekday:           dL | d#n          the last such weekday of the month | the n-th, 1 to 5
//! ```
//! Working days are Monday to Friday. `nW` stays within the month, so `1W` is its first working day.

use std::fmt::Write as _;

use chrono::{Datelike, Days, NaiveDate};

/// Days of a month by their place in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks {
    /// The last day.
    pub last: bool,
    /// The last working day.
    pub last_working: bool,
    /// The working day nearest to the n-th: bit n.
    pub nearest: u32,
    /// The first, second, … of a weekday: a bit for each weekday, Sunday is bit 0.
    pub nth: [u8; 5],
    /// The last of a weekday: a bit for each, Sunday is bit 0.
    pub last_weekdays: u8,
}

impl Marks {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether there are some that stand in the day-of-month field.
    pub fn in_days(&self) -> bool {
        self.last || self.last_working || self.nearest != 0
    }

    /// Whether there are some that stand in the weekday field.
    pub fn in_weekdays(&self) -> bool {
        self.last_weekdays != 0 || self.nth.iter().any(|days| *days != 0)
    }

    /// Whether a date is one of the days.
    pub fn hold(&self, date: NaiveDate) -> bool {
        let (day, length) = (date.day(), u32::from(date.num_days_in_month()));
        let weekday = 1 << date.weekday().num_days_from_sunday();
        let week = usize::try_from((day - 1) / 7).unwrap_or(0);
        (self.last && day == length)
            || (self.last_working && nearest_working(date, length) == Some(date))
            || (1..=length).any(|n| self.nearest >> n & 1 == 1 && nearest_working(date, n) == Some(date))
            || self.nth[week] & weekday != 0
            || (self.last_weekdays & weekday != 0 && day + 7 > length)
    }

    /// Takes an item of the day-of-month field; whether it was one of ours.
    pub(super) fn read_day(&mut self, item: &str) -> bool {
        match item.to_ascii_uppercase().as_str() {
            "L" => self.last = true,
            "LW" | "WL" => self.last_working = true,
            other => {
                let number = other.strip_suffix('W').and_then(|n| n.parse().ok());
                let Some(day) = number.filter(|day: &u32| (1..=31).contains(day)) else { return false };
                self.nearest |= 1 << day;
            }
        }
        true
    }

    /// Takes an item of the weekday field, whose weekday `day` reads; whether it was one of ours.
    pub(super) fn read_weekday(&mut self, item: &str, day: impl Fn(&str) -> Option<u32>) -> bool {
        if let Some((name, n)) = item.split_once('#') {
            let place = n.parse().ok().filter(|n: &usize| (1..=5).contains(n));
            let (Some(day), Some(place)) = (day(name), place) else { return false };
            self.nth[place - 1] |= 1 << day;
            return true;
        }
        let Some(day) = item.strip_suffix(['L', 'l']).and_then(day) else { return false };
        self.last_weekdays |= 1 << day;
        true
    }

    /// The items of the day-of-month field.
    pub(super) fn day_items(&self) -> Vec<String> {
        let mut items: Vec<String> = (1..=31).filter(|n| self.nearest >> n & 1 == 1).map(|n| format!("{n}W")).collect();
        items.extend(self.last.then(|| "L".to_owned()));
        items.extend(self.last_working.then(|| "LW".to_owned()));
        items
    }

    /// The items of the weekday field.
    pub(super) fn weekday_items(&self) -> Vec<String> {
        let mut items = Vec::new();
        for (place, weekday) in self.placed() {
            let mut item = weekday.to_string();
            // Writing into a string does not fail.
            let _ = if place == 0 { write!(item, "L") } else { write!(item, "#{place}") };
            items.push(item);
        }
        items
    }

    /// The weekdays by their place, in order: 1 to 5, then 0 for the last; weekdays with Sunday as 0.
    pub fn placed(&self) -> impl Iterator<Item = (u32, u32)> {
        let places = (1..=5).zip(self.nth).chain([(0, self.last_weekdays)]);
        // From Monday, as people count.
        places.flat_map(|(place, days)| {
            (1..=7).map(|day| day % 7).filter(move |day| days >> day & 1 == 1).map(move |day| (place, day))
        })
    }
}

/// The working day nearest to the n-th of a date's month, within the month.
fn nearest_working(date: NaiveDate, n: u32) -> Option<NaiveDate> {
    let day = date.with_day(n)?;
    let length = u32::from(date.num_days_in_month());
    match day.weekday().number_from_monday() {
        // The last working day of a month that ends on a weekend is the Friday before.
        6 if n == 1 => day.checked_add_days(Days::new(2)),
        6 => day.pred_opt(),
        7 if n == length => day.checked_sub_days(Days::new(2)),
        7 => day.succ_opt(),
        _ => Some(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(marks: Marks, year: i32, month: u32) -> Vec<u32> {
        (1..=31)
            .filter_map(|day| NaiveDate::from_ymd_opt(year, month, day))
            .filter(|date| marks.hold(*date))
            .map(|date| date.day())
            .collect()
    }

    #[test]
    fn days_are_counted_within_their_month() {
        let last = Marks { last: true, ..Marks::default() };
        assert_eq!((days(last, 2027, 2), days(last, 2028, 2)), (vec![28], vec![29]));
        // January 2027 ends on a Sunday, May 2027 begins on a Saturday.
        let working = Marks { last_working: true, nearest: 1 << 1 | 1 << 15 | 1 << 31, ..Marks::default() };
        assert_eq!(days(working, 2027, 1), [1, 15, 29]);
        assert_eq!(days(working, 2027, 5), [3, 14, 31]);
        let fifth = Marks { nth: [0, 0, 0, 0, 1 << 5], last_weekdays: 1 << 1, ..Marks::default() };
        assert_eq!(days(fifth, 2027, 1), [25, 29]);
        assert_eq!(days(fifth, 2027, 2), [22]);
    }
}
