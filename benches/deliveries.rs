//! What planning reminders costs where many subscribe, and how fast a broadcast goes out. Prints its figures.
//!
//! - planning: a step with 1,000 due of 10,000 subscriptions, and with 1,000 due of 1,000,000
//! - a broadcast: the whole bot against the emulator with Telegram's limits on, so many groups due at once, and somebody
//!   who asks something every few seconds in the middle of it
//!
//! `cargo bench --bench deliveries -- --groups 10000 --subscriptions 1000000 [--store postgres://…]`, on SQLite in a
//! temporary folder, or on a fresh database elsewhere.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // printing is what it is for

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use sqlx::{AnyConnection, Connection as _};
use tempfile::TempDir;
use wengu::app::Bot;
use wengu::clock::{Clock, Timestamp};
use wengu::config;
use wengu::content::load;
use wengu::content::model::Library;
use wengu::sandbox::http::{Emulator, NoControls};
use wengu::sandbox::scene::{STUDENT, TEACHER, study_group};
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::{Saying, World};
use wengu::schedule::plan::Planner;
use wengu::store::{BotId, Row, Store};
use wengu::telegram::render;

/// How many are due at each step, and how many steps are measured.
const DUE: i64 = 1_000;
const ROUNDS: i64 = 5;
const HOUR: i64 = 3_600_000;
/// Monday, 2026-11-23, nine o'clock in Shanghai.
const MONDAY: Timestamp = Timestamp(1_795_395_600_000);
const BOT: BotId = BotId(7_000_000_001);

/// Subscriptions with numbers from $1 to $2, due from $3 on, each $4 after so many as $5.
const FILL: &str = "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO subscriptions (id, bot_id, chat_id, topic, chat_kind, document, series, cron, zone, lang, by_user,
                               next_due, created_at)
    SELECT '0191f0c0a5d0700' || CAST(10000000000000000 + i AS TEXT), 7000000001, -1000 - i, 0, 'group', 'reflection',
           'measure', '0 9 * * 1', 'Asia/Shanghai', 'zh', 10001, $3 + ((i - 1) / $5) * $4, 0
    FROM n";

#[derive(Parser)]
struct Args {
    /// How many groups a broadcast goes to; 0 leaves it out
    #[arg(long, default_value_t = 10_000)]
    groups: i64,
    /// How many subscribe where many do; 0 leaves planning out
    #[arg(long, default_value_t = 1_000_000)]
    subscriptions: i64,
    /// A fresh database
    #[arg(long)]
    store: Option<String>,
    /// Cargo passes it
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args = Args::parse();
    sqlx::any::install_default_drivers();
    let folder = tempfile::tempdir().unwrap();
    if args.subscriptions > 0 {
        planning(&args, &folder).await;
    }
    if args.groups > 0 {
        broadcast(&args, &folder).await;
    }
}

impl Args {
    fn url(&self, folder: &TempDir, name: &str) -> String {
        self.store.clone().unwrap_or_else(|| format!("sqlite://{}", folder.path().join(name).display()))
    }
}

async fn connect(url: &str) -> AnyConnection {
    let address = if url.starts_with("sqlite") { format!("{url}?mode=rw") } else { url.to_owned() };
    AnyConnection::connect(&address).await.unwrap()
}

/// Numbers from one to another, so many due together, each lot so much after the one before it.
async fn fill(url: &str, numbers: (i64, i64), due: Timestamp, apart: i64, together: i64) {
    let mut conn = connect(url).await;
    let query = sqlx::query(FILL).bind(numbers.0).bind(numbers.1).bind(due.0).bind(apart).bind(together);
    query.execute(&mut conn).await.unwrap();
    sqlx::query("ANALYZE").execute(&mut conn).await.unwrap();
}

/// The median step with [`DUE`] subscriptions due, of few and of many.
async fn planning(args: &Args, folder: &TempDir) {
    let url = args.url(folder, "planning.db");
    let clock = Clock::fixed(MONDAY.before(Duration::from_millis(1)));
    let store = Store::open(&url, BOT, clock.clone()).await.unwrap();
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reflection.md");
    let text = std::fs::read_to_string(content).unwrap();
    let library = Arc::new(Library::new([load::parse("reflection.md", &text).unwrap()]));
    let planner = Planner {
        store: store.clone(),
        clock: clock.clone(),
        library: Box::new(move || Arc::clone(&library)),
        late: Duration::from_secs(12 * 3_600),
        split: render::split,
        heartbeat: wengu::heartbeat::Heartbeat::default(),
        limit: Arc::default(),
        serves: Box::new(|_| true),
        flows: Box::new(|| true),
    };
    // A thousand become due every hour.
    let few = DUE * 2 * ROUNDS;
    fill(&url, (1, few), MONDAY, HOUR, DUE).await;
    let of_few = median_step(&planner, &clock).await;
    println!("a step with {DUE} due of {few:>9} subscriptions: {:>6.0} ms", millis(of_few));
    let later = MONDAY.after(Duration::from_secs(1_000 * 3_600));
    fill(&url, (few + 1, args.subscriptions), later, HOUR, DUE).await;
    let of_many = median_step(&planner, &clock).await;
    println!("a step with {DUE} due of {:>9} subscriptions: {:>6.0} ms", args.subscriptions, millis(of_many));
    println!("ratio: {:.2}", of_many.as_secs_f64() / of_few.as_secs_f64());
    store.close().await;
    let mut conn = connect(&url).await;
    // What comes next may use the same database.
    for table in ["outbox", "deliveries", "subscriptions"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut conn).await.unwrap();
    }
}

