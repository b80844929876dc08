//! The composition root: builds the parts, keeps their tasks alive, and ends them in order.

mod content;
pub mod doctor;
pub mod documents;
mod health;
pub mod schedules;
mod supervise;
mod term;
pub mod webhook;
mod work;
pub mod worker;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::content::Content;
use self::documents::{DocumentsError, Opened};
use self::webhook::Front;
use self::work::Work;
use self::worker::Worker;
use crate::clock::Clock;
use crate::config::{Config, Late, Listen, Loaded, Telegram};
use crate::diagnostic::Diagnostic;
use crate::heartbeat::Heartbeats;
use crate::message::{ChatId, UserId};
use crate::ops::health::Health;
use crate::ops::http::{self, Panel, Server};
use crate::ops::metrics::Metrics;
use crate::respond::Responder;
use crate::respond::door::{Door, Former, Rules};
use crate::store::{BotId, Store, StoreError};
use crate::telegram::api::{Api, Me};
use crate::telegram::connect::{self, TokenRefused};
use crate::telegram::inbox::Intake;
pub use crate::telegram::pace::Limits;
use crate::telegram::token::Token;
use crate::telegram::transport::{AddressError, Transport};
use crate::telegram::webhook as hooks;

/// The bot cannot run.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no token.
    #[error(
        "there is no token\n  help: ask @BotFather for one with /newbot, and set WENGU_TELEGRAM__TOKEN or \
         `telegram.token_file`; `wengu sandbox` needs none"
    )]
    NoToken,
    /// The token cannot be one.
    #[error("{0}\n  help: it looks like `123456:ABC-DEF…`; @BotFather shows it with /token")]
    BadToken(String),
    /// The token stands where its file is to be named.
    #[error(
        "`telegram.token_file` holds a token, where the name of a file is expected\n  help: write the token into a file \
         that only you can read and name that, or set `telegram.token`"
    )]
    TokenForFile,
    /// The token's file cannot be read.
    #[error("failed to read the token's file `{}`: {source}", file.display())]
    TokenFile {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Telegram does not know the token.
    #[error(transparent)]
    TokenRefused(#[from] TokenRefused),
    /// The config names an address or a proxy that is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The config means something that cannot be.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Config(Vec<Diagnostic>),
    /// Nobody may listen there, or somebody else does.
    #[error("failed to listen on `{address}`: {source}\n  help: choose another address with `{key}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The key that names it.
        key: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// There are no documents.
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    /// Whether another start may succeed without anybody having done something: what is taken, out of reach or not there
    /// yet may be free, back or there by then. A wrong config or token stays wrong.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoToken
            | Self::BadToken(_)
            | Self::TokenForFile
            | Self::TokenFile { .. }
            | Self::TokenRefused(_)
            | Self::Address(_)
            | Self::Config(_) => false,
            Self::Listen { source, .. } => source.kind() != std::io::ErrorKind::PermissionDenied,
            // A folder may be mounted or filled later.
            Self::Documents(_) => true,
            Self::Store(error) => error.may_pass(),
        }
    }
}

/// A running bot.
pub struct Bot {
    store: Store,
    stop: CancellationToken,
    work: JoinHandle<()>,
    health: Health,
    http: Option<Server>,
    front: Option<Front>,
}

impl Bot {
    /// Builds the parts and starts to work within Telegram's limits; gives back once Telegram has said who we are.
    ///
    /// # Errors
    /// When a part cannot be built, or Telegram refuses the token. Telegram being away is no error: it is waited for.
    pub async fn start(loaded: &Loaded, clock: Clock) -> Result<Self, AppError> {
        Self::start_within(loaded, clock, Limits::default()).await
    }

