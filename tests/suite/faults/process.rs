//! What befalls the program as a process. The emulator lives on, as Telegram does.

use wengu::sandbox::scene::MAYA;
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::DeliveryState;

use super::*;
use crate::kill::{Stage, count, end, kill, now};

/// A call that Telegram has not taken in yet when the program dies.
fn held(method: &str) -> FaultRule {
    FaultRule::new(Fault::Hold("never".into())).method(method)
}

/// Waits until so many calls were hit by a fault, which changes nothing in the world.
async fn hit(stage: &Stage, times: u32) {
    let hits = async {
        while stage.emulator.world().fault_hits() < times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(MINUTE, hits).await.expect("a call");
}

/// The API is well again, and the program starts and answers what waits, once.
async fn the_next_start_answers_once(stage: &Stage) {
    stage.emulator.world().heal();
    let child = stage.serve();
    stage.until("it is answered", |world| (count(world, MAYA, "zqx") > 0).then_some(())).await;
    end(child).await;
    assert_eq!(count(&stage.emulator.world(), MAYA, "zqx"), 1);
}

#[tokio::test]
async fn kill_before_the_request_is_taken_in() {
    let stage = Stage::new().await;
    let child = stage.serve();
    stage.emulator.world().fail(held("sendMessage").chat(MAYA));
    stage.say("zqx question");
    hit(&stage, 1).await;
    kill(child).await;
    the_next_start_answers_once(&stage).await;
}

#[tokio::test]
async fn sigterm_in_the_middle_of_a_broadcast() {
    const GROUPS: usize = 70;
    let stage = Stage::new().await;
    let store = stage.store().await;
    for n in 0..GROUPS {
        let mut world = stage.emulator.world();
        world.add_group(group(n), &format!("第{n}组"), TEACHER);
        let bot = world.bot.id;
        world.seat(group(n), bot, wengu::sandbox::world::chats::Role::Member);
        drop(world);
        subscribe(&store, group(n), Timestamp(now())).await;
    }
    store.close().await;
    let reached = |world: &World| (0..GROUPS).filter(|n| !reminders(world, group(*n)).is_empty()).count();
    let child = stage.serve();
    stage.until("the broadcast is under way", |world| (reached(world) > 10).then_some(())).await;
    end(child).await;
    let before = reached(&stage.emulator.world());
    assert!(before < GROUPS, "it ended in the middle");
    let store = stage.store().await;
    let deliveries = store.deliveries(100).await.unwrap();
    store.close().await;
    assert_eq!(deliveries.iter().filter(|d| d.state == DeliveryState::Sent).count(), before, "nothing is left unknown");
    let child = stage.serve();
    stage.until("it goes on", |world| (reached(world) == GROUPS).then_some(())).await;
    end(child).await;
    let world = stage.emulator.world();
    assert!((0..GROUPS).all(|n| reminders(&world, group(n)).len() == 1), "no group twice");
}

#[tokio::test]
async fn a_second_sigterm_ends_at_once_and_loses_nothing() {
    let stage = Stage::new().await;
    let log = stage.home.path().join("log");
    let mut child = stage.serve_logging(&log);
    stage.emulator.world().fail(held("sendMessage").chat(MAYA));
    stage.say("zqx question");
    hit(&stage, 1).await;
    let id = child.id().unwrap().to_string();
    let tell = || tokio::process::Command::new("kill").args(["-TERM", &id]).status();
    let told_twice = async {
        // The first may still be on its way into the program when the second arrives, and the two are then one.
        while child.try_wait().unwrap().is_none() {
            tell().await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(MINUTE, told_twice).await.expect("it ends");
    assert!(std::fs::read_to_string(log).unwrap().contains("told a second time"));
    the_next_start_answers_once(&stage).await;
}

#[tokio::test]
async fn the_api_is_down_at_the_start() {
    let stage = Stage::new().await;
    stage.emulator.world().fail(FaultRule::new(Fault::ResetBefore).always());
    stage.say("zqx question");
    let child = stage.serve();
    hit(&stage, 3).await;
    stage.emulator.world().heal();
    stage.until("it is answered", |world| (count(world, MAYA, "zqx") > 0).then_some(())).await;
    end(child).await;
}
