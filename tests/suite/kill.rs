//! The program as a process of its own, killed with SIGKILL at the worst moments, ten times each. The emulator lives
//! on, as Telegram does.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::process::{Child, Command};
use wengu::clock::Clock;
use wengu::message::{ChatId, ChatKind, Lang, Place, TopicId, UserId};
use wengu::sandbox::http::{Emulator, NoControls};
use wengu::sandbox::scene::{GROUP, MAYA, TEACHER, study_group};
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::sandbox::world::messages::Content;
use wengu::sandbox::world::{Saying, World};
use wengu::store::{BotId, Change, Delivery, DeliveryState, Goal, NewSubscription, Store};

use crate::home::Home;
use crate::whole::{by_webhook, runs_by_webhook};

/// How long to wait for what is expected. Reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often the program is killed. On PostgreSQL the next one waits each time until the lease of the dead one has ended.
fn kills() -> usize {
    if Home::new().is_on_postgres() { 3 } else { 10 }
}

pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) home: Home,
    /// The port that the program listens on for its webhook.
    port: u16,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::new_at(Home::new()).await
    }

    pub(crate) async fn new_at(home: Home) -> Self {
        let address = "127.0.0.1:0".parse().unwrap();
        let emulator = Emulator::start(address, study_group(), Arc::new(now), Arc::new(NoControls)).await.unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        emulator.shared().lead_webhook_to(([127, 0, 0, 1], port).into());
        Self { emulator, home, port }
    }

    /// `wengu serve`, as an operator starts it. Killed when it is dropped.
    pub(crate) fn serve(&self) -> Child {
        self.serve_with(&[])
    }

    /// The same, with more in the environment; of equal names the last counts.
    pub(crate) fn serve_with(&self, more: &[(&str, String)]) -> Child {
        self.command(more).spawn().unwrap()
    }

    /// The same, with its warnings in a file.
    pub(crate) fn serve_logging(&self, log: &Path) -> Child {
        self.serve_logging_with(log, &[])
    }

    /// The same, with more in the environment.
    pub(crate) fn serve_logging_with(&self, log: &Path, more: &[(&str, String)]) -> Child {
        let log = std::fs::File::create(log).unwrap();
        let more: Vec<_> = [("WENGU_LOG__FILTER", "warn".to_owned())].into_iter().chain(more.iter().cloned()).collect();
        self.command(&more).stderr(log).spawn().unwrap()
    }

    /// The same, without root's right to read what nobody may: tests run as root in containers.
    pub(crate) fn serve_reading_as_nobody(&self, log: &Path, more: &[(&str, String)]) -> Child {
        let log = std::fs::File::create(log).unwrap();
        let more: Vec<_> = [("WENGU_LOG__FILTER", "warn".to_owned())].into_iter().chain(more.iter().cloned()).collect();
        if std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) != 0 {
            return self.command(&more).stderr(log).spawn().unwrap();
        }
        let mut command = Command::new("setpriv");
        command.arg("--bounding-set=-dac_override,-dac_read_search").arg(env!("CARGO_BIN_EXE_wengu"));
        self.equip(command, &more).stderr(log).spawn().unwrap()
    }

    fn command(&self, more: &[(&str, String)]) -> Command {
        self.equip(Command::new(env!("CARGO_BIN_EXE_wengu")), more)
    }

    fn equip(&self, mut command: Command, more: &[(&str, String)]) -> Command {
        command
            .arg("serve")
            .env("WENGU_TELEGRAM__API_URL", &self.emulator.url)
            .env("WENGU_TELEGRAM__TOKEN", self.emulator.world().bot.token.clone())
            .env("WENGU_STORE__URL", self.home.url())
            .env("WENGU_CONTENT__DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("content"))
            .env("WENGU_LOG__FILTER", "error")
            // Who runs the bot may be reminded every second, which spares these tests a minute for each reminder.
            .env("WENGU_TELEGRAM__ADMINS", format!(" {TEACHER} "))
            .envs(self.receiving())
            .envs(more.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// How the program gets its updates.
    pub(crate) fn receiving(&self) -> Vec<(&'static str, String)> {
        let mut variables = if runs_by_webhook() { by_webhook().to_vec() } else { Vec::new() };
        variables.push(("WENGU_TELEGRAM__WEBHOOK__LISTEN", self.port.to_string()));
        variables
    }

    /// The store, while the program is not running.
    pub(crate) async fn store(&self) -> Store {
        let bot = BotId(self.emulator.world().bot.id);
        Store::open(&self.home.url(), bot, Clock::system()).await.unwrap()
    }

    pub(crate) fn say(&self, text: &str) {
        self.say_as(MAYA, text);
    }

    /// A person says something in private.
    pub(crate) fn say_as(&self, person: i64, text: &str) {
        self.emulator.world().say(Saying::new(person, person, text), now()).unwrap();
    }

    pub(crate) async fn until<T>(&self, what: &str, look: impl FnMut(&World) -> Option<T>) -> T {
        let found = tokio::time::timeout(PATIENCE, self.emulator.shared().until(look)).await;
        found.unwrap_or_else(|_| panic!("waited in vain: {what}"))
    }
}

pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// SIGKILL: no handler, no farewell.
pub(crate) async fn kill(mut child: Child) {
    child.start_kill().unwrap();
    child.wait().await.unwrap();
}

/// SIGTERM: the program ends in order.
pub(crate) async fn end(mut child: Child) {
    let id = child.id().expect("a running child has a number").to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(child.wait().await.unwrap().success());
}

fn said(world: &World, chat: i64) -> Vec<String> {
    let Some(place) = world.chat(chat) else { return Vec::new() };
    let ours = place.messages.values().filter(|message| message.from == world.bot.id);
    ours.filter(|m| matches!(m.content, Content::Text { .. })).map(|m| m.text().to_owned()).collect()
}

pub(crate) fn count(world: &World, chat: i64, part: &str) -> usize {
    said(world, chat).iter().filter(|text| text.contains(part)).count()
}

#[tokio::test]
async fn an_update_that_waits_behind_a_withheld_reply_is_answered_once_after_each_kill() {
    let stage = Stage::new().await;
    for round in 1..=kills() {
        let child = stage.serve();
        stage.emulator.world().fail(FaultRule::new(Fault::Withhold).method("sendMessage").chat(MAYA));
        let earlier = count(&stage.emulator.world(), MAYA, "first");
        // The reply to this is taken in by the emulator, and its answer never comes.
        stage.say("zqx first");
        let first = stage.until("the first is sent", |w| Some(count(w, MAYA, "first")).filter(|n| *n > earlier));
        let before = first.await;
        // Confirmed towards Telegram, so it is in the store; its reply waits behind the other.
        stage.say(&format!("zqx second{round}"));
        stage.until("the second update is confirmed", |w| (w.pending_updates() == 0).then_some(())).await;
        kill(child).await;
        stage.emulator.world().heal();

        let child = stage.serve();
        stage.until("the second is answered", |w| (count(w, MAYA, &format!("second{round}")) > 0).then_some(())).await;
        stage.say(&format!("zqx last{round}"));
        stage.until("the chat goes on", |w| (count(w, MAYA, &format!("last{round}")) > 0).then_some(())).await;
        let world = stage.emulator.world();
        assert_eq!(count(&world, MAYA, &format!("second{round}")), 1, "answered once");
        let repeats = count(&world, MAYA, "first") - before;
        assert!(repeats <= 1, "at most the one ambiguous repeat, not {repeats}");
        drop(world);
        // In order: a kill here could leave the last reply in doubt, and its repeat would be withheld in place of the
        // next round's first.
        end(child).await;
    }
}

#[tokio::test]
async fn a_reminder_recorded_but_not_answered_is_neither_lost_nor_repeated_more_than_once() {
    let stage = Stage::new().await;
    stage.emulator.world().add_bot(GROUP, TEACHER, now()).unwrap();
    subscribe_every_second(&stage).await;
    for _ in 0..kills() {
        stage.emulator.world().fail(FaultRule::new(Fault::Withhold).method("sendMessage").chat(GROUP));
        let before = pushes(&stage.emulator.world()).len();
        let child = stage.serve();
        stage.until("a reminder is recorded", |w| (pushes(w).len() > before).then_some(())).await;
        kill(child).await;
        stage.emulator.world().heal();
        let child = stage.serve();
        stage.until("reminders go on", |w| (pushes(w).len() > before + 2).then_some(())).await;
        end(child).await;
    }

    // The series in order, nothing left out; a number twice in a row is a repeat.
    let pushed = pushes(&stage.emulator.world());
    let repeats = pushed.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!(repeats <= kills(), "one repeat for each kill at the most: {pushed:?}");
    assert!(pushed.windows(3).all(|three| three[0] != three[1] || three[1] != three[2]), "no repeat twice: {pushed:?}");
    let mut order = pushed.clone();
    order.dedup();
    assert!(order.windows(2).all(|pair| pair[1] == pair[0] % 5 + 1), "nothing left out: {order:?}");

    let deliveries = stage.store().await.deliveries(10_000).await.unwrap();
    let sent = deliveries.iter().filter(|d| d.state == DeliveryState::Sent).count();
    let skipped = deliveries.iter().filter(|d| d.state == DeliveryState::Skipped).count();
    assert_eq!(sent, order.len(), "each push is an occurrence, and none is without its push");
    // One a second is more than a group may get: the newest wait for their place, and for the next start.
    let waiting = deliveries.iter().filter(|d| d.state == DeliveryState::Planned).count();
    assert_eq!(sent + skipped + waiting, deliveries.len(), "each has its final state, or waits: {deliveries:?}");
    let is_sent = |d: &&Delivery| d.state == DeliveryState::Sent;
    let newest_sent = deliveries.iter().filter(is_sent).map(|d| d.occurrence.due).max();
    let overtaken =
        deliveries.iter().filter(|d| d.state == DeliveryState::Planned && Some(d.occurrence.due) < newest_sent);
    assert_eq!(overtaken.count(), 0, "none that waits was overtaken: {deliveries:?}");
}

/// The numbers of the measures that were pushed, in order.
pub(crate) fn pushes(world: &World) -> Vec<usize> {
    let titles = ["强化理论武装", "完善制度体系", "加强监督执纪", "深化作风建设", "强化警示教育"];
    let reminders = said(world, GROUP).into_iter().filter(|text| text.contains("举措 · "));
    reminders.filter_map(|text| titles.iter().position(|t| text.contains(t)).map(|index| index + 1)).collect()
}

pub(crate) async fn subscribe_every_second(stage: &Stage) {
    let store = stage.store().await;
    let place = Place { chat: ChatId(GROUP), topic: TopicId::MAIN, kind: ChatKind::Group };
    let subscription = NewSubscription {
        goal: Goal::default(),
        place,
        document: wengu::content::model::DocumentId::parse("reflection").unwrap(),
        series: "measure".to_owned(),
        cron: "* * * * * *".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        lang: Lang::Zh,
        by: UserId(TEACHER),
        next_due: Some(Clock::system().now()),
    };
    store.change(vec![Change::Subscribe(subscription)]).await.unwrap();
    store.close().await;
}
