//! The store keeps what it promises, on a real database.

mod chat;
mod dump;
mod earlier;
mod growth;
mod inbox;
mod lease;
mod ledger;
mod opening;
mod outbox;
mod question;
mod reminder;
mod settings;
mod writer;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use wengu::clock::{Clock, Timestamp};
use wengu::content::model::{DocumentId, SectionRef};
use wengu::message::{Body, ChatId, ChatKind, Lang, MessageId, Mode, Outgoing, Place, TopicId, UserId};
use wengu::store::{
    BotId, Goal, NewSubscription, NewUpdate, Occurrence, Reaction, Row, Settled, Store, Subscription, Turn, UpdateId,
};

use crate::home::Home;

const BOT: BotId = BotId(77);
const GROUP: ChatId = ChatId(-100);
const ANNA: UserId = UserId(5);
/// Monday, 2026-11-23, 01:00 UTC: nine o'clock in Shanghai.
const MONDAY: Timestamp = Timestamp(1_795_395_600_000);

const SENT: Settled = Settled::Sent { message: MessageId(90) };

/// A store on a database of its own.
struct Bench {
    store: Store,
    clock: Clock,
    url: String,
    home: Home,
}

impl Bench {
    async fn new() -> Self {
        let home = Home::new();
        let url = home.url();
        let clock = Clock::fixed(MONDAY);
        let store = Store::open(&url, BOT, clock.clone()).await.unwrap();
        Self { store, clock, url, home }
    }

    /// The same database, opened by the next process.
    async fn restart(self) -> Self {
        self.store.close().await;
        let store = Store::open(&self.url, BOT, self.clock.clone()).await.unwrap();
        Self { store, ..self }
    }

    /// A connection of the test's own.
    async fn connect(&self) -> AnyConnection {
        let url = match self.url.strip_prefix("sqlite://") {
            Some(path) => format!("sqlite://{path}?mode=rw"),
            None => self.url.clone(),
        };
        AnyConnection::connect(&url).await.unwrap()
    }

    /// A single value that a query finds, as text.
    async fn peek(&self, query: &str) -> Option<String> {
        let query = sqlx::query_scalar(AssertSqlSafe(query.to_owned()));
        query.fetch_one(&mut self.connect().await).await.unwrap()
    }

    /// Changes the database behind the store's back.
    async fn run(&self, statement: &str) {
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut self.connect().await).await.unwrap();
    }

    async fn receive(&self, id: i64, chat: ChatId) -> UpdateId {
        let new = self.store.receive(vec![update(id, chat)]).await.unwrap();
        assert_eq!(new, [UpdateId(id)]);
        UpdateId(id)
    }

    async fn handle(&self, id: i64, chat: ChatId, reaction: Reaction) -> Vec<Row> {
        let update = self.receive(id, chat).await;
        self.store.handled(update, reaction).await.unwrap()
    }

    async fn change(&self, change: wengu::store::Change) {
        self.store.change(vec![change]).await.unwrap();
    }

    /// Subscribes the group for Monday.
    async fn subscribe(&self) -> Subscription {
        self.change(wengu::store::Change::Subscribe(new_subscription())).await;
        self.subscription().await
    }

    async fn subscription(&self) -> Subscription {
        self.store.subscriptions(GROUP).await.unwrap().pop().unwrap()
    }

    /// Plans Monday's measure.
    async fn plan(&self, messages: Vec<Outgoing>) -> Vec<Row> {
        let subscription = self.subscription().await;
        let next = MONDAY.after(std::time::Duration::from_secs(7 * 24 * 3600));
        let occurrence = occurrence(&subscription, MONDAY, "measure-1");
        self.store.plan(occurrence, Some(next), messages).await.unwrap().unwrap()
    }
}

fn update(id: i64, chat: ChatId) -> NewUpdate {
    NewUpdate { id: UpdateId(id), chat, raw: format!("{{\"text\":\"secret of {id}\"}}") }
}

fn place(chat: ChatId) -> Place {
    let kind = if chat.0 < 0 { ChatKind::Group } else { ChatKind::Private };
    Place { chat, topic: TopicId::MAIN, kind }
}

fn message(chat: ChatId, text: &str) -> Outgoing {
    Outgoing::text(place(chat), Mode::New, Body::plain(text))
}

fn reply(chat: ChatId, text: &str) -> Reaction {
    Reaction { outgoing: vec![message(chat, text)], ..Reaction::default() }
}

/// A card that answers a certain message.
fn answered(chat: ChatId, question: i32) -> Reaction {
    let turn = Turn {
        place: place(chat),
        user: ANNA.into(),
        question: Some(MessageId(question)),
        sections: vec![section("problem-1")],
    };
    Reaction { turn: Some(turn), ..reply(chat, "card") }
}

fn section(id: &str) -> SectionRef {
    SectionRef::parse(&format!("reflection/{id}")).unwrap()
}

fn new_subscription() -> NewSubscription {
    NewSubscription {
        goal: Goal::default(),
        place: Place { topic: TopicId(3), ..place(GROUP) },
        document: DocumentId::parse("reflection").unwrap(),
        series: "measure".into(),
        cron: "0 9 * * 1".into(),
        zone: "Asia/Shanghai".into(),
        lang: Lang::Zh,
        by: ANNA,
        next_due: Some(MONDAY),
    }
}

fn occurrence(subscription: &Subscription, due: Timestamp, id: &str) -> Occurrence {
    Occurrence { subscription: subscription.id, due, sections: vec![section(id)] }
}
