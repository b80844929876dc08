//! The receiver and the sender against the emulator, with a handler of the test's own. Verbs for what people do (say,
//! press), for time (advance), and for what befalls the program (crash, start).
//!
//! The clock stands still until a test advances it; nothing here depends on how fast the machine is.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wengu::clock::{Clock, Timestamp};
use wengu::heartbeat::Heartbeat;
use wengu::message::{Body, Event, Incoming, Mode, Outgoing, Paragraph};
use wengu::ops::http::Server;
use wengu::ops::metrics::Metrics;
use wengu::sandbox::http::{Emulator, NoControls};
use wengu::sandbox::scene::study_group;
use wengu::sandbox::world::messages::{Content, Message};
use wengu::sandbox::world::{Saying, World};
use wengu::schedule::outcome::{decide, too_late};
use wengu::secret::SecretUrl;
use wengu::store::{BotId, Reaction, Store};
use wengu::telegram::api::{Api, Me};
use wengu::telegram::connect::{connect, introduce};
use wengu::telegram::inbox::{BoxError, Handler, Intake, Receiver};
use wengu::telegram::send::{Policy, Sender, sender};
use wengu::telegram::token::Token;
use wengu::telegram::transport::Transport;
use wengu::telegram::webhook::{Door, Draft, Keeper, Wishes};

use crate::home::Home;
use crate::whole::{HOOK, hurried, runs_by_webhook};

