//! Ids made by the program, so that one SQL text serves every database: UUIDs whose order is the order of their making.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::message::ScheduleKey;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(pub(in crate::store) Uuid);

        impl $id {
            /// Reads an id as [`Display`](fmt::Display) writes it.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_simple().fmt(f)
            }
        }
    )*};
}
ids! {
    /// One row of the outbox: one part of one message. Rows made later have greater ids.
    RowId;
    /// One subscription.
    SubscriptionId;
    /// One occurrence of a subscription.
    DeliveryId;
}

impl SubscriptionId {
    /// The id as buttons name it.
    pub fn key(self) -> ScheduleKey {
        ScheduleKey(self.0.as_u128())
    }

    /// The id that a button names.
    pub fn of(key: ScheduleKey) -> Self {
        Self(Uuid::from_u128(key.0))
    }
}

impl RowId {
    /// When the row was made.
    pub fn made(&self) -> Timestamp {
        let (seconds, nanos) = self.0.get_timestamp().map_or((0, 0), |made| made.to_unix());
        let millis = seconds.saturating_mul(1_000) + u64::from(nanos) / 1_000_000;
        Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}

/// Counter bits in an id: more ids than that in one millisecond borrow from the next.
const COUNTER_BITS: u8 = 12;

/// Makes ids that rise even where the clock stands still or is set back.
#[derive(Debug, Default)]
pub(in crate::store) struct IdMaker(Mutex<(u64, u64)>);

impl IdMaker {
    /// The next id at `now`.
    pub(in crate::store) fn next(&self, now: Timestamp) -> Uuid {
        let now = u64::try_from(now.0).unwrap_or(0);
        // A poisoned lock only means that another thread panicked between two plain assignments.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (millis, counter) = *last;
        *last = if now > millis {
            (now, 0)
        } else if counter + 1 < 1 << COUNTER_BITS {
            (millis, counter + 1)
        } else {
            (millis + 1, 0)
        };
        let (millis, counter) = *last;
        let nanos = u32::try_from(millis % 1_000).unwrap_or(0) * 1_000_000;
        Uuid::new_v7(uuid::Timestamp::from_unix_time(millis / 1_000, nanos, u128::from(counter), COUNTER_BITS))
    }

    /// Goes on after an id made in an earlier run.
    pub(in crate::store) fn continue_after(&self, id: Uuid) {
        let (seconds, nanos) = id.get_timestamp().map_or((0, 0), |made| made.to_unix());
        let millis = seconds * 1_000 + u64::from(nanos) / 1_000_000 + 1;
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (*last).max((millis, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_while_the_clock_stands_still_or_goes_back() {
        let maker = IdMaker::default();
        let mut last = maker.next(Timestamp(1_000_000));
        for n in 0..10_000 {
            let next = maker.next(Timestamp(1_000_000 - n));
            assert!(next.as_simple().to_string() > last.as_simple().to_string());
            last = next;
        }
    }

    #[test]
    fn a_row_tells_when_it_was_made() {
        let made = Timestamp(1_700_000_000_123);
        assert_eq!(RowId(IdMaker::default().next(made)).made(), made);
    }

    #[test]
    fn ids_go_on_after_those_of_an_earlier_run() {
        let earlier = IdMaker::default().next(Timestamp(5_000_000));
        let maker = IdMaker::default();
        maker.continue_after(earlier);
        assert!(maker.next(Timestamp(1_000)) > earlier);
    }
}
