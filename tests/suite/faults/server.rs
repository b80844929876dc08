//! What befalls the way to PostgreSQL, while instances of the bot work on it.

use std::time::Instant;

use tokio::process::Child;
use wengu::sandbox::scene::MAYA;
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::{DeliveryState, Entry, Filter, Ledger};

use super::*;
use crate::kill::{Stage, count, end, now};
use crate::wire::{Lost, Wire};

/// Another works this soon after the one that works cannot write any more.
const REPLACED_WITHIN: Duration = Duration::from_secs(15);

/// How often the wire is tried, unless `WENGU_TEST_ROUNDS` says how often.
const ROUNDS: usize = 3;

fn rounds() -> usize {
    std::env::var("WENGU_TEST_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// Instances of the bot, each with a wire of its own to PostgreSQL.
struct Wired {
    stage: Stage,
    wires: Vec<Wire>,
    running: Vec<Child>,
    groups: usize,
}

impl Wired {
    /// So many instances; a group is due every `pace`, `groups` times.
    async fn start(what: &str, instances: usize, groups: usize, pace: Duration) -> Option<Self> {
        let stage = Stage::new_at(Home::on_postgres(what)?).await;
        let store = stage.store().await;
        for (n, due) in (0..groups).zip((now()..).step_by(usize::try_from(pace.as_millis()).unwrap())) {
            let chat = group(n);
            {
                let mut world = stage.emulator.world();
                world.add_group(chat, &format!("第{n}组"), TEACHER);
                let bot = world.bot.id;
                world.seat(chat, bot, wengu::sandbox::world::chats::Role::Member);
            }
            subscribe(&store, chat, Timestamp(due + 2_000)).await;
        }
        store.close().await;
        let mut wired = Self { stage, wires: Vec::new(), running: Vec::new(), groups };
        for _ in 0..instances {
            let wire = Wire::to(&wired.stage.home.url()).await;
            let url = wire.url(&wired.stage.home.url());
            wired.running.push(wired.stage.serve_with(&[("WENGU_STORE__URL", url), ("WENGU_LOG__FILTER", log())]));
            wired.wires.push(wire);
        }
        wired.is_answered("zqx at the start").await;
        Some(wired)
    }

    /// Asks, waits for the answer, and says how long that took.
    async fn is_answered(&self, text: &str) -> Duration {
        let (begun, word) = (Instant::now(), text.rsplit(' ').next().unwrap());
        self.stage.say(text);
        self.stage.until("it is answered", |world| (count(world, MAYA, word) > 0).then_some(())).await;
        begun.elapsed()
    }

    /// Waits until one more group has its reminder, if one is still to come, and says how long that took.
    async fn is_reminded(&self) -> Duration {
        let reached = |world: &World| (0..self.groups).filter(|n| !reminders(world, group(*n)).is_empty()).count();
        let (begun, before) = (Instant::now(), reached(&self.stage.emulator.world()));
        let more = |world: &World| (reached(world) > before || before == self.groups).then_some(());
        self.stage.until("reminders go on", more).await;
        begun.elapsed()
    }

    /// Which instance works: it has written last.
    async fn holder(&self) -> usize {
        loop {
            if let Some(holder) = self.wires.iter().position(Wire::is_the_holders) {
                return holder;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Every group has its reminder, and all of it is recorded.
    async fn settled(&self) -> Vec<Entry> {
        let reached = |world: &World| (0..self.groups).all(|n| !reminders(world, group(n)).is_empty()).then_some(());
        self.stage.until("everybody is reminded", reached).await;
        let mut ledger = Ledger::open(&self.stage.home.url(), None).await.unwrap();
        let settled = async {
            loop {
                let entries = ledger.list(&Filter::default(), 10_000).await.unwrap();
                if entries.iter().all(|entry| entry.delivery.state == DeliveryState::Sent) {
                    return entries;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let entries = tokio::time::timeout(MINUTE, settled).await.expect("all are recorded as sent");
        assert_eq!(entries.len(), self.groups, "each is planned once");
        entries
    }

    /// Nothing was said twice, and nothing was in doubt.
    async fn each_once(self, asked: &[String]) {
        let entries = self.settled().await;
        let doubtful: Vec<_> = entries.iter().filter(|entry| entry.ambiguous > 0).collect();
        assert!(doubtful.is_empty(), "no answer of Telegram was lost: {doubtful:?}");
        {
            let world = self.stage.emulator.world();
            for word in asked {
                assert_eq!(count(&world, MAYA, word), 1, "{word} once");
            }
            for n in 0..self.groups {
                assert_eq!(reminders(&world, group(n)).len(), 1, "group {n} once");
            }
        }
        for child in self.running {
            end(child).await;
        }
        let store = self.stage.store().await;
        assert!(store.open_rows().await.unwrap().is_empty(), "nothing is stranded");
        assert!(store.waiting_updates().await.unwrap().is_empty(), "nothing is stranded");
    }
}

/// What the instances write to where a test fails.
fn log() -> String {
    std::env::var("WENGU_TEST_LOG").unwrap_or_else(|_| "error".into())
}

/// A moment within the next second, another for each number.
async fn some_moment(n: usize) {
    let millis = u64::try_from(n * 7_919 % 1_000).unwrap();
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

#[tokio::test]
async fn the_writers_connection_falls_silent_again_and_again() {
    let groups = rounds() * 20;
    let what = "the writer's connection that falls silent";
    let Some(wired) = Wired::start(what, 2, groups, Duration::from_millis(350)).await else { return };
    let mut asked = Vec::new();
    for round in 0..rounds() {
        let words = ["before", "after"].map(|when| format!("{when}{round}z"));
        some_moment(round).await;
        wired.stage.say(&format!("zqx {}", words[0]));
        some_moment(round * 3 + 1).await;
        for wire in &wired.wires {
            wire.silence_the_writer();
        }
        let took = wired.is_answered(&format!("zqx {}", words[1])).await;
        assert!(took < REPLACED_WITHIN, "round {round}: nobody works for {took:?}");
        wired.is_answered(&format!("zqx next{round}z")).await;
        asked.extend(words);
    }
    wired.each_once(&asked).await;
}

#[tokio::test]
async fn an_instance_that_cannot_write_any_more_gives_way_to_another() {
    let what = "an instance that can read and cannot write";
    let Some(wired) = Wired::start(what, 2, 30, Duration::from_millis(500)).await else { return };
    let holder = wired.holder().await;
    // Its connections for reading go on: by them it sees its own lapsed lease.
    wired.wires[holder].silence_new_ones(true);
    wired.wires[holder].silence_the_writer();
    let took = wired.is_answered("zqx another").await;
    assert!(took < REPLACED_WITHIN, "nobody works for {took:?}");
    assert_ne!(wired.holder().await, holder);
    wired.wires[holder].silence_new_ones(false);
    for n in 0..5 {
        wired.is_answered(&format!("zqx then{n}z")).await;
    }
    // What was out when the wire was cut could not be recorded: that, and nothing else, was repeated.
    let entries = wired.settled().await;
    let world = wired.stage.emulator.world();
    for entry in entries {
        let copies = u32::try_from(reminders(&world, entry.chat.0).len()).unwrap();
        assert!((1..=2).contains(&copies) && copies <= 1 + entry.ambiguous, "{copies} copies: {entry:?}");
    }
    assert!((0..5).all(|n| count(&world, MAYA, &format!("then{n}z")) == 1), "each once");
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost() {
    let late = Duration::from_millis(1_500);
    let losses = [Lost::Answer, Lost::Commit, Lost::CommitForNow(late), Lost::AnswerSilently];
    let Some(wired) = Wired::start("a commit whose answer is lost", 1, rounds() * 30, Duration::from_millis(200)).await
    else {
        return;
    };
    let mut asked = Vec::new();
    for round in 0..rounds() {
        for (n, loss) in (0..).zip(losses) {
            let word = format!("lost{round}x{n}z");
            some_moment(round * 4 + n).await;
            wired.wires[0].lose(loss);
            let took = wired.is_answered(&format!("zqx {word}")).await;
            assert!(took < REPLACED_WITHIN, "{loss:?}: nothing goes on for {took:?}");
            while !wired.wires[0].has_lost() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            asked.push(word);
        }
    }
    wired.each_once(&asked).await;
}

#[tokio::test]
async fn connections_for_reading_fall_silent_and_others_break() {
    let pace = Duration::from_millis(500);
    let Some(wired) = Wired::start("silent readers", 1, rounds() * 24, pace).await else { return };
    wired.wires[0].delay(Duration::from_millis(2));
    let mut asked = Vec::new();
    for round in 0..=rounds() {
        if round < rounds() {
            wired.wires[0].silence_the_readers();
        } else {
            wired.wires[0].break_all();
        }
        let word = format!("read{round}z");
        let took = wired.is_answered(&format!("zqx {word}")).await;
        let reminded = wired.is_reminded().await;
        assert!(took.max(reminded) < REPLACED_WITHIN, "answered after {took:?}, reminded after {reminded:?}");
        asked.push(word);
    }
    wired.each_once(&asked).await;
}

/// Longer than a lease.
const OUTAGE: Duration = Duration::from_secs(15);

#[tokio::test]
async fn what_was_sent_while_the_database_was_away_is_not_sent_again() {
    let Some(wired) = Wired::start("a database that is away for long", 1, 1, Duration::from_secs(1)).await else {
        return;
    };
    wired.settled().await;
    wired.stage.emulator.world().fail(FaultRule::new(Fault::Hold("gate".into())).method("sendMessage").chat(MAYA));
    wired.stage.say("zqx heldz");
    while wired.stage.emulator.world().fault_hits() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    wired.wires[0].silence_new_ones(true);
    wired.wires[0].break_all();
    // Telegram takes the answer in, and says so; the database cannot be told.
    wired.stage.emulator.shared().open_gate("gate");
    wired.stage.until("it is sent", |world| (count(world, MAYA, "heldz") > 0).then_some(())).await;
    tokio::time::sleep(OUTAGE).await;
    wired.wires[0].silence_new_ones(false);
    wired.is_answered("zqx laterz").await;
    wired.each_once(&["heldz".to_owned(), "laterz".to_owned()]).await;
}