/// When every test begins.
pub(crate) const NOW: Timestamp = Timestamp(1_780_000_000_000);
/// How long a test waits for what it expects. Reached only by one that fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program's chat side with the world around it.
pub(crate) struct Chats {
    pub(crate) emulator: Emulator,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) sender: Sender,
    handler: Arc<dyn Handler>,
    home: Home,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Chats {
    /// The study group's world, with the program running.
    pub(crate) async fn start(handler: impl Handler + 'static) -> Self {
        Self::start_in(study_group(), handler).await
    }

    /// A world, with the program running.
    pub(crate) async fn start_in(world: World, handler: impl Handler + 'static) -> Self {
        Self::start_at(Home::new(), world, handler).await
    }

    /// A world and a place for the store, with the program running.
    pub(crate) async fn start_at(home: Home, world: World, handler: impl Handler + 'static) -> Self {
        Self::start_after(home, world, handler, runs_by_webhook(), async |_, _| ()).await
    }

    /// The study group's world, with the program running by webhook; before it handles anything, something happens.
    pub(crate) async fn start_by_webhook_after(
        happens: impl AsyncFnOnce(&Emulator, &Clock),
        handler: impl Handler + 'static,
    ) -> Self {
        Self::start_after(Home::new(), study_group(), handler, true, happens).await
    }

    async fn start_after(
        home: Home,
        world: World,
        handler: impl Handler + 'static,
        by_webhook: bool,
        happens: impl AsyncFnOnce(&Emulator, &Clock),
    ) -> Self {
        let clock = Clock::fixed(NOW);
        let now = {
            let clock = clock.clone();
            Arc::new(move || clock.now().0)
        };
        let address = "127.0.0.1:0".parse().unwrap();
        let emulator = Emulator::start(address, world, now, Arc::new(NoControls)).await.unwrap();
        let store = open(&home, &emulator, &clock).await;
        let handler: Arc<dyn Handler> = Arc::new(handler);
        let front = Front::open(&emulator, &store, &clock, by_webhook).await;
        happens(&emulator, &clock).await;
        let run = front.run(&store, &clock, Arc::clone(&handler)).await;
        Self { emulator, clock, store, sender: run.sender, handler, home, stop: run.stop, tasks: run.tasks }
    }

    /// The address of the store.
    pub(crate) fn url(&self) -> String {
        self.home.url()
    }

    /// The program's tasks end where they stand.
    pub(crate) async fn crash(&mut self) {
        for task in self.tasks.drain(..) {
            task.abort();
            let _ = task.await;
        }
        self.store.close().await;
    }

    /// The program is told to end, and ends.
    pub(crate) async fn stop(&mut self) {
        self.stop.cancel();
        for task in self.tasks.drain(..) {
            task.await.unwrap();
        }
        self.store.close().await;
    }

    /// The program runs again, on the same store.
    pub(crate) async fn restart(&mut self) {
        self.store = open(&self.home, &self.emulator, &self.clock).await;
        let front = Front::open(&self.emulator, &self.store, &self.clock, runs_by_webhook()).await;
        let run = front.run(&self.store, &self.clock, Arc::clone(&self.handler)).await;
        (self.sender, self.stop, self.tasks) = (run.sender, run.stop, run.tasks);
    }

    /// Somebody says something; gives the message's number.
    pub(crate) fn say(&self, chat: i64, user: i64, text: &str) -> i64 {
        self.emulator.world().say(Saying::new(chat, user, text), self.clock.now().0).unwrap()
    }

    /// Somebody presses a button; gives the number of the press.
    pub(crate) fn press(&self, chat: i64, user: i64, message: i64, data: &str) -> String {
        self.emulator.world().press(chat, user, message, data, self.clock.now().0).unwrap()
    }

    /// Time passes.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Waits until something is true of the world.
    pub(crate) async fn until<T>(&self, what: &str, look: impl FnMut(&World) -> Option<T>) -> T {
        let found = tokio::time::timeout(PATIENCE, self.emulator.shared().until(look)).await;
        found.unwrap_or_else(|_| panic!("waited in vain for {what}; calls: {:#?}", self.calls()))
    }

    /// Waits until the bot has said so many things in a chat, and gives them.
    pub(crate) async fn replies(&self, chat: i64, count: usize) -> Vec<String> {
        self.until(&format!("{count} replies in {chat}"), |world| {
            let said = bot_texts(world, chat);
            (said.len() >= count).then_some(said)
        })
        .await
    }

    /// The same while time passes, second by second: what is to be tried again is.
    pub(crate) async fn replies_in_time(&self, chat: i64, count: usize) -> Vec<String> {
        let passing = async {
            loop {
                tokio::time::sleep(Duration::from_millis(2)).await;
                self.advance(Duration::from_secs(1));
            }
        };
        tokio::select! {
            said = self.replies(chat, count) => said,
            () = passing => unreachable!("time does not end"),
        }
    }

    /// What the bot has said in a chat.
    pub(crate) fn said(&self, chat: i64) -> Vec<String> {
        bot_texts(&self.emulator.world(), chat)
    }

    /// Waits until the store shows something.
    pub(crate) async fn until_stored<T, F: Future<Output = Option<T>>>(
        &self,
        what: &str,
        mut look: impl FnMut() -> F,
    ) -> T {
        let looking = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }

    /// Every byte that a store on a file has on disk.
    pub(crate) fn stored_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.home.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    fn calls(&self) -> Vec<String> {
        self.emulator.world().calls().map(|call| format!("{} {:?} {}", call.method, call.chat, call.code)).collect()
    }
}

struct Run {
    sender: Sender,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

async fn open(home: &Home, emulator: &Emulator, clock: &Clock) -> Store {
    let bot = BotId(emulator.world().bot.id);
    Store::open(&home.url(), bot, clock.clone()).await.unwrap()
}

/// What updates come through, before anybody handles them.
struct Front {
    api: Api,
    me: Me,
    intake: Intake,
    keeping: Option<JoinHandle<()>>,
    stop: CancellationToken,
}

impl Front {
    async fn open(emulator: &Emulator, store: &Store, clock: &Clock, by_webhook: bool) -> Self {
        let token = Token::parse(&emulator.world().bot.token).unwrap();
        let api = Api::new(Transport::new(&SecretUrl::new(emulator.url.clone()), &token, None).unwrap());
        let stop = CancellationToken::new();
        if !by_webhook {
            let me = connect(&api).await.unwrap();
            return Self { api, me, intake: Intake::Polling, keeping: None, stop };
        }
        let me = introduce(&api).await.unwrap();
        let (intake, keeping) = webhook(emulator, (&token, &api, &me), store, clock, &stop).await;
        Self { api, me, intake, keeping: Some(keeping), stop }
    }

