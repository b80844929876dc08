//! Rows that cannot be read: made up, damaged, or written by a newer program. They are set aside, and everything else goes
//! on.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use wengu::sandbox::scene::STUDENT;
use wengu::store::DeliveryState;

use super::*;
use crate::home::Home;

/// Values that this program writes into no column: a word, a number below zero, the largest number, nothing.
const MADE_UP: [&str; 4] = ["'made-up'", "-7", "9223372036854775807", "NULL"];

async fn connect(home: &Home) -> AnyConnection {
    let url = home.url();
    let url = if url.starts_with("sqlite:") { format!("{url}?mode=rw") } else { url };
    AnyConnection::connect(&url).await.unwrap()
}

async fn run(conn: &mut AnyConnection, statement: String) {
    sqlx::query(AssertSqlSafe(statement.clone())).execute(conn).await.unwrap_or_else(|e| panic!("{e}: {statement}"));
}

async fn peek(conn: &mut AnyConnection, query: &str) -> String {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT CAST(({query}) AS TEXT)"))).fetch_one(conn).await.unwrap()
}

/// A column of the schema.
struct Column {
    name: String,
    is_number: bool,
    required: bool,
    in_key: bool,
}

async fn columns(conn: &mut AnyConnection, table: &str) -> Vec<Column> {
    let rows = sqlx::query("SELECT name, type, \"notnull\" AS required, pk FROM pragma_table_info($1)");
    let rows = rows.bind(table.to_owned()).fetch_all(conn).await.unwrap();
    let column = |row: &sqlx::any::AnyRow| Column {
        name: row.get("name"),
        is_number: row.get::<String, _>("type") == "BIGINT",
        required: row.get::<i64, _>("required") != 0,
        in_key: row.get::<i64, _>("pk") != 0,
    };
    rows.iter().map(column).collect()
}

/// A good value for a column of a row of the first group's, different in each row where it is part of a key.
fn good(table: &str, column: &Column, bot: i64, subscription: &str, n: usize) -> String {
    let n = i64::try_from(n).unwrap();
    match (table, column.name.as_str()) {
        (_, "bot_id") => bot.to_string(),
        ("introductions" | "holds", "chat_id") => (group(0) - n).to_string(),
        (_, "chat_id") => group(0).to_string(),
        (_, "subscription_id") => format!("'{subscription}'"),
        ("deliveries" | "studied", "due") => (NOW.0 + n).to_string(),
        (_, "id") => format!("'0191f0c0a5d0700080{n:014x}'"),
        (_, _) if column.in_key => (10_000 + n).to_string(),
        ("inbox", "state") => "'waiting'".into(),
        ("outbox" | "deliveries", "state") => "'planned'".into(),
        ("outbox", "parts") | ("deliveries", "repeats") => "1".into(),
        ("outbox", "payload") => format!(
            r#"'{{"v":2,"place":{{"chat":{},"topic":0,"kind":"group"}},"mode":"new","content":{{"text":[]}}}}'"#,
            group(0)
        ),
        ("subscriptions", "chat_kind") => "'group'".into(),
        (_, "document") => "'reflection'".into(),
        (_, "series") => "'measure'".into(),
        (_, "cron") => "'0 9 * * 1'".into(),
        (_, "zone") => "'Asia/Shanghai'".into(),
        (_, "lang") => "'zh'".into(),
        (_, "section" | "sections") => "'reflection/measure-1'".into(),
        (_, "page") => "'home'".into(),
        (_, "next_due" | "planned_at" | "created_at" | "at") => NOW.0.to_string(),
        _ if !column.required => "NULL".into(),
        _ if column.is_number => "0".into(),
        _ => "'x'".into(),
    }
}

