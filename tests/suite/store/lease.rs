//! Who works, where several instances use one PostgreSQL. Moments pass when a test lets them.

use std::time::Duration;

use wengu::clock::Clock;
use wengu::store::{Contender, Holder, LEASE, Progress, Reaction, Standing, Store, StoreError, UpdateId};

use super::{BOT, GROUP, MONDAY, SENT, new_subscription, occurrence, reply, update};
use crate::home::Home;

const SECOND: Duration = Duration::from_secs(1);

/// Instances on one database, on machines whose wall clocks disagree.
struct Instances {
    clock: Clock,
    first: (Store, Contender),
    second: (Store, Contender),
    _home: Home,
}

impl Instances {
    /// Two, of which the first works.
    async fn two() -> Option<Self> {
        let home = Home::on_postgres("a test of who works")?;
        let clock = Clock::fixed(MONDAY);
        let mut first = instance(&home, &clock, "first").await;
        let mut second = instance(&home, &clock, "second").await;
        assert!(first.1.step().await.unwrap(), "nobody works yet");
        assert!(!second.1.step().await.unwrap(), "the first works");
        Some(Self { clock, first, second, _home: home })
    }

    /// The first is not heard of for so long that the second takes over.
    async fn take_over(&mut self) {
        assert!(!self.second.1.step().await.unwrap(), "it sees the last write");
        for _ in 0..10 {
            self.clock.let_pass(LEASE);
            // What the first does by itself now and then, such as pruning, is a sign of life as well.
            if self.second.1.step().await.unwrap() {
                return;
            }
        }
        panic!("the first never falls silent");
    }
}

async fn instance(home: &Home, clock: &Clock, name: &str) -> (Store, Contender) {
    let store = Store::open(&home.url(), BOT, clock.clone()).await.unwrap();
    let contender = store.contend(name);
    (store, contender)
}

fn is_taken_over<T: std::fmt::Debug>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::TakenOver { .. }))
}

#[tokio::test]
async fn who_stands_by_takes_over_after_twelve_seconds_of_silence_and_no_sooner() {
    let Some(mut two) = Instances::two().await else { return };
    two.clock.let_pass(LEASE - SECOND);
    assert!(!two.second.1.step().await.unwrap());
    two.clock.let_pass(SECOND);
    assert!(two.second.1.step().await.unwrap());
    let Standing::Holding(Holder { name, fence, .. }) = two.second.0.standing().borrow().clone() else { panic!() };
    assert_eq!((name.as_str(), fence), ("second", 2));
}

#[tokio::test]
async fn whatever_the_holder_writes_keeps_the_lease() {
    let Some(mut two) = Instances::two().await else { return };
    for id in 1..5 {
        two.clock.let_pass(LEASE - SECOND);
        two.first.0.receive(vec![update(id, GROUP)]).await.unwrap();
        two.first.0.handled(UpdateId(id), Reaction::default()).await.unwrap();
        assert!(!two.second.1.step().await.unwrap());
    }
    assert!(two.first.0.works_for(LEASE - SECOND));
}

#[tokio::test]
async fn a_holder_begins_nothing_that_could_outlast_its_lease() {
    let Some(two) = Instances::two().await else { return };
    let request = 8 * SECOND;
    assert!(two.first.0.works_for(request));
    two.clock.let_pass(5 * SECOND);
    assert!(!two.first.0.works_for(request));
    assert!(!two.second.0.works_for(Duration::ZERO));
    two.first.0.see_clock(MONDAY).await.unwrap();
    assert!(two.first.0.works_for(request), "the write has renewed it");
    two.clock.let_pass(LEASE);
    assert!(!two.first.0.works_for(SECOND));
}

