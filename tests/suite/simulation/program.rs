//! The program, from one start to its end: the real store, planner and sender.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wengu::clock::{Clock, Timestamp};
use wengu::content::load;
use wengu::content::model::Library;
use wengu::message::UserId;
use wengu::schedule::outcome::{decide, too_late};
use wengu::schedule::plan::Planner;
use wengu::store::{BotId, Row, Store, StoreError};
use wengu::telegram::api::{Api, Me};
use wengu::telegram::pace::Limits;
use wengu::telegram::render;
use wengu::telegram::send::{Policy, Sender, Status, sender};
use wengu::telegram::token::Token;
use wengu::telegram::transport::Transport;

use super::network::Network;

/// How late a reminder is still sent.
const LATE: Duration = Duration::from_secs(30 * 60);

/// A document with more sections than a seed has reminders, one of them too long for one message.
static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| {
    let mut text = "+++\ntitle = \"长\"\n\n[series.measure]\nlabel = \"举措\"\n+++\n".to_owned();
    for n in 0..40 {
        write!(text, "# 第{n:02}条 {{#s{n:02} .measure}}\n\n正文。\n\n").unwrap();
    }
    Arc::new(Library::new([load::parse("long.md", &text).unwrap()]))
});

pub(super) struct Program {
    pub(super) store: Store,
    planner: Planner,
    pub(super) sender: Sender,
    pump: JoinHandle<()>,
    /// When the next reminder is due.
    pub(super) next: Option<Timestamp>,
}

/// Opens the store. A test beside this one that starts a process hands the file's lock on to it for the moment until the
/// process runs a program of its own.
async fn opened(url: &str, bot: BotId, clock: &Clock) -> Store {
    for _ in 0..200 {
        match Store::open(url, bot, clock.clone()).await {
            // By the machine's clock: the simulation's stands still.
            Err(StoreError::InUse { .. }) => std::thread::sleep(std::time::Duration::from_millis(10)),
            opened => return opened.unwrap(),
        }
    }
    panic!("the store stays in use");
}

impl Program {
    pub(super) async fn start(url: &str, network: &Arc<Network>, clock: &Clock) -> Self {
        let (bot, token) = {
            let state = network.state();
            (state.world.bot.id, Token::parse(&state.world.bot.token).unwrap())
        };
        let store = opened(url, BotId(bot), clock).await;
        let api = Api::new(Transport::over(network.clone(), &token));
        let me = Me { id: UserId(bot), username: "wengu_bot".into(), supports_inline_queries: false };
        let policy = Policy { limits: Limits::default(), decide, too_late, late: LATE };
        let (sender, pump) = sender(api, me, store.clone(), clock.clone(), policy, [].into()).await.unwrap();
        let planner = Planner {
            store: store.clone(),
            clock: clock.clone(),
            library: Box::new(|| Arc::clone(&LIBRARY)),
            late: LATE,
            split: render::split,
            limit: Arc::default(),
            serves: Box::new(|_| true),
            heartbeat: wengu::heartbeat::Heartbeat::default(),
            flows: Box::new({
                let status = sender.status();
                move || *status.borrow() == Status::Working
            }),
        };
        let pump = tokio::spawn(pump.run(CancellationToken::new()));
        Self { store, planner, sender, pump, next: None }
    }

    /// Plans what is due; `heard`: the sender hears of it.
    pub(super) async fn plan(&mut self, heard: bool) {
        let deliver = |rows: Vec<Row>| {
            if heard {
                self.sender.send(rows)
            }
        };
        self.next = self.planner.step(&deliver).await.unwrap().next;
    }

    /// Everything ends where it stands.
    pub(super) async fn kill(self) {
        self.pump.abort();
        // An aborted task has nothing to tell.
        let _ = self.pump.await;
        drop((self.planner, self.sender));
        self.store.close().await;
    }
}
