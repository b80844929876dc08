//! Several instances on one PostgreSQL, each a process of its own, with a wire of its own to Telegram on which it is
//! heard what it calls.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use wengu::sandbox::scene::{GROUP, MAYA};
use wengu::sandbox::world::chats::Role;
use wengu::store::{DeliveryState, Filter, Ledger};

use super::*;
use crate::kill::{Stage, count, end, kill, now, pushes, subscribe_every_second};

const GROUPS: usize = 70;

/// An instance, and what it says to Telegram.
struct Instance {
    child: Child,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Instance {
    async fn start(stage: &Stage) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let telegram = stage.emulator.url.trim_start_matches("http://").to_owned();
        let heard = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn({
            let heard = Arc::clone(&heard);
            async move {
                while let Ok((near, _)) = listener.accept().await {
                    let far = TcpStream::connect(&telegram).await.unwrap();
                    tokio::spawn(carry(near, far, Arc::clone(&heard)));
                }
            }
        });
        Self { child: stage.serve_with(&[("WENGU_TELEGRAM__API_URL", address)]), heard }
    }

    fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// How often it has called a method.
    fn calls(&self, method: &str) -> usize {
        let call = format!("/{method} HTTP/1.1");
        self.heard.lock().unwrap().windows(call.len()).filter(|bytes| *bytes == call.as_bytes()).count()
    }

    async fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.pid().to_string()]).status().await.unwrap();
        assert!(sent.success());
    }
}

async fn carry(near: TcpStream, far: TcpStream, heard: Arc<Mutex<Vec<u8>>>) {
    let ((mut from_near, mut to_near), (mut from_far, mut to_far)) = (near.into_split(), far.into_split());
    let there = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(some @ 1..) = from_near.read(&mut bytes).await {
            heard.lock().unwrap().extend_from_slice(&bytes[..some]);
            if to_far.write_all(&bytes[..some]).await.is_err() {
                break;
            }
        }
        let _ = to_far.shutdown().await;
    };
    let back = async {
        let _ = tokio::io::copy(&mut from_far, &mut to_near).await;
        let _ = to_near.shutdown().await;
    };
    tokio::join!(there, back);
}

/// A stage on PostgreSQL with so many groups that are due now.
async fn broadcast(what: &str) -> Option<Stage> {
    let stage = Stage::new_at(Home::on_postgres(what)?).await;
    let store = stage.store().await;
    for n in 0..GROUPS {
        {
            let mut world = stage.emulator.world();
            world.add_group(group(n), &format!("第{n}组"), TEACHER);
            let bot = world.bot.id;
            world.seat(group(n), bot, Role::Member);
        }
        subscribe(&store, group(n), Timestamp(now())).await;
    }
    store.close().await;
    Some(stage)
}

fn reached(world: &World) -> usize {
    (0..GROUPS).filter(|n| !reminders(world, group(*n)).is_empty()).count()
}

/// Two instances, started at once, in the middle of the broadcast: the one that sends, and the other.
async fn two_in_the_middle(stage: &Stage) -> (Instance, Instance) {
    let (one, other) = tokio::join!(Instance::start(stage), Instance::start(stage));
    stage.until("the broadcast is under way", |world| (reached(world) > 10).then_some(())).await;
    // It ends only when both run: the other has asked who it is, and stands by.
    while one.calls("getMe") == 0 || other.calls("getMe") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!((one.calls("sendMessage") == 0) != (other.calls("sendMessage") == 0), "one of them sends");
    assert!(reached(&stage.emulator.world()) < GROUPS, "in the middle");
    if one.calls("sendMessage") > 0 { (one, other) } else { (other, one) }
}

