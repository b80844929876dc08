//! What befalls reminders on their way.

use wengu::message::ChatId;
use wengu::sandbox::scene::{GROUP, STUDENT};
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::{DeliveryState, Filter, Ledger};

use super::*;

fn sending(fault: Fault) -> FaultRule {
    FaultRule::new(fault).method("sendMessage")
}

async fn ambiguous_attempts(whole: &Whole) -> u32 {
    let mut ledger = Ledger::open(&whole.home.url(), None).await.unwrap();
    ledger.list(&Filter::default(), 100).await.unwrap().iter().map(|entry| entry.ambiguous).sum()
}

/// One group, one fault on its way, and how often the reminder is there once it is sent.
async fn copies_after(fault: Fault) -> (usize, u32) {
    let whole = groups(1).await;
    whole.emulator.world().fail(sending(fault));
    whole.clock.advance(MINUTE);
    let accepted = whole.emulator.world().call_count("sendMessage");
    assert_eq!(accepted, 1, "the introduction");
    let sent = async {
        loop {
            tokio::time::sleep(Duration::from_millis(2)).await;
            whole.clock.advance(Duration::from_secs(1));
            let deliveries = whole.bot.store().deliveries(9).await.unwrap();
            if deliveries.iter().any(|d| d.state == DeliveryState::Sent) {
                return;
            }
        }
    };
    tokio::time::timeout(MINUTE, sent).await.expect("it is sent");
    let copies = reminders(&whole.emulator.world(), group(0)).len();
    (copies, ambiguous_attempts(&whole).await)
}

#[tokio::test]
async fn an_answer_later_than_the_time_out() {
    assert_eq!(copies_after(Fault::Late(9_000)).await, (2, 1), "one repeat, and it is counted");
}

#[tokio::test]
async fn a_502_with_an_html_body() {
    assert_eq!(copies_after(Fault::Gateway(502)).await, (1, 1), "ambiguous although it never arrived");
}

#[tokio::test]
async fn a_reset_before_acceptance() {
    assert_eq!(copies_after(Fault::ResetBefore).await, (1, 1));
}

#[tokio::test]
async fn a_reset_after_acceptance() {
    assert_eq!(copies_after(Fault::ResetAfter).await, (2, 1));
}

#[tokio::test]
async fn a_429_for_one_group_outlives_a_restart() {
    let whole = groups(2).await;
    whole.emulator.world().fail(sending(Fault::TooMany(600)).chat(group(0)));
    whole.clock.advance(MINUTE);
    reminded(&whole, group(1), 1).await;
    whole.held(group(0)).await;
    let whole = whole.restart_after(Duration::from_secs(590)).await;
    // What is new waits as well: Telegram said it of the chat.
    whole.say(group(0), TEACHER, "/status");
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert_eq!(whole.count(group(0)), 1);
    whole.clock.advance(Duration::from_secs(10));
    reminded(&whole, group(0), 1).await;
    whole.heard(group(0), 3).await;
    assert_eq!(reminders(&whole.emulator.world(), group(0)).len(), 1);
}

#[tokio::test]
async fn a_429_for_everything_with_43838_s_outlives_a_restart() {
    let whole = groups(4).await;
    whole.emulator.world().fail(sending(Fault::TooMany(43_838)).times(3));
    whole.clock.advance(MINUTE);
    let held = async {
        while whole.bot.store().holds().await.unwrap().iter().all(|hold| hold.chat.is_some()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, held).await.expect("everything is held back");
    let whole = whole.restart_after(Duration::from_secs(43_000)).await;
    let before = whole.emulator.world().call_count("sendMessage");
    whole.say(STUDENT, STUDENT, "一把手");
    whole.until("the question is taken in", |world| (world.pending_updates() == 0).then_some(())).await;
    whole.clock.advance(Duration::from_secs(837));
    tokio::task::yield_now().await;
    assert_eq!(whole.emulator.world().call_count("sendMessage"), before, "not a second too early");
    whole.clock.advance(Duration::from_secs(1));
    for n in 0..4 {
        reminded(&whole, group(n), 1).await;
    }
    whole.heard(STUDENT, 1).await;
    assert!((0..4).all(|n| reminders(&whole.emulator.world(), group(n)).len() == 1));
}

#[tokio::test]
async fn the_api_is_down_for_ten_minutes() {
    let whole = groups(6).await;
    whole.emulator.world().fail(FaultRule::new(Fault::Gateway(502)).always());
    let before = whole.emulator.world().call_count("sendMessage");
    whole.clock.advance(MINUTE);
    let probed = whole.emulator.world().call_count("getMe");
    whole
        .until("it is asked whether it is back", |world| {
            whole.clock.advance(MINUTE);
            (world.call_count("getMe") >= probed + 10).then_some(())
        })
        .await;
    let tries = whole.emulator.world().call_count("sendMessage") - before;
    assert!(tries <= 6, "one try for each reminder at the most, not {tries}");
    whole.emulator.world().heal();
    for n in 0..6 {
        reminded_in_time(&whole, group(n), 1).await;
    }
    assert!((0..6).all(|n| reminders(&whole.emulator.world(), group(n)).len() == 1));
}

#[tokio::test]
async fn a_migration_in_the_middle_of_a_broadcast() {
    let mut world = study_group();
    for n in 0..4 {
        world.add_group(-(1_000 + n), &format!("老{n}群"), TEACHER);
        world.add_bot(-(1_000 + n), TEACHER, NOW.0).unwrap();
    }
    let whole = Whole::start_in(world).await;
    for n in 0..4 {
        whole.heard(-(1_000 + n), 1).await;
        subscribe(whole.bot.store(), -(1_000 + n), NOW.after(MINUTE)).await;
    }
    // The bot is not told in time: its first word of it is the refusal.
    whole.emulator.world().fail(FaultRule::new(Fault::Hold("polls".into())).method("getUpdates").always());
    whole.emulator.world().fail(sending(Fault::Hold("middle".into())).chat(-1_001));
    whole.clock.advance(MINUTE);
    reminded(&whole, -1_000, 1).await;
    let to = whole.emulator.world().migrate(-1_001, NOW.0).unwrap();
    whole.emulator.shared().open_gate("middle");
    reminded(&whole, to, 1).await;
    reminded(&whole, -1_003, 1).await;
    whole.settled(4).await;
    whole.emulator.shared().open_gate("polls");
    assert_eq!(reminders(&whole.emulator.world(), to).len(), 1);
    let deliveries = whole.bot.store().deliveries(9).await.unwrap();
    assert!(deliveries.iter().all(|delivery| delivery.state == DeliveryState::Sent), "{deliveries:?}");
    assert_eq!(whole.bot.store().subscriptions(ChatId(to)).await.unwrap().len(), 1);
    assert!(whole.bot.store().subscriptions(ChatId(-1_001)).await.unwrap().is_empty());
    assert_ne!(to, GROUP);
}
