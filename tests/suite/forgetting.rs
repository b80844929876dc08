//! `/forget`: afterwards no table holds the person's number or a word of theirs.

use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Column as _, Connection as _, Row as _};
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER, study_group};
use wengu::sandbox::world::faults::{Fault, FaultRule};

use crate::home::Home;
use crate::whole::Whole;

/// Words that stand in no document and in no text of the program.
const SECRET: &str = "鼍龘靐";

/// Every value of every table, as `table.column=value`.
async fn everything(url: &str) -> Vec<String> {
    let url = url.strip_prefix("sqlite://").map_or_else(|| url.to_owned(), |path| format!("sqlite://{path}?mode=rw"));
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    let tables = match url.starts_with("sqlite:") {
        true => "SELECT name FROM sqlite_master WHERE type = 'table'",
        false => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()",
    };
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut conn).await.unwrap();
    let mut found = Vec::new();
    for table in tables.iter().filter(|table| !table.starts_with('_')) {
        let text = format!("SELECT * FROM {table}");
        for row in sqlx::query(AssertSqlSafe(text)).fetch_all(&mut conn).await.unwrap() {
            for column in row.columns() {
                let (at, name) = (column.ordinal(), column.name());
                let number = row.try_get::<Option<i64>, _>(at).ok().flatten().map(|number| number.to_string());
                let value = number.or_else(|| row.try_get::<Option<String>, _>(at).ok().flatten());
                found.push(format!("{table}.{name}={}", value.unwrap_or_default()));
            }
        }
    }
    found
}

/// What of it is about the student: their number (which is that of their private chat), or what they said.
async fn about_the_student(whole: &Whole) -> Vec<String> {
    let mut found = everything(&whole.home.url()).await;
    found.retain(|value| value.contains(&STUDENT.to_string()) || value.contains(SECRET));
    found
}

#[tokio::test]
async fn whoever_is_forgotten_has_left_nothing_in_any_table() {
    let keep = vec![("WENGU_QUESTIONS__KEEP_TEXT", "true".to_owned())];
    let whole = Whole::start_with(study_group(), Home::new(), keep).await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    // A trace in every corner: a place of reading, questions with their words, a vote, a subscription, a panel, a study.
    whole.ask(STUDENT, STUDENT, "/read").await;
    whole.ask(STUDENT, STUDENT, &format!("{SECRET}是谁")).await;
    whole.ask(GROUP, STUDENT, &format!("/ask {SECRET}是谁")).await;
    whole.ask(STUDENT, STUDENT, "监督机制有什么漏洞").await;
    whole.ask(STUDENT, STUDENT, "/subscribe").await;
    whole.ask(STUDENT, STUDENT, "/settings").await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    whole.to_next_reminder().await;
    whole.settled(2).await;
    let pushed = whole.heard(GROUP, 4).await.pop().unwrap();
    let press = whole.press(GROUP, STUDENT, &pushed, "读过");
    whole.notice(&press).await;
    let before = about_the_student(&whole).await;
    for table in
        ["readings.", "questions.user_id", "questions.text", "subscriptions.", "panels.", "studied.", "outbox."]
    {
        assert!(before.iter().any(|value| value.starts_with(table)), "no trace in {table}: {before:#?}");
    }

    let question = whole.ask(STUDENT, STUDENT, "/forget").await;
    let press = whole.press(STUDENT, STUDENT, &question, "删除");
    whole.notice(&press).await;
    whole.until("it is said", |world| world.chat(STUDENT)?.messages.get(&question.id)?.edited).await;
    while !whole.bot.store().open_rows().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // That it was done has been sent, and is removed with the next round.
    whole.clock.advance(Duration::from_secs(660));
    whole.bot.store().prune().await.unwrap();
    let left = about_the_student(&whole).await;
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test]
async fn what_waited_to_be_said_to_whoever_is_forgotten_goes_too() {
    let whole = Whole::in_group().await;
    for chat in [STUDENT, GROUP] {
        whole.emulator.world().fail(FaultRule::new(Fault::TooMany(60)).method("sendMessage").chat(chat));
    }
    whole.say(STUDENT, STUDENT, &format!("{SECRET}是谁"));
    whole.say(GROUP, STUDENT, &format!("/ask {SECRET}是谁"));
    whole.held(STUDENT).await;
    whole.held(GROUP).await;
    assert_eq!(whole.bot.store().open_rows().await.unwrap().len(), 2);
    let change = wengu::store::Change::Forget { user: wengu::message::UserId(STUDENT) };
    whole.bot.store().change(vec![change]).await.unwrap();
    assert!(whole.bot.store().open_rows().await.unwrap().is_empty());
    let left = about_the_student(&whole).await;
    assert!(left.is_empty(), "{left:#?}");
    whole.clock.advance(Duration::from_secs(120));
    whole.ask(MAYA, MAYA, "/topics").await;
    let whole = whole.restart().await;
    whole.ask(MAYA, MAYA, "/read").await;
    assert_eq!((whole.count(STUDENT), whole.count(GROUP)), (0, 1), "nothing more is said");
}

/// The reading place of the student: there before they are forgotten, gone afterwards.
async fn reads(whole: &Whole, chat: i64) -> bool {
    let place = whole.bot.store().reading(wengu::message::ChatId(chat), wengu::message::UserId(STUDENT));
    place.await.unwrap().is_some()
}

#[tokio::test]
async fn a_groups_confirmation_is_for_whoever_said_forget_and_for_nobody_else() {
    let whole = Whole::in_group().await;
    whole.ask(STUDENT, STUDENT, "/read").await;
    let question = whole.ask(GROUP, STUDENT, "/forget").await;
    for other in [MAYA, TEACHER] {
        whole.ask(other, other, "/read").await;
        let press = whole.press(GROUP, other, &question, "删除");
        let told = whole.notice(&press).await.unwrap();
        assert!(told.contains("本人") || told.contains("somebody else"), "{told}");
        assert!(reads(&whole, STUDENT).await, "nobody else forgets the student");
        let kept = whole.bot.store().reading(wengu::message::ChatId(other), wengu::message::UserId(other)).await;
        assert!(kept.unwrap().is_some(), "nor is whoever presses forgotten");
    }
    let press = whole.press(GROUP, STUDENT, &question, "删除");
    assert_eq!(whole.notice(&press).await.as_deref(), Some("已经全部删除。"));
    assert!(!reads(&whole, STUDENT).await);
    whole
        .until("the question is replaced by its outcome, without a button", |world| {
            let message = world.chat(GROUP)?.messages.get(&question.id)?;
            (message.edited.is_some() && message.keyboard.is_empty()).then_some(())
        })
        .await;
}

#[tokio::test]
async fn whoever_is_not_served_can_still_be_forgotten() {
    let whole = Whole::start().await;
    whole.ask(STUDENT, STUDENT, "/read").await;
    let whole = whole.restart_as("WENGU_TELEGRAM__PEOPLE", "7").await;
    let refused = whole.ask(STUDENT, STUDENT, "/read").await;
    assert!(refused.text().contains("没有开放"), "{}", refused.text());
    let question = whole.ask(STUDENT, STUDENT, "/forget").await;
    let press = whole.press(STUDENT, STUDENT, &question, "删除");
    assert_eq!(whole.notice(&press).await.as_deref(), Some("已经全部删除。"));
    assert!(!reads(&whole, STUDENT).await);
}