/// Everybody has the reminder, and who has it twice was in doubt.
async fn nothing_is_lost_and_repeats_were_in_doubt(stage: &Stage) {
    stage.until("everybody is reminded", |world| (reached(world) == GROUPS).then_some(())).await;
    let mut ledger = Ledger::open(&stage.home.url(), None).await.unwrap();
    let settled = async {
        loop {
            let entries = ledger.list(&Filter::default(), 100).await.unwrap();
            if entries.iter().all(|entry| entry.delivery.state == DeliveryState::Sent) {
                return entries;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let entries = tokio::time::timeout(MINUTE, settled).await.expect("all are sent");
    assert_eq!(entries.len(), GROUPS, "each planned once");
    let world = stage.emulator.world();
    for entry in entries {
        let copies = u32::try_from(reminders(&world, entry.chat.0).len()).unwrap();
        assert!((1..=2).contains(&copies) && copies <= 1 + entry.ambiguous, "{copies} copies: {entry:?}");
    }
}

#[tokio::test]
async fn two_instances_started_at_once() {
    let Some(home) = Home::on_postgres("two instances started at once") else { return };
    let stage = Stage::new_at(home).await;
    let (one, other) = tokio::join!(Instance::start(&stage), Instance::start(&stage));
    for n in 0..20 {
        stage.say(&format!("zqx number{n}z"));
    }
    let answered = |world: &World| (count(world, MAYA, "zqx") >= 20).then_some(());
    stage.until("all is answered", answered).await;
    assert!((one.calls("getUpdates") == 0) != (other.calls("getUpdates") == 0), "one of them asks for updates");
    assert!((one.calls("sendMessage") == 0) != (other.calls("sendMessage") == 0), "one of them sends");
    end(one.child).await;
    end(other.child).await;
    let world = stage.emulator.world();
    assert!((0..20).all(|n| count(&world, MAYA, &format!("number{n}z")) == 1), "each once");
}

#[tokio::test]
async fn the_holder_is_killed_in_the_middle_of_a_broadcast() {
    let Some(stage) = broadcast("the holder is killed").await else { return };
    let (holder, other) = two_in_the_middle(&stage).await;
    kill(holder.child).await;
    nothing_is_lost_and_repeats_were_in_doubt(&stage).await;
    stage.say("zqx question");
    stage.until("questions too", |world| (count(world, MAYA, "zqx") > 0).then_some(())).await;
    assert!(other.calls("sendMessage") > 0);
    end(other.child).await;
}

#[tokio::test]
async fn a_holder_that_was_frozen_sends_nothing_when_it_comes_back() {
    let Some(stage) = broadcast("a holder that was frozen").await else { return };
    let (frozen, other) = two_in_the_middle(&stage).await;
    frozen.signal("-STOP").await;
    nothing_is_lost_and_repeats_were_in_doubt(&stage).await;
    let (sent, polled) = (frozen.calls("sendMessage"), frozen.calls("getUpdates"));
    frozen.signal("-CONT").await;
    for n in 0..5 {
        stage.say(&format!("zqx number{n}z"));
        let answered = |world: &World| (count(world, MAYA, &format!("number{n}z")) > 0).then_some(());
        stage.until("it is answered", answered).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!((frozen.calls("sendMessage"), frozen.calls("getUpdates")), (sent, polled), "it only stands by");
    // It is as good as new: it takes over when the other ends.
    end(other.child).await;
    stage.say("zqx lastz");
    stage.until("it works again", |world| (count(world, MAYA, "lastz") > 0).then_some(())).await;
    end(frozen.child).await;
    let world = stage.emulator.world();
    assert!((0..5).all(|n| count(&world, MAYA, &format!("number{n}z")) == 1), "each once");
    assert!((0..GROUPS).all(|n| reminders(&world, group(n)).len() <= 2));
}

#[tokio::test]
async fn a_rolling_restart() {
    const ROUNDS: usize = 4;
    let Some(home) = Home::on_postgres("a rolling restart") else { return };
    let stage = Stage::new_at(home).await;
    stage.emulator.world().add_bot(GROUP, TEACHER, now()).unwrap();
    subscribe_every_second(&stage).await;
    let mut running = Instance::start(&stage).await;
    for round in 0..ROUNDS {
        let before = pushes(&stage.emulator.world()).len();
        stage.until("reminders go on", |world| (pushes(world).len() > before).then_some(())).await;
        let next = Instance::start(&stage).await;
        while next.calls("getMe") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stage.say(&format!("zqx before{round}z"));
        let ending = tokio::spawn(end(running.child));
        stage.say(&format!("zqx during{round}z"));
        ending.await.unwrap();
        stage.say(&format!("zqx after{round}z"));
        running = next;
    }
    let asked: Vec<_> =
        (0..ROUNDS).flat_map(|n| ["before", "during", "after"].map(|when| format!("{when}{n}z"))).collect();
    let all = |world: &World| asked.iter().all(|text| count(world, MAYA, text) > 0).then_some(());
    stage.until("all is answered", all).await;
    end(running.child).await;

    let pushed = pushes(&stage.emulator.world());
    assert!(
        pushed.windows(2).all(|pair| pair[1] == pair[0] % 5 + 1),
        "in order, none twice, none left out: {pushed:?}"
    );
    assert!(asked.iter().all(|text| count(&stage.emulator.world(), MAYA, text) == 1), "each once");
    let mut ledger = Ledger::open(&stage.home.url(), None).await.unwrap();
    let entries = ledger.list(&Filter::default(), 10_000).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.delivery.state == DeliveryState::Sent).count(), pushed.len());
    assert!(entries.iter().all(|entry| entry.ambiguous == 0), "nothing was in doubt");
}