/// For every column of every table and every made-up value a row that is good but for that.
async fn make_up(conn: &mut AnyConnection, bot: i64) {
    let subscription = peek(conn, &format!("SELECT id FROM subscriptions WHERE chat_id = {}", group(0))).await;
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *conn).await.unwrap();
    assert!(tables.len() > 15, "{tables:?}");
    let mut n = 0;
    for table in tables {
        let columns = columns(conn, &table).await;
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        for (odd, value) in columns.iter().flat_map(|column| MADE_UP.map(|value| (&column.name, value))) {
            n += 1;
            let cells = columns.iter().map(|column| {
                if column.name == *odd { value.to_owned() } else { good(&table, column, bot, &subscription, n) }
            });
            let cells: Vec<_> = cells.collect();
            // Where a column has to have a value there is no row without one; a bot has one clock and one lease.
            run(
                conn,
                format!(
                    "INSERT OR REPLACE INTO {table} ({}) SELECT {} WHERE {}",
                    names.join(", "),
                    cells.join(", "),
                    if value == "NULL" && columns.iter().any(|c| c.name == *odd && c.required) {
                        "FALSE"
                    } else {
                        "TRUE"
                    }
                ),
            )
            .await;
        }
    }
}

/// Moves the clock to a chat's next reminder.
async fn next_of(whole: &Whole, chat: i64) {
    let next = whole.bot.store().subscriptions(ChatId(chat)).await.unwrap()[0].next_due.unwrap();
    whole.clock.advance(next.since(whole.clock.now()));
}

#[tokio::test]
async fn a_made_up_value_in_any_column_stops_nobody() {
    let Some(home) = Home::on_a_file("words in columns of numbers") else { return };
    let whole = groups_at(home, 2).await;
    let bot = whole.emulator.world().bot.id;
    let whole = whole.restart_amid(async |home| make_up(&mut connect(home).await, bot).await).await;

    whole.ask(STUDENT, STUDENT, "一把手").await;
    whole.clock.advance(MINUTE);
    reminded(&whole, group(1), 1).await;
    whole.ask(STUDENT, STUDENT, "家风").await;
    next_of(&whole, group(1)).await;
    reminded_in_time(&whole, group(1), 2).await;
    let aside = whole.bot.store().unreadable();
    assert!(aside["subscriptions"] > 9 && aside["outbox"] > 9 && aside["inbox"] > 1, "{aside:?}");

    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wengu"));
    command.args(["deliveries", "--limit", "500"]).env("WENGU_STORE__URL", whole.home.url());
    command.env("WENGU_TELEGRAM__TOKEN", &whole.emulator.world().bot.token);
    let listed = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(listed.contains("cannot be read, and is left aside: `subscriptions`"), "{listed}");
    let named = wengu::store::admin::unreadable(&whole.home.url()).await.unwrap();
    assert!(named.iter().any(|row| row.table == "readings" && row.why.contains("made-up")), "{named:#?}");
}

/// Two groups; the first one's reminder is planned and waits, because Telegram said so.
async fn one_waits(home: Home) -> Whole {
    let whole = groups_at(home, 2).await;
    let wait = wengu::sandbox::world::faults::FaultRule::new(wengu::sandbox::world::faults::Fault::TooMany(30));
    whole.emulator.world().fail(wait.method("sendMessage").chat(group(0)));
    whole.clock.advance(MINUTE);
    whole.held(group(0)).await;
    reminded(&whole, group(1), 1).await;
    whole.settled(1).await;
    whole
}

#[tokio::test]
async fn a_reminder_whose_message_cannot_be_read_is_made_anew() {
    let whole = one_waits(Home::new()).await;
    let damage = async |home: &Home| {
        let poll = r#"UPDATE outbox SET payload = '{"v":2,"content":{"poll":"?"}}' WHERE settled_at IS NULL"#;
        run(&mut connect(home).await, poll.into()).await;
    };
    let whole = whole.restart_amid(damage).await;
    reminded_in_time(&whole, group(0), 1).await;
    whole.settled(2).await;
    let deliveries = whole.bot.store().deliveries(9).await.unwrap();
    assert!(deliveries.iter().all(|delivery| delivery.state == DeliveryState::Sent), "{deliveries:?}");
    whole.to_next_reminder().await;
    reminded_in_time(&whole, group(0), 2).await;
}

