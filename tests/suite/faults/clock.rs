//! What befalls time.

use wengu::sandbox::scene::STUDENT;
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::DeliveryState;

use super::*;

/// 2027-03-27 22:00 UTC: in Berlin the clocks go from two to three in the coming night.
const BEFORE_THE_GAP: Timestamp = Timestamp(1_806_184_800_000);
/// 2026-10-24 22:00 UTC: in Berlin the hour from two to three comes twice in the coming night.
const BEFORE_THE_OVERLAP: Timestamp = Timestamp(1_792_879_200_000);

/// A group whose reminder comes daily at half past two in Berlin, at an instant.
async fn in_berlin(at: Timestamp) -> Whole {
    let whole = Whole::start_in(world_of_groups(1)).await;
    whole.heard(group(0), 1).await;
    whole.clock.advance(at.since(whole.clock.now()));
    let when = wengu::schedule::when::When::stored("30 2 * * *", "Europe/Berlin").unwrap();
    let new = subscription(group(0), "30 2 * * *", "Europe/Berlin", when.next_after(at).unwrap());
    whole.bot.store().change(vec![Change::Subscribe(new)]).await.unwrap();
    whole
}

#[tokio::test]
async fn a_gap_in_the_clocks_of_the_zone() {
    let whole = in_berlin(BEFORE_THE_GAP).await;
    assert_eq!(whole.bot.store().next_due().await.unwrap(), Some(BEFORE_THE_GAP.after(3 * HOUR)), "at three");
    whole.clock.advance(3 * HOUR);
    reminded(&whole, group(0), 1).await;
    whole.settled(1).await;
    whole.clock.advance(12 * HOUR);
    let next = whole.bot.store().next_due().await.unwrap().unwrap();
    assert_eq!(next, BEFORE_THE_GAP.after(26 * HOUR + 30 * MINUTE), "half past two on the next day");
    assert_eq!(reminders(&whole.emulator.world(), group(0)).len(), 1);
}

