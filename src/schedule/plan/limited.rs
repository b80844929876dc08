//! Telling whoever subscribed that a schedule asks for more runs a day than may be, and comes as often as it may.

use super::Planner;
use crate::answer::texts::{Echo, texts};
use crate::message::{Body, ChatKind, Outgoing, TopicId, UserId};
use crate::schedule::rule::Rule;
use crate::store::{Change, Row, StoreError, Subscription};

/// Tells it once for each limit: the subscriber, else whoever runs the bot.
pub(super) async fn tell(
    planner: &Planner,
    subscription: &Subscription,
    deliver: &(impl Fn(Vec<Row>) + Sync),
) -> Result<(), StoreError> {
    let Some(most) = planner.limit.broken_in(subscription) else { return Ok(()) };
    // A limit that is raised later leaves more than was told.
    if subscription.told_runs.is_some_and(|told| told <= most) {
        return Ok(());
    }
    let runs = Rule::parse(&subscription.cron).map_or(0, |rule| rule.runs_a_day());
    let group = match subscription.place.kind {
        ChatKind::Private => None,
        ChatKind::Group => Some(group_name(planner, subscription).await?),
    };
    let said = texts(subscription.lang).runs_limited(group.as_ref(), runs, most);
    let told = Change::ToldRuns { schedule: subscription.id, runs: most };
    planner.store.change(vec![told]).await?;
    let nobody = subscription.by == UserId(0);
    for person in if nobody { planner.limit.admins.clone() } else { vec![subscription.by] } {
        deliver(vec![planner.store.notice(Outgoing::in_private(person, Body::plain(said.clone()))).await?]);
    }
    Ok(())
}

async fn group_name(planner: &Planner, subscription: &Subscription) -> Result<Echo, StoreError> {
    let names = planner.store.names(subscription.place.chat).await?;
    let named = names.into_iter().find(|(topic, _)| *topic == TopicId::MAIN).map(|(_, name)| name);
    let unknown = || texts(subscription.lang).some_group().to_owned();
    Ok(Echo::of(&named.unwrap_or_else(unknown)))
}
