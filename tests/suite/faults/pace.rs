//! Too much at a time: everything that goes out keeps Telegram's limits, and everything comes.

use wengu::sandbox::scene::crowd;
use wengu::sandbox::world::Floods;
use wengu::store::{DeliveryState, Standing};

use super::*;

/// People who ask in private, numbered from 1, and groups with the bot in them, introduced.
async fn people_and_groups(people: i64, count: usize) -> Whole {
    let mut world = crowd(people);
    let bot = world.bot.id;
    for n in 0..count {
        world.add_group(group(n), &format!("第{n}组"), 1);
        world.seat(group(n), bot, Role::Member);
        (2..=people.min(3)).for_each(|person| world.seat(group(n), person, Role::Member));
    }
    let whole = Whole::start_by_the_machines_clock(world).await;
    // On a server, which is nobody's at first, the lease is taken.
    let store = whole.bot.store();
    let works = |standing: &Standing| matches!(standing, Standing::Holding(_)) || !store.is_shared();
    store.standing().wait_for(works).await.unwrap();
    whole
}

/// What the bot has said to anybody, in the order in which it came; whether it is a reminder.
fn all_said(world: &World) -> Vec<bool> {
    let ours = world.chats().flat_map(|chat| chat.messages.values()).filter(|message| message.from == world.bot.id);
    let mut said: Vec<_> = ours.map(|message| (message.at, message.text().starts_with("📌"))).collect();
    said.sort_by_key(|(at, _)| *at);
    said.into_iter().map(|(_, is_reminder)| is_reminder).collect()
}

#[tokio::test]
async fn reminders_that_are_due_while_many_ask() {
    let whole = people_and_groups(70, 40).await;
    for n in 0..40 {
        subscribe(whole.bot.store(), group(n), whole.clock.now().after(Duration::from_secs(1))).await;
    }
    for person in (1..=70).chain(1..=70) {
        whole.say(person, person, "一把手");
    }
    let said = whole.until("all is said", |world| Some(all_said(world)).filter(|said| said.len() == 140 + 40)).await;
    assert_eq!(whole.emulator.world().floods(), Floods::default(), "nothing came faster than Telegram allows");
    assert_eq!(said.iter().filter(|is_reminder| **is_reminder).count(), 40);
    let first = said.iter().position(|is_reminder| *is_reminder).unwrap();
    let of_reminders = said[first..].iter().take(60).filter(|is_reminder| **is_reminder).count();
    assert!((8..60).contains(&of_reminders), "{of_reminders} of 60 places were theirs, where 5 of 30 are");
}

#[tokio::test]
async fn one_group_that_asks_more_than_twenty_times_a_minute() {
    let whole = people_and_groups(3, 1).await;
    for n in 0..24 {
        whole.say(group(0), 1 + n % 3, "/ask 一把手");
    }
    let said = |world: &World| world.chat(group(0)).map_or(0, |chat| chat.messages.len() - 24);
    whole.until("twenty are answered", |world| (said(world) >= 20).then_some(())).await;
    // Others do not wait for it.
    whole.ask(2, 2, "一把手").await;
    assert!(said(&whole.emulator.world()) < 24);
    whole.until("all are answered", |world| (said(world) >= 24).then_some(())).await;
    assert_eq!(whole.emulator.world().floods(), Floods::default());
}

#[tokio::test]
async fn reminders_due_faster_than_their_share_are_late_and_none_is_skipped() {
    let whole = people_and_groups(150, 20).await;
    let begun = whole.clock.now();
    for n in 0..20 {
        let new = subscription(group(n), "*/2 * * * * *", "Asia/Shanghai", begun.after(Duration::from_secs(1)));
        // Nobody's limit holds for whoever runs the bot.
        let new = NewSubscription { by: UserId(1), ..new };
        whole.bot.store().change(vec![Change::Subscribe(new)]).await.unwrap();
    }
    for person in (1..=150).chain(1..=150) {
        whole.say(person, person, "一把手");
    }
    let sent = |world: &World| all_said(world).iter().filter(|is_reminder| **is_reminder).count();
    whole.until("so many are sent", |world| (sent(world) >= 120).then_some(())).await;
    for n in 0..20 {
        whole.bot.store().change(vec![Change::Unsubscribe { chat: ChatId(group(n)) }]).await.unwrap();
    }
    assert_eq!(whole.emulator.world().floods(), Floods::default());
    let deliveries = whole.bot.store().deliveries(1_000).await.unwrap();
    let skipped: Vec<_> = deliveries
        .iter()
        .filter(|one| one.state == DeliveryState::Skipped && !one.reason.as_ref().unwrap().contains("unsubscribed"))
        .collect();
    assert!(skipped.is_empty(), "{skipped:?}");
}