    /// The same with other limits on how fast messages go out.
    ///
    /// # Errors
    /// The same.
    pub async fn start_within(loaded: &Loaded, clock: Clock, limits: Limits) -> Result<Self, AppError> {
        let config = &loaded.config;
        let token = token(&config.telegram)?;
        let (health, metrics, opened) = (health::at_the_start(), Metrics::default(), Arc::<OnceLock<Store>>::default());
        let heartbeats = Heartbeats::default();
        let panel = Panel {
            health: health.clone(),
            metrics: metrics.clone(),
            store: opened.clone(),
            clock: clock.clone(),
            heartbeats: heartbeats.clone(),
        };
        // First of all: who watches wants to know why the rest takes its time.
        let http = listen(config, panel).await?;
        let transport = Transport::new(&config.telegram.api_url, &token, config.telegram.proxy.as_ref())?;
        let api = Api::new(transport.counted(metrics.clone()));
        health.set(health::TELEGRAM, health::Answers(api.clone()));
        let hook = webhook::wanted(loaded, &token)?;
        let settings = config.clone();
        let worker = Worker::start();
        let documents = tokio::spawn({
            let worker = worker.clone();
            async move { worker.run(move || documents::open(&settings)).await }
        });
        let bot = BotId(token.bot().0);
        let (store, me) = tokio::join!(
            Store::open_keeping(config.store.url.expose(), bot, clock.clone(), config.inbox.retention.0),
            meet(&api, hook.is_some())
        );
        let (store, me) = (store?, me?);
        if let Some(line) = other_bots(&store.bots().await?, bot) {
            tracing::warn!("{line}");
        }
        store.observe(Arc::new(metrics.clone()));
        // The only one who sets it.
        let _ = opened.set(store.clone());
        health.set(health::LEASE, health::Stands(store.clone()));
        for (name, heartbeat) in heartbeats.all() {
            health.set(name, health::GetsSomewhere { heartbeat: heartbeat.clone(), store: store.clone() });
        }
        health.set(health::STORE, health::Writable { store: store.clone(), last: Mutex::default() });
        let Opened { documents, diagnostics, words, stamp, unread } =
            documents.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        content::report(&diagnostics);
        health.set(health::DOCUMENTS, health::Loaded(documents.answerer.library().len()));
        let schedule = schedules::resolve(loaded, documents.answerer.library()).map_err(AppError::Config)?;
        if schedule.is_none() {
            tracing::warn!("no document has a series: nobody can subscribe");
        }
        // Without a schedule nobody can subscribe any more, but those who did are still reminded.
        let late = schedule.as_ref().map_or(Late::default().0, |schedule| schedule.late);
        let responder = Responder {
            answerer: Arc::new(documents.answerer),
            reader: Arc::new(documents.reader),
            store: store.clone(),
            rights: Arc::new(api.clone()),
            schedule,
            limit: Arc::new(schedules::limit(config)),
            keep_questions: config.questions.keep_text.get(),
            clock: clock.clone(),
            door: Arc::new(Door::new(rules(&config.telegram)).knowing(former_numbers(&store))),
            presses: Arc::default(),
            albums: Arc::default(),
        };
        tokio::spawn({
            let api = api.clone();
            async move { connect::offer_commands(&api).await }
        });
        tracing::info!(bot = %me.username, documents = responder.answerer.library().len(), "ready");
        let content = Arc::new(Content::new(loaded.clone(), words, responder, worker, (stamp, unread)));
        let stop = CancellationToken::new();
        let (intake, front) = match hook {
            None => (Intake::Polling, None),
            Some(hook) => {
                let door = hooks::Door::new(&hook, me.clone(), store.clone(), clock.clone(), metrics.clone());
                let parts = (&api, &clock);
                let front = Front::open(&config.telegram, (hook, &door), parts, &health, &stop).await?;
                (Intake::Webhook(door), Some(front))
            }
        };
        let admins = config.telegram.admins.iter().map(UserId).collect();
        let work =
            Work { api, me, store: store.clone(), clock, content, late, admins, limits, metrics, intake, heartbeats };
        let name = term::name();
        let work = supervise::supervise("work", stop.clone(), move |stop| term::run(work.clone(), name.clone(), stop));
        Ok(Self { store, stop, work, health, http, front })
    }