    async fn run(self, store: &Store, clock: &Clock, handler: Arc<dyn Handler>) -> Run {
        let Self { api, me, intake, keeping, stop } = self;
        let policy = Policy { limits: hurried(), decide, too_late, late: Duration::from_secs(12 * 3_600) };
        let (sender, pump) =
            sender(api.clone(), me.clone(), store.clone(), clock.clone(), policy, [].into()).await.unwrap();
        let receiver = Receiver {
            api,
            me,
            store: store.clone(),
            clock: clock.clone(),
            sender: sender.clone(),
            handler,
            patience: Duration::from_secs(2),
            intake,
            metrics: Metrics::default(),
            heartbeat: Heartbeat::default(),
        };
        let (receive, send) = (stop.clone(), stop.clone());
        let receiving = tokio::spawn(async move { receiver.run(receive).await.unwrap() });
        let tasks = [Some(receiving), Some(tokio::spawn(pump.run(send))), keeping].into_iter().flatten().collect();
        Run { sender, stop, tasks }
    }
}

/// A door to which the world's reverse proxy leads, and the task that keeps both.
async fn webhook(
    emulator: &Emulator,
    (token, api, me): (&Token, &Api, &Me),
    store: &Store,
    clock: &Clock,
    stop: &CancellationToken,
) -> (Intake, JoinHandle<()>) {
    let wishes = Wishes { url: Some(SecretUrl::new(HOOK)), max_connections: 40, rate: 100_000, ..Wishes::default() };
    let hook = Draft::read(wishes, &SecretUrl::new(emulator.url.clone())).unwrap().of(token);
    let door = Door::new(&hook, me.clone(), store.clone(), clock.clone(), Metrics::default());
    let server = Server::start("127.0.0.1:0".parse().unwrap(), door.router()).await.unwrap();
    emulator.shared().lead_webhook_to(server.address);
    let (keeper, stop) = (Keeper::new(api.clone(), hook, clock.clone()), stop.clone());
    let keeping = tokio::spawn(async move {
        keeper.run(stop).await;
        drop(server);
    });
    (Intake::Webhook(door), keeping)
}

fn bot_texts(world: &World, chat: i64) -> Vec<String> {
    let Some(place) = world.chat(chat) else { return Vec::new() };
    place.messages.values().filter(|message| message.from == world.bot.id).filter_map(text_of).collect()
}

fn text_of(message: &Message) -> Option<String> {
    match &message.content {
        Content::Text { text, .. } => Some(text.clone()),
        _ => None,
    }
}

/// A handler that repeats what it hears, and obeys: `panic`, `fail` and `hang` are done, `long` is answered in three
/// parts, `wait` is answered when the gate opens. It tells what it was asked.
pub(crate) struct Parrot {
    pub(crate) gate: Arc<Notify>,
}

impl Parrot {
    pub(crate) fn new() -> Self {
        Self { gate: Arc::new(Notify::new()) }
    }
}

#[async_trait]
impl Handler for Parrot {
    async fn handle(&self, incoming: &Incoming) -> Result<Reaction, BoxError> {
        let (heard, mode) = match &incoming.event {
            Event::Said(said) => (said.text.clone(), Mode::ReplyTo(said.message)),
            Event::Pressed(pressed) => (format!("{:?}", pressed.action), Mode::New),
            _ => return Ok(Reaction::default()),
        };
        match heard.as_str() {
            "panic" => panic!("told to"),
            "fail" => return Err("told to".into()),
            "hang" => std::future::pending().await,
            "wait" => self.gate.notified().await,
            _ => {}
        }
        let body = match heard.as_str() {
            "long" => Body(["一", "二", "三"].map(|part| Paragraph::plain(part.repeat(4000))).to_vec()),
            heard => Body::plain(format!("<{heard}>")),
        };
        let notice = matches!(incoming.event, Event::Pressed(_)).then(|| "听到了".to_owned());
        let outgoing = vec![Outgoing::text(incoming.place, mode, body)];
        Ok(Reaction { outgoing, notice, ..Reaction::default() })
    }
}
