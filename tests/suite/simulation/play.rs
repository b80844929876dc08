//! What happens, as the seed decides.

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::Instant;
use wengu::clock::{Clock, Timestamp};
use wengu::message::{ChatId, ChatKind, Departure};
use wengu::sandbox::scene::{TEACHER, study_group};
use wengu::sandbox::world::World;
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::faults::Fault;
use wengu::store::{Change, Entry, Filter, Ledger};

use super::chance::Chance;
use super::model::{Expected, Room, cron, somewhere, wish};
use super::network::{Fate, Network};
use super::program::Program;
use super::quiet::Quiet;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

/// A world, and a program that lives in it again and again.
pub(super) struct Simulation {
    chance: Chance,
    clock: Clock,
    pub(super) network: Arc<Network>,
    quiet: Quiet,
    folder: TempDir,
    zone: &'static str,
    /// So many chats are due together that the pace has to hold them back.
    broadcast: bool,
    pub(super) rooms: Vec<Room>,
    pub(super) expected: Vec<Expected>,
    /// What happened to a chat that the program has not heard of.
    news: Vec<(usize, News)>,
    latest: Timestamp,
    ends: Timestamp,
    pub(super) begun: Instant,
}

/// What an update will tell.
#[derive(Clone, Copy, Debug)]
enum News {
    Thrown(Departure),
    Welcome,
    Moved(i64, i64),
}

