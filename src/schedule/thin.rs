//! The runs of a rule within one day, counted, and so many of them chosen evenly.
//!
//! A rule comes at the same times on each of its days: every chosen hour, minute and second together, or a short list of
//! times. So the n-th run of a day, and which run a time is, follow from those alone, however many there are.

use chrono::{NaiveTime, Timelike as _};

use super::field::Field;

/// The times of day of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times<'a> {
    pub(super) hours: Field,
    pub(super) minutes: Field,
    pub(super) seconds: Field,
    /// In minutes since midnight, where these alone count.
    pub(super) list: Option<&'a [u16]>,
}

impl Times<'_> {
    /// How many there are: 1 to 86,400.
    pub(super) fn count(self) -> u32 {
        match self.list {
            Some(list) => u32::try_from(list.len()).unwrap_or(u32::MAX),
            None => [self.hours, self.minutes, self.seconds].map(Field::count).iter().product(),
        }
    }

    /// Of these times, `most` are kept, spread evenly, the first among them: the first kept one that is not before
    /// `time`, which is one of them; `None` where the day has no more.
    pub(super) fn kept_from(self, time: NaiveTime, most: u32) -> Option<NaiveTime> {
        let (count, most, place) = (u64::from(self.count()), u64::from(most), u64::from(self.place(time)));
        // The j-th kept one is the ceil(j * count / most)-th time, from 0.
        let j = place.checked_sub(1).map_or(0, |before| before * most / count + 1);
        (j < most).then(|| self.at((j * count).div_ceil(most)))?
    }

    /// How many of the times are before this one.
    fn place(self, time: NaiveTime) -> u32 {
        if let Some(list) = self.list {
            let before = list.iter().filter(|other| u32::from(**other) < time.hour() * 60 + time.minute());
            return before.map(|_| 1).sum();
        }
        let (minutes, seconds) = (self.minutes.count(), self.seconds.count());
        let [hour, minute, second] =
            [(self.hours, time.hour()), (self.minutes, time.minute()), (self.seconds, time.second())]
                .map(|(field, number)| field.below(number));
        (hour * minutes + minute) * seconds + second
    }

    /// The time with so many before it.
    fn at(self, place: u64) -> Option<NaiveTime> {
        let place = usize::try_from(place).ok()?;
        if let Some(list) = self.list {
            let minute = u32::from(*list.get(place)?);
            return NaiveTime::from_hms_opt(minute / 60, minute % 60, 0);
        }
        let (minutes, seconds) = (self.minutes.count() as usize, self.seconds.count() as usize);
        let hour = self.hours.numbers().nth(place / seconds / minutes)?;
        let minute = self.minutes.numbers().nth(place / seconds % minutes)?;
        NaiveTime::from_hms_opt(hour, minute, self.seconds.numbers().nth(place % seconds)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::field::Unit;

    fn some(unit: Unit, most: u32) -> impl Strategy<Value = Field> {
        prop::collection::btree_set(0..most, 1..12).prop_map(move |numbers| Field::of(unit, numbers))
    }

    /// All times, in order.
    fn all(times: Times<'_>) -> Vec<NaiveTime> {
        (0..u64::from(times.count())).map(|place| times.at(place).unwrap()).collect()
    }

    proptest! {
        #[test]
        fn so_many_of_the_times_are_kept_evenly_and_the_first_always(
            hours in some(Unit::Hour, 24), minutes in some(Unit::Minute, 60), seconds in some(Unit::Second, 60),
            most in 1_u32..50,
        ) {
            let times = Times { hours, minutes, seconds, list: None };
            let all = all(times);
            prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "in order, each once");
            prop_assume!(all.len() > most as usize);
            let kept: Vec<usize> =
                (0..all.len()).filter(|at| times.kept_from(all[*at], most) == Some(all[*at])).collect();
            prop_assert_eq!(kept.len(), most as usize);
            prop_assert_eq!(kept[0], 0);
            let (narrow, wide) = (all.len() / most as usize, all.len().div_ceil(most as usize));
            prop_assert!(kept.windows(2).all(|pair| (narrow..=wide).contains(&(pair[1] - pair[0]))));
            // Whoever asks from a time that is not kept gets the next that is.
            for (at, time) in all.iter().enumerate() {
                let next = kept.iter().find(|kept| **kept >= at).map(|kept| all[*kept]);
                prop_assert_eq!(times.kept_from(*time, most), next);
            }
        }
    }
}
