//! Stores of every earlier program, with rows in them, opened by this one.

use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use wengu::clock::Clock;
use wengu::store::{Store, UpdateId};

use super::{BOT, GROUP, MONDAY};
use crate::home::Home;

const ROW: &str = "0191f0c0a5d070008000000000000001";
const SUBSCRIPTION: &str = "0191f0c0a5d07000800000000000abcd";

/// What a store of a program holds, by the migration that made the tables for it.
pub(super) fn rows() -> Vec<(i64, String)> {
    vec![
        (1, "INSERT INTO inbox (bot_id, update_id, chat_id, arrival, raw) VALUES (77, 4, 5, 9, '{}')".to_owned()),
        (
            1,
            format!(
                "INSERT INTO subscriptions (id, bot_id, chat_id, chat_kind, document, series, cron, zone, lang, by_user,
                     next_due, last_sent, created_at)
                 VALUES ('{SUBSCRIPTION}', 77, -100, 'group', 'reflection', 'measure', '0 9 * * 1', 'Asia/Shanghai', 'zh', 5,
                     {0}, 'measure-2', {0})",
                MONDAY.0
            ),
        ),
        (
            1,
            format!(
                "INSERT INTO deliveries (id, bot_id, subscription_id, due, section, state, planned_at, settled_at)
                 VALUES ('0191f0c0a5d07000800000000000dddd', 77, '{SUBSCRIPTION}', 7, 'reflection/measure-2', 'sent', {0}, {0})",
                MONDAY.0
            ),
        ),
        (
            1,
            format!(
                "INSERT INTO outbox (id, bot_id, chat_id, update_id, part, parts, state, attempts, created_at, settled_at)
                 VALUES ('{ROW}', 77, 5, 3, 0, 1, 'sent', 1, 7, 8)"
            ),
        ),
        (1, "INSERT INTO introductions (bot_id, chat_id, at) VALUES (77, -100, 7)".to_owned()),
        (1, "INSERT INTO readings (bot_id, chat_id, user_id, section, at) VALUES (77, 5, 5, 'reflection/problem-1', 7)".to_owned()),
        (1, "INSERT INTO turns (bot_id, chat_id, user_id, sections, at) VALUES (77, 5, 5, 'reflection/problem-1', 7)".to_owned()),
        (3, format!("INSERT INTO studied (bot_id, subscription_id, due, user_id, at) VALUES (77, '{SUBSCRIPTION}', 7, 5, 8)")),
        (3, "INSERT INTO names (bot_id, chat_id, topic, name) VALUES (77, -100, 0, '读书会')".to_owned()),
        (3, "INSERT INTO panels (bot_id, user_id, chat_id, page, at) VALUES (77, 5, -100, 'main', 7)".to_owned()),
        (4, "INSERT INTO questions (bot_id, chat_id, message_id, user_id, alike, words, refused, at) VALUES (77, 5, 6, 5, 'a', 'b', 1, 7)".to_owned()),
        (4, "INSERT INTO votes (bot_id, chat_id, message_id, user_id, liked, at) VALUES (77, 5, 6, 5, 0, 7)".to_owned()),
        (5, "INSERT INTO holds (bot_id, chat_id, ends_at, reason) VALUES (77, 5, 1, 'slow down')".to_owned()),
        (5, "INSERT INTO clocks (bot_id, seen) VALUES (77, 7)".to_owned()),
        (9, "INSERT INTO moved (bot_id, former_chat, chat_id, at) VALUES (77, -9, -100, 7)".to_owned()),
        (6, "INSERT INTO leases (bot_id, fence, holder, beat, taken_at) VALUES (77, 3, 'a-1', 9, 7)".to_owned()),
    ]
}

/// The program's migrations up to a certain one.
async fn migrations_up_to(version: i64) -> Migrator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let mut migrator = Migrator::new(folder).await.unwrap();
    migrator.migrations.to_mut().retain(|migration| migration.version <= version);
    migrator
}

/// A store as the program of a certain migration has left it.
async fn left_by(version: i64, url: &str) {
    sqlx::any::install_default_drivers();
    let url = if url.starts_with("sqlite:") { format!("{url}?mode=rwc") } else { url.to_owned() };
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    migrations_up_to(version).await.run(&mut conn).await.unwrap();
    for (_, text) in rows().into_iter().filter(|(since, _)| *since <= version) {
        sqlx::query(AssertSqlSafe(text)).execute(&mut conn).await.unwrap();
    }
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_store_of_every_earlier_program_is_opened_with_what_it_holds() {
    let newest = migrations_up_to(i64::MAX).await.iter().map(|migration| migration.version).max().unwrap();
    for version in 1..=newest {
        let home = Home::new();
        left_by(version, &home.url()).await;
        let store = Store::open(&home.url(), BOT, Clock::fixed(MONDAY)).await.unwrap();
        let subscription = store.subscriptions(GROUP).await.unwrap().pop().unwrap();
        assert_eq!(subscription.last_sent.unwrap().as_str(), "measure-2", "after migration {version}");
        assert_eq!(store.next_due().await.unwrap(), Some(MONDAY));
        let waiting = store.waiting_updates().await.unwrap();
        assert_eq!(waiting.iter().map(|update| update.id).collect::<Vec<_>>(), [UpdateId(4)]);
        assert_eq!(store.deliveries(9).await.unwrap().len(), 1);
        store.close().await;
    }
}