    /// The store, for whoever wants to look in from outside.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where operators ask, if they can.
    pub fn http(&self) -> Option<SocketAddr> {
        self.http.as_ref().map(|server| server.address)
    }

    /// Where the bot listens for what Telegram brings, if it does.
    pub fn webhook(&self) -> Option<SocketAddr> {
        self.front.as_ref().map(|front| front.server.address)
    }

    /// Ends in order: no more updates, then no more reminders, then what is being sent, then the lease, then the store.
    pub async fn stop(self) {
        self.health.withdraw(health::STORE);
        self.stop.cancel();
        if let Err(error) = self.work.await {
            tracing::error!(why = supervise::how(&error), "failed to end in order");
        }
        if let Some(Front { server, keeping }) = self.front {
            // What came meanwhile is stored; the webhook stays set for the process that comes after this one.
            drop(server);
            let _ = keeping.await;
        }
        self.store.close().await;
        tracing::info!("ended");
    }
}

/// What to say where the store was another bot's: a token of another bot means that nobody is reminded any more.
fn other_bots(bots: &[(BotId, u64)], ours: BotId) -> Option<String> {
    if bots.is_empty() || bots.iter().any(|(bot, _)| *bot == ours) {
        return None;
    }
    let others: Vec<String> =
        bots.iter().map(|(bot, subscriptions)| format!("{subscriptions} of bot {}", bot.0)).collect();
    Some(format!(
        "the token is another bot's: the store holds subscriptions ({}), and none of this bot ({}); set the former \
         token again, or go on, where the two are meant to share the store",
        others.join(", "),
        ours.0
    ))
}

/// Serves what operators ask for, where the config wants that.
async fn listen(config: &Config, panel: Panel) -> Result<Option<Server>, AppError> {
    let Some(Listen(address)) = config.http.listen else { return Ok(None) };
    let refuse = |source| AppError::Listen { address, key: "http.listen", source };
    let server = Server::start(address, http::router(panel)).await.map_err(refuse)?;
    tracing::info!(address = %server.address, "answering operators");
    Ok(Some(server))
}

/// What the store knows of groups that have another number.
fn former_numbers(store: &Store) -> Former {
    let store = store.clone();
    Former::by(move |chat| store.former_numbers(chat))
}

/// What the config says about who may ask.
fn rules(telegram: &Telegram) -> Rules {
    Rules {
        admins: telegram.admins.iter().map(UserId).collect(),
        groups: telegram.groups.iter().map(ChatId).collect(),
        people: telegram.people.iter().map(UserId).collect(),
        person: telegram.limits.person.0,
        chat: telegram.limits.chat.0,
    }
}

/// The first words with Telegram. Whoever polls ends a webhook that is left over.
async fn meet(api: &Api, by_webhook: bool) -> Result<Me, TokenRefused> {
    if by_webhook { connect::introduce(api).await } else { connect::connect(api).await }
}

/// Which bot the config means; `None` where it names no token.
///
/// # Errors
/// When there is a token that cannot be one.
pub fn bot_of(telegram: &Telegram) -> Result<Option<BotId>, AppError> {
    match token(telegram) {
        Ok(token) => Ok(Some(BotId(token.bot().0))),
        Err(AppError::NoToken) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The token, from the config or from the file that it names.
fn token(telegram: &Telegram) -> Result<Token, AppError> {
    let text = match (&telegram.token, &telegram.token_file) {
        (Some(token), _) => token.expose().to_owned(),
        (None, Some(file)) if is_token(file) => return Err(AppError::TokenForFile),
        (None, Some(file)) => {
            std::fs::read_to_string(file).map_err(|source| AppError::TokenFile { file: file.clone(), source })?
        }
        (None, None) => return Err(AppError::NoToken),
    };
    Token::parse(&text).map_err(|error| AppError::BadToken(error.to_string()))
}

/// Whether somebody wrote a token where a file is to be named: it is repeated nowhere.
pub fn is_token(file: &Path) -> bool {
    file.to_str().is_some_and(|text| Token::parse(text).is_ok())
}