#[tokio::test]
async fn a_delivery_that_was_stranded_is_made_anew() {
    let whole = one_waits(Home::new()).await;
    let lose =
        async |home: &Home| run(&mut connect(home).await, "DELETE FROM outbox WHERE settled_at IS NULL".into()).await;
    let whole = whole.restart_amid(lose).await;
    reminded_in_time(&whole, group(0), 1).await;
    whole.settled(2).await;
    whole.to_next_reminder().await;
    reminded_in_time(&whole, group(0), 2).await;
}

/// What a build with one more migration and one more value of an enum leaves in a store: a table and a column that this
/// one does not know, a group that is `resting`, a reminder on its way that is a poll.
async fn used_by_a_newer_build(home: &Home) {
    let mut conn = connect(home).await;
    for statement in [
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
           SELECT 9001, 'reviews', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1"
            .to_owned(),
        "INSERT INTO _wengu_migrations (version, additive) VALUES (9001, 1)".to_owned(),
        "CREATE TABLE reviews (bot_id BIGINT NOT NULL, user_id BIGINT NOT NULL)".to_owned(),
        "INSERT INTO reviews (bot_id, user_id) VALUES (1, 5)".to_owned(),
        "ALTER TABLE subscriptions ADD COLUMN cards BIGINT NOT NULL DEFAULT 0".to_owned(),
        "UPDATE subscriptions SET cards = 3".to_owned(),
        format!("UPDATE subscriptions SET suspended = 'resting' WHERE chat_id = {}", group(2)),
        r#"UPDATE outbox SET payload = '{"v":2,"content":{"poll":"?"}}' WHERE settled_at IS NULL"#.to_owned(),
    ] {
        run(&mut conn, statement).await;
    }
}

#[tokio::test]
async fn a_store_of_a_newer_build_and_back_loses_no_reminder() {
    let whole = groups_at(Home::new(), 3).await;
    let wait = wengu::sandbox::world::faults::FaultRule::new(wengu::sandbox::world::faults::Fault::TooMany(30));
    whole.emulator.world().fail(wait.method("sendMessage").chat(group(0)));
    whole.clock.advance(MINUTE);
    whole.held(group(0)).await;
    for n in [1, 2] {
        reminded(&whole, group(n), 1).await;
    }
    whole.settled(2).await;

    let whole = whole.restart_amid(used_by_a_newer_build).await;
    reminded_in_time(&whole, group(0), 1).await;
    whole.settled(3).await;
    next_of(&whole, group(1)).await;
    for n in [0, 1] {
        reminded_in_time(&whole, group(n), 2).await;
    }
    assert_eq!(reminders(&whole.emulator.world(), group(2)).len(), 1, "nobody knows here what `resting` means");

    // The newer build again: what it left is as it was, and it knows the group that rests.
    let whole = whole
        .restart_amid(async |home| {
            let mut conn = connect(home).await;
            assert_eq!(peek(&mut conn, "SELECT COUNT(*) FROM reviews").await, "1");
            assert_eq!(peek(&mut conn, "SELECT SUM(cards) FROM subscriptions").await, "9");
            assert_eq!(peek(&mut conn, "SELECT COUNT(*) FROM subscriptions WHERE suspended = 'resting'").await, "1");
            run(&mut conn, "UPDATE subscriptions SET suspended = NULL".into()).await;
        })
        .await;
    reminded_in_time(&whole, group(2), 2).await;
}

#[tokio::test]
async fn a_listed_group_is_served_under_its_new_number() {
    const OLD: i64 = -1_000;
    let mut world = world_of_groups(2);
    world.add_group(OLD, "老群", TEACHER);
    world.add_bot(OLD, TEACHER, NOW.0).unwrap();
    let listed = ("WENGU_TELEGRAM__GROUPS", OLD.to_string());
    let whole = Whole::start_with(world, Home::new(), vec![listed]).await;
    whole.heard(OLD, 1).await;
    let new = whole.emulator.world().migrate(OLD, NOW.0).unwrap();
    whole.ask(new, TEACHER, "/ask 一把手").await;
    let whole = whole.restart().await;
    whole.ask(new, TEACHER, "/ask 家风").await;
    whole.say(group(1), TEACHER, "/ask 一把手");
    whole.ask(new, TEACHER, "/ask 一把手").await;
    assert_eq!(whole.count(group(1)), 0, "who is not listed is not served");
}
