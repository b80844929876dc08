//! A clock that jumped ahead and came back. What was planned meanwhile has left subscriptions due at an instant far
//! away: they would be silent until then, and nobody would know why.

use std::time::Duration;

use super::{BATCH, Planner};
use crate::clock::Timestamp;
use crate::schedule::timing::Timing;
use crate::store::{StoreError, Subscription};

/// How far the clock may be behind what it has shown: time servers correct it by less.
const TOLERANCE: Duration = Duration::from_secs(60);
/// How often it is written down what the clock shows.
const EVERY: Duration = Duration::from_secs(60);

/// Sees whether the clock was set back; if so, makes every subscription due when it is due by the clock as it is now.
/// What was sent meanwhile is on record, and not sent again.
pub(super) async fn look(planner: &Planner, now: Timestamp) -> Result<(), StoreError> {
    let seen = planner.store.clock_seen().await?;
    match seen {
        Some(seen) if now.after(TOLERANCE) < seen => {
            let minutes = seen.since(now).as_secs() / 60;
            tracing::warn!("the clock was set back by {minutes} min; reminders follow it");
            due_by_the_clock(planner, now).await?;
            planner.store.clock_was_set_back(seen, now).await
        }
        Some(seen) if seen.after(EVERY) > now => Ok(()),
        // Before anything is planned at this instant: it has to be known afterwards that it was.
        _ => planner.store.see_clock(now).await,
    }
}

async fn due_by_the_clock(planner: &Planner, now: Timestamp) -> Result<(), StoreError> {
    let mut last: Option<Subscription> = None;
    loop {
        let later = planner.store.due_after(now, last.as_ref(), BATCH).await?;
        for subscription in &later {
            let Some(timing) = Timing::of(subscription, &planner.limit) else { continue };
            if let Some(due) = timing.next_after(now).filter(|due| Some(*due) < subscription.next_due) {
                planner.store.due_sooner(subscription, due).await?;
            }
        }
        match later.into_iter().last() {
            Some(subscription) => last = Some(subscription),
            None => return Ok(()),
        }
    }
}