#[tokio::test]
async fn a_holder_that_comes_back_late_can_mark_nothing() {
    let Some(mut two) = Instances::two().await else { return };
    let late = two.first.0.clone();
    late.change(vec![wengu::store::Change::Subscribe(new_subscription())]).await.unwrap();
    let subscription = late.subscriptions(GROUP).await.unwrap().pop().unwrap();
    let monday = occurrence(&subscription, MONDAY, "measure-1");
    let row = late.plan(monday, None, vec![super::message(GROUP, "card")]).await.unwrap().unwrap().remove(0);
    late.receive(vec![update(1, GROUP), update(2, GROUP)]).await.unwrap();
    two.take_over().await;

    assert!(is_taken_over(late.attempt(row.id).await), "no attempt");
    assert!(is_taken_over(late.settle(&row, SENT).await), "no outcome");
    assert!(is_taken_over(late.handled(UpdateId(1), reply(GROUP, "late")).await), "no reply");
    assert!(is_taken_over(late.attempt_failed(UpdateId(2), "late").await), "no failure");
    let next = occurrence(&subscription, MONDAY.after(SECOND), "measure-2");
    assert!(is_taken_over(late.plan(next, None, Vec::new()).await), "no occurrence");
    assert_eq!(late.standing().borrow().clone(), Standing::By(None));

    let open = two.second.0.open_rows().await.unwrap();
    assert_eq!(open.iter().map(|row| (row.progress, row.attempts)).collect::<Vec<_>>(), [(Progress::Planned, 0)]);
    assert!(two.second.0.attempt(row.id).await.unwrap(), "the new holder goes on");
    assert_eq!(two.second.0.waiting_ids().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_late_write_is_refused_even_before_its_instance_has_noticed() {
    let Some(mut two) = Instances::two().await else { return };
    let late = two.first.0.clone();
    late.receive(vec![update(1, GROUP)]).await.unwrap();
    two.take_over().await;
    assert!(matches!(&*late.standing().borrow(), Standing::Holding(_)), "it believes that it works");
    // Among others that may pass.
    let mixed = tokio::join!(late.handled(UpdateId(1), reply(GROUP, "late")), late.receive(vec![update(2, GROUP)]));
    assert!(is_taken_over(mixed.0));
    assert_eq!(mixed.1.unwrap(), [UpdateId(2)], "an update is stored whoever works");
    assert!(two.second.0.open_rows().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_lease_that_is_given_back_is_free_at_once_and_all_was_written_before() {
    let Some(mut two) = Instances::two().await else { return };
    let first = two.first.0.clone();
    first.receive(vec![update(1, GROUP)]).await.unwrap();
    let row = first.handled(UpdateId(1), reply(GROUP, "card")).await.unwrap().remove(0);
    drop(first.settle(&row, SENT));
    two.first.1.give_back().await;
    assert!(two.second.1.step().await.unwrap());
    assert!(two.second.0.open_rows().await.unwrap().is_empty());
    assert!(is_taken_over(first.see_clock(MONDAY).await));
    assert!(!two.first.1.step().await.unwrap(), "it stands by, and may work again");
}

#[tokio::test]
async fn an_instance_that_begins_anew_need_not_wait_for_itself() {
    let Some(two) = Instances::two().await else { return };
    let mut again = two.first.0.contend("first");
    assert!(again.step().await.unwrap());
}

#[tokio::test]
async fn of_many_that_find_the_lease_free_one_gets_it() {
    let Some(home) = Home::on_postgres("a test of who works") else { return };
    let clock = Clock::fixed(MONDAY);
    let names: Vec<String> = (0..8).map(|n| format!("instance {n}")).collect();
    let opened = names.iter().map(|name| instance(&home, &clock, name));
    let mut instances = futures_util::future::join_all(opened).await;
    let steps = instances.iter_mut().map(|(_, contender)| contender.step());
    let working = futures_util::future::join_all(steps).await;
    assert_eq!(working.into_iter().filter(|works| *works.as_ref().unwrap()).count(), 1);
}

#[tokio::test]
async fn what_the_last_holder_made_comes_before_what_the_next_makes() {
    let Some(mut two) = Instances::two().await else { return };
    // The first one's clock is a day ahead.
    let first = two.first.0.clone();
    two.clock.advance(24 * 3_600 * SECOND);
    first.receive(vec![update(1, GROUP)]).await.unwrap();
    first.handled(UpdateId(1), reply(GROUP, "earlier")).await.unwrap();
    first.receive(vec![update(2, GROUP)]).await.unwrap();
    two.clock.set_back(24 * 3_600 * SECOND);
    two.take_over().await;
    let second = &two.second.0;
    second.receive(vec![update(3, GROUP)]).await.unwrap();
    second.handled(UpdateId(3), reply(GROUP, "later")).await.unwrap();
    second.receive(vec![update(4, GROUP)]).await.unwrap();
    let texts: Vec<_> =
        second.open_rows().await.unwrap().iter().map(|row| row.outgoing.body().unwrap().to_plain()).collect();
    assert_eq!(texts, ["earlier", "later"]);
    let waiting: Vec<_> = second.waiting_updates().await.unwrap().iter().map(|update| update.id.0).collect();
    assert_eq!(waiting, [2, 4]);
}