async fn median_step(planner: &Planner, clock: &Clock) -> Duration {
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let next = planner.store.next_due().await.unwrap().unwrap();
        clock.advance(next.since(clock.now()));
        let begun = Instant::now();
        let step = planner.step(&|rows: Vec<Row>| drop(rows)).await.unwrap();
        took.push(begun.elapsed());
        assert_eq!(step.planned, usize::try_from(DUE).unwrap());
    }
    took.sort();
    took[took.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn world_of(groups: i64) -> World {
    let mut world = study_group();
    world.rules.flood_limits = true;
    let bot = world.bot.id;
    for n in 1..=groups {
        world.add_group(-1_000 - n, "组", TEACHER);
        world.seat(-1_000 - n, bot, Role::Member);
    }
    world
}

async fn broadcast(args: &Args, folder: &TempDir) {
    let url = args.url(folder, "broadcast.db");
    let clock = Clock::system();
    let now = {
        let clock = clock.clone();
        Arc::new(move || clock.now().0)
    };
    let address = "127.0.0.1:0".parse().unwrap();
    let emulator = Emulator::start(address, world_of(args.groups), now, Arc::new(NoControls)).await.unwrap();
    Store::open(&url, BOT, clock.clone()).await.unwrap().close().await;
    fill(&url, (1, args.groups), clock.now(), 0, 1).await;
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content").display().to_string();
    let variables = [
        ("WENGU_TELEGRAM__API_URL", emulator.url.clone()),
        ("WENGU_TELEGRAM__TOKEN", emulator.world().bot.token.clone()),
        ("WENGU_STORE__URL", url),
        ("WENGU_CONTENT__DIR", content),
    ];
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value));
    let bot = Bot::start(&config::load(None, variables).unwrap(), clock).await.unwrap();
    let slowest = ask_meanwhile(&emulator, args.groups).await;
    report(&emulator, args.groups, slowest);
    bot.stop().await;
}

/// Asks until every group has its reminder; gives the longest wait for an answer.
async fn ask_meanwhile(emulator: &Emulator, groups: i64) -> Duration {
    let wanted = u64::try_from(groups).unwrap();
    let answers = |world: &World| {
        let said = world.chat(STUDENT).map(|chat| chat.messages.values()).into_iter().flatten();
        said.filter(|message| message.from == world.bot.id).count()
    };
    let (mut slowest, mut asked) = (Duration::ZERO, 0);
    while emulator.world().call_count("sendMessage") < wanted + asked {
        let before = answers(&emulator.world());
        let begun = Instant::now();
        let at = emulator.now();
        emulator.world().say(Saying::new(STUDENT, STUDENT, "一把手"), at).unwrap();
        asked += 1;
        emulator.shared().until(|world| (answers(world) > before).then_some(())).await;
        slowest = slowest.max(begun.elapsed());
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    slowest
}

#[allow(clippy::cast_precision_loss)] // rates
fn report(emulator: &Emulator, groups: i64, slowest: Duration) {
    let world = emulator.world();
    let ours = world.chats().flat_map(|chat| chat.messages.values()).filter(|message| message.from == world.bot.id);
    let mut all: Vec<i64> = ours.map(|message| message.at).collect();
    all.sort_unstable();
    let took = (all[all.len() - 1] - all[0]) as f64 / 1_000.0;
    let densest = all.iter().enumerate().map(|(i, at)| all[i..].iter().take_while(|t| **t < at + 1_000).count()).max();
    let refused = world.call_count("sendMessage") - u64::try_from(all.len()).unwrap();
    let rate = (all.len() - 1) as f64 / took;
    println!("a broadcast to {groups} groups: {took:.1} s, {rate:.2} messages a second, {:.1} % of 30", rate / 0.3);
    println!("the densest second: {} messages; refused: {refused}", densest.unwrap_or(0));
    println!("the slowest answer in the middle of it: {:.0} ms", millis(slowest));
}
