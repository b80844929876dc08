//! Sending that fails for a while, for whatever reason, while the rest of the API works: nothing is lost, and nothing
//! comes twice but for one repeat of what may have arrived.

use wengu::sandbox::scene::{MAYA, STUDENT};
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::{DeliveryState, Filter, Ledger, Progress};

use super::*;

fn sending(fault: Fault) -> FaultRule {
    FaultRule::new(fault).method("sendMessage")
}

/// Groups that are due, people who ask, and what befalls sending until it has befallen so many calls.
async fn befallen(count: usize, fault: Fault, calls: u32) -> Whole {
    let whole = groups(count).await;
    whole.emulator.world().fail(sending(fault).always());
    whole.clock.advance(MINUTE);
    whole.say(STUDENT, STUDENT, "一把手");
    whole.say(MAYA, MAYA, "四风");
    let hit = async {
        while whole.emulator.world().fault_hits() < calls {
            tokio::time::sleep(Duration::from_millis(5)).await;
            whole.clock.advance(Duration::from_millis(100));
        }
    };
    tokio::time::timeout(MINUTE, hit).await.expect("it befalls so many");
    whole
}

/// Waits until faults have befallen so many calls, while time stands still.
async fn befallen_by(whole: &Whole, calls: u32) {
    let hit = async {
        while whole.emulator.world().fault_hits() < calls {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, hit).await.expect("it befalls so many");
}

/// All is well again: waits until everybody has what is theirs, while time passes.
async fn all_come(whole: &Whole, count: usize) {
    whole.emulator.world().heal();
    for n in 0..count {
        reminded_in_time(whole, group(n), 1).await;
    }
    for person in [STUDENT, MAYA] {
        whole.heard_in_time(person, 1, Duration::from_secs(1)).await;
    }
    let open = async {
        while !whole.bot.store().open_rows().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            whole.clock.advance(Duration::from_secs(1));
        }
    };
    tokio::time::timeout(MINUTE, open).await.expect("nothing is left to be sent");
}

/// How many attempts were ambiguous; every reminder was sent.
async fn doubts(whole: &Whole, count: usize) -> usize {
    let mut ledger = Ledger::open(&whole.home.url(), None).await.unwrap();
    let entries = ledger.list(&Filter::default(), 1_000).await.unwrap();
    assert_eq!(entries.len(), count);
    assert!(entries.iter().all(|entry| entry.delivery.state == DeliveryState::Sent), "{entries:?}");
    entries.iter().map(|entry| usize::try_from(entry.ambiguous).unwrap()).sum()
}

#[tokio::test]
async fn a_500_in_telegrams_own_words_is_no_lost_answer() {
    let before = 50 + 2;
    let whole = befallen(50, Fault::Refuse(500, "Internal Server Error".into()), 6).await;
    let tries = whole.emulator.world().call_count("sendMessage") - 50;
    assert!(tries < before, "one message at a time is tried once trouble is seen: {tries}");
    all_come(&whole, 50).await;
    assert!((0..50).all(|n| reminders(&whole.emulator.world(), group(n)).len() == 1));
    assert_eq!((whole.count(STUDENT), whole.count(MAYA)), (1, 1));
    assert_eq!(doubts(&whole, 50).await, 0);
}

#[tokio::test]
async fn sending_that_hangs_while_the_rest_answers() {
    // The gate is never opened: Telegram has never heard of these.
    let whole = befallen(50, Fault::Hold("hang".into()), 28).await;
    all_come(&whole, 50).await;
    assert!((0..50).all(|n| reminders(&whole.emulator.world(), group(n)).len() == 1));
    assert_eq!((whole.count(STUDENT), whole.count(MAYA)), (1, 1));
    let doubts = doubts(&whole, 50).await;
    assert!(doubts <= 30, "most have not been tried meanwhile: {doubts}");
}

#[tokio::test]
async fn answers_that_are_lost_for_a_while_bring_one_repeat_each() {
    let whole = befallen(12, Fault::ResetAfter, 5).await;
    all_come(&whole, 12).await;
    let copies: Vec<usize> = (0..12).map(|n| reminders(&whole.emulator.world(), group(n)).len()).collect();
    assert!(copies.iter().all(|copies| *copies <= 2), "{copies:?}");
    assert_eq!(copies.iter().sum::<usize>(), 12 + doubts(&whole, 12).await, "{copies:?}");
}

#[tokio::test]
async fn the_one_repeat_waits_a_minute_and_until_others_get_through() {
    let whole = groups(1).await;
    whole.emulator.world().fail(sending(Fault::ResetAfter));
    whole.clock.advance(MINUTE);
    whole
        .until_stored("the answer is lost", async |store| {
            let open = store.open_rows().await.unwrap();
            open.iter().any(|row| row.ambiguous == 1 && row.not_before >= whole.clock.now().after(MINUTE)).then_some(())
        })
        .await;
    // Its minute is over, but whether others get through is not known yet: the question's answer is tried first.
    whole.emulator.world().fail(sending(Fault::Hold("gate".into())).chat(STUDENT));
    whole.say(STUDENT, STUDENT, "一把手");
    befallen_by(&whole, 2).await;
    whole.clock.advance(2 * MINUTE);
    whole.emulator.world().fail(sending(Fault::Hold("never".into())).chat(group(0)));
    whole.emulator.shared().open_gate("gate");
    whole.heard(STUDENT, 1).await;
    befallen_by(&whole, 3).await;
    assert_eq!(reminders(&whole.emulator.world(), group(0)).len(), 1);
    whole.emulator.shared().open_gate("never");
    reminded(&whole, group(0), 2).await;
}

#[tokio::test]
async fn a_reply_that_is_refused_for_ten_minutes_stands_in_the_list() {
    let whole = Whole::start().await;
    whole.ask(STUDENT, STUDENT, "/subscribe").await;
    whole.emulator.world().fail(sending(Fault::Refuse(500, "Internal Server Error".into())).always());
    whole.say(STUDENT, STUDENT, "一把手");
    let given_up = async {
        while whole.bot.store().open_rows().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let made = whole.clock.now();
        while !whole.bot.store().open_rows().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            whole.clock.advance(Duration::from_secs(5));
        }
        whole.clock.now().since(made)
    };
    let after = tokio::time::timeout(2 * MINUTE, given_up).await.expect("it is given up");
    assert!(after >= Duration::from_secs(270), "it is tried for ten minutes, with growing waits: {after:?}");
    let listed = whole.command(&["deliveries", "--replies"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains(&format!("chat {STUDENT}")) && listed.contains("Internal Server Error"), "{listed}");
    assert!(listed.contains("1 reply"), "{listed}");
}

#[tokio::test]
async fn what_waits_for_its_place_is_no_attempt_after_a_kill() {
    let whole = Whole::start().await;
    whole.emulator.world().fail(sending(Fault::Hold("gate".into())).chat(STUDENT));
    whole.say(STUDENT, STUDENT, "一把手");
    whole.say(STUDENT, STUDENT, "四风");
    let open = async |store: &Store| store.open_rows().await.unwrap();
    whole.until_stored("both are answered", async |store| (open(store).await.len() == 2).then_some(())).await;
    whole.clock.advance(Duration::from_secs(2));
    whole
        .until_stored("it is known of the second that it has not gone", async |store| {
            open(store).await.iter().any(|row| row.progress == Progress::Planned).then_some(())
        })
        .await;
    whole.emulator.shared().open_gate("gate");
    whole.heard(STUDENT, 2).await;
}