#[tokio::test]
async fn an_overlap_with_a_restart_between_its_two_hours() {
    let whole = in_berlin(BEFORE_THE_OVERLAP).await;
    whole.clock.advance(2 * HOUR + 30 * MINUTE);
    reminded(&whole, group(0), 1).await;
    whole.settled(1).await;
    let whole = whole.restart_after(HOUR).await;
    whole.clock.advance(HOUR);
    let next = whole.bot.store().next_due().await.unwrap().unwrap();
    assert_eq!(next, BEFORE_THE_OVERLAP.after(27 * HOUR + 30 * MINUTE), "once a day");
    assert_eq!(reminders(&whole.emulator.world(), group(0)).len(), 1);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_and_comes_back() {
    let whole = groups(1).await;
    whole.clock.advance(MINUTE);
    reminded(&whole, group(0), 1).await;
    whole.settled(1).await;
    let due = whole.bot.store().next_due().await.unwrap().unwrap();
    whole.clock.advance(70 * DAY);
    // What was sent, those in between as one, and the one that was caught up.
    whole.settled(3).await;
    let ahead = reminders(&whole.emulator.world(), group(0)).len();
    assert!(ahead <= 2, "no burst: {ahead}");
    whole.clock.set_back(70 * DAY);
    let back = async {
        while whole.bot.store().next_due().await.unwrap() != Some(due) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(MINUTE, back).await.expect("due as before the jump");
    whole.to_next_reminder().await;
    reminded(&whole, group(0), ahead + 1).await;
}

#[tokio::test]
async fn downtime_past_the_window() {
    let whole = groups(1).await.restart_after(MINUTE + 13 * HOUR).await;
    whole.settled(1).await;
    let delivery = whole.bot.store().deliveries(1).await.unwrap().remove(0);
    assert_eq!(delivery.state, DeliveryState::Skipped);
    assert!(delivery.reason.unwrap().contains("beyond the window"));
    assert!(reminders(&whole.emulator.world(), group(0)).is_empty());
}

#[tokio::test]
async fn a_wait_asked_for_after_the_clock_was_set_back_lasts_as_long_as_it_was_meant_to() {
    let whole = groups(1).await;
    let clock = whole.clock.clone();
    let set_back = move |_: &serde_json::Value| {
        clock.set_back(Duration::from_secs(3_600));
        true
    };
    let too_many = FaultRule::new(Fault::TooMany(600)).method("sendMessage").chat(group(0)).only_if(set_back);
    whole.emulator.world().fail(too_many);
    whole.clock.advance(MINUTE);
    whole.held(group(0)).await;
    whole.ask(STUDENT, STUDENT, "一把手").await;
    whole.clock.advance(Duration::from_secs(599));
    whole.ask(STUDENT, STUDENT, "一把手").await;
    assert!(reminders(&whole.emulator.world(), group(0)).is_empty(), "not a second too early");
    whole.clock.advance(Duration::from_secs(1));
    reminded(&whole, group(0), 1).await;
}

/// Which of the five measures each reminder of a chat shows, in the order in which they arrived.
fn measures(whole: &Whole, chat: i64) -> Vec<u32> {
    let number = |text: &String| text.split(" · ").nth(1)?.split('/').next()?.parse().ok();
    reminders(&whole.emulator.world(), chat).iter().map(|text| number(text).expect("1/5")).collect()
}

/// Waits until so many reminders are in a chat and on record.
async fn reminded_and_settled(whole: &Whole, chat: i64, count: usize) {
    reminded(whole, chat, count).await;
    whole.recorded(chat).await;
    let sent = async {
        loop {
            let all = whole.bot.store().deliveries(200).await.unwrap();
            if all.iter().filter(|delivery| delivery.state == DeliveryState::Sent).count() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, sent).await.expect("on record");
}

/// Presses the button to send the next section now under the latest status, and waits for what it tells.
async fn send_now(whole: &Whole, chat: i64) -> String {
    let status = whole.ask(chat, chat, "/status").await;
    let press = whole.press(chat, chat, &status, "现在就发");
    whole.notice(&press).await.unwrap()
}

#[tokio::test]
async fn after_a_clock_that_was_ahead_what_comes_next_follows_the_order_of_sending() {
    for (ahead, presses) in [(2 * DAY, 0), (2 * DAY + 30 * MINUTE, 1), (40 * DAY, 2)] {
        let whole = Whole::start().await;
        whole.emulator.world().start(STUDENT, "", NOW.0).unwrap();
        whole.heard(STUDENT, 1).await;
        let hourly = subscription(STUDENT, "0 * * * *", "Asia/Shanghai", NOW.after(MINUTE));
        let new = NewSubscription { by: UserId(STUDENT), ..hourly };
        whole.bot.store().change(vec![Change::Subscribe(new)]).await.unwrap();
        whole.clock.advance(MINUTE);
        reminded_and_settled(&whole, STUDENT, 1).await;
        // What was missed meanwhile is caught up with one.
        whole.clock.advance(ahead);
        reminded_and_settled(&whole, STUDENT, 2).await;
        for press in 1..=presses {
            assert!(send_now(&whole, STUDENT).await.contains("已经发出"));
            reminded_and_settled(&whole, STUDENT, 2 + press).await;
        }
        let before = whole.bot.store().next_due().await.unwrap();
        whole.clock.set_back(ahead);
        let back = async {
            while whole.bot.store().next_due().await.unwrap() == before {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(MINUTE, back).await.expect("due by the clock");
        for more in 1..=3 {
            whole.to_next_reminder().await;
            reminded_and_settled(&whole, STUDENT, 2 + presses + more).await;
        }
        assert!(send_now(&whole, STUDENT).await.contains("已经发出"), "not taken for the one of the future");
        reminded_and_settled(&whole, STUDENT, 6 + presses).await;
        let expected: Vec<u32> = (0..5).cycle().map(|n| n + 1).take(6 + presses).collect();
        assert_eq!(measures(&whole, STUDENT), expected, "{ahead:?} ahead, {presses} presses");
    }
}
