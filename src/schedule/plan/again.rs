//! What an operator wants sent again, with `wengu deliveries retry`.

use super::{Planner, message};
use crate::store::{Occurrence, Row, StoreError, Wanted};

/// Plans again what is wanted again, and hands it over; what cannot be is declined with the reason.
pub(super) async fn plan_wanted(planner: &Planner, deliver: &(impl Fn(Vec<Row>) + Sync)) -> Result<usize, StoreError> {
    let mut planned = 0;
    for wanted in planner.store.wanted().await? {
        let delivery = wanted.delivery;
        match plan_one(planner, wanted).await? {
            Ok(Some(rows)) => {
                planned += 1;
                deliver(rows);
            }
            Ok(None) => {}
            Err(reason) => planner.store.decline(delivery, &reason).await?,
        }
    }
    Ok(planned)
}

async fn plan_one(planner: &Planner, mut wanted: Wanted) -> Result<Result<Option<Vec<Row>>, String>, StoreError> {
    let Some(subscription) = planner.store.subscription(wanted.occurrence.subscription).await? else {
        return Ok(Err("the chat has unsubscribed".to_owned()));
    };
    if subscription.pending.is_some() {
        return Ok(Err("another reminder is on its way there".to_owned()));
    }
    let Occurrence { sections, due, .. } = &wanted.occurrence;
    match message(&subscription, &(planner.library)(), &planner.limit, sections, *due) {
        Err(reason) => Ok(Err(reason)),
        Ok((sections, message)) => {
            wanted.occurrence.sections = sections;
            planner.store.plan_again(wanted, (planner.split)(message)).await.map(Ok)
        }
    }
}