impl Simulation {
    pub(super) async fn new(seed: u64, quiet: Quiet) -> Self {
        let mut chance = Chance::new(seed);
        let broadcast = chance.one_in(10);
        let (zone, begins) = somewhere(&mut chance);
        let mut world = study_group();
        world.open(TEACHER);
        let count = if broadcast { 45 } else { 1 + chance.below(4) };
        let rooms = (0..count).map(|n| room(&mut world, &mut chance, n, begins)).collect();
        let clock = Clock::fixed(begins);
        let network = Arc::new(Network::new(world, clock.clone()));
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let minutes = if broadcast { 8 } else { 30 + chance.below(50) };
        Self {
            chance,
            clock,
            network,
            quiet,
            folder: folder.unwrap(),
            zone,
            broadcast,
            rooms,
            expected: Vec::new(),
            news: Vec::new(),
            latest: begins,
            ends: begins.after(Duration::from_millis(minutes * MINUTE)),
            begun: Instant::now(),
        }
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("wengu.db").display())
    }

    async fn start(&self) -> Program {
        let program = Program::start(&self.url(), &self.network, &self.clock).await;
        self.quiet.watch(Some(program.store.clone()));
        program
    }

    fn tell(&self, what: &str) {
        let line = format!("{} {what}", self.clock.now().0);
        self.network.state().story.push(line);
    }

    /// Lives through it, then in peace until nothing is left to be sent; gives what is on record.
    pub(super) async fn play(&mut self) -> Vec<Entry> {
        let mut program = self.start().await;
        self.subscribe(&program).await;
        self.plan(&mut program).await;
        let mut turns = 0;
        while self.clock.now() <= self.ends && turns < 400 {
            program = self.turn(program).await;
            turns += 1;
        }
        let program = self.come_to_rest(program).await;
        program.kill().await;
        self.quiet.watch(None);
        let mut ledger = Ledger::open(&self.url(), None).await.unwrap();
        let mut entries = ledger.list(&Filter::default(), u32::MAX).await.unwrap();
        entries.sort_by_key(|entry| entry.delivery.id);
        for entry in &entries {
            let (delivery, chat) = (&entry.delivery, entry.chat);
            let due = delivery.occurrence.due.0;
            self.tell(&format!("{chat} {due} {:?} {:?} {}", delivery.state, delivery.reason, entry.ambiguous));
        }
        entries
    }

    async fn subscribe(&mut self, program: &Program) {
        let now = self.clock.now();
        let together = cron(&mut self.chance);
        for chat in 0..self.rooms.len() {
            let mut rules = vec![if self.broadcast { together } else { cron(&mut self.chance) }];
            if !self.broadcast && self.chance.one_in(3) {
                rules.push(cron(&mut self.chance));
            }
            for (have, rule) in rules.into_iter().enumerate() {
                let new = wish(&self.rooms[chat], rule, self.zone, now);
                let change = if have == 0 { Change::Subscribe(new) } else { Change::AddSchedule(new, have) };
                program.store.change(vec![change]).await.unwrap();
                let number = ChatId(self.rooms[chat].number());
                let stored = program.store.subscriptions(number).await.unwrap().pop().unwrap();
                self.expected.push(Expected::new(stored.id.key(), chat, rule, self.zone, now));
            }
        }
    }

    async fn plan(&mut self, program: &mut Program) {
        let now = self.clock.now();
        program.plan(true).await;
        // A step that met what is on record already leaves the rest to the next one.
        while program.next.is_some_and(|next| next <= now) {
            program.plan(true).await;
        }
        self.expected.iter_mut().for_each(|expected| expected.planned_until(now));
        self.quiet.comes().await;
    }

    /// Time passes, by both clocks.
    async fn pass(&mut self, millis: u64) {
        let time = Duration::from_millis(millis);
        self.clock.advance(time);
        tokio::time::advance(time).await;
        self.latest = self.latest.max(self.clock.now());
        self.quiet.comes().await;
    }

    /// One thing happens. Where the program is killed, the next one begins.
    async fn turn(&mut self, mut program: Program) -> Program {
        match self.chance.below(200) {
            0..8 => return self.die(program).await,
            8..14 => self.something_happens_to_a_chat(),
            14..22 => self.tell_news(&program).await,
            22..27 => self.edit(&mut program).await,
            27..29 => self.jump(&mut program).await,
            29..33 => {
                let up = self.chance.one_in(2);
                self.network.state().up = up;
                self.tell(&format!("the network is {}", if up { "there" } else { "gone" }));
            }
            _ => self.go_on(&mut program).await,
        }
        program
    }

    /// A message comes to its end, or time passes.
    async fn go_on(&mut self, program: &mut Program) {
        if program.next.is_none_or(|next| next <= self.clock.now()) || self.chance.one_in(20) {
            return self.plan(program).await;
        }
        let (awaited, lost) = self.network.on_their_way();
        if !lost.is_empty() && self.chance.one_in(4) {
            let number = self.chance.pick(&lost);
            return if self.chance.one_in(2) { self.network.lose(number) } else { self.decide(number, &Fate::Arrives) };
        }
        if !awaited.is_empty() && !self.chance.one_in(4) {
            let at_once = if self.broadcast { 3 } else { 1 };
            for _ in 0..at_once {
                let number = self.chance.pick(&awaited);
                let fate = self.fate();
                self.decide(number, &fate);
            }
            return self.quiet.comes().await;
        }
        let moment = self.moment(program.next, awaited.is_empty());
        self.pass(moment).await;
    }

    fn decide(&self, number: u64, fate: &Fate) {
        self.network.decide(number, fate);
    }

    /// How long nothing happens.
    fn moment(&mut self, next: Option<Timestamp>, idle: bool) -> u64 {
        let due = next.map_or(u128::MAX, |next| next.since(self.clock.now()).as_millis());
        let due = u64::try_from(due).unwrap_or(u64::MAX).min(20 * MINUTE);
        if self.broadcast {
            return if idle && self.chance.one_in(40) { due } else { 1 + self.chance.below(60) };
        }
        match self.chance.below(10) {
            0..2 => 1 + self.chance.below(900),
            2..5 if idle => due,
            5 => self.chance.below(9 * SECOND),
            _ if idle => self.chance.below(60 * SECOND),
            _ => self.chance.below(2 * SECOND),
        }
    }

    fn fate(&mut self) -> Fate {
        let refused = |words: &str| Fate::Fails(Fault::Refuse(400, format!("Bad Request: {words}")));
        match self.chance.below(if self.broadcast { 400 } else { 100 }) {
            0..4 => Fate::Fails(Fault::ResetBefore),
            4..10 => Fate::Fails(Fault::ResetAfter),
            10..13 => Fate::Fails(Fault::Gateway(502)),
            13..16 => Fate::ArrivesBehindAGateway,
            16..20 => Fate::Fails(Fault::TooMany(1 + i64::try_from(self.chance.below(200)).unwrap())),
            20 if self.chance.one_in(4) => Fate::Fails(Fault::TooMany(43_838)),
            21 => refused("chat not found"),
            22 => refused("can't parse entities"),
            // Refusals that pass.
            23..27 => Fate::Fails(Fault::Refuse(500, "Internal Server Error".to_owned())),
            27 => refused("not enough rights to send text messages to the chat"),
            _ => Fate::Arrives,
        }
    }

    /// The program is killed, with whatever is on its way, and starts again: at once, late, or too late.
    async fn die(&mut self, mut program: Program) -> Program {
        if self.chance.one_in(3) {
            // Between writing down what is due and telling the sender.
            program.plan(false).await;
        }
        for number in self.network.on_their_way().0 {
            match self.chance.below(3) {
                0 => self.network.lose(number),
                1 => self.decide(number, &Fate::Arrives),
                // It arrives one day.
                _ => {}
            }
        }
        program.kill().await;
        self.quiet.watch(None);
        let away = match self.chance.below(6) {
            0 => self.chance.below(80 * MINUTE),
            1 | 2 => self.chance.below(9 * SECOND),
            _ => self.chance.below(SECOND),
        };
        let away = if self.broadcast { away / 20 } else { away };
        self.tell(&format!("killed; it stays away for {away} ms"));
        self.pass(away).await;
        let mut program = self.start().await;
        self.plan(&mut program).await;
        program
    }

    /// A schedule is edited, maybe while it is due.
    async fn edit(&mut self, program: &mut Program) {
        let chat = self.chance.index(self.rooms.len());
        let now = self.clock.now();
        let rule = cron(&mut self.chance);
        let mut changes = Vec::new();
        let again = self.chance.one_in(3);
        if again {
            changes.push(Change::Unsubscribe { chat: ChatId(self.rooms[chat].number()) });
        }
        // Of a chat that moved, the store may know the old number alone.
        let number = self.known_number(program, chat).await;
        let new = wish(&self.rooms[chat], rule, self.zone, now);
        let Some(number) = number.filter(|number| *number == self.rooms[chat].number()) else { return };
        changes.push(Change::Subscribe(new));
        program.store.change(changes).await.unwrap();
        self.tell(&format!("{number} is to be reminded at {rule} ({again})"));
        let mut of_chat = self.expected.iter_mut().filter(|expected| expected.chat == chat);
        of_chat.next().unwrap().edit(rule, self.zone, now);
        if again {
            of_chat.for_each(Expected::end);
        }
        program.next = None;
    }

    async fn known_number(&self, program: &Program, chat: usize) -> Option<i64> {
        for number in &self.rooms[chat].numbers {
            if !program.store.subscriptions(ChatId(*number)).await.unwrap().is_empty() {
                return Some(*number);
            }
        }
        None
    }

    /// Somebody moves the clock on the wall.
    async fn jump(&mut self, program: &mut Program) {
        let by = Duration::from_millis(self.chance.below(40 * MINUTE));
        let ahead = self.chance.one_in(2);
        self.network.state().jumps += 1;
        if ahead {
            self.clock.advance(by);
        } else {
            self.clock.set_back(by);
            // Waits were counted by a clock that was wrong.
            self.network.state().holds.clear();
            let now = self.clock.now();
            self.expected.iter_mut().for_each(|expected| expected.set_back(now));
        }
        self.latest = self.latest.max(self.clock.now());
        self.tell(&format!("the clock jumps {} by {} ms", if ahead { "ahead" } else { "back" }, by.as_millis()));
        self.quiet.comes().await;
        self.plan(program).await;
    }

    /// A chat throws the bot out, takes it back, keeps it from writing, closes its topic, or becomes another.
    fn something_happens_to_a_chat(&mut self) {
        let chat = self.chance.index(self.rooms.len());
        let (place, now) = (self.rooms[chat].clone(), self.clock.now().0);
        let (number, what) = (place.number(), self.chance.below(6));
        let network = Arc::clone(&self.network);
        let mut state = network.state();
        let bot = state.world.bot.id;
        let world = &mut state.world;
        let news = match (what, place.topic) {
            (0, _) if place.kind == ChatKind::Private => {
                world.block(number, now).ok().map(|()| News::Thrown(Departure::Blocked))
            }
            (0, _) => world.remove_bot(number, TEACHER, now).ok().map(|()| News::Thrown(Departure::Kicked)),
            (1 | 2, _) => welcome(world, &place, now).then_some(News::Welcome),
            (3, _) => {
                let muted = world.appoint(number, TEACHER, bot, Role::Restricted, now);
                muted.ok().map(|()| News::Thrown(Departure::Muted))
            }
            (4, Some(topic)) if self.chance.one_in(2) => {
                let _ = world.delete_topic(number, TEACHER, topic);
                None
            }
            (4, Some(topic)) => {
                let _ = world.close_topic(number, TEACHER, topic, true, now);
                None
            }
            _ => world.migrate(number, now).ok().map(|to| News::Moved(number, to)),
        };
        drop(state);
        self.tell(&format!("{number}: {what} {news:?}"));
        if let Some(News::Moved(_, to)) = news {
            self.rooms[chat].numbers.push(to);
        }
        self.news.extend(news.map(|news| (chat, news)));
    }

    /// The program hears of what happened last, as updates tell it.
    async fn tell_news(&mut self, program: &Program) {
        if self.news.is_empty() {
            return;
        }
        let (chat, news) = self.news.remove(0);
        let number = ChatId(self.rooms[chat].number());
        let change = match news {
            News::Thrown(why) => Change::Suspend { chat: number, why },
            News::Welcome => Change::Restore { chat: number },
            News::Moved(from, to) => Change::Migrate { from: ChatId(from), to: ChatId(to) },
        };
        self.tell(&format!("it hears {news:?} of {number}"));
        if let News::Moved(from, to) = news {
            program.sender.moved(ChatId(from), ChatId(to));
        }
        program.store.change(vec![change]).await.unwrap();
    }

    /// Nothing goes wrong any more: what is due is planned once more, and everything on its way comes to its end.
    async fn come_to_rest(&mut self, mut program: Program) -> Program {
        self.tell("peace");
        self.network.state().up = true;
        self.network.on_their_way().1.into_iter().for_each(|number| self.decide(number, &Fate::Arrives));
        while !self.news.is_empty() {
            self.tell_news(&program).await;
        }
        let behind = self.latest.since(self.clock.now()).as_millis() + u128::from(SECOND);
        self.pass(u64::try_from(behind).unwrap()).await;
        self.plan(&mut program).await;
        let mut pause = SECOND;
        for _ in 0..2_000 {
            let awaited = self.network.on_their_way().0;
            if awaited.is_empty() {
                if program.store.open_rows().await.unwrap().is_empty() {
                    return program;
                }
                pause = (pause * 3 / 2).min(60 * MINUTE);
                self.pass(pause).await;
            } else {
                pause = 50;
                awaited.into_iter().for_each(|number| self.decide(number, &Fate::Arrives));
                self.quiet.comes().await;
            }
        }
        panic!("it comes to no rest: {:#?}", program.store.open_rows().await.unwrap());
    }
}

fn welcome(world: &mut World, place: &Room, now: i64) -> bool {
    let (number, bot) = (place.number(), world.bot.id);
    if place.kind == ChatKind::Private {
        return world.start(number, "", now).is_ok();
    }
    world.add_bot(number, TEACHER, now).is_ok() || world.appoint(number, TEACHER, bot, Role::Member, now).is_ok()
}

fn room(world: &mut World, chance: &mut Chance, n: u64, now: Timestamp) -> Room {
    let n = i64::try_from(n).unwrap();
    let (number, kind) = match chance.below(10) {
        0 if n == 0 => (TEACHER, ChatKind::Private),
        1..4 => (-1_009_000_000_000 - n, ChatKind::Group),
        _ => (-1_000 - n, ChatKind::Group),
    };
    let mut topic = None;
    if kind == ChatKind::Group {
        world.add_group(number, "组", TEACHER);
        world.add_bot(number, TEACHER, now.0).unwrap();
    }
    if number < -1_000_000_000_000 {
        world.make_forum(number);
        topic = Some(world.create_topic(number, TEACHER, "学习", now.0).unwrap());
    }
    Room { numbers: vec![number], kind, topic }
}
