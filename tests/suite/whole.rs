//! The whole bot, as `serve` runs it, on the bundled document against the emulator. The clock stands still until a
//! test advances it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use wengu::app::Bot;
use wengu::clock::{Clock, Timestamp};
use wengu::config::{self, Loaded};
use wengu::message::ChatId;
use wengu::sandbox::http::{Emulator, NoControls};
use wengu::sandbox::scene::{GROUP, TEACHER, study_group};
use wengu::sandbox::world::markup::Press;
use wengu::sandbox::world::messages::{Content, Message};
use wengu::sandbox::world::{Saying, World};
use wengu::store::{DeliveryState, Progress, Row, Store};
use wengu::telegram::pace::Limits;

use crate::home::Home;

/// A Wednesday: 2026-05-27 22:26:40 in Shanghai.
pub(crate) const NOW: Timestamp = Timestamp(1_779_892_000_000);
/// How long a test waits for what it expects. Reached only by one that fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Telegram's limits, with seconds that last 20 ms: the tests that look at the pace take it as it is.
pub(crate) fn hurried() -> Limits {
    Limits::default().hurried(50)
}

/// The bot and the world around it.
pub(crate) struct Whole {
    pub(crate) emulator: Emulator,
    pub(crate) clock: Clock,
    pub(crate) bot: Bot,
    pub(crate) home: Home,
    /// What the config says beside the usual.
    variables: Vec<(&'static str, String)>,
    limits: Limits,
}

/// The config that the environment gives; of equal names the last counts.
pub(crate) fn config(api: &str, token: &str, store: &str, more: &[(&'static str, String)]) -> Loaded {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let variables = [
        ("WENGU_TELEGRAM__API_URL", api.to_owned()),
        ("WENGU_TELEGRAM__TOKEN", token.to_owned()),
        ("WENGU_STORE__URL", store.to_owned()),
        ("WENGU_CONTENT__DIR", content.display().to_string()),
    ];
    let variables = variables.into_iter().chain(more.iter().cloned());
    config::load(None, variables.map(|(name, value)| (name.to_owned(), value))).unwrap()
}

impl Whole {
    /// The study group, with the bot not yet in it.
    pub(crate) async fn start() -> Self {
        Self::start_in(study_group()).await
    }

    /// Another world.
    pub(crate) async fn start_in(world: World) -> Self {
        Self::start_at(Home::new(), world).await
    }

    /// A world, and a place for the store.
    pub(crate) async fn start_at(home: Home, world: World) -> Self {
        Self::start_with(world, home, Vec::new()).await
    }

    /// The study group, with more in the config than usual.
    pub(crate) async fn start_with_config(variables: Vec<(&'static str, String)>) -> Self {
        Self::start_with(study_group(), Home::new(), variables).await
    }

    /// The same with documents of its own to change, in `content/` of its folder.
    pub(crate) async fn start_with_own_documents(mut variables: Vec<(&'static str, String)>) -> Self {
        let home = Home::new();
        let content = home.path().join("content");
        std::fs::create_dir(&content).unwrap();
        let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reflection.md");
        std::fs::copy(bundled, content.join("reflection.md")).unwrap();
        variables.push(("WENGU_CONTENT__DIR", content.display().to_string()));
        Self::start_with(study_group(), home, variables).await
    }

    /// The same with one document of the test's own, `book.md`.
    pub(crate) async fn start_on(document: &str) -> Self {
        Self::start_on_all(&[("book", document)]).await
    }

    /// The same with several documents, by their ids.
    pub(crate) async fn start_on_all(documents: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let content = home.path().join("content");
        std::fs::create_dir(&content).unwrap();
        for (id, document) in documents {
            std::fs::write(content.join(format!("{id}.md")), document).unwrap();
        }
        let variables = vec![("WENGU_CONTENT__DIR", content.display().to_string())];
        Self::start_with(study_group(), home, variables).await
    }

    /// Runs a command of the program with the bot's own config.
    pub(crate) fn command(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wengu"));
        command.args(arguments).env("WENGU_STORE__URL", self.home.url());
        command.envs(self.variables.iter().cloned()).output().unwrap()
    }

    pub(crate) async fn start_with(world: World, home: Home, variables: Vec<(&'static str, String)>) -> Self {
        Self::start_by(Clock::fixed(NOW), hurried(), world, home, variables).await
    }

    /// A world that keeps Telegram's flood limits, by the machine's clock, and the bot with the pace of `serve`.
    pub(crate) async fn start_by_the_machines_clock(mut world: World) -> Self {
        world.rules.flood_limits = true;
        // The first person runs the bot.
        let variables = vec![("WENGU_TELEGRAM__ADMINS", " 1 ".to_owned())];
        Self::start_by(Clock::system(), Limits::default(), world, Home::new(), variables).await
    }

    async fn start_by(
        clock: Clock,
        limits: Limits,
        world: World,
        home: Home,
        variables: Vec<(&'static str, String)>,
    ) -> Self {
        let now = {
            let clock = clock.clone();
            Arc::new(move || clock.now().0)
        };
        let address = "127.0.0.1:0".parse().unwrap();
        let emulator = Emulator::start(address, world, now, Arc::new(NoControls)).await.unwrap();
        let bot = start(&emulator, &clock, &home, &variables, limits).await;
        Self { emulator, clock, bot, home, variables, limits }
    }

    /// The same, added to the group, its introduction read.
    pub(crate) async fn in_group() -> Self {
        let whole = Self::start().await;
        whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
        whole.heard(GROUP, 1).await;
        whole
    }

    /// Somebody says something; gives the message's number.
    pub(crate) fn say(&self, chat: i64, user: i64, text: &str) -> i64 {
        self.emulator.world().say(Saying::new(chat, user, text), self.clock.now().0).unwrap()
    }

    /// Says something and waits for the one message that answers it, and until the bot knows that it was sent.
    pub(crate) async fn ask(&self, chat: i64, user: i64, text: &str) -> Message {
        let before = bot_messages(&self.emulator.world(), chat).len();
        self.say(chat, user, text);
        let answer = self.heard(chat, before + 1).await.pop().unwrap();
        self.recorded(chat).await;
        answer
    }

    /// Waits until the bot knows what became of everything it was saying in a chat: the world knows sooner.
    pub(crate) async fn recorded(&self, chat: i64) {
        let on_its_way = |row: &Row| row.outgoing.place.chat == ChatId(chat) && row.progress == Progress::Sending;
        self.until_stored("what was said is recorded", async |store| {
            (!store.open_rows().await.unwrap().iter().any(on_its_way)).then_some(())
        })
        .await;
    }

    /// Waits until the bot knows that it has to wait with everything for a chat: the world knows sooner.
    pub(crate) async fn held(&self, chat: i64) {
        self.until_stored("the chat is held back", async |store| {
            store.holds().await.unwrap().iter().any(|hold| hold.chat == Some(ChatId(chat))).then_some(())
        })
        .await;
    }

    /// Waits until the store shows something.
    pub(crate) async fn until_stored<T>(&self, what: &str, mut look: impl AsyncFnMut(&Store) -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(found) = look(self.bot.store()).await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
    }

    /// Presses the button with this label under a message; gives the number of the press.
    pub(crate) fn press(&self, chat: i64, user: i64, message: &Message, label: &str) -> String {
        let Press::Data(data) = button(message, label) else { panic!("`{label}` does not come back") };
        self.emulator.world().press(chat, user, message.id, &data, self.clock.now().0).unwrap()
    }

    /// What the presser was told, once the press is answered.
    pub(crate) async fn notice(&self, press: &str) -> Option<String> {
        self.until("the press is answered", |world| world.notice(press)).await.text
    }

    /// Waits until the bot has said so many things in a chat, and gives all of them.
    pub(crate) async fn heard(&self, chat: i64, count: usize) -> Vec<Message> {
        self.until(&format!("{count} messages in {chat}"), |world| {
            let said = bot_messages(world, chat);
            (said.len() >= count).then_some(said)
        })
        .await
    }

    /// The same while time passes, in such steps: what is to be tried or looked at again is.
    pub(crate) async fn heard_in_time(&self, chat: i64, count: usize, step: Duration) -> Vec<Message> {
        let passing = async {
            loop {
                tokio::time::sleep(Duration::from_millis(2)).await;
                self.clock.advance(step);
            }
        };
        tokio::select! {
            heard = self.heard(chat, count) => heard,
            () = passing => unreachable!("time does not end"),
        }
    }

    /// Waits until something is true of the world.
    pub(crate) async fn until<T>(&self, what: &str, look: impl FnMut(&World) -> Option<T>) -> T {
        let found = tokio::time::timeout(PATIENCE, self.emulator.shared().until(look)).await;
        found.unwrap_or_else(|_| panic!("waited in vain: {what}"))
    }

    /// Waits until so many occurrences have a final state.
    pub(crate) async fn settled(&self, count: usize) {
        self.until_stored("the occurrences are settled", async |store| {
            let deliveries = store.deliveries(100).await.unwrap();
            let settled = deliveries.iter().filter(|d| d.state != DeliveryState::Planned);
            // Skips of the same reason in a row are one row.
            (settled.map(|d| d.repeats as usize).sum::<usize>() >= count).then_some(())
        })
        .await;
    }

    /// The program ends in order and starts again on the same store.
    pub(crate) async fn restart(self) -> Self {
        self.restart_after(Duration::ZERO).await
    }

    /// The same, with more in the config from then on.
    pub(crate) async fn restart_on(mut self, more: Vec<(&'static str, String)>) -> Self {
        self.variables.extend(more);
        self.restart().await
    }

    /// The same, with time passing between the two.
    pub(crate) async fn restart_after(self, pause: Duration) -> Self {
        self.restart_with(|_, clock| clock.advance(pause)).await
    }

    /// The same, with the config saying something else.
    pub(crate) async fn restart_as(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self.restart().await
    }

    /// The same, with something happening between the two.
    pub(crate) async fn restart_with(self, meanwhile: impl FnOnce(&Emulator, &Clock)) -> Self {
        let Self { emulator, clock, bot, home, variables, limits } = self;
        bot.stop().await;
        meanwhile(&emulator, &clock);
        let bot = start(&emulator, &clock, &home, &variables, limits).await;
        Self { emulator, clock, bot, home, variables, limits }
    }

    /// The same, with something happening to its store between the two.
    pub(crate) async fn restart_amid(self, meanwhile: impl AsyncFnOnce(&Home)) -> Self {
        let Self { emulator, clock, bot, home, variables, limits } = self;
        bot.stop().await;
        meanwhile(&home).await;
        let bot = start(&emulator, &clock, &home, &variables, limits).await;
        Self { emulator, clock, bot, home, variables, limits }
    }

    /// How many messages the bot has in a chat.
    pub(crate) fn count(&self, chat: i64) -> usize {
        bot_messages(&self.emulator.world(), chat).len()
    }

    /// Moves the clock to the next reminder.
    pub(crate) async fn to_next_reminder(&self) {
        let next = self.bot.store().next_due().await.unwrap().expect("a subscription");
        self.clock.advance(next.since(self.clock.now()));
    }
}

async fn start(
    emulator: &Emulator,
    clock: &Clock,
    home: &Home,
    variables: &[(&'static str, String)],
    limits: Limits,
) -> Bot {
    let token = emulator.world().bot.token.clone();
    let usual = if runs_by_webhook() { by_webhook().to_vec() } else { Vec::new() };
    let variables = [&usual, variables].concat();
    let loaded = config(&emulator.url, &token, &home.url(), &variables);
    let bot = Bot::start_within(&loaded, clock.clone(), limits).await.unwrap();
    if let Some(address) = bot.webhook() {
        emulator.shared().lead_webhook_to(address);
    }
    bot
}

/// The public address of the bot's webhook.
pub(crate) const HOOK: &str = "https://wengu.example/wengu";

/// Whether the tests that do not say run by webhook: with `WENGU_TEST_RECEIVE=webhook`.
pub(crate) fn runs_by_webhook() -> bool {
    std::env::var("WENGU_TEST_RECEIVE").is_ok_and(|how| how == "webhook")
}

/// What the config says of a bot to which updates are brought.
pub(crate) fn by_webhook() -> [(&'static str, String); 3] {
    [
        ("WENGU_TELEGRAM__MODE", "webhook".to_owned()),
        ("WENGU_TELEGRAM__WEBHOOK__URL", HOOK.to_owned()),
        ("WENGU_TELEGRAM__WEBHOOK__LISTEN", "0".to_owned()),
    ]
}

/// Where the button with a label that contains this leads.
pub(crate) fn button(message: &Message, label: &str) -> Press {
    let mut buttons = message.keyboard.iter().flatten();
    let found = buttons.find(|button| button.text.contains(label));
    found.unwrap_or_else(|| panic!("no button `{label}` under {:?}", message.text())).press.clone()
}

/// What stands on the buttons under a message.
pub(crate) fn labels(message: &Message) -> Vec<String> {
    message.keyboard.iter().flatten().map(|button| button.text.clone()).collect()
}

fn bot_messages(world: &World, chat: i64) -> Vec<Message> {
    let Some(place) = world.chat(chat) else { return Vec::new() };
    let texts = place.messages.values().filter(|m| matches!(m.content, Content::Text { .. }));
    texts.filter(|message| message.from == world.bot.id).cloned().collect()
}
